-- Version 3: what keeps a session out of the list, and where it came from. A fold over its events like the rest of its
-- row; earlier versions wrote no such events.

ALTER TABLE sessions ADD COLUMN archived INTEGER NOT NULL DEFAULT 0; -- as in the newest `session.archived`
ALTER TABLE sessions ADD COLUMN forked_from TEXT; -- the session of which it began as a copy
ALTER TABLE sessions ADD COLUMN parent TEXT; -- the session of whose work it does a part

CREATE INDEX sessions_of_parent ON sessions (parent) WHERE parent IS NOT NULL;

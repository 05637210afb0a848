-- Version 4: which folder a session works in, and full-text search.

ALTER TABLE sessions ADD COLUMN project TEXT; -- as in the newest `session.project`
UPDATE sessions SET project = (
    SELECT body ->> '$.path' FROM events
    WHERE session = number AND CASE WHEN body LIKE '{"type":"session.project"%' THEN json_valid(body) ELSE 0 END
    ORDER BY seq DESC LIMIT 1
);

-- How far the index below has got in the session's log. What was logged before it existed is read in the background.
ALTER TABLE sessions ADD COLUMN indexed_seq INTEGER NOT NULL DEFAULT 0;

-- What can be found: prompts, answers, what tools were called with, titles.
CREATE TABLE searchable (
    -- When it was said, in milliseconds since the Unix epoch; where that is taken, the next that is free. So the newest
    -- can be read first, in whatever order they were indexed.
    number INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    source INTEGER NOT NULL, -- 0 title, 1 prompt, 2 answer, 3 tool call
    message INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT;

CREATE INDEX searchable_of_session ON searchable (session);

-- The texts, by the same number.
CREATE VIRTUAL TABLE search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');

-- The only way out, whichever way the row goes: with its session too.
CREATE TRIGGER forget_text AFTER DELETE ON searchable BEGIN
    DELETE FROM search WHERE rowid = old.number;
END;

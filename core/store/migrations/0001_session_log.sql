-- Version 1: sessions and their logs.

PRAGMA application_id = 0x41746c72; -- "Atlr"

-- One line of the session list each. Everything but `number`, `id` and `created_at` is a fold over the session's
-- events, changed in the transaction that adds them.
CREATE TABLE sessions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE, -- UUID, lower case with hyphens
    title TEXT NOT NULL,
    state TEXT NOT NULL, -- as in `state.changed`
    created_at INTEGER NOT NULL, -- milliseconds since the Unix epoch, as everywhere
    updated_at INTEGER NOT NULL,
    last_seq INTEGER NOT NULL, -- 0 while the log is empty
    open_turn INTEGER -- the turn that has started and not finished
) STRICT;

-- The logs. `body` is the event's JSON without `seq` and `at`.
CREATE TABLE events (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    seq INTEGER NOT NULL, -- from 1, without gaps
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;

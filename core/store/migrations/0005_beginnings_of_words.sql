-- Version 5: the index knows beginnings of words, too, so that looking for a common one need not first bring together all
-- the words that have it. It is made anew from the logs, in the background.

DROP TRIGGER forget_text;
DROP TABLE search;
DELETE FROM searchable;
UPDATE sessions SET indexed_seq = 0;

CREATE VIRTUAL TABLE search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4');

CREATE TRIGGER forget_text AFTER DELETE ON searchable BEGIN
    DELETE FROM search WHERE rowid = old.number;
END;

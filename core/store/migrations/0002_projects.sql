-- Version 2: projects with their messages and files.

CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY, -- `proj-` and a UUID version 7, or what the first save named it
    name TEXT NOT NULL,
    description TEXT,
    project_type TEXT NOT NULL,
    active_agents TEXT NOT NULL DEFAULT '[]', -- a JSON array
    current_code TEXT,
    visibility TEXT NOT NULL DEFAULT 'PRIVATE',
    likes INTEGER NOT NULL DEFAULT 0,
    forks INTEGER NOT NULL DEFAULT 0,
    user_id TEXT NOT NULL DEFAULT 'local-user',
    created_at INTEGER NOT NULL, -- milliseconds since the Unix epoch, as everywhere
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE messages (
    id TEXT NOT NULL PRIMARY KEY, -- UUID version 7, or what the save named it
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
    content TEXT NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- from 0; all messages of one save share `created_at`
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX messages_in_order ON messages (project_id, position);

CREATE TABLE project_files (
    id TEXT NOT NULL PRIMARY KEY, -- UUID version 7
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    path TEXT NOT NULL, -- relative, with `/`
    content TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (project_id, path)
) STRICT;

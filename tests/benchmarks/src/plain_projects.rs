//! The rival for projects: the same tables and statements on rusqlite by hand, flushed to the disk as ours are, on the
//! caller's thread and with nothing checked.

use std::path::Path;

use atelier_protocol::{CreateProjectRequest, SaveProjectRequest, Timestamp};
use rusqlite::{Connection, Params, params, types::Value};

use crate::Failure;

const TABLES: &str = include_str!("../../../core/store/migrations/0002_projects.sql");

const COLUMNS: &str =
    "id, name, description, project_type, active_agents, current_code, visibility, user_id, created_at, updated_at";

/// A database with projects.
pub struct PlainProjects {
    connection: Connection,
}

impl PlainProjects {
    /// A new one.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn open(file: &Path) -> Result<Self, Failure> {
        let connection = Connection::open(file)?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        connection.execute_batch(TABLES)?;
        Ok(Self { connection })
    }

    /// Adds an empty project.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn create(&mut self, id: &str, request: &CreateProjectRequest) -> Result<(), Failure> {
        let now = Timestamp::now().as_millis();
        self.connection
            .prepare_cached(
                "INSERT INTO projects (id, name, project_type, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            )?
            .execute(params![id, request.name, request.project_type, now])?;
        Ok(())
    }

    /// Replaces a project's messages and files.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn save(&mut self, request: &SaveProjectRequest) -> Result<(), Failure> {
        let SaveProjectRequest { project_id: id, name, project_type, messages, files, .. } = request;
        let now = Timestamp::now().as_millis();
        let transaction = self.connection.transaction()?;
        transaction
            .prepare_cached(
                "INSERT INTO projects (id, name, project_type, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4) \
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at",
            )?
            .execute(params![id, name, project_type, now])?;
        transaction.prepare_cached("DELETE FROM messages WHERE project_id = ?1")?.execute([id])?;
        transaction.prepare_cached("DELETE FROM project_files WHERE project_id = ?1")?.execute([id])?;
        for (message, position) in messages.iter().zip(0_i64..) {
            transaction
                .prepare_cached(
                    "INSERT INTO messages (id, role, content, project_id, position, created_at) \
                     VALUES (?1, 'user', ?2, ?3, ?4, ?5)",
                )?
                .execute(params![message.id, message.content, id, position, now])?;
        }
        for file in files {
            transaction
                .prepare_cached(
                    "INSERT INTO project_files (id, project_id, path, content, language, created_at, updated_at) \
                     VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?5)",
                )?
                .execute(params![file.path, id, file.content, file.language, now])?;
        }
        Ok(transaction.commit()?)
    }

    /// Reads a project with its messages and files.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn load(&self, id: &str) -> Result<Vec<Vec<Value>>, Failure> {
        let mut rows = self.rows(&format!("SELECT {COLUMNS} FROM projects WHERE id = ?1"), [id])?;
        let messages = "SELECT id, role, content, created_at FROM messages WHERE project_id = ?1 ORDER BY position";
        rows.extend(self.rows(messages, [id])?);
        let files = "SELECT path, content, language, created_at, updated_at FROM project_files WHERE project_id = ?1 \
             ORDER BY path";
        rows.extend(self.rows(files, [id])?);
        Ok(rows)
    }

    /// Reads all projects, the newest updated first.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn list(&self) -> Result<Vec<Vec<Value>>, Failure> {
        self.rows(&format!("SELECT {COLUMNS} FROM projects ORDER BY updated_at DESC, id DESC"), [])
    }

    fn rows(&self, sql: &str, values: impl Params) -> Result<Vec<Vec<Value>>, Failure> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let rows = statement.query_map(values, |row| (0..columns).map(|column| row.get(column)).collect())?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

//! The SQL of projects. Whatever writes is to be called in a transaction that may write, and finds out whether it can
//! be done before it changes anything; whatever reads, in one transaction, to see one state.

use atelier_protocol::{
    CreateProjectRequest, FileToSave, FileUpdate, MessageRole, MessageToSave, Project, ProjectFile, ProjectMessage,
    ProjectWithMessages, SaveProjectRequest, Timestamp,
};
use rusqlite::{
    Connection, OptionalExtension, Row, params,
    types::{FromSqlError, Type},
};
use uuid::Uuid;

use super::{
    error::{ProjectError, shown},
    language::language,
    rules::given_id,
};

/// What a write found: done, or refused with nothing changed.
type Verdict<T> = rusqlite::Result<Result<T, ProjectError>>;

macro_rules! project_columns {
    () => {
        "id, name, description, project_type, active_agents, current_code, visibility, user_id, created_at, updated_at"
    };
}

/// Adds a project.
pub(super) fn create(connection: &Connection, request: &CreateProjectRequest) -> rusqlite::Result<Project> {
    let sql = concat!(
        "INSERT INTO projects (id, name, project_type, description, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5) RETURNING ",
        project_columns!()
    );
    let now = Timestamp::now().as_millis();
    let values = params![new_project_id(), request.name, request.project_type, request.description, now];
    connection.prepare_cached(sql)?.query_row(values, project_of)
}

/// Makes a project what the request says and returns its id.
pub(super) fn save(connection: &Connection, request: &SaveProjectRequest) -> Verdict<String> {
    let id = request.project_id.clone().unwrap_or_else(new_project_id);
    if let Some(message) = foreign_message(connection, &id, &request.messages)? {
        return Ok(Err(ProjectError::ForeignMessage { id: shown(message) }));
    }
    let at = upsert(connection, &id, request)?;
    connection.prepare_cached("DELETE FROM messages WHERE project_id = ?1")?.execute([&id])?;
    connection.prepare_cached("DELETE FROM project_files WHERE project_id = ?1")?.execute([&id])?;
    insert_messages(connection, &id, &request.messages, at)?;
    for FileToSave { path, content, language } in &request.files {
        insert_file(connection, &id, path, content, language, at)?;
    }
    Ok(Ok(id))
}

/// The first message that has the id of one in another project.
fn foreign_message<'a>(
    connection: &Connection,
    project: &str,
    messages: &'a [MessageToSave],
) -> rusqlite::Result<Option<&'a str>> {
    let mut taken = connection.prepare_cached("SELECT 1 FROM messages WHERE id = ?1 AND project_id <> ?2")?;
    for id in messages.iter().filter_map(given_id) {
        if taken.exists([id, project])? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Inserts or updates the project's own row; returns its new `updated_at`.
fn upsert(connection: &Connection, id: &str, request: &SaveProjectRequest) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO projects \
         (id, name, project_type, active_agents, description, current_code, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, project_type = excluded.project_type, \
         active_agents = excluded.active_agents, description = coalesce(excluded.description, description), \
         current_code = coalesce(excluded.current_code, current_code), \
         updated_at = max(excluded.updated_at, updated_at + 1) RETURNING updated_at";
    let SaveProjectRequest { name, project_type, active_agents, description, current_code, .. } = request;
    let now = Timestamp::now().as_millis();
    let values = params![id, name, project_type, active_agents, description, current_code, now];
    connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))
}

fn insert_messages(
    connection: &Connection,
    project: &str,
    messages: &[MessageToSave],
    at: i64,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO messages (id, role, content, project_id, position, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (message, position) in messages.iter().zip(0_i64..) {
        let id = given_id(message).map_or_else(new_id, str::to_owned);
        insert.execute(params![id, role_name(message.role), message.content, project, position, at])?;
    }
    Ok(())
}

fn insert_file(
    connection: &Connection,
    project: &str,
    path: &str,
    content: &str,
    given_language: &str,
    at: i64,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO project_files (id, project_id, path, content, language, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
    let values = params![new_id(), project, path, content, language(given_language, path), at];
    connection.prepare_cached(sql)?.execute(values).map(drop)
}

/// Changes the files named and no others.
pub(super) fn update_files(connection: &Connection, project: &str, files: &[FileUpdate]) -> Verdict<()> {
    if !connection.prepare_cached("SELECT 1 FROM projects WHERE id = ?1")?.exists([project])? {
        return Ok(Err(not_found(project)));
    }
    let mut known = connection.prepare_cached("SELECT 1 FROM project_files WHERE project_id = ?1 AND path = ?2")?;
    for file in files.iter().filter(|file| !file.deleted && file.content.is_none()) {
        if !known.exists([project, &file.path])? {
            return Ok(Err(ProjectError::NoContent { path: shown(&file.path) }));
        }
    }
    let sql = "UPDATE projects SET updated_at = max(?2, updated_at + 1) WHERE id = ?1 RETURNING updated_at";
    let values = params![project, Timestamp::now().as_millis()];
    let at = connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    for file in files {
        update_file(connection, project, file, at)?;
    }
    Ok(Ok(()))
}

fn update_file(connection: &Connection, project: &str, file: &FileUpdate, at: i64) -> rusqlite::Result<()> {
    let FileUpdate { path, content, language: given, deleted } = file;
    if *deleted {
        let sql = "DELETE FROM project_files WHERE project_id = ?1 AND path = ?2";
        return connection.prepare_cached(sql)?.execute([project, path]).map(drop);
    }
    let sql = "UPDATE project_files SET content = coalesce(?3, content), language = coalesce(?4, language), \
         updated_at = ?5 WHERE project_id = ?1 AND path = ?2";
    let new_language = given.as_deref().map(|given| language(given, path));
    let changed = connection.prepare_cached(sql)?.execute(params![project, path, content, new_language, at])?;
    match content {
        Some(content) if changed == 0 => {
            insert_file(connection, project, path, content, given.as_deref().unwrap_or_default(), at)
        }
        _ => Ok(()),
    }
}

/// Removes a project with all that belongs to it.
pub(super) fn delete(connection: &Connection, project: &str) -> Verdict<()> {
    let removed = connection.prepare_cached("DELETE FROM projects WHERE id = ?1")?.execute([project])?;
    Ok(if removed == 0 { Err(not_found(project)) } else { Ok(()) })
}

/// The projects of a user, or all, the newest updated first.
pub(super) fn list(connection: &Connection, user: Option<&str>) -> rusqlite::Result<Vec<Project>> {
    let sql = concat!(
        "SELECT ",
        project_columns!(),
        " FROM projects WHERE ?1 IS NULL OR user_id = ?1 ORDER BY updated_at DESC, id DESC"
    );
    connection.prepare_cached(sql)?.query_map([user], project_of)?.collect()
}

/// A project with its messages and files.
pub(super) fn load(connection: &Connection, id: &str) -> Verdict<ProjectWithMessages> {
    let sql = concat!("SELECT ", project_columns!(), " FROM projects WHERE id = ?1");
    let Some(project) = connection.prepare_cached(sql)?.query_row([id], project_of).optional()? else {
        return Ok(Err(not_found(id)));
    };
    let messages = connection
        .prepare_cached("SELECT id, role, content, created_at FROM messages WHERE project_id = ?1 ORDER BY position")?
        .query_map([id], message_of)?
        .collect::<rusqlite::Result<_>>()?;
    let files = connection
        .prepare_cached(
            "SELECT path, content, language, created_at, updated_at FROM project_files WHERE project_id = ?1 \
             ORDER BY path",
        )?
        .query_map([id], file_of)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Ok(ProjectWithMessages { project, messages, files }))
}

fn project_of(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        project_type: row.get(3)?,
        active_agents: row.get(4)?,
        current_code: row.get(5)?,
        visibility: row.get(6)?,
        user_id: row.get(7)?,
        created_at: Timestamp::from_millis(row.get(8)?),
        updated_at: Timestamp::from_millis(row.get(9)?),
    })
}

fn message_of(row: &Row<'_>) -> rusqlite::Result<ProjectMessage> {
    Ok(ProjectMessage {
        id: row.get(0)?,
        role: role_of(row.get_ref(1)?.as_str()?)?,
        content: row.get(2)?,
        created_at: Timestamp::from_millis(row.get(3)?),
    })
}

fn file_of(row: &Row<'_>) -> rusqlite::Result<ProjectFile> {
    Ok(ProjectFile {
        path: row.get(0)?,
        content: row.get(1)?,
        language: row.get(2)?,
        created_at: Timestamp::from_millis(row.get(3)?),
        updated_at: Timestamp::from_millis(row.get(4)?),
    })
}

fn role_name(role: MessageRole) -> &'static str {
    match role {
        MessageRole::User => "user",
        MessageRole::Assistant => "assistant",
        MessageRole::System => "system",
    }
}

fn role_of(name: &str) -> rusqlite::Result<MessageRole> {
    let roles = [MessageRole::User, MessageRole::Assistant, MessageRole::System];
    let unknown = || rusqlite::Error::FromSqlConversionFailure(1, Type::Text, Box::new(FromSqlError::InvalidType));
    roles.into_iter().find(|role| role_name(*role) == name).ok_or_else(unknown)
}

fn not_found(id: &str) -> ProjectError {
    ProjectError::NotFound { id: shown(id) }
}

fn new_project_id() -> String {
    format!("proj-{}", new_id())
}

fn new_id() -> String {
    Uuid::now_v7().to_string()
}

//! `list_directory`.

use atelier_protocol::Json;
use atelier_workspace::{AccessError, EntryKind, RelativePath};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Mode, ToolFailure,
    files::arguments,
    plan::{Content, Done, Plan},
    toolbox::State,
};

/// How many entries are read, and how many of them are shown.
const MAX_READ: usize = 100_000;
const MAX_SHOWN: usize = 1000;

#[derive(Deserialize)]
struct Arguments {
    path: String,
}

pub(crate) fn prepare(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { path } = arguments(given)?;
    let path = state.folder.locate(&path)?;
    must_be_folder(state, &path)?;
    Ok(Plan::looking(move |state, _| list(state, &path)))
}

/// Refuses what is no folder.
pub(crate) fn must_be_folder(state: &State, path: &RelativePath) -> Result<(), ToolFailure> {
    match state.folder.look(path)? {
        Some(entry) if entry.kind == EntryKind::Folder => Ok(()),
        Some(_) => Err(AccessError::NotAFolder { path: path.to_string() }.into()),
        None => Err(AccessError::NotFound { path: path.to_string() }.into()),
    }
}

fn list(state: &State, path: &RelativePath) -> Result<Done, ToolFailure> {
    let entries = state.folder.list(path, MAX_READ)?;
    if entries.is_empty() {
        return Ok(Done::text(format!("`{path}` is empty.")));
    }
    let rows: Vec<_> = entries
        .iter()
        .take(MAX_SHOWN)
        .map(|entry| {
            let kind = match entry.kind {
                EntryKind::File => "file",
                EntryKind::Folder => "directory",
                EntryKind::Link => "symlink",
                EntryKind::Other => "other",
            };
            json!({"name": entry.name.to_string_lossy(), "type": kind, "size": entry.size})
        })
        .collect();
    let mut value = json!({"path": path.to_string(), "total": entries.len(), "entries": rows});
    if entries.len() > MAX_SHOWN {
        value["note"] = format!("only the first {MAX_SHOWN} are shown; use glob to find the others").into();
    }
    let metadata = json!({"path": path.to_string(), "count": entries.len()});
    Ok(Done { content: Content::Structured(value), metadata: Some(metadata), changes: Vec::new() })
}

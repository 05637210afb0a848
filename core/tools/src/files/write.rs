//! `write_file`.

use atelier_protocol::{FileOperation, Json};
use atelier_workspace::TextFile;
use serde::Deserialize;

use crate::{
    FailureCode, Mode, ToolFailure,
    change_set::{self, Change, Knowledge, MAX_FILE},
    files::arguments,
    plan::Plan,
    toolbox::State,
};

#[derive(Deserialize)]
struct Arguments {
    path: String,
    content: String,
}

pub(crate) fn prepare(state: &State, mode: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { path, content } = arguments(given)?;
    if content.len() as u64 > MAX_FILE {
        let message = "The content is longer than 10 MiB; write it in parts or let a command produce it.";
        return Err(ToolFailure::new(FailureCode::TooLarge, message));
    }
    let path = change_set::locate(state, mode, &path)?;
    let before = change_set::load(state, &path, Knowledge::Needed)?;
    let after = match &before {
        Some(before) => before.file.with_text(before.file.adapted(&content)),
        None => TextFile::new(content),
    };
    let did = if before.is_some() { "Replaced" } else { "Created" };
    let summary = format!("{did} `{path}` ({} lines).", after.text.lines().count());
    let change = Change { path, before, after: Some(after), operation: FileOperation::Write, mode_of: None };
    Ok(change_set::plan(vec![change], summary))
}

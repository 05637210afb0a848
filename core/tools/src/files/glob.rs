//! `glob`.

use atelier_finding::Glob;
use atelier_protocol::Json;
use atelier_workspace::{EntryKind, RelativePath};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Mode, ToolFailure,
    files::{arguments, list, walk},
    plan::{Content, Control, Done, Plan},
    toolbox::State,
};

/// How many files where the call does not say.
const LIMIT: usize = 500;

#[derive(Deserialize)]
struct Arguments {
    pattern: String,
    path: Option<String>,
    limit: Option<usize>,
}

pub(crate) fn prepare(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Arguments { pattern, path, limit } = arguments(given)?;
    let matcher = Glob::new(&pattern)?;
    let folder = state.folder.locate(path.as_deref().unwrap_or("."))?;
    list::must_be_folder(state, &folder)?;
    Ok(Plan::looking(move |state, control| find(state, control, &folder, &matcher, limit.unwrap_or(LIMIT))))
}

fn find(
    state: &State,
    control: &Control,
    folder: &RelativePath,
    matcher: &Glob,
    limit: usize,
) -> Result<Done, ToolFailure> {
    let (mut found, mut more) = (Vec::new(), false);
    for path in walk::files(state, folder, control) {
        let path = path?;
        let inner = path.as_path().strip_prefix(folder.as_path()).unwrap_or(path.as_path());
        let is_file = |path| state.folder.look(path).is_ok_and(|e| e.is_some_and(|e| e.kind == EntryKind::File));
        if !matcher.is_match(inner) || !is_file(&path) {
            continue;
        }
        more = found.len() == limit;
        if more {
            break;
        }
        found.push(path.to_string());
    }
    if found.is_empty() {
        return Ok(Done::text("No file matches."));
    }
    let metadata = json!({"count": found.len(), "truncated": more});
    let value = json!({"files": found, "truncated": more});
    Ok(Done { content: Content::Structured(value), metadata: Some(metadata), changes: Vec::new() })
}

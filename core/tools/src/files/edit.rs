//! `edit_file` and `multi_edit`.

use atelier_protocol::{FileOperation, Json};
use atelier_workspace::{RelativePath, TextFile};
use serde::Deserialize;

use crate::{
    FailureCode, Mode, ToolFailure,
    change_set::{self, Change, Knowledge, MAX_FILE},
    files::{arguments, nearest},
    plan::Plan,
    toolbox::State,
};

/// How many places of an ambiguous text are named.
const MAX_PLACES: usize = 10;

/// One replacement.
#[derive(Deserialize)]
struct Edit {
    old: String,
    new: String,
    #[serde(default)]
    replace_all: bool,
}

#[derive(Deserialize)]
struct One {
    path: String,
    #[serde(flatten)]
    edit: Edit,
}

#[derive(Deserialize)]
struct Many {
    path: String,
    edits: Vec<Edit>,
}

pub(crate) fn prepare_one(state: &State, mode: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let One { path, edit } = arguments(given)?;
    prepare(state, mode, &path, &[edit])
}

pub(crate) fn prepare_many(state: &State, mode: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let Many { path, edits } = arguments(given)?;
    if edits.is_empty() {
        return Err(ToolFailure::new(FailureCode::InvalidToolCall, "`edits` is empty; give at least one edit."));
    }
    prepare(state, mode, &path, &edits)
}

fn prepare(state: &State, mode: Mode, path: &str, edits: &[Edit]) -> Result<Plan, ToolFailure> {
    let path = change_set::locate(state, mode, path)?;
    let Some(before) = change_set::load(state, &path, Knowledge::Needed)? else {
        let message = format!("`{path}` does not exist; check the name, or create it with write_file.");
        return Err(ToolFailure::new(FailureCode::NotFound, message));
    };
    let mut text = before.file.text.clone();
    let mut count = 0;
    for (edit, number) in edits.iter().zip(1..) {
        let (new, replaced) = apply(&path, &before.file, &text, edit).map_err(|mut failure| {
            if edits.len() > 1 {
                failure.message = format!("Edit {number} of {}: {} No edit was made.", edits.len(), failure.message);
            }
            failure
        })?;
        (text, count) = (new, count + replaced);
    }
    let after = Some(before.file.with_text(text));
    let summary = format!("Edited `{path}` ({count} {}).", if count == 1 { "place" } else { "places" });
    let change = Change { path, before: Some(before), after, operation: FileOperation::Edit, mode_of: None };
    Ok(change_set::plan(vec![change], summary))
}

/// The text after one edit, and how often it replaced.
fn apply(path: &RelativePath, file: &TextFile, text: &str, edit: &Edit) -> Result<(String, usize), ToolFailure> {
    let (old, new) = (file.adapted(&edit.old), file.adapted(&edit.new));
    let failure = |code, message: String| Err(ToolFailure::new(code, message));
    if old.is_empty() {
        return failure(FailureCode::InvalidToolCall, "`old` is empty; give the text to replace.".to_owned());
    }
    if old == new {
        return failure(FailureCode::InvalidToolCall, "`old` and `new` are the same; nothing would change.".to_owned());
    }
    let places = places(text, &old);
    if places.is_empty() {
        return failure(FailureCode::NoMatch, nearest::describe(path, text, &old));
    }
    if places.len() > 1 && !edit.replace_all {
        return failure(FailureCode::Ambiguous, ambiguous(path, text, &places));
    }
    let count = if edit.replace_all { text.matches(&old).count() } else { 1 };
    // Known before it is made: many replacements may be more than memory holds.
    let size = (text.len() - count * old.len()).saturating_add(count.saturating_mul(new.len()));
    if size as u64 > MAX_FILE {
        return failure(FailureCode::TooLarge, format!("`{path}` would be larger than 10 MiB; nothing was changed."));
    }
    Ok((text.replace(&old, &new), count))
}

/// Where it occurs, overlapping occurrences included; no more than one can name.
fn places(text: &str, old: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let step = old.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(old)) {
        places.push(from + at);
        if places.len() > MAX_PLACES {
            break;
        }
        from += at + step;
    }
    places
}

fn ambiguous(path: &RelativePath, text: &str, places: &[usize]) -> String {
    let mut lines: Vec<String> =
        places.iter().take(MAX_PLACES).map(|at| (text[..*at].matches('\n').count() + 1).to_string()).collect();
    let count = if places.len() > MAX_PLACES {
        lines.push("…".to_owned());
        format!("more than {MAX_PLACES}")
    } else {
        places.len().to_string()
    };
    format!(
        "`old` occurs {count} times in `{path}`, on lines {}; add lines around it until it is unique, or set \
         replace_all.",
        lines.join(", ")
    )
}

//! `read_file`.

use std::fmt::Write as _;

use atelier_protocol::Json;
use atelier_workspace::{AccessError, Content, RelativePath};
use serde::Deserialize;
use serde_json::json;

use crate::{
    FailureCode, Mode, ToolFailure,
    files::arguments,
    output::{MAX_RESULT, PREFIX},
    plan::{self, Done, Plan},
    text_file,
    toolbox::State,
};

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// How many lines are read where the call does not say.
const LINES: usize = 2000;

/// How much text is read at once, in bytes: less than what a result may have, so that a part is never cut again.
const MAX_TEXT: usize = MAX_RESULT - 1024;

#[derive(Deserialize)]
struct Arguments {
    path: String,
    offset: Option<usize>,
    limit: Option<usize>,
    line_numbers: Option<bool>,
}

pub(crate) fn prepare(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let arguments: Arguments = arguments(given)?;
    // Where it is wrong is said before it counts as prepared.
    let path = match arguments.path.strip_prefix(PREFIX) {
        Some(_) if !is_file(state, &arguments.path) => None,
        _ => Some(state.folder.locate(&arguments.path)?),
    };
    Ok(Plan::looking(move |state, _| {
        let (content, shown) = match &path {
            Some(path) => (state.folder.read(path, MAX_FILE).map_err(explained)?, path.to_string()),
            None => (state.outputs.read(&arguments.path[PREFIX.len()..])?, arguments.path.clone()),
        };
        read(state, path.as_ref(), &shown, &content, &arguments)
    }))
}

/// What a model can do about a huge file.
fn explained(error: AccessError) -> ToolFailure {
    let mut failure = ToolFailure::from(error);
    if failure.code == FailureCode::TooLarge {
        failure.message.push_str(" A command such as `sed -n 1,200p` shows one.");
    }
    failure
}

fn is_file(state: &State, named: &str) -> bool {
    state.folder.locate(named).and_then(|path| state.folder.look(&path)).is_ok_and(|entry| entry.is_some())
}

fn read(
    state: &State,
    path: Option<&RelativePath>,
    shown: &str,
    content: &Content,
    arguments: &Arguments,
) -> Result<Done, ToolFailure> {
    let file = text_file::decode(&shown, &content.bytes)?;
    let part = window(&file.text, arguments);
    let mut metadata = json!({"path": shown, "total_lines": part.total, "first_line": part.first, "lines": part.count});
    if let Some(path) = path {
        state.saw(path, content.stamp);
        metadata["stamp"] = content.stamp.to_string().into();
    }
    if part.count == 0 && part.total > 0 {
        let message = format!("`{shown}` has only {} lines; read from an earlier one.", part.total);
        return Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
    }
    Ok(Done { content: plan::Content::Text(part.text), metadata: Some(metadata), changes: Vec::new() })
}

/// A part of a text.
struct Window {
    text: String,
    first: usize,
    count: usize,
    total: usize,
}

/// The lines that are asked for, as far as they fit, and a note where something is left.
fn window(text: &str, arguments: &Arguments) -> Window {
    let first = arguments.offset.unwrap_or(1);
    let limit = arguments.limit.unwrap_or(LINES);
    let total = text.split_inclusive('\n').count();
    let mut part = Window { text: String::new(), first, count: 0, total };
    let mut cut = false;
    for (line, number) in text.split_inclusive('\n').zip(1..).skip(first - 1).take(limit) {
        let room = MAX_TEXT - part.text.len();
        if line.len() + 12 > room && part.count > 0 {
            break;
        }
        if arguments.line_numbers.unwrap_or_default() {
            // Writing to a string does not fail, here and below.
            let _ = write!(part.text, "{number}\t");
        }
        let fits = line.floor_char_boundary(room.saturating_sub(12));
        part.text.push_str(&line[..fits.min(line.len())]);
        cut = fits < line.len();
        part.count += 1;
    }
    let last = first - 1 + part.count;
    if cut {
        let _ = write!(part.text, "\n[line {last} is longer than what is shown; use search_files for the rest of it]");
    }
    if last < total && part.count > 0 {
        let newline = if part.text.ends_with('\n') { "" } else { "\n" };
        let _ = write!(part.text, "{newline}[lines {first} to {last} of {total}; read on with offset {}]", last + 1);
    } else if total == 0 {
        part.text.push_str("[the file is empty]");
    }
    part
}

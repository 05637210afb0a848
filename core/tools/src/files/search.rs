//! `search_files`.

use std::{path::Path, sync::atomic::AtomicBool};

use atelier_finding::{Case, ContentQuery, FoundLine, Glob, LineKind, LineSearch, MAX_FILE, Searched};
use atelier_protocol::Json;
use atelier_workspace::RelativePath;
use serde::Deserialize;
use serde_json::json;

use crate::{
    FailureCode, Mode, ToolFailure,
    files::{arguments, walk},
    plan::{Content, Control, Done, Plan},
    toolbox::State,
};

/// How many matches where the call does not say.
const LIMIT: usize = 100;

#[derive(Deserialize)]
struct Arguments {
    pattern: String,
    path: Option<String>,
    glob: Option<String>,
    literal: Option<bool>,
    ignore_case: Option<bool>,
    context: Option<usize>,
    limit: Option<usize>,
}

pub(crate) fn prepare(state: &State, _: Mode, given: Json) -> Result<Plan, ToolFailure> {
    let arguments: Arguments = arguments(given)?;
    let query = query(&arguments);
    // Refused before anything is asked or run.
    LineSearch::new(&query)?;
    let glob = arguments.glob.as_deref().map(Glob::new).transpose()?;
    let beneath = state.folder.locate(arguments.path.as_deref().unwrap_or("."))?;
    if state.folder.look(&beneath)?.is_none() {
        let message = format!("`{beneath}` does not exist; check the name.");
        return Err(ToolFailure::new(FailureCode::NotFound, message));
    }
    let search = Search { beneath, query, glob, limit: arguments.limit.unwrap_or(LIMIT) };
    Ok(Plan::looking(move |state, control| search.run(state, control)))
}

fn query(arguments: &Arguments) -> ContentQuery {
    let insensitive = arguments.ignore_case.unwrap_or_default();
    ContentQuery {
        regex: !arguments.literal.unwrap_or_default(),
        case: if insensitive { Case::Insensitive } else { Case::Sensitive },
        context: arguments.context.unwrap_or_default(),
        ..ContentQuery::new(arguments.pattern.as_str())
    }
}

struct Search {
    beneath: RelativePath,
    query: ContentQuery,
    glob: Option<Glob>,
    limit: usize,
}

impl Search {
    fn run(&self, state: &State, control: &Control) -> Result<Done, ToolFailure> {
        let mut found =
            Found { rows: Vec::new(), matches: 0, files: 0, limit: self.limit, marked: self.query.context > 0 };
        // One for all files: it keeps its buffers.
        let mut search = LineSearch::new(&self.query)?;
        let mut descent = state.folder.descent();
        let mut count = 0_u64;
        for path in walk::files(state, &self.beneath, control) {
            let path = path?;
            if self.leaves_out(path.as_path()) {
                continue;
            }
            // What can't be opened, key files among them, is left out.
            let Some((file, size)) = descent.open(&path) else { continue };
            if size <= MAX_FILE {
                found.look_into(&path, |each| search.search(file, &AtomicBool::new(false), each));
            }
            count += 1;
            if count.is_multiple_of(1000) {
                control.progress.step(None, format!("{count} files searched"));
            }
            if found.matches > self.limit {
                break;
            }
        }
        Ok(found.report(count))
    }

    fn leaves_out(&self, path: &Path) -> bool {
        let inner = path.strip_prefix(self.beneath.as_path()).ok().filter(|path| !path.as_os_str().is_empty());
        self.glob.as_ref().is_some_and(|glob| !glob.is_match(inner.unwrap_or(path)))
    }
}

/// What was found so far. One match more than the limit is counted, to know that there are more.
struct Found {
    rows: Vec<Json>,
    matches: usize,
    files: usize,
    limit: usize,
    /// Whether rows say if they match: there are others.
    marked: bool,
}

impl Found {
    /// Takes what the search of one file finds.
    fn look_into(&mut self, path: &RelativePath, search: impl FnOnce(&mut dyn FnMut(FoundLine) -> bool) -> Searched) {
        let (rows, matches) = (self.rows.len(), self.matches);
        let path = path.to_string();
        let ended = search(&mut |line| {
            let is_match = line.kind == LineKind::Match;
            self.matches += usize::from(is_match);
            if self.matches > self.limit {
                return false;
            }
            let mut row = json!({"path": path, "line": line.number, "text": shown(line)});
            if self.marked {
                row["match"] = is_match.into();
            }
            self.rows.push(row);
            true
        });
        if ended != Searched::Done {
            // A file that turns out to be binary or unreadable in the middle is as if it had not been there.
            self.rows.truncate(rows);
            self.matches = matches;
        } else if self.rows.len() > rows {
            self.files += 1;
        }
    }

    fn report(self, searched: u64) -> Done {
        if self.rows.is_empty() {
            return Done::text(format!("No match in {searched} files."));
        }
        let truncated = self.matches > self.limit;
        let matches = self.matches.min(self.limit);
        let metadata = json!({"matches": matches, "files": self.files, "truncated": truncated});
        let mut value = json!({"matches": self.rows});
        if truncated {
            value["note"] = format!("only the first {matches} matches; narrow the search or raise limit").into();
        }
        Done { content: Content::Structured(value), metadata: Some(metadata), changes: Vec::new() }
    }
}

/// A line, or the part of a long one that was found.
fn shown(line: FoundLine) -> String {
    let (from, to) = (if line.skipped > 0 { "…" } else { "" }, if line.cut { "…" } else { "" });
    if from.is_empty() && to.is_empty() { line.text } else { format!("{from}{}{to}", line.text) }
}

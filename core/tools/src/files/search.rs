//! `search_files`.

use std::{fs::File, io, path::Path};

use atelier_protocol::Json;
use atelier_workspace::RelativePath;
use globset::GlobMatcher;
use grep_matcher::Matcher as _;
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::{BinaryDetection, MmapChoice, Searcher, SearcherBuilder, Sink, SinkContext, SinkFinish, SinkMatch};
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

/// Files larger than this are not searched, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// How much of a line is shown, in characters.
const MAX_LINE: usize = 400;

/// The size that a compiled pattern may have, in bytes.
const MAX_PATTERN: usize = 4 << 20;

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
    let matcher = matcher(&arguments)?;
    let glob = arguments.glob.as_deref().map(walk::matcher).transpose()?;
    let beneath = state.folder.locate(arguments.path.as_deref().unwrap_or("."))?;
    if state.folder.look(&beneath)?.is_none() {
        let message = format!("`{beneath}` does not exist; check the name.");
        return Err(ToolFailure::new(FailureCode::NotFound, message));
    }
    let search = Search {
        beneath,
        matcher,
        glob,
        lines: arguments.context.unwrap_or_default(),
        limit: arguments.limit.unwrap_or(LIMIT),
    };
    Ok(Plan::looking(move |state, control| search.run(state, control)))
}

fn matcher(arguments: &Arguments) -> Result<RegexMatcher, ToolFailure> {
    RegexMatcherBuilder::new()
        .fixed_strings(arguments.literal.unwrap_or_default())
        .case_insensitive(arguments.ignore_case.unwrap_or_default())
        .line_terminator(Some(b'\n'))
        .size_limit(MAX_PATTERN)
        .build(&arguments.pattern)
        .map_err(|error| {
            let what: String = error.to_string().chars().take(1000).collect();
            let message = format!("The pattern is not usable: {what}\nCorrect it, or set `literal` for plain text.");
            ToolFailure::new(FailureCode::InvalidToolCall, message)
        })
}

struct Search {
    beneath: RelativePath,
    matcher: RegexMatcher,
    glob: Option<GlobMatcher>,
    lines: usize,
    limit: usize,
}

impl Search {
    fn run(&self, state: &State, control: &Control) -> Result<Done, ToolFailure> {
        let mut found = Found { rows: Vec::new(), matches: 0, files: 0, limit: self.limit, lines: self.lines };
        // One for all files: it keeps its buffers.
        let mut searcher = SearcherBuilder::new()
            .binary_detection(BinaryDetection::quit(0))
            .memory_map(MmapChoice::never())
            .before_context(self.lines)
            .after_context(self.lines)
            .build();
        let mut count = 0_u64;
        for path in walk::files(state, &self.beneath, control) {
            let path = path?;
            if self.leaves_out(path.as_path()) {
                continue;
            }
            // What can't be opened, key files among them, is left out.
            let Ok(file) = state.folder.open_file(&path) else { continue };
            self.search(&mut searcher, &file, &path, &mut found);
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

    fn search(&self, searcher: &mut Searcher, file: &File, path: &RelativePath, found: &mut Found) {
        if file.metadata().map_or(u64::MAX, |metadata| metadata.len()) > MAX_FILE {
            return;
        }
        let mut sink = FileSink { matcher: &self.matcher, found, path: path.to_string(), binary: false };
        let start = sink.found.rows.len();
        let matches = sink.found.matches;
        let ended = searcher.search_file(&self.matcher, file, &mut sink);
        if ended.is_err() || sink.binary {
            // A file that turns out to be binary or unreadable in the middle is as if it had not been there.
            found.rows.truncate(start);
            found.matches = matches;
        } else if found.rows.len() > start {
            found.files += 1;
        }
    }
}

/// What was found so far. One match more than the limit is counted, to know that there are more.
struct Found {
    rows: Vec<Json>,
    matches: usize,
    files: usize,
    limit: usize,
    lines: usize,
}

impl Found {
    /// Adds a line. What matters in it begins at the byte `at`.
    fn push(&mut self, path: &str, line: Option<u64>, (text, at): (&[u8], usize), is_match: bool) {
        let mut row = json!({"path": path, "line": line.unwrap_or_default(), "text": excerpt(text, at)});
        if self.lines > 0 {
            row["match"] = is_match.into();
        }
        self.rows.push(row);
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

/// A line, or the part of a long one around the byte `at`.
fn excerpt(line: &[u8], at: usize) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    // As many characters as are shown have at most four times as many bytes.
    let from = if line.len() <= MAX_LINE { 0 } else { at.min(line.len()).saturating_sub(MAX_LINE / 4) };
    let to = line.len().min(from + 4 * MAX_LINE);
    let text = String::from_utf8_lossy(&line[from..to]);
    // A character that was cut in two at the beginning is left out.
    let text = if from > 0 { text.trim_start_matches(char::REPLACEMENT_CHARACTER) } else { &text };
    let mut shown: String = text.chars().take(MAX_LINE).collect();
    if shown.len() < text.len() || to < line.len() {
        shown.push('…');
    }
    if from > 0 { format!("…{shown}") } else { shown }
}

/// Receives the lines of one file.
struct FileSink<'a> {
    matcher: &'a RegexMatcher,
    found: &'a mut Found,
    path: String,
    binary: bool,
}

impl Sink for FileSink<'_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, io::Error> {
        self.found.matches += 1;
        if self.found.matches > self.found.limit {
            return Ok(false);
        }
        let at = self.matcher.find(found.bytes()).ok().flatten().map_or(0, |found| found.start());
        self.found.push(&self.path, found.line_number(), (found.bytes(), at), true);
        Ok(true)
    }

    fn context(&mut self, _: &Searcher, context: &SinkContext<'_>) -> Result<bool, io::Error> {
        self.found.push(&self.path, context.line_number(), (context.bytes(), 0), false);
        Ok(true)
    }

    fn finish(&mut self, _: &Searcher, finish: &SinkFinish) -> Result<(), io::Error> {
        self.binary = finish.binary_byte_offset().is_some();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_line_the_part_around_the_match_is_shown() {
        assert_eq!(excerpt(b"short \r\n", 3), "short ");
        let long = "é".repeat(1000) + "needle" + &"x".repeat(1000);
        let shown = excerpt(long.as_bytes(), 2000);
        assert!(shown.starts_with("…é") && shown.contains("needle") && shown.ends_with("x…"), "{shown}");
        assert!(shown.chars().count() <= MAX_LINE + 2);
        assert!(excerpt(&[0xFF; 5000], 4999).chars().count() <= MAX_LINE + 2);
    }
}

//! `atelier files search`.

use std::{fmt::Write as _, path::Path};

use atelier_protocol::Json;
use atelier_workbench::{Case, ContentQuery, ContentSearch, FileMatches, FoundLine, LineKind, NamedFolder};
use serde_json::json;

use super::arguments::SearchArguments;
use crate::{
    failure::{Failure, tell},
    output::{self, Style},
    printable::{printable, printable_line},
};

/// Prints what is found, as it is found; whether anything was.
pub(super) fn search(arguments: &SearchArguments) -> Result<bool, Failure> {
    let search = NamedFolder::open(&arguments.folder)?.search(&query(arguments))?;
    let printer = Printer { json: arguments.json, style: Style::of_stdout(), context: arguments.context > 0 };
    let prefix = prefix(&arguments.folder);
    let mut first = true;
    while let Some(batch) = search.next_batch_blocking() {
        let mut out = String::new();
        for part in &batch {
            printer.push(&mut out, &prefix, part, &mut first)?;
        }
        output::write(&out)?;
    }
    Ok(told(&search))
}

fn told(search: &ContentSearch) -> bool {
    let end = search.end();
    if end.limited {
        tell(&format!("Only the first {} lines that came; narrow the search or raise --limit.", end.matches));
    }
    end.matches > 0
}

fn query(arguments: &SearchArguments) -> ContentQuery {
    let (exclude, include): (Vec<_>, Vec<_>) = arguments.glob.iter().partition(|glob| glob.starts_with('!'));
    ContentQuery {
        pattern: arguments.pattern.clone(),
        regex: !arguments.literal,
        case: match (arguments.case.ignore_case, arguments.case.smart_case) {
            (true, _) => Case::Insensitive,
            (_, true) => Case::Smart,
            _ => Case::Sensitive,
        },
        word: arguments.word,
        include: include.into_iter().cloned().collect(),
        exclude: exclude.into_iter().filter_map(|glob| glob.strip_prefix('!')).map(ToOwned::to_owned).collect(),
        context: arguments.context.into(),
        limit: arguments.limit.try_into().unwrap_or(usize::MAX),
    }
}

/// What stands before the paths, so that they lead there from where one is.
fn prefix(folder: &Path) -> String {
    let above = if folder.is_dir() { folder } else { folder.parent().unwrap_or(Path::new("")) };
    let shown = above.to_string_lossy();
    let shown = shown.trim_end_matches('/');
    match shown {
        "" if above.has_root() => "/".to_owned(),
        "" | "." => String::new(),
        shown => format!("{shown}/"),
    }
}

struct Printer {
    json: bool,
    style: Style,
    context: bool,
}

impl Printer {
    fn push(&self, out: &mut String, prefix: &str, part: &FileMatches, first: &mut bool) -> Result<(), Failure> {
        let path = format!("{prefix}{}", part.path);
        if self.json {
            for line in &part.lines {
                output::push_json_line(out, &as_json(&path, line))?;
            }
            return Ok(());
        }
        let shown = if self.style.guarded { printable_line(&path) } else { path };
        let mut last = None;
        for line in &part.lines {
            let gap = last.is_some_and(|last| line.number > last + 1) || (last.is_none() && !part.continued && !*first);
            if self.context && gap {
                out.push_str("--\n");
            }
            (last, *first) = (Some(line.number), false);
            self.push_line(out, &shown, line);
        }
        Ok(())
    }

    /// As grep writes it: a colon for a match, a dash for a line around one.
    fn push_line(&self, out: &mut String, path: &str, line: &FoundLine) {
        let mark = if line.kind == LineKind::Match { ':' } else { '-' };
        let place = self.style.dim(&format!("{path}{mark}{}{mark}", line.number));
        // Writing to a string can't fail.
        let _ = writeln!(out, "{place}{}", self.text(line));
    }

    fn text(&self, line: &FoundLine) -> String {
        let (from, to) = (if line.skipped > 0 { "…" } else { "" }, if line.cut { "…" } else { "" });
        if !self.style.guarded {
            return format!("{from}{}{to}", line.text);
        }
        let mut text = from.to_owned();
        let mut done = 0;
        for (start, end) in &line.ranges {
            text.push_str(&printable(&line.text[done..*start]));
            text.push_str(&self.style.strong(&printable(&line.text[*start..*end])));
            done = *end;
        }
        text.push_str(&printable(&line.text[done..]));
        text + to
    }
}

fn as_json(path: &str, line: &FoundLine) -> Json {
    json!({
        "path": path,
        "line": line.number,
        "text": line.text,
        "ranges": line.ranges,
        "match": line.kind == LineKind::Match,
        "skipped": line.skipped,
        "cut": line.cut,
    })
}

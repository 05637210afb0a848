//! Standard output: what it can show, and writing to it in one piece.

use std::{
    env,
    io::{self, IsTerminal, Write},
};

use crate::failure::Failure;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// What standard output can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// Whether text may be dimmed.
    pub(crate) colours: bool,
    /// Whether control characters would be obeyed and must be shown as symbols. Elsewhere text goes out exactly as it
    /// is: a program that reads it gets what the model wrote.
    pub(crate) guarded: bool,
}

impl Style {
    /// Plain text for a file or a program.
    #[cfg(test)]
    pub(crate) const PLAIN: Self = Self { colours: false, guarded: false };

    /// Text that should not be taken for an answer: dimmed, or else in brackets.
    pub(crate) fn aside(self, text: &str) -> String {
        if self.colours { self.dim(text) } else { format!("[{text}]") }
    }

    /// Text that matters less, dimmed where that is possible.
    pub(crate) fn dim(self, text: &str) -> String {
        if self.colours { format!("{DIM}{text}{PLAIN}") } else { text.to_owned() }
    }

    /// Text that should be seen first, where that is possible.
    pub(crate) fn strong(self, text: &str) -> String {
        if self.colours { format!("{BOLD}{text}{PLAIN}") } else { text.to_owned() }
    }

    /// A line of a diff, in the colour of what it does.
    pub(crate) fn diff_line(self, line: &str) -> String {
        let colour = match line.as_bytes().first() {
            Some(b'+') => GREEN,
            Some(b'-') => RED,
            _ => return self.dim(line),
        };
        if self.colours { format!("{colour}{line}{PLAIN}") } else { line.to_owned() }
    }

    /// What this process's standard output can show. Colours follow <https://no-color.org>.
    pub(crate) fn of_stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { colours: terminal && !refused && !dumb, guarded: terminal }
    }
}

/// Writes text and sends it off at once: one call for a whole batch, never one for a character.
pub(crate) fn write(text: &str) -> Result<(), Failure> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::of_output)
}

/// Appends a value as one line of JSON.
pub(crate) fn push_json_line(lines: &mut String, value: &impl serde::Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(|error| Failure::Output(error.into()))?;
    lines.push_str(&line);
    lines.push('\n');
    Ok(())
}

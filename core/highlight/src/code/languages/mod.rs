//! The words, strings and comments of each language, by family.

mod compiled;
mod managed;
mod scripting;
mod sql;
mod web;

pub(crate) use compiled::{C, GO, RUST, SWIFT};
pub(crate) use managed::{CSHARP, JAVA};
pub(crate) use scripting::{LUA, PYTHON, RUBY, SHELL};
pub(crate) use sql::SQL;
pub(crate) use web::{JAVASCRIPT, JSON, PHP, TYPESCRIPT};

use super::Quote;

const C_COMMENTS: &[(&str, &str)] = &[("/*", "*/")];
const SLASHES: &[&str] = &["//"];
const POUND: &[&str] = &["#"];

/// Ends with its line.
const fn quote(mark: &'static str) -> Quote {
    Quote { open: mark, close: mark, escapes: true, lines: false }
}

/// Goes over lines.
const fn long(mark: &'static str) -> Quote {
    Quote { open: mark, close: mark, escapes: true, lines: true }
}

/// Goes over lines, and a backslash is a backslash.
const fn verbatim(open: &'static str, close: &'static str) -> Quote {
    Quote { open, close, escapes: false, lines: true }
}

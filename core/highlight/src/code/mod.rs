//! Programming languages: what they have in common, read by one scanner.

mod languages;
mod lengths;
mod scanner;
mod words;

pub(crate) use languages::{
    C, CSHARP, GO, JAVA, JAVASCRIPT, JSON, LUA, PHP, PYTHON, RUBY, RUST, SHELL, SQL, SWIFT, TYPESCRIPT,
};

use crate::spans::Spans;

/// A language.
pub(crate) struct Code {
    pub(crate) keywords: &'static [&'static str],
    pub(crate) types: &'static [&'static str],
    pub(crate) constants: &'static [&'static str],
    pub(crate) line_comments: &'static [&'static str],
    pub(crate) block_comments: &'static [(&'static str, &'static str)],
    /// The longer ones first.
    pub(crate) strings: &'static [Quote],
    pub(crate) traits: &'static [Trait],
}

/// How a string is written.
pub(crate) struct Quote {
    pub(crate) open: &'static str,
    pub(crate) close: &'static str,
    /// Whether a backslash takes the meaning from what comes after it.
    pub(crate) escapes: bool,
    /// Whether it may go over several lines.
    pub(crate) lines: bool,
}

/// What not every language has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    /// Comments within comments.
    NestedComments,
    /// `r#"…"#` and `'lifetime`, `#[attribute]`, `macro!`.
    Rust,
    /// `#"…"#`.
    Pounds,
    /// `@name`.
    AtNames,
    /// `#name` at the beginning of a line.
    Preprocessor,
    /// `/…/` where a value may begin.
    Regexes,
    /// Variables with a dollar sign, also in double quotes; comments only before words; commands.
    Shell,
    /// Variables with a dollar sign.
    Dollars,
    /// `@variable`, `:symbol`, `name?`.
    Ruby,
    /// `<<WORD` and the lines to that word.
    HereDocuments,
    /// A string before a colon is a key.
    Keys,
    /// Words of the language in any case.
    AnyCase,
    /// Names that begin with a capital letter mean types, those that have nothing else constants.
    Capitals,
    /// Functions may begin with a capital letter, too.
    CapitalCalls,
}

impl Code {
    pub(crate) fn has(&self, feature: Trait) -> bool {
        self.traits.contains(&feature)
    }
}

/// Reads a part of the text.
pub(crate) fn lex(code: &'static Code, from: usize, to: usize, spans: &mut Spans<'_>) {
    scanner::Scanner::new(code, from, to, spans).run();
}

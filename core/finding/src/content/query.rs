//! What is searched for.

use grep_regex::{RegexMatcher, RegexMatcherBuilder};

use crate::{FindingError, Globs};

/// How many matching lines a search finds at the most.
pub const MAX_MATCHES: usize = 100_000;

/// How many where nobody says.
const DEFAULT_MATCHES: usize = 10_000;

/// How many lines around a match are shown at the most, on either side.
const MAX_CONTEXT: usize = 50;

/// The longest pattern, in bytes.
const MAX_PATTERN: usize = 10_000;

/// The size that a compiled pattern may have, in bytes.
const MAX_COMPILED: usize = 4 << 20;

/// Whether capital and small letters differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Case {
    /// They do.
    Sensitive,
    /// They don't.
    Insensitive,
    /// They do where the pattern has a capital letter.
    #[default]
    Smart,
}

/// What is searched for, line by line, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentQuery {
    /// Plain text, or a regular expression. At most 10,000 bytes.
    pub pattern: String,
    /// Whether it is a regular expression, in the syntax of Rust's `regex` crate. `$` stands before `\r\n` too.
    pub regex: bool,
    /// Whether case counts.
    pub case: Case,
    /// Whether only whole words match.
    pub word: bool,
    /// Globs of the files to search, relative to the folder; all, where there is none. Up to 100.
    pub include: Vec<String>,
    /// Globs of files and folders to leave out. Up to 100.
    pub exclude: Vec<String>,
    /// How many lines are shown before and after each match, up to 50.
    pub context: usize,
    /// How many matching lines are found at the most, 1 to [`MAX_MATCHES`].
    pub limit: usize,
}

impl ContentQuery {
    /// A search for plain text in all files, up to 10,000 lines, minding case where the text has a capital letter.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self {
            pattern: pattern.into(),
            regex: false,
            case: Case::default(),
            word: false,
            include: Vec::new(),
            exclude: Vec::new(),
            context: 0,
            limit: DEFAULT_MATCHES,
        }
    }

    pub(crate) fn globs(&self) -> Result<Globs, FindingError> {
        Globs::new(&self.include, &self.exclude)
    }

    pub(crate) fn lines_around(&self) -> usize {
        self.context.min(MAX_CONTEXT)
    }

    pub(crate) fn most(&self) -> usize {
        self.limit.clamp(1, MAX_MATCHES)
    }
}

/// A pattern that is ready to be looked for. Cheap to clone; each thread needs its own.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(pub(crate) RegexMatcher);

impl Pattern {
    pub(crate) fn new(query: &ContentQuery) -> Result<Self, FindingError> {
        if query.pattern.is_empty() {
            return Err(FindingError::EmptyPattern);
        }
        if query.pattern.len() > MAX_PATTERN {
            return Err(FindingError::LongPattern { max: MAX_PATTERN });
        }
        RegexMatcherBuilder::new()
            .fixed_strings(!query.regex)
            .case_insensitive(query.case == Case::Insensitive)
            .case_smart(query.case == Case::Smart)
            .word(query.word)
            // Many lines are looked at together: `^` and `$` mean each of them.
            .multi_line(true)
            .crlf(true)
            .size_limit(MAX_COMPILED)
            .build(&query.pattern)
            .map(Self)
            .map_err(|error| FindingError::Pattern { reason: reason(&error.to_string()) })
    }
}

/// What is wrong, without the picture of the pattern above it: that one shows what the pattern was wrapped in.
fn reason(error: &str) -> String {
    let (_, reason) = error.rsplit_once("error: ").unwrap_or(("", error));
    reason.trim().chars().take(200).collect()
}

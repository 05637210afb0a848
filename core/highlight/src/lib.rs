//! Colours for source code: which part of which line is a keyword, a string, a comment.
//!
//! What reads the text are small lexers of our own, driven by tables: they know words, strings and comments of a language
//! and nothing of its grammar. So a piece out of the middle, such as a hunk of a diff, is coloured like the whole; reading is
//! linear in the text; and there is nothing to load. (Tree-sitter's grammars are megabytes of C that every build compiles,
//! and expect whole files; syntect reads half a megabyte a second.)
//!
//! This crate knows no files, no screens and no colours.

mod code;
mod css;
mod data;
mod html;
mod language;
mod markdown;
mod spans;

use language::Language;
use spans::Spans;

/// Longer texts are not coloured, in bytes.
pub const MAX_TEXT: usize = 1 << 20;

/// Longer lines are not coloured, in bytes; what comes after them is.
pub const MAX_LINE: usize = 10_000;

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A word of the language itself.
    Keyword,
    /// The name of a type.
    Type,
    /// The name of a function, where it is made or called; a command.
    Function,
    /// A variable that the language marks as one, such as `$HOME`.
    Variable,
    /// A field, a key, the name of an attribute in markup.
    Property,
    /// A name for a value that does not change: `true`, `MAX_SIZE`, a colour.
    Constant,
    /// A string, a character, a regular expression.
    String,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// What is said about code: `@objc`, `#[test]`, an instruction to a preprocessor.
    Attribute,
    /// Brackets, commas, operators.
    Punctuation,
    /// The name of an element in markup.
    Tag,
    /// A heading, the name of a section.
    Heading,
    /// Emphasised text.
    Emphasis,
    /// A link's address.
    Link,
    /// Code within text.
    Code,
}

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where it begins, in bytes of the line.
    pub start: usize,
    /// Where it ends; always after its beginning.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// The coloured parts of a line, in order and apart from each other. What lies between has no colour of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The parts.
    pub spans: Vec<Span>,
}

/// Colours a text, or a piece of one: as many lines as it has when it is split at each `\n`. `path` says which language it
/// is in; of an unknown one, and of a text longer than [`MAX_TEXT`], the lines have no colours.
pub fn highlight(path: &str, text: &str) -> Vec<Line> {
    let mut spans = Spans::new(text);
    if text.len() <= MAX_TEXT
        && let Some(language) = Language::of(path, text)
    {
        language.lex(0, text.len(), &mut spans);
    }
    spans.by_line()
}

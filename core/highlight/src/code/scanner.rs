//! The scanner: comments, strings, numbers. Words are next door.

use memchr::memchr;

use super::{
    Code, Trait,
    lengths::{
        attribute, ends_word, find, is_word, named, nested, pounds, quoted, raw, regex, tick, variable, word_length,
    },
};
use crate::{Kind, spans::Spans};

/// How many here-documents may wait for their lines.
const MAX_WAITING: usize = 16;

/// How far is looked for the end of what is usually short, in bytes: reading stays linear in the text.
const MAX_AHEAD: usize = 500;

/// What stood before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing, or the end of a command.
    Start,
    /// What a value may follow: an operator, an opening bracket.
    Operator,
    /// A dot, after which a member stands.
    Dot,
    /// A value.
    Value,
    /// A word of the language, after which a value may stand.
    Keyword,
    /// A word after which a function is named, and one after which a type is.
    Function,
    Type,
}

pub(super) struct Scanner<'c, 's, 't> {
    pub(super) code: &'c Code,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) to: usize,
    pub(super) before: Before,
    pub(super) spans: &'s mut Spans<'t>,
    from: usize,
    waiting: Vec<&'t [u8]>,
}

impl<'c, 's, 't> Scanner<'c, 's, 't> {
    pub(super) fn new(code: &'c Code, from: usize, to: usize, spans: &'s mut Spans<'t>) -> Self {
        let bytes = spans.text.as_bytes();
        Self { code, bytes, at: from, to, before: Before::Start, spans, from, waiting: Vec::new() }
    }

    pub(super) fn run(mut self) {
        self.end_of_comment();
        while self.at < self.to {
            let byte = self.bytes[self.at];
            match byte {
                b'\n' => self.line_end(),
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ if self.comment() || self.special() || self.string() => {}
                b'0'..=b'9' => self.number(),
                _ if is_word(byte) => self.word(),
                _ => self.punctuation(byte),
            }
        }
    }

    /// A piece out of the middle may begin within a comment: then the comment's end comes before any beginning, in a line
    /// that looks like one of a comment.
    fn end_of_comment(&mut self) {
        for (open, close) in self.code.block_comments {
            let rest = &self.bytes[self.from..self.to];
            let Some(end) = find(rest, close.as_bytes()) else { continue };
            if find(&rest[..end], open.as_bytes()).is_some() {
                continue;
            }
            let line = rest[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let text = rest[line..].trim_ascii_start();
            if text.starts_with(b"*") && !text.starts_with(b"**") && close.starts_with('*') {
                self.take(end + close.len(), Kind::Comment);
                return;
            }
        }
    }

    fn line_end(&mut self) {
        self.at += 1;
        if self.code.has(Trait::Shell) || self.code.has(Trait::Preprocessor) || self.before == Before::Value {
            self.before = Before::Start;
        }
        for word in std::mem::take(&mut self.waiting) {
            self.here_document(word);
        }
    }

    fn comment(&mut self) -> bool {
        let code = self.code;
        let rest = self.rest();
        // In a shell, only what begins a word is a comment.
        let inside = code.has(Trait::Shell) && self.at > self.from && !ends_word(self.bytes[self.at - 1]);
        if !inside && code.line_comments.iter().any(|mark| rest.starts_with(mark.as_bytes())) {
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let end = if rest[..end].ends_with(b"\r") { end - 1 } else { end };
            self.take(end.max(1), Kind::Comment);
            return true;
        }
        let Some((open, close)) = code.block_comments.iter().find(|(open, _)| rest.starts_with(open.as_bytes())) else {
            return false;
        };
        let length = if code.has(Trait::NestedComments) {
            nested(rest, open.as_bytes(), close.as_bytes())
        } else {
            find(&rest[open.len()..], close.as_bytes()).map(|end| end + open.len() + close.len())
        };
        self.take(length.unwrap_or(rest.len()), Kind::Comment);
        true
    }

    fn string(&mut self) -> bool {
        let rest = self.rest();
        let Some(quote) = self.code.strings.iter().find(|quote| rest.starts_with(quote.open.as_bytes())) else {
            return false;
        };
        let length = quoted(rest, quote);
        if self.code.has(Trait::Shell) && quote.open == "\"" {
            self.with_variables(length);
        } else {
            let key = self.code.has(Trait::Keys) && rest[length..].trim_ascii_start().starts_with(b":");
            self.take(length, if key { Kind::Property } else { Kind::String });
        }
        self.before = Before::Value;
        true
    }

    /// A string of a shell, with the variables in it.
    fn with_variables(&mut self, length: usize) {
        let end = self.at + length;
        while self.at < end {
            let rest = &self.bytes[self.at..end];
            let plain = (0..rest.len()).find(|at| rest[*at] == b'$' && (*at == 0 || rest[*at - 1] != b'\\'));
            self.take(plain.unwrap_or(rest.len()), Kind::String);
            let variable = variable(&self.bytes[self.at..self.at + self.near(end)]);
            if variable > 1 {
                self.take(variable, Kind::Variable);
            } else {
                self.take((end - self.at).min(1), Kind::String);
            }
        }
    }

    /// What only some languages have.
    fn special(&mut self) -> bool {
        let (rest, code) = (self.rest(), self.code);
        let near = &rest[..self.near(self.to)];
        let length = match rest[0] {
            b'#' if code.has(Trait::Rust) => attribute(near).map(|length| (length, Kind::Attribute)),
            b'r' | b'b' | b'c' if code.has(Trait::Rust) => raw(rest).map(|length| (length, Kind::String)),
            b'\'' if code.has(Trait::Rust) => Some(tick(near)),
            b'#' if code.has(Trait::Pounds) && pounds(rest).is_some() => {
                pounds(rest).map(|length| (length, Kind::String))
            }
            b'#' if code.has(Trait::Preprocessor) && self.before == Before::Start => {
                let gap = 1 + rest[1..].iter().take_while(|byte| **byte == b' ').count();
                Some((gap + word_length(&rest[gap..]), Kind::Attribute))
            }
            b'<' if code.has(Trait::Preprocessor) && self.after_include() => {
                memchr(b'>', near).filter(|end| !near[..*end].contains(&b'\n')).map(|end| (end + 1, Kind::String))
            }
            b'@' if code.has(Trait::AtNames) => named(rest, Kind::Attribute),
            b'@' if code.has(Trait::Ruby) => named(rest, Kind::Variable),
            b':' if code.has(Trait::Ruby) && rest.get(1).is_some_and(u8::is_ascii_alphabetic) => {
                named(rest, Kind::Constant)
            }
            b'$' if code.has(Trait::Shell) || code.has(Trait::Dollars) => {
                Some((variable(near), Kind::Variable)).filter(|(length, _)| *length > 1)
            }
            b'/' if code.has(Trait::Regexes) && self.before != Before::Value && self.before != Before::Dot => {
                regex(near).map(|length| (length, Kind::String))
            }
            b'<' if code.has(Trait::HereDocuments) => return self.announce(rest),
            _ => None,
        };
        let Some((length, kind)) = length.filter(|(length, _)| *length > 0) else { return false };
        self.take(length, kind);
        self.before = if kind == Kind::Attribute { Before::Keyword } else { Before::Value };
        true
    }

    fn after_include(&self) -> bool {
        let from = self.from.max(self.at.saturating_sub(MAX_AHEAD));
        let line = self.bytes[from..self.at].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = line.trim_ascii();
        line.starts_with(b"#") && (line.ends_with(b"include") || line.ends_with(b"import"))
    }

    /// `<<WORD`: the lines after this one, to that word, are text.
    fn announce(&mut self, rest: &'t [u8]) -> bool {
        let Some(inner) = rest.strip_prefix(b"<<") else { return false };
        let inner = inner.strip_prefix(b"-").or_else(|| inner.strip_prefix(b"~")).unwrap_or(inner);
        let quoted = inner.first().is_some_and(|byte| matches!(byte, b'\'' | b'"'));
        let inner = &inner[usize::from(quoted)..];
        let word = &inner[..word_length(inner)];
        if word.first().is_none_or(u8::is_ascii_digit) || self.waiting.len() == MAX_WAITING {
            return false;
        }
        self.waiting.push(word);
        let length = rest.len() - inner.len() + word.len() + usize::from(quoted);
        self.take(length.min(rest.len()), Kind::String);
        true
    }

    fn here_document(&mut self, word: &[u8]) {
        let rest = self.rest();
        let mut length = 0;
        for line in rest.split_inclusive(|byte| *byte == b'\n') {
            length += line.len();
            if line.trim_ascii() == word {
                break;
            }
        }
        self.take(length, Kind::String);
    }

    fn number(&mut self) {
        let rest = self.rest();
        let mut length = 1;
        while let Some(byte) = rest.get(length) {
            let next = rest.get(length + 1).copied().unwrap_or_default();
            let signed =
                matches!(byte, b'+' | b'-') && matches!(rest[length - 1], b'e' | b'E') && !rest.starts_with(b"0x");
            let point = *byte == b'.' && next.is_ascii_digit() && rest[length - 1] != b'.';
            if !(byte.is_ascii_alphanumeric() || *byte == b'_' || point || signed && next.is_ascii_digit()) {
                break;
            }
            length += 1;
        }
        self.take(length, Kind::Number);
        self.before = Before::Value;
    }

    fn punctuation(&mut self, byte: u8) {
        self.take(1, Kind::Punctuation);
        self.before = match byte {
            b'.' => Before::Dot,
            b')' | b']' => Before::Value,
            // A block has ended, or an object: what comes next is rarely divided.
            b';' | b'|' | b'&' | b'{' | b'}' => Before::Start,
            _ => Before::Operator,
        };
    }

    /// How many bytes are looked at from here, with no character cut.
    fn near(&self, end: usize) -> usize {
        self.spans.text.floor_char_boundary(self.at + MAX_AHEAD).min(end).saturating_sub(self.at)
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        &self.bytes[self.at..self.to]
    }

    /// Takes so many bytes for this.
    pub(super) fn take(&mut self, length: usize, kind: Kind) {
        let end = (self.at + length).min(self.to);
        self.spans.push(self.at, end, kind);
        self.at = end;
    }
}

//! Words: of the language itself, of types, of functions.

use super::{
    Trait,
    lengths::{is_word, word_length},
    scanner::{Before, Scanner},
};
use crate::Kind;

/// After these, a function is named.
const FUNCTION_WORDS: [&[u8]; 6] = [b"fn", b"func", b"def", b"function", b"fun", b"sub"];

/// After these, a type is named.
const TYPE_WORDS: [&[u8]; 15] = [
    b"struct",
    b"class",
    b"enum",
    b"trait",
    b"interface",
    b"protocol",
    b"type",
    b"extension",
    b"impl",
    b"actor",
    b"union",
    b"typealias",
    b"record",
    b"new",
    b"extends",
];

/// What may stand in a shell before a command.
const COMMAND_FOLLOWS: [&[u8]; 10] =
    [b"if", b"then", b"else", b"elif", b"while", b"until", b"do", b"exec", b"time", b"sudo"];

impl Scanner<'_, '_, '_> {
    pub(super) fn word(&mut self) {
        let rest = self.rest();
        let mut length = word_length(rest);
        let shell = self.code.has(Trait::Shell);
        if shell {
            // Commands and options have dashes.
            let dashed = |byte: &u8| is_word(*byte) || matches!(byte, b'-' | b'.' | b'+');
            length = rest.iter().position(|byte| !dashed(byte)).unwrap_or(rest.len());
        } else if self.code.has(Trait::Ruby) && matches!(rest.get(length), Some(b'?' | b'!')) {
            length += usize::from(rest.get(length + 1) != Some(&b'='));
        }
        let word = &rest[..length];
        let kind = if shell { self.shell_word(word) } else { self.kind_of(word, &rest[length..]) };
        match kind {
            Some(kind) => self.take(length, kind),
            None => self.at += length,
        }
        let named = |words: &[&[u8]]| kind == Some(Kind::Keyword) && words.contains(&word);
        self.before = if named(&FUNCTION_WORDS) {
            Before::Function
        } else if named(&TYPE_WORDS) {
            Before::Type
        } else if shell && named(&COMMAND_FOLLOWS) {
            Before::Start
        } else if kind == Some(Kind::Keyword) {
            Before::Keyword
        } else {
            Before::Value
        };
    }

    fn kind_of(&self, word: &[u8], after: &[u8]) -> Option<Kind> {
        let member = self.before == Before::Dot;
        if !member && self.is_one_of(word, self.code.keywords) {
            return Some(Kind::Keyword);
        }
        if !member && self.is_one_of(word, self.code.constants) {
            return Some(Kind::Constant);
        }
        if !member && self.is_one_of(word, self.code.types) {
            return Some(Kind::Type);
        }
        match self.before {
            Before::Function => return Some(Kind::Function),
            Before::Type => return Some(Kind::Type),
            _ => {}
        }
        let called = after.first() == Some(&b'(');
        let expanded = self.code.has(Trait::Rust) && after.first() == Some(&b'!') && after.get(1) != Some(&b'=');
        let capital = self.code.has(Trait::Capitals) && word[0].is_ascii_uppercase();
        if capital && word.len() > 1 && !word.iter().any(u8::is_ascii_lowercase) {
            return Some(if called { Kind::Function } else { Kind::Constant });
        }
        if capital {
            let calls = called && self.code.has(Trait::CapitalCalls);
            return Some(if calls { Kind::Function } else { Kind::Type });
        }
        if called || expanded {
            return Some(Kind::Function);
        }
        let key = self.code.has(Trait::Keys) && after.trim_ascii_start().first() == Some(&b':');
        (member || key).then_some(Kind::Property)
    }

    /// The first word of a command is what is run.
    fn shell_word(&self, word: &[u8]) -> Option<Kind> {
        let rest = &self.rest()[word.len()..];
        if self.before == Before::Start && rest.first() == Some(&b'=') {
            return Some(Kind::Variable);
        }
        if self.is_one_of(word, self.code.keywords) {
            return Some(Kind::Keyword);
        }
        if self.is_one_of(word, self.code.constants) {
            return Some(Kind::Constant);
        }
        let number = word.iter().all(u8::is_ascii_digit);
        match self.before {
            _ if number => Some(Kind::Number),
            Before::Start | Before::Function => Some(Kind::Function),
            _ => None,
        }
    }

    fn is_one_of(&self, word: &[u8], words: &[&str]) -> bool {
        if self.code.has(Trait::AnyCase) {
            return words.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word));
        }
        words.iter().any(|known| known.as_bytes() == word)
    }
}

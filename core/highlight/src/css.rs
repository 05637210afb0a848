//! Style sheets.

use crate::{Kind, spans::Spans};

/// How far is looked for what a colon means, in bytes.
const MAX_AHEAD: usize = 500;

pub(crate) fn lex(from: usize, to: usize, spans: &mut Spans<'_>) {
    let text = spans.text;
    let bytes = text.as_bytes();
    // Before the colon of a declaration stands its name; before a block, what it is for.
    let (mut at, mut value) = (from, false);
    while at < to {
        let rest = &bytes[at..to];
        let (length, kind) = match rest[0] {
            b'/' if rest.starts_with(b"/*") => {
                let end = memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4);
                (end, Some(Kind::Comment))
            }
            b'/' if rest.starts_with(b"//") && (at == from || bytes[at - 1] != b':') => {
                (line_length(rest), Some(Kind::Comment))
            }
            mark @ (b'"' | b'\'') => (string_length(rest, mark), Some(Kind::String)),
            b'@' | b'!' => (1 + name_length(&rest[1..]), Some(Kind::Keyword)),
            b'$' => (1 + name_length(&rest[1..]), Some(Kind::Variable)),
            b'#' if value => (1 + name_length(&rest[1..]), Some(Kind::Constant)),
            b'#' | b'.' if rest.get(1).is_some_and(|byte| is_name(*byte) && !byte.is_ascii_digit()) => {
                (1 + name_length(&rest[1..]), Some(Kind::Type))
            }
            byte if byte.is_ascii_digit() => (number_length(rest), Some(Kind::Number)),
            byte if is_name(byte) => {
                let length = name_length(rest);
                (length, word(rest, length, value))
            }
            b':' => {
                // What a block follows is a part of a selector.
                let near = &rest[..rest.len().min(MAX_AHEAD)];
                let next = near.iter().find(|byte| matches!(byte, b'{' | b'}' | b';'));
                value = next != Some(&b'{');
                (1, Some(Kind::Punctuation))
            }
            b'{' | b'}' | b';' => {
                value = false;
                (1, Some(Kind::Punctuation))
            }
            byte if byte.is_ascii_punctuation() => (1, Some(Kind::Punctuation)),
            _ => (1, None),
        };
        let end = (at + length).min(to);
        if let Some(kind) = kind {
            spans.push(at, end, kind);
        }
        at = end;
    }
}

fn word(rest: &[u8], length: usize, value: bool) -> Option<Kind> {
    let next = rest.get(length);
    if rest.starts_with(b"--") {
        return Some(Kind::Variable);
    }
    match (value, next) {
        (_, Some(b'(')) => Some(Kind::Function),
        (true, _) => None,
        (false, Some(b':')) => Some(Kind::Property),
        (false, _) => Some(Kind::Tag),
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || byte >= 0x80
}

fn name_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| !is_name(*byte)).unwrap_or(rest.len())
}

fn number_length(rest: &[u8]) -> usize {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'%');
    rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len())
}

fn line_length(rest: &[u8]) -> usize {
    memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

fn string_length(rest: &[u8], mark: u8) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match *byte {
            b'\\' => at += 1,
            b'\n' => return at,
            byte if byte == mark => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

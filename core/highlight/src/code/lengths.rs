//! How long what begins here is: strings, attributes, variables.

use memchr::memchr;

use super::Quote;
use crate::Kind;

/// How many number signs a string may begin with.
const MAX_POUNDS: usize = 16;

/// Whether a byte belongs to a word; all that is not ASCII does.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

pub(super) fn word_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len())
}

pub(super) fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b';' | b'(' | b')' | b'|' | b'&')
}

pub(super) fn find(rest: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(rest, wanted)
}

pub(super) fn nested(rest: &[u8], open: &[u8], close: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(open) {
            depth += 1;
            at += open.len();
        } else if rest[at..].starts_with(close) {
            depth -= 1;
            at += close.len();
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += 1;
        }
    }
    None
}

/// How long a string is; one that does not end goes to the end of its line, or of the text.
pub(super) fn quoted(rest: &[u8], quote: &Quote) -> usize {
    let close = quote.close.as_bytes();
    let mut at = quote.open.len();
    while at < rest.len() {
        if rest[at..].starts_with(close) {
            return at + close.len();
        }
        match rest[at] {
            b'\\' if quote.escapes => at += 2,
            b'\n' if !quote.lines => return at,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `#[…]`, `#![…]`.
pub(super) fn attribute(rest: &[u8]) -> Option<usize> {
    let open = if rest.starts_with(b"#![") { 2 } else { 1 };
    if rest.get(open) != Some(&b'[') {
        return None;
    }
    let mut depth = 0_usize;
    for (at, byte) in rest.iter().enumerate().skip(open) {
        match byte {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// `r"…"`, `br#"…"#`, `b"…"`, `b'…'`.
pub(super) fn raw(rest: &[u8]) -> Option<usize> {
    let letters = rest.iter().take(2).take_while(|byte| matches!(byte, b'r' | b'b' | b'c')).count();
    let after = &rest[letters..];
    if rest[..letters].contains(&b'r') {
        return pounds(after)
            .or_else(|| {
                let end = after.strip_prefix(b"\"").and_then(|inner| memchr(b'"', inner))?;
                Some(end + 2)
            })
            .map(|length| length + letters);
    }
    let quote = match after.first()? {
        b'"' => Quote { open: "\"", close: "\"", escapes: true, lines: true },
        b'\'' => Quote { open: "'", close: "'", escapes: true, lines: false },
        _ => return None,
    };
    Some(letters + quoted(after, &quote))
}

/// `#"…"#` with as many number signs before as after.
pub(super) fn pounds(rest: &[u8]) -> Option<usize> {
    let pounds = rest.iter().take(MAX_POUNDS).take_while(|byte| **byte == b'#').count();
    let inner = rest[pounds..].strip_prefix(b"\"").filter(|_| pounds > 0)?;
    let mut close = vec![b'"'];
    close.extend_from_slice(&rest[..pounds]);
    let skipped = rest.len() - inner.len();
    Some(find(inner, &close).map_or(rest.len(), |end| skipped + end + close.len()))
}

/// A character in quotes, or a lifetime.
pub(super) fn tick(rest: &[u8]) -> (usize, Kind) {
    let inner = &rest[1..];
    let character = match inner.first() {
        Some(b'\\') => inner.iter().skip(2).position(|byte| *byte == b'\'' || *byte == b'\n').map(|at| at + 4),
        Some(byte) => {
            let length = match byte {
                0..=0x7F => 1,
                0xC0..=0xDF => 2,
                0xE0..=0xEF => 3,
                _ => 4,
            };
            (inner.get(length) == Some(&b'\'')).then_some(length + 2)
        }
        None => None,
    };
    match character {
        Some(length) if !rest[..length.min(rest.len())].contains(&b'\n') => (length, Kind::String),
        _ => (1 + word_length(inner), Kind::Variable),
    }
}

pub(super) fn named(rest: &[u8], kind: Kind) -> Option<(usize, Kind)> {
    let length = word_length(&rest[1..]);
    (length > 0).then_some((length + 1, kind))
}

/// `$name`, `${name…}`, `$1`, `$?`; 1 where the sign stands alone.
pub(super) fn variable(rest: &[u8]) -> usize {
    match rest.get(1) {
        Some(b'{') => memchr(b'}', rest).filter(|end| !rest[..*end].contains(&b'\n')).map_or(1, |end| end + 1),
        Some(byte) if is_word(*byte) => 1 + word_length(&rest[1..]),
        Some(b'?' | b'!' | b'#' | b'@' | b'*' | b'$' | b'-') => 2,
        _ => 1,
    }
}

/// `/…/flags` on one line.
pub(super) fn regex(rest: &[u8]) -> Option<usize> {
    let (mut at, mut class) = (1, false);
    if matches!(rest.get(1)?, b'=' | b' ' | b'*' | b'/') {
        return None;
    }
    loop {
        match rest.get(at)? {
            b'\n' => return None,
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => break,
            _ => {}
        }
        at += 1;
    }
    Some(at + 1 + rest[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count())
}

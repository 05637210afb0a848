//! HTML, XML and what is written like them.

use memchr::{memchr, memmem};

use crate::{
    Kind,
    code::{self, JAVASCRIPT},
    css,
    spans::Spans,
};

pub(crate) fn lex(from: usize, to: usize, spans: &mut Spans<'_>) {
    let bytes = spans.text.as_bytes();
    let mut at = from;
    while at < to {
        let rest = &bytes[at..to];
        match rest[0] {
            b'<' if rest.starts_with(b"<!--") => {
                let length = memmem::find(&rest[4..], b"-->").map_or(rest.len(), |end| end + 7);
                spans.push(at, at + length, Kind::Comment);
                at += length;
            }
            b'<' if rest.starts_with(b"<![CDATA[") => {
                let length = memmem::find(rest, b"]]>").map_or(rest.len(), |end| end + 3);
                spans.push(at, at + length, Kind::String);
                at += length;
            }
            b'<' if rest
                .get(1)
                .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?')) =>
            {
                at = tag(at, to, spans);
            }
            b'&' => {
                let length = rest.iter().take(32).position(|byte| *byte == b';').map_or(1, |end| end + 1);
                let entity =
                    rest[1..length].iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b';'));
                if entity && length > 2 {
                    spans.push(at, at + length, Kind::Constant);
                    at += length;
                } else {
                    at += 1;
                }
            }
            _ => at += memchr::memchr2(b'<', b'&', &rest[1..]).map_or(rest.len(), |next| next + 1),
        }
    }
}

/// A tag, and what stands in an element that has its own language.
fn tag(from: usize, to: usize, spans: &mut Spans<'_>) -> usize {
    let bytes = spans.text.as_bytes();
    let mut at = from + 1;
    at += usize::from(matches!(bytes.get(at), Some(b'/' | b'!' | b'?')));
    spans.push(from, at, Kind::Punctuation);
    let name = name_length(&bytes[at..to]);
    spans.push(at, at + name, Kind::Tag);
    let element = &bytes[at..at + name];
    let opens = at == from + 1;
    at = attributes(at + name, to, spans);
    if !opens || at < 2 || bytes[at - 2] == b'/' {
        return at;
    }
    let end = |close: &[u8]| memmem::find(&bytes[at..to], close).map_or(to, |end| at + end);
    if element.eq_ignore_ascii_case(b"script") {
        let end = end(b"</script");
        code::lex(&JAVASCRIPT, at, end, spans);
        return end;
    }
    if element.eq_ignore_ascii_case(b"style") {
        let end = end(b"</style");
        css::lex(at, end, spans);
        return end;
    }
    at
}

/// To the end of the tag.
fn attributes(from: usize, to: usize, spans: &mut Spans<'_>) -> usize {
    let bytes = spans.text.as_bytes();
    let mut at = from;
    while at < to {
        let rest = &bytes[at..to];
        let (length, kind) = match rest[0] {
            b'>' => {
                spans.push(at, at + 1, Kind::Punctuation);
                return at + 1;
            }
            // What is not closed ends here: a piece of text, or a mistake.
            b'<' => return at,
            mark @ (b'"' | b'\'') => (memchr(mark, &rest[1..]).map_or(rest.len(), |end| end + 2), Some(Kind::String)),
            b'=' | b'/' | b'?' => (1, Some(Kind::Punctuation)),
            byte if is_name(byte) => (name_length(rest), Some(Kind::Property)),
            _ => (1, None),
        };
        if let Some(kind) = kind {
            spans.push(at, at + length, kind);
        }
        at += length;
    }
    at
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'@' | b'#' | b'*') || byte >= 0x80
}

fn name_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| !is_name(*byte)).unwrap_or(rest.len())
}

//! Markdown. Blocks of code are read in their own language.

use crate::{Kind, MAX_LINE, language::Language, spans::Spans};

/// How far is looked for the end of what is marked within a line, in bytes.
const MAX_AHEAD: usize = 1000;

pub(crate) fn lex(from: usize, to: usize, spans: &mut Spans<'_>) {
    let text = spans.text;
    let mut at = from;
    if at == 0 && text[from..to].starts_with("---\n") {
        at = front_matter(to, spans);
    }
    while at < to {
        let line = &text[at..line_end(text, at, to)];
        let next = (at + line.len() + 1).min(to);
        let inner = line.trim_start();
        let start = at + line.len() - inner.len();
        at = if let Some(fence) = fence(inner) {
            block(start, line, fence, to, spans)
        } else {
            block_start(start, inner, spans);
            next
        };
    }
}

/// Settings between two lines of dashes.
fn front_matter(to: usize, spans: &mut Spans<'_>) -> usize {
    let text = spans.text;
    let Some(end) = text[4..to].find("\n---").map(|end| end + 5) else { return 0 };
    spans.push(0, 3, Kind::Punctuation);
    Language::Yaml.lex(4, end, spans);
    spans.push(end.max(spans.end()), end + 3, Kind::Punctuation);
    line_end(text, end, to)
}

fn line_end(text: &str, at: usize, to: usize) -> usize {
    text[at..to].find('\n').map_or(to, |end| at + end)
}

fn fence(line: &str) -> Option<&'static str> {
    ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence))
}

/// A block of code, to the line after it.
fn block(start: usize, line: &str, fence: &str, to: usize, spans: &mut Spans<'_>) -> usize {
    let text = spans.text;
    let open = line_end(text, start, to);
    spans.push(start, open, Kind::Punctuation);
    let name = line.trim_start().trim_start_matches(['`', '~']).split([' ', ',', '{']).next().unwrap_or_default();
    let body = (open + 1).min(to);
    let mut end = body;
    for inner in text[body..to].split_inclusive('\n') {
        if inner.trim_start().starts_with(fence) {
            break;
        }
        end += inner.len();
    }
    // Of the same language as the text it would never come to an end.
    match Language::named(&name.trim().to_ascii_lowercase()) {
        Some(Language::Markdown) | None => spans.push(body, end, Kind::Code),
        Some(language) => language.lex(body, end, spans),
    }
    let close = line_end(text, end, to);
    spans.push(end, close, Kind::Punctuation);
    (close + 1).min(to)
}

/// A line: a heading, an item of a list, a quotation, text.
fn block_start(at: usize, line: &str, spans: &mut Spans<'_>) {
    let level = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&level) && line[level..].starts_with([' ', '\t']) {
        spans.push(at, at + line.trim_end_matches('\r').len(), Kind::Heading);
        return;
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = match line.as_bytes() {
        [b'>', ..] | [b'-' | b'*' | b'+', b' ', ..] => 1,
        _ if (1..=9).contains(&digits) && line[digits..].starts_with(". ") => digits + 1,
        _ => 0,
    };
    spans.push(at, at + mark, Kind::Punctuation);
    if line.len() > MAX_LINE {
        return;
    }
    inline(at + mark, &line[mark..], spans);
}

fn inline(from: usize, line: &str, spans: &mut Spans<'_>) {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < line.len() {
        let far = line.floor_char_boundary(at + MAX_AHEAD);
        let rest = &line[at..far];
        let found = match bytes[at] {
            b'\\' => {
                at = line.ceil_char_boundary(at + 2);
                continue;
            }
            b'`' => code_length(rest).map(|length| (length, Kind::Code)),
            b'*' | b'_' if at == 0 || !bytes[at - 1].is_ascii_alphanumeric() => {
                emphasis(rest).map(|length| (length, Kind::Emphasis))
            }
            b'<' if rest.starts_with("<!--") => rest.find("-->").map(|end| (end + 3, Kind::Comment)),
            b'<' if rest.starts_with("<http") => rest.find('>').map(|end| (end + 1, Kind::Link)),
            b'h' if rest.starts_with("http://") || rest.starts_with("https://") => {
                Some((rest.find([' ', ')', '>', '"', ']']).unwrap_or(rest.len()), Kind::Link))
            }
            b']' if rest.starts_with("](") => rest.find(')').map(|end| (end + 1, Kind::Link)),
            _ => None,
        };
        match found {
            Some((length, kind)) => {
                spans.push(from + at, from + at + length, kind);
                at += length;
            }
            None => at = line.ceil_char_boundary(at + 1),
        }
    }
}

/// `code`, between as many marks on either side.
fn code_length(rest: &str) -> Option<usize> {
    let marks = rest.len() - rest.trim_start_matches('`').len();
    let end = rest[marks..].find(&rest[..marks])?;
    Some(marks + end + marks)
}

/// `*this*`, `**this**`, `_this_`.
fn emphasis(rest: &str) -> Option<usize> {
    let mark = &rest[..1];
    let marks = rest.len() - rest.trim_start_matches(mark).len();
    if marks > 3 || rest[marks..].starts_with([' ', '\t']) {
        return None;
    }
    let end = rest[marks..].find(&rest[..marks])?;
    (end > 0).then_some(marks + end + marks)
}

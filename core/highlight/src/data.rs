//! Data by line: TOML and what is like it, YAML.

use crate::{Kind, spans::Spans};

/// TOML, and files of settings with `[sections]` and `name = value`.
pub(crate) fn lex_toml(from: usize, to: usize, spans: &mut Spans<'_>) {
    let mut open = None;
    each_line(from, to, spans, |at, line, spans| {
        let mut done = 0;
        if let Some(mark) = open {
            done = ended(line, 0, mark);
            spans.push(at, at + done, Kind::String);
            open = (!line[..done].ends_with(mark)).then_some(mark);
            if open.is_some() {
                return;
            }
        } else {
            let text = line.trim_start();
            let start = line.len() - text.len();
            if text.starts_with('[') && !text.contains('=') && !text.contains(',') {
                let end = text.rfind(']').map_or(line.len(), |end| start + end + 1);
                spans.push(at + start, at + end, Kind::Heading);
                done = end;
            } else if let Some(equals) = key_end(line, '=') {
                spans.push(at + start, at + line[..equals].trim_end().len(), Kind::Property);
                done = equals;
            }
        }
        open = values(at, line, done, spans, &["\"\"\"", "'''"], &['#', ';']);
    });
}

/// YAML.
pub(crate) fn lex_yaml(from: usize, to: usize, spans: &mut Spans<'_>) {
    // How far a block of text is indented that goes on as long as lines are indented more.
    let mut block: Option<usize> = None;
    each_line(from, to, spans, |at, line, spans| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(outer) = block {
            if line.trim().is_empty() || indent > outer {
                spans.push(at + indent, at + line.len(), Kind::String);
                return;
            }
            block = None;
        }
        let mut start = indent;
        while line[start..].starts_with("- ") {
            spans.push(at + start, at + start + 1, Kind::Punctuation);
            start += 2 + (line[start + 2..].len() - line[start + 2..].trim_start().len());
        }
        let mut done = start;
        if line[start..].starts_with("---") || line[start..].starts_with("...") {
            spans.push(at + start, at + line.len(), Kind::Heading);
            return;
        }
        if let Some(colon) = key_end(&line[start..], ':').map(|colon| start + colon) {
            spans.push(at + start, at + colon, Kind::Property);
            done = colon;
        }
        let _ = values(at, line, done, spans, &[], &['#']);
        let value = line.trim_end();
        let marked =
            value.ends_with(['|', '>']) || value.ends_with("|-") || value.ends_with(">-") || value.ends_with("|+");
        if marked && (done > start || value.len() <= start + 2) {
            block = Some(indent);
        }
    });
}

/// Calls back with each line's place and text, without its end.
fn each_line(from: usize, to: usize, spans: &mut Spans<'_>, mut each: impl FnMut(usize, &str, &mut Spans<'_>)) {
    let text = spans.text;
    let mut at = from;
    for line in text[from..to].split_inclusive('\n') {
        each(at, line.trim_end_matches(['\n', '\r']), spans);
        at += line.len();
    }
}

/// Where a key ends: at this sign, outside of quotes. After a colon a space must stand.
fn key_end(line: &str, sign: char) -> Option<usize> {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => return None,
            (None, '{' | '[' | ',') if sign == ':' => return None,
            (None, c) if c == sign && (sign == '=' || line[at + 1..].is_empty() || line[at + 1..].starts_with(' ')) => {
                return (at > 0).then_some(at);
            }
            _ => {}
        }
    }
    None
}

/// Where a string that stays open from an earlier line ends.
fn ended(line: &str, from: usize, mark: &str) -> usize {
    line[from..].find(mark).map_or(line.len(), |end| from + end + mark.len())
}

/// What stands behind the key: strings, numbers, comments, words. Returns the mark of a string that goes on in the next
/// line.
fn values(
    at: usize,
    line: &str,
    from: usize,
    spans: &mut Spans<'_>,
    long: &[&'static str],
    comments: &[char],
) -> Option<&'static str> {
    let bytes = line.as_bytes();
    let mut done = from;
    while done < line.len() {
        let rest = &line[done..];
        if let Some(mark) = long.iter().copied().find(|mark| rest.starts_with(mark)) {
            let end = ended(line, done + mark.len(), mark);
            spans.push(at + done, at + end, Kind::String);
            if end == line.len() && (end < done + 2 * mark.len() || !line.ends_with(mark)) {
                return Some(mark);
            }
            done = end;
            continue;
        }
        let before = done.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let length = match bytes[done] {
            mark if comments.contains(&char::from(mark)) && before.is_ascii_whitespace() => {
                spans.push(at + done, at + line.len(), Kind::Comment);
                return None;
            }
            mark @ (b'"' | b'\'') => {
                let length = in_quotes(&bytes[done..], mark);
                spans.push(at + done, at + done + length, Kind::String);
                length
            }
            b'&' | b'*' | b'!' if before.is_ascii_whitespace() && rest.len() > 1 => {
                let length = rest.find([' ', ',', ']', '}']).unwrap_or(rest.len());
                spans.push(at + done, at + done + length, Kind::Attribute);
                length
            }
            byte if byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'-' | b'+' | b'_' | b'.') => {
                plain(at, line, done, spans)
            }
            b'[' | b']' | b'{' | b'}' | b',' | b'=' | b':' | b'|' | b'>' => {
                spans.push(at + done, at + done + 1, Kind::Punctuation);
                1
            }
            _ => 1,
        };
        done += length.max(1);
    }
    None
}

fn in_quotes(rest: &[u8], mark: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' if mark == b'"' => at += 1,
            byte if byte == mark => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// A word or number without quotes.
fn plain(at: usize, line: &str, from: usize, spans: &mut Spans<'_>) -> usize {
    let rest = &line[from..];
    let length = rest.find([' ', '\t', ',', ']', '}', '"', '\'', '=', '#']).unwrap_or(rest.len()).max(1);
    let word = &rest[..length];
    let kind = match word {
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "inf" | "nan" => Some(Kind::Constant),
        word if word.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit()) => Some(Kind::Number),
        _ => None,
    };
    if let Some(kind) = kind {
        spans.push(at + from, at + from + length, kind);
    }
    length
}

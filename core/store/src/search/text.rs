//! What of an event can be found, and how text is written into the index.

use std::borrow::Cow;

use atelier_protocol::Json;

/// The most of one message that can be found, in bytes. Whoever finds a message reads it whole, so this also bounds what a
/// page of hits costs.
pub(crate) const MAX_TEXT: usize = 32 * 1024;

/// The longest argument of a tool call that is taken whole, in bytes, and the most of a call. A command or a path is
/// shorter; the content of a file is not what a session is remembered by.
const MAX_ARGUMENT: usize = 500;
const MAX_COMMAND: usize = 2000;
const MAX_CALL: usize = 4000;

/// Stands between two characters of a script without spaces. SQLite's tokenizer takes a whole run of such characters for
/// one word; so each becomes one, and a word of them is a phrase.
pub(crate) const BREAK: char = '\u{200b}';

/// Whether the tokenizer takes it for part of a word. Very nearly: what it takes for none is looked for in vain.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Thai, Lao, Tibetan, Myanmar, Khmer; kana, Chinese characters, Hangul.
pub(crate) fn is_written_without_spaces(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0fff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// The text as it is indexed: without control characters, at which SQLite's functions would stop, and with a
/// [`BREAK`] around every character of a script without spaces.
pub(crate) fn spaced(text: &str) -> Cow<'_, str> {
    let as_it_is = |c: char| !is_written_without_spaces(c) && !is_unwanted(c);
    if text.chars().all(as_it_is) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut before = None;
    for c in text.chars() {
        match c {
            BREAK => continue,
            c if is_unwanted(c) => out.push(' '),
            c => {
                let stuck = |before: char| is_word(before) && is_word(c);
                if before.is_some_and(|before| {
                    stuck(before) && (is_written_without_spaces(before) || is_written_without_spaces(c))
                }) {
                    out.push(BREAK);
                }
                out.push(c);
            }
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

fn is_unwanted(c: char) -> bool {
    c == BREAK || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// What a tool call can be found by: its arguments, as far as they are short.
pub(crate) fn of_call(params: &Json) -> String {
    let mut text = String::new();
    collect(params, "", &mut text);
    text.truncate(text.floor_char_boundary(MAX_CALL));
    text
}

fn collect(value: &Json, name: &str, text: &mut String) {
    if text.len() >= MAX_CALL {
        return;
    }
    match value {
        Json::String(argument) => {
            let is_short = argument.len() <= MAX_ARGUMENT && !argument.trim_end().contains('\n');
            let taken = if name == "command" { argument.floor_char_boundary(MAX_COMMAND) } else { argument.len() };
            if is_short || name == "command" {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&argument[..taken]);
            }
        }
        Json::Array(values) => values.iter().for_each(|value| collect(value, name, text)),
        Json::Object(fields) => fields.iter().for_each(|(name, value)| collect(value, name, text)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ordinary_text_is_not_even_copied() {
        assert!(matches!(spaced("Grüße\n\tan read_file()"), Cow::Borrowed(_)));
    }

    #[test]
    fn scripts_without_spaces_get_breaks_and_control_characters_go() {
        assert_eq!(spaced("用SQL库, a\0b\u{1}c\u{200b}"), "用\u{200b}SQL\u{200b}库, a b c");
    }

    #[test]
    fn a_call_is_found_by_what_is_short_in_it_and_by_its_command() {
        let long = "x".repeat(600);
        let call = json!({
            "path": "src/login.rs", "content": "one\ntwo\n", "old": long, "line": 7,
            "edits": [{"path": "b.rs"}], "command": "cat <<E\nhi\nE",
        });
        assert_eq!(of_call(&call), "src/login.rs\nb.rs\ncat <<E\nhi\nE");
        assert_eq!(of_call(&json!({"command": "é".repeat(5000)})).len(), MAX_COMMAND);
    }
}

//! Places in a text: lines from 1 and columns in characters from 0, as tools name them, and lines from 0 and columns in
//! UTF-16 units, as the protocol does.

use serde::{Deserialize, Serialize};

/// A place as the protocol names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

/// A stretch as the protocol names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// The lines of a text as the protocol counts them, without their ends: `\n`, `\r\n` and a single `\r`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let width = if text[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = Some(&text[end + width..]);
        Some(&text[..end])
    })
}

/// A place in the protocol's terms; none if the text has no such line. A column behind the end of its line is its end.
pub(crate) fn to_protocol(text: &str, line: u32, column: u32) -> Option<Position> {
    let number = line.checked_sub(1)?;
    let line = lines(text).nth(usize::try_from(number).ok()?)?;
    let units = line.chars().take(usize::try_from(column).ok()?).map(char::len_utf16).sum::<usize>();
    Some(Position { line: number, character: u32::try_from(units).ok()? })
}

/// A place in the tools' terms. In a line that is not known, units stand for characters.
pub(crate) fn from_protocol(line: Option<&str>, position: Position) -> (u32, u32) {
    let column = line.map_or(position.character, |line| {
        let (mut units, mut column) = (0, 0);
        for character in line.chars() {
            units += u32::try_from(character.len_utf16()).unwrap_or(1);
            // A place inside of a character is the place before it.
            if units > position.character {
                break;
            }
            column += 1;
        }
        column
    });
    (position.line.saturating_add(1), column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_emoji_is_one_column_and_two_units() {
        let text = "a\r\n😀b\rc";
        assert_eq!(lines(text).collect::<Vec<_>>(), ["a", "😀b", "c"]);
        assert_eq!(to_protocol(text, 2, 1), Some(Position { line: 1, character: 2 }));
        assert_eq!(to_protocol(text, 3, 99), Some(Position { line: 2, character: 1 }));
        assert_eq!((to_protocol(text, 0, 0), to_protocol(text, 4, 0)), (None, None));
        assert_eq!(from_protocol(Some("😀b"), Position { line: 1, character: 1 }), (2, 0));
        assert_eq!(from_protocol(None, Position { line: u32::MAX, character: 7 }), (u32::MAX, 7));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(text in "[aé€😀\\r\\n]{0,40}", line in 1_u32..8, column in 0_u32..12) {
            if let Some(position) = to_protocol(&text, line, column) {
                let found = lines(&text).nth(line as usize - 1).unwrap();
                let length = u32::try_from(found.chars().count()).unwrap();
                prop_assert_eq!(from_protocol(Some(found), position), (line, column.min(length)));
            } else {
                prop_assert!(lines(&text).count() < line as usize);
            }
        }
    }
}

//! From a whole text with marks around what was found to the piece of it that is shown.

use super::text::BREAK;

/// What stands around a match in the text that SQLite gives. Neither is ever in an indexed text.
pub(crate) const OPEN: char = '\u{1}';
pub(crate) const CLOSE: char = '\u{2}';

/// About how many characters a snippet has, and how many of them stand before the first match.
const LENGTH: usize = 160;
const LEAD: usize = 40;

/// A piece of a marked text around what was found, on one line, with the places of the matches in it in bytes.
pub(crate) fn snippet(marked: &str) -> (String, Vec<(usize, usize)>) {
    let text = Plain::of(marked);
    let first = text.matches.first().map_or(0, |found| found.0);
    let mut from = first.saturating_sub(LEAD);
    if from > 0 {
        // From the beginning of a word on, if there is one near.
        let spaces = (from..first).find(|at| text.characters[*at] == ' ');
        from = spaces.map_or(from, |space| space + 1);
    }
    let to = text.characters.len().min(from + LENGTH);
    let to = if to < text.characters.len() {
        (to - LEAD..to).rev().find(|at| text.characters[*at] == ' ').unwrap_or(to)
    } else {
        to
    };
    text.cut(from, to)
}

/// A text on one line, without marks.
#[derive(Default)]
struct Plain {
    characters: Vec<char>,
    /// In characters.
    matches: Vec<(usize, usize)>,
}

impl Plain {
    fn of(marked: &str) -> Self {
        let mut plain = Self::default();
        let mut opened = None;
        for c in marked.chars() {
            let here = plain.characters.len();
            match c {
                OPEN => opened = Some(here),
                CLOSE => plain.matches.extend(opened.take().map(|from| (from, here))),
                BREAK => {}
                c if c.is_whitespace() => {
                    if plain.characters.last().is_some_and(|last| *last != ' ') {
                        plain.characters.push(' ');
                    }
                }
                c => plain.characters.push(c),
            }
        }
        plain
    }

    fn cut(&self, from: usize, to: usize) -> (String, Vec<(usize, usize)>) {
        let mut text = String::new();
        if from > 0 {
            text.push('…');
        }
        let mut highlights = Vec::new();
        let mut matches = self.matches.iter().filter(|found| found.1 > from && found.0 < to).peekable();
        let mut opened = 0;
        for at in from..to {
            if matches.peek().is_some_and(|found| found.0.max(from) == at) {
                opened = text.len();
            }
            text.push(self.characters[at]);
            if matches.next_if(|found| found.1.min(to) == at + 1).is_some() {
                highlights.push((opened, text.len()));
            }
        }
        text.truncate(text.trim_end().len());
        for found in &mut highlights {
            found.1 = text.len().min(found.1);
        }
        if to < self.characters.len() {
            text.push('…');
        }
        (text, highlights)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(marked: &str) -> (String, Vec<String>) {
        let (text, highlights) = snippet(&marked.replace('[', "\u{1}").replace(']', "\u{2}"));
        let parts = highlights.into_iter().map(|(from, to)| text[from..to].to_owned()).collect();
        (text, parts)
    }

    #[test]
    fn a_short_text_is_shown_whole_on_one_line() {
        assert_eq!(
            shown("Fix\n\n the [login] of\t[Ädä]"),
            ("Fix the login of Ädä".into(), vec!["login".into(), "Ädä".into()])
        );
    }

    #[test]
    fn a_long_text_is_cut_at_words_around_the_first_match() {
        let marked = format!("{} [needle] {} [needle]", "hay ".repeat(50), "straw ".repeat(50));
        let (text, parts) = shown(&marked);
        assert_eq!(parts, ["needle"]);
        assert!(text.starts_with("…hay ") && text.ends_with(" straw…"), "{text}");
        assert!(text.chars().count() <= LENGTH + 2);
    }

    #[test]
    fn breaks_do_not_show() {
        assert_eq!(shown("用\u{200b}[数\u{200b}据]\u{200b}库"), ("用数据库".into(), vec!["数据".into()]));
    }

    proptest! {
        #[test]
        fn whatever_the_text_highlights_are_in_order_and_inside(parts in proptest::collection::vec("[a-c世ä \n]{0,60}", 0..12)) {
            let marked: String = parts
                .iter()
                .enumerate()
                .map(|(at, part)| if at % 2 == 1 && !part.trim().is_empty() { format!("[{}]", part.trim()) } else { part.clone() })
                .collect();
            let (text, parts) = shown(&marked);
            prop_assert!(text.chars().count() <= LENGTH + 2);
            prop_assert!(parts.iter().all(|part| !part.is_empty()));
            prop_assert_eq!(marked.contains('['), !parts.is_empty());
        }
    }
}

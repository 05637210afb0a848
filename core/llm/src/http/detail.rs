//! Foreign text made fit to be shown: short, on one line, and without the key.

use secrecy::{ExposeSecret, SecretString};

/// The most that is shown of a vendor's message, in characters.
const MAX_CHARACTERS: usize = 300;

/// Shorter keys are not looked for: they would turn up in ordinary words.
const SHORTEST_KEY: usize = 6;

/// Cleans text for one key.
#[derive(Clone)]
pub(crate) struct Cleaner {
    key: SecretString,
}

impl Cleaner {
    pub(crate) fn new(key: SecretString) -> Self {
        Self { key }
    }

    /// The text on one line, with `[key]` in the key's place, cut to 300 characters. Control characters, and those
    /// that would reorder the text around them, become spaces.
    pub(crate) fn clean(&self, text: &str) -> String {
        let plain: String = text.chars().map(|c| if disturbs(c) { ' ' } else { c }).collect();
        let key = self.key.expose_secret().trim();
        let plain = if key.len() >= SHORTEST_KEY { plain.replace(key, "[key]") } else { plain };
        let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(MAX_CHARACTERS) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }

    /// The same for a message that may be missing or say nothing.
    pub(crate) fn detail(&self, message: Option<String>) -> Option<String> {
        message.map(|message| self.clean(&message)).filter(|message| !message.is_empty())
    }
}

fn disturbs(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaner() -> Cleaner {
        Cleaner::new(" sk-ant-secret ".into())
    }

    #[test]
    fn control_characters_become_spaces_and_spaces_fold() {
        assert_eq!(cleaner().clean(" a\r\n\tb\u{1b}[31mc\u{202e}d \u{0} "), "a b [31mc d");
        assert_eq!(cleaner().detail(Some("\n".into())), None);
    }

    #[test]
    fn the_key_is_cut_out_also_where_the_text_is_cut_off() {
        assert_eq!(cleaner().clean("key sk-ant-secret, sk-ant-secret!"), "key [key], [key]!");
        let cleaned = cleaner().clean(&format!("{}sk-ant-secret", "é".repeat(295)));
        assert_eq!(cleaned, format!("{}[key]", "é".repeat(295)));
    }

    proptest! {
        #[test]
        fn nothing_shown_is_long_or_holds_the_key(text in "\\PC{0,400}", at in any::<prop::sample::Index>()) {
            let at = text.char_indices().map(|(at, _)| at).nth(at.index(text.chars().count() + 1)).unwrap_or(text.len());
            let (head, tail) = text.split_at(at);
            let cleaned = cleaner().clean(&format!("{head}sk-ant-secret{tail}"));
            prop_assert!(!cleaned.contains("sk-ant-secret"));
            prop_assert!(cleaned.chars().count() <= MAX_CHARACTERS + 1);
        }
    }
}

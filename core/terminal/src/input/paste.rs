//! Pasted text, and names of files as a shell takes them.

use crate::Screen;

impl Screen {
    /// What pasted text sends. Control characters but tabs and line ends are left out, so that no text can end the
    /// brackets around it, or act.
    pub fn paste(&mut self, text: &str) -> Vec<u8> {
        self.scroll_to_end();
        let harmless = harmless(text);
        if self.modes().bracketed_paste {
            return format!("\x1b[200~{harmless}\x1b[201~").into_bytes();
        }
        returns(&harmless).into_bytes()
    }

    /// How many lines of a text would be taken at once as if they had been typed and sent, were it pasted; none where the
    /// text has no line end or the program knows what is pasted.
    pub fn paste_runs(&self, text: &str) -> Option<u32> {
        if self.modes().bracketed_paste {
            return None;
        }
        let lines = returns(&harmless(text)).matches('\r').count();
        u32::try_from(lines).ok().filter(|lines| *lines > 0)
    }
}

fn harmless(text: &str) -> String {
    text.chars().filter(|character| !character.is_control() || matches!(character, '\t' | '\n' | '\r')).collect()
}

/// With line ends as the return key sends them.
fn returns(text: &str) -> String {
    text.replace("\r\n", "\r").replace('\n', "\r")
}

/// A name as one word of a shell's: as it is where nothing in it means anything to a shell, else quoted. None for one
/// with control characters, which would act in some shell or other.
pub(crate) fn shell_word(name: &str) -> Option<String> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return None;
    }
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+,:@%".contains(character);
    if name.chars().all(plain) && !name.starts_with('-') {
        return Some(name.to_owned());
    }
    Some(format!("'{}'", name.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_with_control_characters_are_refused_and_plain_ones_stay() {
        assert_eq!(shell_word("/tmp/a-b.txt").as_deref(), Some("/tmp/a-b.txt"));
        assert_eq!(shell_word("it's").as_deref(), Some("'it'\\''s'"));
        for odd in ["", "a\nrm", "a\u{1b}b", "a\u{9b}b"] {
            assert_eq!(shell_word(odd), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        #[test]
        fn a_shell_reads_the_name_that_was_meant(name in "[ -~é漢]{1,20}") {
            let script = format!("printf %s {}", shell_word(&name).unwrap());
            let said = std::process::Command::new("/bin/sh").args(["-c", &script]).output().unwrap().stdout;
            prop_assert_eq!(said, name.into_bytes());
        }
    }
}

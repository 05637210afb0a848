//! Text from elsewhere, made safe to show. A model, a prompt or a title may hold control characters, and a terminal
//! obeys them: it would retitle the window, hide text or answer as if the user had typed.

use std::borrow::Cow;

/// The text with every control character but newline and tab replaced by a symbol that shows it was there (␛ for
/// escape). Carriage returns go without a trace: they end lines on some systems, and overwrite them on a terminal.
///
/// Replacing each character by itself needs no memory of what came before, so a sequence that arrives in pieces is as
/// harmless as a whole one, and no text can vanish behind one that never ends.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| *c != '\r').map(symbol_for).collect())
}

/// The same on one line: newlines and tabs become spaces.
pub(crate) fn printable_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}

fn is_harmless(c: char) -> bool {
    matches!(c, '\n' | '\t') || !c.is_control()
}

fn symbol_for(c: char) -> char {
    match c {
        c if is_harmless(c) => c,
        '\u{7f}' => '␡',
        // The block “control pictures” is in the order of the characters it depicts.
        c if c < ' ' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_not_even_copied() {
        assert!(matches!(printable("Grüße\n\t世界 👋"), Cow::Borrowed(_)));
    }

    #[test]
    fn control_characters_become_symbols_and_nothing_else_is_lost() {
        assert_eq!(printable("a\x1b]0;owned\x07b\x7f\u{9b}31m"), "a␛]0;owned␇b␡\u{fffd}31m");
        assert_eq!(printable("one\r\ntwo\rthree"), "one\ntwothree");
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(printable_line("a\nb\tc"), "a b c");
    }
}

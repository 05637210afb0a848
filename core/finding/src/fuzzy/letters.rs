//! The letters of a word, and where a text has them. Whether a letter is small or capital does not count.

/// A letter that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// As it was typed.
    pub(super) typed: char,
    /// What [`letters_of`] has of a text with it, …
    pub(super) bit: u64,
    /// … and of no other.
    pub(super) has_own_bit: bool,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The letter in each of eight bytes, and what has to be set in theirs before they are compared.
    Ascii { eight: u64, fold: u64 },
    /// Any other.
    Wide,
}

/// One in each of eight bytes.
const ONES: u64 = 0x0101_0101_0101_0101;

/// All but the highest bit of each.
const LOW: u64 = 0x7f * ONES;

/// What makes small letters of capital ones.
const SMALL: u8 = 0x20;

impl Letter {
    pub(super) fn new(typed: char) -> Self {
        let kind = match u8::try_from(typed).ok().filter(u8::is_ascii) {
            Some(byte) => {
                let fold = if byte.is_ascii_alphabetic() { SMALL } else { 0 };
                Kind::Ascii { eight: u64::from(byte | fold) * ONES, fold: u64::from(fold) * ONES }
            }
            None => Kind::Wide,
        };
        let bit = letters_of(typed.encode_utf8(&mut [0; 4]));
        let has_own_bit = typed.is_ascii_alphanumeric() || matches!(typed, '.' | '_' | '-' | '/');
        Self { typed, bit, has_own_bit, kind }
    }

    /// Tells each place in `text` from `from` on that has the letter, ascending, until `tell` returns false.
    #[inline]
    pub(super) fn places(self, text: &str, from: usize, mut tell: impl FnMut(usize) -> bool) {
        let Kind::Ascii { eight, fold } = self.kind else { return self.wide_places(text, from, tell) };
        let bytes = text.as_bytes();
        let mut at = from;
        while at < bytes.len() {
            let (start, eight_of_text) = eight_at(bytes, at);
            let differ = (eight_of_text | fold) ^ eight;
            // The highest bit of each byte that does not differ, from `at` on.
            let mut same = !(((differ & LOW) + LOW) | differ | LOW) & (u64::MAX << (8 * (at - start)));
            while same != 0 {
                if !tell(start + same.trailing_zeros() as usize / 8) {
                    return;
                }
                same &= same - 1;
            }
            at = start + 8;
        }
    }

    fn wide_places(self, text: &str, from: usize, mut tell: impl FnMut(usize) -> bool) {
        let is_it = |c: char| !c.is_ascii() && (c == self.typed || c.to_lowercase().eq(self.typed.to_lowercase()));
        let found = text.char_indices().filter(|(at, c)| *at >= from && is_it(*c));
        for (at, _) in found {
            if !tell(at) {
                return;
            }
        }
    }

    /// Whether a text begins with it.
    #[inline]
    pub(super) fn begins(self, text: &str) -> bool {
        match (self.kind, text.as_bytes().first()) {
            (Kind::Ascii { eight, fold }, Some(byte)) => (u64::from(*byte) | fold) & 0xff == eight & 0xff,
            (Kind::Wide, Some(_)) => self.first(text, 0) == Some(0),
            (_, None) => false,
        }
    }

    /// The first place from `from` on.
    #[inline]
    pub(super) fn first(self, text: &str, from: usize) -> Option<usize> {
        let mut first = None;
        self.places(text, from, |at| {
            first = Some(at);
            false
        });
        first
    }
}

/// Eight bytes of a text, with that at `at` among them, and where they begin. Of a shorter text all, and zeros, which no
/// letter is.
#[inline]
fn eight_at(text: &[u8], at: usize) -> (usize, u64) {
    let start = at.min(text.len().saturating_sub(8));
    match text[start..].first_chunk::<8>() {
        Some(eight) => (start, u64::from_le_bytes(*eight)),
        None => (start, text.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte))),
    }
}

/// Which letters a text has, a bit each; letters that are rare in paths share some. Whatever lacks a bit of a word's does
/// not match the word.
pub(super) fn letters_of(text: &str) -> u64 {
    text.bytes().fold(0, |letters, byte| letters | BITS[usize::from(byte)])
}

/// The same, and [`CAPITALS`].
pub(crate) fn traits_of(text: &str) -> u64 {
    letters_of(text) | if text.bytes().any(|byte| byte.is_ascii_uppercase()) { CAPITALS } else { 0 }
}

/// There are capital letters, of those that have small ones in ASCII.
pub(super) const CAPITALS: u64 = 1 << 62;

const BITS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut byte = 0;
    while byte < bits.len() {
        bits[byte] = 1 << bit_of(byte);
        byte += 1;
    }
    bits
};

/// Small and capital letters, digits, `.`, `_`, `-`, `/`, what is not ASCII; the rest.
const fn bit_of(byte: usize) -> usize {
    match byte {
        0x61..=0x7a => byte - 0x61,
        0x41..=0x5a => byte - 0x41,
        0x30..=0x39 => byte - 0x30 + 26,
        0x2e => 36,
        0x5f => 37,
        0x2d => 38,
        0x2f => 39,
        0x80.. => 63,
        _ => 40 + byte % 22,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_place_is_found_and_no_other(
            text in "[a-dA-D@`\\[{é\u{e1}É_./ -]{0,40}",
            letter in "[a-dA-D@`\\[{éÉ_./-]",
            from in 0..20_usize,
        ) {
            let letter = letter.chars().next().unwrap();
            let mut found = Vec::new();
            Letter::new(letter).places(&text, from, |at| { found.push(at); true });
            let wanted: Vec<_> = text
                .char_indices()
                .filter(|(at, c)| *at >= from && c.to_lowercase().eq(letter.to_lowercase()))
                .map(|(at, _)| at)
                .collect();
            prop_assert_eq!(Letter::new(letter).first(&text, from), wanted.first().copied());
            prop_assert_eq!(Letter::new(letter).begins(&text), Letter::new(letter).first(&text, 0) == Some(0));
            prop_assert_eq!(found, wanted);
            let bit = Letter::new(letter).bit;
            let has = text.chars().any(|c| c.to_lowercase().eq(letter.to_lowercase()));
            prop_assert!(letters_of(&text) & bit == bit || !has);
            if Letter::new(letter).has_own_bit {
                prop_assert_eq!(letters_of(&text) & bit == bit, has);
            }
        }
    }
}

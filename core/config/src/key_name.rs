//! What the user calls a key, where a provider has several.

use std::{fmt, str::FromStr};

/// The longest name, in characters.
const MAX_CHARACTERS: usize = 64;

/// The name of a saved key: 1 to 64 visible characters, which are letters and digits of any script, the signs that a
/// keyboard has (ASCII), and spaces between them. Names that differ in case are different.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

/// The text is no such name. It is not repeated here: it may be a key in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "A key's name has 1 to 64 letters, digits and signs such as “-”, with spaces between them at most; choose another one."
)]
pub struct InvalidKeyName;

impl KeyName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `default`, the name of a key that was given none.
impl Default for KeyName {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl FromStr for KeyName {
    type Err = InvalidKeyName;

    /// Takes white space around the text away.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim();
        let fits = (1..=MAX_CHARACTERS).contains(&name.chars().count());
        if fits && name.chars().all(is_visible) { Ok(Self(name.to_owned())) } else { Err(InvalidKeyName) }
    }
}

fn is_visible(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric()
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_one_visible_line() {
        let longest = "k".repeat(MAX_CHARACTERS);
        for text in ["default", " for work\n", "a/b", "ключ 2", longest.as_str()] {
            assert_eq!(text.parse::<KeyName>().unwrap().as_str(), text.trim());
        }
        let too_long = "k".repeat(MAX_CHARACTERS + 1);
        for text in ["", " ", "two\nlines", "tab\there", "zero\u{200b}width", "back\u{202e}wards", too_long.as_str()] {
            assert_eq!(text.parse::<KeyName>(), Err(InvalidKeyName), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_stays_the_same_when_it_is_read_again(text in "\\PC{0,70}") {
            if let Ok(name) = text.parse::<KeyName>() {
                prop_assert_eq!(name.as_str().parse::<KeyName>(), Ok(name));
            }
        }
    }
}

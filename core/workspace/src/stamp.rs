//! Whether a file is still what it was.

use std::{
    fmt,
    hash::{DefaultHasher, Hasher as _},
    str::FromStr,
};

/// What a file held at a moment, as a fingerprint of its content. Not the time of its last change: that is too coarse on
/// some file systems, and a file that was only touched is not stale. It guards against accidents, not against forgery.
///
/// Its text form may be stored; an Atelier built by another compiler may not know it again, which only means that a file
/// has to be read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    size: u64,
    hash: u64,
}

impl Stamp {
    /// The size of that content in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The stamp of a whole file's content.
    pub fn of(content: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(content);
        Self { size: content.len() as u64, hash: hasher.finish() }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:x}-{:016x}", self.size, self.hash)
    }
}

/// The text is no stamp.
#[derive(Debug, thiserror::Error)]
#[error("This is not the stamp of a file; read the file again.")]
pub struct InvalidStamp;

impl FromStr for Stamp {
    type Err = InvalidStamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (size, hash) = text.split_once('-').ok_or(InvalidStamp)?;
        let number = |digits| u64::from_str_radix(digits, 16).map_err(|_| InvalidStamp);
        Ok(Self { size: number(size)?, hash: number(hash)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_survives_its_text_form_and_differs_for_other_content() {
        let stamp = Stamp::of(b"content");
        assert_eq!(stamp.to_string().parse::<Stamp>().unwrap(), stamp);
        assert_ne!(stamp, Stamp::of(b"contents"));
        assert_ne!(stamp, Stamp::of(b"c0ntent"));
        assert!("nonsense".parse::<Stamp>().is_err());
    }
}

//! A file as text, and back without changing what was not meant to change: encoding, byte order mark, line endings.

/// How a text is written in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8WithMark,
    /// UTF-16, the lower byte first, with a mark.
    Utf16Le,
    /// UTF-16, the higher byte first, with a mark.
    Utf16Be,
}

/// A file's text. Where every line ends with CRLF, it is held with LF alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// The text.
    pub text: String,
    encoding: Encoding,
    crlf: bool,
}

/// Why a file is no text: a part of a sentence, behind the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// A picture.
    #[error("is an image ({kind}, {size} bytes)")]
    Image {
        /// Its media type.
        kind: &'static str,
        /// Its size in bytes.
        size: usize,
    },
    /// Something else with bytes that no text has.
    #[error("is a binary file of {size} bytes")]
    Binary {
        /// Its size in bytes.
        size: usize,
    },
    /// Perhaps a text, but nobody can say which.
    #[error("is neither UTF-8 nor UTF-16")]
    Unknown,
}

impl TextFile {
    /// A new file: UTF-8, line endings as in `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), encoding: Encoding::Utf8, crlf: false }
    }

    /// Reads the bytes of a whole file.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotText> {
        if let Some(kind) = image(bytes) {
            return Err(NotText::Image { kind, size: bytes.len() });
        }
        let (encoding, text) = match bytes {
            [0xEF, 0xBB, 0xBF, rest @ ..] => (Encoding::Utf8WithMark, str::from_utf8(rest).ok().map(str::to_owned)),
            [0xFF, 0xFE, rest @ ..] => (Encoding::Utf16Le, utf16(rest, u16::from_le_bytes)),
            [0xFE, 0xFF, rest @ ..] => (Encoding::Utf16Be, utf16(rest, u16::from_be_bytes)),
            _ if bytes.contains(&0) => return Err(NotText::Binary { size: bytes.len() }),
            _ => (Encoding::Utf8, str::from_utf8(bytes).ok().map(str::to_owned)),
        };
        let text = text.ok_or(NotText::Unknown)?;
        let crlf = text.contains('\n') && text.matches('\n').count() == text.matches("\r\n").count();
        Ok(Self { text: if crlf { text.replace("\r\n", "\n") } else { text }, encoding, crlf })
    }

    /// How it is written in its file.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The same file with another text. Line endings in it become the file's own where the file has one kind.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        Self { text, ..self.clone() }
    }

    /// What someone means by this text in this file: with the file's line endings.
    pub fn adapted(&self, text: &str) -> String {
        if self.crlf { text.replace("\r\n", "\n") } else { text.to_owned() }
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let text = if self.crlf { self.text.replace('\n', "\r\n") } else { self.text.clone() };
        let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        match self.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf8WithMark => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
            Encoding::Utf16Le => [vec![0xFF, 0xFE], units(u16::to_le_bytes)].concat(),
            Encoding::Utf16Be => [vec![0xFE, 0xFF], units(u16::to_be_bytes)].concat(),
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    text.ok().filter(|_| rest.is_empty())
}

/// The kind of image by its first bytes.
fn image(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(bytes: &[u8]) -> Result<TextFile, NotText> {
        TextFile::decode(bytes)
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_reason() {
        let message = |bytes| decode(bytes).unwrap_err().to_string();
        assert!(message(b"\x89PNG\r\n\x1a\n").contains("image/png"));
        assert!(message(b"a\0b").contains("binary file of 3 bytes"));
        assert!(message(b"caf\xe9").contains("neither UTF-8 nor UTF-16"));
        assert!(message(b"\xff\xfea").contains("neither"), "half a unit");
        assert!(message(b"\xff\xfe\x00\xd8").contains("neither"), "half a pair");
    }

    #[test]
    fn line_endings_are_hidden_only_where_all_are_the_same() {
        assert_eq!(decode(b"a\r\nb\r\n").unwrap().text, "a\nb\n");
        assert_eq!(decode(b"a\r\nb\n").unwrap().text, "a\r\nb\n");
        assert_eq!(decode(b"a\r\nb\r\n").unwrap().with_text("c\nd".into()).encode(), b"c\r\nd");
    }

    proptest! {
        #[test]
        fn a_file_that_is_not_changed_is_written_back_byte_for_byte(
            lines in prop::collection::vec("[a-zé😀\r ]{0,8}", 0..6),
            ending in prop::sample::select(vec!["\n", "\r\n", "\r"]),
            last in prop::bool::ANY,
            encoding in 0..4,
        ) {
            let mut text = lines.join(ending);
            if last {
                text.push_str(ending);
            }
            let bytes = match encoding {
                0 => text.clone().into_bytes(),
                1 => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
                2 => [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
                _ => [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
            };
            prop_assert_eq!(decode(&bytes).unwrap().encode(), bytes);
        }

        #[test]
        fn any_bytes_are_either_kept_or_refused(bytes in prop::collection::vec(prop::num::u8::ANY, 0..40)) {
            if let Ok(file) = decode(&bytes) {
                prop_assert_eq!(file.encode(), bytes);
            }
        }
    }
}

//! Paths of files as text that loses nothing: git's paths are bytes, and what is shown has to be found again.
//!
//! A path that is UTF-8 stands as it is. Any other is written as git writes it, in double quotes with `\303`-like bytes; so
//! is one that begins with a double quote itself.

use std::{ffi::OsStr, fmt::Write as _, os::unix::ffi::OsStrExt as _, path::Path};

use atelier_workspace::RelativePath;

use crate::GitError;

/// The path as text; [`named`] reads it back.
pub(crate) fn shown(path: &[u8]) -> String {
    match std::str::from_utf8(path) {
        Ok(text) if !text.starts_with('"') => text.to_owned(),
        _ => quoted(path),
    }
}

fn quoted(path: &[u8]) -> String {
    let mut text = String::from('"');
    for byte in path {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            // Writing to a string does not fail.
            _ => drop(write!(text, "\\{byte:03o}")),
        }
    }
    text.push('"');
    text
}

/// The path that a caller names: as [`shown`] writes it, relative to the project.
pub(crate) fn named(text: &str) -> Result<RelativePath, GitError> {
    let invalid = || GitError::Path { path: text.chars().take(200).collect::<String>().replace('\0', "\u{fffd}") };
    let bytes = if text.starts_with('"') { unquoted(text.as_bytes()).ok_or_else(invalid)? } else { text.into() };
    if bytes.is_empty() || bytes.contains(&0) {
        return Err(invalid());
    }
    RelativePath::new(Path::new(OsStr::from_bytes(&bytes))).filter(|path| !path.is_root()).ok_or_else(invalid)
}

/// Reads a path in double quotes, as git writes it; none if it is not one.
pub(crate) fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let inner = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut path = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte == b'"' {
            return None;
        }
        if byte != b'\\' {
            path.push(byte);
            continue;
        }
        path.push(match bytes.next()? {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            same @ (b'"' | b'\\') => same,
            high @ b'0'..=b'3' => {
                let (mid, low) = (bytes.next()?, bytes.next()?);
                let digit = |byte: u8| (b'0'..=b'7').contains(&byte).then(|| byte - b'0');
                (high - b'0') << 6 | digit(mid)? << 3 | digit(low)?
            }
            _ => return None,
        });
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_shown_as_it_is_where_it_can_be() {
        assert_eq!(shown("ä b\n".as_bytes()), "ä b\n");
        assert_eq!(shown(b"a\xffb\\"), r#""a\377b\\""#);
        assert_eq!(shown(b"\"x"), r#""\"x""#);
        assert_eq!(unquoted(br#""\303\244\t""#).unwrap(), "ä\t".as_bytes());
    }

    #[test]
    fn what_is_no_path_in_the_project_is_refused() {
        for text in ["", ".", "..", "../x", "/etc/passwd", "a/../../b", "a\0b", "\"a", "\"a\\9\"", "\"..\\057x\""] {
            assert!(matches!(named(text), Err(GitError::Path { .. })), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_path_is_found_again(bytes in prop::collection::vec(1_u8..=255, 1..20)) {
            prop_assume!(!bytes.contains(&b'/') && bytes != b"." && bytes != b"..");
            let found = named(&shown(&bytes)).unwrap();
            prop_assert_eq!(found.as_path().as_os_str().as_bytes(), &bytes[..]);
        }
    }
}

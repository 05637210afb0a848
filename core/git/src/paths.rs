//! Git's paths, which are bytes, as text that loses nothing: their addresses.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, path::Path};

use atelier_workspace::{RelativePath, address};

use crate::GitError;

pub(crate) use atelier_workspace::unquoted;

/// The path as text; [`named`] reads it back.
pub(crate) fn shown(path: &[u8]) -> String {
    address(Path::new(OsStr::from_bytes(path)))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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

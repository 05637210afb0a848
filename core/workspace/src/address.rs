//! Paths as text that loses nothing: names of files are bytes, and what is shown has to be found again.
//!
//! A path that is UTF-8 stands as it is. Any other is written as git writes it, in double quotes with `\303`-like bytes; so
//! is one that begins with a double quote itself.

use std::{
    ffi::OsString,
    fmt::Write as _,
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
};

use crate::{Folder, RelativePath};

/// A path as text. Handed back to [`path_at`], it is that path again.
pub fn address(path: &Path) -> String {
    match path.to_str() {
        Some(text) if !text.starts_with('"') => text.to_owned(),
        _ => quoted(path),
    }
}

/// The path that an address means. A text that begins with a double quote and is none as [`address`] writes it is a path
/// that begins so.
pub fn path_at(address: &str) -> PathBuf {
    match unquoted(address.as_bytes()) {
        Some(path) => OsString::from_vec(path).into(),
        None => address.into(),
    }
}

fn quoted(path: &Path) -> String {
    let mut text = String::from('"');
    for byte in path.as_os_str().as_bytes() {
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

/// Reads a path in double quotes, as git writes it; none if it is not one.
pub fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
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

impl RelativePath {
    /// As text that loses nothing; empty for the folder itself.
    pub fn address(&self) -> String {
        address(self.as_path())
    }

    /// The path that an address means; none if it is not a plain one inside a folder.
    pub fn at(address: &str) -> Option<Self> {
        Self::new(&path_at(address)).filter(|path| !path.as_path().as_os_str().as_bytes().contains(&0))
    }

    /// What the addresses begin with of all that lies beneath this: with a quote where a name there needs it.
    pub fn addresses_beneath(&self) -> impl Iterator<Item = String> {
        let mut in_quotes = quoted(self.as_path());
        in_quotes.pop();
        let plain = Some(self.address()).filter(|address| !address.starts_with('"'));
        plain.into_iter().chain([in_quotes]).map(|beginning| beginning + "/")
    }
}

impl Folder {
    /// The address of something in here by its address relative to the folder.
    pub fn address_of(&self, inner: &str) -> String {
        match self.path().to_str() {
            Some(above) if !inner.starts_with('"') => {
                [above.trim_end_matches('/'), if inner.is_empty() && above.len() > 1 { "" } else { "/" }, inner]
                    .concat()
            }
            _ => address(&self.path().join(path_at(inner))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use proptest::prelude::*;

    use super::*;

    fn path(bytes: &[u8]) -> &Path {
        Path::new(OsStr::from_bytes(bytes))
    }

    #[test]
    fn a_path_stands_as_it_is_where_it_can() {
        assert_eq!(address(path("ä b\n".as_bytes())), "ä b\n");
        assert_eq!(address(path(b"a\xffb\\")), r#""a\377b\\""#);
        assert_eq!(address(path(b"\"x")), r#""\"x""#);
        assert_eq!(unquoted(br#""\303\244\t""#).unwrap(), "ä\t".as_bytes());
        for text in ["\"a", "\"a\\9\"", "\"", "a\"", "\"a\"b\""] {
            assert_eq!(path_at(text), Path::new(text), "{text}: no address, so a path");
        }
        for text in ["..", "/etc", "a/../b", "\"..\\057x\"", "a\0b"] {
            assert_eq!(RelativePath::at(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_path_is_found_again(
            bytes in prop::collection::vec(1_u8..=255, 1..20),
            inner in prop::collection::vec(1_u8..=255, 1..5),
        ) {
            prop_assert_eq!(path_at(&address(path(&bytes))), path(&bytes));
            if let (Some(whole), Ok(folder)) = (RelativePath::new(path(&bytes)), Folder::open(Path::new("/"))) {
                prop_assert_eq!(RelativePath::at(&whole.address()), Some(whole.clone()));
                prop_assert_eq!(path_at(&folder.address_of(&whole.address())), Path::new("/").join(whole.as_path()));
                if let Some(child) = whole.child(OsStr::from_bytes(&inner)).filter(|_| !whole.is_root()) {
                    let address = child.address();
                    let beneath = whole.addresses_beneath().filter(|beginning| address.starts_with(beginning)).count();
                    prop_assert_eq!(beneath, 1, "{}", address);
                }
            }
        }
    }
}

//! What is written down about a checkpoint. The format is the folder's own: nobody else reads it.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
};

use atelier_workspace::RelativePath;
use serde::{Deserialize, Serialize};

use crate::contents::ContentName;

/// Everything that is known from before a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The project's folder, absolute.
    pub(crate) project: RawPath,
    /// What the call was to touch, each with all that stood there and beneath.
    pub(crate) touched: Vec<Touched>,
    /// The folders above those that did not exist, the topmost first.
    pub(crate) missing_folders: Vec<RawPath>,
}

/// One path that a call was to touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Touched {
    /// The path.
    pub(crate) path: RawPath,
    /// What stood there, and for a folder what stood beneath: parents before children, itself first.
    pub(crate) stood: Vec<(RawPath, State)>,
}

/// What the call left: for each state of the record, in the same order, what stands there then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct After {
    pub(crate) touched: Vec<Vec<State>>,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum State {
    Nothing,
    File {
        content: ContentName,
        size: u64,
        mode: u32,
    },
    Folder {
        mode: u32,
    },
    Link {
        target: RawPath,
    },
    /// Something that could not be kept: too large, unreadable, or no file.
    NotKept,
}

impl State {
    /// Whether the same content stands there, whoever may do what with it.
    pub(crate) fn is_same_content(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { content, .. }, Self::File { content: others, .. }) => content == others,
            (Self::Folder { .. }, Self::Folder { .. }) => true,
            // Of what was not kept nothing is known.
            (Self::NotKept, _) => false,
            _ => self == other,
        }
    }
}

/// A path as the system has it, which need not be Unicode.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum RawPath {
    Text(String),
    Bytes(Vec<u8>),
}

impl RawPath {
    pub(crate) fn of(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes(path.as_os_str().as_bytes().to_vec()),
        }
    }

    pub(crate) fn to_path(&self) -> PathBuf {
        match self {
            Self::Text(text) => OsStr::new(text).into(),
            Self::Bytes(bytes) => OsString::from_vec(bytes.clone()).into(),
        }
    }

    /// The path as one inside a folder; none if it is not one.
    pub(crate) fn to_relative(&self) -> Option<RelativePath> {
        RelativePath::new(&self.to_path())
    }

    /// For people and for the log.
    pub(crate) fn shown(&self) -> String {
        self.to_path().display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_not_unicode_survives() {
        for bytes in [b"a/\xff".as_slice(), "é".as_bytes()] {
            let path = PathBuf::from(OsString::from_vec(bytes.to_vec()));
            let text = serde_json::to_string(&RawPath::of(&path)).unwrap();
            assert_eq!(serde_json::from_str::<RawPath>(&text).unwrap().to_path(), path);
        }
    }
}

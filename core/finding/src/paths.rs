//! The paths of a folder's files, kept in memory.

use std::cmp::Ordering;

/// A file's path, relative to the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathEntry {
    path: Box<str>,
    /// Where its name begins.
    name: u32,
}

impl PathEntry {
    /// None: it is longer than any system's.
    pub(crate) fn new(path: String) -> Option<Self> {
        let name = path.rfind('/').map_or(0, |slash| slash + 1);
        Some(Self { name: u32::try_from(name).ok()?, path: path.into_boxed_str() })
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// How many bytes come before the name.
    pub(crate) fn name_start(&self) -> usize {
        self.name as usize
    }

    pub(crate) fn name(&self) -> &str {
        &self.path[self.name_start()..]
    }
}

/// Shorter paths first, equally long ones bytewise: what wins among equally good matches.
fn order(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Paths of one moment.
#[derive(Debug, Default)]
pub(crate) struct PathList {
    entries: Vec<PathEntry>,
    sorted: bool,
}

impl PathList {
    /// The whole list, in the order that counts among equals.
    pub(crate) fn sorted(mut entries: Vec<PathEntry>) -> Self {
        entries.sort_unstable_by(|a, b| order(&a.path, &b.path));
        Self { entries, sorted: true }
    }

    /// A part of a list that is still being made.
    pub(crate) fn partial(entries: Vec<PathEntry>) -> Self {
        Self { entries, sorted: false }
    }

    pub(crate) fn entries(&self) -> &[PathEntry] {
        &self.entries
    }

    /// Where a path stands; none where it is not there, or the list is not whole.
    pub(crate) fn position(&self, path: &str) -> Option<usize> {
        if !self.sorted {
            return None;
        }
        self.entries.binary_search_by(|entry| order(&entry.path, path)).ok()
    }
}

//! What stands in a folder.

use std::ffi::OsString;

use rustix::fs::{FileType, Stat};

/// What something in a folder is. Links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// An ordinary file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, wherever it points.
    Link,
    /// A pipe, socket or device.
    Other,
}

/// One thing in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, as the file system has it.
    pub name: OsString,
    /// What it is.
    pub kind: EntryKind,
    /// Its size in bytes; 0 for anything but a file.
    pub size: u64,
}

impl Entry {
    pub(crate) fn new(name: OsString, stat: &Stat) -> Self {
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Folder,
            FileType::Symlink => EntryKind::Link,
            _ => EntryKind::Other,
        };
        let size = if kind == EntryKind::File { u64::try_from(stat.st_size).unwrap_or_default() } else { 0 };
        Self { name, kind, size }
    }
}

//! A folder as a person sees it: what is in it, and where its links lead.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt as _,
};

use rustix::fs::{AtFlags, FileType, Stat, statat};

use crate::{AccessError, Folder, RelativePath};

/// One thing in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name, as the file system has it.
    pub name: OsString,
    /// Whether it is a folder, or a link to one.
    pub is_folder: bool,
    /// Whether it is an ordinary file itself.
    pub is_file: bool,
    /// Whether it is a symbolic link.
    pub is_link: bool,
    /// The size in bytes of the ordinary file that it is or links to.
    pub size: Option<u64>,
    /// When that which it is or links to was changed last, in milliseconds since 1970; none for a link to nothing.
    pub modified: Option<i64>,
}

impl Folder {
    /// What is in a folder, by name bytewise; hidden entries too. Of a link it is told what it leads to, in the folder or
    /// outside, but nothing is opened. More than `max` entries are an error.
    pub fn list_followed(&self, path: &RelativePath, max: usize) -> Result<Vec<Listed>, AccessError> {
        let mut entries = self.each_in(path, max, |folder, item| {
            let name = OsStr::from_bytes(item.file_name().to_bytes());
            let is_link = match item.file_type() {
                FileType::Symlink => true,
                // Not every file system says.
                FileType::Unknown => statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
                    .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink),
                _ => false,
            };
            match statat(folder, name, AtFlags::empty()) {
                Ok(stat) => Ok(Listed::new(name, is_link, Some(&stat))),
                // It leads to nothing, in a circle, or where we may not look.
                Err(_) if is_link => Ok(Listed::new(name, is_link, None)),
                Err(error) => Err(error),
            }
        })?;
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }
}

impl Listed {
    fn new(name: &OsStr, is_link: bool, stat: Option<&Stat>) -> Self {
        let kind = stat.map(|stat| FileType::from_raw_mode(stat.st_mode));
        let size = |stat: &Stat| u64::try_from(stat.st_size).unwrap_or_default();
        Self {
            name: name.to_owned(),
            is_folder: kind == Some(FileType::Directory),
            is_file: kind == Some(FileType::RegularFile) && !is_link,
            is_link,
            size: stat.filter(|_| kind == Some(FileType::RegularFile)).map(size),
            modified: stat.map(milliseconds),
        }
    }
}

fn milliseconds(stat: &Stat) -> i64 {
    // How wide the numbers are, and whether they have a sign, depends on the system.
    fn wide(number: impl TryInto<i64>) -> i64 {
        number.try_into().unwrap_or_default()
    }
    wide(stat.st_mtime).saturating_mul(1000).saturating_add(wide(stat.st_mtime_nsec) / 1_000_000)
}

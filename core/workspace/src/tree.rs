//! Folders: listing, creating, removing.

use std::{
    ffi::OsStr,
    os::{fd::OwnedFd, unix::ffi::OsStrExt as _},
};

use rustix::{
    fs::{AtFlags, Dir, DirEntry, Mode, mkdirat, statat, unlinkat},
    io::Errno,
};

use crate::{AccessError, Entry, EntryKind, Folder, RelativePath, Stamp};

/// How deep a tree is followed.
const MAX_DEPTH: usize = 64;

impl Folder {
    /// What is in a folder, by name bytewise; hidden entries too, links not followed. More than `max` entries are an
    /// error.
    pub fn list(&self, path: &RelativePath, max: usize) -> Result<Vec<Entry>, AccessError> {
        let mut entries = self.each_in(path, max, |folder, item| {
            let name = OsStr::from_bytes(item.file_name().to_bytes());
            statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).map(|stat| Entry::new(name.to_owned(), &stat))
        })?;
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// What `look` makes of each entry of a folder, in the system's order. What is gone since the folder was read is left
    /// out; more than `max` entries are an error.
    pub(crate) fn each_in<T>(
        &self,
        path: &RelativePath,
        max: usize,
        look: impl Fn(&OwnedFd, &DirEntry) -> Result<T, Errno>,
    ) -> Result<Vec<T>, AccessError> {
        self.refuse_secret(path.as_path())?;
        let failed = |error: Errno| AccessError::from_io(&path, error.into());
        let folder = self.open_folder(path)?;
        let mut entries = Vec::new();
        for item in Dir::read_from(&folder).map_err(failed)? {
            let item = item.map_err(failed)?;
            if matches!(item.file_name().to_bytes(), b"." | b"..") {
                continue;
            }
            if entries.len() == max {
                return Err(AccessError::TooMany { path: path.to_string(), max });
            }
            match look(&folder, &item) {
                Ok(entry) => entries.push(entry),
                Err(Errno::NOENT) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(entries)
    }

    /// Everything beneath a folder, parents before children. At most `max` entries.
    pub fn tree(&self, path: &RelativePath, max: usize) -> Result<Vec<(RelativePath, Entry)>, AccessError> {
        let too_many = || AccessError::TooMany { path: path.to_string(), max };
        let (mut found, mut open) = (Vec::new(), vec![(path.clone(), 0)]);
        while let Some((folder, depth)) = open.pop() {
            for entry in self.list(&folder, max - found.len()).map_err(|error| match error {
                AccessError::TooMany { .. } => too_many(),
                other => other,
            })? {
                let Some(child) = folder.child(&entry.name) else { continue };
                if entry.kind == EntryKind::Folder {
                    if depth == MAX_DEPTH {
                        return Err(too_many());
                    }
                    open.push((child.clone(), depth + 1));
                }
                found.push((child, entry));
            }
        }
        Ok(found)
    }

    /// Creates a folder and what is missing above it. One that exists is fine. Returns the folders created, from the
    /// top.
    pub fn create_folders(&self, path: &RelativePath) -> Result<Vec<RelativePath>, AccessError> {
        self.check_writable(path)?;
        let mut folder = RelativePath::root();
        let mut created = Vec::new();
        for name in path.names() {
            let parent = self.open_folder(&folder)?;
            folder = folder.child(name).ok_or_else(|| AccessError::Invalid { path: path.to_string() })?;
            match mkdirat(&parent, name, Mode::from_raw_mode(0o777)) {
                Ok(()) => created.push(folder.clone()),
                Err(Errno::EXIST) => {}
                Err(error) => return Err(AccessError::from_io(&folder, error.into())),
            }
        }
        // What exists may be a file.
        self.open_folder(&folder).map(|_| created)
    }

    /// Removes a file, or a link itself. With a stamp, only if the file still has that content.
    pub fn remove_file(&self, path: &RelativePath, expected: Option<Stamp>) -> Result<(), AccessError> {
        self.check_writable(path)?;
        let Some(name) = path.name() else { return Err(AccessError::IsFolder { path: path.to_string() }) };
        if let Some(stamp) = expected
            && self.read(path, stamp.size()).ok().is_none_or(|content| content.stamp != stamp)
        {
            return Err(AccessError::Changed { path: path.to_string() });
        }
        unlinkat(self.parent_of(path)?, name, AtFlags::empty())
            .map_err(|error| AccessError::from_io(&path, error.into()))
    }

    /// Removes a folder with exactly these contents, as [`Folder::tree`] listed them. What has come since stays, and so
    /// do the folders above it: then the error is [`AccessError::Changed`]. Refuses, before anything is removed, when
    /// there are key files or git's own files in it.
    pub fn remove_tree(&self, path: &RelativePath, contents: &[(RelativePath, Entry)]) -> Result<(), AccessError> {
        if path.is_root() {
            return Err(AccessError::Invalid { path: path.to_string() });
        }
        self.check_writable(path)?;
        for (inner, _) in contents {
            self.check_writable(inner)?;
        }
        for (inner, entry) in contents.iter().rev() {
            if entry.kind == EntryKind::Folder { self.remove_empty(inner) } else { self.remove_file(inner, None) }?;
        }
        self.remove_empty(path)
    }

    /// Removes a folder that must be empty.
    pub fn remove_empty(&self, path: &RelativePath) -> Result<(), AccessError> {
        self.check_writable(path)?;
        let Some(name) = path.name() else { return Err(AccessError::Invalid { path: path.to_string() }) };
        unlinkat(self.parent_of(path)?, name, AtFlags::REMOVEDIR).map_err(|error| match error {
            Errno::NOTEMPTY | Errno::EXIST => AccessError::Changed { path: path.to_string() },
            other => AccessError::from_io(&path, other.into()),
        })
    }
}

//! Moving and copying files and folders. What stands at the new place already is never replaced.

use std::{
    ffi::{OsStr, OsString},
    fs::{File, Permissions},
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    },
};

use rustix::{
    fs::{
        AtFlags, Dir, FileType, Mode, OFlags, RenameFlags, fstat, linkat, mkdirat, openat, readlinkat, renameat,
        renameat_with, statat, symlinkat, unlinkat,
    },
    io::Errno,
};

use crate::{AccessError, Folder, RelativePath, replace::draft_name};

/// How deep a folder is copied.
const MAX_DEPTH: usize = 64;

/// How much is copied at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyLimits {
    /// Files and folders together.
    pub entries: usize,
    /// Bytes of all files together.
    pub bytes: u64,
}

impl Folder {
    /// Moves or renames a file, a link itself, or a folder to a path in `target` where nothing stands. Folders above must
    /// exist, on the same disk. In one step: a crash leaves it at the old place or the new one.
    pub fn move_to(&self, from: &RelativePath, target: &Self, to: &RelativePath) -> Result<(), AccessError> {
        self.check_writable(from)?;
        target.check_writable(to)?;
        let failed = |error| arranged(error, from, to);
        let (name, new_name) = (named(from)?, named(to)?);
        let (parent, new_parent) = (self.parent_of(from)?, target.parent_of(to)?);
        match rename_to_nothing(&parent, name, &new_parent, new_name) {
            // On Macs a name that differs only in its case is the same one.
            Err(Errno::EXIST) if is_respelled(&parent, name, &new_parent, new_name) => {
                renameat(&parent, name, &new_parent, new_name).map_err(failed)?;
            }
            renamed => renamed.map_err(failed)?,
        }
        // The move is durable only when both folders are; one that can't be synced has moved it all the same.
        for folder in [&new_parent, &parent] {
            let _ = rustix::fs::fsync(folder);
        }
        Ok(())
    }

    /// Copies a file, a link itself, or a folder with all that is in it to a path in `target` where nothing stands.
    /// Content and modes are copied, not owners and times. It appears there whole or, after an error, not at all.
    pub fn copy_to(
        &self,
        from: &RelativePath,
        target: &Self,
        to: &RelativePath,
        limits: CopyLimits,
    ) -> Result<(), AccessError> {
        target.check_writable(to)?;
        let (name, new_name) = (named(from)?, named(to)?);
        let (parent, new_parent) = (self.parent_of(from)?, target.parent_of(to)?);
        if target.look(to)?.is_some() {
            return Err(AccessError::Exists { path: to.to_string() });
        }
        let draft = draft_name();
        let mut copying = Copying { guard: self, left: limits, limits, new_parent: &new_parent, draft: &draft };
        let copied = copying.entry(&parent, name, from, &new_parent, &draft, 0).and_then(|()| {
            sync(&new_parent).map_err(|error| AccessError::from_io(&to, error))?;
            rename_to_nothing(&new_parent, &draft, &new_parent, new_name).map_err(|error| arranged(error, from, to))
        });
        if copied.is_err() {
            discard(&new_parent, &draft, 0);
        }
        copied
    }
}

/// A copy that is being made.
struct Copying<'a> {
    guard: &'a Folder,
    left: CopyLimits,
    limits: CopyLimits,
    /// Where the copy is being made, to notice when it would copy itself.
    new_parent: &'a OwnedFd,
    draft: &'a OsStr,
}

impl Copying<'_> {
    /// Copies what is called `name` in `parent` to `new_name` in `new_parent`. `path` is for messages.
    fn entry(
        &mut self,
        parent: &OwnedFd,
        name: &OsStr,
        path: &RelativePath,
        new_parent: &OwnedFd,
        new_name: &OsStr,
        depth: usize,
    ) -> Result<(), AccessError> {
        let failed = |error: io::Error| AccessError::from_io(&path, error);
        self.guard.refuse_secret(path.as_path())?;
        let too_many = || AccessError::TooMany { path: path.to_string(), max: self.limits.entries };
        self.left.entries = self.left.entries.checked_sub(1).filter(|_| depth <= MAX_DEPTH).ok_or_else(too_many)?;
        let stat = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW).map_err(|error| failed(error.into()))?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => self.file(parent, name, path, new_parent, new_name),
            FileType::Directory => self.folder(parent, name, path, new_parent, new_name, depth),
            FileType::Symlink => {
                let leads_to = readlinkat(parent, name, Vec::new()).map_err(|error| failed(error.into()))?;
                symlinkat(leads_to, new_parent, new_name).map_err(|error| failed(error.into()))
            }
            _ => Err(AccessError::NotAFile { path: path.to_string() }),
        }
    }

    fn file(
        &mut self,
        parent: &OwnedFd,
        name: &OsStr,
        path: &RelativePath,
        new_parent: &OwnedFd,
        new_name: &OsStr,
    ) -> Result<(), AccessError> {
        let failed = |error: io::Error| AccessError::from_io(&path, error);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let old = File::from(openat(parent, name, flags, Mode::empty()).map_err(|error| failed(error.into()))?);
        let metadata = old.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(AccessError::Changed { path: path.to_string() });
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let new =
            openat(new_parent, new_name, flags, Mode::from_raw_mode(0o600)).map_err(|error| failed(error.into()))?;
        let mut new = File::from(new);
        // One byte more than there is room for tells that there is too much.
        let mut bounded = io::Read::take(&old, self.left.bytes.saturating_add(1));
        let copied = io::copy(&mut bounded, &mut new).map_err(failed)?;
        self.left.bytes = self.left.bytes.checked_sub(copied).ok_or_else(|| AccessError::TooLarge {
            path: path.to_string(),
            size: metadata.len(),
            max: self.limits.bytes,
        })?;
        new.set_permissions(Permissions::from_mode(metadata.permissions().mode() & 0o777)).map_err(failed)
    }

    fn folder(
        &mut self,
        parent: &OwnedFd,
        name: &OsStr,
        path: &RelativePath,
        new_parent: &OwnedFd,
        new_name: &OsStr,
        depth: usize,
    ) -> Result<(), AccessError> {
        let failed = |error: Errno| AccessError::from_io(&path, error.into());
        let old = open_folder(parent, name).map_err(failed)?;
        if is_same(&old, self.new_parent) {
            return Err(AccessError::IntoItself { path: path.to_string() });
        }
        mkdirat(new_parent, new_name, Mode::from_raw_mode(0o700)).map_err(failed)?;
        let new = open_folder(new_parent, new_name).map_err(failed)?;
        for entry in Dir::read_from(&old).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let inner = OsStr::from_bytes(entry.file_name().to_bytes());
            if inner != "." && inner != ".." && inner != self.draft {
                let inner_path = path.child(inner).ok_or_else(|| AccessError::Invalid { path: path.to_string() })?;
                self.entry(&old, inner, &inner_path, &new, inner, depth + 1)?;
            }
        }
        let mode = fstat(&old).map_err(failed)?.st_mode;
        // Last, for it may be one that nobody may write to.
        let mode = Permissions::from_mode(u32::try_from(u64::from(mode) & 0o777).unwrap_or(0o700));
        File::from(new).set_permissions(mode).map_err(|error| AccessError::from_io(&path, error))
    }
}

/// Renames, but only if nothing has the new name.
pub(crate) fn rename_to_nothing(
    folder: impl AsFd,
    name: &OsStr,
    new_folder: impl AsFd,
    new_name: &OsStr,
) -> Result<(), Errno> {
    match renameat_with(&folder, name, &new_folder, new_name, RenameFlags::NOREPLACE) {
        // Some file systems can't.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
        done => return done,
    }
    match linkat(&folder, name, &new_folder, new_name, AtFlags::empty()) {
        Ok(()) => return unlinkat(&folder, name, AtFlags::empty()),
        Err(Errno::EXIST) => return Err(Errno::EXIST),
        // A folder, or a file system that has no links either: what is checked right before is rarely wrong.
        Err(_) => {}
    }
    match statat(&new_folder, new_name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => renameat(folder, name, new_folder, new_name),
        Ok(_) => Err(Errno::EXIST),
        Err(error) => Err(error),
    }
}

/// Whether both names are of one file and differ in nothing but their case.
fn is_respelled(folder: &OwnedFd, name: &OsStr, new_folder: &OwnedFd, new_name: &OsStr) -> bool {
    let identity = |folder: &OwnedFd, name: &OsStr| {
        statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).map(|stat| (stat.st_dev, stat.st_ino)).ok()
    };
    let lower = |name: &OsStr| name.to_string_lossy().to_lowercase();
    name != new_name
        && is_same(folder, new_folder)
        && lower(name) == lower(new_name)
        && identity(folder, name).is_some_and(|old| identity(new_folder, new_name) == Some(old))
}

pub(crate) fn open_folder(parent: &OwnedFd, name: &OsStr) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    openat(parent, name, flags, Mode::empty())
}

fn is_same(one: &OwnedFd, other: &OwnedFd) -> bool {
    let identity = |folder: &OwnedFd| fstat(folder).map(|stat| (stat.st_dev, stat.st_ino)).ok();
    identity(one).is_some_and(|found| identity(other) == Some(found))
}

/// Removes an unfinished copy. What can't be removed stays, and is no one's loss.
fn discard(parent: &OwnedFd, name: &OsStr, depth: usize) {
    if let Ok(folder) = open_folder(parent, name).and_then(|folder| {
        let entries = Dir::read_from(&folder)?;
        Ok((folder, entries))
    }) {
        let (folder, entries) = folder;
        let names: Vec<OsString> = entries
            .filter_map(Result::ok)
            .map(|entry| OsStr::from_bytes(entry.file_name().to_bytes()).to_owned())
            .filter(|inner| inner != "." && inner != "..")
            .collect();
        for inner in names.iter().filter(|_| depth <= MAX_DEPTH) {
            discard(&folder, inner, depth + 1);
        }
        let _ = unlinkat(parent, name, AtFlags::REMOVEDIR);
    } else {
        let _ = unlinkat(parent, name, AtFlags::empty());
    }
}

/// Waits until what was copied is on the disk.
fn sync(folder: &OwnedFd) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(folder)?;
    #[cfg(not(target_os = "linux"))]
    rustix::fs::fsync(folder)?;
    Ok(())
}

fn named(path: &RelativePath) -> Result<&OsStr, AccessError> {
    path.name().ok_or_else(|| AccessError::Invalid { path: path.to_string() })
}

fn arranged(error: Errno, from: &RelativePath, to: &RelativePath) -> AccessError {
    match error {
        Errno::XDEV => AccessError::OtherDisk { path: from.to_string() },
        Errno::INVAL => AccessError::IntoItself { path: from.to_string() },
        Errno::NOENT => AccessError::NotFound { path: from.to_string() },
        error => AccessError::from_io(&to, error.into()),
    }
}

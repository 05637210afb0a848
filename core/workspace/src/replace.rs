//! Writing a file: the old content or the new, never half of one.

use std::{
    ffi::OsString,
    fs::{File, Permissions},
    io::{self, Write as _},
    os::{
        fd::OwnedFd,
        unix::fs::{MetadataExt as _, PermissionsExt as _},
    },
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use rustix::{
    fs::{AtFlags, Mode, OFlags, openat, renameat, unlinkat},
    io::Errno,
};

use crate::{AccessError, Folder, RelativePath, Stamp, arrange::rename_to_nothing};

/// What must stand at the path right before it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Absent,
    /// A file with this content.
    Content(Stamp),
}

impl Folder {
    /// Replaces a file, or creates it, in one step that a crash or a full disk can't leave half done; it is on the disk
    /// when this returns. The mode stays, the owner where the system allows it. Folders above must exist.
    ///
    /// The file is looked at once more right before: if it is not as `expected`, nothing changes and the error is
    /// [`AccessError::Changed`]. Another name of the same file (a hard link) keeps the old content. Returns the stamp of
    /// what stands there now.
    pub fn replace(&self, path: &RelativePath, bytes: &[u8], expected: Expected) -> Result<Stamp, AccessError> {
        self.check_writable(path)?;
        let Some(name) = path.name() else { return Err(AccessError::IsFolder { path: path.to_string() }) };
        let failed = |error: io::Error| AccessError::from_io(&path, error);
        let parent = self.parent_of(path)?;
        let old = self.checked(path, expected)?;
        let mut draft = Draft::create(&parent, old.is_some()).map_err(failed)?;
        draft.file.write_all(bytes).map_err(failed)?;
        if let Some(old) = &old {
            like(&draft.file, old).map_err(failed)?;
        }
        draft.file.sync_all().map_err(failed)?;
        // Writing took a while; what is checked late is rarely wrong.
        self.checked(path, expected)?;
        draft.publish(name, old.is_none()).map_err(failed)?;
        // The rename is durable only when the folder is.
        rustix::fs::fsync(&parent).map_err(|error| failed(error.into()))?;
        Ok(Stamp::of(bytes))
    }

    /// Creates a file where nothing stands, with these nine bits from its first moment on: nobody can read in between what
    /// was closed to them. Folders above must exist.
    pub fn create(&self, path: &RelativePath, bytes: &[u8], mode: u32) -> Result<Stamp, AccessError> {
        self.check_writable(path)?;
        let Some(name) = path.name() else { return Err(AccessError::IsFolder { path: path.to_string() }) };
        let failed = |error: io::Error| AccessError::from_io(&path, error);
        let parent = self.parent_of(path)?;
        self.checked(path, Expected::Absent)?;
        let mut draft = Draft::create(&parent, true).map_err(failed)?;
        draft.file.write_all(bytes).map_err(failed)?;
        draft.file.set_permissions(Permissions::from_mode(mode & 0o777)).map_err(failed)?;
        draft.file.sync_all().map_err(failed)?;
        draft.publish(name, true).map_err(failed)?;
        rustix::fs::fsync(&parent).map_err(|error| failed(error.into()))?;
        Ok(Stamp::of(bytes))
    }

    /// Copies a file's content and mode to a path where nothing stands. At most `max` bytes.
    pub fn copy(&self, from: &RelativePath, to: &RelativePath, max: u64) -> Result<Stamp, AccessError> {
        let content = self.read(from, max)?;
        let mode = self.mode(from)?;
        let stamp = self.replace(to, &content.bytes, Expected::Absent)?;
        self.set_mode(to, mode)?;
        Ok(stamp)
    }

    /// Who may do what with a file: the nine bits of Unix.
    pub fn mode(&self, path: &RelativePath) -> Result<u32, AccessError> {
        let metadata = self.open_file(path)?.metadata().map_err(|error| AccessError::from_io(&path, error))?;
        Ok(metadata.mode() & 0o777)
    }

    /// Sets these nine bits.
    pub fn set_mode(&self, path: &RelativePath, mode: u32) -> Result<(), AccessError> {
        self.check_writable(path)?;
        let permissions = Permissions::from_mode(mode & 0o777);
        self.open_file(path)?.set_permissions(permissions).map_err(|error| AccessError::from_io(&path, error))
    }

    /// The file as it stands, or none where nothing does; refuses what is not as expected.
    fn checked(&self, path: &RelativePath, expected: Expected) -> Result<Option<File>, AccessError> {
        match expected {
            Expected::Absent if self.look(path)?.is_some() => Err(AccessError::Exists { path: path.to_string() }),
            Expected::Absent => Ok(None),
            Expected::Content(stamp) => {
                let changed = |error| match error {
                    AccessError::TooLarge { path, .. } | AccessError::NotFound { path } => {
                        AccessError::Changed { path }
                    }
                    other => other,
                };
                let file = self.open_file(path).map_err(changed)?;
                let content = self.read(path, stamp.size()).map_err(changed)?;
                if content.stamp == stamp {
                    Ok(Some(file))
                } else {
                    Err(AccessError::Changed { path: path.to_string() })
                }
            }
        }
    }
}

/// Gives the new file the old one's owner and mode. Whoever does not own the old file can't give the new one away: then it
/// belongs to who writes, as with most editors.
fn like(new: &File, old: &File) -> io::Result<()> {
    let (was, is) = (old.metadata()?, new.metadata()?);
    if (was.uid(), was.gid()) != (is.uid(), is.gid()) {
        // The result does not matter: see above.
        let _ = std::os::unix::fs::fchown(new, Some(was.uid()), Some(was.gid()));
    }
    new.set_permissions(Permissions::from_mode(was.mode() & 0o777))
}

/// A name that nothing in a folder has, unless a killed process of the same number left it.
pub(crate) fn draft_name() -> OsString {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(".atelier-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed)).into()
}

/// A file beside the one to write, gone when dropped unless it was published.
struct Draft<'a> {
    folder: &'a OwnedFd,
    name: OsString,
    file: File,
}

impl<'a> Draft<'a> {
    /// `private`: closed to others until it has the mode of the file it replaces. Otherwise it has a new file's mode.
    fn create(folder: &'a OwnedFd, private: bool) -> io::Result<Self> {
        let mode = Mode::from_raw_mode(if private { 0o600 } else { 0o666 });
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        loop {
            let name = draft_name();
            match openat(folder, &name, flags, mode) {
                Ok(file) => return Ok(Self { folder, name, file: file.into() }),
                // Left by a killed process of the same number.
                Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn publish(&self, name: &std::ffi::OsStr, create: bool) -> io::Result<()> {
        if create {
            rename_to_nothing(self.folder, &self.name, self.folder, name)?;
        } else {
            renameat(self.folder, &self.name, self.folder, name)?;
        }
        Ok(())
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        // Once published it is not there any more, and a full disk has been reported already.
        let _ = unlinkat(self.folder, &self.name, AtFlags::empty());
    }
}

//! The opened folder: finding a path in it, and reading.

use std::{
    env,
    fs::File,
    io::{self, Read as _},
    os::{
        fd::{AsFd as _, BorrowedFd, OwnedFd},
        unix::ffi::OsStrExt as _,
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, Mode, OFlags, openat, statat},
    io::Errno,
};

use crate::{
    AccessError, Entry, EntryKind, RelativePath, Stamp,
    address::path_at,
    guard::Guard,
    resolve::{Unresolved, from_home, resolve},
};

/// The longest path that is looked at, in bytes; systems take no longer one.
pub(crate) const MAX_PATH: usize = 4096;

/// A folder whose contents may be used, and nothing else. Opened once: moved or replaced later, the opened one counts.
/// All calls block.
///
/// [`Folder::open`] opens it for agents, which may not use key files nor write what is git's. One that comes from
/// [`Roots`](crate::Roots) is a person's, who may.
#[derive(Debug)]
pub struct Folder {
    root: OwnedFd,
    path: PathBuf,
    guard: Guard,
}

/// A file's content, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their stamp.
    pub stamp: Stamp,
}

impl Folder {
    /// Opens a folder for agents, by any path; links in it are followed once, now.
    pub fn open(path: &Path) -> Result<Self, AccessError> {
        let canonical = path.canonicalize().map_err(|error| AccessError::from_io(&path.display(), error))?;
        Self::open_real(canonical, Guard::Agent)
    }

    /// Opens a folder by a path that has been resolved, following no link on the way.
    pub(crate) fn open_real(path: PathBuf, guard: Guard) -> Result<Self, AccessError> {
        let root = open_without_links(&path).map_err(|error| AccessError::from_io(&path.display(), error.into()))?;
        Ok(Self { root, path, guard })
    }

    /// Opens a folder in this one as one of its own, for the same users.
    pub fn beneath(&self, path: &RelativePath) -> Result<Self, AccessError> {
        let joined = if path.is_root() { self.path.clone() } else { self.path.join(path.as_path()) };
        Ok(Self { root: self.open_folder(path)?, path: joined, guard: self.guard })
    }

    pub(crate) fn root(&self) -> BorrowedFd<'_> {
        self.root.as_fd()
    }

    /// Where it is: absolute, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Finds what a person or a model means: relative to the folder, absolute, or from the home folder with `~/`; or what
    /// the [`address`](crate::address) of such a path means. Links
    /// are followed as long as they end inside. What the path names need not exist, nor the folders above it.
    ///
    /// Refused: what ends outside, what may hold keys, a link to nothing.
    pub fn locate(&self, named: &str) -> Result<RelativePath, AccessError> {
        if named.is_empty() || named.contains('\0') || named.len() > MAX_PATH {
            return Err(AccessError::Invalid { path: shortened(named).replace('\0', "\u{fffd}") });
        }
        let path = path_at(named);
        if path.as_os_str().as_bytes().contains(&0) {
            return Err(AccessError::Invalid { path: shortened(named) });
        }
        let wanted = self.path.join(from_home(&path, env::home_dir().as_deref()));
        self.refuse_secret(&wanted)?;
        let real = resolve(&wanted).map_err(|error| match error {
            Unresolved::Dangling => AccessError::DanglingLink { path: named.to_owned() },
            Unresolved::NotPlain => AccessError::Invalid { path: named.to_owned() },
            Unresolved::Io(error) => AccessError::from_io(&shortened(named), error),
        })?;
        let inside = real.strip_prefix(&self.path).map_err(|_| AccessError::Outside { path: named.to_owned() })?;
        self.refuse_secret(inside)?;
        RelativePath::new(inside).ok_or_else(|| AccessError::Invalid { path: named.to_owned() })
    }

    /// Whether this may be written, by its name. The writing calls ask the same.
    pub fn check_writable(&self, path: &RelativePath) -> Result<(), AccessError> {
        self.refuse_secret(path.as_path())?;
        self.guard.refuse_git(path.as_path())
    }

    /// Refuses, by its name, what may hold keys.
    pub(crate) fn refuse_secret(&self, path: &Path) -> Result<(), AccessError> {
        self.guard.refuse_secret(path)
    }

    /// What stands at a path; none if nothing does. A link is not followed.
    pub fn look(&self, path: &RelativePath) -> Result<Option<Entry>, AccessError> {
        let Some(name) = path.name() else {
            return Ok(Some(Entry { name: ".".into(), kind: EntryKind::Folder, size: 0 }));
        };
        let found = self.parent_of(path).and_then(|parent| {
            statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW).map_err(|error| AccessError::from_io(&path, error.into()))
        });
        match found {
            Ok(stat) => Ok(Some(Entry::new(name.to_owned(), &stat))),
            Err(AccessError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Opens a file for reading. Only ordinary files are opened: a pipe or device neither blocks nor is touched.
    pub fn open_file(&self, path: &RelativePath) -> Result<File, AccessError> {
        self.refuse_secret(path.as_path())?;
        match self.look(path)?.map(|entry| entry.kind) {
            Some(EntryKind::File) => {}
            Some(EntryKind::Folder) => return Err(AccessError::IsFolder { path: path.to_string() }),
            Some(EntryKind::Link) => return Err(AccessError::Changed { path: path.to_string() }),
            Some(EntryKind::Other) => return Err(AccessError::NotAFile { path: path.to_string() }),
            None => return Err(AccessError::NotFound { path: path.to_string() }),
        }
        let failed = |error: io::Error| AccessError::from_io(&path, error);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let name = path.name().unwrap_or_default();
        let file = openat(self.parent_of(path)?, name, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
        let file = File::from(file);
        // A pipe may have taken its place since; opened without blocking, it is noticed here.
        if file.metadata().map_err(failed)?.is_file() {
            Ok(file)
        } else {
            Err(AccessError::NotAFile { path: path.to_string() })
        }
    }

    /// Reads a whole file of at most `max` bytes.
    pub fn read(&self, path: &RelativePath, max: u64) -> Result<Content, AccessError> {
        let failed = |error: io::Error| AccessError::from_io(&path, error);
        let file = self.open_file(path)?;
        let size = file.metadata().map_err(failed)?.len();
        let mut bytes = Vec::new();
        if size <= max {
            // A file that grows while it is read stops at the limit too.
            file.take(max.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
        }
        let size = size.max(bytes.len() as u64);
        if size > max {
            return Err(AccessError::TooLarge { path: path.to_string(), size, max });
        }
        Ok(Content { stamp: Stamp::of(&bytes), bytes })
    }

    /// The opened folder itself.
    pub(crate) fn descriptor(&self) -> &OwnedFd {
        &self.root
    }

    /// The opened folder that a path lies in.
    pub(crate) fn parent_of(&self, path: &RelativePath) -> Result<OwnedFd, AccessError> {
        let parent = path.parent().unwrap_or_else(RelativePath::root);
        self.open_folder(&parent).map_err(|error| match error {
            // The caller asked for the file, so the error is about the file.
            AccessError::NotFound { .. } => AccessError::NotFound { path: path.to_string() },
            other => other,
        })
    }

    /// Opens a folder, component by component, following no link.
    pub(crate) fn open_folder(&self, path: &RelativePath) -> Result<OwnedFd, AccessError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let failed = |error: Errno| AccessError::from_io(&path, error.into());
        let mut folder = openat(&self.root, ".", flags, Mode::empty()).map_err(failed)?;
        for name in path.names() {
            folder = openat(&folder, name, flags, Mode::empty()).map_err(failed)?;
        }
        Ok(folder)
    }
}

/// Opens a folder, following no link in its absolute path. The folders above need not be readable.
#[cfg(not(target_vendor = "apple"))]
fn open_without_links(path: &Path) -> Result<OwnedFd, Errno> {
    let last = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let on_the_way = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut folder = rustix::fs::open("/", on_the_way, Mode::empty())?;
    for name in path.parent().into_iter().flat_map(|above| above.iter().skip(1)) {
        folder = openat(&folder, name, on_the_way, Mode::empty())?;
    }
    openat(&folder, path.file_name().unwrap_or_else(|| ".".as_ref()), last, Mode::empty())
}

/// The same where a folder can't be passed through without being opened for reading, which a sandbox may forbid.
#[cfg(target_vendor = "apple")]
fn open_without_links(path: &Path) -> Result<OwnedFd, Errno> {
    let no_links = OFlags::from_bits_retain(libc::O_NOFOLLOW_ANY.cast_unsigned());
    rustix::fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | no_links | OFlags::CLOEXEC, Mode::empty())
}

/// A path too long for the system is too long for a message.
fn shortened(named: &str) -> String {
    if named.chars().count() <= 200 { named.to_owned() } else { named.chars().take(200).chain(['…']).collect() }
}

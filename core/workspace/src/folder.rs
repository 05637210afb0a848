//! The opened folder: finding a path in it, and reading.

use std::{
    env,
    fs::{self, File},
    io::{self, Read as _},
    os::{fd::OwnedFd, unix::ffi::OsStrExt as _},
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, Mode, OFlags, openat, statat},
    io::Errno,
};

use crate::{
    AccessError, Entry, EntryKind, RelativePath, Stamp,
    guard::{refuse_git, refuse_secret},
};

/// The longest path that is looked at, in bytes; systems take no longer one.
const MAX_PATH: usize = 4096;

/// A folder whose contents may be used, and nothing else. Opened once: moved or replaced later, the opened one counts.
/// All calls block.
#[derive(Debug)]
pub struct Folder {
    root: OwnedFd,
    path: PathBuf,
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
    /// Opens a folder by any path; links in it are followed once, now.
    pub fn open(path: &Path) -> Result<Self, AccessError> {
        let failed = |error: io::Error| AccessError::from_io(&path.display(), error);
        let canonical = path.canonicalize().map_err(failed)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(&canonical, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
        Ok(Self { root, path: canonical })
    }

    /// Where it is: absolute, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Finds what a person or a model means: relative to the folder, absolute, or from the home folder with `~/`. Links
    /// are followed as long as they end inside. What the path names need not exist, nor the folders above it.
    ///
    /// Refused: what ends outside, what may hold keys, a link to nothing.
    pub fn locate(&self, named: &str) -> Result<RelativePath, AccessError> {
        if named.is_empty() || named.contains('\0') || named.len() > MAX_PATH {
            return Err(AccessError::Invalid { path: shortened(named).replace('\0', "\u{fffd}") });
        }
        let wanted = self.path.join(from_home(Path::new(named)));
        refuse_secret(&wanted)?;
        let real = resolve(&wanted, named)?;
        let inside = real.strip_prefix(&self.path).map_err(|_| AccessError::Outside { path: named.to_owned() })?;
        refuse_secret(inside)?;
        RelativePath::new(inside).ok_or_else(|| AccessError::Invalid { path: named.to_owned() })
    }

    /// Whether this may be written, by its name. The writing calls ask the same.
    pub fn check_writable(&self, path: &RelativePath) -> Result<(), AccessError> {
        refuse_secret(path.as_path())?;
        refuse_git(path.as_path())
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
        refuse_secret(path.as_path())?;
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

/// `~/` stands for the home folder; everything else for itself.
fn from_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// The path without links and dots. Of what does not exist, the nearest folder above it that does is resolved and the
/// rest appended.
fn resolve(wanted: &Path, named: &str) -> Result<PathBuf, AccessError> {
    let mut existing = wanted;
    loop {
        match existing.canonicalize() {
            Ok(real) => {
                let missing = wanted.strip_prefix(existing).unwrap_or(Path::new(""));
                let plain = missing.components().all(|part| matches!(part, Component::Normal(_)));
                return if plain {
                    Ok(joined(&real, missing))
                } else {
                    Err(AccessError::Invalid { path: named.into() })
                };
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::symlink_metadata(existing).is_ok() {
                    return Err(AccessError::DanglingLink { path: named.to_owned() });
                }
            }
            Err(error) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
                return Err(AccessError::DanglingLink { path: named.to_owned() });
            }
            Err(error) => return Err(AccessError::from_io(&shortened(named), error)),
        }
        existing = existing.parent().ok_or_else(|| AccessError::Invalid { path: named.to_owned() })?;
    }
}

/// `Path::join` with an empty path would add a slash.
fn joined(real: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().as_bytes().is_empty() { real.to_owned() } else { real.join(rest) }
}

/// A path too long for the system is too long for a message.
fn shortened(named: &str) -> String {
    if named.chars().count() <= 200 { named.to_owned() } else { named.chars().take(200).chain(['…']).collect() }
}

//! Why a file beneath a folder could not be reached or changed.

use std::io;

/// Why a file beneath a folder could not be reached or changed. Paths are as the caller would name them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The path can't be one: empty, with a NUL, with `..` below something missing.
    #[error("`{path}` is not a usable path; name a file or folder inside the project.")]
    Invalid {
        /// The path.
        path: String,
    },
    /// The path, or what a link in it points at, lies outside the folder.
    #[error("`{path}` is outside the project; only what lies inside can be used.")]
    Outside {
        /// The path.
        path: String,
    },
    /// Keys and passwords live there.
    #[error("`{path}` may hold keys or passwords and is never opened; ask the user for what is needed from it.")]
    Secret {
        /// The path.
        path: String,
    },
    /// Git's own files are changed by git alone.
    #[error("`{path}` belongs to git itself and is never written; use git commands instead.")]
    GitInternal {
        /// The path.
        path: String,
    },
    /// There is nothing of that name.
    #[error("`{path}` does not exist; check the name.")]
    NotFound {
        /// The path.
        path: String,
    },
    /// A link in the path points at nothing.
    #[error("`{path}` is a link to something that does not exist; name the real file instead.")]
    DanglingLink {
        /// The path.
        path: String,
    },
    /// A file is needed and this is a folder.
    #[error("`{path}` is a folder; name a file.")]
    IsFolder {
        /// The path.
        path: String,
    },
    /// A folder is needed, here or as a part of the path, and this is something else.
    #[error("`{path}` is not inside a folder or not a folder itself; check each part of the path.")]
    NotAFolder {
        /// The path.
        path: String,
    },
    /// A pipe, socket or device.
    #[error("`{path}` is a pipe, socket or device; only ordinary files can be used.")]
    NotAFile {
        /// The path.
        path: String,
    },
    /// Something of that name exists already.
    #[error("`{path}` exists already; choose another name or change what is there.")]
    Exists {
        /// The path.
        path: String,
    },
    /// The file is larger than the caller takes.
    #[error("`{path}` has {size} bytes, more than the {max} that are allowed here; use only a part of it.")]
    TooLarge {
        /// The path.
        path: String,
        /// Its size in bytes.
        size: u64,
        /// What is allowed, in bytes.
        max: u64,
    },
    /// The folder holds more than the caller takes.
    #[error("`{path}` holds more than {max} entries, too many for one step; use its parts one by one.")]
    TooMany {
        /// The path.
        path: String,
        /// What is allowed.
        max: usize,
    },
    /// It is no longer what it was when it was checked.
    #[error("`{path}` was changed by someone else in the meantime; look at it again first.")]
    Changed {
        /// The path.
        path: String,
    },
    /// The system refuses.
    #[error("Atelier has no permission for `{path}`; change its permissions or choose another file.")]
    Denied {
        /// The path.
        path: String,
    },
    /// A folder would have to lie in itself.
    #[error("`{path}` can't be put into itself; choose another folder.")]
    IntoItself {
        /// The path.
        path: String,
    },
    /// It would have to be moved to another disk, which can't be done in one step.
    #[error("`{path}` is on another disk than the folder it should go to; copy it there, then move it to the Trash.")]
    OtherDisk {
        /// The path.
        path: String,
    },
    /// The Trash does not take it.
    #[error(
        "`{path}` can't be moved to the Trash, for its disk has none or it holds the Trash itself; move it elsewhere instead."
    )]
    NoTrash {
        /// The path.
        path: String,
    },
    /// Anything else the system says.
    #[error("`{path}` could not be used ({source}); check the disk and try again.")]
    Io {
        /// The path.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

impl AccessError {
    /// What the system's error about `path` means.
    pub(crate) fn from_io(path: &dyn ToString, source: io::Error) -> Self {
        use io::ErrorKind as Kind;
        let path = path.to_string();
        match source.kind() {
            Kind::NotFound => Self::NotFound { path },
            Kind::PermissionDenied => Self::Denied { path },
            Kind::AlreadyExists => Self::Exists { path },
            Kind::NotADirectory => Self::NotAFolder { path },
            Kind::IsADirectory => Self::IsFolder { path },
            Kind::InvalidFilename | Kind::InvalidInput => Self::Invalid { path },
            // Links are resolved before; one that stands in the way now was put there since.
            _ if source.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => Self::Changed { path },
            _ => Self::Io { path, source },
        }
    }
}

//! Files for people: what is in a folder, reading, writing, arranging. Every path passes the approved roots.

mod arrange;
mod contents;
mod directories;

use atelier_workspace::{AccessError, Folder, RelativePath};

use crate::{ErrorKind, WorkbenchError};

pub use contents::{FileKind, FileText};
pub use directories::{CreatedDirectory, DirectoryEntry, DirectoryListing, HomeDirectory};

/// Where something in a folder is, absolute. A name that is not Unicode is shown with replacement characters.
fn shown(folder: &Folder, path: &RelativePath) -> String {
    let whole = folder.path().join(path.as_path());
    let shown = whole.to_string_lossy();
    // `join` with an empty path adds a slash.
    if path.is_root() && shown.len() > 1 { shown.trim_end_matches('/').to_owned() } else { shown.into_owned() }
}

impl From<AccessError> for WorkbenchError {
    fn from(error: AccessError) -> Self {
        let kind = match &error {
            AccessError::Outside { .. }
            | AccessError::Secret { .. }
            | AccessError::GitInternal { .. }
            | AccessError::Denied { .. } => ErrorKind::Denied,
            AccessError::NotFound { .. } | AccessError::DanglingLink { .. } => ErrorKind::NotFound,
            AccessError::Exists { .. } | AccessError::Changed { .. } => ErrorKind::Conflict,
            AccessError::Io { .. } => ErrorKind::Storage,
            _ => ErrorKind::InvalidRequest,
        };
        Self::new(kind, error.to_string())
    }
}

//! Files for people: what is in a folder, reading, writing, arranging. Every path passes the approved roots.

mod arrange;
mod contents;
mod directories;

use atelier_workspace::{AccessError, Folder, RelativePath};

use crate::{ErrorKind, WorkbenchError};

pub use contents::{FileKind, FileText};
pub use directories::{CreatedDirectory, DirectoryEntry, DirectoryListing, HomeDirectory};

/// The address of something in a folder, absolute.
fn shown(folder: &Folder, path: &RelativePath) -> String {
    folder.address_of(&path.address())
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

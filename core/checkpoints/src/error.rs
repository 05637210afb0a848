//! Why files could not be kept or put back.

use std::{io, path::Path};

use atelier_workspace::AccessError;

/// Why files could not be kept or put back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// What the files hold could not be written down.
    #[error(
        "What the files hold now could not be kept in {folder} ({reason}), so nothing was changed; free some space there or check the folder, then try again."
    )]
    NotKept {
        /// Where checkpoints are.
        folder: String,
        /// What the system says, without a full stop.
        reason: String,
    },
    /// There is no such checkpoint any more.
    #[error("What the files held then is no longer kept; look for it in your version control or backup.")]
    Gone,
    /// What was kept can't be read.
    #[error(
        "What the files held then can't be read in {folder} ({reason}); check the folder's permissions and the disk, then try again."
    )]
    Unreadable {
        /// Where checkpoints are.
        folder: String,
        /// What the system says, without a full stop.
        reason: String,
    },
    /// The project can't be opened.
    #[error("The project folder {project} can't be opened, so nothing was restored; put it back and try again.")]
    ProjectGone {
        /// The folder.
        project: String,
    },
    /// The disk failed or is full. Trying again goes on from there.
    #[error("Not all files are restored: {0} Then try again.")]
    NotRestored(AccessError),
}

impl CheckpointError {
    pub(crate) fn not_kept(folder: &Path, error: &io::Error) -> Self {
        Self::NotKept { folder: folder.display().to_string(), reason: error.to_string() }
    }

    pub(crate) fn unreadable(folder: &Path, error: &io::Error) -> Self {
        Self::Unreadable { folder: folder.display().to_string(), reason: error.to_string() }
    }
}

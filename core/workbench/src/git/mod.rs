//! Git for people, as the runtime contract has it: every directory passes the approved roots, git runs where it may block,
//! and ends when the workbench closes.

mod changing;
mod commit_message;
mod following;
mod looking;
mod progress;
mod transfers;

use atelier_git::{Git, GitFailure};

pub use changing::BranchDone;
pub use commit_message::{CommitMessage, GeneratedMessage};
pub use following::GitStatusReader;
pub use looking::{DiffText, RepositoryCheck};
pub use progress::{GitProgressEvent, GitProgressReader};
pub use transfers::{GitTransfer, RemoteRequest, TransferStep, Transferred};

use crate::{ErrorKind, Workbench, WorkbenchError, operation::Operation};

/// How many messages about progress are kept for who reads them late.
pub(crate) const KEPT_PROGRESS: usize = 1024;

impl Workbench {
    /// Does something with git in a directory.
    pub(crate) async fn in_directory<T: Send + 'static>(
        &self,
        operation: Operation,
        directory: &str,
        work: impl FnOnce(&Git<'_>) -> Result<T, GitFailure> + Send + 'static,
    ) -> Result<T, WorkbenchError> {
        let (directory, closing) = (directory.to_owned(), self.parts.closing.clone());
        self.operate(operation, move |configuration| {
            let folder = configuration.directory(&directory)?;
            let stopped = || closing.is_cancelled();
            Ok(work(&Git::at(folder, &stopped)?)?)
        })
        .await
    }
}

impl From<GitFailure> for WorkbenchError {
    fn from(failure: GitFailure) -> Self {
        let kind = match failure {
            GitFailure::Invalid(_) => ErrorKind::InvalidRequest,
            GitFailure::NotFound(_) => ErrorKind::NotFound,
            _ => ErrorKind::Storage,
        };
        Self::new(kind, failure.to_string())
    }
}

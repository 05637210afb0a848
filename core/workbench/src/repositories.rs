//! What operations on a repository have in common: the directory passes the approved roots, git runs where it may block,
//! and ends when the workbench closes.

use atelier_git::{GitError, Repository};

use crate::{ErrorKind, Workbench, WorkbenchError, operation::Operation};

impl Workbench {
    /// Does something with the repository that a directory lies in.
    pub(crate) async fn in_repository<T: Send + 'static>(
        &self,
        operation: Operation,
        directory: &str,
        work: impl FnOnce(&Repository, &dyn Fn() -> bool) -> Result<T, GitError> + Send + 'static,
    ) -> Result<T, WorkbenchError> {
        let (directory, closing) = (directory.to_owned(), self.parts.closing.clone());
        self.operate(operation, move |configuration| {
            let stopped = || closing.is_cancelled();
            let folder = configuration.directory(&directory)?;
            let repository = Repository::open(&folder, &stopped)?;
            Ok(work(&repository, &stopped)?)
        })
        .await
    }
}

/// Refuses what would lose something, unless it was said that it may.
pub(crate) fn confirmed(confirmed: bool, what: &str) -> Result<(), WorkbenchError> {
    let message = format!("{what}; say that this is meant.");
    if confirmed { Ok(()) } else { Err(WorkbenchError::new(ErrorKind::Conflict, message)) }
}

impl From<GitError> for WorkbenchError {
    fn from(error: GitError) -> Self {
        let kind = match &error {
            GitError::Path { .. }
            | GitError::BranchName { .. }
            | GitError::RemoteName { .. }
            | GitError::TagName { .. }
            | GitError::OnlyWhole { .. }
            | GitError::NothingChosen
            | GitError::TooManyFiles { .. }
            | GitError::NothingToSkip => ErrorKind::InvalidRequest,
            GitError::Changed { .. }
            | GitError::HistoryMoved
            | GitError::NoConflict { .. }
            | GitError::NotSettled { .. }
            | GitError::StillMarked { .. }
            | GitError::StillInConflict { .. }
            | GitError::NothingUnderWay
            | GitError::Published
            | GitError::WorktreeDirty { .. }
            | GitError::Unmerged { .. } => ErrorKind::Conflict,
            GitError::NoSuchCommit { .. }
            | GitError::NoSuchStash { .. }
            | GitError::NoSuchTag { .. }
            | GitError::NoSuchWorktree { .. } => ErrorKind::NotFound,
            GitError::NotInstalled => ErrorKind::Configuration,
            GitError::Stopped => return Self::closed(),
            // In git's words, which clients look for.
            GitError::NotARepository => {
                let words = "fatal: not a git repository (or any of the parent directories): .git";
                return Self::new(ErrorKind::Storage, words);
            }
            _ => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}

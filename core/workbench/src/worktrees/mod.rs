//! Working trees, as the runtime contract has them.

mod sessions;
mod setup;

use std::path::PathBuf;

use atelier_git::{GitError, Worktree};
use serde::Serialize;

pub use sessions::{NewWorktreeSession, WorktreeSession};
pub use setup::{SetupOrigin, SetupOutcome, SetupScript};

use crate::{ErrorKind, Workbench, WorkbenchError, configuration::Configuration, operation::Operation};

/// It is done; failures are errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Success {
    /// Always true.
    pub success: bool,
}

impl Success {
    pub(crate) const DONE: Self = Self { success: true };
}

/// A working tree that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddedWorktree {
    /// Always true.
    pub success: bool,
    /// Where it is, absolute.
    pub path: String,
    /// The branch in it.
    pub branch: String,
}

/// Of which kind a working tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WorktreeType {
    /// Whether it stands beside a main one.
    pub linked: bool,
}

const LIST: Operation = Operation { name: "list_git_worktrees", fallback: "Failed to get worktrees" };
const ADD: Operation = Operation { name: "add_git_worktree", fallback: "Failed to add worktree" };
const REMOVE: Operation = Operation { name: "remove_git_worktree", fallback: "Failed to remove worktree" };
const LINKED: Operation = Operation { name: "is_linked_worktree", fallback: "Failed to determine worktree type" };
const IGNORE: Operation = Operation { name: "ensure_atelier_ignored", fallback: "Failed to update git ignore" };

impl Workbench {
    /// The working trees of a repository, the main one first.
    pub async fn list_git_worktrees(&self, directory: &str) -> Result<Vec<Worktree>, WorkbenchError> {
        self.in_repository(LIST, directory, |repository, stopped| repository.worktrees(stopped)).await
    }

    /// Adds a working tree with a branch that is there or, `create_branch`, a new one.
    pub async fn add_git_worktree(
        &self,
        directory: &str,
        path: &str,
        branch: &str,
        create_branch: bool,
    ) -> Result<AddedWorktree, WorkbenchError> {
        if path.trim().is_empty() || branch.is_empty() {
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, "path and branch are required"));
        }
        let (path, branch) = (self.place(path).await?, branch.to_owned());
        self.in_repository(ADD, directory, move |repository, stopped| {
            repository.add_worktree(&path, &branch, create_branch, None, stopped)?;
            Ok(AddedWorktree { success: true, path: path.display().to_string(), branch })
        })
        .await
        .map_err(invalid_branch)
    }

    /// Removes a working tree; one with changes only with `force`.
    pub async fn remove_git_worktree(
        &self,
        directory: &str,
        path: &str,
        force: bool,
    ) -> Result<Success, WorkbenchError> {
        if path.trim().is_empty() {
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, "path is required"));
        }
        let path = self.place(path).await?;
        self.in_repository(REMOVE, directory, move |repository, stopped| {
            repository.remove_worktree(&path, force, stopped)?;
            Ok(Success::DONE)
        })
        .await
    }

    /// Whether a directory is in a working tree beside the main one. What is in no repository is not.
    pub async fn is_linked_worktree(&self, directory: &str) -> Result<WorktreeType, WorkbenchError> {
        let found = self.in_repository(LINKED, directory, |repository, stopped| repository.is_linked(stopped)).await;
        match found {
            Ok(linked) => Ok(WorktreeType { linked }),
            Err(error) if matches!(error.kind, ErrorKind::InvalidRequest | ErrorKind::Denied | ErrorKind::Closed) => {
                Err(error)
            }
            Err(_) => Ok(WorktreeType { linked: false }),
        }
    }

    /// Makes git ignore the folder that Atelier keeps its working trees in: `.atelier`, or `.openchamber` in a project that
    /// has it. What is in no repository needs nothing.
    pub async fn ensure_atelier_ignored(&self, directory: &str) -> Result<Success, WorkbenchError> {
        let done = Success::DONE;
        let ignored = self.in_repository(IGNORE, directory, move |repository, stopped| {
            repository.ensure_ignored(stopped).map(|()| done)
        });
        match ignored.await {
            Err(error) if error == GitError::NotARepository.into() => Ok(done),
            ignored => ignored,
        }
    }

    /// Where a path leads, absolute and without links; it must lie in the approved roots and need not exist.
    async fn place(&self, path: &str) -> Result<PathBuf, WorkbenchError> {
        let path = path.to_owned();
        self.configure(move |configuration| place(configuration, &path)).await
    }
}

pub(crate) fn place(configuration: &Configuration, path: &str) -> Result<PathBuf, WorkbenchError> {
    let (root, inside) = configuration.roots()?.locate(path)?;
    Ok(root.path().join(inside.as_path()))
}

/// In the contract's words.
fn invalid_branch(error: WorkbenchError) -> WorkbenchError {
    if error.message.starts_with("Invalid branch name") {
        return WorkbenchError::new(ErrorKind::InvalidRequest, "Invalid branch name");
    }
    error
}

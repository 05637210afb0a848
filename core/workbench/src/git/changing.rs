//! What changes something here: files, index, branches, commits. It is what the user's own git does, hooks included.

use atelier_git::{Committed, Git};
use serde::Serialize;

use crate::{Success, Workbench, WorkbenchError, operation::Operation};

/// What making and checking out a branch answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BranchDone {
    /// Always; a failure is an error.
    pub success: bool,
    /// The branch.
    pub branch: String,
}

impl BranchDone {
    fn of(branch: String) -> Self {
        Self { success: true, branch }
    }
}

const REVERT: Operation = Operation { name: "revert_git_file", fallback: "Failed to revert git file" };
const CREATE: Operation = Operation { name: "create_branch", fallback: "Failed to create branch" };
const CHECKOUT: Operation = Operation { name: "checkout_branch", fallback: "Failed to checkout branch" };
const DELETE: Operation = Operation { name: "delete_git_branch", fallback: "Failed to delete branch" };
const DELETE_REMOTE: Operation = Operation { name: "delete_remote_branch", fallback: "Failed to delete remote branch" };
const COMMIT: Operation = Operation { name: "create_git_commit", fallback: "Failed to create commit" };
const STAGE: Operation = Operation { name: "stage_files", fallback: "Failed to stage files" };
const UNSTAGE: Operation = Operation { name: "unstage_files", fallback: "Failed to unstage files" };
const INIT: Operation = Operation { name: "git_init", fallback: "Failed to create a repository" };

impl Workbench {
    /// Makes a file what it was at the last commit; one that git does not know is removed, unless it is ignored.
    pub async fn revert_git_file(&self, directory: &str, path: &str) -> Result<Success, WorkbenchError> {
        let path = path.to_owned();
        let revert = move |git: &Git<'_>| git.revert(&path).map(|()| Success::DONE);
        self.in_directory(REVERT, directory, revert).await
    }

    /// Makes a branch at `start` (what is checked out, if not said) and checks it out.
    pub async fn create_branch(
        &self,
        directory: &str,
        name: &str,
        start: Option<String>,
    ) -> Result<BranchDone, WorkbenchError> {
        let name = name.to_owned();
        let create = move |git: &Git<'_>| git.create_branch(&name, start.as_deref()).map(BranchDone::of);
        self.in_directory(CREATE, directory, create).await
    }

    /// Checks a branch out.
    pub async fn checkout_branch(&self, directory: &str, branch: &str) -> Result<BranchDone, WorkbenchError> {
        let branch = branch.to_owned();
        let checkout = move |git: &Git<'_>| git.checkout_branch(&branch).map(BranchDone::of);
        self.in_directory(CHECKOUT, directory, checkout).await
    }

    /// Deletes a branch: by force also one whose commits are nowhere else.
    pub async fn delete_git_branch(
        &self,
        directory: &str,
        branch: &str,
        force: bool,
    ) -> Result<Success, WorkbenchError> {
        let branch = branch.to_owned();
        let delete = move |git: &Git<'_>| git.delete_branch(&branch, force).map(|()| Success::DONE);
        self.in_directory(DELETE, directory, delete).await
    }

    /// Deletes a branch of a remote (`origin`, if not said).
    pub async fn delete_remote_branch(
        &self,
        directory: &str,
        branch: &str,
        remote: Option<String>,
    ) -> Result<Success, WorkbenchError> {
        let branch = branch.to_owned();
        let delete = move |git: &Git<'_>| git.delete_remote_branch(&branch, remote.as_deref()).map(|()| Success::DONE);
        self.in_directory(DELETE_REMOTE, directory, delete).await
    }

    /// Commits everything (`all`), or exactly these files as they are now, or, if there are none, what is staged. Hooks have
    /// ten minutes.
    pub async fn create_git_commit(
        &self,
        directory: &str,
        message: &str,
        all: bool,
        files: Vec<String>,
    ) -> Result<Committed, WorkbenchError> {
        let message = message.to_owned();
        self.in_directory(COMMIT, directory, move |git| git.commit(&message, all, &files)).await
    }

    /// Stages files or folders as they are now, removals too.
    pub async fn stage_files(&self, directory: &str, files: Vec<String>) -> Result<Success, WorkbenchError> {
        let stage = move |git: &Git<'_>| git.stage_files(&files).map(|()| Success::DONE);
        self.in_directory(STAGE, directory, stage).await
    }

    /// Takes changes to files or folders out of the index; the files stay as they are.
    pub async fn unstage_files(&self, directory: &str, files: Vec<String>) -> Result<Success, WorkbenchError> {
        let unstage = move |git: &Git<'_>| git.unstage_files(&files).map(|()| Success::DONE);
        self.in_directory(UNSTAGE, directory, unstage).await
    }

    /// Makes a directory a repository; in one that is there already nothing is lost. `branch`: the first branch, if the
    /// user's own git settings are not to say.
    pub async fn git_init(&self, directory: &str, branch: Option<String>) -> Result<Success, WorkbenchError> {
        let init = move |git: &Git<'_>| git.init(branch.as_deref()).map(|()| Success::DONE);
        self.in_directory(INIT, directory, init).await
    }
}

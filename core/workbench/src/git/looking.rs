//! What only looks: whether there is a repository, status, diffs, branches, log.

use atelier_git::{BranchList, CommitFiles, FileVersions, Git, GitStatus, LogRange, LogResult};
use serde::Serialize;

use crate::{ErrorKind, Workbench, WorkbenchError, operation::Operation};

/// What `check_is_git_repository` answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryCheck {
    /// Whether the directory itself is the top of a repository or of a linked working tree.
    pub is_git_repository: bool,
}

/// What `get_git_diff` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffText {
    /// Git's text, untrimmed.
    pub diff: String,
}

const CHECK: Operation = Operation { name: "check_is_git_repository", fallback: "Failed to check git repository" };
const STATUS: Operation = Operation { name: "get_git_status", fallback: "Failed to get git status" };
const DIFF: Operation = Operation { name: "get_git_diff", fallback: "Failed to get git diff" };
const FILE_DIFF: Operation = Operation { name: "get_git_file_diff", fallback: "Failed to get git file diff" };
const BRANCHES: Operation = Operation { name: "get_git_branches", fallback: "Failed to get branches" };
const LOG: Operation = Operation { name: "get_git_log", fallback: "Failed to get commit log" };
const COMMIT_FILES: Operation = Operation { name: "get_commit_files", fallback: "Failed to get commit files" };

impl Workbench {
    /// Whether a directory is the top of a repository. One that does not exist is not.
    pub async fn check_is_git_repository(&self, directory: &str) -> Result<RepositoryCheck, WorkbenchError> {
        let directory = directory.to_owned();
        self.operate(CHECK, move |configuration| {
            let is_git_repository = match configuration.directory(&directory) {
                Ok(folder) => Git::is_repository(&folder),
                Err(error) if error.kind == ErrorKind::Storage => false,
                Err(error) => return Err(error),
            };
            Ok(RepositoryCheck { is_git_repository })
        })
        .await
    }

    /// What has changed, with counts of lines.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is of one lifetime only")]
    pub async fn get_git_status(&self, directory: &str) -> Result<GitStatus, WorkbenchError> {
        self.in_directory(STATUS, directory, |git| git.status()).await
    }

    /// How a file or folder differs from the index or, `staged`, the index from the last commit. `context`: unchanged lines
    /// around each change, 3 if not said.
    pub async fn get_git_diff(
        &self,
        directory: &str,
        path: &str,
        staged: bool,
        context: Option<i64>,
    ) -> Result<DiffText, WorkbenchError> {
        let path = path.to_owned();
        let diff = move |git: &Git<'_>| Ok(DiffText { diff: git.diff(&path, staged, context)? });
        self.in_directory(DIFF, directory, diff).await
    }

    /// A file as of the last commit, and as it is.
    pub async fn get_git_file_diff(&self, directory: &str, path: &str) -> Result<FileVersions, WorkbenchError> {
        if directory.trim().is_empty() || path.trim().is_empty() {
            let message = "directory and path are required for getFileDiff";
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, message));
        }
        let path = path.to_owned();
        self.in_directory(FILE_DIFF, directory, move |git| git.file_diff(&path)).await
    }

    /// The branches. `ask_remote`: of those of `origin` only the ones that it still has, where it answers within five
    /// seconds; asked at most once a minute. Otherwise as they were when last fetched, and nothing goes over the network.
    pub async fn get_git_branches(&self, directory: &str, ask_remote: bool) -> Result<BranchList, WorkbenchError> {
        self.in_directory(BRANCHES, directory, move |git| git.branches(ask_remote)).await
    }

    /// Commits, newest first.
    pub async fn get_git_log(&self, directory: &str, range: LogRange) -> Result<LogResult, WorkbenchError> {
        self.in_directory(LOG, directory, move |git| git.log(&range)).await
    }

    /// The files that a commit changed.
    pub async fn get_commit_files(&self, directory: &str, hash: &str) -> Result<CommitFiles, WorkbenchError> {
        let hash = hash.to_owned();
        self.in_directory(COMMIT_FILES, directory, move |git| git.commit_files(&hash)).await
    }
}

//! What has changed in a repository, and what a person does about it: stage, unstage and discard parts, settle conflicts.

mod history;

use atelier_git::{Changes, Conflict, ConflictedFile, DiffQuery, Discarded, FileDiff, Selection, Settlement};

pub use history::GraphPage;

use crate::{Workbench, WorkbenchError, operation::Operation, repositories::confirmed};

const CHANGES: Operation = Operation { name: "changes", fallback: "Failed to list changes" };
const DIFF: Operation = Operation { name: "file_changes", fallback: "Failed to get changes of a file" };
const STAGE: Operation = Operation { name: "stage_hunks", fallback: "Failed to stage" };
const UNSTAGE: Operation = Operation { name: "unstage_hunks", fallback: "Failed to unstage" };
const DISCARD: Operation = Operation { name: "discard_hunks", fallback: "Failed to discard" };
const DISCARD_FILES: Operation = Operation { name: "discard_files", fallback: "Failed to discard" };
const RESTORE: Operation = Operation { name: "restore_discarded", fallback: "Failed to restore" };
const CONFLICTS: Operation = Operation { name: "conflicts", fallback: "Failed to list conflicts" };
const CONFLICT: Operation = Operation { name: "conflict", fallback: "Failed to show a conflict" };
const RESTORE_CONFLICT: Operation = Operation { name: "restore_conflict", fallback: "Failed to restore a conflict" };
const RESOLVE: Operation = Operation { name: "resolve_conflict", fallback: "Failed to resolve a conflict" };

impl Workbench {
    /// What has changed beneath a directory: staged, unstaged, untracked, in conflict; and what is under way.
    pub async fn changes(&self, directory: &str) -> Result<Changes, WorkbenchError> {
        self.in_repository(CHANGES, directory, |repository, stopped| repository.changes(stopped)).await
    }

    /// A page of a file's diff: 0 for the first, then what the page before said.
    pub async fn file_changes(&self, directory: &str, query: DiffQuery, page: u64) -> Result<FileDiff, WorkbenchError> {
        self.in_repository(DIFF, directory, move |repository, stopped| repository.file_changes(&query, page, stopped))
            .await
    }

    /// Stages chosen lines of a file. Refused when the file has changed since they were shown, here and below.
    pub async fn stage_hunks(&self, directory: &str, path: String, chosen: Selection) -> Result<(), WorkbenchError> {
        self.in_repository(STAGE, directory, move |repository, stopped| repository.stage_lines(&path, &chosen, stopped))
            .await
    }

    /// Takes chosen lines out of the index again.
    pub async fn unstage_hunks(&self, directory: &str, path: String, chosen: Selection) -> Result<(), WorkbenchError> {
        self.in_repository(UNSTAGE, directory, move |repository, stopped| {
            repository.unstage_lines(&path, &chosen, stopped)
        })
        .await
    }

    /// Undoes chosen lines in the file itself. The file as it was is kept first, for [`Workbench::restore_discarded`]; git
    /// clears it away in two weeks or later. `meant`: without, it is refused.
    pub async fn discard_hunks(
        &self,
        directory: &str,
        path: String,
        chosen: Selection,
        meant: bool,
    ) -> Result<Discarded, WorkbenchError> {
        confirmed(meant, "Discarding takes changes out of the file")?;
        self.in_repository(DISCARD, directory, move |repository, stopped| {
            repository.discard_lines(&path, &chosen, stopped)
        })
        .await
    }

    /// Makes files what the index says, and removes those that git does not know; the same is kept of them.
    pub async fn discard_files(
        &self,
        directory: &str,
        paths: Vec<String>,
        meant: bool,
    ) -> Result<Vec<Discarded>, WorkbenchError> {
        confirmed(meant, "Discarding takes all changes out of these files, and removes new ones")?;
        self.in_repository(DISCARD_FILES, directory, move |repository, stopped| {
            repository.discard_files(&paths, stopped)
        })
        .await
    }

    /// Puts back what was discarded, if the file has not changed since.
    pub async fn restore_discarded(&self, directory: &str, discarded: Discarded) -> Result<(), WorkbenchError> {
        self.in_repository(RESTORE, directory, move |repository, stopped| {
            repository.restore_discarded(&discarded, stopped)
        })
        .await
    }

    /// The files in conflict.
    pub async fn conflicts(&self, directory: &str) -> Result<Vec<ConflictedFile>, WorkbenchError> {
        self.in_repository(CONFLICTS, directory, |repository, stopped| repository.conflicts(stopped)).await
    }

    /// A file in conflict with its three versions.
    pub async fn conflict(&self, directory: &str, path: String) -> Result<Conflict, WorkbenchError> {
        self.in_repository(CONFLICT, directory, move |repository, stopped| repository.conflict(&path, stopped)).await
    }

    /// Settles a conflict and stages the outcome. What the file was is kept first, as with discarding.
    pub async fn resolve_conflict(
        &self,
        directory: &str,
        path: String,
        how: Settlement,
    ) -> Result<Discarded, WorkbenchError> {
        self.in_repository(RESOLVE, directory, move |repository, stopped| repository.settle(&path, how, stopped)).await
    }

    /// Makes a settled file one in conflict again, as long as the merge or rebase is under way. What it is now is kept first,
    /// as with discarding. `meant`: without, it is refused.
    pub async fn restore_conflict(
        &self,
        directory: &str,
        path: String,
        meant: bool,
    ) -> Result<Discarded, WorkbenchError> {
        confirmed(meant, "Restoring a conflict takes back how it was settled")?;
        self.in_repository(RESTORE_CONFLICT, directory, move |repository, stopped| repository.unsettle(&path, stopped))
            .await
    }
}

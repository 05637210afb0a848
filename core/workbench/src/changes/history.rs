//! History: the graph, blame, tags, the stash; amend, merge, rebase, cherry-pick, revert, and what is under way of them.

use atelier_git::{Blame, GraphCursor, GraphQuery, GraphRow, MergeKind, Moved, Onwards, StashEntry, StashSave, Tag};
use serde::Serialize;

use crate::{ErrorKind, Workbench, WorkbenchError, operation::Operation, repositories::confirmed};

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphPage {
    /// Newest first; none before its children.
    pub rows: Vec<GraphRow>,
    /// What to ask for the next page with; none on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

const GRAPH: Operation = Operation { name: "graph", fallback: "Failed to get the history" };
const BLAME: Operation = Operation { name: "blame", fallback: "Failed to find out who wrote a file" };
const TAGS: Operation = Operation { name: "tags", fallback: "Failed to list tags" };
const CREATE_TAG: Operation = Operation { name: "create_tag", fallback: "Failed to create a tag" };
const DELETE_TAG: Operation = Operation { name: "delete_tag", fallback: "Failed to delete a tag" };
const STASHES: Operation = Operation { name: "stashes", fallback: "Failed to list the stash" };
const STASH: Operation = Operation { name: "stash_save", fallback: "Failed to stash" };
const APPLY: Operation = Operation { name: "stash_apply", fallback: "Failed to apply what was stashed" };
const DROP: Operation = Operation { name: "stash_drop", fallback: "Failed to drop what was stashed" };
const STORE: Operation = Operation { name: "stash_store", fallback: "Failed to bring back what was stashed" };
const MESSAGE: Operation = Operation { name: "last_commit_message", fallback: "Failed to get the last message" };
const AMEND: Operation = Operation { name: "amend_commit", fallback: "Failed to amend the commit" };
const MERGE: Operation = Operation { name: "merge", fallback: "Failed to merge" };
const REBASE: Operation = Operation { name: "rebase", fallback: "Failed to rebase" };
const PICK: Operation = Operation { name: "cherry_pick", fallback: "Failed to cherry-pick" };
const REVERT: Operation = Operation { name: "revert_commit", fallback: "Failed to revert" };
const CONTINUE: Operation = Operation { name: "continue_operation", fallback: "Failed to continue" };
const SKIP: Operation = Operation { name: "skip_operation", fallback: "Failed to skip" };
const ABORT: Operation = Operation { name: "abort_operation", fallback: "Failed to abort" };

impl Workbench {
    /// A page of the history of all branches and tags, or of what is checked out alone; of at most 1,000 commits, 0 for 200.
    /// `after`: what the page before said; none for the first. Refused when a branch or tag has moved since.
    pub async fn graph(
        &self,
        directory: &str,
        after: Option<String>,
        limit: u64,
        only_head: bool,
    ) -> Result<GraphPage, WorkbenchError> {
        let cursor: Option<GraphCursor> =
            after.map(|after| serde_json::from_str(&after)).transpose().map_err(|_| {
                WorkbenchError::new(ErrorKind::InvalidRequest, "That is no page of the history; begin with the first.")
            })?;
        let query = GraphQuery { limit, cursor, only_head };
        let graph =
            self.in_repository(GRAPH, directory, move |repository, stopped| repository.graph(&query, stopped)).await?;
        let next =
            graph.next.map(|next| serde_json::to_string(&next)).transpose().map_err(|_| WorkbenchError::defect());
        Ok(GraphPage { rows: graph.rows, next: next? })
    }

    /// Who wrote which line of a file, as it is now or was at a commit: a page of 2,000 lines, from a line on (from 1).
    pub async fn blame(
        &self,
        directory: &str,
        path: String,
        at: Option<String>,
        from: u64,
    ) -> Result<Blame, WorkbenchError> {
        self.in_repository(BLAME, directory, move |repository, stopped| {
            repository.blame(&path, at.as_deref(), from, stopped)
        })
        .await
    }

    /// All tags, the newest first.
    pub async fn tags(&self, directory: &str) -> Result<Vec<Tag>, WorkbenchError> {
        self.in_repository(TAGS, directory, |repository, stopped| repository.tags(stopped)).await
    }

    /// Makes a tag at a commit (none: the one that is checked out), with a message or without.
    pub async fn create_tag(
        &self,
        directory: &str,
        name: String,
        at: Option<String>,
        message: Option<String>,
    ) -> Result<(), WorkbenchError> {
        self.in_repository(CREATE_TAG, directory, move |repository, stopped| {
            repository.create_tag(&name, at.as_deref(), message.as_deref(), stopped)
        })
        .await
    }

    /// Deletes a tag and tells which object it named; a tag at that is the same again.
    pub async fn delete_tag(&self, directory: &str, name: String) -> Result<String, WorkbenchError> {
        self.in_repository(DELETE_TAG, directory, move |repository, stopped| repository.delete_tag(&name, stopped))
            .await
    }

    /// The stash, newest first. Its entries are named by their commits, and their diffs are those of these commits.
    pub async fn stashes(&self, directory: &str) -> Result<Vec<StashEntry>, WorkbenchError> {
        self.in_repository(STASHES, directory, |repository, stopped| repository.stashes(stopped)).await
    }

    /// Puts what has changed in the stash; none where there was nothing.
    pub async fn stash_save(&self, directory: &str, save: StashSave) -> Result<Option<StashEntry>, WorkbenchError> {
        self.in_repository(STASH, directory, move |repository, stopped| repository.stash_save(&save, stopped)).await
    }

    /// Applies an entry to the files, and with `index` to the index; with `pop` it leaves the stash if there was no
    /// conflict.
    pub async fn stash_apply(
        &self,
        directory: &str,
        commit: String,
        index: bool,
        pop: bool,
    ) -> Result<(), WorkbenchError> {
        self.in_repository(APPLY, directory, move |repository, stopped| {
            if pop {
                repository.stash_pop(&commit, index, stopped)
            } else {
                repository.stash_apply(&commit, index, stopped)
            }
        })
        .await
    }

    /// Takes an entry out of the stash. `meant`: without, it is refused.
    pub async fn stash_drop(&self, directory: &str, commit: String, meant: bool) -> Result<(), WorkbenchError> {
        confirmed(meant, "Dropping takes the entry out of the stash")?;
        self.in_repository(DROP, directory, move |repository, stopped| repository.stash_drop(&commit, stopped)).await
    }

    /// Puts an entry that was dropped back into the stash, as long as git has not cleared it away.
    pub async fn stash_store(&self, directory: &str, entry: StashEntry) -> Result<(), WorkbenchError> {
        self.in_repository(STORE, directory, move |repository, stopped| repository.stash_store(&entry, stopped)).await
    }

    /// The message of the last commit, for whoever amends it; empty before the first.
    pub async fn last_commit_message(&self, directory: &str) -> Result<String, WorkbenchError> {
        self.in_repository(MESSAGE, directory, |repository, stopped| repository.last_message(stopped)).await
    }

    /// Makes the last commit anew with what is staged and, if one is given, another message. One that has been pushed is
    /// refused, unless `published`.
    pub async fn amend_commit(
        &self,
        directory: &str,
        message: Option<String>,
        published: bool,
    ) -> Result<Moved, WorkbenchError> {
        self.in_repository(AMEND, directory, move |repository, stopped| {
            repository.amend(message.as_deref(), published, stopped)
        })
        .await
    }

    /// Merges a branch or commit into the branch that is checked out.
    pub async fn merge(
        &self,
        directory: &str,
        what: String,
        kind: MergeKind,
        message: Option<String>,
    ) -> Result<Moved, WorkbenchError> {
        self.in_repository(MERGE, directory, move |repository, stopped| {
            repository.merge(&what, kind, message.as_deref(), stopped)
        })
        .await
    }

    /// Moves the commits of the branch that is checked out onto another one.
    pub async fn rebase(&self, directory: &str, onto: String) -> Result<Moved, WorkbenchError> {
        self.in_repository(REBASE, directory, move |repository, stopped| repository.rebase(&onto, stopped)).await
    }

    /// Makes commits anew on top of the one that is checked out. `mainline`: of merges, the parent that counts, from 1.
    pub async fn cherry_pick(
        &self,
        directory: &str,
        commits: Vec<String>,
        mainline: Option<u32>,
    ) -> Result<Moved, WorkbenchError> {
        self.in_repository(PICK, directory, move |repository, stopped| {
            repository.cherry_pick(&commits, mainline, stopped)
        })
        .await
    }

    /// Undoes commits by new ones.
    pub async fn revert_commit(
        &self,
        directory: &str,
        commits: Vec<String>,
        mainline: Option<u32>,
    ) -> Result<Moved, WorkbenchError> {
        self.in_repository(REVERT, directory, move |repository, stopped| {
            repository.revert_commits(&commits, mainline, stopped)
        })
        .await
    }

    /// Goes on with what is under way, once its conflicts are settled.
    pub async fn continue_operation(&self, directory: &str) -> Result<Moved, WorkbenchError> {
        self.go_on_with(CONTINUE, directory, Onwards::Continue).await
    }

    /// Leaves out the commit that what is under way stands at.
    pub async fn skip_operation(&self, directory: &str) -> Result<Moved, WorkbenchError> {
        self.go_on_with(SKIP, directory, Onwards::Skip).await
    }

    /// Gives up what is under way: everything is as it was before it began, and how conflicts were settled is lost.
    pub async fn abort_operation(&self, directory: &str) -> Result<Moved, WorkbenchError> {
        self.go_on_with(ABORT, directory, Onwards::Abort).await
    }

    async fn go_on_with(&self, operation: Operation, directory: &str, how: Onwards) -> Result<Moved, WorkbenchError> {
        self.in_repository(operation, directory, move |repository, stopped| repository.go_on(how, stopped)).await
    }
}

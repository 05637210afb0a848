//! Sessions of agents in working trees of their own.

use std::path::Path;

use atelier_git::{
    ArchivedWorktree, Archiving, CreatedWorktree, MergeKind, Moved, WorktreeChanges, WorktreeMetadata, WorktreeRequest,
    pull_request_url,
};
use atelier_protocol::{AgentState, SessionId};
use serde::Serialize;

use super::SetupScript;
use crate::{ErrorKind, Workbench, WorkbenchError, operation::Operation};

/// A session in a working tree of its own, as it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewWorktreeSession {
    /// The session; none for a new one.
    pub session: Option<SessionId>,
    /// The working tree.
    pub worktree: WorktreeRequest,
}

/// A session in a working tree of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorktreeSession {
    /// The session. The working tree is its folder.
    pub session: SessionId,
    /// The working tree.
    pub worktree: CreatedWorktree,
    /// What prepares it, to be run by [`Workbench::run_worktree_setup`]; none where there is nothing to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup: Option<SetupScript>,
}

const CREATE: Operation = Operation { name: "create_worktree_session", fallback: "Failed to add worktree" };
const LIST: Operation = Operation { name: "worktree_list", fallback: "Failed to get worktrees" };
const CHANGES: Operation = Operation { name: "worktree_changes", fallback: "Failed to compare worktree" };
const MERGE: Operation = Operation { name: "merge_worktree", fallback: "Failed to merge worktree" };
const PAGE: Operation = Operation { name: "pull_request_url", fallback: "Failed to find the remote" };
const ARCHIVE: Operation = Operation { name: "archive_worktree", fallback: "Failed to archive worktree" };

impl Workbench {
    /// Makes a working tree with a branch of its own in the project, and a session whose folder it is.
    pub async fn create_worktree_session(
        &self,
        directory: &str,
        wanted: NewWorktreeSession,
    ) -> Result<WorktreeSession, WorkbenchError> {
        let request = wanted.worktree;
        let worktree = self
            .in_repository(CREATE, directory, move |repository, stopped| repository.create_worktree(&request, stopped))
            .await?;
        let session = match wanted.session {
            Some(session) => session,
            None => self.create_session().await?.id,
        };
        self.work_in(session, worktree.path.clone().into()).await?;
        let setup = self.worktree_setup(directory).await?;
        Ok(WorktreeSession { session, worktree, setup })
    }

    /// The working trees beside the main one, with how each stands.
    pub async fn worktree_list(&self, directory: &str) -> Result<Vec<WorktreeMetadata>, WorkbenchError> {
        self.in_repository(LIST, directory, |repository, stopped| repository.worktree_list(stopped)).await
    }

    /// What a working tree has that a branch has not: what is checked out in the directory, if none is named.
    pub async fn worktree_changes(
        &self,
        directory: &str,
        path: &str,
        beside: Option<String>,
    ) -> Result<WorktreeChanges, WorkbenchError> {
        let path = self.place(path).await?;
        self.in_repository(CHANGES, directory, move |repository, stopped| {
            repository.worktree_changes(&path, beside.as_deref(), stopped)
        })
        .await
    }

    /// Merges the branch of a working tree into what is checked out in the directory. Changes that are not committed are a
    /// refusal.
    pub async fn merge_worktree(&self, directory: &str, path: &str, kind: MergeKind) -> Result<Moved, WorkbenchError> {
        let path = self.place(path).await?;
        self.in_repository(MERGE, directory, move |repository, stopped| repository.merge_worktree(&path, kind, stopped))
            .await
    }

    /// The page where a pull request for a branch is opened, by the address of a remote (`origin`); none where it is no web
    /// server's. Nothing is opened and nobody is asked.
    pub async fn pull_request_url(
        &self,
        directory: &str,
        branch: String,
        base: Option<String>,
    ) -> Result<Option<String>, WorkbenchError> {
        self.in_repository(PAGE, directory, move |repository, stopped| {
            let remote = repository.remote_address("origin", stopped)?;
            Ok(remote.and_then(|remote| pull_request_url(&remote, &branch, base.as_deref())))
        })
        .await
    }

    /// Removes a working tree and deletes its branch. Changes and commits that are nowhere else are a refusal, unless it is
    /// said that they may be lost. Sessions that worked there stay, without their folder.
    pub async fn archive_worktree(
        &self,
        directory: &str,
        path: &str,
        archiving: Archiving,
    ) -> Result<ArchivedWorktree, WorkbenchError> {
        let path = self.place(path).await?;
        let busy = self.sessions_at_work(&path).await?;
        if busy {
            let message = "An agent is at work in this working tree; stop it first.";
            return Err(WorkbenchError::new(ErrorKind::SessionBusy, message));
        }
        let archived = self
            .in_repository(ARCHIVE, directory, move |repository, stopped| {
                repository.archive_worktree(&path, archiving, stopped)
            })
            .await?;
        if archiving.remote_branch
            && let Some(branch) = &archived.branch
            && self.delete_remote_branch(directory, branch, None).await.is_err()
        {
            // Here it is done, and the remote may never have had it.
            tracing::warn!("the remote's branch of a working tree was not deleted");
        }
        Ok(archived)
    }

    /// Whether an agent works in a folder, or somewhere in it.
    async fn sessions_at_work(&self, folder: &Path) -> Result<bool, WorkbenchError> {
        let inside = |project: &String| Path::new(project).starts_with(folder);
        let sessions = self.sessions().await?;
        Ok(sessions
            .iter()
            .any(|session| session.state != AgentState::Idle && session.project.as_ref().is_some_and(inside)))
    }
}

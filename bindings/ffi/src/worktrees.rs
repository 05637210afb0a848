//! Working trees for agents, as Swift sees them.

use std::collections::BTreeSet;

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// A working tree of a repository.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Worktree {
    /// Where it is, absolute.
    pub path: String,
    /// The commit that is checked out.
    pub head: Option<String>,
    /// The branch that is checked out, without `refs/heads/`; none where a commit is.
    pub branch: Option<String>,
}

/// A script that prepares working trees.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SetupScript {
    /// What a shell is given.
    pub script: String,
    /// Whether the project brings it along; otherwise it is the user's own.
    pub from_project: bool,
    /// Whether it may be run; none: the user has not said.
    pub allowed: Option<bool>,
}

/// A session in a working tree of its own.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WorktreeSession {
    /// The session's id. The working tree is its folder.
    pub session: String,
    /// The working tree.
    pub path: String,
    /// The branch in it.
    pub branch: String,
    /// What prepares it; none where there is nothing to run.
    pub setup: Option<SetupScript>,
}

/// What came of a script.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SetupOutcome {
    /// Whether it ended well.
    pub success: bool,
    /// What it printed and complained, as far as it is kept.
    pub output: String,
}

/// What a working tree has that the project has not.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WorktreeState {
    /// The branch in it; none where a commit is checked out.
    pub branch: Option<String>,
    /// Commits that only it has.
    pub ahead: u64,
    /// Commits that only the project has.
    pub behind: u64,
    /// The files that its commits change.
    pub committed: Vec<String>,
    /// The files with changes that are not committed.
    pub uncommitted: Vec<String>,
}

/// What came of merging a working tree.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum WorktreeMerge {
    /// It is done.
    Done,
    /// There was nothing to do.
    Nothing,
    /// It is staged in the project and waits for a commit.
    Staged,
    /// It waits in the project for somebody to settle conflicts.
    Stopped {
        /// The files in conflict.
        conflicts: Vec<String>,
        /// Git's words.
        words: String,
    },
}

#[uniffi::export]
impl Workbench {
    /// The working trees of a repository, the main one first.
    pub async fn worktrees(&self, directory: String) -> Result<Vec<Worktree>, CoreError> {
        Ok(self.facade.list_git_worktrees(&directory).await?.into_iter().map(Into::into).collect())
    }

    /// Makes a working tree with a branch of its own in the project, named after what it is about, and a session in it.
    pub async fn create_worktree_session(&self, directory: String, name: String) -> Result<WorktreeSession, CoreError> {
        let worktree = facade::WorktreeRequest { name, branch: None, start: None };
        let wanted = facade::NewWorktreeSession { session: None, worktree };
        Ok(self.facade.create_worktree_session(&directory, wanted).await?.into())
    }

    /// Keeps whether a project's script may be run; it must be the one that was shown.
    pub async fn allow_worktree_setup(
        &self,
        directory: String,
        script: String,
        allowed: bool,
    ) -> Result<(), CoreError> {
        Ok(self.facade.allow_worktree_setup(&directory, script, allowed).await?)
    }

    /// Prepares a working tree by the script; takes ten minutes at most.
    pub async fn run_worktree_setup(&self, directory: String, path: String) -> Result<SetupOutcome, CoreError> {
        let outcome = self.facade.run_worktree_setup(&directory, &path).await?;
        Ok(SetupOutcome { success: outcome.success, output: outcome.output })
    }

    /// What a working tree has that the directory has not.
    pub async fn worktree_state(&self, directory: String, path: String) -> Result<WorktreeState, CoreError> {
        Ok(self.facade.worktree_changes(&directory, &path, None).await?.into())
    }

    /// Merges the branch of a working tree into what is checked out in the directory; `squash`: as one change, staged.
    pub async fn merge_worktree(
        &self,
        directory: String,
        path: String,
        squash: bool,
    ) -> Result<WorktreeMerge, CoreError> {
        let kind = if squash { facade::MergeKind::Squash } else { facade::MergeKind::Plain };
        Ok(self.facade.merge_worktree(&directory, &path, kind).await?.into())
    }

    /// The page where a pull request for a branch is opened; none where the remote is no web server's.
    pub async fn pull_request_url(&self, directory: String, branch: String) -> Result<Option<String>, CoreError> {
        Ok(self.facade.pull_request_url(&directory, branch, None).await?)
    }

    /// Removes a working tree and deletes its branch. `with_changes`: even with changes that are not committed; `unmerged`:
    /// even with commits that no other branch has. Otherwise those are a refusal. `remote_branch`: the branch of that name
    /// at `origin` is deleted as well; that this failed is no failure.
    #[uniffi::method(default(remote_branch = false))]
    pub async fn archive_worktree(
        &self,
        directory: String,
        path: String,
        with_changes: bool,
        unmerged: bool,
        remote_branch: bool,
    ) -> Result<(), CoreError> {
        let archiving = facade::Archiving { with_changes, unmerged, remote_branch };
        self.facade.archive_worktree(&directory, &path, archiving).await?;
        Ok(())
    }
}

impl From<facade::Worktree> for Worktree {
    fn from(tree: facade::Worktree) -> Self {
        let branch = tree.branch.map(|branch| branch.strip_prefix("refs/heads/").unwrap_or(&branch).to_owned());
        Self { path: tree.worktree, head: tree.head, branch }
    }
}

impl From<facade::WorktreeSession> for WorktreeSession {
    fn from(made: facade::WorktreeSession) -> Self {
        Self {
            session: made.session.to_string(),
            path: made.worktree.path,
            branch: made.worktree.branch,
            setup: made.setup.map(|setup| SetupScript {
                from_project: setup.origin == facade::SetupOrigin::Project,
                script: setup.script,
                allowed: setup.allowed,
            }),
        }
    }
}

impl From<facade::WorktreeChanges> for WorktreeState {
    fn from(found: facade::WorktreeChanges) -> Self {
        let changes = found.changes;
        // A file can be staged and changed again.
        let mut uncommitted: BTreeSet<String> = changes.conflicts.into_iter().map(|file| file.path).collect();
        for files in [changes.staged, changes.unstaged, changes.untracked] {
            uncommitted.extend(files.into_iter().map(|file| file.path));
        }
        Self {
            branch: found.branch,
            ahead: found.ahead,
            behind: found.behind,
            committed: found.committed.into_iter().map(|file| file.path).collect(),
            uncommitted: uncommitted.into_iter().collect(),
        }
    }
}

impl From<facade::Moved> for WorktreeMerge {
    fn from(moved: facade::Moved) -> Self {
        match moved {
            facade::Moved::Done { .. } => Self::Done,
            facade::Moved::Nothing => Self::Nothing,
            facade::Moved::Staged => Self::Staged,
            facade::Moved::Stopped { conflicts, words, .. } => {
                Self::Stopped { conflicts: conflicts.into_iter().map(|file| file.path).collect(), words }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_named_as_people_name_it() {
        let tree = |branch: Option<&str>| {
            let branch = branch.map(str::to_owned);
            Worktree::from(facade::Worktree { worktree: "/a".to_owned(), head: None, branch }).branch
        };
        assert_eq!(tree(Some("refs/heads/atelier/login")).as_deref(), Some("atelier/login"));
        assert_eq!(tree(Some("odd")).as_deref(), Some("odd"));
        assert_eq!(tree(None), None);
    }
}

//! Amending, merging and what can end in conflicts. Where git stops at a conflict there is no error: what has changed
//! says so.

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

#[uniffi::export]
impl Workbench {
    /// The message of the last commit; empty before the first.
    pub async fn last_commit_message(&self, directory: String) -> Result<String, CoreError> {
        Ok(self.facade.last_commit_message(&directory).await?)
    }

    /// Makes the last commit anew. One that has been pushed is refused.
    pub async fn amend_commit(&self, directory: String, message: String) -> Result<(), CoreError> {
        stopped(self.facade.amend_commit(&directory, Some(message), false).await?)
    }

    /// Merges a branch into the one that is checked out.
    pub async fn merge_branch(&self, directory: String, branch: String) -> Result<(), CoreError> {
        stopped(self.facade.merge(&directory, branch, facade::MergeKind::Plain, None).await?)
    }

    /// Puts the commits of the branch that is checked out on top of another one.
    pub async fn rebase_onto(&self, directory: String, branch: String) -> Result<(), CoreError> {
        stopped(self.facade.rebase(&directory, branch).await?)
    }

    /// Repeats a commit; of a merge, what it brought to its first parent where `mainline` is 1.
    pub async fn cherry_pick(&self, directory: String, commit: String, mainline: Option<u32>) -> Result<(), CoreError> {
        stopped(self.facade.cherry_pick(&directory, vec![commit], mainline).await?)
    }

    /// Takes a commit back by another one; `mainline` as for a cherry-pick.
    pub async fn revert_commit(
        &self,
        directory: String,
        commit: String,
        mainline: Option<u32>,
    ) -> Result<(), CoreError> {
        stopped(self.facade.revert_commit(&directory, vec![commit], mainline).await?)
    }

    /// Goes on with what is under way.
    pub async fn continue_operation(&self, directory: String) -> Result<(), CoreError> {
        stopped(self.facade.continue_operation(&directory).await?)
    }

    /// Leaves out the commit that a rebase, cherry-pick or revert stands at, and goes on with the rest.
    pub async fn skip_operation(&self, directory: String) -> Result<(), CoreError> {
        stopped(self.facade.skip_operation(&directory).await?)
    }

    /// Gives up what is under way.
    pub async fn abort_operation(&self, directory: String) -> Result<(), CoreError> {
        stopped(self.facade.abort_operation(&directory).await?)
    }
}

/// Git stopped, but not for a conflict: its words are all there is to tell.
fn stopped(moved: facade::Moved) -> Result<(), CoreError> {
    match moved {
        facade::Moved::Stopped { conflicts, words, .. } if conflicts.is_empty() => {
            Err(CoreError::InvalidRequest { message: words })
        }
        _ => Ok(()),
    }
}

//! Branches.

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// A branch, here or at a remote.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct GitBranch {
    /// Its name, `remotes/origin/main` for one at a remote.
    pub name: String,
    /// Whether it is checked out here.
    pub current: bool,
    /// The first line of its last commit's message.
    pub label: String,
    /// The branch that it follows.
    pub tracking: Option<String>,
    /// Commits that the followed branch does not have.
    pub ahead: u64,
    /// Commits that only the followed branch has.
    pub behind: u64,
    /// Whether it is checked out in another working tree.
    pub elsewhere: bool,
}

#[uniffi::export]
impl Workbench {
    /// All branches, without asking a remote.
    pub async fn git_branches(&self, directory: String) -> Result<Vec<GitBranch>, CoreError> {
        let list = self.facade.get_git_branches(&directory, false).await?;
        Ok(list.branches.into_iter().map(Into::into).collect())
    }

    /// Makes a branch and checks it out; none starts from what is checked out.
    pub async fn create_git_branch(
        &self,
        directory: String,
        name: String,
        start: Option<String>,
    ) -> Result<(), CoreError> {
        self.facade.create_branch(&directory, &name, start).await?;
        Ok(())
    }

    /// Checks a branch out.
    pub async fn checkout_branch(&self, directory: String, branch: String) -> Result<(), CoreError> {
        self.facade.checkout_branch(&directory, &branch).await?;
        Ok(())
    }

    /// Deletes a branch; one with commits of its own only by force.
    pub async fn delete_git_branch(&self, directory: String, branch: String, force: bool) -> Result<(), CoreError> {
        self.facade.delete_git_branch(&directory, &branch, force).await?;
        Ok(())
    }

    /// Deletes a branch at a remote.
    pub async fn delete_remote_branch(
        &self,
        directory: String,
        branch: String,
        remote: String,
    ) -> Result<(), CoreError> {
        self.facade.delete_remote_branch(&directory, &branch, Some(remote)).await?;
        Ok(())
    }

    /// Makes a folder a repository.
    pub async fn git_init(&self, directory: String) -> Result<(), CoreError> {
        self.facade.git_init(&directory, None).await?;
        Ok(())
    }
}

impl From<facade::BranchDetails> for GitBranch {
    fn from(branch: facade::BranchDetails) -> Self {
        Self {
            name: branch.name,
            current: branch.current,
            label: branch.label,
            tracking: branch.tracking,
            ahead: branch.ahead.unwrap_or_default(),
            behind: branch.behind.unwrap_or_default(),
            elsewhere: branch.linked_work_tree.unwrap_or_default(),
        }
    }
}

//! Who commits.

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// Name and address that commits are made with.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct GitIdentity {
    /// Its id.
    pub id: String,
    /// What lists call it.
    pub name: String,
    /// The author's name.
    pub user_name: String,
    /// The author's address.
    pub user_email: String,
    /// The key for servers that are reached over SSH.
    pub ssh_key: Option<String>,
}

/// Who commits, as git's settings say.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CurrentIdentity {
    /// The name.
    pub user_name: Option<String>,
    /// The address.
    pub user_email: Option<String>,
}

#[uniffi::export]
impl Workbench {
    /// The profiles, in the order in which they were made.
    pub async fn git_identities(&self) -> Result<Vec<GitIdentity>, CoreError> {
        Ok(self.facade.get_git_identities().await?.into_iter().map(Into::into).collect())
    }

    /// Adds a profile.
    pub async fn create_git_identity(&self, identity: GitIdentity) -> Result<(), CoreError> {
        let (id, change) = identity.split();
        self.facade.create_git_identity(&id, change).await?;
        Ok(())
    }

    /// Changes a profile.
    pub async fn update_git_identity(&self, identity: GitIdentity) -> Result<(), CoreError> {
        let (id, change) = identity.split();
        self.facade.update_git_identity(&id, change).await?;
        Ok(())
    }

    /// Deletes a profile.
    pub async fn delete_git_identity(&self, id: String) -> Result<(), CoreError> {
        self.facade.delete_git_identity(&id).await?;
        Ok(())
    }

    /// What git is set to for all repositories.
    pub async fn global_git_identity(&self) -> Result<CurrentIdentity, CoreError> {
        Ok(self.facade.get_global_identity().await?.into())
    }

    /// What holds in a folder.
    pub async fn current_git_identity(&self, directory: String) -> Result<CurrentIdentity, CoreError> {
        Ok(self.facade.get_current_git_identity(&directory).await?.into())
    }

    /// Makes a profile hold in a folder's repository.
    pub async fn set_git_identity(&self, directory: String, id: String) -> Result<(), CoreError> {
        self.facade.set_git_identity(&directory, &id).await?;
        Ok(())
    }
}

impl GitIdentity {
    fn split(self) -> (String, facade::GitIdentityChange) {
        let change = facade::GitIdentityChange {
            name: Some(self.name),
            user_name: Some(self.user_name),
            user_email: Some(self.user_email),
            ssh_key: Some(self.ssh_key.unwrap_or_default()),
            ..facade::GitIdentityChange::default()
        };
        (self.id, change)
    }
}

impl From<facade::GitIdentity> for GitIdentity {
    fn from(identity: facade::GitIdentity) -> Self {
        let facade::GitIdentity { id, name, user_name, user_email, ssh_key, .. } = identity;
        Self { id, name, user_name, user_email, ssh_key }
    }
}

impl From<facade::IdentitySummary> for CurrentIdentity {
    fn from(identity: facade::IdentitySummary) -> Self {
        Self { user_name: identity.user_name, user_email: identity.user_email }
    }
}

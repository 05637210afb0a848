//! Who commits: the user's profiles, what git says, and setting one for a repository.

use atelier_config::{GitIdentity, GitIdentityChange, GitIdentityError};
use atelier_git::{Git, IdentitySummary, ssh_key};
use atelier_workspace::Folder;
use serde::Serialize;

use crate::{ErrorKind, Success, Workbench, WorkbenchError, configuration::Configuration, operation::Operation};

/// The id that stands for what git's own settings say for all repositories.
const GLOBAL: &str = "global";

/// What `set_git_identity` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentitySet {
    /// Always; a failure is an error.
    pub success: bool,
    /// The profile that holds now.
    pub profile: GitIdentity,
}

const LIST: Operation = Operation { name: "get_git_identities", fallback: "Failed to get git identities" };
const CREATE: Operation = Operation { name: "create_git_identity", fallback: "Failed to create git identity" };
const UPDATE: Operation = Operation { name: "update_git_identity", fallback: "Failed to update git identity" };
const DELETE: Operation = Operation { name: "delete_git_identity", fallback: "Failed to delete git identity" };
const READ_GLOBAL: Operation = Operation { name: "get_global_identity", fallback: "Failed to get global git identity" };
const CURRENT: Operation =
    Operation { name: "get_current_git_identity", fallback: "Failed to get current git identity" };
const SET: Operation = Operation { name: "set_git_identity", fallback: "Failed to set git identity" };

impl Workbench {
    /// The user's profiles, in the order in which they were made.
    pub async fn get_git_identities(&self) -> Result<Vec<GitIdentity>, WorkbenchError> {
        self.operate(LIST, |configuration| Ok(configuration.identities.list())).await
    }

    /// Adds a profile.
    pub async fn create_git_identity(
        &self,
        id: &str,
        wanted: GitIdentityChange,
    ) -> Result<GitIdentity, WorkbenchError> {
        let id = id.to_owned();
        self.operate(CREATE, move |configuration| Ok(configuration.identities.create(&id, &wanted)?)).await
    }

    /// Changes what is said of a profile.
    pub async fn update_git_identity(
        &self,
        id: &str,
        change: GitIdentityChange,
    ) -> Result<GitIdentity, WorkbenchError> {
        let id = id.to_owned();
        self.operate(UPDATE, move |configuration| Ok(configuration.identities.update(&id, &change)?)).await
    }

    /// Takes a profile out.
    pub async fn delete_git_identity(&self, id: &str) -> Result<Success, WorkbenchError> {
        let id = id.to_owned();
        let delete = move |configuration: &Configuration| {
            configuration.identities.delete(&id)?;
            Ok(Success::DONE)
        };
        self.operate(DELETE, delete).await
    }

    /// What git's own settings say for all repositories.
    pub async fn get_global_identity(&self) -> Result<IdentitySummary, WorkbenchError> {
        let closing = self.parts.closing.clone();
        self.operate(READ_GLOBAL, move |_| global(&|| closing.is_cancelled())).await
    }

    /// What holds in a directory, in a repository or not.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is of one lifetime only")]
    pub async fn get_current_git_identity(&self, directory: &str) -> Result<IdentitySummary, WorkbenchError> {
        self.in_directory(CURRENT, directory, |git| git.current_identity()).await
    }

    /// Makes a profile hold in a directory's repository; `global` stands for what git's own settings say.
    pub async fn set_git_identity(&self, directory: &str, profile: &str) -> Result<IdentitySet, WorkbenchError> {
        let (directory, id, closing) = (directory.to_owned(), profile.trim().to_owned(), self.parts.closing.clone());
        let set = move |configuration: &Configuration| {
            let stopped = || closing.is_cancelled();
            let profile = profile_of(configuration, &id, &stopped)?;
            let folder = configuration.directory(&directory)?;
            let git = Git::at(folder, &stopped)?;
            git.set_identity(&profile.user_name, &profile.user_email, profile.ssh_key.as_deref())?;
            Ok(IdentitySet { success: true, profile })
        };
        self.operate(SET, set).await
    }
}

fn profile_of(
    configuration: &Configuration,
    id: &str,
    stopped: &dyn Fn() -> bool,
) -> Result<GitIdentity, WorkbenchError> {
    let missing = |message| WorkbenchError::new(ErrorKind::NotFound, message);
    match id {
        "" => Err(WorkbenchError::new(ErrorKind::InvalidRequest, "profileId is required")),
        GLOBAL => {
            let summary = global(stopped)?;
            let (Some(user_name), Some(user_email)) = (summary.user_name, summary.user_email) else {
                return Err(missing("Global identity is not configured"));
            };
            Ok(GitIdentity {
                id: GLOBAL.to_owned(),
                name: "Global Identity".to_owned(),
                user_name,
                user_email,
                ssh_key: summary.ssh_command.as_deref().map(ssh_key),
                color: "keyword".to_owned(),
                icon: "branch".to_owned(),
            })
        }
        id => {
            let found = configuration.identities.list().into_iter().find(|profile| profile.id == id);
            found.ok_or_else(|| missing("Profile not found"))
        }
    }
}

/// Asked at the root of the file system, where no repository has a say.
fn global(stopped: &dyn Fn() -> bool) -> Result<IdentitySummary, WorkbenchError> {
    let root = Folder::open("/".as_ref())?;
    Ok(Git::at(root, stopped)?.global_identity()?)
}

impl From<GitIdentityError> for WorkbenchError {
    fn from(error: GitIdentityError) -> Self {
        let kind =
            if matches!(error, GitIdentityError::Io(_)) { ErrorKind::Storage } else { ErrorKind::InvalidRequest };
        Self::new(kind, error.to_string())
    }
}

//! Changes that were put aside.

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// Changes that were put aside.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StashEntry {
    /// The commit that names them.
    pub commit: String,
    /// When, in milliseconds since 1970.
    pub date_ms: i64,
    /// What they are about.
    pub message: String,
}

#[uniffi::export]
impl Workbench {
    /// What was put aside, newest first.
    pub async fn git_stashes(&self, directory: String) -> Result<Vec<StashEntry>, CoreError> {
        Ok(self.facade.stashes(&directory).await?.into_iter().map(Into::into).collect())
    }

    /// Puts all changes aside, untracked files too. False: there were none.
    pub async fn save_stash(&self, directory: String, message: Option<String>) -> Result<bool, CoreError> {
        let save = facade::StashSave { message, untracked: true, keep_staged: false };
        Ok(self.facade.stash_save(&directory, save).await?.is_some())
    }

    /// Brings changes back; with `drop` they leave the stash if there was no conflict.
    pub async fn apply_stash(&self, directory: String, commit: String, drop: bool) -> Result<(), CoreError> {
        Ok(self.facade.stash_apply(&directory, commit, false, drop).await?)
    }

    /// Takes changes out of the stash; the user has been asked.
    pub async fn drop_stash(&self, directory: String, commit: String) -> Result<(), CoreError> {
        Ok(self.facade.stash_drop(&directory, commit, true).await?)
    }
}

impl From<facade::StashEntry> for StashEntry {
    fn from(entry: facade::StashEntry) -> Self {
        Self { commit: entry.commit, date_ms: entry.date, message: entry.message }
    }
}

//! What terminals showed before the app was ended, where the user has wanted it kept.

use atelier_workbench as facade;

use super::CreatedTerminal;
use crate::{CoreError, Workbench};

/// A terminal of an earlier process that can be opened again.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KeptTerminal {
    /// The name that it had, and will have.
    pub id: String,
    /// Where it was; absolute.
    pub folder: String,
    /// As its program had set it.
    pub title: Option<String>,
    /// When it was kept: milliseconds since 1970, UTC.
    pub saved_at_ms: i64,
}

#[uniffi::export]
impl Workbench {
    /// Whether what terminals show is kept on the disk.
    pub async fn keeps_terminals(&self) -> Result<bool, CoreError> {
        Ok(self.facade.keeps_terminals().await?)
    }

    /// Keeps what terminals show from now on, or not: what was kept goes then. It may hold anything that was ever printed.
    pub async fn keep_terminals(&self, keep: bool) -> Result<(), CoreError> {
        Ok(self.facade.keep_terminals(keep).await?)
    }

    /// The terminals of earlier processes that can be opened again, the newest first.
    pub async fn kept_terminals(&self) -> Result<Vec<KeptTerminal>, CoreError> {
        Ok(self.facade.kept_terminals().await?.into_iter().map(Into::into).collect())
    }

    /// Opens a terminal of an earlier process again: under its name and in its folder, with a new shell beneath what it
    /// showed. It stays kept until it is closed.
    pub async fn restore_terminal(&self, id: String, columns: u16, rows: u16) -> Result<CreatedTerminal, CoreError> {
        Ok(self.facade.restore_terminal(&id, Some(columns), Some(rows)).await?.into())
    }

    /// Forgets a terminal of an earlier process, if there is one of that name.
    pub async fn forget_kept_terminal(&self, id: String) -> Result<(), CoreError> {
        Ok(self.facade.forget_kept_terminal(&id).await?)
    }
}

impl From<facade::KeptTerminal> for KeptTerminal {
    fn from(kept: facade::KeptTerminal) -> Self {
        Self {
            id: kept.session_id,
            folder: kept.directory.to_string_lossy().into_owned(),
            title: kept.title,
            saved_at_ms: kept.saved_at.as_millis(),
        }
    }
}

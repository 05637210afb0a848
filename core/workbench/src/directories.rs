//! Access to folders: what the user allows, what is in use.
//!
//! The folder panel and a sandboxed Mac app's bookmarks belong to the app. It asks the user, hands the path and the
//! bookmark in, and begins and ends the system's own access around [`Workbench::start_accessing_directory`] and
//! [`Workbench::stop_accessing_directory`].

use atelier_config::{Approval, DirectoryError};
use serde::Serialize;

use crate::{ErrorKind, Workbench, WorkbenchError, configuration::Configuration, operation::Operation};

/// What came of a wish to use a folder. Failures are told here and never thrown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DirectoryAccess {
    /// Whether it may be used.
    pub success: bool,
    /// The folder's absolute path, where one was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Why it may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What the user did with the folder panel, or typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChosenDirectory {
    /// The folder; none: the user has cancelled, or there is no panel.
    pub path: Option<String>,
    /// In a sandboxed app the security-scoped bookmark of the folder, in base64.
    pub bookmark: Option<String>,
}

const REQUEST: Operation = Operation { name: "request_directory_access", fallback: "Cannot access directory" };
const SELECT: Operation = Operation { name: "process_directory_selection", fallback: "Cannot access directory" };
const START: Operation = Operation { name: "start_accessing_directory", fallback: "Failed to access directory" };
const STOP: Operation = Operation { name: "stop_accessing_directory", fallback: "Failed to access directory" };
const FORGET: Operation = Operation { name: "forget_directory", fallback: "Failed to save settings" };
const RESTORE: Operation = Operation { name: "restore_bookmarks_on_startup", fallback: "Failed to save settings" };

impl Workbench {
    /// Approves a folder that the user has chosen.
    pub async fn request_directory_access(&self, chosen: ChosenDirectory) -> DirectoryAccess {
        let ChosenDirectory { path, bookmark } = chosen;
        let Some(path) = path.filter(|path| !path.trim().is_empty()) else {
            return DirectoryAccess::refused("Directory selection cancelled".to_owned());
        };
        self.approve(REQUEST, path, bookmark, Approval::Approved).await
    }

    /// Approves a folder that the user has chosen and makes it the one that is worked in.
    pub async fn process_directory_selection(&self, path: &str, bookmark: Option<String>) -> DirectoryAccess {
        self.approve(SELECT, path.to_owned(), bookmark, Approval::Current).await
    }

    /// Notes that a folder is in use, once for each call.
    pub async fn start_accessing_directory(&self, path: &str) -> DirectoryAccess {
        let path = path.to_owned();
        let start = move |configuration: &Configuration| {
            configuration.directories.start_using(&path).map_err(|error| match error {
                DirectoryError::Unreadable(error) => {
                    WorkbenchError::new(ErrorKind::Denied, format!("Failed to access directory: {error}"))
                }
                error => error.into(),
            })
        };
        DirectoryAccess::of(self.operate(START, start).await.map(|()| None))
    }

    /// Notes that a folder is in use once less. Always a success, also when it was not in use.
    pub async fn stop_accessing_directory(&self, path: &str) -> DirectoryAccess {
        let path = path.to_owned();
        let stop = move |configuration: &Configuration| {
            configuration.directories.stop_using(&path);
            Ok(())
        };
        // A workbench that is closing uses no folder any more either.
        let _ = self.operate(STOP, stop).await;
        DirectoryAccess { success: true, ..DirectoryAccess::default() }
    }

    /// Whether a folder is in use: the system's own access begins with the first use and ends with the last.
    pub async fn is_accessing_directory(&self, path: &str) -> Result<bool, WorkbenchError> {
        let path = path.to_owned();
        self.configure(move |configuration| Ok(configuration.directories.is_in_use(&path))).await
    }

    /// Takes a folder out of those that are approved, with the bookmarks that lead to it; one that is not among them is fine.
    pub async fn forget_directory(&self, path: String, bookmarks: Vec<String>) -> Result<(), WorkbenchError> {
        self.operate(FORGET, move |configuration| Ok(configuration.directories.forget(&path, &bookmarks)?)).await
    }

    /// Forgets the bookmarks that lead nowhere any more. The app resolves those in `securityScopedBookmarks` when it
    /// starts; only it can.
    pub async fn restore_bookmarks_on_startup(&self, stale: Vec<String>) -> Result<(), WorkbenchError> {
        self.operate(RESTORE, move |configuration| Ok(configuration.directories.forget_bookmarks(&stale)?)).await
    }

    async fn approve(
        &self,
        operation: Operation,
        path: String,
        bookmark: Option<String>,
        approval: Approval,
    ) -> DirectoryAccess {
        let approve = move |configuration: &Configuration| {
            Ok(Some(configuration.directories.approve(&path, bookmark.as_deref(), approval)?))
        };
        DirectoryAccess::of(self.operate(operation, approve).await)
    }
}

impl DirectoryAccess {
    fn refused(error: String) -> Self {
        Self { success: false, path: None, error: Some(error) }
    }

    fn of(result: Result<Option<String>, WorkbenchError>) -> Self {
        match result {
            Ok(path) => Self { success: true, path, error: None },
            Err(error) => Self::refused(error.message),
        }
    }
}

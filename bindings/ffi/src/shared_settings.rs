//! The settings that other programs share, and access to folders. Settings cross as JSON with the names of the runtime
//! contract: the core knows which there are, and Swift decodes those it shows.

use std::sync::Arc;

use atelier_protocol::Json;
use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// What came of a wish to use a folder. Failures are told here and never thrown.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DirectoryAccess {
    /// Whether it may be used.
    pub success: bool,
    /// The folder's absolute path, where one was chosen.
    pub path: Option<String>,
    /// Why it may not; a sentence to show.
    pub error: Option<String>,
}

/// The settings have changed, here or elsewhere; what [`Workbench::settings`] returns may have changed too.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SettingsNotice {
    /// The shared settings as they are now: a JSON object.
    pub settings: String,
    /// Only where these have changed: the directories that the user has approved.
    pub approved_directories: Option<Vec<String>>,
}

/// Tells of each change to the settings. Freeing it ends it.
#[derive(uniffi::Object)]
pub struct SettingsStream {
    reader: facade::SettingsReader,
    /// Held for its count alone: how many streams of a workbench are alive.
    _alive: Arc<()>,
}

#[uniffi::export]
impl SettingsStream {
    /// Waits for the next change; of a burst only the last state is told. None means closed, here or with the workbench.
    /// An error says that the settings have changed and can't be read; the next call goes on. One caller at a time.
    pub async fn changed(&self) -> Result<Option<SettingsNotice>, CoreError> {
        self.reader.changed().await?.map(TryInto::try_into).transpose()
    }

    /// Ends the stream: a waiting and every later `changed` returns none. May be called at any time, on any thread, more
    /// than once.
    pub fn close(&self) {
        self.reader.close();
    }
}

#[uniffi::export]
impl Workbench {
    /// The shared settings: the JSON object `{"settings": {…}, "source": "desktop"}`.
    pub async fn load_settings(&self) -> Result<String, CoreError> {
        json_text(&self.facade.load_settings().await?)
    }

    /// Puts a JSON object of changes over the shared settings and returns all of them as a JSON object. What the contract
    /// does not know or allow is dropped without a word.
    pub async fn save_settings(&self, changes: String) -> Result<String, CoreError> {
        json_text(&self.facade.save_settings(&parsed(&changes)?).await?)
    }

    /// Makes a folder the one that is worked in; returns its absolute path.
    pub async fn set_workspace_directory(&self, path: String) -> Result<String, CoreError> {
        Ok(self.facade.set_workspace_directory(&path).await?.path)
    }

    /// A stream of the changes to the settings from now on, whoever makes them.
    pub async fn follow_settings(&self) -> Result<SettingsStream, CoreError> {
        Ok(SettingsStream { reader: self.facade.follow_settings().await?, _alive: Arc::clone(&self.streams) })
    }

    /// Approves the folder that the user chose in the panel; no path means that they cancelled. A sandboxed app passes the
    /// folder's security-scoped bookmark in base64.
    pub async fn request_directory_access(
        &self,
        path: Option<String>,
        bookmark: Option<String>,
    ) -> Result<DirectoryAccess, CoreError> {
        let chosen = facade::ChosenDirectory { path, bookmark };
        Ok(self.facade.request_directory_access(chosen).await.into())
    }

    /// The same, and makes it the folder that is worked in.
    pub async fn process_directory_selection(
        &self,
        path: String,
        bookmark: Option<String>,
    ) -> Result<DirectoryAccess, CoreError> {
        Ok(self.facade.process_directory_selection(&path, bookmark).await.into())
    }

    /// Takes a folder out of those that are approved, with the bookmarks that lead to it.
    pub async fn forget_directory(&self, path: String, bookmarks: Vec<String>) -> Result<(), CoreError> {
        Ok(self.facade.forget_directory(path, bookmarks).await?)
    }

    /// Notes that a folder is in use, once for each call.
    pub async fn start_accessing_directory(&self, path: String) -> Result<DirectoryAccess, CoreError> {
        Ok(self.facade.start_accessing_directory(&path).await.into())
    }

    /// Notes that a folder is in use once less; always a success.
    pub async fn stop_accessing_directory(&self, path: String) -> Result<DirectoryAccess, CoreError> {
        Ok(self.facade.stop_accessing_directory(&path).await.into())
    }

    /// Whether a folder is in use: the system's own access begins with the first use and ends with the last.
    pub async fn is_accessing_directory(&self, path: String) -> Result<bool, CoreError> {
        Ok(self.facade.is_accessing_directory(&path).await?)
    }

    /// Forgets the bookmarks that the app could not resolve when it started.
    pub async fn restore_bookmarks_on_startup(&self, stale: Vec<String>) -> Result<(), CoreError> {
        Ok(self.facade.restore_bookmarks_on_startup(stale).await?)
    }
}

impl From<facade::DirectoryAccess> for DirectoryAccess {
    fn from(access: facade::DirectoryAccess) -> Self {
        Self { success: access.success, path: access.path, error: access.error }
    }
}

impl TryFrom<facade::SettingsNotice> for SettingsNotice {
    type Error = CoreError;

    fn try_from(notice: facade::SettingsNotice) -> Result<Self, CoreError> {
        Ok(Self { settings: json_text(&notice.settings)?, approved_directories: notice.approved_directories })
    }
}

fn parsed(body: &str) -> Result<Json, CoreError> {
    // A missing body counts as an empty object, as everywhere in the contract.
    let body = if body.trim().is_empty() { "{}" } else { body };
    serde_json::from_str(body).map_err(|_| CoreError::InvalidRequest { message: "Invalid JSON body".to_owned() })
}

fn json_text(value: &impl serde::Serialize) -> Result<String, CoreError> {
    serde_json::to_string(value).map_err(|error| CoreError::Internal { message: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_that_are_no_json_are_refused_and_none_at_all_change_nothing() {
        for body in ["", " \n", "{}"] {
            assert_eq!(parsed(body).unwrap(), serde_json::json!({}));
        }
        for body in ["{", "themeId", "{\"a\": 1,}"] {
            assert_eq!(parsed(body).unwrap_err().to_string(), "Invalid JSON body");
        }
    }

    #[test]
    fn what_came_of_a_wish_keeps_every_field() {
        let access = facade::DirectoryAccess {
            success: false,
            path: Some("/folder".to_owned()),
            error: Some("Path is not a directory".to_owned()),
        };
        let expected = DirectoryAccess {
            success: false,
            path: Some("/folder".to_owned()),
            error: Some("Path is not a directory".to_owned()),
        };
        assert_eq!(DirectoryAccess::from(access), expected);
    }

    #[test]
    fn settings_cross_as_json_and_bad_json_and_refusals_as_errors() {
        let home = tempfile::tempdir().unwrap();
        let folder = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        let variables = [("ATELIER_DATA_DIR", folder("data")), ("ATELIER_CONFIG_DIR", folder("config"))];
        let options = facade::OpenOptions::new(facade::Environment::from_pairs(home.path(), variables));
        let workbench = Workbench { facade: facade::Workbench::open(&options).unwrap(), streams: Arc::default() };
        let facade = workbench.facade.clone();
        facade.block_on(async {
            let stream = workbench.follow_settings().await.unwrap();
            assert_eq!(workbench.open_stream_count(), 1);
            let saved =
                workbench.save_settings("{\"lastDirectory\": \"/a\", \"themeId\": \"\"}".to_owned()).await.unwrap();
            let loaded = workbench.load_settings().await.unwrap();
            assert_eq!(loaded, format!("{{\"settings\":{saved},\"source\":\"desktop\"}}"));
            let notice = stream.changed().await.unwrap().unwrap();
            assert_eq!((notice.settings, notice.approved_directories), (saved, Some(vec!["/a".to_owned()])));
            assert!(matches!(workbench.save_settings("{".to_owned()).await, Err(CoreError::InvalidRequest { .. })));
            let missing = workbench.set_workspace_directory(folder("missing")).await.unwrap_err();
            assert_eq!(missing.to_string(), "Directory not found");
            let access = workbench.request_directory_access(None, None).await.unwrap();
            assert_eq!(access.error.as_deref(), Some("Directory selection cancelled"));
            stream.close();
            assert_eq!(stream.changed().await.unwrap(), None);
        });
        facade.block_on(facade.close());
    }
}

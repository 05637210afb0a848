//! The settings that other programs share, and the folder that is worked in.

use std::{io, path::PathBuf};

use atelier_config::{DirectoryError, SettingName, SharedSettings};
use atelier_protocol::Json;
use serde::Serialize;

use crate::{Workbench, WorkbenchError, operation::Operation};

/// What `load_settings` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoadedSettings {
    /// The settings.
    pub settings: SharedSettings,
    /// Whose they are: always `desktop`.
    pub source: &'static str,
}

/// What `set_workspace_directory` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkspaceDirectory {
    /// Always true; failures are errors.
    pub success: bool,
    /// Whether another folder was worked in before.
    pub restarted: bool,
    /// The folder, absolute.
    pub path: String,
}

const LOAD: Operation = Operation { name: "load_settings", fallback: "Failed to load settings" };
const SAVE: Operation = Operation { name: "save_settings", fallback: "Failed to save settings" };
const SET_DIRECTORY: Operation =
    Operation { name: "set_workspace_directory", fallback: "Failed to update working directory" };

impl Workbench {
    /// The settings in the form of the runtime contract: known names only, with their defaults. A missing or broken file
    /// counts as empty.
    pub async fn load_settings(&self) -> Result<LoadedSettings, WorkbenchError> {
        self.operate(LOAD, |configuration| {
            Ok(LoadedSettings { settings: configuration.settings.load_shared()?, source: "desktop" })
        })
        .await
    }

    /// Puts changes over the settings and returns all of them. Names that the contract does not know, values that a
    /// setting can't have, and changes that are no object are dropped without a word, as the contract wants it;
    /// [`Workbench::set_setting`] is for those who want to be told.
    pub async fn save_settings(&self, changes: &Json) -> Result<SharedSettings, WorkbenchError> {
        let changes = SharedSettings::from_json(changes);
        self.operate(SAVE, move |configuration| Ok(configuration.settings.save_shared(&changes)?)).await
    }

    /// One setting, Atelier's own or a shared one; none where it has no value and no default.
    pub async fn setting(&self, name: SettingName) -> Result<Option<Json>, WorkbenchError> {
        self.configure(move |configuration| Ok(configuration.settings.value(name)?)).await
    }

    /// All settings that have a value or a default, in the order of [`SettingName::all`].
    pub async fn all_settings(&self) -> Result<Vec<(SettingName, Json)>, WorkbenchError> {
        self.configure(move |configuration| Ok(configuration.settings.values()?)).await
    }

    /// Sets one setting from a text as a person types it; what it can't be is an error that says what it can.
    pub async fn set_setting(&self, name: SettingName, value: &str) -> Result<(), WorkbenchError> {
        let value = value.to_owned();
        self.configure(move |configuration| Ok(configuration.settings.set_value(name, &value)?)).await
    }

    /// The settings file; it need not exist.
    pub fn settings_file(&self) -> PathBuf {
        self.configuration().settings.path()
    }

    /// Makes a folder the one that is worked in, inside or outside of those approved so far, and keeps it in the settings.
    /// Calls at the same time take turns.
    pub async fn set_workspace_directory(&self, path: &str) -> Result<WorkspaceDirectory, WorkbenchError> {
        let path = path.to_owned();
        self.operate(SET_DIRECTORY, move |configuration| {
            let (path, restarted) = configuration.directories.make_current(&path).map_err(refused)?;
            Ok(WorkspaceDirectory { success: true, restarted, path })
        })
        .await
    }
}

/// Why a folder can't be worked in, in this operation's own words.
fn refused(error: DirectoryError) -> WorkbenchError {
    let words = match &error {
        DirectoryError::Missing => "Directory not found".to_owned(),
        DirectoryError::NotADirectory => "Specified path is not a directory".to_owned(),
        DirectoryError::Unreadable(reason) if reason.kind() == io::ErrorKind::PermissionDenied => {
            "Access to directory denied".to_owned()
        }
        DirectoryError::Unreadable(reason) => reason.to_string(),
        DirectoryError::NotNamed | DirectoryError::Settings(_) => error.to_string(),
    };
    WorkbenchError { message: words, ..error.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_has_the_contracts_status() {
        let denied = refused(DirectoryError::Unreadable(io::Error::from_raw_os_error(13)));
        assert_eq!((denied.status(), denied.message.as_str()), (403, "Access to directory denied"));
        let broken = refused(DirectoryError::Unreadable(io::Error::from_raw_os_error(5)));
        assert_eq!(broken.status(), 500);
        assert!(!broken.message.is_empty());
    }
}

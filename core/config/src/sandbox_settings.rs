//! How the commands of agents are confined, as the user set it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{InvalidSetting, json_object::JsonObject};

const ENABLED: &str = "enabled";
const NETWORK: &str = "network";
const WRITABLE: &str = "writable";
const PROJECTS: &str = "projects";

/// How the commands of agents are confined. In the file: `{"enabled": …, "network": …, "writable": […], "projects":
/// {FOLDER: {the same}}}`. A project itself has no say in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SandboxSettings {
    /// For all projects.
    pub everywhere: SandboxChoice,
    /// For a project by its folder: what is set here counts before, and folders come on top.
    pub projects: BTreeMap<PathBuf, SandboxChoice>,
}

/// What is set; the rest is as it is by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SandboxChoice {
    /// Whether commands are confined. None: where that is possible. True: elsewhere none is run.
    pub enabled: Option<bool>,
    /// Whether they reach the network. None: no.
    pub network: Option<bool>,
    /// More folders that they may write in, absolute or beginning with `~/`.
    pub writable: Vec<String>,
}

/// What to change everywhere; `None` leaves a setting as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SandboxChange {
    /// Whether commands are confined; within: none for the default.
    pub enabled: Option<Option<bool>>,
    /// Whether they reach the network; within: none for the default.
    pub network: Option<Option<bool>>,
    /// All the folders, in place of those that are set.
    pub writable: Option<Vec<String>>,
}

impl SandboxSettings {
    /// What counts for a project.
    pub fn of(&self, project: &Path) -> SandboxChoice {
        let everywhere = self.everywhere.clone();
        let Some(own) = self.projects.get(project) else { return everywhere };
        SandboxChoice {
            enabled: own.enabled.or(everywhere.enabled),
            network: own.network.or(everywhere.network),
            writable: everywhere.writable.into_iter().chain(own.writable.iter().cloned()).collect(),
        }
    }

    pub(crate) fn in_object(object: &JsonObject) -> Self {
        let projects = object.object(PROJECTS).unwrap_or_default();
        let project = |name: &str| Some((PathBuf::from(name), SandboxChoice::in_object(&projects.object(name)?)));
        Self { everywhere: SandboxChoice::in_object(object), projects: projects.names().filter_map(project).collect() }
    }
}

impl SandboxChoice {
    /// The folders as paths, with this home folder for `~`.
    pub fn folders(&self, home: Option<&Path>) -> Vec<PathBuf> {
        let path = |folder: &String| match folder.strip_prefix("~/") {
            Some(rest) => home.map(|home| home.join(rest)),
            None => Some(PathBuf::from(folder)),
        };
        self.writable.iter().filter_map(path).collect()
    }

    /// What can't be a setting counts as absent: that is the careful side, but for `enabled`, which then has to be on.
    fn in_object(object: &JsonObject) -> Self {
        let enabled = match object.get(ENABLED).map(serde_json::value::RawValue::get) {
            None | Some("null") => None,
            Some(value) => Some(value != "false"),
        };
        let writable: Vec<String> =
            object.get(WRITABLE).and_then(|value| serde_json::from_str(value.get()).ok()).unwrap_or_default();
        Self {
            enabled,
            network: object.get(NETWORK).and_then(|value| value.get().parse().ok()),
            writable: writable.into_iter().filter(|folder| is_folder(folder)).collect(),
        }
    }
}

impl SandboxChange {
    pub(crate) fn check(&self) -> Result<(), InvalidSetting> {
        let folders = self.writable.iter().flatten();
        if folders.into_iter().all(|folder| is_folder(folder)) { Ok(()) } else { Err(InvalidSetting::SandboxFolder) }
    }

    pub(crate) fn apply(&self, object: &mut JsonObject) -> Result<(), serde_json::Error> {
        for (name, change) in [(ENABLED, self.enabled), (NETWORK, self.network)] {
            match change {
                Some(Some(value)) => object.set(name, &value)?,
                Some(None) => object.remove(name),
                None => {}
            }
        }
        match &self.writable {
            Some(folders) if folders.is_empty() => object.remove(WRITABLE),
            Some(folders) => object.set(WRITABLE, folders)?,
            None => {}
        }
        Ok(())
    }
}

fn is_folder(text: &str) -> bool {
    text.starts_with('/') || text.starts_with("~/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> SandboxSettings {
        SandboxSettings::in_object(&JsonObject::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn what_is_set_for_a_project_counts_before_what_is_set_for_all() {
        let settings = settings(
            r#"{"enabled": true, "writable": ["/all"],
                "projects": {"/home/ada/p": {"enabled": false, "network": true, "writable": ["~/own"]}}}"#,
        );
        let own = settings.of(Path::new("/home/ada/p"));
        assert_eq!((own.enabled, own.network), (Some(false), Some(true)));
        assert_eq!(own.folders(Some(Path::new("/home/ada"))), [Path::new("/all"), Path::new("/home/ada/own")]);
        assert_eq!(settings.of(Path::new("/home/ada/p/sub")).enabled, Some(true));
        assert_eq!(settings.of(Path::new("/other")).network, None);
    }

    #[test]
    fn what_can_not_be_a_setting_never_opens_anything() {
        let settings =
            settings(r#"{"enabled": "no", "network": "yes", "writable": ["relative", "", "/ok"], "projects": 1}"#);
        let expected = SandboxChoice { enabled: Some(true), network: None, writable: vec!["/ok".to_owned()] };
        assert_eq!(settings.everywhere, expected);
        let nothing = SandboxSettings::in_object(&JsonObject::parse(br#"{"enabled": null}"#).unwrap());
        assert_eq!(nothing, SandboxSettings::default());
    }
}

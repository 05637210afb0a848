//! `list_directory`, `create_directory`, `get_home_directory`.

use std::path::{Component, Path, PathBuf};

use atelier_workspace::{AccessError, Folder, Listed, RelativePath, RootError, address};
use serde::Serialize;

use crate::{ErrorKind, Workbench, WorkbenchError, configuration::Configuration, files::shown, operation::Operation};

/// The most entries of one folder that are listed: their JSON is some 40 MB.
const MAX_ENTRIES: usize = 200_000;

/// What `list_directory` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DirectoryListing {
    /// The directory, absolute and without links.
    pub directory: String,
    /// The same.
    pub path: String,
    /// What is in it, by name bytewise; hidden entries too.
    pub entries: Vec<DirectoryEntry>,
}

/// One thing in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryEntry {
    /// Its name; one that is not Unicode with replacement characters.
    pub name: String,
    /// Where it is, absolute; a link is not resolved. One that is not Unicode is in double quotes, as git writes it, and is
    /// understood so by all operations on files.
    pub path: String,
    /// Whether it is a directory, or a link to one.
    pub is_directory: bool,
    /// Whether it is an ordinary file itself.
    pub is_file: bool,
    /// Whether it is a symbolic link.
    pub is_symbolic_link: bool,
    /// The size in bytes of the ordinary file that it is or links to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When what it is or links to was changed last, in milliseconds since 1970; none for a link to nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_time: Option<i64>,
}

/// What `create_directory` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CreatedDirectory {
    /// Always true; failures are errors.
    pub success: bool,
    /// The directory, absolute and without links.
    pub path: String,
}

/// What `get_home_directory` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HomeDirectory {
    /// The home folder, absolute.
    pub home: String,
}

const LIST: Operation = Operation { name: "list_directory", fallback: "Failed to list directory" };
const CREATE: Operation = Operation { name: "create_directory", fallback: "Failed to create directory" };
const HOME: Operation = Operation { name: "get_home_directory", fallback: "Failed to find the home directory" };

impl Workbench {
    /// What is in a directory; none means the workspace. Errors: 404 where there is nothing, 403 outside of the approved
    /// roots, 400 where it is no directory.
    pub async fn list_directory(&self, path: Option<String>) -> Result<DirectoryListing, WorkbenchError> {
        self.operate(LIST, move |configuration| list(configuration, path.as_deref().unwrap_or_default())).await
    }

    /// Makes a directory and what is missing above it. One that is there is a success.
    pub async fn create_directory(&self, path: &str) -> Result<CreatedDirectory, WorkbenchError> {
        let path = path.to_owned();
        self.operate(CREATE, move |configuration| create(configuration, &path)).await
    }

    /// The user's home folder.
    pub async fn get_home_directory(&self) -> Result<HomeDirectory, WorkbenchError> {
        self.operate(HOME, |configuration| {
            let home = configuration.directories.roots()?.home;
            let home = home.ok_or_else(|| WorkbenchError::new(ErrorKind::NotFound, "Directory not found"))?;
            Ok(HomeDirectory { home: home.to_string_lossy().into_owned() })
        })
        .await
    }
}

fn list(configuration: &Configuration, named: &str) -> Result<DirectoryListing, WorkbenchError> {
    let folder = configuration.roots()?.directory(named)?;
    let entries = folder.list_followed(&RelativePath::root(), MAX_ENTRIES).map_err(|error| match error {
        AccessError::Denied { .. } => RootError::Denied.into(),
        error => WorkbenchError::from(error),
    })?;
    let directory = shown(&folder, &RelativePath::root());
    let entries = entries.iter().map(|entry| DirectoryEntry::new(entry, &folder)).collect();
    Ok(DirectoryListing { path: directory.clone(), directory, entries })
}

fn create(configuration: &Configuration, named: &str) -> Result<CreatedDirectory, WorkbenchError> {
    let bad = |message| WorkbenchError::new(ErrorKind::InvalidRequest, message);
    if named.trim().is_empty() {
        return Err(bad("Path is required"));
    }
    let plain = without_dots(Path::new(named.trim())).ok_or_else(|| bad("Invalid path: path traversal not allowed"))?;
    let blocked = || bad("Parent path must be a directory");
    let (root, path) = configuration.roots()?.locate(&plain.to_string_lossy()).map_err(|error| match error {
        // What is in the way is a file, or a link to nothing.
        RootError::NotAFolder | RootError::NotFound => blocked(),
        error => error.into(),
    })?;
    root.create_folders(&path).map_err(|error| match error {
        AccessError::NotAFolder { .. } | AccessError::Changed { .. } => blocked(),
        AccessError::Denied { .. } => RootError::Denied.into(),
        error => error.into(),
    })?;
    Ok(CreatedDirectory { success: true, path: shown(&root, &path) })
}

/// The path without `.` and with as few `..` as its text allows; none if one is left.
fn without_dots(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            // At the top there is nothing to leave.
            Component::ParentDir if plain.parent().is_none() && plain.has_root() => {}
            Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            component => plain.push(component),
        }
    }
    Some(plain)
}

impl DirectoryEntry {
    fn new(entry: &Listed, folder: &Folder) -> Self {
        Self {
            path: folder.address_of(&address(Path::new(&entry.name))),
            name: entry.name.to_string_lossy().into_owned(),
            is_directory: entry.is_folder,
            is_file: entry.is_file,
            is_symbolic_link: entry.is_link,
            size: entry.size,
            modified_time: entry.modified,
        }
    }
}

//! Renaming, moving, copying, and putting into the Trash. Nothing that stands somewhere is ever replaced.

use std::path::{Path, PathBuf};

use atelier_config::Environment;
use atelier_workspace::{AccessError, CopyLimits, Folder, RelativePath, RootError, path_at};

use crate::{ErrorKind, Workbench, WorkbenchError, configuration::Configuration, files::shown, operation::Operation};

/// How much is copied at once.
const MAX_COPIED: CopyLimits = CopyLimits { entries: 100_000, bytes: 16 << 30 };

const RENAME: Operation = Operation { name: "rename_file", fallback: "Failed to rename file" };
const MOVE: Operation = Operation { name: "move_file", fallback: "Failed to move file" };
const COPY: Operation = Operation { name: "copy_file", fallback: "Failed to copy file" };
const TRASH: Operation = Operation { name: "trash_file", fallback: "Failed to move file to the Trash" };

impl Workbench {
    /// Gives a file, a link or a folder another name in its folder; in double quotes, as addresses are, where it is not
    /// Unicode. Returns its new path, absolute. What has that name already stays: a conflict (409).
    pub async fn rename_file(&self, path: &str, new_name: &str) -> Result<String, WorkbenchError> {
        let (path, new_name) = (path.to_owned(), new_name.to_owned());
        self.operate(RENAME, move |configuration| {
            let (folder, from) = entry(configuration, &path)?;
            let to = from.parent().and_then(|parent| parent.child(path_at(&new_name).as_os_str()));
            let to = to.ok_or_else(|| AccessError::Invalid { path: new_name.clone() })?;
            folder.move_to(&from, &folder, &to)?;
            Ok(shown(&folder, &to))
        })
        .await
    }

    /// Moves a file, a link or a folder to a path where nothing is, in a folder that is there. Returns that path, absolute.
    pub async fn move_file(&self, from: &str, to: &str) -> Result<String, WorkbenchError> {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.operate(MOVE, move |configuration| {
            let (source, from) = entry(configuration, &from)?;
            let (target, to) = entry(configuration, &to)?;
            source.move_to(&from, &target, &to)?;
            Ok(shown(&target, &to))
        })
        .await
    }

    /// Copies a file, a link or a folder with all that is in it to a path where nothing is. Returns that path, absolute.
    /// At most 100,000 entries and 16 GiB.
    pub async fn copy_file(&self, from: &str, to: &str) -> Result<String, WorkbenchError> {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.operate(COPY, move |configuration| {
            let (source, from) = entry(configuration, &from)?;
            let (target, to) = entry(configuration, &to)?;
            source.copy_to(&from, &target, &to, MAX_COPIED)?;
            Ok(shown(&target, &to))
        })
        .await
    }

    /// Puts a file, a link or a folder into the system's Trash. Where there is none for its disk it stays, and the error
    /// says so; nothing is ever deleted.
    pub async fn trash_file(&self, path: &str) -> Result<(), WorkbenchError> {
        let (path, trash) = (path.to_owned(), trash_folder(&self.parts.environment));
        self.operate(TRASH, move |configuration| {
            let (folder, path) = entry(configuration, &path)?;
            Ok(folder.trash(&path, trash.as_deref())?)
        })
        .await
    }
}

/// What stands at a path, itself and not what it links to. An approved root can't be arranged.
fn entry(configuration: &Configuration, named: &str) -> Result<(Folder, RelativePath), WorkbenchError> {
    if named.trim().is_empty() {
        return Err(WorkbenchError::new(ErrorKind::InvalidRequest, "Path is required"));
    }
    let (folder, path) = configuration.roots()?.locate_entry(named).map_err(|error| match error {
        RootError::NotFound => AccessError::NotFound { path: named.to_owned() }.into(),
        RootError::NotAFolder => AccessError::NotAFolder { path: named.to_owned() }.into(),
        error => WorkbenchError::from(error),
    })?;
    if path.is_root() { Err(RootError::Denied.into()) } else { Ok((folder, path)) }
}

/// The user's own Trash on Linux desktops.
fn trash_folder(environment: &Environment) -> Option<PathBuf> {
    let data = environment.variable("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let data = data.or_else(|| environment.home().map(|home| home.join(Path::new(".local/share"))));
    data.map(|data| data.join("Trash"))
}

//! Which folders may be used at all: those that the settings name.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{SharedSettings, shared_settings};

/// The folders that may be used, as they were when they were asked for. Absolute, without symbolic links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedRoots {
    /// The folder that is worked in: the settings' `lastDirectory` if it is there, else the home folder. None where the
    /// system names no home folder either. It need not be one of the roots.
    pub workspace: Option<PathBuf>,
    /// The roots, each once, in the order of the settings: `lastDirectory`, then `pinnedDirectories`, then
    /// `approvedDirectories` without the home folder and `/`, which get there by themselves. Where there would be none,
    /// the home folder.
    pub roots: Vec<PathBuf>,
    /// The home folder, as the system names it.
    pub home: Option<PathBuf>,
}

impl ApprovedRoots {
    /// What these settings come to. Looks at the disk: what is missing or no folder is left out.
    pub(crate) fn of(settings: &SharedSettings, home: Option<&Path>) -> Self {
        let listed =
            |name: &str| settings.list(name).iter().filter_map(|named| folder(named, home)).collect::<Vec<_>>();
        let home_folder = home.and_then(canonical);
        let last = settings.text(shared_settings::LAST_DIRECTORY).and_then(|named| folder(named, home));
        let approved = listed(shared_settings::APPROVED_DIRECTORIES)
            .into_iter()
            .filter(|path| path.parent().is_some() && Some(path) != home_folder.as_ref());
        let mut roots = Vec::new();
        for root in last.clone().into_iter().chain(listed(shared_settings::PINNED_DIRECTORIES)).chain(approved) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        if roots.is_empty() {
            roots.extend(home_folder.clone());
        }
        let home = home.map(Path::to_path_buf);
        Self { workspace: last.or(home_folder).or_else(|| home.clone()), roots, home }
    }
}

/// The folder that a setting names. One that is relative names none: to what would nobody know.
fn folder(named: &str, home: Option<&Path>) -> Option<PathBuf> {
    let path = match Path::new(named).strip_prefix("~") {
        Ok(below) => home?.join(below),
        Err(_) => PathBuf::from(named),
    };
    path.is_absolute().then(|| canonical(&path)).flatten()
}

fn canonical(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok().filter(|path| path.is_dir())
}

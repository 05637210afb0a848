//! What is watched: the folder, what is ignored in it, and its repository.

use std::path::{Path, PathBuf};

use rustix::fs::{Stat, fstat};

use super::{
    Changes,
    ignores::{Ignores, PATTERNS},
    repository::RepositoryFolders,
};
use crate::{Folder, RelativePath};

/// What is watched.
pub(super) struct Ground {
    pub(super) folder: Folder,
    pub(super) repository: Option<RepositoryFolders>,
    pub(super) ignores: Ignores,
}

/// What has happened to an entry of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Happened {
    pub(super) is_folder: bool,
    /// It came or went; otherwise what it holds has changed.
    pub(super) in_the_list: bool,
}

impl Ground {
    pub(super) fn of(folder: Folder) -> Self {
        let repository = RepositoryFolders::of(folder.path());
        let ignores = Ignores::new(folder.path(), repository.as_ref());
        Self { folder, repository, ignores }
    }

    /// Looks anew at what is ignored and where the repository is.
    pub(super) fn refresh(&mut self) {
        self.repository = RepositoryFolders::of(self.folder.path());
        self.ignores = Ignores::new(self.folder.path(), self.repository.as_ref());
    }

    /// Whether this is the very folder that is watched.
    pub(super) fn is_same(&self, other: &Folder) -> bool {
        let identity = |folder: &Folder| fstat(folder.descriptor()).map(|stat: Stat| (stat.st_dev, stat.st_ino)).ok();
        identity(other).is_some_and(|found| identity(&self.folder) == Some(found))
    }

    /// Whether the folder is nowhere any more.
    #[cfg(target_os = "linux")]
    pub(super) fn is_deleted(&self) -> bool {
        fstat(self.folder.descriptor()).is_ok_and(|stat| stat.st_nlink == 0)
    }

    /// Takes note of something that has happened in a folder of files. True: what counts as ignored, or where the
    /// repository is, may be another now.
    pub(super) fn note(&mut self, path: RelativePath, happened: Happened, changes: &mut Changes) -> bool {
        let Some(folder) = path.parent() else { return false };
        if path.name().is_some_and(|name| name == ".git") {
            changes.repository |= folder.is_root();
            // A repository's rules end those around it.
            return happened.in_the_list;
        }
        let is_pattern = path.name().is_some_and(|name| name == PATTERNS);
        let is_ignored = self.ignores.is_ignored(&path, happened.is_folder);
        if happened.in_the_list || !is_ignored {
            changes.add_folder(folder);
        }
        if !is_ignored {
            changes.add_path(path);
        }
        is_pattern
    }

    /// Takes note of something that has happened where git keeps what is its own. True: as above.
    pub(super) fn note_repository(&self, path: &Path, changes: &mut Changes) -> bool {
        let Some(repository) = &self.repository else { return false };
        changes.repository |= repository.concerns(path);
        path == repository.exclude()
    }

    /// Whether a folder of files is one to watch.
    pub(super) fn wants(&mut self, folder: &RelativePath) -> bool {
        folder.name().is_none_or(|name| name != ".git") && !self.ignores.is_ignored(folder, true)
    }

    /// The repository's folders to watch, and those to watch with all that is in them.
    pub(super) fn repository_folders(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let repository = self.repository.as_ref();
        repository.map(|repository| (repository.folders(), repository.trees().to_vec())).unwrap_or_default()
    }
}

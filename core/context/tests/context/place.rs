//! A home folder with a project in it, for one test.

use std::{
    fs,
    path::{Path, PathBuf},
};

use atelier_context::UserFolders;
use tempfile::TempDir;

pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// A home folder with an empty project in `work/project`.
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(place.project()).unwrap();
        place
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().join("work/project")
    }

    pub(crate) fn user(&self) -> UserFolders {
        UserFolders { home: Some(self.home()), config: Some(self.home().join(".config/atelier")) }
    }

    /// Writes a file, named from the home folder on, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Makes a link, named from the home folder on.
    pub(crate) fn link(&self, to: impl AsRef<Path>, path: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, path).unwrap();
    }
}

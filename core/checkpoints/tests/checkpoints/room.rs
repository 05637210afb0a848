//! A project and a place for its checkpoints.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use atelier_checkpoints::{Checkpoints, Limits, Restored, SessionCheckpoints, Taken};
use atelier_protocol::SessionId;
use atelier_workspace::{Folder, RelativePath};
use tempfile::TempDir;

pub(crate) struct Room {
    pub(crate) checkpoints: Checkpoints,
    pub(crate) session: SessionId,
    folder: TempDir,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("project")).unwrap();
        let checkpoints = Checkpoints::new(folder.path().join("data/checkpoints"), limits);
        Self { checkpoints, session: SessionId::new(), folder }
    }

    pub(crate) fn of(&self) -> SessionCheckpoints {
        self.checkpoints.of(self.session)
    }

    /// Where this session's checkpoints are.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data/checkpoints").join(self.session.to_string())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("project").join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn folder(&self) -> Folder {
        Folder::open(&self.path("")).unwrap()
    }

    pub(crate) fn take(&self, number: u64, paths: &[&str]) -> Taken {
        let paths: Vec<_> = paths.iter().map(|path| RelativePath::new(Path::new(path)).unwrap()).collect();
        self.of().take(number, &self.folder(), &paths).unwrap()
    }

    /// A call that changes these paths this way, from its checkpoint to the note of what it left.
    pub(crate) fn call(&self, number: u64, paths: &[&str], change: impl FnOnce()) {
        assert_eq!(self.take(number, paths).not_kept, Vec::<String>::new());
        change();
        self.of().note_after(number, &self.folder()).unwrap();
    }

    pub(crate) fn restore(&self, number: u64) -> Restored {
        self.of().restore(number).unwrap()
    }

    /// Everything in the project: what it is, its mode and what it holds.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        contents_of(&self.path(""), &mut found);
        found
    }
}

fn contents_of(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        let mode = metadata.permissions().mode() & 0o777;
        let what = if metadata.is_symlink() {
            format!("link {}", fs::read_link(&path).unwrap().display())
        } else if metadata.is_dir() {
            contents_of(&path, found);
            format!("folder {mode:o}")
        } else {
            format!("file {mode:o} {:?}", fs::read(&path).unwrap())
        };
        found.insert(path, what);
    }
}

pub(crate) fn restored(paths: &[&str]) -> Restored {
    Restored { restored: paths.iter().map(|path| (*path).to_owned()).collect(), kept: Vec::new() }
}

pub(crate) fn kept(paths: &[&str]) -> Restored {
    Restored { restored: Vec::new(), kept: restored(paths).restored }
}

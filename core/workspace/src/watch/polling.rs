//! Looking at all folders every few seconds, where the system can't watch them.

use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    os::{fd::OwnedFd, unix::ffi::OsStrExt as _},
    path::{Path, PathBuf},
    time::Instant,
};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, statat};

use super::{Changes, Ground, Lost, Means, ignores::PATTERNS};
use crate::RelativePath;

/// Looking may take up this part of the time.
const SHARE: u32 = 20;

pub(super) struct Polling {
    folders: HashMap<RelativePath, Seen>,
    repository: HashMap<PathBuf, Seen>,
    next: Instant,
    means: Means,
}

/// What was seen of a folder, as a number that is another when an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    entries: u64,
    /// The same of the file with what is ignored.
    patterns: u64,
}

impl Polling {
    /// Looks for the first time.
    pub(super) fn new(ground: &mut Ground, means: Means) -> Self {
        let mut new = Self { folders: HashMap::new(), repository: HashMap::new(), next: Instant::now(), means };
        (new.folders, new.repository) = new.look(ground);
        new
    }

    /// When to look again.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Looks again, if it is time, and tells what is another than it was.
    pub(super) fn take(&mut self, ground: &mut Ground, changes: &mut Changes) -> Result<(), Lost> {
        if Instant::now() < self.next {
            return Ok(());
        }
        let (folders, repository) = self.look(ground);
        let mut behind = false;
        for (path, seen) in &folders {
            let before = self.folders.get(path);
            if before != Some(seen) {
                changes.add_folder(path.clone());
                changes.add_path(path.clone());
                behind |= before.is_some_and(|before| before.patterns != seen.patterns);
            }
        }
        for path in self.folders.keys().filter(|path| !folders.contains_key(path)) {
            changes.add_folder(path.clone());
            changes.add_path(path.clone());
        }
        changes.repository |= repository != self.repository;
        if let Some(info) = ground.repository.as_ref().and_then(|found| found.exclude().parent().map(Path::to_owned)) {
            behind |= repository.get(&info) != self.repository.get(&info);
        }
        (self.folders, self.repository) = (folders, repository);
        if behind { Err(Lost::Behind) } else { Ok(()) }
    }

    fn look(&mut self, ground: &mut Ground) -> (HashMap<RelativePath, Seen>, HashMap<PathBuf, Seen>) {
        let start = Instant::now();
        let mut found = HashMap::new();
        let mut open = vec![RelativePath::root()];
        while let Some(folder) = open.pop().filter(|_| found.len() < self.means.max_polled) {
            let Ok(opened) = ground.folder.open_folder(&folder) else { continue };
            let (seen, inner) = look_at(&opened, |_| true);
            open.extend(inner.iter().filter_map(|name| folder.child(name)).filter(|path| ground.wants(path)));
            found.insert(folder, seen);
        }
        let repository = look_at_repository(ground, self.means.max_polled);
        self.next = Instant::now() + self.means.poll.max(start.elapsed() * SHARE);
        (found, repository)
    }
}

/// What is seen of a folder, of the entries that count, and the folders in it.
fn look_at(opened: &OwnedFd, counts: impl Fn(&OsStr) -> bool) -> (Seen, Vec<OsString>) {
    let mut seen = Seen { entries: 0, patterns: 0 };
    let mut folders = Vec::new();
    for entry in Dir::read_from(opened).into_iter().flatten().filter_map(Result::ok) {
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name == "." || name == ".." || !counts(name) {
            continue;
        }
        let Ok(stat) = statat(opened, name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
        let is_folder = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        let mut hasher = DefaultHasher::new();
        (name, stat.st_ino, stat.st_mode).hash(&mut hasher);
        if is_folder {
            folders.push(name.to_owned());
        } else {
            (stat.st_size, stat.st_mtime, stat.st_mtime_nsec, stat.st_ctime, stat.st_ctime_nsec).hash(&mut hasher);
        }
        let hash = hasher.finish();
        // In any order: file systems need not keep to one.
        seen.entries = seen.entries.wrapping_add(hash);
        if name == PATTERNS {
            seen.patterns = hash;
        }
    }
    (seen, folders)
}

fn look_at_repository(ground: &Ground, max: usize) -> HashMap<PathBuf, Seen> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let open = |folder: &Path| rustix::fs::open(folder, flags, Mode::empty()).ok();
    let (folders, mut trees) = ground.repository_folders();
    let mut found = HashMap::new();
    let matters = |path: &Path| ground.repository.as_ref().is_some_and(|repository| repository.concerns(path));
    for folder in folders {
        if let Some(opened) = open(&folder) {
            let (seen, _) = look_at(&opened, |name| matters(&folder.join(name)));
            found.insert(folder, seen);
        }
    }
    while let Some(folder) = trees.pop().filter(|_| found.len() < max) {
        let Some(opened) = open(&folder) else { continue };
        let (seen, inner) = look_at(&opened, |name| matters(&folder.join(name)));
        trees.extend(inner.iter().map(|name| folder.join(name)));
        found.insert(folder, seen);
    }
    found
}

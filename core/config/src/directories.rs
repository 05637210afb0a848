//! Folders that a user gives Atelier access to: checked, approved, and in use.

use std::{
    collections::HashMap,
    fs, io,
    path::{Component, Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{ApprovedRoots, Environment, SettingsError, SettingsFile, SharedSettings, shared_settings};

/// A folder can't be used. The sentences are those of the runtime contract.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// No path was given.
    #[error("Path is required")]
    NotNamed,
    /// There is nothing at the path, or no way to it.
    #[error("Directory does not exist")]
    Missing,
    /// Something else is there.
    #[error("Path is not a directory")]
    NotADirectory,
    /// The system does not let it be read.
    #[error("Cannot access directory: {0}")]
    Unreadable(io::Error),
    /// It is fine, but the settings can't keep it.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// What a folder becomes when the user has chosen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// An approved directory.
    Approved,
    /// An approved directory, and the one that is worked in.
    Current,
}

/// The folders of one user. What is approved stands in the settings; what is in use is known only here.
#[derive(Debug)]
pub struct Directories {
    settings: SettingsFile,
    home: Option<PathBuf>,
    /// How often each folder that is in use was started more often than stopped.
    in_use: Mutex<HashMap<String, usize>>,
    /// Held while the current directory changes.
    changing: Mutex<()>,
}

impl Directories {
    /// The folders in these settings.
    pub fn new(settings: SettingsFile, environment: &Environment) -> Self {
        let home = environment.home().map(Path::to_path_buf);
        Self { settings, home, in_use: Mutex::default(), changing: Mutex::default() }
    }

    /// The folder that is worked in, without symbolic links: the settings' `lastDirectory` if it is there, else the home
    /// folder.
    pub fn current(&self) -> Result<Option<PathBuf>, SettingsError> {
        Ok(self.roots()?.workspace)
    }

    /// The folders that may be used. Reads the settings and looks at the disk.
    pub fn roots(&self) -> Result<ApprovedRoots, SettingsError> {
        Ok(ApprovedRoots::of(&self.settings.load_shared()?, self.home.as_deref()))
    }

    /// Makes a folder the current one. Returns its absolute path, and whether another was the current one before. Calls
    /// at the same time take turns.
    pub fn make_current(&self, path: &str) -> Result<(String, bool), DirectoryError> {
        let _turn = lock(&self.changing);
        let before = self.current()?;
        let path = self.approve(path, None, Approval::Current)?;
        Ok((path, self.current()? != before))
    }

    /// Checks a folder that the user has chosen and keeps it in the settings, with the bookmark that lets a sandboxed
    /// app come back to it. Returns its absolute path.
    pub fn approve(&self, path: &str, bookmark: Option<&str>, approval: Approval) -> Result<String, DirectoryError> {
        let path = self.checked(path)?;
        self.settings.edit_shared(|stored| {
            let added = |name: &str, more: Option<&str>| {
                stored.list(name).iter().cloned().chain(more.map(str::to_owned)).collect::<Vec<_>>()
            };
            let changes = SharedSettings::default()
                .with_list(
                    shared_settings::APPROVED_DIRECTORIES,
                    added(shared_settings::APPROVED_DIRECTORIES, Some(&path)),
                )
                .with_list(shared_settings::BOOKMARKS, added(shared_settings::BOOKMARKS, bookmark));
            match approval {
                Approval::Approved => changes,
                Approval::Current => changes.with_text(shared_settings::LAST_DIRECTORY, &path),
            }
        })?;
        Ok(path)
    }

    /// Takes a folder out of those that are approved, and the bookmarks that lead to it. One that is not approved is fine.
    /// The folder that is worked in stays what it is.
    pub fn forget(&self, path: &str, bookmarks: &[String]) -> Result<(), SettingsError> {
        let without = |stored: &SharedSettings, name: &str, gone: &dyn Fn(&String) -> bool| {
            stored.list(name).iter().filter(|entry| !gone(entry)).cloned().collect::<Vec<_>>()
        };
        self.settings.edit_shared(|stored| {
            let approved = without(stored, shared_settings::APPROVED_DIRECTORIES, &|entry| entry == path);
            let kept = without(stored, shared_settings::BOOKMARKS, &|entry| bookmarks.contains(entry));
            SharedSettings::default()
                .with_list(shared_settings::APPROVED_DIRECTORIES, approved)
                .with_list(shared_settings::BOOKMARKS, kept)
        })?;
        Ok(())
    }

    /// Takes bookmarks that lead nowhere any more out of the settings.
    pub fn forget_bookmarks(&self, stale: &[String]) -> Result<(), SettingsError> {
        let bookmarks = |stored: &SharedSettings| stored.list(shared_settings::BOOKMARKS).to_vec();
        self.settings.edit_shared(|stored| {
            let kept = bookmarks(stored).into_iter().filter(|bookmark| !stale.contains(bookmark));
            SharedSettings::default().with_list(shared_settings::BOOKMARKS, kept)
        })?;
        Ok(())
    }

    /// Checks a folder and notes that it is used once more.
    pub fn start_using(&self, path: &str) -> Result<(), DirectoryError> {
        let path = self.checked(path)?;
        *lock(&self.in_use).entry(path).or_default() += 1;
        Ok(())
    }

    /// Notes that a folder is used once less. Nothing to do is fine.
    pub fn stop_using(&self, path: &str) {
        let Ok(path) = self.absolute(path) else { return };
        let mut in_use = lock(&self.in_use);
        if let Some(count) = in_use.get_mut(&path) {
            *count -= 1;
            if *count == 0 {
                in_use.remove(&path);
            }
        }
    }

    /// Whether the folder was started more often than stopped.
    pub fn is_in_use(&self, path: &str) -> bool {
        self.absolute(path).is_ok_and(|path| lock(&self.in_use).contains_key(&path))
    }

    /// The absolute path of a folder that can be read.
    fn checked(&self, path: &str) -> Result<String, DirectoryError> {
        let path = self.absolute(path)?;
        let metadata = fs::metadata(&path).map_err(refusal)?;
        if !metadata.is_dir() {
            return Err(DirectoryError::NotADirectory);
        }
        fs::read_dir(&path).map_err(refusal)?;
        Ok(path)
    }

    /// The path as it is kept: without spaces around it, `~` and relative paths made absolute, symbolic links left.
    fn absolute(&self, path: &str) -> Result<String, DirectoryError> {
        let path = match path.trim() {
            "" => return Err(DirectoryError::NotNamed),
            path => Path::new(path),
        };
        let base = match path.strip_prefix("~") {
            Ok(below) => self.home.as_ref().map(|home| home.join(below)),
            Err(_) if path.is_absolute() => Some(path.to_path_buf()),
            Err(_) => self.current()?.map(|current| current.join(path)),
        };
        let absolute = base.map(|path| without_dots(&path)).ok_or(DirectoryError::Missing)?;
        // Only a home or current folder that is not Unicode can make it so.
        absolute.into_os_string().into_string().map_err(|_| DirectoryError::Missing)
    }
}

/// The path without `.` and `..`, double slashes and a slash at its end.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            // At the root there is nothing to leave, as everywhere on Unix.
            Component::ParentDir => drop(plain.pop()),
            component => plain.push(component),
        }
    }
    plain
}

fn refusal(error: io::Error) -> DirectoryError {
    use io::ErrorKind::{InvalidInput, NotADirectory, NotFound};
    match error.kind() {
        // A file in the place of a folder on the way, and a path that no file can have.
        NotFound | NotADirectory | InvalidInput => DirectoryError::Missing,
        _ => DirectoryError::Unreadable(error),
    }
}

/// Nothing that holds one of these locks can panic half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_the_system_says_is_told_apart() {
        for kind in [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory, io::ErrorKind::InvalidInput] {
            assert!(matches!(refusal(io::Error::from(kind)), DirectoryError::Missing));
        }
        let denied = io::Error::from_raw_os_error(13);
        assert_eq!(refusal(denied).to_string(), "Cannot access directory: Permission denied (os error 13)");
    }

    proptest! {
        #[test]
        fn a_path_without_dots_is_plain_and_stays_as_it_is(path in "/([ab.]{1,2}/{0,2}){0,6}") {
            let plain = without_dots(Path::new(&path));
            let text = plain.to_str().unwrap();
            prop_assert!(plain.is_absolute() && !text.contains("//"));
            prop_assert!(text == "/" || !text.ends_with('/'));
            prop_assert!(plain.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_))));
            prop_assert_eq!(without_dots(&plain), plain);
        }
    }
}

//! The file finders of the directories that are searched.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use atelier_finding::{Finder, Following, Tell};
use atelier_workspace::{Folder, RelativePath};

use super::opened::OpenedFiles;
use crate::watching::Watches;

/// How many directories' paths are kept; those that were not searched for longest go.
const MAX_FINDERS: usize = 4;

/// The finders, the one used last in front.
pub(crate) struct Finders {
    all: Mutex<Vec<Arc<Finder>>>,
    watches: Weak<Watches>,
    opened: OpenedFiles,
}

impl Finders {
    pub(crate) fn new(watches: &Arc<Watches>, data_folder: &Path) -> Self {
        Self { all: Mutex::default(), watches: Arc::downgrade(watches), opened: OpenedFiles::new(data_folder) }
    }

    /// The finder of a directory, made where there is none yet.
    pub(super) fn of(&self, folder: Folder) -> Arc<Finder> {
        let mut finders = self.lock();
        let known = finders.iter().position(|finder| finder.folder().path() == folder.path());
        let finder = match known {
            Some(known) => finders.remove(known),
            None => Arc::new(self.make(folder)),
        };
        finders.insert(0, Arc::clone(&finder));
        finders.truncate(MAX_FINDERS);
        finder
    }

    fn make(&self, folder: Folder) -> Finder {
        let watches = Weak::clone(&self.watches);
        let follow = move |folder: &Folder, tell: Tell| {
            // Where it can't be followed, its list is made anew from time to time.
            let told = watches.upgrade()?.tell(folder, tell).ok()?;
            Some(Box::new(told) as Following)
        };
        let opened = self.opened.of(folder.path());
        let finder = Finder::followed(Arc::new(folder), Box::new(follow));
        finder.remember(opened);
        finder
    }

    /// Notes that a file was opened.
    pub(super) fn note_opened(&self, folder: Folder, path: &RelativePath) {
        let finder = self.of(folder);
        finder.note_opened(path);
        self.opened.note(finder.folder().path(), path.address());
    }

    /// Lets all go.
    pub(crate) fn close(&self) {
        self.lock().clear();
    }

    /// Nothing here is left half changed by a panic.
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Finder>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

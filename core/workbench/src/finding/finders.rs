//! The file finders of the directories that are searched.

use std::sync::{Arc, Mutex, PoisonError};

use atelier_finding::Finder;
use atelier_workspace::Folder;

/// How many directories' paths are kept; those that were not searched for longest go.
const MAX_FINDERS: usize = 4;

/// The finders, the one used last in front.
#[derive(Default)]
pub(crate) struct Finders(Mutex<Vec<Arc<Finder>>>);

impl Finders {
    /// The finder of a directory, made where there is none yet.
    pub(crate) fn of(&self, folder: Folder) -> Arc<Finder> {
        // Nothing here is left half changed by a panic.
        let mut finders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = finders.iter().position(|finder| finder.folder().path() == folder.path());
        let finder = match known {
            Some(known) => finders.remove(known),
            None => Arc::new(Finder::new(Arc::new(folder))),
        };
        finders.insert(0, Arc::clone(&finder));
        finders.truncate(MAX_FINDERS);
        finder
    }
}

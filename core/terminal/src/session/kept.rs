//! What terminals show, kept for a later process, where the user wants that.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError},
    time::Instant,
};

use super::{registry::Registry, shared::Shared};

/// A terminal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptScreen {
    /// By which it is named.
    pub session_id: String,
    /// Where it was.
    pub directory: PathBuf,
    /// As the program had set it.
    pub title: Option<String>,
    /// What it showed: [`crate::Screen::from_kept`].
    pub bytes: Vec<u8>,
}

/// Where terminals are kept. Called on the terminals' own threads, one call at a time.
pub trait TerminalStore: Send + Sync + std::fmt::Debug {
    /// Whether the user wants it now. Where not, nothing stays of what was kept before.
    fn is_wanted(&self) -> bool;
    /// Keeps a terminal, in the place of what was kept of it before.
    fn keep(&self, kept: KeptScreen);
    /// A terminal is closed for good.
    fn forget(&self, session_id: &str);
}

impl Registry {
    pub(super) fn keep_in(&self, store: Arc<dyn TerminalStore>) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = Some(store);
    }

    /// Keeps those of the terminals that have changed.
    pub(super) fn keep(&self, all: &[Arc<Shared>]) {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(store) = store.as_ref().filter(|store| store.is_wanted()) else { return };
        for shared in all {
            let changed = {
                let mut state = shared.lock();
                !state.gone && std::mem::take(&mut state.printed)
            };
            if changed {
                let (session_id, (title, directory)) = (shared.id.clone(), super::info::title_and_folder(shared));
                let bytes = shared.screen().to_kept();
                store.keep(KeptScreen { session_id, directory, title, bytes });
            }
        }
    }

    /// Keeps them now if it is time; when it is time again.
    pub(super) fn keep_by(&self, due: Instant, all: &[Arc<Shared>]) -> Instant {
        let now = Instant::now();
        if now < due {
            return due;
        }
        self.keep(all);
        now + self.limits.keep
    }

    /// A terminal is closed for good, unless all are closed because the process ends.
    pub(super) fn forget(&self, id: &str) {
        if self.lock().over {
            return;
        }
        if let Some(store) = self.store.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            store.forget(id);
        }
    }
}

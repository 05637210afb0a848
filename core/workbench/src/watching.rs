//! Following what changes in a directory: one watcher for all who follow the same, and none where nobody does.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use atelier_finding::Tell;
use atelier_workspace::{Changes, Folder, RelativePath, Watch};
use serde::Serialize;
use tokio::{runtime::Handle, sync::Notify};
use tokio_util::{context::TokioContext, sync::CancellationToken};

use crate::{ErrorKind, Workbench, WorkbenchError};

/// How many directories are watched at once.
const MAX_WATCHED: usize = 32;

/// What may have changed in a directory: hints to look again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WorkspaceChanges {
    /// Folders of which an entry has come, gone or changed: relative, empty for the directory itself, in order, at most
    /// 1,000. One that is not Unicode is in double quotes, as git writes it.
    pub folders: Vec<String>,
    /// Anything may have changed: too much did, or it was not seen. Then `folders` is empty.
    pub rescan: bool,
    /// Whether what git says may be another now.
    pub git: bool,
    /// One sentence for the user: changes are seen late here, and how to mend that. Told once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

impl Workbench {
    /// What changes in a directory from now on. Ends when the stream is closed or dropped, or the workbench closes.
    /// Files that git ignores are told only when they come or go, what lies in ignored folders never.
    pub async fn follow_workspace(&self, directory: &str) -> Result<WorkspaceStream, WorkbenchError> {
        let directory = directory.to_owned();
        let (watches, runtime) = (Arc::clone(&self.parts.watches), self.parts.handle.clone());
        self.configure(move |configuration| watches.follow(&configuration.directory(&directory)?, runtime)).await
    }
}

/// Follows the changes in a directory. One that is read late is told once of all there was meanwhile, and holds no more
/// for it. Dropping or closing it ends it.
pub struct WorkspaceStream {
    reader: Arc<Reader>,
    closed: CancellationToken,
    runtime: Handle,
    /// Held for what it does.
    _shared: Arc<Shared>,
}

impl WorkspaceStream {
    /// Waits for changes and returns all there have been since the last call, merged. None: the stream or the workbench
    /// was closed.
    ///
    /// Cancel-safe, and may be awaited on any executor. Of several calls at a time each change goes to only one.
    pub async fn next_batch(&self) -> Option<WorkspaceChanges> {
        self.next_changes().await.map(WorkspaceChanges::from)
    }

    /// The same in the core's own terms, with single paths.
    pub(crate) async fn next_changes(&self) -> Option<Changes> {
        let wait = async {
            loop {
                let told = self.reader.told.notified();
                let changes = lock(&self.reader.changes).take();
                if self.closed.is_cancelled() {
                    return None;
                }
                if !changes.is_empty() {
                    return Some(changes);
                }
                tokio::select! {
                    () = self.closed.cancelled() => return None,
                    () = told => {}
                }
            }
        };
        TokioContext::new(wait, self.runtime.clone()).await
    }

    /// Wakes a waiting [`WorkspaceStream::next_batch`]; it and all later ones return none.
    pub fn close(&self) {
        self.closed.cancel();
    }
}

/// Who follows which directory.
#[derive(Default)]
pub(crate) struct Watches {
    open: Mutex<HashMap<PathBuf, Weak<Shared>>>,
    closed: CancellationToken,
}

/// A watcher and all who follow it. It ends when the last of them goes.
struct Shared {
    readers: Arc<Mutex<Readers>>,
    _watch: Watch,
}

/// Someone who is told.
trait Hears: Send + Sync {
    /// Takes what may have changed; does not block.
    fn hear(&self, changes: &Changes);
}

#[derive(Default)]
struct Readers {
    all: Vec<Weak<dyn Hears>>,
    /// What each new one is told first.
    notice: Option<String>,
}

#[derive(Default)]
struct Reader {
    changes: Mutex<Changes>,
    told: Notify,
}

impl Hears for Reader {
    fn hear(&self, changes: &Changes) {
        lock(&self.changes).merge(changes.clone());
        self.told.notify_one();
    }
}

/// What is called with the changes.
struct Listener(Mutex<Tell>);

impl Hears for Listener {
    fn hear(&self, changes: &Changes) {
        lock(&self.0)(changes);
    }
}

/// Held while someone is called with the changes in a directory.
pub(crate) struct Told {
    /// Held for what they do.
    _held: (Arc<Listener>, Arc<Shared>),
}

impl Watches {
    /// Follows a directory that lies in the approved roots. Waits for the disk where nobody does yet.
    pub(crate) fn follow(&self, folder: &Folder, runtime: Handle) -> Result<WorkspaceStream, WorkbenchError> {
        if self.closed.is_cancelled() {
            return Err(WorkbenchError::closed());
        }
        let shared = self.shared(folder)?;
        let reader = Arc::new(Reader::default());
        let mut readers = lock(&shared.readers);
        lock(&reader.changes).notice.clone_from(&readers.notice);
        readers.all.push(Arc::downgrade(&reader) as Weak<dyn Hears>);
        drop(readers);
        Ok(WorkspaceStream { reader, closed: self.closed.child_token(), runtime, _shared: shared })
    }

    /// Calls `tell` with what changes in a directory until what is returned is dropped; from the thread that watches it.
    pub(crate) fn tell(&self, folder: &Folder, tell: Tell) -> Result<Told, WorkbenchError> {
        if self.closed.is_cancelled() {
            return Err(WorkbenchError::closed());
        }
        let (shared, listener) = (self.shared(folder)?, Arc::new(Listener(Mutex::new(tell))));
        lock(&shared.readers).all.push(Arc::downgrade(&listener) as Weak<dyn Hears>);
        Ok(Told { _held: (listener, shared) })
    }

    fn shared(&self, folder: &Folder) -> Result<Arc<Shared>, WorkbenchError> {
        // Held while it begins, so that two who come at once share one.
        let mut open = lock(&self.open);
        open.retain(|_, shared| shared.strong_count() > 0);
        if let Some(shared) = open.get(folder.path()).and_then(Weak::upgrade) {
            return Ok(shared);
        }
        if open.len() >= MAX_WATCHED {
            let message = format!("Atelier watches {MAX_WATCHED} folders already; close a window and try again.");
            return Err(WorkbenchError::new(ErrorKind::Storage, message));
        }
        let readers = Arc::<Mutex<Readers>>::default();
        let told = Arc::clone(&readers);
        let watch = Watch::start(folder, move |changes| lock(&told).tell(&changes))?;
        let shared = Arc::new(Shared { readers, _watch: watch });
        open.insert(folder.path().to_owned(), Arc::downgrade(&shared));
        Ok(shared)
    }

    /// Ends all streams.
    pub(crate) fn close(&self) {
        self.closed.cancel();
    }
}

/// A workbench that goes without being closed takes its streams with it.
impl Drop for Watches {
    fn drop(&mut self) {
        self.close();
    }
}

impl Readers {
    fn tell(&mut self, changes: &Changes) {
        self.notice = changes.notice.clone().or(self.notice.take());
        self.all.retain(|reader| {
            let reader = reader.upgrade();
            if let Some(reader) = &reader {
                reader.hear(changes);
            }
            reader.is_some()
        });
    }
}

impl From<Changes> for WorkspaceChanges {
    fn from(changes: Changes) -> Self {
        let git = changes.concerns_git();
        let folders = changes.folders.iter().map(RelativePath::address).collect();
        Self { folders, rescan: changes.rescan, git, notice: changes.notice }
    }
}

/// Nothing that holds one of these locks can panic half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

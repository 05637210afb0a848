//! Notices that `settings.json` has changed, whoever changed it and in whatever way.
//!
//! What the system reports are hints to look, never news by themselves: only other content counts. Folders are watched
//! and not the file, for most programs put a new file in its place. Where the system can't watch, it is looked at twice
//! a second instead.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use notify::{
    Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};

use crate::{SettingsFile, settings_file::Fingerprint};

/// How often it is looked while the system can't watch.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// How often it is looked while the system watches: it misses what is done on another machine, and a folder that is moved
/// with the one above it.
const RECHECK_INTERVAL: Duration = Duration::from_secs(5);

/// A burst of changes is over when nothing has come for this long.
const QUIET: Duration = Duration::from_millis(40);

/// So long a burst, or a file that is just being written, is waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// Watches the settings file on a thread of its own until it is dropped.
#[derive(Debug)]
pub struct SettingsWatch {
    wake: SyncSender<()>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl SettingsWatch {
    /// Calls `on_change` within a second after the file's content is another than it was, from now on. A burst of changes
    /// is one call. The error is that of a thread that can't be started.
    pub fn start(file: &SettingsFile, on_change: impl FnMut() + Send + 'static) -> io::Result<Self> {
        Self::start_with(file, Box::new(on_change), MEANS)
    }

    fn start_with(file: &SettingsFile, on_change: Box<dyn FnMut() + Send>, means: Means) -> io::Result<Self> {
        let look_out = LookOut::new(file, on_change, means);
        let (wake, stopped) = (look_out.wake.clone(), Arc::clone(&look_out.stopped));
        let thread = thread::Builder::new().name("atelier-settings".to_owned()).spawn(|| look_out.run())?;
        Ok(Self { wake, stopped, thread: Some(thread) })
    }

    /// Ends it, and returns when `on_change` will not be called any more.
    pub fn stop(mut self) {
        self.signal();
        if let Some(thread) = self.thread.take() {
            // It ends by panic only with a defect, and then it has ended all the same.
            let _ = thread.join();
        }
    }

    fn signal(&self) {
        self.stopped.store(true, Ordering::Release);
        // Full: it is awake already.
        let _ = self.wake.try_send(());
    }
}

impl Drop for SettingsWatch {
    fn drop(&mut self) {
        self.signal();
    }
}

/// How it is noticed that there may be something to see.
#[derive(Clone, Copy)]
struct Means {
    /// Makes a watcher that wakes the thread when something with one of the names has changed.
    watcher: fn(SyncSender<()>, Vec<OsString>) -> notify::Result<RecommendedWatcher>,
    /// The pause between two looks while there is no watcher.
    poll: Duration,
    /// The same while there is one.
    recheck: Duration,
}

const MEANS: Means = Means { watcher: system_watcher, poll: POLL_INTERVAL, recheck: RECHECK_INTERVAL };

/// What the thread works with.
struct LookOut {
    file: SettingsFile,
    seen: Fingerprint,
    on_change: Box<dyn FnMut() + Send>,
    means: Means,
    wake: SyncSender<()>,
    hints: Receiver<()>,
    stopped: Arc<AtomicBool>,
    /// What is watched; empty while it can't be.
    places: Vec<Place>,
    /// Held for what it does: it wakes this thread.
    watcher: Option<RecommendedWatcher>,
}

/// A folder to watch.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    folder: PathBuf,
    /// Which folder it is, whatever its name: device and number.
    identity: (u64, u64),
    /// What in it is of interest: the file, or the next folder on the way to it.
    name: OsString,
}

impl LookOut {
    fn new(file: &SettingsFile, on_change: Box<dyn FnMut() + Send>, means: Means) -> Self {
        // One hint that waits is as good as many.
        let (wake, hints) = sync_channel(1);
        let (stopped, places) = (Arc::default(), Vec::new());
        let (file, seen) = (file.clone(), file.fingerprint());
        Self { file, seen, on_change, means, wake, hints, stopped, places, watcher: None }
    }

    fn run(mut self) {
        while !self.is_stopped() {
            self.watch();
            if self.look() {
                // Among the hints that this took may have been one of another folder.
                continue;
            }
            let pause = if self.watcher.is_some() { self.means.recheck } else { self.means.poll };
            // This thread has a sender itself, so all that can come is a hint or the end of the pause.
            let _ = self.hints.recv_timeout(pause);
        }
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// Has the right folders watched, where that is possible.
    fn watch(&mut self) {
        let mut places = places(&self.file.path());
        // A folder may be made between the look at it and the watch on it; then there is another to watch.
        while self.watcher.is_none() || places != self.places {
            self.watcher = match self.watcher_of(&places) {
                Ok(watcher) => Some(watcher),
                Err(error) => {
                    tracing::debug!(%error, "the system can't watch the settings");
                    None
                }
            };
            self.places = places;
            if self.watcher.is_none() || self.is_stopped() {
                return;
            }
            places = self::places(&self.file.path());
        }
    }

    fn watcher_of(&self, places: &[Place]) -> notify::Result<RecommendedWatcher> {
        let names = places.iter().map(|place| place.name.clone());
        let folders = places.iter().filter_map(|place| place.folder.file_name().map(OsString::from));
        let mut watcher = (self.means.watcher)(self.wake.clone(), names.chain(folders).collect())?;
        for place in places {
            watcher.watch(&place.folder, RecursiveMode::NonRecursive)?;
        }
        Ok(watcher)
    }

    /// Compares the file with what it was, and tells if it is another. True: it took what hints there were.
    fn look(&mut self) -> bool {
        if self.file.fingerprint() == self.seen {
            return false;
        }
        let now = self.settled();
        if now != self.seen && !self.is_stopped() {
            self.seen = now;
            (self.on_change)();
        }
        true
    }

    /// The file when whoever changes it has finished, or seems to.
    fn settled(&self) -> Fingerprint {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while self.hints.recv_timeout(QUIET).is_ok() && Instant::now() < deadline && !self.is_stopped() {}
            let now = self.file.fingerprint();
            // A file that is written in place is empty for a moment, and one that is replaced clumsily is missing.
            if now.is_whole() || Instant::now() >= deadline || self.is_stopped() {
                return now;
            }
        }
    }
}

/// The folders whose changes may concern the file: its own, and that of the file it links to. Of a folder that is missing,
/// the nearest one above it.
fn places(file: &Path) -> Vec<Place> {
    let target = fs::canonicalize(file).ok().filter(|target| target.parent() != file.parent());
    [Some(file.to_path_buf()), target].into_iter().flatten().filter_map(|file| place(&file)).collect()
}

fn place(file: &Path) -> Option<Place> {
    let mut above = file.ancestors().zip(file.ancestors().skip(1));
    above.find_map(|(inner, folder)| {
        let metadata = fs::metadata(folder).ok().filter(fs::Metadata::is_dir)?;
        let identity = (metadata.dev(), metadata.ino());
        Some(Place { folder: folder.to_owned(), identity, name: inner.file_name()?.to_owned() })
    })
}

fn system_watcher(wake: SyncSender<()>, names: Vec<OsString>) -> notify::Result<RecommendedWatcher> {
    let hint = move |event: notify::Result<Event>| {
        if concerns(&event, &names) {
            // Full: a hint waits already.
            let _ = wake.try_send(());
        }
    };
    RecommendedWatcher::new(hint, Config::default())
}

/// Whether it is worth a look. Reading is not: we do that ourselves, and would never come to rest.
fn concerns(event: &notify::Result<Event>, names: &[OsString]) -> bool {
    let Ok(event) = event else { return true };
    let is_read = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
    let is_named = |path: &PathBuf| path.file_name().is_some_and(|name| names.iter().any(|known| known == name));
    !is_read && (event.paths.is_empty() || event.paths.iter().any(is_named))
}

#[cfg(test)]
mod tests;

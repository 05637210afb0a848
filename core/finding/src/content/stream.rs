//! Searching a whole folder, on several threads, with results in bounded batches.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use atelier_workspace::{Descent, Folder, RelativePath};
use tokio::sync::{Mutex, Notify, mpsc};

use super::{ContentQuery, FoundLine, LineKind, LineSearch, MAX_FILE, Pattern, Searched};
use crate::{FindingError, Globs, Walk};

/// About how many lines a batch has; one file's part of it is never divided.
pub const BATCH: usize = 1000;

/// How many parts of files wait for a reader that is behind. Then the searching threads wait.
const WAITING: usize = 64;

/// How large such a part is: lines, and bytes of their text.
const PART_LINES: usize = 500;
const PART_BYTES: usize = 64 << 10;

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMatches {
    /// Its path, relative to the folder, `/` between the parts.
    pub path: String,
    /// The lines, in their order.
    pub lines: Vec<FoundLine>,
    /// Whether this goes on where an earlier part of the same file ended.
    pub continued: bool,
}

/// How a search stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchEnd {
    /// How many files were searched.
    pub files: usize,
    /// How many lines matched and were handed on.
    pub matches: usize,
    /// Whether there may be more than was found: the limit was reached.
    pub limited: bool,
}

/// A search that is under way. Files come in any order, a file's lines in theirs. Dropping or closing it ends it.
pub struct ContentSearch {
    parts: Mutex<mpsc::Receiver<FileMatches>>,
    shared: Arc<Shared>,
}

struct Shared {
    stop: AtomicBool,
    closed: AtomicBool,
    wake: Notify,
    files: AtomicUsize,
    matches: AtomicUsize,
    limited: AtomicBool,
    most: usize,
}

impl ContentSearch {
    /// Begins to search all that git does not ignore beneath the folder. Left out are files that may hold keys, files of
    /// more than [`MAX_FILE`] bytes, and what is no text.
    pub fn start(folder: Arc<Folder>, query: &ContentQuery) -> Result<Self, FindingError> {
        Self::start_beneath(folder, RelativePath::root(), query)
    }

    /// The same beneath a path in the folder, or in that one file. Paths and globs stay relative to the folder.
    pub fn start_beneath(
        folder: Arc<Folder>,
        beneath: RelativePath,
        query: &ContentQuery,
    ) -> Result<Self, FindingError> {
        let (pattern, globs, around) = (Pattern::new(query)?, query.globs()?, query.lines_around());
        let shared = Arc::new(Shared {
            stop: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            wake: Notify::new(),
            files: AtomicUsize::new(0),
            matches: AtomicUsize::new(0),
            limited: AtomicBool::new(false),
            most: query.most(),
        });
        let (sender, parts) = mpsc::channel(WAITING);
        let threads = Arc::clone(&shared);
        thread::Builder::new()
            .name("atelier-search".to_owned())
            .spawn(move || {
                let walk = Walk::new(&folder, &beneath).without(&globs);
                walk.parallel(&threads.stop, || {
                    let search = LineSearch::of(&pattern, around);
                    let mut one = OneThread {
                        shared: &threads,
                        globs: &globs,
                        descent: folder.descent(),
                        search,
                        sender: sender.clone(),
                    };
                    move |path: RelativePath| one.look_into(&path)
                });
            })
            .map_err(FindingError::Threads)?;
        Ok(Self { parts: Mutex::new(parts), shared })
    }

    /// What has been found since the last call, about [`BATCH`] lines at the most; waits until there is something. None:
    /// the search has ended, or was closed. Cancel-safe.
    pub async fn next_batch(&self) -> Option<Vec<FileMatches>> {
        let mut parts = self.parts.lock().await;
        let first = tokio::select! {
            biased;
            () = self.closed() => None,
            part = parts.recv() => part,
        };
        Self::batch(&mut parts, first)
    }

    /// The same for programs without an executor; a search that waits so can't be closed by another thread.
    ///
    /// # Panics
    /// When called from async code.
    pub fn next_batch_blocking(&self) -> Option<Vec<FileMatches>> {
        let mut parts = self.parts.blocking_lock();
        let first = if self.shared.closed.load(Ordering::Acquire) { None } else { parts.blocking_recv() };
        Self::batch(&mut parts, first)
    }

    /// The first part, and what else is there.
    fn batch(parts: &mut mpsc::Receiver<FileMatches>, first: Option<FileMatches>) -> Option<Vec<FileMatches>> {
        let Some(first) = first else {
            // Whoever waits for room ends with this.
            parts.close();
            return None;
        };
        let mut lines = first.lines.len();
        let mut batch = vec![first];
        while lines < BATCH
            && let Ok(part) = parts.try_recv()
        {
            lines += part.lines.len();
            batch.push(part);
        }
        Some(batch)
    }

    /// How far the search is; once [`ContentSearch::next_batch`] returned none, how it ended.
    pub fn end(&self) -> SearchEnd {
        SearchEnd {
            files: self.shared.files.load(Ordering::Relaxed),
            matches: self.shared.matches.load(Ordering::Relaxed).min(self.shared.most),
            limited: self.shared.limited.load(Ordering::Relaxed),
        }
    }

    /// Ends the search: a waiting [`ContentSearch::next_batch`] returns none at once, the threads end soon.
    pub fn close(&self) {
        self.shared.stop.store(true, Ordering::Release);
        self.shared.closed.store(true, Ordering::Release);
        self.shared.wake.notify_one();
        if let Ok(mut parts) = self.parts.try_lock() {
            parts.close();
        }
    }

    async fn closed(&self) {
        while !self.shared.closed.load(Ordering::Acquire) {
            self.shared.wake.notified().await;
        }
    }
}

/// Threads that wait for room end with the receiver.
impl Drop for ContentSearch {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
    }
}

/// One of the searching threads.
struct OneThread<'a> {
    shared: &'a Shared,
    globs: &'a Globs,
    descent: Descent<'a>,
    search: LineSearch,
    sender: mpsc::Sender<FileMatches>,
}

impl OneThread<'_> {
    /// Searches a file; false ends the search.
    fn look_into(&mut self, path: &RelativePath) -> bool {
        if !self.globs.take(path.as_path()) {
            return true;
        }
        let Some((file, size)) = self.descent.open(path) else { return true };
        if size > MAX_FILE {
            return true;
        }
        let Self { shared, search, sender, .. } = self;
        let mut part = Part { path, lines: Vec::new(), bytes: 0, sent: false, sender };
        let ended = search.search_sized(file, size, &shared.stop, |line| {
            if line.kind == LineKind::Match && shared.matches.fetch_add(1, Ordering::Relaxed) >= shared.most {
                shared.limited.store(true, Ordering::Release);
                shared.stop.store(true, Ordering::Release);
                return false;
            }
            part.push(line)
        });
        shared.files.fetch_add(1, Ordering::Relaxed);
        match ended {
            Searched::Done | Searched::Stopped => part.send(),
            // As if it had not been there; unless it has long been shown.
            Searched::Binary | Searched::Unreadable => {
                let matches = part.lines.iter().filter(|line| line.kind == LineKind::Match).count();
                shared.matches.fetch_sub(matches, Ordering::Relaxed);
                true
            }
        }
    }
}

/// What was found in a file and not handed on yet.
struct Part<'a> {
    path: &'a RelativePath,
    lines: Vec<FoundLine>,
    bytes: usize,
    sent: bool,
    sender: &'a mpsc::Sender<FileMatches>,
}

impl Part<'_> {
    fn push(&mut self, line: FoundLine) -> bool {
        self.bytes += line.text.len();
        self.lines.push(line);
        (self.lines.len() < PART_LINES && self.bytes < PART_BYTES) || self.send()
    }

    /// Waits for room; false: nobody wants it any more.
    fn send(&mut self) -> bool {
        if self.lines.is_empty() {
            return true;
        }
        self.bytes = 0;
        let (path, lines) = (self.path.address(), mem::take(&mut self.lines));
        let continued = mem::replace(&mut self.sent, true);
        self.sender.blocking_send(FileMatches { path, lines, continued }).is_ok()
    }
}

//! The file finder: the paths of one folder, kept up to date, and what was opened lately.

use std::{
    collections::VecDeque,
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use atelier_workspace::{Folder, RelativePath};
use serde::Serialize;

use crate::{
    FindingError, Walk,
    paths::{PathEntry, PathList},
    ranking::{MOST_RECENT, Ranked, Words},
};

/// How many paths are kept; of a larger folder those that were come across first, and results say that they are not
/// complete. About 100 bytes each.
pub const MAX_PATHS: usize = 1_000_000;

/// How many hits a search returns at the most.
pub const MAX_HITS: usize = 1_000;

/// How many opened files are remembered; as many as get something for it.
const MAX_RECENT: usize = MOST_RECENT as usize;

/// A list is not made anew more often than this, and no more than a tenth of the time is spent on it.
const SHORTEST_AGE: Duration = Duration::from_millis(500);
const AGE_PER_WALK: u32 = 10;

/// How many paths a walking thread collects before it adds them to those of the others.
const HANDFUL: usize = 1024;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundFiles {
    /// The best, best first.
    pub hits: Vec<FoundFile>,
    /// How many files match.
    pub total: usize,
    /// Whether all files of the folder were looked at: false while the first walk is under way, and in a folder with more
    /// than [`MAX_PATHS`] files.
    pub complete: bool,
}

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundFile {
    /// Its path, absolute. What is not UTF-8 in it stands as replacement characters.
    pub path: String,
    /// Its path from the folder, `/` between the parts.
    pub relative_path: String,
    /// How good the match is, to be compared within one search only; 0 where nothing was typed.
    pub score: i32,
    /// Which bytes of the relative path stand for the letters typed: the first of each character, ascending.
    pub positions: Vec<usize>,
}

/// Finds files of one folder by a few letters. All calls block, for the disk at most as long as the caller says.
pub struct Finder {
    shared: Arc<Shared>,
}

struct Shared {
    folder: Arc<Folder>,
    state: Mutex<State>,
    /// A walk has ended.
    walked: Condvar,
    stop: AtomicBool,
    /// Latest first.
    recent: Mutex<VecDeque<String>>,
}

#[derive(Default)]
struct State {
    /// Of the last walk that ended.
    list: Option<Arc<PathList>>,
    limited: bool,
    /// What the walk under way has found so far.
    coming: Vec<PathEntry>,
    walking: bool,
    /// How many walks have begun.
    begun: u64,
    ended: Option<Instant>,
    took: Duration,
}

impl Finder {
    /// A finder for what git does not ignore beneath this folder. Nothing is read before the first search.
    pub fn new(folder: Arc<Folder>) -> Self {
        let (state, walked, stop, recent) =
            (Mutex::default(), Condvar::new(), AtomicBool::new(false), Mutex::default());
        Self { shared: Arc::new(Shared { folder, state, walked, stop, recent }) }
    }

    /// The folder.
    pub fn folder(&self) -> &Arc<Folder> {
        &self.shared.folder
    }

    /// The files that these letters mean, at most `limit` (1 to [`MAX_HITS`]) of them. No letters mean all files, those
    /// opened lately first.
    ///
    /// A list that is older than half a second is made anew; what has changed since is seen if that takes no longer than
    /// `patience`, otherwise by a later search. No patience at all waits for the whole.
    pub fn find(&self, query: &str, limit: usize, patience: Option<Duration>) -> Result<FoundFiles, FindingError> {
        self.refresh(patience)?;
        let (list, complete) = self.list();
        let limit = limit.clamp(1, MAX_HITS);
        let recent = self.recent(&list);
        let words = Words::new(query);
        let (total, best) =
            if words.is_empty() { all(&list, &recent, limit) } else { words.best(&list, &recent, limit) };
        let hits = best.into_iter().map(|ranked| self.hit(&list, &words, ranked)).collect();
        Ok(FoundFiles { hits, total, complete })
    }

    /// Notes that a file was opened, so that it comes earlier. Only of this finder's life; the last 30.
    pub fn note_opened(&self, path: &RelativePath) {
        let path = path.to_string();
        let mut recent = locked(&self.shared.recent);
        recent.retain(|known| *known != path);
        recent.push_front(path);
        recent.truncate(MAX_RECENT);
    }

    /// Begins a walk where the list is old, and waits for one that is under way.
    fn refresh(&self, patience: Option<Duration>) -> Result<(), FindingError> {
        let mut state = locked(&self.shared.state);
        let age = SHORTEST_AGE.max(state.took * AGE_PER_WALK);
        if !state.walking && (patience.is_none() || state.ended.is_none_or(|ended| ended.elapsed() >= age)) {
            state.walking = true;
            state.begun += 1;
            let shared = Arc::clone(&self.shared);
            let started = thread::Builder::new().name("atelier-finder".to_owned()).spawn(move || {
                let _ended = WalkEnded(&shared);
                shared.walk();
            });
            if let Err(error) = started {
                state.walking = false;
                return Err(FindingError::Threads(error));
            }
        }
        let wanted = state.begun;
        let still = |state: &mut State| state.walking && state.begun == wanted;
        match patience {
            Some(patience) => drop(self.shared.walked.wait_timeout_while(state, patience, still)),
            None => drop(self.shared.walked.wait_while(state, still)),
        }
        Ok(())
    }

    /// The newest list there is, and whether it is the whole.
    fn list(&self) -> (Arc<PathList>, bool) {
        let state = locked(&self.shared.state);
        match &state.list {
            Some(list) => (Arc::clone(list), !state.limited),
            None => (Arc::new(PathList::partial(state.coming.clone())), false),
        }
    }

    /// Where the files opened lately are in the list, and what that is worth.
    fn recent(&self, list: &PathList) -> Vec<(usize, i32)> {
        let recent = locked(&self.shared.recent);
        let worth = (1..=MOST_RECENT).rev();
        recent.iter().zip(worth).filter_map(|(path, worth)| Some((list.position(path)?, worth))).collect()
    }

    fn hit(&self, list: &PathList, words: &Words, ranked: Ranked) -> FoundFile {
        let entry = &list.entries()[ranked.index];
        FoundFile {
            path: self.shared.folder.path().join(entry.path()).to_string_lossy().into_owned(),
            relative_path: entry.path().to_owned(),
            score: ranked.score,
            positions: words.positions(entry),
        }
    }
}

/// A walk that is under way ends at its next file.
impl Drop for Finder {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

/// Every file, those opened lately first.
fn all(list: &PathList, recent: &[(usize, i32)], limit: usize) -> (usize, Vec<Ranked>) {
    let total = list.entries().len();
    let first = recent.iter().map(|(index, _)| *index);
    let others = (0..total).filter(|index| !recent.iter().any(|(opened, _)| opened == index));
    let best = first.chain(others).take(limit).map(|index| Ranked { index, score: 0 }).collect();
    (total, best)
}

impl Shared {
    fn walk(&self) {
        let began = Instant::now();
        let room = AtomicUsize::new(MAX_PATHS);
        let full = AtomicBool::new(false);
        Walk::new(&self.folder, &RelativePath::root()).parallel(&self.stop, || {
            let mut handful = Handful { shared: self, paths: Vec::new() };
            let (room, full) = (&room, &full);
            move |path: RelativePath| {
                if room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(1)).is_err() {
                    full.store(true, Ordering::Relaxed);
                    return false;
                }
                handful.add(&path);
                true
            }
        });
        let coming = mem::take(&mut locked(&self.state).coming);
        let list = Arc::new(PathList::sorted(coming));
        let mut state = locked(&self.state);
        state.list = Some(list);
        state.limited = full.into_inner();
        state.took = began.elapsed();
    }
}

/// Tells whoever waits that a walk has ended, even if by a panic.
struct WalkEnded<'a>(&'a Shared);

impl Drop for WalkEnded<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.0.state);
        state.walking = false;
        state.ended = Some(Instant::now());
        self.0.walked.notify_all();
    }
}

/// What one walking thread has come across. The rest is added when its walk ends.
struct Handful<'a> {
    shared: &'a Shared,
    paths: Vec<PathEntry>,
}

impl Handful<'_> {
    fn add(&mut self, path: &RelativePath) {
        self.paths.extend(PathEntry::new(path.to_string()));
        if self.paths.len() == HANDFUL {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        locked(&self.shared.state).coming.append(&mut self.paths);
    }
}

impl Drop for Handful<'_> {
    fn drop(&mut self) {
        self.hand_over();
    }
}

/// Nothing here is left half changed by a panic.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The file finder: the paths of one folder, kept up to date, and what was opened lately.

mod upkeep;

use std::{
    any::Any,
    collections::VecDeque,
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use atelier_workspace::{Changes, Folder, RelativePath};
use serde::Serialize;

use crate::{
    FindingError,
    fuzzy::{MOST_RECENT, Ranked, Words},
    list::{Chunk, PathList, Place},
};

/// How many paths are kept; of a larger folder those that were come across first, and results say that they are not
/// complete. About 60 bytes each.
pub const MAX_PATHS: usize = 1_000_000;

/// How many hits a search returns at the most.
pub const MAX_HITS: usize = 1_000;

/// How many opened files are remembered; as many as get something for it.
pub const MAX_RECENT: usize = MOST_RECENT as usize;

/// A list is not made anew more often than this, and no more than a tenth of the time is spent on it; a third where it is
/// known to be old.
const SHORTEST_AGE: Duration = Duration::from_millis(500);
const WAIT_PER_WALK: u32 = 10;
const WAIT_PER_NEEDED_WALK: u32 = 2;

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
    /// Its path, absolute, as [`address`](atelier_workspace::address) writes it.
    pub path: String,
    /// Its path from the folder, `/` between the parts, written in the same way.
    pub relative_path: String,
    /// How good the match is, to be compared within one search only; 0 where nothing was typed.
    pub score: i32,
    /// Which bytes of the relative path stand for the letters typed: the first of each character, ascending.
    pub positions: Vec<usize>,
}

/// Takes what may have changed in a folder. It does not block.
pub type Tell = Box<dyn Fn(&Changes) + Send>;

/// Whatever is held while a folder is followed; dropped, it ends.
pub type Following = Box<dyn Any + Send>;

/// Begins to follow a folder: from its return on, all changes are told. None: it can't be followed.
pub type Follow = Box<dyn Fn(&Folder, Tell) -> Option<Following> + Send + Sync>;

/// Finds files of one folder by a few letters. All calls block, for the disk at most as long as the caller says.
pub struct Finder {
    shared: Arc<Shared>,
}

struct Shared {
    folder: Arc<Folder>,
    follow: Option<Follow>,
    state: Mutex<State>,
    /// Work on the list has ended.
    worked: Condvar,
    stop: AtomicBool,
    /// Latest first.
    recent: Mutex<VecDeque<String>>,
}

#[derive(Default)]
struct State {
    /// Of the last walk that ended, and what was told since.
    list: Option<Arc<PathList>>,
    limited: bool,
    /// What the walk under way has found so far, where there is no list yet.
    coming: Vec<Arc<Chunk>>,
    working: bool,
    /// How often work on the list has begun.
    begun: u64,
    /// When the last walk ended, and how long it took.
    ended: Option<Instant>,
    took: Duration,
    /// Held while the folder is followed.
    following: Option<Following>,
    /// All that changes is told since before the list was made.
    is_followed: bool,
    /// What was told and is not in the list yet.
    changes: Changes,
}

impl Finder {
    /// A finder for what git does not ignore beneath this folder. Nothing is read before the first search. Its list is made
    /// anew when it is old.
    pub fn new(folder: Arc<Folder>) -> Self {
        Self::with(folder, None)
    }

    /// The same, with a list that changes with the folder: it is followed from the first search on, as long as the finder
    /// lives.
    pub fn followed(folder: Arc<Folder>, follow: Follow) -> Self {
        Self::with(folder, Some(follow))
    }

    fn with(folder: Arc<Folder>, follow: Option<Follow>) -> Self {
        let (state, worked, stop, recent) =
            (Mutex::default(), Condvar::new(), AtomicBool::new(false), Mutex::default());
        Self { shared: Arc::new(Shared { folder, follow, state, worked, stop, recent }) }
    }

    /// The folder.
    pub fn folder(&self) -> &Arc<Folder> {
        &self.shared.folder
    }

    /// The files that these letters mean, at most `limit` (1 to [`MAX_HITS`]) of them. No letters mean all files, those
    /// opened lately first.
    ///
    /// What was told of changes is taken in first; without being told, a list that is older than half a second is made
    /// anew. Where that takes longer than `patience`, a later search sees it. No patience at all waits for a new list.
    pub fn find(&self, query: &str, limit: usize, patience: Option<Duration>) -> Result<FoundFiles, FindingError> {
        self.refresh(patience)?;
        let (list, complete) = self.list();
        let words = Words::new(query);
        let (total, best) = words.best(&list, &self.recent_places(&list), limit.clamp(1, MAX_HITS));
        let hits = best.into_iter().map(|ranked| self.hit(&list, &words, ranked)).collect();
        Ok(FoundFiles { hits, total, complete })
    }

    /// Notes that a file was opened, so that it comes earlier: the last 30.
    pub fn note_opened(&self, path: &RelativePath) {
        let path = path.address();
        let mut recent = locked(&self.shared.recent);
        recent.retain(|known| *known != path);
        recent.push_front(path);
        recent.truncate(MAX_RECENT);
    }

    /// The files that were opened lately, latest first, relative to the folder, as [`FoundFile::relative_path`] writes them.
    pub fn recent(&self) -> Vec<String> {
        locked(&self.shared.recent).iter().cloned().collect()
    }

    /// Brings back what [`Finder::recent`] told in an earlier life. What was opened in this one stays in front.
    pub fn remember(&self, opened: Vec<String>) {
        let mut recent = locked(&self.shared.recent);
        for path in opened {
            if recent.len() < MAX_RECENT && !recent.contains(&path) {
                recent.push_back(path);
            }
        }
    }

    /// Begins work on the list where there is some, and waits for what is under way.
    fn refresh(&self, patience: Option<Duration>) -> Result<(), FindingError> {
        let mut state = locked(&self.shared.state);
        if !state.working {
            let walk = patience.is_none() || state.wants_walk();
            if walk || !state.changes.is_empty() {
                Shared::begin(&self.shared, &mut state, walk)?;
            }
        }
        let wanted = state.begun;
        let still = |state: &mut State| state.working && state.begun == wanted;
        match patience {
            Some(patience) => drop(self.shared.worked.wait_timeout_while(state, patience, still)),
            None => drop(self.shared.worked.wait_while(state, still)),
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
    fn recent_places(&self, list: &PathList) -> Vec<(Place, i32)> {
        let recent = locked(&self.shared.recent);
        let worth = (1..=MOST_RECENT).rev();
        recent.iter().zip(worth).filter_map(|(path, worth)| Some((list.position(path)?, worth))).collect()
    }

    fn hit(&self, list: &PathList, words: &Words, ranked: Ranked) -> FoundFile {
        let (folder, name) = list.file(ranked.place);
        let relative_path = [folder.path, name].concat();
        FoundFile {
            path: self.shared.folder.address_of(&relative_path),
            relative_path,
            score: if words.is_empty() { 0 } else { ranked.score },
            positions: words.positions(folder.path, name),
        }
    }
}

/// Work that is under way ends at its next file.
impl Drop for Finder {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // What follows the folder may wait for the lock when it is told to end.
        let following = mem::take(&mut locked(&self.shared.state).following);
        drop(following);
    }
}

impl State {
    /// Whether the list has to be made anew.
    fn wants_walk(&self) -> bool {
        let is_known_to_be_old = self.is_followed && self.changes.rescan;
        let share = if is_known_to_be_old { WAIT_PER_NEEDED_WALK } else { WAIT_PER_WALK };
        let is_time = self.ended.is_none_or(|ended| ended.elapsed() >= SHORTEST_AGE.max(self.took * share));
        self.list.is_none() || is_time && (!self.is_followed || is_known_to_be_old)
    }
}

/// Nothing here is left half changed by a panic.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

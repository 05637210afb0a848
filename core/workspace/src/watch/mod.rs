//! Notices what changes in a folder and all beneath it that git does not ignore.
//!
//! What the system reports are hints to look. On Linux each folder is watched by inotify, for its recursive watching by
//! others has each opened file reported too: a search through a project would drown what matters. On Macs the tree is
//! watched by `FSEvents`. Where neither can, for the system has a limit on watches, the tree is looked at every few seconds,
//! and the reader is told so. Whatever goes wrong ends in "everything may have changed", never in silence.

mod changes;
#[cfg(target_vendor = "apple")]
mod fsevents;
mod ground;
mod ignores;
#[cfg(target_os = "linux")]
mod inotify;
mod polling;
mod repository;

use std::{
    io::{self, PipeReader},
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    path::PathBuf,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

pub use changes::Changes;
use ground::Ground;
use polling::Polling;

use crate::{AccessError, Folder};

/// A burst of changes is told when nothing has come for this long …
const QUIET: Duration = Duration::from_millis(20);

/// … or when it has lasted for this long.
const PATIENCE: Duration = Duration::from_millis(50);

/// How often it is looked whether the folder is still where it was: a folder above it may have been moved.
const RECHECK: Duration = Duration::from_secs(5);

/// The same for one that is gone.
const LOOK_FOR: Duration = Duration::from_secs(1);

/// How soon a tree is walked through anew after the last time.
const BETWEEN_WALKS: Duration = Duration::from_secs(1);

/// Watches a folder on a thread of its own until it is dropped.
#[derive(Debug)]
pub struct Watch {
    /// Closed to end it.
    alive: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Calls `tell` with what may have changed from now on, within a tenth of a second where the system can watch. Bursts
    /// are merged. Walks through the tree once before it returns, which may take a second for a huge one.
    pub fn start(folder: &Folder, tell: impl FnMut(Changes) + Send + 'static) -> Result<Self, AccessError> {
        Self::start_with(folder, Box::new(tell), Means::default())
    }

    /// The same, with means that are limited for a test.
    pub fn start_with(
        folder: &Folder,
        tell: Box<dyn FnMut(Changes) + Send>,
        means: Means,
    ) -> Result<Self, AccessError> {
        let failed = |error: io::Error| AccessError::from_io(&folder.path().display(), error);
        let (ended, alive) = io::pipe().map_err(failed)?;
        let look_out = LookOut::new(folder, tell, means)?;
        let thread = thread::Builder::new().name("atelier-watch".to_owned());
        let thread = thread.spawn(move || look_out.run(&ended)).map_err(failed)?;
        Ok(Self { alive: Some(alive.into()), thread: Some(thread) })
    }

    /// Ends it, and returns when nothing will be told any more.
    pub fn stop(mut self) {
        self.alive = None;
        if let Some(thread) = self.thread.take() {
            // It ends by panic only with a defect, and then it has ended all the same.
            let _ = thread.join();
        }
    }
}

/// What a watch may use.
#[derive(Debug, Clone, Copy)]
pub struct Means {
    /// How many folders the system is asked to watch; 0: it is not asked at all.
    pub max_watched: usize,
    /// How many folders are looked at one by one where it does not.
    pub max_polled: usize,
    /// The shortest time between two looks.
    pub poll: Duration,
}

impl Default for Means {
    fn default() -> Self {
        Self { max_watched: 50_000, max_polled: 50_000, poll: Duration::from_secs(2) }
    }
}

/// How changes are noticed now.
enum Source {
    #[cfg(target_os = "linux")]
    System(Box<inotify::Inotify>),
    #[cfg(target_vendor = "apple")]
    System(fsevents::FsEvents),
    Polling(Polling),
    /// There is no folder any more; perhaps there will be again.
    Gone,
}

/// Why a source is of no more use.
#[derive(Debug)]
enum Lost {
    /// The system watches no more.
    Limit,
    /// Events were missed, or what counts as ignored is another: the tree has to be walked through.
    Behind,
    /// The folder is not where it was.
    Gone,
}

/// What the thread works with.
struct LookOut {
    path: PathBuf,
    ground: Ground,
    source: Source,
    tell: Box<dyn FnMut(Changes) + Send>,
    means: Means,
    /// What is to be told, and since when.
    changes: Changes,
    since: Option<(Instant, Instant)>,
    walked: Instant,
    /// The tree is to be walked through.
    behind: bool,
    /// The user has been told that changes are seen late.
    noticed: bool,
}

impl LookOut {
    fn new(folder: &Folder, tell: Box<dyn FnMut(Changes) + Send>, means: Means) -> Result<Self, AccessError> {
        let ground = Ground::of(folder.beneath(&crate::RelativePath::root())?);
        let (path, changes) = (folder.path().to_owned(), Changes::default());
        let (source, since, walked) = (Source::Gone, None, Instant::now());
        let (behind, noticed) = (false, false);
        let mut new = Self { path, ground, source, tell, means, changes, since, walked, behind, noticed };
        new.begin();
        Ok(new)
    }

    fn run(mut self, ended: &PipeReader) {
        let mut checked = Instant::now();
        loop {
            let Some(is_ready) = wait(ended.as_fd(), self.source.descriptor(), self.pause()) else { return };
            if is_ready || self.source.is_due() {
                self.look();
                self.note();
            }
            if checked.elapsed() >= self.between_checks() {
                checked = Instant::now();
                self.recheck();
            }
            if self.behind && self.walked.elapsed() >= BETWEEN_WALKS {
                self.begin();
                self.changes.everything();
            }
            self.tell_when_due();
        }
    }

    /// Sets up the best source there is. What happened before is not told.
    fn begin(&mut self) {
        self.behind = false;
        self.ground.refresh();
        self.source = self.system_or_polling();
        self.walked = Instant::now();
    }

    fn system_or_polling(&mut self) -> Source {
        if let Ok(source) = Source::of_system(&mut self.ground, self.means) {
            return source;
        }
        tracing::debug!("the system can't watch all folders; looking at them instead");
        if !self.noticed {
            self.noticed = true;
            self.changes.notice = Some(NOTICE.to_owned());
        }
        Source::Polling(Polling::new(&mut self.ground, self.means))
    }

    /// Takes what the source has.
    fn look(&mut self) {
        let taken = match &mut self.source {
            #[cfg(any(target_os = "linux", target_vendor = "apple"))]
            Source::System(source) => source.take(&mut self.ground, &mut self.changes),
            Source::Polling(polling) => polling.take(&mut self.ground, &mut self.changes),
            Source::Gone => Ok(()),
        };
        match taken {
            Ok(()) => {}
            Err(Lost::Limit) => {
                self.changes.everything();
                // To ask the system once more would end the same way.
                self.means.max_watched = 0;
                self.begin();
            }
            Err(Lost::Behind) => {
                self.changes.everything();
                self.behind = true;
            }
            Err(Lost::Gone) => self.gone(),
        }
    }

    /// Whether the folder is where it was, and what to do if it is not or is again.
    fn recheck(&mut self) {
        let found = Folder::open_real(self.path.clone(), crate::guard::Guard::Person).ok();
        match found {
            Some(found) if matches!(self.source, Source::Gone) || !self.ground.is_same(&found) => {
                self.ground = Ground::of(found);
                self.begin();
                self.changes.everything();
                self.changes.repository = true;
            }
            Some(_) => {}
            None if matches!(self.source, Source::Gone) => {}
            None => self.gone(),
        }
    }

    fn gone(&mut self) {
        self.source = Source::Gone;
        self.changes.everything();
        self.changes.repository = true;
    }

    /// Notes that something has come just now.
    fn note(&mut self) {
        if !self.changes.is_empty() {
            let now = Instant::now();
            self.since = Some((self.since.map_or(now, |(first, _)| first), now));
        }
    }

    fn tell_when_due(&mut self) {
        if self.since.is_none() {
            self.note();
        }
        if self.told_at().is_some_and(|at| at <= Instant::now()) {
            self.since = None;
            (self.tell)(self.changes.take());
        }
    }

    fn told_at(&self) -> Option<Instant> {
        self.since.map(|(first, last)| (last + QUIET).min(first + PATIENCE))
    }

    /// How long there is nothing to do but wait.
    fn pause(&self) -> Duration {
        let walked = self.behind.then(|| self.walked + BETWEEN_WALKS);
        let first = [self.told_at(), walked, self.source.due()].into_iter().flatten().min();
        let longest = self.between_checks();
        first.map_or(longest, |first| first.saturating_duration_since(Instant::now()).min(longest))
    }

    fn between_checks(&self) -> Duration {
        if matches!(self.source, Source::Gone) { LOOK_FOR } else { RECHECK }
    }
}

impl Source {
    /// What is ready when the source has something.
    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match self {
            #[cfg(any(target_os = "linux", target_vendor = "apple"))]
            Self::System(source) => Some(source.descriptor()),
            Self::Polling(_) | Self::Gone => None,
        }
    }

    /// When it wants to be asked whether or not it has something.
    fn due(&self) -> Option<Instant> {
        match self {
            Self::Polling(polling) => Some(polling.next()),
            _ => None,
        }
    }

    fn is_due(&self) -> bool {
        self.due().is_some_and(|due| due <= Instant::now())
    }

    #[cfg(target_os = "linux")]
    fn of_system(ground: &mut Ground, means: Means) -> Result<Self, Lost> {
        inotify::Inotify::new(ground, means.max_watched).map(|source| Self::System(Box::new(source)))
    }

    #[cfg(target_vendor = "apple")]
    fn of_system(ground: &mut Ground, means: Means) -> Result<Self, Lost> {
        fsevents::FsEvents::new(ground, means.max_watched).map(Self::System)
    }

    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    fn of_system(_: &mut Ground, _: Means) -> Result<Self, Lost> {
        Err(Lost::Limit)
    }
}

/// What the user is told where the system can't watch.
const NOTICE: &str = "Your system can't watch this many folders at once, so changes are noticed only every few seconds; \
     on Linux raise fs.inotify.max_user_watches and fs.inotify.max_user_instances to see them at once.";

/// Waits until the source has something (true), the time is over (false), or the watch has ended (none).
fn wait(ended: BorrowedFd<'_>, source: Option<BorrowedFd<'_>>, pause: Duration) -> Option<bool> {
    let mut wanted = vec![PollFd::from_borrowed_fd(ended, PollFlags::IN)];
    wanted.extend(source.map(|source| PollFd::from_borrowed_fd(source, PollFlags::IN)));
    let timeout = Timespec::try_from(pause).unwrap_or(Timespec { tv_sec: 0, tv_nsec: 0 });
    // Interrupted or not: what is ready is told by the descriptors.
    let _ = poll(&mut wanted, Some(&timeout));
    let is_ready = |wanted: &PollFd<'_>| !wanted.revents().is_empty();
    (!is_ready(&wanted[0])).then(|| wanted.get(1).is_some_and(is_ready))
}

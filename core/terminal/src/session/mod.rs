//! Terminals with a shell in them: which there are, what goes in and comes out, and when they end.

mod clock;
mod ending;
mod environment;
mod error;
mod info;
mod kept;
#[cfg(test)]
mod lost;
mod output;
mod processes;
mod pty;
mod registry;
mod run;
mod screen;
mod shared;
mod stream;
mod text;

use std::{
    ffi::OsString,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Instant,
};

use clock::{SETTLE, settle, tick};
use ending::end;
pub use error::TerminalError;
pub use info::TerminalInfo;
use info::infos;
pub use kept::{KeptScreen, TerminalStore};
use pty::{Ptys, SystemPtys};
pub use registry::TerminalLimits;
use registry::{Place, Registry};
use rustix::process::Signal;
pub use screen::{ScreenFeed, TerminalScreen};
use serde::Serialize;
use shared::Shared;
pub use stream::{TerminalEvent, TerminalStatus, TerminalStream};

use crate::{Screen, ScreenLimits, ScreenSize};

/// The longest history that a user may wish for, in lines.
const MAX_HISTORY: usize = 50_000;

/// A terminal that was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedTerminal {
    /// By which it is named from now on.
    pub session_id: String,
    /// Its columns.
    pub cols: u16,
    /// Its rows.
    pub rows: u16,
}

/// All terminals of this process. Dropped, it closes them.
#[derive(Debug)]
pub struct Terminals {
    registry: Arc<Registry>,
    clock: Mutex<Option<JoinHandle<()>>>,
}

impl Terminals {
    /// None yet. Shells get the variables of `inherited`, without what may be a key; `SHELL` names them.
    pub fn new(limits: TerminalLimits, inherited: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self::on(SystemPtys, limits, inherited)
    }

    fn on(
        ptys: impl Ptys + 'static,
        limits: TerminalLimits,
        inherited: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let registry = Registry::new(Box::new(ptys), limits, inherited.into_iter().collect());
        Self { registry: Arc::new(registry), clock: Mutex::default() }
    }

    /// Starts the user's shell in a folder. `find` says where an approved folder is. Columns and rows of 0 are 80 and
    /// 24; those that no screen has become the nearest that one has. The first call waits for a login shell to say its
    /// `PATH`.
    pub fn create(
        &self,
        folder: Option<&str>,
        (cols, rows): (Option<u16>, Option<u16>),
        find: impl FnOnce(&str) -> Option<PathBuf>,
    ) -> Result<CreatedTerminal, TerminalError> {
        let id = uuid::Uuid::new_v4().to_string();
        self.create_as(id, folder, (cols, rows), find, |size, limits| Some(Screen::new(size, limits)))
    }

    /// The same, under the name that a terminal of an earlier process had, and with what that showed in its history.
    pub fn restore(
        &self,
        kept: &KeptScreen,
        size: (Option<u16>, Option<u16>),
        find: impl FnOnce(&str) -> Option<PathBuf>,
    ) -> Result<CreatedTerminal, TerminalError> {
        if self.registry.find(&kept.session_id).is_ok() {
            return Err(TerminalError::NotFound);
        }
        let screen = |size, limits| Screen::from_kept(size, limits, &kept.bytes);
        self.create_as(kept.session_id.clone(), kept.directory.to_str(), size, find, screen)
    }

    /// Where terminals are kept from now on, if the user wants that.
    pub fn keep_in(&self, store: Arc<dyn TerminalStore>) {
        self.registry.keep_in(store);
    }

    fn create_as(
        &self,
        id: String,
        folder: Option<&str>,
        (cols, rows): (Option<u16>, Option<u16>),
        find: impl FnOnce(&str) -> Option<PathBuf>,
        screen: impl FnOnce(ScreenSize, ScreenLimits) -> Option<Screen>,
    ) -> Result<CreatedTerminal, TerminalError> {
        let _place = Place::take(&self.registry)?;
        let folder = folder.map(str::trim).filter(|folder| !folder.is_empty()).ok_or(TerminalError::NoFolder)?;
        let folder = find(folder).filter(|folder| folder.is_dir()).ok_or(TerminalError::BadFolder)?;
        let or = |number: Option<u16>, default| number.filter(|number| *number > 0).unwrap_or(default);
        let size = ScreenSize::new(or(cols, 80), or(rows, 24));
        self.wind_clock()?;
        let screen = screen(size, self.registry.screen_limits()).ok_or(TerminalError::NotFound)?;
        let shared = Arc::new(Shared::new(id.clone(), folder, screen, size));
        self.start(&shared)?;
        self.registry.ring();
        Ok(CreatedTerminal { session_id: id, cols: size.columns, rows: size.rows })
    }

    fn start(&self, shared: &Arc<Shared>) -> Result<(), TerminalError> {
        let not_started = |why: String| {
            let why = if why.is_empty() { "Failed to create terminal session".into() } else { why };
            TerminalError::NotStarted(why)
        };
        let shell = run::start(shared, &self.registry).map_err(not_started)?;
        self.registry.lock().terminals.insert(shared.id.clone(), Arc::clone(shared));
        let (registry, of_owner) = (Arc::clone(&self.registry), Arc::clone(shared));
        // It takes itself off the list, and whoever closes the terminal waits for that.
        let owner = thread::Builder::new().name("terminal".into()).spawn(move || {
            run::run(&of_owner, &registry, shell);
            registry.forget(&of_owner.id);
            registry.lock().terminals.remove(&of_owner.id);
        });
        owner.map(drop).map_err(|error| {
            shared.change(|state| state.pty.iter().for_each(|pty| pty.signal(Signal::KILL)));
            self.registry.lock().terminals.remove(&shared.id);
            not_started(error.to_string())
        })
    }

    /// Follows a terminal's output. Every reader gets all of it; the first gets what was kept for one, too.
    pub fn connect(&self, id: &str) -> Result<TerminalStream, TerminalError> {
        let shared = self.live(id)?;
        shared.lock().used = Instant::now();
        Ok(TerminalStream::new(shared))
    }

    /// Types. At most 1 MiB waits for a program that does not read.
    pub fn send(&self, id: &str, text: &str) -> Result<(), TerminalError> {
        let shared = self.live(id)?;
        shared.lock().used = Instant::now();
        if shared.enqueue(text.as_bytes().to_vec()) { Ok(()) } else { Err(TerminalError::NotWritten) }
    }

    /// Gives a terminal another size; the size it has then. Sizes that follow each other fast are settled first.
    pub fn resize(&self, id: &str, cols: Option<u16>, rows: Option<u16>) -> Result<(u16, u16), TerminalError> {
        let shared = self.live(id)?;
        let (Some(cols @ 1..), Some(rows @ 1..)) = (cols, rows) else { return Err(TerminalError::NoSize) };
        let size = ScreenSize::new(cols, rows);
        let now = Instant::now();
        let waits = shared.change(|state| {
            state.used = now;
            let settled = state.resized.is_none_or(|last| last + SETTLE <= now) && state.pending.is_none();
            state.pending = Some((size, state.resized.filter(|_| !settled).map_or(now, |last| last + SETTLE)));
            !settled
        });
        if !waits && !settle(&shared, now) {
            return Err(TerminalError::NotResized);
        }
        self.registry.ring();
        Ok((size.columns, size.rows))
    }

    /// Ends a terminal's shell and what runs in its foreground: asks, then kills.
    pub fn close(&self, id: &str) -> Result<(), TerminalError> {
        self.live(id)?;
        let shared = self.registry.lock().terminals.remove(id).ok_or(TerminalError::NotFound)?;
        end(&[shared]);
        self.registry.forget(id);
        Ok(())
    }

    /// What a terminal shows.
    pub fn screen(&self, id: &str) -> Result<TerminalScreen, TerminalError> {
        let shared = self.live(id)?;
        shared.lock().used = Instant::now();
        Ok(TerminalScreen::new(shared, Arc::downgrade(&self.registry)))
    }

    /// Keeps so many lines of history in each terminal from now on, 50,000 at most, and forgets what is too much.
    pub fn set_history(&self, lines: usize) {
        let limits = self.registry.set_history(lines.min(MAX_HISTORY));
        let all: Vec<_> = self.registry.lock().terminals.values().cloned().collect();
        for shared in all {
            shared.screen().set_limits(limits);
            shared.change(|state| (state.open, state.small) = (true, false));
            shared.tell();
        }
        self.registry.ring();
    }

    /// What a terminal is doing.
    pub fn info(&self, id: &str) -> Result<TerminalInfo, TerminalError> {
        infos(&[self.live(id)?]).pop().ok_or(TerminalError::NotFound)
    }

    /// What all terminals are doing, the oldest first.
    pub fn list(&self) -> Vec<TerminalInfo> {
        let mut all: Vec<_> = self.registry.lock().terminals.values().cloned().collect();
        all.sort_by_key(|shared| shared.created);
        infos(&all)
    }

    fn live(&self, id: &str) -> Result<Arc<Shared>, TerminalError> {
        self.registry.find(id).and_then(|shared| {
            let live = !shared.lock().gone;
            live.then_some(shared).ok_or(TerminalError::NotFound)
        })
    }

    /// Starts what looks at idle terminals and sizes that wait, if it does not run yet.
    fn wind_clock(&self) -> Result<(), TerminalError> {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        if clock.is_none() {
            let registry = Arc::clone(&self.registry);
            let started = thread::Builder::new().name("terminal-clock".into()).spawn(move || tick(&registry));
            *clock = Some(started.map_err(|error| TerminalError::NotStarted(error.to_string()))?);
        }
        Ok(())
    }
}

impl Terminals {
    /// Ends all terminals, and lets nobody create one any more. Waits until they are gone.
    pub fn close_all(&self) {
        let all: Vec<_> = {
            let mut list = self.registry.lock();
            list.over = true;
            list.terminals.drain().map(|(_, shared)| shared).collect()
        };
        self.registry.keep(&all);
        self.registry.ring();
        end(&all);
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(clock) = clock {
            // What a thread that has panicked did is told by the runtime already.
            let _ = clock.join();
        }
    }
}

impl Drop for Terminals {
    fn drop(&mut self) {
        self.close_all();
    }
}

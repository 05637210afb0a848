//! Terminals with a shell in them: which there are, what goes in and comes out, and when they end.

mod environment;
mod error;
mod output;
mod pty;
mod run;
mod screen;
mod shared;
mod stream;
mod text;

use std::{
    collections::HashMap,
    ffi::OsString,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use environment::ShellEnvironment;
pub use error::TerminalError;
use rustix::process::Signal;
pub use screen::TerminalScreen;
use serde::Serialize;
use shared::{Shared, State};
pub use stream::{TerminalEvent, TerminalStream};

use crate::{Screen, ScreenLimits, ScreenSize};

/// How long a program may take to end before it is killed.
const GRACE: Duration = Duration::from_millis(500);

/// How long closing waits for what was killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a new size waits for one that follows at once: shells draw anew at each.
const SETTLE: Duration = Duration::from_millis(50);

/// What terminals may take.
#[derive(Debug, Clone)]
pub struct TerminalLimits {
    /// How many there may be at once.
    pub terminals: usize,
    /// One that nothing goes in or out of for so long is closed.
    pub idle: Duration,
    /// How often that is looked at.
    pub check: Duration,
    /// What each screen may keep.
    pub screen: ScreenLimits,
}

impl Default for TerminalLimits {
    fn default() -> Self {
        Self {
            terminals: 20,
            idle: Duration::from_mins(30),
            check: Duration::from_mins(5),
            screen: ScreenLimits::default(),
        }
    }
}

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

/// What a terminal is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminalInfo {
    /// By which it is named.
    pub session_id: String,
    /// Its columns.
    pub cols: u16,
    /// Its rows.
    pub rows: u16,
    /// As the program has set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What runs in the foreground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// Where: as the shell says it (OSC 7), as the system says it, or where it was started.
    pub directory: PathBuf,
}

/// All terminals of this process. Dropped, it closes them.
#[derive(Debug)]
pub struct Terminals {
    registry: Arc<Registry>,
    clock: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Registry {
    limits: TerminalLimits,
    inherited: Vec<(OsString, OsString)>,
    environment: OnceLock<ShellEnvironment>,
    list: Mutex<List>,
    /// The clock has something to look at.
    ring: Condvar,
}

#[derive(Debug, Default)]
struct List {
    terminals: HashMap<String, Arc<Shared>>,
    /// How many are about to be there.
    starting: usize,
    over: bool,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: &str) -> Result<Arc<Shared>, TerminalError> {
        self.lock().terminals.get(id).cloned().ok_or(TerminalError::NotFound)
    }

    fn environment(&self) -> &ShellEnvironment {
        self.environment.get_or_init(|| ShellEnvironment::of(self.inherited.iter().cloned()))
    }
}

impl Terminals {
    /// None yet. Shells get the variables of `inherited`, without what may be a key; `SHELL` names them.
    pub fn new(limits: TerminalLimits, inherited: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let registry = Registry {
            limits,
            inherited: inherited.into_iter().collect(),
            environment: OnceLock::new(),
            list: Mutex::default(),
            ring: Condvar::new(),
        };
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
        let _place = Place::take(&self.registry)?;
        let folder = folder.map(str::trim).filter(|folder| !folder.is_empty()).ok_or(TerminalError::NoFolder)?;
        let folder = find(folder).filter(|folder| folder.is_dir()).ok_or(TerminalError::BadFolder)?;
        let or = |number: Option<u16>, default| number.filter(|number| *number > 0).unwrap_or(default);
        let size = ScreenSize::new(or(cols, 80), or(rows, 24));
        self.wind_clock()?;
        let id = uuid::Uuid::new_v4().to_string();
        let screen = Screen::new(size, self.registry.limits.screen);
        let shared = Arc::new(Shared::new(id.clone(), folder, screen, size));
        self.start(&shared)?;
        Ok(CreatedTerminal { session_id: id, cols: size.columns, rows: size.rows })
    }

    fn start(&self, shared: &Arc<Shared>) -> Result<(), TerminalError> {
        let not_started = |why: String| {
            let why = if why.is_empty() { "Failed to create terminal session".into() } else { why };
            TerminalError::NotStarted(why)
        };
        let shell = run::start(shared, self.registry.environment()).map_err(not_started)?;
        self.registry.lock().terminals.insert(shared.id.clone(), Arc::clone(shared));
        let (registry, of_owner) = (Arc::clone(&self.registry), Arc::clone(shared));
        // It takes itself off the list, and whoever closes the terminal waits for that.
        let owner = thread::Builder::new().name("terminal".into()).spawn(move || {
            run::run(&of_owner, registry.environment(), shell);
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
        if waits {
            self.registry.ring.notify_all();
        } else if !settle(&shared, now) {
            return Err(TerminalError::NotResized);
        }
        Ok((size.columns, size.rows))
    }

    /// Ends a terminal's shell and what runs in its foreground: asks, then kills.
    pub fn close(&self, id: &str) -> Result<(), TerminalError> {
        self.live(id)?;
        let shared = self.registry.lock().terminals.remove(id).ok_or(TerminalError::NotFound)?;
        end(&[shared]);
        Ok(())
    }

    /// What a terminal shows.
    pub fn screen(&self, id: &str) -> Result<TerminalScreen, TerminalError> {
        let shared = self.live(id)?;
        shared.lock().used = Instant::now();
        Ok(TerminalScreen::new(shared))
    }

    /// What a terminal is doing.
    pub fn info(&self, id: &str) -> Result<TerminalInfo, TerminalError> {
        Ok(info(&*self.live(id)?))
    }

    /// What all terminals are doing, in no order.
    pub fn list(&self) -> Vec<TerminalInfo> {
        let all: Vec<_> = self.registry.lock().terminals.values().cloned().collect();
        all.iter().map(|shared| info(shared)).collect()
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
        self.registry.ring.notify_all();
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

/// A place on the list for a terminal that is about to start.
struct Place<'a>(&'a Registry);

impl<'a> Place<'a> {
    fn take(registry: &'a Registry) -> Result<Self, TerminalError> {
        let mut list = registry.lock();
        if list.over || list.terminals.len() + list.starting >= registry.limits.terminals {
            return Err(TerminalError::TooMany);
        }
        list.starting += 1;
        Ok(Self(registry))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().starting -= 1;
    }
}

/// Asks the programs of terminals to end, kills them if they don't, and waits until their threads are done.
fn end(all: &[Arc<Shared>]) {
    let signal = |shared: &Shared, signal| shared.lock().pty.iter().for_each(|pty| pty.signal(signal));
    // A shell hears it, and what it waits for may not: that is known only as long as the shell is there.
    let in_front: Vec<_> = all.iter().filter_map(|shared| shared.lock().pty.as_ref()?.foreground()).collect();
    for shared in all {
        shared.change(|state| state.closing = true);
        signal(shared, Signal::HUP);
        // One that is stopped does not hear it.
        signal(shared, Signal::CONT);
    }
    let until = Instant::now() + GRACE;
    for shared in all {
        if !shared.wait_for(until.saturating_duration_since(Instant::now()), |state| state.gone) {
            signal(shared, Signal::KILL);
        }
    }
    in_front.into_iter().for_each(pty::kill);
    let until = Instant::now() + PATIENCE;
    for shared in all {
        if !shared.wait_for(until.saturating_duration_since(Instant::now()), |state| state.gone) {
            tracing::warn!("a terminal's threads go on after its end");
        }
    }
}

/// Applies the size that waits, if it has waited long enough; whether the system took it.
fn settle(shared: &Shared, now: Instant) -> bool {
    let mut screen = shared.screen();
    let mut state = shared.lock();
    let Some((size, _)) = state.pending.take_if(|(_, at)| *at <= now) else { return true };
    let taken = state.pty.as_ref().is_none_or(|pty| pty.resize(size));
    if taken {
        state.size = size;
        state.resized = Some(now);
        drop(state);
        screen.resize(size);
        drop(screen);
        shared.tell();
    }
    taken
}

/// Looks at sizes that wait and at terminals that nobody uses, until all are over.
fn tick(registry: &Registry) {
    let mut next_check = Instant::now() + registry.limits.check;
    let mut list = registry.lock();
    while !list.over {
        let all: Vec<_> = list.terminals.values().cloned().collect();
        drop(list);
        let now = Instant::now();
        let mut next = next_check;
        for shared in &all {
            settle(shared, now);
            let pending = shared.lock().pending;
            next = pending.map_or(next, |(_, at)| next.min(at));
        }
        if now >= next_check {
            next_check = now + registry.limits.check;
            let idle = |state: &State| state.used + registry.limits.idle <= now;
            let idle: Vec<_> = all.into_iter().filter(|shared| idle(&shared.lock())).collect();
            for shared in &idle {
                registry.lock().terminals.remove(&shared.id);
            }
            end(&idle);
            next = next.max(now);
        }
        list = registry.lock();
        // A size that came meanwhile has rung before anybody waited.
        let waits = list.terminals.values().filter_map(|shared| shared.lock().pending.map(|(_, at)| at)).min();
        let next = waits.map_or(next, |at| next.min(at));
        if !list.over {
            let time = next.saturating_duration_since(Instant::now());
            list = registry.ring.wait_timeout(list, time).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn info(shared: &Shared) -> TerminalInfo {
    let (title, told) = {
        let screen = shared.screen();
        (screen.title(), screen.shell().directory.clone())
    };
    let (size, foreground) = {
        let state = shared.lock();
        (state.size, state.pty.as_ref().and_then(pty::Pty::foreground))
    };
    let directory = told.or_else(|| foreground.and_then(pty::process_folder)).unwrap_or_else(|| shared.folder.clone());
    let process = foreground.and_then(pty::process_name);
    TerminalInfo { session_id: shared.id.clone(), cols: size.columns, rows: size.rows, title, process, directory }
}

//! Which terminals there are, and what they may take.

use std::{
    collections::HashMap,
    ffi::OsString,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use super::{TerminalError, environment::ShellEnvironment, kept::TerminalStore, pty::Ptys, shared::Shared};
use crate::ScreenLimits;

/// What terminals may take.
#[derive(Debug, Clone)]
pub struct TerminalLimits {
    /// How many there may be at once.
    pub terminals: usize,
    /// One that nothing goes in or out of for so long is closed.
    pub idle: Duration,
    /// How often that is looked at.
    pub check: Duration,
    /// How often those that have changed are kept, where the user wants that.
    pub keep: Duration,
    /// The history of one that nobody has shown for so long is made small.
    pub hide: Duration,
    /// What each screen may keep.
    pub screen: ScreenLimits,
}

impl Default for TerminalLimits {
    fn default() -> Self {
        Self {
            terminals: 20,
            idle: Duration::from_mins(30),
            check: Duration::from_mins(5),
            keep: Duration::from_secs(30),
            hide: Duration::from_secs(10),
            screen: ScreenLimits::default(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Registry {
    pub(super) ptys: Box<dyn Ptys>,
    pub(super) limits: TerminalLimits,
    inherited: Vec<(OsString, OsString)>,
    environment: OnceLock<ShellEnvironment>,
    /// As the user wants it now.
    screen: Mutex<ScreenLimits>,
    pub(super) store: Mutex<Option<Arc<dyn TerminalStore>>>,
    list: Mutex<List>,
    /// The clock has something to look at.
    ring: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) terminals: HashMap<String, Arc<Shared>>,
    /// How many are about to be there.
    starting: usize,
    pub(super) over: bool,
}

impl Registry {
    pub(super) fn new(ptys: Box<dyn Ptys>, limits: TerminalLimits, inherited: Vec<(OsString, OsString)>) -> Self {
        let screen = Mutex::new(limits.screen);
        let (environment, list, ring) = (OnceLock::new(), Mutex::default(), Condvar::new());
        Self { ptys, limits, inherited, environment, screen, store: Mutex::default(), list, ring }
    }

    pub(super) fn screen_limits(&self) -> ScreenLimits {
        *self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many lines of history are kept, of screens of the usual width at least; what is kept then.
    pub(super) fn set_history(&self, lines: usize) -> ScreenLimits {
        let mut limits = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        *limits = ScreenLimits::of(lines);
        *limits
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn find(&self, id: &str) -> Result<Arc<Shared>, TerminalError> {
        self.lock().terminals.get(id).cloned().ok_or(TerminalError::NotFound)
    }

    pub(super) fn environment(&self) -> &ShellEnvironment {
        self.environment.get_or_init(|| ShellEnvironment::of(self.inherited.iter().cloned()))
    }

    /// Waits for so long, or until it is rung.
    pub(super) fn wait<'a>(&self, list: MutexGuard<'a, List>, time: Duration) -> MutexGuard<'a, List> {
        self.ring.wait_timeout(list, time).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Has the clock look anew. It holds the list until it waits, so it can't miss this.
    pub(super) fn ring(&self) {
        drop(self.lock());
        self.ring.notify_all();
    }
}

/// A place on the list for a terminal that is about to start.
pub(super) struct Place<'a>(&'a Registry);

impl<'a> Place<'a> {
    pub(super) fn take(registry: &'a Registry) -> Result<Self, TerminalError> {
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

//! What the threads of a terminal and those who use it share.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::sync::watch;

use super::{output::Output, pty::Pty, stream::TerminalStatus};
use crate::{Screen, ScreenSize};

/// How much input waits for the program, in bytes; more is refused.
const MAX_INPUT: usize = 1 << 20;

/// Once so much waits to be drawn, in bytes, nothing more is read. The system holds about as much again, and all of it is
/// older than the echo of what is typed now.
const MAX_AHEAD: usize = 64 << 10;

/// A terminal.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) id: String,
    /// Where its shells start.
    pub(super) folder: PathBuf,
    pub(super) created: Instant,
    /// No shell is behind it.
    pub(super) read_only: bool,
    state: Mutex<State>,
    /// Something in `state` has changed that a thread waits for.
    turn: Condvar,
    /// Output was read or drawn, which happens too often to wake all threads.
    flow: Condvar,
    screen: Mutex<Screen>,
    /// Who waits for the screen holds it, so that nobody who comes later is first: output without end would keep those
    /// waiting who look.
    next: Mutex<()>,
    /// Counts what readers of output or screen wait for.
    version: watch::Sender<u64>,
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says of one thread or caller what it waits for")]
pub(super) struct State {
    /// What was read and is not drawn yet.
    ahead: Vec<u8>,
    /// Nothing more is read.
    all_read: bool,
    pub(super) output: Output,
    input: VecDeque<Vec<u8>>,
    waiting: usize,
    /// When something last went in or out, or anybody asked for anything.
    pub(super) used: Instant,
    pub(super) size: ScreenSize,
    /// A size that waits, for another came just before.
    pub(super) pending: Option<(ScreenSize, Instant)>,
    pub(super) resized: Option<Instant>,
    pub(super) pty: Option<Pty>,
    /// The user, or the end of the app, has closed it.
    pub(super) closing: bool,
    /// The current shell has ended; the writer stops.
    pub(super) writer_stops: bool,
    /// The reader stops at the next output.
    pub(super) reader_stops: bool,
    /// No thread of it runs any more.
    pub(super) gone: bool,
    pub(super) status: TerminalStatus,
    /// Something has come that is not kept yet.
    pub(super) printed: bool,
    /// How many readers show its screen.
    pub(super) shown: usize,
    /// When it was last looked at.
    pub(super) looked: Instant,
    /// How many readers look at its history.
    pub(super) scrolled: usize,
    /// Something is selected.
    pub(super) selected: bool,
    /// Its history takes much memory, for somebody has looked at it.
    pub(super) open: bool,
    /// It takes as little memory as can be, for nobody sees it.
    pub(super) small: bool,
}

impl Shared {
    pub(super) fn new(id: String, folder: PathBuf, screen: Screen, size: ScreenSize) -> Self {
        let state = State {
            ahead: Vec::new(),
            all_read: false,
            output: Output::default(),
            input: VecDeque::new(),
            waiting: 0,
            used: Instant::now(),
            size,
            pending: None,
            resized: None,
            pty: None,
            closing: false,
            writer_stops: false,
            reader_stops: false,
            gone: false,
            status: TerminalStatus::Running,
            printed: true,
            shown: 0,
            looked: Instant::now(),
            scrolled: 0,
            selected: false,
            open: false,
            small: false,
        };
        let version = watch::Sender::new(0);
        Self {
            id,
            folder,
            created: Instant::now(),
            read_only: false,
            state: Mutex::new(state),
            turn: Condvar::new(),
            flow: Condvar::new(),
            screen: Mutex::new(screen),
            next: Mutex::new(()),
            version,
        }
    }

    /// A screen that no shell is behind.
    pub(super) fn read_only(screen: Screen) -> Self {
        let size = screen.size();
        Self { read_only: true, ..Self::new(String::new(), PathBuf::new(), screen, size) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never locked while `lock` is held.
    pub(super) fn screen(&self) -> MutexGuard<'_, Screen> {
        let _next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changed(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// Waits until nobody reads output or screen any more.
    pub(super) async fn unread(&self) {
        self.version.closed().await;
    }

    /// Tells those who read output or screen.
    pub(super) fn tell(&self) {
        self.version.send_modify(|version| *version = version.wrapping_add(1));
    }

    /// A reader has taken something, or is gone.
    pub(super) fn made_room(&self) {
        self.turn.notify_all();
    }

    /// Changes the state and wakes who waits for it.
    pub(super) fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.lock());
        self.turn.notify_all();
        self.flow.notify_all();
        result
    }

    /// Waits until more may be read, or something is so.
    pub(super) fn wait_to_read(&self, or: impl Fn(&State) -> bool) {
        let waits = |state: &mut State| state.ahead.len() >= MAX_AHEAD && !or(state);
        drop(self.flow.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner));
    }

    /// Something was read. While it is closed nothing waits, and of a flood not all is shown.
    pub(super) fn put_ahead(&self, bytes: &[u8]) {
        let mut state = self.lock();
        if state.ahead.len() < MAX_AHEAD || !state.closing {
            state.ahead.extend_from_slice(bytes);
        }
        drop(state);
        self.flow.notify_all();
    }

    /// Waits for something to draw, and puts it in the place of `drawn`; false once all was read and drawn.
    pub(super) fn take_ahead(&self, drawn: &mut Vec<u8>) -> bool {
        drawn.clear();
        let waits = |state: &mut State| state.ahead.is_empty() && !state.all_read;
        let mut state = self.flow.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut state.ahead, drawn);
        drop(state);
        self.flow.notify_all();
        !drawn.is_empty()
    }

    /// Reading begins, or is over.
    pub(super) fn set_all_read(&self, all_read: bool) {
        self.change(|state| state.all_read = all_read);
    }

    /// Waits until something is so.
    pub(super) fn wait(&self, until: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let guard = self.lock();
        self.turn.wait_while(guard, |state| !until(state)).unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something is so, or no longer than that; whether it is.
    pub(super) fn wait_for(&self, time: std::time::Duration, until: impl Fn(&State) -> bool) -> bool {
        let waited = self.turn.wait_timeout_while(self.lock(), time, |state| !until(state));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Puts input where the program gets it; false when too much waits already.
    pub(super) fn enqueue(&self, bytes: Vec<u8>) -> bool {
        if bytes.is_empty() {
            return true;
        }
        self.change(|state| {
            let fits = state.waiting + bytes.len() <= MAX_INPUT;
            if fits {
                state.waiting += bytes.len();
                state.input.push_back(bytes);
            }
            fits
        })
    }
}

impl State {
    /// Whether memory is to be had back that nobody needs.
    pub(super) fn takes_too_much(&self) -> bool {
        if self.shown == 0 { !self.small } else { self.open && self.scrolled == 0 && !self.selected }
    }

    pub(super) fn has_input(&self) -> bool {
        !self.input.is_empty()
    }

    pub(super) fn take_input(&mut self) -> Option<Vec<u8>> {
        let bytes = self.input.pop_front()?;
        self.waiting -= bytes.len();
        Some(bytes)
    }

    /// Input for a shell that is gone is for no other.
    pub(super) fn forget_input(&mut self) {
        self.input.clear();
        self.waiting = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScreenLimits;

    #[test]
    fn what_waits_to_be_drawn_has_a_limit_while_it_is_closed_too() {
        let size = ScreenSize::new(80, 24);
        let shared = Shared::new("id".into(), "/".into(), Screen::new(size, ScreenLimits::default()), size);
        shared.change(|state| state.closing = true);
        for _ in 0..100 {
            shared.wait_to_read(|state| state.closing);
            shared.put_ahead(&vec![b'x'; MAX_AHEAD / 2]);
        }
        assert!(shared.lock().ahead.len() <= 2 * MAX_AHEAD);
        let mut drawn = Vec::new();
        assert!(shared.take_ahead(&mut drawn) && !drawn.is_empty());
        shared.set_all_read(true);
        assert!(!shared.take_ahead(&mut drawn) && drawn.is_empty());
    }
}

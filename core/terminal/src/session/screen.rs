//! What a terminal shows, for those who show it, and what their users do there.

use std::{sync::Arc, time::Instant};

use tokio::sync::watch;

use super::{TerminalError, shared::Shared};
use crate::{KeyPress, MouseReport, Screen, Update};

/// A terminal's screen. It can be looked at after the shell has ended, too.
#[derive(Debug)]
pub struct TerminalScreen {
    shared: Arc<Shared>,
    changed: watch::Receiver<u64>,
}

impl TerminalScreen {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let changed = shared.changed();
        Self { shared, changed }
    }

    /// What has changed since a version that a reader has (0: none), at once; None when nothing has.
    pub fn update(&self, since: u64) -> Option<Update> {
        self.shared.screen().update(since, Instant::now())
    }

    /// What has changed since a version, as soon as something has. None when nothing changes any more. A call that is
    /// dropped loses nothing; whoever draws calls again when it draws again, and gets all until then in one.
    pub async fn next_update(&mut self, since: u64) -> Option<Update> {
        loop {
            self.changed.mark_unchanged();
            let (update, waits) = {
                let mut screen = self.shared.screen();
                (screen.update(since, Instant::now()), screen.waits_until())
            };
            if update.is_some() {
                return update;
            }
            if self.shared.lock().gone && waits.is_none() {
                return None;
            }
            match waits {
                // What a program holds back is shown when its time is over.
                Some(until) => drop(tokio::time::timeout_at(until.into(), self.changed.changed()).await),
                None => self.changed.changed().await.ok()?,
            }
        }
    }

    /// Looks at the screen, or does something there: select, search, scroll. Output waits meanwhile.
    pub fn with<T>(&self, act: impl FnOnce(&mut Screen) -> T) -> T {
        let result = act(&mut self.shared.screen());
        self.shared.tell();
        result
    }

    /// A key of the user's.
    pub fn key(&self, press: &KeyPress) -> Result<(), TerminalError> {
        self.send(|screen| Some(screen.key(press)))
    }

    /// A move of the mouse; whether the program wants to know of it.
    pub fn mouse(&self, report: &MouseReport) -> Result<bool, TerminalError> {
        let sent = self.with(|screen| screen.mouse(report));
        let wanted = sent.is_some();
        self.send(|_| sent).map(|()| wanted)
    }

    /// The wheel, in lines above 0 for up: told the program, or scrolled.
    pub fn wheel(&self, lines: i32) -> Result<(), TerminalError> {
        self.send(|screen| {
            let sent = screen.wheel(lines);
            if sent.is_none() {
                screen.scroll(lines);
            }
            sent
        })
    }

    /// The focus has come or gone.
    pub fn focus(&self, gained: bool) -> Result<(), TerminalError> {
        self.send(|screen| screen.focus(gained).map(<[u8]>::to_vec))
    }

    /// Pasted text.
    pub fn paste(&self, text: &str) -> Result<(), TerminalError> {
        self.send(|screen| Some(screen.paste(text)))
    }

    fn send(&self, act: impl FnOnce(&mut Screen) -> Option<Vec<u8>>) -> Result<(), TerminalError> {
        let sent = self.with(act).unwrap_or_default();
        {
            let mut state = self.shared.lock();
            if state.gone || state.closing {
                return Err(TerminalError::NotFound);
            }
            state.used = Instant::now();
        }
        if self.shared.enqueue(sent) { Ok(()) } else { Err(TerminalError::NotWritten) }
    }
}

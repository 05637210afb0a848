//! What a terminal puts out, as a reader follows it.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;

use super::shared::Shared;

/// Something that a reader of a terminal is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TerminalEvent {
    /// First, and after each new shell in the place of a lost one.
    Connected,
    /// Output, in order; never a part of a character.
    Data {
        /// The text.
        data: String,
    },
    /// The shell has ended, and with it the terminal. Nothing comes after it.
    Exit {
        /// As a shell says it: 128 and the signal's number for one that a signal ended.
        exit_code: i32,
        /// The number of the signal that ended it, if one did.
        signal: Option<i32>,
    },
    /// The shell's terminal was lost, and another shell is started.
    Reconnecting {
        /// Which try it is, from 1.
        attempt: u32,
        /// How many there are.
        max_attempts: u32,
    },
}

/// How a terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TerminalStatus {
    /// Its shell runs.
    #[default]
    Running,
    /// The shell's terminal was lost, and another shell is started.
    Reconnecting {
        /// Which try it is, from 1.
        attempt: u32,
        /// How many there are.
        max_attempts: u32,
    },
    /// The shell has ended, and with it the terminal.
    Ended {
        /// As a shell says it: 128 and the signal's number for one that a signal ended.
        exit_code: i32,
        /// The number of the signal that ended it, if one did.
        signal: Option<i32>,
    },
    /// Nothing more comes, and how the program ended is not known here. Only of a screen that no shell is behind.
    Unknown,
}

/// A reader of a terminal's output. While it takes nothing, the program waits; dropped, it is none any more.
#[derive(Debug)]
pub struct TerminalStream {
    shared: Arc<Shared>,
    reader: u64,
    changed: watch::Receiver<u64>,
    begun: bool,
}

impl TerminalStream {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let changed = shared.changed();
        let reader = shared.lock().output.add_reader();
        Self { shared, reader, changed, begun: false }
    }

    /// What has come since the last call, up to some 64 KiB; waits while nothing has. Empty when nothing comes any more.
    /// A call that is dropped loses nothing.
    pub async fn next_batch(&mut self) -> Vec<TerminalEvent> {
        if !std::mem::replace(&mut self.begun, true) {
            return vec![TerminalEvent::Connected];
        }
        loop {
            self.changed.mark_unchanged();
            let taken = self.shared.lock().output.take(self.reader);
            match taken {
                None => return Vec::new(),
                Some(events) if !events.is_empty() => {
                    self.shared.made_room();
                    return events;
                }
                Some(_) => {}
            }
            if self.changed.changed().await.is_err() {
                return Vec::new();
            }
        }
    }
}

impl Drop for TerminalStream {
    fn drop(&mut self) {
        self.shared.lock().output.remove_reader(self.reader);
        self.shared.made_room();
    }
}

//! What a background command prints, on its way to people who watch it.
//!
//! Nothing of it is in the session's log: a command may go on long after its turn, and print without end. Who watches
//! reads what its owner keeps, each from a place of their own; one that is slow holds back nobody and misses what is no
//! longer kept.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::ExitStatus,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{
    collected::{Collected, Decoder},
    foreground,
};

/// How much is read at once, in bytes.
const MAX_PIECE: usize = 256 << 10;

/// What is known of a command.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) output: Collected,
    /// How it ended, once it has.
    pub(super) ended: Option<Ending>,
    /// What the sandbox refused it, then.
    pub(super) note: Option<String>,
}

/// How a command ended, for the model and for programs.
#[derive(Debug, Clone)]
pub(super) struct Ending {
    pub(super) status: String,
    pub(super) end: CommandEnd,
}

/// How a command ended. Neither is known of one that was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CommandEnd {
    /// The code that it gave.
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
}

impl Ending {
    pub(super) fn of(status: ExitStatus) -> Self {
        let words = if status.success() { "exit code 0".to_owned() } else { foreground::ending(status) };
        Self { status: words, end: CommandEnd { exit_code: status.code(), signal: status.signal() } }
    }

    pub(super) fn lost(error: &std::io::Error) -> Self {
        Self { status: format!("lost ({error})"), end: CommandEnd::default() }
    }
}

/// What a background command has printed and prints. Dropping it ends the reading; the command goes on.
pub struct CommandOutput {
    seen: Arc<Mutex<Seen>>,
    news: watch::Receiver<()>,
    /// How many bytes were read or missed.
    place: u64,
    decoder: Decoder,
}

/// A part of what a command prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandPiece {
    /// How many bytes before it are missing: of a flood, only beginning and end are kept.
    pub left_out: u64,
    /// The text, some 256 KiB at most; control characters are kept. What is no UTF-8 becomes replacement characters.
    pub text: String,
}

impl std::fmt::Debug for CommandOutput {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Nothing of what it prints.
        formatter.debug_struct("CommandOutput").field("place", &self.place).finish_non_exhaustive()
    }
}

impl CommandOutput {
    pub(super) fn new(seen: Arc<Mutex<Seen>>, news: watch::Receiver<()>) -> Self {
        Self { seen, news, place: 0, decoder: Decoder::default() }
    }

    /// Waits for more and returns it, first what was printed before. None: the command has ended, and all was read.
    /// Cancel-safe.
    pub async fn next(&mut self) -> Option<CommandPiece> {
        loop {
            // Looked at before what is there: whoever tells of news writes it first.
            let may_come = self.news.has_changed().is_ok();
            self.news.mark_unchanged();
            let piece = self.take();
            if piece.is_some() || !may_come {
                return piece;
            }
            // It fails when nothing more comes, which is seen above.
            let _ = self.news.changed().await;
        }
    }

    /// How the command ended; none while it runs.
    pub fn ended(&self) -> Option<CommandEnd> {
        locked(&self.seen).ended.as_ref().map(|ended| ended.end)
    }

    fn take(&mut self) -> Option<CommandPiece> {
        let (left_out, bytes) = locked(&self.seen).output.since(self.place, MAX_PIECE);
        if bytes.is_empty() {
            return None;
        }
        if left_out > 0 {
            self.decoder = Decoder::default();
        }
        self.place += left_out + bytes.len() as u64;
        let mut text = String::new();
        self.decoder.push(&bytes, &mut text);
        Some(CommandPiece { left_out, text })
    }
}

/// Nothing here is left half changed by a panic.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

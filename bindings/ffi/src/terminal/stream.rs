//! A terminal's output as text, pulled: the runtime contract's stream, for those who do not show a screen.

use std::sync::Arc;

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// Something that a reader of a terminal's output is told.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum TerminalEvent {
    /// First, and after each new shell in the place of a lost one.
    Connected,
    /// Output, in order; never a part of a character.
    Output {
        /// The text, escape sequences included.
        text: String,
    },
    /// The shell has ended, and with it the terminal. Nothing comes after it.
    Ended {
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

/// Follows a terminal's output. While nothing is taken, the program waits; freeing it ends it.
#[derive(uniffi::Object)]
pub struct TerminalStream {
    reader: facade::TerminalReader,
    /// Held for its count alone: how many streams of a workbench are alive.
    _alive: Arc<()>,
}

#[uniffi::export]
impl Workbench {
    /// Follows a terminal's output from now on; the first reader gets what was kept for it.
    pub async fn connect_terminal_stream(&self, id: String) -> Result<TerminalStream, CoreError> {
        let reader = self.facade.connect_terminal_stream(&id).await?;
        Ok(TerminalStream { reader, _alive: Arc::clone(&self.streams) })
    }
}

#[uniffi::export]
impl TerminalStream {
    /// Waits for output and returns all there is, up to some 64 KiB; first of all `Connected`. Empty: the terminal has
    /// ended, or the stream or the workbench was closed. One caller at a time.
    pub async fn next_batch(&self) -> Result<Vec<TerminalEvent>, CoreError> {
        Ok(self.reader.next_batch().await.into_iter().map(Into::into).collect())
    }

    /// Ends the stream: a waiting and every later `next_batch` returns empty. May be called at any time, on any thread,
    /// more than once.
    pub fn close(&self) {
        self.reader.close();
    }
}

impl From<facade::TerminalEvent> for TerminalEvent {
    fn from(event: facade::TerminalEvent) -> Self {
        match event {
            facade::TerminalEvent::Connected => Self::Connected,
            facade::TerminalEvent::Data { data } => Self::Output { text: data },
            facade::TerminalEvent::Exit { exit_code, signal } => Self::Ended { exit_code, signal },
            facade::TerminalEvent::Reconnecting { attempt, max_attempts } => {
                Self::Reconnecting { attempt, max_attempts }
            }
        }
    }
}

//! Terminals, as the runtime contract has them, and their screens for those who show them.

mod agent;
mod background;
mod kept;
mod screens;

use std::{path::PathBuf, sync::Arc};

use atelier_terminal::{CreatedTerminal, TerminalError, TerminalEvent, TerminalInfo, TerminalStream, Terminals};
pub use kept::KeptTerminal;
pub(crate) use kept::KeptTerminals;
pub use screens::ScreenReader;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{ErrorKind, Workbench, WorkbenchError, operation::Operation};

const CREATE: Operation = Operation { name: "create_terminal_session", fallback: "Failed to create terminal session" };
const CONNECT: Operation = Operation { name: "connect_terminal_stream", fallback: "Terminal stream connection error" };
const INPUT: Operation = Operation { name: "send_terminal_input", fallback: "Failed to write to terminal" };
const RESIZE: Operation = Operation { name: "resize_terminal", fallback: "Failed to resize terminal" };
const CLOSE: Operation = Operation { name: "close_terminal", fallback: "Failed to close terminal" };

/// That something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TerminalDone {
    /// Always true: what was not done is an error.
    pub success: bool,
}

/// That a terminal has another size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TerminalResized {
    /// Always true: what was not done is an error.
    pub success: bool,
    /// Its columns now; a screen has 2 to 1,000.
    pub cols: u16,
    /// Its rows now; a screen has 1 to 500.
    pub rows: u16,
}

const DONE: TerminalDone = TerminalDone { success: true };

impl Workbench {
    /// Starts the user's shell in a folder of the approved roots; columns and rows of 0 or none are 80 and 24. The user's
    /// environment comes along, without what may be a key. Errors: 429 where there are 20 already, 400 without a folder or
    /// with one that can't be used, 500 where the shell does not start.
    pub async fn create_terminal_session(
        &self,
        cwd: Option<String>,
        cols: Option<u16>,
        rows: Option<u16>,
    ) -> Result<CreatedTerminal, WorkbenchError> {
        let terminals = Arc::clone(&self.parts.terminals);
        self.operate(CREATE, move |configuration| {
            let roots = configuration.roots()?;
            let find = |named: &str| roots.directory(named).ok().map(|folder| PathBuf::from(folder.path()));
            Ok(terminals.create(cwd.as_deref(), (cols, rows), find)?)
        })
        .await
    }

    /// Follows a terminal's output: from now on, and what was kept for the first reader. Any number of readers may; while
    /// one takes nothing, the program waits. Error: 404.
    pub async fn connect_terminal_stream(&self, id: &str) -> Result<TerminalReader, WorkbenchError> {
        let stream = self.terminal(CONNECT, id, Terminals::connect).await?;
        Ok(TerminalReader { stream: Mutex::new(Some(stream)), closed: self.parts.closing.child_token() })
    }

    /// Types. Errors: 404, and 500 where the program takes no input and a MiB waits for it.
    pub async fn send_terminal_input(&self, id: &str, data: String) -> Result<TerminalDone, WorkbenchError> {
        self.terminal(INPUT, id, move |terminals, id| terminals.send(id, &data)).await?;
        Ok(DONE)
    }

    /// Gives a terminal another size. Errors: 404, and 400 without columns or rows.
    pub async fn resize_terminal(
        &self,
        id: &str,
        cols: Option<u16>,
        rows: Option<u16>,
    ) -> Result<TerminalResized, WorkbenchError> {
        let (cols, rows) = self.terminal(RESIZE, id, move |terminals, id| terminals.resize(id, cols, rows)).await?;
        Ok(TerminalResized { success: true, cols, rows })
    }

    /// Ends a terminal's shell and what runs in its foreground. Error: 404.
    pub async fn close_terminal(&self, id: &str) -> Result<TerminalDone, WorkbenchError> {
        self.terminal(CLOSE, id, Terminals::close).await?;
        Ok(DONE)
    }

    /// What all terminals are doing, the oldest first.
    pub async fn terminals(&self) -> Result<Vec<TerminalInfo>, WorkbenchError> {
        let terminals = Arc::clone(&self.parts.terminals);
        self.configure(move |_| Ok(terminals.list())).await
    }

    /// What a terminal is doing. Error: 404.
    pub async fn terminal_info(&self, id: &str) -> Result<TerminalInfo, WorkbenchError> {
        let (terminals, id) = (Arc::clone(&self.parts.terminals), id.to_owned());
        self.configure(move |_| Ok(terminals.info(&id)?)).await
    }

    /// Keeps so many lines of history in each terminal, 50,000 at most, until the workbench closes; at first it is 10,000.
    /// What is too much is forgotten.
    pub async fn set_terminal_scrollback(&self, lines: u32) -> Result<(), WorkbenchError> {
        let terminals = Arc::clone(&self.parts.terminals);
        let lines = usize::try_from(lines).unwrap_or(usize::MAX);
        self.configure(move |_| {
            terminals.set_history(lines);
            Ok(())
        })
        .await
    }

    /// A terminal's screen, for one who shows it. It can be read after the shell has ended, too. Error: 404.
    pub async fn terminal_screen(&self, id: &str) -> Result<ScreenReader, WorkbenchError> {
        let (terminals, id) = (Arc::clone(&self.parts.terminals), id.to_owned());
        let screen = self.configure(move |_| Ok(terminals.screen(&id)?)).await?;
        Ok(ScreenReader::new(screen, self.parts.closing.child_token(), self.parts.handle.clone()))
    }

    async fn terminal<T: Send + 'static>(
        &self,
        operation: Operation,
        id: &str,
        work: impl FnOnce(&Terminals, &str) -> Result<T, TerminalError> + Send + 'static,
    ) -> Result<T, WorkbenchError> {
        let (terminals, id) = (Arc::clone(&self.parts.terminals), id.to_owned());
        self.operate(operation, move |_| Ok(work(&terminals, &id)?)).await
    }
}

/// A reader of a terminal's output. Dropping or closing it ends it.
#[derive(Debug)]
pub struct TerminalReader {
    stream: Mutex<Option<TerminalStream>>,
    closed: CancellationToken,
}

impl TerminalReader {
    /// Waits for output and returns all there is, up to some 64 KiB; first of all `connected`. Empty: the terminal has
    /// ended, or the reader or the workbench was closed.
    ///
    /// Cancel-safe, and may be awaited on any executor. Of several calls at a time each event goes to only one.
    pub async fn next_batch(&self) -> Vec<TerminalEvent> {
        let mut stream = self.stream.lock().await;
        let batch = async {
            match stream.as_mut() {
                Some(stream) => stream.next_batch().await,
                None => Vec::new(),
            }
        };
        let events = tokio::select! {
            biased;
            () = self.closed.cancelled() => Vec::new(),
            events = batch => events,
        };
        if events.is_empty() {
            // The program does not wait for a reader that is none any more.
            *stream = None;
        }
        events
    }

    /// Wakes a waiting [`TerminalReader::next_batch`]; it and all later ones return empty.
    pub fn close(&self) {
        self.closed.cancel();
        if let Ok(mut stream) = self.stream.try_lock() {
            *stream = None;
        }
    }
}

impl From<TerminalError> for WorkbenchError {
    fn from(error: TerminalError) -> Self {
        let kind = match error.status() {
            400 => ErrorKind::InvalidRequest,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::TooMany,
            _ => ErrorKind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}

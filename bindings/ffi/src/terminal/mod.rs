//! Terminals: starting, sizing and ending them. What they show is a [`TerminalScreen`], read frame by frame.

mod frame;
mod input;
mod kept;
mod screen;
mod stream;

use atelier_protocol as protocol;
use atelier_workbench as facade;
pub use frame::{
    PaletteColour, TerminalCursor, TerminalCursorShape, TerminalFrame, TerminalNotice, TerminalPlace, TerminalRange,
    TerminalShell, TerminalState,
};
pub use input::{
    TerminalKey, TerminalKeyEvent, TerminalKeyPress, TerminalKeypadKey, TerminalModifierKey, TerminalModifiers,
    TerminalMouseAction, TerminalMouseButton, TerminalMouseReport,
};
pub use kept::KeptTerminal;
pub use screen::{
    TerminalHalf, TerminalLink, TerminalPalette, TerminalPattern, TerminalScreen, TerminalSelectionKind, TerminalStatus,
};
pub use stream::{TerminalEvent, TerminalStream};

use crate::{CoreError, Workbench, session::parse_id};

/// A terminal that was created.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CreatedTerminal {
    /// By which it is named from now on.
    pub id: String,
    /// Its columns.
    pub columns: u16,
    /// Its rows.
    pub rows: u16,
}

/// What a terminal is doing.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TerminalInfo {
    /// By which it is named.
    pub id: String,
    /// As the program has set it.
    pub title: Option<String>,
    /// What runs in the foreground.
    pub process: Option<String>,
    /// Where: as the shell says it, as the system says it, or where it was started.
    pub folder: String,
    /// How often its programs have rung the bell.
    pub bells: u64,
}

#[uniffi::export]
impl Workbench {
    /// Starts the user's shell in a folder that is allowed; columns and rows of 0 are 80 and 24.
    pub async fn create_terminal(&self, folder: String, columns: u16, rows: u16) -> Result<CreatedTerminal, CoreError> {
        Ok(self.facade.create_terminal_session(Some(folder), Some(columns), Some(rows)).await?.into())
    }

    /// Types text as it is, control characters included; for what a user pastes see [`TerminalScreen::paste`].
    pub async fn send_terminal_text(&self, id: String, text: String) -> Result<(), CoreError> {
        self.facade.send_terminal_input(&id, text).await?;
        Ok(())
    }

    /// Gives a terminal another size. Sizes that follow each other fast are settled first.
    pub async fn resize_terminal(&self, id: String, columns: u16, rows: u16) -> Result<(), CoreError> {
        self.facade.resize_terminal(&id, Some(columns), Some(rows)).await?;
        Ok(())
    }

    /// Ends a terminal's shell and what runs in its foreground.
    pub async fn close_terminal(&self, id: String) -> Result<(), CoreError> {
        self.facade.close_terminal(&id).await?;
        Ok(())
    }

    /// What all terminals are doing, the oldest first.
    pub async fn terminals(&self) -> Result<Vec<TerminalInfo>, CoreError> {
        Ok(self.facade.terminals().await?.into_iter().map(Into::into).collect())
    }

    /// A terminal's screen. It can be read after the shell has ended, too, as long as it is held.
    pub async fn terminal_screen(&self, id: String) -> Result<TerminalScreen, CoreError> {
        Ok(TerminalScreen::new(self.facade.terminal_screen(&id).await?, self.streams.clone()))
    }

    /// The output of a command that an agent runs or has run, as a screen that takes no input.
    pub async fn agent_terminal(&self, session: String, call: u64) -> Result<TerminalScreen, CoreError> {
        let screen = self.facade.agent_terminal(parse_id(&session)?, protocol::ToolCallId(call)).await?;
        Ok(TerminalScreen::new(screen, self.streams.clone()))
    }

    /// Keeps so many lines of history in each terminal, 50,000 at most, until the workbench closes.
    pub async fn set_terminal_scrollback(&self, lines: u32) -> Result<(), CoreError> {
        Ok(self.facade.set_terminal_scrollback(lines).await?)
    }
}

impl From<facade::CreatedTerminal> for CreatedTerminal {
    fn from(created: facade::CreatedTerminal) -> Self {
        Self { id: created.session_id, columns: created.cols, rows: created.rows }
    }
}

impl From<facade::TerminalInfo> for TerminalInfo {
    fn from(info: facade::TerminalInfo) -> Self {
        Self {
            id: info.session_id,
            title: info.title,
            process: info.process,
            folder: info.directory.to_string_lossy().into_owned(),
            bells: info.bells,
        }
    }
}

#[cfg(test)]
mod tests;

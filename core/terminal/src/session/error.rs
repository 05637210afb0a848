//! What can go wrong with a terminal, as whoever asked is told.

/// Why a terminal did not do what was asked. The sentences are those that programs of others know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TerminalError {
    /// There are as many as there may be.
    #[error("Maximum terminal sessions reached")]
    TooMany,
    /// No folder was named.
    #[error("cwd is required")]
    NoFolder,
    /// The folder is not there, is none, or is not approved.
    #[error("Invalid working directory")]
    BadFolder,
    /// The shell did not start; why, in the system's words.
    #[error("{0}")]
    NotStarted(String),
    /// There is no such terminal, or no longer.
    #[error("Terminal session not found")]
    NotFound,
    /// The size has no rows or no columns.
    #[error("cols and rows are required")]
    NoSize,
    /// The program takes no input, and what waits for it is all that may wait.
    #[error("Failed to write to terminal")]
    NotWritten,
    /// A file's name can't be typed.
    #[error("This name holds control characters; rename the file before you insert it")]
    BadName,
    /// The system refused the size.
    #[error("Failed to resize terminal")]
    NotResized,
}

impl TerminalError {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::TooMany => 429,
            Self::NoFolder | Self::BadFolder | Self::NoSize | Self::BadName => 400,
            Self::NotFound => 404,
            Self::NotStarted(_) | Self::NotWritten | Self::NotResized => 500,
        }
    }
}

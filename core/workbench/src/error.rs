//! One error for everything a user can ask of Atelier.

/// What went wrong: a kind for programs and one sentence for people that says what to do. Never holds a key or the
/// content of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WorkbenchError {
    /// What it is about.
    pub kind: ErrorKind,
    /// The sentence, as it is shown.
    pub message: String,
}

/// What an error is about. New kinds may come; treat an unknown one like [`ErrorKind::Internal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such session.
    SessionNotFound,
    /// The session works on an earlier prompt, here or in another window or process.
    SessionBusy,
    /// The request itself can't be accepted, an empty prompt for one.
    InvalidRequest,
    /// Settings, base URL or key are missing or unusable.
    Configuration,
    /// The database or a file could not be read or written.
    Storage,
    /// The workbench is shutting down.
    Closed,
    /// A defect in Atelier.
    Internal,
}

impl WorkbenchError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

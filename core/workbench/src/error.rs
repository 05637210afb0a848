//! One error for everything a user can ask of Atelier.

use std::io;

use atelier_agent::AgentError;
use atelier_config::{CredentialsError, DirectoryError, FolderError, SettingsError};
use atelier_llm::ProviderError;
use atelier_store::{ProjectError, StoreError};

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
    /// There is no such project.
    ProjectNotFound,
    /// The session works on an earlier prompt, here or in another window or process.
    SessionBusy,
    /// There is no such tool call, nothing was asked about it, or it is decided otherwise.
    InvalidToolCall,
    /// The request itself can't be accepted, an empty prompt for one.
    InvalidRequest,
    /// What the request is about does not exist: a folder, for one.
    NotFound,
    /// Something else is there already, or what is there is no longer what it was.
    Conflict,
    /// The system, or a rule of Atelier, does not allow it.
    Denied,
    /// Settings, base URL or key are missing or unusable.
    Configuration,
    /// The database or a file could not be read or written.
    Storage,
    /// The turn has ended without an end in its log, because the log could not be written. What had been written is
    /// kept, and whoever uses the session next closes the turn.
    TurnGivenUp,
    /// There are as many of these as there may be; one must end first.
    TooMany,
    /// An MCP server can't be started, is gone or answers nonsense.
    McpServer,
    /// A model could not be asked, or its answer is of no use.
    Model,
    /// The workbench is shutting down.
    Closed,
    /// A defect in Atelier.
    Internal,
}

impl WorkbenchError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn closed() -> Self {
        Self::new(ErrorKind::Closed, "Atelier is closing; start it again.")
    }

    pub(crate) fn no_threads(error: &io::Error) -> Self {
        Self::new(
            ErrorKind::Internal,
            format!("Atelier could not start ({error}); close other programs and try again."),
        )
    }

    /// The status that says the same over HTTP.
    pub fn status(&self) -> u16 {
        match self.kind {
            ErrorKind::InvalidRequest => 400,
            ErrorKind::Denied => 403,
            ErrorKind::SessionNotFound | ErrorKind::ProjectNotFound | ErrorKind::NotFound => 404,
            ErrorKind::SessionBusy | ErrorKind::InvalidToolCall | ErrorKind::Conflict => 409,
            ErrorKind::TooMany => 429,
            ErrorKind::Model => 502,
            ErrorKind::Closed => 503,
            ErrorKind::Configuration
            | ErrorKind::Storage
            | ErrorKind::TurnGivenUp
            | ErrorKind::McpServer
            | ErrorKind::Internal => 500,
        }
    }

    /// The same, with another message where this one tells nothing of its own.
    pub(crate) fn or(self, fallback: &str) -> Self {
        if self.message.is_empty() || self == Self::defect() { Self::new(self.kind, fallback) } else { self }
    }

    /// A part of Atelier panicked. The panic's own text may hold anything and is not repeated.
    pub(crate) fn defect() -> Self {
        let message = "Atelier made a mistake of its own and could not do this; try again, and report it if it stays.";
        Self::new(ErrorKind::Internal, message)
    }
}

impl From<AgentError> for WorkbenchError {
    fn from(error: AgentError) -> Self {
        let kind = match error {
            AgentError::EmptyPrompt
            | AgentError::EmptyTitle
            | AgentError::NothingToUndo
            | AgentError::PromptTooLong
            | AgentError::WrongFields { .. }
            | AgentError::ProjectGone { .. } => ErrorKind::InvalidRequest,
            AgentError::NoSuchCall { .. }
            | AgentError::NoSuchElicitation { .. }
            | AgentError::NotAsked { .. }
            | AgentError::AnsweredOtherwise { .. } => ErrorKind::InvalidToolCall,
            AgentError::Busy { .. }
            | AgentError::RunsElsewhere { .. }
            | AgentError::WaitsForApproval { .. }
            | AgentError::QueueFull => ErrorKind::SessionBusy,
            AgentError::NotQueued { .. } | AgentError::NoSuchMessage { .. } => ErrorKind::NotFound,
            AgentError::Checkpoint(_) => ErrorKind::Storage,
            AgentError::NotSummarised { .. } => ErrorKind::Configuration,
            AgentError::Closed => ErrorKind::Closed,
            AgentError::Store(error) => return error.into(),
            _ => ErrorKind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<StoreError> for WorkbenchError {
    fn from(error: StoreError) -> Self {
        let kind = match error {
            StoreError::NotFound { .. } => ErrorKind::SessionNotFound,
            StoreError::Closed => ErrorKind::Closed,
            StoreError::TooLarge => ErrorKind::InvalidRequest,
            _ => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<ProjectError> for WorkbenchError {
    fn from(error: ProjectError) -> Self {
        let kind = match error {
            ProjectError::Store(StoreError::Closed) => return StoreError::Closed.into(),
            ProjectError::NotFound { .. } => ErrorKind::ProjectNotFound,
            ProjectError::InvalidName
            | ProjectError::InvalidId { .. }
            | ProjectError::InvalidAgents
            | ProjectError::InvalidPath { .. }
            | ProjectError::TooLarge { .. }
            | ProjectError::NoContent { .. } => ErrorKind::InvalidRequest,
            _ => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<FolderError> for WorkbenchError {
    fn from(error: FolderError) -> Self {
        Self::new(ErrorKind::Configuration, error.to_string())
    }
}

impl From<SettingsError> for WorkbenchError {
    fn from(error: SettingsError) -> Self {
        let kind = match error {
            SettingsError::Invalid(_) | SettingsError::Broken { .. } => ErrorKind::Configuration,
            _ => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<DirectoryError> for WorkbenchError {
    fn from(error: DirectoryError) -> Self {
        let kind = match &error {
            DirectoryError::NotNamed | DirectoryError::NotADirectory => ErrorKind::InvalidRequest,
            DirectoryError::Missing => ErrorKind::NotFound,
            DirectoryError::Unreadable(reason) if reason.kind() == io::ErrorKind::PermissionDenied => ErrorKind::Denied,
            DirectoryError::Unreadable(_) | DirectoryError::Settings(_) => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<CredentialsError> for WorkbenchError {
    fn from(error: CredentialsError) -> Self {
        Self::new(ErrorKind::Configuration, error.to_string())
    }
}

impl From<ProviderError> for WorkbenchError {
    fn from(error: ProviderError) -> Self {
        Self::new(ErrorKind::Configuration, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_without_a_message_has_the_operations_and_others_keep_their_own() {
        for error in [WorkbenchError::defect(), WorkbenchError::new(ErrorKind::Storage, "")] {
            let told = error.clone().or("Failed to load settings");
            assert_eq!((told.kind, told.message.as_str(), told.status()), (error.kind, "Failed to load settings", 500));
        }
        let denied = WorkbenchError::new(ErrorKind::Denied, "Access to directory denied");
        assert_eq!(denied.clone().or("Failed to load settings"), denied);
        assert_eq!(denied.status(), 403);
    }
}

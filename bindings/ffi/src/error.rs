//! The one error that crosses the boundary.

use atelier_workbench::{ErrorKind, WorkbenchError};

/// What went wrong. The case is for programs; `message` is the core's own sentence for people, says what to do and is
/// shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CoreError {
    /// There is no such session.
    #[error("{message}")]
    SessionNotFound {
        /// The sentence to show.
        message: String,
    },
    /// There is no such project.
    #[error("{message}")]
    ProjectNotFound {
        /// The sentence to show.
        message: String,
    },
    /// The session works on an earlier prompt, here or in another window or process.
    #[error("{message}")]
    SessionBusy {
        /// The sentence to show.
        message: String,
    },
    /// The request itself can't be accepted, an empty prompt for one.
    #[error("{message}")]
    InvalidRequest {
        /// The sentence to show.
        message: String,
    },
    /// Settings, base URL or key are missing or unusable.
    #[error("{message}")]
    Configuration {
        /// The sentence to show.
        message: String,
    },
    /// The database or a file could not be read or written.
    #[error("{message}")]
    Storage {
        /// The sentence to show.
        message: String,
    },
    /// The workbench is shutting down.
    #[error("{message}")]
    Closed {
        /// The sentence to show.
        message: String,
    },
    /// A defect in Atelier.
    #[error("{message}")]
    Internal {
        /// The sentence to show.
        message: String,
    },
}

impl From<WorkbenchError> for CoreError {
    fn from(error: WorkbenchError) -> Self {
        let message = error.message;
        match error.kind {
            ErrorKind::SessionNotFound => Self::SessionNotFound { message },
            ErrorKind::ProjectNotFound => Self::ProjectNotFound { message },
            ErrorKind::SessionBusy => Self::SessionBusy { message },
            // Swift has no use for telling these apart: the sentence is shown.
            ErrorKind::InvalidRequest
            | ErrorKind::InvalidToolCall
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Denied
            | ErrorKind::TooMany
            | ErrorKind::McpServer
            | ErrorKind::Model => Self::InvalidRequest { message },
            ErrorKind::Configuration => Self::Configuration { message },
            ErrorKind::Storage | ErrorKind::TurnGivenUp => Self::Storage { message },
            ErrorKind::Closed => Self::Closed { message },
            // As the façade asks: an unknown kind is treated like an internal one.
            _ => Self::Internal { message },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_arrives_as_its_own_case_with_the_sentence_unchanged() {
        let message = "The sentence.".to_owned();
        let converted = |kind| CoreError::from(WorkbenchError { kind, message: message.clone() });
        let expected = [
            (ErrorKind::SessionNotFound, CoreError::SessionNotFound { message: message.clone() }),
            (ErrorKind::ProjectNotFound, CoreError::ProjectNotFound { message: message.clone() }),
            (ErrorKind::SessionBusy, CoreError::SessionBusy { message: message.clone() }),
            (ErrorKind::InvalidRequest, CoreError::InvalidRequest { message: message.clone() }),
            (ErrorKind::InvalidToolCall, CoreError::InvalidRequest { message: message.clone() }),
            (ErrorKind::NotFound, CoreError::InvalidRequest { message: message.clone() }),
            (ErrorKind::Conflict, CoreError::InvalidRequest { message: message.clone() }),
            (ErrorKind::Denied, CoreError::InvalidRequest { message: message.clone() }),
            (ErrorKind::McpServer, CoreError::InvalidRequest { message: message.clone() }),
            (ErrorKind::Model, CoreError::InvalidRequest { message: message.clone() }),
            (ErrorKind::Configuration, CoreError::Configuration { message: message.clone() }),
            (ErrorKind::Storage, CoreError::Storage { message: message.clone() }),
            (ErrorKind::Closed, CoreError::Closed { message: message.clone() }),
            (ErrorKind::Internal, CoreError::Internal { message: message.clone() }),
        ];
        for (kind, error) in expected {
            assert_eq!(converted(kind), error);
            assert_eq!(converted(kind).to_string(), message);
        }
    }
}

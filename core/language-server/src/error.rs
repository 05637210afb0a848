//! Why a language server could not answer.

use atelier_tools::{FailureCode, ToolFailure};

/// Why a language server could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ServerError {
    #[error("The language server `{0}` could not be started ({1}); try it in a terminal.")]
    Start(String, String),
    #[error(
        "The language server `{0}` ended; it is started anew with the next call. If it ends again, try it in a terminal."
    )]
    Gone(String),
    #[error(
        "The language server `{0}` did not answer within {1} seconds; it may still be reading the project, try later."
    )]
    TimedOut(String, u64),
    #[error("The language server `{0}` refused: {1}")]
    Refused(String, String),
    #[error("The tool was stopped before it was done.")]
    Stopped,
}

impl From<ServerError> for ToolFailure {
    fn from(error: ServerError) -> Self {
        let code = match error {
            ServerError::TimedOut(..) => FailureCode::TimedOut,
            ServerError::Stopped => FailureCode::Cancelled,
            ServerError::Start(..) | ServerError::Gone(_) | ServerError::Refused(..) => {
                FailureCode::LanguageServerError
            }
        };
        Self::new(code, error.to_string())
    }
}

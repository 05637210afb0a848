//! Why an operation of the contract failed, in the contract's words.

use atelier_process::Ran;
use atelier_workspace::AccessError;

use crate::{GitError, error::words};

/// Why an operation of the contract failed. What git said is its output followed by its complaints, without passwords.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitFailure {
    /// The request can't be accepted.
    #[error("{0}")]
    Invalid(&'static str),
    /// What it is about does not exist.
    #[error("{0}")]
    NotFound(&'static str),
    /// Git, or the system, says so.
    #[error("{0}")]
    Failed(String),
    /// It took too long.
    #[error("Git command timed out")]
    TimedOut,
    /// It was stopped.
    #[error("Git was stopped before it was done; nothing needs to be done about that.")]
    Stopped,
}

impl GitFailure {
    pub(super) fn words(ran: &Ran) -> Self {
        Self::Failed(words(&ran.output, &ran.complaint))
    }

    pub(super) fn io(error: &std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<GitError> for GitFailure {
    fn from(error: GitError) -> Self {
        match error {
            GitError::TimedOut { .. } => Self::TimedOut,
            GitError::Stopped => Self::Stopped,
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<AccessError> for GitFailure {
    fn from(error: AccessError) -> Self {
        Self::Failed(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use atelier_process::RunError;

    use super::*;

    #[test]
    fn what_takes_too_long_is_told_in_the_contracts_words() {
        let failure = GitFailure::from(GitError::from_run(RunError::TimedOut, 120));
        assert_eq!(failure.to_string(), "Git command timed out");
    }
}

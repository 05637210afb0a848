//! Why a prompt was not taken.

use atelier_protocol::SessionId;
use atelier_store::StoreError;

use crate::MAX_PROMPT_BYTES;

/// Why a prompt was not taken. Nothing was written in any of these cases.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgentError {
    /// The prompt holds nothing but white space.
    #[error("The prompt is empty; write what the agent should do.")]
    EmptyPrompt,
    /// The prompt is longer than [`MAX_PROMPT_BYTES`].
    #[error("The prompt is longer than {} MiB; put the text in a file and name the file instead.", MAX_PROMPT_BYTES >> 20)]
    PromptTooLong,
    /// A turn is running in this session, here or in another process.
    #[error("This session is still working on the last prompt; wait for it or stop it first.")]
    Busy {
        /// The session.
        session: SessionId,
    },
    /// The turn to stop runs in another process.
    #[error("This turn runs in another Atelier window or command; stop it there.")]
    RunsElsewhere {
        /// The session.
        session: SessionId,
    },
    /// The agent is shutting down.
    #[error("Atelier is closing; the prompt was not sent.")]
    Closed,
    /// The log could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

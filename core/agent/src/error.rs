//! Why something was not done.

use atelier_checkpoints::CheckpointError;
use atelier_protocol::{ElicitationId, MessageId, QueuedPromptId, SessionId, ToolCallId, WrongField};
use atelier_store::StoreError;

use crate::MAX_PROMPT_BYTES;

/// Why something was not done. Nothing was written in any of these cases but [`AgentError::Checkpoint`].
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
    /// The session's turn waits for the user's word about a tool.
    #[error("This session waits for your word about a tool; allow or refuse it, or stop the turn first.")]
    WaitsForApproval {
        /// The session.
        session: SessionId,
    },
    /// The title holds nothing but white space.
    #[error("The title is empty; give the session a name of one line.")]
    EmptyTitle,
    /// There is no message of the user with this number in the conversation.
    #[error("Message {message} is none of yours in this conversation; look the session up again.")]
    NoSuchMessage {
        /// The message.
        message: MessageId,
    },
    /// Nothing that the agent changed is left to undo.
    #[error("There is nothing to undo: the agent has changed no files with its tools, or all of that is undone.")]
    NothingToUndo,
    /// Files could not be put back. Some may be: trying again goes on from there.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// No summary could be had.
    #[error("The conversation could not be summarised, and is as it was: {reason}")]
    NotSummarised {
        /// Why, in a sentence that says what to do.
        reason: String,
    },
    /// As many prompts wait as may.
    #[error("As many messages wait for the agent as can; take one back, or wait until they are delivered.")]
    QueueFull,
    /// There is no such queued prompt, or none any more.
    #[error("Message {prompt} does not wait any more; the agent has it, or it was taken back.")]
    NotQueued {
        /// Which.
        prompt: QueuedPromptId,
    },
    /// The session has no such tool call.
    #[error("There is no tool call {call} in this session; look the session up again.")]
    NoSuchCall {
        /// The call.
        call: ToolCallId,
    },
    /// The user was never asked about the call.
    #[error("Tool call {call} needs no approval; there is nothing to answer.")]
    NotAsked {
        /// The call.
        call: ToolCallId,
    },
    /// The question about the call has the contrary answer already, or it came too late.
    #[error("Tool call {call} was decided otherwise already; send a new prompt to have it tried again.")]
    AnsweredOtherwise {
        /// The call.
        call: ToolCallId,
    },
    /// There is no such question of a tool, or none any more.
    #[error("Question {elicitation} is answered already, or its call has ended; there is nothing to answer.")]
    NoSuchElicitation {
        /// The question.
        elicitation: ElicitationId,
    },
    /// What was typed does not fit what is asked for.
    #[error("{}", fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))]
    WrongFields {
        /// What is wrong, a sentence for each field.
        fields: Vec<WrongField>,
    },
    /// The turn to stop runs in another process.
    #[error("This turn runs in another Atelier window or command; stop it there.")]
    RunsElsewhere {
        /// The session.
        session: SessionId,
    },
    /// The session's project can't be opened.
    #[error("The project folder {project} can't be opened ({reason}); put it back, or start a session in another one.")]
    ProjectGone {
        /// The folder.
        project: String,
        /// What the system said.
        reason: String,
    },
    /// The agent is shutting down.
    #[error("Atelier is closing; the prompt was not sent.")]
    Closed,
    /// The log could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

//! What the fields of events say: who speaks, what the agent does, how things ended.

use serde::{Deserialize, Serialize};

/// Who speaks in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// What kind of text a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    /// Prompt or answer.
    Text,
    /// The model's reasoning, shown apart. Its text is empty where the vendor keeps it secret.
    Thinking,
}

/// What the agent of a session is doing. The names are those of the HTTP contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Nothing; it takes a prompt.
    #[default]
    Idle,
    /// Waiting for the model or receiving from it.
    Thinking,
    /// Running a tool.
    ToolExecution,
    /// Waiting for the user's decision.
    WaitingApproval,
    /// A request failed; either a retry follows or the turn ends.
    Error,
}

/// Why a request waits before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// The attempt before it failed; the `error` just before says how.
    Retry,
    /// More requests now would be more than the provider allows, or it has asked for a pause.
    RateLimit,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnOutcome {
    /// The model finished.
    Completed,
    /// The user stopped it, or the program died in the middle. What had come is kept.
    Interrupted,
    /// It failed; an `error` event says why.
    Failed,
}

/// Why the model stopped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// It had said what it had to say.
    EndTurn,
    /// The output limit of the request was reached.
    MaxTokens,
    /// A stop sequence of the request came up.
    StopSequence,
    /// It asks for tools.
    ToolUse,
    /// The vendor paused a long turn; sending the conversation again continues it.
    PauseTurn,
    /// It declined to answer.
    Refusal,
    /// The conversation no longer fits the model's context window.
    ContextWindow,
    /// The turn has had as many answers as it may have, and the model still asks for tools.
    TurnLimit,
    /// The turn's requests and answers have taken as many tokens as they may.
    TokenLimit,
    /// The turn has lasted as long as it may; what was under way was cut off.
    TimeLimit,
    /// A reason this version does not know, as the vendor wrote it.
    #[serde(untagged)]
    Other(String),
}

/// What an error is about, for programs. The names are those of the HTTP contract where it has one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The model provider could not be reached, refused the request or broke off.
    LlmApiError,
    /// No usable key, base URL or model is configured.
    NotReady,
    /// The log could not be written or read.
    StorageError,
    /// A defect in Atelier.
    Internal,
    /// A code this version does not know.
    #[serde(untagged)]
    Other(String),
}

//! What the fields of events say.

use atelier_protocol as protocol;

/// Who speaks in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// What kind of text a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ContentKind {
    /// Prompt or answer.
    Text,
    /// The model's reasoning.
    Thinking,
}

/// What the agent of a session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum AgentState {
    /// Nothing; it takes a prompt.
    Idle,
    /// Waiting for the model or receiving from it.
    Thinking,
    /// Running a tool.
    ToolExecution,
    /// Waiting for the user's decision.
    WaitingApproval,
    /// A request failed.
    Error,
}

/// Why a request waits before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum WaitReason {
    /// The attempt before it failed; the error just before says how.
    Retry,
    /// More requests now would be more than the provider allows.
    RateLimit,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TurnOutcome {
    /// The model finished.
    Completed,
    /// The user stopped it, or the program died in the middle.
    Interrupted,
    /// It failed; an error event says why.
    Failed,
}

/// Why the model stopped.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum StopReason {
    /// It had said what it had to say.
    EndTurn,
    /// The output limit of the request was reached.
    MaxTokens,
    /// A stop sequence came up.
    StopSequence,
    /// It asks for tools.
    ToolUse,
    /// The vendor paused a long turn.
    PauseTurn,
    /// It declined to answer.
    Refusal,
    /// The conversation no longer fits the model's context window.
    ContextWindow,
    /// The turn has had as many answers as it may have, and the model still asks for tools.
    TurnLimit,
    /// The turn has taken as many tokens as it may.
    TokenLimit,
    /// The turn has lasted as long as it may.
    TimeLimit,
    /// A reason this version does not know.
    Other {
        /// As the vendor wrote it.
        name: String,
    },
}

/// What an error is about.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
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
    Other {
        /// As it was written.
        name: String,
    },
}

/// Tokens a model request took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TokenUsage {
    /// Input tokens outside the prompt cache.
    pub input_tokens: u64,
    /// Output tokens, thinking included.
    pub output_tokens: u64,
    /// Input tokens read from the prompt cache.
    pub cache_read_tokens: u64,
    /// Input tokens written to the prompt cache.
    pub cache_write_tokens: u64,
    /// The part of the output tokens that the model spent on thinking.
    pub reasoning_tokens: u64,
}

impl From<protocol::Role> for Role {
    fn from(role: protocol::Role) -> Self {
        match role {
            protocol::Role::User => Self::User,
            protocol::Role::Assistant => Self::Assistant,
        }
    }
}

impl From<protocol::ContentKind> for ContentKind {
    fn from(content: protocol::ContentKind) -> Self {
        match content {
            protocol::ContentKind::Text => Self::Text,
            protocol::ContentKind::Thinking => Self::Thinking,
        }
    }
}

impl From<protocol::AgentState> for AgentState {
    fn from(state: protocol::AgentState) -> Self {
        match state {
            protocol::AgentState::Idle => Self::Idle,
            protocol::AgentState::Thinking => Self::Thinking,
            protocol::AgentState::ToolExecution => Self::ToolExecution,
            protocol::AgentState::WaitingApproval => Self::WaitingApproval,
            protocol::AgentState::Error => Self::Error,
        }
    }
}

impl From<protocol::WaitReason> for WaitReason {
    fn from(reason: protocol::WaitReason) -> Self {
        match reason {
            protocol::WaitReason::Retry => Self::Retry,
            protocol::WaitReason::RateLimit => Self::RateLimit,
        }
    }
}

impl From<protocol::TurnOutcome> for TurnOutcome {
    fn from(outcome: protocol::TurnOutcome) -> Self {
        match outcome {
            protocol::TurnOutcome::Completed => Self::Completed,
            protocol::TurnOutcome::Interrupted => Self::Interrupted,
            protocol::TurnOutcome::Failed => Self::Failed,
        }
    }
}

impl From<protocol::StopReason> for StopReason {
    fn from(reason: protocol::StopReason) -> Self {
        match reason {
            protocol::StopReason::EndTurn => Self::EndTurn,
            protocol::StopReason::MaxTokens => Self::MaxTokens,
            protocol::StopReason::StopSequence => Self::StopSequence,
            protocol::StopReason::ToolUse => Self::ToolUse,
            protocol::StopReason::PauseTurn => Self::PauseTurn,
            protocol::StopReason::Refusal => Self::Refusal,
            protocol::StopReason::ContextWindow => Self::ContextWindow,
            protocol::StopReason::TokenLimit => Self::TokenLimit,
            protocol::StopReason::TimeLimit => Self::TimeLimit,
            protocol::StopReason::TurnLimit => Self::TurnLimit,
            protocol::StopReason::Other(name) => Self::Other { name },
        }
    }
}

impl From<protocol::ErrorCode> for ErrorCode {
    fn from(code: protocol::ErrorCode) -> Self {
        match code {
            protocol::ErrorCode::LlmApiError => Self::LlmApiError,
            protocol::ErrorCode::NotReady => Self::NotReady,
            protocol::ErrorCode::StorageError => Self::StorageError,
            protocol::ErrorCode::Internal => Self::Internal,
            protocol::ErrorCode::Other(name) => Self::Other { name },
        }
    }
}

impl From<protocol::Usage> for TokenUsage {
    fn from(usage: protocol::Usage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            cache_read_tokens: usage.cache_read_tokens,
            cache_write_tokens: usage.cache_write_tokens,
            reasoning_tokens: usage.reasoning_tokens,
        }
    }
}

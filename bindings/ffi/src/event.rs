//! Session events as Swift sees them. Meaning and order are those of `atelier_protocol::EventBody`.

use atelier_protocol as protocol;

/// One numbered event of a session.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SessionEvent {
    /// Position in the session's log: from 1, without gaps but where deltas were merged.
    pub seq: u64,
    /// When it was stored; milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// What happened.
    pub body: EventBody,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum EventBody {
    /// The session has a (new) title.
    SessionRenamed {
        /// The title, one line.
        title: String,
    },
    /// A prompt was accepted and its turn began.
    TurnStarted {
        /// Number of the turn in its session.
        turn: u64,
        /// Who answers.
        provider: String,
        /// The model asked for.
        model: String,
    },
    /// The turn is over.
    TurnFinished {
        /// Number of the turn in its session.
        turn: u64,
        /// How it ended.
        outcome: TurnOutcome,
        /// Why the model stopped, where it said so.
        stop_reason: Option<StopReason>,
    },
    /// A message begins; its text follows in deltas.
    MessageStarted {
        /// Number of the message in its session.
        message: u64,
        /// The turn it belongs to.
        turn: u64,
        /// Who speaks.
        role: Role,
        /// What kind of text it is.
        content: ContentKind,
    },
    /// More text of a message, to be appended.
    MessageDelta {
        /// Number of the message in its session.
        message: u64,
        /// The text; a character is never split.
        text: String,
    },
    /// A message ends. What its vendor wants back stays in the core.
    MessageFinished {
        /// Number of the message in its session.
        message: u64,
        /// False when it was cut off.
        complete: bool,
    },
    /// What a model request consumed.
    Usage {
        /// Number of the turn in its session.
        turn: u64,
        /// The model that answered.
        model: String,
        /// The tokens.
        usage: TokenUsage,
    },
    /// The next request waits before it is sent: for `wait_ms` from the event's time, or until the turn's next event.
    ModelWaiting {
        /// Number of the turn in its session.
        turn: u64,
        /// Why.
        reason: WaitReason,
        /// Which attempt of the request it waits for, from 1.
        attempt: u32,
        /// How many attempts there are at most.
        attempts: u32,
        /// How long, in milliseconds.
        wait_ms: u64,
    },
    /// Something went wrong. What was received before it stays.
    Error {
        /// For programs.
        code: ErrorCode,
        /// For people, shown as it is.
        message: String,
    },
    /// The agent does something else now.
    StateChanged {
        /// What it does.
        state: AgentState,
    },
    /// A kind this version does not know.
    Unknown {
        /// Its name; empty where it has none.
        kind: String,
        /// The whole event body as JSON.
        json: String,
    },
}

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

impl From<protocol::SessionEvent> for SessionEvent {
    fn from(event: protocol::SessionEvent) -> Self {
        Self { seq: event.seq, at_ms: event.at.as_millis(), body: event.body.into() }
    }
}

impl From<protocol::EventBody> for EventBody {
    fn from(body: protocol::EventBody) -> Self {
        use protocol::EventBody as From;
        match body {
            From::SessionRenamed { title } => Self::SessionRenamed { title },
            From::TurnStarted { turn, provider, model } => Self::TurnStarted { turn: turn.0, provider, model },
            From::TurnFinished { turn, outcome, stop_reason } => {
                Self::TurnFinished { turn: turn.0, outcome: outcome.into(), stop_reason: stop_reason.map(Into::into) }
            }
            From::MessageStarted { message, turn, role, content } => {
                Self::MessageStarted { message: message.0, turn: turn.0, role: role.into(), content: content.into() }
            }
            From::MessageDelta { message, text } => Self::MessageDelta { message: message.0, text },
            From::MessageFinished { message, complete, vendor: _ } => {
                Self::MessageFinished { message: message.0, complete }
            }
            From::Usage { turn, model, usage, first_token_ms: _ } => {
                Self::Usage { turn: turn.0, model, usage: usage.into() }
            }
            From::ModelWaiting { turn, reason, attempt, attempts, wait_ms } => {
                Self::ModelWaiting { turn: turn.0, reason: reason.into(), attempt, attempts, wait_ms }
            }
            From::Error { code, message } => Self::Error { code: code.into(), message },
            From::StateChanged { state } => Self::StateChanged { state: state.into() },
            // A kind that the protocol knows and this crate does not know yet is unknown to Swift as well.
            unknown => Self::Unknown {
                kind: unknown.kind().to_owned(),
                json: serde_json::to_string(&unknown).unwrap_or_default(),
            },
        }
    }
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
            protocol::StopReason::TurnLimit => Self::Other { name: "turn_limit".to_owned() },
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

#[cfg(test)]
mod tests;

//! Session events: the lines of a session's log.
//!
//! Every consumer — app, command line, HTTP, transcripts — reads the same events in the same order. The JSON form
//! below is what is stored, what `--json` prints and what other programs may rely on: kinds and fields are added,
//! never renamed.

use serde::{Deserialize, Serialize};

use crate::{Decision, FileOperation, MessageId, PermissionMode, Timestamp, ToolCallId, ToolOutcome, TurnId, Usage};

/// A JSON value kept as it came, for vendor data that is only ever handed back.
pub type Json = serde_json::Value;

/// One numbered event of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionEvent {
    /// Position in the session's log: from 1, without gaps.
    pub seq: u64,
    /// When it was stored.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// What happened. The JSON field `type` names the kind.
///
/// Order within a turn: `turn.started`; the prompt (`message.started`, `message.delta`, `message.finished`);
/// `state.changed` to thinking; messages of the answer, one at a time, and `tool.requested` between them; `usage`;
/// then for each call that was requested, in that order, `tool.call`, perhaps `state.changed` to waiting for approval
/// and `approval.resolved`, `state.changed` to running a tool, `tool.progress`, `tool.result`, `file.changed`; then
/// thinking again and the next answer, as long as the model asks for tools; perhaps `error`; `turn.finished`;
/// `state.changed` to idle, always last.
///
/// A request that fails before anything of its answer was written may be sent again: `usage` where some was counted,
/// `error`, `state.changed` to error, `model.waiting`, and when the wait is over `state.changed` to thinking. The same
/// turn goes on from there. A turn stopped while it waits ends like any other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum EventBody {
    /// The session has a (new) title.
    #[serde(rename = "session.renamed")]
    SessionRenamed {
        /// The title, one line.
        title: String,
    },
    /// The session works in this folder; from here on its agent has tools.
    #[serde(rename = "session.project")]
    SessionProject {
        /// The folder, absolute.
        path: String,
    },
    /// How far the agent may go without asking, from here on.
    #[serde(rename = "mode.changed")]
    ModeChanged {
        /// The mode.
        mode: PermissionMode,
    },
    /// A prompt was accepted and its turn began.
    #[serde(rename = "turn.started")]
    TurnStarted {
        /// The turn.
        turn: TurnId,
        /// Who answers: `anthropic`, `demo`.
        provider: String,
        /// The model asked for.
        model: String,
    },
    /// The turn is over; nothing but `state.changed` follows in it.
    #[serde(rename = "turn.finished")]
    TurnFinished {
        /// The turn.
        turn: TurnId,
        /// How it ended.
        outcome: TurnOutcome,
        /// Why the model stopped, where it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stop_reason: Option<StopReason>,
    },
    /// A message begins; its text follows in deltas.
    #[serde(rename = "message.started")]
    MessageStarted {
        /// The message.
        message: MessageId,
        /// The turn it belongs to.
        turn: TurnId,
        /// Who speaks.
        role: Role,
        /// What kind of text it is.
        content: ContentKind,
    },
    /// More text of a message, to be appended. Neighbouring deltas may have been merged; their order never changes.
    #[serde(rename = "message.delta")]
    MessageDelta {
        /// The message.
        message: MessageId,
        /// The text; a character is never split.
        text: String,
    },
    /// A message ends.
    #[serde(rename = "message.finished")]
    MessageFinished {
        /// The message.
        message: MessageId,
        /// False when it was cut off: interrupted, or the connection failed.
        complete: bool,
        /// What the vendor wants back unchanged to continue from here, such as a thinking signature.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vendor: Option<Json>,
    },
    /// The model asks for a tool. Its arguments are whole.
    #[serde(rename = "tool.requested")]
    ToolRequested {
        /// The call.
        tool_call_id: ToolCallId,
        /// The turn it belongs to.
        turn: TurnId,
        /// The tool.
        tool: String,
        /// The arguments, as the model wrote them.
        params: Json,
        /// The vendor's own id of the call.
        vendor_id: String,
        /// What the vendor wants back unchanged with the call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vendor: Option<Json>,
    },
    /// The call's turn has come. One that needs no approval runs now.
    #[serde(rename = "tool.call")]
    ToolCall {
        /// The call.
        tool_call_id: ToolCallId,
        /// The tool.
        tool: String,
        /// The arguments.
        params: Json,
        /// Whether the user is asked.
        requires_approval: bool,
        /// What would happen: a diff, a command.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        preview: Option<String>,
        /// It can't be undone, or reaches beyond the project.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        dangerous: bool,
        /// When an unanswered question counts as refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// The question about a call is answered. The first answer in the log is the one that counts.
    #[serde(rename = "approval.resolved")]
    ApprovalResolved {
        /// The call.
        tool_call_id: ToolCallId,
        /// The answer.
        #[serde(flatten)]
        decision: Decision,
    },
    /// A running tool tells how it is getting on.
    #[serde(rename = "tool.progress")]
    ToolProgress {
        /// The call.
        tool_call_id: ToolCallId,
        /// How far it is, from 0 to 100, where that can be known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        progress: Option<u8>,
        /// What it does, or more of its output.
        message: String,
    },
    /// A call is settled.
    #[serde(rename = "tool.result")]
    ToolResult {
        /// The call.
        tool_call_id: ToolCallId,
        /// What came of it.
        #[serde(flatten)]
        outcome: ToolOutcome,
        /// How long it ran, in milliseconds; 0 for one that did not.
        execution_time_ms: u64,
    },
    /// A tool changed a file.
    #[serde(rename = "file.changed")]
    FileChanged {
        /// The call.
        tool_call_id: ToolCallId,
        /// The file, from the project's folder on.
        path: String,
        /// How it changed.
        operation: FileOperation,
        /// It was not there before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        created: bool,
    },
    /// What a model request consumed.
    #[serde(rename = "usage")]
    Usage {
        /// The turn.
        turn: TurnId,
        /// The model that answered, as the vendor names it.
        model: String,
        /// The tokens.
        usage: Usage,
        /// Milliseconds from sending the request to the first piece of its answer (text, thinking or a tool call);
        /// absent when none came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_token_ms: Option<u64>,
    },
    /// The next request waits before it is sent. The wait is over after `wait_ms`, counted from the event's time, or
    /// with the next event of the turn.
    #[serde(rename = "model.waiting")]
    ModelWaiting {
        /// The turn.
        turn: TurnId,
        /// Why.
        reason: WaitReason,
        /// Which attempt of the request it waits for, from 1 to `attempts`.
        attempt: u32,
        /// How many attempts there are at most.
        attempts: u32,
        /// How long, in milliseconds.
        wait_ms: u64,
    },
    /// Something went wrong. What was received before it stays.
    #[serde(rename = "error")]
    Error {
        /// For programs.
        code: ErrorCode,
        /// For people: what happened and what to do, in a sentence or two.
        message: String,
    },
    /// The agent does something else now. The same state is never repeated.
    #[serde(rename = "state.changed")]
    StateChanged {
        /// What it does.
        state: AgentState,
    },
    /// A kind (or shape) this version does not know, as read; kept and passed on unchanged. Holds `type` too.
    #[serde(untagged)]
    Unknown(serde_json::Map<String, Json>),
}

impl EventBody {
    /// The kind as it stands in the JSON field `type`; empty for an unknown event without one.
    pub fn kind(&self) -> &str {
        match self {
            Self::SessionRenamed { .. } => "session.renamed",
            Self::SessionProject { .. } => "session.project",
            Self::ModeChanged { .. } => "mode.changed",
            Self::TurnStarted { .. } => "turn.started",
            Self::TurnFinished { .. } => "turn.finished",
            Self::MessageStarted { .. } => "message.started",
            Self::MessageDelta { .. } => "message.delta",
            Self::MessageFinished { .. } => "message.finished",
            Self::ToolRequested { .. } => "tool.requested",
            Self::ToolCall { .. } => "tool.call",
            Self::ApprovalResolved { .. } => "approval.resolved",
            Self::ToolProgress { .. } => "tool.progress",
            Self::ToolResult { .. } => "tool.result",
            Self::FileChanged { .. } => "file.changed",
            Self::Usage { .. } => "usage",
            Self::ModelWaiting { .. } => "model.waiting",
            Self::Error { .. } => "error",
            Self::StateChanged { .. } => "state.changed",
            Self::Unknown(fields) => fields.get("type").and_then(Json::as_str).unwrap_or_default(),
        }
    }
}

/// Merges neighbouring deltas of one message, for a reader that is behind. A merged event carries the sequence number
/// and time of its last part, so reading on after it neither repeats nor skips anything. No event grows past
/// `max_text` bytes by merging.
pub fn merge_deltas(events: impl IntoIterator<Item = SessionEvent>, max_text: usize) -> Vec<SessionEvent> {
    let mut merged: Vec<SessionEvent> = Vec::new();
    for event in events {
        if let (
            Some(SessionEvent { seq, at, body: EventBody::MessageDelta { message: open, text } }),
            EventBody::MessageDelta { message, text: more },
        ) = (merged.last_mut(), &event.body)
            && open == message
            && text.len() + more.len() <= max_text
        {
            text.push_str(more);
            (*seq, *at) = (event.seq, event.at);
        } else {
            merged.push(event);
        }
    }
    merged
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn delta(seq: u64, message: u64, text: &str) -> SessionEvent {
        let body = EventBody::MessageDelta { message: MessageId(message), text: text.to_owned() };
        SessionEvent { seq, at: Timestamp::from_millis(i64::try_from(seq).unwrap()), body }
    }

    #[test]
    fn an_event_is_one_flat_json_object() {
        let event = SessionEvent {
            seq: 7,
            at: Timestamp::from_millis(1_767_603_600_000),
            body: EventBody::TurnFinished {
                turn: TurnId(1),
                outcome: TurnOutcome::Completed,
                stop_reason: Some(StopReason::EndTurn),
            },
        };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(
            text,
            r#"{"seq":7,"at":"2026-01-05T09:00:00.000Z","type":"turn.finished","turn":1,"outcome":"completed","stop_reason":"end_turn"}"#
        );
        assert_eq!(serde_json::from_str::<SessionEvent>(&text).unwrap(), event);
    }

    #[test]
    fn a_wait_says_why_for_which_attempt_and_how_long() {
        let body = EventBody::ModelWaiting {
            turn: TurnId(1),
            reason: WaitReason::RateLimit,
            attempt: 1,
            attempts: 4,
            wait_ms: 750,
        };
        let text = r#"{"type":"model.waiting","turn":1,"reason":"rate_limit","attempt":1,"attempts":4,"wait_ms":750}"#;
        assert_eq!(serde_json::to_string(&body).unwrap(), text);
        assert_eq!(serde_json::from_str::<EventBody>(text).unwrap(), body);
    }

    #[test]
    fn an_unknown_kind_is_kept_and_passed_on_unchanged() {
        let text = r#"{"seq":3,"at":"2026-01-05T09:00:00.000Z","type":"tool.progress","z":[1,{"b":null}],"a":1.5}"#;
        let event: SessionEvent = serde_json::from_str(text).unwrap();
        assert_eq!(event.body.kind(), "tool.progress");
        assert!(matches!(event.body, EventBody::Unknown(_)));
        assert_eq!(serde_json::to_string(&event).unwrap(), text);
    }

    #[test]
    fn a_known_kind_in_an_unknown_shape_is_kept_too() {
        let body: EventBody = serde_json::from_value(json!({"type": "state.changed", "state": "dreaming"})).unwrap();
        assert!(matches!(body, EventBody::Unknown(_)));
        assert_eq!(body.kind(), "state.changed");
    }

    #[test]
    fn unknown_reasons_and_codes_keep_their_text() {
        let reason: StopReason = serde_json::from_str("\"model_tired\"").unwrap();
        assert_eq!(reason, StopReason::Other("model_tired".to_owned()));
        assert_eq!(serde_json::to_string(&ErrorCode::LlmApiError).unwrap(), "\"LLM_API_ERROR\"");
        assert_eq!(serde_json::to_string(&ErrorCode::Other("TEAPOT".into())).unwrap(), "\"TEAPOT\"");
    }

    proptest! {
        #[test]
        fn merging_keeps_every_text_in_order_and_the_last_number(
            parts in prop::collection::vec((1_u64..4, "[a-zé]{0,6}"), 0..40),
            max_text in 1_usize..20,
        ) {
            let events: Vec<_> =
                parts.iter().zip(1..).map(|((message, text), seq)| delta(seq, *message, text)).collect();
            let merged = merge_deltas(events.clone(), max_text);
            let text_of = |events: &[SessionEvent], wanted: u64| -> String {
                events.iter().filter_map(|event| match &event.body {
                    EventBody::MessageDelta { message, text } if message.0 == wanted => Some(text.as_str()),
                    _ => None,
                }).collect()
            };
            for message in 1..4 {
                prop_assert_eq!(text_of(&merged, message), text_of(&events, message));
            }
            prop_assert_eq!(merged.last().map(|event| event.seq), events.last().map(|event| event.seq));
            prop_assert!(merged.windows(2).all(|pair| pair[0].seq < pair[1].seq));
        }
    }
}

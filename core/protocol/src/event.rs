//! Session events: the lines of a session's log.
//!
//! Every consumer — app, command line, HTTP, transcripts — reads the same events in the same order. The JSON form
//! below is what is stored, what `--json` prints and what other programs may rely on: kinds and fields are added,
//! never renamed.

mod fields;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use fields::{AgentState, ContentKind, ErrorCode, Role, StopReason, TurnOutcome, WaitReason};

use crate::{
    CheckpointId, Decision, ElicitationAnswer, ElicitationId, FileOperation, MessageId, PermissionMode, QueuedPromptId,
    SessionId, Timestamp, ToolCallId, ToolOutcome, TurnId, Usage, Wanted,
};

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
/// A command that the sandbox refused something may be asked about while it runs: `tool.call` again, with `unconfined`,
/// and from there as before.
///
/// While a call runs, its MCP server may ask the user something: `elicitation.requested` and `elicitation.resolved`. Of a
/// call that runs beside others, these may come before its `tool.call`. What is unanswered when its call has a result is
/// asked no more.
///
/// A call that a session of its own does has `task.started` and `task.finished` before its `tool.result`. Of several such
/// calls that work at the same time, these may come before the `tool.call`.
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
    /// The session was put away, or taken out again. It is not listed unless asked for; a prompt takes it out.
    #[serde(rename = "session.archived")]
    SessionArchived {
        /// Whether it is put away from here on.
        archived: bool,
    },
    /// The events before this one are a copy of another session's: this one goes its own way from here on.
    #[serde(rename = "session.forked")]
    SessionForked {
        /// The session it was.
        from: SessionId,
        /// The last event of that session that was copied.
        up_to: u64,
    },
    /// The session does a part of another session's work.
    #[serde(rename = "session.parent")]
    SessionParent {
        /// The session that asked.
        session: SessionId,
        /// Its tool call that waits for this one.
        tool_call_id: ToolCallId,
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
    /// The user said something while a turn ran. It is delivered at the next step, or begins the next turn.
    #[serde(rename = "prompt.queued")]
    PromptQueued {
        /// Its number among the session's queued prompts.
        prompt: QueuedPromptId,
        /// What was written.
        text: String,
    },
    /// A queued prompt was taken back before it was delivered.
    #[serde(rename = "prompt.withdrawn")]
    PromptWithdrawn {
        /// Which.
        prompt: QueuedPromptId,
    },
    /// A queued prompt is delivered: the message that begins with the next event is it.
    #[serde(rename = "prompt.delivered")]
    PromptDelivered {
        /// Which.
        prompt: QueuedPromptId,
    },
    /// The model is from here on told a summary in place of the messages up to one. The log keeps them, and so do
    /// readers.
    #[serde(rename = "history.compacted")]
    HistoryCompacted {
        /// The last message that the summary stands for.
        up_to: MessageId,
        /// The summary, as a model wrote it.
        summary: String,
        /// Whether it was necessary; else the user asked for it.
        automatic: bool,
    },
    /// From here on, this message of the user and all that came after it is out of the conversation. The log keeps it.
    #[serde(rename = "conversation.rewound")]
    ConversationRewound {
        /// The first message that no longer counts.
        to: MessageId,
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
        /// It would run outside the sandbox in which commands run. If the call runs already, the sandbox has refused it
        /// something, and it would run again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unconfined: bool,
        /// The rules that would allow such calls from here on, if the user wants that; the narrowest that fit.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        always: Vec<String>,
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
    /// A call's MCP server asks the user for something.
    #[serde(rename = "elicitation.requested")]
    ElicitationRequested {
        /// Its number among the session's.
        elicitation: ElicitationId,
        /// The call.
        tool_call_id: ToolCallId,
        /// The server.
        server: String,
        /// What the user is told, as the server says it.
        message: String,
        /// What is asked for.
        #[serde(flatten)]
        wanted: Wanted,
        /// When an unanswered question counts as cancelled.
        expires_at: Timestamp,
    },
    /// Such a question is answered. The first answer in the log is the one that counts.
    #[serde(rename = "elicitation.resolved")]
    ElicitationResolved {
        /// Which.
        elicitation: ElicitationId,
        /// The answer.
        #[serde(flatten)]
        answer: ElicitationAnswer,
    },
    /// The call is done by a session of its own.
    #[serde(rename = "task.started")]
    TaskStarted {
        /// The call.
        tool_call_id: ToolCallId,
        /// The session that does it.
        session: SessionId,
    },
    /// The session that did a call is done, whatever came of it; the call's result follows.
    #[serde(rename = "task.finished")]
    TaskFinished {
        /// The call.
        tool_call_id: ToolCallId,
        /// The session that did it.
        session: SessionId,
        /// Who answered there.
        provider: String,
        /// The model that was asked there.
        model: String,
        /// The tokens of all its requests together.
        usage: Usage,
    },
    /// The files that a call is about to change are kept as they are, so that they can be restored.
    #[serde(rename = "checkpoint.taken")]
    CheckpointTaken {
        /// Its number in the session.
        checkpoint: CheckpointId,
        /// The call.
        tool_call_id: ToolCallId,
        /// The files, from the project's folder on.
        paths: Vec<String>,
    },
    /// Files are again as they were at a checkpoint.
    #[serde(rename = "files.restored")]
    FilesRestored {
        /// The checkpoint; 0 where a sub-agent had changed the files, whose own log names the checkpoint.
        checkpoint: CheckpointId,
        /// The files that were restored or, if they were not there then, removed.
        restored: Vec<String>,
        /// The files that were left alone, because someone else has changed them since.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kept: Vec<String>,
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
        /// The message is more of its output, to be appended to what came before. Of a flood of it parts are left out;
        /// the result has what counts.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        output: bool,
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
            Self::SessionArchived { .. } => "session.archived",
            Self::SessionForked { .. } => "session.forked",
            Self::SessionParent { .. } => "session.parent",
            Self::ModeChanged { .. } => "mode.changed",
            Self::TurnStarted { .. } => "turn.started",
            Self::TurnFinished { .. } => "turn.finished",
            Self::PromptQueued { .. } => "prompt.queued",
            Self::PromptWithdrawn { .. } => "prompt.withdrawn",
            Self::PromptDelivered { .. } => "prompt.delivered",
            Self::HistoryCompacted { .. } => "history.compacted",
            Self::ConversationRewound { .. } => "conversation.rewound",
            Self::MessageStarted { .. } => "message.started",
            Self::MessageDelta { .. } => "message.delta",
            Self::MessageFinished { .. } => "message.finished",
            Self::ToolRequested { .. } => "tool.requested",
            Self::ToolCall { .. } => "tool.call",
            Self::ApprovalResolved { .. } => "approval.resolved",
            Self::ElicitationRequested { .. } => "elicitation.requested",
            Self::ElicitationResolved { .. } => "elicitation.resolved",
            Self::TaskStarted { .. } => "task.started",
            Self::TaskFinished { .. } => "task.finished",
            Self::CheckpointTaken { .. } => "checkpoint.taken",
            Self::FilesRestored { .. } => "files.restored",
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

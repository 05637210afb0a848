//! Session events as Swift sees them. Meaning and order are those of `atelier_protocol::EventBody`.

mod conversion;
mod fields;
mod tools;

use atelier_protocol as protocol;

use crate::{ElicitationOutcome, ElicitationWanted};
pub use fields::{AgentState, ContentKind, ErrorCode, Role, StopReason, TokenUsage, TurnOutcome, WaitReason};
pub use tools::{Decision, FileOperation, PermissionMode, ToolOutcome};

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
    /// The session works in this folder; from here on its agent has tools.
    SessionProject {
        /// The folder, absolute.
        path: String,
    },
    /// The session was put away, or taken out again.
    SessionArchived {
        /// Whether it is put away from here on.
        archived: bool,
    },
    /// The events before this one are a copy of another session's.
    SessionForked {
        /// The session it was.
        from: String,
        /// The last event of that session that was copied.
        up_to: u64,
    },
    /// The session does a part of another session's work.
    SessionParent {
        /// The session that asked.
        session: String,
        /// Number of its tool call that waits for this one.
        tool_call: u64,
    },
    /// How far the agent may go without asking, from here on.
    ModeChanged {
        /// The mode.
        mode: PermissionMode,
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
    /// The user said something while a turn ran. It is delivered at the next step, or begins the next turn.
    PromptQueued {
        /// Its number among the session's queued prompts.
        prompt: u64,
        /// What was written.
        text: String,
    },
    /// A queued prompt was taken back before it was delivered.
    PromptWithdrawn {
        /// Its number among the session's queued prompts.
        prompt: u64,
    },
    /// A queued prompt is delivered: the message that begins with the next event is it.
    PromptDelivered {
        /// Its number among the session's queued prompts.
        prompt: u64,
    },
    /// The model is from here on told a summary in place of the messages up to one.
    HistoryCompacted {
        /// Number of the last message that the summary stands for.
        up_to: u64,
        /// The summary, as a model wrote it.
        summary: String,
        /// Whether it was necessary; else the user asked for it.
        automatic: bool,
    },
    /// From here on, a message and all that came after it is out of the conversation.
    ConversationRewound {
        /// Number of the first message that no longer counts.
        to: u64,
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
    /// The model asks for a tool. What its vendor wants back stays in the core.
    ToolRequested {
        /// Number of the call in its session.
        call: u64,
        /// The turn it belongs to.
        turn: u64,
        /// The tool.
        tool: String,
        /// The arguments as JSON, as the model wrote them.
        params: String,
    },
    /// The call's turn has come; its arguments are those that were requested. One that needs no approval runs now.
    ToolCall {
        /// Number of the call in its session.
        call: u64,
        /// Whether the user is asked.
        requires_approval: bool,
        /// What would happen: a diff, a command.
        preview: Option<String>,
        /// It can't be undone, or reaches beyond the project.
        dangerous: bool,
        /// It would run outside the sandbox, which has just refused it.
        unconfined: bool,
        /// The rules that would allow such calls from here on; the narrowest that fit.
        always_rules: Vec<String>,
        /// When an unanswered question counts as refused; milliseconds since the Unix epoch.
        expires_at_ms: Option<i64>,
    },
    /// The question about a call is answered. The first answer is the one that counts.
    ApprovalResolved {
        /// Number of the call in its session.
        call: u64,
        /// The answer.
        decision: Decision,
    },
    /// A call's MCP server asks the user for something.
    ElicitationRequested {
        /// Its number in the session.
        elicitation: u64,
        /// Number of the call in its session.
        call: u64,
        /// The server.
        server: String,
        /// What the user is told, as the server says it.
        message: String,
        /// What is asked for.
        wanted: ElicitationWanted,
        /// When an unanswered question counts as cancelled; milliseconds since the Unix epoch.
        expires_at_ms: i64,
    },
    /// Such a question is answered. One whose call has a result is asked no more either.
    ElicitationResolved {
        /// Its number in the session.
        elicitation: u64,
        /// How; the values stay in the core.
        outcome: ElicitationOutcome,
    },
    /// The call is done by a session of its own.
    TaskStarted {
        /// Number of the call in its session.
        call: u64,
        /// The session that does it.
        session: String,
    },
    /// The files that a call is about to change are kept, so that they can be restored.
    CheckpointTaken {
        /// Its number in the session.
        checkpoint: u64,
        /// Number of the call in its session.
        call: u64,
        /// The files, from the project's folder on.
        paths: Vec<String>,
    },
    /// Files are again as they were at a checkpoint.
    FilesRestored {
        /// Its number in the session.
        checkpoint: u64,
        /// The files that were restored or, if they were not there then, removed.
        restored: Vec<String>,
        /// The files that were left alone, because someone else has changed them since.
        kept: Vec<String>,
    },
    /// A running tool tells how it is getting on.
    ToolProgress {
        /// Number of the call in its session.
        call: u64,
        /// How far it is, from 0 to 100, where that can be known.
        progress: Option<u8>,
        /// What it does, or more of its output.
        message: String,
        /// The message is more of its output, to be appended to what came before.
        output: bool,
    },
    /// A call is settled.
    ToolResult {
        /// Number of the call in its session.
        call: u64,
        /// What came of it.
        outcome: ToolOutcome,
        /// How long it ran, in milliseconds; 0 for one that did not.
        execution_time_ms: u64,
    },
    /// A tool changed a file.
    FileChanged {
        /// Number of the call in its session.
        call: u64,
        /// The file, from the project's folder on.
        path: String,
        /// How it changed.
        operation: FileOperation,
        /// It was not there before.
        created: bool,
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

impl From<protocol::SessionEvent> for SessionEvent {
    fn from(event: protocol::SessionEvent) -> Self {
        Self { seq: event.seq, at_ms: event.at.as_millis(), body: event.body.into() }
    }
}

#[cfg(test)]
mod tests;

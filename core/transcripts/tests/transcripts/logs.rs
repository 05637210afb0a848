//! Logs to make transcripts of.

use atelier_protocol::{
    ContentKind, EventBody, FileOperation, Json, MessageId, Role, SessionEvent, SessionId, SessionSummary, Timestamp,
    ToolAnswer, ToolCallId, ToolOutcome, TurnId, TurnOutcome, Usage,
};
use atelier_transcripts::Transcript;
use serde_json::json;

/// 2026-01-05 09:00:00 in UTC.
const NINE: i64 = 1_767_603_600_000;

/// A log being written, with its clock.
pub(crate) struct Log {
    summary: SessionSummary,
    events: Vec<SessionEvent>,
    now: Timestamp,
}

impl Log {
    /// An empty session of nine o'clock.
    pub(crate) fn new() -> Self {
        let now = Timestamp::from_millis(NINE);
        let id = "0b6f1c1e-5a0e-4b9e-9a55-0d3c1f3f7a10".parse().unwrap();
        Self { summary: SessionSummary::new(id, now), events: Vec::new(), now }
    }

    /// Another, a minute later.
    pub(crate) fn new_session() -> Self {
        let now = Timestamp::from_millis(NINE + 60_000);
        Self { summary: SessionSummary::new(SessionId::new(), now), events: Vec::new(), now }
    }

    /// The session of the contract's example.
    pub(crate) fn example() -> Self {
        let mut log = Self::new();
        log.push(EventBody::SessionProject { path: "/srv/demo".into() });
        log.at(4);
        log.turn("claude-sonnet-4-20250514");
        log.says(1, Role::User, "Add a license file");
        log.at(6);
        log.says(2, Role::Assistant, "I will add it.");
        log.calls(7, "write_file", json!({"path": "LICENSE", "content": "MIT\n"}));
        log.push(EventBody::Usage {
            turn: TurnId(1),
            model: "m".into(),
            usage: Usage { input_tokens: 1200, output_tokens: 90, ..Usage::default() },
            first_token_ms: None,
        });
        log.at(31);
        log.answers(7, success("File written successfully"));
        log.changes("LICENSE", FileOperation::Write, true);
        log.at(45);
        log.ends();
        log
    }

    pub(crate) fn push(&mut self, body: EventBody) {
        let seq = u64::try_from(self.events.len()).unwrap() + 1;
        self.events.push(SessionEvent { seq, at: self.now, body });
    }

    /// From now on it is so many seconds after nine.
    pub(crate) fn at(&mut self, seconds: i64) {
        self.now = Timestamp::from_millis(NINE + seconds * 1000);
    }

    pub(crate) fn turn(&mut self, model: &str) {
        self.push(EventBody::TurnStarted { turn: TurnId(1), provider: "anthropic".into(), model: model.into() });
    }

    pub(crate) fn ends(&mut self) {
        let (turn, outcome) = (TurnId(1), TurnOutcome::Completed);
        self.push(EventBody::TurnFinished { turn, outcome, stop_reason: None });
    }

    pub(crate) fn says(&mut self, number: u64, role: Role, text: &str) {
        self.writes(number, role, ContentKind::Text, text);
    }

    pub(crate) fn writes(&mut self, number: u64, role: Role, content: ContentKind, text: &str) {
        let message = MessageId(number);
        self.push(EventBody::MessageStarted { message, turn: TurnId(1), role, content });
        self.push(EventBody::MessageDelta { message, text: text.into() });
        self.push(EventBody::MessageFinished { message, complete: true, vendor: None });
    }

    pub(crate) fn calls(&mut self, number: u64, tool: &str, params: Json) {
        self.push(EventBody::ToolRequested {
            tool_call_id: ToolCallId(number),
            turn: TurnId(1),
            tool: tool.into(),
            params,
            vendor_id: "toolu".into(),
            vendor: None,
        });
    }

    pub(crate) fn answers(&mut self, number: u64, outcome: ToolOutcome) {
        self.push(EventBody::ToolResult { tool_call_id: ToolCallId(number), outcome, execution_time_ms: 2 });
    }

    pub(crate) fn changes(&mut self, path: &str, operation: FileOperation, created: bool) {
        let tool_call_id = ToolCallId(1);
        self.push(EventBody::FileChanged { tool_call_id, path: path.into(), operation, created });
    }

    pub(crate) fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::new(&self.summary);
        transcript.apply_all(&self.events);
        transcript
    }
}

pub(crate) fn success(content: &str) -> ToolOutcome {
    ToolOutcome::Success { result: ToolAnswer { content: content.into(), metadata: None } }
}

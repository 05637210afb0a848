//! Every event arrives in Swift's form with all that a reader needs.

use protocol::{MessageId, TurnId};

use super::*;

/// The same event as the core has it and as Swift gets it.
fn same_events() -> Vec<(protocol::EventBody, EventBody)> {
    use protocol::EventBody as Core;
    let text = |text: &str| text.to_owned();
    let counts = protocol::Usage {
        input_tokens: 1,
        output_tokens: 2,
        cache_read_tokens: 3,
        cache_write_tokens: 4,
        reasoning_tokens: 5,
    };
    let usage = TokenUsage {
        input_tokens: 1,
        output_tokens: 2,
        cache_read_tokens: 3,
        cache_write_tokens: 4,
        reasoning_tokens: 5,
    };
    vec![
        (Core::SessionRenamed { title: text("Titel") }, EventBody::SessionRenamed { title: text("Titel") }),
        (
            Core::TurnStarted { turn: TurnId(1), provider: text("demo"), model: text("tour") },
            EventBody::TurnStarted { turn: 1, provider: text("demo"), model: text("tour") },
        ),
        (
            Core::TurnFinished { turn: TurnId(1), outcome: protocol::TurnOutcome::Failed, stop_reason: None },
            EventBody::TurnFinished { turn: 1, outcome: TurnOutcome::Failed, stop_reason: None },
        ),
        (
            Core::MessageStarted {
                message: MessageId(2),
                turn: TurnId(1),
                role: protocol::Role::Assistant,
                content: protocol::ContentKind::Thinking,
            },
            EventBody::MessageStarted { message: 2, turn: 1, role: Role::Assistant, content: ContentKind::Thinking },
        ),
        (
            Core::MessageDelta { message: MessageId(2), text: text("\u{feff}é") },
            EventBody::MessageDelta { message: 2, text: text("\u{feff}é") },
        ),
        (
            Core::MessageFinished { message: MessageId(2), complete: true, vendor: Some(protocol::Json::from("s")) },
            EventBody::MessageFinished { message: 2, complete: true },
        ),
        (
            Core::Usage { turn: TurnId(1), model: text("m"), usage: counts, first_token_ms: Some(9) },
            EventBody::Usage { turn: 1, model: text("m"), usage },
        ),
        (
            Core::ModelWaiting {
                turn: TurnId(1),
                reason: protocol::WaitReason::RateLimit,
                attempt: 2,
                attempts: 4,
                wait_ms: 9,
            },
            EventBody::ModelWaiting { turn: 1, reason: WaitReason::RateLimit, attempt: 2, attempts: 4, wait_ms: 9 },
        ),
        (
            Core::Error { code: protocol::ErrorCode::NotReady, message: text("Add a key.") },
            EventBody::Error { code: ErrorCode::NotReady, message: text("Add a key.") },
        ),
        (Core::StateChanged { state: protocol::AgentState::Idle }, EventBody::StateChanged { state: AgentState::Idle }),
    ]
}

/// What is told about sessions and calls, likewise.
fn same_events_of_tools() -> Vec<(&'static str, EventBody)> {
    let text = |text: &str| text.to_owned();
    let session = "0d7f6a52-5c0e-4f0b-9c69-3f2f4a3d1b11";
    vec![
        (r#"{"type":"session.project","path":"/p"}"#, EventBody::SessionProject { path: text("/p") }),
        (r#"{"type":"session.archived","archived":true}"#, EventBody::SessionArchived { archived: true }),
        (
            r#"{"type":"session.forked","from":"0d7f6a52-5c0e-4f0b-9c69-3f2f4a3d1b11","up_to":9}"#,
            EventBody::SessionForked { from: text(session), up_to: 9 },
        ),
        (
            r#"{"type":"session.parent","session":"0d7f6a52-5c0e-4f0b-9c69-3f2f4a3d1b11","tool_call_id":"tc_3"}"#,
            EventBody::SessionParent { session: text(session), tool_call: 3 },
        ),
        (
            r#"{"type":"mode.changed","mode":"acceptEdits"}"#,
            EventBody::ModeChanged { mode: PermissionMode::AcceptEdits },
        ),
        (
            r#"{"type":"prompt.queued","prompt":2,"text":"And?"}"#,
            EventBody::PromptQueued { prompt: 2, text: text("And?") },
        ),
        (r#"{"type":"prompt.withdrawn","prompt":2}"#, EventBody::PromptWithdrawn { prompt: 2 }),
        (r#"{"type":"prompt.delivered","prompt":2}"#, EventBody::PromptDelivered { prompt: 2 }),
        (
            r#"{"type":"history.compacted","up_to":4,"summary":"So far.","automatic":true}"#,
            EventBody::HistoryCompacted { up_to: 4, summary: text("So far."), automatic: true },
        ),
        (r#"{"type":"conversation.rewound","to":4}"#, EventBody::ConversationRewound { to: 4 }),
        (
            r#"{"type":"tool.requested","tool_call_id":"tc_1","turn":1,"tool":"todo","params":{"b":1,"a":[]},"vendor_id":"v","vendor":1}"#,
            EventBody::ToolRequested { call: 1, turn: 1, tool: text("todo"), params: text(r#"{"b":1,"a":[]}"#) },
        ),
        (
            r#"{"type":"tool.call","tool_call_id":"tc_1","tool":"x","params":{},"requires_approval":true,"preview":"$ x","dangerous":true,"unconfined":true,"always":["Bash(make:*)"],"expires_at":"1970-01-01T00:00:01.000Z"}"#,
            EventBody::ToolCall {
                call: 1,
                requires_approval: true,
                preview: Some(text("$ x")),
                dangerous: true,
                unconfined: true,
                always_rules: vec![text("Bash(make:*)")],
                expires_at_ms: Some(1000),
            },
        ),
        (
            r#"{"type":"approval.resolved","tool_call_id":"tc_1","decision":"rejected","message":"No."}"#,
            EventBody::ApprovalResolved { call: 1, decision: Decision::Rejected { message: Some(text("No.")) } },
        ),
        (
            r#"{"type":"task.started","tool_call_id":"tc_1","session":"0d7f6a52-5c0e-4f0b-9c69-3f2f4a3d1b11"}"#,
            EventBody::TaskStarted { call: 1, session: text(session) },
        ),
        (
            r#"{"type":"checkpoint.taken","checkpoint":5,"tool_call_id":"tc_1","paths":["a"]}"#,
            EventBody::CheckpointTaken { checkpoint: 5, call: 1, paths: vec![text("a")] },
        ),
        (
            r#"{"type":"files.restored","checkpoint":5,"restored":["a"],"kept":["b"]}"#,
            EventBody::FilesRestored { checkpoint: 5, restored: vec![text("a")], kept: vec![text("b")] },
        ),
        (
            r#"{"type":"tool.progress","tool_call_id":"tc_1","progress":40,"message":"ok","output":true}"#,
            EventBody::ToolProgress { call: 1, progress: Some(40), message: text("ok"), output: true },
        ),
        (
            r#"{"type":"tool.result","tool_call_id":"tc_1","status":"success","result":{"content":"ok","metadata":{"n":1}},"execution_time_ms":7}"#,
            EventBody::ToolResult {
                call: 1,
                outcome: ToolOutcome::Success { content: text("ok"), metadata: Some(text(r#"{"n":1}"#)) },
                execution_time_ms: 7,
            },
        ),
        (
            r#"{"type":"file.changed","tool_call_id":"tc_1","path":"a","operation":"edit","created":true}"#,
            EventBody::FileChanged { call: 1, path: text("a"), operation: FileOperation::Edit, created: true },
        ),
    ]
}

/// What MCP servers ask the user, likewise.
fn same_questions() -> Vec<(&'static str, EventBody)> {
    let text = |text: &str| text.to_owned();
    vec![
        (
            r#"{"type":"elicitation.requested","elicitation":2,"tool_call_id":"tc_1","server":"s","message":"m","mode":"form","fields":[{"name":"n","kind":"choice","options":[{"value":"a"}],"default":"a"}],"expires_at":"1970-01-01T00:00:01.000Z"}"#,
            EventBody::ElicitationRequested {
                elicitation: 2,
                call: 1,
                server: text("s"),
                message: text("m"),
                wanted: ElicitationWanted::Form {
                    fields: vec![crate::FormField {
                        name: text("n"),
                        label: text("n"),
                        description: None,
                        required: false,
                        kind: crate::FieldKind::Choice {
                            options: vec![crate::FormOption { value: text("a"), label: text("a") }],
                        },
                        hint: text("one of a"),
                        default_text: Some(text("a")),
                    }],
                },
                expires_at_ms: 1000,
            },
        ),
        (
            r#"{"type":"elicitation.resolved","elicitation":2,"action":"decline","reason":"No."}"#,
            EventBody::ElicitationResolved {
                elicitation: 2,
                outcome: ElicitationOutcome::Declined { reason: Some(text("No.")) },
            },
        ),
    ]
}

#[test]
fn every_kind_about_sessions_and_calls_arrives_with_all_that_a_reader_needs() {
    for (json, swift) in same_events_of_tools().into_iter().chain(same_questions()) {
        let known: protocol::EventBody = serde_json::from_str(json).unwrap();
        assert_eq!(EventBody::from(known), swift);
    }
}

#[test]
fn every_known_kind_arrives_with_all_that_a_reader_needs() {
    for (known, swift) in same_events() {
        assert_eq!(EventBody::from(known), swift);
    }
}

#[test]
fn number_and_time_come_along() {
    let event = protocol::SessionEvent {
        seq: 7,
        at: protocol::Timestamp::from_millis(9),
        body: protocol::EventBody::StateChanged { state: protocol::AgentState::Thinking },
    };
    let body = EventBody::StateChanged { state: AgentState::Thinking };
    assert_eq!(SessionEvent::from(event), SessionEvent { seq: 7, at_ms: 9, body });
}

#[test]
fn an_unknown_kind_arrives_whole_as_json() {
    let json = r#"{"type":"tool.progress","z":[1,{"b":null}],"a":1.5}"#;
    let body: protocol::EventBody = serde_json::from_str(json).unwrap();
    let expected = EventBody::Unknown { kind: "tool.progress".to_owned(), json: json.to_owned() };
    assert_eq!(EventBody::from(body), expected);
}

#[test]
fn modes_operations_and_outcomes_keep_their_names() {
    use protocol::{Decision as Answer, FileOperation as Operation, PermissionMode as Mode, ToolOutcome as Outcome};
    assert_eq!(names::<_, PermissionMode, 4>(Mode::ALL), Mode::ALL.map(|mode| format!("{mode:?}")));
    for mode in Mode::ALL {
        assert_eq!(Mode::from(PermissionMode::from(mode)), mode);
    }
    let operations =
        [Operation::Write, Operation::Edit, Operation::Delete, Operation::CreateDirectory, Operation::Copy];
    assert_eq!(names::<_, FileOperation, 5>(operations), operations.map(|operation| format!("{operation:?}")));
    assert_eq!(Decision::from(Answer::Approved { always: true }), Decision::Approved { always: true });
    assert_eq!(Decision::from(Answer::TimedOut), Decision::TimedOut);
    let error = protocol::ToolError { code: "C".into(), message: "M.".into(), recoverable: true };
    let failed = ToolOutcome::Error { code: "C".into(), message: "M.".into() };
    assert_eq!(ToolOutcome::from(Outcome::Error { error }), failed);
    let refused = ToolOutcome::Rejected { reason: "Interrupted".into(), user_message: None };
    assert_eq!(ToolOutcome::from(Outcome::interrupted()), refused);
}

fn names<C: Into<S>, S: std::fmt::Debug, const N: usize>(values: [C; N]) -> [String; N] {
    values.map(|value| format!("{:?}", value.into()))
}

#[test]
fn states_roles_outcomes_reasons_and_codes_keep_their_names() {
    use protocol::{AgentState as State, ErrorCode as Code, StopReason as Reason, TurnOutcome as Outcome};
    let states = [State::Idle, State::Thinking, State::ToolExecution, State::WaitingApproval, State::Error];
    assert_eq!(names::<_, AgentState, 5>(states), states.map(|state| format!("{state:?}")));
    assert_eq!(names::<_, Role, 2>([protocol::Role::User, protocol::Role::Assistant]), ["User", "Assistant"]);
    assert_eq!(
        names::<_, ContentKind, 2>([protocol::ContentKind::Text, protocol::ContentKind::Thinking]),
        ["Text", "Thinking"]
    );
    assert_eq!(
        names::<_, WaitReason, 2>([protocol::WaitReason::Retry, protocol::WaitReason::RateLimit]),
        ["Retry", "RateLimit"]
    );
    let outcomes = [Outcome::Completed, Outcome::Interrupted, Outcome::Failed];
    assert_eq!(names::<_, TurnOutcome, 3>(outcomes), outcomes.map(|outcome| format!("{outcome:?}")));
    let reasons = [
        Reason::EndTurn,
        Reason::MaxTokens,
        Reason::StopSequence,
        Reason::ToolUse,
        Reason::PauseTurn,
        Reason::Refusal,
        Reason::ContextWindow,
        Reason::TurnLimit,
    ];
    assert_eq!(names::<_, StopReason, 8>(reasons.clone()), reasons.map(|reason| format!("{reason:?}")));
    assert_eq!(StopReason::from(Reason::Other("tired".into())), StopReason::Other { name: "tired".into() });
    let codes = [Code::LlmApiError, Code::NotReady, Code::StorageError, Code::Internal];
    assert_eq!(names::<_, ErrorCode, 4>(codes.clone()), codes.map(|code| format!("{code:?}")));
    assert_eq!(ErrorCode::from(Code::Other("TEAPOT".into())), ErrorCode::Other { name: "TEAPOT".into() });
}

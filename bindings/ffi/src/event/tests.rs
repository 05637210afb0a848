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
fn states_roles_outcomes_reasons_and_codes_keep_their_names() {
    fn names<C: Into<S>, S: std::fmt::Debug, const N: usize>(values: [C; N]) -> [String; N] {
        values.map(|value| format!("{:?}", value.into()))
    }
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
    ];
    assert_eq!(names::<_, StopReason, 7>(reasons.clone()), reasons.map(|reason| format!("{reason:?}")));
    assert_eq!(StopReason::from(Reason::Other("tired".into())), StopReason::Other { name: "tired".into() });
    let codes = [Code::LlmApiError, Code::NotReady, Code::StorageError, Code::Internal];
    assert_eq!(names::<_, ErrorCode, 4>(codes.clone()), codes.map(|code| format!("{code:?}")));
    assert_eq!(ErrorCode::from(Code::Other("TEAPOT".into())), ErrorCode::Other { name: "TEAPOT".into() });
}

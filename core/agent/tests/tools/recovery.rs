//! What becomes of a turn with tools whose process died.

use atelier_protocol::{AgentState, EventBody, MessageId, PermissionMode, Timestamp, ToolCallId, ToolOutcome, TurnId};
use atelier_store::Durability;
use serde_json::json;

use crate::room::{Room, outcome};

fn requested() -> Vec<EventBody> {
    vec![
        EventBody::TurnStarted { turn: TurnId(1), provider: "anthropic".into(), model: "model".into() },
        EventBody::MessageStarted {
            message: MessageId(1),
            turn: TurnId(1),
            role: atelier_protocol::Role::User,
            content: atelier_protocol::ContentKind::Text,
        },
        EventBody::MessageDelta { message: MessageId(1), text: "Go".into() },
        EventBody::MessageFinished { message: MessageId(1), complete: true, vendor: None },
        EventBody::StateChanged { state: AgentState::Thinking },
        EventBody::ToolRequested {
            tool_call_id: ToolCallId(1),
            turn: TurnId(1),
            tool: "write_file".into(),
            params: json!({"path": "new.txt", "content": "new"}),
            vendor_id: "toolu_1".into(),
            vendor: None,
        },
    ]
}

fn called(expires_at: Option<Timestamp>) -> EventBody {
    EventBody::ToolCall {
        tool_call_id: ToolCallId(1),
        tool: "write_file".into(),
        params: json!({"path": "new.txt", "content": "new"}),
        requires_approval: expires_at.is_some(),
        preview: None,
        dangerous: false,
        unconfined: false,
        always: Vec::new(),
        expires_at,
    }
}

/// What a new process makes of a log that breaks off after these events.
async fn after_a_death(events: Vec<EventBody>) -> (Room, ToolOutcome) {
    let room = Room::new(PermissionMode::Default).await;
    room.store.append(room.session, events, Durability::Flushed).await.unwrap();
    let room = room.reopened().await;
    let conversation = room.over().await;
    assert!(!room.project().join("new.txt").exists(), "nothing is run again by itself");
    let outcome = outcome(&conversation, 1);
    (room, outcome)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_had_begun_is_not_run_again_and_may_have_taken_effect() {
    let mut events = requested();
    events.extend([called(None), EventBody::StateChanged { state: AgentState::ToolExecution }]);
    let (room, outcome) = after_a_death(events).await;
    assert!(matches!(outcome, ToolOutcome::Error { error } if error.code == "INTERRUPTED"));
    assert!(!room.go_on().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_had_not_begun_is_interrupted() {
    assert_eq!(after_a_death(requested()).await.1, ToolOutcome::interrupted());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_whose_time_ran_out_meanwhile_is_refused_for_that() {
    let mut events = requested();
    events.push(called(Some(Timestamp::from_millis(0))));
    events.push(EventBody::StateChanged { state: AgentState::WaitingApproval });
    assert_eq!(after_a_death(events).await.1, ToolOutcome::timed_out());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_call_is_explained_to_the_model_in_the_next_turn() {
    let (room, _) = after_a_death(requested()).await;
    room.server.reply(fake_model_server::Reply::text("Yes?"));
    room.send("Still there?").await.unwrap();
    room.over().await;
    let messages = room.server.requests()[0].body["messages"].clone();
    let roles: Vec<_> = messages.as_array().unwrap().iter().map(|message| message["role"].clone()).collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
    assert_eq!(messages[2]["content"][0]["type"], "tool_result");
    assert_eq!(messages[2]["content"][1]["text"], "Still there?");
}

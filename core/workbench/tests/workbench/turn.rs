//! One turn, as a reader of the session sees it.

use std::time::Duration;

use crate::support::{Home, KEY, kinds, new_session, read_turn, read_until};
use atelier_protocol::{AgentState, ContentKind, EventBody, Role, StopReason, TurnOutcome, Usage};
use atelier_workbench::ErrorKind;
use fake_model_server::{Ending, Reply, Step};
use serde_json::{Value as Json, json};

fn has_text(body: &EventBody) -> bool {
    matches!(body, EventBody::MessageDelta { .. })
}

/// An answer that says something and then waits in the middle of its text.
fn half_an_answer() -> Reply {
    let event = |name: &str, data: Json| Step::Event(name.to_owned(), data);
    Reply::steps([
        Step::Start,
        event(
            "content_block_start",
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ),
        event(
            "content_block_delta",
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Half an "}}),
        ),
        Step::Stall,
        event("content_block_stop", json!({"type": "content_block_stop", "index": 0})),
        Step::Stop("end_turn".into()),
    ])
}

#[tokio::test]
async fn the_events_of_a_turn_come_in_the_promised_order() {
    let home = Home::with_server().await;
    let thinking = Step::Thinking(vec!["Let me see. ".into()], "signature".into());
    home.server().reply(Reply::message([thinking, Step::Text(vec!["Hel".into(), "lo".into()])]));
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Say hello".into(), None).await.unwrap();
    let events = read_turn(&reader).await;
    assert_eq!(
        kinds(&events),
        [
            "session.renamed",
            "turn.started",
            "message.started",
            "message.delta",
            "message.finished",
            "state.changed",
            "message.started",
            "message.delta",
            "message.finished",
            "message.started",
            "message.delta",
            "message.finished",
            "usage",
            "turn.finished",
            "state.changed",
        ]
    );
    let conversation = workbench.conversation(session).await.unwrap();
    let said: Vec<_> = conversation
        .messages
        .iter()
        .map(|message| (message.role, message.content, message.text.as_str(), message.complete))
        .collect();
    assert_eq!(
        said,
        [
            (Role::User, ContentKind::Text, "Say hello", Some(true)),
            (Role::Assistant, ContentKind::Thinking, "Let me see. ", Some(true)),
            (Role::Assistant, ContentKind::Text, "Hello", Some(true)),
        ]
    );
    assert!(conversation.messages[1].vendor.is_some(), "the signature is kept");
    assert_ne!(conversation.usage, Usage::default());
    assert!(conversation.first_token_ms.is_some());
    assert!(events.iter().any(|event| matches!(
        &event.body,
        EventBody::TurnFinished { outcome: TurnOutcome::Completed, stop_reason: Some(StopReason::EndTurn), .. }
    )));
    assert_eq!(workbench.session(session).await.unwrap().title, "Say hello");
    workbench.close().await;
}

#[tokio::test]
async fn the_prompt_is_in_the_log_before_the_request_arrives() {
    let home = Home::with_server().await;
    home.server().default_reply(Reply::text("Hello").held());
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Keep this".into(), None).await.unwrap();
    home.server().until(|requests| requests.len() == 1).await.unwrap();
    // Another workbench on the same files sees what is on the disk and nothing else.
    let other = home.open();
    let conversation = other.conversation(session).await.unwrap();
    assert_eq!(conversation.messages[0].text, "Keep this");
    assert_eq!(conversation.state, AgentState::Thinking);
    home.server().release();
    read_turn(&reader).await;
    other.close().await;
    workbench.close().await;
}

#[tokio::test]
async fn an_interrupt_keeps_the_partial_answer_and_closes_the_connection() {
    let home = Home::with_server().await;
    home.server().reply(half_an_answer());
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Begin".into(), None).await.unwrap();
    read_until(&reader, |body| matches!(body, EventBody::MessageDelta { text, .. } if text.starts_with("Half"))).await;
    workbench.interrupt(session).await.unwrap();
    let end = read_turn(&reader).await;
    assert_eq!(kinds(&end), ["message.finished", "usage", "turn.finished", "state.changed"]);
    assert!(matches!(end[0].body, EventBody::MessageFinished { complete: false, .. }));
    assert!(matches!(end[2].body, EventBody::TurnFinished { outcome: TurnOutcome::Interrupted, .. }));
    let closed = |ending| matches!(ending, Some(Ending::ClientClosed { .. }));
    home.server().until(|requests| closed(requests[0].ending)).await.unwrap();

    workbench.send(session, "Go on".into(), None).await.unwrap();
    read_turn(&reader).await;
    let requests = home.server().requests();
    let roles: Vec<_> = requests[1].body["messages"].as_array().unwrap().iter().map(|m| &m["role"]).collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
    assert_eq!(requests[1].body["messages"][1]["content"][0]["text"], "Half an ");
    workbench.close().await;
}

#[tokio::test]
async fn an_interrupt_before_the_first_byte_ends_the_turn() {
    let home = Home::with_server().await;
    home.server().reply(Reply::text("never").held());
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Begin".into(), None).await.unwrap();
    home.server().until(|requests| requests.len() == 1).await.unwrap();
    workbench.interrupt(session).await.unwrap();
    let events = read_turn(&reader).await;
    assert!(kinds(&events).ends_with(&["turn.finished", "state.changed"]));
    workbench.interrupt(session).await.unwrap();
    workbench.close().await;
}

#[tokio::test]
async fn a_second_prompt_while_busy_is_refused_and_changes_nothing() {
    let home = Home::with_server().await;
    home.server().reply(half_an_answer());
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "One".into(), None).await.unwrap();
    read_until(&reader, has_text).await;
    let refused = workbench.send(session, "Two".into(), None).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::SessionBusy);

    let other = home.open();
    let refused = other.send(session, "Three".into(), None).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::SessionBusy);
    let elsewhere = other.interrupt(session).await.unwrap_err();
    assert!(elsewhere.message.contains("another"), "{elsewhere}");
    other.close().await;

    home.server().release();
    read_turn(&reader).await;
    let conversation = workbench.conversation(session).await.unwrap();
    assert_eq!(conversation.turns, 1);
    workbench.close().await;
}

#[tokio::test]
async fn who_reacts_to_idle_at_once_is_never_refused() {
    let home = Home::without_key();
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    for turn in 1..=30 {
        let sent = workbench.send(session, format!("prompt {turn}"), None).await.unwrap();
        assert_eq!(sent.0, turn);
        read_turn(&reader).await;
    }
    workbench.close().await;
}

#[tokio::test]
async fn a_refused_request_is_an_error_in_the_log_and_the_next_turn_works() {
    let home = Home::with_server().await;
    home.server().reply(Reply::error(401, "authentication_error", "invalid x-api-key"));
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Hello".into(), None).await.unwrap();
    let events = read_turn(&reader).await;
    assert!(kinds(&events).ends_with(&["error", "state.changed", "turn.finished", "state.changed"]));
    let conversation = workbench.conversation(session).await.unwrap();
    let sentence = conversation.error.unwrap();
    assert!(sentence.contains("did not accept the API key"), "{sentence}");
    assert!(!sentence.contains(KEY));

    workbench.send(session, "Again".into(), None).await.unwrap();
    read_turn(&reader).await;
    let conversation = workbench.conversation(session).await.unwrap();
    assert_eq!(conversation.error, None);
    assert_eq!(conversation.messages.last().unwrap().text, "Hello from the fake model server.");
    workbench.close().await;
}

#[tokio::test]
async fn a_connection_that_breaks_keeps_what_had_come() {
    let home = Home::with_server().await;
    home.server().reply(Reply::steps([Step::Start, Step::Text(vec!["Some words".into()]), Step::Close]));
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Hello".into(), None).await.unwrap();
    read_turn(&reader).await;
    let conversation = workbench.conversation(session).await.unwrap();
    assert_eq!(conversation.messages[1].text, "Some words");
    assert!(conversation.error.unwrap().contains("ended unexpectedly"));
    workbench.close().await;
}

#[tokio::test]
async fn a_tool_that_was_not_offered_fails_the_turn_with_a_sentence() {
    let home = Home::with_server().await;
    home.server().reply(Reply::steps([
        Step::Start,
        Step::ToolUse("id".into(), "rm_rf".into(), vec!["{}".into()]),
        Step::Stop("tool_use".into()),
    ]));
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Hello".into(), None).await.unwrap();
    read_turn(&reader).await;
    let error = workbench.conversation(session).await.unwrap().error.unwrap();
    assert!(error.contains("“rm_rf”"), "{error}");
    workbench.close().await;
}

#[tokio::test]
async fn closing_stops_turns_and_keeps_their_text() {
    let home = Home::with_server().await;
    home.server().reply(half_an_answer());
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Begin".into(), None).await.unwrap();
    read_until(&reader, |body| matches!(body, EventBody::MessageDelta { text, .. } if text.starts_with("Half"))).await;
    workbench.close().await;
    assert_eq!(workbench.send(session, "More".into(), None).await.unwrap_err().kind, ErrorKind::Closed);

    let again = home.open();
    let conversation = again.conversation(session).await.unwrap();
    assert_eq!(conversation.state, AgentState::Idle);
    assert_eq!(conversation.messages[1].text, "Half an ");
    again.close().await;
}

#[tokio::test]
async fn a_workbench_that_vanishes_leaves_a_turn_that_the_next_one_closes() {
    let home = Home::with_server().await;
    home.server().reply(half_an_answer());
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Begin".into(), None).await.unwrap();
    read_until(&reader, |body| matches!(body, EventBody::MessageDelta { text, .. } if text.starts_with("Half"))).await;
    drop((workbench, reader));
    // Its runtime ends in the background: the lease is free once the connection is closed.
    home.server().until(|requests| requests[0].ending.is_some()).await.unwrap();

    let again = home.open();
    again.send(session, "Go on".into(), None).await.unwrap();
    let reader = again.follow(session, 0).await.unwrap();
    let events = read_until(&reader, |body| matches!(body, EventBody::TurnFinished { .. })).await;
    let outcome = events.iter().find_map(|event| match event.body {
        EventBody::TurnFinished { outcome, .. } => Some(outcome),
        _ => None,
    });
    assert_eq!(outcome, Some(TurnOutcome::Interrupted));
    let conversation = again.conversation(session).await.unwrap();
    assert_eq!(conversation.messages[1].text, "Half an ");
    assert_eq!(conversation.messages[1].complete, Some(false));
    again.close().await;
}

#[tokio::test]
async fn an_empty_prompt_and_an_unknown_session_are_refused_with_a_sentence() {
    let home = Home::without_key();
    let workbench = home.open();
    let session = workbench.create_session().await.unwrap();
    let empty = workbench.send(session.id, " \n".into(), None).await.unwrap_err();
    assert_eq!(empty.kind, ErrorKind::InvalidRequest);
    let unknown = workbench.send(atelier_protocol::SessionId::new(), "Hi".into(), None).await.unwrap_err();
    assert_eq!(unknown.kind, ErrorKind::SessionNotFound);
    assert!(!home.path().join("data/locks").exists(), "nothing is left behind");
    assert_eq!(workbench.session(session.id).await.unwrap(), session);
    workbench.close().await;
}

#[tokio::test]
async fn a_closed_reader_wakes_and_a_given_up_wait_loses_nothing() {
    let home = Home::without_key();
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    for _ in 0..20 {
        let waited = tokio::time::timeout(Duration::from_millis(1), reader.next_batch(10)).await;
        assert!(waited.is_err());
    }
    workbench.send(session, "help".into(), None).await.unwrap();
    let events = read_turn(&reader).await;
    assert_eq!(events[0].seq, 1);
    let (waiting, ()) = tokio::join!(reader.next_batch(10), async { reader.close() });
    assert_eq!(waiting.unwrap(), []);
    workbench.close().await;
}

#[tokio::test]
async fn the_time_to_the_first_token_counts_from_the_request_and_is_absent_when_none_came() {
    let home = Home::with_server().await;
    let pause = Duration::from_millis(300);
    let paused = Step::PauseMs(300);
    home.server().reply(Reply::message([paused, Step::Text(vec!["Late".into()])]));
    home.server().reply(Reply::message([]));
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    let mut waits = Vec::new();
    for prompt in ["One", "Two"] {
        workbench.send(session, prompt.into(), None).await.unwrap();
        let events = read_turn(&reader).await;
        waits.extend(events.iter().filter_map(|event| match &event.body {
            EventBody::Usage { first_token_ms, .. } => Some(first_token_ms.map(Duration::from_millis)),
            _ => None,
        }));
        assert_eq!(
            workbench.conversation(session).await.unwrap().first_token_ms.map(Duration::from_millis),
            waits[waits.len() - 1]
        );
    }
    assert!(matches!(waits[..], [Some(wait), None] if wait >= pause), "{waits:?}");
    workbench.close().await;
}

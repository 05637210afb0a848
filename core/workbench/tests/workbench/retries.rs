//! Requests that fail and are sent again.

use std::time::Duration;

use crate::support::{Home, kinds, new_session, read_turn, read_until};
use atelier_protocol::{AgentState, EventBody, SessionEvent, TurnOutcome, WaitReason};
use atelier_workbench::RetryPolicy;
use fake_model_server::{Reply, Step};

const LONG: Duration = Duration::from_mins(10);

fn overloaded() -> Reply {
    Reply::error(529, "overloaded_error", "Overloaded")
}

/// Everything that the first turn of a session wrote after its prompt.
async fn answer_events(home: &Home) -> (Vec<SessionEvent>, atelier_protocol::Conversation) {
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Hello".into(), None).await.unwrap();
    let events = read_turn(&reader).await;
    let conversation = workbench.conversation(session).await.unwrap();
    workbench.close().await;
    (events[6..].to_vec(), conversation)
}

fn waits(events: &[SessionEvent]) -> Vec<(WaitReason, u32, u32, u64)> {
    let wait = |event: &SessionEvent| match event.body {
        EventBody::ModelWaiting { reason, attempt, attempts, wait_ms, .. } => {
            Some((reason, attempt, attempts, wait_ms))
        }
        _ => None,
    };
    events.iter().filter_map(wait).collect()
}

#[tokio::test]
async fn a_failed_request_is_sent_again_and_the_log_says_so_in_the_promised_order() {
    let home = Home::with_server().await;
    home.server().reply(overloaded());
    home.server().reply(Reply::text("Hello"));
    let (events, conversation) = answer_events(&home).await;
    assert_eq!(
        kinds(&events),
        [
            "error",
            "state.changed",
            "model.waiting",
            "state.changed",
            "message.started",
            "message.delta",
            "message.finished",
            "usage",
            "turn.finished",
            "state.changed",
        ]
    );
    assert_eq!(waits(&events), [(WaitReason::Retry, 2, 4, 0)]);
    assert_eq!(events[3].body, EventBody::StateChanged { state: AgentState::Thinking });
    assert_eq!((conversation.error, conversation.waiting), (None, None));
    let requests = home.server().requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].body, requests[1].body, "the same request is sent again");
}

#[tokio::test]
async fn every_failure_that_may_pass_is_tried_again() {
    let overloaded_inside = Step::Raw(
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"
            .into(),
    );
    let empty_block = Step::Raw(
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\
         \"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
            .into(),
    );
    let mut replies: Vec<_> =
        [408, 409, 429, 500, 502, 503, 504, 529].map(|status| Reply::error(status, "some_error", "x")).into();
    replies.push(Reply::steps([Step::Start, overloaded_inside]));
    replies.push(Reply::steps([Step::Start, Step::Close]));
    replies.push(Reply::steps([Step::Start, empty_block, Step::Reset]));
    for reply in replies {
        let home = Home::with_server().await;
        home.server().reply(reply.clone());
        let (events, conversation) = answer_events(&home).await;
        assert_eq!(waits(&events), [(WaitReason::Retry, 2, 4, 0)], "{reply:?}");
        assert_eq!(conversation.error, None, "{reply:?}");
        let texts: Vec<_> = conversation.messages.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, ["Hello", "Hello from the fake model server."], "{reply:?}");
    }
}

#[tokio::test]
async fn the_fourth_failure_is_the_turn_s() {
    let home = Home::with_server().await;
    home.server().default_reply(overloaded());
    let (events, conversation) = answer_events(&home).await;
    let expected = [2, 3, 4].map(|attempt| (WaitReason::Retry, attempt, 4, 0));
    assert_eq!(waits(&events), expected);
    assert!(kinds(&events).ends_with(&["error", "state.changed", "turn.finished", "state.changed"]));
    assert!(conversation.error.is_some_and(|error| error.contains("overloaded")));
    assert_eq!(home.server().requests().len(), 4);
}

#[tokio::test]
async fn what_another_attempt_would_not_mend_and_what_was_seen_is_not_tried_again() {
    let mut replies: Vec<_> =
        [400, 401, 402, 403, 404, 405, 413, 422].map(|status| Reply::error(status, "some_error", "x")).into();
    replies.push(Reply::steps([Step::Start, Step::Text(vec!["Some words".into()]), Step::Close]));
    replies.push(Reply::steps([Step::Start, Step::Thinking(vec!["Hm".into()], "s".into()), Step::Close]));
    replies.push(Reply::steps([Step::Start, Step::RedactedThinking("secret".into()), Step::Close]));
    for reply in replies {
        let home = Home::with_server().await;
        home.server().reply(reply.clone());
        let (events, conversation) = answer_events(&home).await;
        assert_eq!(waits(&events), [], "{reply:?}");
        assert!(conversation.error.is_some(), "{reply:?}");
        assert_eq!(home.server().requests().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn what_the_provider_asks_for_counts_and_is_at_most_as_long_as_allowed() {
    let mut home = Home::with_server().await;
    home.retries = RetryPolicy { attempts: 4, first: LONG, longest: Duration::from_millis(20) };
    home.server().reply(overloaded().header("retry-after", "0.01"));
    home.server().reply(overloaded().header("retry-after", "100"));
    home.server().reply(overloaded().header("retry-after", "Mon, 05 Jan 2026 09:00:00 GMT"));
    let (events, _) = answer_events(&home).await;
    assert_eq!(waits(&events).iter().map(|wait| wait.3).collect::<Vec<_>>(), [10, 20, 0]);
}

#[tokio::test]
async fn a_wait_can_be_seen_and_an_interrupt_ends_it_at_once() {
    let mut home = Home::with_server().await;
    home.retries = RetryPolicy { attempts: 4, first: LONG, longest: LONG };
    home.server().reply(overloaded());
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.send(session, "Hello".into(), None).await.unwrap();
    read_until(&reader, |body| matches!(body, EventBody::ModelWaiting { .. })).await;
    let conversation = workbench.conversation(session).await.unwrap();
    let waiting = conversation.waiting.unwrap();
    assert!(waiting.until > atelier_protocol::Timestamp::now() && waiting.error.unwrap().contains("overloaded"));
    assert_eq!(conversation.error, None);

    // That this returns at all is the point: the wait is ten minutes long.
    workbench.interrupt(session).await.unwrap();
    let end = read_turn(&reader).await;
    assert_eq!(kinds(&end), ["turn.finished", "state.changed"]);
    assert!(matches!(end[0].body, EventBody::TurnFinished { outcome: TurnOutcome::Interrupted, .. }));
    assert_eq!(workbench.conversation(session).await.unwrap().waiting, None);
    assert_eq!(home.server().requests().len(), 1);
    workbench.close().await;
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let home = Home::with_server().await.and("ANTHROPIC_BASE_URL", "http://127.0.0.1:9");
    let (events, conversation) = answer_events(&home).await;
    assert_eq!(waits(&events).len(), 3);
    assert!(conversation.error.is_some_and(|error| error.contains("127.0.0.1:9")));
}

#[tokio::test]
async fn a_pause_that_the_provider_asks_one_session_for_is_kept_by_the_others() {
    let mut home = Home::with_server().await;
    // A server on this machine has no limits, so it is asked by another name, through itself as the proxy.
    let url = home.server().url();
    home = home.and("ANTHROPIC_BASE_URL", "http://models.example").and("HTTP_PROXY", &url);
    home.retries = RetryPolicy { longest: LONG, ..RetryPolicy::default() };
    home.server().reply(Reply::error(429, "rate_limit_error", "x").header("retry-after", "600"));
    let workbench = home.open();
    let (first, reader) = new_session(&workbench).await;
    workbench.send(first, "One".into(), None).await.unwrap();
    let events = read_until(&reader, |body| matches!(body, EventBody::ModelWaiting { .. })).await;
    assert_eq!(waits(&events), [(WaitReason::Retry, 2, 4, 600_000)]);

    let (second, reader) = new_session(&workbench).await;
    workbench.send(second, "Two".into(), None).await.unwrap();
    let events = read_until(&reader, |body| matches!(body, EventBody::ModelWaiting { .. })).await;
    assert!(matches!(waits(&events)[..], [(WaitReason::RateLimit, 1, 4, 1..=60_000)]), "{events:?}");
    let waiting = workbench.conversation(second).await.unwrap().waiting.unwrap();
    assert_eq!((waiting.reason, waiting.error), (WaitReason::RateLimit, None));
    for session in [first, second] {
        workbench.interrupt(session).await.unwrap();
    }
    assert_eq!(kinds(&read_turn(&reader).await), ["turn.finished", "state.changed"]);
    assert_eq!(home.server().requests().len(), 1);
    workbench.close().await;
}

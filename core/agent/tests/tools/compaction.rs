//! Conversations that become too long for the model, and what it is told then.

use atelier_agent::{AgentError, Answerer, Prompt};
use atelier_protocol::{AgentState, Conversation, EventBody, PermissionMode};
use fake_model_server::{Reply, Step};
use serde_json::{Value as Json, json};

use crate::room::{Room, edit_notes, outcome, read_notes};

const SUMMARY: &str = "They are counting in notes.txt.";

/// An answer that says how many tokens its request took.
fn answer_at(tokens: u64, steps: impl IntoIterator<Item = Step>, stop: &str) -> Reply {
    let message = json!({"id": "m", "type": "message", "role": "assistant", "model": "model", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": tokens, "output_tokens": 1}});
    let start = Step::Event("message_start".into(), json!({"type": "message_start", "message": message}));
    Reply::steps(std::iter::once(start).chain(steps).chain([Step::Stop(stop.into())]))
}

fn call((id, tool, arguments): (&str, &str, Json)) -> Step {
    Step::ToolUse(id.into(), tool.into(), vec![arguments.to_string()])
}

fn too_long() -> Reply {
    Reply::error(400, "invalid_request_error", "prompt is too long: 213462 tokens > 200000 maximum")
}

/// Someone with a window of 10,000 tokens.
fn small(room: &Room) -> Answerer {
    Answerer { context_window: Some(10_000), ..room.answerer() }
}

async fn send(room: &Room, text: &str) {
    let prompt = Prompt { by: small(room), ..room.prompt(text) };
    room.agent.send(room.session, prompt).await.unwrap();
}

/// The texts of the messages of request number `at`, with the roles; of calls and results only their kind.
fn sent(room: &Room, at: usize) -> Vec<(String, Vec<String>)> {
    let messages = room.server.requests()[at].body["messages"].as_array().unwrap().clone();
    let text = |block: &Json| block["text"].as_str().or(block["type"].as_str()).unwrap().to_owned();
    let texts = |message: &Json| message["content"].as_array().unwrap().iter().map(text).collect();
    messages.iter().map(|message| (message["role"].as_str().unwrap().to_owned(), texts(message))).collect()
}

fn over(turns: u64) -> impl Fn(&Conversation) -> bool {
    move |conversation| {
        conversation.turns == turns && conversation.open_turn.is_none() && conversation.state == AgentState::Idle
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn near_the_limit_the_steps_so_far_are_summarised_and_the_turn_goes_on() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    let todo = ("toolu_t", "todo", json!({"items": [{"text": "Count on", "status": "in_progress"}]}));
    room.server.reply(answer_at(2_000, [call(read_notes("toolu_1")), call(todo)], "tool_use"));
    room.server.reply(answer_at(9_000, [call(edit_notes("toolu_2"))], "tool_use"));
    room.server.reply(Reply::text(SUMMARY));
    room.server.reply(answer_at(500, [call(read_notes("toolu_3"))], "tool_use"));
    room.server.reply(Reply::text("Done"));
    send(&room, "Count on, please").await;
    let conversation = room.until(over(1)).await;
    assert_eq!(room.notes(), "one\nthree\n");

    // The request for the summary offers no tools, and tells of the calls in words.
    let asked = room.server.requests()[2].body.clone();
    assert!(asked.get("tools").is_none_or(|tools| tools.as_array().is_some_and(Vec::is_empty)), "{asked}");
    let text = asked["messages"][0]["content"].to_string();
    assert!(text.contains("Count on, please") && text.contains("[Agent calls edit_file]"), "{text}");

    let [(role, texts)] = &sent(&room, 3)[..] else { panic!("{:?}", sent(&room, 3)) };
    assert_eq!(role, "user");
    assert!(
        texts[0].contains(SUMMARY) && texts[0].contains("[~] Count on") && texts[0].contains("notes.txt"),
        "{texts:?}"
    );
    assert_eq!(texts[1], "Count on, please");
    // What comes after is told as ever, a call without a word before it included.
    let roles: Vec<_> = sent(&room, 4).into_iter().map(|(role, texts)| (role, texts.len())).collect();
    assert_eq!(roles, [("user".to_owned(), 2), ("assistant".to_owned(), 1), ("user".to_owned(), 1)]);

    let summary = conversation.summary.unwrap();
    assert!(summary.automatic && summary.last_call == 3, "{summary:?}");
    assert_eq!(conversation.messages.len(), 2, "the log keeps all there was");
    assert!(outcome(&room.until(over(1)).await, 4).is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_refused_for_its_length_is_sent_once_more_after_a_summary() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    room.server.reply(Reply::text("First answer"));
    send(&room, "First").await;
    room.until(over(1)).await;
    room.server.reply(too_long());
    room.server.reply(Reply::text(SUMMARY));
    room.server.reply(Reply::text("Second answer"));
    send(&room, "Second").await;
    let conversation = room.until(over(2)).await;
    assert_eq!(conversation.messages.last().unwrap().text, "Second answer");
    assert_eq!(conversation.error, None);
    let [(_, texts)] = &sent(&room, 3)[..] else { panic!("{:?}", sent(&room, 3)) };
    assert!(texts[0].contains(SUMMARY), "{texts:?}");
    assert_eq!(texts[1..], ["First", "Second"]);
    let log = room.store.read(room.session, 0, 10_000).await.unwrap();
    let kinds: Vec<_> = log.iter().map(|event| event.body.kind()).collect();
    let at = kinds.iter().position(|kind| *kind == "history.compacted").unwrap();
    assert_eq!(kinds[at - 1], "usage");

    // It stays so for the turns that follow, and once is enough.
    room.server.reply(too_long());
    room.server.reply(Reply::error(400, "invalid_request_error", "no summary for you"));
    send(&room, "Third").await;
    let conversation = room.until(over(3)).await;
    assert!(conversation.error.unwrap().contains("longer than the model"), "the turn's own error is told");
    assert!(conversation.summary.unwrap().text.contains(SUMMARY), "nothing is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_may_ask_for_a_summary_and_hears_when_there_is_none_to_be_had() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    assert!(!room.agent.compact(room.session, small(&room)).await.unwrap(), "there is nothing yet");
    room.server.reply(Reply::text("First answer"));
    send(&room, "First").await;
    room.until(over(1)).await;
    room.server.reply(Reply::error(400, "invalid_request_error", "no"));
    let refused = room.agent.compact(room.session, small(&room)).await;
    assert!(matches!(refused, Err(AgentError::NotSummarised { .. })), "{refused:?}");
    room.server.reply(Reply::text(SUMMARY));
    assert!(room.agent.compact(room.session, small(&room)).await.unwrap());
    assert!(!room.agent.compact(room.session, small(&room)).await.unwrap(), "once is enough");
    let conversation = room.until(over(1)).await;
    assert!(!conversation.summary.unwrap().automatic);
    let room = room.reopened().await;
    send(&room, "Second").await;
    room.until(over(2)).await;
    let [(_, texts)] = &sent(&room, 3)[..] else { panic!("{:?}", sent(&room, 3)) };
    assert!(texts[0].contains(SUMMARY), "{texts:?}");
    assert_eq!(texts[1..], ["First", "Second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_can_be_stopped_and_then_nothing_has_changed() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    room.server.reply(Reply::text("First answer"));
    send(&room, "First").await;
    room.until(over(1)).await;
    room.server.reply(Reply::text(SUMMARY).held());
    let (agent, session, by) = (room.agent.clone(), room.session, small(&room));
    let compacting = tokio::spawn(async move { agent.compact(session, by).await });
    room.until(|conversation| conversation.state == AgentState::Thinking && conversation.open_turn.is_none()).await;
    room.server.until(|requests| requests.len() == 2).await.unwrap();
    room.agent.interrupt(room.session).await.unwrap();
    assert!(!compacting.await.unwrap().unwrap());
    let conversation = room.until(over(1)).await;
    assert_eq!(conversation.summary, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_far_too_long_is_summarised_in_less_and_less_of_it() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    room.server.reply(Reply::text(&"long ".repeat(20_000)));
    send(&room, "First").await;
    room.until(over(1)).await;
    room.server.reply(too_long());
    room.server.reply(Reply::text(SUMMARY));
    let by = Answerer { context_window: Some(20_000), ..room.answerer() };
    assert!(room.agent.compact(room.session, by).await.unwrap());
    let lengths: Vec<_> = room.server.requests()[1..].iter().map(|request| request.body.to_string().len()).collect();
    assert!(lengths[1] < lengths[0] && lengths[0] < 40_000, "{lengths:?}");
    let log = room.store.read(room.session, 0, 10_000).await.unwrap();
    assert!(log.iter().any(|event| matches!(&event.body, EventBody::HistoryCompacted { automatic: false, .. })));
}

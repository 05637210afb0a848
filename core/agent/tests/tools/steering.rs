//! What the user says while the agent works.

use atelier_agent::{Agent, AgentError, AgentOptions, MAX_QUEUED, Sent};
use atelier_protocol::{
    Conversation, EventBody, PermissionMode, QueuedPromptId, Role, ToolCallId, TurnId, TurnOutcome,
};
use fake_model_server::{Reply, Step};

use crate::room::{Room, edit_notes, outcome, read_notes, script_an_edit};

const ONE: QueuedPromptId = QueuedPromptId(1);

fn prompts(conversation: &Conversation) -> Vec<&str> {
    let prompts = conversation.messages.iter().filter(|message| message.role == Role::User);
    prompts.map(|message| message.text.as_str()).collect()
}

/// The blocks of the newest message that request number `at` sends, as texts; of results only their kind.
fn newest(room: &Room, at: usize) -> Vec<String> {
    let messages = room.server.requests()[at].body["messages"].clone();
    let blocks = messages.as_array().unwrap().last().unwrap()["content"].as_array().unwrap().clone();
    blocks.iter().map(|block| block["text"].as_str().or(block["type"].as_str()).unwrap().to_owned()).collect()
}

async fn outcomes(room: &Room) -> Vec<TurnOutcome> {
    let log = room.store.read(room.session, 0, 10_000).await.unwrap();
    let ends = log.iter().filter_map(|event| match event.body {
        EventBody::TurnFinished { outcome, .. } => Some(outcome),
        _ => None,
    });
    ends.collect()
}

/// A turn whose first answer is held back in the middle.
async fn at_work(room: &Room, then: Step) {
    room.server.reply(Reply::steps([Step::Start, Step::Text(vec!["Hm".into()]), Step::Stall, then]));
    room.send("First").await.unwrap();
    room.until(|conversation| conversation.messages.len() == 2).await;
}

fn end() -> Step {
    Step::Stop("end_turn".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_comes_while_the_agent_works_is_delivered_with_the_results_of_the_step() {
    let room = Room::new(PermissionMode::Default).await;
    script_an_edit(&room.server);
    room.send("Count on").await.unwrap();
    room.asked(2).await;
    assert_eq!(room.send_or_queue("Then stop").await.unwrap(), Sent::Queued(ONE));
    assert_eq!(room.send_or_queue("Or rather not").await.unwrap(), Sent::Queued(QueuedPromptId(2)));
    let waiting = room.until(|conversation| conversation.queued.len() == 2).await;
    assert_eq!(waiting.queued[0].text, "Then stop");
    room.agent.resolve(room.session, ToolCallId(2), atelier_protocol::Decision::TimedOut).await.unwrap();
    let conversation = room.over().await;
    assert_eq!(conversation.queued, []);
    assert_eq!(conversation.turns, 1);
    assert_eq!(prompts(&conversation), ["Count on", "Then stop", "Or rather not"]);
    assert_eq!(newest(&room, 2), ["tool_result", "Then stop", "Or rather not"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_no_step_takes_begins_the_next_turn_at_once() {
    let room = Room::new(PermissionMode::Default).await;
    at_work(&room, end()).await;
    assert_eq!(room.send_or_queue("Second").await.unwrap(), Sent::Queued(ONE));
    room.server.release();
    let conversation = room.until(|conversation| conversation.turns == 2 && conversation.open_turn.is_none()).await;
    assert_eq!(prompts(&conversation), ["First", "Second"]);
    assert_eq!(conversation.messages.iter().map(|message| message.turn.0).collect::<Vec<_>>(), [1, 1, 2, 2]);
    assert_eq!(newest(&room, 1), ["Second"]);
    let told: Vec<_> = room.store.read(room.session, 0, 10_000).await.unwrap();
    let kinds: Vec<_> = told.iter().map(|event| event.body.kind()).collect();
    let at = kinds.iter().position(|kind| *kind == "turn.finished").unwrap();
    assert_eq!(
        kinds[at..at + 7],
        [
            "turn.finished",
            "state.changed",
            "turn.started",
            "prompt.delivered",
            "message.started",
            "message.delta",
            "message.finished"
        ]
    );
    assert!(matches!(room.send_or_queue("Third").await.unwrap(), Sent::Turn(TurnId(3))));
    room.agent.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_in_time_never_reaches_the_model_and_later_it_is_told_so() {
    let room = Room::new(PermissionMode::Default).await;
    at_work(&room, end()).await;
    room.send_or_queue("Second").await.unwrap();
    room.send_or_queue("Third").await.unwrap();
    assert_eq!(room.agent.withdraw_prompt(room.session, ONE).await.unwrap(), "Second");
    let again = room.agent.withdraw_prompt(room.session, ONE).await;
    assert!(matches!(again, Err(AgentError::NotQueued { prompt: ONE })), "{again:?}");
    room.server.release();
    let conversation = room.until(|conversation| conversation.turns == 2 && conversation.open_turn.is_none()).await;
    assert_eq!(prompts(&conversation), ["First", "Third"]);
    let late = room.agent.withdraw_prompt(room.session, QueuedPromptId(2)).await;
    assert!(matches!(late, Err(AgentError::NotQueued { .. })), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_turn_leaves_its_prompts_queued_and_they_go_along_with_the_next_one() {
    let room = Room::new(PermissionMode::Default).await;
    at_work(&room, end()).await;
    room.send_or_queue("Second").await.unwrap();
    room.agent.interrupt(room.session).await.unwrap();
    let conversation = room.over().await;
    assert_eq!(conversation.queued.len(), 1);
    assert_eq!(outcomes(&room).await, [TurnOutcome::Interrupted]);
    assert!(matches!(room.send_or_queue("Third").await.unwrap(), Sent::Turn(_)));
    let conversation = room.until(|conversation| conversation.turns == 2 && conversation.open_turn.is_none()).await;
    assert_eq!(prompts(&conversation), ["First", "Second", "Third"]);
    assert_eq!(conversation.queued, []);
    assert_eq!(newest(&room, 1), ["Second", "Third"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_outlives_the_program_and_waits_for_someone_who_goes_on() {
    let room = Room::new(PermissionMode::Default).await;
    script_an_edit(&room.server);
    room.send("Count on").await.unwrap();
    room.asked(2).await;
    room.send_or_queue("Second").await.unwrap();
    let room = room.reopened().await;
    assert_eq!(room.asked(2).await.queued.len(), 1);
    assert_eq!(room.send_or_queue("Third").await.unwrap(), Sent::Queued(QueuedPromptId(2)));
    assert!(room.go_on().await);
    room.agent.interrupt(room.session).await.unwrap();
    let conversation = room.over().await;
    assert_eq!(conversation.queued.len(), 2);
    assert!(room.go_on().await, "the prompts are something to go on with");
    let conversation = room.until(|conversation| conversation.turns == 2 && conversation.open_turn.is_none()).await;
    assert_eq!(prompts(&conversation), ["Count on", "Second", "Third"]);
    assert!(!room.go_on().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_may_queue_and_take_back() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    at_work(&room, end()).await;
    let elsewhere = atelier_store::Store::open(&room.project().parent().unwrap().join("atelier.db")).unwrap();
    let agent = Agent::new(elsewhere.clone(), AgentOptions::new(room.outputs()));
    for (number, text) in (1..).zip(["Second", "Third"]) {
        let queued = agent.queue_prompt(room.session, text).await.unwrap();
        assert_eq!(queued, Some(QueuedPromptId(number)));
    }
    agent.withdraw_prompt(room.session, ONE).await.unwrap();
    room.server.release();
    let conversation = room.until(|conversation| conversation.turns == 2 && conversation.open_turn.is_none()).await;
    assert_eq!(prompts(&conversation), ["First", "Third"]);
    agent.close().await;
    elsewhere.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_prompts_wait_and_none_where_nobody_works() {
    let room = Room::new(PermissionMode::Default).await;
    assert_eq!(room.agent.queue_prompt(room.session, "Nobody is there").await.unwrap(), None);
    at_work(&room, end()).await;
    for _ in 0..MAX_QUEUED {
        room.send_or_queue("More").await.unwrap();
    }
    assert!(matches!(room.send_or_queue("Too much").await, Err(AgentError::QueueFull)));
    assert!(matches!(room.send_or_queue(" \n").await, Err(AgentError::EmptyPrompt)));
    room.agent.close().await;
}

/// Prompts are thrown at turns that begin and end all the time: each must get in once, in some turn.
#[tokio::test(flavor = "multi_thread")]
async fn of_prompts_that_race_with_the_ends_of_turns_none_is_lost_or_doubled() {
    const SENDERS: usize = 3;
    const EACH: usize = 15;
    let room = Room::new(PermissionMode::AcceptEdits).await;
    room.server.default_reply(Reply::text("Yes"));
    let sending: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (agent, session, prompt) = (room.agent.clone(), room.session, room.prompt(""));
            tokio::spawn(async move {
                for number in 0..EACH {
                    let prompt = atelier_agent::Prompt { text: format!("{sender}-{number}"), ..prompt.clone() };
                    agent.send_or_queue(session, prompt).await.unwrap();
                }
            })
        })
        .collect();
    for sender in sending {
        sender.await.unwrap();
    }
    let all = |conversation: &Conversation| prompts(conversation).len() == SENDERS * EACH;
    let conversation = room.until(|conversation| all(conversation) && conversation.open_turn.is_none()).await;
    let mut got = prompts(&conversation);
    for sender in 0..SENDERS {
        let own: Vec<_> = got.iter().filter(|text| text.starts_with(&format!("{sender}-"))).copied().collect();
        let expected: Vec<_> = (0..EACH).map(|number| format!("{sender}-{number}")).collect();
        assert_eq!(own, expected, "in order");
    }
    got.sort_unstable();
    got.dedup();
    assert_eq!((got.len(), conversation.queued.len()), (SENDERS * EACH, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_settled_before_the_prompt_that_came_meanwhile_is_told() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    room.server.reply(Reply::tool_calls([read_notes("toolu_1")]));
    let call = Step::ToolUse("toolu_2".into(), "edit_file".into(), vec![edit_notes("toolu_2").2.to_string()]);
    room.server.reply(Reply::steps([
        Step::Start,
        Step::Text(vec!["Now".into()]),
        Step::Stall,
        call,
        Step::Stop("tool_use".into()),
    ]));
    room.server.reply(Reply::text("Done"));
    room.send("Count on").await.unwrap();
    room.until(|conversation| conversation.messages.len() == 2).await;
    room.send_or_queue("Faster").await.unwrap();
    room.server.release();
    let conversation = room.over().await;
    assert!(outcome(&conversation, 2).is_success());
    assert_eq!(newest(&room, 2), ["tool_result", "Faster"]);
}

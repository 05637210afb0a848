//! Asking the user exactly once, whatever happens in between.

use atelier_agent::AgentError;
use atelier_protocol::{AgentState, Decision, PermissionMode, ToolCallId, ToolOutcome};
use fake_model_server::Reply;
use serde_json::json;

use crate::room::{PATIENCE, Room, edit_notes, outcome, read_notes, script_an_edit};

const EDIT: ToolCallId = ToolCallId(2);

fn yes() -> Decision {
    Decision::Approved { always: false }
}

fn no(message: &str) -> Decision {
    Decision::Rejected { message: Some(message.to_owned()) }
}

async fn asked_about_an_edit() -> Room {
    let room = Room::new(PermissionMode::Default).await;
    script_an_edit(&room.server);
    room.send("Count on").await.unwrap();
    let conversation = room.asked(2).await;
    let (_, question) = conversation.questions().next().unwrap();
    assert!(question.preview.as_deref().is_some_and(|preview| preview.contains("+three")), "{question:?}");
    room.until(|conversation| conversation.state == AgentState::WaitingApproval).await;
    assert_eq!(room.notes(), "one\ntwo\n");
    room
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_allows_is_done() {
    let room = asked_about_an_edit().await;
    room.agent.resolve(room.session, EDIT, yes()).await.unwrap();
    room.over().await;
    assert_eq!(room.notes(), "one\nthree\n");
    let kinds = room.kinds().await;
    let asked = kinds.iter().position(|kind| kind == "waiting_approval").unwrap();
    assert_eq!(
        kinds[asked - 1..],
        [
            "tool.call",
            "waiting_approval",
            "approval.resolved",
            "tool_execution",
            "tool.result",
            "file.changed",
            "thinking",
            "idle"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_refuses_is_not_done_and_the_model_hears_why() {
    let room = asked_about_an_edit().await;
    room.agent.resolve(room.session, EDIT, no("Use four instead")).await.unwrap();
    let conversation = room.over().await;
    assert_eq!(room.notes(), "one\ntwo\n");
    assert_eq!(outcome(&conversation, 2), ToolOutcome::refused(Some("Use four instead".into())));
    assert_eq!(room.results_in(2), [(true, "User rejected the operation: Use four instead".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_answer_again_is_fine_and_the_contrary_one_is_told() {
    let room = asked_about_an_edit().await;
    room.agent.resolve(room.session, EDIT, yes()).await.unwrap();
    room.agent.resolve(room.session, EDIT, yes()).await.unwrap();
    let contrary = room.agent.resolve(room.session, EDIT, no("")).await;
    assert!(matches!(contrary, Err(AgentError::AnsweredOtherwise { call: EDIT })), "{contrary:?}");
    let never_asked = room.agent.resolve(room.session, ToolCallId(1), yes()).await;
    assert!(matches!(never_asked, Err(AgentError::NotAsked { .. })), "{never_asked:?}");
    let unknown = room.agent.resolve(room.session, ToolCallId(99), yes()).await;
    assert!(matches!(unknown, Err(AgentError::NoSuchCall { .. })), "{unknown:?}");
    room.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn always_holds_for_the_tool_for_the_rest_of_the_session() {
    let room = asked_about_an_edit().await;
    room.agent.resolve(room.session, EDIT, Decision::Approved { always: true }).await.unwrap();
    room.over().await;
    let back = ("toolu_3", "edit_file", json!({"path": "notes.txt", "old": "three", "new": "two"}));
    room.server.reply(Reply::tool_calls([read_notes("toolu_r"), back]));
    let remove = ("toolu_4", "delete_file", json!({"path": "notes.txt"}));
    room.server.reply(Reply::tool_calls([remove]));
    room.server.reply(Reply::text("Gone"));
    room.send("And back").await.unwrap();
    let conversation = room.asked(5).await;
    assert_eq!(room.notes(), "one\ntwo\n");
    assert!(conversation.questions().next().unwrap().1.dangerous);
    room.agent.resolve(room.session, ToolCallId(5), no("Keep it")).await.unwrap();
    room.over().await;
    assert_eq!(room.notes(), "one\ntwo\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_the_turn_answers_the_question() {
    let room = asked_about_an_edit().await;
    tokio::time::timeout(PATIENCE, room.agent.interrupt(room.session)).await.unwrap().unwrap();
    let conversation = room.over().await;
    assert_eq!(outcome(&conversation, 2), ToolOutcome::interrupted());
    assert_eq!(room.notes(), "one\ntwo\n");
    let late = room.agent.resolve(room.session, EDIT, yes()).await;
    assert!(matches!(late, Err(AgentError::NotAsked { .. })), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_outlives_the_program_and_its_answer_takes_the_turn_up_again() {
    let room = asked_about_an_edit().await.reopened().await;
    assert_eq!(room.asked(2).await.questions().count(), 1);
    assert!(matches!(room.send("Something else").await, Err(AgentError::WaitsForApproval { .. })));
    room.agent.resolve(room.session, EDIT, yes()).await.unwrap();
    assert_eq!(room.notes(), "one\ntwo\n", "nobody goes on by themselves");
    assert!(room.go_on().await);
    let conversation = room.over().await;
    assert_eq!(room.notes(), "one\nthree\n");
    assert_eq!(conversation.messages.last().unwrap().text, "Done");
    assert!(!room.go_on().await, "there is nothing more to go on with");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_is_put_again_to_whoever_goes_on_before_it_is_answered() {
    let room = asked_about_an_edit().await.reopened().await;
    assert!(room.go_on().await);
    let asked = room.kinds().await.iter().filter(|kind| *kind == "tool.call").count();
    assert_eq!(asked, 2, "one for each call, none for asking again");
    room.agent.resolve(room.session, EDIT, no("No")).await.unwrap();
    let conversation = room.over().await;
    assert_eq!(outcome(&conversation, 2), ToolOutcome::refused(Some("No".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_given_in_another_process_counts() {
    let room = asked_about_an_edit().await;
    // Another handle on the same log has its own connection, as another process has.
    let file = room.project().parent().unwrap().join("atelier.db");
    let elsewhere = atelier_store::Store::open(&file).unwrap();
    let agent = atelier_agent::Agent::new(elsewhere.clone(), atelier_agent::AgentOptions::new(room.outputs()));
    agent.resolve(room.session, EDIT, yes()).await.unwrap();
    room.over().await;
    assert_eq!(room.notes(), "one\nthree\n");
    agent.close().await;
    elsewhere.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_while_the_user_thought_is_left_alone() {
    let room = asked_about_an_edit().await;
    std::fs::write(room.project().join("notes.txt"), "one\ntwo, by hand\n").unwrap();
    room.agent.resolve(room.session, EDIT, yes()).await.unwrap();
    let conversation = room.over().await;
    assert_eq!(room.notes(), "one\ntwo, by hand\n");
    assert!(matches!(outcome(&conversation, 2), ToolOutcome::Error { error } if error.code == "STALE_FILE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_several_questions_is_put_in_its_turn() {
    let room = Room::new(PermissionMode::Default).await;
    let create = ("toolu_3", "write_file", json!({"path": "new.txt", "content": "new\n"}));
    room.server.reply(Reply::tool_calls([read_notes("toolu_1"), edit_notes("toolu_2"), create]));
    room.server.reply(Reply::text("Done"));
    room.send("Both").await.unwrap();
    room.asked(2).await;
    room.agent.resolve(room.session, EDIT, no("Not this")).await.unwrap();
    room.asked(3).await;
    room.agent.resolve(room.session, ToolCallId(3), yes()).await.unwrap();
    room.over().await;
    assert_eq!(room.notes(), "one\ntwo\n");
    assert!(room.project().join("new.txt").exists());
    let errors: Vec<_> = room.results_in(1).into_iter().map(|(is_error, _)| is_error).collect();
    assert_eq!(errors, [false, true, false]);
}

//! Naming, putting away, copying and deleting whole sessions.

use std::fs;

use atelier_agent::AgentError;
use atelier_protocol::{
    AgentState, CheckpointId, EventBody, MessageId, PermissionMode, SessionId, ToolCallId, TurnOutcome,
};
use atelier_store::{Durability, StoreError};
use fake_model_server::Reply;

use crate::room::{Room, script_an_edit};

/// A session with two prompts, in the first of which the agent has changed the notes.
async fn talked() -> Room {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    script_an_edit(&room.server);
    room.send("Change it").await.unwrap();
    room.over().await;
    room.server.reply(Reply::text("Second answer"));
    room.send("Go on").await.unwrap();
    room.until(|conversation| conversation.turns == 2 && conversation.open_turn.is_none()).await;
    room
}

fn texts(conversation: &atelier_protocol::Conversation) -> Vec<&str> {
    conversation.messages.iter().map(|message| message.text.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_goes_its_own_way_from_before_a_message() {
    let mut room = talked().await;
    fs::create_dir_all(room.outputs().join(room.session.to_string())).unwrap();
    fs::write(room.outputs().join(room.session.to_string()).join("1.txt"), "long").unwrap();
    let original = room.agent.conversation(room.session).await.unwrap();
    let second = original.prompts().nth(1).unwrap().id;

    let copy = room.agent.fork(room.session, Some(second)).await.unwrap();
    let copied = room.agent.conversation(copy).await.unwrap();
    assert_eq!(texts(&copied), ["Change it", "Done"]);
    assert_eq!((copied.forked_from, copied.open_turn, copied.state), (Some(room.session), None, AgentState::Idle));
    assert_eq!(copied.title.as_deref(), Some("Change it (copy)"));
    assert_eq!(fs::read(room.outputs().join(copy.to_string()).join("1.txt")).unwrap(), b"long");
    assert!(matches!(room.agent.undo(copy).await, Err(AgentError::NothingToUndo)), "the original undoes its own");

    let whole = room.agent.fork(copy, None).await.unwrap();
    let whole = room.agent.conversation(whole).await.unwrap();
    assert_eq!((texts(&whole), whole.title.as_deref()), (texts(&copied), Some("Change it (copy)")));
    assert_eq!(room.agent.conversation(room.session).await.unwrap(), original);
    let refused = room.agent.fork(room.session, Some(MessageId(2))).await;
    assert!(matches!(refused, Err(AgentError::NoSuchMessage { .. })));

    // It goes on like any other.
    room.session = copy;
    room.server.reply(Reply::text("Third answer"));
    room.send("Elsewhere").await.unwrap();
    let copied = room.until(|conversation| conversation.turns == 2 && conversation.open_turn.is_none()).await;
    assert_eq!(texts(&copied), ["Change it", "Done", "Elsewhere", "Third answer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_session_at_work_is_not_at_work_and_has_no_queue() {
    let room = Room::new(PermissionMode::Default).await;
    script_an_edit(&room.server);
    room.send("Change it").await.unwrap();
    room.asked(2).await;
    room.agent.queue_prompt(room.session, "Later").await.unwrap();
    let copy = room.agent.fork(room.session, None).await.unwrap();
    let copied = room.agent.conversation(copy).await.unwrap();
    assert_eq!((copied.state, copied.open_turn, copied.queued.len()), (AgentState::Idle, None, 0));
    assert_eq!(copied.unsettled_calls().count(), 0);
    let log = room.store.read(copy, 0, 10_000).await.unwrap();
    let interrupted = |event: &&atelier_protocol::SessionEvent| {
        matches!(event.body, EventBody::TurnFinished { outcome: TurnOutcome::Interrupted, .. })
    };
    assert_eq!(log.iter().filter(interrupted).count(), 1);
    assert_eq!(room.agent.conversation(room.session).await.unwrap().questions().count(), 1);
    room.agent.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_put_away_until_it_gets_a_prompt() {
    let room = talked().await;
    room.agent.archive(room.session, true).await.unwrap();
    assert!(room.store.session(room.session).await.unwrap().archived);
    let before = room.store.session(room.session).await.unwrap().last_seq;
    room.agent.archive(room.session, true).await.unwrap();
    assert_eq!(room.store.session(room.session).await.unwrap().last_seq, before);
    room.server.reply(Reply::text("Back"));
    room.send("Again").await.unwrap();
    assert!(!room.store.session(room.session).await.unwrap().archived);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_one_line_and_never_empty() {
    let room = Room::new(PermissionMode::Default).await;
    room.agent.rename(room.session, "  Fix\tthe\nlogin ").await.unwrap();
    assert_eq!(room.store.session(room.session).await.unwrap().title, "Fix the login");
    assert!(matches!(room.agent.rename(room.session, " \n").await, Err(AgentError::EmptyTitle)));
    room.agent.rename(room.session, &"é".repeat(900)).await.unwrap();
    assert_eq!(room.store.session(room.session).await.unwrap().title.chars().count(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_session_leaves_nothing_and_takes_its_parts_along() {
    let room = talked().await;
    let part = room.store.create_session().await.unwrap().id;
    let of = EventBody::SessionParent { session: room.session, tool_call_id: ToolCallId(1) };
    room.store.append(part, vec![of], Durability::Written).await.unwrap();
    let kept = room.store.create_session().await.unwrap().id;
    let (outputs, checkpoints) = (room.outputs(), room.outputs().with_file_name("checkpoints"));
    fs::create_dir_all(outputs.join(part.to_string())).unwrap();
    assert!(checkpoints.join(room.session.to_string()).exists());

    room.agent.delete(room.session).await.unwrap();
    for id in [room.session, part] {
        assert_eq!(room.store.session(id).await.unwrap_err(), StoreError::NotFound { session: id });
        assert!(!outputs.join(id.to_string()).exists() && !checkpoints.join(id.to_string()).exists());
    }
    assert_eq!(room.store.sessions().await.unwrap()[0].id, kept);
    assert!(matches!(room.send("Still there?").await, Err(AgentError::Store(StoreError::NotFound { .. }))));
    assert!(matches!(room.agent.delete(room.session).await, Err(AgentError::Store(StoreError::NotFound { .. }))));
    assert_eq!(room.notes(), "one\nthree\n", "files of the project are none of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_at_work_is_neither_deleted_nor_put_away() {
    let room = Room::new(PermissionMode::Default).await;
    script_an_edit(&room.server);
    room.send("Change it").await.unwrap();
    room.asked(2).await;
    assert!(matches!(room.agent.delete(room.session).await, Err(AgentError::Busy { .. })));
    assert!(matches!(room.agent.archive(room.session, true).await, Err(AgentError::Busy { .. })));
    room.agent.interrupt(room.session).await.unwrap();
    room.agent.delete(room.session).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_that_died_over_a_deletion_left_is_tidied_up() {
    let room = talked().await;
    let checkpoints = room.outputs().with_file_name("checkpoints");
    let stranger = checkpoints.join(SessionId::new().to_string());
    fs::create_dir(&stranger).unwrap();
    fs::write(stranger.join("1.before.json"), "{}").unwrap();
    let outputs = room.outputs().join(SessionId::new().to_string());
    fs::create_dir_all(&outputs).unwrap();
    room.agent.tidy().await;
    assert!(!stranger.exists() && !outputs.exists());
    let undone = room.agent.undo(room.session).await.unwrap();
    assert_eq!(undone.checkpoints, [CheckpointId(1)]);
}

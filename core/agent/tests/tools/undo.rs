//! Having back what the agent changed, and going back in the conversation.

use std::fs;

use atelier_agent::AgentError;
use atelier_protocol::{EventBody, MessageId, PermissionMode, ToolOutcome};
use fake_model_server::Reply;
use serde_json::json;

use crate::room::{Room, edit_notes, outcome, read_notes, script_an_edit};

/// A session in which the agent has changed the notes for message 1.
async fn edited() -> Room {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    script_an_edit(&room.server);
    room.send("Change it").await.unwrap();
    room.over().await;
    assert_eq!(room.notes(), "one\nthree\n");
    room
}

fn texts_of(request: &serde_json::Value) -> String {
    request["messages"].to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_call_changes_is_kept_before_it_runs_and_put_back_after_a_restart() {
    let room = edited().await;
    let log = room.store.read(room.session, 0, 10_000).await.unwrap();
    let at = |kind: &str| log.iter().position(|event| event.body.kind() == kind).unwrap();
    let taken = at("checkpoint.taken");
    assert!(taken < at("file.changed"));
    assert!(matches!(&log[taken].body, EventBody::CheckpointTaken { paths, .. } if paths == &["notes.txt"]));

    let room = room.reopened().await;
    let undone = room.agent.undo(room.session).await.unwrap();
    assert_eq!((undone.restored, undone.kept), (vec!["notes.txt".to_owned()], vec![]));
    assert_eq!(room.notes(), "one\ntwo\n");
    assert!(matches!(room.agent.undo(room.session).await, Err(AgentError::NothingToUndo)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_is_told_what_was_undone_and_has_to_read_it_again() {
    let room = edited().await;
    room.agent.undo(room.session).await.unwrap();
    room.server.reply(Reply::tool_calls([edit_notes("toolu_3")]));
    room.server.reply(Reply::text("Oh"));
    room.send("And now?").await.unwrap();
    let conversation = room.over().await;
    let told = texts_of(&room.server.requests()[3].body);
    assert!(told.contains("The user has undone your changes to `notes.txt`."), "{told}");
    assert!(matches!(outcome(&conversation, 3), ToolOutcome::Error { error } if error.code == "STALE_FILE"));
    assert_eq!(room.notes(), "one\ntwo\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_edited_since_is_left_alone_and_named() {
    let room = edited().await;
    fs::write(room.project().join("notes.txt"), "mine\n").unwrap();
    let undone = room.agent.undo(room.session).await.unwrap();
    assert_eq!((undone.restored, undone.kept), (vec![], vec!["notes.txt".to_owned()]));
    assert_eq!(room.notes(), "mine\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_changed_for_a_prompt_is_undone_at_once_and_then_what_was_changed_for_the_one_before() {
    let room = edited().await;
    let write = |id, path: &str| (id, "write_file", json!({"path": path, "content": "new"}));
    room.server.reply(Reply::tool_calls([write("toolu_3", "a/b.txt"), write("toolu_4", "c.txt")]));
    room.server.reply(Reply::tool_calls([(
        "toolu_5",
        "edit_file",
        json!({"path": "c.txt", "old": "new", "new": "x"}),
    )]));
    room.server.reply(Reply::text("Done"));
    room.send("Write more").await.unwrap();
    room.over().await;
    assert_eq!(fs::read_to_string(room.project().join("c.txt")).unwrap(), "x");

    let undone = room.agent.undo(room.session).await.unwrap();
    assert_eq!(undone.restored, ["a/b.txt", "c.txt"]);
    assert!(!room.project().join("a").exists() && !room.project().join("c.txt").exists());
    assert_eq!(room.notes(), "one\nthree\n");
    room.agent.undo(room.session).await.unwrap();
    assert_eq!(room.notes(), "one\ntwo\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewound_conversation_forgets_what_came_after_and_its_numbers_are_not_used_again() {
    let room = edited().await;
    let restored = room.agent.rewind(room.session, MessageId(1), true).await.unwrap();
    assert_eq!(restored.restored, ["notes.txt"]);
    assert_eq!(room.notes(), "one\ntwo\n");

    // What the model read in what is gone, it has not read.
    room.server.reply(Reply::tool_calls([edit_notes("toolu_9")]));
    room.server.reply(Reply::text("First I read it."));
    room.send("Start anew").await.unwrap();
    let conversation = room.over().await;
    let asked = texts_of(&room.server.requests()[3].body);
    assert!(asked.contains("Start anew") && !asked.contains("Change it") && !asked.contains("undone"), "{asked}");
    assert!(matches!(outcome(&conversation, 3), ToolOutcome::Error { error } if error.code == "STALE_FILE"));
    assert_eq!(conversation.messages[0].id, MessageId(3));
    assert_eq!(conversation.calls.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewind_without_files_leaves_them_and_they_can_still_be_undone() {
    let room = edited().await;
    let restored = room.agent.rewind(room.session, MessageId(1), false).await.unwrap();
    assert!(restored.checkpoints.is_empty());
    assert_eq!(room.notes(), "one\nthree\n");
    room.agent.undo(room.session).await.unwrap();
    assert_eq!(room.notes(), "one\ntwo\n");
    for message in [MessageId(1), MessageId(2), MessageId(99)] {
        let refused = room.agent.rewind(room.session, message, true).await;
        assert!(matches!(refused, Err(AgentError::NoSuchMessage { .. })), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_files_can_not_be_kept_does_not_run_and_says_why() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    // Where the folder should be there is a file.
    fs::write(room.outputs().with_file_name("checkpoints"), "").unwrap();
    script_an_edit(&room.server);
    room.send("Change it").await.unwrap();
    let conversation = room.over().await;
    assert!(matches!(outcome(&conversation, 2), ToolOutcome::Error { error } if error.code == "CHECKPOINT_FAILED"));
    let (is_error, told) = room.results_in(2).remove(0);
    assert!(is_error && told.contains("so nothing was changed"), "{told}");
    assert_eq!(room.notes(), "one\ntwo\n");
    assert!(conversation.checkpoints.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_undone_or_taken_back_while_a_turn_is_open() {
    let room = Room::new(PermissionMode::Default).await;
    script_an_edit(&room.server);
    room.send("Change it").await.unwrap();
    room.asked(2).await;
    assert!(matches!(room.agent.undo(room.session).await, Err(AgentError::Busy { .. })));
    assert!(matches!(room.agent.rewind(room.session, MessageId(1), true).await, Err(AgentError::Busy { .. })));
    let room = room.reopened().await;
    assert!(matches!(room.agent.undo(room.session).await, Err(AgentError::WaitsForApproval { .. })));
    room.agent.interrupt(room.session).await.unwrap();
    room.agent.rewind(room.session, MessageId(1), true).await.unwrap();
    assert!(room.over().await.messages.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_needs_no_checkpoint() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    room.server.reply(Reply::tool_calls([read_notes("toolu_1")]));
    room.server.reply(Reply::text("Read"));
    room.send("Read it").await.unwrap();
    assert!(room.over().await.checkpoints.is_empty());
    assert!(!room.outputs().with_file_name("checkpoints").exists());
}

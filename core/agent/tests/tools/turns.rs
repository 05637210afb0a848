//! What a turn with tools does and in which order the log tells it.

use atelier_agent::{AgentOptions, Approver};
use atelier_protocol::{EventBody, PermissionMode, StopReason, ToolOutcome};
use fake_model_server::Reply;
use serde_json::json;

use crate::{
    room::{Room, edit_notes, outcome, read_notes, script_an_edit},
    rules,
};

#[tokio::test(flavor = "multi_thread")]
async fn results_go_back_to_the_model_until_it_asks_for_nothing_more() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    script_an_edit(&room.server);
    room.send("Count on").await.unwrap();
    let conversation = room.over().await;
    assert_eq!(room.notes(), "one\nthree\n");
    assert_eq!(conversation.messages.last().unwrap().text, "Done");
    let requests = room.server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(
        requests[0].body["tools"].as_array().unwrap().iter().filter(|tool| tool["name"] == "edit_file").count(),
        1
    );
    assert!(room.results_in(1)[0].1.contains("one"), "{:?}", room.results_in(1));
    assert!(!room.results_in(2)[0].0);
    let used = &requests[1].body["messages"][1]["content"][0];
    assert_eq!((&used["type"], &used["id"]), (&json!("tool_use"), &json!("toolu_1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_each_call_in_the_order_of_the_contract() {
    let room = Room::new(PermissionMode::AcceptEdits).await;
    script_an_edit(&room.server);
    room.send("Count on").await.unwrap();
    room.over().await;
    let expected = [
        "thinking",
        "tool.requested",
        "tool.call",
        "tool_execution",
        "tool.result",
        "thinking",
        "tool.requested",
        "tool.call",
        "tool_execution",
        "tool.result",
        "file.changed",
        "thinking",
        "idle",
    ];
    assert_eq!(room.kinds().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_only_look_are_told_one_after_the_other_in_the_models_order() {
    let room = Room::new(PermissionMode::Default).await;
    std::fs::write(room.project().join("more.txt"), "second file").unwrap();
    let more = ("toolu_2", "read_file", json!({"path": "more.txt"}));
    let missing = ("toolu_3", "read_file", json!({"path": "missing.txt"}));
    room.server.reply(Reply::tool_calls([read_notes("toolu_1"), more, missing]));
    room.server.reply(Reply::text("Read"));
    room.send("Read all").await.unwrap();
    room.over().await;
    let results = room.results_in(1);
    assert!(results[0].1.contains("one") && results[1].1.contains("second file"), "{results:?}");
    assert!(results[2].0 && results[2].1.contains("missing.txt"), "{results:?}");
    let told: Vec<_> =
        room.kinds().await.into_iter().filter(|kind| kind == "tool.call" || kind == "tool.result").collect();
    assert_eq!(told, ["tool.call", "tool.result"].repeat(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_writes_a_hundred_megabytes_costs_the_log_little() {
    let rules = rules::book(&["allow Bash"]);
    let room = Room::with(PermissionMode::Default, |options| AgentOptions { rules, ..options }).await;
    let flood = json!({"command": "yes 0123456789 | head -c 100000000; echo; echo the end"});
    room.server.reply(Reply::tool_calls([("toolu_1", "shell_exec", flood)]));
    room.server.reply(Reply::text("Done"));
    room.send("Flood").await.unwrap();
    let conversation = room.over().await;
    assert!(matches!(outcome(&conversation, 1), ToolOutcome::Success { .. }));
    let (mut told, mut pieces) = (String::new(), 0);
    for event in room.store.read(room.session, 0, 10_000).await.unwrap() {
        if let EventBody::ToolProgress { message, output, .. } = event.body {
            assert!(output);
            told.push_str(&message);
            pieces += 1;
        }
    }
    assert!(told.ends_with("the end\n") && told.contains("[…]"), "the newest lines are told, and what is missing");
    // Two bounds for machines of any speed: each piece is small, and all together are a fraction of what was written.
    assert!(told.len() <= pieces * (17 << 10) && told.len() < 10_000_000, "{} bytes in {pieces} pieces", told.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_plan_mode_nothing_that_changes_is_offered_or_run() {
    let room = Room::new(PermissionMode::Plan).await;
    script_an_edit(&room.server);
    room.send("Count on").await.unwrap();
    let conversation = room.over().await;
    assert_eq!(room.notes(), "one\ntwo\n");
    assert!(matches!(outcome(&conversation, 2), ToolOutcome::Error { error } if error.code == "PERMISSION_DENIED"));
    let tools = room.server.requests()[0].body["tools"].clone();
    assert!(tools.as_array().unwrap().iter().all(|tool| tool["name"] != "edit_file"), "{tools}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_be_asked_the_model_is_told_so() {
    let mut room = Room::new(PermissionMode::Default).await;
    room.approver = Approver::Nobody;
    script_an_edit(&room.server);
    room.send("Count on").await.unwrap();
    let conversation = room.over().await;
    assert_eq!(room.notes(), "one\ntwo\n");
    assert!(
        matches!(outcome(&conversation, 2), ToolOutcome::Rejected { reason, .. } if reason.contains("nobody is there"))
    );
    assert_eq!(conversation.messages.last().unwrap().text, "Done");
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_are_no_json_are_the_models_to_mend() {
    let room = Room::new(PermissionMode::Default).await;
    let broken = fake_model_server::Step::ToolUse("toolu_1".into(), "read_file".into(), vec!["{\"path\": \"no".into()]);
    let stop = fake_model_server::Step::Stop("tool_use".into());
    room.server.reply(Reply::steps([fake_model_server::Step::Start, broken, stop]));
    room.server.reply(Reply::text("Sorry"));
    room.send("Read").await.unwrap();
    let conversation = room.over().await;
    assert!(matches!(outcome(&conversation, 1), ToolOutcome::Error { error } if error.code == "INVALID_TOOL_CALL"));
    assert!(room.results_in(1)[0].0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_never_stops_asking_is_stopped_after_fifty_answers() {
    let room = Room::new(PermissionMode::Default).await;
    room.server.default_reply(Reply::tool_calls([read_notes("toolu_again")]));
    room.send("Read for ever").await.unwrap();
    room.over().await;
    assert_eq!(room.server.requests().len(), 50);
    let log = room.store.read(room.session, 0, 10_000).await.unwrap();
    let limited = log
        .iter()
        .any(|event| matches!(&event.body, EventBody::TurnFinished { stop_reason: Some(StopReason::TurnLimit), .. }));
    assert!(limited);
    // The log is one that a vendor accepts: the next turn can be asked.
    room.server.reply(Reply::tool_calls([edit_notes("toolu_edit")]));
    room.agent.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_after_a_call_was_asked_for_leaves_no_call_without_an_end() {
    let room = Room::new(PermissionMode::Default).await;
    let call =
        fake_model_server::Step::ToolUse("toolu_1".into(), "read_file".into(), vec!["{\"path\":\"notes.txt\"}".into()]);
    room.server.reply(Reply::steps([fake_model_server::Step::Start, call, fake_model_server::Step::Close]));
    room.send("Read").await.unwrap();
    let conversation = room.over().await;
    assert_eq!(outcome(&conversation, 1), ToolOutcome::interrupted());
    assert!(conversation.error.is_some());
}

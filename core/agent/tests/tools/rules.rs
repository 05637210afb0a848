//! What the user has said once and for all, in real turns.

use std::sync::{Arc, Mutex};

use atelier_agent::{AgentOptions, Approver, RuleSource, Rules};
use atelier_protocol::{Decision, PermissionMode, Rule, ToolCallId, ToolOutcome};
use fake_model_server::Reply;
use serde_json::json;

use crate::room::{Room, edit_notes, outcome, read_notes, script_an_edit};

/// Rules that a test may change.
pub(crate) struct Book(Mutex<Result<Rules, String>>);

impl RuleSource for Book {
    fn rules(&self, _: &str) -> Result<Rules, String> {
        self.0.lock().unwrap().clone()
    }
}

/// Rules as they are written.
pub(crate) fn book(texts: &[&str]) -> Arc<Book> {
    let rule = |text: &&str| {
        let (effect, pattern) = text.split_once(' ').unwrap();
        Rule { effect: effect.parse().unwrap(), pattern: pattern.to_owned() }
    };
    Arc::new(Book(Mutex::new(Ok(Rules { rules: texts.iter().map(rule).collect(), bypass: false }))))
}

/// No rules, and the mode that asks nothing is switched on.
pub(crate) fn bypass_allowed() -> Arc<Book> {
    Arc::new(Book(Mutex::new(Ok(Rules { rules: Vec::new(), bypass: true }))))
}

async fn room(mode: PermissionMode, book: &Arc<Book>) -> Room {
    let rules = Arc::clone(book);
    Room::with(mode, move |options| AgentOptions { rules, ..options }).await
}

fn command(id: &'static str, command: &str) -> (&'static str, &'static str, serde_json::Value) {
    (id, "shell_exec", json!({"command": command}))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_allows_runs_without_a_question() {
    let room = room(PermissionMode::Default, &book(&["allow Edit(*.txt)", "allow Bash(echo hi:*)"])).await;
    room.server.reply(Reply::tool_calls([read_notes("toolu_1")]));
    room.server
        .reply(Reply::tool_calls([edit_notes("toolu_2"), command("toolu_3", "echo hi > /dev/null && echo hi you")]));
    room.server.reply(Reply::text("Done"));
    room.send("Go").await.unwrap();
    let conversation = room.over().await;
    assert_eq!(room.notes(), "one\nthree\n");
    assert!(outcome(&conversation, 3).is_success());
    assert!(!room.kinds().await.contains(&"waiting_approval".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_forbids_is_not_done_in_any_mode_and_the_model_hears_of_the_rule() {
    let forbidding = book(&["deny Edit(notes.txt)", "deny Read(secret/**)", "deny Bash(git push:*)"]);
    forbidding.0.lock().unwrap().as_mut().unwrap().bypass = true;
    for mode in [PermissionMode::Default, PermissionMode::AcceptEdits, PermissionMode::BypassPermissions] {
        let room = room(mode, &forbidding).await;
        std::fs::create_dir(room.project().join("secret")).unwrap();
        std::fs::write(room.project().join("secret/key"), "planted").unwrap();
        std::os::unix::fs::symlink("secret/key", room.project().join("innocent")).unwrap();
        let peek = ("toolu_3", "read_file", json!({"path": "innocent"}));
        room.server.reply(Reply::tool_calls([read_notes("toolu_1")]));
        room.server.reply(Reply::tool_calls([edit_notes("toolu_2"), peek, command("toolu_4", "true && git push")]));
        room.server.reply(Reply::text("I see"));
        room.send("Go").await.unwrap();
        let conversation = room.over().await;
        assert_eq!(room.notes(), "one\ntwo\n");
        for call in [2, 3, 4] {
            let ToolOutcome::Error { error } = outcome(&conversation, call) else { panic!("{call}") };
            assert_eq!(error.code, "PERMISSION_DENIED");
            assert!(error.message.contains("by the rule `deny "), "{error:?}");
        }
        let told = room.results_in(2);
        assert!(told.iter().all(|(is_error, text)| *is_error && !text.contains("planted")), "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_be_read_is_not_found_by_looking_through_everything_either() {
    let room = room(PermissionMode::Default, &book(&["deny Read(secret/**)"])).await;
    std::fs::create_dir(room.project().join("secret")).unwrap();
    std::fs::write(room.project().join("secret/key"), "two planted\n").unwrap();
    let search = |id, path: Option<&str>| (id, "search_files", json!({"pattern": "two", "path": path}));
    let glob = ("toolu_3", "glob", json!({"pattern": "**/*"}));
    room.server.reply(Reply::tool_calls([search("toolu_1", None), search("toolu_2", Some(".")), glob]));
    room.server.reply(Reply::text("Done"));
    room.send("Look").await.unwrap();
    room.over().await;
    for (is_error, text) in room.results_in(1) {
        assert!(!is_error && text.contains("notes.txt") && !text.contains("key"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_may_ask_where_the_mode_would_not() {
    let room = room(PermissionMode::AcceptEdits, &book(&["ask Edit(notes.txt)"])).await;
    script_an_edit(&room.server);
    room.send("Go").await.unwrap();
    let asked = room.asked(2).await;
    assert_eq!(asked.questions().next().unwrap().1.always, [] as [String; 0], "a rule that asks is not overruled");
    room.agent.resolve(room.session, ToolCallId(2), Decision::Approved { always: false }).await.unwrap();
    room.over().await;
    assert_eq!(room.notes(), "one\nthree\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_added_while_the_user_is_asked_holds_for_the_next_call_and_forbids_even_this_one() {
    let rules = book(&[]);
    let room = room(PermissionMode::Default, &rules).await;
    room.server.reply(Reply::tool_calls([command("toolu_1", "echo a >> log"), command("toolu_2", "echo b >> log")]));
    room.server.reply(Reply::text("I see"));
    room.send("Go").await.unwrap();
    room.asked(1).await;
    *rules.0.lock().unwrap() = book(&["deny Bash"]).rules("");
    room.agent.resolve(room.session, ToolCallId(1), Decision::Rejected { message: None }).await.unwrap();
    let conversation = room.over().await;
    assert!(matches!(outcome(&conversation, 2), ToolOutcome::Error { error } if error.code == "PERMISSION_DENIED"));
    assert!(!room.project().join("log").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn always_remembers_just_such_commands_for_the_session_and_outlives_the_program() {
    let room = room(PermissionMode::Default, &book(&[])).await;
    room.server.reply(Reply::tool_calls([command("toolu_1", "git log --oneline 2>&1")]));
    room.server.reply(Reply::tool_calls([command("toolu_2", "git log -1; git log -2")]));
    room.server.reply(Reply::tool_calls([command("toolu_3", "git log -1 > out")]));
    room.server.reply(Reply::text("Done"));
    room.send("Go").await.unwrap();
    let asked = room.asked(1).await;
    assert_eq!(asked.questions().next().unwrap().1.always, ["Bash(git log:*)"]);
    room.agent.resolve(room.session, ToolCallId(1), Decision::Approved { always: true }).await.unwrap();
    let asked = room.asked(3).await;
    assert!(outcome(&asked, 2).is_success(), "not asked about");
    assert_eq!(asked.session_rules, ["Bash(git log:*)"]);
    let room = room.reopened().await;
    assert_eq!(room.asked(3).await.session_rules, ["Bash(git log:*)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mode_that_asks_nothing_is_the_default_one_until_it_is_switched_on() {
    let rules = book(&[]);
    let mut room = room(PermissionMode::BypassPermissions, &rules).await;
    room.approver = Approver::Nobody;
    let delete = ("toolu_1", "delete_file", json!({"path": "notes.txt"}));
    room.server.default_reply(Reply::text("I see"));
    room.server.reply(Reply::tool_calls([delete.clone()]));
    room.send("Go").await.unwrap();
    room.over().await;
    assert_eq!(room.notes(), "one\ntwo\n");
    rules.0.lock().unwrap().as_mut().unwrap().bypass = true;
    room.server.reply(Reply::tool_calls([delete]));
    room.send("Go").await.unwrap();
    room.until(|conversation| conversation.turns == 2 && conversation.open_turn.is_none()).await;
    assert!(!room.project().join("notes.txt").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_while_nobody_knows_what_is_forbidden() {
    let rules = Arc::new(Book(Mutex::new(Err("The rules can't be read.".to_owned()))));
    let room = room(PermissionMode::AcceptEdits, &rules).await;
    script_an_edit(&room.server);
    room.send("Go").await.unwrap();
    let conversation = room.over().await;
    assert!(
        matches!(outcome(&conversation, 1), ToolOutcome::Error { error } if error.message.contains("can't be read"))
    );
    assert_eq!(room.notes(), "one\ntwo\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_question_is_refused_when_its_time_is_up_and_the_model_is_told() {
    let soon = std::time::Duration::from_millis(1);
    let room = Room::with(PermissionMode::Default, |options| AgentOptions { approval_timeout: soon, ..options }).await;
    script_an_edit(&room.server);
    room.send("Go").await.unwrap();
    let conversation = room.over().await;
    assert_eq!(outcome(&conversation, 2), ToolOutcome::timed_out());
    assert_eq!(room.results_in(2), [(true, "Approval timed out".to_owned())]);
    assert_eq!(room.notes(), "one\ntwo\n");
}

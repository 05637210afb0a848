//! Commands that the sandbox refuses something: the user is asked whether to run them outside, and nothing is run a second
//! time without that.

use std::{fs, path::Path, sync::Arc};

use atelier_agent::{AgentOptions, Approver, CommandRules};
use atelier_protocol::{AgentState, Conversation, Decision, PermissionMode, ToolCallId, ToolOutcome, ToolStage};
use atelier_sandbox::Sandbox;
use atelier_tools::{CommandLimits, Confining};
use fake_model_server::Reply;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::{
    room::{Room, outcome},
    rules,
};

const COMMAND: ToolCallId = ToolCallId(1);

/// The best sandbox there is.
struct Always;

impl CommandRules for Always {
    fn of(&self, _: &Path) -> Confining {
        let sandbox = Sandbox::detect().unwrap();
        let limits = CommandLimits { sandbox, writable: Vec::new(), unreadable: Vec::new(), network: false };
        Confining::Confined(limits)
    }
}

/// A session whose commands are confined, and a folder that they can't write in.
struct Confined {
    room: Room,
    outside: TempDir,
}

impl Confined {
    async fn new(mode: PermissionMode) -> Self {
        let rules = rules::bypass_allowed();
        let room = Room::with(mode, |options| AgentOptions { rules, ..options }).await;
        room.agent.confine(Arc::new(Always));
        let cache = std::env::home_dir().unwrap().join(".cache");
        fs::create_dir_all(&cache).unwrap();
        Self { room, outside: tempfile::Builder::new().prefix("atelier-agent-").tempdir_in(cache).unwrap() }
    }

    /// A command that notes each of its runs in the project and then writes outside.
    fn command(&self) -> String {
        format!("echo ran >> runs; echo new > {}/new", self.outside.path().display())
    }

    async fn model_runs(&self, arguments: Json) {
        self.room.server.reply(Reply::tool_calls([("toolu_1", "shell_exec", arguments)]));
        self.room.server.reply(Reply::text("Done"));
        self.room.send("Write it").await.unwrap();
    }

    /// The command ran inside, was refused, and the user is asked.
    async fn asked_to_leave(mode: PermissionMode) -> Self {
        let confined = Self::new(mode).await;
        confined.model_runs(json!({"command": confined.command()})).await;
        confined.room.asked(1).await;
        confined.answer(Decision::Approved { always: false }).await;
        confined.until_outside_is_asked().await;
        confined
    }

    async fn until_outside_is_asked(&self) -> Conversation {
        let asked = |conversation: &Conversation| {
            conversation.state == AgentState::WaitingApproval
                && conversation.questions().any(|(_, question)| question.unconfined)
        };
        self.room.until(asked).await
    }

    async fn answer(&self, decision: Decision) {
        self.room.agent.resolve(self.room.session, COMMAND, decision).await.unwrap();
    }

    async fn reopened(self) -> Self {
        let room = self.room.reopened().await;
        room.agent.confine(Arc::new(Always));
        Self { room, ..self }
    }

    fn runs(&self) -> usize {
        fs::read_to_string(self.room.project().join("runs")).unwrap_or_default().lines().count()
    }

    fn is_written(&self) -> bool {
        self.outside.path().join("new").exists()
    }
}

fn yes() -> Decision {
    Decision::Approved { always: false }
}

fn no() -> Decision {
    Decision::Rejected { message: Some("Leave it".to_owned()) }
}

fn content(outcome: ToolOutcome) -> String {
    match outcome {
        ToolOutcome::Success { result } => result.content,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_sandbox_refused_is_asked_about_and_done_outside_if_the_user_says_so() {
    let confined = Confined::asked_to_leave(PermissionMode::Default).await;
    assert_eq!((confined.runs(), confined.is_written()), (1, false));
    let conversation = confined.until_outside_is_asked().await;
    let (call, question) = conversation.questions().next().unwrap();
    let preview = question.preview.as_deref().unwrap();
    assert!(question.dangerous && call.tried_confined);
    assert!(preview.starts_with(&confined.command()) && preview.contains("outside the sandbox"), "{preview}");
    assert!(preview.contains("The sandbox has refused it this: "), "{preview}");
    confined.answer(yes()).await;
    let conversation = confined.room.over().await;
    assert_eq!((confined.runs(), confined.is_written()), (2, true));
    assert_eq!(content(outcome(&conversation, 1)), "[no output]");
    let kinds = confined.room.kinds().await;
    let told: Vec<_> = kinds.iter().filter(|kind| *kind != "tool.progress").map(String::as_str).collect();
    let asked = ["tool.call", "waiting_approval", "approval.resolved", "tool_execution"];
    let end = ["tool.result", "thinking", "idle"];
    assert_eq!(told, [&["thinking", "tool.requested"][..], &asked, &asked, &end].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn left_inside_the_model_gets_what_came_of_it_there() {
    let confined = Confined::asked_to_leave(PermissionMode::AcceptEdits).await;
    confined.answer(no()).await;
    let conversation = confined.room.over().await;
    assert_eq!((confined.runs(), confined.is_written()), (1, false));
    let content = content(outcome(&conversation, 1));
    assert!(content.contains("[The sandbox refused this: "), "{content}");
    assert!(content.ends_with("[The user did not allow it to be run outside: Leave it]"), "{content}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_outlives_the_program_and_nothing_runs_again_before_its_answer() {
    for mode in [PermissionMode::Default, PermissionMode::BypassPermissions] {
        let confined = Confined::asked_to_leave(PermissionMode::Default).await;
        // Not even where nothing would be asked by now.
        confined.room.agent.set_mode(confined.room.session, mode).await.unwrap();
        let confined = confined.reopened().await;
        assert!(confined.room.go_on().await);
        confined.until_outside_is_asked().await;
        assert_eq!((confined.runs(), confined.is_written()), (1, false));
        confined.answer(yes()).await;
        confined.room.over().await;
        assert_eq!((confined.runs(), confined.is_written()), (2, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answered_while_no_program_ran_it_is_done_or_left_when_one_goes_on() {
    for (answer, runs) in [(yes(), 2), (no(), 1)] {
        let confined = Confined::asked_to_leave(PermissionMode::Default).await.reopened().await;
        confined.answer(answer).await;
        assert_eq!(confined.runs(), 1);
        assert!(confined.room.go_on().await);
        let conversation = confined.room.over().await;
        assert_eq!((confined.runs(), confined.is_written()), (runs, runs == 2));
        let denied =
            matches!(outcome(&conversation, 1), ToolOutcome::Error { error } if error.code == "SANDBOX_DENIED");
        assert_eq!(denied, runs == 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_the_turn_answers_the_question_with_what_came_of_it_inside() {
    let confined = Confined::asked_to_leave(PermissionMode::Default).await;
    confined.room.agent.interrupt(confined.room.session).await.unwrap();
    let conversation = confined.room.over().await;
    assert!(content(outcome(&conversation, 1)).contains("[The sandbox refused this: "));
    assert_eq!((confined.runs(), confined.is_written()), (1, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_asked_nothing_leaves_the_sandbox_by_itself() {
    let confined = Confined::new(PermissionMode::BypassPermissions).await;
    confined.model_runs(json!({"command": confined.command()})).await;
    let conversation = confined.room.over().await;
    let content = content(outcome(&conversation, 1));
    assert!(content.ends_with("[If it has to be done, run it again with `unconfined`.]"), "{content}");
    assert_eq!((confined.runs(), confined.is_written()), (1, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_be_asked_a_command_that_wants_to_leave_is_not_run() {
    let mut confined = Confined::new(PermissionMode::Default).await;
    confined.room.approver = Approver::Nobody;
    confined.model_runs(json!({"command": confined.command(), "unconfined": true})).await;
    let conversation = confined.room.over().await;
    assert!(matches!(outcome(&conversation, 1), ToolOutcome::Rejected { .. }));
    assert_eq!((confined.runs(), confined.is_written()), (0, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_may_ask_for_it_at_once() {
    let confined = Confined::new(PermissionMode::AcceptEdits).await;
    confined.model_runs(json!({"command": confined.command(), "unconfined": true})).await;
    let conversation = confined.until_outside_is_asked().await;
    assert!(conversation.calls.iter().all(|call| matches!(call.stage, ToolStage::Waiting(_)) && !call.tried_confined));
    assert_eq!(confined.runs(), 0);
    confined.answer(yes()).await;
    confined.room.over().await;
    assert_eq!((confined.runs(), confined.is_written()), (1, true));
}

//! Commands that an agent leaves to run in the background, watched on a screen.

use std::{fs, path::PathBuf};

use atelier_protocol::{Decision, EventBody, SessionId, ToolCallId};
use atelier_workbench::{Approver, EventReader, Frame, ScreenReader, TerminalStatus, Workbench};
use fake_model_server::Reply;
use serde_json::{Value, json};

use crate::{
    agent_terminal::follow,
    support::{Home, new_session, read_turn, read_until},
};

/// What a command is told by a file that appears; the first line says that it runs.
const UNTIL_GO: &str = "while [ ! -e go ]; do sleep 0.05; done";

/// A session that works in a project, and the tools its model asks for.
struct Watched {
    home: Home,
    workbench: Workbench,
    session: SessionId,
    reader: EventReader,
}

impl Watched {
    async fn new() -> Self {
        let home = Home::with_server().await;
        fs::create_dir(home.path().join("project")).unwrap();
        let workbench = home.open();
        let (session, reader) = new_session(&workbench).await;
        workbench.work_in(session, home.path().join("project")).await.unwrap();
        Self { home, workbench, session, reader }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join("project").join(name)
    }

    async fn send(&self) {
        let prompt = self.workbench.prepare("Go".into(), None, Approver::User).await.unwrap();
        self.workbench.send_prepared(self.session, prompt).await.unwrap();
    }

    fn model_calls(&self, tool: &str, arguments: Value) {
        self.home.server().reply(Reply::tool_calls([("toolu_1", tool, arguments)]));
    }

    /// Waits until the user is asked about a call.
    async fn asked(&self) -> ToolCallId {
        let seen = read_until(&self.reader, |body| matches!(body, EventBody::ToolCall { requires_approval: true, .. }));
        let mut calls = seen.await.into_iter().filter_map(|event| match event.body {
            EventBody::ToolCall { tool_call_id, requires_approval: true, .. } => Some(tool_call_id),
            _ => None,
        });
        calls.next_back().unwrap()
    }

    async fn allow(&self, call: ToolCallId) {
        self.workbench.resolve(self.session, call, Decision::Approved { always: false }).await.unwrap();
    }

    /// A whole turn that starts a command in the background.
    async fn start(&self, command: &str) -> ToolCallId {
        self.model_calls("shell_background", json!({"command": command}));
        self.home.server().reply(Reply::text("Done"));
        self.send().await;
        let call = self.asked().await;
        self.allow(call).await;
        read_turn(&self.reader).await;
        call
    }

    /// A whole turn in which the model looks at a command, or ends it.
    async fn look(&self, tool: &str, number: u32) {
        self.model_calls(tool, json!({"id": number}));
        self.home.server().reply(Reply::text("Done"));
        self.send().await;
        read_turn(&self.reader).await;
    }

    async fn open(&self, call: ToolCallId) -> ScreenReader {
        self.workbench.agent_terminal(self.session, call).await.unwrap()
    }

    /// What is shown of a command that has ended, and how it ended.
    async fn whole(&self, call: ToolCallId) -> (String, TerminalStatus) {
        let (screen, mut frame) = (self.open(call).await, Frame::default());
        follow(&screen, &mut frame, None).await;
        (frame.to_text(), screen.status())
    }

    /// The same after the app was closed and opened again.
    async fn restarted(self) -> Self {
        self.workbench.close().await;
        let workbench = self.home.open();
        let seq = workbench.session(self.session).await.unwrap().last_seq;
        let reader = workbench.follow(self.session, seq).await.unwrap();
        Self { workbench, reader, ..self }
    }
}

fn code(exit_code: i32) -> TerminalStatus {
    TerminalStatus::Ended { exit_code, signal: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_background_command_is_watched_from_its_beginning_to_its_end_and_the_log_has_nothing_of_it() {
    let here = Watched::new().await;
    let command = format!("printf '\\033[31mred\\033[0m\\nnext\\n'; {UNTIL_GO}; echo last; exit 3");
    here.model_calls("shell_background", json!({"command": command}));
    here.model_calls("shell_exec", json!({"command": "true"}));
    here.home.server().reply(Reply::text("Done"));
    here.send().await;
    let call = here.asked().await;
    // Opened before it runs.
    let (early, mut frame) = (here.open(call).await, Frame::default());
    here.allow(call).await;
    follow(&early, &mut frame, Some("red\nnext")).await;
    assert!(frame.to_text().starts_with("$ printf"));
    // The turn waits for the user all the while.
    let other = here.asked().await;
    assert_ne!(other, call);
    assert_eq!(early.status(), TerminalStatus::Running);
    here.allow(other).await;
    read_turn(&here.reader).await;
    // Opened while it runs, after its turn.
    let (late, mut late_frame) = (here.open(call).await, Frame::default());
    follow(&late, &mut late_frame, Some("red\nnext")).await;
    assert_eq!(late.status(), TerminalStatus::Running);
    let before = here.workbench.session(here.session).await.unwrap().last_seq;
    fs::write(here.file("go"), "").unwrap();
    for (screen, frame) in [(&early, &mut frame), (&late, &mut late_frame)] {
        follow(screen, frame, None).await;
        assert!(frame.to_text().contains("red\nnext\nlast"), "{}", frame.to_text());
        assert_eq!(screen.status(), code(3));
    }
    // And after its end.
    let (text, status) = here.whole(call).await;
    assert!(text.contains("red\nnext\nlast"), "{text}");
    assert_eq!(status, code(3));
    assert_eq!(here.workbench.session(here.session).await.unwrap().last_seq, before);
    here.workbench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_sees_that_the_agent_ended_it_now_and_after_a_restart() {
    let here = Watched::new().await;
    let call = here.start("echo up; sleep 86399").await;
    let (screen, mut frame) = (here.open(call).await, Frame::default());
    follow(&screen, &mut frame, Some("\nup")).await;
    here.look("shell_end", 1).await;
    follow(&screen, &mut frame, None).await;
    let ended = screen.status();
    assert!(matches!(ended, TerminalStatus::Ended { exit_code: 1.., .. }), "{ended:?}");
    let (text, status) = here.whole(call).await;
    assert!(text.contains("\nup") && status == ended, "{status:?}: {text}");
    let here = here.restarted().await;
    let (text, status) = here.whole(call).await;
    assert!(text.contains("\nup\n[Ended 1, ") && status == ended, "{status:?}: {text}");
    here.workbench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_it_shows_what_the_agent_saw_and_that_its_end_is_not_known() {
    let here = Watched::new().await;
    let seen = here.start("echo up; sleep 86399").await;
    let (screen, mut frame) = (here.open(seen).await, Frame::default());
    follow(&screen, &mut frame, Some("\nup")).await;
    here.look("shell_status", 1).await;
    let unseen = here.start("echo never; sleep 86399").await;
    let here = here.restarted().await;
    // Closing ended the reading too.
    follow(&screen, &mut frame, None).await;
    // Another command of the same number.
    let third = here.start(&format!("echo other; {UNTIL_GO}")).await;
    let (screen, mut frame) = (here.open(third).await, Frame::default());
    follow(&screen, &mut frame, Some("\nother")).await;
    here.look("shell_status", 1).await;
    let (text, status) = here.whole(seen).await;
    assert!(text.contains("\nup\n[running]") && text.contains("Above is what the agent saw"), "{text}");
    assert!(!text.contains("\nother"), "{text}");
    assert_eq!(status, TerminalStatus::Unknown);
    let (text, status) = here.whole(unseen).await;
    assert!(text.contains("does not run the command here") && !text.contains("Above"), "{text}");
    assert_eq!(status, TerminalStatus::Unknown);
    // A copy of the session has the call, but not the command.
    let copy = here.workbench.fork_session(here.session, None).await.unwrap();
    let (screen, mut frame) = (here.workbench.agent_terminal(copy, third).await.unwrap(), Frame::default());
    follow(&screen, &mut frame, None).await;
    assert_eq!(screen.status(), TerminalStatus::Unknown);
    assert!(frame.to_text().contains("\nother"), "{}", frame.to_text());
    here.workbench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_deleted_takes_its_commands_along_and_who_watches_sees_them_end() {
    let here = Watched::new().await;
    let call = here.start("echo up; sleep 86399").await;
    let (screen, mut frame) = (here.open(call).await, Frame::default());
    follow(&screen, &mut frame, Some("\nup")).await;
    here.workbench.delete_session(here.session).await.unwrap();
    follow(&screen, &mut frame, None).await;
    assert!(matches!(screen.status(), TerminalStatus::Ended { exit_code: 1.., .. }), "{:?}", screen.status());
    assert_eq!(here.workbench.agent_terminal(here.session, call).await.unwrap_err().status(), 404);
    here.workbench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_prints_without_end_stays_within_bounds_and_holds_up_no_turn() {
    let here = Watched::new().await;
    let flood = here.start("yes 'no end'").await;
    let (screen, mut frame) = (here.open(flood).await, Frame::default());
    follow(&screen, &mut frame, Some("\nno end")).await;
    // Of this one more comes than is kept.
    let big = here.start(&format!("seq 1000000; echo last words; {UNTIL_GO}; exit 5")).await;
    let (late, mut late_frame) = (here.open(big).await, Frame::default());
    follow(&late, &mut late_frame, Some("1000000\nlast words")).await;
    assert!(late_frame.state().history <= 10_000, "{}", late_frame.state().history);
    fs::write(here.file("go"), "").unwrap();
    follow(&late, &mut late_frame, None).await;
    assert_eq!(late.status(), code(5));
    // The flood goes on, and the agent works beside it.
    let version = frame.version();
    frame.apply(&screen.next_update(version).await.unwrap()).unwrap();
    assert!(frame.state().history <= 10_000 && screen.status() == TerminalStatus::Running);
    here.look("shell_end", 1).await;
    follow(&screen, &mut frame, None).await;
    assert!(matches!(screen.status(), TerminalStatus::Ended { exit_code: 1.., .. }), "{:?}", screen.status());
    here.workbench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_could_not_be_started_or_was_refused_says_why() {
    let here = Watched::new().await;
    here.model_calls("shell_background", json!({"command": "true", "cwd": "nowhere"}));
    here.model_calls("shell_background", json!({"command": "true"}));
    here.home.server().reply(Reply::text("Done"));
    here.send().await;
    let refused = here.asked().await;
    here.workbench.resolve(here.session, refused, Decision::Rejected { message: None }).await.unwrap();
    read_turn(&here.reader).await;
    for (call, words) in [(ToolCallId(1), "nowhere"), (refused, "rejected")] {
        let (text, status) = here.whole(call).await;
        assert!(text.contains(words) && status == code(1), "{status:?}: {text}");
    }
    here.workbench.close().await;
}

//! Commands of an agent, watched on a screen.

use std::fs;

use atelier_protocol::{Decision, EventBody, SessionId, ToolCallId};
use atelier_workbench::{Approver, EventReader, Frame, KeyPress, ScreenReader, TerminalStatus, Workbench};
use fake_model_server::Reply;
use serde_json::json;
use tokio::time::timeout;

use crate::support::{Home, PATIENCE, new_session, read_turn, read_until};

const COMMAND: ToolCallId = ToolCallId(1);

/// A session whose agent wants to run a command in its project, and may.
async fn running(command: &str) -> (Home, Workbench, SessionId, EventReader) {
    let home = Home::with_server().await;
    let project = home.path().join("project");
    fs::create_dir(&project).unwrap();
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.work_in(session, project).await.unwrap();
    home.server().reply(Reply::tool_calls([("toolu_1", "shell_exec", json!({"command": command}))]));
    home.server().reply(Reply::text("Done"));
    let prompt = workbench.prepare("Go".into(), None, Approver::User).await.unwrap();
    workbench.send_prepared(session, prompt).await.unwrap();
    read_until(&reader, |body| matches!(body, EventBody::ToolCall { requires_approval: true, .. })).await;
    workbench.resolve(session, COMMAND, Decision::Approved { always: false }).await.unwrap();
    (home, workbench, session, reader)
}

/// Follows a screen until it shows a text, or to its end.
pub(crate) async fn follow(screen: &ScreenReader, frame: &mut Frame, text: Option<&str>) {
    while !text.is_some_and(|text| frame.to_text().contains(text)) {
        match timeout(PATIENCE, screen.next_update(frame.version())).await.unwrap() {
            Some(update) => frame.apply(&update).unwrap(),
            None => return assert_eq!(text, None, "{}", frame.to_text()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_of_an_agent_is_watched_live_and_afterwards_and_takes_no_keys() {
    let script = "printf '\\033[31mred\\033[0m\\nnext\\n'; while [ ! -e go ]; do sleep 0.05; done; echo last; exit 3";
    let (home, workbench, session, reader) = running(script).await;
    let screen = workbench.agent_terminal(session, COMMAND).await.unwrap();
    let mut frame = Frame::default();
    follow(&screen, &mut frame, Some("red\nnext")).await;
    assert!(frame.to_text().starts_with("$ printf"));
    assert_eq!(screen.status(), TerminalStatus::Running);
    assert_eq!(screen.key(&KeyPress::character('x')).unwrap_err().status(), 404);
    screen.resize(40, 10);
    fs::write(home.path().join("project/go"), "").unwrap();
    follow(&screen, &mut frame, None).await;
    assert_eq!(screen.status(), TerminalStatus::Ended { exit_code: 3, signal: None });
    assert_eq!(frame.state().size.columns, 40);
    assert!(frame.to_text().contains("red\nnext\nlast"));
    read_turn(&reader).await;
    let (again, mut frame) = (workbench.agent_terminal(session, COMMAND).await.unwrap(), Frame::default());
    follow(&again, &mut frame, None).await;
    assert!(frame.to_text().contains("red\nnext\nlast"), "{}", frame.to_text());
    workbench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_a_signal_ended_is_shown_so() {
    let (_home, workbench, session, reader) = running("echo before; kill -9 $$").await;
    read_turn(&reader).await;
    let (screen, mut frame) = (workbench.agent_terminal(session, COMMAND).await.unwrap(), Frame::default());
    follow(&screen, &mut frame, None).await;
    assert!(frame.to_text().contains("before"), "{}", frame.to_text());
    // In some sandboxes a shell stands between, and tells it as a code.
    assert!(matches!(screen.status(), TerminalStatus::Ended { exit_code: 137, .. }), "{:?}", screen.status());
    let unknown = workbench.agent_terminal(session, ToolCallId(7)).await.unwrap_err();
    assert_eq!(unknown.status(), 404);
    workbench.close().await;
}

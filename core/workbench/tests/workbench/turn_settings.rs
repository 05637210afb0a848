//! What goes along with a turn: limits and a program for notifications from the settings, and files that its prompt mentions.

use std::{fs, path::Path};

use atelier_protocol::{EventBody, Json, SessionId, StopReason};
use atelier_workbench::{Approver, EventReader, Workbench};
use fake_model_server::Reply;
use serde_json::json;

use crate::support::{Home, PATIENCE, new_session, read_turn, read_until};

/// A home with these settings, and a session that works in a folder with a file.
async fn set_up(settings: Json) -> (Home, Workbench, SessionId, EventReader) {
    let home = Home::with_server().await;
    for folder in ["config", "project"] {
        fs::create_dir(home.path().join(folder)).unwrap();
    }
    fs::write(home.path().join("config/settings.json"), json!({ "atelier": settings }).to_string()).unwrap();
    fs::write(home.path().join("project/notes.txt"), "one\n").unwrap();
    let workbench = home.open();
    let (session, reader) = new_session(&workbench).await;
    workbench.work_in(session, home.path().join("project")).await.unwrap();
    (home, workbench, session, reader)
}

async fn send(workbench: &Workbench, session: SessionId, approver: Approver) {
    let prompt = workbench.prepare("Go".into(), None, approver).await.unwrap();
    workbench.send_prepared(session, prompt).await.unwrap();
}

/// What the program was told, a line for each time.
fn told(file: &Path) -> Vec<Json> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.split_inclusive('\n')
        .filter(|line| line.ends_with('\n'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_ends_at_the_limit_that_is_set() {
    let (home, workbench, session, reader) = set_up(json!({"limits": {"turns": 1, "seconds": "soon"}})).await;
    home.server().reply(Reply::tool_calls([("toolu_1", "read_file", json!({"path": "notes.txt"}))]));
    send(&workbench, session, Approver::User).await;
    let events = read_turn(&reader).await;
    let limited =
        |body: &EventBody| matches!(body, EventBody::TurnFinished { stop_reason: Some(StopReason::TurnLimit), .. });
    assert!(events.iter().any(|event| limited(&event.body)), "{events:?}");
    workbench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_of_the_settings_is_told_of_questions_and_ends_and_nothing_that_was_said() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // One write for each line, so that no two mix.
    let script = format!("printf '%s\\n' \"$1\" >> '{}'; test -z \"$ANTHROPIC_API_KEY\"", file.path().display());
    let (home, workbench, session, reader) = set_up(json!({"notify": ["/bin/sh", "-c", script, "sh"]})).await;
    home.server().reply(Reply::tool_calls([("toolu_1", "write_file", json!({"path": "new.txt", "content": "x"}))]));
    send(&workbench, session, Approver::User).await;
    read_until(&reader, |body| matches!(body, EventBody::ToolCall { requires_approval: true, .. })).await;
    let asked = async {
        while told(file.path()).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap();
    workbench.interrupt(session).await.unwrap();
    // What is under way is waited for.
    workbench.close().await;
    let told = told(file.path());
    let project = home.path().join("project").canonicalize().unwrap();
    let common = |kind: &str| json!({"type": kind, "session": session, "project": project});
    let mut expected = [common("approval-asked"), common("turn-finished")];
    (expected[0]["tool"], expected[1]["outcome"]) = (json!("write_file"), json!("interrupted"));
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_there_or_fails_is_no_reason_for_a_turn_to_fail() {
    for command in [json!(["/nonexistent/program"]), json!(["/bin/sh", "-c", "exit 3"]), json!(["relative"])] {
        let (_home, workbench, session, reader) = set_up(json!({ "notify": command })).await;
        send(&workbench, session, Approver::Nobody).await;
        read_turn(&reader).await;
        workbench.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_prompt_mentions_goes_along_beneath_what_was_typed() {
    let (home, workbench, session, reader) = set_up(json!({})).await;
    let prompt = workbench.prepare("What is in @notes.txt?".into(), None, Approver::Nobody).await.unwrap();
    workbench.send_prepared(session, prompt).await.unwrap();
    read_turn(&reader).await;
    let expected = "What is in @notes.txt?\n\nThe file notes.txt:\n```\none\n```";
    assert_eq!(workbench.conversation(session).await.unwrap().messages[0].text, expected);
    let sent = home.server().requests()[0].body["messages"][0]["content"].to_string();
    assert!(sent.contains("The file notes.txt"), "{sent}");
    assert_eq!(workbench.session(session).await.unwrap().title, "What is in @notes.txt?");
    workbench.close().await;
}

//! A server that does what a test says: what is asked of it, and what becomes of it.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use atelier_tools::{Approval, FailureCode, Mode};
use serde_json::{Value, json};

use crate::project::{Project, until};

/// A project for which the fake server is installed, under the name of one for Go.
fn project() -> Project {
    with_fake_server(Project::with_servers_in(None))
}

fn with_fake_server(project: Project) -> Project {
    let folder = project.outer.path().join("bin");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("gopls"), include_str!("fake.py")).unwrap();
    fs::set_permissions(folder.join("gopls"), fs::Permissions::from_mode(0o755)).unwrap();
    project
}

fn here(path: &str) -> Value {
    json!({"path": path, "line": 1, "col": 0})
}

fn log(project: &Project) -> String {
    fs::read_to_string(project.root.join("fake.log")).unwrap_or_default()
}

/// Whether the server is there (a zombie is not).
fn is_alive(project: &Project) -> bool {
    let process = fs::read_to_string(project.root.join("fake.pid")).unwrap();
    let listed = std::process::Command::new("ps").args(["-o", "stat=", "-p", &process]).output().unwrap().stdout;
    !listed.is_empty() && !listed.starts_with(b"Z")
}

#[tokio::test]
async fn the_user_is_asked_once_before_a_server_starts() {
    let project = project();
    project.put("a.go", "x😀y\n");
    let plan = project.prepare(Mode::Plan, "symbols", json!({"path": "a.go"})).await.err().unwrap();
    assert_eq!(plan.code, FailureCode::PermissionDenied);
    let plan = project.prepare(Mode::Build, "hover", json!({"path": "a.go", "line": 1, "col": 2})).await.unwrap();
    let Approval::Ask { dangerous: true, preview } = &plan.needs else { panic!("{:?}", plan.needs) };
    assert!(preview.text.contains("gopls") && preview.text.contains("may run code"), "{}", preview.text);
    assert_eq!(log(&project), "", "nothing is started before the user agrees");
    assert_eq!(project.run(plan).await.unwrap(), "at 0:3", "the emoji has two units");
    for tool in ["hover", "definition", "references"] {
        assert!(!project.is_asked(tool, here("a.go")).await, "{tool}");
    }
    assert!(project.prepare(Mode::Plan, "symbols", json!({"path": "a.go"})).await.is_ok());
    assert_eq!(log(&project), "start\n");
}

#[tokio::test]
async fn answers_become_rows_in_the_words_of_tools() {
    let project = project();
    project.put("a.go", "😀b\r\n😀x rest\r\n");
    let found = project.call("diagnostics", json!({"path": "a.go"})).await.unwrap();
    assert_eq!(
        found["diagnostics"],
        json!([{"line": 1, "col": 1, "severity": "warning", "code": "odd", "message": "😀b"}])
    );
    project.put("a.go", "new text\nx\n");
    let found = project.call("diagnostics", json!({"path": "a.go"})).await.unwrap();
    assert_eq!(found["diagnostics"][0]["message"], "new text", "what is on the disk counts");
    project.put("a.go", "😀b\r\n😀x rest\r\n");
    let places = project.call("definition", here("a.go")).await.unwrap();
    assert_eq!(places["places"][0], json!({"path": "a.go", "line": 2, "col": 1, "text": "😀x rest"}));
    assert_eq!(
        places["places"][1],
        json!({"path": "/etc/hosts", "line": 1, "col": 0, "text": ""}),
        "not read: outside"
    );
    let uses = project.call("references", here("a.go")).await.unwrap();
    assert_eq!((uses["places"].as_array().unwrap().len(), &uses["note"]), (200, &json!("only the first 200 of 300")));
    let symbols = project.call("symbols", json!({"path": "a.go"})).await.unwrap();
    let last = symbols["symbols"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["name"], &last["kind"], &last["line"], &last["col"]),
        (&json!("leaf"), &json!("method"), &json!(2), &json!(1))
    );
}

#[tokio::test]
async fn a_server_that_dies_or_speaks_nonsense_is_started_anew() {
    let project = project();
    for (count, text) in ["die", "garbage", "huge"].into_iter().enumerate() {
        project.put("a.go", text);
        let failure = project.call("hover", here("a.go")).await.unwrap_err();
        assert_eq!(failure.code, FailureCode::LanguageServerError, "{text}: {failure}");
        assert!(failure.message.contains("gopls"), "{failure}");
        project.put("a.go", "fine");
        assert_eq!(project.call("hover", here("a.go")).await.unwrap(), "at 0:0");
        assert_eq!(log(&project).lines().count(), count + 2);
    }
    project.put("a.go", "refuse");
    let failure = project.call("hover", here("a.go")).await.unwrap_err();
    assert!(failure.message.ends_with("refused: no such thing"), "{failure}");
}

#[tokio::test]
async fn a_server_that_hangs_can_be_stopped_and_ends_with_us() {
    let project = project();
    project.put("a.go", "hang");
    let plan = project.prepare(Mode::Build, "hover", here("a.go")).await.unwrap();
    let stop = async {
        until(|| log(&project).contains("hang")).await;
        project.stop.cancel();
    };
    let (answer, ()) = tokio::join!(project.run(plan), stop);
    assert_eq!(answer.unwrap_err().code, FailureCode::Cancelled);
    assert!(is_alive(&project));
    project.put("stubborn", "");
    let Project { outer, root, tools, stop } = project;
    drop(tools);
    let project = Project { tools: Project::with_servers_in(None).tools, outer, root, stop };
    until(|| !is_alive(&project)).await;
}

#[tokio::test]
async fn a_server_that_nobody_asks_ends_and_starts_again_when_it_is_needed() {
    let idle = Duration::from_millis(200);
    let (project, other) = [(), ()].map(|()| with_fake_server(Project::with_idle_limit(idle))).into();
    for project in [&project, &other] {
        project.put("a.go", "fine");
    }
    for starts in 1..=2 {
        assert_eq!(project.call("hover", here("a.go")).await.unwrap(), "at 0:0");
        assert_eq!(log(&project).matches("start").count(), starts);
        until(|| !is_alive(&project)).await;
    }
    // Who waits for an answer uses it.
    project.put("a.go", "hang");
    let plan = project.prepare(Mode::Build, "hover", here("a.go")).await.unwrap();
    let stop = async {
        until(|| log(&project).contains("hang")).await;
        assert_eq!(other.call("hover", here("a.go")).await.unwrap(), "at 0:0");
        until(|| !is_alive(&other)).await;
        assert!(is_alive(&project), "it has waited for longer than the other was idle");
        project.stop.cancel();
    };
    let (answer, ()) = tokio::join!(project.run(plan), stop);
    assert_eq!(answer.unwrap_err().code, FailureCode::Cancelled);
    until(|| !is_alive(&project)).await;
}

#[tokio::test]
async fn a_server_that_never_begins_can_be_stopped() {
    let project = project();
    project.put("a.go", "x");
    project.put("silent", "");
    let plan = project.prepare(Mode::Build, "hover", here("a.go")).await.unwrap();
    let stop = async {
        until(|| log(&project).contains("start")).await;
        project.stop.cancel();
    };
    let (answer, ()) = tokio::join!(project.run(plan), stop);
    assert_eq!(answer.unwrap_err().code, FailureCode::Cancelled);
    until(|| !is_alive(&project)).await;
}

#[tokio::test]
async fn without_a_server_or_a_file_the_model_is_told_what_to_do_instead() {
    let project = project();
    project.put("a.go", "x");
    project.put("a.rs", "x");
    project.put("a.txt", "x");
    for (path, code, words) in [
        ("a.rs", FailureCode::LanguageServerError, "rust-analyzer"),
        ("a.txt", FailureCode::LanguageServerError, "no language server"),
        ("none.go", FailureCode::NotFound, "does not exist"),
        ("../a.go", FailureCode::PermissionDenied, "outside"),
    ] {
        let failure = project.call("symbols", json!({"path": path})).await.unwrap_err();
        assert_eq!(failure.code, code, "{path}");
        assert!(failure.message.contains(words), "{failure}");
    }
    let failure = project.call("hover", json!({"path": "a.go", "line": 9, "col": 0})).await.unwrap_err();
    assert_eq!(failure.code, FailureCode::InvalidToolCall);
}

#[tokio::test]
async fn a_program_that_the_project_brings_along_is_not_run() {
    let inside = Project::with_servers_in(None);
    inside.put("a.go", "x");
    let program = inside.root.join("gopls");
    fs::write(&program, include_str!("fake.py")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let link = inside.outer.path().join("bin");
    fs::create_dir(&link).unwrap();
    std::os::unix::fs::symlink(&program, link.join("gopls")).unwrap();
    let failure = inside.call("symbols", json!({"path": "a.go"})).await.unwrap_err();
    assert!(failure.message.contains("is installed (gopls)"), "{failure}");
    assert!(Path::new(&program).exists());
}

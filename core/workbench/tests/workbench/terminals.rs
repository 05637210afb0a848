//! Terminals through the façade, with real shells.

use std::{path::PathBuf, sync::Arc};

use atelier_workbench::{
    ErrorKind, Frame, KeyPress, NamedKey, ScreenReader, TerminalEvent, TerminalReader, Workbench, WorkbenchError,
};
use tokio::time::timeout;

use crate::support::{Home, PATIENCE};

fn place() -> (Home, Workbench, PathBuf) {
    let home = Home::without_key();
    let folder = home.path().to_str().unwrap().to_owned();
    let home =
        home.and("SHELL", "/bin/sh").and("PATH", "/usr/bin:/bin").and("HOME", &folder).and("X_API_KEY", "planted");
    let project = home.path().canonicalize().unwrap().join("project");
    std::fs::create_dir(&project).unwrap();
    let workbench = home.open();
    (home, workbench, project)
}

async fn create(workbench: &Workbench, folder: &str) -> Result<String, WorkbenchError> {
    Ok(workbench.create_terminal_session(Some(folder.into()), None, Some(0)).await?.session_id)
}

async fn read(reader: &TerminalReader, until: impl Fn(&str) -> bool) -> (String, Vec<TerminalEvent>) {
    let (mut text, mut others) = (String::new(), Vec::new());
    while !until(&text) {
        let batch = timeout(PATIENCE, reader.next_batch()).await.unwrap();
        if batch.is_empty() {
            break;
        }
        for event in batch {
            match event {
                TerminalEvent::Data { data } => text.push_str(&data),
                other => others.push(other),
            }
        }
    }
    (text, others)
}

async fn shows(screen: &ScreenReader, frame: &mut Frame, text: &str) {
    while !frame.to_text().contains(text) {
        let update = timeout(PATIENCE, screen.next_update(frame.version())).await.unwrap().unwrap();
        frame.apply(&update).unwrap();
    }
}

#[tokio::test]
async fn a_terminal_is_created_typed_to_read_resized_and_closed() {
    let (_home, workbench, project) = place();
    let id = create(&workbench, project.to_str().unwrap()).await.unwrap();
    let reader = workbench.connect_terminal_stream(&id).await.unwrap();
    let resized = workbench.resize_terminal(&id, Some(100), Some(30)).await.unwrap();
    assert_eq!(serde_json::to_string(&resized).unwrap(), r#"{"success":true,"cols":100,"rows":30}"#);
    let done = workbench.send_terminal_input(&id, "stty size; pwd; echo key=$X_API_KEY.\r".into()).await.unwrap();
    assert_eq!(serde_json::to_string(&done).unwrap(), r#"{"success":true}"#);
    let (text, others) = read(&reader, |text| text.contains("key=.")).await;
    assert!(text.contains("30 100\r\n") && text.contains(project.to_str().unwrap()), "{text}");
    assert_eq!(others, [TerminalEvent::Connected]);
    assert_eq!(workbench.terminals().await.unwrap().len(), 1);
    workbench.close_terminal(&id).await.unwrap();
    let (_, others) = read(&reader, |_| false).await;
    assert!(matches!(others[..], [TerminalEvent::Exit { .. }]), "{others:?}");
    let again = workbench.close_terminal(&id).await.unwrap_err();
    assert_eq!((again.status(), again.message.as_str()), (404, "Terminal session not found"));
    workbench.close().await;
}

#[tokio::test]
async fn only_approved_folders_and_only_so_many() {
    let (_home, workbench, project) = place();
    for folder in ["/", "/etc", project.join("gone").to_str().unwrap()] {
        let error = create(&workbench, folder).await.unwrap_err();
        assert_eq!((error.status(), error.message.as_str()), (400, "Invalid working directory"), "{folder}");
    }
    let error = workbench.create_terminal_session(None, None, None).await.unwrap_err();
    assert_eq!((error.status(), error.message.as_str()), (400, "cwd is required"));
    for _ in 0..20 {
        create(&workbench, project.to_str().unwrap()).await.unwrap();
    }
    let error = create(&workbench, "/etc").await.unwrap_err();
    assert_eq!((error.kind, error.status()), (ErrorKind::TooMany, 429));
    assert_eq!(error.message, "Maximum terminal sessions reached");
    workbench.close().await;
    assert_eq!(workbench.terminals().await.map(|all| all.len()).unwrap_or_default(), 0);
}

#[tokio::test]
async fn a_screen_is_shown_and_typed_to_until_it_is_closed() {
    let (_home, workbench, project) = place();
    let id = create(&workbench, project.to_str().unwrap()).await.unwrap();
    let screen = Arc::new(workbench.terminal_screen(&id).await.unwrap());
    let mut frame = Frame::default();
    for character in "echo $((40+2)) found".chars() {
        screen.key(&KeyPress::character(character)).unwrap();
    }
    screen.key(&KeyPress::named(NamedKey::Enter)).unwrap();
    shows(&screen, &mut frame, "42 found").await;
    assert!(screen.with(|screen| screen.text(i32::MIN, i32::MAX)).contains("42 found"));
    // Nothing more is drawn: who waits, waits until it is closed.
    let (waiting, version) = (Arc::clone(&screen), u64::MAX);
    let mut update = frame.clone();
    while let Some(more) = screen.update(update.version()) {
        update.apply(&more).unwrap();
    }
    assert!(waiting.update(version).is_some_and(|all| all.whole));
    screen.close();
    assert_eq!(timeout(PATIENCE, screen.next_update(update.version())).await.unwrap(), None);
    let reader = workbench.connect_terminal_stream(&id).await.unwrap();
    reader.close();
    assert_eq!(timeout(PATIENCE, reader.next_batch()).await.unwrap(), []);
    workbench.close().await;
}

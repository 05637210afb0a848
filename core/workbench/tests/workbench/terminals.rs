//! Terminals through the façade, with real shells.

use std::{os::unix::fs::PermissionsExt as _, path::PathBuf, sync::Arc};

use atelier_workbench::{
    ErrorKind, Frame, KeyPress, NamedKey, Pattern, ScreenEvent, ScreenReader, ShellActivity, TerminalEvent,
    TerminalReader, TerminalStatus, Workbench, WorkbenchError,
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

#[tokio::test]
async fn each_reader_of_a_screen_scrolls_by_itself_and_is_told_of_the_bell() {
    let (_home, workbench, project) = place();
    let id = create(&workbench, project.to_str().unwrap()).await.unwrap();
    let (first, second) =
        (workbench.terminal_screen(&id).await.unwrap(), workbench.terminal_screen(&id).await.unwrap());
    workbench
        .send_terminal_input(&id, "stty -echo; seq -f line-%g. 1 200; printf '\\007'; echo the-''end\r".into())
        .await
        .unwrap();
    let (mut a, mut b) = (Frame::default(), Frame::default());
    let mut bells = [0, 0];
    for (number, (screen, frame)) in [(&first, &mut a), (&second, &mut b)].into_iter().enumerate() {
        while !frame.to_text().contains("the-end") || bells[number] == 0 {
            let update = timeout(PATIENCE, screen.next_update(frame.version())).await.unwrap().unwrap();
            bells[number] += update.events.iter().filter(|event| **event == ScreenEvent::Bell).count();
            frame.apply(&update).unwrap();
        }
    }
    assert_eq!(bells, [1, 1]);
    let pattern = Pattern { text: "line-42.".into(), regex: false, case_sensitive: true };
    let found = first.find(pattern.clone(), None, true).await.unwrap().unwrap();
    assert_eq!(first.find_all(pattern, 10).await.unwrap(), [found]);
    first.with(|screen| screen.show(found));
    a.apply(&first.update(a.version()).unwrap()).unwrap();
    assert_eq!(a.text(0), "line-42.");
    if let Some(update) = second.update(b.version()) {
        b.apply(&update).unwrap();
    }
    assert_eq!((b.state().scrolled, b.to_text().contains("the-end")), (0, true));
    assert!(first.all_text().await.unwrap().contains("\nline-41.\nline-42.\nline-43.\n"));
    let empty = Pattern { text: String::new(), regex: false, case_sensitive: true };
    assert_eq!(first.find(empty, None, true).await.unwrap_err().status(), 400);
    assert_eq!((first.status(), second.status()), (TerminalStatus::Running, TerminalStatus::Running));
    workbench.send_terminal_input(&id, "exit 5\r".into()).await.unwrap();
    while let Some(update) = timeout(PATIENCE, first.next_update(a.version())).await.unwrap() {
        a.apply(&update).unwrap();
    }
    assert_eq!(first.status(), TerminalStatus::Ended { exit_code: 5, signal: None });
    assert_eq!(workbench.terminal_info(&id).await.unwrap_err().status(), 404);
    workbench.close().await;
}

#[tokio::test]
async fn pasting_tells_what_would_run_and_names_of_files_are_typed_as_words() {
    let (_home, workbench, project) = place();
    let id = create(&workbench, project.to_str().unwrap()).await.unwrap();
    let screen = workbench.terminal_screen(&id).await.unwrap();
    assert_eq!(screen.paste_runs("one line"), None);
    assert_eq!(screen.paste_runs("one\r\ntwo\nthree"), Some(2));
    let mut frame = Frame::default();
    workbench.send_terminal_input(&id, "printf '\\033[?2004h'; echo read''y\r".into()).await.unwrap();
    shows(&screen, &mut frame, "ready").await;
    assert_eq!(screen.paste_runs("one\ntwo"), None);
    workbench.send_terminal_input(&id, "printf '\\033[?2004l'; echo agai''n; printf '[%s]' ".into()).await.unwrap();
    screen.insert_paths(&["/tmp/it's a \"file\"".into(), "-b".into()]).unwrap();
    workbench.send_terminal_input(&id, "\r".into()).await.unwrap();
    shows(&screen, &mut frame, "[/tmp/it's a \"file\"][-b]").await;
    let error = screen.insert_paths(&["a\nb".into()]).unwrap_err();
    assert_eq!((error.status(), error.message.contains("control characters")), (400, true));
    workbench.close().await;
}

#[tokio::test]
async fn a_list_of_terminals_tells_what_they_do_and_a_shorter_history_forgets() {
    let (_home, workbench, project) = place();
    let folder = project.to_str().unwrap();
    let ids = [create(&workbench, folder).await.unwrap(), create(&workbench, folder).await.unwrap()];
    let script = "seq 1 500; printf '\\033]133;D;3\\007\\033]133;A\\007'; echo the-''end\r";
    workbench.send_terminal_input(&ids[0], script.into()).await.unwrap();
    let (screen, mut frame) = (workbench.terminal_screen(&ids[0]).await.unwrap(), Frame::default());
    shows(&screen, &mut frame, "the-end").await;
    let all = workbench.terminals().await.unwrap();
    assert_eq!(all.iter().map(|info| info.session_id.as_str()).collect::<Vec<_>>(), ids);
    assert_eq!(
        (all[0].status, all[0].activity, all[0].last_status),
        (TerminalStatus::Running, ShellActivity::Prompt, Some(3))
    );
    assert_eq!((all[1].activity, all[1].last_status), (ShellActivity::Unknown, None));
    assert_eq!(workbench.terminal_info(&ids[1]).await.unwrap().session_id, ids[1]);
    workbench.set_terminal_scrollback(100).await.unwrap();
    let text = screen.all_text().await.unwrap();
    assert!(!text.contains("\n300\n") && text.contains("\n450\n"), "{text}");
    let later = create(&workbench, folder).await.unwrap();
    workbench.send_terminal_input(&later, "seq 1 500; echo the-''end\r".into()).await.unwrap();
    let screen = workbench.terminal_screen(&later).await.unwrap();
    shows(&screen, &mut Frame::default(), "the-end").await;
    assert!(!screen.all_text().await.unwrap().contains("\n300\n"));
    workbench.close().await;
}

async fn says(workbench: &Workbench, id: &str, text: &str) -> String {
    let screen = workbench.terminal_screen(id).await.unwrap();
    shows(&screen, &mut Frame::default(), text).await;
    screen.all_text().await.unwrap()
}

fn kept_files(home: &Home) -> Vec<PathBuf> {
    let folder = home.path().join("data/terminals");
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[tokio::test]
async fn what_terminals_show_is_kept_only_where_the_user_wants_it_and_comes_back_after_a_restart() {
    let (home, workbench, project) = place();
    let folder = project.to_str().unwrap();
    assert!(!workbench.keeps_terminals().await.unwrap());
    create(&workbench, folder).await.unwrap();
    workbench.close().await;
    let workbench = home.open();
    assert_eq!((kept_files(&home), workbench.kept_terminals().await.unwrap()), (Vec::new(), Vec::new()));
    workbench.keep_terminals(true).await.unwrap();
    assert!(workbench.keeps_terminals().await.unwrap());
    let (id, closed) = (create(&workbench, folder).await.unwrap(), create(&workbench, folder).await.unwrap());
    workbench.send_terminal_input(&id, "echo before-the-''restart\r".into()).await.unwrap();
    says(&workbench, &id, "before-the-restart").await;
    workbench.close_terminal(&closed).await.unwrap();
    workbench.close().await;
    let files = kept_files(&home);
    assert_eq!(files.len(), 1);
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);

    let workbench = home.open();
    let kept = workbench.kept_terminals().await.unwrap();
    assert_eq!(
        (kept.len(), kept[0].session_id.as_str(), kept[0].directory.as_path()),
        (1, id.as_str(), project.as_path())
    );
    for unknown in ["../../config", "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(workbench.restore_terminal(unknown, None, None).await.unwrap_err().status(), 404);
    }
    let restored = workbench.restore_terminal(&id, Some(100), Some(30)).await.unwrap();
    assert_eq!((restored.session_id.as_str(), restored.cols), (id.as_str(), 100));
    workbench.send_terminal_input(&id, "echo after-the-''restart\r".into()).await.unwrap();
    let text = says(&workbench, &id, "after-the-restart").await;
    assert!(text.contains("before-the-restart") && text.contains("This is a new shell."), "{text}");
    assert_eq!(workbench.kept_terminals().await.unwrap(), []);
    workbench.keep_terminals(false).await.unwrap();
    assert!(!home.path().join("data/terminals").exists());
    workbench.close().await;
    assert!(!home.path().join("data/terminals").exists());
}

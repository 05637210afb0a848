//! A real shell behind the boundary.

use std::sync::Arc;

use super::*;

fn character(text: &str) -> TerminalKeyPress {
    TerminalKeyPress {
        key: TerminalKey::Character { text: text.to_owned() },
        modifiers: TerminalModifiers::default(),
        event: TerminalKeyEvent::Press,
        text: text.to_owned(),
        shifted: None,
        base: None,
    }
}

/// Frames from a version on until one satisfies; what all of them come to.
async fn read(screen: &TerminalScreen, frame: &mut facade::Frame, is_enough: impl Fn(&str) -> bool) {
    while !is_enough(&frame.to_text()) {
        frame.apply(&screen.reader.next_update(frame.version()).await.unwrap()).unwrap();
    }
}

#[test]
fn a_shell_takes_keys_and_answers_and_unknown_and_closed_terminals_are_errors() {
    let home = tempfile::tempdir().unwrap();
    let folder = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let variables = [
        ("ATELIER_DATA_DIR", folder("data")),
        ("ATELIER_CONFIG_DIR", folder("config")),
        ("SHELL", "/bin/sh".to_owned()),
        ("PATH", "/usr/bin:/bin".to_owned()),
    ];
    let options = facade::OpenOptions::new(facade::Environment::from_pairs(home.path(), variables));
    let workbench = Workbench { facade: facade::Workbench::open(&options).unwrap(), streams: Arc::default() };
    let facade = workbench.facade.clone();
    facade.block_on(async {
        let outside = workbench.create_terminal("/".to_owned(), 40, 6).await.unwrap_err();
        assert_eq!(outside.to_string(), "Invalid working directory");
        workbench.request_directory_access(Some(folder("")), None).await.unwrap();
        let created = workbench.create_terminal(folder(""), 40, 6).await.unwrap();
        assert_eq!((created.columns, created.rows), (40, 6));
        let screen = workbench.terminal_screen(created.id.clone()).await.unwrap();
        assert_eq!(workbench.open_stream_count(), 1);

        let mut frame = facade::Frame::default();
        for key in "echo $((6*7))x".chars() {
            screen.key(character(&key.to_string())).unwrap();
        }
        screen.key(TerminalKeyPress { key: TerminalKey::Enter, text: String::new(), ..character("") }).unwrap();
        read(&screen, &mut frame, |text| text.lines().any(|line| line.ends_with("42x"))).await;
        let found = screen
            .find(TerminalPattern { text: "42X".to_owned(), regex: false, case_sensitive: false }, 10)
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        screen.select(TerminalSelectionKind::Word, found[0].start, TerminalHalf::Left).unwrap();
        assert_eq!(screen.selected_text().unwrap().as_deref(), Some("42x"));
        let whole = screen.frame(0).unwrap().unwrap();
        assert!(whole.whole && whole.state.selected.is_some());
        let bad = TerminalPattern { text: "(".to_owned(), regex: true, case_sensitive: false };
        assert!(matches!(screen.find(bad, 10).await, Err(CoreError::InvalidRequest { .. })));

        workbench.resize_terminal(created.id.clone(), 0, 6).await.unwrap_err();
        assert_eq!(workbench.terminals().await.unwrap()[0].id, created.id);
        workbench.close_terminal(created.id.clone()).await.unwrap();
        let closed = workbench.send_terminal_text(created.id, "x".to_owned()).await.unwrap_err();
        assert_eq!(closed.to_string(), "Terminal session not found");
        // What has been shown stays readable, and then the waiting ends.
        let mut version = 0;
        while let Some(frame) = screen.next_frame(version).await.unwrap() {
            version = frame.version;
        }
        assert!(matches!(screen.status().unwrap(), TerminalStatus::Ended { .. }));
        assert!(screen.key(character("x")).is_err());
    });
    facade.block_on(facade.close());
}

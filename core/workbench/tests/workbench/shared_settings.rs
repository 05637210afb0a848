//! The settings that other programs share: read, saved, followed; and the folders that they name.

use std::{fs, future::Future, path::PathBuf, time::Duration};

use crate::support::{Home, PATIENCE};
use atelier_workbench::{
    ChosenDirectory, DirectoryAccess, ErrorKind, SettingsChange, SettingsNotice, SettingsReader, Workbench,
};
use serde_json::json;
use tokio::time::timeout;

fn settings_file(home: &Home) -> PathBuf {
    home.path().join("config/settings.json")
}

/// A home with three folders and a file in it.
fn home_with_folders() -> Home {
    let home = Home::without_key();
    for name in ["one", "two", "three"] {
        fs::create_dir(home.path().join(name)).unwrap();
    }
    fs::write(home.path().join("file"), "").unwrap();
    home
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap()
}

async fn notice(reader: &SettingsReader) -> SettingsNotice {
    soon(reader.changed()).await.unwrap().unwrap()
}

/// Reads notices until the theme is this one.
async fn until_theme(reader: &SettingsReader, theme: &str) -> Vec<SettingsNotice> {
    let mut seen = Vec::new();
    loop {
        seen.push(notice(reader).await);
        if seen.last().unwrap().settings.text("themeId") == Some(theme) {
            return seen;
        }
    }
}

#[tokio::test]
async fn settings_are_answered_in_the_form_of_the_contract() {
    let home = Home::without_key();
    let workbench = home.open();
    let loaded = serde_json::to_string(&workbench.load_settings().await.unwrap()).unwrap();
    assert_eq!(
        loaded,
        r#"{"settings":{"approvedDirectories":[],"securityScopedBookmarks":[],"pinnedDirectories":[],"showReasoningTraces":false},"source":"desktop"}"#
    );
    let saved = workbench.save_settings(&json!({"themeId": "t", "themeVariant": "x", "own": 1})).await.unwrap();
    assert_eq!(saved.text("themeId"), Some("t"));
    assert_eq!(workbench.load_settings().await.unwrap().settings, saved);
    assert_eq!(workbench.save_settings(&json!("no object")).await.unwrap(), saved);
    workbench.close().await;
}

#[tokio::test]
async fn settings_that_cannot_be_read_or_saved_are_an_error_that_says_where() {
    let home = Home::without_key();
    fs::create_dir_all(settings_file(&home)).unwrap();
    let workbench = home.open();
    let failures =
        [workbench.load_settings().await.unwrap_err(), workbench.save_settings(&json!({})).await.unwrap_err()];
    for error in failures {
        assert_eq!((error.kind, error.status()), (ErrorKind::Storage, 500));
        assert!(error.message.contains("settings.json"), "{error}");
    }
    assert!(workbench.follow_settings().await.is_err());
    workbench.close().await;
}

#[tokio::test]
async fn every_reader_is_told_of_every_change_whoever_makes_it() {
    let home = home_with_folders();
    let workbench = home.open();
    let readers = [workbench.follow_settings().await.unwrap(), workbench.follow_settings().await.unwrap()];
    workbench.save_settings(&json!({"themeId": "ours"})).await.unwrap();
    for reader in &readers {
        let seen = until_theme(reader, "ours").await;
        assert!(seen.iter().all(|notice| notice.approved_directories.is_none()));
    }
    // An editor, or another program.
    fs::write(settings_file(&home), r#"{"themeId": "theirs", "approvedDirectories": ["/a"]}"#).unwrap();
    for reader in &readers {
        let seen = until_theme(reader, "theirs").await;
        assert_eq!(seen.last().unwrap().approved_directories.as_deref(), Some(&["/a".to_owned()][..]));
    }
    // Another window, and Atelier's own settings this time.
    let other = home.open();
    let model = SettingsChange { model: Some("m".to_owned()), ..SettingsChange::default() };
    other.change_settings(model).await.unwrap();
    for reader in &readers {
        assert_eq!(notice(reader).await.settings.text("themeId"), Some("theirs"));
    }
    assert_eq!(workbench.settings().await.unwrap().chosen_model.as_deref(), Some("m"));
    other.close().await;
    workbench.close().await;
}

#[tokio::test]
async fn a_reader_is_told_of_what_happened_while_it_did_not_listen() {
    let home = Home::without_key();
    let workbench = home.open();
    let reader = workbench.follow_settings().await.unwrap();
    // Cancelled again and again while the change comes, as a select in the caller would.
    workbench.save_settings(&json!({"themeId": "new"})).await.unwrap();
    let theme = soon(async {
        loop {
            if let Ok(notice) = timeout(Duration::from_micros(200), reader.changed()).await {
                break notice.unwrap().unwrap().settings.text("themeId").map(str::to_owned);
            }
        }
    })
    .await;
    assert_eq!(theme.as_deref(), Some("new"));
    workbench.close().await;
}

#[tokio::test]
async fn readers_end_when_they_are_closed_and_with_their_workbench_closed_or_dropped() {
    let home = Home::without_key();
    let workbench = home.open();
    let (one, two) = (workbench.follow_settings().await.unwrap(), workbench.follow_settings().await.unwrap());
    one.close();
    assert_eq!(soon(one.changed()).await.unwrap(), None);
    let (ended, ()) = tokio::join!(soon(two.changed()), workbench.close());
    assert_eq!(ended.unwrap(), None);
    assert_eq!(workbench.follow_settings().await.err().unwrap().kind, ErrorKind::Closed);

    let dropped: Workbench = home.open();
    let reader = dropped.follow_settings().await.unwrap();
    drop(dropped);
    assert_eq!(soon(reader.changed()).await.ok().flatten(), None);
}

#[tokio::test]
async fn the_folder_that_is_worked_in_is_checked_and_kept() {
    let home = home_with_folders();
    let workbench = home.open();
    for (path, status, message) in [
        (" ", 400, "Path is required"),
        ("~/missing", 404, "Directory not found"),
        ("~/file", 400, "Specified path is not a directory"),
    ] {
        let error = workbench.set_workspace_directory(path).await.unwrap_err();
        assert_eq!((error.status(), error.message.as_str()), (status, message));
    }
    assert!(!settings_file(&home).exists());
    let one = home.path().join("one").to_str().unwrap().to_owned();
    for restarted in [true, false] {
        let set = workbench.set_workspace_directory(" ~/one/ ").await.unwrap();
        assert_eq!(serde_json::to_value(set).unwrap(), json!({"success": true, "restarted": restarted, "path": one}));
    }
    let settings = workbench.load_settings().await.unwrap().settings;
    assert_eq!(
        (settings.text("lastDirectory"), settings.list("approvedDirectories")),
        (Some(&*one), &[one.clone()][..])
    );
    workbench.close().await;
}

fn chosen(path: &str) -> ChosenDirectory {
    ChosenDirectory { path: Some(path.to_owned()), bookmark: None }
}

#[tokio::test]
async fn access_to_folders_never_raises_and_every_approval_is_told() {
    let home = home_with_folders();
    let workbench = home.open();
    let reader = workbench.follow_settings().await.unwrap();
    let path = |name: &str| Some(home.path().join(name).to_str().unwrap().to_owned());
    let error = |access: DirectoryAccess| {
        assert!(!access.success && access.path.is_none());
        access.error.unwrap()
    };
    let cancelled = workbench.request_directory_access(ChosenDirectory::default()).await;
    assert_eq!(
        serde_json::to_value(cancelled).unwrap(),
        json!({"success": false, "error": "Directory selection cancelled"})
    );
    for (name, sentence) in [("~/missing", "Directory does not exist"), ("~/file", "Path is not a directory")] {
        assert_eq!(error(workbench.request_directory_access(chosen(name)).await), sentence);
        assert_eq!(error(workbench.process_directory_selection(name, None).await), sentence);
        assert_eq!(error(workbench.start_accessing_directory(name).await), sentence);
    }
    let long = "x".repeat(5000);
    assert!(error(workbench.request_directory_access(chosen(&long)).await).starts_with("Cannot access directory: "));
    assert!(error(workbench.start_accessing_directory(&long).await).starts_with("Failed to access directory: "));

    let with_bookmark = ChosenDirectory { bookmark: Some("Ym9v".to_owned()), ..chosen("~/one") };
    let approved = workbench.request_directory_access(with_bookmark).await;
    assert_eq!(approved, DirectoryAccess { success: true, path: path("one"), error: None });
    assert_eq!(notice(&reader).await.approved_directories, path("one").map(|one| vec![one]));
    let selected = workbench.process_directory_selection("~/two", None).await;
    assert_eq!(selected.path, path("two"));
    let told = notice(&reader).await;
    assert_eq!(told.approved_directories.unwrap().len(), 2);
    assert_eq!(told.settings.text("lastDirectory").map(str::to_owned), path("two"));

    workbench.restore_bookmarks_on_startup(vec!["Ym9v".to_owned()]).await.unwrap();
    assert!(workbench.load_settings().await.unwrap().settings.list("securityScopedBookmarks").is_empty());
    workbench.close().await;
}

#[tokio::test]
async fn uses_of_a_folder_are_counted() {
    let home = home_with_folders();
    let workbench = home.open();
    let success = DirectoryAccess { success: true, path: None, error: None };
    assert_eq!(workbench.stop_accessing_directory("~/one").await, success);
    assert_eq!(workbench.start_accessing_directory("~/one").await, success);
    assert_eq!(workbench.start_accessing_directory("~/one").await, success);
    assert_eq!(workbench.stop_accessing_directory("~/one").await, success);
    assert!(workbench.is_accessing_directory("~/one").await.unwrap());
    assert_eq!(workbench.stop_accessing_directory("~/one").await, success);
    assert!(!workbench.is_accessing_directory("~/one").await.unwrap());
    workbench.close().await;
}

#[tokio::test]
async fn a_folder_that_is_forgotten_is_no_longer_approved_and_the_others_stay() {
    let home = home_with_folders();
    let workbench = home.open();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    for name in ["one", "two"] {
        let chosen = ChosenDirectory { path: Some(path(name)), bookmark: Some(format!("{name}-bookmark")) };
        assert!(workbench.request_directory_access(chosen).await.success);
    }
    workbench.forget_directory(path("one"), vec!["one-bookmark".to_owned()]).await.unwrap();
    workbench.forget_directory(path("three"), Vec::new()).await.unwrap();
    let settings = workbench.load_settings().await.unwrap().settings;
    assert_eq!(settings.list("approvedDirectories"), [path("two")]);
    assert_eq!(settings.list("securityScopedBookmarks"), ["two-bookmark"]);
    workbench.close().await;
}

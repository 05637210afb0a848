//! Several processes change `settings.json` at the same time.
#![expect(clippy::unwrap_used, reason = "an assumption that fails is a test that fails")]

use std::{
    env,
    process::{Child, Command},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use atelier_config::{KeyProvider, SettingsChange, SettingsFile};

const ROUNDS: usize = 200;
/// In a child process: the folder and the setting to change.
const FOLDER: &str = "SETTINGS_AT_ONCE_FOLDER";
const SETTING: &str = "SETTINGS_AT_ONCE_SETTING";

/// Changes one setting again and again, and checks each time that no one has undone the change before.
fn change_again_and_again(file: &SettingsFile, setting: &str) {
    let mut last = None;
    for round in 0..ROUNDS {
        let settings = file.load().unwrap();
        let (current, next) = if setting == "model" {
            (settings.model, format!("model-{round}"))
        } else {
            (settings.base_urls.get(&KeyProvider::Anthropic).cloned(), format!("http://host/{round}"))
        };
        assert_eq!(current, last, "{setting} was lost in round {round}");
        let mut change = SettingsChange::default();
        if setting == "model" {
            change.model = Some(next.clone());
        } else {
            change.base_urls.insert(KeyProvider::Anthropic, next.clone());
        }
        file.save(&change).unwrap();
        last = Some(next);
    }
}

fn start_process(file: &SettingsFile, setting: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "in_a_child_process", "--ignored"])
        .env(FOLDER, file.path().parent().unwrap())
        .env(SETTING, setting)
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "runs as a child process of the test below"]
fn in_a_child_process() {
    let (folder, setting) = (env::var(FOLDER).unwrap(), env::var(SETTING).unwrap());
    change_again_and_again(&SettingsFile::new(folder), &setting);
}

#[test]
fn processes_that_save_at_once_lose_nothing_and_readers_never_see_half_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path());
    std::fs::write(file.path(), "{\"theirs\": 1}").unwrap();
    let done = AtomicBool::new(false);
    let successes = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                file.check().unwrap();
            }
        });
        let children = ["model", "base_url"].map(|setting| start_process(&file, setting));
        let successes = children.map(|mut child| child.wait().unwrap().success());
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
        successes
    });
    assert_eq!(successes, [true, true]);
    let settings = file.load().unwrap();
    assert_eq!(settings.model, Some(format!("model-{}", ROUNDS - 1)));
    assert_eq!(settings.base_urls[&KeyProvider::Anthropic], format!("http://host/{}", ROUNDS - 1));
    assert!(std::fs::read_to_string(file.path()).unwrap().contains("\"theirs\": 1"));
}

#[test]
fn threads_that_save_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path());
    thread::scope(|scope| {
        for setting in ["model", "base_url"] {
            scope.spawn(|| change_again_and_again(&file, setting));
        }
    });
    assert_eq!(file.load().unwrap().model, Some(format!("model-{}", ROUNDS - 1)));
}

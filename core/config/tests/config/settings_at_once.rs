//! Several processes change `settings.json` at the same time.

use std::{
    env,
    process::{Child, Command},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use atelier_config::{KeyProvider, SettingsChange, SettingsFile, SharedSettings};
use serde_json::json;

const ROUNDS: usize = 1000;
/// In every so many rounds a directory is added.
const ADD_EVERY: usize = 10;
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

/// Changes one shared setting again and again and at times adds to a list that others add to as well, and checks each
/// time that no one has undone anything.
fn share_again_and_again(file: &SettingsFile, setting: &str) {
    let mut last = None;
    for round in 0..ROUNDS {
        let next = format!("{setting}-{round}");
        let mut changes = json!({ setting: next });
        if round % ADD_EVERY == 0 {
            changes["lastDirectory"] = format!("/{setting}/{}", round / ADD_EVERY).into();
        }
        let before = file.load_shared().unwrap();
        assert_eq!(before.text(setting), last.as_deref(), "{setting} was lost in round {round}");
        let after = file.save_shared(&SharedSettings::from_json(&changes)).unwrap();
        assert_eq!(approved_below(&after, setting), round / ADD_EVERY + 1, "a directory was lost in round {round}");
        last = Some(next);
    }
}

/// How many of the first approved directories below a folder are there, in order.
fn approved_below(settings: &SharedSettings, above: &str) -> usize {
    let list = settings.list("approvedDirectories").iter();
    let prefix = format!("/{above}/");
    let numbers = list.filter_map(|path| path.strip_prefix(&prefix)?.parse::<usize>().ok());
    numbers.enumerate().take_while(|(position, number)| position == number).count()
}

fn work(file: &SettingsFile, setting: &str) {
    match setting {
        "model" | "base_url" => change_again_and_again(file, setting),
        shared => share_again_and_again(file, shared),
    }
}

/// Checks that each of them has what its last round saved.
fn assert_nothing_lost(file: &SettingsFile, shared: &[&str]) {
    assert_eq!(file.load().unwrap().model, Some(format!("model-{}", ROUNDS - 1)));
    let settings = file.load_shared().unwrap();
    for setting in shared {
        assert_eq!(settings.text(setting), Some(&*format!("{setting}-{}", ROUNDS - 1)));
        assert_eq!(approved_below(&settings, setting), ROUNDS / ADD_EVERY);
    }
}

fn start_process(file: &SettingsFile, setting: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "settings_at_once::in_a_child_process", "--ignored"])
        .env(FOLDER, file.path().parent().unwrap())
        .env(SETTING, setting)
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "runs as a child process of the test below"]
fn in_a_child_process() {
    let (folder, setting) = (env::var(FOLDER).unwrap(), env::var(SETTING).unwrap());
    work(&SettingsFile::new(folder), &setting);
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
                // Without a pause it would take a core from those who work.
                thread::sleep(Duration::from_millis(1));
            }
        });
        let children = ["model", "themeId", "uiFont"].map(|setting| start_process(&file, setting));
        let successes = children.map(|mut child| child.wait().unwrap().success());
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
        successes
    });
    assert_eq!(successes, [true; 3]);
    assert_nothing_lost(&file, &["themeId", "uiFont"]);
    assert!(std::fs::read_to_string(file.path()).unwrap().contains("\"theirs\": 1"));
}

#[test]
fn threads_that_save_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path());
    thread::scope(|scope| {
        for setting in ["model", "base_url", "themeId"] {
            let file = &file;
            scope.spawn(move || work(file, setting));
        }
    });
    assert_nothing_lost(&file, &["themeId"]);
    assert_eq!(file.load().unwrap().base_urls[&KeyProvider::Anthropic], format!("http://host/{}", ROUNDS - 1));
}

//! `atelier config`: settings read, changed and kept, also by several processes at once.

use std::{fs, thread};

use atelier_protocol::Json;

use crate::home::Home;

#[test]
fn settings_that_are_set_are_printed_and_kept_in_the_file() {
    let home = Home::without_key();
    for (name, value) in [
        ("provider", "demo"),
        ("model", "some-model"),
        ("effort", "high"),
        ("models.openai", "its-model"),
        ("baseUrls.compatible", "http://127.0.0.1:11434/v1"),
        ("themeId", "nord"),
        ("useSystemTheme", "false"),
        ("lastDirectory", "/a"),
        ("typographySizes.code", "1rem"),
    ] {
        assert_eq!(home.run(&["config", "set", name, value]).success(), "", "nothing is said on success");
        assert_eq!(home.run(&["config", "get", name]).success(), format!("{value}\n"));
    }
    assert_eq!(home.run(&["config", "set", "pinnedDirectories", "[\"/p\"]"]).success(), "");
    assert_eq!(
        home.run(&["config", "get"]).success(),
        "provider = demo\nmodel = some-model\neffort = high\nmodels.openai = \
         its-model\nbaseUrls.compatible = http://127.0.0.1:11434/v1\nthemeId = \
         nord\nuseSystemTheme = false\nlastDirectory = /a\napprovedDirectories = [\"/a\"]\nsecurityScopedBookmarks = \
         []\npinnedDirectories = [\"/p\"]\nshowReasoningTraces = false\ntypographySizes.code = 1rem\n"
    );
    let all: Json = serde_json::from_str(&home.run(&["config", "get", "--json"]).success()).unwrap();
    assert_eq!((&all["model"], &all["useSystemTheme"]), (&Json::from("some-model"), &Json::from(false)));
    assert_eq!(home.run(&["config", "get", "--json", "themeId"]).success(), "\"nord\"\n");
    assert_eq!(home.run(&["config", "get", "--json", "uiFont"]).success(), "null\n");
    assert_eq!(home.run(&["config", "get", "uiFont"]).success(), "");

    let path = home.run(&["config", "path"]).success();
    assert_eq!(path.trim_end(), home.path().join("config/settings.json").to_str().unwrap());
    let file: Json = serde_json::from_str(&fs::read_to_string(path.trim_end()).unwrap()).unwrap();
    assert_eq!(file["atelier"]["baseUrls"]["compatible"], "http://127.0.0.1:11434/v1");
    assert_eq!(file["approvedDirectories"], serde_json::json!(["/a"]));
    assert_eq!(home.run(&["config", "set", "model", ""]).success(), "");
    assert_eq!(home.run(&["config", "get", "model"]).success(), "");
}

#[test]
fn what_cannot_be_set_is_refused_with_what_can_and_changes_nothing() {
    let home = Home::without_key();
    for (name, value, part) in [
        ("provider", "someone", "anthropic"),
        ("effort", "utmost", "xhigh"),
        ("baseUrls.openai", "https://user:sk-planted@host", "without a user name"),
        ("baseUrls.openai", "localhost", "web address"),
        ("themeVariant", "blue", "light or dark"),
        ("useSystemTheme", "1", "true or false"),
        ("approvedDirectories", "/a", "JSON array"),
        ("uiFont", "", "replaced"),
    ] {
        let told = home.run(&["config", "set", name, value]).failure();
        assert!(told.contains(part) && !told.contains("planted"), "{told}");
    }
    for arguments in
        [&["config", "set", "themeID", "x"][..], &["config", "get", "nothing"], &["config", "set", "model"]]
    {
        let refused = home.run(arguments);
        assert_eq!(refused.code, Some(2), "{refused:?}");
    }
    let unknown = home.run(&["config", "get", "themeID"]).stderr;
    assert!(unknown.contains("themeId") && unknown.contains("baseUrls.anthropic"), "{unknown}");
    assert!(!home.path().join("config/settings.json").exists());
}

#[test]
fn settings_of_other_programs_stay_and_names_are_completed() {
    let home = Home::without_key();
    let file = home.path().join("config/settings.json");
    fs::create_dir(home.path().join("config")).unwrap();
    fs::write(&file, "{\n  \"theirs\": [1,  2],\n  \"themeId\": \"old\"\n}").unwrap();
    home.run(&["config", "set", "themeId", "new"]).success();
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("{\n  \"theirs\": [1,  2],\n  \"themeId\": \"new\",\n"), "{text}");
    let script = home.run(&["completions", "bash"]).success();
    assert!(script.contains("typographySizes.uiHeader"));
}

#[test]
fn commands_that_run_at_once_lose_nothing() {
    const ROUNDS: usize = 25;
    let home = Home::without_key();
    home.run(&["config", "get"]).success();
    thread::scope(|scope| {
        for name in ["themeId", "model"] {
            let home = &home;
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let value = format!("{name}-{round}");
                    home.run(&["config", "set", name, &value]).success();
                    assert_eq!(home.run(&["config", "get", name]).success(), value + "\n");
                }
            });
        }
    });
}

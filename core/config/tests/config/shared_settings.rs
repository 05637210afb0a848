//! The settings that are shared with `OpenChamber`: what is taken, merged, answered, and left alone in the file.

use std::{collections::BTreeSet, fs, path::Path};

use atelier_config::{ProviderChoice, SettingsChange, SettingsFile, SharedSettings};
use atelier_protocol::Json;
use proptest::prelude::*;
use serde_json::{Map, json};
use tempfile::TempDir;

/// As that program writes it, with names that are only its own.
const OPENCHAMBERS: &str = include_str!("fixtures/openchamber-settings.json");

fn folder_with(settings: &str) -> (TempDir, SettingsFile) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("settings.json"), settings).unwrap();
    let file = SettingsFile::new(folder.path());
    (folder, file)
}

fn text(file: &SettingsFile) -> String {
    fs::read_to_string(file.path()).unwrap()
}

fn stored(file: &SettingsFile) -> Json {
    serde_json::from_str(&text(file)).unwrap()
}

fn save(file: &SettingsFile, changes: &Json) -> Json {
    serde_json::to_value(file.save_shared(&SharedSettings::from_json(changes)).unwrap()).unwrap()
}

fn sanitised(payload: &Json) -> Json {
    serde_json::to_value(SharedSettings::from_json(payload)).unwrap()
}

#[test]
fn an_empty_a_missing_and_a_broken_file_are_answered_with_the_defaults() {
    let defaults =
        r#"{"approvedDirectories":[],"securityScopedBookmarks":[],"pinnedDirectories":[],"showReasoningTraces":false}"#;
    let missing = tempfile::tempdir().unwrap();
    let answer = |file: &SettingsFile| serde_json::to_string(&file.load_shared().unwrap()).unwrap();
    assert_eq!(answer(&SettingsFile::new(missing.path().join("new"))), defaults);
    assert!(!missing.path().join("new").exists());
    for content in ["{}", "", "[]", "null", "{\"themeId\": ", "\"themeId\""] {
        assert_eq!(answer(&folder_with(content).1), defaults, "{content}");
    }
}

#[test]
fn a_value_that_a_setting_cannot_have_is_dropped() {
    for (name, taken, dropped) in [
        ("themeId", json!("x"), json!("")),
        ("lightThemeId", json!(" "), json!(null)),
        ("darkThemeId", json!("é"), json!(["x"])),
        ("themeVariant", json!("dark"), json!("Dark")),
        ("themeVariant", json!("light"), json!("system")),
        ("useSystemTheme", json!(false), json!("true")),
        ("useSystemTheme", json!(true), json!(1)),
        ("lastDirectory", json!(" /a "), json!("")),
        ("homeDirectory", json!("nowhere"), json!({})),
        ("approvedDirectories", json!([]), json!("/a")),
        ("securityScopedBookmarks", json!(["a"]), json!({"0": "a"})),
        ("pinnedDirectories", json!(["b", "a"]), json!(null)),
        ("uiFont", json!("f"), json!(12)),
        ("monoFont", json!("f"), json!(false)),
        ("markdownDisplayMode", json!("whatever"), json!("")),
        ("showReasoningTraces", json!(true), json!("yes")),
        ("typographySizes", json!({"code": "1"}), json!({})),
        ("typographySizes", json!({"micro": "1"}), json!({"huge": "1", "code": "", "meta": 1})),
        ("typographySizes", json!({"meta": "1"}), json!(["code"])),
    ] {
        assert_eq!(sanitised(&json!({ name: taken })), json!({ name: taken }));
        assert_eq!(sanitised(&json!({ name: dropped })), json!({}), "{name}");
    }
    for payload in [json!(null), json!([{"themeId": "x"}]), json!("themeId"), json!(1), json!({"atelier": {}, "a": 1})]
    {
        assert!(SharedSettings::from_json(&payload).is_empty(), "{payload}");
    }
}

#[test]
fn lists_lose_what_is_no_text_and_what_was_there_before() {
    let list = json!(["b", "", 1, "a", "b", null, ["c"], "c", "a"]);
    assert_eq!(sanitised(&json!({ "pinnedDirectories": list })), json!({"pinnedDirectories": ["b", "a", "c"]}));
    assert_eq!(sanitised(&json!({"approvedDirectories": [1, ""]})), json!({"approvedDirectories": []}));
}

#[test]
fn sizes_keep_only_the_known_ones_that_are_texts() {
    let sizes = json!({"micro": "1", "huge": "2", "code": "", "meta": 3, "markdown": "4"});
    assert_eq!(
        sanitised(&json!({ "typographySizes": sizes })),
        json!({"typographySizes": {"markdown": "4", "micro": "1"}})
    );
}

#[test]
fn the_last_and_the_home_directory_become_approved_ones() {
    let (_folder, file) = folder_with(r#"{"approvedDirectories": ["/a", "/b", "/a", "", 7]}"#);
    let answer = save(&file, &json!({"homeDirectory": "/h", "lastDirectory": "/l"}));
    assert_eq!(answer["approvedDirectories"], json!(["/a", "/b", "/l", "/h"]));
    let answer = save(&file, &json!({"lastDirectory": "/b"}));
    assert_eq!(answer["approvedDirectories"], json!(["/a", "/b", "/l", "/h"]));
    assert_eq!(answer["lastDirectory"], "/b");
    let answer = save(&file, &json!({"approvedDirectories": ["/c"], "lastDirectory": "/d"}));
    assert_eq!(answer["approvedDirectories"], json!(["/c", "/d"]));
    assert_eq!(stored(&file)["approvedDirectories"], json!(["/c", "/d"]));
}

#[test]
fn lists_are_replaced_and_sizes_are_merged() {
    let (_folder, file) = folder_with(
        r#"{"pinnedDirectories": ["/p"], "securityScopedBookmarks": ["x", "x"], "typographySizes": {"code": "1", "own": 2}}"#,
    );
    let answer = save(&file, &json!({"typographySizes": {"code": "2", "meta": "3"}}));
    assert_eq!(answer["securityScopedBookmarks"], json!(["x"]));
    assert_eq!(answer["typographySizes"], json!({"code": "2", "meta": "3"}));
    assert_eq!(stored(&file)["typographySizes"], json!({"code": "2", "own": 2, "meta": "3"}));
    let answer = save(&file, &json!({"pinnedDirectories": [], "securityScopedBookmarks": ["y"], "typographySizes": 1}));
    assert_eq!(answer["pinnedDirectories"], json!([]));
    assert_eq!(answer["securityScopedBookmarks"], json!(["y"]));
    assert_eq!(answer["typographySizes"], json!({"code": "2", "meta": "3"}));
}

#[test]
fn a_new_file_is_laid_out_as_the_contract_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path());
    save(&file, &json!({"typographySizes": {"code": "1"}, "lastDirectory": "/é\n\"", "useSystemTheme": true}));
    assert_eq!(
        text(&file),
        "{\n  \"useSystemTheme\": true,\n  \"lastDirectory\": \"/é\\n\\\"\",\n  \"typographySizes\": {\n    \"code\": \
         \"1\"\n  },\n  \"approvedDirectories\": [\n    \"/é\\n\\\"\"\n  ],\n  \"securityScopedBookmarks\": []\n}"
    );
}

#[test]
fn openchambers_file_stays_as_it_is_but_for_what_is_changed() {
    let (_folder, file) = folder_with(OPENCHAMBERS);
    let loaded = file.load_shared().unwrap();
    assert_eq!(text(&file), OPENCHAMBERS);
    assert_eq!(save(&file, &json!({})), serde_json::to_value(&loaded).unwrap());
    file.save_shared(&loaded).unwrap();
    assert_eq!(text(&file), OPENCHAMBERS, "nothing was changed");

    save(&file, &json!({"themeId": "nord", "pinnedDirectories": ["/p"], "typographySizes": {"code": "1rem"}}));
    let expected = OPENCHAMBERS
        .replace("\"themeId\": \"flexoki-dark\"", "\"themeId\": \"nord\"")
        .replace("\"pinnedDirectories\": []", "\"pinnedDirectories\": [\n    \"/p\"\n  ]")
        .replace("0.8125rem", "1rem");
    assert_eq!(text(&file), expected);

    let model = SettingsChange { model: Some("m".to_owned()), ..SettingsChange::default() };
    file.save(&model).unwrap();
    let own = ",\n  \"atelier\": {\n    \"model\": \"m\"\n  }\n}";
    assert_eq!(text(&file), expected.strip_suffix("\n}").unwrap().to_owned() + own);
    file.save(&SettingsChange { model: Some(String::new()), ..SettingsChange::default() }).unwrap();
    assert_eq!(text(&file), expected);
}

#[test]
fn settings_of_atelier_and_shared_ones_leave_each_other_alone() {
    let (_folder, file) = folder_with("{}");
    let provider = SettingsChange { provider: Some(ProviderChoice::Demo), ..SettingsChange::default() };
    file.save(&provider).unwrap();
    let answer = save(&file, &json!({"themeId": "t", "atelier": {"provider": "anthropic"}}));
    assert_eq!(answer.get("atelier"), None);
    assert_eq!(file.load().unwrap().provider, ProviderChoice::Demo);
}

#[test]
fn a_broken_file_is_set_aside_when_shared_settings_are_saved() {
    let (folder, file) = folder_with("{\"themeId\": ");
    let answer = save(&file, &json!({"themeId": "t"}));
    assert_eq!(answer["themeId"], "t");
    let corrupt = |path: &Path| path.to_str().unwrap().contains("settings.json.corrupt-");
    let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> = entries.filter(|path| corrupt(path)).map(|path| fs::read_to_string(path).unwrap()).collect();
    assert_eq!(kept, ["{\"themeId\": "]);
}

const NAMES: [&str; 15] = [
    "themeId",
    "lightThemeId",
    "darkThemeId",
    "themeVariant",
    "useSystemTheme",
    "lastDirectory",
    "homeDirectory",
    "approvedDirectories",
    "securityScopedBookmarks",
    "pinnedDirectories",
    "uiFont",
    "monoFont",
    "markdownDisplayMode",
    "showReasoningTraces",
    "typographySizes",
];

/// Values that often keep a setting's rule and often don't.
fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "(light|dark|/[ab]|)".prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    let sizes = prop::collection::vec(("(markdown|code|uiHeader|uiLabel|meta|micro|other)", leaf.clone()), 0..4);
    prop_oneof![
        2 => leaf.clone(),
        1 => prop::collection::vec(leaf, 0..5).prop_map(Json::from),
        1 => sizes.prop_map(|sizes| Json::Object(sizes.into_iter().collect())),
    ]
}

fn object() -> impl Strategy<Value = Json> {
    let name = prop_oneof![4 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned), 1 => "[a-c]{1,2}"];
    prop::collection::vec((name, value()), 0..8).prop_map(|entries| Json::Object(entries.into_iter().collect()))
}

/// The texts of a list, as the contract words it; none where it is no list.
fn texts(list: Option<&Json>) -> Option<Vec<Json>> {
    let mut texts: Vec<Json> = Vec::new();
    for item in list?.as_array()? {
        if item.as_str().is_some_and(|text| !text.is_empty()) && !texts.contains(item) {
            texts.push(item.clone());
        }
    }
    Some(texts)
}

/// What the contract's steps make of the approved directories, written down a second time.
fn approved(stored: &Json, changes: &Json) -> Json {
    let mut list = texts(changes.get("approvedDirectories"))
        .or_else(|| texts(stored.get("approvedDirectories")))
        .unwrap_or_default();
    list.extend(["lastDirectory", "homeDirectory"].into_iter().filter_map(|name| changes.get(name).cloned()));
    texts(Some(&Json::from(list))).into()
}

fn keys(json: &Json) -> Vec<&String> {
    json.as_object().map(Map::keys).into_iter().flatten().collect()
}

proptest! {
    #[test]
    fn what_is_kept_of_a_payload_is_kept_again(payload in object()) {
        let once = sanitised(&payload);
        prop_assert_eq!(&sanitised(&once), &once);
        for (name, kept) in once.as_object().unwrap() {
            prop_assert!(NAMES.contains(&name.as_str()));
            match kept {
                Json::Array(items) => prop_assert_eq!(Some(items.clone()), texts(payload.get(name))),
                Json::Object(sizes) => {
                    prop_assert!(!sizes.is_empty());
                    prop_assert!(sizes.iter().all(|(size, value)| payload[name].get(size) == Some(value)));
                }
                _ => prop_assert_eq!(kept, &payload[name]),
            }
        }
    }

    #[test]
    fn a_save_answers_with_the_changes_over_what_was_stored_and_keeps_the_rest(
        before in object(),
        changes in object(),
    ) {
        let (_folder, file) = folder_with(&serde_json::to_string_pretty(&before).unwrap());
        let clean = sanitised(&changes);
        let answer = save(&file, &changes);
        let after = stored(&file);
        prop_assert_eq!(&answer["approvedDirectories"], &approved(&before, &clean));
        for (name, value) in clean.as_object().unwrap() {
            match name.as_str() {
                "approvedDirectories" => {}
                "typographySizes" => {
                    for (size, value) in value.as_object().unwrap() {
                        prop_assert_eq!(&answer[name][size], value);
                    }
                }
                _ => prop_assert_eq!(&answer[name], value),
            }
        }
        // Nothing but shared settings is answered, and nothing but what was changed is touched.
        prop_assert_eq!(serde_json::to_value(file.load_shared().unwrap()).unwrap(), answer);
        for (name, value) in before.as_object().unwrap() {
            let merged = clean.get(name).is_some() || ["approvedDirectories", "securityScopedBookmarks"].contains(&&**name);
            prop_assert!(merged || after.get(name) == Some(value), "{} was changed", name);
        }
        // What was there keeps its place; what is new comes after it.
        let places: Vec<_> = keys(&after).into_iter().filter(|name| before.get(name.as_str()).is_some()).collect();
        prop_assert_eq!(places, keys(&before));
        let names: BTreeSet<_> = keys(&after).into_iter().collect();
        prop_assert_eq!(names.len(), keys(&after).len());

        let text_before = text(&file);
        save(&file, &changes);
        prop_assert_eq!(text(&file), text_before, "saving again changes nothing");
    }
}

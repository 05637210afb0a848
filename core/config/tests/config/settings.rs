//! `settings.json`: what Atelier changes in it and what it leaves alone.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
};

use atelier_config::{
    InvalidSetting, KeyProvider, ProviderChoice, Settings, SettingsChange, SettingsError, SettingsFile,
};
use atelier_protocol::Effort;
use proptest::prelude::*;
use serde_json::value::RawValue;
use tempfile::TempDir;

fn folder_with(settings: &str) -> (TempDir, SettingsFile) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("settings.json"), settings).unwrap();
    let file = SettingsFile::new(folder.path());
    (folder, file)
}

fn model(name: &str) -> SettingsChange {
    SettingsChange { model: Some(name.to_owned()), ..SettingsChange::default() }
}

fn base_url(url: &str) -> SettingsChange {
    base_url_of(KeyProvider::Anthropic, url)
}

fn base_url_of(provider: KeyProvider, url: &str) -> SettingsChange {
    SettingsChange { base_urls: [(provider, url.to_owned())].into(), ..SettingsChange::default() }
}

fn provider(provider: ProviderChoice) -> SettingsChange {
    SettingsChange { provider: Some(provider), ..SettingsChange::default() }
}

fn text(file: &SettingsFile) -> String {
    fs::read_to_string(file.path()).unwrap()
}

/// The contents of the files that were set aside.
fn set_aside(folder: &Path) -> Vec<String> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let corrupt = paths.filter(|path| path.to_str().unwrap().contains("settings.json.corrupt-"));
    corrupt.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn each_provider_has_a_model_of_its_own_until_it_is_cleared() {
    let (_folder, file) = folder_with(r#"{"atelier": {"model": "all", "models": {"openai": "gpt", "google": 7}}}"#);
    let models = |pairs: &[(KeyProvider, &str)]| SettingsChange {
        models: pairs.iter().map(|(provider, model)| (*provider, (*model).to_owned())).collect(),
        ..SettingsChange::default()
    };
    assert_eq!(file.load().unwrap().models, [(KeyProvider::OpenAi, "gpt".to_owned())].into());
    let saved = file.save(&models(&[(KeyProvider::OpenAi, ""), (KeyProvider::Anthropic, " claude ")])).unwrap();
    assert_eq!(saved.models, [(KeyProvider::Anthropic, "claude".to_owned())].into());
    assert_eq!(saved.model.as_deref(), Some("all"));
    file.save(&models(&[(KeyProvider::Google, "two\nlines")])).unwrap_err();
    assert_eq!(file.load().unwrap(), saved);
}

#[test]
fn without_a_file_there_are_defaults_and_reading_creates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path().join("new"));
    assert_eq!(file.load().unwrap(), Settings::default());
    assert_eq!(Settings::default().provider, ProviderChoice::Automatic);
    file.check().unwrap();
    assert!(!folder.path().join("new").exists());
}

#[test]
fn saved_settings_are_read_back_and_empty_texts_unset_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path().join("new"));
    file.save(&provider(ProviderChoice::Anthropic)).unwrap();
    file.save(&model(" claude-x ")).unwrap();
    let saved = file.save(&base_url("https://Proxy.example//")).unwrap();
    let expected = Settings {
        provider: ProviderChoice::Anthropic,
        model: Some("claude-x".into()),
        base_urls: [(KeyProvider::Anthropic, "https://proxy.example".into())].into(),
        ..Settings::default()
    };
    assert_eq!(saved, expected);
    assert_eq!(file.load().unwrap(), expected);
    let unset = SettingsChange { model: Some(String::new()), provider: None, ..base_url(" ") };
    let unset = file.save(&unset).unwrap();
    assert_eq!(unset, Settings { model: None, base_urls: [].into(), ..expected });
}

#[test]
fn the_choice_of_a_key_is_kept_by_its_name_and_taken_back_by_an_empty_one() {
    let (_folder, file) = folder_with("{}");
    let choice = |name: &str| SettingsChange {
        keys: [(KeyProvider::OpenAi, name.to_owned())].into(),
        ..SettingsChange::default()
    };
    let saved = file.save(&choice(" for work ")).unwrap();
    assert_eq!(saved.keys, [(KeyProvider::OpenAi, "for work".to_owned())].into());
    assert_eq!(file.load().unwrap(), saved);
    assert!(text(&file).contains("\"keys\": {\n      \"openai\": \"for work\"\n    }"), "{}", text(&file));
    let refused = file.save(&choice("two\nlines")).unwrap_err();
    assert!(matches!(refused, SettingsError::Invalid(_)) && !refused.to_string().contains("two"), "{refused}");
    assert_eq!(file.save(&choice("")).unwrap(), Settings::default());
}

#[test]
fn the_file_and_its_folder_are_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path().join("new"));
    file.save(&model("m")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file.path()), 0o600);
    assert_eq!(mode(&folder.path().join("new")), 0o700);
}

#[test]
fn what_belongs_to_others_stays_as_it_is_written_and_where_it_stands() {
    let (_folder, file) = folder_with(
        "{ \"themeId\":\"a\\u00e9\\/\",\n \"big\": 123456789012345678901234567890, \"atelier\": {\"later\": 1.0, \
         \"model\": \"old\"}, \"huge\":1e999,\n\t\"nested\": {\"b\": [1,  2], \"a\": null}, \"twice\": 1, \"twice\": 2 }",
    );
    file.save(&model("new")).unwrap();
    assert_eq!(
        text(&file),
        "{\n  \"themeId\": \"a\\u00e9\\/\",\n  \"big\": 123456789012345678901234567890,\n  \"atelier\": {\n    \
         \"later\": 1.0,\n    \"model\": \"new\"\n  },\n  \"huge\": 1e999,\n  \"nested\": {\"b\": [1,  2], \"a\": \
         null},\n  \"twice\": 1,\n  \"twice\": 2\n}"
    );
}

#[test]
fn of_a_name_that_stands_there_twice_the_last_counts_and_one_is_left_after_a_change() {
    let (_folder, file) = folder_with(r#"{"atelier": {"model": "first"}, "a": 1, "atelier": {"model": "last"}}"#);
    assert_eq!(file.load().unwrap().model.as_deref(), Some("last"));
    file.save(&provider(ProviderChoice::Demo)).unwrap();
    assert_eq!(
        text(&file),
        "{\n  \"atelier\": {\n    \"model\": \"last\",\n    \"provider\": \"demo\"\n  },\n  \"a\": 1\n}"
    );
}

#[test]
fn values_of_the_wrong_type_count_as_absent() {
    for own in ["null", "[]", "\"x\"", r#"{"provider": 1, "model": ["m"], "baseUrl": {}}"#, r#"{"model": "a\nb"}"#] {
        let (_folder, file) = folder_with(&format!("{{\"atelier\": {own}, \"themeId\": \"t\"}}"));
        assert_eq!(file.load().unwrap(), Settings::default(), "{own}");
        assert_eq!(file.save(&model("m")).unwrap().model.as_deref(), Some("m"), "{own}");
        assert!(text(&file).contains("\"themeId\": \"t\""));
    }
    let (_folder, file) = folder_with(r#"{"atelier": {"provider": "someone-else"}}"#);
    assert_eq!(file.load().unwrap().provider, ProviderChoice::Automatic);
}

#[test]
fn a_base_url_that_was_edited_by_hand_is_not_passed_over_in_silence() {
    let (_folder, file) = folder_with(r#"{"atelier": {"baseUrl": "localhost"}}"#);
    assert_eq!(file.load().unwrap().base_urls[&KeyProvider::Anthropic], "localhost");
}

#[test]
fn each_provider_has_its_own_base_url() {
    let (_folder, file) = folder_with(r#"{"atelier": {"baseUrls": {"someone-else": "kept"}}}"#);
    file.save(&base_url_of(KeyProvider::OpenAi, "https://one.example/v1/")).unwrap();
    let saved = file.save(&base_url_of(KeyProvider::Compatible, "http://localhost:1234/v1")).unwrap();
    let expected = [
        (KeyProvider::OpenAi, "https://one.example/v1".to_owned()),
        (KeyProvider::Compatible, "http://localhost:1234/v1".to_owned()),
    ];
    assert_eq!(saved.base_urls, expected.into());
    assert_eq!(file.load().unwrap(), saved);
    assert_eq!(
        text(&file),
        "{\n  \"atelier\": {\n    \"baseUrls\": {\n      \"someone-else\": \"kept\",\n      \"openai\": \
         \"https://one.example/v1\",\n      \"compatible\": \"http://localhost:1234/v1\"\n    }\n  }\n}"
    );
    let left = file.save(&base_url_of(KeyProvider::OpenAi, "")).unwrap();
    assert_eq!(left.base_urls.into_keys().collect::<Vec<_>>(), [KeyProvider::Compatible]);
}

#[test]
fn the_old_single_base_url_is_anthropics_until_that_is_changed() {
    let old = r#"{"atelier": {"baseUrl": "https://old.example"}}"#;
    let (_folder, file) = folder_with(old);
    let read = file.load().unwrap().base_urls;
    assert_eq!(read, [(KeyProvider::Anthropic, "https://old.example".to_owned())].into());
    let saved = file.save(&base_url_of(KeyProvider::Google, "https://g.example")).unwrap();
    assert_eq!(saved.base_urls[&KeyProvider::Anthropic], "https://old.example");
    let saved = file.save(&base_url("https://new.example")).unwrap();
    assert_eq!(saved.base_urls[&KeyProvider::Anthropic], "https://new.example");
    assert!(!text(&file).contains("baseUrl\""));

    let (_folder, file) = folder_with(old);
    assert!(file.save(&base_url("")).unwrap().base_urls.is_empty());
    assert_eq!(text(&file), "{}");
}

#[test]
fn every_choice_of_provider_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path());
    for choice in ProviderChoice::ALL {
        assert_eq!(file.save(&provider(choice)).unwrap().provider, choice);
        assert_eq!(file.load().unwrap().provider, choice);
        assert_eq!(choice.key_provider().map_or(choice, ProviderChoice::from), choice);
    }
}

#[test]
fn a_broken_file_counts_as_empty_and_is_set_aside_before_it_is_replaced() {
    for broken in ["{\n \"a\": 1,\n}", "", "[1, 2]", "\"text\"", "{} trailing", "{\"a\": 1"] {
        let (folder, file) = folder_with(broken);
        assert_eq!(file.load().unwrap(), Settings::default());
        assert!(matches!(file.check(), Err(SettingsError::Broken { .. })));
        file.save(&SettingsChange::default()).unwrap();
        file.save(&model("")).unwrap();
        assert_eq!((text(&file).as_str(), set_aside(folder.path())), (broken, vec![]), "nothing was to be changed");
        file.save(&model("m")).unwrap();
        assert_eq!(set_aside(folder.path()), [broken]);
        file.save(&model("n")).unwrap();
        assert_eq!(set_aside(folder.path()), [broken]);
        file.check().unwrap();
    }
}

#[test]
fn a_broken_file_is_reported_with_the_line() {
    let (_folder, file) = folder_with("{\n \"a\": 1,\n}");
    let message = file.check().unwrap_err().to_string();
    assert!(message.contains("settings.json is not a JSON object (line 3)"), "{message}");
}

#[test]
fn invalid_values_are_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::new(folder.path());
    for url in ["localhost:80", "ftp://host", "https://user:sk-planted@host"] {
        let error = file.save(&base_url(url)).unwrap_err();
        assert!(matches!(error, SettingsError::Invalid(InvalidSetting::BaseUrl)), "{url}");
        assert!(error.to_string().contains("https://api.anthropic.com"));
        assert!(!error.to_string().contains("planted"));
    }
    for name in ["two\nlines", &"m".repeat(201)] {
        assert!(matches!(file.save(&model(name)), Err(SettingsError::Invalid(InvalidSetting::Model))));
    }
    assert!(!file.path().exists());
}

#[test]
fn a_change_that_changes_nothing_leaves_the_file_untouched() {
    let (_folder, file) = folder_with("{\"themeId\":   1,\"atelier\":{\n\"model\":\"m\"}}");
    let before = text(&file);
    file.save(&SettingsChange::default()).unwrap();
    file.save(&base_url("")).unwrap();
    assert_eq!(text(&file), before);
}

#[test]
fn a_linked_file_stays_a_link() {
    let (folder, file) = folder_with("{}");
    let target = folder.path().join("in-the-dotfiles.json");
    fs::rename(file.path(), &target).unwrap();
    symlink(&target, file.path()).unwrap();
    file.save(&model("m")).unwrap();
    assert!(fs::symlink_metadata(file.path()).unwrap().is_symlink());
    assert!(fs::read_to_string(&target).unwrap().contains("\"m\""));
}

#[test]
fn a_place_that_cannot_be_read_or_written_is_named() {
    let (_folder, file) = folder_with("{}");
    fs::remove_file(file.path()).unwrap();
    fs::create_dir(file.path()).unwrap();
    assert!(matches!(file.load(), Err(SettingsError::Read { .. })));

    let (_folder, file) = folder_with("{}");
    let inside_a_file = SettingsFile::new(file.path().join("folder"));
    let message = inside_a_file.save(&model("m")).unwrap_err().to_string();
    assert!(message.contains("settings.json"), "{message}");
}

/// Any JSON, as text, in spellings that a parser would not give back.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,4})?([eE][-+]?[0-9]{1,4})?",
        "\"([a-z é]|\\\\n|\\\\u00e9|\\\\/){0,6}\"",
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let entries = prop::collection::vec(("[a-z]{1,3}", inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(" ,"))),
            entries.prop_map(object),
        ]
    })
}

fn object(entries: Vec<(String, String)>) -> String {
    let entries: Vec<_> = entries.into_iter().map(|(name, value)| format!("\"{name}\" : {value}")).collect();
    format!("{{ {} }}", entries.join(",\n"))
}

/// Names and values as they are written; later ones win.
fn values(text: &str) -> Vec<(String, String)> {
    let values: std::collections::BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap();
    values.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_else_is_in_the_file_survives_a_change(
        others in prop::collection::vec(("[a-z]{1,8}|atelier", json_text()), 0..6),
    ) {
        let (_folder, file) = folder_with(&object(others.clone()));
        file.save(&model("claude-x")).unwrap();
        let settings = file.save(&provider(ProviderChoice::Demo)).unwrap();
        prop_assert_eq!(settings.model.as_deref(), Some("claude-x"));
        let kept = |text: &str| values(text).into_iter().filter(|(name, _)| name != "atelier").collect::<Vec<_>>();
        prop_assert_eq!(kept(&text(&file)), kept(&object(others)));
    }

    #[test]
    fn any_file_can_be_read_and_written_over(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("settings.json"), bytes).unwrap();
        let file = SettingsFile::new(folder.path());
        file.load().unwrap();
        file.save(&model("m")).unwrap();
        prop_assert_eq!(file.load().unwrap().model, Some("m".to_owned()));
    }
}

#[test]
fn an_effort_is_read_where_it_is_one_and_kept_where_it_is_not() {
    for (text, effort) in [("high", Some(Effort::High)), ("none", Some(Effort::None)), ("HIGH", None), ("", None)] {
        let (_folder, file) = folder_with(&format!(r#"{{"atelier": {{"effort": "{text}"}}}}"#));
        assert_eq!(file.load().unwrap().effort, effort, "{text}");
        file.save(&model("m")).unwrap();
        assert!(self::text(&file).contains(&format!(r#""effort": "{text}""#)));
    }
}

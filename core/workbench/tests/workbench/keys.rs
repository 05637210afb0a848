//! Several keys for one provider: saving, choosing and removing them, and what a turn then sends.
#![cfg(not(target_os = "macos"))] // There they would go into the keychain of whoever runs the tests.

use crate::support::{Home, KEY, new_session, read_turn};
use atelier_workbench::{
    DiagnosticLevel, ErrorKind, KeyEntry, KeyProvider, ProviderChoice, SecretString, SettingsChange, Workbench,
};

const ANTHROPIC: ProviderChoice = ProviderChoice::Anthropic;

async fn save(workbench: &Workbench, name: Option<&str>) {
    let key = format!("{KEY}-{}", name.unwrap_or("default"));
    workbench.save_key(ANTHROPIC, name.map(str::to_owned), SecretString::from(key)).await.unwrap();
}

/// Names of the saved keys, the one in use marked.
fn names(entries: &[KeyEntry]) -> Vec<String> {
    let saved = entries.iter().filter(|entry| entry.removable);
    saved.map(|entry| format!("{}{}", entry.name.as_deref().unwrap(), if entry.in_use { "*" } else { "" })).collect()
}

async fn saved(workbench: &Workbench) -> Vec<String> {
    names(&workbench.keys().await.unwrap())
}

#[tokio::test]
async fn the_first_key_is_in_use_whatever_its_name_and_later_ones_when_they_are_chosen() {
    let home = Home::without_key();
    let workbench = home.open();
    save(&workbench, Some("work")).await;
    assert_eq!(saved(&workbench).await, ["work*"]);
    save(&workbench, None).await;
    assert_eq!(saved(&workbench).await, ["default", "work*"]);
    workbench.use_key(ANTHROPIC, "default".into()).await.unwrap();
    assert_eq!(saved(&workbench).await, ["default*", "work"]);
    workbench.use_key(ANTHROPIC, " work".into()).await.unwrap();
    assert_eq!(saved(&workbench).await, ["default", "work*"]);
    workbench.remove_key(ANTHROPIC, Some("work".into())).await.unwrap();
    assert_eq!(saved(&workbench).await, ["default*"]);
    workbench.remove_key(ANTHROPIC, None).await.unwrap();
    assert_eq!(saved(&workbench).await, [""; 0]);
    assert_eq!(workbench.settings().await.unwrap().active_provider, "demo");
    workbench.close().await;
}

#[tokio::test]
async fn the_key_in_use_is_the_one_that_is_sent() {
    let mut home = Home::with_server().await;
    let server = home.server.take().unwrap();
    let workbench = home.open();
    let base_urls = [(KeyProvider::Anthropic, server.url())].into();
    workbench.change_settings(SettingsChange { base_urls, ..SettingsChange::default() }).await.unwrap();
    for name in ["home", "work"] {
        save(&workbench, Some(name)).await;
    }
    let (session, reader) = new_session(&workbench).await;
    for name in ["work", "home"] {
        workbench.use_key(ANTHROPIC, name.into()).await.unwrap();
        workbench.send(session, "Hello".into(), None).await.unwrap();
        read_turn(&reader).await;
        let request = server.requests().pop().unwrap();
        assert_eq!(request.header("x-api-key"), Some(format!("{KEY}-{name}").as_str()));
    }
    workbench.close().await;
}

#[tokio::test]
async fn keys_from_elsewhere_are_listed_and_can_be_neither_chosen_nor_removed() {
    let home = Home::with_server().await.and("OPENAI_API_KEY", KEY);
    let workbench = home.open();
    let entries = workbench.keys().await.unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (entry.source.as_str(), entry.in_use, entry.removable)).collect();
    let expected =
        [("environment variable ANTHROPIC_API_KEY", true, false), ("environment variable OPENAI_API_KEY", true, false)];
    assert_eq!(told, expected);
    save(&workbench, None).await;
    let entries = workbench.keys().await.unwrap();
    let used: Vec<_> = entries.iter().map(|entry| entry.in_use).collect();
    assert_eq!(used, [true, false, true], "{entries:?}");
    assert!(!format!("{entries:?}").contains(KEY));
    workbench.close().await;
}

#[tokio::test]
async fn a_choice_without_its_key_is_told_and_the_next_saved_key_mends_it() {
    let home = Home::with_server().await;
    let workbench = home.open();
    let refused = workbench.use_key(ANTHROPIC, "gone".into()).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::InvalidRequest);
    let keys = [(KeyProvider::Anthropic, "gone".to_owned())].into();
    workbench.change_settings(SettingsChange { keys, ..SettingsChange::default() }).await.unwrap();
    let (session, _) = new_session(&workbench).await;
    let refused = workbench.send(session, "Hello".into(), None).await.unwrap_err();
    assert!(refused.kind == ErrorKind::Configuration && refused.message.contains("not saved"), "{refused}");
    let findings = workbench.diagnostics().await.unwrap();
    let key = findings.iter().find(|finding| finding.subject == "Anthropic key").unwrap();
    assert!(key.level == DiagnosticLevel::Problem && key.finding == refused.message, "{key:?}");
    assert!(home.server().requests().is_empty(), "the key from the environment is not the one that was chosen");
    save(&workbench, Some("new")).await;
    assert_eq!(saved(&workbench).await, ["new*"]);
    workbench.close().await;
}

#[tokio::test]
async fn what_is_no_name_is_refused_and_nothing_is_saved() {
    let home = Home::without_key();
    let workbench = home.open();
    for name in ["", "two\nlines", &"n".repeat(65), KEY] {
        let key = SecretString::from(KEY);
        let refused = workbench.save_key(ANTHROPIC, Some(name.to_owned()), key).await.unwrap_err();
        assert!(!refused.message.contains(KEY), "{refused}");
        let refused = workbench.use_key(ANTHROPIC, name.to_owned()).await.unwrap_err();
        assert!(!refused.message.contains(KEY), "{refused}");
    }
    assert_eq!(saved(&workbench).await, [""; 0]);
    workbench.close().await;
}

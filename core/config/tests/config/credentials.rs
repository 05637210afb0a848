//! Which key goes to which server, over a home folder and an environment of our own.

use std::{fs, sync::Arc};

use atelier_config::{
    Credentials, CredentialsError, EncryptedFile, Environment, InMemory, KeyHeader, KeyName, KeyProvider, Order,
    ResolvedKey, Settings, StoreKind,
};
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

const ANTHROPIC: KeyProvider = KeyProvider::Anthropic;
const OFFICIAL: &str = "https://api.anthropic.com";

/// A user with a home folder, perhaps `~/.claude/settings.json`, and a key saved in Atelier.
struct User {
    home: TempDir,
    saved: Option<&'static str>,
    settings: Settings,
}

impl User {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), saved: None, settings: Settings::default() }
    }

    fn with_claude_settings(self, json: &str) -> Self {
        fs::create_dir_all(self.home.path().join(".claude")).unwrap();
        fs::write(self.home.path().join(".claude/settings.json"), json).unwrap();
        self
    }

    fn with_saved(self, key: &'static str) -> Self {
        Self { saved: Some(key), ..self }
    }

    fn with_base_url(self, url: &str) -> Self {
        let base_urls = [(ANTHROPIC, url.to_owned())].into();
        Self { settings: Settings { base_urls, ..Settings::default() }, ..self }
    }

    fn credentials(&self, variables: &[(&str, &str)]) -> Credentials {
        let environment = Environment::from_pairs(self.home.path(), variables.iter().copied());
        let credentials = Credentials::new(vec![Arc::new(InMemory::new())], environment);
        if let Some(key) = self.saved {
            credentials.set(ANTHROPIC, &KeyName::default(), &SecretString::from(key)).unwrap();
        }
        credentials
    }

    fn resolve(&self, order: Order, variables: &[(&str, &str)]) -> Result<Option<ResolvedKey>, CredentialsError> {
        self.credentials(variables).resolve(ANTHROPIC, order, &self.settings)
    }

    /// Key, server and source, however the saved key is ordered.
    fn finds(&self, variables: &[(&str, &str)]) -> [String; 3] {
        let found = [Order::SavedFirst, Order::SavedLast].map(|order| shown(self.resolve(order, variables).unwrap()));
        assert_eq!(found[0], found[1]);
        found[0].clone()
    }
}

fn shown(key: Option<ResolvedKey>) -> [String; 3] {
    let key = key.unwrap();
    [key.secret.expose_secret().to_owned(), key.base_url.to_string(), key.source.to_string()]
}

fn strings(texts: [&str; 3]) -> [String; 3] {
    texts.map(str::to_owned)
}

#[test]
fn without_any_key_there_is_none() {
    let user = User::new();
    for order in [Order::SavedFirst, Order::SavedLast] {
        assert!(user.resolve(order, &[("ANTHROPIC_BASE_URL", "http://env")]).unwrap().is_none());
    }
}

#[test]
fn rows_one_to_six_are_tried_in_order() {
    const FILE: [(&str, &str); 4] =
        [("api_key", "k3"), ("auth_token", "k4"), ("env.ANTHROPIC_API_KEY", "k5"), ("env.ANTHROPIC_AUTH_TOKEN", "k6")];
    let both = [("ANTHROPIC_API_KEY", "k1"), ("ANTHROPIC_AUTH_TOKEN", "k2")];
    let everything = r#"{"api_key": "k3", "auth_token": "k4",
        "env": {"ANTHROPIC_API_KEY": "k5", "ANTHROPIC_AUTH_TOKEN": "k6"}}"#;
    let user = User::new().with_claude_settings(everything);
    assert_eq!(user.finds(&both), strings(["k1", OFFICIAL, "environment variable ANTHROPIC_API_KEY"]));
    assert_eq!(user.finds(&both[1..]), strings(["k2", OFFICIAL, "environment variable ANTHROPIC_AUTH_TOKEN"]));
    let mut rest: serde_json::Value = serde_json::from_str(everything).unwrap();
    for (place, key) in FILE {
        let user = User::new().with_claude_settings(&rest.to_string());
        assert_eq!(user.finds(&[]), strings([key, OFFICIAL, &format!("~/.claude/settings.json ({place})")]));
        *rest.pointer_mut(&format!("/{}", place.replace('.', "/"))).unwrap() = serde_json::json!("");
    }
    assert!(User::new().with_claude_settings(&rest.to_string()).resolve(Order::SavedLast, &[]).unwrap().is_none());
}

#[test]
fn keys_go_into_the_vendors_header_and_tokens_are_bearers() {
    let header =
        |user: &User, variables: &[(&str, &str)]| user.resolve(Order::SavedFirst, variables).unwrap().unwrap().header;
    let user = User::new();
    assert_eq!(header(&user, &[("ANTHROPIC_API_KEY", "k")]), KeyHeader::ApiKey);
    assert_eq!(header(&user, &[("ANTHROPIC_AUTH_TOKEN", "k")]), KeyHeader::Bearer);
    assert_eq!(header(&User::new().with_saved("k"), &[]), KeyHeader::ApiKey);
    for (json, expected) in [
        (r#"{"api_key": "k"}"#, KeyHeader::ApiKey),
        (r#"{"auth_token": "k"}"#, KeyHeader::Bearer),
        (r#"{"env": {"ANTHROPIC_API_KEY": "k"}}"#, KeyHeader::ApiKey),
        (r#"{"env": {"ANTHROPIC_AUTH_TOKEN": "k"}}"#, KeyHeader::Bearer),
    ] {
        assert_eq!(header(&User::new().with_claude_settings(json), &[]), expected, "{json}");
    }
}

#[test]
fn each_key_goes_to_its_own_server_only() {
    let file = r#"{"api_key": "file", "base_url": "http://file/", "env": {"ANTHROPIC_BASE_URL": "http://file-env"}}"#;
    let user = User::new().with_claude_settings(file);
    let env_key = ("ANTHROPIC_API_KEY", "env");
    let env_url = ("ANTHROPIC_BASE_URL", "http://env//");
    assert_eq!(user.finds(&[env_key, env_url])[..2], ["env", "http://env"]);
    assert_eq!(user.finds(&[env_key])[..2], ["env", OFFICIAL]);
    assert_eq!(user.finds(&[env_url])[..2], ["file", "http://file"]);
    let without_root = file.replace("\"base_url\"", "\"other\"");
    assert_eq!(User::new().with_claude_settings(&without_root).finds(&[env_url])[..2], ["file", "http://file-env"]);
    let without_url = User::new().with_claude_settings(r#"{"api_key": "file"}"#);
    assert_eq!(without_url.finds(&[env_url])[..2], ["file", OFFICIAL]);
    let saved = User::new().with_saved("saved");
    assert_eq!(saved.finds(&[env_url])[..2], ["saved", OFFICIAL]);
    let saved = saved.with_base_url("http://chosen/");
    assert_eq!(saved.finds(&[env_url])[..2], ["saved", "http://chosen"]);
}

#[test]
fn a_saved_key_comes_first_in_the_app_and_last_at_the_chat_endpoint() {
    let user = User::new().with_saved("saved").with_claude_settings(r#"{"auth_token": "file"}"#);
    for (variables, found) in [(&[("ANTHROPIC_API_KEY", "env")][..], "env"), (&[], "file")] {
        assert_eq!(shown(user.resolve(Order::SavedFirst, variables).unwrap())[0], "saved");
        assert_eq!(shown(user.resolve(Order::SavedLast, variables).unwrap())[0], found);
    }
    let only_saved = User::new().with_saved("saved");
    assert_eq!(only_saved.finds(&[]), strings(["saved", OFFICIAL, "this process's memory"]));
}

#[test]
fn a_chosen_server_without_a_saved_key_takes_no_key_that_belongs_elsewhere() {
    let env_key = ("ANTHROPIC_API_KEY", "env");
    let user = User::new().with_base_url("http://chosen");
    for variables in [&[env_key][..], &[env_key, ("ANTHROPIC_BASE_URL", "http://env")]] {
        let error = user.resolve(Order::SavedFirst, variables).unwrap_err();
        assert!(matches!(error, CredentialsError::ForAnotherServer { .. }));
        assert!(error.to_string().contains("environment variable ANTHROPIC_API_KEY"), "{error}");
        assert_ne!(shown(user.resolve(Order::SavedLast, variables).unwrap())[1], "http://chosen");
    }
    assert_eq!(user.finds(&[env_key, ("ANTHROPIC_BASE_URL", "HTTP://Chosen/")])[..2], ["env", "http://chosen"]);
    assert!(user.resolve(Order::SavedFirst, &[]).unwrap().is_none());
}

#[test]
fn what_is_no_base_url_is_an_error_that_names_its_place() {
    let env = [("ANTHROPIC_API_KEY", "k"), ("ANTHROPIC_BASE_URL", "localhost")];
    let file = User::new().with_claude_settings(r#"{"api_key": "k", "base_url": "localhost"}"#);
    let chosen = User::new().with_saved("k").with_base_url("localhost");
    for (user, variables, place) in [
        (User::new(), &env[..], "the environment variable ANTHROPIC_BASE_URL"),
        (file, &[], "~/.claude/settings.json"),
        (chosen, &[], "Atelier's settings"),
    ] {
        let error = user.resolve(Order::SavedFirst, variables).unwrap_err();
        assert!(error.to_string().starts_with(&format!("The base URL in {place} is not")), "{error}");
    }
}

#[test]
fn what_can_be_no_key_is_an_error_where_it_was_found_and_is_not_saved() {
    for key in ["two words", "line\nbreak", "ключ"] {
        let error = User::new().resolve(Order::SavedFirst, &[("ANTHROPIC_API_KEY", key)]).unwrap_err();
        assert!(error.to_string().contains("ANTHROPIC_API_KEY"), "{error}");
        let refused = User::new().credentials(&[]).set(ANTHROPIC, &KeyName::default(), &SecretString::from(key));
        assert!(matches!(refused, Err(CredentialsError::NotAKey)));
    }
    assert!(matches!(
        User::new().credentials(&[]).set(ANTHROPIC, &KeyName::default(), &SecretString::from(" ")),
        Err(CredentialsError::NotAKey)
    ));
    assert_eq!(User::new().finds(&[("ANTHROPIC_API_KEY", " \n"), ("ANTHROPIC_AUTH_TOKEN", " token\n")])[0], "token");
}

#[test]
fn a_broken_file_of_another_program_counts_as_absent() {
    for json in ["", "{", "[]", "null", "{\"api_key\": \"k\",}"] {
        assert!(User::new().with_claude_settings(json).resolve(Order::SavedFirst, &[]).unwrap().is_none(), "{json}");
    }
    let user = User::new();
    fs::create_dir_all(user.home.path().join(".claude/settings.json")).unwrap();
    assert!(user.resolve(Order::SavedFirst, &[]).unwrap().is_none());
}

#[test]
fn every_call_sees_what_is_there_now() {
    let user = User::new();
    let credentials = user.credentials(&[]);
    let now =
        || credentials.resolve(ANTHROPIC, Order::SavedFirst, &user.settings).unwrap().map(|key| key.source.to_string());
    assert_eq!(now(), None);
    fs::create_dir_all(user.home.path().join(".claude")).unwrap();
    fs::write(user.home.path().join(".claude/settings.json"), r#"{"api_key": "k"}"#).unwrap();
    assert_eq!(now().as_deref(), Some("~/.claude/settings.json (api_key)"));
    credentials.set(ANTHROPIC, &KeyName::default(), &SecretString::from(" sk-ant-api03-abcdefgh-wxyz\n")).unwrap();
    assert_eq!(now().as_deref(), Some("this process's memory"));
    assert!(credentials.is_saved(ANTHROPIC, &KeyName::default()).unwrap());
    assert_eq!(credentials.keys(&user.settings).unwrap()[0].masked, "…wxyz");
    assert!(credentials.remove(ANTHROPIC, &KeyName::default()).unwrap());
    assert!(!credentials.remove(ANTHROPIC, &KeyName::default()).unwrap());
    assert!(!credentials.is_saved(ANTHROPIC, &KeyName::default()).unwrap());
    assert_eq!(now().as_deref(), Some("~/.claude/settings.json (api_key)"));
}

#[test]
fn a_saved_key_that_cannot_be_read_is_never_replaced_by_another_in_silence() {
    let user = User::new();
    let store = EncryptedFile::new(user.home.path());
    let environment = Environment::from_pairs(user.home.path(), [("ANTHROPIC_API_KEY", "env")]);
    let credentials = Credentials::new(vec![Arc::new(store)], environment);
    credentials.set(ANTHROPIC, &KeyName::default(), &SecretString::from("saved")).unwrap();
    fs::remove_file(user.home.path().join("credentials.key")).unwrap();
    let resolve = |order| credentials.resolve(ANTHROPIC, order, &user.settings);
    assert!(matches!(resolve(Order::SavedFirst), Err(CredentialsError::Store(_))));
    assert_eq!(shown(resolve(Order::SavedLast).unwrap())[0], "env");
    assert_eq!(credentials.store_kind(), StoreKind::EncryptedFile);
}

//! Several keys for one provider: which one is in use, and the list of all.

use std::sync::Arc;

use atelier_config::{
    Credentials, CredentialsError, EncryptedFile, Environment, InMemory, KeyName, KeyProvider, Order, SecretName,
    SecretStore, Settings, StoreKind,
};
use secrecy::{ExposeSecret as _, SecretString};

const ANTHROPIC: KeyProvider = KeyProvider::Anthropic;
/// Long enough that its end is shown.
const LONG: &str = "a-key-of-more-than-twenty-characters-";

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

fn credentials(variables: &[(&str, &str)]) -> Credentials {
    let environment = Environment::from_pairs("/nowhere", variables.iter().copied());
    Credentials::new(vec![Arc::new(InMemory::new())], environment)
}

fn save(credentials: &Credentials, name_of_key: &str, key: &str) {
    credentials.set(ANTHROPIC, &name(name_of_key), &SecretString::from(key)).unwrap();
}

fn choosing(name: &str) -> Settings {
    Settings { keys: [(ANTHROPIC, name.to_owned())].into(), ..Settings::default() }
}

fn used(credentials: &Credentials, settings: &Settings) -> Result<Option<String>, CredentialsError> {
    let key = credentials.resolve(ANTHROPIC, Order::SavedFirst, settings)?;
    Ok(key.map(|key| key.secret.expose_secret().to_owned()))
}

#[test]
fn the_chosen_key_is_used_and_the_one_named_default_where_none_is_chosen() {
    let credentials = credentials(&[]);
    save(&credentials, "work", "key-for-work");
    assert_eq!(used(&credentials, &Settings::default()).unwrap(), None, "only a choice makes it the one");
    save(&credentials, "default", "key-of-default");
    assert_eq!(used(&credentials, &Settings::default()).unwrap().as_deref(), Some("key-of-default"));
    assert_eq!(used(&credentials, &choosing("work")).unwrap().as_deref(), Some("key-for-work"));
    assert_eq!(used(&credentials, &choosing("default")).unwrap().as_deref(), Some("key-of-default"));
    let of_openai = credentials.resolve(KeyProvider::OpenAi, Order::SavedFirst, &choosing("work")).unwrap();
    assert!(of_openai.is_none(), "a choice is one provider's");
}

#[test]
fn a_chosen_key_that_is_gone_is_an_error_and_never_another_key() {
    let credentials = credentials(&[("ANTHROPIC_API_KEY", "key-of-environment")]);
    save(&credentials, "default", "key-of-default");
    for gone in ["gone", "not\na name", ""] {
        let error = used(&credentials, &choosing(gone)).unwrap_err();
        assert!(matches!(error, CredentialsError::ChosenKeyMissing { provider: ANTHROPIC }), "{error}");
        assert!(error.to_string().contains("atelier keys use"), "{error}");
        assert!(credentials.keys(&choosing(gone)).unwrap().iter().all(|entry| !entry.in_use));
    }
    let at_the_endpoint = credentials.resolve(ANTHROPIC, Order::SavedLast, &choosing("gone")).unwrap();
    assert_eq!(at_the_endpoint.unwrap().secret.expose_secret(), "key-of-environment");
}

#[test]
fn every_key_is_listed_in_the_order_in_which_it_is_tried_and_one_of_them_is_in_use() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".claude")).unwrap();
    let claude = format!(r#"{{"auth_token": "{LONG}four", "env": {{"ANTHROPIC_API_KEY": "{LONG}five"}}}}"#);
    std::fs::write(home.path().join(".claude/settings.json"), claude).unwrap();
    let variables =
        [("ANTHROPIC_AUTH_TOKEN", "short"), ("OPENAI_API_KEY", "key of two"), ("ANTHROPIC_API_KEY", "short too")];
    let environment = Environment::from_pairs(home.path(), variables);
    let credentials = Credentials::new(vec![Arc::new(InMemory::new())], environment);
    save(&credentials, "work", &format!("{LONG}work"));
    save(&credentials, "default", &format!("{LONG}mine"));
    let list = |settings: &Settings| -> Vec<String> {
        let entries = credentials.keys(settings).unwrap().into_iter();
        let text = |name: Option<KeyName>| name.map(|name| name.to_string()).unwrap_or_default();
        entries.map(|e| format!("{:?} {} {} {} {}", e.provider, text(e.name), e.source, e.masked, e.in_use)).collect()
    };
    let expected = [
        "Anthropic default this process's memory …mine false",
        "Anthropic work this process's memory …work true",
        "Anthropic  environment variable ANTHROPIC_API_KEY … false",
        "Anthropic  environment variable ANTHROPIC_AUTH_TOKEN … false",
        "Anthropic  ~/.claude/settings.json (auth_token) …four false",
        "Anthropic  ~/.claude/settings.json (env.ANTHROPIC_API_KEY) …five false",
        "OpenAi  environment variable OPENAI_API_KEY … false",
    ];
    assert_eq!(list(&choosing("work")), expected);
    assert!(list(&Settings::default())[0].ends_with("…mine true"));
}

#[test]
fn names_of_keys_are_kept_apart_and_are_never_the_key() {
    let credentials = credentials(&[]);
    for text in ["work", "Work", "work/2", "за работу"] {
        save(&credentials, text, &format!("key-{}", text.len()));
    }
    assert_eq!(credentials.keys(&Settings::default()).unwrap().len(), 4);
    assert!(credentials.remove(ANTHROPIC, &name("work")).unwrap());
    assert!(!credentials.remove(ANTHROPIC, &name("work")).unwrap());
    assert!(credentials.is_saved(ANTHROPIC, &name("Work")).unwrap());
    let refused = credentials.set(ANTHROPIC, &name("sk-oops"), &SecretString::from(" sk-oops\n")).unwrap_err();
    assert!(matches!(refused, CredentialsError::KeyAsName) && !refused.to_string().contains("oops"), "{refused}");
}

#[test]
fn a_key_is_found_in_every_store_and_the_newest_copy_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let (first, last) = (Arc::new(EncryptedFile::new(folder.path())), Arc::new(InMemory::new()));
    let both: Vec<Arc<dyn SecretStore>> = vec![first.clone(), last.clone()];
    let credentials = Credentials::new(both, Environment::from_pairs("/nowhere", [("LANG", "C")]));
    let entry = SecretName::of_key(ANTHROPIC, &KeyName::default());
    let settings = Settings::default();
    first.set(&entry, &SecretString::from("key-in-file")).unwrap();
    assert_eq!(used(&credentials, &settings).unwrap().as_deref(), Some("key-in-file"));

    assert_eq!(
        credentials.set(ANTHROPIC, &KeyName::default(), &SecretString::from("key-in-best")).unwrap(),
        StoreKind::InMemory
    );
    assert_eq!(used(&credentials, &settings).unwrap().as_deref(), Some("key-in-best"));
    assert!(first.get(&entry).unwrap().is_none(), "a copy that is out of date is gone");

    first.set(&entry, &SecretString::from("key-while-best-was-away")).unwrap();
    assert_eq!(used(&credentials, &settings).unwrap().as_deref(), Some("key-while-best-was-away"));
    assert_eq!(credentials.keys(&settings).unwrap().len(), 1, "two copies are one key");
    assert!(credentials.remove(ANTHROPIC, &KeyName::default()).unwrap());
    assert_eq!(used(&credentials, &settings).unwrap(), None);
    assert!(last.get(&entry).unwrap().is_none());
}

//! Which key goes to which server, for every provider.

use std::sync::Arc;

use atelier_config::{
    Credentials, CredentialsError, Environment, InMemory, KeyName, KeyProvider, Order, ResolvedKey, Settings,
};
use secrecy::{ExposeSecret as _, SecretString};

/// A provider with a server of its own: the variables for its key in their order, and the one for its base URL.
const WITH_SERVER: [(KeyProvider, &[&str], &str, &str); 3] = [
    (
        KeyProvider::Anthropic,
        &["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"],
        "ANTHROPIC_BASE_URL",
        "https://api.anthropic.com",
    ),
    (KeyProvider::OpenAi, &["OPENAI_API_KEY"], "OPENAI_BASE_URL", "https://api.openai.com/v1"),
    (
        KeyProvider::Google,
        &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        "GOOGLE_GEMINI_BASE_URL",
        "https://generativelanguage.googleapis.com",
    ),
];

fn credentials(variables: &[(&str, &str)]) -> Credentials {
    let environment = Environment::from_pairs("/nowhere", variables.iter().copied());
    Credentials::new(vec![Arc::new(InMemory::new())], environment)
}

fn chosen(provider: KeyProvider, url: &str) -> Settings {
    Settings { base_urls: [(provider, url.to_owned())].into(), ..Settings::default() }
}

fn save(credentials: &Credentials, provider: KeyProvider, key: &str) {
    credentials.set(provider, &KeyName::default(), &SecretString::from(key)).unwrap();
}

/// Key, server and source.
fn shown(key: Option<ResolvedKey>) -> [String; 3] {
    let key = key.unwrap();
    [key.secret.expose_secret().to_owned(), key.base_url.to_string(), key.source.to_string()]
}

#[test]
fn the_environments_keys_are_tried_in_order_and_go_to_the_environments_server() {
    for (provider, keys, base_url, official) in WITH_SERVER {
        for (at, name) in keys.iter().enumerate() {
            let mut variables: Vec<_> = keys[at..].iter().map(|key| (*key, *key)).collect();
            let settings = Settings::default();
            for order in [Order::SavedFirst, Order::SavedLast] {
                let found = shown(credentials(&variables).resolve(provider, order, &settings).unwrap());
                assert_eq!(found, [(*name).to_owned(), official.to_owned(), format!("environment variable {name}")]);
            }
            variables.push((base_url, "http://env/"));
            let found = shown(credentials(&variables).resolve(provider, Order::SavedFirst, &settings).unwrap());
            assert_eq!(found[..2], [*name, "http://env"]);
        }
    }
}

#[test]
fn one_providers_key_and_server_mean_nothing_to_another() {
    let everyones = WITH_SERVER.map(|(_, keys, ..)| (keys[0], "key"));
    for (provider, keys, base_url, official) in WITH_SERVER {
        let others = everyones.into_iter().filter(|(name, _)| *name != keys[0]);
        let without: Vec<_> = others.chain([(base_url, "http://env")]).collect();
        let credentials = credentials(&without);
        for other in KeyProvider::ALL.into_iter().filter(|other| *other != provider) {
            save(&credentials, other, "saved-for-another");
        }
        let elsewhere = KeyProvider::ALL.into_iter().filter(|other| *other != provider);
        let base_urls = elsewhere.map(|other| (other, "http://chosen-for-another".to_owned())).collect();
        let settings = Settings { base_urls, ..Settings::default() };
        for order in [Order::SavedFirst, Order::SavedLast] {
            assert!(credentials.resolve(provider, order, &settings).unwrap().is_none(), "{provider:?}");
        }
        save(&credentials, provider, "own");
        let found = shown(credentials.resolve(provider, Order::SavedFirst, &settings).unwrap());
        assert_eq!(found[..2], ["own", official]);
    }
}

#[test]
fn a_chosen_server_gets_the_saved_key_and_never_one_that_belongs_elsewhere() {
    for (provider, keys, base_url, official) in WITH_SERVER {
        let settings = chosen(provider, "http://chosen/");
        for variables in [&[(keys[0], "env")][..], &[(keys[0], "env"), (base_url, "http://env")]] {
            let credentials = credentials(variables);
            let error = credentials.resolve(provider, Order::SavedFirst, &settings).unwrap_err();
            assert!(matches!(error, CredentialsError::ForAnotherServer { .. }), "{provider:?}");
            assert!(error.to_string().contains(keys[0]), "{error}");
            save(&credentials, provider, "saved");
            let found = shown(credentials.resolve(provider, Order::SavedFirst, &settings).unwrap());
            assert_eq!(found[..2], ["saved", "http://chosen"]);
            let found = shown(credentials.resolve(provider, Order::SavedLast, &settings).unwrap());
            assert_eq!((found[0].as_str(), found[1] == "http://chosen"), ("env", false));
        }
        let same = credentials(&[(keys[0], "env"), (base_url, "HTTP://Chosen//")]);
        assert_eq!(shown(same.resolve(provider, Order::SavedFirst, &settings).unwrap())[0], "env");
        let official = chosen(provider, official);
        let found = credentials(&[(keys[0], "env")]).resolve(provider, Order::SavedFirst, &official).unwrap();
        assert_eq!(shown(found)[0], "env", "the chosen server is the provider's own");
    }
}

#[test]
fn what_is_no_base_url_is_an_error_that_names_its_place() {
    for (provider, keys, base_url, _) in WITH_SERVER {
        let credentials = credentials(&[(keys[0], "key"), (base_url, "localhost")]);
        let error = credentials.resolve(provider, Order::SavedFirst, &Settings::default()).unwrap_err();
        assert!(error.to_string().contains(&format!("the environment variable {base_url} ")), "{error}");
        save(&credentials, provider, "saved");
        let error = credentials.resolve(provider, Order::SavedFirst, &chosen(provider, "localhost")).unwrap_err();
        assert!(error.to_string().contains("Atelier's settings"), "{error}");
    }
}

#[test]
fn a_compatible_server_is_the_chosen_one_with_or_without_a_saved_key() {
    let provider = KeyProvider::Compatible;
    let everyones: Vec<_> = WITH_SERVER.iter().flat_map(|(_, keys, ..)| keys.iter().map(|key| (*key, "env"))).collect();
    let credentials = credentials(&everyones);
    let (nothing, local) = (Settings::default(), chosen(provider, "http://127.0.0.1:11434/v1/"));
    let resolve = |settings| credentials.resolve(provider, Order::SavedFirst, settings);
    assert!(resolve(&nothing).unwrap().is_none() && resolve(&local).unwrap().is_none());
    assert_eq!(credentials.open_server(provider, &nothing).unwrap(), None, "no server is asked by itself");
    let open = credentials.open_server(provider, &local).unwrap();
    assert_eq!(open.unwrap().as_str(), "http://127.0.0.1:11434/v1");

    save(&credentials, provider, "saved");
    assert_eq!(shown(resolve(&local).unwrap())[..2], ["saved", "http://127.0.0.1:11434/v1"]);
    let error = resolve(&nothing).unwrap_err();
    assert!(matches!(error, CredentialsError::NoServer { provider: KeyProvider::Compatible }), "{error}");
}

#[test]
fn only_a_provider_that_needs_no_key_is_asked_without_one() {
    for (provider, ..) in WITH_SERVER {
        let settings = chosen(provider, "http://chosen");
        assert_eq!(credentials(&[]).open_server(provider, &settings).unwrap(), None);
    }
}

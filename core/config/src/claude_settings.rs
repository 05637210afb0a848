//! Keys in `~/.claude/settings.json`, another program's file that many users have.

use secrecy::SecretString;
use serde_json::Value;

use crate::{Environment, KeyHeader, private_file};

/// Where a key stands in the file, as it is shown to people, and how such a key is sent; in the order of the search.
const PLACES: [(&str, KeyHeader); 4] = [
    ("api_key", KeyHeader::ApiKey),
    ("auth_token", KeyHeader::Bearer),
    ("env.ANTHROPIC_API_KEY", KeyHeader::ApiKey),
    ("env.ANTHROPIC_AUTH_TOKEN", KeyHeader::Bearer),
];

/// A key that the file offers.
#[derive(Debug)]
pub(crate) struct ClaudeKey {
    /// Where in the file it stands.
    pub(crate) place: &'static str,
    /// How it is sent.
    pub(crate) header: KeyHeader,
    /// The key, as it stands there.
    pub(crate) key: SecretString,
    /// The base URL in the same file, as it stands there.
    pub(crate) base_url: Option<String>,
}

/// The keys in the user's file, the first to be tried first. A file that is missing, unreadable or malformed counts as
/// absent.
pub(crate) fn keys(environment: &Environment) -> Vec<ClaudeKey> {
    let Some(path) = environment.home().map(|home| home.join(".claude/settings.json")) else {
        return Vec::new();
    };
    let bytes = private_file::read(&path).unwrap_or_else(|error| {
        tracing::debug!(%error, "~/.claude/settings.json can't be read");
        None
    });
    bytes.map(|bytes| keys_in(&bytes)).unwrap_or_default()
}

fn keys_in(file: &[u8]) -> Vec<ClaudeKey> {
    let Ok(settings) = serde_json::from_slice::<Value>(file) else {
        return Vec::new();
    };
    let base_url = text(&settings, "base_url").or_else(|| text(&settings, "env.ANTHROPIC_BASE_URL"));
    let key = |(place, header): (&'static str, KeyHeader)| {
        let key = SecretString::from(text(&settings, place)?);
        Some(ClaudeKey { place, header, key, base_url: base_url.map(str::to_owned) })
    };
    PLACES.into_iter().filter_map(key).collect()
}

/// The string at a place such as `api_key` or `env.NAME`, unless it is missing, blank or not a string.
fn text<'a>(settings: &'a Value, place: &str) -> Option<&'a str> {
    let value = place.split('.').try_fold(settings, |value, name| value.get(name))?;
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;
    use serde_json::json;

    use super::*;

    /// Place and key, or nothing.
    fn found(settings: &Value) -> Option<(&'static str, String)> {
        let first = keys_in(settings.to_string().as_bytes()).into_iter().next()?;
        Some((first.place, first.key.expose_secret().to_owned()))
    }

    #[test]
    fn the_root_comes_before_env_and_a_key_before_a_token() {
        let mut settings = json!({
            "env": {"ANTHROPIC_AUTH_TOKEN": "four", "ANTHROPIC_API_KEY": "three"},
            "auth_token": "two",
            "api_key": "one",
        });
        assert_eq!(found(&settings), Some(("api_key", "one".to_owned())));
        settings["api_key"] = json!("");
        assert_eq!(found(&settings), Some(("auth_token", "two".to_owned())));
        settings["auth_token"] = json!(["two"]);
        assert_eq!(found(&settings), Some(("env.ANTHROPIC_API_KEY", "three".to_owned())));
        settings["env"]["ANTHROPIC_API_KEY"] = json!(3);
        assert_eq!(found(&settings), Some(("env.ANTHROPIC_AUTH_TOKEN", "four".to_owned())));
        settings["env"] = json!("four");
        assert_eq!(found(&settings), None);
    }

    #[test]
    fn the_base_url_comes_from_the_root_else_from_env() {
        let mut settings =
            json!({"api_key": "k", "base_url": "http://root", "env": {"ANTHROPIC_BASE_URL": "http://env"}});
        let base_url = |settings: &Value| keys_in(settings.to_string().as_bytes())[0].base_url.clone();
        assert_eq!(base_url(&settings).as_deref(), Some("http://root"));
        settings["base_url"] = json!("");
        assert_eq!(base_url(&settings).as_deref(), Some("http://env"));
        settings["env"] = json!(null);
        assert_eq!(base_url(&settings), None);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let name = prop::sample::select(vec![
            "api_key",
            "auth_token",
            "base_url",
            "env",
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "ANTHROPIC_BASE_URL",
        ]);
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 24, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec((name.clone(), inner), 0..6)
                    .prop_map(|entries| entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_gives_a_key_exactly_when_one_of_the_four_places_holds_text(settings in any_value()) {
            let pointers = ["/api_key", "/auth_token", "/env/ANTHROPIC_API_KEY", "/env/ANTHROPIC_AUTH_TOKEN"];
            let expected = pointers.iter().find_map(|pointer| {
                settings.pointer(pointer).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
            });
            prop_assert_eq!(found(&settings).map(|(_, key)| key), expected.map(str::to_owned));
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = keys_in(&bytes);
        }
    }
}

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

/// The key that the file offers.
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

/// The first key in the user's file. A file that is missing, unreadable or malformed counts as absent.
pub(crate) fn key(environment: &Environment) -> Option<ClaudeKey> {
    let path = environment.home()?.join(".claude/settings.json");
    let bytes = private_file::read(&path).unwrap_or_else(|error| {
        tracing::debug!(%error, "~/.claude/settings.json can't be read");
        None
    })?;
    key_in(&bytes)
}

fn key_in(file: &[u8]) -> Option<ClaudeKey> {
    let settings: Value = serde_json::from_slice(file).ok()?;
    let (place, header, key) =
        PLACES.into_iter().find_map(|(place, header)| Some((place, header, text(&settings, place)?)))?;
    let base_url = text(&settings, "base_url").or_else(|| text(&settings, "env.ANTHROPIC_BASE_URL"));
    Some(ClaudeKey { place, header, key: SecretString::from(key), base_url: base_url.map(str::to_owned) })
}

/// The string at a place such as `api_key` or `env.NAME`, unless it is missing, blank or not a string.
fn text<'a>(settings: &'a Value, place: &str) -> Option<&'a str> {
    let value = place.split('.').try_fold(settings, |value, name| value.get(name))?;
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

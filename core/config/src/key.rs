//! A key, where it came from and where it may go.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::{BaseUrl, KeyName, StoreKind};

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KeyProvider {
    /// Anthropic.
    Anthropic,
    /// `OpenAI`.
    OpenAi,
    /// Google, for Gemini.
    Google,
    /// A server that imitates `OpenAI`'s. Which one, the base URL in the settings says.
    Compatible,
}

/// What is fixed about a provider's keys.
struct Facts {
    name: &'static str,
    label: &'static str,
    default_base_url: Option<&'static str>,
    /// What the paths of its API begin with, where base URLs are understood with it and without it.
    version: &'static str,
    key_required: bool,
    variables: &'static [(&'static str, KeyHeader)],
    base_url_variable: Option<&'static str>,
}

static ANTHROPIC: Facts = Facts {
    name: "anthropic",
    label: "Anthropic",
    default_base_url: Some("https://api.anthropic.com"),
    version: "",
    key_required: true,
    variables: &[("ANTHROPIC_API_KEY", KeyHeader::ApiKey), ("ANTHROPIC_AUTH_TOKEN", KeyHeader::Bearer)],
    base_url_variable: Some("ANTHROPIC_BASE_URL"),
};

static OPENAI: Facts = Facts {
    name: "openai",
    label: "OpenAI",
    default_base_url: Some("https://api.openai.com/v1"),
    version: "/v1",
    key_required: true,
    variables: &[("OPENAI_API_KEY", KeyHeader::ApiKey)],
    base_url_variable: Some("OPENAI_BASE_URL"),
};

static GOOGLE: Facts = Facts {
    name: "google",
    label: "Google",
    default_base_url: Some("https://generativelanguage.googleapis.com"),
    version: "/v1beta",
    key_required: true,
    variables: &[("GEMINI_API_KEY", KeyHeader::ApiKey), ("GOOGLE_API_KEY", KeyHeader::ApiKey)],
    base_url_variable: Some("GOOGLE_GEMINI_BASE_URL"),
};

static COMPATIBLE: Facts = Facts {
    name: "compatible",
    label: "OpenAI-compatible server",
    default_base_url: None,
    version: "/v1",
    key_required: false,
    variables: &[],
    base_url_variable: None,
};

impl KeyProvider {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Anthropic, Self::OpenAi, Self::Google, Self::Compatible];

    /// The name in settings and stores.
    pub fn as_str(self) -> &'static str {
        self.facts().name
    }

    /// The name that people read.
    pub fn label(self) -> &'static str {
        self.facts().label
    }

    /// The server a key goes to when nothing else is said; none where the user has to say.
    pub fn default_base_url(self) -> Option<BaseUrl> {
        self.facts().default_base_url.map(BaseUrl::fixed)
    }

    /// Whether it answers only to those who show a key.
    pub fn key_required(self) -> bool {
        self.facts().key_required
    }

    /// Whether both base URLs name one server of this provider.
    pub(crate) fn is_same_server(self, one: &BaseUrl, other: &BaseUrl) -> bool {
        one.is_same_server(other, self.facts().version)
    }

    /// The environment variables that may hold its key, the first that does counts; and how such a key is sent.
    pub(crate) fn variables(self) -> &'static [(&'static str, KeyHeader)] {
        self.facts().variables
    }

    /// The environment variable that holds the server for a key from the environment.
    pub(crate) fn base_url_variable(self) -> Option<&'static str> {
        self.facts().base_url_variable
    }

    fn facts(self) -> &'static Facts {
        match self {
            Self::Anthropic => &ANTHROPIC,
            Self::OpenAi => &OPENAI,
            Self::Google => &GOOGLE,
            Self::Compatible => &COMPATIBLE,
        }
    }
}

/// How a key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyHeader {
    /// In the vendor's own header; Anthropic: `x-api-key`. `OpenAI`'s own is the same as a bearer's.
    ApiKey,
    /// As `Authorization: Bearer`.
    Bearer,
}

/// Where a key was found. Its text form is for people: "environment variable `ANTHROPIC_API_KEY`".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeySource {
    /// The environment variable of that name.
    Environment(&'static str),
    /// `~/.claude/settings.json`, at that place in it.
    ClaudeSettings(&'static str),
    /// Saved by the user, in that kind of store.
    Saved(StoreKind),
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::ClaudeSettings(place) => write!(f, "~/.claude/settings.json ({place})"),
            Self::Saved(kind) => kind.fmt(f),
        }
    }
}

/// A key together with the one server it may be sent to.
#[derive(Debug, Clone)]
pub struct ResolvedKey {
    /// The key itself; not empty, visible ASCII only, fit for a header.
    pub secret: SecretString,
    /// How it is sent.
    pub header: KeyHeader,
    /// Where it was found.
    pub source: KeySource,
    /// What the user called it, where it was saved in Atelier.
    pub name: Option<KeyName>,
    /// The server it belongs to.
    pub base_url: BaseUrl,
}

impl ResolvedKey {
    /// The key as it may be shown; see [`masked`].
    pub fn masked(&self) -> String {
        masked(&self.secret)
    }
}

/// The shortest key of which anything is shown, in characters.
const MIN_SHOWN: usize = 20;

/// How a key may be shown: `…` and its last four characters, or `…` alone for a key so short that four characters
/// would give much of it away.
pub fn masked(key: &SecretString) -> String {
    let key = key.expose_secret();
    let length = key.chars().count();
    let shown = if length < MIN_SHOWN { length } else { length - 4 };
    std::iter::once('…').chain(key.chars().skip(shown)).collect()
}

/// The key without white space around it, if it is one that a header can carry.
pub(crate) fn usable(key: &str) -> Option<SecretString> {
    let key = key.trim();
    (!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic())).then(|| SecretString::from(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_four_characters_of_a_key_are_shown_and_none_of_a_short_one() {
        for (key, shown) in [
            ("", "…"),
            ("sk-short-wxyz", "…"),
            ("sk-ant-api03-abcdefg-wxyz", "…wxyz"),
            ("ключ-ключ-ключ-ключ-ключ", "…ключ"),
        ] {
            assert_eq!(masked(&SecretString::from(key)), shown);
        }
    }

    #[test]
    fn a_key_is_one_word_of_visible_ascii() {
        assert_eq!(usable(" sk-1\n").unwrap().expose_secret(), "sk-1");
        for text in ["", " \n", "two words", "line\nbreak", "nul\0", "ключ"] {
            assert!(usable(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn each_providers_own_server_is_a_base_url() {
        for url in KeyProvider::ALL.into_iter().filter_map(KeyProvider::default_base_url) {
            assert_eq!(url.as_str().parse(), Ok(url));
        }
    }
}

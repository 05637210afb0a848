//! Settings as an outer layer shows and changes them.

use std::fmt;

pub use atelier_config::{ProviderChoice, SettingsChange};

/// What is configured now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbenchSettings {
    /// What the user chose.
    pub provider: ProviderChoice,
    /// Who would answer the next prompt: `anthropic` or `demo`.
    pub active_provider: String,
    /// The model the next prompt asks for.
    pub model: String,
    /// The model the user chose; none for the provider's default. It stays while the demo answers.
    pub chosen_model: Option<String>,
    /// The server chosen for the key that is saved in Atelier; none for the provider's own.
    pub base_url: Option<String>,
    /// The keys in use, one entry for each provider that needs one.
    pub credentials: Vec<CredentialStatus>,
}

/// Which key of a provider is in use. The key itself never leaves the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialStatus {
    /// The provider.
    pub provider: ProviderChoice,
    /// Where the key in use comes from; none while there is no key.
    pub source: Option<KeySource>,
    /// The key as it may be shown: its last characters at most.
    pub masked: Option<String>,
    /// The server the key goes to.
    pub base_url: Option<String>,
    /// Whether a key is saved in Atelier, so that it can be removed there.
    pub removable: bool,
    /// Why there is no usable key although one is configured.
    pub problem: Option<String>,
}

/// Where a key comes from. Its text form is for people, within a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// Saved in Atelier, in the place of that name.
    Saved(String),
    /// The environment variable of that name.
    Environment(String),
    /// Another program's file; its path, and where in it.
    File(String),
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Saved(place) => place.fmt(f),
            Self::Environment(variable) => write!(f, "environment variable {variable}"),
            Self::File(path) => path.fmt(f),
        }
    }
}

impl From<atelier_config::KeySource> for KeySource {
    fn from(source: atelier_config::KeySource) -> Self {
        match source {
            atelier_config::KeySource::Saved(kind) => Self::Saved(kind.to_string()),
            atelier_config::KeySource::Environment(variable) => Self::Environment(variable.to_owned()),
            atelier_config::KeySource::ClaudeSettings(_) => Self::File(source.to_string()),
        }
    }
}

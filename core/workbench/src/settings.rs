//! Settings as an outer layer shows and changes them.

use std::collections::BTreeMap;

use atelier_config::KeyProvider;
pub use atelier_config::{ProviderChoice, SettingsChange};
use atelier_protocol::Effort;

/// What is different for one turn; none of it: as the settings have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TurnChoice {
    /// Who answers.
    pub provider: Option<ProviderChoice>,
    /// The model's id or another name for it. The demo has only one model.
    pub model: Option<String>,
    /// How hard the model is to think; the nearest that it can.
    pub effort: Option<Effort>,
}

/// What is configured now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbenchSettings {
    /// What the user chose.
    pub provider: ProviderChoice,
    /// Who would answer the next prompt: `anthropic`, `demo`.
    pub active_provider: String,
    /// The model the next prompt asks for. Empty where none is chosen and the provider has no default.
    pub model: String,
    /// The model the user chose; none for the provider's default. It stays while the demo answers.
    pub chosen_model: Option<String>,
    /// The models the user chose for one provider each; they count before `chosen_model`.
    pub chosen_models: BTreeMap<KeyProvider, String>,
    /// The servers chosen for the keys that are saved in Atelier; a provider that is not named has its own.
    pub base_urls: BTreeMap<KeyProvider, String>,
    /// The keys in use, one entry for each provider that takes one.
    pub credentials: Vec<CredentialStatus>,
}

/// Who would answer a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// The provider, as in settings: `anthropic`, `demo`.
    pub provider: String,
    /// Its name for people.
    pub label: String,
    /// The model that would be asked.
    pub model: String,
    /// The key in use and the server it goes to; none for the demo.
    pub credential: Option<CredentialStatus>,
}

/// Which key of a provider is in use. The key itself never leaves the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialStatus {
    /// The provider.
    pub provider: ProviderChoice,
    /// Where the key in use comes from, for people; none while there is no key.
    pub source: Option<String>,
    /// The key as it may be shown: its last characters at most.
    pub masked: Option<String>,
    /// The server the key goes to, or that is asked without one.
    pub base_url: Option<String>,
    /// Whether a key is saved in Atelier, so that it can be removed there.
    pub removable: bool,
    /// Why there is no usable key although one is configured.
    pub problem: Option<String>,
}

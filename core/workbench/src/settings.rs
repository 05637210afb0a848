//! Settings as an outer layer shows and changes them.

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
    /// Where the key in use comes from, for people; none while there is no key.
    pub source: Option<String>,
    /// The key as it may be shown: its last characters at most.
    pub masked: Option<String>,
    /// The server the key goes to.
    pub base_url: Option<String>,
    /// Whether a key is saved in Atelier, so that it can be removed there.
    pub removable: bool,
    /// Why there is no usable key although one is configured.
    pub problem: Option<String>,
}

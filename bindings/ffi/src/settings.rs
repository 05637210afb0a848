//! Settings as Swift sees them. A key goes in and never comes back.

use atelier_workbench as facade;

/// Whose base URL the app shows and changes.
const BASE_URL_OF: facade::KeyProvider = facade::KeyProvider::Anthropic;

/// Who shall answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ProviderChoice {
    /// Anthropic when a key is found, else the demo.
    Automatic,
    /// The Anthropic Messages API.
    Anthropic,
    /// The built-in offline demo.
    Demo,
}

/// What is set, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WorkbenchSettings {
    /// What the user chose.
    pub provider: ProviderChoice,
    /// Who answers the next prompt: `anthropic` or `demo`.
    pub active_provider: String,
    /// The model the next prompt goes to.
    pub active_model: String,
    /// The model the user chose; None means the provider's default.
    pub model: Option<String>,
    /// The base URL the user set; None means the provider's own.
    pub base_url: Option<String>,
    /// One for each provider that takes a key.
    pub credentials: Vec<CredentialStatus>,
}

/// What is known about a provider's key.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CredentialStatus {
    /// Whose key it is.
    pub provider: ProviderChoice,
    /// Where the key in use comes from, for people; None means there is none.
    pub source: Option<String>,
    /// Enough of the key to recognise it, never all of it.
    pub masked: Option<String>,
    /// The server the key goes to.
    pub base_url: Option<String>,
    /// Whether a key is saved in Atelier, so that it can be removed there.
    pub removable: bool,
    /// Why the key can't be used, when there is one that can't; a sentence to show.
    pub problem: Option<String>,
}

/// What to change. None leaves a value as it is; an empty text goes back to the default.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct SettingsChange {
    /// Who shall answer.
    #[uniffi(default = None)]
    pub provider: Option<ProviderChoice>,
    /// The model's id as the provider names it.
    #[uniffi(default = None)]
    pub model: Option<String>,
    /// An `http` or `https` URL.
    #[uniffi(default = None)]
    pub base_url: Option<String>,
}

impl From<facade::ProviderChoice> for ProviderChoice {
    fn from(choice: facade::ProviderChoice) -> Self {
        match choice {
            facade::ProviderChoice::Anthropic => Self::Anthropic,
            facade::ProviderChoice::Demo => Self::Demo,
            // A choice that this crate does not know yet can't be shown as chosen.
            _ => Self::Automatic,
        }
    }
}

impl From<ProviderChoice> for facade::ProviderChoice {
    fn from(choice: ProviderChoice) -> Self {
        match choice {
            ProviderChoice::Automatic => Self::Automatic,
            ProviderChoice::Anthropic => Self::Anthropic,
            ProviderChoice::Demo => Self::Demo,
        }
    }
}

impl From<facade::WorkbenchSettings> for WorkbenchSettings {
    fn from(settings: facade::WorkbenchSettings) -> Self {
        Self {
            provider: settings.provider.into(),
            active_provider: settings.active_provider,
            active_model: settings.model,
            model: settings.chosen_model,
            base_url: settings.base_urls.get(&BASE_URL_OF).cloned(),
            // Swift knows no other provider yet.
            credentials: settings.credentials.into_iter().filter(of_a_known_provider).map(Into::into).collect(),
        }
    }
}

impl From<facade::CredentialStatus> for CredentialStatus {
    fn from(status: facade::CredentialStatus) -> Self {
        Self {
            provider: status.provider.into(),
            source: status.source,
            masked: status.masked,
            base_url: status.base_url,
            removable: status.removable,
            problem: status.problem,
        }
    }
}

impl From<SettingsChange> for facade::SettingsChange {
    fn from(change: SettingsChange) -> Self {
        let base_urls = change.base_url.map(|url| (BASE_URL_OF, url)).into_iter().collect();
        Self { provider: change.provider.map(Into::into), model: change.model, base_urls }
    }
}

fn of_a_known_provider(status: &facade::CredentialStatus) -> bool {
    facade::ProviderChoice::from(ProviderChoice::from(status.provider)) == status.provider
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_the_way_there_and_back() {
        for choice in [ProviderChoice::Automatic, ProviderChoice::Anthropic, ProviderChoice::Demo] {
            assert_eq!(ProviderChoice::from(facade::ProviderChoice::from(choice)), choice);
        }
        assert_eq!(facade::ProviderChoice::from(ProviderChoice::Demo), facade::ProviderChoice::Demo);
    }

    #[test]
    fn settings_and_what_is_known_of_a_key_keep_every_field() {
        let settings = WorkbenchSettings::from(facade::WorkbenchSettings {
            provider: facade::ProviderChoice::Automatic,
            active_provider: "anthropic".to_owned(),
            model: "a-model".to_owned(),
            chosen_model: Some("chosen".to_owned()),
            base_urls: [(BASE_URL_OF, "https://models.example".to_owned())].into(),
            credentials: vec![facade::CredentialStatus {
                provider: facade::ProviderChoice::Anthropic,
                source: Some("Keychain".to_owned()),
                masked: Some("…abcd".to_owned()),
                base_url: Some("https://api.example".to_owned()),
                removable: true,
                problem: Some("It is locked.".to_owned()),
            }],
        });
        assert_eq!(
            settings,
            WorkbenchSettings {
                provider: ProviderChoice::Automatic,
                active_provider: "anthropic".to_owned(),
                active_model: "a-model".to_owned(),
                model: Some("chosen".to_owned()),
                base_url: Some("https://models.example".to_owned()),
                credentials: vec![CredentialStatus {
                    provider: ProviderChoice::Anthropic,
                    source: Some("Keychain".to_owned()),
                    masked: Some("…abcd".to_owned()),
                    base_url: Some("https://api.example".to_owned()),
                    removable: true,
                    problem: Some("It is locked.".to_owned()),
                }],
            }
        );
    }

    #[test]
    fn a_change_keeps_the_difference_between_leaving_and_clearing_a_value() {
        let change = SettingsChange { provider: None, model: Some(String::new()), base_url: None };
        let change = facade::SettingsChange::from(change);
        assert_eq!((change.provider, change.model.as_deref()), (None, Some("")));
        assert!(change.base_urls.is_empty());
    }
}

//! Settings as Swift sees them. A key goes in and never comes back.

use std::collections::{BTreeMap, HashMap};

use atelier_workbench as facade;

use crate::CoreError;

/// Who shall answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum ProviderChoice {
    /// The first provider that can be asked, else the demo.
    Automatic,
    /// Anthropic.
    Anthropic,
    /// `OpenAI`.
    OpenAi,
    /// Google.
    Google,
    /// A server that imitates `OpenAI`'s; its base URL says which.
    Compatible,
    /// The built-in offline demo.
    Demo,
}

/// What is set, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WorkbenchSettings {
    /// What the user chose.
    pub provider: ProviderChoice,
    /// Who answers the next prompt, as in events: `anthropic`, `demo`.
    pub active_provider: String,
    /// The model the next prompt goes to; empty where none is chosen and the provider has no default.
    pub active_model: String,
    /// The model the user chose; None means the provider's default.
    pub model: Option<String>,
    /// One for each provider that takes a key, in the order in which they are tried.
    pub credentials: Vec<CredentialStatus>,
}

/// What is known about a provider's key and server.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CredentialStatus {
    /// Whose key it is.
    pub provider: ProviderChoice,
    /// Where the key in use comes from, for people; None means there is none.
    pub source: Option<String>,
    /// Enough of the key to recognise it, never all of it.
    pub masked: Option<String>,
    /// The server that is asked: the one the key goes to, or one that needs none. None: nobody can be asked.
    pub base_url: Option<String>,
    /// The base URL the user set; None means the provider's own.
    pub chosen_base_url: Option<String>,
    /// The model the user chose for this provider; it counts before the one for all.
    pub chosen_model: Option<String>,
    /// The provider's own base URL; None where the user has to say.
    pub default_base_url: Option<String>,
    /// Whether it answers only to those who show a key.
    pub key_required: bool,
    /// Whether a key is saved in Atelier, so that it can be removed there.
    pub removable: bool,
    /// Why the key can't be used, when there is one that can't; a sentence to show.
    pub problem: Option<String>,
}

/// What to change. None leaves a value as it is; an empty text goes back to the default.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct SettingsChange {
    /// Who shall answer.
    pub provider: Option<ProviderChoice>,
    /// The model's id as the provider names it.
    pub model: Option<String>,
    /// Providers' models, which count before `model`. One that is not named keeps what it has.
    pub models: HashMap<ProviderChoice, String>,
    /// Providers' servers, `http` or `https` URLs. One that is not named keeps what it has.
    pub base_urls: HashMap<ProviderChoice, String>,
}

impl From<facade::ProviderChoice> for ProviderChoice {
    fn from(choice: facade::ProviderChoice) -> Self {
        match choice {
            facade::ProviderChoice::Anthropic => Self::Anthropic,
            facade::ProviderChoice::OpenAi => Self::OpenAi,
            facade::ProviderChoice::Google => Self::Google,
            facade::ProviderChoice::Compatible => Self::Compatible,
            facade::ProviderChoice::Demo => Self::Demo,
            // A test sees to it that this is no other than `Automatic`.
            _ => Self::Automatic,
        }
    }
}

impl From<ProviderChoice> for facade::ProviderChoice {
    fn from(choice: ProviderChoice) -> Self {
        match choice {
            ProviderChoice::Automatic => Self::Automatic,
            ProviderChoice::Anthropic => Self::Anthropic,
            ProviderChoice::OpenAi => Self::OpenAi,
            ProviderChoice::Google => Self::Google,
            ProviderChoice::Compatible => Self::Compatible,
            ProviderChoice::Demo => Self::Demo,
        }
    }
}

impl From<facade::WorkbenchSettings> for WorkbenchSettings {
    fn from(settings: facade::WorkbenchSettings) -> Self {
        let (base_urls, models) = (settings.base_urls, settings.chosen_models);
        let credentials = settings.credentials.into_iter().map(|status| credential(status, &base_urls, &models));
        Self {
            provider: settings.provider.into(),
            active_provider: settings.active_provider,
            active_model: settings.model,
            model: settings.chosen_model,
            credentials: credentials.collect(),
        }
    }
}

fn credential(
    status: facade::CredentialStatus,
    base_urls: &BTreeMap<facade::KeyProvider, String>,
    models: &BTreeMap<facade::KeyProvider, String>,
) -> CredentialStatus {
    let keys = status.provider.key_provider();
    CredentialStatus {
        provider: status.provider.into(),
        source: status.source,
        masked: status.masked,
        base_url: status.base_url,
        chosen_base_url: keys.and_then(|keys| base_urls.get(&keys)).cloned(),
        chosen_model: keys.and_then(|keys| models.get(&keys)).cloned(),
        default_base_url: keys.and_then(facade::KeyProvider::default_base_url).map(Into::into),
        key_required: keys.is_some_and(facade::KeyProvider::key_required),
        removable: status.removable,
        problem: status.problem,
    }
}

impl TryFrom<SettingsChange> for facade::SettingsChange {
    type Error = CoreError;

    fn try_from(change: SettingsChange) -> Result<Self, CoreError> {
        Ok(Self {
            provider: change.provider.map(Into::into),
            model: change.model,
            models: by_provider(change.models)?,
            base_urls: by_provider(change.base_urls)?,
            ..Self::default()
        })
    }
}

fn by_provider(texts: HashMap<ProviderChoice, String>) -> Result<BTreeMap<facade::KeyProvider, String>, CoreError> {
    let message = "A base URL and a model belong to one provider; choose which one to set them for.";
    let keys = |choice| facade::ProviderChoice::from(choice).key_provider();
    let nobody = || CoreError::InvalidRequest { message: message.to_owned() };
    texts.into_iter().map(|(choice, text)| Ok((keys(choice).ok_or_else(nobody)?, text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_survives_the_way_there_and_back() {
        for choice in facade::ProviderChoice::ALL {
            assert_eq!(facade::ProviderChoice::from(ProviderChoice::from(choice)), choice);
        }
    }

    #[test]
    fn settings_and_what_is_known_of_a_key_keep_every_field() {
        let settings = WorkbenchSettings::from(facade::WorkbenchSettings {
            provider: facade::ProviderChoice::Automatic,
            active_provider: "openai".to_owned(),
            model: "a-model".to_owned(),
            chosen_model: Some("chosen".to_owned()),
            chosen_models: [(facade::KeyProvider::OpenAi, "theirs".to_owned())].into(),
            base_urls: [(facade::KeyProvider::OpenAi, "https://models.example".to_owned())].into(),
            credentials: vec![facade::CredentialStatus {
                provider: facade::ProviderChoice::OpenAi,
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
                active_provider: "openai".to_owned(),
                active_model: "a-model".to_owned(),
                model: Some("chosen".to_owned()),
                credentials: vec![CredentialStatus {
                    provider: ProviderChoice::OpenAi,
                    source: Some("Keychain".to_owned()),
                    masked: Some("…abcd".to_owned()),
                    base_url: Some("https://api.example".to_owned()),
                    chosen_base_url: Some("https://models.example".to_owned()),
                    chosen_model: Some("theirs".to_owned()),
                    default_base_url: Some("https://api.openai.com/v1".to_owned()),
                    key_required: true,
                    removable: true,
                    problem: Some("It is locked.".to_owned()),
                }],
            }
        );
    }

    #[test]
    fn a_change_keeps_the_difference_between_leaving_and_clearing_a_value() {
        let cleared = [(ProviderChoice::Google, String::new())].into();
        let models = [(ProviderChoice::OpenAi, "theirs".to_owned())].into();
        let change = SettingsChange { provider: None, model: Some(String::new()), models, base_urls: cleared };
        let change = facade::SettingsChange::try_from(change).unwrap();
        assert_eq!((change.provider, change.model.as_deref()), (None, Some("")));
        assert_eq!(change.base_urls, [(facade::KeyProvider::Google, String::new())].into());
        assert_eq!(change.models, [(facade::KeyProvider::OpenAi, "theirs".to_owned())].into());
    }

    #[test]
    fn a_base_url_without_a_provider_is_refused_with_a_sentence() {
        for nobody in [ProviderChoice::Automatic, ProviderChoice::Demo] {
            let base_urls = [(nobody, "https://models.example".to_owned())].into();
            let change = SettingsChange { base_urls, ..SettingsChange::default() };
            let Err(CoreError::InvalidRequest { message }) = facade::SettingsChange::try_from(change) else {
                panic!("{nobody:?} was taken for a provider with a server");
            };
            assert!(message.ends_with('.'), "{message}");
        }
    }
}

//! Who answers the next prompt, by settings and keys. Everything here may wait for a disk or a keychain.

use std::{sync::Arc, time::Duration};

use atelier_config::{Credentials, KeyHeader, KeyProvider, Order, ResolvedKey, Settings, SettingsFile};
use atelier_llm::{ANTHROPIC, Anthropic, ApiKey, Demo, Endpoint, Pace, Provider, ProviderError, Transport};

use crate::{CredentialStatus, ProviderChoice, SecretString, SettingsChange, WorkbenchError, WorkbenchSettings};

/// The model that Anthropic is asked for unless the user chose one.
const DEFAULT_MODEL: &str = "claude-sonnet-4-5";

/// Settings and credentials together: neither alone says who answers.
pub(crate) struct Configuration {
    pub(crate) settings: SettingsFile,
    pub(crate) credentials: Credentials,
    demo: Demo,
    transport: Transport,
}

/// Who answers and which model is asked for.
pub(crate) struct Answerer {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) model: String,
}

impl Configuration {
    pub(crate) fn new(settings: SettingsFile, credentials: Credentials, demo_pause: Option<Duration>) -> Self {
        let pace = demo_pause.map_or_else(Pace::default, |pause| Pace { start: pause, word: pause });
        Self { settings, credentials, demo: Demo::new(pace), transport: Transport::default() }
    }

    /// Looks everything up anew, so that a key or setting that was just changed, here or elsewhere, counts.
    pub(crate) fn answerer(&self, model: Option<String>) -> Result<Answerer, WorkbenchError> {
        let settings = self.settings.load()?;
        let key = match settings.provider {
            ProviderChoice::Demo => None,
            _ => self.key(&settings)?,
        };
        match (settings.provider, key) {
            (ProviderChoice::Demo, _) | (ProviderChoice::Automatic, None) => Ok(self.demo()),
            (_, Some(key)) => {
                let model = model.or(settings.model).unwrap_or_else(|| DEFAULT_MODEL.to_owned());
                Ok(Answerer { provider: Arc::new(Anthropic::new(&endpoint(key), &self.transport)?), model })
            }
            (_, None) => Err(ProviderError::KeyMissing { vendor: &ANTHROPIC }.into()),
        }
    }

    pub(crate) fn view(&self) -> Result<WorkbenchSettings, WorkbenchError> {
        Ok(self.view_of(self.settings.load()?))
    }

    pub(crate) fn change(&self, change: &SettingsChange) -> Result<WorkbenchSettings, WorkbenchError> {
        Ok(self.view_of(self.settings.save(change)?))
    }

    pub(crate) fn save_key(&self, key: &SecretString) -> Result<WorkbenchSettings, WorkbenchError> {
        self.credentials.set(KeyProvider::Anthropic, key)?;
        self.view()
    }

    pub(crate) fn remove_key(&self) -> Result<WorkbenchSettings, WorkbenchError> {
        self.credentials.remove(KeyProvider::Anthropic)?;
        self.view()
    }

    pub(crate) fn key(&self, settings: &Settings) -> Result<Option<ResolvedKey>, WorkbenchError> {
        Ok(self.credentials.resolve(KeyProvider::Anthropic, Order::SavedFirst, settings)?)
    }

    fn view_of(&self, settings: Settings) -> WorkbenchSettings {
        let key = self.key(&settings);
        let demo = match settings.provider {
            ProviderChoice::Demo => true,
            ProviderChoice::Automatic => matches!(key, Ok(None)),
            _ => false,
        };
        let credential = self.credential(key);
        WorkbenchSettings {
            provider: settings.provider,
            active_provider: if demo { Demo::NAME } else { ANTHROPIC.name }.to_owned(),
            model: if demo {
                Demo::NAME.to_owned()
            } else {
                settings.model.clone().unwrap_or_else(|| DEFAULT_MODEL.to_owned())
            },
            chosen_model: settings.model,
            base_url: settings.base_url,
            credentials: vec![credential],
        }
    }

    fn credential(&self, key: Result<Option<ResolvedKey>, WorkbenchError>) -> CredentialStatus {
        // A store that can't be read has no key to remove; why it can't is in `problem`.
        let removable = matches!(self.credentials.saved(KeyProvider::Anthropic), Ok(Some(_)));
        let (key, problem) = match key {
            Ok(key) => (key, None),
            Err(error) => (None, Some(error.message)),
        };
        CredentialStatus {
            provider: ProviderChoice::Anthropic,
            source: key.as_ref().map(|key| key.source.to_string()),
            masked: key.as_ref().map(ResolvedKey::masked),
            base_url: key.map(|key| key.base_url.into()),
            removable,
            problem,
        }
    }

    fn demo(&self) -> Answerer {
        Answerer { provider: Arc::new(self.demo), model: Demo::NAME.to_owned() }
    }
}

fn endpoint(key: ResolvedKey) -> Endpoint {
    let header = match key.header {
        KeyHeader::ApiKey => atelier_llm::KeyHeader::XApiKey,
        KeyHeader::Bearer => atelier_llm::KeyHeader::Bearer,
    };
    Endpoint { base_url: key.base_url.into(), key: ApiKey { secret: key.secret, header } }
}

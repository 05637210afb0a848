//! Which key goes to which server.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    BaseUrl, Environment, KeyHeader, KeyProvider, KeySource, ResolvedKey, SecretError, SecretName, SecretStore,
    Settings, StoreKind, claude_settings, key, masked,
};

/// When the key that the user saved in Atelier is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Before the environment and other programs' files: the app and the command line.
    SavedFirst,
    /// After them: the chat endpoint, whose contract has it so.
    SavedLast,
}

/// The keys the user has, here and there, and the rule that each stays with its own server.
///
/// Sources never mix. A key goes to the server that was named where the key was found, or to the provider's own where
/// none was:
///
/// | Key | Server |
/// |---|---|
/// | saved in Atelier | the provider's base URL in Atelier's settings |
/// | `ANTHROPIC_API_KEY`, then `ANTHROPIC_AUTH_TOKEN` | `ANTHROPIC_BASE_URL` |
/// | `~/.claude/settings.json`: `api_key`, `auth_token`, `env.ANTHROPIC_API_KEY`, `env.ANTHROPIC_AUTH_TOKEN` | `base_url` there, else `env.ANTHROPIC_BASE_URL` there |
/// | `OPENAI_API_KEY` | `OPENAI_BASE_URL` |
/// | `GEMINI_API_KEY`, then `GOOGLE_API_KEY` | `GOOGLE_GEMINI_BASE_URL` |
///
/// A compatible server has no server of its own: its key is the saved one, and its base URL the one in the settings.
///
/// So a base URL chosen in Atelier's settings never draws a key from the environment to a server that key was not
/// meant for. It is not passed over in silence either, for then the conversation would go to a server the user did
/// not choose: with [`Order::SavedFirst`], a chosen base URL without a saved key is an error unless the key that is
/// found belongs to that very server.
#[derive(Clone)]
pub struct Credentials {
    store: Arc<dyn SecretStore>,
    environment: Environment,
}

/// No key can be given out, or none saved. No variant holds a key or a base URL: either may stand in the other's place.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The store of saved keys failed.
    #[error(transparent)]
    Store(#[from] SecretError),
    /// What should be a base URL is none.
    #[error(
        "The base URL in {place} is not a web address such as https://api.anthropic.com (without a user name and \
         without “?” or “#”); correct it or remove it."
    )]
    BaseUrl {
        /// Where it stands.
        place: String,
    },
    /// A key is saved for a provider that has no server of its own, and none was chosen.
    #[error("A key is saved for the {}, but no base URL says which server that is; set one in Atelier.", .provider.label())]
    NoServer {
        /// Whose key.
        provider: KeyProvider,
    },
    /// A base URL is set in Atelier, but no key is saved for it, and the key that was found belongs elsewhere.
    #[error(
        "Atelier's settings name a base URL of their own, but no key is saved for it, and the key from {source_of_key} \
         is for another server; save a key in Atelier, or clear the base URL in its settings."
    )]
    ForAnotherServer {
        /// Where the key was found.
        source_of_key: KeySource,
    },
    /// What was found can't be a key.
    #[error(
        "The key from {source_of_key} contains white space or characters that no key has; correct it or remove it."
    )]
    Unusable {
        /// Where it was found.
        source_of_key: KeySource,
    },
    /// What should be saved can't be a key.
    #[error("A key is one word of letters, digits and signs, without spaces; copy it again from where it was made.")]
    NotAKey,
}

impl Credentials {
    /// The keys in this store, this environment and this home folder.
    pub fn new(store: Arc<dyn SecretStore>, environment: Environment) -> Self {
        Self { store, environment }
    }

    /// The key to use now, with the server it may be sent to; none if the user has none.
    pub fn resolve(
        &self,
        provider: KeyProvider,
        order: Order,
        settings: &Settings,
    ) -> Result<Option<ResolvedKey>, CredentialsError> {
        match order {
            Order::SavedFirst => match self.saved_key(provider, settings)? {
                Some(key) => Ok(Some(key)),
                None => self.found_key_for(provider, settings),
            },
            Order::SavedLast => match self.found_key(provider)? {
                Some(key) => Ok(Some(key)),
                None => self.saved_key(provider, settings),
            },
        }
    }

    /// The server to ask without a key: the one that the user chose, for a provider that may not want a key. None
    /// where none was chosen; none is ever asked by itself.
    pub fn open_server(&self, provider: KeyProvider, settings: &Settings) -> Result<Option<BaseUrl>, CredentialsError> {
        if provider.key_required() { Ok(None) } else { chosen_base_url(provider, settings) }
    }

    /// Saves a key in place of an earlier one. White space around it is dropped.
    pub fn set(&self, provider: KeyProvider, key: &SecretString) -> Result<(), CredentialsError> {
        let key = key::usable(key.expose_secret()).ok_or(CredentialsError::NotAKey)?;
        Ok(self.store.set(&SecretName::default_key(provider), &key)?)
    }

    /// Removes the saved key; false if there was none.
    pub fn remove(&self, provider: KeyProvider) -> Result<bool, CredentialsError> {
        Ok(self.store.delete(&SecretName::default_key(provider))?)
    }

    /// The saved key as it may be shown, if there is one; see [`masked`].
    pub fn saved(&self, provider: KeyProvider) -> Result<Option<String>, CredentialsError> {
        Ok(self.store.get(&SecretName::default_key(provider))?.map(|key| masked(&key)))
    }

    /// Where saved keys are kept.
    pub fn store_kind(&self) -> StoreKind {
        self.store.kind()
    }

    fn saved_key(&self, provider: KeyProvider, settings: &Settings) -> Result<Option<ResolvedKey>, CredentialsError> {
        let Some(secret) = self.store.get(&SecretName::default_key(provider))? else {
            return Ok(None);
        };
        let source = KeySource::Saved(self.store.kind());
        let base_url = chosen_base_url(provider, settings)?.or_else(|| provider.default_base_url());
        let base_url = base_url.ok_or(CredentialsError::NoServer { provider })?;
        resolved(secret.expose_secret(), KeyHeader::ApiKey, source, base_url).map(Some)
    }

    /// The key that was not saved in Atelier, unless the user chose a server that it does not belong to.
    fn found_key_for(
        &self,
        provider: KeyProvider,
        settings: &Settings,
    ) -> Result<Option<ResolvedKey>, CredentialsError> {
        let chosen = chosen_base_url(provider, settings)?;
        let found = self.found_key(provider)?;
        match (&chosen, &found) {
            (Some(chosen), Some(key)) if *chosen != key.base_url => {
                Err(CredentialsError::ForAnotherServer { source_of_key: key.source })
            }
            _ => Ok(found),
        }
    }

    /// The first key in the environment or another program's file.
    fn found_key(&self, provider: KeyProvider) -> Result<Option<ResolvedKey>, CredentialsError> {
        match self.environment_key(provider)? {
            None if provider == KeyProvider::Anthropic => self.claude_key(),
            key => Ok(key),
        }
    }

    fn environment_key(&self, provider: KeyProvider) -> Result<Option<ResolvedKey>, CredentialsError> {
        let mut variables = provider.variables().iter();
        let found = variables.find_map(|&(name, header)| Some((name, header, self.environment.text(name)?)));
        let Some((name, header, key)) = found else {
            return Ok(None);
        };
        let named = provider.base_url_variable().and_then(|name| Some((name, self.environment.text(name)?)));
        let named = named.map(|(name, url)| checked(url, || format!("the environment variable {name}"))).transpose()?;
        let base_url = named.or_else(|| provider.default_base_url()).ok_or(CredentialsError::NoServer { provider })?;
        resolved(key, header, KeySource::Environment(name), base_url).map(Some)
    }

    fn claude_key(&self) -> Result<Option<ResolvedKey>, CredentialsError> {
        let provider = KeyProvider::Anthropic;
        let Some(found) = claude_settings::key(&self.environment) else {
            return Ok(None);
        };
        let named = found.base_url.map(|url| checked(&url, || "~/.claude/settings.json".to_owned())).transpose()?;
        let base_url = named.or_else(|| provider.default_base_url()).ok_or(CredentialsError::NoServer { provider })?;
        let source = KeySource::ClaudeSettings(found.place);
        resolved(found.key.expose_secret(), found.header, source, base_url).map(Some)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("store", &self.store.kind()).finish_non_exhaustive()
    }
}

fn chosen_base_url(provider: KeyProvider, settings: &Settings) -> Result<Option<BaseUrl>, CredentialsError> {
    settings.base_urls.get(&provider).map(|url| checked(url, || "Atelier's settings".to_owned())).transpose()
}

fn checked(base_url: &str, place: impl FnOnce() -> String) -> Result<BaseUrl, CredentialsError> {
    base_url.parse().map_err(|_| CredentialsError::BaseUrl { place: place() })
}

fn resolved(
    key: &str,
    header: KeyHeader,
    source: KeySource,
    base_url: BaseUrl,
) -> Result<ResolvedKey, CredentialsError> {
    let secret = key::usable(key).ok_or(CredentialsError::Unusable { source_of_key: source })?;
    Ok(ResolvedKey { secret, header, source, base_url })
}

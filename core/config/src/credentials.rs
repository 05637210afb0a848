//! Which key goes to which server.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    BaseUrl, Environment, KeyHeader, KeyName, KeyProvider, KeySource, ResolvedKey, SecretError, SecretName,
    SecretStore, Settings, StoreKind, claude_settings, key, secrets::SecretStores,
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
    pub(crate) stores: SecretStores,
    environment: Environment,
}

/// A key that was not saved in Atelier, as it was found.
pub(crate) struct FoundKey {
    pub(crate) source: KeySource,
    pub(crate) key: SecretString,
    header: KeyHeader,
    /// The server that is named for it, as it stands there, and the place where that stands.
    base_url: Option<(String, String)>,
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
    /// The name of the key is the key: names are shown.
    #[error("The name of a key is shown and must not be the key itself; choose another name.")]
    KeyAsName,
    /// The settings choose a saved key that is not there. Its name is not repeated: it may be a key in the wrong place.
    #[error(
        "The key that the settings choose for {} is not saved; choose another one in the settings or with `atelier \
         keys use`, or save it again.",
        .provider.label()
    )]
    ChosenKeyMissing {
        /// Whose key.
        provider: KeyProvider,
    },
}

impl Credentials {
    /// The keys in these stores, which are searched in this order, this environment and this home folder. A new key is
    /// saved in the last store that takes it.
    pub fn new(stores: Vec<Arc<dyn SecretStore>>, environment: Environment) -> Self {
        Self { stores: SecretStores::new(stores), environment }
    }

    /// Where keys are saved, for secrets of another kind.
    pub fn stores(&self) -> SecretStores {
        self.stores.clone()
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

    /// Saves a key in place of an earlier one of that name, and says where. White space around it is dropped.
    pub fn set(
        &self,
        provider: KeyProvider,
        name: &KeyName,
        key: &SecretString,
    ) -> Result<StoreKind, CredentialsError> {
        let key = key::usable(key.expose_secret()).ok_or(CredentialsError::NotAKey)?;
        if key.expose_secret() == name.as_str() {
            return Err(CredentialsError::KeyAsName);
        }
        Ok(self.stores.set(&SecretName::of_key(provider, name), &key)?)
    }

    /// Removes the saved key of that name; false if there was none.
    pub fn remove(&self, provider: KeyProvider, name: &KeyName) -> Result<bool, CredentialsError> {
        Ok(self.stores.delete(&SecretName::of_key(provider, name))?)
    }

    /// Whether a key of that name is saved.
    pub fn is_saved(&self, provider: KeyProvider, name: &KeyName) -> Result<bool, CredentialsError> {
        Ok(self.stores.get(&SecretName::of_key(provider, name))?.is_some())
    }

    /// Whether saved keys can't be read before a passphrase is given.
    pub fn wants_passphrase(&self) -> bool {
        self.stores.wants_passphrase()
    }

    /// Whether a passphrase protects, or will protect, new keys.
    pub fn has_passphrase(&self) -> bool {
        self.stores.has_passphrase()
    }

    /// Protects the file of saved keys with this passphrase from the next change on, or opens one that has it.
    pub fn take_passphrase(&self, passphrase: &SecretString) {
        self.stores.take_passphrase(passphrase);
    }

    /// Where a key would be saved now. May have to ask the system.
    pub fn store_kind(&self) -> StoreKind {
        self.stores.kind()
    }

    /// The saved key that the user chose, or the one named `default`.
    fn saved_key(&self, provider: KeyProvider, settings: &Settings) -> Result<Option<ResolvedKey>, CredentialsError> {
        let missing = CredentialsError::ChosenKeyMissing { provider };
        let Ok(name) = settings.keys.get(&provider).map_or(Ok(KeyName::default()), |name| name.parse()) else {
            return Err(missing);
        };
        match self.named_key(provider, &name, settings)? {
            None if settings.keys.contains_key(&provider) => Err(missing),
            key => Ok(key),
        }
    }

    /// The saved key of that name, whether or not it is in use, with the server it may be sent to.
    pub fn named_key(
        &self,
        provider: KeyProvider,
        name: &KeyName,
        settings: &Settings,
    ) -> Result<Option<ResolvedKey>, CredentialsError> {
        let Some((secret, kind)) = self.stores.get(&SecretName::of_key(provider, name))? else {
            return Ok(None);
        };
        let key = resolved(&secret, KeyHeader::ApiKey, KeySource::Saved(kind), server(provider, settings)?)?;
        Ok(Some(ResolvedKey { name: Some(name.clone()), ..key }))
    }

    /// A key that is not saved, with the server it would be sent to if it were.
    pub fn unsaved_key(
        &self,
        provider: KeyProvider,
        key: &SecretString,
        settings: &Settings,
    ) -> Result<ResolvedKey, CredentialsError> {
        let source = KeySource::Saved(StoreKind::InMemory);
        let secret = key::usable(key.expose_secret()).ok_or(CredentialsError::NotAKey)?;
        resolved(&secret, KeyHeader::ApiKey, source, server(provider, settings)?)
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
            (Some(chosen), Some(key)) if !provider.is_same_server(chosen, &key.base_url) => {
                Err(CredentialsError::ForAnotherServer { source_of_key: key.source })
            }
            _ => Ok(found),
        }
    }

    /// The first key in the environment or another program's file.
    fn found_key(&self, provider: KeyProvider) -> Result<Option<ResolvedKey>, CredentialsError> {
        let Some(found) = self.found_keys(provider).next() else {
            return Ok(None);
        };
        let named = found.base_url.map(|(url, place)| checked(&url, || place)).transpose()?;
        let base_url = named.or_else(|| provider.default_base_url()).ok_or(CredentialsError::NoServer { provider })?;
        resolved(&found.key, found.header, found.source, base_url).map(Some)
    }

    /// All keys in the environment and other programs' files, in the order in which they are tried.
    pub(crate) fn found_keys(&self, provider: KeyProvider) -> impl Iterator<Item = FoundKey> {
        // Read only when nothing before it is a key.
        let in_file = std::iter::once_with(move || match provider {
            KeyProvider::Anthropic => claude_settings::keys(&self.environment),
            _ => Vec::new(),
        });
        let in_file = in_file.flatten().map(|found| FoundKey {
            source: KeySource::ClaudeSettings(found.place),
            key: found.key,
            header: found.header,
            base_url: found.base_url.map(|url| (url, "~/.claude/settings.json".to_owned())),
        });
        self.environment_keys(provider).chain(in_file)
    }

    fn environment_keys(&self, provider: KeyProvider) -> impl Iterator<Item = FoundKey> {
        let named = provider.base_url_variable().and_then(|name| Some((self.environment.text(name)?, name)));
        let base_url = named.map(|(url, name)| (url.to_owned(), format!("the environment variable {name}")));
        provider.variables().iter().filter_map(move |&(name, header)| {
            let key = SecretString::from(self.environment.text(name)?);
            Some(FoundKey { source: KeySource::Environment(name), key, header, base_url: base_url.clone() })
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("environment", &self.environment).finish_non_exhaustive()
    }
}

fn chosen_base_url(provider: KeyProvider, settings: &Settings) -> Result<Option<BaseUrl>, CredentialsError> {
    settings.base_urls.get(&provider).map(|url| checked(url, || "Atelier's settings".to_owned())).transpose()
}

/// The server for a provider's saved keys.
fn server(provider: KeyProvider, settings: &Settings) -> Result<BaseUrl, CredentialsError> {
    let chosen = chosen_base_url(provider, settings)?.or_else(|| provider.default_base_url());
    chosen.ok_or(CredentialsError::NoServer { provider })
}

fn checked(base_url: &str, place: impl FnOnce() -> String) -> Result<BaseUrl, CredentialsError> {
    base_url.parse().map_err(|_| CredentialsError::BaseUrl { place: place() })
}

fn resolved(
    key: &SecretString,
    header: KeyHeader,
    source: KeySource,
    base_url: BaseUrl,
) -> Result<ResolvedKey, CredentialsError> {
    let secret = key::usable(key.expose_secret()).ok_or(CredentialsError::Unusable { source_of_key: source })?;
    Ok(ResolvedKey { secret, header, source, name: None, base_url })
}

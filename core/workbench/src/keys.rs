//! The keys a user has: listed, saved, chosen, removed. A key goes in and never comes out.

use atelier_config::{KeyName, KeyNote, KeyProvider, KeySource, SecretName, Settings};
use atelier_protocol::Timestamp;

use crate::{
    ErrorKind, ProviderChoice, SecretString, SettingsChange, WorkbenchError, WorkbenchSettings,
    configuration::Configuration, key_checks::no_such_key,
};

/// A key, and all that may be told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEntry {
    /// Whose key it is.
    pub provider: ProviderChoice,
    /// What the user called it; none for a key that was found elsewhere and not saved in Atelier.
    pub name: Option<String>,
    /// Where it is, for people: “the macOS keychain”, “environment variable `OPENAI_API_KEY`”.
    pub source: String,
    /// The key as it may be shown: its last characters at most.
    pub masked: String,
    /// Whether the next prompt to this provider takes it.
    pub in_use: bool,
    /// Whether it is saved in Atelier, so that it can be removed and chosen there.
    pub removable: bool,
    /// Why it can't be read now, where it can't; a sentence.
    pub problem: Option<String>,
    /// The address of the account that a saved key belongs to, where the user gave one.
    pub email: Option<String>,
    /// When its vendor last accepted a saved key.
    pub last_validated: Option<Timestamp>,
}

impl Configuration {
    pub(crate) fn keys(&self) -> Result<Vec<KeyEntry>, WorkbenchError> {
        let settings = self.settings.load()?;
        let entries = self.credentials.keys(&settings)?.into_iter();
        Ok(entries.map(|entry| self.entry(entry)).collect())
    }

    /// Saves a key. It is in use at once where the one that should be is not saved: the first key of a provider needs
    /// no choice, whatever its name.
    pub(crate) fn save_key(
        &self,
        provider: KeyProvider,
        name: Option<&str>,
        key: &SecretString,
    ) -> Result<WorkbenchSettings, WorkbenchError> {
        let name = name.map_or(Ok(KeyName::default()), parsed)?;
        let settings = self.settings.load()?;
        let needed = match chosen(provider, &settings) {
            Some(current) => current != name && !self.credentials.is_saved(provider, &current)?,
            None => true,
        };
        self.credentials.set(provider, &name, key)?;
        // Another key, another account.
        self.notes.change(&SecretName::of_key(provider, &name), |note| *note = KeyNote::default())?;
        if needed { self.choose(provider, Some(&name)) } else { self.view() }
    }

    /// Removes a saved key, or the one in use where no name is given. The choice of it ends with it.
    pub(crate) fn remove_key(
        &self,
        provider: KeyProvider,
        name: Option<&str>,
    ) -> Result<WorkbenchSettings, WorkbenchError> {
        let settings = self.settings.load()?;
        let chosen = chosen(provider, &settings);
        let name = match name {
            Some(name) => parsed(name)?,
            None => chosen.clone().unwrap_or_default(),
        };
        self.credentials.remove(provider, &name)?;
        self.notes.change(&SecretName::of_key(provider, &name), |note| *note = KeyNote::default())?;
        if chosen.as_ref() == Some(&name) { self.choose(provider, None) } else { self.view() }
    }

    /// Chooses one of the saved keys.
    pub(crate) fn use_key(&self, provider: KeyProvider, name: &str) -> Result<WorkbenchSettings, WorkbenchError> {
        let name = parsed(name)?;
        if !self.credentials.is_saved(provider, &name)? {
            return Err(no_such_key(provider));
        }
        self.choose(provider, Some(&name))
    }

    fn entry(&self, entry: atelier_config::KeyEntry) -> KeyEntry {
        let note = entry.name.as_ref().map(|name| self.notes.get(&SecretName::of_key(entry.provider, name)));
        let note = note.unwrap_or_default();
        KeyEntry {
            provider: entry.provider.into(),
            name: entry.name.map(|name| name.to_string()),
            source: entry.source.to_string(),
            masked: entry.masked,
            in_use: entry.in_use,
            removable: matches!(entry.source, KeySource::Saved(_)),
            problem: entry.problem,
            email: note.email,
            last_validated: note.last_validated,
        }
    }

    /// Whether there is a saved key to remove. A store that can't be read has none.
    pub(crate) fn has_saved_key(&self, provider: KeyProvider, settings: &Settings) -> bool {
        let saved = |name: KeyName| matches!(self.credentials.is_saved(provider, &name), Ok(true));
        chosen(provider, settings).is_some_and(saved)
    }

    /// Writes the choice down; none and `default` are the same and need no entry.
    fn choose(&self, provider: KeyProvider, name: Option<&KeyName>) -> Result<WorkbenchSettings, WorkbenchError> {
        let name = name.filter(|name| **name != KeyName::default()).map_or("", KeyName::as_str);
        self.change(&SettingsChange { keys: [(provider, name.to_owned())].into(), ..SettingsChange::default() })
    }
}

/// The name of the key that the settings want; none where they hold something that is no name.
pub(crate) fn chosen(provider: KeyProvider, settings: &Settings) -> Option<KeyName> {
    settings.keys.get(&provider).map_or_else(|| Some(KeyName::default()), |name| name.parse().ok())
}

pub(crate) fn parsed(name: &str) -> Result<KeyName, WorkbenchError> {
    name.parse().map_err(|error: atelier_config::InvalidKeyName| {
        WorkbenchError::new(ErrorKind::InvalidRequest, error.to_string())
    })
}

//! All the keys a user has, for a list of them.

use secrecy::SecretString;

use crate::{
    Credentials, CredentialsError, KeyName, KeyProvider, KeySource, Order, Settings, StoreKind, masked,
    secrets::SecretName,
};

/// A key, and all that may be told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEntry {
    /// Whose key it is.
    pub provider: KeyProvider,
    /// What the user called it; none for a key that was not saved in Atelier.
    pub name: Option<KeyName>,
    /// Where it is.
    pub source: KeySource,
    /// The key as it may be shown; see [`masked`].
    pub masked: String,
    /// Whether the next prompt to this provider takes it.
    pub in_use: bool,
    /// Why a saved key can't be read now; a sentence.
    pub problem: Option<String>,
}

impl Credentials {
    /// Every key there is: for each provider the saved ones by name, then those in the environment and in other
    /// programs' files in the order in which they are tried.
    pub fn keys(&self, settings: &Settings) -> Result<Vec<KeyEntry>, CredentialsError> {
        let saved = self.stores.list()?;
        let mut entries = Vec::new();
        for provider in KeyProvider::ALL {
            let first = entries.len();
            let names = saved.iter().filter_map(|(name, kind)| Some((name.key()?, *kind)));
            entries.extend(
                names
                    .filter(|((owner, _), _)| *owner == provider)
                    .map(|((_, name), kind)| self.saved_entry(provider, name, kind)),
            );
            entries.extend(self.found_keys(provider).map(|found| KeyEntry {
                provider,
                name: None,
                source: found.source,
                masked: masked(&found.key),
                in_use: false,
                problem: None,
            }));
            // Why none can be used is for whoever asks for one.
            if let Ok(Some(key)) = self.resolve(provider, Order::SavedFirst, settings) {
                for entry in &mut entries[first..] {
                    entry.in_use = entry.source == key.source && entry.name == key.name;
                }
            }
        }
        Ok(entries)
    }

    fn saved_entry(&self, provider: KeyProvider, name: KeyName, kind: StoreKind) -> KeyEntry {
        let (key, problem) = match self.stores.get(&SecretName::of_key(provider, &name)) {
            Ok(Some((key, _))) => (key, None),
            // Removed just now by someone else.
            Ok(None) => (SecretString::default(), None),
            Err(error) => (SecretString::default(), Some(error.to_string())),
        };
        let source = KeySource::Saved(kind);
        KeyEntry { provider, name: Some(name), source, masked: masked(&key), in_use: false, problem }
    }
}

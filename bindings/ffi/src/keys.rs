//! The list of keys as Swift sees it, and what can be done with one of them. A key goes in and never comes back.

use atelier_protocol::Timestamp;
use atelier_workbench as facade;

use crate::{CoreError, ProviderChoice, Workbench, WorkbenchSettings};

/// A key, and all that may be told about it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KeyEntry {
    /// Whose key it is.
    pub provider: ProviderChoice,
    /// What the user called it; None for a key that was found elsewhere and not saved in Atelier.
    pub name: Option<String>,
    /// Where it is, for people.
    pub source: String,
    /// Enough of the key to recognise it, never all of it.
    pub masked: String,
    /// Whether the next prompt to this provider takes it.
    pub in_use: bool,
    /// Whether it is saved in Atelier, so that it can be removed and chosen there.
    pub removable: bool,
    /// Why it can't be read now, where it can't; a sentence to show.
    pub problem: Option<String>,
    /// The address of the account that a saved key belongs to, where the user gave one.
    pub email: Option<String>,
    /// When its vendor last accepted a saved key, in milliseconds since 1970.
    pub last_validated_ms: Option<i64>,
}

#[uniffi::export]
impl Workbench {
    /// The keys there are: for each provider those saved in Atelier by name, then those found in the environment and in
    /// other programs' files, in the order in which they are tried.
    pub async fn keys(&self) -> Result<Vec<KeyEntry>, CoreError> {
        Ok(self.facade.keys().await?.into_iter().map(Into::into).collect())
    }

    /// Saves a key under a name of 1 to 64 visible characters, in place of an earlier one of that name. It is in use
    /// from now on where no other saved key was.
    pub async fn save_named_key(
        &self,
        provider: ProviderChoice,
        name: String,
        key: String,
    ) -> Result<WorkbenchSettings, CoreError> {
        let key = facade::SecretString::from(key);
        Ok(self.facade.save_key(provider.into(), Some(name), key).await?.into())
    }

    /// Forgets a saved key.
    pub async fn remove_named_key(
        &self,
        provider: ProviderChoice,
        name: String,
    ) -> Result<WorkbenchSettings, CoreError> {
        Ok(self.facade.remove_key(provider.into(), Some(name)).await?.into())
    }

    /// Asks the vendor whether it accepts a key: the saved one of that name, or the one in use. False: it does not. An
    /// error says nothing about the key.
    pub async fn check_key(&self, provider: ProviderChoice, name: Option<String>) -> Result<bool, CoreError> {
        Ok(self.facade.check_key(provider.into(), name).await?)
    }

    /// Asks the vendor whether it accepts a key that is not saved.
    pub async fn validate_key(&self, provider: ProviderChoice, key: String) -> Result<bool, CoreError> {
        Ok(self.facade.validate_key(provider.into(), facade::SecretString::from(key)).await?)
    }

    /// Notes whose account a saved key belongs to; an empty text takes the note back.
    pub async fn set_key_email(
        &self,
        provider: ProviderChoice,
        name: String,
        email: String,
    ) -> Result<Vec<KeyEntry>, CoreError> {
        Ok(self.facade.set_key_email(provider.into(), name, email).await?.into_iter().map(Into::into).collect())
    }

    /// Chooses which of a provider's saved keys is in use.
    pub async fn use_key(&self, provider: ProviderChoice, name: String) -> Result<WorkbenchSettings, CoreError> {
        Ok(self.facade.use_key(provider.into(), name).await?.into())
    }
}

impl From<facade::KeyEntry> for KeyEntry {
    fn from(entry: facade::KeyEntry) -> Self {
        Self {
            provider: entry.provider.into(),
            name: entry.name,
            source: entry.source,
            masked: entry.masked,
            in_use: entry.in_use,
            removable: entry.removable,
            problem: entry.problem,
            email: entry.email,
            last_validated_ms: entry.last_validated.map(Timestamp::as_millis),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_keeps_every_field() {
        let entry = facade::KeyEntry {
            provider: facade::ProviderChoice::Anthropic,
            name: Some("work".to_owned()),
            source: "the macOS keychain".to_owned(),
            masked: "…abcd".to_owned(),
            in_use: true,
            removable: true,
            problem: Some("It is locked.".to_owned()),
            email: Some("ada@example.org".to_owned()),
            last_validated: Some(Timestamp::from_millis(7)),
        };
        let expected = KeyEntry {
            provider: ProviderChoice::Anthropic,
            name: Some("work".to_owned()),
            source: "the macOS keychain".to_owned(),
            masked: "…abcd".to_owned(),
            in_use: true,
            removable: true,
            problem: Some("It is locked.".to_owned()),
            email: Some("ada@example.org".to_owned()),
            last_validated_ms: Some(7),
        };
        assert_eq!(KeyEntry::from(entry), expected);
    }
}

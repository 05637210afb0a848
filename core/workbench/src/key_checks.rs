//! Whether a vendor accepts a key; and the operations on Anthropic's credentials that other programs' users know.

use std::sync::Arc;

use atelier_config::{KeyName, KeyProvider, KeySource, ResolvedKey, SecretName, email};
use atelier_llm::{Endpoint, KeyVerdict, Provider};
use atelier_protocol::Timestamp;

use crate::{
    ErrorKind, KeyEntry, ProviderChoice, SecretString, TurnChoice, Workbench, WorkbenchError,
    configuration::{Configuration, not_set_up},
    keys::parsed,
    vendors,
    workbench::settings::takes_key,
};

/// Whether Anthropic can be asked, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthStatus {
    /// Whether there is a key.
    pub authenticated: bool,
    /// Where it comes from, for people.
    pub source: Option<String>,
    /// The address of the account that a saved key belongs to, where the user gave one.
    pub email: Option<String>,
    /// When the vendor last accepted a saved key.
    pub last_validated: Option<Timestamp>,
}

/// The Anthropic key in use, as far as it may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCredentials {
    /// Its last characters at most.
    pub api_key_masked: String,
    /// The address of its account, where the user gave one.
    pub email: Option<String>,
}

/// Someone who can be asked about a key.
struct Question {
    provider: Arc<dyn Provider>,
    /// What Anthropic is asked to answer with.
    model: Option<String>,
    /// The saved key it is about; none for another.
    saved: Option<SecretName>,
}

/// Which key a question is about.
enum Subject {
    InUse,
    Saved(String),
    Unsaved(SecretString),
}

impl Workbench {
    /// Asks the vendor whether it accepts a key: the saved one of that name, or the one in use where no name is given.
    /// Costs a token at most. An error says nothing about the key: nobody could be asked, or the answer means nothing.
    pub async fn check_key(&self, provider: ProviderChoice, name: Option<String>) -> Result<bool, WorkbenchError> {
        self.ask_about(provider, name.map_or(Subject::InUse, Subject::Saved)).await
    }

    /// The same for a key that is not saved, which stays so.
    pub async fn validate_key(&self, provider: ProviderChoice, key: SecretString) -> Result<bool, WorkbenchError> {
        self.ask_about(provider, Subject::Unsaved(key)).await
    }

    /// Where a key would be saved now, and what that protects it against, in a sentence or two.
    pub async fn key_store(&self) -> Result<String, WorkbenchError> {
        self.configure(|configuration| Ok(configuration.credentials.store_kind().protection().to_owned())).await
    }

    /// Whether saved keys can't be read before a passphrase is given.
    pub async fn wants_passphrase(&self) -> Result<bool, WorkbenchError> {
        self.configure(|configuration| Ok(configuration.credentials.wants_passphrase())).await
    }

    /// Whether a passphrase protects, or will protect, new keys.
    pub async fn has_passphrase(&self) -> Result<bool, WorkbenchError> {
        self.configure(|configuration| Ok(configuration.credentials.has_passphrase())).await
    }

    /// Opens the file of saved keys with its passphrase; one without is encrypted with it when a key is saved.
    pub async fn take_passphrase(&self, passphrase: SecretString) -> Result<(), WorkbenchError> {
        self.configure(move |configuration| {
            configuration.credentials.take_passphrase(&passphrase);
            Ok(())
        })
        .await
    }

    /// Notes whose account a saved key belongs to; an empty text takes the note back.
    pub async fn set_key_email(
        &self,
        provider: ProviderChoice,
        name: String,
        address: String,
    ) -> Result<Vec<KeyEntry>, WorkbenchError> {
        let provider = takes_key(provider)?;
        self.configure(move |configuration| {
            configuration.note_email(provider, &parsed(&name)?, &address)?;
            configuration.keys()
        })
        .await
    }

    /// Whether Anthropic can be asked. Nothing asks for a login.
    pub async fn check_auth_status(&self) -> Result<AuthStatus, WorkbenchError> {
        let key = self.anthropic_key().await?;
        Ok(AuthStatus {
            authenticated: key.is_some(),
            source: key.as_ref().map(|key| key.source.clone()),
            email: key.as_ref().and_then(|key| key.email.clone()),
            last_validated: key.and_then(|key| key.last_validated),
        })
    }

    /// Whether Anthropic accepts the key.
    pub async fn validate_api_key(&self, key: SecretString) -> Result<bool, WorkbenchError> {
        self.validate_key(ProviderChoice::Anthropic, key).await
    }

    /// Saves Anthropic's key under the name `default`, and whose it is.
    pub async fn save_credentials(&self, key: SecretString, address: Option<String>) -> Result<(), WorkbenchError> {
        let provider = KeyProvider::Anthropic;
        self.configure(move |configuration| {
            configuration.save_key(provider, None, &key)?;
            configuration.note_email(provider, &KeyName::default(), &address.unwrap_or_default())
        })
        .await
    }

    /// The Anthropic key in use, if there is one; never the key itself.
    pub async fn get_credentials(&self) -> Result<Option<StoredCredentials>, WorkbenchError> {
        let key = self.anthropic_key().await?;
        Ok(key.map(|key| StoredCredentials { api_key_masked: key.masked, email: key.email }))
    }

    async fn anthropic_key(&self) -> Result<Option<KeyEntry>, WorkbenchError> {
        let keys = self.keys().await?;
        Ok(keys.into_iter().find(|key| key.in_use && key.provider == ProviderChoice::Anthropic))
    }

    async fn ask_about(&self, provider: ProviderChoice, subject: Subject) -> Result<bool, WorkbenchError> {
        let provider = takes_key(provider)?;
        let question = self.configure(move |configuration| configuration.question(provider, &subject)).await?;
        let (asked, model) = (question.provider, question.model);
        let verdict = self.run(async move { Ok(asked.check_key(model.as_deref()).await?) }).await?;
        let accepted = verdict == KeyVerdict::Accepted;
        if let Some(key) = question.saved {
            let validated = accepted.then(Timestamp::now);
            self.configure(move |configuration| {
                Ok(configuration.notes.change(&key, |note| note.last_validated = validated)?)
            })
            .await?;
        }
        Ok(accepted)
    }
}

impl Configuration {
    fn question(&self, provider: KeyProvider, subject: &Subject) -> Result<Question, WorkbenchError> {
        let settings = self.settings.load()?;
        let row = vendors::of(provider).ok_or_else(WorkbenchError::defect)?;
        let key = match subject {
            Subject::InUse => self.key(provider, &settings)?,
            Subject::Saved(name) => {
                let key = self.credentials.named_key(provider, &parsed(name)?, &settings)?;
                Some(key.ok_or_else(|| no_such_key(provider))?)
            }
            Subject::Unsaved(key) => Some(self.credentials.unsaved_key(provider, key, &settings)?),
        };
        let saved = key.as_ref().and_then(|key| saved_name(provider, key));
        let endpoint: Option<Endpoint> = match key {
            Some(key) => Some(vendors::endpoint(key)),
            None => self.access(row, &settings)?,
        };
        let endpoint = endpoint.ok_or_else(|| not_set_up(row))?;
        let choice = TurnChoice { provider: Some(provider.into()), ..TurnChoice::default() };
        let model = self.model(row, &choice, &settings);
        Ok(Question { provider: row.make(&endpoint, &self.transport)?, model, saved })
    }

    fn note_email(&self, provider: KeyProvider, name: &KeyName, address: &str) -> Result<(), WorkbenchError> {
        let noted = email(address);
        if noted.is_none() && !address.trim().is_empty() {
            let message = "That is no mail address; write one such as ada@example.org, or none.";
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, message));
        }
        if !self.credentials.is_saved(provider, name)? {
            return Err(no_such_key(provider));
        }
        Ok(self.notes.change(&SecretName::of_key(provider, name), |note| note.email = noted)?)
    }
}

fn saved_name(provider: KeyProvider, key: &ResolvedKey) -> Option<SecretName> {
    let name = key.name.as_ref().filter(|_| matches!(key.source, KeySource::Saved(_)))?;
    Some(SecretName::of_key(provider, name))
}

/// The name is not repeated: it may be a key in the wrong place.
pub(crate) fn no_such_key(provider: KeyProvider) -> WorkbenchError {
    let label = provider.label();
    let message = format!("No key of that name is saved for {label}; save it first, or choose one that is.");
    WorkbenchError::new(ErrorKind::InvalidRequest, message)
}

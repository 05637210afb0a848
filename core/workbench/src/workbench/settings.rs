//! Settings, and keys for those who answer.

use std::sync::Arc;

use atelier_config::KeyProvider;

use crate::{
    Answering, ErrorKind, KeyEntry, ProviderChoice, SecretString, SettingsChange, TurnChoice, Workbench,
    WorkbenchError, WorkbenchSettings, configuration::Configuration, settings_reader::SettingsReader,
    workbench::blocking,
};

impl Workbench {
    /// What is configured now, environment and files included.
    pub async fn settings(&self) -> Result<WorkbenchSettings, WorkbenchError> {
        self.configure(Configuration::view).await
    }

    /// Who would answer a prompt that is sent with this choice, and with which key. An error says what is missing.
    pub async fn who_answers(&self, choice: TurnChoice) -> Result<Answering, WorkbenchError> {
        self.configure(move |configuration| configuration.answering(&choice)).await
    }

    /// Changes settings, all or nothing, and returns what is configured then.
    pub async fn change_settings(&self, change: SettingsChange) -> Result<WorkbenchSettings, WorkbenchError> {
        self.configure(move |configuration| configuration.change(&change)).await
    }

    /// A reader of the changes to the settings from now on, whoever makes them: this process, another, or an editor. A
    /// change is told within a second, a burst of changes once. Any number of readers may follow.
    pub async fn follow_settings(&self) -> Result<SettingsReader, WorkbenchError> {
        let (followers, handle) = (Arc::clone(&self.parts.settings_followers), self.parts.handle.clone());
        let configuration = Arc::clone(&self.parts.configuration);
        self.run(blocking(move || followers.follow(configuration, handle))).await
    }

    /// The keys there are: for each provider those saved in Atelier by name, then those found elsewhere in the order in
    /// which they are tried.
    pub async fn keys(&self) -> Result<Vec<KeyEntry>, WorkbenchError> {
        self.configure(Configuration::keys).await
    }

    /// Keeps a key in the credential store, in place of an earlier one of that name. It is never given back. No name
    /// means `default`. It is in use from now on where no other saved key was.
    pub async fn save_key(
        &self,
        provider: ProviderChoice,
        name: Option<String>,
        key: SecretString,
    ) -> Result<WorkbenchSettings, WorkbenchError> {
        let provider = takes_key(provider)?;
        self.configure(move |configuration| configuration.save_key(provider, name.as_deref(), &key)).await
    }

    /// Removes a key that was saved in Atelier, if there is one; no name means the one in use. A key from elsewhere
    /// stays where it is.
    pub async fn remove_key(
        &self,
        provider: ProviderChoice,
        name: Option<String>,
    ) -> Result<WorkbenchSettings, WorkbenchError> {
        let provider = takes_key(provider)?;
        self.configure(move |configuration| configuration.remove_key(provider, name.as_deref())).await
    }

    /// Chooses which of a provider's saved keys is in use.
    pub async fn use_key(&self, provider: ProviderChoice, name: String) -> Result<WorkbenchSettings, WorkbenchError> {
        let provider = takes_key(provider)?;
        self.configure(move |configuration| configuration.use_key(provider, &name)).await
    }
}

pub(crate) fn takes_key(provider: ProviderChoice) -> Result<KeyProvider, WorkbenchError> {
    let message = "The demo needs no key, and a key belongs to one provider; choose which one to save it for.";
    provider.key_provider().ok_or_else(|| WorkbenchError::new(ErrorKind::InvalidRequest, message))
}

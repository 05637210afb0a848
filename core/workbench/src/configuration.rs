//! Who answers the next prompt, by settings and keys. Everything here may wait for a disk or a keychain.

use std::{sync::Arc, time::Duration};

use atelier_config::{
    Credentials, Directories, Folders, KeyNotes, KeyProvider, Order, ResolvedKey, Settings, SettingsFile,
};
use atelier_llm::{
    ApiKey, AskedThinking, Catalogue, Cost, Demo, Endpoint, Limits, ModelInfo, Network, Pace, Provider, ProviderError,
    Transport,
};
use atelier_protocol::{Effort, SessionEvent, Timestamp, Usage};

use crate::{
    Answering, CredentialStatus, ErrorKind, ModelEntry, ProviderChoice, SessionTotals, SettingsChange, TurnChoice,
    WorkbenchError, WorkbenchSettings,
    known_models::KnownModels,
    models,
    vendors::{self, VendorRow},
};

/// Most tokens an answer may take where the model allows more: vendors reserve that much of a user's rate.
const MAX_ANSWER_TOKENS: u32 = 32_768;

/// Settings and credentials together: neither alone says who answers.
pub(crate) struct Configuration {
    pub(crate) settings: SettingsFile,
    pub(crate) credentials: Credentials,
    pub(crate) notes: KeyNotes,
    pub(crate) directories: Directories,
    pub(crate) known_models: KnownModels,
    demo: Demo,
    pub(crate) transport: Transport,
}

/// Who answers and which model is asked for.
pub(crate) struct Answerer {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) model: String,
    /// Most tokens the answer may take.
    pub(crate) max_tokens: u32,
    /// How the model is asked to think.
    pub(crate) thinking: AskedThinking,
}

/// The vendor that answers.
struct Chosen {
    row: &'static VendorRow,
    endpoint: Endpoint,
    model: String,
}

/// A vendor's server and the key for it; none where the user has not set it up.
type Access = Result<Option<Endpoint>, WorkbenchError>;

impl Configuration {
    pub(crate) fn new(
        folders: &Folders,
        credentials: Credentials,
        directories: Directories,
        network: Network,
        demo_pause: Option<Duration>,
    ) -> Self {
        let pace = demo_pause.map_or_else(Pace::default, |pause| Pace { start: pause, word: pause });
        Self {
            settings: SettingsFile::new(&folders.config),
            credentials,
            directories,
            notes: KeyNotes::new(&folders.data),
            known_models: KnownModels::new(&folders.config),
            demo: Demo::new(pace),
            transport: Transport::new(Limits::default(), network),
        }
    }

    /// Looks everything up anew, so that a key or setting that was just changed, here or elsewhere, counts.
    pub(crate) fn answerer(&self, choice: &TurnChoice) -> Result<Answerer, WorkbenchError> {
        let settings = self.settings.load()?;
        let Some(Chosen { row, endpoint, model }) = self.chosen(&settings, choice)? else {
            return Ok(self.demo());
        };
        let provider = row.make(&endpoint, &self.transport)?;
        let max_tokens = self.max_tokens(row, &model);
        let effort = choice.effort.or(settings.effort);
        let thinking = effort.map(|effort| self.thinking(row, &model, effort, max_tokens)).unwrap_or_default();
        Ok(Answerer { provider, model, max_tokens, thinking })
    }

    /// The same for people.
    pub(crate) fn answering(&self, choice: &TurnChoice) -> Result<Answering, WorkbenchError> {
        let settings = self.settings.load()?;
        Ok(match self.chosen(&settings, choice)? {
            Some(Chosen { row, model, .. }) => Answering {
                provider: row.name().to_owned(),
                label: row.vendor().label.to_owned(),
                model,
                credential: Some(self.credential(row, &settings)),
            },
            None => Answering {
                provider: Demo::NAME.to_owned(),
                label: "the built-in demo".to_owned(),
                model: Demo::NAME.to_owned(),
                credential: None,
            },
        })
    }

    /// None: the demo answers.
    fn chosen(&self, settings: &Settings, choice: &TurnChoice) -> Result<Option<Chosen>, WorkbenchError> {
        let Some((row, access)) = self.vendor(settings, choice) else {
            return Ok(None);
        };
        let endpoint = access?.ok_or_else(|| not_set_up(row))?;
        let model = self.model(row, choice.model.as_deref(), settings).ok_or_else(|| no_model(row))?;
        Ok(Some(Chosen { row, endpoint, model }))
    }

    pub(crate) fn view(&self) -> Result<WorkbenchSettings, WorkbenchError> {
        Ok(self.view_of(self.settings.load()?))
    }

    pub(crate) fn change(&self, change: &SettingsChange) -> Result<WorkbenchSettings, WorkbenchError> {
        Ok(self.view_of(self.settings.save(change)?))
    }

    pub(crate) fn models(&self) -> Result<Vec<ModelEntry>, WorkbenchError> {
        let settings = self.settings.load()?;
        let ready: Vec<_> = vendors::all()
            .filter(|row| matches!(self.access(row, &settings), Ok(Some(_))))
            .map(VendorRow::name)
            .collect();
        Ok(models::entries(&self.catalogue(), |vendor| ready.contains(&vendor)))
    }

    /// What one request cost, where the model's prices are known.
    pub(crate) fn cost(&self, provider: &str, model: &str, usage: &Usage, at: Timestamp) -> Option<Cost> {
        self.known_models.latest().find_for(vendors::provider_of(provider), model)?.cost(usage, at)
    }

    pub(crate) fn add_to_totals(&self, totals: &mut SessionTotals, events: &[SessionEvent]) {
        totals.apply_all(events, |provider, model, usage, at| self.cost(provider, model, usage, at));
    }

    fn catalogue(&self) -> Arc<Catalogue> {
        self.known_models.now()
    }

    /// The vendor to ask and how it is reached; none: the demo answers.
    ///
    /// A choice is a choice. Left to us, it is the vendor of the model that was asked for, if that can be asked; else
    /// the first in the table that can.
    fn vendor(&self, settings: &Settings, choice: &TurnChoice) -> Option<(&'static VendorRow, Access)> {
        let wanted = choice.provider.unwrap_or(settings.provider);
        if let Some(row) = wanted.key_provider().and_then(vendors::of) {
            return Some((row, self.access(row, settings)));
        }
        if wanted != ProviderChoice::Automatic {
            return None;
        }
        let model = choice.model.as_deref().or(settings.model.as_deref());
        let by_model = model.and_then(|name| vendors::named(&self.catalogue().find(name)?.vendor));
        by_model.into_iter().chain(vendors::all()).find_map(|row| match self.access(row, settings) {
            Ok(None) => None,
            // What is set up but broken is told, not passed over.
            access => Some((row, access)),
        })
    }

    pub(crate) fn access(&self, row: &VendorRow, settings: &Settings) -> Access {
        if let Some(key) = self.key(row.key_provider, settings)? {
            return Ok(Some(vendors::endpoint(key)));
        }
        let server = self.credentials.open_server(row.key_provider, settings)?;
        Ok(server.map(|url| Endpoint { base_url: url.into(), key: ApiKey::none() }))
    }

    pub(crate) fn key(
        &self,
        provider: KeyProvider,
        settings: &Settings,
    ) -> Result<Option<ResolvedKey>, WorkbenchError> {
        Ok(self.credentials.resolve(provider, Order::SavedFirst, settings)?)
    }

    /// The model for a turn: the one asked for, else the one in the settings unless it is known to be another vendor's,
    /// else the vendor's default. An alias is replaced by the id it stands for.
    pub(crate) fn model(&self, row: &VendorRow, asked: Option<&str>, settings: &Settings) -> Option<String> {
        let catalogue = self.catalogue();
        let known = |name: &str| catalogue.find_for(row.name(), name);
        let fits = |name: &&str| !self.is_anothers(row, name);
        let Some(name) = asked.or_else(|| settings.model.as_deref().filter(fits)) else {
            return catalogue.default_for(row.name()).map(|model| model.id.clone());
        };
        // A name that goes on after the id, with a date, is more exact than the id and stays.
        let is_alias =
            |model: &&ModelInfo| model.aliases.iter().any(|alias| alias == name) && !name.starts_with(&model.id);
        Some(known(name).filter(is_alias).map_or(name, |model| &model.id).to_owned())
    }

    /// Whether a model is known, and only as another vendor's. A compatible server may offer anyone's.
    fn is_anothers(&self, row: &VendorRow, name: &str) -> bool {
        let catalogue = self.catalogue();
        let offers_own = row.key_provider != KeyProvider::Compatible;
        offers_own && catalogue.find_for(row.name(), name).is_none() && catalogue.find(name).is_some()
    }

    /// How the model is asked to think this hard. Of a compatible server's models only the user knows what they take, so
    /// they are asked as the user says; another that is not known is left alone.
    fn thinking(&self, row: &VendorRow, model: &str, effort: Effort, max_tokens: u32) -> AskedThinking {
        match self.catalogue().find_for(row.name(), model) {
            Some(info) => info.thinking_at(effort, max_tokens),
            None if row.key_provider == KeyProvider::Compatible => AskedThinking { budget: None, effort: Some(effort) },
            None => AskedThinking::default(),
        }
    }

    fn max_tokens(&self, row: &VendorRow, model: &str) -> u32 {
        let unknown = ModelInfo::unknown(row.name(), model);
        let most = self.catalogue().find_for(row.name(), model).unwrap_or(&unknown).max_output_tokens;
        u32::try_from(most).unwrap_or(u32::MAX).clamp(1, MAX_ANSWER_TOKENS)
    }

    fn view_of(&self, settings: Settings) -> WorkbenchSettings {
        let active = self.vendor(&settings, &TurnChoice::default()).map(|(row, _)| row);
        // A compatible server has no default; then there is no model until one is chosen.
        let model = active.map(|row| self.model(row, None, &settings).unwrap_or_default());
        WorkbenchSettings {
            provider: settings.provider,
            active_provider: active.map_or(Demo::NAME, VendorRow::name).to_owned(),
            model: model.unwrap_or_else(|| Demo::NAME.to_owned()),
            credentials: vendors::all().map(|row| self.credential(row, &settings)).collect(),
            chosen_model: settings.model,
            base_urls: settings.base_urls,
        }
    }

    fn credential(&self, row: &VendorRow, settings: &Settings) -> CredentialStatus {
        let provider = row.key_provider;
        let (key, problem) = match self.key(provider, settings) {
            Ok(key) => (key, None),
            Err(error) => (None, Some(error.message)),
        };
        let (source, masked) = (key.as_ref().map(|key| key.source.to_string()), key.as_ref().map(ResolvedKey::masked));
        let server = match key {
            Some(key) => Some(key.base_url),
            None => self.credentials.open_server(provider, settings).ok().flatten(),
        };
        CredentialStatus {
            provider: provider.into(),
            source,
            masked,
            base_url: server.map(Into::into),
            removable: self.has_saved_key(provider, settings),
            problem,
        }
    }

    fn demo(&self) -> Answerer {
        let model = Demo::NAME.to_owned();
        let thinking = AskedThinking::default();
        Answerer { provider: Arc::new(self.demo), model, max_tokens: MAX_ANSWER_TOKENS, thinking }
    }
}

pub(crate) fn not_set_up(row: &VendorRow) -> WorkbenchError {
    let vendor = row.vendor();
    if vendor.key_required {
        return ProviderError::KeyMissing { vendor }.into();
    }
    let message = format!(
        "No base URL says where the {} is; set one such as http://127.0.0.1:11434/v1 in the settings.",
        vendor.label
    );
    WorkbenchError::new(ErrorKind::Configuration, message)
}

fn no_model(row: &VendorRow) -> WorkbenchError {
    let label = row.vendor().label;
    WorkbenchError::new(ErrorKind::Configuration, format!("No model is chosen for the {label}; choose one it offers."))
}

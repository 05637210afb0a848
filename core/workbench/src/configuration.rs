//! Who answers the next prompt, by settings and keys. Everything here may wait for a disk or a keychain.

use std::{sync::Arc, time::Duration};

use atelier_agent::{Answerer, TurnLimits};
use atelier_config::{
    Credentials, Directories, Folders, GitIdentities, KeyNotes, KeyProvider, Order, ResolvedKey, Settings, SettingsFile,
};
use atelier_llm::{
    ApiKey, AskedThinking, Catalogue, Cost, Demo, Endpoint, Limits, ModelInfo, Network, Pace, Provider, ProviderError,
    Transport, Vendor,
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
    pub(crate) identities: GitIdentities,
    pub(crate) known_models: KnownModels,
    demo: Demo,
    pub(crate) transport: Transport,
}

/// Who can be asked for a list of models, at which server; or why not.
pub(crate) struct Lister {
    pub(crate) vendor: &'static Vendor,
    pub(crate) list: Result<(String, Arc<dyn Provider>), WorkbenchError>,
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
            identities: GitIdentities::new(&folders.config),
            notes: KeyNotes::new(&folders.data),
            known_models: KnownModels::new(&folders.config, &folders.data),
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
        let context_window = self.context_window(row.name(), &model);
        Ok(Answerer { provider, model, max_tokens, thinking, context_window })
    }

    /// How much a turn may take.
    pub(crate) fn limits(&self) -> Result<TurnLimits, WorkbenchError> {
        let (set, usual) = (self.settings.load()?.limits, TurnLimits::default());
        Ok(TurnLimits {
            answers: set.turns.unwrap_or(usual.answers),
            tokens: set.tokens.or(usual.tokens),
            time: set.seconds.map(Duration::from_secs).or(usual.time),
        })
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
        let model = self.model(row, choice, settings).ok_or_else(|| no_model(row))?;
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
        let server = |row: &'static VendorRow| Some((row.name(), self.access(row, &settings).ok()??.base_url));
        let servers = vendors::all().filter_map(server).collect();
        Ok(models::entries(&self.catalogue(), &servers, &self.known_models.lists()))
    }

    /// Who can be asked for a list of models: those that are set up, or the one that is wanted. What is set up but
    /// broken comes as the reason.
    pub(crate) fn listers(&self, wanted: Option<KeyProvider>) -> Result<Vec<Lister>, WorkbenchError> {
        let settings = self.settings.load()?;
        let mut listers = Vec::new();
        for row in vendors::all().filter(|row| wanted.is_none_or(|wanted| wanted == row.key_provider)) {
            let list = match self.access(row, &settings) {
                Ok(None) if wanted.is_some() => return Err(not_set_up(row)),
                Ok(None) => continue,
                Ok(Some(endpoint)) => match row.make(&endpoint, &self.transport) {
                    Ok(provider) => Ok((endpoint.base_url, provider)),
                    Err(error) => Err(error.into()),
                },
                Err(error) => Err(error),
            };
            listers.push(Lister { vendor: row.vendor(), list });
        }
        Ok(listers)
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

    /// The model for a turn: the one asked for, else the vendor's own in the settings, else the one for all there if it
    /// fits, else the vendor's default. An alias is replaced by the id it stands for.
    pub(crate) fn model(&self, row: &VendorRow, choice: &TurnChoice, settings: &Settings) -> Option<String> {
        let catalogue = self.catalogue();
        let known = |name: &str| catalogue.find_for(row.name(), name);
        let chosen = choice.model.as_ref().or_else(|| settings.models.get(&row.key_provider));
        let for_all = settings.model.as_ref().filter(|name| self.fits(row, name, choice, settings));
        let Some(name) = chosen.or(for_all).map(String::as_str) else {
            return catalogue.default_for(row.name()).map(|model| model.id.clone());
        };
        // A name that goes on after the id, with a date, is more exact than the id and stays.
        let is_alias =
            |model: &&ModelInfo| model.aliases.iter().any(|alias| alias == name) && !name.starts_with(&model.id);
        Some(known(name).filter(is_alias).map_or(name, |model| &model.id).to_owned())
    }

    /// Whether the model for all may be this vendor's: it is known as such, or nobody knows whose it is and the settings
    /// lead to this vendor. Who turns to another vendor for one prompt does not mean it. A compatible server may offer
    /// anyone's.
    fn fits(&self, row: &VendorRow, name: &str, choice: &TurnChoice, settings: &Settings) -> bool {
        let catalogue = self.catalogue();
        let by_settings = choice.provider.is_none_or(|provider| provider == settings.provider);
        let known = catalogue.find_for(row.name(), name).is_some();
        row.key_provider == KeyProvider::Compatible || known || by_settings && catalogue.find(name).is_none()
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

    /// How many tokens fit a model; none where nobody says so.
    pub(crate) fn context_window(&self, provider: &str, model: &str) -> Option<u64> {
        let known = self.catalogue().find_for(vendors::provider_of(provider), model).map(|model| model.context_window);
        known.filter(|window| *window > 0)
    }

    fn max_tokens(&self, row: &VendorRow, model: &str) -> u32 {
        let unknown = ModelInfo::unknown(row.name(), model);
        let most = self.catalogue().find_for(row.name(), model).unwrap_or(&unknown).max_output_tokens;
        u32::try_from(most).unwrap_or(u32::MAX).clamp(1, MAX_ANSWER_TOKENS)
    }

    fn view_of(&self, settings: Settings) -> WorkbenchSettings {
        let active = self.vendor(&settings, &TurnChoice::default()).map(|(row, _)| row);
        // A compatible server has no default; then there is no model until one is chosen.
        let model = active.map(|row| self.model(row, &TurnChoice::default(), &settings).unwrap_or_default());
        WorkbenchSettings {
            provider: settings.provider,
            active_provider: active.map_or(Demo::NAME, VendorRow::name).to_owned(),
            model: model.unwrap_or_else(|| Demo::NAME.to_owned()),
            credentials: vendors::all().map(|row| self.credential(row, &settings)).collect(),
            chosen_model: settings.model,
            chosen_models: settings.models,
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
        Answerer { provider: Arc::new(self.demo), model, max_tokens: MAX_ANSWER_TOKENS, thinking, context_window: None }
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

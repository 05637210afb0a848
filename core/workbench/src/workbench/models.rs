//! Models, and what they took and cost.

use std::{collections::BTreeMap, time::Duration};

use atelier_llm::{ListedModel, Vendor};
use atelier_protocol::{SessionEvent, SessionId, Timestamp, Usage};
use futures_util::future::join_all;
use tokio::time::timeout;

use super::Workbench;
use crate::{
    Cost, ErrorKind, LocalServer, ModelEntry, ModelRefresh, ProviderChoice, SessionTotals, WorkbenchError,
    configuration::{Configuration, Lister},
    known_models::KnownModels,
    local_servers,
    model_lists::ModelList,
};

/// How long a whole list may take: the user waits for it.
const LIST_PATIENCE: Duration = Duration::from_secs(30);

/// How many events are read at a time for totals.
const PAGE: usize = 1000;

impl Workbench {
    /// The models that Atelier knows, and which of them can be asked now.
    pub async fn models(&self) -> Result<Vec<ModelEntry>, WorkbenchError> {
        self.configure(Configuration::models).await
    }

    /// Asks the providers that are set up, or only this one, which models they have now, and keeps what they say. To be
    /// called when the user wants to know, and never else. A provider that fails does not take the others along.
    pub async fn refresh_models(&self, provider: Option<ProviderChoice>) -> Result<Vec<ModelRefresh>, WorkbenchError> {
        let wanted = provider.filter(|provider| *provider != ProviderChoice::Automatic);
        if wanted == Some(ProviderChoice::Demo) {
            let message = "The demo has no list of models; choose a provider that is set up.";
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, message));
        }
        let wanted = wanted.and_then(ProviderChoice::key_provider);
        let listers = self.configure(move |configuration| configuration.listers(wanted)).await?;
        let answers = self.run(async move { Ok(join_all(listers.into_iter().map(ask)).await) }).await?;
        self.configure(move |configuration| keep(&configuration.known_models, answers)).await
    }

    /// Looks for model servers on this machine's usual ports, and asks each it finds for its models, without a key. To
    /// be called when the user wants to know, and never else. Takes four seconds at most.
    pub async fn local_servers(&self) -> Result<Vec<LocalServer>, WorkbenchError> {
        let ports = local_servers::ports(&self.parts.environment);
        self.run(async move { Ok(atelier_llm::local_servers(&ports).await.into_iter().map(Into::into).collect()) })
            .await
    }

    /// What one model request cost, in US dollars, from a turn's `turn.started` (provider) and its `usage` (the model
    /// that answered, the tokens, the time). None where a price that it takes is not known.
    pub fn cost(&self, provider: &str, model: &str, usage: &Usage, at: Timestamp) -> Option<Cost> {
        self.parts.configuration.cost(provider, model, usage, at)
    }

    /// What the session's turns took and cost so far.
    pub async fn totals(&self, id: SessionId) -> Result<SessionTotals, WorkbenchError> {
        let (store, configuration) = (self.parts.store.clone(), self.parts.configuration.clone());
        // Otherwise the user's own prices would be those of the last look, if there was one.
        self.configure(|configuration| Ok(configuration.known_models.now())).await?;
        self.run(async move {
            let mut totals = SessionTotals::default();
            loop {
                let events = store.read(id, totals.seq, PAGE).await?;
                if events.is_empty() {
                    return Ok(totals);
                }
                configuration.add_to_totals(&mut totals, &events);
            }
        })
        .await
    }

    /// Brings totals up to date with events that came after them, as a reader got them.
    pub fn add_to_totals(&self, totals: &mut SessionTotals, events: &[SessionEvent]) {
        self.parts.configuration.add_to_totals(totals, events);
    }
}

/// A vendor, and the list of its server or why there is none.
type Answer = (&'static Vendor, Result<ModelList, String>);

async fn ask(Lister { vendor, list }: Lister) -> Answer {
    let (base_url, provider) = match list {
        Ok(lister) => lister,
        Err(error) => return (vendor, Err(error.message)),
    };
    let models: Result<Vec<ListedModel>, String> = match timeout(LIST_PATIENCE, provider.list_models()).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("{} takes too long to list its models; try again later.", vendor.label)),
    };
    (vendor, models.map(|models| ModelList::new(base_url, models)))
}

fn keep(known: &KnownModels, answers: Vec<Answer>) -> Result<Vec<ModelRefresh>, WorkbenchError> {
    let (mut told, mut lists) = (Vec::new(), BTreeMap::new());
    for (vendor, answer) in answers {
        let (provider, label) = (vendor.name.to_owned(), vendor.label.to_owned());
        let models = answer.as_ref().map_or(0, |list| list.models.len());
        let problem = answer.map(|list| lists.insert(provider.clone(), list)).err();
        told.push(ModelRefresh { provider, label, models, problem });
    }
    if !lists.is_empty() {
        known.keep(lists).map_err(|error| not_kept(known, &error))?;
    }
    Ok(told)
}

fn not_kept(known: &KnownModels, error: &std::io::Error) -> WorkbenchError {
    let file = known.lists_file().display();
    let message = format!(
        "The lists of models can't be kept in {file} ({error}); check the folder's permissions and the free space."
    );
    WorkbenchError::new(ErrorKind::Storage, message)
}

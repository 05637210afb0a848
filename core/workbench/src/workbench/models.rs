//! Models, and what they took and cost.

use atelier_protocol::{SessionEvent, SessionId, Timestamp, Usage};

use super::Workbench;
use crate::{
    Cost, LocalServer, ModelEntry, SessionTotals, WorkbenchError, configuration::Configuration, local_servers,
};

/// How many events are read at a time for totals.
const PAGE: usize = 1000;

impl Workbench {
    /// The models that Atelier knows, and which of them can be asked now.
    pub async fn models(&self) -> Result<Vec<ModelEntry>, WorkbenchError> {
        self.configure(Configuration::models).await
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

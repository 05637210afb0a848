//! How full the model's window is, and making room in it.

use atelier_protocol::{Conversation, SessionId};

use crate::{ErrorKind, Workbench, WorkbenchError, agents::choice_of, workbench::blocking};

/// How much of the model's window a session takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ContextUse {
    /// Tokens of the newest request and its answer; none while that is not known.
    pub tokens: Option<u64>,
    /// How many fit the model of the newest turn; none where nobody says so.
    pub window: Option<u64>,
}

impl Workbench {
    /// Has the model summarise the conversation so far: from then on it is told the summary in place of it, and the newest
    /// prompt as it was written. The log keeps everything. Returns when it is done; false: there is nothing to summarise.
    /// [`Workbench::interrupt`] stops it. Near the limit of the model's window this happens by itself.
    pub async fn compact(&self, id: SessionId) -> Result<bool, WorkbenchError> {
        let conversation = self.conversation(id).await?;
        if conversation.provider == "demo" {
            let message = "The demo can't summarise anything; set a model up first, `atelier doctor` says how.";
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, message));
        }
        if conversation.turns == 0 {
            return Ok(false);
        }
        let (configuration, agent) = (self.parts.configuration.clone(), self.parts.agent.clone());
        self.run(async move {
            let by = blocking(move || configuration.answerer(&choice_of(&conversation))).await?;
            Ok(agent.compact(id, by).await?)
        })
        .await
    }

    /// How full the model's window is.
    pub async fn context_use(&self, id: SessionId) -> Result<ContextUse, WorkbenchError> {
        let Conversation { provider, model, context_tokens, .. } = self.conversation(id).await?;
        let window = self.context_window(provider, model).await?;
        Ok(ContextUse { tokens: context_tokens, window })
    }

    /// How many tokens fit a model; none where nobody says so. With `context_tokens` of the conversation that someone
    /// follows, this is a meter.
    pub async fn context_window(&self, provider: String, model: String) -> Result<Option<u64>, WorkbenchError> {
        self.configure(move |configuration| Ok(configuration.context_window(&provider, &model))).await
    }
}

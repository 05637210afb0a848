//! Prompts, and the turns that they begin.

use atelier_agent::Prompt;
use atelier_protocol::{SessionId, TurnId};

use super::Workbench;
use crate::{Approver, TurnChoice, TurnLimits, WorkbenchError};

/// A prompt and who answers it.
pub struct PreparedPrompt(Prompt);

impl PreparedPrompt {
    /// How much its turn may take, as the settings have it.
    pub fn limits(&self) -> TurnLimits {
        self.0.limits
    }

    /// The same, in a turn that may take only so much.
    #[must_use]
    pub fn limited(mut self, limits: TurnLimits) -> Self {
        self.0.limits = limits;
        self
    }

    /// The same, in a turn in which calls that these rules cover need no question; sub-agents ask all the same. The turn
    /// alone: where a prompt has to wait for its own turn, or its process dies, they do not hold.
    #[must_use]
    pub fn allowing(mut self, rules: Vec<String>) -> Self {
        self.0.allow = rules;
        self
    }

    /// The same with another text.
    pub(crate) fn with_text(mut self, text: String) -> Self {
        self.0.text = text;
        self
    }

    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    pub(crate) fn into_inner(self) -> Prompt {
        self.0
    }
}

impl Workbench {
    /// Starts a turn. When this returns, the prompt is on the disk; its answer comes through [`Workbench::follow`].
    /// `choice`: who answers this turn, where that is not for the settings to say. Tools that would have to be asked about
    /// are refused.
    pub async fn send(
        &self,
        id: SessionId,
        text: String,
        choice: Option<TurnChoice>,
    ) -> Result<TurnId, WorkbenchError> {
        let prompt = self.prepare(text, choice, Approver::Nobody).await?;
        self.send_prepared(id, prompt).await
    }

    /// The first half of [`Workbench::send`]: finds out who answers, and refuses what can't be sent. So a session can be
    /// made only for a prompt that it will get.
    /// `approver`: who is asked whether a tool may run.
    pub async fn prepare(
        &self,
        text: String,
        choice: Option<TurnChoice>,
        approver: Approver,
    ) -> Result<PreparedPrompt, WorkbenchError> {
        self.configure(move |configuration| {
            let by = configuration.answerer(&choice.unwrap_or_default())?;
            let prompt = Prompt { text, by, approver, limits: configuration.limits()?, allow: Vec::new() };
            prompt.check()?;
            Ok(PreparedPrompt(prompt))
        })
        .await
    }

    /// The second half. What the prompt mentions by `@path` in the session's folder goes along, beneath it. Key and
    /// settings are those of the time when the prompt was prepared.
    pub async fn send_prepared(&self, id: SessionId, prompt: PreparedPrompt) -> Result<TurnId, WorkbenchError> {
        let (agent, prompt) = (self.parts.agent.clone(), self.with_mentions(id, prompt).await?);
        self.run(async move { Ok(agent.send(id, prompt.0).await?) }).await
    }

    /// Stops the session's turn and returns when it has ended; what had come is kept. Fine when none runs.
    pub async fn interrupt(&self, id: SessionId) -> Result<(), WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.interrupt(id).await?) }).await
    }
}

//! What a user can say while the agent works.

use atelier_protocol::{QueuedPromptId, SessionId};

use crate::{PreparedPrompt, Sent, Workbench, WorkbenchError};

impl Workbench {
    /// Takes a prompt whatever the session does: while a turn runs or waits for the user it is queued, else it begins a
    /// turn. When this returns, it is on the disk.
    ///
    /// A queued prompt is delivered at the turn's next step or, when none comes, begins the next turn at once. After a
    /// turn that was stopped or failed it stays queued and goes along with the next prompt, before it;
    /// [`Workbench::go_on`] sends it by itself. The turn may run in another process.
    ///
    /// What it mentions by `@path` goes along only where it begins a turn; the agent can look at the rest by itself.
    pub async fn send_or_queue(&self, id: SessionId, prompt: PreparedPrompt) -> Result<Sent, WorkbenchError> {
        // What is queued can be taken back, and then it is what was typed.
        if let Some(queued) = self.queue_prompt(id, prompt.text().to_owned()).await? {
            return Ok(Sent::Queued(queued));
        }
        let (agent, prompt) = (self.parts.agent.clone(), self.with_mentions(id, prompt).await?);
        self.run(async move { Ok(agent.send_or_queue(id, prompt.into_inner()).await?) }).await
    }

    /// Queues a prompt for the turn that runs or waits for the user; none if there is no such turn, so that it can be
    /// sent. When this returns, it is on the disk.
    pub async fn queue_prompt(&self, id: SessionId, text: String) -> Result<Option<QueuedPromptId>, WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.queue_prompt(id, &text).await?) }).await
    }

    /// Takes a queued prompt back and returns its text. Once it is delivered, that is an error.
    pub async fn withdraw_prompt(&self, id: SessionId, prompt: QueuedPromptId) -> Result<String, WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.withdraw_prompt(id, prompt).await?) }).await
    }
}

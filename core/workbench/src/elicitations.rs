//! Answering what tools ask the user for while they run.

use atelier_agent::ElicitationReply;
use atelier_protocol::{ElicitationId, SessionId};

use crate::{Workbench, WorkbenchError};

impl Workbench {
    /// Answers what a tool of this session asks for: the question stands in [`atelier_protocol::Conversation`]'s
    /// `elicitations`. When this returns, the answer is on the disk. What does not fit the form is an error with a sentence
    /// for each wrong field, and the question goes on waiting; so is a question that does not wait any more.
    pub async fn answer_elicitation(
        &self,
        id: SessionId,
        elicitation: ElicitationId,
        reply: ElicitationReply,
    ) -> Result<(), WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.answer_elicitation(id, elicitation, reply).await?) }).await
    }
}

//! What a person can do about an agent at work: where it works, how far it may go, and whether a tool may run.

use atelier_protocol as protocol;

use crate::{CoreError, PermissionMode, Workbench, session::parse_id};

/// What a person answers to the question whether a tool may run.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ApprovalAnswer {
    /// It may run, this once.
    Once,
    /// It may run, and this tool is not asked about again unless the call is dangerous.
    Always,
    /// It may not.
    Refuse {
        /// What the model shall know about it.
        message: Option<String>,
    },
}

#[uniffi::export]
impl Workbench {
    /// From now on the session works in this folder, and its model has tools. The folder must exist.
    pub async fn work_in(&self, id: String, folder: String) -> Result<(), CoreError> {
        Ok(self.facade.work_in(parse_id(&id)?, folder.into()).await?)
    }

    /// From now on the session's agent may go this far without asking.
    pub async fn set_mode(&self, id: String, mode: PermissionMode) -> Result<(), CoreError> {
        Ok(self.facade.set_mode(parse_id(&id)?, mode.into()).await?)
    }

    /// Answers the question whether a tool may run; returns once the answer is durable. The same answer again is fine,
    /// the contrary one is [`CoreError::InvalidRequest`].
    pub async fn resolve(&self, id: String, call: u64, answer: ApprovalAnswer) -> Result<(), CoreError> {
        Ok(self.facade.resolve(parse_id(&id)?, protocol::ToolCallId(call), answer.into()).await?)
    }

    /// Takes a queued prompt back and returns its text. Once it is delivered, that is [`CoreError::InvalidRequest`].
    pub async fn withdraw_prompt(&self, id: String, prompt: u64) -> Result<String, CoreError> {
        Ok(self.facade.withdraw_prompt(parse_id(&id)?, protocol::QueuedPromptId(prompt)).await?)
    }

    /// Goes on with a turn that waits for the user since another process ended; where none waits, prompts that were left
    /// in the queue begin a turn. False: there is neither.
    pub async fn go_on(&self, id: String) -> Result<bool, CoreError> {
        Ok(self.facade.go_on(parse_id(&id)?).await?)
    }
}

impl From<ApprovalAnswer> for protocol::Decision {
    fn from(answer: ApprovalAnswer) -> Self {
        match answer {
            ApprovalAnswer::Once => Self::Approved { always: false },
            ApprovalAnswer::Always => Self::Approved { always: true },
            ApprovalAnswer::Refuse { message } => Self::Rejected { message },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_allows_no_more_than_was_said() {
        let decision = |answer: ApprovalAnswer| protocol::Decision::from(answer);
        assert_eq!(decision(ApprovalAnswer::Once), protocol::Decision::Approved { always: false });
        assert_eq!(decision(ApprovalAnswer::Always), protocol::Decision::Approved { always: true });
        let message = Some("Not there.".to_owned());
        let refused = decision(ApprovalAnswer::Refuse { message: message.clone() });
        assert_eq!(refused, protocol::Decision::Rejected { message });
    }
}

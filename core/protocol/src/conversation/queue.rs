//! The part of the fold that is about prompts that wait while a turn runs.

use super::Conversation;
use crate::{EventBody, QueuedPromptId, Timestamp};

/// A prompt that waits to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedPrompt {
    /// Its number among the session's queued prompts.
    pub id: QueuedPromptId,
    /// What was written.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

impl Conversation {
    pub(super) fn apply_queue(&mut self, body: &EventBody, at: Timestamp) {
        match body {
            EventBody::PromptQueued { prompt, text } => {
                self.last_queued = self.last_queued.max(prompt.0);
                self.queued.push(QueuedPrompt { id: *prompt, text: text.clone(), at });
            }
            // What comes first counts: the other finds nothing to take out.
            EventBody::PromptWithdrawn { prompt } | EventBody::PromptDelivered { prompt } => {
                self.queued.retain(|queued| queued.id != *prompt);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionEvent;

    fn queued(prompt: u64) -> EventBody {
        EventBody::PromptQueued { prompt: QueuedPromptId(prompt), text: format!("prompt {prompt}") }
    }

    #[test]
    fn a_prompt_waits_until_it_is_delivered_or_taken_back_and_its_number_is_never_used_again() {
        let (two, three) = (QueuedPromptId(2), QueuedPromptId(3));
        let bodies = [
            queued(1),
            queued(2),
            queued(3),
            EventBody::PromptWithdrawn { prompt: three },
            EventBody::PromptDelivered { prompt: two },
            EventBody::PromptWithdrawn { prompt: two },
        ];
        let mut conversation = Conversation::default();
        for (body, seq) in bodies.into_iter().zip(1..) {
            conversation.apply(&SessionEvent { seq, at: Timestamp::from_millis(7), body });
        }
        let text = "prompt 1".to_owned();
        assert_eq!(conversation.queued, [QueuedPrompt { id: QueuedPromptId(1), text, at: Timestamp::from_millis(7) }]);
        assert_eq!(conversation.last_queued, 3);
    }
}

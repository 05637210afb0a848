//! The part of the fold that is about what tools ask the user for while they run.

use super::Conversation;
use crate::{Elicitation, ElicitationId, EventBody};

impl Conversation {
    /// The question of that number, while it waits.
    pub fn elicitation(&self, id: ElicitationId) -> Option<&Elicitation> {
        self.elicitations.iter().find(|waiting| waiting.id == id)
    }

    pub(super) fn apply_elicitation(&mut self, body: &EventBody) {
        match body {
            EventBody::ElicitationRequested { elicitation, tool_call_id, server, message, wanted, expires_at } => {
                self.last_elicitation = self.last_elicitation.max(elicitation.0);
                self.elicitations.push(Elicitation {
                    id: *elicitation,
                    call: *tool_call_id,
                    server: server.clone(),
                    message: message.clone(),
                    wanted: wanted.clone(),
                    expires_at: *expires_at,
                });
            }
            EventBody::ElicitationResolved { elicitation, .. } => {
                self.elicitations.retain(|waiting| waiting.id != *elicitation);
            }
            // Nobody waits for the answer any more.
            EventBody::ToolResult { tool_call_id, .. } => {
                self.elicitations.retain(|waiting| waiting.call != *tool_call_id);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ElicitationAnswer, FormValues, SessionEvent, Timestamp, ToolCallId, ToolOutcome, Wanted};

    fn asked(elicitation: u64, call: u64) -> EventBody {
        EventBody::ElicitationRequested {
            elicitation: ElicitationId(elicitation),
            tool_call_id: ToolCallId(call),
            server: "github".into(),
            message: "Log in there".into(),
            wanted: Wanted::Url { url: "https://example.org".into() },
            expires_at: Timestamp::from_millis(300_000),
        }
    }

    fn waiting_after(bodies: Vec<EventBody>) -> Vec<u64> {
        let mut conversation = Conversation::default();
        for (body, seq) in bodies.into_iter().zip(1..) {
            conversation.apply(&SessionEvent { seq, at: Timestamp::from_millis(0), body });
        }
        assert_eq!(conversation.last_elicitation, 2);
        conversation.elicitations.iter().map(|waiting| waiting.id.0).collect()
    }

    #[test]
    fn a_question_waits_until_it_is_answered_or_its_call_has_a_result() {
        let answer = ElicitationAnswer::Accept { values: FormValues::new() };
        let answered = EventBody::ElicitationResolved { elicitation: ElicitationId(1), answer };
        let (tool_call_id, outcome) = (ToolCallId(7), ToolOutcome::interrupted());
        let result = EventBody::ToolResult { tool_call_id, outcome, execution_time_ms: 0 };
        assert_eq!(waiting_after(vec![asked(1, 7), asked(2, 8)]), [1, 2]);
        assert_eq!(waiting_after(vec![asked(1, 7), asked(2, 8), answered.clone(), answered]), [2]);
        assert_eq!(waiting_after(vec![asked(1, 7), asked(2, 8), result]), [2]);
    }

    #[test]
    fn question_and_answer_are_flat_in_the_log() {
        let text = r#"{"type":"elicitation.requested","elicitation":1,"tool_call_id":"tc_7","server":"github","message":"Log in there","mode":"url","url":"https://example.org","expires_at":"1970-01-01T00:05:00.000Z"}"#;
        assert_eq!(serde_json::to_string(&asked(1, 7)).unwrap(), text);
        assert_eq!(serde_json::from_str::<EventBody>(text).unwrap(), asked(1, 7));
        let text = r#"{"type":"elicitation.resolved","elicitation":1,"action":"accept","values":{"name":"Ada"}}"#;
        let answered: EventBody = serde_json::from_str(text).unwrap();
        assert!(
            matches!(&answered, EventBody::ElicitationResolved { answer: ElicitationAnswer::Accept { values }, .. }
            if values["name"] == "Ada")
        );
        assert_eq!(serde_json::to_string(&answered).unwrap(), text);
    }
}

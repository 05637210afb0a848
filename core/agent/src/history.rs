//! From a session's log to what the model is sent.

use atelier_llm::{ModelContent, ModelMessage};
use atelier_protocol::{ContentKind, Conversation, Message, Role, SessionId};
use atelier_store::{Store, StoreError};

use crate::recovery;

/// Where a turn finds again what it has sent: a request is not kept in memory for the case that it fails.
pub(crate) struct History {
    pub(crate) store: Store,
    pub(crate) session: SessionId,
}

impl History {
    /// The messages of a request for this provider and model, from the log as it stands.
    pub(crate) async fn messages(&self, provider: &str, model: &str) -> Result<Vec<ModelMessage>, StoreError> {
        Ok(messages_for(provider, model, &recovery::load(&self.store, self.session).await?))
    }
}

/// The conversation as the messages of a request for this provider and model: prompts and answers in order, neighbours of one
/// role in one message. Cut-off answers stay, so that the model knows what the reader has seen. Thinking goes back only
/// to the model that it came from, and only whole: vendors sign it, and the newer ones for that model alone.
pub(crate) fn messages_for(provider: &str, model: &str, conversation: &Conversation) -> Vec<ModelMessage> {
    let mut messages: Vec<ModelMessage> = Vec::new();
    for message in &conversation.messages {
        let own = message.provider == provider && message.model == model;
        let Some(content) = content_for(own, message) else { continue };
        match messages.last_mut() {
            Some(last) if last.role == message.role => last.content.push(content),
            _ => messages.push(ModelMessage { role: message.role, content: vec![content] }),
        }
    }
    messages
}

/// `own`: the message is from the model that is asked now.
fn content_for(own: bool, message: &Message) -> Option<ModelContent> {
    match message.content {
        ContentKind::Text if message.text.trim().is_empty() => None,
        ContentKind::Text => {
            let vendor = message.vendor.clone().filter(|_| own);
            Some(ModelContent::Text { text: message.text.clone(), vendor })
        }
        ContentKind::Thinking if message.role == Role::User || !own => None,
        ContentKind::Thinking => {
            let vendor = Some(message.vendor.clone().filter(|_| message.complete == Some(true))?);
            Some(ModelContent::Thinking { text: message.text.clone(), vendor })
        }
    }
}

#[cfg(test)]
mod tests {
    use atelier_protocol::{EventBody, MessageId, SessionEvent, Timestamp, TurnId};
    use serde_json::json;

    use super::*;

    /// Messages as (role, kind, text, whether it came whole, signature).
    fn conversation(messages: &[(Role, ContentKind, &str, bool, Option<&str>)]) -> Conversation {
        let turn = TurnId(1);
        let mut bodies = vec![EventBody::TurnStarted { turn, provider: "anthropic".into(), model: "m".into() }];
        for ((role, content, text, complete, signature), id) in messages.iter().zip(1..) {
            let message = MessageId(id);
            bodies.push(EventBody::MessageStarted { message, turn, role: *role, content: *content });
            bodies.push(EventBody::MessageDelta { message, text: (*text).to_owned() });
            let vendor = signature.map(|signature| json!({ "signature": signature }));
            bodies.push(EventBody::MessageFinished { message, complete: *complete, vendor });
        }
        let mut conversation = Conversation::default();
        for (body, seq) in bodies.into_iter().zip(1..) {
            conversation.apply(&SessionEvent { seq, at: Timestamp::from_millis(0), body });
        }
        conversation
    }

    #[test]
    fn a_cut_off_answer_is_sent_and_an_empty_one_is_not() {
        let conversation = conversation(&[
            (Role::User, ContentKind::Text, "one", true, None),
            (Role::Assistant, ContentKind::Text, "half an ans", false, None),
            (Role::User, ContentKind::Text, "two", true, None),
            (Role::Assistant, ContentKind::Text, "\n", false, None),
            (Role::User, ContentKind::Text, "three", true, None),
        ]);
        let messages = messages_for("anthropic", "m", &conversation);
        let roles: Vec<_> = messages.iter().map(|message| (message.role, message.content.len())).collect();
        assert_eq!(roles, [(Role::User, 1), (Role::Assistant, 1), (Role::User, 2)]);
    }

    #[test]
    fn thinking_goes_back_signed_and_whole_to_its_own_model_only() {
        let conversation = conversation(&[
            (Role::User, ContentKind::Text, "one", true, None),
            (Role::Assistant, ContentKind::Thinking, "hm", true, Some("sig")),
            (Role::Assistant, ContentKind::Thinking, "unsigned", true, None),
            (Role::Assistant, ContentKind::Thinking, "cut", false, Some("half")),
            (Role::Assistant, ContentKind::Text, "answer", true, None),
        ]);
        let own = messages_for("anthropic", "m", &conversation);
        assert_eq!(own[1].content.len(), 2);
        assert!(matches!(&own[1].content[0],
            ModelContent::Thinking { text, vendor: Some(vendor) } if text == "hm" && *vendor == json!({"signature": "sig"})));
        for (provider, model) in [("demo", "m"), ("anthropic", "another")] {
            assert_eq!(messages_for(provider, model, &conversation)[1].content.len(), 1, "{provider} {model}");
        }
    }
}

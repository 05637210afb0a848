//! From a session's log to what the model is sent.

use std::collections::BTreeSet;

use atelier_llm::{ModelContent, ModelMessage};
use atelier_protocol::{
    ContentKind, Conversation, Message, MessageId, Restoration, Role, SessionId, ToolCall, ToolOutcome, ToolStage,
};
use atelier_store::{Store, StoreError};

use crate::recovery;

/// How many files of what was undone are named.
const MAX_NAMED: usize = 50;

/// Where a turn finds again what it has sent: a request is not kept in memory for the case that it fails.
pub(crate) struct History {
    pub(crate) store: Store,
    pub(crate) session: SessionId,
}

impl History {
    /// The log as it stands.
    pub(crate) async fn load(&self) -> Result<Conversation, StoreError> {
        recovery::load(&self.store, self.session).await
    }

    /// The messages of a request for this provider and model, from the log as it stands.
    pub(crate) async fn messages(&self, provider: &str, model: &str) -> Result<Vec<ModelMessage>, StoreError> {
        Ok(messages_for(provider, model, &self.load().await?))
    }
}

/// The conversation as the messages of a request for this provider and model: prompts, answers, tool calls and their
/// results in order, neighbours of one role in one message. Cut-off answers stay, so that the model knows what the reader
/// has seen. Thinking goes back only to the model that it came from, and only whole: vendors sign it, and the newer ones
/// for that model alone. Every call gets a result, right after the answer it is part of: vendors refuse a conversation
/// without.
pub(crate) fn messages_for(provider: &str, model: &str, conversation: &Conversation) -> Vec<ModelMessage> {
    let asked = Asked { provider, model };
    let mut messages = Messages::default();
    let (from, last_call) = messages.push_summary(conversation);
    let mut calls = &conversation.calls[conversation.calls.partition_point(|call| call.id.0 <= last_call)..];
    messages.push_calls(asked, &mut calls, from);
    messages.push_restorations(&conversation.restorations, from);
    for message in conversation.messages.iter().filter(|message| message.id > from) {
        if let Some(content) = content_for(asked.is(&message.provider, &message.model), message) {
            messages.push(message.role, content);
        }
        messages.push_calls(asked, &mut calls, message.id);
        messages.push_restorations(&conversation.restorations, message.id);
    }
    messages.0
}

/// Who is asked now.
#[derive(Clone, Copy)]
struct Asked<'a> {
    provider: &'a str,
    model: &'a str,
}

impl Asked<'_> {
    /// Whether it is the one that something came from.
    fn is(self, provider: &str, model: &str) -> bool {
        self.provider == provider && self.model == model
    }
}

#[derive(Default)]
struct Messages(Vec<ModelMessage>);

impl Messages {
    fn push(&mut self, role: Role, content: ModelContent) {
        match self.0.last_mut() {
            Some(last) if last.role == role => last.content.push(content),
            _ => self.0.push(ModelMessage { role, content: vec![content] }),
        }
    }

    /// What the user undid right after this message.
    fn push_restorations(&mut self, restorations: &[Restoration], message: MessageId) {
        let here = restorations.iter().filter(|restoration| restoration.after == message);
        let paths: BTreeSet<_> = here.flat_map(|restoration| &restoration.restored).map(String::as_str).collect();
        if !paths.is_empty() {
            self.push(Role::User, ModelContent::Text { text: restored_note(&paths), vendor: None });
        }
    }

    /// What the model is told in place of the beginning, if that is summarised: the summary, and as they were written the
    /// prompts that led to the last of what it stands for. Returns the last message and call that it stands for.
    fn push_summary(&mut self, conversation: &Conversation) -> (MessageId, u64) {
        let Some(summary) = &conversation.summary else { return (MessageId(0), 0) };
        let covered = || conversation.messages.iter().filter(|message| message.id <= summary.up_to);
        let turn = covered().next_back().map(|message| message.turn);
        let text = format!("[What came before was summarised]\n\n{}\n\n[The user's last words in it]", summary.text);
        self.push(Role::User, ModelContent::text(text));
        for prompt in covered().filter(|message| message.role == Role::User && Some(message.turn) == turn) {
            self.push(Role::User, ModelContent::text(prompt.text.clone()));
        }
        (summary.up_to, summary.last_call)
    }

    /// What stands after this message of calls: for each answer its calls, and its results once it is over. `calls` are
    /// those that may still come, in order; what is over is taken from them, so that none is looked at for every message.
    fn push_calls(&mut self, asked: Asked<'_>, calls: &mut &[ToolCall], message: MessageId) {
        let end = |call: &ToolCall| call.answer_end.unwrap_or(call.after);
        while let Some(first) = calls.first().filter(|first| first.after <= message) {
            let (answer, later) = calls.split_at(calls.partition_point(|call| call.answer <= first.answer));
            for call in answer.iter().filter(|call| call.after == message) {
                self.push(Role::Assistant, tool_use(asked, call));
            }
            for call in answer.iter().filter(|call| end(call) == message) {
                self.push(Role::User, tool_result(call));
            }
            if answer.iter().any(|call| end(call) > message) {
                return;
            }
            *calls = later;
        }
    }
}

/// What the user undid, in words for the model: what it knows of these files no longer holds.
fn restored_note(paths: &BTreeSet<&str>) -> String {
    let named = paths.iter().take(MAX_NAMED).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let more = paths.len().saturating_sub(MAX_NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!(
        "[The user has undone your changes to {named}{more}. These files are again as they were before, or gone where \
         there were none; read them again before you rely on them.]"
    )
}

fn tool_use(asked: Asked<'_>, call: &ToolCall) -> ModelContent {
    let vendor = call.vendor.clone().filter(|_| asked.is(&call.provider, &call.model));
    // What is no object was refused when it came; vendors would refuse it again.
    let input = if call.params.is_object() { call.params.clone() } else { serde_json::json!({}) };
    ModelContent::ToolUse { id: call.vendor_id.clone(), name: call.tool.clone(), input, vendor }
}

fn tool_result(call: &ToolCall) -> ModelContent {
    let interrupted = ToolOutcome::interrupted();
    let outcome = match &call.stage {
        ToolStage::Settled(outcome) => outcome,
        _ => &interrupted,
    };
    ModelContent::ToolResult {
        tool_use_id: call.vendor_id.clone(),
        content: outcome.text_for_model(),
        is_error: !outcome.is_success(),
    }
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
    use atelier_protocol::{EventBody, SessionEvent, Timestamp, ToolCallId, TurnId};
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
    fn each_answers_calls_are_followed_by_their_results() {
        let turn = TurnId(1);
        let prompt = MessageId(1);
        let requested = |call: u64| EventBody::ToolRequested {
            tool_call_id: ToolCallId(call),
            turn,
            tool: "read_file".into(),
            params: json!({}),
            vendor_id: format!("toolu_{call}"),
            vendor: None,
        };
        let result = |call: u64| EventBody::ToolResult {
            tool_call_id: ToolCallId(call),
            outcome: ToolOutcome::timed_out(),
            execution_time_ms: 0,
        };
        let mut bodies = vec![EventBody::TurnStarted { turn, provider: "anthropic".into(), model: "m".into() }];
        bodies.push(EventBody::MessageStarted { message: prompt, turn, role: Role::User, content: ContentKind::Text });
        bodies.push(EventBody::MessageDelta { message: prompt, text: "Read".into() });
        bodies.push(EventBody::MessageFinished { message: prompt, complete: true, vendor: None });
        bodies.extend([requested(1), requested(2), result(1), result(2), requested(3), result(3), requested(4)]);
        let mut conversation = Conversation::default();
        for (body, seq) in bodies.into_iter().zip(1..) {
            conversation.apply(&SessionEvent { seq, at: Timestamp::from_millis(0), body });
        }
        let messages = messages_for("anthropic", "m", &conversation);
        let shape: Vec<_> = messages.iter().map(|message| (message.role, message.content.len())).collect();
        let (user, model) = (Role::User, Role::Assistant);
        assert_eq!(shape, [(user, 1), (model, 2), (user, 2), (model, 1), (user, 1), (model, 1), (user, 1)]);
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

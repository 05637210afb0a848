//! The Gemini `streamGenerateContent` stream.
//!
//! It has no blocks: every event is a piece of the answer with its parts, and a tool call is one part. A signature of
//! thinking comes on the part after it: on a tool call, or on an empty text after the text.

use serde_json::{Value as Json, json};

use super::{Block, Event, Format};

pub(super) struct Gemini {
    model: String,
    deltas: u64,
    thoughts: u64,
    open: Open,
    /// A signature that has not found its part yet.
    signature: Option<String>,
}

/// What is being sent.
#[derive(Default)]
enum Open {
    #[default]
    Text,
    Thought,
    Call {
        id: String,
        name: String,
        arguments: String,
    },
}

impl Gemini {
    pub(super) fn new(model: &str) -> Self {
        Self { model: model.to_owned(), deltas: 0, thoughts: 0, open: Open::default(), signature: None }
    }

    fn event(&self, candidate: &Json) -> Event {
        let usage = json!({
            "promptTokenCount": 20, "cachedContentTokenCount": 5, "candidatesTokenCount": self.deltas,
            "thoughtsTokenCount": self.thoughts, "totalTokenCount": 20 + self.deltas + self.thoughts,
        });
        let data = json!({
            "candidates": [candidate], "usageMetadata": usage, "modelVersion": self.model, "responseId": "fake",
        });
        Event { name: "", data }
    }

    fn part(&self, part: &Json) -> Event {
        self.event(&json!({"content": {"parts": [part], "role": "model"}, "index": 0}))
    }

    fn loose_signature(&mut self) -> Option<Event> {
        let signature = self.signature.take()?;
        Some(self.part(&json!({"text": "", "thoughtSignature": signature})))
    }
}

impl Format for Gemini {
    fn start(&mut self) -> Vec<Event> {
        vec![self.event(&json!({"content": {"role": "model"}, "index": 0}))]
    }

    fn open(&mut self, block: Block<'_>) -> Vec<Event> {
        self.open = match block {
            Block::Text => Open::Text,
            Block::Thinking(signature) | Block::Redacted(signature) => {
                self.signature = Some(signature.to_owned()).filter(|signature| !signature.is_empty());
                Open::Thought
            }
            Block::ToolUse(id, name) => {
                Open::Call { id: id.to_owned(), name: name.to_owned(), arguments: String::new() }
            }
        };
        Vec::new()
    }

    fn delta(&mut self, text: &str) -> Option<Event> {
        match &mut self.open {
            Open::Text => Some(self.part(&json!({"text": text}))),
            Open::Thought => Some(self.part(&json!({"text": text, "thought": true}))),
            Open::Call { arguments, .. } => {
                arguments.push_str(text);
                None
            }
        }
    }

    fn count(&mut self, deltas: u64) {
        match self.open {
            Open::Thought => self.thoughts += deltas,
            Open::Text | Open::Call { .. } => self.deltas += deltas,
        }
    }

    fn close(&mut self) -> Vec<Event> {
        match std::mem::take(&mut self.open) {
            Open::Text => self.loose_signature().into_iter().collect(),
            Open::Thought => Vec::new(),
            Open::Call { id, name, arguments } => {
                let arguments: Json = serde_json::from_str(&arguments).unwrap_or_else(|_| json!({}));
                let mut part = json!({"functionCall": {"name": name, "args": arguments}});
                // Older models name no call.
                if !id.is_empty() {
                    part["functionCall"]["id"] = id.into();
                }
                if let Some(signature) = self.signature.take() {
                    part["thoughtSignature"] = signature.into();
                }
                vec![self.part(&part)]
            }
        }
    }

    fn stop(&mut self, reason: &str) -> Vec<Event> {
        let reason = match reason {
            "end_turn" | "tool_use" | "stop_sequence" => "STOP".to_owned(),
            "refusal" => "SAFETY".to_owned(),
            other => other.to_ascii_uppercase(),
        };
        let mut events: Vec<Event> = self.loose_signature().into_iter().collect();
        events.push(self.event(&json!({"finishReason": reason, "index": 0})));
        events
    }
}

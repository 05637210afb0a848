//! The Anthropic Messages stream.

use serde_json::{Value as Json, json};

use super::{Block, Event, Format};

pub(super) struct Anthropic {
    model: String,
    blocks: u32,
    deltas: u64,
    open: Open,
}

/// The block that is being sent.
#[derive(Default)]
enum Open {
    #[default]
    Text,
    Thinking {
        signature: String,
    },
    ToolUse,
}

impl Anthropic {
    pub(super) fn new(model: &str) -> Self {
        Self { model: model.to_owned(), blocks: 0, deltas: 0, open: Open::default() }
    }

    fn index(&self) -> u32 {
        self.blocks.saturating_sub(1)
    }

    fn delta_event(&self, delta: &Json) -> Event {
        let data = json!({"type": "content_block_delta", "index": self.index(), "delta": delta});
        Event { name: "content_block_delta", data }
    }
}

impl Format for Anthropic {
    fn start(&mut self) -> Vec<Event> {
        let message = json!({
            "id": "msg_fake", "type": "message", "role": "assistant", "model": self.model, "content": [],
            "stop_reason": null, "stop_sequence": null,
            "usage": {
                "input_tokens": 12, "output_tokens": 1,
                "cache_creation_input_tokens": 3, "cache_read_input_tokens": 5,
            },
        });
        vec![
            Event { name: "message_start", data: json!({"type": "message_start", "message": message}) },
            Event { name: "ping", data: json!({"type": "ping"}) },
        ]
    }

    fn open(&mut self, block: Block<'_>) -> Vec<Event> {
        let (open, content) = match block {
            Block::Text => (Open::Text, json!({"type": "text", "text": ""})),
            Block::Thinking(signature) => (
                Open::Thinking { signature: signature.to_owned() },
                json!({"type": "thinking", "thinking": "", "signature": ""}),
            ),
            Block::Redacted(data) => (Open::Text, json!({"type": "redacted_thinking", "data": data})),
            Block::ToolUse(id, name) => {
                (Open::ToolUse, json!({"type": "tool_use", "id": id, "name": name, "input": {}}))
            }
        };
        self.open = open;
        self.blocks += 1;
        let data = json!({"type": "content_block_start", "index": self.index(), "content_block": content});
        vec![Event { name: "content_block_start", data }]
    }

    fn delta(&mut self, text: &str) -> Option<Event> {
        Some(self.delta_event(&match self.open {
            Open::Text => json!({"type": "text_delta", "text": text}),
            Open::Thinking { .. } => json!({"type": "thinking_delta", "thinking": text}),
            Open::ToolUse => json!({"type": "input_json_delta", "partial_json": text}),
        }))
    }

    fn count(&mut self, deltas: u64) {
        self.deltas += deltas;
    }

    fn close(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if let Open::Thinking { signature } = std::mem::take(&mut self.open)
            && !signature.is_empty()
        {
            self.deltas += 1;
            events.push(self.delta_event(&json!({"type": "signature_delta", "signature": signature})));
        }
        let data = json!({"type": "content_block_stop", "index": self.index()});
        events.push(Event { name: "content_block_stop", data });
        events
    }

    fn stop(&mut self, reason: &str) -> Vec<Event> {
        let delta = json!({
            "type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null},
            "usage": {"output_tokens": self.deltas},
        });
        vec![
            Event { name: "message_delta", data: delta },
            Event { name: "message_stop", data: json!({"type": "message_stop"}) },
        ]
    }
}

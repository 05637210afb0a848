//! The stream of OpenAI's Responses API.

use serde_json::{Value as Json, json};

use super::{Block, Event, Format};

pub(super) struct Responses {
    model: String,
    items: u32,
    sequence: u32,
    deltas: u64,
    thoughts: u64,
    open: Open,
}

/// The item that is being sent, and its text so far.
#[derive(Default)]
struct Open {
    kind: Kind,
    text: String,
}

#[derive(Default)]
enum Kind {
    #[default]
    Message,
    Reasoning {
        secret: String,
    },
    Call {
        id: String,
        name: String,
    },
}

impl Responses {
    pub(super) fn new(model: &str) -> Self {
        Self { model: model.to_owned(), items: 0, sequence: 0, deltas: 0, thoughts: 0, open: Open::default() }
    }

    fn index(&self) -> u32 {
        self.items.saturating_sub(1)
    }

    /// An event with its kind and number put in.
    fn event(&mut self, name: &'static str, mut data: Json) -> Event {
        data["type"] = name.into();
        data["sequence_number"] = self.sequence.into();
        self.sequence += 1;
        Event { name, data }
    }

    fn item_event(&mut self, name: &'static str, mut data: Json) -> Event {
        data["output_index"] = self.index().into();
        self.event(name, data)
    }

    fn response(&self, status: &str, usage: &Json, details: &Json) -> Json {
        json!({"response": {
            "id": "resp_fake", "object": "response", "created_at": 1_767_603_600, "status": status, "error": null,
            "incomplete_details": details, "instructions": null, "metadata": {}, "model": self.model, "output": [],
            "parallel_tool_calls": true, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0,
            "usage": usage,
        }})
    }

    fn item_id(&self) -> String {
        let kind = match self.open.kind {
            Kind::Message => "msg",
            Kind::Reasoning { .. } => "rs",
            Kind::Call { .. } => "fc",
        };
        format!("{kind}_{}", self.index())
    }

    fn item(&self, status: &str) -> Json {
        let (item_id, text) = (self.item_id(), &self.open.text);
        match &self.open.kind {
            Kind::Message => {
                let part = json!({"type": "output_text", "text": text, "annotations": []});
                let content = if status == "completed" { json!([part]) } else { json!([]) };
                json!({
                    "id": item_id, "type": "message", "status": status, "role": "assistant",
                    "content": content,
                })
            }
            Kind::Reasoning { secret } => {
                let part = json!({"type": "summary_text", "text": text});
                let summary = if text.is_empty() { json!([]) } else { json!([part]) };
                let secret = if secret.is_empty() { Json::Null } else { secret.as_str().into() };
                json!({
                    "id": item_id, "type": "reasoning", "summary": summary, "encrypted_content": secret,
                })
            }
            Kind::Call { id, name } => json!({
                "id": item_id, "type": "function_call", "status": status, "arguments": text,
                "call_id": id, "name": name,
            }),
        }
    }
}

impl Format for Responses {
    fn start(&mut self) -> Vec<Event> {
        let response = self.response("in_progress", &Json::Null, &Json::Null);
        vec![self.event("response.created", response.clone()), self.event("response.in_progress", response)]
    }

    fn open(&mut self, block: Block<'_>) -> Vec<Event> {
        let kind = match block {
            Block::Text => Kind::Message,
            Block::Thinking(secret) | Block::Redacted(secret) => Kind::Reasoning { secret: secret.to_owned() },
            Block::ToolUse(id, name) => Kind::Call { id: id.to_owned(), name: name.to_owned() },
        };
        self.open = Open { kind, text: String::new() };
        self.items += 1;
        let item = self.item("in_progress");
        let mut events = vec![self.item_event("response.output_item.added", json!({"item": item}))];
        match self.open.kind {
            Kind::Message => {
                let part = json!({"type": "output_text", "text": "", "annotations": []});
                let added = json!({"item_id": item["id"], "content_index": 0, "part": part});
                events.push(self.item_event("response.content_part.added", added));
            }
            Kind::Reasoning { .. } => {
                let part = json!({"type": "summary_text", "text": ""});
                let added = json!({"item_id": item["id"], "summary_index": 0, "part": part});
                events.push(self.item_event("response.reasoning_summary_part.added", added));
            }
            Kind::Call { .. } => {}
        }
        events
    }

    fn delta(&mut self, text: &str) -> Option<Event> {
        self.open.text.push_str(text);
        let id = self.item_id();
        Some(match self.open.kind {
            Kind::Message => {
                let data = json!({"item_id": id, "content_index": 0, "delta": text, "logprobs": []});
                self.item_event("response.output_text.delta", data)
            }
            Kind::Reasoning { .. } => {
                let data = json!({"item_id": id, "summary_index": 0, "delta": text});
                self.item_event("response.reasoning_summary_text.delta", data)
            }
            Kind::Call { .. } => {
                self.item_event("response.function_call_arguments.delta", json!({"item_id": id, "delta": text}))
            }
        })
    }

    fn count(&mut self, deltas: u64) {
        self.deltas += deltas;
        if let Kind::Reasoning { .. } = self.open.kind {
            self.thoughts += deltas;
        }
    }

    fn close(&mut self) -> Vec<Event> {
        let item = self.item("completed");
        let (id, text) = (item["id"].clone(), self.open.text.clone());
        let done = match self.open.kind {
            Kind::Message => self.item_event(
                "response.output_text.done",
                json!({"item_id": id, "content_index": 0, "text": text, "logprobs": []}),
            ),
            Kind::Reasoning { .. } => self.item_event(
                "response.reasoning_summary_text.done",
                json!({"item_id": id, "summary_index": 0, "text": text}),
            ),
            Kind::Call { .. } => {
                let done = json!({"item_id": id, "name": item["name"], "arguments": text});
                self.item_event("response.function_call_arguments.done", done)
            }
        };
        vec![done, self.item_event("response.output_item.done", json!({"item": item}))]
    }

    fn stop(&mut self, reason: &str) -> Vec<Event> {
        let usage = json!({
            "input_tokens": 20, "input_tokens_details": {"cached_tokens": 5, "cache_write_tokens": 3},
            "output_tokens": self.deltas, "output_tokens_details": {"reasoning_tokens": self.thoughts},
            "total_tokens": 20 + self.deltas,
        });
        let (status, details) = match reason {
            "end_turn" | "tool_use" | "stop_sequence" => ("completed", Json::Null),
            "max_tokens" => ("incomplete", json!({"reason": "max_output_tokens"})),
            "refusal" => ("incomplete", json!({"reason": "content_filter"})),
            other => ("incomplete", json!({"reason": other})),
        };
        let name = if status == "completed" { "response.completed" } else { "response.incomplete" };
        let response = self.response(status, &usage, &details);
        vec![self.event(name, response)]
    }
}

//! The Chat Completions stream of OpenAI and its imitators.
//!
//! It has no blocks: every chunk holds a delta. Thinking is sent in `reasoning_content`, as imitators do; the format
//! has nothing for its signature, nor for secret thinking.

use serde_json::{Value as Json, json};

use super::{Block, Event, Format};

pub(super) struct Chat {
    model: String,
    calls: u32,
    deltas: u64,
    thoughts: u64,
    open: Open,
}

/// What is being sent.
#[derive(Default)]
enum Open {
    #[default]
    Text,
    Thought,
    Call,
}

impl Chat {
    pub(super) fn new(model: &str) -> Self {
        Self { model: model.to_owned(), calls: 0, deltas: 0, thoughts: 0, open: Open::default() }
    }

    fn chunk(&self, choices: &Json, usage: &Json) -> Event {
        let data = json!({
            "id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1_767_603_600, "model": self.model,
            "system_fingerprint": "fp_fake", "choices": choices, "usage": usage,
        });
        Event { name: "", data }
    }

    fn delta_chunk(&self, delta: &Json) -> Event {
        let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": null});
        self.chunk(&json!([choice]), &Json::Null)
    }

    fn call_index(&self) -> u32 {
        self.calls.saturating_sub(1)
    }
}

impl Format for Chat {
    fn start(&mut self) -> Vec<Event> {
        vec![self.delta_chunk(&json!({"role": "assistant", "content": "", "refusal": null}))]
    }

    fn open(&mut self, block: Block<'_>) -> Vec<Event> {
        match block {
            Block::Text => self.open = Open::Text,
            Block::Thinking(_) | Block::Redacted(_) => self.open = Open::Thought,
            Block::ToolUse(id, name) => {
                self.open = Open::Call;
                self.calls += 1;
                let function = json!({"name": name, "arguments": ""});
                let call = json!({"index": self.call_index(), "id": id, "type": "function", "function": function});
                return vec![self.delta_chunk(&json!({"tool_calls": [call]}))];
            }
        }
        Vec::new()
    }

    fn delta(&mut self, text: &str) -> Option<Event> {
        Some(self.delta_chunk(&match self.open {
            Open::Text => json!({"content": text}),
            Open::Thought => json!({"reasoning_content": text}),
            Open::Call => json!({"tool_calls": [{"index": self.call_index(), "function": {"arguments": text}}]}),
        }))
    }

    fn count(&mut self, deltas: u64) {
        self.deltas += deltas;
        if let Open::Thought = self.open {
            self.thoughts += deltas;
        }
    }

    fn close(&mut self) -> Vec<Event> {
        Vec::new()
    }

    fn stop(&mut self, reason: &str) -> Vec<Event> {
        let reason = match reason {
            "end_turn" | "stop_sequence" => "stop",
            "max_tokens" => "length",
            "tool_use" => "tool_calls",
            "refusal" => "content_filter",
            other => other,
        };
        let choice = json!({"index": 0, "delta": {}, "logprobs": null, "finish_reason": reason});
        let usage = json!({
            "prompt_tokens": 20, "prompt_tokens_details": {"cached_tokens": 5, "cache_write_tokens": 3},
            "completion_tokens": self.deltas, "completion_tokens_details": {"reasoning_tokens": self.thoughts},
            "total_tokens": 20 + self.deltas,
        });
        let done = Event { name: "", data: "[DONE]".into() };
        vec![self.chunk(&json!([choice]), &Json::Null), self.chunk(&json!([]), &usage), done]
    }
}

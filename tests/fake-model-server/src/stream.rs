//! Plays the steps of a script as an Anthropic event stream.

use std::{io::Write as _, time::Duration};

use serde_json::{Value as Json, json};
use tokio::{io::AsyncWrite, time::sleep};

use crate::{
    Step,
    body::{Body, Stop},
    record::State,
};

/// Generated deltas are sent in pieces of about this size, as fast as the client reads.
const BATCH: usize = 32 << 10;

/// Plays steps into a body.
pub(crate) struct Player<'a, 'b, W> {
    body: &'a mut Body<'b, W>,
    state: &'a State,
    model: &'a str,
    blocks: u32,
    deltas: u64,
}

impl<'a, 'b, W: AsyncWrite + Unpin> Player<'a, 'b, W> {
    pub(crate) fn new(body: &'a mut Body<'b, W>, state: &'a State, model: &'a str) -> Self {
        Self { body, state, model, blocks: 0, deltas: 0 }
    }

    pub(crate) async fn play(mut self, steps: &[Step]) -> Result<(), Stop> {
        for step in steps {
            self.step(step).await?;
        }
        self.body.flush().await
    }

    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        match step {
            Step::Start => self.start().await,
            Step::Text(deltas) => self.block(&json!({"type": "text", "text": ""}), deltas, text_delta).await,
            Step::Thinking(deltas, signature) => self.thinking(deltas, signature).await,
            Step::RedactedThinking(data) => {
                self.block(&json!({"type": "redacted_thinking", "data": data}), &[], text_delta).await
            }
            Step::ToolUse(id, name, pieces) => {
                let block = json!({"type": "tool_use", "id": id, "name": name, "input": {}});
                self.block(&block, pieces, |json| json!({"type": "input_json_delta", "partial_json": json})).await
            }
            Step::Deltas { count, text } => self.generate(*count, text).await,
            Step::Stop(reason) => self.stop(reason).await,
            Step::Event(name, data) => self.event(name, data).await,
            Step::Raw(text) => self.raw(text.as_bytes()).await,
            Step::Bytes(bytes) => self.raw(bytes).await,
            Step::PauseMs(millis) => {
                self.body.flush().await?;
                sleep(Duration::from_millis(*millis)).await;
                Ok(())
            }
            Step::Stall => {
                self.body.flush().await?;
                stall(self.state).await;
                Ok(())
            }
            Step::Close => self.body.flush().await.and(Err(Stop::Close)),
            Step::Reset => self.body.flush().await.and(Err(Stop::Reset)),
        }
    }

    async fn start(&mut self) -> Result<(), Stop> {
        let message = json!({
            "id": "msg_fake", "type": "message", "role": "assistant", "model": self.model, "content": [],
            "stop_reason": null, "stop_sequence": null,
            "usage": {
                "input_tokens": 12, "output_tokens": 1,
                "cache_creation_input_tokens": 3, "cache_read_input_tokens": 5,
            },
        });
        self.event("message_start", &json!({"type": "message_start", "message": message})).await?;
        self.event("ping", &json!({"type": "ping"})).await
    }

    async fn block(&mut self, block: &Json, deltas: &[String], delta: fn(&str) -> Json) -> Result<(), Stop> {
        let index = self.open(block).await?;
        for text in deltas {
            self.delta(index, &delta(text)).await?;
        }
        self.close(index).await
    }

    async fn thinking(&mut self, deltas: &[String], signature: &str) -> Result<(), Stop> {
        let index = self.open(&json!({"type": "thinking", "thinking": "", "signature": ""})).await?;
        for text in deltas {
            self.delta(index, &json!({"type": "thinking_delta", "thinking": text})).await?;
        }
        if !signature.is_empty() {
            self.delta(index, &json!({"type": "signature_delta", "signature": signature})).await?;
        }
        self.close(index).await
    }

    async fn generate(&mut self, count: u64, text: &str) -> Result<(), Stop> {
        let index = self.open(&json!({"type": "text", "text": ""})).await?;
        let event = |text: &str| {
            let data = json!({"type": "content_block_delta", "index": index, "delta": text_delta(text)});
            format!("event: content_block_delta\ndata: {data}\n\n")
        };
        let template = event(text);
        let parts: Vec<&str> = template.split("{n}").collect();
        for number in 1..=count {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    write!(self.body.pending(), "{number}")?;
                }
                self.body.pending().extend_from_slice(part.as_bytes());
            }
            if self.body.pending().len() >= BATCH {
                self.body.send().await?;
            }
        }
        self.deltas += count;
        self.body.send().await?;
        self.close(index).await
    }

    async fn stop(&mut self, reason: &str) -> Result<(), Stop> {
        let delta = json!({
            "type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null},
            "usage": {"output_tokens": self.deltas},
        });
        self.event("message_delta", &delta).await?;
        self.event("message_stop", &json!({"type": "message_stop"})).await
    }

    async fn open(&mut self, block: &Json) -> Result<u32, Stop> {
        let index = self.blocks;
        self.blocks += 1;
        let data = json!({"type": "content_block_start", "index": index, "content_block": block});
        self.event("content_block_start", &data).await?;
        Ok(index)
    }

    async fn delta(&mut self, index: u32, delta: &Json) -> Result<(), Stop> {
        self.deltas += 1;
        let data = json!({"type": "content_block_delta", "index": index, "delta": delta});
        self.event("content_block_delta", &data).await
    }

    async fn close(&mut self, index: u32) -> Result<(), Stop> {
        self.event("content_block_stop", &json!({"type": "content_block_stop", "index": index})).await
    }

    async fn event(&mut self, name: &str, data: &Json) -> Result<(), Stop> {
        let pending = self.body.pending();
        if !name.is_empty() {
            writeln!(pending, "event: {name}")?;
        }
        write!(pending, "data: {data}\n\n")?;
        self.body.send().await
    }

    async fn raw(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.body.pending().extend_from_slice(bytes);
        self.body.send().await
    }
}

/// Waits for a release and uses it up.
pub(crate) async fn stall(state: &State) {
    // An error would mean that the semaphore was closed, which it never is.
    if let Ok(permit) = state.releases.acquire().await {
        permit.forget();
    }
}

fn text_delta(text: &str) -> Json {
    json!({"type": "text_delta", "text": text})
}

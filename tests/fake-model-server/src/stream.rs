//! Plays the steps of a script as an event stream, in the format that was asked for.

use std::{io::Write as _, time::Duration};

use serde_json::Value as Json;
use tokio::{io::AsyncWrite, time::sleep};

use crate::{
    Step,
    body::{Body, Stop},
    format::{Block, Event, Format},
    record::State,
};

/// Generated deltas are sent in pieces of about this size, as fast as the client reads.
const BATCH: usize = 32 << 10;

/// Plays steps into a body.
pub(crate) struct Player<'a, 'b, W> {
    body: &'a mut Body<'b, W>,
    state: &'a State,
    format: Box<dyn Format>,
}

impl<'a, 'b, W: AsyncWrite + Unpin> Player<'a, 'b, W> {
    pub(crate) fn new(body: &'a mut Body<'b, W>, state: &'a State, format: Box<dyn Format>) -> Self {
        Self { body, state, format }
    }

    pub(crate) async fn play(mut self, steps: &[Step]) -> Result<(), Stop> {
        for step in steps {
            self.step(step).await?;
        }
        self.body.flush().await
    }

    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        match step {
            Step::Start => {
                let events = self.format.start();
                self.events(events).await
            }
            Step::Text(deltas) => self.block(Block::Text, deltas).await,
            Step::Thinking(deltas, signature) => self.block(Block::Thinking(signature), deltas).await,
            Step::RedactedThinking(data) => self.block(Block::Redacted(data), &[]).await,
            Step::ToolUse(id, name, pieces) => self.block(Block::ToolUse(id, name), pieces).await,
            Step::Deltas { count, text } => self.generate(*count, text).await,
            Step::Stop(reason) => {
                let events = self.format.stop(reason);
                self.events(events).await
            }
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

    async fn block(&mut self, block: Block<'_>, deltas: &[String]) -> Result<(), Stop> {
        let opening = self.format.open(block);
        self.events(opening).await?;
        for text in deltas {
            self.format.count(1);
            let event = self.format.delta(text);
            self.events(event).await?;
        }
        let closing = self.format.close();
        self.events(closing).await
    }

    async fn generate(&mut self, count: u64, text: &str) -> Result<(), Stop> {
        let opening = self.format.open(Block::Text);
        self.events(opening).await?;
        let mut template = Vec::new();
        if let Some(event) = self.format.delta(text) {
            write_event(&mut template, event.name, &event.data)?;
        }
        let template = String::from_utf8_lossy(&template);
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
        self.format.count(count);
        self.body.send().await?;
        let closing = self.format.close();
        self.events(closing).await
    }

    async fn events(&mut self, events: impl IntoIterator<Item = Event>) -> Result<(), Stop> {
        for event in events {
            self.event(event.name, &event.data).await?;
        }
        Ok(())
    }

    async fn event(&mut self, name: &str, data: &Json) -> Result<(), Stop> {
        write_event(self.body.pending(), name, data)?;
        self.body.send().await
    }

    async fn raw(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.body.pending().extend_from_slice(bytes);
        self.body.send().await
    }
}

fn write_event(pending: &mut Vec<u8>, name: &str, data: &Json) -> Result<(), Stop> {
    if !name.is_empty() {
        writeln!(pending, "event: {name}")?;
    }
    match data {
        // What is no JSON, such as `[DONE]`.
        Json::String(text) => write!(pending, "data: {text}\n\n")?,
        data => write!(pending, "data: {data}\n\n")?,
    }
    Ok(())
}

/// Waits for a release and uses it up.
pub(crate) async fn stall(state: &State) {
    // An error would mean that the semaphore was closed, which it never is.
    if let Ok(permit) = state.releases.acquire().await {
        permit.forget();
    }
}

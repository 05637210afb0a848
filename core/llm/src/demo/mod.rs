//! The built-in demo: answers without a network and without a model, and says so.

mod script;

use std::time::Duration;

use async_trait::async_trait;
use atelier_protocol::StopReason;
use tokio::time::{Instant, sleep_until};

use self::script::Scene;
use crate::{
    BlockKind, ModelEvent, ModelRequest, ModelStream, Provider, ProviderError, arrivals::Arrivals, stream::EventSource,
};

/// Streams a short tour of Atelier, one stop a prompt. It understands nothing but `help` and does no work.
#[derive(Debug, Clone, Copy, Default)]
pub struct Demo {
    pace: Pace,
}

/// How fast the demo writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Before its first word.
    pub start: Duration,
    /// Between two words.
    pub word: Duration,
}

impl Pace {
    /// Everything at once, for tests.
    pub const NONE: Self = Self { start: Duration::ZERO, word: Duration::ZERO };
}

impl Default for Pace {
    /// About as fast as a quick model: 40 words a second.
    fn default() -> Self {
        Self { start: Duration::from_millis(300), word: Duration::from_millis(25) }
    }
}

impl Demo {
    /// The name of the demo, and of its only model.
    pub const NAME: &'static str = "demo";

    /// A demo that writes at this pace.
    pub fn new(pace: Pace) -> Self {
        Self { pace }
    }
}

#[async_trait]
impl Provider for Demo {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    async fn stream(&self, request: ModelRequest) -> Result<ModelStream, ProviderError> {
        let scene = script::scene(&request.messages);
        Ok(ModelStream::new(Performance { pace: self.pace, events: events(scene), next: 0, due: None }))
    }
}

/// A scene as it is streamed.
struct Performance {
    pace: Pace,
    events: Vec<ModelEvent>,
    next: usize,
    /// When the next event is due; set when its wait begins, so that a wait that is given up and taken up again
    /// does not begin anew.
    due: Option<Instant>,
}

#[async_trait]
impl EventSource for Performance {
    async fn fill(&mut self, arrivals: &mut Arrivals) -> Result<bool, ProviderError> {
        let Some(event) = self.events.get(self.next) else {
            return Ok(false);
        };
        let wait = match event {
            ModelEvent::TextDelta { .. } | ModelEvent::ThinkingDelta { .. } => self.pace.word,
            ModelEvent::Started { .. } => self.pace.start,
            _ => Duration::ZERO,
        };
        if !wait.is_zero() {
            let due = *self.due.get_or_insert_with(|| Instant::now() + wait);
            sleep_until(due).await;
            self.due = None;
        }
        arrivals.push(event.clone());
        self.next += 1;
        Ok(self.next < self.events.len())
    }
}

fn events(scene: Scene) -> Vec<ModelEvent> {
    let mut events = vec![ModelEvent::Started { model: Demo::NAME.to_owned() }];
    events.push(ModelEvent::BlockStarted { index: 0, block: BlockKind::Thinking });
    events.extend(words(scene.thought).map(|text| ModelEvent::ThinkingDelta { index: 0, text }));
    events.push(ModelEvent::BlockFinished { index: 0, vendor: None });
    events.push(ModelEvent::BlockStarted { index: 1, block: BlockKind::Text });
    events.extend(words(scene.says).map(|text| ModelEvent::TextDelta { index: 1, text }));
    events.push(ModelEvent::BlockFinished { index: 1, vendor: None });
    events.push(ModelEvent::Finished { stop_reason: Some(StopReason::EndTurn) });
    events
}

/// The text in words, each with the white space that follows it.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_inclusive([' ', '\n']).map(str::to_owned)
}

//! An answer as a whole.

use atelier_protocol::{Json, StopReason, Usage};

use crate::{BlockKind, ModelContent, ModelEvent, ModelStream, ProviderError};

/// All of an answer, in the form in which it goes back with the next request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The model that answered, as the vendor names it.
    pub model: String,
    /// What it said, thought and asked for, in the order in which it began to. The arguments of a tool call that are no
    /// JSON (the answer was cut off) are their text.
    pub content: Vec<ModelContent>,
    /// What the request consumed.
    pub usage: Usage,
    /// Why the model stopped, where the vendor says so.
    pub stop_reason: Option<StopReason>,
}

/// A block while it comes in.
struct Block {
    index: u32,
    kind: BlockKind,
    text: String,
    vendor: Option<Json>,
}

impl Answer {
    /// The answer that the stream yields. Nothing of one that breaks off is kept.
    pub async fn of(mut stream: ModelStream) -> Result<Self, ProviderError> {
        let (mut answer, mut blocks) = (Self::default(), Vec::new());
        while let Some(event) = stream.next().await {
            answer.apply(event?, &mut blocks);
        }
        answer.content = blocks.into_iter().map(Block::content).collect();
        Ok(answer)
    }

    /// The text, thinking left out.
    pub fn text(&self) -> String {
        let text = |content: &ModelContent| match content {
            ModelContent::Text { text, .. } => Some(text.clone()),
            _ => None,
        };
        self.content.iter().filter_map(text).collect()
    }

    fn apply(&mut self, event: ModelEvent, blocks: &mut Vec<Block>) {
        match event {
            ModelEvent::Started { model } => self.model = model,
            ModelEvent::BlockStarted { index, block } => {
                blocks.push(Block { index, kind: block, text: String::new(), vendor: None });
            }
            ModelEvent::TextDelta { index, text }
            | ModelEvent::ThinkingDelta { index, text }
            | ModelEvent::ToolInputDelta { index, partial_json: text } => {
                with(blocks, index, |block| block.text.push_str(&text));
            }
            ModelEvent::BlockFinished { index, vendor } => with(blocks, index, |block| block.vendor = vendor),
            ModelEvent::Usage(usage) => self.usage.update(usage),
            ModelEvent::Finished { stop_reason } => self.stop_reason = stop_reason,
        }
    }
}

fn with(blocks: &mut [Block], index: u32, change: impl FnOnce(&mut Block)) {
    if let Some(block) = blocks.iter_mut().rev().find(|block| block.index == index) {
        change(block);
    }
}

impl Block {
    fn content(self) -> ModelContent {
        let Self { kind, text, vendor, .. } = self;
        match kind {
            BlockKind::Text => ModelContent::Text { text, vendor },
            BlockKind::Thinking => ModelContent::Thinking { text, vendor },
            BlockKind::ToolUse { id, name } => ModelContent::ToolUse { id, name, input: arguments(text), vendor },
        }
    }
}

fn arguments(text: String) -> Json {
    if text.trim().is_empty() {
        return Json::Object(serde_json::Map::new());
    }
    serde_json::from_str(&text).unwrap_or(Json::String(text))
}

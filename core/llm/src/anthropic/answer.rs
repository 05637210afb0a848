//! Reads the event stream of an answer.

use atelier_protocol::{Json, StopReason};

use super::{
    complaint,
    request::VendorData,
    wire::{Block, Delta, ErrorBody, Event, Kind, Message, Outline, TextEvent},
};
use crate::{
    BlockKind, ModelEvent,
    arrivals::Arrivals,
    http::{AnswerReader, Complaint, Unreadable},
    sse::SseEvent,
};

/// The longest unknown stop reason that is kept, in characters.
const MAX_REASON: usize = 64;

/// What has been read of an answer.
#[derive(Default)]
pub(super) struct Answer {
    started: bool,
    /// The blocks that have started and not stopped; there is rarely more than one.
    open: Vec<(u32, OpenBlock)>,
    stop_reason: Option<StopReason>,
}

enum OpenBlock {
    Text,
    Thinking {
        signature: String,
    },
    Redacted {
        data: String,
    },
    ToolUse,
    /// A kind of block that this version does not know; it is passed over as a whole.
    Unknown,
}

impl OpenBlock {
    fn vendor_data(self) -> Option<Json> {
        match self {
            Self::Thinking { signature } if !signature.is_empty() => Some(VendorData::Thinking { signature }.to_json()),
            Self::Redacted { data } => Some(VendorData::RedactedThinking { data }.to_json()),
            Self::Text | Self::Thinking { .. } | Self::ToolUse | Self::Unknown => None,
        }
    }
}

impl AnswerReader for Answer {
    fn read(&mut self, event: &SseEvent<'_>, arrivals: &mut Arrivals) -> Result<bool, Unreadable> {
        if event.name == DELTA.as_bytes() && self.read_text(event.data, arrivals) {
            return Ok(false);
        }
        if event.data == b"[DONE]" {
            return Ok(false);
        }
        match serde_json::from_slice::<Event<'_>>(event.data) {
            Ok(parsed) if parsed.kind.is_empty() => {
                let kind = String::from_utf8_lossy(event.name);
                self.take(Event { kind, ..parsed }, arrivals)
            }
            Ok(parsed) => self.take(parsed, arrivals),
            Err(error) => self.pass_over(event, &error).map(|()| false),
        }
    }
}

impl Answer {
    /// Reads an event that is a piece of text for a block that is open, as nearly all are. False: it is something else,
    /// and nothing happened.
    fn read_text(&self, data: &[u8], arrivals: &mut Arrivals) -> bool {
        let Ok(TextEvent { kind: DELTA, index, delta }) = serde_json::from_slice(data) else {
            return false;
        };
        let block = self.open.iter().find(|(open, _)| *open == index).map(|(_, block)| block);
        match (delta.kind, block) {
            ("text_delta", Some(OpenBlock::Text)) => arrivals.push_text(index, &delta.text.0),
            ("thinking_delta", Some(OpenBlock::Thinking { .. })) => arrivals.push_thinking(index, &delta.text.0),
            _ => return false,
        }
        true
    }

    fn take(&mut self, event: Event<'_>, arrivals: &mut Arrivals) -> Result<bool, Unreadable> {
        match &*event.kind {
            DELTA => self.delta(required(event.index)?, required(event.delta)?, arrivals)?,
            "content_block_start" => {
                self.start_block(required(event.index)?, required(event.content_block)?, arrivals)?;
            }
            "content_block_stop" => self.stop_block(required(event.index)?, arrivals)?,
            "message_start" => self.start(required(event.message)?, arrivals)?,
            "message_delta" => {
                let reason = event.delta.and_then(|delta| delta.stop_reason);
                self.stop_reason = reason.map(|reason| stop_reason(&reason.0)).or(self.stop_reason.take());
                arrivals.extend(event.usage.map(|usage| ModelEvent::Usage(usage.into())));
            }
            "message_stop" => {
                self.finish(arrivals)?;
                return Ok(true);
            }
            "error" => return Err(Unreadable::Complaint(complaint(&ErrorBody { error: event.error }))),
            "" if event.error.is_some() => {
                return Err(Unreadable::Complaint(complaint(&ErrorBody { error: event.error })));
            }
            // `ping`, and what may come one day.
            _ => {}
        }
        Ok(false)
    }

    fn start(&mut self, message: Message<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        if std::mem::replace(&mut self.started, true) {
            return Err(malformed("the answer starts twice"));
        }
        arrivals
            .push(ModelEvent::Started { model: message.model.map(|model| model.0.into_owned()).unwrap_or_default() });
        arrivals.extend(message.usage.map(|usage| ModelEvent::Usage(usage.into())));
        Ok(())
    }

    fn start_block(&mut self, index: u32, block: Block<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        if !self.started {
            return Err(malformed("a block starts before the answer"));
        }
        if self.open.iter().any(|(open, _)| *open == index) {
            return Err(malformed("a block starts twice"));
        }
        match &*block.kind {
            "text" => {
                self.open_block(index, OpenBlock::Text, BlockKind::Text, arrivals);
                arrivals.push_text(index, block.text.as_ref().map_or("", |text| &text.0));
            }
            "thinking" => {
                let signature = block.signature.map(|signature| signature.0.into_owned()).unwrap_or_default();
                self.open_block(index, OpenBlock::Thinking { signature }, BlockKind::Thinking, arrivals);
                arrivals.push_thinking(index, block.thinking.as_ref().map_or("", |text| &text.0));
            }
            "redacted_thinking" => {
                let data = required(block.data)?.0.into_owned();
                self.open_block(index, OpenBlock::Redacted { data }, BlockKind::Thinking, arrivals);
            }
            "tool_use" => {
                let (id, name) = (required(block.id)?.0.into_owned(), required(block.name)?.0.into_owned());
                self.open_block(index, OpenBlock::ToolUse, BlockKind::ToolUse { id, name }, arrivals);
                arrivals.push_tool_input(index, &whole_input(block.input).unwrap_or_default());
            }
            _ => self.open.push((index, OpenBlock::Unknown)),
        }
        Ok(())
    }

    fn open_block(&mut self, index: u32, open: OpenBlock, block: BlockKind, arrivals: &mut Arrivals) {
        self.open.push((index, open));
        arrivals.push(ModelEvent::BlockStarted { index, block });
    }

    fn delta(&mut self, index: u32, delta: Delta<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        let Some((_, block)) = self.open.iter_mut().find(|(open, _)| *open == index) else {
            return Err(malformed("a delta belongs to no block"));
        };
        match (&*delta.kind, block) {
            (_, OpenBlock::Unknown) => {}
            ("text_delta", OpenBlock::Text) => arrivals.push_text(index, &required(delta.text)?.0),
            ("thinking_delta", OpenBlock::Thinking { .. }) => {
                arrivals.push_thinking(index, &required(delta.thinking)?.0);
            }
            ("signature_delta", OpenBlock::Thinking { signature }) => {
                signature.push_str(&required(delta.signature)?.0);
            }
            ("input_json_delta", OpenBlock::ToolUse) => {
                arrivals.push_tool_input(index, &required(delta.partial_json)?.0);
            }
            (kind, _) if KNOWN_DELTAS.contains(&kind) => return Err(malformed("a delta does not fit its block")),
            _ => {}
        }
        Ok(())
    }

    fn stop_block(&mut self, index: u32, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        let Some(at) = self.open.iter().position(|(open, _)| *open == index) else {
            return Err(malformed("a block stops that is not open"));
        };
        close(self.open.remove(at), arrivals);
        Ok(())
    }

    fn finish(&mut self, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        if !self.started {
            return Err(malformed("the answer stops before it starts"));
        }
        // Servers that only imitate the API may forget to stop a block.
        for block in self.open.drain(..) {
            close(block, arrivals);
        }
        arrivals.push(ModelEvent::Finished { stop_reason: self.stop_reason.take() });
        Ok(())
    }

    /// An event that could not be read is passed over when its kind is unknown, and is an error when it is known:
    /// skipping it would lose part of the answer.
    fn pass_over(&mut self, event: &SseEvent<'_>, error: &serde_json::Error) -> Result<(), Unreadable> {
        let broken = |kind: &str| {
            // Not the parser's message, which quotes content.
            malformed(&format!("{kind} event, line {} column {}", error.line(), error.column()))
        };
        let Ok(outline) = serde_json::from_slice::<Outline<'_>>(event.data) else {
            let name = String::from_utf8_lossy(event.name);
            let known = name.is_empty() || KNOWN_EVENTS.contains(&&*name);
            return if known { Err(broken(if name.is_empty() { "unnamed" } else { &name })) } else { Ok(()) };
        };
        let unknown = |kind: &Option<Kind<'_>>, known: &[&str]| {
            kind.as_ref().is_some_and(|kind| !kind.kind.is_empty() && !known.contains(&&*kind.kind))
        };
        match &*outline.kind {
            kind if !KNOWN_EVENTS.contains(&kind) => Ok(()),
            "ping" => Ok(()),
            "error" => Err(Unreadable::Complaint(Complaint::default())),
            "content_block_delta" if unknown(&outline.delta, &KNOWN_DELTAS) => Ok(()),
            "content_block_start" if unknown(&outline.content_block, &KNOWN_BLOCKS) && outline.index.is_some() => {
                self.open.extend(outline.index.map(|index| (index, OpenBlock::Unknown)));
                Ok(())
            }
            kind => Err(broken(kind)),
        }
    }
}

/// By far the most frequent event.
const DELTA: &str = "content_block_delta";

const KNOWN_EVENTS: [&str; 8] = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "error",
    "ping",
];
const KNOWN_BLOCKS: [&str; 4] = ["text", "thinking", "redacted_thinking", "tool_use"];
const KNOWN_DELTAS: [&str; 4] = ["text_delta", "thinking_delta", "signature_delta", "input_json_delta"];

fn close((index, block): (u32, OpenBlock), arrivals: &mut Arrivals) {
    if !matches!(block, OpenBlock::Unknown) {
        arrivals.push(ModelEvent::BlockFinished { index, vendor: block.vendor_data() });
    }
}

/// Arguments that came whole with the start of the block, as some servers send them; the vendor itself sends `{}`.
fn whole_input(input: Option<Json>) -> Option<String> {
    input.filter(|input| input.as_object().is_some_and(|fields| !fields.is_empty())).map(|input| input.to_string())
}

fn stop_reason(text: &str) -> StopReason {
    match text {
        "end_turn" => StopReason::EndTurn,
        "max_tokens" => StopReason::MaxTokens,
        "stop_sequence" => StopReason::StopSequence,
        "tool_use" => StopReason::ToolUse,
        "pause_turn" => StopReason::PauseTurn,
        "refusal" => StopReason::Refusal,
        "model_context_window_exceeded" => StopReason::ContextWindow,
        other => StopReason::Other(other.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect()),
    }
}

fn malformed(reason: &str) -> Unreadable {
    Unreadable::Malformed(reason.to_owned())
}

fn required<T>(field: Option<T>) -> Result<T, Unreadable> {
    field.ok_or_else(|| malformed("an event lacks a field"))
}

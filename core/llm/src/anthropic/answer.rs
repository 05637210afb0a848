//! Reads the event stream of an answer.

use std::{borrow::Cow, collections::VecDeque};

use atelier_protocol::{Json, StopReason};

use super::{
    complaint,
    request::VendorData,
    wire::{Block, Delta, ErrorBody, Event, Kind, Message, Outline, Text},
};
use crate::{
    BlockKind, ModelEvent,
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

type Ready = VecDeque<ModelEvent>;

impl AnswerReader for Answer {
    fn read(&mut self, event: &SseEvent<'_>, ready: &mut Ready) -> Result<bool, Unreadable> {
        if event.data == b"[DONE]" {
            return Ok(false);
        }
        match serde_json::from_slice::<Event<'_>>(event.data) {
            Ok(parsed) if parsed.kind.is_empty() => {
                let kind = String::from_utf8_lossy(event.name);
                self.take(Event { kind, ..parsed }, ready)
            }
            Ok(parsed) => self.take(parsed, ready),
            Err(error) => self.pass_over(event, &error).map(|()| false),
        }
    }
}

impl Answer {
    fn take(&mut self, event: Event<'_>, ready: &mut Ready) -> Result<bool, Unreadable> {
        match &*event.kind {
            "content_block_delta" => self.delta(required(event.index)?, required(event.delta)?, ready)?,
            "content_block_start" => self.start_block(required(event.index)?, required(event.content_block)?, ready)?,
            "content_block_stop" => self.stop_block(required(event.index)?, ready)?,
            "message_start" => self.start(required(event.message)?, ready)?,
            "message_delta" => {
                let reason = event.delta.and_then(|delta| delta.stop_reason);
                self.stop_reason = reason.map(|reason| stop_reason(&reason.0)).or(self.stop_reason.take());
                ready.extend(event.usage.map(|usage| ModelEvent::Usage(usage.into())));
            }
            "message_stop" => {
                self.finish(ready)?;
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

    fn start(&mut self, message: Message<'_>, ready: &mut Ready) -> Result<(), Unreadable> {
        if std::mem::replace(&mut self.started, true) {
            return Err(malformed("the answer starts twice"));
        }
        ready.push_back(ModelEvent::Started {
            model: message.model.map(|model| model.0.into_owned()).unwrap_or_default(),
        });
        ready.extend(message.usage.map(|usage| ModelEvent::Usage(usage.into())));
        Ok(())
    }

    fn start_block(&mut self, index: u32, block: Block<'_>, ready: &mut Ready) -> Result<(), Unreadable> {
        if !self.started {
            return Err(malformed("a block starts before the answer"));
        }
        if self.open.iter().any(|(open, _)| *open == index) {
            return Err(malformed("a block starts twice"));
        }
        let mut first = None;
        let (open, kind) = match &*block.kind {
            "text" => {
                first = block.text.map(|text| ModelEvent::TextDelta { index, text: text.0.into_owned() });
                (OpenBlock::Text, Some(BlockKind::Text))
            }
            "thinking" => {
                first = block.thinking.map(|text| ModelEvent::ThinkingDelta { index, text: text.0.into_owned() });
                let signature = block.signature.map(|signature| signature.0.into_owned()).unwrap_or_default();
                (OpenBlock::Thinking { signature }, Some(BlockKind::Thinking))
            }
            "redacted_thinking" => {
                let data = required(block.data)?.0.into_owned();
                (OpenBlock::Redacted { data }, Some(BlockKind::Thinking))
            }
            "tool_use" => {
                let (id, name) = (required(block.id)?.0.into_owned(), required(block.name)?.0.into_owned());
                first = whole_input(block.input).map(|partial_json| ModelEvent::ToolInputDelta { index, partial_json });
                (OpenBlock::ToolUse, Some(BlockKind::ToolUse { id, name }))
            }
            _ => (OpenBlock::Unknown, None),
        };
        self.open.push((index, open));
        ready.extend(kind.map(|block| ModelEvent::BlockStarted { index, block }));
        push_unless_empty(first, ready);
        Ok(())
    }

    fn delta(&mut self, index: u32, delta: Delta<'_>, ready: &mut Ready) -> Result<(), Unreadable> {
        let Some((_, block)) = self.open.iter_mut().find(|(open, _)| *open == index) else {
            return Err(malformed("a delta belongs to no block"));
        };
        let event = match (&*delta.kind, block) {
            (_, OpenBlock::Unknown) => None,
            ("text_delta", OpenBlock::Text) => Some(ModelEvent::TextDelta { index, text: owned(delta.text)? }),
            ("thinking_delta", OpenBlock::Thinking { .. }) => {
                Some(ModelEvent::ThinkingDelta { index, text: owned(delta.thinking)? })
            }
            ("signature_delta", OpenBlock::Thinking { signature }) => {
                signature.push_str(&required(delta.signature)?.0);
                None
            }
            ("input_json_delta", OpenBlock::ToolUse) => {
                Some(ModelEvent::ToolInputDelta { index, partial_json: owned(delta.partial_json)? })
            }
            (kind, _) if KNOWN_DELTAS.contains(&kind) => return Err(malformed("a delta does not fit its block")),
            _ => None,
        };
        push_unless_empty(event, ready);
        Ok(())
    }

    fn stop_block(&mut self, index: u32, ready: &mut Ready) -> Result<(), Unreadable> {
        let Some(at) = self.open.iter().position(|(open, _)| *open == index) else {
            return Err(malformed("a block stops that is not open"));
        };
        close(self.open.remove(at), ready);
        Ok(())
    }

    fn finish(&mut self, ready: &mut Ready) -> Result<(), Unreadable> {
        if !self.started {
            return Err(malformed("the answer stops before it starts"));
        }
        // Servers that only imitate the API may forget to stop a block.
        for block in self.open.drain(..) {
            close(block, ready);
        }
        ready.push_back(ModelEvent::Finished { stop_reason: self.stop_reason.take() });
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

fn close((index, block): (u32, OpenBlock), ready: &mut Ready) {
    if !matches!(block, OpenBlock::Unknown) {
        ready.push_back(ModelEvent::BlockFinished { index, vendor: block.vendor_data() });
    }
}

fn push_unless_empty(event: Option<ModelEvent>, ready: &mut Ready) {
    let empty = match &event {
        Some(ModelEvent::TextDelta { text, .. } | ModelEvent::ThinkingDelta { text, .. }) => text.is_empty(),
        Some(ModelEvent::ToolInputDelta { partial_json, .. }) => partial_json.is_empty(),
        _ => false,
    };
    if !empty {
        ready.extend(event);
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

fn owned(text: Option<Text<'_>>) -> Result<String, Unreadable> {
    required(text).map(|text| Cow::into_owned(text.0))
}

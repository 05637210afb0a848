//! Reads the event stream of an answer.

use atelier_protocol::{Json, StopReason};

use super::{
    calls::{Calls, id_of, name_of},
    reasoning::{VendorData, add_details, text_in},
    wire::{Choice, Chunk, Delta, ToolCall},
};
use crate::{
    BlockKind, ModelEvent,
    arrivals::Arrivals,
    call_id::new_call_id,
    http::{AnswerReader, Complaint, Fault, Unreadable},
    openai::complaint,
    sse::SseEvent,
};

/// The longest unknown stop reason that is kept, in characters.
const MAX_REASON: usize = 64;

/// What has been read of an answer. The format has no blocks: they begin where the kind of text changes.
#[derive(Default)]
pub(super) struct Answer {
    started: bool,
    /// How many blocks have begun.
    blocks: u32,
    speech: Option<Speech>,
    calls: Calls,
    refused: bool,
    stop_reason: Option<StopReason>,
}

/// The block of text or thinking that is open.
struct Speech {
    block: u32,
    /// For thinking: what goes back with it.
    thinking: Option<VendorData>,
}

impl AnswerReader for Answer {
    fn read(&mut self, event: &SseEvent<'_>, arrivals: &mut Arrivals) -> Result<bool, Unreadable> {
        match event.data.trim_ascii() {
            b"[DONE]" => {
                self.finish(arrivals)?;
                return Ok(true);
            }
            b"" => return Ok(false),
            _ => {}
        }
        match serde_json::from_slice::<Chunk<'_>>(event.data) {
            Ok(chunk) => self.take(event, chunk, arrivals).map(|()| false),
            Err(_) if !matches!(event.name, b"" | b"message" | b"error") => Ok(false),
            Err(_) if event.name == b"error" => Err(error_in(event)),
            Err(error) => {
                // Not the parser's message, which quotes content.
                Err(malformed(&format!("chunk, line {} column {}", error.line(), error.column())))
            }
        }
    }

    /// Some servers just stop sending.
    fn end(&mut self, arrivals: &mut Arrivals) -> bool {
        self.stop_reason.is_some() && self.finish(arrivals).is_ok()
    }
}

impl Answer {
    fn take(&mut self, event: &SseEvent<'_>, chunk: Chunk<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        let flat_error = chunk.object.as_ref().is_some_and(|object| object.0 == "error");
        let is_error = event.name == b"error" || flat_error;
        if is_error || chunk.error.as_ref().is_some_and(|error| !error.is_null()) {
            return Err(error_in(event));
        }
        if chunk.choices.is_none() && chunk.usage.is_none() {
            return Ok(());
        }
        if !std::mem::replace(&mut self.started, true) {
            let model = chunk.model.map(|model| model.0.into_owned()).unwrap_or_default();
            arrivals.push(ModelEvent::Started { model });
        }
        // One answer was asked for; what belongs to another is not ours.
        for choice in chunk.choices.into_iter().flatten().filter(|choice| choice.index.unwrap_or(0) == 0) {
            self.choice(choice, arrivals)?;
        }
        let usage = chunk.usage.map(Into::into).filter(|usage| *usage != atelier_protocol::Usage::default());
        arrivals.extend(usage.map(ModelEvent::Usage));
        Ok(())
    }

    fn choice(&mut self, choice: Choice<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        if let Some(delta) = choice.delta {
            self.delta(delta, arrivals)?;
        }
        match choice.finish_reason.as_ref().map_or("", |reason| &reason.0) {
            "" => {}
            "error" => return Err(Unreadable::Complaint(Complaint { fault: Fault::Server, message: None })),
            reason => self.stop_reason = Some(stop_reason(reason)),
        }
        Ok(())
    }

    fn delta(&mut self, delta: Delta<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        let details = delta.reasoning_details.unwrap_or_default();
        let said = |text: &Option<crate::text::Text<'_>>| text.as_ref().is_some_and(|text| !text.0.is_empty());
        if said(&delta.reasoning_content) || said(&delta.reasoning) || !details.is_empty() {
            let (field, text) = match (&delta.reasoning_content, &delta.reasoning) {
                (Some(text), _) if !text.0.is_empty() => (VendorData::ContentField, text.0.as_ref().to_owned()),
                (_, Some(text)) if !text.0.is_empty() => (VendorData::PlainField, text.0.as_ref().to_owned()),
                _ => (VendorData::PlainField, text_in(&details)),
            };
            self.think(field, &text, details, arrivals);
        }
        if let Some(text) = &delta.content {
            self.say(&text.0, arrivals);
        }
        if let Some(text) = delta.refusal.as_ref().filter(|text| !text.0.is_empty()) {
            self.refused = true;
            self.say(&text.0, arrivals);
        }
        delta.tool_calls.into_iter().flatten().try_for_each(|piece| self.call(&piece, arrivals))
    }

    fn say(&mut self, text: &str, arrivals: &mut Arrivals) {
        if text.is_empty() {
            return;
        }
        let block = match &self.speech {
            Some(Speech { block, thinking: None }) => *block,
            _ => self.open_speech(BlockKind::Text, None, arrivals),
        };
        arrivals.push_text(block, text);
    }

    fn think(&mut self, field: VendorData, text: &str, details: Vec<Json>, arrivals: &mut Arrivals) {
        let block = match &self.speech {
            Some(Speech { block, thinking: Some(_) }) => *block,
            _ => self.open_speech(BlockKind::Thinking, Some(field), arrivals),
        };
        arrivals.push_thinking(block, text);
        let Some(Speech { thinking: Some(vendor), .. }) = &mut self.speech else { return };
        match vendor {
            VendorData::Details { reasoning_details } => add_details(reasoning_details, details),
            _ if details.is_empty() => {}
            _ => {
                let mut reasoning_details = Vec::new();
                add_details(&mut reasoning_details, details);
                *vendor = VendorData::Details { reasoning_details };
            }
        }
    }

    fn call(&mut self, piece: &ToolCall<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        let block = match self.calls.block_of(piece) {
            Some(block) => block,
            None => self.begin_call(piece, arrivals)?,
        };
        match piece.function.as_ref().and_then(|function| function.arguments.as_ref()) {
            None | Some(Json::Null) => {}
            Some(Json::String(text)) => arrivals.push_tool_input(block, text),
            Some(whole @ Json::Object(_)) => arrivals.push_tool_input(block, &whole.to_string()),
            Some(_) => return Err(malformed("the arguments of a tool call are no object")),
        }
        Ok(())
    }

    fn begin_call(&mut self, piece: &ToolCall<'_>, arrivals: &mut Arrivals) -> Result<u32, Unreadable> {
        let name = name_of(piece).ok_or_else(|| malformed("a tool call has no name"))?.to_owned();
        let id = id_of(piece).map_or_else(new_call_id, str::to_owned);
        self.close_speech(arrivals);
        let block = self.open_block(BlockKind::ToolUse { id, name }, arrivals);
        self.calls.begin(block, piece);
        Ok(block)
    }

    fn open_speech(&mut self, kind: BlockKind, thinking: Option<VendorData>, arrivals: &mut Arrivals) -> u32 {
        self.close_speech(arrivals);
        let block = self.open_block(kind, arrivals);
        self.speech = Some(Speech { block, thinking });
        block
    }

    fn open_block(&mut self, block: BlockKind, arrivals: &mut Arrivals) -> u32 {
        let index = self.blocks;
        self.blocks += 1;
        arrivals.push(ModelEvent::BlockStarted { index, block });
        index
    }

    fn close_speech(&mut self, arrivals: &mut Arrivals) {
        if let Some(Speech { block, thinking }) = self.speech.take() {
            let vendor = thinking.and_then(|vendor| vendor.to_json());
            arrivals.push(ModelEvent::BlockFinished { index: block, vendor });
        }
    }

    fn finish(&mut self, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        if !self.started {
            return Err(malformed("the answer stops before it starts"));
        }
        self.close_speech(arrivals);
        arrivals.extend(self.calls.blocks().map(|index| ModelEvent::BlockFinished { index, vendor: None }));
        let stop_reason = match self.stop_reason.take() {
            _ if self.refused => Some(StopReason::Refusal),
            // Some servers end with `stop` or nothing when they call a tool.
            None | Some(StopReason::EndTurn) if !self.calls.is_empty() => Some(StopReason::ToolUse),
            reason => reason,
        };
        arrivals.push(ModelEvent::Finished { stop_reason });
        Ok(())
    }
}

fn stop_reason(text: &str) -> StopReason {
    match text {
        "stop" | "eos" | "end_turn" => StopReason::EndTurn,
        "length" | "max_tokens" => StopReason::MaxTokens,
        "tool_calls" | "tool_call" | "function_call" | "tool_use" => StopReason::ToolUse,
        "content_filter" | "refusal" => StopReason::Refusal,
        other => StopReason::Other(other.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect()),
    }
}

fn error_in(event: &SseEvent<'_>) -> Unreadable {
    Unreadable::Complaint(serde_json::from_slice(event.data).map(|body| complaint(&body)).unwrap_or_default())
}

fn malformed(reason: &str) -> Unreadable {
    Unreadable::Malformed(reason.to_owned())
}

//! Reads the event stream of an answer.

use std::borrow::Cow;

use atelier_protocol::{Json, StopReason};
use serde::Deserialize;

use super::{
    request::VendorData,
    wire::{DeltaEvent, Head, ItemEvent, Response, ResponseEvent},
};
use crate::{
    BlockKind, ModelEvent,
    arrivals::Arrivals,
    http::{AnswerReader, Unreadable},
    openai::complaint,
    sse::SseEvent,
};

/// The longest unknown stop reason that is kept, in characters.
const MAX_REASON: usize = 64;

/// What stands between two parts of a summary.
const PART_BREAK: &str = "\n\n";

/// What has been read of an answer.
#[derive(Default)]
pub(super) struct Answer {
    started: bool,
    /// The items that have started and are not complete; there is rarely more than one.
    open: Vec<(u32, OpenItem)>,
    refused: bool,
    called: bool,
}

struct OpenItem {
    kind: Kind,
    /// Whether any of its text has come.
    said: bool,
    /// The part of the text that came last.
    part: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Message,
    Reasoning,
    Call,
    /// A kind that this version does not know; it is passed over as a whole.
    Unknown,
}

impl AnswerReader for Answer {
    fn read(&mut self, event: &SseEvent<'_>, arrivals: &mut Arrivals) -> Result<bool, Unreadable> {
        if event.name.ends_with(b".delta")
            && let Ok(delta) = serde_json::from_slice::<DeltaEvent<'_>>(event.data)
        {
            return self.delta(&delta, arrivals).map(|()| false);
        }
        if event.data == b"[DONE]" {
            return Ok(false);
        }
        let kind = match serde_json::from_slice::<Head<'_>>(event.data) {
            Ok(head) if !head.kind.is_empty() => head.kind,
            Ok(_) => String::from_utf8_lossy(event.name),
            Err(error) => {
                let name = String::from_utf8_lossy(event.name);
                let known = name.is_empty() || is_known(&name);
                return if known { Err(broken(&name, &error)) } else { Ok(false) };
            }
        };
        self.take(&kind, event.data, arrivals)
    }
}

impl Answer {
    fn take(&mut self, kind: &str, data: &[u8], arrivals: &mut Arrivals) -> Result<bool, Unreadable> {
        match kind {
            _ if DELTAS.contains(&kind) => self.delta(&parse::<DeltaEvent<'_>>(kind, data)?, arrivals)?,
            "response.created" | "response.in_progress" => {
                self.start(parse::<ResponseEvent<'_>>(kind, data)?.response, arrivals);
            }
            "response.output_item.added" => self.open_item(&parse(kind, data)?, arrivals)?,
            "response.output_item.done" => self.close_item(&parse(kind, data)?, arrivals)?,
            "response.completed" | "response.incomplete" => {
                self.finish(parse::<ResponseEvent<'_>>(kind, data)?.response, arrivals)?;
                return Ok(true);
            }
            "response.failed" => {
                let failed: Json = parse(kind, data)?;
                return Err(Unreadable::Complaint(complaint(failed.get("response").unwrap_or(&failed))));
            }
            "error" => return Err(Unreadable::Complaint(complaint(&parse(kind, data)?))),
            "" => {
                let body: Json = parse(kind, data)?;
                if body.get("error").is_some_and(|error| !error.is_null()) {
                    return Err(Unreadable::Complaint(complaint(&body)));
                }
            }
            // Repeats of what the deltas said, and what may come one day.
            _ => {}
        }
        Ok(false)
    }

    fn start(&mut self, response: Response<'_>, arrivals: &mut Arrivals) {
        if !std::mem::replace(&mut self.started, true) {
            let model = response.model.map(|model| model.0.into_owned()).unwrap_or_default();
            arrivals.push(ModelEvent::Started { model });
        }
    }

    fn open_item(&mut self, event: &ItemEvent, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        let index = event.output_index;
        if !self.started {
            return Err(malformed("an item starts before the answer"));
        }
        if self.open.iter().any(|(open, _)| *open == index) {
            return Err(malformed("an item starts twice"));
        }
        let field = |name: &str| event.item.get(name).and_then(Json::as_str).map(str::to_owned);
        let (kind, block) = match field("type").as_deref() {
            Some("message") => (Kind::Message, Some(BlockKind::Text)),
            Some("reasoning") => (Kind::Reasoning, Some(BlockKind::Thinking)),
            Some("function_call") => {
                let (id, name) = (required(field("call_id"))?, required(field("name"))?);
                self.called = true;
                (Kind::Call, Some(BlockKind::ToolUse { id, name }))
            }
            Some(_) => (Kind::Unknown, None),
            None => return Err(malformed("an item has no type")),
        };
        self.open.push((index, OpenItem { kind, said: false, part: None }));
        arrivals.extend(block.map(|block| ModelEvent::BlockStarted { index, block }));
        Ok(())
    }

    fn delta(&mut self, event: &DeltaEvent<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        if !DELTAS.contains(&&*event.kind) {
            return Ok(());
        }
        let (index, text) = (event.output_index, &event.delta.0);
        let Some((_, item)) = self.open.iter_mut().find(|(open, _)| *open == index) else {
            return Err(malformed("a delta belongs to no item"));
        };
        match (&*event.kind, item.kind) {
            (_, Kind::Unknown) => {}
            (TEXT_DELTA, Kind::Message) => arrivals.push_text(index, text),
            (REFUSAL_DELTA, Kind::Message) => {
                self.refused = true;
                arrivals.push_text(index, text);
            }
            (ARGUMENTS_DELTA, Kind::Call) => arrivals.push_tool_input(index, text),
            (SUMMARY_DELTA | REASONING_DELTA, Kind::Reasoning) => {
                if item.said && item.part != event.summary_index {
                    arrivals.push_thinking(index, PART_BREAK);
                }
                item.part = event.summary_index;
                arrivals.push_thinking(index, text);
            }
            _ => return Err(malformed("a delta does not fit its item")),
        }
        item.said |= !text.is_empty();
        Ok(())
    }

    /// The complete item: what no delta has said is said now, and what the vendor wants back is kept.
    fn close_item(&mut self, event: &ItemEvent, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        let index = event.output_index;
        if !self.open.iter().any(|(open, _)| *open == index) {
            self.open_item(event, arrivals)?;
        }
        let Some(at) = self.open.iter().position(|(open, _)| *open == index) else { return Ok(()) };
        let (_, open) = self.open.remove(at);
        let item = &event.item;
        match open.kind {
            Kind::Unknown => return Ok(()),
            _ if open.said => {}
            Kind::Message => arrivals.push_text(index, &joined(item, "content", "")),
            Kind::Call => {
                let arguments = item.get("arguments").and_then(Json::as_str).unwrap_or_default();
                arrivals.push_tool_input(index, arguments);
            }
            Kind::Reasoning => {
                let summary = joined(item, "summary", PART_BREAK);
                let text = if summary.is_empty() { joined(item, "content", PART_BREAK) } else { summary };
                arrivals.push_thinking(index, &text);
            }
        }
        self.refused |= open.kind == Kind::Message && has_refusal(item);
        arrivals.push(ModelEvent::BlockFinished { index, vendor: vendor_data(open.kind, item) });
        Ok(())
    }

    fn finish(&mut self, response: Response<'_>, arrivals: &mut Arrivals) -> Result<(), Unreadable> {
        if !self.started {
            return Err(malformed("the answer ends before it starts"));
        }
        for (index, item) in self.open.drain(..) {
            if item.kind != Kind::Unknown {
                arrivals.push(ModelEvent::BlockFinished { index, vendor: None });
            }
        }
        arrivals.extend(response.usage.map(|usage| ModelEvent::Usage(usage.into())));
        let reason = match response.incomplete_details.and_then(|details| details.reason).as_deref() {
            Some("max_output_tokens") => StopReason::MaxTokens,
            Some("content_filter") => StopReason::Refusal,
            Some(other) => StopReason::Other(other.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect()),
            None if self.refused => StopReason::Refusal,
            None if self.called => StopReason::ToolUse,
            None => StopReason::EndTurn,
        };
        arrivals.push(ModelEvent::Finished { stop_reason: Some(reason) });
        Ok(())
    }
}

const TEXT_DELTA: &str = "response.output_text.delta";
const REFUSAL_DELTA: &str = "response.refusal.delta";
const ARGUMENTS_DELTA: &str = "response.function_call_arguments.delta";
const SUMMARY_DELTA: &str = "response.reasoning_summary_text.delta";
const REASONING_DELTA: &str = "response.reasoning_text.delta";
const DELTAS: [&str; 5] = [TEXT_DELTA, REFUSAL_DELTA, ARGUMENTS_DELTA, SUMMARY_DELTA, REASONING_DELTA];

fn is_known(kind: &str) -> bool {
    let known = [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.output_item.done",
        "response.completed",
        "response.incomplete",
        "response.failed",
        "error",
    ];
    DELTAS.contains(&kind) || known.contains(&kind)
}

/// The text of an item's parts in one of its fields.
fn joined(item: &Json, field: &str, between: &str) -> String {
    let parts = item.get(field).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |part: &Json| part.get("text").or_else(|| part.get("refusal")).and_then(Json::as_str).map(str::to_owned);
    parts.iter().filter_map(text).collect::<Vec<_>>().join(between)
}

fn has_refusal(item: &Json) -> bool {
    let parts = item.get("content").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    parts.iter().any(|part| part.get("refusal").is_some())
}

fn vendor_data(kind: Kind, item: &Json) -> Option<Json> {
    let field = |name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
    let data = match kind {
        Kind::Reasoning => VendorData::Reasoning {
            id: field("id")?,
            summary: item.get("summary").cloned().unwrap_or_else(|| Json::Array(Vec::new())),
            encrypted_content: field("encrypted_content")?,
        },
        Kind::Message => VendorData::Message { phase: field("phase")? },
        Kind::Call | Kind::Unknown => return None,
    };
    data.to_json()
}

fn parse<'a, T: Deserialize<'a>>(kind: &str, data: &'a [u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(data).map_err(|error| broken(kind, &error))
}

/// Without the parser's message, which quotes content.
fn broken(kind: &str, error: &serde_json::Error) -> Unreadable {
    let kind: Cow<'_, str> = if kind.is_empty() { "unnamed".into() } else { kind.into() };
    malformed(&format!("{kind} event, line {} column {}", error.line(), error.column()))
}

fn malformed(reason: &str) -> Unreadable {
    Unreadable::Malformed(reason.to_owned())
}

fn required<T>(field: Option<T>) -> Result<T, Unreadable> {
    field.ok_or_else(|| malformed("an item lacks a field"))
}

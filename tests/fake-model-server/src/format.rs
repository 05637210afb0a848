//! The wire formats: which one a path belongs to, and what each makes of the steps of a script.

mod anthropic;
mod chat;
mod gemini;
mod responses;

use serde_json::Value as Json;

use crate::Recorded;

use self::{anthropic::Anthropic, chat::Chat, gemini::Gemini, responses::Responses};

/// An event of a stream.
pub(crate) struct Event {
    /// Its name; no `event` line when empty.
    pub(crate) name: &'static str,
    /// Its data; a text is sent as it is, without quotes.
    pub(crate) data: Json,
}

/// What a block of an answer holds.
#[derive(Clone, Copy)]
pub(crate) enum Block<'a> {
    Text,
    /// Thinking, with its signature (none when empty).
    Thinking(&'a str),
    /// Secret thinking: its data.
    Redacted(&'a str),
    /// A tool call: its id and the tool.
    ToolUse(&'a str, &'a str),
}

/// One answer in one vendor's format. Blocks do not overlap.
pub(crate) trait Format: Send {
    fn start(&mut self) -> Vec<Event>;

    fn open(&mut self, block: Block<'_>) -> Vec<Event>;

    /// More of the open block; none when the format sends such a block in one piece.
    fn delta(&mut self, text: &str) -> Option<Event>;

    /// Counts deltas, for the output tokens.
    fn count(&mut self, deltas: u64);

    /// Ends the open block.
    fn close(&mut self) -> Vec<Event>;

    /// Ends the answer. The reason is one of Anthropic's words; another format says its own for it.
    fn stop(&mut self, reason: &str) -> Vec<Event>;
}

/// The format in which a request wants its answer; none when its path is no model's.
pub(crate) fn of(request: &Recorded) -> Option<Box<dyn Format>> {
    let path = request.path.split('?').next().unwrap_or_default();
    let model = request.body["model"].as_str().unwrap_or("unknown");
    match path {
        "/v1/messages" => return Some(Box::new(Anthropic::new(model))),
        "/v1/responses" => return Some(Box::new(Responses::new(model))),
        "/v1/chat/completions" => return Some(Box::new(Chat::new(model))),
        _ => {}
    }
    let model = path.strip_prefix("/v1beta/models/")?.strip_suffix(":streamGenerateContent")?;
    Some(Box::new(Gemini::new(model)))
}

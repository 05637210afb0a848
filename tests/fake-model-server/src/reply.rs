//! What the server answers: a script for one request.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

/// The answer to one request.
///
/// With a `body` it is sent whole; without one the `steps` are sent as an event stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Headers, added to (or replacing) the usual ones.
    pub headers: Map<String, Json>,
    /// Nothing at all is sent until a release.
    pub held: bool,
    /// A whole body instead of steps.
    pub body: Option<String>,
    /// The event stream.
    pub steps: Vec<Step>,
    /// Cuts the stream into pieces of this many bytes, wherever that falls; 0 sends each event as one piece.
    pub split: usize,
    /// Waits this long after each piece, in milliseconds.
    pub pace_ms: u64,
    /// Closes the connection after this many bytes of the stream.
    pub cut_after: Option<u64>,
}

/// A part of an event stream. Blocks number themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// `message_start` with the model that was asked for and some input tokens, then `ping`.
    Start,
    /// A text block with these deltas.
    Text(Vec<String>),
    /// A thinking block with these deltas and this signature (none when empty).
    Thinking(Vec<String>, String),
    /// A block of secret thinking.
    RedactedThinking(String),
    /// A tool call: id, name, and the arguments in pieces.
    ToolUse(String, String, Vec<String>),
    /// A text block of generated deltas. `{n}` in the text becomes the delta's number, from 1. Memory stays flat
    /// however many there are, and they are sent as fast as the client reads.
    Deltas {
        /// How many.
        count: u64,
        /// The text of each.
        text: String,
    },
    /// `message_delta` with this stop reason and the number of deltas as output tokens, then `message_stop`.
    Stop(String),
    /// An event: its name (no `event` line when empty) and its data.
    Event(String, Json),
    /// Bytes of the stream as text.
    Raw(String),
    /// Bytes of the stream as numbers, for what is no text.
    Bytes(Vec<u8>),
    /// Waits this many milliseconds.
    PauseMs(u64),
    /// Waits for a release.
    Stall,
    /// Closes the connection in the middle of the answer.
    Close,
    /// Resets the connection in the middle of the answer.
    Reset,
}

impl Default for Reply {
    fn default() -> Self {
        Self {
            status: 200,
            headers: Map::new(),
            held: false,
            body: None,
            steps: Vec::new(),
            split: 0,
            pace_ms: 0,
            cut_after: None,
        }
    }
}

impl Reply {
    /// A complete answer that is just this text, a word a delta.
    pub fn text(text: &str) -> Self {
        Self::message([Step::Text(text.split_inclusive(' ').map(str::to_owned).collect())])
    }

    /// A complete answer with these steps between its start and its stop (`end_turn`).
    pub fn message(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = std::iter::once(Step::Start).chain(steps).chain([Step::Stop("end_turn".to_owned())]);
        Self::steps(steps)
    }

    /// An answer that asks for these tools: each with its id, name and arguments.
    pub fn tool_calls<'a>(calls: impl IntoIterator<Item = (&'a str, &'a str, Json)>) -> Self {
        let call = |(id, name, arguments): (&str, &str, Json)| {
            Step::ToolUse(id.to_owned(), name.to_owned(), vec![arguments.to_string()])
        };
        let stop = Step::Stop("tool_use".to_owned());
        Self::steps(std::iter::once(Step::Start).chain(calls.into_iter().map(call)).chain([stop]))
    }

    /// A stream of exactly these steps.
    pub fn steps(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect(), ..Self::default() }
    }

    /// A complete answer of `count` generated deltas.
    pub fn deltas(count: u64, text: &str) -> Self {
        Self::message([Step::Deltas { count, text: text.to_owned() }])
    }

    /// A whole body instead of a stream.
    pub fn body(status: u16, content_type: &str, body: &str) -> Self {
        Self { status, body: Some(body.to_owned()), ..Self::default() }.header("content-type", content_type)
    }

    /// An error as Anthropic reports it.
    pub fn error(status: u16, kind: &str, message: &str) -> Self {
        let body = json!({"type": "error", "error": {"type": kind, "message": message}});
        Self::body(status, "application/json", &body.to_string())
    }

    /// An error as Google reports it.
    pub fn google_error(status: u16, kind: &str, message: &str) -> Self {
        let body = json!({"error": {"code": status, "message": message, "status": kind}});
        Self::body(status, "application/json", &body.to_string())
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_ascii_lowercase(), value.into());
        self
    }

    /// The same, cut into pieces of this many bytes.
    #[must_use]
    pub fn split(mut self, bytes: usize) -> Self {
        self.split = bytes;
        self
    }

    /// The same with a wait after each piece.
    #[must_use]
    pub fn pace(mut self, pace: Duration) -> Self {
        self.pace_ms = u64::try_from(pace.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// The same, closed after this many bytes of the stream.
    #[must_use]
    pub fn cut_after(mut self, bytes: u64) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    /// The same, but nothing is sent until a release.
    #[must_use]
    pub fn held(mut self) -> Self {
        self.held = true;
        self
    }
}

//! The JSON of the stream and of errors, borrowed from the bytes it came in.
//!
//! All kinds of events are one struct, because that needs one pass over the JSON; which fields a kind must have is
//! checked by the reader.

use std::borrow::Cow;

use atelier_protocol::{Json, Usage};
use serde::Deserialize;

use crate::text::Text;

/// An event of the stream. Without a `type` it can still be an error.
#[derive(Debug, Deserialize)]
pub(super) struct Event<'a> {
    #[serde(rename = "type", borrow, default)]
    pub(super) kind: Cow<'a, str>,
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) delta: Option<Delta<'a>>,
    #[serde(borrow)]
    pub(super) content_block: Option<Block<'a>>,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    pub(super) usage: Option<Tokens>,
    #[serde(borrow)]
    pub(super) error: Option<ErrorObject<'a>>,
}

/// A `content_block_delta` of text or thinking, read by itself because nearly all events of an answer are one. It is
/// half the work of reading the struct for every kind; what does not fit is read as that.
#[derive(Debug, Deserialize)]
pub(super) struct TextEvent<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    pub(super) index: u32,
    #[serde(borrow)]
    pub(super) delta: TextDelta<'a>,
}

/// Its text, under the name of its kind.
#[derive(Debug, Deserialize)]
pub(super) struct TextDelta<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    #[serde(borrow, alias = "thinking")]
    pub(super) text: Text<'a>,
}

/// What `content_block_delta` adds, or what `message_delta` changes.
#[derive(Debug, Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(rename = "type", borrow, default)]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) thinking: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) signature: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) partial_json: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) stop_reason: Option<Text<'a>>,
}

/// What `content_block_start` opens.
#[derive(Debug, Deserialize)]
pub(super) struct Block<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) thinking: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) signature: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) data: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    pub(super) input: Option<Json>,
}

/// What `message_start` announces.
#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) model: Option<Text<'a>>,
    pub(super) usage: Option<Tokens>,
}

/// Token counts; any may be missing or null.
#[derive(Debug, Deserialize)]
pub(super) struct Tokens {
    #[serde(rename = "input_tokens")]
    input: Option<u64>,
    #[serde(rename = "output_tokens")]
    output: Option<u64>,
    #[serde(rename = "cache_read_input_tokens")]
    cache_read: Option<u64>,
    #[serde(rename = "cache_creation_input_tokens")]
    cache_write: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        Self {
            input_tokens: tokens.input.unwrap_or_default(),
            output_tokens: tokens.output.unwrap_or_default(),
            cache_read_tokens: tokens.cache_read.unwrap_or_default(),
            cache_write_tokens: tokens.cache_write.unwrap_or_default(),
            // Counted with the output and never told apart by this vendor.
            reasoning_tokens: 0,
        }
    }
}

/// An error: the body of a refusal, or an event of the stream.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorBody<'a> {
    #[serde(borrow)]
    pub(super) error: Option<ErrorObject<'a>>,
}

/// What is wrong.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorObject<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) message: Option<Text<'a>>,
}

/// As much of an event as tells whether it is known: read when the whole could not be.
#[derive(Debug, Deserialize)]
pub(super) struct Outline<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Cow<'a, str>,
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) delta: Option<Kind<'a>>,
    #[serde(borrow)]
    pub(super) content_block: Option<Kind<'a>>,
}

/// The kind of something, whatever else it holds.
#[derive(Debug, Deserialize)]
pub(super) struct Kind<'a> {
    #[serde(rename = "type", borrow, default)]
    pub(super) kind: Cow<'a, str>,
}

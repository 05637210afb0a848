//! The JSON of the stream.

use std::borrow::Cow;

use atelier_protocol::{Json, Usage};
use serde::Deserialize;

use crate::{
    openai::{InputDetails, OutputDetails, usage},
    text::Text,
};

/// The kind of an event, whatever else it holds.
#[derive(Debug, Deserialize)]
pub(super) struct Head<'a> {
    #[serde(rename = "type", borrow, default)]
    pub(super) kind: Cow<'a, str>,
}

/// More text of an item. Nearly all events of an answer are this.
#[derive(Debug, Deserialize)]
pub(super) struct DeltaEvent<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Cow<'a, str>,
    pub(super) output_index: u32,
    /// The part of the text: of a summary, or of content.
    #[serde(alias = "content_index")]
    pub(super) summary_index: Option<u32>,
    #[serde(borrow)]
    pub(super) delta: Text<'a>,
}

/// An item begins or is complete. Items are few, and those of unknown kinds may hold anything.
#[derive(Debug, Deserialize)]
pub(super) struct ItemEvent {
    pub(super) output_index: u32,
    pub(super) item: Json,
}

/// The answer as a whole begins or is complete.
#[derive(Debug, Deserialize)]
pub(super) struct ResponseEvent<'a> {
    #[serde(borrow)]
    pub(super) response: Response<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Response<'a> {
    #[serde(borrow)]
    pub(super) model: Option<Text<'a>>,
    pub(super) usage: Option<Tokens>,
    pub(super) incomplete_details: Option<IncompleteDetails>,
}

#[derive(Debug, Deserialize)]
pub(super) struct IncompleteDetails {
    pub(super) reason: Option<String>,
}

/// Token counts; any may be missing or null.
#[derive(Debug, Deserialize)]
pub(super) struct Tokens {
    #[serde(rename = "input_tokens")]
    input: Option<u64>,
    #[serde(rename = "output_tokens")]
    output: Option<u64>,
    #[serde(rename = "input_tokens_details")]
    input_details: Option<InputDetails>,
    #[serde(rename = "output_tokens_details")]
    output_details: Option<OutputDetails>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        usage(tokens.input, tokens.output, &tokens.input_details.unwrap_or_default(), tokens.output_details)
    }
}

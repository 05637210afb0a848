//! The JSON of the stream. Servers leave out, repeat and add what they like, so that nothing is required here.

use atelier_protocol::{Json, Usage};
use serde::Deserialize;

use crate::{
    openai::{InputDetails, OutputDetails, usage},
    text::Text,
};

/// A piece of the answer, or an error.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    pub(super) object: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) model: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) choices: Option<Vec<Choice<'a>>>,
    pub(super) usage: Option<Tokens>,
    pub(super) error: Option<Json>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice<'a> {
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) delta: Option<Delta<'a>>,
    #[serde(borrow)]
    pub(super) finish_reason: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(borrow)]
    pub(super) content: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) refusal: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) reasoning_content: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) reasoning: Option<Text<'a>>,
    pub(super) reasoning_details: Option<Vec<Json>>,
    #[serde(borrow)]
    pub(super) tool_calls: Option<Vec<ToolCall<'a>>>,
}

/// A tool call, or a piece of one.
#[derive(Debug, Deserialize)]
pub(super) struct ToolCall<'a> {
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) function: Option<Function<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Function<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    /// Text; some servers send the object itself.
    pub(super) arguments: Option<Json>,
}

/// Token counts; any may be missing or null.
#[derive(Debug, Deserialize)]
pub(super) struct Tokens {
    #[serde(rename = "prompt_tokens")]
    input: Option<u64>,
    #[serde(rename = "completion_tokens")]
    output: Option<u64>,
    #[serde(rename = "prompt_tokens_details")]
    input_details: Option<InputDetails>,
    #[serde(rename = "completion_tokens_details")]
    output_details: Option<OutputDetails>,
    /// `DeepSeek`'s name for what was read from the cache.
    #[serde(rename = "prompt_cache_hit_tokens")]
    cache_hit: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        let mut input_details = tokens.input_details.unwrap_or_default();
        input_details.cached_tokens = input_details.cached_tokens.or(tokens.cache_hit);
        usage(tokens.input, tokens.output, &input_details, tokens.output_details)
    }
}

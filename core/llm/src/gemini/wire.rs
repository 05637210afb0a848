//! The JSON of the stream, borrowed from the bytes it came in.

use atelier_protocol::{Json, Usage};
use serde::Deserialize;

use crate::text::Text;

/// An event of the stream: a piece of the answer, or an error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Piece<'a> {
    #[serde(borrow)]
    pub(super) candidates: Option<Vec<Candidate<'a>>>,
    #[serde(borrow)]
    pub(super) prompt_feedback: Option<PromptFeedback<'a>>,
    pub(super) usage_metadata: Option<Tokens>,
    #[serde(borrow)]
    pub(super) model_version: Option<Text<'a>>,
    pub(super) error: Option<Json>,
}

/// One of the answers; there is only one, as only one is asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Candidate<'a> {
    #[serde(borrow)]
    pub(super) content: Option<Content<'a>>,
    #[serde(borrow)]
    pub(super) finish_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) finish_message: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Content<'a> {
    #[serde(borrow)]
    pub(super) parts: Option<Vec<Part<'a>>>,
}

/// A part of the answer. Parts of kinds that this version does not know have none of these fields.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part<'a> {
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    pub(super) thought: Option<bool>,
    #[serde(borrow)]
    pub(super) thought_signature: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) function_call: Option<FunctionCall<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct FunctionCall<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    pub(super) args: Option<serde_json::Map<String, Json>>,
}

/// What the vendor thinks of the prompt.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PromptFeedback<'a> {
    #[serde(borrow)]
    pub(super) block_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) block_reason_message: Option<Text<'a>>,
}

/// Token counts; any may be missing. The prompt's include the cached ones.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tokens {
    #[serde(rename = "promptTokenCount")]
    prompt: Option<u64>,
    #[serde(rename = "toolUsePromptTokenCount")]
    tool_use: Option<u64>,
    #[serde(rename = "cachedContentTokenCount")]
    cached: Option<u64>,
    #[serde(rename = "candidatesTokenCount")]
    candidates: Option<u64>,
    #[serde(rename = "thoughtsTokenCount")]
    thoughts: Option<u64>,
}

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        let prompt = tokens.prompt.unwrap_or_default().saturating_add(tokens.tool_use.unwrap_or_default());
        let (cached, thoughts) = (tokens.cached.unwrap_or_default(), tokens.thoughts.unwrap_or_default());
        Self {
            input_tokens: prompt.saturating_sub(cached),
            output_tokens: tokens.candidates.unwrap_or_default().saturating_add(thoughts),
            cache_read_tokens: cached,
            cache_write_tokens: 0,
            reasoning_tokens: thoughts,
        }
    }
}

/// What goes back unchanged with a part.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct VendorData {
    pub(super) thought_signature: String,
    /// The signature came by itself, on an empty text after the part.
    #[serde(default)]
    pub(super) apart: bool,
}

impl VendorData {
    pub(super) fn to_json(&self) -> Json {
        let mut json = serde_json::json!({"thoughtSignature": self.thought_signature});
        if self.apart {
            json["apart"] = true.into();
        }
        json
    }

    /// The data if it is this vendor's.
    pub(super) fn of(json: Option<&Json>) -> Option<Self> {
        Self::deserialize(json?).ok()
    }
}

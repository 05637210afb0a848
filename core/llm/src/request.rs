//! What is asked of a model.

use atelier_protocol::{Effort, Json, Role};

/// One request: the whole conversation so far and what the answer may be.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRequest {
    /// The model, as its vendor names it.
    pub model: String,
    /// Standing instructions, if any.
    pub system: Option<String>,
    /// The conversation, oldest first. It begins with the user.
    pub messages: Vec<ModelMessage>,
    /// The longest answer allowed, in tokens, thinking included. At least 1.
    pub max_tokens: u32,
    /// Lets the model think first, for at most this many tokens; vendors have a minimum (Anthropic: 1,024) and want it
    /// below `max_tokens`. None: no thinking.
    pub thinking_budget: Option<u32>,
    /// How hard the model should think, for vendors that take a level instead of a number of tokens (OpenAI and its
    /// like). None: as the model does by itself.
    pub effort: Option<Effort>,
    /// The tools the model may ask for.
    pub tools: Vec<ToolSpec>,
}

/// One message of the conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelMessage {
    /// Who speaks. Tool results are spoken by the user.
    pub role: Role,
    /// What is said, in order.
    pub content: Vec<ModelContent>,
}

impl ModelMessage {
    /// A message that is just text.
    pub fn text(role: Role, text: impl Into<String>) -> Self {
        Self { role, content: vec![ModelContent::text(text)] }
    }
}

/// One part of a message.
///
/// `vendor` is what came with the part in [`ModelEvent::BlockFinished`](crate::ModelEvent::BlockFinished), unchanged and
/// only for the **same** provider. Another vendor's is left out when the request is written.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelContent {
    /// Text. A part without a visible character is not sent.
    Text {
        /// The text.
        text: String,
        /// The vendor's data, if any.
        vendor: Option<Json>,
    },
    /// A picture, from the user. In an answer it is not sent.
    Image {
        /// `image/png`, `image/jpeg`, `image/webp` or `image/gif`.
        media_type: String,
        /// The file, in base64 with padding.
        data: String,
    },
    /// The model's own thinking from an earlier turn.
    Thinking {
        /// The text as it came in [`ModelEvent::ThinkingDelta`](crate::ModelEvent::ThinkingDelta)s, unchanged.
        text: String,
        /// The vendor's data. Thinking without it (cut off, or another vendor's) can't be verified by the vendor and is
        /// not sent.
        vendor: Option<Json>,
    },
    /// The model asked for a tool. Vendors refuse a conversation in which a call has no result right after it.
    ToolUse {
        /// The vendor's id of the call. An id that another vendor would refuse is rewritten for it.
        id: String,
        /// The tool.
        name: String,
        /// The arguments: a JSON object.
        input: Json,
        /// The vendor's data, if any.
        vendor: Option<Json>,
    },
    /// What a tool answered.
    ToolResult {
        /// The id of the call.
        tool_use_id: String,
        /// The answer, or the error message.
        content: String,
        /// Whether the tool failed.
        is_error: bool,
    },
}

impl ModelContent {
    /// Text without vendor data.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), vendor: None }
    }
}

/// A tool the model may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSpec {
    /// Its name: letters, digits, `_` and `-`.
    pub name: String,
    /// What it does and when to use it, for the model.
    pub description: String,
    /// JSON Schema of the arguments, an object.
    pub input_schema: Json,
}

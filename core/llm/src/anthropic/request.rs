//! Writes the body of a request.

use std::borrow::Cow;

use atelier_protocol::{Json, Role};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::thinking;
use crate::{ModelContent, ModelMessage, ModelRequest, ToolSpec, call_id::call_id};

/// What goes back unchanged with a thinking block.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum VendorData {
    Thinking { signature: String },
    RedactedThinking { data: String },
}

impl VendorData {
    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Thinking { signature } => serde_json::json!({"type": "thinking", "signature": signature}),
            Self::RedactedThinking { data } => serde_json::json!({"type": "redacted_thinking", "data": data}),
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<[System<'a>; 1]>,
    #[serde(flatten)]
    thinking: thinking::Config,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct System<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
    cache_control: CacheControl,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    description: &'a str,
    input_schema: &'a Json,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: Role,
    content: Vec<Content<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Content<'a> {
    Text {
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Image {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Thinking {
        thinking: &'a str,
        signature: String,
    },
    RedactedThinking {
        data: String,
    },
    ToolUse {
        id: Cow<'a, str>,
        name: &'a str,
        input: Cow<'a, Json>,
    },
    ToolResult {
        tool_use_id: Cow<'a, str>,
        content: &'a str,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        is_error: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Source<'a> {
    Base64 { media_type: &'a str, data: &'a str },
}

impl Content<'_> {
    fn is_thinking(&self) -> bool {
        matches!(self, Self::Thinking { .. } | Self::RedactedThinking { .. })
    }

    /// Makes it the end of a cached part; false for what can't be one.
    fn mark(&mut self) -> bool {
        match self {
            Self::ToolResult { content: "", .. }
            | Self::Thinking { .. }
            | Self::RedactedThinking { .. }
            | Self::ToolUse { .. } => false,
            Self::Text { cache_control, .. }
            | Self::Image { cache_control, .. }
            | Self::ToolResult { cache_control, .. } => {
                *cache_control = Some(CacheControl::EPHEMERAL);
                true
            }
        }
    }
}

/// The request as JSON.
pub(super) fn body(request: &ModelRequest) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Body { max_tokens: Some(request.max_tokens), stream: true, ..counted(request) })
}

/// What of the request counts, as JSON.
pub(super) fn count(request: &ModelRequest) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&counted(request))
}

fn counted(request: &ModelRequest) -> Body<'_> {
    let system = request.system.as_deref().filter(|system| !system.trim().is_empty());
    let mut tools: Vec<_> = request.tools.iter().map(tool).collect();
    if let Some(last) = tools.last_mut() {
        last.cache_control = Some(CacheControl::EPHEMERAL);
    }
    let mut messages = messages(&request.messages);
    mark_ends(&mut messages);
    Body {
        model: &request.model,
        max_tokens: None,
        stream: false,
        system: system.map(|text| [System { kind: "text", text, cache_control: CacheControl::EPHEMERAL }]),
        thinking: thinking::config(request),
        tools,
        messages,
    }
}

/// How many messages end a cached part; with the tools and the system prompt that makes the four that the API takes.
const CACHED_ENDS: usize = 2;

/// Says that what comes before may be kept for five minutes and found again by its beginning.
#[derive(Clone, Copy, Serialize)]
struct CacheControl {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl CacheControl {
    const EPHEMERAL: Self = Self { kind: "ephemeral" };
}

/// Ends a cached part after each of the user's last two messages: the next request finds the newer one's, however much
/// the answer adds, and this one finds the older one's, which was the newer one of the request before.
fn mark_ends(messages: &mut [Message<'_>]) {
    let users = messages.iter_mut().rev().filter(|message| message.role == Role::User);
    for message in users.take(CACHED_ENDS) {
        message.content.iter_mut().rev().any(Content::mark);
    }
}

/// The smallest request there is.
pub(super) fn key_check(model: &str) -> Result<Vec<u8>, serde_json::Error> {
    let messages = serde_json::json!([{"role": "user", "content": "Hi"}]);
    serde_json::to_vec(&serde_json::json!({"model": model, "max_tokens": 1, "messages": messages}))
}

/// The messages as the API takes them: roles alternate, no message or text is empty, and no answer ends with thinking
/// (as one does that was interrupted).
fn messages(messages: &[ModelMessage]) -> Vec<Message<'_>> {
    let mut merged: Vec<Message<'_>> = Vec::with_capacity(messages.len());
    for message in messages {
        let content: Vec<_> = message.content.iter().filter_map(|part| content(message.role, part)).collect();
        if content.is_empty() {
            continue;
        }
        if merged.last().is_some_and(|last| last.role != message.role) {
            drop_open_thinking(&mut merged);
        }
        match merged.last_mut() {
            Some(last) if last.role == message.role => last.content.extend(content),
            _ => merged.push(Message { role: message.role, content }),
        }
    }
    drop_open_thinking(&mut merged);
    merged
}

fn drop_open_thinking(messages: &mut Vec<Message<'_>>) {
    let Some(last) = messages.last_mut() else {
        return;
    };
    while last.content.pop_if(|content| content.is_thinking()).is_some() {}
    if last.content.is_empty() {
        messages.pop();
    }
}

fn content(role: Role, content: &ModelContent) -> Option<Content<'_>> {
    match content {
        ModelContent::Text { text, .. } if text.trim().is_empty() => None,
        ModelContent::Text { text, .. } => Some(Content::Text { text, cache_control: None }),
        ModelContent::Image { media_type, data } => {
            let source = Source::Base64 { media_type, data };
            (role == Role::User).then_some(Content::Image { source, cache_control: None })
        }
        ModelContent::Thinking { text, vendor } => thinking(text, vendor.as_ref()?),
        ModelContent::ToolUse { id, name, input, .. } => {
            let input = if input.is_object() { Cow::Borrowed(input) } else { Cow::Owned(Json::Object(Map::new())) };
            Some(Content::ToolUse { id: call_id(id), name, input })
        }
        ModelContent::ToolResult { tool_use_id, content, is_error } => Some(Content::ToolResult {
            tool_use_id: call_id(tool_use_id),
            content,
            is_error: *is_error,
            cache_control: None,
        }),
    }
}

fn thinking<'a>(text: &'a str, vendor: &Json) -> Option<Content<'a>> {
    match VendorData::deserialize(vendor).ok()? {
        VendorData::Thinking { signature } => Some(Content::Thinking { thinking: text, signature }),
        VendorData::RedactedThinking { data } => Some(Content::RedactedThinking { data }),
    }
}

fn tool(tool: &ToolSpec) -> Tool<'_> {
    let ToolSpec { name, description, input_schema } = tool;
    Tool { name, description, input_schema, cache_control: None }
}

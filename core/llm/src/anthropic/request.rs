//! Writes the body of a request.

use std::borrow::Cow;

use atelier_protocol::{Json, Role};
use serde::{Deserialize, Serialize};

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
    max_tokens: u32,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Thinking {
    #[serde(rename = "type")]
    kind: &'static str,
    budget_tokens: u32,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    description: &'a str,
    input_schema: &'a Json,
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
    },
    Image {
        source: Source<'a>,
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
        input: &'a Json,
    },
    ToolResult {
        tool_use_id: Cow<'a, str>,
        content: &'a str,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        is_error: bool,
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
}

/// The request as JSON.
pub(super) fn body(request: &ModelRequest) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Body {
        model: &request.model,
        max_tokens: request.max_tokens,
        stream: true,
        system: request.system.as_deref().filter(|system| !system.trim().is_empty()),
        thinking: request.thinking_budget.map(|budget_tokens| Thinking { kind: "enabled", budget_tokens }),
        tools: request.tools.iter().map(tool).collect(),
        messages: messages(&request.messages),
    })
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
        ModelContent::Text { text, .. } => Some(Content::Text { text }),
        ModelContent::Image { media_type, data } => {
            (role == Role::User).then_some(Content::Image { source: Source::Base64 { media_type, data } })
        }
        ModelContent::Thinking { text, vendor } => thinking(text, vendor.as_ref()?),
        ModelContent::ToolUse { id, name, input, .. } => Some(Content::ToolUse { id: call_id(id), name, input }),
        ModelContent::ToolResult { tool_use_id, content, is_error } => {
            Some(Content::ToolResult { tool_use_id: call_id(tool_use_id), content, is_error: *is_error })
        }
    }
}

fn thinking<'a>(text: &'a str, vendor: &Json) -> Option<Content<'a>> {
    match VendorData::deserialize(vendor).ok()? {
        VendorData::Thinking { signature } => Some(Content::Thinking { thinking: text, signature }),
        VendorData::RedactedThinking { data } => Some(Content::RedactedThinking { data }),
    }
}

fn tool(tool: &ToolSpec) -> Tool<'_> {
    Tool { name: &tool.name, description: &tool.description, input_schema: &tool.input_schema }
}

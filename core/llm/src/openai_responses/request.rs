//! Writes the body of a request.

use std::borrow::Cow;

use atelier_protocol::{Json, Role};
use serde::{Deserialize, Serialize};

use crate::{Effort, ModelContent, ModelMessage, ModelRequest, ToolSpec, call_id::call_id, openai::DataUrl};

/// The smallest output limit that the API takes, in tokens.
const LEAST_OUTPUT: u32 = 16;

/// What goes back unchanged with a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum VendorData {
    /// With thinking: the item, all but its plain text.
    Reasoning { id: String, summary: Json, encrypted_content: String },
    /// With text: whether it was a remark on the way or the answer.
    Message { phase: String },
}

impl VendorData {
    pub(super) fn to_json(&self) -> Option<Json> {
        serde_json::to_value(self).ok()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    include: &'static [&'static str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    input: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Reasoning {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<Effort>,
    summary: &'static str,
}

#[derive(Serialize)]
struct Tool<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
    description: &'a str,
    parameters: &'a Json,
    strict: bool,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Item<'a> {
    Message {
        role: Role,
        content: MessageContent<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        phase: Option<String>,
    },
    Reasoning {
        id: String,
        summary: Json,
        encrypted_content: String,
    },
    FunctionCall {
        call_id: Cow<'a, str>,
        name: &'a str,
        arguments: String,
    },
    FunctionCallOutput {
        call_id: Cow<'a, str>,
        output: Cow<'a, str>,
    },
}

#[derive(Serialize)]
#[serde(untagged)]
enum MessageContent<'a> {
    /// Of an answer.
    Text(&'a str),
    /// Of the user.
    Parts(Vec<Part<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part<'a> {
    InputText { text: &'a str },
    InputImage { image_url: DataUrl<'a>, detail: &'static str },
}

/// The request as JSON.
pub(super) fn body(request: &ModelRequest) -> Result<Vec<u8>, serde_json::Error> {
    let reasons = request.effort.is_some() || request.thinking_budget.is_some() || may_reason(&request.model);
    serde_json::to_vec(&Body {
        max_output_tokens: Some(request.max_tokens.max(LEAST_OUTPUT)),
        stream: Some(true),
        store: Some(false),
        include: if reasons { &["reasoning.encrypted_content"] } else { &[] },
        ..counted(request)
    })
}

/// What of the request counts, as JSON.
pub(super) fn count(request: &ModelRequest) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&counted(request))
}

fn counted(request: &ModelRequest) -> Body<'_> {
    let asked = request.effort.is_some() || request.thinking_budget.is_some();
    Body {
        model: &request.model,
        max_output_tokens: None,
        stream: None,
        store: None,
        instructions: request.system.as_deref().filter(|system| !system.trim().is_empty()),
        reasoning: asked.then_some(Reasoning { effort: request.effort, summary: "auto" }),
        include: &[],
        tools: request.tools.iter().map(tool).collect(),
        input: items(&request.messages),
    }
}

/// Whether the model may reason by itself. Models that can't refuse to be asked for their reasoning; they are old, and
/// no more of their kind are made.
fn may_reason(model: &str) -> bool {
    let model = model.strip_prefix("ft:").unwrap_or(model);
    let plain = ["gpt-3", "gpt-4", "chatgpt", "davinci", "babbage"];
    !plain.iter().any(|family| model.starts_with(family)) && !model.contains("-chat")
}

/// The conversation as the API takes it: no text is empty, and reasoning stands only before what came of it.
fn items(messages: &[ModelMessage]) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for message in messages {
        match message.role {
            Role::User => user_items(&message.content, &mut items),
            Role::Assistant => items.extend(message.content.iter().filter_map(answer_item)),
        }
    }
    drop_open_reasoning(&mut items);
    items
}

fn user_items<'a>(content: &'a [ModelContent], items: &mut Vec<Item<'a>>) {
    drop_open_reasoning(items);
    let mut parts = Vec::new();
    for content in content {
        match content {
            ModelContent::Text { text, .. } if !text.trim().is_empty() => parts.push(Part::InputText { text }),
            ModelContent::Image { media_type, data } => {
                parts.push(Part::InputImage { image_url: DataUrl { media_type, data }, detail: "auto" });
            }
            ModelContent::ToolResult { tool_use_id, content, is_error } => {
                let output = if *is_error { format!("Error: {content}").into() } else { content.as_str().into() };
                items.push(Item::FunctionCallOutput { call_id: call_id(tool_use_id), output });
            }
            _ => {}
        }
    }
    if !parts.is_empty() {
        items.push(Item::Message { role: Role::User, content: MessageContent::Parts(parts), phase: None });
    }
}

fn answer_item(content: &ModelContent) -> Option<Item<'_>> {
    match content {
        ModelContent::Text { text, .. } if text.trim().is_empty() => None,
        ModelContent::Text { text, vendor } => {
            let phase = match vendor_data(vendor.as_ref()) {
                Some(VendorData::Message { phase }) => Some(phase),
                _ => None,
            };
            Some(Item::Message { role: Role::Assistant, content: MessageContent::Text(text), phase })
        }
        ModelContent::Thinking { vendor, .. } => match vendor_data(vendor.as_ref())? {
            VendorData::Reasoning { id, summary, encrypted_content } => {
                Some(Item::Reasoning { id, summary, encrypted_content })
            }
            VendorData::Message { .. } => None,
        },
        ModelContent::ToolUse { id, name, input, .. } => {
            let arguments = if input.is_object() { input.to_string() } else { "{}".to_owned() };
            Some(Item::FunctionCall { call_id: call_id(id), name, arguments })
        }
        ModelContent::Image { .. } | ModelContent::ToolResult { .. } => None,
    }
}

fn vendor_data(vendor: Option<&Json>) -> Option<VendorData> {
    VendorData::deserialize(vendor?).ok()
}

/// Reasoning that nothing came of (the answer was interrupted) is refused.
fn drop_open_reasoning(items: &mut Vec<Item<'_>>) {
    while items.pop_if(|item| matches!(item, Item::Reasoning { .. })).is_some() {}
}

fn tool(tool: &ToolSpec) -> Tool<'_> {
    Tool {
        kind: "function",
        name: &tool.name,
        description: &tool.description,
        parameters: &tool.input_schema,
        strict: false,
    }
}

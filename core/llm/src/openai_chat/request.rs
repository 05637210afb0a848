//! Writes the body of a request.

use std::borrow::Cow;

use atelier_protocol::{Json, Role};
use serde::{Deserialize, Serialize};

use super::{ChatServer, reasoning::VendorData};
use crate::{Effort, ModelContent, ModelMessage, ModelRequest, ToolSpec, call_id::call_id, openai::DataUrl};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    /// The older name, which OpenAI's newer models refuse and most other servers want.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<Effort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

/// `OpenRouter`'s way to ask for thinking, either by level or by number.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Reasoning {
    Effort(Effort),
    MaxTokens(u32),
}

#[derive(Serialize)]
struct Tool<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    function: FunctionSpec<'a>,
}

#[derive(Serialize)]
struct FunctionSpec<'a> {
    name: &'a str,
    description: &'a str,
    parameters: &'a Json,
}

#[derive(Serialize)]
#[serde(tag = "role", rename_all = "snake_case")]
enum Message<'a> {
    System { content: &'a str },
    User { content: UserContent<'a> },
    Assistant(Answer<'a>),
    Tool { tool_call_id: Cow<'a, str>, content: Cow<'a, str> },
}

#[derive(Serialize)]
#[serde(untagged)]
enum UserContent<'a> {
    Text(Cow<'a, str>),
    Parts(Vec<Part<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: ImageUrl<'a> },
}

#[derive(Serialize)]
struct ImageUrl<'a> {
    url: DataUrl<'a>,
}

#[derive(Default, Serialize)]
struct Answer<'a> {
    content: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasoning_details: Vec<Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ToolCall<'a>>,
}

#[derive(Serialize)]
struct ToolCall<'a> {
    id: Cow<'a, str>,
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    arguments: String,
}

/// The request as JSON.
pub(super) fn body(server: ChatServer, request: &ModelRequest) -> Result<Vec<u8>, serde_json::Error> {
    let (openai, router) = (server == ChatServer::OpenAi, server == ChatServer::OpenRouter);
    let asked = request.effort.map(Reasoning::Effort).or(request.thinking_budget.map(Reasoning::MaxTokens));
    serde_json::to_vec(&Body {
        model: &request.model,
        max_completion_tokens: openai.then_some(request.max_tokens),
        max_tokens: (!openai).then_some(request.max_tokens),
        stream: true,
        stream_options: StreamOptions { include_usage: true },
        reasoning_effort: request.effort.filter(|_| !router),
        reasoning: asked.filter(|_| router),
        tools: request.tools.iter().map(tool).collect(),
        messages: messages(request, openai),
    })
}

/// The conversation as the API takes it: roles alternate, results of tools stand right after the calls, no text is
/// empty.
fn messages(request: &ModelRequest, openai: bool) -> Vec<Message<'_>> {
    let mut written = Vec::new();
    if let Some(content) = request.system.as_deref().filter(|system| !system.trim().is_empty()) {
        written.push(Message::System { content });
    }
    let prompted = request.messages.iter().rposition(is_prompt).unwrap_or_default();
    let runs: Vec<(usize, Role, Vec<&ModelContent>)> = runs(&request.messages);
    for (at, role, content) in runs {
        match role {
            Role::User => write_user(&content, &mut written),
            // OpenAI itself has no field for thinking in this format, and refuses those that it does not know.
            Role::Assistant => {
                written.extend(answer(&content, at > prompted && !openai).map(Message::Assistant));
            }
        }
    }
    written
}

/// Neighbouring messages of one role as one, with the place of the first; without those that say nothing.
fn runs(messages: &[ModelMessage]) -> Vec<(usize, Role, Vec<&ModelContent>)> {
    let mut runs: Vec<(usize, Role, Vec<&ModelContent>)> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let content = message.content.iter().filter(|content| is_sent(message.role, content));
        let content: Vec<_> = content.collect();
        match runs.last_mut() {
            // Thinking by itself is no answer.
            _ if content.iter().all(|content| matches!(content, ModelContent::Thinking { .. })) => {}
            Some((_, role, run)) if *role == message.role => run.extend(content),
            _ => runs.push((at, message.role, content)),
        }
    }
    runs
}

fn is_sent(role: Role, content: &ModelContent) -> bool {
    match content {
        ModelContent::Text { text, .. } => !text.trim().is_empty(),
        ModelContent::Image { .. } | ModelContent::ToolResult { .. } => role == Role::User,
        ModelContent::ToolUse { .. } | ModelContent::Thinking { .. } => role == Role::Assistant,
    }
}

/// Whether the user says something here, rather than only tools.
fn is_prompt(message: &ModelMessage) -> bool {
    let says = |content: &ModelContent| matches!(content, ModelContent::Text { .. } | ModelContent::Image { .. });
    message.role == Role::User && message.content.iter().any(|content| is_sent(Role::User, content) && says(content))
}

fn write_user<'a>(content: &[&'a ModelContent], written: &mut Vec<Message<'a>>) {
    let mut parts = Vec::new();
    for content in content {
        match content {
            ModelContent::Text { text, .. } => parts.push(Part::Text { text }),
            ModelContent::Image { media_type, data } => {
                parts.push(Part::ImageUrl { image_url: ImageUrl { url: DataUrl { media_type, data } } });
            }
            ModelContent::ToolResult { tool_use_id, content, is_error } => {
                let content = if *is_error { format!("Error: {content}").into() } else { content.as_str().into() };
                written.push(Message::Tool { tool_call_id: call_id(tool_use_id), content });
            }
            ModelContent::Thinking { .. } | ModelContent::ToolUse { .. } => {}
        }
    }
    if !parts.is_empty() {
        written.push(Message::User { content: user_content(parts) });
    }
}

/// Plain text where that says it all: not every server takes parts.
fn user_content(parts: Vec<Part<'_>>) -> UserContent<'_> {
    let texts: Option<Vec<&str>> = parts
        .iter()
        .map(|part| match part {
            Part::Text { text } => Some(*text),
            Part::ImageUrl { .. } => None,
        })
        .collect();
    match texts.as_deref() {
        Some([text]) => UserContent::Text(Cow::Borrowed(text)),
        Some(texts) => UserContent::Text(Cow::Owned(texts.join("\n\n"))),
        None => UserContent::Parts(parts),
    }
}

/// An answer. Plain thinking goes back only while its tool calls go on (`in_turn`): servers want it then and refuse or
/// ignore it later.
fn answer<'a>(content: &[&'a ModelContent], in_turn: bool) -> Option<Answer<'a>> {
    let mut answer = Answer::default();
    for content in content {
        match content {
            ModelContent::Text { text, .. } => match &mut answer.content {
                Some(said) => *said = format!("{said}\n\n{text}").into(),
                said => *said = Some(text.into()),
            },
            ModelContent::ToolUse { id, name, input, .. } => {
                let arguments = if input.is_object() { input.to_string() } else { "{}".to_owned() };
                answer.tool_calls.push(ToolCall {
                    id: call_id(id),
                    kind: "function",
                    function: Function { name, arguments },
                });
            }
            ModelContent::Thinking { text, vendor } => think(&mut answer, text, vendor.as_ref(), in_turn),
            ModelContent::Image { .. } | ModelContent::ToolResult { .. } => {}
        }
    }
    (answer.content.is_some() || !answer.tool_calls.is_empty()).then_some(answer)
}

fn think(answer: &mut Answer<'_>, text: &str, vendor: Option<&Json>, in_turn: bool) {
    let append = |field: &mut Option<String>| field.get_or_insert_default().push_str(text);
    match vendor.and_then(|vendor| VendorData::deserialize(vendor).ok()) {
        Some(VendorData::Details { reasoning_details }) => answer.reasoning_details.extend(reasoning_details),
        Some(VendorData::ContentField) if in_turn => append(&mut answer.reasoning_content),
        Some(VendorData::PlainField) if in_turn => append(&mut answer.reasoning),
        _ => {}
    }
}

fn tool(tool: &ToolSpec) -> Tool<'_> {
    let function = FunctionSpec { name: &tool.name, description: &tool.description, parameters: &tool.input_schema };
    Tool { kind: "function", function }
}

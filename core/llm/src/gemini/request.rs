//! Writes the body of a request.

use std::{borrow::Cow, collections::HashMap};

use atelier_protocol::{Json, Role};
use serde::Serialize;

use super::{
    schema,
    thinking::{self, ThinkingConfig},
    wire::VendorData,
};
use crate::{ModelContent, ModelMessage, ModelRequest, ToolSpec};

/// Stands for the signature of a call that another vendor's model made: models from 3 on refuse a conversation without,
/// and their documentation names this as the way to say that there is none.
const UNSIGNED: &str = "skip_thought_signature_validator";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<System<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tools<'a>>,
    generation_config: GenerationConfig,
}

#[derive(Serialize)]
struct System<'a> {
    parts: [Part<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tools<'a> {
    function_declarations: Vec<Function<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Function<'a> {
    name: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters_json_schema: Option<Json>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig {
    max_output_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<ThinkingConfig>,
}

#[derive(Serialize)]
struct Content<'a> {
    role: &'static str,
    parts: Vec<Part<'a>>,
}

/// A part: one of the four things, and what belongs to it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inline_data: Option<InlineData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_call: Option<FunctionCall<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_response: Option<FunctionResponse<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    thought: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    thought_signature: Option<Cow<'static, str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InlineData<'a> {
    mime_type: &'a str,
    data: &'a str,
}

#[derive(Serialize)]
struct FunctionCall<'a> {
    id: &'a str,
    name: &'a str,
    args: &'a Json,
}

#[derive(Serialize)]
struct FunctionResponse<'a> {
    id: &'a str,
    name: &'a str,
    response: Outcome<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome<'a> {
    Output(&'a str),
    Error(&'a str),
}

/// A request that is only counted.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Count<'a> {
    generate_content_request: Named<'a>,
}

#[derive(Serialize)]
struct Named<'a> {
    model: String,
    #[serde(flatten)]
    body: Body<'a>,
}

/// The request as JSON.
pub(super) fn body(request: &ModelRequest) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&written(request))
}

/// The request to be counted, as JSON.
pub(super) fn count(request: &ModelRequest) -> Result<Vec<u8>, serde_json::Error> {
    let name = request.model.strip_prefix("models/").unwrap_or(&request.model);
    let named = Named { model: format!("models/{name}"), body: written(request) };
    serde_json::to_vec(&Count { generate_content_request: named })
}

fn written(request: &ModelRequest) -> Body<'_> {
    let system = request.system.as_deref().filter(|system| !system.trim().is_empty());
    let functions: Vec<_> = request.tools.iter().map(function).collect();
    Body {
        contents: contents(&request.messages, !request.model.contains("gemini-2.")),
        system_instruction: system.map(|text| System { parts: [plain(text)] }),
        tools: if functions.is_empty() { Vec::new() } else { vec![Tools { function_declarations: functions }] },
        generation_config: GenerationConfig {
            max_output_tokens: request.max_tokens,
            thinking_config: thinking::config(request),
        },
    }
}

fn function(tool: &ToolSpec) -> Function<'_> {
    let parameters_json_schema = schema::of_arguments(&tool.input_schema);
    Function { name: &tool.name, description: &tool.description, parameters_json_schema }
}

/// The messages as the API takes them: roles alternate, and no message is empty or nothing but thinking (as one is that
/// was interrupted).
fn contents(messages: &[ModelMessage], signed: bool) -> Vec<Content<'_>> {
    let mut contents: Vec<Content<'_>> = Vec::with_capacity(messages.len());
    // A result is told by the name of its tool, which only the call knows.
    let mut tools = HashMap::new();
    for message in messages {
        let mut parts = Vec::with_capacity(message.content.len());
        for content in &message.content {
            if let ModelContent::ToolUse { id, name, .. } = content {
                tools.insert(id.as_str(), name.as_str());
            }
            push_parts(&mut parts, message.role, content, &tools);
        }
        if parts.iter().all(|part| part.thought) {
            continue;
        }
        let role = match message.role {
            Role::User => "user",
            Role::Assistant => "model",
        };
        match contents.last_mut() {
            Some(last) if last.role == role => last.parts.extend(parts),
            _ => contents.push(Content { role, parts }),
        }
    }
    if signed {
        contents.iter_mut().for_each(sign_first_call);
    }
    contents
}

/// Of calls made together only the first is signed.
fn sign_first_call(content: &mut Content<'_>) {
    if let Some(first) = content.parts.iter_mut().find(|part| part.function_call.is_some()) {
        first.thought_signature.get_or_insert(Cow::Borrowed(UNSIGNED));
    }
}

fn push_parts<'a>(parts: &mut Vec<Part<'a>>, role: Role, content: &'a ModelContent, tools: &HashMap<&str, &'a str>) {
    match content {
        ModelContent::Text { text, vendor } => {
            let (own, apart) = signatures(vendor.as_ref());
            if !text.trim().is_empty() || own.is_some() {
                parts.push(Part { thought_signature: own, ..plain(text) });
            }
            parts.extend(apart.map(alone));
        }
        ModelContent::Image { media_type, data } => {
            let image = InlineData { mime_type: media_type, data };
            parts.extend((role == Role::User).then_some(Part { inline_data: Some(image), ..Part::default() }));
        }
        ModelContent::Thinking { text, vendor } => {
            let (own, apart) = signatures(vendor.as_ref());
            parts.extend(own.map(|own| Part { thought: true, thought_signature: Some(own), ..plain(text) }));
            parts.extend(apart.map(alone));
        }
        ModelContent::ToolUse { id, name, input, vendor } => {
            let call = FunctionCall { id, name, args: input };
            let (own, _) = signatures(vendor.as_ref());
            parts.push(Part { function_call: Some(call), thought_signature: own, ..Part::default() });
        }
        ModelContent::ToolResult { tool_use_id, content, is_error } => {
            let response = if *is_error { Outcome::Error(content) } else { Outcome::Output(content) };
            let name = tools.get(tool_use_id.as_str()).copied().unwrap_or(tool_use_id);
            let result = FunctionResponse { id: tool_use_id, name, response };
            parts.push(Part { function_response: Some(result), ..Part::default() });
        }
    }
}

fn plain(text: &str) -> Part<'_> {
    Part { text: Some(text), ..Part::default() }
}

/// A signature that came by itself.
fn alone(signature: Cow<'static, str>) -> Part<'static> {
    Part { thought_signature: Some(signature), ..plain("") }
}

type Signature = Option<Cow<'static, str>>;

/// The signature of the part itself, and the one that came after it.
fn signatures(vendor: Option<&Json>) -> (Signature, Signature) {
    match VendorData::of(vendor) {
        Some(VendorData { thought_signature, apart: false }) => (Some(thought_signature.into()), None),
        Some(VendorData { thought_signature, apart: true }) => (None, Some(thought_signature.into())),
        None => (None, None),
    }
}

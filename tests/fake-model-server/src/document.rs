//! Answers requests that want one JSON document: lists of models page by page, a message without a stream.

use serde_json::{Value as Json, json};

use crate::{Recorded, record::State};

/// The document that a request wants; none when it wants a stream or nothing that is here.
pub(crate) fn of(request: &Recorded, state: &State) -> Option<Json> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let after = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find_map(|(key, value)| (key == name).then_some(value))
    };
    match (request.method.as_str(), path) {
        ("GET", "/v1/models") if request.header("anthropic-version").is_some() => {
            Some(anthropic(&state.page_of_models(after("after_id"))))
        }
        ("GET", "/v1/models") => Some(openai(&state.page_of_models(after("after")))),
        ("GET", "/v1beta/models") => Some(gemini(&state.page_of_models(after("pageToken")))),
        ("GET", "/v1/key") => Some(json!({"data": {"label": "fake", "usage": 0, "limit": null}})),
        ("POST", "/v1/messages/count_tokens" | "/v1/responses/input_tokens") => Some(json!({"input_tokens": 20})),
        ("POST", path) if path.starts_with("/v1beta/models/") && path.ends_with(":countTokens") => {
            Some(json!({"totalTokens": 20}))
        }
        ("POST", "/v1/messages") if request.body["stream"] != true => Some(message(&request.body["model"])),
        _ => None,
    }
}

/// Anthropic's answer of one token.
fn message(model: &Json) -> Json {
    json!({
        "id": "msg_fake", "type": "message", "role": "assistant", "model": model,
        "content": [{"type": "text", "text": "Hello"}], "stop_reason": "max_tokens", "stop_sequence": null,
        "usage": {"input_tokens": 8, "output_tokens": 1},
    })
}

/// A part of the list.
pub(crate) struct Page {
    pub(crate) ids: Vec<String>,
    pub(crate) more: bool,
}

fn anthropic(page: &Page) -> Json {
    let model = |id: &String| {
        json!({
            "type": "model", "id": id, "display_name": format!("Model {id}"), "created_at": "2026-01-05T00:00:00Z",
            "max_input_tokens": 200_000, "max_tokens": 64_000,
        })
    };
    let data: Vec<Json> = page.ids.iter().map(model).collect();
    json!({"data": data, "has_more": page.more, "first_id": page.ids.first(), "last_id": page.ids.last()})
}

/// This list has no further pages.
fn openai(page: &Page) -> Json {
    let model = |id: &String| json!({"id": id, "object": "model", "created": 1_767_603_600, "owned_by": "fake"});
    let data: Vec<Json> = page.ids.iter().map(model).collect();
    json!({"object": "list", "data": data})
}

fn gemini(page: &Page) -> Json {
    let model = |id: &String| {
        json!({
            "name": format!("models/{id}"), "version": "001", "displayName": format!("Model {id}"),
            "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536,
            "supportedGenerationMethods": ["generateContent", "countTokens"], "thinking": true,
        })
    };
    let models: Vec<Json> = page.ids.iter().map(model).collect();
    let mut list = json!({"models": models});
    if page.more {
        list["nextPageToken"] = page.ids.last().map(String::as_str).into();
    }
    list
}

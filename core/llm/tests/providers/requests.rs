//! What is sent.

use std::collections::BTreeMap;

use atelier_llm::{
    Anthropic, ApiKey, KeyHeader, ModelContent, ModelEvent, ModelMessage, ModelRequest, Provider, ToolSpec, Transport,
};
use atelier_protocol::{Json, Role};
use fake_model_server::{FakeModelServer, Recorded, Reply, Step};
use serde_json::json;

use crate::{KEY, anthropic_at, asking, endpoint, rest_of};

async fn sent(request: ModelRequest) -> Recorded {
    let server = FakeModelServer::start().await.unwrap();
    let stream = anthropic_at(&server.url()).stream(request).await.unwrap();
    assert_eq!(rest_of(stream).await.1, None);
    server.requests().remove(0)
}

fn user(content: Vec<ModelContent>) -> ModelMessage {
    ModelMessage { role: Role::User, content }
}

fn assistant(content: Vec<ModelContent>) -> ModelMessage {
    ModelMessage { role: Role::Assistant, content }
}

/// The same as the end of a cached part.
fn cached(mut block: Json) -> Json {
    block["cache_control"] = json!({"type": "ephemeral"});
    block
}

fn text(text: &str) -> ModelContent {
    ModelContent::text(text)
}

#[tokio::test]
async fn a_plain_prompt_is_a_small_request_to_the_messages_path() {
    let request = sent(asking("Hi")).await;
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/messages"));
    assert_eq!(request.header("x-api-key"), Some(KEY));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("anthropic-version"), Some("2023-06-01"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    assert!(request.header("user-agent").unwrap().starts_with("atelier/"));
    let messages = json!([{"role": "user", "content": [cached(json!({"type": "text", "text": "Hi"}))]}]);
    let expected = json!({"model": "claude-test", "max_tokens": 4096, "stream": true, "messages": messages});
    assert_eq!(request.body, expected);
}

#[tokio::test]
async fn a_token_is_sent_as_a_bearer() {
    let server = FakeModelServer::start().await.unwrap();
    let mut endpoint = endpoint(&format!("{}//", server.url()));
    endpoint.key = ApiKey { secret: format!(" {KEY}\n").into(), header: KeyHeader::Bearer };
    let provider = Anthropic::new(&endpoint, &Transport::default()).unwrap();
    assert_eq!(rest_of(provider.stream(asking("Hi")).await.unwrap()).await.1, None);
    let request = server.requests().remove(0);
    assert_eq!(request.path, "/v1/messages");
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(request.header("x-api-key"), None);
}

#[tokio::test]
async fn system_thinking_tools_and_every_kind_of_content_are_written_as_the_vendor_has_them() {
    let schema = json!({"type": "object", "properties": {"path": {"type": "string"}}});
    let tool = ToolSpec { name: "read_file".into(), description: "Reads.".into(), input_schema: schema.clone() };
    let call =
        ModelContent::ToolUse { id: "t1".into(), name: "read_file".into(), input: json!({"path": "a"}), vendor: None };
    let result = |is_error| ModelContent::ToolResult { tool_use_id: "t1".into(), content: "x".into(), is_error };
    let request = sent(ModelRequest {
        system: Some("Be brief.".into()),
        thinking_budget: Some(2048),
        tools: vec![tool],
        messages: vec![
            user(vec![text("Read a")]),
            assistant(vec![text("I will."), call]),
            user(vec![result(false), result(true), text("Now?")]),
        ],
        ..asking("")
    })
    .await;
    assert_eq!(request.body["system"], json!([cached(json!({"type": "text", "text": "Be brief."}))]));
    assert_eq!(request.body["thinking"], json!({"type": "enabled", "budget_tokens": 2048}));
    let tools = json!([cached(json!({"name": "read_file", "description": "Reads.", "input_schema": schema}))]);
    assert_eq!(request.body["tools"], tools);
    let call = json!({"type": "tool_use", "id": "t1", "name": "read_file", "input": {"path": "a"}});
    let answered = json!([
        {"type": "tool_result", "tool_use_id": "t1", "content": "x"},
        {"type": "tool_result", "tool_use_id": "t1", "content": "x", "is_error": true},
        cached(json!({"type": "text", "text": "Now?"})),
    ]);
    let messages = json!([
        {"role": "user", "content": [cached(json!({"type": "text", "text": "Read a"}))]},
        {"role": "assistant", "content": [{"type": "text", "text": "I will."}, call]},
        {"role": "user", "content": answered},
    ]);
    assert_eq!(request.body["messages"], messages);
}

#[tokio::test]
async fn what_the_api_would_refuse_is_left_out() {
    let thinking = |vendor: Option<Json>| ModelContent::Thinking { text: "Hm".into(), vendor };
    let signed = || thinking(Some(json!({"type": "thinking", "signature": "s"})));
    let foreign = || thinking(Some(json!({"encrypted_content": "…"})));
    let request = sent(ModelRequest {
        system: Some(" ".into()),
        messages: vec![
            user(vec![text("one")]),
            assistant(vec![signed(), text("\n")]),
            user(vec![text(" "), text("two")]),
            assistant(vec![signed()]),
            assistant(vec![thinking(None), foreign(), text("three")]),
            assistant(vec![text("four"), signed()]),
            user(vec![]),
            user(vec![text("five")]),
        ],
        ..asking("")
    })
    .await;
    assert_eq!(request.body.get("system"), None);
    let text = |text: &str| json!({"type": "text", "text": text});
    let answer = json!([{"type": "thinking", "thinking": "Hm", "signature": "s"}, text("three"), text("four")]);
    let messages = json!([
        {"role": "user", "content": [text("one"), cached(text("two"))]},
        {"role": "assistant", "content": answer},
        {"role": "user", "content": [cached(text("five"))]},
    ]);
    assert_eq!(request.body["messages"], messages);
}

/// The places of all marks, as JSON pointers.
fn marks(value: &Json, at: &str, found: &mut Vec<String>) {
    match value {
        Json::Object(fields) if fields.contains_key("cache_control") => found.push(at.to_owned()),
        Json::Object(fields) => fields.iter().for_each(|(name, value)| marks(value, &format!("{at}/{name}"), found)),
        Json::Array(items) => {
            (0..).zip(items).for_each(|(number, item): (usize, _)| marks(item, &format!("{at}/{number}"), found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn what_the_next_request_repeats_is_marked_to_be_cached_at_four_places_at_most() {
    let tool = |name: &str| ToolSpec { name: name.into(), description: "d".into(), input_schema: json!({}) };
    let signed = json!({"type": "thinking", "signature": "s"});
    let thinking = || ModelContent::Thinking { text: "Hm".into(), vendor: Some(signed.clone()) };
    let call = || ModelContent::ToolUse { id: "t".into(), name: "a".into(), input: json!({}), vendor: None };
    let result =
        |content: &str| ModelContent::ToolResult { tool_use_id: "t".into(), content: content.into(), is_error: false };
    let mut request = ModelRequest {
        system: Some("Be brief.".into()),
        tools: vec![tool("a"), tool("b")],
        messages: vec![user(vec![text("one"), text("two")])],
        ..asking("")
    };
    let mut places = Vec::new();
    for answer in [vec![thinking(), text("I look."), call()], vec![thinking(), call()], vec![text("Done.")]] {
        let body = sent(request.clone()).await.body;
        let mut found = Vec::new();
        marks(&body, "", &mut found);
        assert!(found.len() <= 4, "{found:?}");
        assert_eq!(body, sent(request.clone()).await.body, "the same each time");
        places.push(found.into_iter().filter(|place| place.starts_with("/messages")).collect::<Vec<_>>());
        let results = if places.len() == 2 { vec![result("x"), result("")] } else { vec![result("x"), result("y")] };
        request.messages.extend([assistant(answer), user(results)]);
    }
    let body = sent(request).await.body;
    let mut found = Vec::new();
    marks(&body, "", &mut found);
    assert_eq!(found, ["/system/0", "/tools/1", "/messages/4/content/0", "/messages/6/content/1"]);
    let first = "/messages/0/content/1";
    let expected =
        [vec![first], vec![first, "/messages/2/content/1"], vec!["/messages/2/content/1", "/messages/4/content/0"]];
    assert_eq!(places, expected, "each request ends a part where the one before it did");
}

#[tokio::test]
async fn arguments_that_are_no_object_are_sent_as_none() {
    let call = ModelContent::ToolUse { id: "t".into(), name: "a".into(), input: json!("{\"cut"), vendor: None };
    let messages = vec![user(vec![text("Hi")]), assistant(vec![call])];
    let request = sent(ModelRequest { messages, ..asking("") }).await;
    assert_eq!(request.body["messages"][1]["content"][0]["input"], json!({}));
}

#[tokio::test]
async fn a_budget_goes_with_the_header_that_lets_older_models_think_between_calls() {
    let tool = ToolSpec { name: "a".into(), description: "d".into(), input_schema: json!({}) };
    let request = |model: &str| ModelRequest {
        model: model.into(),
        thinking_budget: Some(2048),
        tools: vec![tool.clone()],
        ..asking("Hi")
    };
    let old = sent(request("claude-sonnet-4-5")).await;
    assert_eq!(old.header("anthropic-beta"), Some("interleaved-thinking-2025-05-14"));
    assert_eq!(old.body["thinking"], json!({"type": "enabled", "budget_tokens": 2048}));
    let new = sent(request("claude-opus-5-5")).await;
    assert_eq!(new.header("anthropic-beta"), None);
    assert_eq!(new.body["thinking"], json!({"type": "adaptive", "display": "summarized"}));
}

#[tokio::test]
async fn pictures_are_sent_and_strange_call_ids_rewritten_alike_in_call_and_result() {
    let image = || ModelContent::Image { media_type: "image/png".into(), data: "iVBORw0=".into() };
    let id = || "functions.list:0".to_owned();
    let call = ModelContent::ToolUse { id: id(), name: "list".into(), input: json!({}), vendor: None };
    let result = ModelContent::ToolResult { tool_use_id: id(), content: "x".into(), is_error: false };
    let messages = vec![user(vec![image(), text("What is it?")]), assistant(vec![image(), call]), user(vec![result])];
    let request = sent(ModelRequest { messages, ..asking("") }).await;
    let messages = &request.body["messages"];
    let source = json!({"type": "base64", "media_type": "image/png", "data": "iVBORw0="});
    assert_eq!(messages[0]["content"][0], json!({"type": "image", "source": source}));
    assert_eq!(messages[1]["content"].as_array().unwrap().len(), 1, "no pictures in answers");
    let id = messages[1]["content"][0]["id"].as_str().unwrap();
    assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{id}");
    assert_eq!(messages[2]["content"][0]["tool_use_id"], id);
}

/// The content of an answer, put together from its events as an engine does.
fn content_of(events: &[ModelEvent]) -> Vec<ModelContent> {
    let mut texts: BTreeMap<u32, String> = BTreeMap::new();
    let mut content = Vec::new();
    for event in events {
        match event {
            ModelEvent::TextDelta { index, text } | ModelEvent::ThinkingDelta { index, text } => {
                texts.entry(*index).or_default().push_str(text);
            }
            ModelEvent::BlockFinished { index, vendor } => {
                let text = texts.remove(index).unwrap_or_default();
                content.push(match vendor {
                    Some(vendor) => ModelContent::Thinking { text, vendor: Some(vendor.clone()) },
                    None => ModelContent::text(text),
                });
            }
            _ => {}
        }
    }
    content
}

#[tokio::test]
async fn thinking_goes_back_byte_for_byte_as_it_came() {
    let server = FakeModelServer::start().await.unwrap();
    let provider = anthropic_at(&server.url());
    let signature = "EqQBCkYIBxgCKkD+/a\\b\"é==";
    server.reply(
        Reply::message([
            Step::Thinking(vec!["Grüße \"".into(), "\n\\u0041\u{7f} ".into()], signature.into()),
            Step::RedactedThinking("b3BhcXVl+/==".into()),
            Step::Thinking(vec![], "signature without text".into()),
            Step::Text(vec!["Done.".into()]),
        ])
        .split(3),
    );
    let (events, _) = rest_of(provider.stream(asking("Hi")).await.unwrap()).await;
    let mut request = asking("Hi");
    request.messages.extend([assistant(content_of(&events)), user(vec![text("Go on")])]);
    rest_of(provider.stream(request).await.unwrap()).await;
    let expected = json!([
        {"type": "thinking", "thinking": "Grüße \"\n\\u0041\u{7f} ", "signature": signature},
        {"type": "redacted_thinking", "data": "b3BhcXVl+/=="},
        {"type": "thinking", "thinking": "", "signature": "signature without text"},
        {"type": "text", "text": "Done."},
    ]);
    assert_eq!(server.requests()[1].body["messages"][1]["content"], expected);
}

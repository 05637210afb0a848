//! What is sent.

use atelier_llm::{
    ApiKey, ChatServer, Effort, Endpoint, ModelContent, ModelMessage, ModelRequest, OpenAiChat, Provider, ToolSpec,
    Transport,
};
use atelier_protocol::{Json, Role};
use fake_model_server::{FakeModelServer, Recorded};
use serde_json::json;

use super::{KEY, chat_at, openai_chat_at, responses_at};
use crate::{asking, rest_of};

async fn sent(provider: impl Fn(&str) -> Box<dyn Provider>, request: ModelRequest) -> Recorded {
    let server = FakeModelServer::start().await.unwrap();
    let stream = provider(&server.url()).stream(request).await.unwrap();
    assert_eq!(rest_of(stream).await.1, None);
    server.requests().remove(0)
}

fn user(content: Vec<ModelContent>) -> ModelMessage {
    ModelMessage { role: Role::User, content }
}

fn assistant(content: Vec<ModelContent>) -> ModelMessage {
    ModelMessage { role: Role::Assistant, content }
}

fn text(text: &str) -> ModelContent {
    ModelContent::text(text)
}

fn thinking(vendor: Json) -> ModelContent {
    ModelContent::Thinking { text: "Hm".into(), vendor: Some(vendor) }
}

fn call(id: &str) -> ModelContent {
    ModelContent::ToolUse { id: id.into(), name: "read".into(), input: json!({"path": "a"}), vendor: None }
}

fn result(id: &str, is_error: bool) -> ModelContent {
    ModelContent::ToolResult { tool_use_id: id.into(), content: "x".into(), is_error }
}

fn image() -> ModelContent {
    ModelContent::Image { media_type: "image/png".into(), data: "iVBORw0=".into() }
}

fn tools() -> Vec<ToolSpec> {
    vec![ToolSpec { name: "read".into(), description: "Reads.".into(), input_schema: json!({"type": "object"}) }]
}

fn reasoning() -> Json {
    let summary = json!([{"type": "summary_text", "text": "Hm"}]);
    json!({"type": "reasoning", "id": "rs_1", "summary": summary, "encrypted_content": "gAAA+/="})
}

#[tokio::test]
async fn a_plain_prompt_is_a_small_request_to_each_path() {
    let request = sent(responses_at, ModelRequest { model: "gpt-4.1".into(), ..asking("Hi") }).await;
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/responses"));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    let content = json!([{"type": "input_text", "text": "Hi"}]);
    let expected = json!({
        "model": "gpt-4.1", "max_output_tokens": 4096, "stream": true, "store": false,
        "input": [{"type": "message", "role": "user", "content": content}],
    });
    assert_eq!(request.body, expected);

    let request = sent(openai_chat_at, asking("Hi")).await;
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    let expected = json!({
        "model": "claude-test", "max_completion_tokens": 4096, "stream": true,
        "stream_options": {"include_usage": true}, "messages": [{"role": "user", "content": "Hi"}],
    });
    assert_eq!(request.body, expected);
}

#[tokio::test]
async fn a_server_without_a_key_is_asked_without_one_wherever_its_version_stands() {
    let server = FakeModelServer::start().await.unwrap();
    for (path, asked) in
        [("", "/v1/chat/completions"), ("/v1/", "/v1/chat/completions"), ("/api", "/api/v1/chat/completions")]
    {
        let endpoint = Endpoint { base_url: format!("{}{path}", server.url()), key: ApiKey::none() };
        let provider = OpenAiChat::new(ChatServer::Ollama, &endpoint, &Transport::default()).unwrap();
        // The third is not there, which is well: only the path counts.
        drop(provider.stream(asking("Hi")).await);
        let request = server.requests().pop().unwrap();
        assert_eq!(request.path, asked);
        assert_eq!(request.header("authorization"), None);
        assert_eq!((&request.body["max_tokens"], request.body.get("max_completion_tokens")), (&json!(4096), None));
    }
}

#[tokio::test]
async fn reasoning_is_asked_for_in_each_servers_way_and_never_of_models_that_have_none() {
    let with = |model: &str, effort, thinking_budget| ModelRequest {
        model: model.into(),
        effort,
        thinking_budget,
        ..asking("Hi")
    };
    for (model, effort, budget, reasoning, included) in [
        ("gpt-5.2", Some(Effort::High), None, json!({"effort": "high", "summary": "auto"}), true),
        ("gpt-5.2", None, Some(2048), json!({"summary": "auto"}), true),
        ("gpt-5.2", None, None, json!(null), true),
        ("gpt-9-unheard-of", None, None, json!(null), true),
        ("gpt-4o-mini", None, None, json!(null), false),
        ("ft:gpt-4.1:me::1", None, None, json!(null), false),
        ("gpt-5-chat-latest", None, None, json!(null), false),
    ] {
        let body = sent(responses_at, with(model, effort, budget)).await.body;
        assert_eq!(body.get("reasoning").unwrap_or(&Json::Null), &reasoning, "{model}");
        let include = included.then(|| json!(["reasoning.encrypted_content"]));
        assert_eq!(body.get("include"), include.as_ref(), "{model}");
    }
    for (server, effort, budget, field, value) in [
        (ChatServer::OpenAi, Some(Effort::Minimal), Some(9), "reasoning_effort", json!("minimal")),
        (ChatServer::Ollama, Some(Effort::None), None, "reasoning_effort", json!("none")),
        (ChatServer::OpenRouter, Some(Effort::XHigh), Some(9), "reasoning", json!({"effort": "xhigh"})),
        (ChatServer::OpenRouter, None, Some(2048), "reasoning", json!({"max_tokens": 2048})),
    ] {
        let body = sent(|url| chat_at(server, url), with("m", effort, budget)).await.body;
        let asked: Vec<_> = ["reasoning_effort", "reasoning"].iter().filter_map(|name| body.get(*name)).collect();
        assert_eq!((body.get(field), asked.len()), (Some(&value), 1), "{server:?}");
    }
}

fn rich(vendor: &Json) -> ModelRequest {
    ModelRequest {
        system: Some("Be brief.".into()),
        tools: tools(),
        messages: vec![
            user(vec![text("What is"), image(), text("this?")]),
            assistant(vec![thinking(vendor.clone()), text("I look."), call("c1"), call("c2")]),
            user(vec![text("Now?"), result("c1", false), result("c2", true)]),
        ],
        ..asking("")
    }
}

#[tokio::test]
async fn responses_have_everything_as_the_vendor_has_it() {
    let body = sent(responses_at, rich(&reasoning())).await.body;
    assert_eq!(body["instructions"], "Be brief.");
    let tool = json!({
        "type": "function", "name": "read", "description": "Reads.", "parameters": {"type": "object"}, "strict": false,
    });
    assert_eq!(body["tools"], json!([tool]));
    let part = |text: &str| json!({"type": "input_text", "text": text});
    let picture = json!({"type": "input_image", "image_url": "data:image/png;base64,iVBORw0=", "detail": "auto"});
    let call =
        |id: &str| json!({"type": "function_call", "call_id": id, "name": "read", "arguments": "{\"path\":\"a\"}"});
    let expected = json!([
        {"type": "message", "role": "user", "content": [part("What is"), picture, part("this?")]},
        reasoning(),
        {"type": "message", "role": "assistant", "content": "I look."},
        call("c1"),
        call("c2"),
        {"type": "function_call_output", "call_id": "c1", "output": "x"},
        {"type": "function_call_output", "call_id": "c2", "output": "Error: x"},
        {"type": "message", "role": "user", "content": [part("Now?")]},
    ]);
    assert_eq!(body["input"], expected);
}

#[tokio::test]
async fn chat_has_everything_as_the_vendor_has_it() {
    let body = sent(openai_chat_at, rich(&json!({"type": "reasoning_content_field"}))).await.body;
    let function = json!({"name": "read", "description": "Reads.", "parameters": {"type": "object"}});
    assert_eq!(body["tools"], json!([{"type": "function", "function": function}]));
    let part = |text: &str| json!({"type": "text", "text": text});
    let picture = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0="}});
    let function = json!({"name": "read", "arguments": "{\"path\":\"a\"}"});
    let call = |id: &str| json!({"id": id, "type": "function", "function": function});
    let expected = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [part("What is"), picture, part("this?")]},
        {"role": "assistant", "content": "I look.", "tool_calls": [call("c1"), call("c2")]},
        {"role": "tool", "tool_call_id": "c1", "content": "x"},
        {"role": "tool", "tool_call_id": "c2", "content": "Error: x"},
        {"role": "user", "content": "Now?"},
    ]);
    assert_eq!(body["messages"], expected, "old thinking stays here once the user has spoken again");
}

#[tokio::test]
async fn thinking_goes_back_in_the_field_it_came_in_while_its_calls_go_on() {
    for (vendor, field, value) in [
        (json!({"type": "reasoning_content_field"}), "reasoning_content", json!("Hm")),
        (json!({"type": "reasoning_field"}), "reasoning", json!("Hm")),
        (
            json!({"type": "reasoning_details", "reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}]}),
            "reasoning_details",
            json!([{"type": "reasoning.encrypted", "data": "x"}]),
        ),
    ] {
        let mut request = rich(&vendor);
        request.messages[2].content.remove(0);
        let body = sent(|url| chat_at(ChatServer::OpenRouter, url), request).await.body;
        assert_eq!(body["messages"][2][field], value);
    }
}

#[tokio::test]
async fn what_the_vendor_named_a_remark_goes_back_as_one() {
    let vendor = |phase: &str| Some(json!({"type": "message", "phase": phase}));
    let remark = ModelContent::Text { text: "I look.".into(), vendor: vendor("commentary") };
    let answer = ModelContent::Text { text: "Done.".into(), vendor: Some(json!({"thoughtSignature": "another's"})) };
    let request =
        ModelRequest { messages: vec![user(vec![text("Go")]), assistant(vec![remark, answer])], ..asking("") };
    let input = sent(responses_at, request).await.body["input"].clone();
    assert_eq!((&input[1]["phase"], input[2].get("phase")), (&json!("commentary"), None));
}

#[tokio::test]
async fn what_the_api_would_refuse_is_left_out() {
    let messages = || {
        vec![
            user(vec![text("one")]),
            assistant(vec![thinking(reasoning()), text("\n")]),
            user(vec![text(" "), text("two")]),
            assistant(vec![thinking(json!({"type": "thinking", "signature": "another's"})), image(), text("three")]),
            assistant(vec![text("four"), thinking(json!({"type": "reasoning_content_field"})), thinking(reasoning())]),
            user(vec![]),
            user(vec![text("five")]),
            assistant(vec![thinking(reasoning())]),
        ]
    };
    let request = || ModelRequest { system: Some(" ".into()), messages: messages(), ..asking("") };
    let body = sent(responses_at, request()).await.body;
    let said = |role: &str, text: &str| {
        let content = if role == "user" { json!([{"type": "input_text", "text": text}]) } else { json!(text) };
        json!({"type": "message", "role": role, "content": content})
    };
    let expected = json!([
        said("user", "one"),
        said("user", "two"),
        said("assistant", "three"),
        said("assistant", "four"),
        said("user", "five"),
    ]);
    assert_eq!((body.get("instructions"), &body["input"]), (None, &expected));
    let body = sent(openai_chat_at, request()).await.body;
    let expected = json!([
        {"role": "user", "content": "one\n\ntwo"},
        {"role": "assistant", "content": "three\n\nfour"},
        {"role": "user", "content": "five"},
    ]);
    assert_eq!(body["messages"], expected);
}

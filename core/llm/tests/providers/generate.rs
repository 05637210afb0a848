//! Whole answers, and what a request counts, from every vendor.

use atelier_llm::{
    Answer, ChatServer, Gemini, ModelContent, ModelMessage, ModelRequest, OpenAiChat, OpenAiResponses, Provider,
    ProviderError, ToolSpec, Transport,
};
use atelier_protocol::{Role, StopReason};
use fake_model_server::{FakeModelServer, Reply, Step};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::json;

use crate::{anthropic_at, asking, endpoint};

fn vendors(base_url: &str) -> Vec<Box<dyn Provider>> {
    let (endpoint, transport) = (endpoint(base_url), Transport::default());
    vec![
        Box::new(anthropic_at(base_url)),
        Box::new(OpenAiResponses::new(&endpoint, &transport).unwrap()),
        Box::new(OpenAiChat::new(ChatServer::Other, &endpoint, &transport).unwrap()),
        Box::new(Gemini::new(&endpoint, &transport).unwrap()),
    ]
}

fn rich() -> Reply {
    let strings = |parts: &[&str]| parts.iter().map(|&part| part.to_owned()).collect::<Vec<_>>();
    Reply::steps([
        Step::Start,
        Step::Thinking(strings(&["Grüße", " \u{1f642}"]), "secret+/=".into()),
        Step::Text(strings(&["I lo", "ok: é"])),
        Step::ToolUse("call_1".into(), "read".into(), strings(&["{\"path\":", "\"ä\"}"])),
        Step::ToolUse("call_2".into(), "list".into(), strings(&["{}"])),
        Step::Stop("tool_use".into()),
    ])
}

async fn answer_of(provider: &dyn Provider, server: &FakeModelServer, reply: Reply) -> Result<Answer, ProviderError> {
    server.reply(reply);
    provider.generate(asking("Hi")).await
}

#[tokio::test]
async fn an_answer_has_text_thinking_calls_usage_and_the_reason_for_its_end() {
    let server = FakeModelServer::start().await.unwrap();
    for provider in vendors(&server.url()) {
        let name = provider.name();
        let answer = answer_of(provider.as_ref(), &server, rich()).await.unwrap();
        assert_eq!((answer.text().as_str(), answer.model.as_str()), ("I look: é", "claude-test"), "{name}");
        assert_eq!(answer.stop_reason, Some(StopReason::ToolUse), "{name}");
        assert!(answer.usage.input_tokens > 0 && answer.usage.output_tokens > 0, "{name}");
        let thought = |content: &&ModelContent| matches!(content, ModelContent::Thinking { text, .. } if text == "Grüße \u{1f642}");
        assert!(answer.content.first().iter().any(thought), "{name} {:?}", answer.content);
        let calls = answer.content.iter().filter_map(|content| match content {
            ModelContent::ToolUse { name, input, .. } => Some((name.as_str(), input.clone())),
            _ => None,
        });
        assert_eq!(calls.collect::<Vec<_>>(), [("read", json!({"path": "ä"})), ("list", json!({}))], "{name}");
    }
}

#[test]
fn any_split_of_the_stream_is_the_same_answer_for_every_vendor() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(FakeModelServer::start()).unwrap();
    for provider in vendors(&server.url()) {
        let answer = |reply| runtime.block_on(answer_of(provider.as_ref(), &server, reply));
        let whole = answer(rich()).unwrap();
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(40) });
        let result = runner.run(&(1..200_usize), |bytes| {
            prop_assert_eq!(&answer(rich().split(bytes)).unwrap(), &whole);
            Ok(())
        });
        result.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_and_arguments_that_were_cut_off_stay_text() {
    let server = FakeModelServer::start().await.unwrap();
    for provider in vendors(&server.url()) {
        let broken = Reply::steps([Step::Start, Step::Text(vec!["Half".into()]), Step::Close]);
        let error = answer_of(provider.as_ref(), &server, broken).await.unwrap_err();
        assert_eq!(error, ProviderError::CutOff, "{}", provider.name());
    }
    let call = Step::ToolUse("t".into(), "read".into(), vec!["{\"path".into()]);
    let cut = Reply::steps([Step::Start, call, Step::Stop("max_tokens".into())]);
    let answer = answer_of(&anthropic_at(&server.url()), &server, cut).await.unwrap();
    assert_eq!(answer.stop_reason, Some(StopReason::MaxTokens));
    assert!(matches!(&answer.content[..], [ModelContent::ToolUse { input, .. }] if *input == "{\"path"));
}

#[tokio::test]
async fn a_request_is_counted_where_the_vendor_counts() {
    let server = FakeModelServer::start().await.unwrap();
    let tool = ToolSpec { name: "read".into(), description: "Reads.".into(), input_schema: json!({"type": "object"}) };
    let request = ModelRequest { system: Some("Be brief.".into()), tools: vec![tool], ..asking("Hi") };
    let [anthropic, responses, chat, gemini] = vendors(&server.url()).try_into().ok().unwrap();
    assert_eq!(chat.count_tokens(&request).await, Ok(None));
    assert_eq!(server.requests().len(), 0, "there is nobody to ask");
    for provider in [&anthropic, &responses, &gemini] {
        assert_eq!(provider.count_tokens(&request).await, Ok(Some(20)), "{}", provider.name());
    }
    let [asked, counted, google] = server.requests().try_into().ok().unwrap();
    let paths = [&asked.path, &counted.path, &google.path];
    assert_eq!(
        paths,
        ["/v1/messages/count_tokens", "/v1/responses/input_tokens", "/v1beta/models/claude-test:countTokens"]
    );
    let fields = |body: &serde_json::Value| body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&asked.body), ["model", "system", "tools", "messages"]);
    assert_eq!(fields(&counted.body), ["model", "instructions", "tools", "input"]);
    let inner = &google.body["generateContentRequest"];
    assert_eq!(inner["model"], "models/claude-test");
    assert_eq!(fields(inner), ["model", "contents", "systemInstruction", "tools", "generationConfig"]);
}

#[tokio::test]
async fn a_count_that_is_none_and_one_that_is_refused_are_errors() {
    let server = FakeModelServer::start().await.unwrap();
    let anthropic = anthropic_at(&server.url());
    let request = ModelRequest { messages: vec![ModelMessage::text(Role::User, "Hi")], ..asking("Hi") };
    for body in ["{}", r#"{"input_tokens": -1}"#, "<html>"] {
        server.reply(Reply::body(200, "application/json", body));
        let error = anthropic.count_tokens(&request).await.unwrap_err();
        assert!(matches!(error, ProviderError::Malformed { .. }), "{error:?}");
    }
    server.reply(Reply::error(529, "overloaded_error", "Overloaded"));
    let error = anthropic.count_tokens(&request).await.unwrap_err();
    assert!(matches!(error, ProviderError::Overloaded { .. }), "{error:?}");
}

//! The providers as their callers see them, against a real server over TCP.

#![expect(clippy::unwrap_used, reason = "an assumption that fails is a test that fails")]

mod answers;
mod connections;
mod demo;
mod gemini;
mod generate;
mod key_checks;
mod keys_and_addresses;
mod lists;
mod local;
mod network;
mod openai;
mod proxy;
mod refusals;
mod requests;
mod tls;

use atelier_llm::{
    Anthropic, ApiKey, Endpoint, KeyHeader, Limits, ModelEvent, ModelMessage, ModelRequest, ModelStream, Network,
    Provider, ProviderError, Transport,
};
use atelier_protocol::Role;
use fake_model_server::{FakeModelServer, Reply};

/// The key that must never show up anywhere but in its header.
const KEY: &str = "sk-ant-test-0123456789";

fn endpoint(base_url: &str) -> Endpoint {
    Endpoint { base_url: base_url.to_owned(), key: ApiKey { secret: KEY.into(), header: KeyHeader::XApiKey } }
}

fn anthropic_at(base_url: &str) -> Anthropic {
    Anthropic::new(&endpoint(base_url), &Transport::default()).unwrap()
}

fn anthropic_with(base_url: &str, limits: Limits) -> Anthropic {
    Anthropic::new(&endpoint(base_url), &Transport::new(limits, Network::default())).unwrap()
}

fn asking(prompt: &str) -> ModelRequest {
    ModelRequest {
        model: "claude-test".to_owned(),
        system: None,
        messages: vec![ModelMessage::text(Role::User, prompt)],
        max_tokens: 4096,
        thinking_budget: None,
        effort: None,
        tools: Vec::new(),
    }
}

/// All events, and the error that ended them, if any.
async fn rest_of(mut stream: ModelStream) -> (Vec<ModelEvent>, Option<ProviderError>) {
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => events.push(event),
            Err(error) => {
                assert!(stream.next().await.is_none(), "nothing follows an error");
                return (events, Some(error));
            }
        }
    }
    assert!(stream.next().await.is_none(), "the end stays the end");
    (events, None)
}

/// The whole answer of a fresh server that was given one reply. What arrives together is up to the network, so
/// neighbouring deltas are joined.
async fn answer_to(reply: Reply) -> (Vec<ModelEvent>, Option<ProviderError>) {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(reply);
    let (events, error) = rest_of(anthropic_at(&server.url()).stream(asking("Hi")).await.unwrap()).await;
    (events.into_iter().fold(Vec::new(), join), error)
}

fn join(mut events: Vec<ModelEvent>, next: ModelEvent) -> Vec<ModelEvent> {
    use ModelEvent::{TextDelta, ThinkingDelta, ToolInputDelta};
    match (events.last_mut(), &next) {
        (Some(TextDelta { index, text }), TextDelta { index: same, text: more })
        | (Some(ThinkingDelta { index, text }), ThinkingDelta { index: same, text: more })
        | (Some(ToolInputDelta { index, partial_json: text }), ToolInputDelta { index: same, partial_json: more })
            if index == same =>
        {
            text.push_str(more);
        }
        _ => events.push(next),
    }
    events
}

/// The error with which a fresh server's reply is turned down.
async fn refusal_of(reply: Reply) -> ProviderError {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(reply);
    anthropic_at(&server.url()).stream(asking("Hi")).await.unwrap_err()
}

/// All text of an answer, thinking left out.
fn text_of(events: &[ModelEvent]) -> String {
    let text = |event: &ModelEvent| match event {
        ModelEvent::TextDelta { text, .. } => Some(text.clone()),
        _ => None,
    };
    events.iter().filter_map(text).collect()
}

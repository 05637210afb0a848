//! OpenAI's two formats, at OpenAI and at servers that imitate it.

mod chat;
mod chat_quirks;
mod errors;
mod lists;
mod requests;
mod responses;
mod switching;

use atelier_llm::{
    ApiKey, ChatServer, Endpoint, KeyHeader, ModelEvent, OpenAiChat, OpenAiResponses, Provider, ProviderError,
    Transport,
};
use fake_model_server::{FakeModelServer, Reply, Step};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::Value as Json;

use crate::{asking, join, rest_of};

/// The key that must never show up anywhere but in its header.
const KEY: &str = "sk-proj-test-0123456789";

fn endpoint(base_url: &str) -> Endpoint {
    Endpoint { base_url: base_url.to_owned(), key: ApiKey { secret: KEY.into(), header: KeyHeader::XApiKey } }
}

fn responses_at(base_url: &str) -> Box<dyn Provider> {
    Box::new(OpenAiResponses::new(&endpoint(base_url), &Transport::default()).unwrap())
}

fn chat_at(server: ChatServer, base_url: &str) -> Box<dyn Provider> {
    Box::new(OpenAiChat::new(server, &endpoint(base_url), &Transport::default()).unwrap())
}

fn openai_chat_at(base_url: &str) -> Box<dyn Provider> {
    chat_at(ChatServer::OpenAi, base_url)
}

/// A way to make a provider for a server.
type At = fn(&str) -> Box<dyn Provider>;

/// The whole answer of a fresh server that was given one reply, neighbouring deltas joined.
async fn answer_from(provider: At, reply: Reply) -> (Vec<ModelEvent>, Option<ProviderError>) {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(reply);
    match provider(&server.url()).stream(asking("Hi")).await {
        Ok(stream) => {
            let (events, error) = rest_of(stream).await;
            (events.into_iter().fold(Vec::new(), join), error)
        }
        Err(error) => (Vec::new(), Some(error)),
    }
}

/// A stream of events without names, and `[DONE]`.
fn chunks(chunks: &[Json]) -> Reply {
    Reply::steps(chunks.iter().map(|chunk| Step::Event(String::new(), chunk.clone())).chain([done()]))
}

fn done() -> Step {
    Step::Raw("data: [DONE]\n\n".to_owned())
}

fn strings(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|&part| part.to_owned()).collect()
}

/// The bytes of a recorded stream cut anywhere, each piece sent by itself, are read as the whole is.
fn any_split_is_the_same_answer(provider: At, recorded: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let whole = Reply::steps([Step::Raw(recorded.to_owned())]);
    let expected = runtime.block_on(answer_from(provider, whole));
    assert_eq!(expected.1, None);
    let cuts = prop::collection::btree_set(0..recorded.len(), 0..40);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(64) });
    let result = runner.run(&cuts, |cuts| {
        let (mut rest, mut pieces, mut sent) = (recorded.as_bytes(), Vec::new(), 0);
        for cut in cuts {
            let (piece, after) = rest.split_at(cut - sent);
            pieces.push(Step::Bytes(piece.to_vec()));
            (rest, sent) = (after, cut);
        }
        pieces.push(Step::Bytes(rest.to_vec()));
        prop_assert_eq!(&runtime.block_on(answer_from(provider, Reply::steps(pieces))), &expected);
        Ok(())
    });
    result.unwrap();
}

//! The fake model server, for tests that are not async.

use std::ops::Deref;

use atelier_protocol::Json;
use fake_model_server::{Ending, FakeModelServer, Recorded, Reply, Step};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

pub(crate) struct Model {
    server: FakeModelServer,
    // After the server, which needs it to its end.
    runtime: Runtime,
}

impl Model {
    pub(crate) fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.block_on(FakeModelServer::start()).unwrap();
        Self { server, runtime }
    }

    /// Waits until the server has got this many requests.
    pub(crate) fn until_requests(&self, count: usize) -> Vec<Recorded> {
        self.runtime.block_on(self.server.until(|requests| requests.len() >= count)).unwrap()
    }

    /// Waits until the answer to a request (the first is 0) has ended.
    pub(crate) fn until_ended(&self, number: usize) -> Ending {
        self.runtime.block_on(self.server.ending(number)).unwrap()
    }

    /// What the requests so far asked: the messages of each, without the marks that say what to cache.
    pub(crate) fn conversations(&self) -> Vec<Json> {
        self.requests().iter().map(messages).collect()
    }
}

impl Deref for Model {
    type Target = FakeModelServer;

    fn deref(&self) -> &FakeModelServer {
        &self.server
    }
}

/// An answer of one block that stops in the middle until the server is told to release it.
pub(crate) fn stalling_answer(first: &str, second: &str) -> Reply {
    let event = |data: Json| Step::Event(data["type"].as_str().unwrap_or_default().to_owned(), data);
    let delta = |text: &str| {
        let delta = json!({"type": "text_delta", "text": text});
        event(json!({"type": "content_block_delta", "index": 0, "delta": delta}))
    };
    let block = json!({"type": "text", "text": ""});
    Reply::message([
        event(json!({"type": "content_block_start", "index": 0, "content_block": block})),
        delta(first),
        Step::Stall,
        delta(second),
        event(json!({"type": "content_block_stop", "index": 0})),
    ])
}

/// The messages of a request, without the marks that say what to cache.
fn messages(request: &Recorded) -> Json {
    let mut messages = request.body["messages"].clone();
    let blocks = messages.as_array_mut().into_iter().flatten().filter_map(|message| message["content"].as_array_mut());
    for block in blocks.flatten().filter_map(Json::as_object_mut) {
        block.remove("cache_control");
    }
    messages
}

/// A message as the API wants it.
pub(crate) fn said(role: &str, text: &str) -> Json {
    json!({"role": role, "content": [{"type": "text", "text": text}]})
}

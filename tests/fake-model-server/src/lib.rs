//! A model server for tests and benchmarks: real HTTP/1.1 over TCP, on loopback only, and every byte of it scripted.
//!
//! It speaks, at their vendors' paths:
//!
//! - the Anthropic stream: `POST /v1/messages`
//! - OpenAI's streams: `POST /v1/responses`, `POST /v1/chat/completions`
//! - the Gemini stream: `POST /v1beta/models/MODEL:streamGenerateContent`
//! - the lists of models: `GET /v1/models`, Anthropic's with `anthropic-version` and OpenAI's without;
//!   `GET /v1beta/models`
//! - a message of one token: `POST /v1/messages` without `"stream": true`; what OpenRouter says of a key: `GET /v1/key`
//! - the number of a request's tokens, always 20: `POST /v1/messages/count_tokens`, `POST /v1/responses/input_tokens`,
//!   `POST /v1beta/models/MODEL:countTokens`
//!
//! Each request for a stream takes the next [`Reply`] from a queue, or the default reply when the queue is empty. Any
//! other takes a queued reply only if that has a whole body. All are recorded with their headers, their body and
//! how their answer ended. HTTP is written by hand so that splits, cuts and stalls fall exactly where the script puts
//! them. Other paths answer 404 with a page, like any server that is not a model's.
//!
//! # The binary
//!
//! `fake-model-server` prints `listening on http://127.0.0.1:PORT` and serves until it is ended; with
//! `--exit-with-stdin` it ends when its standard input does, so that it can't outlive a test that started it with a
//! pipe. It is controlled over HTTP on the same port:
//!
//! - `POST /_script` with `{"replies": [REPLY, …], "default": REPLY, "models": {"ids": ["a", …], "page": 2}}`, all
//!   optional: adds to the queue, sets the default, sets the list of models and how many a page holds.
//! - `GET /_requests`: the recorded requests, oldest first:
//!   `[{"method", "path", "headers": {…}, "body": …, "ending": null | "complete" | "cut" | {"client_closed": {"after_bytes", "after_ms"}}}]`.
//! - `POST /_release`: lets one stalled or held reply go on; the next one, if none is waiting now.
//! - `POST /_reset`: forgets queue, default, requests and releases.
//!
//! # The script
//!
//! A REPLY is an object. All its fields may be left out:
//!
//! | field | meaning |
//! | --- | --- |
//! | `status` | status code, 200 |
//! | `headers` | object of strings, added to the usual headers or replacing them |
//! | `body` | a whole body, sent instead of `steps`; `content-type` is `application/json` unless `headers` say otherwise |
//! | `steps` | the event stream, a list of the steps below |
//! | `split` | size in bytes of the pieces in which the stream is sent, also inside characters; 0: one event a piece |
//! | `pace_ms` | wait after each piece |
//! | `cut_after` | closes the connection after this many bytes of the stream |
//! | `held` | true: sends nothing, not even the status, until a release |
//!
//! The steps are told here as Anthropic's stream has them; another format says the same in its own way.
//!
//! | step | what it sends |
//! | --- | --- |
//! | `"start"` | `message_start` and `ping` |
//! | `{"text": ["Hel", "lo"]}` | a text block with these deltas |
//! | `{"thinking": [["Hm", "m"], "signature"]}` | a thinking block |
//! | `{"redacted_thinking": "data"}` | a block of secret thinking |
//! | `{"tool_use": ["id", "name", ["{\"a\":", "1}"]]}` | a tool call, its arguments in pieces |
//! | `{"deltas": {"count": 1000000, "text": "word {n} "}}` | a text block of generated deltas, `{n}` numbering them |
//! | `{"stop": "end_turn"}` | `message_delta` with the stop reason and usage, `message_stop` |
//! | `{"event": ["name", {…}]}` | any event; data that is a text is sent without quotes |
//! | `{"raw": "data: {\n\n"}` | text as it is |
//! | `{"bytes": [255, 254]}` | bytes as they are |
//! | `{"pause_ms": 50}` | waits |
//! | `"stall"` | waits for a release |
//! | `"close"`, `"reset"` | ends the connection in the middle |
//!
//! So `{"steps": ["start", {"text": ["Hello"]}, {"stop": "end_turn"}]}` is a complete answer. The server ends a stream
//! properly after its last step.

mod body;
mod connection;
mod control;
mod document;
mod format;
mod nobody;
mod record;
mod reply;
mod stream;

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, atomic::Ordering},
};

use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};

pub use nobody::Nobody;
pub use record::{Ending, Recorded, WaitedInVain};
pub use reply::{Reply, Step};

use record::State;

/// A running server. Dropping it closes its port and all connections.
#[derive(Debug)]
pub struct FakeModelServer {
    port: u16,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

impl FakeModelServer {
    /// Starts a server on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State::default());
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Ok(Self { port, state, accepting })
    }

    /// The base URL for clients, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Adds a reply to the queue.
    pub fn reply(&self, reply: Reply) {
        self.state.enqueue([reply]);
    }

    /// Sets the reply for when the queue is empty.
    pub fn default_reply(&self, reply: Reply) {
        self.state.set_default(reply);
    }

    /// Sets the models that the lists hold, and how many of them a page.
    pub fn models(&self, ids: &[&str], page: usize) {
        self.state.set_models(ids.iter().map(|&id| id.to_owned()).collect(), page);
    }

    /// Lets one stalled or held reply go on; the next one, if none is waiting now.
    pub fn release(&self) {
        self.state.releases.add_permits(1);
    }

    /// The requests so far, oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.state.requests()
    }

    /// How many connections clients have made so far.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::Relaxed)
    }

    /// Waits until the requests are as wanted, at most a minute.
    pub async fn until(&self, condition: impl Fn(&[Recorded]) -> bool) -> Result<Vec<Recorded>, WaitedInVain> {
        self.state.until(condition).await
    }

    /// Waits until the answer to the given request (the first is 0) has ended, at most a minute.
    pub async fn ending(&self, number: usize) -> Result<Ending, WaitedInVain> {
        let ending = |requests: &[Recorded]| requests.get(number).and_then(|request| request.ending);
        let requests = self.until(|requests| ending(requests).is_some()).await?;
        ending(&requests).ok_or(WaitedInVain(requests))
    }

    /// Waits until the server ends, which it never does by itself.
    pub async fn serve(mut self) {
        // Only a panic in it could end the task.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for FakeModelServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Accepts connections. Their tasks are owned here and end with this one.
async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    state.connections.fetch_add(1, Ordering::Relaxed);
                    connections.spawn(connection::serve(stream, Arc::clone(&state)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

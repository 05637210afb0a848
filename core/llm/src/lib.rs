//! Model providers behind one streaming vocabulary.
//!
//! A [`ModelRequest`] goes to a [`Provider`]; a [`ModelStream`] of [`ModelEvent`]s comes back. A vendor's own format
//! ends in this crate: what must go back to it unchanged travels as opaque `vendor` data. A new vendor is one module
//! that says how to write a request and how to read an event of its stream, and one [`Vendor`] row.
//!
//! This crate knows no session, no log and no settings. Keys are given to it, it never looks for them, and none appears
//! in an error, a log line or debug output.

mod answer;
mod anthropic;
mod arrivals;
mod call_id;
mod catalogue;
mod context_full;
mod demo;
mod endpoint;
mod error;
mod event;
mod gemini;
mod http;
mod local;
mod openai;
mod openai_chat;
mod openai_responses;
mod provider;
mod request;
mod sse;
mod stream;
mod text;

pub use atelier_protocol::Effort;

pub use answer::Answer;
pub use anthropic::{ANTHROPIC, Anthropic};
pub use atelier_network::{Network, NetworkError};
pub use catalogue::{
    AskedThinking, Catalogue, Cost, InvalidPrice, KnownFrom, ListedModel, ModelInfo, OwnModel, OwnModelProblem,
    OwnModels, Price, Rate, Source, Thinking,
};
pub use demo::{Demo, Pace};
pub use endpoint::{ApiKey, Endpoint, KeyHeader, Limits, Vendor};
pub use error::ProviderError;
pub use event::{BlockKind, ModelEvent};
pub use gemini::{GOOGLE, Gemini};
pub use http::Transport;
pub use local::{LOCAL_PORTS, LocalServer, local_servers};
pub use openai::OPENAI;
pub use openai_chat::{ChatServer, OpenAiChat};
pub use openai_responses::OpenAiResponses;
pub use provider::{KeyVerdict, Provider};
pub use request::{ModelContent, ModelMessage, ModelRequest, ToolSpec};
/// The decoder of event streams, public only so that `scripts/bench sse` can measure it against others.
pub use sse::{EventTooLarge, SseDecoder, SseEvent};
pub use stream::ModelStream;

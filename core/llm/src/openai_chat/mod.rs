//! The Chat Completions API: OpenAI's older one, and the one that nearly every other server imitates.

mod answer;
mod calls;
mod location;
mod reasoning;
mod request;
mod servers;
mod wire;

pub use self::servers::ChatServer;

use self::answer::Answer;
use crate::{
    Endpoint, ModelRequest, ProviderError, Transport, Vendor,
    http::{AnswerReader, BEARER, Call, Complaint, Dialect, HttpProvider, ModelList, Wire},
    openai::{Models, VERSION, complaint},
    provider::OverHttp,
};

/// Models behind a Chat Completions API.
pub struct OpenAiChat {
    server: ChatServer,
    http: HttpProvider,
}

impl OpenAiChat {
    /// Checks address and key; nothing is sent.
    pub fn new(server: ChatServer, endpoint: &Endpoint, transport: &Transport) -> Result<Self, ProviderError> {
        Ok(Self { server, http: HttpProvider::new(server.dialect(), endpoint, transport)? })
    }
}

impl std::fmt::Debug for OpenAiChat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAiChat").field("server", &self.server).finish_non_exhaustive()
    }
}

impl OverHttp for OpenAiChat {
    fn http(&self) -> &HttpProvider {
        &self.http
    }
}

/// The dialect, as one server speaks it.
struct Chat {
    server: ChatServer,
    vendor: &'static Vendor,
}

impl Dialect for Chat {
    fn vendor(&self) -> &'static Vendor {
        self.vendor
    }

    fn key_header(&self) -> &'static str {
        BEARER
    }

    fn version(&self) -> &'static str {
        VERSION
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn write(&self, request: &ModelRequest) -> Result<Wire, serde_json::Error> {
        let body = request::body(self.server, request)?;
        Ok(Wire { path: "/chat/completions".to_owned(), headers: Vec::new(), body })
    }

    fn reader(&self) -> Box<dyn AnswerReader> {
        Box::new(Answer::default())
    }

    fn models(&self) -> &'static dyn ModelList {
        &Models
    }

    fn key_check(&self, _model: Option<&str>) -> Result<Call, serde_json::Error> {
        // OpenRouter shows its models to anyone.
        let path = if self.server == ChatServer::OpenRouter { "/key" } else { self.models().path() };
        Ok(Call::get(path, String::new()))
    }

    fn complaint(&self, body: &[u8]) -> Complaint {
        serde_json::from_slice(body).map(|body| complaint(&body)).unwrap_or_default()
    }
}

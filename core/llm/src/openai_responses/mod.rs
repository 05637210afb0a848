//! OpenAI's Responses API.
//!
//! Nothing is stored there: each request carries the whole conversation, and reasoning goes back encrypted.

mod answer;
mod request;
mod wire;

use self::answer::Answer;
use crate::{
    Endpoint, ModelRequest, ProviderError, Transport, Vendor,
    http::{AnswerReader, BEARER, Call, Complaint, Dialect, HttpProvider, ModelList, Wire},
    openai::{Models, OPENAI, VERSION, complaint},
    provider::OverHttp,
};

/// Models behind OpenAI's Responses API, at OpenAI or at a server that speaks the same.
pub struct OpenAiResponses(HttpProvider);

impl OpenAiResponses {
    /// Checks address and key; nothing is sent.
    pub fn new(endpoint: &Endpoint, transport: &Transport) -> Result<Self, ProviderError> {
        HttpProvider::new(&Responses, endpoint, transport).map(Self)
    }
}

impl std::fmt::Debug for OpenAiResponses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAiResponses").finish_non_exhaustive()
    }
}

impl OverHttp for OpenAiResponses {
    fn http(&self) -> &HttpProvider {
        &self.0
    }
}

/// The dialect.
struct Responses;

impl Dialect for Responses {
    fn vendor(&self) -> &'static Vendor {
        &OPENAI
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
        Ok(Wire { path: "/responses".to_owned(), headers: Vec::new(), body: request::body(request)? })
    }

    fn reader(&self) -> Box<dyn AnswerReader> {
        Box::new(Answer::default())
    }

    fn models(&self) -> &'static dyn ModelList {
        &Models
    }

    fn count(&self, request: &ModelRequest) -> Result<Option<Call>, serde_json::Error> {
        let body = request::count(request)?;
        Ok(Some(Call::post("/responses/input_tokens".to_owned(), body, &request.model)))
    }

    fn complaint(&self, body: &[u8]) -> Complaint {
        serde_json::from_slice(body).map(|body| complaint(&body)).unwrap_or_default()
    }
}

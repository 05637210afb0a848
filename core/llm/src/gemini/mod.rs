//! The Google Gemini API.

mod answer;
mod complaint;
mod list;
mod request;
mod schema;
mod thinking;
mod wire;

use std::time::Duration;

use self::answer::Answer;
use crate::{
    Endpoint, ModelRequest, ProviderError, Transport, Vendor,
    http::{AnswerReader, Call, Complaint, Dialect, HttpProvider, ModelList, Wire},
    provider::OverHttp,
};

/// What is fixed about Google.
pub static GOOGLE: Vendor = Vendor {
    name: "google",
    label: "Google",
    default_base_url: "https://generativelanguage.googleapis.com",
    key_variable: Some("GEMINI_API_KEY"),
    base_url_variable: Some("GOOGLE_GEMINI_BASE_URL"),
    key_required: true,
};

/// Models behind the Gemini API, at Google or at a server that speaks the same.
pub struct Gemini(HttpProvider);

impl Gemini {
    /// Checks address and key; nothing is sent.
    pub fn new(endpoint: &Endpoint, transport: &Transport) -> Result<Self, ProviderError> {
        HttpProvider::new(&GenerateContent, endpoint, transport).map(Self)
    }
}

impl std::fmt::Debug for Gemini {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gemini").finish_non_exhaustive()
    }
}

impl OverHttp for Gemini {
    fn http(&self) -> &HttpProvider {
        &self.0
    }
}

/// The dialect.
struct GenerateContent;

impl Dialect for GenerateContent {
    fn vendor(&self) -> &'static Vendor {
        &GOOGLE
    }

    fn key_header(&self) -> &'static str {
        "x-goog-api-key"
    }

    fn version(&self) -> &'static str {
        "/v1beta"
    }

    fn query(&self) -> Option<&'static str> {
        Some("alt=sse")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn write(&self, request: &ModelRequest) -> Result<Wire, serde_json::Error> {
        let path = format!("/models/{}:streamGenerateContent", segment(&request.model));
        Ok(Wire { path, headers: Vec::new(), body: request::body(request)? })
    }

    fn reader(&self) -> Box<dyn AnswerReader> {
        Box::new(Answer::default())
    }

    fn models(&self) -> &'static dyn ModelList {
        &list::Models
    }

    fn count(&self, request: &ModelRequest) -> Result<Option<Call>, serde_json::Error> {
        let path = format!("/models/{}:countTokens", segment(&request.model));
        Ok(Some(Call::post(path, request::count(request)?, &request.model)))
    }

    fn complaint(&self, body: &[u8]) -> Complaint {
        complaint::read(body)
    }

    fn retry_after(&self, body: &[u8]) -> Option<Duration> {
        complaint::retry_after(body)
    }
}

/// A model's name as one segment of a path. Google's own lists write `models/` before it.
fn segment(model: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let name = model.strip_prefix("models/").unwrap_or(model);
    name.bytes().fold(String::with_capacity(name.len()), |path, byte| {
        if plain(byte) { path + char::from(byte).encode_utf8(&mut [0; 4]) } else { format!("{path}%{byte:02X}") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_name_stays_one_segment_of_the_path() {
        for (model, expected) in [
            ("gemini-2.5-pro", "gemini-2.5-pro"),
            ("models/gemini-2.5-pro", "gemini-2.5-pro"),
            ("../x?key=1#é:y%", "..%2Fx%3Fkey%3D1%23%C3%A9%3Ay%25"),
        ] {
            assert_eq!(segment(model), expected);
        }
    }
}

//! The Anthropic Messages API.

mod answer;
mod list;
mod request;
mod thinking;
mod wire;

use self::{answer::Answer, wire::ErrorBody};
use crate::{
    Endpoint, ModelRequest, ProviderError, Transport, Vendor, context_full,
    http::{AnswerReader, Call, Complaint, Dialect, Fault, HttpProvider, ModelList, Wire},
    provider::OverHttp,
};

/// What is fixed about Anthropic.
pub static ANTHROPIC: Vendor = Vendor {
    name: "anthropic",
    label: "Anthropic",
    default_base_url: "https://api.anthropic.com",
    key_variable: Some("ANTHROPIC_API_KEY"),
    base_url_variable: Some("ANTHROPIC_BASE_URL"),
    key_required: true,
};

/// Where messages are sent to.
const MESSAGES: &str = "/v1/messages";

/// The model that keys are checked with where none is named.
const KEY_CHECK_MODEL: &str = "claude-3-haiku-20240307";

/// Models behind the Anthropic Messages API, at Anthropic or at a server that speaks the same.
pub struct Anthropic(HttpProvider);

impl Anthropic {
    /// Checks address and key; nothing is sent.
    pub fn new(endpoint: &Endpoint, transport: &Transport) -> Result<Self, ProviderError> {
        HttpProvider::new(&Messages, endpoint, transport).map(Self)
    }
}

impl std::fmt::Debug for Anthropic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Anthropic").finish_non_exhaustive()
    }
}

impl OverHttp for Anthropic {
    fn http(&self) -> &HttpProvider {
        &self.0
    }
}

/// The dialect.
struct Messages;

impl Dialect for Messages {
    fn vendor(&self) -> &'static Vendor {
        &ANTHROPIC
    }

    fn key_header(&self) -> &'static str {
        "x-api-key"
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", "2023-06-01")]
    }

    fn write(&self, request: &ModelRequest) -> Result<Wire, serde_json::Error> {
        let headers = thinking::headers(request);
        Ok(Wire { path: MESSAGES.to_owned(), headers, body: request::body(request)? })
    }

    fn reader(&self) -> Box<dyn AnswerReader> {
        Box::new(Answer::default())
    }

    fn models(&self) -> &'static dyn ModelList {
        &list::Models
    }

    fn key_check(&self, model: Option<&str>) -> Result<Call, serde_json::Error> {
        let model = model.unwrap_or(KEY_CHECK_MODEL);
        Ok(Call::post(MESSAGES.to_owned(), request::key_check(model)?, model))
    }

    fn count(&self, request: &ModelRequest) -> Result<Option<Call>, serde_json::Error> {
        let body = request::count(request)?;
        Ok(Some(Call::post(format!("{MESSAGES}/count_tokens"), body, &request.model)))
    }

    fn complaint(&self, body: &[u8]) -> Complaint {
        serde_json::from_slice::<ErrorBody<'_>>(body).map(|body| complaint(&body)).unwrap_or_default()
    }
}

fn complaint(body: &ErrorBody<'_>) -> Complaint {
    let Some(error) = &body.error else {
        return Complaint::default();
    };
    let message = error.message.as_ref().map(|message| message.0.clone().into_owned());
    let about_model = || message.as_ref().is_some_and(|message| message.contains("model"));
    let fault = match error.kind.as_ref().map_or("", |kind| &kind.0) {
        "not_found_error" if about_model() => Fault::ModelUnknown,
        "request_too_large" => Fault::RequestTooLarge,
        "rate_limit_error" => Fault::RateLimited,
        "billing_error" => Fault::NoCredit,
        "overloaded_error" => Fault::Overloaded,
        "api_error" | "timeout_error" => Fault::Server,
        "invalid_request_error" if message.as_deref().is_some_and(context_full::is_told_by) => Fault::ContextTooLong,
        "invalid_request_error" if message.as_ref().is_some_and(|message| message.contains("credit balance")) => {
            Fault::NoCredit
        }
        _ => Fault::Other,
    };
    Complaint { fault, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_error_types_are_told_apart() {
        for (kind, message, fault) in [
            ("not_found_error", "model: claude-9", Fault::ModelUnknown),
            ("not_found_error", "Not Found", Fault::Other),
            ("request_too_large", "x", Fault::RequestTooLarge),
            ("rate_limit_error", "x", Fault::RateLimited),
            ("billing_error", "x", Fault::NoCredit),
            ("overloaded_error", "x", Fault::Overloaded),
            ("api_error", "x", Fault::Server),
            ("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", Fault::ContextTooLong),
            ("invalid_request_error", "Your credit balance is too low to access the API.", Fault::NoCredit),
            ("invalid_request_error", "max_tokens: too many", Fault::Other),
            ("authentication_error", "x", Fault::Other),
            ("brand_new_error", "x", Fault::Other),
        ] {
            let body = format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{message}"}}}}"#);
            let expected = Complaint { fault, message: Some(message.into()) };
            assert_eq!(Messages.complaint(body.as_bytes()), expected, "{kind}");
        }
    }

    #[test]
    fn a_body_that_is_not_the_vendors_says_nothing() {
        for body in ["", "<html>", "{}", "[]", r#"{"error":null}"#, r#"{"error":"flat"}"#] {
            assert_eq!(Messages.complaint(body.as_bytes()), Complaint::default(), "{body}");
        }
    }
}

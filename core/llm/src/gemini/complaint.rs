//! Google's errors: the body of a refusal, or an event of the stream.

use std::time::Duration;

use atelier_protocol::Json;

use crate::{
    context_full,
    http::{Complaint, Fault},
};

/// What the body of a refusal says.
pub(super) fn read(body: &[u8]) -> Complaint {
    error(body).map(|error| of(&error)).unwrap_or_default()
}

/// How long the body of a refusal says to wait.
pub(super) fn retry_after(body: &[u8]) -> Option<Duration> {
    let error = error(body)?;
    let delay = details(&error).find_map(|detail| detail["retryDelay"].as_str())?;
    let seconds: f64 = delay.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The error object; some paths answer with a list of one.
fn error(body: &[u8]) -> Option<Json> {
    let mut body: Json = serde_json::from_slice(body).ok()?;
    let outer = if body.is_array() { body.get_mut(0)? } else { &mut body };
    outer.get_mut("error").map(Json::take)
}

fn details(error: &Json) -> impl Iterator<Item = &Json> {
    error["details"].as_array().into_iter().flatten()
}

/// What an error object says.
pub(super) fn of(error: &Json) -> Complaint {
    let message = error["message"].as_str();
    let says = |words: &str| message.is_some_and(|message| message.contains(words));
    let key_invalid = || details(error).any(|detail| detail["reason"] == "API_KEY_INVALID");
    let fault = match error["status"].as_str().unwrap_or_default() {
        "NOT_FOUND" if says("model") => Fault::ModelUnknown,
        "INVALID_ARGUMENT" if key_invalid() || says("API key not valid") => Fault::KeyRefused,
        "INVALID_ARGUMENT" if message.is_some_and(context_full::is_told_by) => Fault::ContextTooLong,
        "RESOURCE_EXHAUSTED" if says("credits are depleted") => Fault::NoCredit,
        "RESOURCE_EXHAUSTED" => Fault::RateLimited,
        "UNAVAILABLE" => Fault::Overloaded,
        "INTERNAL" | "UNKNOWN" | "DEADLINE_EXCEEDED" => Fault::Server,
        _ => Fault::Other,
    };
    Complaint { fault, message: message.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_vendors_errors_are_told_apart() {
        for (status, message, fault) in [
            ("NOT_FOUND", "models/gemini-9 is not found for API version v1beta", Fault::ModelUnknown),
            ("NOT_FOUND", "Requested entity was not found.", Fault::Other),
            ("INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", Fault::KeyRefused),
            (
                "INVALID_ARGUMENT",
                "The input token count (9) exceeds the maximum number of tokens allowed (8).",
                Fault::ContextTooLong,
            ),
            ("INVALID_ARGUMENT", "Unknown name", Fault::Other),
            ("RESOURCE_EXHAUSTED", "You exceeded your current quota", Fault::RateLimited),
            ("RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", Fault::NoCredit),
            ("UNAVAILABLE", "The model is overloaded.", Fault::Overloaded),
            ("INTERNAL", "x", Fault::Server),
            ("PERMISSION_DENIED", "x", Fault::Other),
            ("BRAND_NEW", "x", Fault::Other),
        ] {
            let body = json!({"error": {"code": 400, "message": message, "status": status}});
            let expected = Complaint { fault, message: Some(message.into()) };
            assert_eq!(read(body.to_string().as_bytes()), expected, "{status}");
            assert_eq!(read(json!([body]).to_string().as_bytes()), expected, "{status} in a list");
        }
        let details = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]);
        let body = json!({"error": {"message": "x", "status": "INVALID_ARGUMENT", "details": details}});
        assert_eq!(read(body.to_string().as_bytes()).fault, Fault::KeyRefused);
    }

    #[test]
    fn the_wait_is_read_from_the_details() {
        let wait = |delay: Json| {
            let details = json!([{"@type": "type.googleapis.com/google.rpc.Help"}, {"retryDelay": delay}]);
            retry_after(json!({"error": {"details": details}}).to_string().as_bytes())
        };
        assert_eq!(wait(json!("22s")), Some(Duration::from_secs(22)));
        assert_eq!(wait(json!("0.5s")), Some(Duration::from_millis(500)));
        for wrong in [json!("22"), json!("-1s"), json!("NaNs"), json!("1e300s"), json!(22), Json::Null] {
            assert_eq!(wait(wrong), None);
        }
    }

    #[test]
    fn a_body_that_is_not_the_vendors_says_nothing() {
        for body in ["", "<html>", "{}", "[]", "[[]]", r#"{"error":null}"#, r#"{"error":"flat"}"#, "7"] {
            assert_eq!(read(body.as_bytes()), Complaint::default(), "{body}");
            assert_eq!(retry_after(body.as_bytes()), None, "{body}");
        }
    }
}

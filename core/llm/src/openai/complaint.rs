//! Errors of OpenAI and of the many servers that imitate it, each in its own way.
//!
//! `{"error": {"message", "type", "code"}}` is the original. Others send the inner object alone, a text in its place,
//! or a number as the code.

use atelier_protocol::Json;

use crate::{
    context_full,
    http::{Complaint, Fault},
};

/// What an error says, whatever its form; nothing where it has none of the known ones.
pub(crate) fn complaint(body: &Json) -> Complaint {
    let error = match body.get("error") {
        None | Some(Json::Null) => body,
        Some(error) => error,
    };
    let text = |field: &str| error.get(field).and_then(Json::as_str);
    let message = error.as_str().or_else(|| text("message")).or_else(|| text("detail"));
    let fault = ["code", "type"]
        .iter()
        .filter_map(|field| error.get(field))
        .map(|name| fault_named(name, message.unwrap_or_default()))
        .find(|fault| *fault != Fault::Other)
        .unwrap_or_else(|| fault_told(message.unwrap_or_default()));
    Complaint { fault, message: message.map(str::to_owned) }
}

/// By the error's name or number. What the message tells goes first where the name is one for many things.
fn fault_named(name: &Json, message: &str) -> Fault {
    let number = name.as_u64().or_else(|| name.as_str().and_then(|text| text.parse().ok()));
    if let Some(number) = number {
        return match (number, fault_told(message)) {
            (_, Fault::ContextTooLong) => Fault::ContextTooLong,
            (413, _) => Fault::RequestTooLarge,
            (404, Fault::ModelUnknown) => Fault::ModelUnknown,
            (402, _) => Fault::NoCredit,
            (429, _) => Fault::RateLimited,
            (503 | 529, _) => Fault::Overloaded,
            (408 | 500..=599, _) => Fault::Server,
            _ => Fault::Other,
        };
    }
    match name.as_str().unwrap_or_default() {
        "model_not_found" => Fault::ModelUnknown,
        "context_length_exceeded" | "context_window_exceeded" | "exceed_context_size_error" => Fault::ContextTooLong,
        "string_above_max_length" => Fault::RequestTooLarge,
        "insufficient_quota" | "billing_hard_limit_reached" | "billing_not_active" => Fault::NoCredit,
        "rate_limit_exceeded" | "rate_limit_error" | "requests" | "tokens" => Fault::RateLimited,
        "overloaded"
        | "overloaded_error"
        | "server_overloaded"
        | "server_is_overloaded"
        | "slow_down"
        | "unavailable_error" => Fault::Overloaded,
        "server_error" | "api_error" | "internal_error" | "InternalServerError" | "timeout" => {
            match fault_told(message) {
                Fault::Other => Fault::Server,
                told => told,
            }
        }
        _ => Fault::Other,
    }
}

/// By what the message says, for servers that have no names for errors.
fn fault_told(message: &str) -> Fault {
    if context_full::is_told_by(message) {
        return Fault::ContextTooLong;
    }
    let message = message.to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().all(|part| message.contains(part));
    if says(&["model", "not found"]) || says(&["model", "does not exist"]) || says(&["model", "not a valid"]) {
        Fault::ModelUnknown
    } else {
        Fault::Other
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(code: &Json, kind: &Json, message: &str) -> Json {
        json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
    }

    #[test]
    fn errors_are_told_apart_by_code_type_or_words() {
        let (null, invalid) = (json!(null), json!("invalid_request_error"));
        let long = "This model's maximum context length is 4097 tokens. Please reduce the length of the messages.";
        for (body, fault) in [
            (nested(&json!("model_not_found"), &invalid, "x"), Fault::ModelUnknown),
            (nested(&null, &json!("not_found_error"), "model 'x' not found"), Fault::ModelUnknown),
            (nested(&json!(404), &json!("NotFoundError"), "The model `x` does not exist."), Fault::ModelUnknown),
            (nested(&null, &json!("not_found_error"), "no such route"), Fault::Other),
            (nested(&json!("context_length_exceeded"), &invalid, "x"), Fault::ContextTooLong),
            (nested(&json!(400), &json!("BadRequestError"), long), Fault::ContextTooLong),
            (nested(&json!(400), &json!("exceed_context_size_error"), "x"), Fault::ContextTooLong),
            (nested(&json!("insufficient_quota"), &json!("insufficient_quota"), "x"), Fault::NoCredit),
            (nested(&json!(402), &null, "Insufficient credits"), Fault::NoCredit),
            (nested(&json!("rate_limit_exceeded"), &json!("requests"), "x"), Fault::RateLimited),
            (nested(&null, &json!("tokens"), "x"), Fault::RateLimited),
            (nested(&json!("429"), &null, "x"), Fault::RateLimited),
            (nested(&json!("slow_down"), &json!("server_error"), "x"), Fault::Overloaded),
            (nested(&json!(503), &json!("unavailable_error"), "Loading model"), Fault::Overloaded),
            (nested(&null, &json!("server_error"), "x"), Fault::Server),
            (nested(&json!(502), &null, "upstream"), Fault::Server),
            (nested(&json!("invalid_api_key"), &invalid, "x"), Fault::Other),
        ] {
            assert_eq!(complaint(&body).fault, fault, "{body}");
        }
    }

    #[test]
    fn the_message_is_found_in_every_form() {
        for body in [
            json!({"error": {"message": "no"}}),
            json!({"error": "no"}),
            json!({"error": null, "message": "no"}),
            json!({"object": "error", "message": "no", "code": 400}),
            json!({"type": "error", "code": null, "message": "no", "param": null}),
            json!({"detail": "no"}),
        ] {
            assert_eq!(complaint(&body).message.as_deref(), Some("no"), "{body}");
        }
        for body in [json!({}), json!([]), json!(null), json!({"error": {}}), json!({"detail": [{"loc": []}]})] {
            assert_eq!(complaint(&body), Complaint::default(), "{body}");
        }
    }
}

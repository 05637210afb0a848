//! What is refused, before and after it is sent: each is an error that says what to do, and none holds the key.

use atelier_llm::{
    ApiKey, ChatServer, Endpoint, KeyHeader, OPENAI, OpenAiChat, OpenAiResponses, Provider, ProviderError, Transport,
};
use fake_model_server::{FakeModelServer, Reply};
use serde_json::{Value as Json, json};

use super::{At, KEY, chat_at, endpoint, openai_chat_at, responses_at};
use crate::asking;

async fn refusal_of(provider: At, reply: Reply) -> ProviderError {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(reply);
    provider(&server.url()).stream(asking("Hi")).await.unwrap_err()
}

fn error(status: u16, kind: &str, code: &str, message: &str) -> Reply {
    let body = json!({"error": {"message": message, "type": kind, "param": null, "code": code}});
    Reply::body(status, "application/json", &body.to_string())
}

#[tokio::test]
async fn every_refusal_of_the_vendor_has_its_sentence() {
    let invalid = "invalid_request_error";
    for provider in [responses_at, openai_chat_at] {
        for (status, kind, code, sentence) in [
            (
                401,
                invalid,
                "invalid_api_key",
                "OpenAI did not accept the API key (“x y”): check the key in Settings or in OPENAI_API_KEY.",
            ),
            (
                403,
                invalid,
                "unsupported_country_region_territory",
                "OpenAI does not allow this with the API key (“x y”): use a key that has access, in Settings or in OPENAI_API_KEY.",
            ),
            (
                404,
                invalid,
                "model_not_found",
                "OpenAI does not know the model “claude-test” (“x y”): choose another model.",
            ),
            (
                403,
                invalid,
                "model_not_found",
                "OpenAI does not know the model “claude-test” (“x y”): choose another model.",
            ),
            (
                400,
                invalid,
                "context_length_exceeded",
                "The conversation is longer than the model of OpenAI can read (“x y”): start a new session, or choose a \
                 model with a larger context window.",
            ),
            (
                400,
                invalid,
                "unsupported_parameter",
                "OpenAI refused the request (status 400) (“x y”): change what it objects to and send it again.",
            ),
            (
                429,
                "insufficient_quota",
                "insufficient_quota",
                "OpenAI says that there is no credit left (“x y”): add some at the vendor, or use another API key.",
            ),
            (
                429,
                "tokens",
                "rate_limit_exceeded",
                "OpenAI limits how much may be asked (“x y”): wait a little and send it again.",
            ),
            (503, "server_error", "slow_down", "OpenAI is overloaded: wait a little and send it again."),
            (
                500,
                "server_error",
                "server_error",
                "OpenAI has a problem of its own (status 500) (“x y”): wait a little and send it again.",
            ),
        ] {
            let error = refusal_of(provider, error(status, kind, code, "x\ny")).await;
            assert_eq!(error.to_string(), sentence);
        }
    }
}

#[tokio::test]
async fn what_can_not_be_paid_is_not_tried_again_and_a_limit_is() {
    let limited = error(429, "tokens", "rate_limit_exceeded", "x").header("retry-after", "7");
    let limited = refusal_of(responses_at, limited).await;
    assert_eq!((limited.retryable(), limited.retry_after().map(|wait| wait.as_secs())), (true, Some(7)));
    assert!(!refusal_of(responses_at, error(429, "insufficient_quota", "insufficient_quota", "x")).await.retryable());
}

#[tokio::test]
async fn other_servers_errors_are_understood_in_their_own_forms() {
    fn local(base_url: &str) -> Box<dyn Provider> {
        chat_at(ChatServer::Ollama, base_url)
    }
    let unknown = "Ollama does not know the model “claude-test”";
    for (status, body, expected) in [
        (404, json!({"error": {"message": "model 'x' not found", "type": "not_found_error", "code": null}}), unknown),
        (404, json!({"error": "model \"x\" not found, try pulling it first"}), unknown),
        (
            404,
            json!({"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404}),
            unknown,
        ),
        (404, json!({"detail": "Not Found"}), "There is no Ollama API at http"),
        (
            400,
            json!({"error": {"code": 400, "message": "x", "type": "exceed_context_size_error"}}),
            "is longer than the model of Ollama can read",
        ),
        (
            400,
            json!({"error": "Trying to keep the first 5 tokens when context the overflows. Try a larger context length."}),
            "is longer than the model of Ollama can read",
        ),
        (
            503,
            json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}),
            "Ollama is overloaded",
        ),
        (
            402,
            json!({"error": {"code": 402, "message": "Insufficient credits"}}),
            "no credit left (“Insufficient credits”)",
        ),
        // With a status that says that all is well.
        (200, json!({"error": {"code": 429, "message": "slow"}}), "Ollama limits how much may be asked (“slow”)"),
        (200, json!({"error": "no such thing"}), "Ollama refused the request (status 200) (“no such thing”)"),
    ] {
        let reply = Reply::body(status, "application/json", &body.to_string());
        let error = refusal_of(local, reply).await;
        assert!(error.to_string().contains(expected), "{body}: {error}");
    }
    let page = refusal_of(local, Reply::body(200, "text/html", "<html>")).await;
    assert!(matches!(page, ProviderError::NotAStream { .. }), "{page:?}");
    assert!(page.to_string().ends_with("check the base URL in Settings."), "{page}");
}

#[tokio::test]
async fn the_key_is_cut_out_of_whatever_comes_back() {
    let echo = format!("wrong key {KEY}");
    let body = |body: Json| Reply::body(400, "application/json", &body.to_string());
    for provider in [responses_at, openai_chat_at] {
        for reply in [
            body(json!({"error": {"message": echo, "code": echo, "type": echo}})),
            body(json!({"error": echo})),
            body(json!({"detail": echo})),
            Reply::body(200, &format!("text/{KEY}"), ""),
            error(404, "x", "model_not_found", &echo),
        ] {
            let error = refusal_of(provider, reply).await;
            assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
        }
        assert!(!format!("{:?}", endpoint("https://api.openai.com")).contains(KEY));
    }
    let responses = OpenAiResponses::new(&endpoint("https://api.openai.com"), &Transport::default()).unwrap();
    let chat = OpenAiChat::new(ChatServer::OpenAi, &endpoint("https://api.openai.com"), &Transport::default()).unwrap();
    assert_eq!((responses.name(), chat.name()), ("openai", "openai"));
    assert!(!format!("{responses:?} {chat:?}").contains(KEY));
}

#[test]
fn a_missing_key_is_refused_only_where_one_is_needed() {
    let without = |url: &str| Endpoint { base_url: url.to_owned(), key: ApiKey::none() };
    let missing = ProviderError::KeyMissing { vendor: &OPENAI };
    assert_eq!(
        missing.to_string(),
        "No API key for OpenAI is set: add one in Settings, or set OPENAI_API_KEY in the environment."
    );
    let openai = OpenAiResponses::new(&without(OPENAI.default_base_url), &Transport::default());
    assert_eq!(openai.unwrap_err(), missing);
    for server in ChatServer::ALL {
        let vendor = server.vendor();
        let made = OpenAiChat::new(server, &without(vendor.default_base_url), &Transport::default());
        assert_eq!(made.is_err(), vendor.key_required, "{server:?}");
        let key = ApiKey { secret: format!("{KEY}\n{KEY}").into(), header: KeyHeader::Bearer };
        let broken = Endpoint { key, ..without(vendor.default_base_url) };
        let error = OpenAiChat::new(server, &broken, &Transport::default()).unwrap_err();
        assert_eq!(error, ProviderError::KeyMalformed { vendor });
    }
}

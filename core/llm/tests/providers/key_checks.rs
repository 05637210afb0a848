//! What vendors say about a key.

use atelier_llm::{
    ChatServer, Gemini, KeyVerdict, OpenAiChat, OpenAiResponses, Pace, Provider, ProviderError, Transport,
};
use fake_model_server::{FakeModelServer, Nobody, Reply};
use serde_json::json;

use crate::{KEY, anthropic_at, endpoint};

/// Every vendor at this server, and the path on which its key is checked.
fn vendors(base_url: &str) -> Vec<(Box<dyn Provider>, &'static str)> {
    let (endpoint, transport) = (endpoint(base_url), Transport::default());
    let chat = |server| Box::new(OpenAiChat::new(server, &endpoint, &transport).unwrap());
    vec![
        (Box::new(anthropic_at(base_url)), "/v1/messages"),
        (Box::new(OpenAiResponses::new(&endpoint, &transport).unwrap()), "/v1/models"),
        (Box::new(Gemini::new(&endpoint, &transport).unwrap()), "/v1beta/models?pageSize=1000"),
        (chat(ChatServer::Other), "/v1/models"),
        (chat(ChatServer::OpenRouter), "/v1/key"),
    ]
}

#[tokio::test]
async fn a_key_is_accepted_with_2xx_and_refused_with_401() {
    let server = FakeModelServer::start().await.unwrap();
    for (provider, path) in vendors(&server.url()) {
        let name = provider.name();
        assert_eq!(provider.check_key(None).await, Ok(KeyVerdict::Accepted), "{name}");
        server.reply(Reply::error(401, "authentication_error", "invalid x-api-key"));
        assert_eq!(provider.check_key(None).await, Ok(KeyVerdict::Refused), "{name}");
        let asked = server.requests().pop().unwrap();
        assert_eq!(asked.path, path, "{name}");
        assert!(asked.headers.values().any(|value| value.as_str().unwrap().ends_with(KEY)), "{name}");
    }
}

#[tokio::test]
async fn anthropic_is_asked_for_one_token_of_a_model_that_can_be_chosen() {
    let server = FakeModelServer::start().await.unwrap();
    let anthropic = anthropic_at(&server.url());
    anthropic.check_key(None).await.unwrap();
    anthropic.check_key(Some("claude-x")).await.unwrap();
    let body = |model: &str| json!({"model": model, "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]});
    let bodies: Vec<_> = server.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [body("claude-3-haiku-20240307"), body("claude-x")]);
}

#[tokio::test]
async fn google_refuses_a_key_with_a_status_of_its_own() {
    let server = FakeModelServer::start().await.unwrap();
    let info = json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"});
    let error = json!({"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT",
        "details": [info]}});
    server.reply(Reply::body(400, "application/json", &error.to_string()));
    let (google, _) = vendors(&server.url()).remove(2);
    assert_eq!(google.check_key(None).await, Ok(KeyVerdict::Refused));
}

#[tokio::test]
async fn any_other_status_is_an_error_that_begins_as_the_contract_says_and_holds_no_key() {
    let server = FakeModelServer::start().await.unwrap();
    for (provider, _) in vendors(&server.url()) {
        for status in [302, 400, 403, 404, 429, 500, 529] {
            server.reply(Reply::error(status, "some_error", &format!("about {KEY}")));
            let error = provider.check_key(None).await.unwrap_err();
            assert!(error.to_string().starts_with(&format!("Unexpected API response: {status}")), "{error}");
            assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_page_to_sign_in_on_is_no_verdict() {
    let server = FakeModelServer::start().await.unwrap();
    for (provider, _) in vendors(&server.url()) {
        server.reply(Reply::body(200, "text/html", "<html>Sign in</html>"));
        let error = provider.check_key(None).await.unwrap_err();
        assert!(matches!(error, ProviderError::NotAStream { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_says_nothing_about_the_key() {
    let nobody = Nobody::new().unwrap();
    for (provider, _) in vendors(&nobody.url()) {
        let error = provider.check_key(None).await.unwrap_err();
        assert!(matches!(error, ProviderError::ConnectionRefused { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn the_demo_needs_no_key() {
    assert_eq!(atelier_llm::Demo::new(Pace::NONE).check_key(None).await, Ok(KeyVerdict::Accepted));
}

//! Answers that are no stream: each is an error that says what to do.

use std::time::Duration;

use atelier_llm::{ANTHROPIC, ModelRequest, Provider, ProviderError};
use fake_model_server::{FakeModelServer, Reply, Step};

use crate::{KEY, anthropic_at, asking, refusal_of};

#[tokio::test]
async fn a_wrong_key_is_told_from_one_without_access() {
    let error = refusal_of(Reply::error(401, "authentication_error", "invalid x-api-key")).await;
    assert_eq!(
        error.to_string(),
        "Anthropic did not accept the API key (“invalid x-api-key”): check the key in Settings or in \
         ANTHROPIC_API_KEY."
    );
    let error = refusal_of(Reply::error(403, "permission_error", "not your model")).await;
    assert!(matches!(error, ProviderError::AccessDenied { .. }), "{error:?}");
    assert!(error.to_string().contains("not your model"), "{error}");
    assert!(!error.retryable());
}

#[tokio::test]
async fn an_unknown_model_is_told_from_a_wrong_base_url() {
    let error = refusal_of(Reply::error(404, "not_found_error", "model: claude-test")).await;
    let detail = Some("model: claude-test".to_owned());
    assert_eq!(error, ProviderError::ModelUnknown { vendor: &ANTHROPIC, model: "claude-test".into(), detail });
    assert!(error.to_string().ends_with("choose another model."), "{error}");

    let server = FakeModelServer::start().await.unwrap();
    let error = anthropic_at(&format!("{}/wrong", server.url())).stream(asking("Hi")).await.unwrap_err();
    let url = format!("{}/wrong/v1/messages", server.url());
    assert_eq!(error, ProviderError::NotTheApi { vendor: &ANTHROPIC, url: url.clone(), status: 404 });
    assert!(error.to_string().contains(&url) && error.to_string().contains("ANTHROPIC_BASE_URL"), "{error}");
    let error = refusal_of(Reply::body(405, "text/plain", "no")).await;
    assert!(matches!(error, ProviderError::NotTheApi { status: 405, .. }), "{error:?}");
}

#[tokio::test]
async fn a_request_that_the_vendor_finds_fault_with_is_told_in_its_words() {
    for status in [400, 422] {
        let error = refusal_of(Reply::error(status, "invalid_request_error", "max_tokens: too many")).await;
        let detail = Some("max_tokens: too many".to_owned());
        assert_eq!(error, ProviderError::RequestRefused { vendor: &ANTHROPIC, status, detail });
        assert!(error.to_string().contains("“max_tokens: too many”"), "{error}");
        assert!(!error.retryable());
    }
    let error = refusal_of(Reply::error(413, "request_too_large", "over 32 MB")).await;
    assert!(matches!(error, ProviderError::RequestTooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn a_request_that_came_too_late_or_in_each_other_s_way_can_be_sent_again() {
    for status in [408, 409] {
        let error = refusal_of(Reply::error(status, "some_error", "once more")).await;
        assert!(matches!(error, ProviderError::ServerFailed { .. }) && error.retryable(), "{error:?}");
    }
}

#[tokio::test]
async fn limits_and_failures_of_the_vendor_can_be_retried_after_the_time_it_names() {
    let limited = || Reply::error(429, "rate_limit_error", "5 requests a minute");
    let error = refusal_of(limited().header("retry-after", "7")).await;
    assert!(matches!(error, ProviderError::RateLimited { .. }), "{error:?}");
    assert_eq!((error.retryable(), error.retry_after()), (true, Some(Duration::from_secs(7))));
    assert!(error.to_string().ends_with("wait 7 s and send it again."), "{error}");
    let error = refusal_of(limited().header("retry-after", "Tue, 05 Jan 2077 09:00:00 GMT")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_hours(1)));
    assert_eq!(refusal_of(limited()).await.retry_after(), None);

    for status in [529, 503] {
        let error = refusal_of(Reply::error(status, "overloaded_error", "x").header("retry-after", "2")).await;
        let retry_after = Some(Duration::from_secs(2));
        assert_eq!(error, ProviderError::Overloaded { vendor: &ANTHROPIC, retry_after });
        assert!(error.retryable());
    }
    for status in [500, 502, 503, 504, 408] {
        let error = refusal_of(Reply::body(status, "text/html", "<html>Bad Gateway</html>")).await;
        let expected = ProviderError::ServerFailed { vendor: &ANTHROPIC, status, detail: None, retry_after: None };
        assert_eq!(error, expected);
        assert!(error.retryable());
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_so_that_the_key_stays_here() {
    let elsewhere = FakeModelServer::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}/v1/messages", elsewhere.url());
        let error = refusal_of(Reply::body(status, "text/plain", "").header("location", &location)).await;
        assert!(matches!(error, ProviderError::Redirected { .. }), "{error:?}");
    }
    assert_eq!(elsewhere.requests(), []);
}

#[tokio::test]
async fn a_page_instead_of_a_stream_is_said_to_be_one() {
    let error = refusal_of(Reply::body(200, "text/html; charset=utf-8", "<html>Sign in</html>")).await;
    assert!(error.to_string().contains("it sent text/html; charset=utf-8"), "{error}");
    assert!(error.to_string().contains("ANTHROPIC_BASE_URL") && !error.retryable(), "{error}");
    let compressed = Reply::message([]).header("content-encoding", "gzip");
    let error = refusal_of(compressed).await;
    assert!(matches!(error, ProviderError::NotAStream { .. }), "{error:?}");
    assert!(error.to_string().contains("gzip"), "{error}");
}

#[tokio::test]
async fn an_error_with_a_success_status_is_still_an_error() {
    let error = refusal_of(Reply::error(200, "overloaded_error", "x")).await;
    assert!(matches!(error, ProviderError::Overloaded { .. }), "{error:?}");
    let error = refusal_of(Reply::error(200, "invalid_request_error", "no such thing")).await;
    assert!(error.to_string().contains("no such thing"), "{error}");
}

#[tokio::test]
async fn a_vendors_message_is_shown_short_on_one_line_and_without_the_key() {
    let message = format!("bad\u{1b}[31m key\r\n{KEY} and {}", "x".repeat(100_000));
    for status in [400, 401, 403, 413, 418, 429, 500] {
        let error = refusal_of(Reply::error(status, "whatever", &message[..20_000])).await;
        let shown = error.to_string();
        assert!(shown.contains("bad [31m key [key] and xxx"), "{shown}");
        assert!(shown.chars().count() < 500, "{shown}");
        assert!(!shown.chars().any(char::is_control), "{shown}");
        assert!(!format!("{error:?}").contains(KEY), "{error:?}");
    }
    // Longer than what is read of an error: no JSON any more, and no message.
    let error = refusal_of(Reply::error(400, "whatever", &message)).await;
    assert_eq!(error, ProviderError::RequestRefused { vendor: &ANTHROPIC, status: 400, detail: None });
}

#[tokio::test]
async fn a_key_in_any_echo_of_the_server_is_cut_out() {
    for reply in
        [Reply::error(404, "not_found_error", &format!("model {KEY}")), Reply::body(200, &format!("text/{KEY}"), "")]
    {
        let error = refusal_of(reply).await;
        assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
    }
    let server = FakeModelServer::start().await.unwrap();
    server.reply(Reply::error(404, "not_found_error", "model"));
    let request = ModelRequest { model: KEY.to_owned(), ..asking("Hi") };
    let error = anthropic_at(&server.url()).stream(request).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
    let error = anthropic_at(&format!("{}/{KEY}", server.url())).stream(asking("Hi")).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
}

#[tokio::test]
async fn an_endless_error_body_is_not_read_to_its_end() {
    let endless = Step::Deltas { count: 1_000_000, text: "x".repeat(100) };
    let server = FakeModelServer::start().await.unwrap();
    server.reply(Reply { status: 500, ..Reply::steps([endless]) });
    let error = anthropic_at(&server.url()).stream(asking("Hi")).await.unwrap_err();
    assert!(matches!(error, ProviderError::ServerFailed { status: 500, .. }), "{error:?}");
    let ending = server.ending(0).await.unwrap();
    assert!(matches!(ending, fake_model_server::Ending::ClientClosed { .. }), "{ending:?}");
}

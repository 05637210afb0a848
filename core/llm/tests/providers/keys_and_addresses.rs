//! What is checked before anything is sent.

use atelier_llm::{ANTHROPIC, Anthropic, ApiKey, Endpoint, KeyHeader, Provider, ProviderError, Transport};
use atelier_protocol::ErrorCode;

use crate::{KEY, anthropic_at, endpoint};

fn refused(endpoint: &Endpoint) -> ProviderError {
    Anthropic::new(endpoint, &Transport::default()).unwrap_err()
}

fn with_key(secret: &str, header: KeyHeader) -> Endpoint {
    Endpoint { key: ApiKey { secret: secret.into(), header }, ..endpoint(ANTHROPIC.default_base_url) }
}

#[test]
fn a_base_url_that_is_none_is_refused_with_what_to_do() {
    let error = refused(&endpoint("api.anthropic.com"));
    assert_eq!(
        error.to_string(),
        "The base URL “api.anthropic.com” is not a URL: give one that starts with https://, in Settings or in \
         ANTHROPIC_BASE_URL."
    );
    assert_eq!((error.code(), error.retryable()), (ErrorCode::NotReady, false));
    let error = refused(&endpoint("ftp://api.anthropic.com"));
    assert!(matches!(error, ProviderError::BaseUrlScheme { .. }), "{error:?}");
    assert!(error.to_string().contains("starts with ftp:"), "{error}");
}

#[test]
fn a_missing_or_mangled_key_is_refused_with_what_to_do() {
    for header in [KeyHeader::XApiKey, KeyHeader::Bearer] {
        for blank in ["", " \n"] {
            let error = refused(&with_key(blank, header));
            assert_eq!(
                error.to_string(),
                "No API key for Anthropic is set: add one in Settings, or set ANTHROPIC_API_KEY in the environment."
            );
            assert_eq!(error.code(), ErrorCode::NotReady);
        }
        let error = refused(&with_key(&format!("{KEY}\nX-Other: 1"), header));
        assert_eq!(error, ProviderError::KeyMalformed { vendor: &ANTHROPIC });
    }
}

#[test]
fn nothing_prints_the_key() {
    let endpoint = endpoint("https://api.anthropic.com");
    let provider = anthropic_at("https://api.anthropic.com");
    assert_eq!(provider.name(), "anthropic");
    assert!(!format!("{endpoint:?} {provider:?}").contains(KEY));
}

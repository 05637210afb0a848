//! Asking vendors about keys, and the operations on Anthropic's credentials.
#![cfg(not(target_os = "macos"))] // There they would go into the keychain of whoever runs the tests.

use crate::support::{Home, KEY};
use atelier_workbench::{ErrorKind, KeyProvider, ProviderChoice, SecretString, SettingsChange};
use fake_model_server::Reply;

const ANTHROPIC: ProviderChoice = ProviderChoice::Anthropic;

#[tokio::test]
async fn a_verdict_is_yes_or_no_and_everything_else_an_error() {
    let home = Home::with_server().await;
    let workbench = home.open();
    for (reply, verdict) in [
        (Reply::body(200, "application/json", "{}"), Some(true)),
        (Reply::error(401, "authentication_error", &format!("invalid: {KEY}")), Some(false)),
        (Reply::error(500, "api_error", &format!("down: {KEY}")), None),
    ] {
        home.server().reply(reply);
        let asked = workbench.check_key(ANTHROPIC, None).await;
        let told = asked.as_ref().err().map(ToString::to_string).unwrap_or_default();
        assert_eq!((asked.ok(), told.contains("Unexpected API response: 500")), (verdict, verdict.is_none()), "{told}");
        assert!(!told.contains(KEY), "{told}");
    }
    assert_eq!(home.server().requests()[0].body["max_tokens"], 1);
    let missing = workbench.check_key(ProviderChoice::OpenAi, None).await.unwrap_err();
    assert_eq!(missing.kind, ErrorKind::Configuration);
    assert!(workbench.check_key(ANTHROPIC, Some("gone".into())).await.is_err());
    workbench.close().await;
}

#[tokio::test]
async fn credentials_are_saved_with_their_address_checked_and_told_without_the_key() {
    let mut home = Home::with_server().await;
    let server = home.server.take().unwrap();
    let workbench = home.open();
    let status = workbench.check_auth_status().await.unwrap();
    assert!(!status.authenticated && status.source.is_none());
    assert_eq!(workbench.get_credentials().await.unwrap(), None);
    let base_urls = [(KeyProvider::Anthropic, server.url())].into();
    workbench.change_settings(SettingsChange { base_urls, ..SettingsChange::default() }).await.unwrap();

    server.reply(Reply::body(200, "application/json", "{}"));
    assert!(workbench.validate_api_key(SecretString::from(KEY)).await.unwrap());
    assert_eq!(server.requests()[0].header("x-api-key"), Some(KEY));
    assert!(!workbench.check_auth_status().await.unwrap().authenticated, "what is validated is not saved");

    let address = || Some("ada@example.org".to_owned());
    workbench.save_credentials(SecretString::from(KEY), address()).await.unwrap();
    let stored = workbench.get_credentials().await.unwrap().unwrap();
    assert_eq!((stored.api_key_masked.as_str(), stored.email), ("…NTED", address()));
    server.reply(Reply::body(200, "application/json", "{}"));
    assert!(workbench.check_key(ANTHROPIC, Some("default".into())).await.unwrap());
    let status = workbench.check_auth_status().await.unwrap();
    assert!(status.authenticated && status.last_validated.is_some() && status.email == address(), "{status:?}");

    let refused = workbench.set_key_email(ANTHROPIC, "default".into(), KEY.into()).await.unwrap_err();
    assert!(refused.kind == ErrorKind::InvalidRequest && !refused.message.contains(KEY), "{refused}");
    workbench.save_key(ANTHROPIC, None, SecretString::from("another-key-of-the-same-name")).await.unwrap();
    let status = workbench.check_auth_status().await.unwrap();
    assert_eq!((status.email, status.last_validated), (None, None), "another key may be another account's");
    workbench.close().await;
}

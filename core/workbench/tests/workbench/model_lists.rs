//! Vendors' own lists of models: asked for on request, kept, and merged with what is known.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::{Home, KEY, new_session, read_turn};
use atelier_workbench::{
    ErrorKind, KeyProvider, ModelEntry, ModelSource, ProviderChoice, SettingsChange, TurnChoice, Workbench,
};
use fake_model_server::{FakeModelServer, Reply};

async fn entry(workbench: &Workbench, id: &str) -> Option<ModelEntry> {
    workbench.models().await.unwrap().into_iter().find(|entry| entry.id == id)
}

fn lists_asked_for(server: &FakeModelServer) -> usize {
    server.requests().iter().filter(|request| request.method == "GET").count()
}

#[tokio::test]
async fn a_list_is_asked_for_on_request_alone_kept_and_used() {
    let home = Home::with_server().await;
    home.server().models(&["claude-new", "claude-sonnet-4-5", "text-embedding-x"], 9);
    let workbench = home.open();
    assert_eq!(entry(&workbench, "claude-new").await, None);
    assert_eq!(lists_asked_for(home.server()), 0);

    let told = workbench.refresh_models(None).await.unwrap();
    assert_eq!(told.len(), 1, "only Anthropic is set up: {told:?}");
    assert_eq!((told[0].provider.as_str(), told[0].models, &told[0].problem), ("anthropic", 3, &None));
    let new = entry(&workbench, "claude-new").await.unwrap();
    assert_eq!(new.known_from, [ModelSource::Listed]);
    assert!(new.available && new.listed_at.is_some() && new.context_window == 200_000, "{new:?}");
    let known = entry(&workbench, "claude-sonnet-4-5").await.unwrap();
    assert_eq!(known.known_from, [ModelSource::BuiltIn, ModelSource::Listed]);
    assert!(known.input_price.is_some(), "a list knows no prices, so the known ones stay");
    assert_eq!(entry(&workbench, "text-embedding-x").await, None, "it does not talk");
    assert!(entry(&workbench, "claude-opus-4-5").await.unwrap().listed_at.is_none());
    workbench.close().await;

    let file = home.path().join("data/model-lists.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!fs::read_to_string(&file).unwrap().contains(KEY));
    let workbench = home.open();
    assert_eq!(entry(&workbench, "claude-new").await, Some(new), "it is kept");
    let (session, reader) = new_session(&workbench).await;
    let choice = TurnChoice { model: Some("claude-new".into()), ..TurnChoice::default() };
    workbench.send(session, "Hello".into(), Some(choice)).await.unwrap();
    read_turn(&reader).await;
    let asked = &home.server().requests().pop().unwrap().body;
    assert_eq!(asked["max_tokens"], 32_768, "the list says that it may answer at such length");
    assert_eq!(lists_asked_for(home.server()), 1);

    fs::write(&file, "{ broken").unwrap();
    assert_eq!(entry(&workbench, "claude-new").await, None);
    workbench.refresh_models(Some(ProviderChoice::Anthropic)).await.unwrap();
    assert!(entry(&workbench, "claude-new").await.is_some(), "and mended");
    workbench.close().await;
}

#[tokio::test]
async fn a_vendor_that_fails_is_told_and_takes_neither_the_others_nor_its_own_last_list_along() {
    let home = Home::with_server().await;
    let other = FakeModelServer::start().await.unwrap();
    let home = home.and("OPENAI_API_KEY", KEY).and("OPENAI_BASE_URL", &other.url());
    home.server().models(&["claude-new"], 9);
    other.models(&["gpt-new"], 9);
    let workbench = home.open();
    workbench.refresh_models(None).await.unwrap();
    home.server().models(&["claude-newer"], 9);
    let echo = format!(r#"{{"error": {{"code": "invalid_api_key", "message": "wrong key {KEY}"}}}}"#);
    other.reply(Reply::body(401, "application/json", &echo));
    let told = workbench.refresh_models(None).await.unwrap();
    let problem = told.iter().find(|told| told.provider == "openai").unwrap().problem.as_ref().unwrap();
    assert!(problem.contains("OpenAI did not accept the API key") && !problem.contains(KEY), "{problem}");
    assert!(told.iter().any(|told| told.provider == "anthropic" && told.problem.is_none()), "{told:?}");
    assert_eq!(entry(&workbench, "claude-new").await, None);
    for id in ["claude-newer", "gpt-new"] {
        assert!(entry(&workbench, id).await.is_some(), "{id}");
    }
    workbench.close().await;
}

#[tokio::test]
async fn who_is_not_set_up_can_not_be_asked() {
    let home = Home::without_key();
    let workbench = home.open();
    assert_eq!(workbench.refresh_models(None).await.unwrap(), []);
    for (provider, kind, named) in [
        (ProviderChoice::Google, ErrorKind::Configuration, "GEMINI_API_KEY"),
        (ProviderChoice::Compatible, ErrorKind::Configuration, "base URL"),
        (ProviderChoice::Demo, ErrorKind::InvalidRequest, "demo"),
    ] {
        let refused = workbench.refresh_models(Some(provider)).await.unwrap_err();
        assert!(refused.kind == kind && refused.message.contains(named), "{refused:?}");
    }
    workbench.close().await;
}

#[tokio::test]
async fn the_list_of_one_compatible_server_is_not_that_of_another() {
    let home = Home::without_key();
    let (first, second) = (FakeModelServer::start().await.unwrap(), FakeModelServer::start().await.unwrap());
    first.models(&["qwen"], 9);
    let workbench = home.open();
    let at = |server: &FakeModelServer| SettingsChange {
        base_urls: [(KeyProvider::Compatible, server.url())].into(),
        ..SettingsChange::default()
    };
    workbench.change_settings(at(&first)).await.unwrap();
    workbench.refresh_models(Some(ProviderChoice::Compatible)).await.unwrap();
    assert!(entry(&workbench, "qwen").await.unwrap().available);
    workbench.change_settings(at(&second)).await.unwrap();
    assert_eq!(entry(&workbench, "qwen").await, None);
    workbench.close().await;
}

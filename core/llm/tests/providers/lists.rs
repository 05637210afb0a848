//! The lists of models that vendors give out.

use atelier_llm::{
    ApiKey, Catalogue, Effort, Endpoint, Gemini, KeyHeader, ListedModel, Provider, ProviderError, Thinking, Transport,
};
use fake_model_server::{FakeModelServer, Reply};
use serde_json::json;

use crate::{KEY, anthropic_at};

fn both(base_url: &str) -> [Box<dyn Provider>; 2] {
    let key = ApiKey { secret: KEY.into(), header: KeyHeader::XApiKey };
    let gemini = Gemini::new(&Endpoint { base_url: base_url.to_owned(), key }, &Transport::default()).unwrap();
    [Box::new(anthropic_at(base_url)), Box::new(gemini)]
}

fn ids(models: &[ListedModel]) -> Vec<&str> {
    models.iter().map(|model| model.id.as_str()).collect()
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page() {
    let server = FakeModelServer::start().await.unwrap();
    server.models(&["a", "b", "c", "d", "e"], 2);
    for provider in both(&server.url()) {
        assert_eq!(ids(&provider.list_models().await.unwrap()), ["a", "b", "c", "d", "e"], "{}", provider.name());
    }
    let requests = server.requests();
    let paths: Vec<_> = requests.iter().map(|request| request.path.as_str()).collect();
    let expected = [
        "/v1/models?limit=1000",
        "/v1/models?limit=1000&after_id=b",
        "/v1/models?limit=1000&after_id=d",
        "/v1beta/models?pageSize=1000",
        "/v1beta/models?pageSize=1000&pageToken=b",
        "/v1beta/models?pageSize=1000&pageToken=d",
    ];
    assert_eq!(paths, expected);
    assert!(requests.iter().all(|request| request.method == "GET"));
    assert_eq!(requests[0].header("x-api-key"), Some(KEY));
    assert_eq!(requests[5].header("x-goog-api-key"), Some(KEY));
}

#[tokio::test]
async fn a_list_says_what_it_knows_of_each_model() {
    let server = FakeModelServer::start().await.unwrap();
    let supported = json!({"supported": true});
    let types = json!({"adaptive": supported, "disabled": {"supported": false}, "between_tools": supported});
    let thinking = json!({"supported": true, "types": types});
    let effort =
        json!({"supported": true, "low": supported, "high": supported, "max": {"supported": false}, "xhigh": null});
    let capabilities =
        json!({"thinking": thinking, "effort": effort, "image_input": {"supported": false}, "batch": supported});
    let model = json!({"type": "model", "id": "claude-x", "display_name": "Claude X", "max_input_tokens": 1_000_000,
        "max_tokens": 128_000, "capabilities": capabilities});
    let by_budget =
        json!({"thinking": {"supported": true, "types": {"enabled": supported, "adaptive": {"supported": false}}}});
    let plain = json!({"type": "model", "id": "claude-y", "max_tokens": null, "capabilities": by_budget});
    let list = json!({"data": [model, plain], "has_more": false, "first_id": "claude-x", "last_id": "claude-y"});
    server.reply(Reply::body(200, "application/json", &list.to_string()));
    let named = |name: &str, method: &str| {
        json!({"name": name, "displayName": "Gemini X", "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536,
            "supportedGenerationMethods": [method], "thinking": true})
    };
    let list = json!({"models": [named("models/gemini-x", "generateContent"), named("models/embed", "embedContent")]});
    server.reply(Reply::body(200, "application/json", &list.to_string()));
    let [anthropic, gemini] = both(&server.url());
    let expected = ListedModel {
        id: "claude-x".into(),
        label: Some("Claude X".into()),
        context_window: Some(1_000_000),
        max_output_tokens: Some(128_000),
        thinking: Some(true),
        efforts: Some(vec![Effort::None, Effort::Low, Effort::High]),
        images: Some(false),
        owner: None,
    };
    let listed = anthropic.list_models().await.unwrap();
    assert_eq!((&listed[0], ids(&listed)), (&expected, vec!["claude-x", "claude-y"]));
    let catalogue = Catalogue::builtin().merge("anthropic", listed);
    let thinking = |id: &str| catalogue.find(id).unwrap().thinking;
    assert_eq!((thinking("claude-x"), thinking("claude-y")), (Thinking::Effort, Thinking::Budget));
    let listed = gemini.list_models().await.unwrap();
    assert_eq!(ids(&listed), ["gemini-x"], "what can't answer is left out");
    let catalogue = Catalogue::builtin().merge("google", listed);
    assert_eq!(catalogue.find("gemini-x").unwrap().max_output_tokens, 65_536);
}

#[tokio::test]
async fn a_list_that_is_none_or_is_refused_is_an_error_without_the_key() {
    let server = FakeModelServer::start().await.unwrap();
    for provider in both(&server.url()) {
        for body in ["<html>Sign in</html>", "[]", r#"{"data": 7, "models": 7}"#] {
            server.reply(Reply::body(200, "text/html", body));
            let error = provider.list_models().await.unwrap_err();
            assert!(matches!(error, ProviderError::NotAList { .. }), "{error:?}");
        }
        server.reply(Reply::body(401, "application/json", &json!({"error": {"message": KEY}}).to_string()));
        let error = provider.list_models().await.unwrap_err();
        assert!(matches!(error, ProviderError::KeyRefused { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
    }
}

#[tokio::test]
async fn a_list_that_never_ends_is_given_up() {
    let server = FakeModelServer::start().await.unwrap();
    for number in 0..60 {
        let page = json!({"models": [{"name": format!("models/m{number}")}], "nextPageToken": format!("t{number}")});
        server.reply(Reply::body(200, "application/json", &page.to_string()));
    }
    let [_, gemini] = both(&server.url());
    assert_eq!(gemini.list_models().await.unwrap().len(), 50);
}

#[tokio::test]
async fn a_server_that_sends_the_same_page_again_and_again_is_asked_twice() {
    let server = FakeModelServer::start().await.unwrap();
    let page = json!({"models": [{"name": "models/m"}], "nextPageToken": "same"});
    for _ in 0..9 {
        server.reply(Reply::body(200, "application/json", &page.to_string()));
    }
    let [_, gemini] = both(&server.url());
    gemini.list_models().await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

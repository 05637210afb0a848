//! The list of models.

use atelier_llm::{ChatServer, ListedModel, ProviderError};
use fake_model_server::{FakeModelServer, Reply};
use serde_json::json;

use super::{KEY, chat_at, openai_chat_at, responses_at};

#[tokio::test]
async fn the_list_is_asked_for_with_the_key_and_read() {
    for provider in [responses_at, openai_chat_at] {
        let server = FakeModelServer::start().await.unwrap();
        server.models(&["gpt-a", "gpt-b"], 9);
        let models = provider(&server.url()).list_models().await.unwrap();
        assert_eq!(models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["gpt-a", "gpt-b"]);
        let request = server.requests().remove(0);
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/v1/models"));
        assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    }
}

#[tokio::test]
async fn what_a_server_knows_of_its_models_is_kept() {
    let server = FakeModelServer::start().await.unwrap();
    let router = json!({
        "id": "a/x", "name": "A: X", "context_length": 200_000, "top_provider": {"max_completion_tokens": 64_000},
        "architecture": {"input_modalities": ["text", "image"]}, "supported_parameters": ["tools"],
    });
    let vllm = json!({"id": "y", "object": "model", "max_model_len": 4096});
    let proxy = json!({"id": "z", "object": "model", "max_input_tokens": 32_000, "max_output_tokens": 4000});
    let list = json!({"object": "list", "data": [router, vllm, proxy]});
    server.reply(Reply::body(200, "application/json", &list.to_string()));
    let models = chat_at(ChatServer::OpenRouter, &server.url()).list_models().await.unwrap();
    let [full, plain, sized] = &models[..] else { panic!("{models:?}") };
    let expected = ListedModel {
        id: "a/x".into(),
        label: Some("A: X".into()),
        context_window: Some(200_000),
        max_output_tokens: Some(64_000),
        thinking: Some(false),
        efforts: None,
        images: Some(true),
        owner: None,
    };
    assert_eq!(full, &expected);
    assert_eq!((plain.context_window, plain.images, plain.thinking), (Some(4096), None, None));
    assert_eq!((sized.context_window, sized.max_output_tokens), (Some(32_000), Some(4000)));
}

#[tokio::test]
async fn a_list_that_is_refused_or_none_is_said_to_be() {
    for (reply, kind) in [
        (Reply::body(401, "application/json", r#"{"error": {"message": "no", "code": "invalid_api_key"}}"#), "refused"),
        (Reply::body(200, "application/json", r#"{"private": []}"#), "none"),
    ] {
        let server = FakeModelServer::start().await.unwrap();
        server.reply(reply);
        let error = responses_at(&server.url()).list_models().await.unwrap_err();
        match kind {
            "refused" => assert!(matches!(error, ProviderError::KeyRefused { .. }), "{error:?}"),
            _ => assert!(matches!(error, ProviderError::NotAList { .. }), "{error:?}"),
        }
        assert!(!format!("{error:?}").contains("private"), "{error:?}");
    }
}

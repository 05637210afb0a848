//! How hard models are asked to think, and how what they thought goes back to them.

use std::fs;

use crate::support::{Home, KEY, new_session, read_turn};
use atelier_protocol::Effort;
use atelier_workbench::{KeyProvider, ProviderChoice, SettingsChange, TurnChoice, Workbench};
use fake_model_server::{FakeModelServer, Reply, Step};
use serde_json::{Value as Json, json};

async fn server() -> FakeModelServer {
    FakeModelServer::start().await.unwrap()
}

/// Keys for all vendors, and all of them at this server.
fn home_of_all(server: &FakeModelServer) -> Home {
    let variables = [
        ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
        ("OPENAI_API_KEY", "OPENAI_BASE_URL"),
        ("GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"),
    ];
    variables.iter().fold(Home::without_key(), |home, (key, url)| home.and(key, KEY).and(url, &server.url()))
}

fn choice(model: &str, effort: Option<Effort>) -> TurnChoice {
    TurnChoice { model: Some(model.to_owned()), effort, ..TurnChoice::default() }
}

/// What is sent for a prompt in a session of its own.
async fn body_of(workbench: &Workbench, server: &FakeModelServer, choice: TurnChoice) -> Json {
    let (session, reader) = new_session(workbench).await;
    workbench.send(session, "Hello".into(), Some(choice)).await.unwrap();
    read_turn(&reader).await;
    server.requests().pop().unwrap().body
}

#[tokio::test]
async fn each_model_is_asked_to_think_in_its_own_words_or_not_at_all() {
    let server = server().await;
    let home = home_of_all(&server);
    let workbench = home.open();
    let adaptive = json!({"type": "adaptive", "display": "summarized"});
    for (model, effort, field, expected) in [
        ("claude-opus-5-5", Effort::Max, "/output_config/effort", json!("max")),
        ("claude-opus-5-5", Effort::None, "/output_config/effort", json!("low")),
        ("claude-opus-5-5", Effort::High, "/thinking", adaptive),
        ("claude-sonnet-5-5", Effort::None, "/thinking/type", json!("between_tools")),
        ("claude-sonnet-4-5", Effort::Low, "/thinking", json!({"type": "enabled", "budget_tokens": 2048})),
        ("claude-sonnet-4-5", Effort::None, "/thinking", Json::Null),
        ("claude-next", Effort::High, "/thinking", Json::Null),
        ("gpt-5.4", Effort::Max, "/reasoning/effort", json!("xhigh")),
        ("gpt-5", Effort::None, "/reasoning/effort", json!("minimal")),
        ("gpt-4o", Effort::High, "/reasoning", Json::Null),
        ("gemini-2.5-pro", Effort::High, "/generationConfig/thinkingConfig/thinkingBudget", json!(16384)),
        ("gemini-3.8-flash", Effort::Low, "/generationConfig/thinkingConfig/thinkingLevel", json!("low")),
    ] {
        let body = body_of(&workbench, &server, choice(model, Some(effort))).await;
        assert_eq!(*body.pointer(field).unwrap_or(&Json::Null), expected, "{model} {effort:?}");
    }
    let alone = body_of(&workbench, &server, choice("claude-opus-4-8", None)).await;
    assert_eq!((alone.get("thinking"), alone.get("output_config")), (None, None));
}

#[tokio::test]
async fn a_compatible_server_is_asked_as_the_user_says() {
    let server = server().await;
    let home = Home::without_key();
    let workbench = home.open();
    let base_urls = [(KeyProvider::Compatible, server.url())].into();
    workbench.change_settings(SettingsChange { base_urls, ..SettingsChange::default() }).await.unwrap();
    let with = |effort| TurnChoice { provider: Some(ProviderChoice::Compatible), ..choice("qwen", effort) };
    assert_eq!(body_of(&workbench, &server, with(Some(Effort::Max))).await["reasoning_effort"], "max");
    assert_eq!(body_of(&workbench, &server, with(None)).await.get("reasoning_effort"), None);
}

#[tokio::test]
async fn the_settings_say_how_hard_unless_the_turn_does() {
    let server = server().await;
    let home = home_of_all(&server);
    let workbench = home.open();
    fs::create_dir_all(home.path().join("config")).unwrap();
    fs::write(home.path().join("config/settings.json"), r#"{"atelier": {"effort": "low"}}"#).unwrap();
    let effort = |body: Json| body["output_config"]["effort"].clone();
    assert_eq!(effort(body_of(&workbench, &server, choice("claude-opus-5-5", None)).await), "low");
    assert_eq!(effort(body_of(&workbench, &server, choice("claude-opus-5-5", Some(Effort::High))).await), "high");
}

#[tokio::test]
async fn thinking_goes_back_to_the_model_that_thought_and_to_no_other() {
    let server = server().await;
    let home = home_of_all(&server);
    let workbench = home.open();
    for (model, sibling, sent_back) in [
        (
            "claude-opus-5-5",
            "claude-sonnet-5-5",
            json!({"type": "thinking", "thinking": "Hm", "signature": "secret+/="}),
        ),
        ("gpt-5.4", "gpt-5.5", json!("secret+/=")),
        ("gemini-3.8-flash", "gemini-3.7-flash", json!("secret+/=")),
    ] {
        let (session, reader) = new_session(&workbench).await;
        let thinks = [Step::Thinking(vec!["Hm".into()], "secret+/=".into()), Step::Text(vec!["Done.".into()])];
        server.reply(Reply::message(thinks));
        for (prompt, asked) in [("One", model), ("Two", model), ("Three", sibling), ("Four", model)] {
            let choice = choice(asked, Some(Effort::High));
            workbench.send(session, prompt.into(), Some(choice)).await.unwrap();
            read_turn(&reader).await;
            let body = server.requests().pop().unwrap().body;
            let back = body.to_string().matches("secret+/=").count();
            assert_eq!(back, usize::from(asked == model && prompt != "One"), "{asked} {prompt}: {body}");
            if back == 1 {
                assert!(holds(&body, &sent_back), "{asked}: {body}");
            }
        }
    }
}

/// Whether the value is somewhere in the other.
fn holds(value: &Json, wanted: &Json) -> bool {
    value == wanted
        || match value {
            Json::Array(items) => items.iter().any(|item| holds(item, wanted)),
            Json::Object(fields) => fields.values().any(|field| holds(field, wanted)),
            _ => false,
        }
}

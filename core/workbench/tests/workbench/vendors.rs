//! Turns with every vendor, over HTTP, and who answers when the choice is left to Atelier.

use std::collections::BTreeSet;

use crate::support::{Home, KEY, new_session, read_turn};
use atelier_protocol::{EventBody, SessionEvent, SessionId};
use atelier_workbench::{
    Cost, DiagnosticLevel, ErrorKind, KeyProvider, ProviderChoice, SecretString, SessionTotals, SettingsChange,
    TurnChoice, Workbench, WorkbenchSettings,
};
use fake_model_server::{FakeModelServer, Recorded};
use serde_json::Value as Json;

/// A vendor: the choice, the variables for key and base URL, the path and the header of its requests.
struct Vendor {
    choice: ProviderChoice,
    key: &'static str,
    base_url: &'static str,
    path: &'static str,
    header: (&'static str, &'static str),
    model: &'static str,
}

const VENDORS: [Vendor; 3] = [
    Vendor {
        choice: ProviderChoice::Anthropic,
        key: "ANTHROPIC_API_KEY",
        base_url: "ANTHROPIC_BASE_URL",
        path: "/v1/messages",
        header: ("x-api-key", ""),
        model: "claude-sonnet-4-5",
    },
    Vendor {
        choice: ProviderChoice::OpenAi,
        key: "OPENAI_API_KEY",
        base_url: "OPENAI_BASE_URL",
        path: "/v1/responses",
        header: ("authorization", "Bearer "),
        model: "gpt-5.4",
    },
    Vendor {
        choice: ProviderChoice::Google,
        key: "GEMINI_API_KEY",
        base_url: "GOOGLE_GEMINI_BASE_URL",
        path: "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
        header: ("x-goog-api-key", ""),
        model: "gemini-2.5-pro",
    },
];

const COMPATIBLE: &str = "/v1/chat/completions";

fn home_of(vendor: &Vendor, server: &FakeModelServer) -> Home {
    Home::without_key().and(vendor.key, KEY).and(vendor.base_url, &server.url())
}

fn home_of_all(server: &FakeModelServer) -> Home {
    VENDORS
        .iter()
        .fold(Home::without_key(), |home, vendor| home.and(vendor.key, KEY).and(vendor.base_url, &server.url()))
}

fn with(provider: Option<ProviderChoice>, model: Option<&str>) -> TurnChoice {
    TurnChoice { provider, model: model.map(str::to_owned), effort: None }
}

fn compatible(server: &FakeModelServer, model: Option<&str>) -> SettingsChange {
    let base_urls = [(KeyProvider::Compatible, server.url())].into();
    SettingsChange { base_urls, model: model.map(str::to_owned), ..SettingsChange::default() }
}

/// One turn in a session of its own.
async fn one_turn(workbench: &Workbench, choice: TurnChoice) -> Vec<SessionEvent> {
    let (session, reader) = new_session(workbench).await;
    workbench.send(session, "Hello".into(), Some(choice)).await.unwrap();
    read_turn(&reader).await
}

fn provider_of(events: &[SessionEvent]) -> &str {
    let started = |event: &'_ SessionEvent| matches!(event.body, EventBody::TurnStarted { .. });
    match &events.iter().find(|event| started(event)).unwrap().body {
        EventBody::TurnStarted { provider, .. } => provider,
        _ => unreachable!(),
    }
}

fn last_text(workbench_events: &[SessionEvent]) -> String {
    let mut conversation = atelier_protocol::Conversation::default();
    conversation.apply_all(workbench_events);
    assert_eq!(conversation.error, None);
    conversation.messages.last().unwrap().text.clone()
}

fn active(settings: &WorkbenchSettings) -> (&str, &str) {
    (&settings.active_provider, &settings.model)
}

/// The limit on the answer, wherever the format has it.
fn max_tokens(request: &Recorded) -> u64 {
    let body = &request.body;
    let places = [
        &body["max_tokens"],
        &body["max_output_tokens"],
        &body["max_completion_tokens"],
        &body["generationConfig"]["maxOutputTokens"],
    ];
    places.into_iter().find_map(Json::as_u64).unwrap()
}

#[tokio::test]
async fn a_key_in_the_environment_is_enough_for_a_turn_with_its_vendor() {
    for vendor in VENDORS {
        let server = FakeModelServer::start().await.unwrap();
        let home = home_of(&vendor, &server);
        let workbench = home.open();
        let settings = workbench.settings().await.unwrap();
        assert_eq!(settings.active_provider, vendor.choice.as_str());
        let entries = workbench.models().await.unwrap();
        let default = entries.iter().find(|entry| entry.default && entry.provider == vendor.choice.as_str()).unwrap();
        assert_eq!(settings.model, default.id);

        let events = one_turn(&workbench, with(None, Some(vendor.model))).await;
        assert_eq!(last_text(&events), "Hello from the fake model server.");
        assert_eq!(provider_of(&events), vendor.choice.as_str());
        let request = &server.requests()[0];
        assert_eq!(request.path, vendor.path);
        let (header, prefix) = vendor.header;
        assert_eq!(request.header(header), Some(format!("{prefix}{KEY}").as_str()));
        workbench.close().await;
    }
}

#[tokio::test]
async fn a_compatible_server_is_asked_with_and_without_a_key_and_only_when_it_was_named() {
    let server = FakeModelServer::start().await.unwrap();
    let home = Home::without_key();
    let workbench = home.open();
    workbench.change_settings(SettingsChange { model: Some("qwen".into()), ..Default::default() }).await.unwrap();
    assert_eq!(active(&workbench.settings().await.unwrap()), ("demo", "demo"));
    let settings = workbench.change_settings(compatible(&server, None)).await.unwrap();
    assert_eq!(active(&settings), ("compatible", "qwen"));
    let events = one_turn(&workbench, TurnChoice::default()).await;
    assert_eq!(last_text(&events), "Hello from the fake model server.");

    workbench.save_key(ProviderChoice::Compatible, None, SecretString::from(KEY)).await.unwrap();
    one_turn(&workbench, TurnChoice::default()).await;
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.path == COMPATIBLE && request.body["model"] == "qwen"));
    assert_eq!(requests[0].header("authorization"), None);
    assert_eq!(requests[1].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    workbench.close().await;
}

#[tokio::test]
async fn what_a_compatible_server_lacks_is_said_in_a_sentence() {
    let server = FakeModelServer::start().await.unwrap();
    let home = Home::without_key();
    let workbench = home.open();
    let (session, _) = new_session(&workbench).await;
    let choice = || Some(with(Some(ProviderChoice::Compatible), None));
    let refused = workbench.send(session, "Hello".into(), choice()).await.unwrap_err();
    assert!(refused.kind == ErrorKind::Configuration && refused.message.contains("base URL"), "{refused}");
    workbench.change_settings(compatible(&server, None)).await.unwrap();
    let refused = workbench.send(session, "Hello".into(), choice()).await.unwrap_err();
    assert!(refused.kind == ErrorKind::Configuration && refused.message.contains("No model is chosen"), "{refused}");
    let findings = workbench.diagnostics().await.unwrap();
    let model = findings.iter().find(|finding| finding.subject == "Model").unwrap();
    assert_eq!(model.level, DiagnosticLevel::Problem);
    workbench.close().await;
}

#[tokio::test]
async fn the_first_vendor_with_a_key_answers_unless_the_model_says_otherwise() {
    let server = FakeModelServer::start().await.unwrap();
    let all = home_of_all(&server);
    let workbench = all.open();
    assert_eq!(workbench.settings().await.unwrap().active_provider, "anthropic");
    for vendor in VENDORS {
        let events = one_turn(&workbench, with(None, Some(vendor.model))).await;
        assert_eq!(provider_of(&events), vendor.choice.as_str());
        let change = SettingsChange { model: Some(vendor.model.into()), ..SettingsChange::default() };
        let settings = workbench.change_settings(change).await.unwrap();
        assert_eq!(active(&settings), (vendor.choice.as_str(), vendor.model));
    }
    workbench.close().await;

    let only_openai = home_of(&VENDORS[1], &server);
    let workbench = only_openai.open();
    let change = SettingsChange { model: Some("gemini-2.5-pro".into()), ..SettingsChange::default() };
    let settings = workbench.change_settings(change).await.unwrap();
    assert_eq!(settings.active_provider, "openai", "no key for the model's own vendor");
    assert_ne!(settings.model, "gemini-2.5-pro", "nor is another vendor asked for it");
    workbench.close().await;
}

#[tokio::test]
async fn a_choice_outweighs_the_model_and_needs_its_own_key() {
    let server = FakeModelServer::start().await.unwrap();
    let home = home_of(&VENDORS[1], &server);
    let workbench = home.open();
    let (session, _) = new_session(&workbench).await;
    for (choice, named) in
        [(ProviderChoice::Anthropic, "ANTHROPIC_API_KEY"), (ProviderChoice::Google, "GEMINI_API_KEY")]
    {
        let refused = workbench.send(session, "Hi".into(), Some(with(Some(choice), None))).await.unwrap_err();
        assert!(refused.kind == ErrorKind::Configuration && refused.message.contains(named), "{refused}");
    }
    let events = one_turn(&workbench, with(Some(ProviderChoice::OpenAi), Some("of-my-own"))).await;
    assert_eq!(provider_of(&events), "openai");
    assert_eq!(server.requests()[0].body["model"], "of-my-own");
    let events = one_turn(&workbench, with(Some(ProviderChoice::Demo), None)).await;
    assert_eq!(provider_of(&events), "demo");
    workbench.close().await;
}

#[tokio::test]
async fn aliases_become_ids_dated_ids_stay_and_the_answers_limit_is_the_models() {
    let server = FakeModelServer::start().await.unwrap();
    let home = home_of_all(&server);
    let workbench = home.open();
    let entries = workbench.models().await.unwrap();
    for (name, id) in
        [("claude-sonnet-4.5", "claude-sonnet-4-5"), ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929")]
    {
        one_turn(&workbench, with(None, Some(name))).await;
        assert_eq!(server.requests().last().unwrap().body["model"], id);
    }
    for vendor in VENDORS {
        one_turn(&workbench, with(None, Some(vendor.model))).await;
        let known = entries.iter().find(|entry| entry.id == vendor.model).unwrap().max_output_tokens;
        assert_eq!(max_tokens(server.requests().last().unwrap()), known.min(32_768), "{}", vendor.model);
    }
    one_turn(&workbench, with(None, Some("nobody-knows"))).await;
    assert_eq!(max_tokens(server.requests().last().unwrap()), 8192);
    workbench.close().await;
}

#[tokio::test]
async fn one_conversation_moves_between_the_vendors_and_each_gets_all_of_it() {
    let server = FakeModelServer::start().await.unwrap();
    let home = home_of_all(&server);
    let workbench = home.open();
    workbench.change_settings(compatible(&server, Some("qwen"))).await.unwrap();
    let (session, reader) = new_session(&workbench).await;
    let choices = VENDORS.iter().map(|vendor| vendor.choice).chain([ProviderChoice::Compatible]);
    let around = choices.clone().chain(choices);
    for (number, choice) in around.clone().enumerate() {
        let prompt = format!("prompt number {number}");
        workbench.send(session, prompt, Some(with(Some(choice), None))).await.unwrap();
        let events = read_turn(&reader).await;
        assert_eq!(provider_of(&events), choice.as_str());
        let body = server.requests().last().unwrap().body.to_string();
        for earlier in 0..=number {
            assert!(body.contains(&format!("prompt number {earlier}")), "{choice:?}: {body}");
        }
        assert_eq!(body.matches("Hello from the fake model server.").count(), number, "{choice:?}: {body}");
    }
    let conversation = workbench.conversation(session).await.unwrap();
    assert_eq!(conversation.error, None);
    assert_eq!(server.requests().len(), around.count());
    workbench.close().await;
}

#[tokio::test]
async fn each_vendor_is_asked_for_its_own_model_and_never_for_one_that_may_be_anothers() {
    let server = FakeModelServer::start().await.unwrap();
    let home = home_of_all(&server);
    let workbench = home.open();
    let models = [(KeyProvider::OpenAi, "gpt-of-mine".to_owned()), (KeyProvider::Google, "gemini-of-mine".to_owned())];
    let change = SettingsChange {
        provider: Some(ProviderChoice::Anthropic),
        model: Some("of-tomorrow".into()),
        models: models.into(),
        ..compatible(&server, None)
    };
    let settings = workbench.change_settings(change).await.unwrap();
    assert_eq!(active(&settings), ("anthropic", "of-tomorrow"));
    assert_eq!(settings.chosen_models.len(), 2);
    let asked_for = async |choice| {
        let events = one_turn(&workbench, with(choice, None)).await;
        let started = events.iter().find_map(|event| match &event.body {
            EventBody::TurnStarted { model, .. } => Some(model.clone()),
            _ => None,
        });
        started.unwrap()
    };
    assert_eq!(asked_for(None).await, "of-tomorrow");
    assert_eq!(asked_for(Some(ProviderChoice::OpenAi)).await, "gpt-of-mine");
    assert_eq!(asked_for(Some(ProviderChoice::Google)).await, "gemini-of-mine");
    assert_eq!(asked_for(Some(ProviderChoice::Compatible)).await, "of-tomorrow", "it may offer anything");

    let forget = SettingsChange { models: [(KeyProvider::OpenAi, String::new())].into(), ..SettingsChange::default() };
    workbench.change_settings(forget).await.unwrap();
    let default = asked_for(Some(ProviderChoice::OpenAi)).await;
    assert!(default.starts_with("gpt-") && default != "gpt-of-mine", "{default}");
    workbench.close().await;
}

#[tokio::test]
async fn what_a_turn_cost_follows_from_its_usage() {
    let server = FakeModelServer::start().await.unwrap();
    let home = home_of_all(&server);
    let workbench = home.open();
    for vendor in VENDORS {
        // The vendor's default: the server also reports tokens written to a cache, which not all models have a price for.
        let events = one_turn(&workbench, with(Some(vendor.choice), None)).await;
        let cost = events.iter().find_map(|event| match &event.body {
            EventBody::Usage { model, usage, .. } => {
                Some(workbench.cost(vendor.choice.as_str(), model, usage, event.at))
            }
            _ => None,
        });
        let usage = events.iter().find(|event| event.body.kind() == "usage");
        assert!(cost.flatten().is_some_and(|cost| cost.micro_dollars() > 0), "{usage:?}");
    }
    let usage = atelier_protocol::Usage { input_tokens: 1000, output_tokens: 500, ..Default::default() };
    let at = "2026-11-21T09:00:00Z".parse().unwrap();
    let cost = workbench.cost("anthropic", "claude-sonnet-4-5", &usage, at).unwrap();
    assert_eq!((cost.to_string().as_str(), cost.micro_dollars()), ("0.010500", 10_500));
    assert_eq!(workbench.cost("openai", "claude-sonnet-4-5", &usage, at), None);
    workbench.close().await;
}

#[tokio::test]
async fn the_totals_of_a_session_are_those_of_its_turns_whoever_answered_and_whoever_asks() {
    let server = FakeModelServer::start().await.unwrap();
    let home = home_of_all(&server);
    let workbench = home.open();
    workbench.change_settings(compatible(&server, None)).await.unwrap();
    let (session, reader) = new_session(&workbench).await;
    assert_eq!(workbench.totals(session).await.unwrap().turns, []);
    let (mut followed, mut cost) = (SessionTotals::default(), Cost::default());
    for vendor in VENDORS {
        workbench.send(session, "Hello".into(), Some(with(Some(vendor.choice), None))).await.unwrap();
        let events = read_turn(&reader).await;
        workbench.add_to_totals(&mut followed, &events);
        let turn = followed.turns.last().unwrap();
        assert_eq!((turn.provider.as_str(), turn.totals.requests), (vendor.choice.as_str(), 1));
        assert!(turn.totals.usage.output_tokens > 0, "{turn:?}");
        assert!(turn.first_token_ms.is_some() && turn.duration_ms.is_some(), "{turn:?}");
        assert!(turn.totals.cost > Cost::default() && turn.totals.unpriced == 0, "{turn:?}");
        cost += turn.totals.cost;
    }
    workbench.send(session, "Hello".into(), Some(with(Some(ProviderChoice::Compatible), Some("qwen")))).await.unwrap();
    workbench.add_to_totals(&mut followed, &read_turn(&reader).await);
    assert_eq!((followed.totals.cost, followed.totals.unpriced), (cost, 1), "nobody knows what the last turn cost");
    assert_eq!(workbench.totals(session).await.unwrap(), followed);
    workbench.close().await;

    let workbench = home.open();
    assert_eq!(workbench.totals(session).await.unwrap(), followed, "the log has it all");
    let nobodys = SessionId::new();
    assert_eq!(workbench.totals(nobodys).await.unwrap_err().kind, ErrorKind::SessionNotFound);
    workbench.close().await;
}

#[tokio::test]
async fn each_vendors_key_is_kept_apart_and_the_doctor_tells_of_each() {
    let home = Home::without_key();
    let workbench = home.open();
    for provider in KeyProvider::ALL {
        let key = format!("{KEY}-{}", provider.as_str());
        workbench.save_key(provider.into(), None, SecretString::from(key)).await.unwrap();
    }
    let settings = workbench.remove_key(ProviderChoice::OpenAi, None).await.unwrap();
    let removable: Vec<_> = settings.credentials.iter().map(|status| (status.provider, status.removable)).collect();
    let expected = KeyProvider::ALL.map(|provider| (provider.into(), provider != KeyProvider::OpenAi));
    assert_eq!(removable, expected);
    let findings = workbench.diagnostics().await.unwrap();
    let subjects: BTreeSet<_> = findings.iter().map(|finding| &finding.subject).collect();
    assert_eq!(subjects.len(), findings.len(), "each subject occurs once");
    let key_of =
        |provider: KeyProvider| findings.iter().find(|finding| finding.subject == format!("{} key", provider.label()));
    assert!(key_of(KeyProvider::OpenAi).is_none(), "there is nothing to say about what is not set up");
    assert_eq!(key_of(KeyProvider::Anthropic).unwrap().level, DiagnosticLevel::Ok);
    let compatible = key_of(KeyProvider::Compatible).unwrap();
    assert_eq!(compatible.level, DiagnosticLevel::Problem, "a key is saved, but nothing says for which server");
    for choice in [ProviderChoice::Automatic, ProviderChoice::Demo] {
        let refused = workbench.save_key(choice, None, SecretString::from(KEY)).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::InvalidRequest);
    }
    assert!(!format!("{settings:?} {findings:?}").contains(KEY));
    workbench.close().await;
}

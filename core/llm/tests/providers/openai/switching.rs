//! A conversation with tools and thinking that goes from one vendor to the next.

use std::collections::BTreeMap;

use atelier_llm::{
    BlockKind, ChatServer, Effort, Gemini, ModelContent, ModelEvent, ModelMessage, ModelRequest, Provider, ToolSpec,
    Transport,
};
use atelier_protocol::Role;
use fake_model_server::{FakeModelServer, Recorded, Reply, Step};
use serde_json::{Value as Json, json};

use super::{chat_at, endpoint, openai_chat_at, responses_at, strings};
use crate::{anthropic_at, asking, rest_of};

/// The content of an answer, put together from its events as an engine does.
fn content_of(events: &[ModelEvent]) -> Vec<ModelContent> {
    let mut blocks: BTreeMap<u32, (BlockKind, String, Option<Json>)> = BTreeMap::new();
    for event in events {
        match event {
            ModelEvent::BlockStarted { index, block } => {
                blocks.insert(*index, (block.clone(), String::new(), None));
            }
            ModelEvent::TextDelta { index, text }
            | ModelEvent::ThinkingDelta { index, text }
            | ModelEvent::ToolInputDelta { index, partial_json: text } => {
                blocks.get_mut(index).unwrap().1.push_str(text);
            }
            ModelEvent::BlockFinished { index, vendor } => blocks.get_mut(index).unwrap().2.clone_from(vendor),
            _ => {}
        }
    }
    let content = |(block, text, vendor): (BlockKind, String, Option<Json>)| match block {
        BlockKind::Text => ModelContent::Text { text, vendor },
        BlockKind::Thinking => ModelContent::Thinking { text, vendor },
        BlockKind::ToolUse { id, name } => {
            let input = if text.is_empty() { json!({}) } else { serde_json::from_str(&text).unwrap() };
            ModelContent::ToolUse { id, name, input, vendor }
        }
    };
    blocks.into_values().map(content).collect()
}

fn answer(id: &str) -> Reply {
    Reply::steps([
        Step::Start,
        Step::Thinking(strings(&["Hm"]), "c2VjcmV0".into()),
        Step::Text(strings(&["I look."])),
        Step::ToolUse(id.to_owned(), "read".into(), strings(&["{\"path\":", "\"a\"}"])),
        Step::ToolUse(format!("{id}:2"), "read".into(), strings(&["{}"])),
        Step::Stop("tool_use".into()),
    ])
}

/// Asks, appends the answer and the results of its calls, and returns what was sent.
async fn turn(provider: &dyn Provider, server: &FakeModelServer, request: &mut ModelRequest, id: &str) -> Recorded {
    server.reply(answer(id));
    let (events, error) = rest_of(provider.stream(request.clone()).await.unwrap()).await;
    assert_eq!(error, None);
    let content = content_of(&events);
    let results = content.iter().filter_map(|content| match content {
        ModelContent::ToolUse { id, .. } => {
            Some(ModelContent::ToolResult { tool_use_id: id.clone(), content: "x".into(), is_error: false })
        }
        _ => None,
    });
    let results = ModelMessage { role: Role::User, content: results.collect() };
    request.messages.extend([ModelMessage { role: Role::Assistant, content }, results]);
    server.requests().pop().unwrap()
}

#[tokio::test]
async fn each_vendor_is_sent_the_whole_conversation_in_its_own_words_and_its_own_thinking_only() {
    let server = FakeModelServer::start().await.unwrap();
    let url = server.url();
    let anthropic: Box<dyn Provider> = Box::new(anthropic_at(&url));
    let gemini: Box<dyn Provider> = Box::new(Gemini::new(&endpoint(&url), &Transport::default()).unwrap());
    let vendors = [anthropic, responses_at(&url), openai_chat_at(&url), chat_at(ChatServer::LlamaCpp, &url), gemini];
    let tool = ToolSpec { name: "read".into(), description: "Reads.".into(), input_schema: json!({"type": "object"}) };
    let mut request = ModelRequest { tools: vec![tool], ..asking("Look") };
    for round in 0..2 {
        for (at, vendor) in vendors.iter().enumerate() {
            let id = format!("functions.read:{round}{at}");
            let sent = turn(vendor.as_ref(), &server, &mut request, &id).await;
            let turns = round * vendors.len() + at;
            match sent.path.as_str() {
                "/v1/messages" => check_anthropic(&sent.body, turns),
                "/v1/responses" => check_responses(&sent.body, turns),
                "/v1/chat/completions" => check_chat(&sent.body, turns, at == 2),
                _ => check_gemini(&sent.body, turns),
            }
        }
    }
}

/// Every vendor after every other one, and the first again: a line of JSON for each request that is sent.
#[tokio::test]
#[ignore = "scripts/check-vendor-types runs it and holds what it writes against the vendors' own types"]
async fn requests_of_conversations_that_change_hands() {
    let server = FakeModelServer::start().await.unwrap();
    let url = server.url();
    let vendors: [(&str, &str, Box<dyn Provider>); 4] = [
        ("anthropic", "claude-opus-5-5", Box::new(anthropic_at(&url))),
        ("responses", "gpt-5.4", responses_at(&url)),
        ("chat", "gpt-5.4", openai_chat_at(&url)),
        ("google", "gemini-3.8-flash", Box::new(Gemini::new(&endpoint(&url), &Transport::default()).unwrap())),
    ];
    let schema = json!({"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]});
    let tool = ToolSpec { name: "read".into(), description: "Reads.".into(), input_schema: schema };
    let mut lines = Vec::new();
    for (first, ..) in &vendors {
        for (second, ..) in vendors.iter().filter(|(second, ..)| second != first) {
            let mut request = ModelRequest { tools: vec![tool.clone()], effort: Some(Effort::Low), ..asking("Look") };
            request.system = Some("Be brief.".into());
            let picture = ModelContent::Image { media_type: "image/png".into(), data: "iVBORw0KGgo=".into() };
            request.messages[0].content.push(picture);
            for (turns, vendor) in [first, second, first].into_iter().enumerate() {
                let (_, model, provider) = vendors.iter().find(|(name, ..)| name == vendor).unwrap();
                (*model).clone_into(&mut request.model);
                let sent = turn(provider.as_ref(), &server, &mut request, &format!("functions.read:{turns}")).await;
                lines.push(json!({"vendor": vendor, "from": first, "body": sent.body}).to_string());
            }
        }
    }
    std::fs::write(std::env::var_os("ATELIER_REQUESTS").unwrap(), lines.join("\n")).unwrap();
}

/// Every call has its result right after it, by the same id, which every vendor takes.
fn check_pairs(calls: &[&str], results: &[&str], turns: usize) {
    assert_eq!((calls, calls.len()), (results, turns * 2));
    let fits = |id: &&str| id.len() <= 40 && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    assert!(calls.iter().all(fits), "{calls:?}");
}

fn strings_at<'a>(parts: impl Iterator<Item = &'a Json>, kind: (&str, &str), field: &str) -> Vec<&'a str> {
    parts.filter(|part| part[kind.0] == kind.1).map(|part| part[field].as_str().unwrap()).collect()
}

fn check_anthropic(body: &Json, turns: usize) {
    let messages = body["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 1 + 2 * turns);
    let parts = || messages.iter().flat_map(|message| message["content"].as_array().unwrap());
    let calls = strings_at(parts(), ("type", "tool_use"), "id");
    check_pairs(&calls, &strings_at(parts(), ("type", "tool_result"), "tool_use_id"), turns);
    assert_eq!(strings_at(parts(), ("type", "thinking"), "signature").len(), turns.div_ceil(5), "only its own");
}

fn check_responses(body: &Json, turns: usize) {
    let items = || body["input"].as_array().unwrap().iter();
    let calls = strings_at(items(), ("type", "function_call"), "call_id");
    check_pairs(&calls, &strings_at(items(), ("type", "function_call_output"), "call_id"), turns);
    let secrets = strings_at(items(), ("type", "reasoning"), "encrypted_content");
    assert_eq!(secrets, vec!["c2VjcmV0"; turns / 5], "only its own");
    assert_eq!(items().count(), 1 + 5 * turns + secrets.len());
}

fn check_chat(body: &Json, turns: usize, openai: bool) {
    let messages = body["messages"].as_array().unwrap();
    let calls = messages.iter().flat_map(|message| message["tool_calls"].as_array().into_iter().flatten());
    let calls: Vec<_> = calls.map(|call| call["id"].as_str().unwrap()).collect();
    check_pairs(&calls, &strings_at(messages.iter(), ("role", "tool"), "tool_call_id"), turns);
    for message in messages {
        let known = ["role", "content", "tool_calls", "tool_call_id", "reasoning_content"];
        assert!(message.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{message}");
    }
    let thinks = messages.iter().any(|message| message.get("reasoning_content").is_some());
    assert_eq!(thinks, !openai, "OpenAI itself has no such field");
}

fn check_gemini(body: &Json, turns: usize) {
    let contents = body["contents"].as_array().unwrap();
    let roles: Vec<_> = contents.iter().map(|content| content["role"].as_str().unwrap()).collect();
    assert!(
        roles.chunks(2).all(|pair| pair[0] == "user" && pair.get(1).is_none_or(|role| *role == "model")),
        "{roles:?}"
    );
    let parts = || contents.iter().flat_map(|content| content["parts"].as_array().unwrap());
    let named = |kind: &str| parts().filter(|part| part[kind]["name"] == "read").count();
    assert_eq!((named("functionCall"), named("functionResponse")), (turns * 2, turns * 2));
    let own = parts().filter(|part| part["thoughtSignature"] == "c2VjcmV0").count();
    assert_eq!(own, turns / 5, "only its own");
}

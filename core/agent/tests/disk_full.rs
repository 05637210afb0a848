//! A turn whose log can't be written any more.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

use std::{path::Path, sync::Arc, time::Duration};

use atelier_agent::{Agent, AgentError, AgentOptions, Answerer, Approver, Prompt, TurnLimits};
use atelier_llm::{Anthropic, ApiKey, AskedThinking, Endpoint, KeyHeader, Transport};
use atelier_protocol::{AgentState, SessionId};
use atelier_store::{Store, StoreError};
use fake_model_server::{FakeModelServer, Reply};

const PATIENCE: Duration = Duration::from_mins(1);

fn prompt(server: &FakeModelServer) -> Prompt {
    let key = ApiKey { secret: "sk-test".into(), header: KeyHeader::XApiKey };
    let endpoint = Endpoint { base_url: server.url(), key };
    let provider = Anthropic::new(&endpoint, &Transport::default()).unwrap();
    let (provider, model, thinking) = (Arc::new(provider), "model".into(), AskedThinking::default());
    let by = Answerer { provider, model, max_tokens: 1024, thinking, context_window: None };
    Prompt {
        text: "Tell me everything".into(),
        by,
        approver: Approver::Nobody,
        limits: TurnLimits::default(),
        allow: Vec::new(),
    }
}

/// An agent on the smallest disk that still takes the prompt.
async fn agent_on_a_nearly_full_disk(file: &Path, server: &FakeModelServer) -> (Store, Agent, SessionId) {
    for pages in 1..200 {
        let _ = std::fs::remove_file(file);
        let Ok(store) = Store::open_limited(file, pages * 4096) else { continue };
        let Ok(summary) = store.create_session().await else { continue };
        let agent = Agent::new(store.clone(), AgentOptions::new(file.with_file_name("outputs")));
        match agent.send(summary.id, prompt(server)).await {
            Ok(_) => return (store, agent, summary.id),
            Err(AgentError::Store(StoreError::DiskFull { .. })) => store.close().await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("no disk was large enough for a prompt");
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_are_told_and_stopping_ends_the_turn_with_what_was_written() {
    let server = FakeModelServer::start().await.unwrap();
    server.default_reply(Reply::deltas(100_000, "word {n} "));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("atelier.db");
    let (store, agent, session) = agent_on_a_nearly_full_disk(&file, &server).await;

    let mut faults = agent.faults();
    let fault = tokio::time::timeout(PATIENCE, faults.next(session)).await.unwrap();
    assert!(fault.message.contains("no space left"), "{}", fault.message);
    tokio::time::timeout(PATIENCE, agent.interrupt(session)).await.unwrap().unwrap();
    let written = agent.conversation(session).await.unwrap();
    assert!(written.open_turn.is_some(), "there was no room for the end");
    agent.close().await;
    store.close().await;

    let store = Store::open(&file).unwrap();
    let agent = Agent::new(store.clone(), AgentOptions::new(folder.path().join("outputs")));
    agent.recover().await.unwrap();
    let recovered = agent.conversation(session).await.unwrap();
    assert_eq!((recovered.state, recovered.open_turn), (AgentState::Idle, None));
    let texts = |conversation: &atelier_protocol::Conversation| -> Vec<String> {
        conversation.messages.iter().map(|message| message.text.clone()).collect()
    };
    assert_eq!(texts(&recovered), texts(&written));
    assert_eq!(recovered.messages[0].text, "Tell me everything");
    agent.close().await;
    store.close().await;
}

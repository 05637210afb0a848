//! Turns that do not run in this process: stopping them, and closing those that died.

use atelier_agent::{Agent, AgentError, AgentOptions};
use atelier_protocol::{AgentState, EventBody, TurnId, TurnOutcome};
use atelier_store::{Durability, Store};

#[tokio::test]
async fn one_that_died_gets_its_end_and_one_that_runs_elsewhere_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("atelier.db")).unwrap();
    let session = store.create_session().await.unwrap().id;
    let opening = vec![
        EventBody::TurnStarted { turn: TurnId(1), provider: "demo".to_owned(), model: "demo".to_owned() },
        EventBody::StateChanged { state: AgentState::Thinking },
    ];
    store.append(session, opening, Durability::Written).await.unwrap();
    let agent = Agent::new(store.clone(), AgentOptions::new(folder.path().join("outputs")));

    let lease = store.lease(session).unwrap();
    assert!(matches!(agent.interrupt(session).await, Err(AgentError::RunsElsewhere { .. })));
    assert_eq!(agent.conversation(session).await.unwrap().open_turn, Some(TurnId(1)));

    drop(lease);
    agent.interrupt(session).await.unwrap();
    let conversation = agent.conversation(session).await.unwrap();
    assert_eq!((conversation.state, conversation.open_turn), (AgentState::Idle, None));
    agent.close().await;
    store.close().await;
}

#[tokio::test]
async fn a_session_that_died_between_its_turn_s_end_and_idle_becomes_idle() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("atelier.db")).unwrap();
    let agent = Agent::new(store.clone(), AgentOptions::new(folder.path().join("outputs")));
    let log = vec![
        EventBody::TurnStarted { turn: TurnId(1), provider: "demo".to_owned(), model: "demo".to_owned() },
        EventBody::StateChanged { state: AgentState::Thinking },
        EventBody::TurnFinished { turn: TurnId(1), outcome: TurnOutcome::Completed, stop_reason: None },
    ];
    let recovered = store.create_session().await.unwrap().id;
    store.append(recovered, log.clone(), Durability::Written).await.unwrap();
    agent.recover().await.unwrap();
    let stopped = store.create_session().await.unwrap().id;
    store.append(stopped, log.clone(), Durability::Written).await.unwrap();
    agent.interrupt(stopped).await.unwrap();
    for session in [recovered, stopped] {
        let events = store.read(session, 0, 10).await.unwrap();
        let bodies: Vec<_> = events.into_iter().map(|event| event.body).collect();
        assert_eq!(bodies[..3], log[..]);
        assert_eq!(bodies[3..], [EventBody::StateChanged { state: AgentState::Idle }]);
    }
    agent.close().await;
    store.close().await;
}

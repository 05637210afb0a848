//! Stopping a turn that does not run in this process.

use atelier_agent::{Agent, AgentError};
use atelier_protocol::{AgentState, EventBody, TurnId};
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
    let agent = Agent::new(store.clone());

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

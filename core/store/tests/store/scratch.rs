//! What the tests share: a database in a folder of its own, events to put into it, and patience.

use std::{future::Future, path::PathBuf, time::Duration};

use atelier_protocol::{
    AgentState, ContentKind, EventBody, MessageId, Role, SessionEvent, SessionId, TurnId, TurnOutcome,
};
use atelier_store::{Durability, Follow, Store};
use rusqlite::Connection;
use tempfile::TempDir;

/// A folder that goes away with the test.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A database in a folder that does not exist yet.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("data").join("atelier.db")
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.file()).unwrap()
    }

    /// A connection that knows nothing of Atelier.
    pub(crate) fn sql(&self) -> Connection {
        let connection = Connection::open(self.file()).unwrap();
        connection.busy_timeout(Duration::from_secs(30)).unwrap();
        connection
    }
}

/// A store with one session.
pub(crate) async fn session() -> (Scratch, Store, SessionId) {
    let scratch = Scratch::new();
    let store = scratch.open();
    let id = store.create_session().await.unwrap().id;
    (scratch, store, id)
}

pub(crate) fn delta(message: u64, text: impl Into<String>) -> EventBody {
    EventBody::MessageDelta { message: MessageId(message), text: text.into() }
}

pub(crate) fn message_started(message: u64) -> EventBody {
    let (message, turn) = (MessageId(message), TurnId(1));
    EventBody::MessageStarted { message, turn, role: Role::Assistant, content: ContentKind::Text }
}

pub(crate) fn turn_started(turn: u64) -> EventBody {
    EventBody::TurnStarted { turn: TurnId(turn), provider: "demo".into(), model: "demo-1".into() }
}

pub(crate) fn turn_finished(turn: u64) -> EventBody {
    EventBody::TurnFinished { turn: TurnId(turn), outcome: TurnOutcome::Completed, stop_reason: None }
}

pub(crate) fn state(state: AgentState) -> EventBody {
    EventBody::StateChanged { state }
}

pub(crate) async fn write(store: &Store, id: SessionId, bodies: Vec<EventBody>) -> u64 {
    store.append(id, bodies, Durability::Written).await.unwrap()
}

/// The whole log, checked to be without gaps.
pub(crate) async fn whole(store: &Store, id: SessionId) -> Vec<SessionEvent> {
    let events = store.read(id, 0, usize::MAX).await.unwrap();
    assert_gapless(&events, 0);
    events
}

pub(crate) async fn bodies(store: &Store, id: SessionId) -> Vec<EventBody> {
    whole(store, id).await.into_iter().map(|event| event.body).collect()
}

#[track_caller]
pub(crate) fn assert_gapless(events: &[SessionEvent], after: u64) {
    let numbers: Vec<_> = events.iter().map(|event| event.seq).collect();
    let expected: Vec<_> = (after + 1..).take(events.len()).collect();
    assert_eq!(numbers, expected);
}

/// Everything up to and including event number `last`.
pub(crate) async fn follow_to(follow: &mut Follow, last: u64) -> Vec<SessionEvent> {
    let mut events = Vec::new();
    while follow.position() < last {
        let batch = patiently(follow.next_batch(100)).await.unwrap();
        assert!(!batch.is_empty(), "the store was closed before event {last}");
        events.extend(batch);
    }
    events
}

/// Fails instead of hanging.
pub(crate) async fn patiently<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(1), future).await.expect("nothing happened for a minute")
}

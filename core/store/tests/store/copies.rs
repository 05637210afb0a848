//! Copying and deleting whole sessions.

use atelier_protocol::{AgentState, EventBody, SessionId, ToolCallId};
use atelier_store::{Durability, StoreError};

use crate::scratch::{delta, message_started, patiently, session, state, turn_finished, turn_started, whole, write};

fn renamed(title: &str) -> EventBody {
    EventBody::SessionRenamed { title: title.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_has_the_beginning_of_the_log_and_a_summary_that_follows_from_it() {
    let (_scratch, store, id) = session().await;
    let first = vec![renamed("One"), turn_started(1), state(AgentState::Thinking), message_started(1), delta(1, "a")];
    write(&store, id, first).await;
    write(&store, id, vec![turn_finished(1), state(AgentState::Idle), renamed("Two")]).await;
    let forked = EventBody::SessionForked { from: id, up_to: 5 };
    let copy = store.fork_session(id, 5, vec![forked.clone()]).await.unwrap();
    assert_eq!((copy.title.as_str(), copy.state, copy.last_seq), ("One", AgentState::Thinking, 6));
    assert_eq!((copy.forked_from, copy.parent), (Some(id), None));
    assert_eq!(store.session(copy.id).await.unwrap(), copy);
    let (original, events) = (whole(&store, id).await, whole(&store, copy.id).await);
    assert_eq!(events[..5], original[..5]);
    assert_eq!(events[5].body, forked);
    assert_eq!(store.unsettled().await.unwrap(), [copy.id], "the turn is open in the copy");

    assert_eq!(write(&store, copy.id, vec![turn_finished(1)]).await, 7);
    assert_eq!(whole(&store, id).await, original, "what is added to the copy is not added to the original");
    let stranger = SessionId::new();
    let refused = store.fork_session(stranger, 9, Vec::new()).await;
    assert_eq!(refused, Err(StoreError::NotFound { session: stranger }));
    assert_eq!(store.sessions().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_session_is_gone_for_readers_and_writers_and_can_not_come_back() {
    let (scratch, store, id) = session().await;
    let kept = store.create_session().await.unwrap().id;
    write(&store, id, vec![renamed("Gone"), delta(1, "a")]).await;
    write(&store, kept, vec![renamed("Kept")]).await;
    let elsewhere = scratch.open();
    let mut readers = vec![store.follow(id, 2).await.unwrap(), elsewhere.follow(id, 2).await.unwrap()];
    let mut late = elsewhere.appender(id);
    late.push(delta(1, "b")).await.unwrap();
    late.flush(Durability::Written).await.unwrap();
    for reader in &mut readers {
        assert_eq!(patiently(reader.next_batch(9)).await.unwrap().len(), 1);
    }

    store.delete_sessions(vec![id, SessionId::new()]).await.unwrap();
    let gone = StoreError::NotFound { session: id };
    for reader in &mut readers {
        for _ in 0..2 {
            assert_eq!(patiently(reader.next_batch(9)).await.unwrap_err(), gone);
        }
    }
    late.push(delta(1, "c")).await.ok();
    assert_eq!(late.flush(Durability::Written).await.unwrap_err(), gone);
    for store in [&store, &elsewhere] {
        assert_eq!(store.append(id, vec![renamed("Back")], Durability::Written).await.unwrap_err(), gone);
        assert_eq!(store.session(id).await.unwrap_err(), gone);
        assert!(store.follow(id, 0).await.is_err());
        assert_eq!(store.sessions().await.unwrap().len(), 1);
    }
    assert_eq!(whole(&store, kept).await.len(), 1);
    let left: i64 = scratch.sql().query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn the_sessions_that_do_a_part_of_the_work_are_found_with_it() {
    let (_scratch, store, id) = session().await;
    let mut family = vec![id];
    for _ in 0..2 {
        let part = store.create_session().await.unwrap().id;
        let (session, tool_call_id) = (family[family.len() - 1], ToolCallId(1));
        write(&store, part, vec![EventBody::SessionParent { session, tool_call_id }]).await;
        family.push(part);
    }
    store.create_session().await.unwrap();
    assert_eq!(store.with_parts(id).await.unwrap(), family);
    assert_eq!(store.with_parts(family[2]).await.unwrap(), family[2..]);
    assert_eq!(store.with_parts(SessionId::new()).await.unwrap(), []);
}

//! Appends that hold only if nobody else has written something meanwhile.

use atelier_protocol::{EventBody, QueuedPromptId};
use atelier_store::Durability;

use crate::scratch::{bodies, delta, session, turn_finished, write};

const QUEUE: &[&str] = &["prompt."];

fn queued(prompt: u64) -> EventBody {
    EventBody::PromptQueued { prompt: QueuedPromptId(prompt), text: "\"type\":\"prompt.".into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_is_kept_from_the_log_by_events_of_the_named_kinds_and_by_no_others() {
    let (scratch, store, id) = session().await;
    let seen = write(&store, id, vec![queued(1)]).await;
    write(&store, id, vec![delta(1, "prompt."), turn_finished(1)]).await;
    let append = |store: atelier_store::Store, after, body| async move {
        store.append_unless(id, after, QUEUE, vec![body], Durability::Written).await.unwrap()
    };
    assert_eq!(append(store.clone(), seen, delta(1, "goes in")).await, Some(4));
    // Another handle on the same log has its own connection, as another process has.
    let elsewhere = scratch.open();
    let after = append(elsewhere.clone(), 4, queued(2)).await.unwrap();
    assert_eq!(append(store.clone(), 4, delta(1, "comes too late")).await, None);
    assert_eq!(append(store.clone(), after, delta(1, "knows of it")).await, Some(6));
    assert_eq!(bodies(&store, id).await.last(), Some(&delta(1, "knows of it")));
    let kinds: Vec<_> = store.read_kinds(id, seen, QUEUE).await.unwrap().iter().map(|event| event.seq).collect();
    assert_eq!(kinds, [5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_decide_on_the_same_state_one_wins() {
    let (scratch, store, id) = session().await;
    let deciding: Vec<_> = (0..16)
        .map(|number| {
            let store = if number % 2 == 0 { store.clone() } else { scratch.open() };
            tokio::spawn(async move {
                store.append_unless(id, 0, QUEUE, vec![queued(number)], Durability::Written).await.unwrap()
            })
        })
        .collect();
    let mut won = 0;
    for decided in deciding {
        won += usize::from(decided.await.unwrap().is_some());
    }
    assert_eq!((won, bodies(&store, id).await.len()), (1, 1));
}

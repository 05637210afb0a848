//! Replay and tail: every event once, in order, for any number of readers.

use std::time::Duration;

use atelier_protocol::{SessionEvent, SessionId};
use atelier_store::{Durability, Store, StoreError};

use crate::scratch::{
    assert_gapless, delta, follow_to, message_started, patiently, session, turn_finished, whole, write,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_replays_and_then_tails() {
    let (_scratch, store, id) = session().await;
    write(&store, id, vec![message_started(1), delta(1, "a"), delta(1, "b")]).await;
    let mut follow = store.follow(id, 1).await.unwrap();
    let replayed = follow_to(&mut follow, 3).await;
    let waiting = tokio::spawn(async move { (patiently(follow.next_batch(10)).await.unwrap(), follow) });
    write(&store, id, vec![delta(1, "c")]).await;
    let (live, follow) = patiently(waiting).await.unwrap();
    assert_eq!(follow.position(), 4);
    assert_eq!([replayed, live].concat(), whole(&store, id).await[1..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_never_larger_than_asked_for() {
    let (_scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "x"); 30]).await;
    let mut behind = store.follow(id, 0).await.unwrap();
    let mut live = store.follow(id, 30).await.unwrap();
    write(&store, id, vec![delta(1, "y"); 30]).await;
    for (max, expected) in [(7, 7), (0, 1), (1, 1)] {
        assert_eq!(patiently(behind.next_batch(max)).await.unwrap().len(), expected);
        assert_eq!(patiently(live.next_batch(max)).await.unwrap().len(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_falls_far_behind_catches_up_without_a_gap() {
    let (_scratch, store, id) = session().await;
    let mut follow = store.follow(id, 0).await.unwrap();
    write(&store, id, vec![delta(1, "x"); 20]).await;
    let mut seen = patiently(follow.next_batch(3)).await.unwrap();
    // More than any tail holds, by number and by size, and an event larger than a whole tail.
    for _ in 0..30 {
        write(&store, id, vec![delta(1, "y".repeat(1000)); 50]).await;
    }
    write(&store, id, vec![delta(1, "z".repeat(3_000_000)), delta(1, "the end")]).await;
    seen.extend(follow_to(&mut follow, 1522).await);
    assert_eq!(seen, whole(&store, id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_begins_after_the_end_waits_for_what_comes_after_that() {
    let (_scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "1"), delta(1, "2")]).await;
    let mut follow = store.follow(id, 4).await.unwrap();
    let waiting = tokio::spawn(async move { patiently(follow.next_batch(10)).await.unwrap() });
    write(&store, id, vec![delta(1, "3"), delta(1, "4")]).await;
    write(&store, id, vec![delta(1, "5")]).await;
    let seen = patiently(waiting).await.unwrap();
    assert_eq!(seen, whole(&store, id).await[4..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_dropped_while_it_waits_skips_nothing() {
    let (_scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "old"); 300]).await;
    let mut follow = store.follow(id, 0).await.unwrap();
    let writer = {
        let store = store.clone();
        tokio::spawn(async move {
            for _ in 0..300 {
                write(&store, id, vec![delta(1, "new")]).await;
            }
        })
    };
    let mut seen: Vec<SessionEvent> = Vec::new();
    let mut dropped = 0_u64;
    patiently(async {
        while follow.position() < 600 {
            // Polled a random number of times, then dropped.
            let patience = async {
                for _ in 0..dropped % 5 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                biased;
                batch = follow.next_batch(2) => seen.extend(batch.unwrap()),
                () = patience => dropped += 1,
            }
        }
    })
    .await;
    writer.await.unwrap();
    assert!(dropped > 0, "no call was dropped");
    assert_eq!(seen, whole(&store, id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_end_when_the_store_is_closed() {
    let (_scratch, store, id) = session().await;
    let mut follow = store.follow(id, 0).await.unwrap();
    let waiting = tokio::spawn(async move { patiently(follow.next_batch(10)).await });
    store.close().await;
    assert_eq!(patiently(waiting).await.unwrap().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_session_can_not_be_followed() {
    let (_scratch, store, _) = session().await;
    let stranger = SessionId::new();
    assert_eq!(store.follow(stranger, 0).await.err(), Some(StoreError::NotFound { session: stranger }));
}

/// A small generator of numbers that look random, the same in every run.
fn scatter(seed: u64) -> u64 {
    seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
}

async fn read_at_a_pace(store: Store, id: SessionId, after: u64, reader: u64, last: u64) -> Vec<SessionEvent> {
    let mut follow = store.follow(id, after).await.unwrap();
    let mut events = Vec::new();
    while follow.position() < last {
        let max = 1 + usize::try_from(scatter(reader + events.len() as u64) % 90).unwrap();
        events.extend(patiently(follow.next_batch(max)).await.unwrap());
        // Some read at once, some dawdle so much that they fall out of the tail.
        match reader % 3 {
            0 => {}
            1 => tokio::task::yield_now().await,
            _ => tokio::time::sleep(Duration::from_millis(reader % 11)).await,
        }
    }
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_of_every_speed_that_come_at_any_time_see_the_same_log() {
    const READERS: u64 = 40;
    const LAST: u64 = 6000;
    let (_scratch, store, id) = session().await;
    let mut readers = Vec::new();
    let mut written = 0;
    while written < LAST {
        if readers.len() as u64 <= READERS * written / LAST {
            let reader = readers.len() as u64;
            let after = scatter(reader) % (written + 20);
            let reading = read_at_a_pace(store.clone(), id, after, reader, LAST);
            readers.push((after, tokio::spawn(reading)));
        }
        let count = (1 + scatter(written) % 40).min(LAST - written);
        written = write(&store, id, (0..count).map(|i| delta(i % 3, (written + i).to_string())).collect()).await;
    }
    let log = whole(&store, id).await;
    for (after, reader) in readers {
        let seen = patiently(reader).await.unwrap();
        assert_gapless(&seen, after);
        assert_eq!(seen, log[usize::try_from(after).unwrap()..]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_store_writes_is_seen_between_ones_own() {
    let (scratch, store, id) = session().await;
    let other = scratch.open();
    let mut follow = store.follow(id, 0).await.unwrap();
    let mut others_follow = other.follow(id, 0).await.unwrap();
    let mut last = 0;
    for round in 0..20 {
        let writer = if round % 3 == 0 { &store } else { &other };
        last = write(writer, id, vec![delta(round, "x"); 5]).await;
        if round % 7 == 0 {
            // Whoever has not written learns of it all the same.
            follow_to(&mut follow, last).await;
        }
    }
    let mut seen = follow_to(&mut follow, last).await;
    let others_seen = follow_to(&mut others_follow, last).await;
    let log = whole(&store, id).await;
    assert_eq!(others_seen, log);
    seen.retain(|event| event.seq > 95);
    assert_eq!(seen, log[95..]);
    assert_eq!(follow.position(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_never_writes_sees_what_another_writes() {
    let (scratch, store, id) = session().await;
    let mut follow = scratch.open().follow(id, 0).await.unwrap();
    for last in 1..=3 {
        write(&store, id, vec![delta(1, "x")]).await;
        assert_eq!(follow_to(&mut follow, last).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_stores_that_write_at_once_make_one_log_without_gaps() {
    let (scratch, store, id) = session().await;
    let stores = [store.clone(), scratch.open()];
    let writers: Vec<_> = stores
        .iter()
        .cloned()
        .zip(1..)
        .map(|(store, message)| {
            tokio::spawn(async move {
                for i in 0..150_u64 {
                    write(&store, id, vec![delta(message, i.to_string())]).await;
                }
            })
        })
        .collect();
    let mut seen = Vec::new();
    for store in &stores {
        let mut follow = store.follow(id, 0).await.unwrap();
        seen.push(follow_to(&mut follow, 300).await);
    }
    for writer in writers {
        patiently(writer).await.unwrap();
    }
    let log = whole(&store, id).await;
    assert_eq!(log.len(), 300);
    assert_eq!(seen, [log.clone(), log]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_sees_only_what_is_in_the_database() {
    let (scratch, store, id) = session().await;
    let mut follow = store.follow(id, 0).await.unwrap();
    let mut appender = store.appender(id);
    let sql = scratch.sql();
    for i in 0..50 {
        appender.push(delta(i, "x")).await.unwrap();
        appender.push(turn_finished(i)).await.unwrap();
        for event in patiently(follow.next_batch(10)).await.unwrap() {
            let stored: bool = sql
                .query_row("SELECT EXISTS (SELECT 1 FROM events WHERE seq = ?1)", [event.seq.cast_signed()], |row| {
                    row.get(0)
                })
                .unwrap();
            assert!(stored, "event {} was seen before it was stored", event.seq);
        }
    }
    appender.flush(Durability::Written).await.unwrap();
}

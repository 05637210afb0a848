//! Merging deltas, and not losing or repeating any. Time stands still in these tests but where they move it.

use std::time::Duration;

use atelier_protocol::EventBody;
use atelier_store::{Durability, StoreError};
use proptest::prelude::*;
use tokio::time::{Instant, advance};

use crate::scratch::{bodies, delta, message_started, session, turn_finished, write};

const WAIT: Duration = Duration::from_millis(25);

#[tokio::test(start_paused = true)]
async fn the_first_text_goes_at_once_and_those_after_it_together() {
    let (_scratch, store, id) = session().await;
    let mut appender = store.appender(id);
    appender.push(delta(1, "Once ")).await.unwrap();
    assert_eq!(appender.deadline(), None);
    let sent = Instant::now();
    for word in ["upon ", "a ", "time"] {
        advance(Duration::from_millis(8)).await;
        appender.push(delta(1, word)).await.unwrap();
    }
    assert_eq!(appender.deadline(), Some(sent + WAIT), "counted from the last write");
    advance(Duration::from_millis(1)).await;
    appender.push(delta(1, "…")).await.unwrap();
    assert_eq!(appender.deadline(), None, "25 ms are over");
    assert_eq!(appender.flush(Durability::Written).await.unwrap(), 2);
    assert_eq!(bodies(&store, id).await, [delta(1, "Once "), delta(1, "upon a time…")]);
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_text_goes_at_once_again() {
    let (_scratch, store, id) = session().await;
    let mut appender = store.appender(id);
    for word in ["slow", "and", "steady"] {
        appender.push(delta(1, word)).await.unwrap();
        assert_eq!(appender.deadline(), None);
        advance(WAIT).await;
    }
    appender.flush(Durability::Written).await.unwrap();
    assert_eq!(bodies(&store, id).await, [delta(1, "slow"), delta(1, "and"), delta(1, "steady")]);
}

#[tokio::test(start_paused = true)]
async fn any_other_event_takes_the_text_before_it_along() {
    let (_scratch, store, id) = session().await;
    let mut appender = store.appender(id);
    let pushed = [message_started(1), delta(1, "a"), delta(1, "b"), delta(2, "c"), delta(1, "d"), turn_finished(1)];
    for body in pushed {
        appender.push(body).await.unwrap();
    }
    assert_eq!(appender.deadline(), None);
    assert_eq!(appender.flush(Durability::Flushed).await.unwrap(), 5);
    let merged = [message_started(1), delta(1, "ab"), delta(2, "c"), delta(1, "d"), turn_finished(1)];
    assert_eq!(bodies(&store, id).await, merged);
}

#[tokio::test(start_paused = true)]
async fn a_fast_stream_is_written_in_large_rows_without_waiting_for_the_clock() {
    let (_scratch, store, id) = session().await;
    let mut appender = store.appender(id);
    for _ in 0..20_000 {
        appender.push(delta(1, "ten bytes ")).await.unwrap();
    }
    appender.flush(Durability::Written).await.unwrap();
    let rows = bodies(&store, id).await;
    let sizes: Vec<_> = rows
        .iter()
        .map(|body| match body {
            EventBody::MessageDelta { text, .. } => text.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sizes.iter().sum::<usize>(), 200_000);
    assert!(sizes.iter().all(|size| *size <= 4096 + 10), "{sizes:?}");
    // Each write has at least one full row, and one that is not full at most.
    assert!(rows.len() <= 2 * 200_000 / 4096 + 1, "{} rows", rows.len());
}

#[tokio::test(start_paused = true)]
async fn a_full_row_goes_at_once() {
    let (_scratch, store, id) = session().await;
    let mut appender = store.appender(id);
    appender.push(turn_finished(1)).await.unwrap();
    appender.flush(Durability::Written).await.unwrap();
    appender.push(delta(1, "x".repeat(4095))).await.unwrap();
    assert!(appender.deadline().is_some());
    appender.push(delta(1, "y")).await.unwrap();
    assert_eq!(appender.deadline(), None);
}

#[tokio::test(start_paused = true)]
async fn flushing_nothing_tells_where_the_log_stands() {
    let (_scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "x"), delta(1, "y")]).await;
    let mut appender = store.appender(id);
    assert_eq!(appender.flush(Durability::Written).await.unwrap(), 2);
    assert_eq!(appender.flush(Durability::Flushed).await.unwrap(), 2);
    appender.push(delta(1, "z")).await.unwrap();
    assert_eq!(appender.flush(Durability::Written).await.unwrap(), 3);
    assert_eq!(appender.flush(Durability::Written).await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_appender_of_a_closed_store_says_so() {
    let (_scratch, store, id) = session().await;
    let mut appender = store.appender(id);
    appender.push(delta(1, "x")).await.unwrap();
    store.close().await;
    appender.push(turn_finished(1)).await.unwrap_err();
    assert_eq!(appender.flush(Durability::Written).await.unwrap_err(), StoreError::Closed);
}

#[derive(Debug, Clone)]
enum Step {
    Push(EventBody),
    /// Polls a push so many times, then drops it.
    PushAndDrop(EventBody, u8),
    FlushAndDrop(u8),
    Advance(u8),
    Flush(Durability),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let body = prop_oneof![
        8 => (1_u64..3, "[a-zé ]{0,12}").prop_map(|(message, text)| delta(message, text)),
        1 => (1_u64..3, 4000_usize..5000).prop_map(|(message, size)| delta(message, "x".repeat(size))),
        1 => (1_u64..9).prop_map(turn_finished),
    ];
    let step = prop_oneof![
        12 => body.clone().prop_map(Step::Push),
        4 => (body, 0_u8..4).prop_map(|(body, polls)| Step::PushAndDrop(body, polls)),
        1 => (0_u8..4).prop_map(Step::FlushAndDrop),
        3 => (0_u8..40).prop_map(Step::Advance),
        1 => prop_oneof![Just(Durability::Written), Just(Durability::Flushed)].prop_map(Step::Flush),
    ];
    prop::collection::vec(step, 0..60)
}

/// What was said, with neighbouring texts of one message joined.
fn joined(bodies: impl IntoIterator<Item = EventBody>) -> Vec<EventBody> {
    let mut joined: Vec<EventBody> = Vec::new();
    for body in bodies {
        match (joined.last_mut(), &body) {
            (
                Some(EventBody::MessageDelta { message: open, text }),
                EventBody::MessageDelta { message, text: more },
            ) if open == message => text.push_str(more),
            _ => joined.push(body),
        }
    }
    joined
}

async fn yields(times: u8) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_pushed_flushed_and_dropped_arrives_once_and_in_order(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (_scratch, store, id) = session().await;
            let mut appender = store.appender(id);
            let mut pushed = Vec::new();
            for step in steps {
                match step {
                    Step::Push(body) => {
                        pushed.push(body.clone());
                        appender.push(body).await.unwrap();
                    }
                    Step::PushAndDrop(body, polls) => {
                        pushed.push(body.clone());
                        tokio::select! { biased; outcome = appender.push(body) => outcome.unwrap(), () = yields(polls) => {} }
                    }
                    Step::FlushAndDrop(polls) => {
                        let flush = appender.flush(Durability::Written);
                        tokio::select! { biased; outcome = flush => drop(outcome.unwrap()), () = yields(polls) => {} }
                    }
                    Step::Advance(millis) => advance(Duration::from_millis(millis.into())).await,
                    Step::Flush(durability) => drop(appender.flush(durability).await.unwrap()),
                }
            }
            appender.flush(Durability::Written).await.unwrap();
            assert_eq!(joined(bodies(&store, id).await), joined(pushed));
        });
    }
}

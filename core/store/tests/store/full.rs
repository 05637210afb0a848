//! No space left: nothing is lost, nothing is written twice, and work goes on once there is room.

use std::path::Path;

use atelier_protocol::{EventBody, SessionId};
use atelier_store::{Appender, Durability, Store, StoreError};

use crate::scratch::{Scratch, assert_gapless, bodies, delta, follow_to, turn_finished, whole, write};

const LIMIT: u64 = 400 * 1024;

fn open(scratch: &Scratch) -> Store {
    Store::open_limited(&scratch.file(), LIMIT).unwrap()
}

fn assert_full(error: &StoreError, file: &Path) {
    assert_eq!(*error, StoreError::DiskFull { file: file.to_owned() });
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
}

/// Writes until nothing more fits and returns how many events there are.
async fn fill(store: &Store, id: SessionId, file: &Path) -> u64 {
    let mut last = 0;
    loop {
        match store.append(id, vec![delta(1, "x".repeat(900)); 4], Durability::Written).await {
            Ok(seq) => last = seq,
            Err(error) => {
                assert_full(&error, file);
                return last;
            }
        }
    }
}

/// Makes room the way a person would, from outside: SQLite uses the pages again.
fn make_room(scratch: &Scratch, id: SessionId) {
    let sql = "DELETE FROM events WHERE session = (SELECT number FROM sessions WHERE id = ?1)";
    assert_ne!(scratch.sql().execute(sql, [id.to_string()]).unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_that_does_not_fit_leaves_nothing_behind_and_can_be_repeated() {
    let scratch = Scratch::new();
    let store = open(&scratch);
    let (ballast, id) = (store.create_session().await.unwrap().id, store.create_session().await.unwrap().id);
    write(&store, id, vec![delta(1, "before")]).await;
    let stored = fill(&store, ballast, &scratch.file()).await;
    assert_eq!(whole(&store, ballast).await.len() as u64, stored);

    let more = vec![delta(1, "y".repeat(20_000)), turn_finished(1)];
    for durability in [Durability::Written, Durability::Flushed] {
        assert_full(&store.append(id, more.clone(), durability).await.unwrap_err(), &scratch.file());
    }
    assert_eq!(store.session(id).await.unwrap().last_seq, 1);
    make_room(&scratch, ballast);
    assert_eq!(store.append(id, more.clone(), Durability::Flushed).await.unwrap(), 3);
    assert_eq!(bodies(&store, id).await[1..], more);
    store.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_fit_does_not_fail_its_neighbours() {
    let scratch = Scratch::new();
    let store = open(&scratch);
    let id = store.create_session().await.unwrap().id;
    let appends: Vec<_> = (0..60)
        .map(|i| {
            let (store, size) = (store.clone(), if i % 4 == 0 { 1_000_000 } else { 10 });
            tokio::spawn(async move {
                (size, store.append(id, vec![delta(1, "x".repeat(size))], Durability::Written).await)
            })
        })
        .collect();
    for append in appends {
        match append.await.unwrap() {
            (10, outcome) => drop(outcome.unwrap()),
            (_, outcome) => assert_full(&outcome.unwrap_err(), &scratch.file()),
        }
    }
    assert_eq!(whole(&store, id).await.len(), 45);
}

/// Pushes numbered texts until writing fails.
async fn push_until_full(appender: &mut Appender, message: u64) -> (Vec<EventBody>, StoreError) {
    let mut pushed = Vec::new();
    loop {
        let body = delta(message, format!("{} {}\n", pushed.len(), "z".repeat(700)));
        pushed.push(body.clone());
        if let Err(error) = appender.push(body).await {
            return (pushed, error);
        }
    }
}

fn text_of(bodies: &[EventBody]) -> String {
    bodies
        .iter()
        .map(|body| match body {
            EventBody::MessageDelta { text, .. } => text.as_str(),
            _ => "",
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appender_keeps_what_it_could_not_write_and_writes_it_once() {
    let scratch = Scratch::new();
    let store = open(&scratch);
    let (ballast, id) = (store.create_session().await.unwrap().id, store.create_session().await.unwrap().id);
    write(&store, ballast, vec![delta(1, "x".repeat(900)); 200]).await;
    let mut follow = store.follow(id, 0).await.unwrap();
    let mut appender = store.appender(id);

    let (mut pushed, error) = push_until_full(&mut appender, 7).await;
    assert_full(&error, &scratch.file());
    // Trying again and pushing on change nothing while the disk is full.
    for _ in 0..3 {
        assert_full(&appender.flush(Durability::Written).await.unwrap_err(), &scratch.file());
    }
    let finish = turn_finished(1);
    pushed.push(finish.clone());
    let _ = appender.push(finish).await;
    assert_full(&appender.flush(Durability::Flushed).await.unwrap_err(), &scratch.file());

    make_room(&scratch, ballast);
    let last = appender.flush(Durability::Flushed).await.unwrap();
    let stored = bodies(&store, id).await;
    assert_eq!(text_of(&stored), text_of(&pushed));
    assert_eq!(stored.last(), Some(&turn_finished(1)));
    assert_eq!(stored.len() as u64, last);
    let seen = follow_to(&mut follow, last).await;
    assert_gapless(&seen, 0);
    assert_eq!(seen.into_iter().map(|event| event.body).collect::<Vec<_>>(), stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appender_that_is_pushed_on_against_a_full_disk_keeps_the_beginning_and_stays_small() {
    let scratch = Scratch::new();
    let store = Store::open_limited(&scratch.file(), 10 * LIMIT).unwrap();
    let (ballast, id) = (store.create_session().await.unwrap().id, store.create_session().await.unwrap().id);
    fill(&store, ballast, &scratch.file()).await;
    let mut appender = store.appender(id);
    let mut refused = 0;
    for message in 0..300 {
        refused += u64::from(appender.push(delta(message, "w".repeat(10_000))).await.is_err());
    }
    assert!(refused > 150, "{refused} pushes said that the disk is full");
    make_room(&scratch, ballast);
    let kept = appender.flush(Durability::Written).await.unwrap();
    assert!((100..120).contains(&kept), "1 MiB and not much more: {kept} events of 10,000 bytes");
    let expected: Vec<_> = (0..kept).map(|message| delta(message, "w".repeat(10_000))).collect();
    assert_eq!(bodies(&store, id).await, expected);
    appender.push(turn_finished(1)).await.unwrap();
    assert_eq!(appender.flush(Durability::Written).await.unwrap(), kept + 1);
}

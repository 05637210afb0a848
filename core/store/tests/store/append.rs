//! Appending, reading back and the list of sessions.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, time::Duration};

use atelier_protocol::{
    AgentState, DEFAULT_TITLE, ErrorCode, EventBody, MessageId, SessionId, StopReason, Timestamp, TurnId, Usage,
};
use atelier_store::{Durability, StoreError};
use serde_json::json;

use crate::scratch::{
    Scratch, bodies, delta, message_started, patiently, session, state, turn_finished, turn_started, whole, write,
};

fn one_of_each() -> Vec<EventBody> {
    let usage =
        Usage { input_tokens: 3, output_tokens: 5, cache_read_tokens: 0, cache_write_tokens: 7, reasoning_tokens: 2 };
    vec![
        EventBody::SessionRenamed { title: "Größe \"und\" 形\n".into() },
        turn_started(1),
        message_started(1),
        delta(1, "line\n\u{1}\u{1f980}\""),
        delta(1, ""),
        EventBody::MessageFinished { message: MessageId(1), complete: false, vendor: Some(json!({"z": 1, "a": null})) },
        EventBody::Usage { turn: TurnId(1), model: "m".into(), usage, first_token_ms: Some(250) },
        EventBody::Error { code: ErrorCode::Other("TEAPOT".into()), message: "Short and stout.".into() },
        EventBody::TurnFinished {
            turn: TurnId(1),
            outcome: atelier_protocol::TurnOutcome::Failed,
            stop_reason: Some(StopReason::Refusal),
        },
        state(AgentState::Idle),
        serde_json::from_value(json!({"type": "tool.progress", "z": [1, {"b": null}], "a": 1.5})).unwrap(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_back_as_they_were_numbered_from_one() {
    let (scratch, store, id) = session().await;
    let given = one_of_each();
    assert_eq!(write(&store, id, given[..4].to_vec()).await, 4);
    assert_eq!(store.append(id, given[4..].to_vec(), Durability::Flushed).await.unwrap(), 11);
    assert_eq!(bodies(&store, id).await, given);
    store.close().await;
    assert_eq!(bodies(&scratch.open(), id).await, given);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_starts_after_a_number_and_ends_at_the_limit() {
    let (_scratch, store, id) = session().await;
    write(&store, id, (0..10).map(|i| delta(1, i.to_string())).collect()).await;
    let numbers = async |after, limit| -> Vec<u64> {
        store.read(id, after, limit).await.unwrap().iter().map(|event| event.seq).collect()
    };
    assert_eq!(numbers(3, 4).await, [4, 5, 6, 7]);
    assert_eq!(numbers(8, 100).await, [9, 10]);
    assert!(numbers(10, 100).await.is_empty());
    assert!(numbers(u64::MAX, 100).await.is_empty());
    assert!(numbers(0, 0).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_at_once_each_keep_their_order() {
    const CALLERS: u64 = 24;
    const EACH: u64 = 40;
    let (_scratch, store, id) = session().await;
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut last = 0;
                for i in 0..EACH {
                    let seq = write(&store, id, vec![delta(caller, format!("{i};")), delta(caller, "")]).await;
                    assert!(seq > last, "{seq} came after {last}");
                    last = seq;
                }
            })
        })
        .collect();
    for caller in callers {
        patiently(caller).await.unwrap();
    }
    let mut texts: BTreeMap<u64, String> = BTreeMap::new();
    let events = whole(&store, id).await;
    assert_eq!(events.len() as u64, CALLERS * EACH * 2);
    for event in events {
        let EventBody::MessageDelta { message, text } = event.body else { panic!("{event:?}") };
        texts.entry(message.0).or_default().push_str(&text);
    }
    let expected = (0..EACH).map(|i| format!("{i};")).collect::<Vec<_>>().concat();
    assert_eq!(texts.len() as u64, CALLERS);
    assert!(texts.values().all(|text| *text == expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_session_fails_alone() {
    let (_scratch, store, id) = session().await;
    let stranger = SessionId::new();
    let tasks: Vec<_> = (0..60)
        .map(|i| {
            let store = store.clone();
            let to = if i % 3 == 0 { stranger } else { id };
            tokio::spawn(async move { (to, store.append(to, vec![delta(1, "x")], Durability::Written).await) })
        })
        .collect();
    for task in tasks {
        let (to, outcome) = patiently(task).await.unwrap();
        match outcome {
            Ok(_) => assert_eq!(to, id),
            Err(error) => assert_eq!((to, error), (stranger, StoreError::NotFound { session: stranger })),
        }
    }
    assert_eq!(whole(&store, id).await.len(), 40);
    assert_eq!(store.read(stranger, 0, 1).await.unwrap_err(), StoreError::NotFound { session: stranger });
    assert_eq!(store.session(stranger).await.unwrap_err(), StoreError::NotFound { session: stranger });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_sessions_is_a_fold_over_their_logs() {
    let (_scratch, store, first) = session().await;
    let second = store.create_session().await.unwrap();
    assert_eq!((second.title.as_str(), second.last_seq, second.state), (DEFAULT_TITLE, 0, AgentState::Idle));
    assert_eq!(store.session(second.id).await.unwrap(), second);

    while Timestamp::now() <= second.created_at {
        tokio::task::yield_now().await;
    }
    write(
        &store,
        first,
        vec![
            turn_started(1),
            EventBody::SessionRenamed { title: "Once".into() },
            state(AgentState::Thinking),
            EventBody::SessionRenamed { title: "Twice".into() },
        ],
    )
    .await;
    let listed = store.sessions().await.unwrap();
    assert_eq!(listed.iter().map(|session| session.id).collect::<Vec<_>>(), [first, second.id]);
    let folded = &listed[0];
    assert_eq!((folded.title.as_str(), folded.last_seq, folded.state), ("Twice", 4, AgentState::Thinking));
    assert_eq!(folded.updated_at, whole(&store, first).await[3].at);
    assert_eq!(store.unsettled().await.unwrap(), [first]);

    write(&store, first, vec![turn_finished(1)]).await;
    assert_eq!(store.unsettled().await.unwrap(), [first], "the turn is over, but it is not idle");
    write(&store, first, vec![state(AgentState::Idle)]).await;
    let folded = store.session(first).await.unwrap();
    assert_eq!((folded.title.as_str(), folded.last_seq, folded.state), ("Twice", 6, AgentState::Idle));
    assert!(store.unsettled().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_of_nothing_tells_the_newest_number_and_changes_nothing() {
    let (scratch, store, id) = session().await;
    assert_eq!(write(&store, id, Vec::new()).await, 0);
    write(&store, id, vec![delta(1, "x")]).await;
    let before = store.session(id).await.unwrap();
    let sql = scratch.sql();
    let version = || -> i64 { sql.pragma_query_value(None, "data_version", |row| row.get(0)).unwrap() };
    let version_before = version();
    assert_eq!(store.append(id, Vec::new(), Durability::Flushed).await.unwrap(), 1);
    assert_eq!(store.session(id).await.unwrap(), before);
    assert_ne!(version(), version_before, "nothing was written, so nothing was flushed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_whose_caller_went_away_happens_whole_or_not_at_all() {
    let (_scratch, store, id) = session().await;
    for _ in 0..200 {
        let append = store.append(id, vec![delta(1, "a"), delta(1, "b")], Durability::Written);
        tokio::select! { biased; outcome = append => drop(outcome.unwrap()), () = std::future::ready(()) => {} }
    }
    let last = write(&store, id, vec![turn_finished(1)]).await;
    let texts = bodies(&store, id).await;
    assert!(last > 1, "none of them happened");
    assert_eq!(texts.last(), Some(&turn_finished(1)));
    assert!(texts[..texts.len() - 1].chunks(2).all(|pair| pair == [delta(1, "a"), delta(1, "b")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_moves_into_the_database_when_it_is_quiet() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "x".repeat(1000)); 300]).await;
    let in_the_database = async {
        while fs::metadata(scratch.file()).unwrap().len() < 300_000 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    patiently(in_the_database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_for_this_user_alone() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "x")]).await;
    let lease = store.lease(id).unwrap();
    let rights = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = scratch.file().parent().unwrap().to_owned();
    let locks = folder.join("locks");
    assert_eq!((rights(&folder), rights(&locks)), (0o700, 0o700));
    assert_eq!(rights(&locks.join(format!("{id}.lock"))), 0o600);
    for name in ["atelier.db", "atelier.db-wal", "atelier.db-shm"] {
        assert_eq!(rights(&folder.join(name)), 0o600, "{name}");
    }
    drop(lease);
    store.close().await;
    fs::set_permissions(scratch.file(), fs::Permissions::from_mode(0o644)).unwrap();
    drop(scratch.open());
    assert_eq!(rights(&scratch.file()), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_says_so_and_leaves_one_file() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "x")]).await;
    assert_eq!(whole(&store, id).await.len(), 1);
    let other_handle = store.clone();
    tokio::join!(store.close(), other_handle.close());
    store.close().await;
    assert_eq!(store.append(id, vec![], Durability::Written).await.unwrap_err(), StoreError::Closed);
    assert_eq!(store.read(id, 0, 1).await.unwrap_err(), StoreError::Closed);
    assert_eq!(store.create_session().await.unwrap_err(), StoreError::Closed);
    assert_eq!(store.follow(id, 0).await.err(), Some(StoreError::Closed));
    let folder = scratch.file().parent().unwrap().to_owned();
    let left: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["atelier.db"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_before_closing_is_done() {
    let (scratch, store, id) = session().await;
    let appends: Vec<_> = (0..40)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.append(id, vec![delta(1, "x")], Durability::Written).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut acknowledged = 0;
    for append in appends {
        match patiently(append).await.unwrap() {
            Ok(seq) => acknowledged = acknowledged.max(seq),
            Err(error) => assert_eq!(error, StoreError::Closed),
        }
    }
    assert_eq!(Scratch::open(&scratch).session(id).await.unwrap().last_seq, acknowledged);
}

//! Damage inside a row, and damage to the file.

use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
    time::Duration,
};

use atelier_protocol::{EventBody, MessageId};
use atelier_store::{Store, StoreError};
use rusqlite::params;
use serde_json::json;

use crate::scratch::{Scratch, bodies, delta, session, turn_finished, write};

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_not_an_event_is_passed_on_as_unreadable_and_hides_nothing() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "before"), delta(1, "broken"), delta(1, "after")]).await;
    for (stored, kind) in [
        ("{\"type\":\"message.delta\",\"message\":1,\"te", "unreadable"),
        ("", "unreadable"),
        ("[1]", "unreadable"),
        ("{}", ""),
        ("{\"type\":\"message.delta\",\"message\":1}", "message.delta"),
    ] {
        scratch.sql().execute("UPDATE events SET body = ?1 WHERE seq = 2", [stored]).unwrap();
        let read = bodies(&store, id).await;
        assert_eq!((&read[0], &read[2]), (&delta(1, "before"), &delta(1, "after")));
        let EventBody::Unknown(fields) = &read[1] else { panic!("{stored} was read as {:?}", read[1]) };
        assert_eq!(read[1].kind(), kind);
        if kind == "unreadable" {
            assert_eq!(fields["stored"], json!(stored));
            assert!(fields["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_not_utf_8_is_unreadable_too() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "x"), turn_finished(1)]).await;
    let sql = "UPDATE events SET body = CAST(?1 AS TEXT) WHERE seq = 1";
    scratch.sql().execute(sql, params![b"{\"type\":\"\xff\"}".as_slice()]).unwrap();
    let read = bodies(&store, id).await;
    assert_eq!(read[0].kind(), "unreadable");
    assert_eq!(read[1], turn_finished(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delta_row_with_other_fields_or_another_order_reads_the_same() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![delta(7, "x")]).await;
    for stored in [
        r#"{"type":"message.delta","message":7,"text":"a\n","later":[1]}"#,
        r#"{"text":"a\n","message":7,"type":"message.delta"}"#,
        r#" { "type" : "message.delta" , "message" : 7 , "text" : "a\u000a" } "#,
    ] {
        scratch.sql().execute("UPDATE events SET body = ?1", [stored]).unwrap();
        let expected = EventBody::MessageDelta { message: MessageId(7), text: "a\n".into() };
        assert_eq!(bodies(&store, id).await, [expected], "{stored}");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.file().parent().unwrap()).unwrap();
    let text = "Dear diary,\n".repeat(1000);
    fs::write(scratch.file(), &text).unwrap();
    let error = Store::open(&scratch.file()).unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt { file, .. } if *file == scratch.file()), "{error:?}");
    assert!(error.to_string().contains(scratch.file().to_str().unwrap()));
    assert_eq!(fs::read_to_string(scratch.file()).unwrap(), text);
    assert_eq!(fs::read_dir(scratch.file().parent().unwrap()).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_is_found_by_reading_and_by_the_check_and_destroys_nothing() {
    let (scratch, store, id) = session().await;
    write(&store, id, (0..2000).map(|_| delta(1, "some text to fill pages with")).collect()).await;
    write(&store, id, vec![EventBody::MessageFinished { message: MessageId(1), complete: true, vendor: None }]).await;
    // Or else the next to open it would go on preparing it for search.
    store.prepare_search(Duration::from_mins(1)).await.unwrap();
    store.check().await.unwrap();
    store.close().await;
    let mut file = OpenOptions::new().write(true).open(scratch.file()).unwrap();
    let middle = fs::metadata(scratch.file()).unwrap().len() / 2 / 4096 * 4096;
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.write_all(&[0x5a; 4096]).unwrap();
    let damaged = fs::read(scratch.file()).unwrap();

    let store = scratch.open();
    let found = store.check().await.unwrap_err();
    assert!(matches!(&found, StoreError::Corrupt { file, .. } if *file == scratch.file()), "{found:?}");
    let found = store.read(id, 0, usize::MAX).await.unwrap_err();
    assert!(matches!(found, StoreError::Corrupt { .. }), "{found:?}");
    // What lies before the damage can still be read.
    assert_eq!(store.read(id, 0, 10).await.unwrap().len(), 10);
    store.close().await;
    assert_eq!(fs::read(scratch.file()).unwrap(), damaged);
}

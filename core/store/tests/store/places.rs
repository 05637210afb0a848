//! What keeps a session out of the list and where it came from, as its log says.

use atelier_protocol::{EventBody, SessionId, ToolCallId};

use crate::scratch::{session, write};

#[tokio::test]
async fn a_summary_says_what_the_newest_events_say_of_its_place() {
    let (_scratch, store, id) = session().await;
    let fresh = store.session(id).await.unwrap();
    assert_eq!((fresh.archived, fresh.forked_from, fresh.parent), (false, None, None));

    let (parent, origin) = (SessionId::new(), SessionId::new());
    let of_parent = EventBody::SessionParent { session: parent, tool_call_id: ToolCallId(1) };
    write(&store, id, vec![of_parent, EventBody::SessionArchived { archived: true }]).await;
    let put_away = store.session(id).await.unwrap();
    assert_eq!((put_away.archived, put_away.parent), (true, Some(parent)));

    // What comes later leaves it as it is.
    write(&store, id, vec![EventBody::SessionRenamed { title: "New".into() }]).await;
    assert!(store.session(id).await.unwrap().archived);

    write(&store, id, vec![EventBody::SessionForked { from: origin, up_to: 3 }]).await;
    let copy = store.session(id).await.unwrap();
    assert_eq!((copy.archived, copy.forked_from, copy.parent), (false, Some(origin), None));
    assert_eq!(store.sessions().await.unwrap(), [copy]);
}

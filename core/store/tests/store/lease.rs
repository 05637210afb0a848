//! Who may run a turn.

use atelier_protocol::SessionId;
use atelier_store::Store;

use crate::scratch::{Scratch, session};

#[tokio::test(flavor = "multi_thread")]
async fn one_lease_at_a_time_for_a_session_and_any_number_for_different_ones() {
    let (scratch, store, id) = session().await;
    let other_store = scratch.open();
    let other_session = store.create_session().await.unwrap().id;
    let lease = store.lease(id).unwrap().unwrap();
    assert!(store.lease(id).unwrap().is_none(), "the same store");
    assert!(other_store.lease(id).unwrap().is_none(), "another store");
    let elsewhere = other_store.lease(other_session).unwrap();
    assert!(elsewhere.is_some());
    drop(lease);
    let again = other_store.lease(id).unwrap();
    assert!(again.is_some());
    assert!(store.lease(id).unwrap().is_none());
}

#[test]
fn of_many_who_race_for_a_lease_one_wins_each_time() {
    let scratch = Scratch::new();
    let stores: Vec<Store> = (0..4).map(|_| scratch.open()).collect();
    for _ in 0..50 {
        let id = SessionId::new();
        let leases: Vec<_> = std::thread::scope(|scope| {
            let racers: Vec<_> = stores.iter().map(|store| scope.spawn(move || store.lease(id).unwrap())).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert_eq!(leases.iter().filter(|lease| lease.is_some()).count(), 1);
    }
}

//! How much is kept, for how long, and who may read it.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use atelier_checkpoints::{CheckpointError, Limits};
use atelier_protocol::SessionId;

use crate::room::{Room, restored};

fn sizes(room: &Room) -> u64 {
    let names = fs::read_dir(room.data()).unwrap().map(|entry| entry.unwrap());
    let contents = names.filter(|entry| entry.file_name().to_str().unwrap().starts_with("content-"));
    contents.map(|entry| entry.metadata().unwrap().len()).sum()
}

#[test]
fn nobody_else_may_read_what_is_kept() {
    let room = Room::new();
    room.write("a", "secret");
    room.set_mode("a", 0o644);
    room.call(1, &["a"], || room.write("a", "agent"));
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(room.data()), 0o700);
    assert_eq!(mode(room.data().join("..")), 0o700);
    for entry in fs::read_dir(room.data()).unwrap() {
        assert_eq!(mode(entry.unwrap().path()), 0o600);
    }
}

#[test]
fn what_is_too_large_is_named_and_not_kept_and_what_fits_is() {
    let room = Room::with(Limits { max_file: 10, max_checkpoint: 15, ..Limits::default() });
    room.write("a-large", "12345678901");
    room.write("b-small", "1234567890");
    room.write("c-too-much", "123456");
    room.write("d-fits", "12345");
    let taken = room.take(1, &["a-large", "b-small", "c-too-much", "d-fits"]);
    assert_eq!(taken.paths, ["b-small", "d-fits"]);
    assert_eq!(taken.not_kept, ["a-large", "c-too-much"]);
}

#[test]
fn the_same_content_takes_its_room_once() {
    let room = Room::new();
    for number in 1..=10 {
        room.write("a", "x".repeat(1000));
        room.call(number, &["a"], || room.write("a", "agent"));
    }
    assert_eq!(sizes(&room), 1000);
}

#[test]
fn the_oldest_checkpoints_make_room_for_new_ones_and_take_along_only_what_nobody_else_needs() {
    let limits = Limits { max_checkpoint: 100, max_session: 350, ..Limits::default() };
    let room = Room::with(limits);
    room.write("shared", "s".repeat(50));
    for number in 1..=9 {
        room.write("a", number.to_string().repeat(50));
        room.call(number, &["a", "shared"], || room.write("a", "agent"));
        assert!(sizes(&room) <= limits.max_session, "{}", sizes(&room));
    }
    assert_eq!(room.restore(9), restored(&["a", "shared"]));
    assert_eq!(room.read("a"), "9".repeat(50).into_bytes());
    assert!(matches!(room.of().restore(1), Err(CheckpointError::Gone)));

    let room = Room::with(Limits { max_checkpoints: 3, ..Limits::default() });
    for number in 1..=5 {
        room.write("a", number.to_string());
        room.call(number, &["a"], || room.write("a", "agent"));
    }
    let there: Vec<_> = (1..=5).filter(|number| room.of().restore(*number).is_ok()).collect();
    assert_eq!(there, [3, 4, 5]);
}

#[test]
fn what_is_too_old_goes() {
    let room = Room::with(Limits { max_age: Duration::ZERO, ..Limits::default() });
    room.write("a", "1");
    room.call(1, &["a"], || room.write("a", "2"));
    room.of().make_room().unwrap();
    assert!(matches!(room.of().restore(1), Err(CheckpointError::Gone)));
    assert_eq!(sizes(&room), 0);
}

#[test]
fn what_can_not_be_written_is_an_error_that_says_so_and_leaves_earlier_checkpoints() {
    let room = Room::new();
    room.write("a", "1");
    room.call(1, &["a"], || room.write("a", "2"));
    let id = SessionId::new();
    // Where its folder should be there is a file.
    fs::write(room.data().with_file_name(id.to_string()), "").unwrap();
    let error = room.checkpoints.of(id).take(1, &room.folder(), &[]).unwrap_err();
    assert!(matches!(error, CheckpointError::NotKept { .. }), "{error}");
    assert!(error.to_string().contains(&id.to_string()) && error.to_string().ends_with('.'), "{error}");
    assert_eq!(room.restore(1), restored(&["a"]));
}

#[test]
fn a_session_s_checkpoints_are_listed_and_removed_as_a_whole() {
    let room = Room::new();
    assert_eq!(room.checkpoints.sessions(), []);
    room.write("a", "1");
    room.call(1, &["a"], || room.write("a", "2"));
    assert_eq!(room.checkpoints.sessions(), [room.session]);
    room.of().remove().unwrap();
    room.of().remove().unwrap();
    assert_eq!(room.checkpoints.sessions(), []);
    assert!(matches!(room.of().restore(1), Err(CheckpointError::Gone)));
}

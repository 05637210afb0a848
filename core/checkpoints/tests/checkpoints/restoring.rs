//! What is put back, and what is left alone.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink, net::UnixListener},
};

use atelier_checkpoints::CheckpointError;

use crate::room::{Room, kept, restored};

#[test]
fn a_changed_file_is_again_what_it_was_byte_for_byte_with_its_mode() {
    for content in [b"a\r\nb\r\n".as_slice(), b"\x00\xff\x89PNG", b"", "é\n".as_bytes()] {
        let room = Room::new();
        room.write("a", content);
        room.set_mode("a", 0o751);
        let before = room.contents();
        room.call(1, &["a"], || {
            room.write("a", "other");
            room.set_mode("a", 0o600);
        });
        assert_eq!(room.restore(1), restored(&["a"]));
        assert_eq!(room.contents(), before);
    }
}

#[test]
fn what_was_not_there_is_removed_with_the_folders_that_were_made_for_it() {
    let room = Room::new();
    room.write("old/a", "1");
    let before = room.contents();
    room.call(1, &["old/new/deep/b", "made"], || {
        room.write("old/new/deep/b", "2");
        fs::create_dir(room.path("made")).unwrap();
    });
    assert_eq!(room.restore(1), restored(&["made", "old/new/deep/b"]));
    assert_eq!(room.contents(), before);
}

#[test]
fn a_folder_that_holds_something_of_others_stays() {
    let room = Room::new();
    room.call(1, &["new/a"], || room.write("new/a", "agent"));
    room.write("new/mine", "user");
    assert_eq!(room.restore(1), restored(&["new/a"]));
    assert_eq!(room.read("new/mine"), b"user");
    assert!(!room.path("new/a").exists());
}

#[test]
fn a_deleted_folder_is_back_with_all_that_was_in_it() {
    let room = Room::new();
    room.write("src/deep/tool", "#!/bin/sh\n");
    room.set_mode("src/deep/tool", 0o755);
    room.write("src/private", "1");
    room.set_mode("src/private", 0o600);
    fs::create_dir(room.path("src/empty")).unwrap();
    fs::write(room.path("src").join(OsStr::from_bytes(b"\xff")), "not Unicode").unwrap();
    symlink("deep/tool", room.path("src/link")).unwrap();
    symlink("/nowhere/else", room.path("src/away")).unwrap();
    room.set_mode("src/deep", 0o555);
    let before = room.contents();
    room.call(1, &["src"], || {
        room.set_mode("src/deep", 0o755);
        fs::remove_dir_all(room.path("src")).unwrap();
    });
    assert_eq!(room.restore(1), restored(&["src"]));
    assert_eq!(room.contents(), before);
}

#[test]
fn a_file_that_was_edited_since_is_left_alone_and_the_others_are_restored() {
    let room = Room::new();
    for name in ["changed", "deleted", "touched"] {
        room.write(name, "before");
    }
    room.call(1, &["changed", "created", "deleted", "touched"], || {
        room.write("changed", "agent");
        room.write("created", "agent");
        fs::remove_file(room.path("deleted")).unwrap();
        room.write("touched", "agent");
    });
    room.write("changed", "user");
    room.write("created", "user");
    room.write("deleted", "user");
    let done = room.restore(1);
    assert_eq!(done.restored, ["touched"]);
    assert_eq!(done.kept, ["changed", "created", "deleted"]);
    for name in done.kept {
        assert_eq!(room.read(&name), b"user");
    }
}

#[test]
fn a_mode_that_was_changed_since_stays_changed() {
    let room = Room::new();
    room.write("a", "before");
    room.set_mode("a", 0o644);
    room.call(1, &["a"], || room.write("a", "agent"));
    room.set_mode("a", 0o600);
    assert_eq!(room.restore(1), restored(&["a"]));
    assert!(room.contents()[&room.path("a")].starts_with("file 600 "));
}

#[test]
fn restoring_again_changes_nothing_and_goes_on_where_it_broke_off() {
    let room = Room::new();
    room.write("src/a", "1");
    room.write("src/b", "2");
    room.write("c", "3");
    let before = room.contents();
    room.call(1, &["src", "c", "d"], || {
        fs::remove_dir_all(room.path("src")).unwrap();
        room.write("c", "agent");
        room.write("d", "agent");
    });
    // What a process that died in the middle may have done already.
    fs::create_dir(room.path("src")).unwrap();
    room.write("src/a", "1");
    fs::remove_file(room.path("d")).unwrap();
    assert_eq!(room.restore(1), restored(&["c", "d", "src"]));
    assert_eq!(room.contents(), before);
    assert_eq!(room.restore(1), restored(&["c", "d", "src"]));
    assert_eq!(room.contents(), before);
}

#[test]
fn without_a_note_of_what_the_call_left_only_what_is_unchanged_counts_as_restored() {
    let room = Room::new();
    room.write("a", "1");
    room.write("b", "2");
    room.take(1, &["a", "b"]);
    room.write("b", "by whom?");
    let done = room.restore(1);
    assert_eq!((done.restored, done.kept), (vec!["a".to_owned()], vec!["b".to_owned()]));
    assert_eq!(room.read("b"), b"by whom?");
}

#[test]
fn a_link_that_was_put_in_the_way_leads_nowhere() {
    let room = Room::new();
    room.write("src/a", "before");
    room.call(1, &["src/a"], || room.write("src/a", "agent"));
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("a"), "agent").unwrap();
    fs::rename(room.path("src"), room.path("moved")).unwrap();
    symlink(outside.path(), room.path("src")).unwrap();
    assert_eq!(room.restore(1), kept(&["src/a"]));
    assert_eq!(fs::read(outside.path().join("a")).unwrap(), b"agent");
    fs::remove_file(room.path("src")).unwrap();
    fs::create_dir(room.path("src")).unwrap();
    symlink(outside.path().join("a"), room.path("src/a")).unwrap();
    assert_eq!(room.restore(1), kept(&["src/a"]));
    assert_eq!(fs::read(outside.path().join("a")).unwrap(), b"agent");
}

#[test]
fn files_are_put_back_in_the_project_in_which_they_were() {
    let (room, other) = (Room::new(), Room::new());
    room.write("a", "before");
    room.call(1, &["a"], || room.write("a", "agent"));
    other.write("a", "agent");
    assert_eq!(room.restore(1), restored(&["a"]));
    assert_eq!(other.read("a"), b"agent");
    fs::rename(room.path(""), room.path("../elsewhere")).unwrap();
    assert!(matches!(room.of().restore(1), Err(CheckpointError::ProjectGone { .. })));
}

#[test]
fn what_is_no_file_is_named_as_not_kept_and_left_alone() {
    let room = Room::new();
    room.write("src/a", "1");
    let socket = UnixListener::bind(room.path("src/socket")).unwrap();
    let taken = room.take(1, &["src"]);
    assert_eq!((taken.paths, taken.not_kept), (vec!["src".to_owned()], vec!["src/socket".to_owned()]));
    drop(socket);
    fs::remove_dir_all(room.path("src")).unwrap();
    room.of().note_after(1, &room.folder()).unwrap();
    let done = room.restore(1);
    assert_eq!((done.restored, done.kept), (vec!["src".to_owned()], vec!["src/socket".to_owned()]));
    assert_eq!(room.read("src/a"), b"1");
}

#[test]
fn a_damaged_content_is_not_put_back() {
    let room = Room::new();
    room.write("a", "before");
    room.call(1, &["a"], || room.write("a", "agent"));
    for entry in fs::read_dir(room.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("content-") {
            fs::write(path, "befora").unwrap();
        }
    }
    assert_eq!(room.restore(1), kept(&["a"]));
    assert_eq!(room.read("a"), b"agent");
}

//! Opening: new, old, newer, foreign, read-only and contested databases.

use std::{
    fs::{self, Permissions},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::Command,
    sync::mpsc,
    thread,
    time::Duration,
};

use atelier_protocol::{AgentState, SessionId};
use atelier_store::{Durability, Store, StoreError};
use rusqlite::Connection;

use crate::{
    projects::save,
    scratch::{Scratch, bodies, delta, session, turn_finished, whole, write},
    search::query,
};

/// A database as the first released version wrote it.
const VERSION_1: &str = include_str!("../fixtures/version-1.sql");

fn database_from(scratch: &Scratch, sql: &str) -> Connection {
    fs::create_dir_all(scratch.file().parent().unwrap()).unwrap();
    let connection = scratch.sql();
    connection.execute_batch(sql).unwrap();
    connection
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_version_1_opens_with_everything_in_it() {
    let scratch = Scratch::new();
    drop(database_from(&scratch, VERSION_1));
    let store = scratch.open();
    store.check().await.unwrap();
    let sessions = store.sessions().await.unwrap();
    let titles: Vec<_> = sessions.iter().map(|session| session.title.as_str()).collect();
    assert_eq!(titles, ["Fix the login", "New session"]);
    let (id, newer): (SessionId, SessionId) = (sessions[0].id, sessions[1].id);
    assert_eq!(id.to_string(), "6f2b8a30-4c1d-4e59-9b7a-0d5c3e8f1a24");
    assert_eq!((sessions[0].last_seq, sessions[0].state), (9, AgentState::Thinking));
    assert_eq!(store.unsettled().await.unwrap(), [id]);
    let events = whole(&store, id).await;
    let kinds: Vec<_> = events.iter().map(|event| event.body.kind()).collect();
    let expected = [
        "turn.started",
        "message.started",
        "message.delta",
        "message.finished",
        "session.renamed",
        "state.changed",
        "message.started",
        "message.delta",
        "tool.progress",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(events[7].body, delta(2, "Let me “look”…\n"));
    assert_eq!(events[7].at.to_string(), "2026-01-05T09:00:02.500Z");
    assert_eq!(write(&store, id, vec![turn_finished(1)]).await, 10);
    assert_eq!(write(&store, newer, vec![delta(1, "x")]).await, 1);
    // What later versions brought.
    let id = store.save_project(save(None)).await.unwrap();
    assert_eq!(store.load_project(&id).await.unwrap().messages.len(), 2);
    let version: i64 = scratch.sql().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 5);
    store.prepare_search(Duration::from_mins(1)).await.unwrap();
    let found = store.search(query("login")).await.unwrap();
    assert_eq!(found.hits.len(), 1, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_refused_and_not_touched() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "x")]).await;
    store.close().await;
    // Left by a program that was killed: what it wrote last is still in the write-ahead log.
    let newer = scratch.sql();
    newer.execute_batch("CREATE TABLE later (x); PRAGMA user_version = 99").unwrap();
    let files = |folder: &Path| {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension != "db-shm"))
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    };
    let copy = Scratch::new();
    let (from, to) = (scratch.file(), copy.file());
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    for suffix in ["", "-wal"] {
        fs::copy(format!("{}{suffix}", from.display()), format!("{}{suffix}", to.display())).unwrap();
    }
    let before = files(to.parent().unwrap());
    assert_eq!(before.len(), 2);

    let error = Store::open(&to).unwrap_err();
    assert_eq!(error, StoreError::NewerDatabase { file: to.clone(), found: 99, known: 5 });
    assert!(
        error.to_string().starts_with("Configuration error: database version 99 is newer than this application"),
        "{error}"
    );
    assert_eq!(files(to.parent().unwrap()), before);
}

#[test]
fn another_programs_database_is_refused_and_not_touched() {
    let scratch = Scratch::new();
    for version in [0, 1] {
        let sql = format!("DROP TABLE IF EXISTS theirs; CREATE TABLE theirs (x); PRAGMA user_version = {version}");
        drop(database_from(&scratch, &sql));
        let before = fs::read(scratch.file()).unwrap();
        assert_eq!(Store::open(&scratch.file()).unwrap_err(), StoreError::NotOurs { file: scratch.file() });
        assert_eq!(fs::read(scratch.file()).unwrap(), before);
    }
}

#[test]
fn a_folder_in_the_place_of_the_file_is_named_in_the_error() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.file()).unwrap();
    let error = Store::open(&scratch.file()).unwrap_err();
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    assert!(error.to_string().contains(scratch.file().to_str().unwrap()), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_file_becomes_a_database() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.file().parent().unwrap()).unwrap();
    fs::write(scratch.file(), "").unwrap();
    assert_eq!(scratch.open().sessions().await.unwrap(), []);
}

#[test]
fn many_who_open_a_new_database_at_once_all_succeed() {
    for _ in 0..40 {
        let scratch = Scratch::new();
        let file = scratch.file();
        thread::scope(|scope| {
            let openers: Vec<_> = (0..6).map(|_| scope.spawn(|| Store::open(&file))).collect();
            for opener in openers {
                opener.join().unwrap().unwrap();
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_of_another_program_is_waited_for() {
    let (scratch, store, id) = session().await;
    let (locked, is_locked) = mpsc::channel();
    let connection = scratch.sql();
    let other = thread::spawn(move || {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        locked.send(()).unwrap();
        thread::sleep(Duration::from_millis(200));
        connection.execute_batch("COMMIT").unwrap();
    });
    is_locked.recv().unwrap();
    assert_eq!(store.append(id, vec![delta(1, "x")], Durability::Flushed).await.unwrap(), 1);
    other.join().unwrap();
    assert_eq!(bodies(&store, id).await, [delta(1, "x")]);
}

/// What the test below runs as a user who has to respect permissions.
#[test]
#[ignore = "run by `a_read_only_file_or_folder_is_refused`"]
fn open_as_a_user_without_rights() {
    let file = std::env::var_os("ATELIER_STORE_TEST_FILE").unwrap();
    let file = Path::new(&file);
    let error = Store::open(file).unwrap_err();
    assert_eq!(error, StoreError::ReadOnly { file: file.to_owned() });
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
}

/// Runs the test above; as another user if this one may write everywhere.
fn assert_refused_as_read_only(tests: &Path, file: &Path) {
    let mut command = Command::new(tests);
    command.args(["--exact", "open::open_as_a_user_without_rights", "--ignored"]);
    command.env("ATELIER_STORE_TEST_FILE", file);
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.path().join("probe"), "").is_ok() {
        command.uid(65534).gid(65534);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_file_or_folder_is_refused() {
    let (scratch, store, id) = session().await;
    write(&store, id, vec![delta(1, "x")]).await;
    store.close().await;
    let file = scratch.file();
    let folder = file.parent().unwrap();
    // Everyone may look, and run a copy of this program.
    let tests = folder.with_file_name("tests");
    fs::copy(std::env::current_exe().unwrap(), &tests).unwrap();
    for path in [folder.parent().unwrap(), &tests] {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    let before = fs::read(&file).unwrap();

    fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
    assert_refused_as_read_only(&tests, &file);

    fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
    assert_refused_as_read_only(&tests, &file);
    assert_refused_as_read_only(&tests, &folder.join("new.db"));
    assert_refused_as_read_only(&tests, &folder.join("new folder").join("new.db"));

    assert_eq!(fs::read(&file).unwrap(), before);
    fs::set_permissions(folder, Permissions::from_mode(0o700)).unwrap();
    assert_eq!(bodies(&scratch.open(), id).await, [delta(1, "x")]);
}

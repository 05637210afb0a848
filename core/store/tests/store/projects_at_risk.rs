//! Projects under a full disk, under kills, and under two processes at once: old or new, never half.

use std::{
    collections::HashSet,
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use atelier_protocol::{FileUpdate, ProjectWithMessages, SaveProjectRequest};
use atelier_store::{ProjectError, Store, StoreError};

use crate::{
    projects::{file, message, save},
    scratch::Scratch,
};

const FILE: &str = "ATELIER_STORE_TEST_FILE";
const WRITER: &str = "ATELIER_STORE_TEST_WRITER";
const PROJECT: &str = "contested";

/// A state of the project that names itself in each of its parts.
fn state(writer: &str, number: u64) -> SaveProjectRequest {
    let mark = format!("{writer} {number}");
    // Their number changes too.
    let count = 20 + number % 7;
    SaveProjectRequest {
        name: mark.clone(),
        messages: (0..count).map(|it| message(&format!("m-{it}"), &mark)).collect(),
        files: (0..count).map(|it| file(&format!("src/{it}.rs"), &format!("{mark}\n{}", "x".repeat(3000)))).collect(),
        ..save(Some(PROJECT))
    }
}

/// Checks that a project is one of those states and not a mixture; returns who wrote it and the number.
fn assert_whole(project: &ProjectWithMessages) -> (String, u64) {
    let mark = &project.project.name;
    let (writer, number) = mark.split_once(' ').unwrap();
    let number: u64 = number.parse().unwrap();
    assert_eq!(project.messages.len() as u64, 20 + number % 7, "{mark}");
    assert_eq!(project.files.len() as u64, 20 + number % 7, "{mark}");
    assert!(project.messages.iter().all(|message| message.content == *mark), "messages that are not of {mark}");
    assert!(project.files.iter().all(|file| file.content.lines().next() == Some(mark)), "files that are not of {mark}");
    (writer.to_owned(), number)
}

/// Saves state after state and says which is acknowledged.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run, and killed, by the tests below"]
async fn save_until_killed() {
    let store = Store::open(Path::new(&env::var_os(FILE).unwrap())).unwrap();
    let writer = env::var(WRITER).unwrap();
    for number in 1.. {
        store.save_project(state(&writer, number)).await.unwrap();
        println!("\nsaved {number}");
    }
}

/// The test above in a process that is killed after `saves` of them and `pause`; returns the last one acknowledged.
fn run_and_kill(file: &Path, writer: &str, saves: u64, pause: Duration) -> u64 {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "projects_at_risk::save_until_killed", "--ignored", "--nocapture"])
        .env(FILE, file)
        .env(WRITER, writer)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut acknowledged = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Some(number) = line.ok().and_then(|line| line.strip_prefix("saved ")?.parse().ok()) else { continue };
        // The last line may be torn by the kill: "saved 1" of "saved 12" only says less.
        acknowledged = acknowledged.max(number);
        if number == saves {
            thread::sleep(pause);
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_while_it_saves_leaves_the_old_project_or_the_new_one() {
    let scratch = Scratch::new();
    for round in 0..40_u64 {
        let pause = Duration::from_micros(round * 7919 % 6000);
        let acknowledged = run_and_kill(&scratch.file(), "killed", 1 + round % 5, pause);
        let store = scratch.open();
        let (_, number) = assert_whole(&store.load_project(PROJECT).await.unwrap());
        assert!(number >= acknowledged, "{acknowledged} was acknowledged, {number} is there");
        store.check().await.unwrap();
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_save_the_same_project_never_mix_and_no_reader_sees_a_mixture() {
    let scratch = Scratch::new();
    let store = scratch.open();
    store.save_project(state("here", 0)).await.unwrap();
    let file = scratch.file();
    let there = tokio::task::spawn_blocking(move || run_and_kill(&file, "there", 100, Duration::ZERO));
    let done = Arc::new(AtomicBool::new(false));
    let (reader, until) = (store.clone(), Arc::clone(&done));
    let reading = tokio::spawn(async move {
        let mut seen = HashSet::new();
        while !until.load(Ordering::Relaxed) {
            seen.insert(assert_whole(&reader.load_project(PROJECT).await.unwrap()));
        }
        seen
    });
    let mut number = 0;
    while !there.is_finished() {
        number += 1;
        store.save_project(state("here", number)).await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    assert!(there.await.unwrap() >= 100);
    let seen = reading.await.unwrap();
    assert!(seen.len() > 1, "the reader saw nothing change: {seen:?}");
    assert_whole(&store.load_project(PROJECT).await.unwrap());
    store.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_does_not_fit_on_the_disk_changes_nothing_and_can_be_repeated() {
    let scratch = Scratch::new();
    let store = Store::open_limited(&scratch.file(), 600 * 1024).unwrap();
    store.save_project(state("small", 1)).await.unwrap();
    let before = store.load_project(PROJECT).await.unwrap();
    let large = "y".repeat(400 * 1024);
    let mut request = state("large", 2);
    request.files.extend([file("large/1", &large), file("large/2", &large)]);
    let full = ProjectError::Store(StoreError::DiskFull { file: scratch.file() });
    assert!(full.to_string().starts_with("Database error: query failed: There is no space left"), "{full}");
    assert_eq!(store.save_project(request.clone()).await.unwrap_err(), full);
    let files = [("src/0.rs", "gone"), ("large/1", &large), ("large/2", &large)];
    let updates = files.map(|(path, content)| FileUpdate {
        path: path.to_owned(),
        content: Some(content.to_owned()),
        ..FileUpdate::default()
    });
    assert_eq!(store.update_project_files(PROJECT, updates.to_vec()).await.unwrap_err(), full);
    assert_eq!(store.load_project(PROJECT).await.unwrap(), before);
    store.check().await.unwrap();
    store.close().await;

    // The same with room.
    let store = scratch.open();
    store.save_project(request).await.unwrap();
    assert_eq!(store.load_project(PROJECT).await.unwrap().files.len(), 24);
}

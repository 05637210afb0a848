//! Other processes: killed at any moment, writing at the same time, holding leases.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use atelier_protocol::{EventBody, SessionId};
use atelier_store::{Durability, Store};

use crate::scratch::{Scratch, delta, follow_to, patiently, session, turn_finished, turn_started, whole, write};

const FILE: &str = "ATELIER_STORE_TEST_FILE";
const SESSION: &str = "ATELIER_STORE_TEST_SESSION";

/// This program again, running one of the ignored tests below, which speaks on its standard output in lines.
fn start(test: &str, file: &Path, session: SessionId) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", &format!("other_process::{test}"), "--ignored", "--nocapture"])
        .env(FILE, file)
        .env(SESSION, session.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (child, output)
}

/// What such a test was told.
fn told() -> (Store, SessionId) {
    let file = env::var_os(FILE).unwrap();
    (Store::open(Path::new(&file)).unwrap(), env::var(SESSION).unwrap().parse().unwrap())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listens may be gone.
    let _ = writeln!(out, "\n{line}").and_then(|()| out.flush());
}

fn wait_for(output: &mut BufReader<ChildStdout>, wanted: &str) {
    let mut line = String::new();
    while line.trim() != wanted {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "the other process ended without saying {wanted:?}");
    }
}

/// Runs turns for ever and says what was acknowledged (`ack`) and what a follower has seen (`seen`).
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run, and killed, by the tests below"]
async fn write_until_killed() {
    let (store, id) = told();
    let mut follow = store.follow(id, 0).await.unwrap();
    tokio::spawn(async move {
        loop {
            for event in follow.next_batch(64).await.unwrap() {
                say(&format!("seen {}", event.seq));
            }
        }
    });
    let _lease = store.lease(id).unwrap().unwrap();
    say("ready");
    for turn in 1.. {
        let prompt = vec![turn_started(turn), delta(turn, format!("prompt {turn}"))];
        say(&format!("ack {}", store.append(id, prompt, Durability::Flushed).await.unwrap()));
        let mut appender = store.appender(id);
        for word in 0..40 {
            appender.push(delta(turn, format!("{word} "))).await.unwrap();
            if word % 8 == 0 {
                say(&format!("ack {}", appender.flush(Durability::Written).await.unwrap()));
            }
        }
        appender.push(turn_finished(turn)).await.unwrap();
        say(&format!("ack {}", appender.flush(Durability::Flushed).await.unwrap()));
    }
}

/// Kills the process above after `lines` lines and `pause`, and returns the highest number it acknowledged or showed.
fn run_and_kill(scratch: &Scratch, id: SessionId, lines: usize, pause: Duration) -> u64 {
    let (mut child, output) = start("write_until_killed", &scratch.file(), id);
    let mut told = 0;
    for (count, line) in output.lines().enumerate() {
        // The last line may be torn by the kill: "ack 12" of "ack 123" only says less.
        let Ok(line) = line else { break };
        if let Some(number) = line.strip_prefix("ack ").or(line.strip_prefix("seen ")) {
            told = told.max(number.parse().unwrap_or(0));
        }
        if count == lines {
            thread::sleep(pause);
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    told
}

/// Every turn must be a beginning of what the process writes.
fn assert_turns_are_intact(bodies: &[EventBody]) {
    let whole_answer = (0..40).map(|word| format!("{word} ")).collect::<Vec<_>>().concat();
    let mut rest = bodies;
    while let Some((EventBody::TurnStarted { turn, .. }, after)) = rest.split_first() {
        let Some((prompt, answer)) = after.split_first() else { panic!("turn {turn} has no prompt") };
        assert_eq!(*prompt, delta(turn.0, format!("prompt {turn}")));
        let end = answer.iter().position(|body| !matches!(body, EventBody::MessageDelta { .. }));
        let (texts, after) = answer.split_at(end.unwrap_or(answer.len()));
        let text: String = texts
            .iter()
            .map(|body| match body {
                EventBody::MessageDelta { text, .. } => text.as_str(),
                _ => "",
            })
            .collect();
        assert!(whole_answer.starts_with(&text), "turn {turn}: {text}");
        rest = match after.split_first() {
            Some((EventBody::TurnFinished { .. }, after)) => {
                assert_eq!(text, whole_answer);
                after
            }
            _ => after,
        };
    }
    assert!(rest.is_empty(), "{:?}", rest[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_moment_loses_nothing_it_acknowledged_or_showed() {
    let (scratch, store, id) = session().await;
    let mut store = store;
    for round in 0..60_usize {
        store.close().await;
        let pause = Duration::from_micros(u64::try_from(round * 7919 % 2500).unwrap());
        let told = run_and_kill(&scratch, id, round * 31 % 97, pause);
        let before = whole(&store_after_kill(&scratch, &mut store).await, id).await;
        assert!(before.len() as u64 >= told, "{told} was told, {} are there", before.len());
        let bodies: Vec<_> = before.into_iter().map(|event| event.body).collect();
        assert_turns_are_intact(&bodies);
        let open = matches!(bodies.last(), Some(last) if !matches!(last, EventBody::TurnFinished { .. }));
        assert_eq!(store.unsettled().await.unwrap().len(), usize::from(open));
        assert!(store.lease(id).unwrap().is_some(), "the killed process still holds the lease");
        // The log goes on.
        assert_eq!(write(&store, id, Vec::new()).await, bodies.len() as u64);
    }
    let verdict: String = scratch.sql().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    assert!(store.session(id).await.unwrap().last_seq > 60, "hardly anything was written");
}

async fn store_after_kill(scratch: &Scratch, store: &mut Store) -> Store {
    *store = scratch.open();
    store.check().await.unwrap();
    store.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_writes_is_followed_and_its_lease_respected_until_it_dies() {
    let (scratch, store, id) = session().await;
    let mut follow = store.follow(id, 0).await.unwrap();
    let (mut child, mut output) = start("write_until_killed", &scratch.file(), id);
    wait_for(&mut output, "ready");
    // Read on, or the pipe fills and the other process stops.
    let reading = thread::spawn(move || output.lines().map_while(Result::ok).count());
    assert!(store.lease(id).unwrap().is_none());
    let mut seen = follow_to(&mut follow, 50).await;
    // Both write to the same session now.
    write(&store, id, vec![delta(99, "from here")]).await;
    seen.extend(follow_to(&mut follow, seen.last().unwrap().seq + 50).await);
    child.kill().unwrap();
    child.wait().unwrap();
    reading.join().unwrap();
    let log = whole(&store, id).await;
    seen.extend(patiently(follow_to(&mut follow, log.len() as u64)).await);
    assert_eq!(seen, log);
    assert!(store.lease(id).unwrap().is_some());
}

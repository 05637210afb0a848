//! Many sessions at once in one process: memory with 1,000 that are open and idle, and while 50 of them work; and how long
//! a session of 10,000 messages and a list of sessions take.
//!
//! `scripts/bench sessions`. Targets: below 100 MB idle, below 300 MB at work; opening the long session at most 1.5 times
//! what a plain SELECT of its rows takes.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    process::Command,
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Home, Pairs};
use atelier_protocol::{AgentState, EventBody, SessionId};
use atelier_workbench::{EventReader, Workbench};
use fake_model_server::{FakeModelServer, Reply};
use rusqlite::Connection;
use tokio::runtime::Runtime;

const IDLE: usize = 1_000;
const ACTIVE: usize = 50;
const DELTAS: u64 = 2_000;
const RUNS: usize = 15;
/// Messages of the long session.
const MESSAGES: i64 = 10_000;

fn main() -> Result<(), Failure> {
    if let Some(url) = std::env::var_os("ATELIER_BENCH_SESSIONS") {
        return measured(&url.to_string_lossy());
    }
    let runtime = Runtime::new()?;
    let server = runtime.block_on(FakeModelServer::start())?;
    server.default_reply(Reply::deltas(DELTAS, "word {n} "));
    // In a process of its own, so that the server's memory does not count.
    let status = Command::new(std::env::current_exe()?).env("ATELIER_BENCH_SESSIONS", server.url()).status()?;
    if status.success() { Ok(()) } else { Err("the measured process failed".into()) }
}

fn measured(url: &str) -> Result<(), Failure> {
    let home = Home::new(url)?;
    let workbench = home.open()?;
    println!("open, no session            {}", resident("VmRSS"));
    let sessions = workbench.block_on(open_sessions(&workbench))?;
    println!("{IDLE} idle, each followed   {}", resident("VmRSS"));

    let began = Instant::now();
    workbench.block_on(work(&workbench, &sessions))?;
    let rate = f64::from(u32::try_from(DELTAS)?) * 50.0 / began.elapsed().as_secs_f64() / 1000.0;
    println!("{ACTIVE} of them at work         {} at most, {rate:.0} k deltas/s together", resident("VmHWM"));
    println!("afterwards                  {}", resident("VmRSS"));

    let mut times = Pairs::default();
    for _ in 0..RUNS {
        let began = Instant::now();
        workbench.block_on(workbench.sessions())?;
        times.add(began.elapsed(), Duration::from_millis(1));
    }
    println!("list of {IDLE} sessions       {:.2} ms\n", millis(times.ours()));
    long_session(&home, &workbench)?;
    workbench.block_on(workbench.close());
    Ok(())
}

async fn open_sessions(workbench: &Workbench) -> Result<Vec<(SessionId, EventReader)>, Failure> {
    let mut sessions = Vec::new();
    for _ in 0..IDLE {
        let session = workbench.create_session().await?.id;
        sessions.push((session, workbench.follow(session, 0).await?));
    }
    Ok(sessions)
}

/// Has a turn run in each of the first sessions, all at once, each read to its end.
async fn work(workbench: &Workbench, sessions: &[(SessionId, EventReader)]) -> Result<(), Failure> {
    for (session, _) in &sessions[..ACTIVE] {
        workbench.send(*session, "go".to_owned(), None).await?;
    }
    for (_, reader) in &sessions[..ACTIVE] {
        let mut ended = false;
        while !ended {
            let events = reader.next_batch(1000).await?;
            ended =
                events.iter().any(|event| matches!(event.body, EventBody::StateChanged { state: AgentState::Idle }));
        }
    }
    Ok(())
}

/// Folding a long session, against reading the same rows with rusqlite by hand.
fn long_session(home: &Home, workbench: &Workbench) -> Result<(), Failure> {
    let session = workbench.block_on(workbench.create_session())?.id;
    let connection = Connection::open(home.database())?;
    let number: i64 = connection.query_row("SELECT max(number) FROM sessions", [], |row| row.get(0))?;
    let text = "lorem ipsum dolor sit amet ".repeat(20);
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut insert =
        connection.prepare("INSERT INTO events (session, seq, at, body) VALUES (?1, ?2, 1700000000000 + ?2, ?3)")?;
    for message in 1..=MESSAGES {
        let bodies = [
            format!(r#"{{"type":"message.started","message":{message},"turn":1,"role":"user","content":"text"}}"#),
            format!(r#"{{"type":"message.delta","message":{message},"text":"{text}"}}"#),
            format!(r#"{{"type":"message.finished","message":{message},"complete":true}}"#),
        ];
        for (seq, body) in (message * 3 - 2..).zip(bodies) {
            insert.execute((number, seq, body))?;
        }
    }
    connection.execute("UPDATE sessions SET last_seq = ?2 WHERE number = ?1", (number, MESSAGES * 3))?;
    connection.execute_batch("COMMIT")?;
    let mut times = Pairs::default();
    for _ in 0..RUNS {
        let began = Instant::now();
        let messages = workbench.block_on(workbench.conversation(session))?.messages.len();
        let ours = began.elapsed();
        let began = Instant::now();
        let mut rows = connection.prepare("SELECT seq, at, body FROM events WHERE session = ?1 ORDER BY seq")?;
        let bytes: usize = rows
            .query_map([number], |row| row.get::<_, String>(2).map(|body| body.len()))?
            .sum::<rusqlite::Result<usize>>()?;
        times.add(ours, began.elapsed());
        if messages != usize::try_from(MESSAGES)? || bytes < messages * text.len() {
            return Err(format!("{messages} messages, {bytes} bytes").into());
        }
    }
    let (ours, rival) = (millis(times.ours()), millis(times.rival()));
    println!(
        "open a session of {MESSAGES} messages: {ours:.1} ms; SELECT of its rows {rival:.1} ms; {:.1} times",
        ours / rival
    );
    Ok(())
}

fn resident(line: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|known| known.strip_prefix(line)?.strip_prefix(':')).map(str::trim);
    let kilobytes = found.and_then(|text| text.strip_suffix(" kB")?.parse::<f64>().ok());
    kilobytes.map_or_else(|| "unknown (no /proc)".to_owned(), |kilobytes| format!("{:.1} MB", kilobytes / 1024.0))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

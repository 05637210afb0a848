//! Full-text search of 1,000,000 messages, against `LIKE` over the same log and `grep` over its text.
//!
//! `scripts/bench search`; takes minutes and 3 GB of the temporary folder, given back at the end; fewer where
//! `ATELIER_BENCH_MESSAGES` says so. Targets at the 95th percentile, for any word: the newest 50 with snippets below 5 ms,
//! the best 50 below 50 ms.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Home, Words, median};
use atelier_protocol::{SearchOrder, SearchQuery};
use atelier_workbench::Workbench;
use rusqlite::Connection;

const MESSAGES: i64 = 1_000_000;
/// In each session.
const SESSION: i64 = 1_000;
/// Words in a message, on average.
const LENGTH: u64 = 70;
/// Queries of each kind.
const QUERIES: usize = 200;
/// The first message's time, and the pause between two: the million are two years.
const BEGAN: i64 = 1_700_000_000_000;
const PAUSE: i64 = 63_000;

fn main() -> Result<(), Failure> {
    let home = Home::new("http://localhost:9")?;
    let workbench = home.open()?;
    workbench.block_on(workbench.close());
    drop(workbench);
    let texts = home.database().with_file_name("texts");
    let words = Words::new(50_000);
    let messages = std::env::var("ATELIER_BENCH_MESSAGES").map_or(Ok(MESSAGES), |count| count.parse())?;
    println!("{messages} messages");
    timed("write the log", || write_log(&home.database(), &texts, &words, messages / SESSION))?;
    let before = size(&home.database());

    let workbench = timed("open it", || home.open())?;
    timed("index it", || {
        while workbench.block_on(workbench.prepare_search(Duration::from_secs(1)))? > 0 {}
        Ok(())
    })?;
    println!("log {before} MB, with its index {} MB\n", size(&home.database()));

    println!("{QUERIES} queries each            newest 50: median   95th       best 50: median   95th");
    let mut random = 1;
    show(&workbench, "any word of the texts", || words.any(&mut random).to_owned())?;
    let mut rank = 0;
    show(&workbench, "the 200 commonest words", || {
        rank += 1;
        words.ranked(rank - 1).to_owned()
    })?;
    show(&workbench, "two words", || format!("{} {}", words.any(&mut random), words.any(&mut random)))?;
    let commonest = format!("\"{} {}\"", words.ranked(0), words.ranked(1));
    show(&workbench, "the commonest phrase", || commonest.clone())?;
    for (name, letters) in [("two", 2), ("three", 3), ("four", 4), ("five", 5)] {
        let beginning = || words.any(&mut random).chars().take(letters).chain(['*']).collect();
        show(&workbench, &format!("{name} letters and *"), beginning)?;
    }

    rivals(&home.database(), &texts, &words)?;
    workbench.block_on(workbench.close());
    Ok(())
}

/// So many sessions, message by message, as Atelier logs them; and their text, a line for each message.
fn write_log(database: &Path, texts: &Path, words: &Words, sessions: i64) -> Result<(), Failure> {
    let mut connection = Connection::open(database)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 100000")?;
    let transaction = connection.transaction()?;
    let mut file = BufWriter::new(File::create(texts)?);
    let mut random = 7;
    {
        let mut event = transaction.prepare("INSERT INTO events (session, seq, at, body) VALUES (?1, ?2, ?3, ?4)")?;
        let mut session = transaction.prepare(
            "INSERT INTO sessions (number, id, title, state, created_at, updated_at, last_seq)
             VALUES (?1, ?2, 'A session', 'idle', ?3, ?3, ?4)",
        )?;
        for number in 1..=sessions {
            let first = (number - 1) * SESSION;
            let id = format!("00000000-0000-4000-8000-{number:012}");
            session.execute((number, id, BEGAN + first * PAUSE, SESSION * 3))?;
            for message in 1..=SESSION {
                let at = BEGAN + (first + message) * PAUSE;
                let text = words.text(&mut random, LENGTH);
                let role = if message % 2 == 1 { "user" } else { "assistant" };
                let bodies = [
                    format!(
                        r#"{{"type":"message.started","message":{message},"turn":1,"role":"{role}","content":"text"}}"#
                    ),
                    format!(r#"{{"type":"message.delta","message":{message},"text":"{text}"}}"#),
                    format!(r#"{{"type":"message.finished","message":{message},"complete":true}}"#),
                ];
                for (seq, body) in (message * 3 - 2..).zip(bodies) {
                    event.execute((number, seq, at, body))?;
                }
                writeln!(file, "{text}")?;
            }
        }
    }
    transaction.commit()?;
    Ok(file.flush()?)
}

fn show(workbench: &Workbench, name: &str, mut text: impl FnMut() -> String) -> Result<(), Failure> {
    let (mut newest, mut ranked) = (Vec::new(), Vec::new());
    for _ in 0..QUERIES {
        let text = text();
        for (order, times) in [(SearchOrder::Newest, &mut newest), (SearchOrder::Ranked, &mut ranked)] {
            let query = SearchQuery { text: text.clone(), order, limit: 50, ..SearchQuery::default() };
            let began = Instant::now();
            let found = workbench.block_on(workbench.search_sessions(query))?;
            times.push(began.elapsed());
            if found.gave_up || found.sessions_to_come > 0 {
                return Err(format!("“{text}” was given up").into());
            }
        }
    }
    let [newest_95, ranked_95] = [&newest, &ranked].map(|times| millis(percentile(times.clone(), 95)));
    let (newest, ranked) = (millis(median(newest)), millis(median(ranked)));
    println!("{name:<28}{newest:>14.2} ms {newest_95:>6.2} ms {ranked:>17.2} ms {ranked_95:>6.2} ms");
    Ok(())
}

/// What one would do without an index; the word is one that is in few messages.
fn rivals(database: &Path, texts: &Path, words: &Words) -> Result<(), Failure> {
    let word = words.ranked(20_000);
    println!("\nwithout an index, for the rare word “{word}”");
    let connection = Connection::open(database)?;
    let like = "SELECT count(*) FROM events WHERE body LIKE ?1";
    let found: i64 =
        timed("LIKE over the log", || Ok(connection.query_row(like, [format!("%{word}%")], |row| row.get(0))?))?;
    timed("grep over the text", || {
        let status = Command::new("grep").args(["-wF", word]).arg(texts).stdout(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err(Failure::from("grep found nothing")) }
    })?;
    println!("({found} messages)");
    Ok(())
}

fn timed<T>(name: &str, run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let began = Instant::now();
    let value = run()?;
    println!("{name:<28}{:>10.1} ms", millis(began.elapsed()));
    Ok(value)
}

fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    times.get(times.len() * percent / 100).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// In megabytes.
fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |metadata| metadata.len() / 1_000_000)
}

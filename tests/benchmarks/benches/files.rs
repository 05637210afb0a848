//! Files for people: listing a folder of 10,000 entries through the façade, against reading the folder and each entry's
//! state and nothing else; and how long after a change a reader knows of it while 5,000 files are made, against the library
//! `notify` telling of the same file.
//!
//! `scripts/bench files`. Targets: a list below 20 ms, noticed within 100 ms.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    fs, io,
    path::Path,
    sync::{
        Arc, OnceLock,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Home, Pairs};
use atelier_workbench::{Workbench, WorkspaceStream};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher as _};

const ENTRIES: usize = 10_000;
const WARM_UP: usize = 3;
const RUNS: usize = 30;

/// Files that are made while a reader waits for one of them, and how often that is tried.
const STORM: usize = 5_000;
const STORMS: usize = 5;

fn main() -> Result<(), Failure> {
    // No one is asked anything.
    let home = Home::new("http://localhost:9")?;
    let workbench = home.open()?;
    let folder = tempfile::tempdir()?;
    let project = folder.path().canonicalize()?;
    workbench.block_on(workbench.set_workspace_directory(&project.to_string_lossy()))?;
    list(&workbench, &project.join("many"))?;
    notice(&workbench, &project)?;
    workbench.block_on(workbench.close());
    Ok(())
}

fn list(workbench: &Workbench, many: &Path) -> Result<(), Failure> {
    fs::create_dir(many)?;
    for number in 0..ENTRIES {
        fs::write(many.join(format!("file-{number}.rs")), "x")?;
    }
    let mut pairs = Pairs::default();
    for run in 0..WARM_UP + RUNS {
        let ours = timed(|| Ok(workbench.block_on(workbench.list_directory(Some("many".to_owned())))?.entries.len()))?;
        let floor = timed(|| read_all(many))?;
        if run >= WARM_UP {
            pairs.add(ours, floor);
        }
    }
    println!("                                     Atelier     readdir and stat");
    show("list 10,000 entries", &pairs);
    Ok(())
}

/// The least there is to do: the entries in the order of the system, each with its state.
fn read_all(folder: &Path) -> Result<usize, Failure> {
    let states: io::Result<Vec<_>> = fs::read_dir(folder)?.map(|entry| entry?.metadata()).collect();
    Ok(states?.len())
}

fn notice(workbench: &Workbench, project: &Path) -> Result<(), Failure> {
    let mut pairs = Pairs::default();
    for round in 0..STORMS {
        let storm = project.join(format!("storm-{round}"));
        fs::create_dir_all(storm.join("marked"))?;
        let directory = storm.to_string_lossy().into_owned();
        let stream = workbench.block_on(workbench.follow_workspace(&directory))?;
        let (sender, events) = channel();
        let mut watcher =
            RecommendedWatcher::new(move |event| drop(sender.send((Instant::now(), event))), Config::default())?;
        watcher.watch(&storm, RecursiveMode::Recursive)?;
        let marked = Arc::new(OnceLock::new());
        let writer = {
            let (storm, marked) = (storm.clone(), Arc::clone(&marked));
            thread::spawn(move || make(&storm, &marked))
        };
        let told = told(workbench, &stream, &marked)?;
        let rival = first(&events)?;
        writer.join().map_err(|_| "the files could not be made")??;
        let marked = *marked.get().ok_or("the file in the middle was not made")?;
        pairs.add(told.saturating_duration_since(marked), rival.saturating_duration_since(marked));
    }
    println!("\n                                     Atelier     notify, unmerged");
    show("notice a file among 5,000", &pairs);
    Ok(())
}

/// Makes the files, with one in a folder of its own in their middle, and notes when.
fn make(storm: &Path, marked: &OnceLock<Instant>) -> io::Result<()> {
    for number in 0..STORM {
        if number == STORM / 2 {
            marked.get_or_init(Instant::now);
            fs::write(storm.join("marked/file"), "x")?;
        }
        fs::write(storm.join(number.to_string()), "x")?;
    }
    Ok(())
}

/// When the reader has been told of the folder in the middle: by its name or, where more has changed than is told one by
/// one, that anything may have changed since.
fn told(workbench: &Workbench, stream: &WorkspaceStream, marked: &OnceLock<Instant>) -> Result<Instant, Failure> {
    loop {
        let batch = workbench.block_on(stream.next_batch()).ok_or("the stream has ended")?;
        if batch.folders.iter().any(|folder| folder == "marked") || batch.rescan && marked.get().is_some() {
            return Ok(Instant::now());
        }
    }
}

fn first(events: &Receiver<(Instant, notify::Result<Event>)>) -> Result<Instant, Failure> {
    for (at, event) in events {
        if event?.paths.iter().any(|path| path.ends_with("marked/file")) {
            return Ok(at);
        }
    }
    Err("the watcher has ended".into())
}

fn timed<T>(run: impl FnOnce() -> Result<T, Failure>) -> Result<Duration, Failure> {
    let began = Instant::now();
    let value = run()?;
    let took = began.elapsed();
    drop(value);
    Ok(took)
}

fn show(name: &str, pairs: &Pairs) {
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let (ours, rival) = (millis(pairs.ours()), millis(pairs.rival()));
    println!("{name:<37}{ours:>6.2} ms   {rival:>6.2} ms ({:.1} times as long)", 1.0 / pairs.relative_speed());
}

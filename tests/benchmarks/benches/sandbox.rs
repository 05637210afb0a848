//! What the sandbox adds to a command: `true` by the tool `shell_exec`, confined and as it is, taking turns; from the call
//! that was allowed to its result.
//!
//! `scripts/bench sandbox`. Target: at most 5 ms more, with what is used here if nothing is set. Between two commands there
//! is a pause in which a shell is made to wait in its sandbox for the next one, as there is while a model thinks; the last
//! column is without.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    thread,
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Pairs};
use atelier_sandbox::{Backend, Sandbox, private_places};
use atelier_tools::{CommandLimits, Confining, Mode, Outcome, Request, Toolbox, progress_channel};
use atelier_workspace::Folder;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const RUNS: usize = 100;

/// Less than any model takes to answer.
const PAUSE: Duration = Duration::from_millis(100);

fn main() -> Result<(), Failure> {
    let runtime = Runtime::new()?;
    let usual = Sandbox::detect()?.backend();
    println!("                     confined      plain      added   at once");
    let backends = [Backend::Bubblewrap, Backend::Landlock, Backend::Seatbelt];
    for sandbox in backends.into_iter().filter_map(Sandbox::with) {
        let backend = sandbox.backend();
        let plain = Session::new(None)?;
        let confined = Session::new(Some(sandbox))?;
        let (mut ours, mut rival) = (Duration::ZERO, Duration::ZERO);
        let mut added = Vec::new();
        for pause in [PAUSE, Duration::ZERO] {
            let mut pairs = Pairs::default();
            // The first warms the caches.
            runtime.block_on(plain.command())?;
            runtime.block_on(confined.command())?;
            for _ in 0..RUNS {
                let rival = runtime.block_on(plain.command())?;
                thread::sleep(pause);
                pairs.add(runtime.block_on(confined.command())?, rival);
            }
            if pause > Duration::ZERO {
                (ours, rival) = (pairs.ours(), pairs.rival());
            }
            added.push(pairs.ours().saturating_sub(pairs.rival()));
        }
        let name = format!("{}{}", backend.as_str(), if backend == usual { " (usual)" } else { "" });
        let [ours, rival, paused, at_once] = [ours, rival, added[0], added[1]].map(|time| time.as_secs_f64() * 1e3);
        println!("{name:18} {ours:8.2} ms {rival:7.2} ms {paused:7.2} ms {at_once:6.2} ms");
    }
    Ok(())
}

/// A session in a project that is a repository.
struct Session {
    _outer: tempfile::TempDir,
    tools: Toolbox,
}

impl Session {
    fn new(sandbox: Option<Sandbox>) -> Result<Self, Failure> {
        // Not in `/tmp`, of which a command may have its own.
        let cache = std::env::home_dir().ok_or("there is no home folder")?.join(".cache");
        std::fs::create_dir_all(&cache)?;
        let outer = tempfile::Builder::new().prefix("atelier-bench-").tempdir_in(cache)?;
        let project = outer.path().join("project");
        std::fs::create_dir_all(project.join(".git/hooks"))?;
        std::fs::write(project.join(".git/config"), "[core]\n")?;
        let tools = Toolbox::new(Folder::open(&project)?, outer.path().join("outputs"));
        if let Some(sandbox) = sandbox {
            let unreadable = std::env::home_dir().map(|home| private_places(&home)).unwrap_or_default();
            let limits = CommandLimits { sandbox, writable: Vec::new(), unreadable, network: false };
            tools.confine(Confining::Confined(limits));
        }
        Ok(Self { _outer: outer, tools })
    }

    /// All of what it takes: rules, guard, start, end, and putting back.
    async fn command(&self) -> Result<Duration, Failure> {
        let call = Request { name: "shell_exec".to_owned(), arguments: json!({"command": "true"}) };
        let prepared = self.tools.prepare(Mode::Build, call).await.map_err(|failure| failure.message)?;
        let begun = Instant::now();
        match prepared.run(progress_channel(1).0, CancellationToken::new()).await {
            Outcome::Success { .. } => Ok(begun.elapsed()),
            Outcome::Failure(failure) => Err(failure.message.into()),
        }
    }
}

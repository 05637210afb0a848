//! The command as a whole process: time until its request arrives, whole time, resident memory; against curl fetching
//! the same answer.
//!
//! `scripts/bench process`. Targets: below 20 ms to the request, below 15 MB for a one-shot run, flat memory up to
//! 1,000,000 deltas.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Home, median};
use fake_model_server::{FakeModelServer, Reply};
use tokio::runtime::Runtime;
use wait4::Wait4;

const RUNS: usize = 15;

struct Bench {
    runtime: Runtime,
    server: FakeModelServer,
    home: Home,
}

#[derive(Default)]
struct Figures {
    request: Vec<Duration>,
    whole: Vec<Duration>,
    resident: u64,
}

fn main() -> Result<(), Failure> {
    if let Some(url) = std::env::var_os("ATELIER_BENCH_IDLE") {
        return idle_workbench(&url.to_string_lossy());
    }
    let runtime = Runtime::new()?;
    let server = runtime.block_on(FakeModelServer::start())?;
    let home = Home::new(&server.url())?;
    let bench = Bench { runtime, server, home };

    println!("                          to the request   whole run   resident");
    for (name, deltas, runs) in
        [("one word", 1, RUNS), ("20,000 deltas", 20_000, RUNS), ("1,000,000 deltas", 1_000_000, 3)]
    {
        bench.server.default_reply(Reply::deltas(deltas, "word {n} "));
        bench.measure(&format!("atelier run, {name}"), runs, || bench.atelier())?;
        bench.measure(&format!("curl, {name}"), runs, || bench.curl())?;
    }
    bench.idle()
}

impl Bench {
    fn atelier(&self) -> Command {
        let mut command = Command::new(atelier());
        command.args(["run", "go"]).env_clear().envs(self.home.variables());
        command
    }

    fn curl(&self) -> Command {
        let mut command = Command::new("curl");
        let url = format!("{}/v1/messages", self.server.url());
        command.args([
            "-sN",
            "-H",
            "content-type: application/json",
            "-d",
            r#"{"model":"m","stream":true,"messages":[]}"#,
            &url,
        ]);
        command
    }

    fn measure(&self, name: &str, runs: usize, command: impl Fn() -> Command) -> Result<(), Failure> {
        let mut figures = Figures::default();
        for _ in 0..=runs {
            self.once(command(), &mut figures)?;
        }
        // The first run warms the disk's cache.
        figures.request.remove(0);
        figures.whole.remove(0);
        let millis = |values| median(values).as_secs_f64() * 1000.0;
        println!(
            "{name:<26}{:>8.1} ms    {:>8.1} ms   {:>5.1} MB",
            millis(figures.request),
            millis(figures.whole),
            megabytes(figures.resident)
        );
        Ok(())
    }

    fn once(&self, mut command: Command, figures: &mut Figures) -> Result<(), Failure> {
        let before = self.server.requests().len();
        let began = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        self.runtime.block_on(self.server.until(|requests| requests.len() > before))?;
        figures.request.push(began.elapsed());
        let ended = child.wait4()?;
        figures.whole.push(began.elapsed());
        if !ended.status.success() {
            return Err(format!("{command:?} failed").into());
        }
        figures.resident = figures.resident.max(ended.rusage.maxrss);
        Ok(())
    }

    /// A workbench that is open and does nothing, in a process of its own.
    fn idle(&self) -> Result<(), Failure> {
        let output = Command::new(std::env::current_exe()?).env("ATELIER_BENCH_IDLE", self.server.url()).output()?;
        print!("{}", String::from_utf8_lossy(&output.stdout));
        Ok(())
    }
}

fn idle_workbench(url: &str) -> Result<(), Failure> {
    let home = Home::new(url)?;
    let workbench = home.open()?;
    workbench.block_on(workbench.create_session())?;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or(" unknown (no /proc)");
    println!("idle open workbench: {} resident", resident.trim());
    workbench.block_on(workbench.close());
    Ok(())
}

/// The command as cargo has built it beside this benchmark.
fn atelier() -> PathBuf {
    std::env::var_os("ATELIER_BIN").map_or_else(|| PathBuf::from("atelier"), PathBuf::from)
}

fn megabytes(bytes: u64) -> f64 {
    Duration::from_micros(bytes).as_secs_f64()
}

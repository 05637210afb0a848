//! What a tool turn costs: the whole command `atelier run` with 20 successive calls of `read_file`, each reading a small
//! file, against curl sending as many requests to the same server.
//!
//! `scripts/bench tools`. Targets: the 20 turns below 80 ms in all, below 4 ms each. `scripts/bench rivals` measures other
//! agents with the same task.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Home, median};
use fake_model_server::{FakeModelServer, Reply};
use serde_json::json;
use tokio::runtime::Runtime;

const RUNS: usize = 15;

fn main() -> Result<(), Failure> {
    let runtime = Runtime::new()?;
    let server = runtime.block_on(FakeModelServer::start())?;
    let home = Home::new(&server.url())?;
    let project = tempfile::tempdir()?;
    for number in 0..100 {
        fs::write(project.path().join(format!("{number}.txt")), format!("This is file {number}.\n"))?;
    }
    let atelier = || {
        let mut command = Command::new(std::env::var_os("ATELIER_BIN").map_or_else(|| "atelier".into(), PathBuf::from));
        command.args(["run", "--project"]).arg(project.path()).arg("go").env_clear().envs(home.variables());
        command
    };
    let url = format!("{}/v1/messages", server.url());
    let curl = |calls: usize| {
        let mut command = Command::new("curl");
        let header = "content-type: application/json";
        command.args(["-sN", "-H", header, "-d", r#"{"model":"m","stream":true,"messages":[]}"#]);
        command.args(std::iter::repeat_n(&url, calls + 1));
        command
    };

    println!("tool turns      atelier: whole   a turn      curl: whole   a request");
    let mut without = None;
    for calls in [0, 20, 40] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..=RUNS {
            prepare(&server, calls);
            ours.push(time(atelier())?);
            prepare(&server, calls);
            theirs.push(time(curl(calls))?);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        let (base, base_of_curl) = *without.get_or_insert((ours, theirs));
        let each = |time: Duration, base: Duration| match u32::try_from(calls) {
            Ok(calls) if calls > 0 => format!("{:.2} ms", millis(time.saturating_sub(base) / calls)),
            _ => String::new(),
        };
        println!(
            "{calls:>10}{:>17.1} ms {:>8}{:>14.1} ms {:>10}",
            millis(ours),
            each(ours, base),
            millis(theirs),
            each(theirs, base_of_curl),
        );
    }
    Ok(())
}

/// Has the server ask for so many files, one after the other, and then answer.
fn prepare(server: &FakeModelServer, calls: usize) {
    for number in 0..calls {
        let path = json!({ "path": format!("{number}.txt") });
        server.reply(Reply::tool_calls([(format!("toolu_{number}").as_str(), "read_file", path)]));
    }
    server.reply(Reply::text("Read."));
}

fn time(mut command: Command) -> Result<Duration, Failure> {
    let began = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(began.elapsed()) } else { Err(format!("{command:?} failed").into()) }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

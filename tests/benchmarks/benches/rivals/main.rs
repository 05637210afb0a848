//! What a tool turn costs in the command line agents of others: whole processes with 0 and 20 successive tool turns, each
//! reading one small file with the program's own tool, against `atelier run` in the same rounds.
//!
//! `scripts/bench rivals`, which installs them from npm first; it runs only when named. Each has a home of its own and
//! talks to a server of ours in its own wire format, with a key that is none. Telemetry and updates are off by its own
//! settings; whatever else would leave this machine meets a proxy that isn't there. A run counts only if the server got
//! a request a turn and the last one held the text of every file, so nobody is fast by failing.
#![expect(clippy::print_stdout, reason = "the result is printed")]

mod agents;

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, median};
use fake_model_server::{FakeModelServer, Reply};
use serde_json::Value as Json;
use tempfile::TempDir;
use tokio::{process::Command, runtime::Runtime, time::timeout};

use agents::Agent;

const RUNS: usize = 5;
const CALLS: u32 = 20;

/// A run that takes longer has failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

/// An agent at its server, and how long its runs took without and with calls.
struct Course {
    agent: Agent,
    server: FakeModelServer,
    home: TempDir,
    without: Vec<Duration>,
    with: Vec<Duration>,
}

fn main() -> Result<(), Failure> {
    let runtime = Runtime::new()?;
    let project = tempfile::tempdir()?;
    for number in 0..CALLS {
        fs::write(file(project.path(), number), content(number))?;
    }
    let mut courses = Vec::new();
    for agent in agents::all()? {
        courses.push(Course::new(agent, runtime.block_on(FakeModelServer::start())?)?);
    }
    // The first round warms up. Rounds, so that a busy moment of the machine is everybody's.
    for round in 0..=RUNS {
        courses.retain_mut(|course| match runtime.block_on(course.round(project.path())) {
            Ok((without, with)) => {
                if round > 0 {
                    course.without.push(without);
                    course.with.push(with);
                }
                true
            }
            Err(failure) => {
                println!("{} is left out: {failure}", course.agent.name);
                false
            }
        });
    }
    print(&courses)
}

impl Course {
    fn new(agent: Agent, server: FakeModelServer) -> Result<Self, Failure> {
        let home = tempfile::tempdir()?;
        for (name, text) in &agent.files {
            let path = home.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(home.path()))?;
            fs::write(path, text.replace("{url}", &server.url()))?;
        }
        Ok(Self { agent, server, home, without: Vec::new(), with: Vec::new() })
    }

    async fn round(&self, project: &Path) -> Result<(Duration, Duration), Failure> {
        Ok((self.run(project, 0).await?, self.run(project, CALLS).await?))
    }

    async fn run(&self, project: &Path, calls: u32) -> Result<Duration, Failure> {
        for number in 0..calls {
            let arguments = (self.agent.read)(&file(project, number));
            self.server.reply(Reply::tool_calls([(format!("call_{number}").as_str(), self.agent.tool, arguments)]));
        }
        self.server.reply(Reply::text("Read."));
        let earlier = self.server.requests().len();
        let output = self.home.path().join("output");
        let took = self.time(project, &output).await.map_err(|failure| {
            let text = fs::read(&output).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
            format!("{failure} {}", text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default())
                .trim_end()
                .to_owned()
        })?;

        let requests = self.server.requests().split_off(earlier);
        let turns: Vec<_> = requests.iter().filter(|request| request.path.starts_with(self.agent.endpoint)).collect();
        if turns.len() != calls as usize + 1 {
            return Err(format!("it sent {} requests for {calls} tool turns", turns.len()).into());
        }
        let last = turns.last().map(|request| request.body.to_string()).unwrap_or_default();
        match (0..calls).find(|number| !last.contains(&content(*number))) {
            Some(number) => Err(format!("it did not read file {number}").into()),
            None => Ok(took),
        }
    }

    /// How long one process takes, from its start to its end. Ends what it leaves running.
    async fn time(&self, project: &Path, output: &Path) -> Result<Duration, Failure> {
        let log = File::create(output)?;
        let filled = |text: &str| text.replace("{url}", &self.server.url());
        let mut command = Command::new(&self.agent.program);
        command.args(&self.agent.arguments).current_dir(project).env_clear();
        command.env("PATH", env::var_os("PATH").unwrap_or_default()).env("HOME", self.home.path());
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            command.env(name, NOWHERE);
        }
        command.env("NO_PROXY", "127.0.0.1,localhost").env("no_proxy", "127.0.0.1,localhost");
        command.envs(self.agent.environment.iter().map(|(name, value)| (name, filled(value))));
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0).kill_on_drop(true);

        let began = Instant::now();
        let mut child = command.spawn().map_err(|error| format!("{}: {error}", self.agent.program.display()))?;
        let group = child.id();
        let ended = timeout(PATIENCE, child.wait()).await;
        let took = began.elapsed();
        if let Some(group) = group {
            let mut kill = Command::new("kill");
            // It fails when nothing is left, as it should be.
            kill.args(["-KILL", "--", &format!("-{group}")]).stderr(Stdio::null()).status().await?;
        }
        match ended {
            Ok(status) if status.as_ref().is_ok_and(std::process::ExitStatus::success) => Ok(took),
            Ok(status) => Err(format!("it ended with {}.", status?).into()),
            Err(_) => Err("it did not end.".into()),
        }
    }

    fn medians(&self) -> (Duration, Duration) {
        (median(self.without.clone()), median(self.with.clone()))
    }

    /// What a tool turn adds, in milliseconds.
    fn turn(&self) -> f64 {
        let (without, with) = self.medians();
        millis(with.saturating_sub(without)) / f64::from(CALLS)
    }
}

fn print(courses: &[Course]) -> Result<(), Failure> {
    let ours =
        courses.iter().find(|course| course.agent.package.is_none()).ok_or("without Atelier nothing compares")?;
    println!("                       no tool    {CALLS} tool turns     a turn   against Atelier");
    for course in courses {
        let (without, with) = course.medians();
        let version = course.agent.package.as_deref().map_or(Ok(String::new()), version)?;
        println!(
            "{:<22}{:>7.1} ms {:>12.1} ms {:>7.2} ms {:>10.1} times",
            format!("{} {version}", course.agent.name),
            millis(without),
            millis(with),
            course.turn(),
            course.turn() / ours.turn(),
        );
    }
    Ok(())
}

fn version(package: &Path) -> Result<String, Failure> {
    let described: Json = serde_json::from_slice(&fs::read(package.join("package.json"))?)?;
    Ok(described["version"].as_str().unwrap_or_default().split('-').next().unwrap_or_default().to_owned())
}

fn file(project: &Path, number: u32) -> PathBuf {
    project.join(format!("{number}.txt"))
}

fn content(number: u32) -> String {
    format!("This is file {number}.")
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

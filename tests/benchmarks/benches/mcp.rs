//! A call of an MCP server's tool, as an agent makes it: prepared, run, its answer bounded; against a client that writes
//! the same line into a pipe and reads the answer, with the same server.
//!
//! `scripts/bench mcp`. Target: at most 200 µs more than the pipe.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Lines, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Pairs};
use atelier_config::{Environment, Folders, SecretStores};
use atelier_mcp::Mcp;
use atelier_network::Network;
use atelier_tools::{Mode, Outcome, Request, Toolbox, progress_channel};
use atelier_workspace::Folder;
use serde_json::json;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

const CALLS: usize = 2000;

/// This program plays the server too.
const PLAY: &str = "play-the-server";

fn main() -> Result<(), Failure> {
    if std::env::args().any(|argument| argument == PLAY) {
        fake_mcp_server::run();
        return Ok(());
    }
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(compare())
}

async fn compare() -> Result<(), Failure> {
    let temporary = tempfile::tempdir()?;
    let root = temporary.path().canonicalize()?;
    let at = |name: &str| root.join(name);
    let folders = Folders { config: at("config"), data: at("data"), transcripts: None, logs: at("logs") };
    let project = root.join("project");
    fs::create_dir(&project)?;
    fs::create_dir(&folders.config)?;
    let server = json!({"command": std::env::current_exe()?, "args": [PLAY]});
    fs::write(folders.config.join("mcp.json"), json!({"mcpServers": {"fake": server}}).to_string())?;
    let environment = Environment::from_pairs(&root, [("A", "b")]);
    let mcp = Mcp::new(&folders, environment, SecretStores::new(Vec::new()), Network::default());
    let tools = Toolbox::new(Folder::open(&project)?, root.join("outputs"));
    let tools = tools.with_sources([mcp.source(&project)]);
    tools.specs(Mode::Build).await;

    let mut pipe = Pipe::start()?;
    let mut pairs = Pairs::default();
    for id in 0..CALLS {
        pairs.add(agents_call(&tools).await?, pipe.call(id)?);
    }
    let (ours, pipes) = (pairs.ours(), pairs.rival());
    println!("a call as an agent makes it  {ours:>10.1?}");
    println!("the same through a pipe      {pipes:>10.1?}");
    println!("more                         {:>10.1?}", ours.saturating_sub(pipes));
    mcp.close().await;
    Ok(())
}

async fn agents_call(tools: &Toolbox) -> Result<Duration, Failure> {
    let request = Request { name: "look".to_owned(), arguments: json!({"text": "hello"}) };
    let begun = Instant::now();
    let prepared = tools.prepare(Mode::Build, request).await?;
    let (sink, _nobody_listens) = progress_channel(1);
    match prepared.run(sink, CancellationToken::new()).await {
        Outcome::Success { content, .. } if content == "hello" => Ok(begun.elapsed()),
        _ => Err("the server gave another answer".into()),
    }
}

/// The rival.
struct Pipe {
    server: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Pipe {
    fn start() -> Result<Self, Failure> {
        let mut server = Command::new(std::env::current_exe()?)
            .arg(PLAY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (input, output) = (server.stdin.take(), server.stdout.take());
        let (input, output) = (input.ok_or("no pipe")?, output.ok_or("no pipe")?);
        Ok(Self { server, input, output: BufReader::new(output).lines() })
    }

    fn call(&mut self, id: usize) -> Result<Duration, Failure> {
        let params = json!({"name": "look", "arguments": {"text": "hello"}});
        let begun = Instant::now();
        writeln!(self.input, "{}", json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}))?;
        for line in self.output.by_ref() {
            if line?.contains("\"result\"") {
                return Ok(begun.elapsed());
            }
        }
        Err("the server has ended".into())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // It has done its work.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

//! A project with servers, and a session's tools in it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use atelier_config::{Environment, Folders, InMemory, SecretStores};
use atelier_mcp::Mcp;
use atelier_network::Network;
use atelier_protocol::ElicitationAnswer;
use atelier_tools::{
    Approval, Asker, FailureCode, Mode, Outcome, Progress, Request, ToolFailure, ToolSpec, Toolbox, progress_channel,
};
use atelier_workspace::Folder;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// Only what bounds a failure.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Room {
    folder: tempfile::TempDir,
    pub(crate) project: PathBuf,
    pub(crate) mcp: Mcp,
    pub(crate) tools: Toolbox,
    asker: Option<Arc<dyn Asker>>,
}

/// What came of a call.
pub(crate) struct Called {
    pub(crate) content: Result<String, ToolFailure>,
    pub(crate) progress: Vec<Progress>,
}

impl Room {
    /// A user with these servers, and nobody to ask.
    pub(crate) fn new(servers: &Value) -> Self {
        Self::with_asker(servers, None)
    }

    pub(crate) fn with_asker(servers: &Value, asker: Option<Arc<dyn Asker>>) -> Self {
        Self::made(servers, asker, |folders, environment, secrets| {
            Mcp::new(folders, environment, secrets, Network::default())
        })
    }

    /// Where servers end that were not used for so long.
    pub(crate) fn with_idle_limit(servers: &Value, idle: Duration) -> Self {
        Self::made(servers, None, |folders, environment, secrets| {
            Mcp::with_idle_limit(folders, environment, secrets, Network::default(), idle)
        })
    }

    /// Where servers are reached through this network.
    pub(crate) fn in_network(servers: &Value, network: Network) -> Self {
        Self::made(servers, None, |folders, environment, secrets| Mcp::new(folders, environment, secrets, network))
    }

    fn made(
        servers: &Value,
        asker: Option<Arc<dyn Asker>>,
        mcp: impl FnOnce(&Folders, Environment, SecretStores) -> Mcp,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let project = root.join("project");
        fs::create_dir(&project).unwrap();
        let at = |name: &str| root.join(name);
        let folders = Folders { config: at("config"), data: at("data"), logs: at("logs"), transcripts: None };
        fs::create_dir(&folders.config).unwrap();
        fs::write(folders.config.join("mcp.json"), json!({ "mcpServers": servers }).to_string()).unwrap();
        let environment = Environment::from_pairs(&root, [("FROM_OUTSIDE", "the value")]);
        let mcp = mcp(&folders, environment, SecretStores::new(vec![Arc::new(InMemory::new())]));
        let tools = Toolbox::new(Folder::open(&project).unwrap(), at("outputs"));
        let tools = tools.with_sources([mcp.source(&project)]);
        Self { folder, project, mcp, tools, asker }
    }

    pub(crate) fn user_file(&self) -> PathBuf {
        self.folder.path().join("config/mcp.json")
    }

    pub(crate) async fn offered(&self, mode: Mode) -> Vec<ToolSpec> {
        let built_in = |spec: &ToolSpec| atelier_tools::is_built_in(&spec.name);
        self.tools.specs(mode).await.into_iter().filter(|spec| !built_in(spec)).collect()
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        self.offered(Mode::Build).await.into_iter().map(|spec| spec.name).collect()
    }

    /// Waits until this tool is offered.
    pub(crate) async fn until_offered(&self, tool: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.names().await.iter().any(|name| name == tool) {
            assert!(Instant::now() < deadline, "`{tool}` is not offered");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn needs(&self, tool: &str) -> Approval {
        let request = Request { name: tool.to_owned(), arguments: json!({"text": "hello"}) };
        self.tools.prepare(Mode::Build, request).await.unwrap().needs().clone()
    }

    pub(crate) async fn run(&self, tool: &str, arguments: Value, stop: CancellationToken) -> Called {
        let request = Request { name: tool.to_owned(), arguments };
        let prepared = match self.tools.prepare(Mode::Build, request).await {
            Ok(prepared) => prepared,
            Err(failure) => return Called { content: Err(failure), progress: Vec::new() },
        };
        let prepared = match &self.asker {
            Some(asker) => prepared.with_asker(Arc::clone(asker)),
            None => prepared,
        };
        let (sink, mut stream) = progress_channel(100);
        let outcome = prepared.run(sink, stop).await;
        let mut progress = Vec::new();
        while let Some(step) = stream.next().await {
            progress.push(step);
        }
        let content = match outcome {
            Outcome::Success { content, .. } => Ok(content),
            Outcome::Failure(failure) => Err(failure),
        };
        Called { content, progress }
    }

    /// Calls a tool, and is told of its progress as it comes.
    pub(crate) async fn watched(
        &self,
        tool: &str,
        arguments: Value,
        stop: CancellationToken,
        mut told: impl FnMut(Progress),
    ) -> Result<String, ToolFailure> {
        let request = Request { name: tool.to_owned(), arguments };
        let prepared = self.tools.prepare(Mode::Build, request).await?;
        let (sink, mut stream) = progress_channel(100);
        let telling = async {
            while let Some(step) = stream.next().await {
                told(step);
            }
        };
        match tokio::join!(prepared.run(sink, stop), telling).0 {
            Outcome::Success { content, .. } => Ok(content),
            Outcome::Failure(failure) => Err(failure),
        }
    }

    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<String, ToolFailure> {
        self.run(tool, arguments, CancellationToken::new()).await.content
    }

    pub(crate) async fn text(&self, tool: &str, arguments: Value) -> String {
        self.call(tool, arguments).await.unwrap()
    }

    pub(crate) async fn failure(&self, tool: &str) -> (FailureCode, String) {
        let failure = self.call(tool, json!({})).await.unwrap_err();
        (failure.code, failure.message)
    }

    /// What the server noted in the project's folder, once it has.
    pub(crate) async fn noted(&self, name: &str) -> String {
        let file = self.project.join(format!("noted-{name}"));
        until(|| fs::read_to_string(&file).is_ok_and(|text| !text.is_empty())).await;
        fs::read_to_string(file).unwrap()
    }
}

/// The user's answer to a form.
pub(crate) fn accepted(values: Value) -> ElicitationAnswer {
    ElicitationAnswer::Accept { values: serde_json::from_value(values).unwrap() }
}

/// A fake server that behaves as these words say.
pub(crate) fn fake(words: &str) -> Value {
    let (command, args) = fake_mcp_server::command().unwrap();
    json!({"command": command, "args": args, "env": {fake_mcp_server::VARIABLE: words, "GIVEN": "${FROM_OUTSIDE}"}})
}

pub(crate) async fn until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "it did not come about");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether a process is there (a zombie is not).
pub(crate) fn is_alive(id: &str) -> bool {
    if Path::new("/proc/self/stat").exists() {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        return stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'));
    }
    let listed = std::process::Command::new("ps").args(["-o", "stat=", "-p", id]).output().unwrap().stdout;
    !listed.is_empty() && !listed.starts_with(b"Z")
}

//! A project and its language tools.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use atelier_language_server::{LanguageServers, LanguageTools};
use atelier_tools::{
    Approval, Content, Control, Mode, Request, SourcePlan, ToolFailure, ToolSource as _, progress_channel,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub(crate) struct Project {
    pub(crate) outer: TempDir,
    pub(crate) root: PathBuf,
    pub(crate) tools: LanguageTools,
    pub(crate) stop: CancellationToken,
}

impl Project {
    /// A project whose servers are found in this folder.
    pub(crate) fn with_servers_in(folder: Option<PathBuf>) -> Self {
        Self::made(folder, |servers| servers)
    }

    /// A project whose servers end when nobody has asked them anything for so long.
    pub(crate) fn with_idle_limit(idle: Duration) -> Self {
        Self::made(None, |servers| servers.with_idle_limit(idle))
    }

    fn made(folder: Option<PathBuf>, adapted: impl FnOnce(LanguageServers) -> LanguageServers) -> Self {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap().join("project");
        fs::create_dir(&root).unwrap();
        let folder = folder.unwrap_or_else(|| outer.path().join("bin"));
        let servers = Arc::new(adapted(LanguageServers::found_in(vec![folder])));
        let tools = LanguageTools::new(servers, &root);
        Self { outer, root, tools, stop: CancellationToken::new() }
    }

    pub(crate) fn put(&self, path: &str, text: &str) {
        fs::write(self.root.join(path), text).unwrap();
    }

    pub(crate) async fn prepare(&self, mode: Mode, tool: &str, arguments: Value) -> Result<SourcePlan, ToolFailure> {
        let request = Request { name: tool.to_owned(), arguments };
        self.tools.prepare(mode, &request).await.unwrap()
    }

    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<Value, ToolFailure> {
        self.run(self.prepare(Mode::Build, tool, arguments).await?).await
    }

    /// A structured answer as it is, a text as a string.
    pub(crate) async fn run(&self, plan: SourcePlan) -> Result<Value, ToolFailure> {
        let control = Control { progress: progress_channel(1).0, stop: self.stop.clone(), asker: None, call: None };
        match (plan.work)(control).await?.content {
            Content::Text(text) => Ok(text.into()),
            Content::Structured(value) => Ok(value),
        }
    }

    pub(crate) async fn is_asked(&self, tool: &str, arguments: Value) -> bool {
        let plan = self.prepare(Mode::Build, tool, arguments).await.unwrap();
        matches!(plan.needs, Approval::Ask { dangerous: true, .. })
    }
}

pub(crate) async fn until(what: impl Fn() -> bool) {
    let there = async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), there).await.unwrap();
}

//! A project on the disk and a toolbox for it.

use std::{fs, path::PathBuf};

use atelier_tools::{
    Approval, FailureCode, Mode, Outcome, Prepared, Preview, Request, ToolFailure, Toolbox, progress_channel,
};
use atelier_workspace::Folder;
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub(crate) struct Project {
    _outer: TempDir,
    pub(crate) root: PathBuf,
    pub(crate) tools: Toolbox,
    pub(crate) mode: Mode,
}

/// What a successful call gave.
#[derive(Debug)]
pub(crate) struct Success {
    pub(crate) content: String,
    pub(crate) metadata: Value,
    pub(crate) changes: Vec<Value>,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap().join("project");
        fs::create_dir(&root).unwrap();
        let tools = Toolbox::new(Folder::open(&root).unwrap(), outer.path().join("outputs"));
        let project = Self { _outer: outer, root, tools, mode: Mode::Build };
        for (path, content) in files {
            project.put(path, content);
        }
        project
    }

    pub(crate) fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> String {
        String::from_utf8(fs::read(self.root.join(path)).unwrap()).unwrap()
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    pub(crate) async fn prepare(&self, tool: &str, arguments: Value) -> Result<Prepared, ToolFailure> {
        self.tools.prepare(self.mode, Request { name: tool.to_owned(), arguments }).await
    }

    /// What the user would be asked.
    pub(crate) async fn preview(&self, tool: &str, arguments: Value) -> Preview {
        match self.prepare(tool, arguments).await.unwrap().needs() {
            Approval::Ask { preview, .. } => preview.clone(),
            Approval::Automatic => panic!("not asked"),
        }
    }

    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<Success, ToolFailure> {
        run(self.prepare(tool, arguments).await?).await
    }

    pub(crate) async fn code(&self, tool: &str, arguments: Value) -> FailureCode {
        self.call(tool, arguments).await.unwrap_err().code
    }

    pub(crate) async fn read(&self, path: &str) -> String {
        self.call("read_file", serde_json::json!({"path": path})).await.unwrap().content
    }
}

pub(crate) async fn run(prepared: Prepared) -> Result<Success, ToolFailure> {
    let (progress, _stream) = progress_channel(16);
    match prepared.run(progress, CancellationToken::new()).await {
        Outcome::Success { content, metadata, changes } => Ok(Success {
            content,
            metadata: metadata.unwrap_or_default(),
            changes: changes.iter().map(|change| serde_json::to_value(change).unwrap()).collect(),
        }),
        Outcome::Failure(failure) => Err(failure),
    }
}

/// For property tests, which can't be async.
pub(crate) fn on_a_runtime<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

//! MCP servers: which there are, what they have, and whether a project's may be used.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use atelier_agent::SessionTools;
use atelier_mcp::{ConfigError, Mcp, McpError};
pub use atelier_mcp::{
    McpAnswer, McpPrompt, McpResource, McpTool, Origin as McpOrigin, Reach as McpReach, ServerInfo as McpServerInfo,
    ServerState as McpServerState, Servers as McpServers,
};
use atelier_protocol::{Json, SessionId};
use atelier_tools::ToolSource;

use crate::{ErrorKind, Workbench, WorkbenchError, workbench::blocking};

/// The servers' tools for the sessions of the agent.
pub(crate) struct McpTools(pub(crate) Mcp);

impl SessionTools for McpTools {
    fn sources(&self, _: SessionId, project: &Path) -> Vec<Arc<dyn ToolSource>> {
        vec![self.0.source(project)]
    }
}

impl Workbench {
    /// The MCP servers of a project: the user's own, and those that the project brings along. Of no project, here and in
    /// the others: the user's own alone. Starts none.
    pub async fn mcp_servers(&self, project: impl Into<Option<PathBuf>>) -> Result<McpServers, WorkbenchError> {
        self.mcp(project, async |mcp, project| Ok(mcp.servers(&project).await)).await
    }

    /// The tools of a project's MCP servers, or of one of them. Starts those that do not run.
    pub async fn mcp_tools(
        &self,
        project: impl Into<Option<PathBuf>>,
        server: Option<String>,
    ) -> Result<Vec<McpTool>, WorkbenchError> {
        self.mcp(project, async move |mcp, project| mcp.tools(&project, server.as_deref()).await).await
    }

    /// Calls a tool of an MCP server for the user, who is therefore not asked. `arguments`: an object.
    pub async fn mcp_call(
        &self,
        project: impl Into<Option<PathBuf>>,
        tool: String,
        arguments: Json,
    ) -> Result<McpAnswer, WorkbenchError> {
        self.mcp(project, async move |mcp, project| mcp.call(&project, &tool, arguments, None).await).await
    }

    /// What the MCP servers of a project have to read. Those that can't be started are left out.
    pub async fn mcp_resources(&self, project: impl Into<Option<PathBuf>>) -> Result<Vec<McpResource>, WorkbenchError> {
        self.mcp(project, async |mcp, project| Ok(mcp.resources(&project).await)).await
    }

    /// The prompts of the MCP servers of a project. Those that can't be started are left out.
    pub async fn mcp_prompts(&self, project: impl Into<Option<PathBuf>>) -> Result<Vec<McpPrompt>, WorkbenchError> {
        self.mcp(project, async |mcp, project| Ok(mcp.prompts(&project).await)).await
    }

    /// The text of a prompt of an MCP server, for the user to send. `arguments`: names and values.
    pub async fn mcp_prompt(
        &self,
        project: impl Into<Option<PathBuf>>,
        server: String,
        name: String,
        arguments: Vec<(String, String)>,
    ) -> Result<String, WorkbenchError> {
        self.mcp(project, async move |mcp, project| mcp.prompt(&project, &server, &name, &arguments).await).await
    }

    /// Adds an MCP server to the user's file, or to the project's `.mcp.json`. Returns the file.
    pub async fn mcp_add(
        &self,
        project: impl Into<Option<PathBuf>>,
        name: String,
        reach: McpReach,
        to_project: bool,
    ) -> Result<PathBuf, WorkbenchError> {
        let project = project.into();
        if to_project && project.is_none() {
            let message = "No folder is chosen whose project the server is to belong to; choose one.";
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, message));
        }
        self.mcp(project, async move |mcp, project| mcp.add(&project, &name, reach, to_project).await).await
    }

    /// Takes an MCP server out of the file that it stands in, and ends it. Returns the file.
    pub async fn mcp_remove(
        &self,
        project: impl Into<Option<PathBuf>>,
        name: String,
    ) -> Result<PathBuf, WorkbenchError> {
        self.mcp(project, async move |mcp, project| mcp.remove(&project, &name).await).await
    }

    /// Keeps whether an MCP server that the project brings along may be used. It is asked about anew when its entry
    /// changes.
    pub async fn mcp_consent(
        &self,
        project: impl Into<Option<PathBuf>>,
        server: String,
        allowed: bool,
    ) -> Result<(), WorkbenchError> {
        self.mcp(project, async move |mcp, project| mcp.consent(&project, &server, allowed).await).await
    }

    /// Logs the user in at an MCP server that wants it. `open` is given the address that the user is to visit, in a
    /// browser on this machine; this returns when the user has come back from there, after ten minutes at the latest.
    /// What comes of it is kept where keys are.
    pub async fn mcp_login(
        &self,
        project: impl Into<Option<PathBuf>>,
        server: String,
        open: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<(), WorkbenchError> {
        self.mcp(project, async move |mcp, project| mcp.log_in(&project, &server, open).await).await
    }

    /// Forgets the log-in at an MCP server.
    pub async fn mcp_logout(&self, project: impl Into<Option<PathBuf>>, server: String) -> Result<(), WorkbenchError> {
        self.mcp(project, async move |mcp, project| mcp.log_out(&project, &server).await).await
    }

    async fn mcp<T: Send + 'static, F>(
        &self,
        project: impl Into<Option<PathBuf>>,
        work: impl FnOnce(Mcp, PathBuf) -> F + Send + 'static,
    ) -> Result<T, WorkbenchError>
    where
        F: Future<Output = Result<T, McpError>> + Send,
    {
        let (mcp, project, own) = (self.parts.mcp.clone(), project.into(), self.data_folder().to_owned());
        self.run(async move { Ok(work(mcp, existing(project, own).await?).await?) }).await
    }
}

/// The project's folder as sessions have it: without links. Of no project, a folder of our own, where none has files.
pub(crate) async fn existing(project: Option<PathBuf>, own: PathBuf) -> Result<PathBuf, WorkbenchError> {
    let folder = project.unwrap_or(own);
    blocking(move || {
        folder.canonicalize().map_err(|error| {
            let message = format!("There is no folder {} ({error}); choose one that exists.", folder.display());
            WorkbenchError::new(ErrorKind::NotFound, message)
        })
    })
    .await
}

impl From<McpError> for WorkbenchError {
    fn from(error: McpError) -> Self {
        let kind = match &error {
            McpError::NoServer { .. } | McpError::NoTool { .. } => ErrorKind::NotFound,
            McpError::NotAllowed { .. } | McpError::LoginNeeded { .. } | McpError::LoginFailed { .. } => {
                ErrorKind::Denied
            }
            McpError::Config(ConfigError::Refused { .. }) => ErrorKind::InvalidRequest,
            McpError::Config(ConfigError::Write { .. }) => ErrorKind::Storage,
            McpError::Config(_) => ErrorKind::Configuration,
            McpError::Stopped | McpError::Closed => ErrorKind::Closed,
            _ => ErrorKind::McpServer,
        };
        Self::new(kind, error.to_string())
    }
}

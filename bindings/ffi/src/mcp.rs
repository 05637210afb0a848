//! MCP servers, as Swift sees them. A project of none: the user's own servers alone.

use std::collections::HashMap;

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// Who says that there is a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum McpOrigin {
    /// The user, for all projects.
    User,
    /// A file of the project. The user has to allow such a server once.
    Project,
}

/// How a server stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum McpServerState {
    /// The project brings it along, and the user has not said whether it may be used.
    NeedsConsent,
    /// The user does not want it.
    Refused,
    /// It is started when it is needed.
    Idle,
    /// It runs.
    Running,
    /// The user must log in first.
    LoginNeeded,
    /// It did not start; a call tries it again.
    Failed {
        /// Why, a sentence.
        reason: String,
    },
}

/// A server as the files have it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct McpServer {
    /// What it is called.
    pub name: String,
    /// Who says that there is one.
    pub origin: McpOrigin,
    /// The file that says so.
    pub file: String,
    /// What is started, or the address, as it stands in the file.
    pub target: String,
    /// The names of the variables or headers that it gets.
    pub gets: Vec<String>,
    /// How it stands.
    pub state: McpServerState,
    /// How many tools it has, once that is known.
    pub tools: Option<u64>,
}

/// The servers of a project.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct McpServers {
    /// In the order in which names are given to their tools.
    pub servers: Vec<McpServer>,
    /// What is wrong with the files, a sentence each.
    pub problems: Vec<String>,
}

/// A tool of a server.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct McpTool {
    /// What it is called here.
    pub name: String,
    /// The server.
    pub server: String,
    /// What it does.
    pub description: String,
    /// The server says that it only looks: it runs without being asked about.
    pub read_only: bool,
}

/// How a server is reached. Values may be secrets, so there is no `Debug`.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum McpReach {
    /// A program that is started.
    Program {
        /// The program.
        command: String,
        /// Its arguments.
        arguments: Vec<String>,
        /// Variables it gets besides the usual ones.
        variables: HashMap<String, String>,
    },
    /// A server that is there already.
    Address {
        /// Where.
        url: String,
        /// Headers of every request.
        headers: HashMap<String, String>,
    },
}

/// A log-in that goes on. Freeing it gives it up.
#[derive(uniffi::Object)]
pub struct McpLogin {
    login: facade::McpLogin,
}

#[uniffi::export]
impl McpLogin {
    /// The address that the user is to visit, once it is known; none: the log-in has ended, and `finished` says how.
    pub async fn address(&self) -> Result<Option<String>, CoreError> {
        Ok(self.login.address().await)
    }

    /// Waits until the user has come back from there, ten minutes at the longest.
    pub async fn finished(&self) -> Result<(), CoreError> {
        Ok(self.login.finished().await?)
    }

    /// Gives it up; a waiting `finished` says so.
    pub fn close(&self) {
        self.login.close();
    }
}

#[uniffi::export]
impl Workbench {
    /// The servers of a project: the user's own, and those that it brings along. Starts none.
    pub async fn mcp_servers(&self, project: Option<String>) -> Result<McpServers, CoreError> {
        Ok(self.facade.mcp_servers(project.map(Into::into)).await?.into())
    }

    /// The tools of a project's servers, or of one of them. Starts those that do not run.
    pub async fn mcp_tools(&self, project: Option<String>, server: Option<String>) -> Result<Vec<McpTool>, CoreError> {
        let tools = self.facade.mcp_tools(project.map(Into::into), server).await?;
        Ok(tools.into_iter().map(Into::into).collect())
    }

    /// Adds a server to the user's file, or to the project's.
    pub async fn mcp_add(
        &self,
        project: Option<String>,
        name: String,
        reach: McpReach,
        to_project: bool,
    ) -> Result<(), CoreError> {
        self.facade.mcp_add(project.map(Into::into), name, reach.into(), to_project).await?;
        Ok(())
    }

    /// Takes a server out of the file that it stands in, and ends it.
    pub async fn mcp_remove(&self, project: Option<String>, name: String) -> Result<(), CoreError> {
        self.facade.mcp_remove(project.map(Into::into), name).await?;
        Ok(())
    }

    /// Keeps whether a server that the project brings along may be used.
    pub async fn mcp_consent(&self, project: Option<String>, server: String, allowed: bool) -> Result<(), CoreError> {
        Ok(self.facade.mcp_consent(project.map(Into::into), server, allowed).await?)
    }

    /// Begins a log-in at a server that wants it.
    pub fn mcp_log_in(&self, project: Option<String>, server: String) -> McpLogin {
        McpLogin { login: self.facade.begin_mcp_login(project.map(Into::into), server) }
    }

    /// Forgets the log-in at a server.
    pub async fn mcp_log_out(&self, project: Option<String>, server: String) -> Result<(), CoreError> {
        Ok(self.facade.mcp_logout(project.map(Into::into), server).await?)
    }
}

impl From<facade::McpOrigin> for McpOrigin {
    fn from(origin: facade::McpOrigin) -> Self {
        match origin {
            facade::McpOrigin::User => Self::User,
            facade::McpOrigin::Project => Self::Project,
        }
    }
}

impl From<facade::McpServerState> for McpServerState {
    fn from(state: facade::McpServerState) -> Self {
        match state {
            facade::McpServerState::NeedsConsent => Self::NeedsConsent,
            facade::McpServerState::Refused => Self::Refused,
            facade::McpServerState::Idle => Self::Idle,
            facade::McpServerState::Running => Self::Running,
            facade::McpServerState::LoginNeeded => Self::LoginNeeded,
            facade::McpServerState::Failed { reason } => Self::Failed { reason },
        }
    }
}

impl From<facade::McpServerInfo> for McpServer {
    fn from(server: facade::McpServerInfo) -> Self {
        Self {
            name: server.name,
            origin: server.origin.into(),
            file: server.file.display().to_string(),
            target: server.target,
            gets: server.gets,
            state: server.state.into(),
            tools: server.tools.map(|tools| u64::try_from(tools).unwrap_or(u64::MAX)),
        }
    }
}

impl From<facade::McpServers> for McpServers {
    fn from(found: facade::McpServers) -> Self {
        Self { servers: found.servers.into_iter().map(Into::into).collect(), problems: found.problems }
    }
}

impl From<facade::McpTool> for McpTool {
    fn from(tool: facade::McpTool) -> Self {
        Self { name: tool.name, server: tool.server, description: tool.description, read_only: tool.read_only }
    }
}

impl From<McpReach> for facade::McpReach {
    fn from(reach: McpReach) -> Self {
        match reach {
            McpReach::Program { command, arguments, variables } => {
                Self::Stdio { command, args: arguments, env: sorted(variables) }
            }
            McpReach::Address { url, headers } => Self::Http { url, headers: sorted(headers) },
        }
    }
}

/// A file that is written has the same order each time.
fn sorted(pairs: HashMap<String, String>) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_to_a_server_keeps_everything_and_has_one_order() {
        let pairs = [("B".to_owned(), "2".to_owned()), ("A".to_owned(), "1".to_owned())];
        let in_order = vec![pairs[1].clone(), pairs[0].clone()];
        let program = McpReach::Program {
            command: "npx".to_owned(),
            arguments: vec!["-y".to_owned(), "server".to_owned()],
            variables: pairs.clone().into(),
        };
        let expected = facade::McpReach::Stdio {
            command: "npx".to_owned(),
            args: vec!["-y".to_owned(), "server".to_owned()],
            env: in_order.clone(),
        };
        assert_eq!(facade::McpReach::from(program), expected);
        let address = McpReach::Address { url: "https://tools.example/mcp".to_owned(), headers: pairs.into() };
        let expected = facade::McpReach::Http { url: "https://tools.example/mcp".to_owned(), headers: in_order };
        assert_eq!(facade::McpReach::from(address), expected);
    }
}

//! All servers of all projects: what a user can do with them.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use atelier_config::{Environment, Folders, SecretStores};
use atelier_network::Network;
use atelier_protocol::Json;
use atelier_tools::{Asker, Content, ToolSource};
use serde::Serialize;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    ConfigError, McpError, Origin, Reach, ServerConfig, ToolsFormat, answer,
    config::{Consents, Files, USER_FILE},
    connection::During,
    params,
    project::{Permission, Project, named},
    server::{Server, Standing, Surroundings},
    source::McpSource,
};

/// How long a server that is started runs without being used. Long enough for a user to think: some keep a browser open, or
/// what was looked up.
const IDLE_LIMIT: Duration = Duration::from_mins(30);

/// All servers of all projects. Cheap to clone; clones are one. Its methods run on the tokio runtime that they are
/// called on.
#[derive(Clone)]
pub struct Mcp {
    shared: Arc<Shared>,
}

struct Shared {
    files: Files,
    consents: Consents,
    surroundings: Arc<Surroundings>,
    projects: Mutex<HashMap<PathBuf, Arc<Project>>>,
}

/// A server, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerInfo {
    /// What it is called.
    pub name: String,
    /// Who says that there is one.
    pub origin: Origin,
    /// The file that says so.
    pub file: PathBuf,
    /// What is started, or the address, as it stands in the file: variables are not replaced.
    pub target: String,
    /// The names of the variables or headers that it gets.
    pub gets: Vec<String>,
    /// How it lists its tools.
    pub tools_format: ToolsFormat,
    /// How it stands.
    pub state: ServerState,
    /// How many tools it has, once that is known.
    pub tools: Option<usize>,
}

/// How a server stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ServerState {
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

/// All servers of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Servers {
    /// In the order in which names are given to their tools.
    pub servers: Vec<ServerInfo>,
    /// What is wrong with the files: a sentence each, with file and line. The other servers are not affected.
    pub problems: Vec<String>,
}

/// A tool of a server, for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct McpTool {
    /// What it is called here: its own name, or `SERVER.NAME` where another has that already.
    pub name: String,
    /// What models call it.
    pub offered_as: String,
    /// The server.
    pub server: String,
    /// What it does.
    pub description: String,
    /// Its parameters in short: `path:string! limit:int`.
    pub params: String,
    /// The server says that it only looks: it runs without being asked about.
    pub read_only: bool,
}

/// A tool's answer, for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct McpAnswer {
    /// The text, or the structured answer as JSON.
    pub text: String,
    /// The tool says that it failed.
    pub failed: bool,
}

/// A resource of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct McpResource {
    /// The server.
    pub server: String,
    /// Its address.
    pub uri: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: String,
}

/// A prompt of a server: a command for the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct McpPrompt {
    /// The server.
    pub server: String,
    /// What it is called.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The names of what it takes; those that must be given have a `!` at the end.
    pub arguments: Vec<String>,
}

impl Mcp {
    /// The servers that the files in these folders and in projects name; log-ins are kept in `secrets`, and servers that
    /// are not started reached through `network`. Starts none and reads nothing yet.
    pub fn new(folders: &Folders, environment: Environment, secrets: SecretStores, network: Network) -> Self {
        Self::with_idle_limit(folders, environment, secrets, network, IDLE_LIMIT)
    }

    /// The same, where a server that is started ends when it was not used for so long, instead of half an hour.
    pub fn with_idle_limit(
        folders: &Folders,
        environment: Environment,
        secrets: SecretStores,
        network: Network,
        idle: Duration,
    ) -> Self {
        let (tasks, closing) = (TaskTracker::new(), CancellationToken::new());
        let shared = Shared {
            files: Files { user: folders.config.join(USER_FILE) },
            consents: Consents::new(&folders.data),
            surroundings: Arc::new(Surroundings {
                environment,
                network,
                idle,
                secrets: Arc::new(secrets),
                tasks,
                closing,
            }),
            projects: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The servers' tools for a session that works in this project.
    pub fn source(&self, project: &Path) -> Arc<dyn ToolSource> {
        Arc::new(McpSource(self.project(project)))
    }

    /// All servers of a project, and how they stand. Starts none.
    pub async fn servers(&self, project: &Path) -> Servers {
        let configured = self.project(project).configured().await;
        let servers = configured.servers.into_iter().map(|(config, permission)| info(config, permission)).collect();
        Servers { servers, problems: configured.errors.iter().map(ToString::to_string).collect() }
    }

    /// The tools of a project's servers, or of one of them. Starts those that do not run; a server that can't be started
    /// is an error only if it is the one.
    pub async fn tools(&self, project: &Path, server: Option<&str>) -> Result<Vec<McpTool>, McpError> {
        let project = self.project(project);
        if let Some(server) = server {
            project.find(server).await?.tools().await?;
        }
        let servers = project.allowed().await;
        let read = futures_util::future::join_all(servers.iter().map(|server| server.tools())).await;
        let pairs = servers.iter().zip(&read).filter_map(|(server, tools)| Some((server, &**tools.as_ref().ok()?)));
        let tools = named(pairs).into_iter().filter(|tool| server.is_none_or(|name| tool.server.config.name == name));
        Ok(tools
            .map(|named| McpTool {
                name: named.name.shown,
                offered_as: named.name.offered,
                server: named.server.config.name.clone(),
                params: params::short(&named.tool.input_schema),
                description: named.tool.description,
                read_only: named.tool.read_only,
            })
            .collect())
    }

    /// Calls a tool by the name by which people or models call it. The user asks for it, so nobody is asked.
    pub async fn call(
        &self,
        project: &Path,
        tool: &str,
        arguments: Json,
        asker: Option<Arc<dyn Asker>>,
    ) -> Result<McpAnswer, McpError> {
        let Json::Object(arguments) = arguments else {
            return Err(ConfigError::Refused { reason: "The arguments must be a JSON object.".to_owned() }.into());
        };
        let project = self.project(project);
        let servers = project.allowed().await;
        let read = futures_util::future::join_all(servers.iter().map(|server| server.tools())).await;
        let pairs = servers.iter().zip(&read).filter_map(|(server, tools)| Some((server, &**tools.as_ref().ok()?)));
        let all = named(pairs);
        let full = |server: &Server, own: &str| tool.strip_prefix(&server.config.name) == Some(&format!(".{own}"));
        let found = all
            .iter()
            .find(|named| named.name.shown == tool || named.name.offered == tool)
            .or_else(|| all.iter().find(|named| full(&named.server, &named.tool.name)));
        let found = found.ok_or_else(|| McpError::NoTool { tool: tool.chars().take(100).collect() })?;
        let during = During { asker, ..During::quiet(self.shared.surroundings.closing.child_token()) };
        let answer = found.server.call(&found.tool.name, arguments, during).await?;
        let text = match answer.content {
            Content::Text(text) => text,
            Content::Structured(value) => value.to_string(),
        };
        Ok(McpAnswer { text, failed: answer.failed })
    }

    /// What there is to read. Starts the servers that do not run; those that can't be started are left out.
    pub async fn resources(&self, project: &Path) -> Vec<McpResource> {
        let mut all = Vec::new();
        for server in self.project(project).allowed().await {
            for resource in server.resources().await.unwrap_or_default() {
                let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
                let (server, description) = (server.config.name.clone(), text("description"));
                all.push(McpResource { server, uri: text("uri"), name: text("name"), description });
            }
        }
        all
    }

    /// The text of a resource.
    pub async fn read_resource(&self, project: &Path, server: &str, uri: &str) -> Result<String, McpError> {
        let server = self.project(project).find(server).await?;
        server.read_resource(uri, During::quiet(self.shared.surroundings.closing.child_token())).await
    }

    /// The prompts of the servers. Starts those that do not run; those that can't be started are left out.
    pub async fn prompts(&self, project: &Path) -> Vec<McpPrompt> {
        let mut all = Vec::new();
        for server in self.project(project).allowed().await {
            for prompt in server.prompts().await.unwrap_or_default() {
                let text = |name: &str| prompt[name].as_str().unwrap_or_default().to_owned();
                let arguments = prompt["arguments"].as_array().into_iter().flatten().map(|argument| {
                    let mark = if argument["required"] == true { "!" } else { "" };
                    format!("{}{mark}", argument["name"].as_str().unwrap_or_default())
                });
                let (arguments, description) = (arguments.collect(), text("description"));
                all.push(McpPrompt { server: server.config.name.clone(), name: text("name"), description, arguments });
            }
        }
        all
    }

    /// The text of a prompt, its messages one after the other.
    pub async fn prompt(
        &self,
        project: &Path,
        server: &str,
        name: &str,
        arguments: &[(String, String)],
    ) -> Result<String, McpError> {
        let server = self.project(project).find(server).await?;
        let arguments = arguments.iter().map(|(name, value)| (name.clone(), Json::from(value.as_str()))).collect();
        let answer = server.prompt(name, arguments).await?;
        let messages = answer["messages"].as_array().into_iter().flatten();
        Ok(messages.map(|message| answer::block(&message["content"])).collect::<Vec<_>>().join("\n\n"))
    }

    /// Adds a server to the user's file, or with a project to the project's. A server that the user adds to the project
    /// is allowed there by that. Returns the file.
    pub async fn add(&self, project: &Path, name: &str, reach: Reach, to_project: bool) -> Result<PathBuf, McpError> {
        let (files, folder, owned) = (self.shared.files.clone(), project.to_owned(), name.to_owned());
        let added = blocking(move || files.add(to_project.then_some(&*folder), &owned, &reach)).await?;
        if to_project {
            self.project(project).consent(name, true).await?;
        }
        Ok(added)
    }

    /// Takes a server out of the file that it stands in, and ends it. Returns the file.
    pub async fn remove(&self, project: &Path, name: &str) -> Result<PathBuf, McpError> {
        let project = self.project(project);
        let found = project.configured().await.servers.into_iter().find(|(config, _)| config.name == name);
        let (config, _) = found.ok_or_else(|| McpError::NoServer { server: name.to_owned() })?;
        let file = config.file.clone();
        blocking(move || Files::remove(&config)).await?;
        project.configured().await;
        Ok(file)
    }

    /// Keeps what the user says about a server that the project brings along. One that is refused ends.
    pub async fn consent(&self, project: &Path, server: &str, allowed: bool) -> Result<(), McpError> {
        self.project(project).consent(server, allowed).await
    }

    /// Logs the user in at a server that wants it. `open` is given the address that the user is to visit, in a browser
    /// on this machine; this returns when the user has come back from there, after ten minutes at the latest. What comes
    /// of it is kept as a secret.
    pub async fn log_in(&self, project: &Path, server: &str, open: impl Fn(&str)) -> Result<(), McpError> {
        self.project(project).find(server).await?.log_in(open).await
    }

    /// Forgets the log-in at a server.
    pub async fn log_out(&self, project: &Path, server: &str) -> Result<(), McpError> {
        self.project(project).find(server).await?.log_out().await
    }

    /// Ends all servers, and returns when nothing of them is left: six seconds at most. None is started afterwards.
    pub async fn close(&self) {
        let Surroundings { tasks, closing, .. } = &*self.shared.surroundings;
        closing.cancel();
        let projects: Vec<_> = self.projects().drain().map(|(_, project)| project).collect();
        futures_util::future::join_all(projects.iter().map(|project| project.close())).await;
        tasks.close();
        tasks.wait().await;
    }

    fn project(&self, folder: &Path) -> Arc<Project> {
        let Shared { files, consents, surroundings, .. } = &*self.shared;
        let make = || Project::new(folder.to_owned(), files.clone(), consents.clone(), Arc::clone(surroundings));
        Arc::clone(self.projects().entry(folder.to_owned()).or_insert_with(|| Arc::new(make())))
    }

    fn projects(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Arc<Project>>> {
        self.shared.projects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn info(config: ServerConfig, permission: Permission) -> ServerInfo {
    let (state, tools) = match permission {
        Permission::NotAsked => (ServerState::NeedsConsent, None),
        Permission::Refused => (ServerState::Refused, None),
        Permission::Allowed(server) => {
            let state = match server.standing() {
                Standing::Idle => ServerState::Idle,
                Standing::Running => ServerState::Running,
                Standing::LoginNeeded => ServerState::LoginNeeded,
                Standing::Failed(reason) => ServerState::Failed { reason },
            };
            (state, server.known_tools().map(|tools| tools.len()))
        }
    };
    let names = |pairs: Vec<(String, String)>| pairs.into_iter().map(|(name, _)| name).collect();
    let (target, gets) = match config.reach {
        Reach::Stdio { command, args, env } => ([vec![command], args].concat().join(" "), names(env)),
        Reach::Http { url, headers } => (url, names(headers)),
    };
    let ServerConfig { name, origin, file, tools_format, .. } = config;
    ServerInfo { name, origin, file, target, gets, tools_format, state, tools }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConfigError> + Send + 'static,
) -> Result<T, McpError> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| McpError::Closed)??)
}

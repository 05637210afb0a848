//! The servers of a project: those that are configured and allowed, as the files say at this moment.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::future::join_all;

use crate::{
    ConfigError, McpError, Origin, ServerConfig,
    config::{Consents, Files, Found},
    listing::ToolInfo,
    names::{Name, Names},
    server::{Server, Surroundings},
};

/// A project's servers, shared by all its sessions.
pub(crate) struct Project {
    pub(crate) folder: PathBuf,
    files: Files,
    consents: Consents,
    surroundings: Arc<Surroundings>,
    /// Those that were allowed when the files were read last.
    servers: tokio::sync::Mutex<Vec<Arc<Server>>>,
}

/// What the files say.
pub(crate) struct Configured {
    pub(crate) servers: Vec<(ServerConfig, Permission)>,
    pub(crate) errors: Vec<ConfigError>,
}

/// Whether a server may be used.
pub(crate) enum Permission {
    Allowed(Arc<Server>),
    Refused,
    NotAsked,
}

/// A tool under the name by which it is called.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) name: Name,
    pub(crate) server: Arc<Server>,
    pub(crate) tool: ToolInfo,
}

impl Project {
    pub(crate) fn new(folder: PathBuf, files: Files, consents: Consents, surroundings: Arc<Surroundings>) -> Self {
        Self { folder, files, consents, surroundings, servers: tokio::sync::Mutex::default() }
    }

    /// Reads the files. A server whose entry is as before goes on; one that is changed, gone or no longer allowed ends.
    pub(crate) async fn configured(&self) -> Configured {
        let mut running = self.servers.lock().await;
        let (files, consents, folder) = (self.files.clone(), self.consents.clone(), self.folder.clone());
        let read = tokio::task::spawn_blocking(move || read(&files, &consents, &folder));
        let (allowed, errors) = read.await.unwrap_or_default();
        let mut kept = Vec::new();
        let servers = allowed.into_iter().map(|(config, allowed)| {
            let permission = match allowed {
                Some(true) => {
                    let server = self.server(&running, &config);
                    kept.push(Arc::clone(&server));
                    Permission::Allowed(server)
                }
                Some(false) => Permission::Refused,
                None => Permission::NotAsked,
            };
            (config, permission)
        });
        let servers = servers.collect();
        for old in std::mem::replace(&mut *running, kept) {
            if !running.iter().any(|server| Arc::ptr_eq(server, &old)) {
                self.surroundings.tasks.spawn(async move { old.close().await });
            }
        }
        Configured { servers, errors }
    }

    fn server(&self, running: &[Arc<Server>], config: &ServerConfig) -> Arc<Server> {
        let same = running.iter().find(|server| server.config == *config).cloned();
        same.unwrap_or_else(|| {
            Arc::new(Server::new(config.clone(), self.folder.clone(), Arc::clone(&self.surroundings)))
        })
    }

    /// The servers that may be used, in their order.
    pub(crate) async fn allowed(&self) -> Vec<Arc<Server>> {
        let configured = self.configured().await;
        let allowed = |(_, permission)| match permission {
            Permission::Allowed(server) => Some(server),
            Permission::Refused | Permission::NotAsked => None,
        };
        configured.servers.into_iter().filter_map(allowed).collect()
    }

    /// The server of that name.
    pub(crate) async fn find(&self, name: &str) -> Result<Arc<Server>, McpError> {
        let configured = self.configured().await;
        match configured.servers.into_iter().find(|(config, _)| config.name == name) {
            Some((_, Permission::Allowed(server))) => Ok(server),
            Some(_) => Err(McpError::NotAllowed { server: name.to_owned() }),
            None => Err(McpError::NoServer { server: name.to_owned() }),
        }
    }

    /// What there is for a model, as far as it is known within a moment. Servers that were never started are.
    pub(crate) async fn offered(&self) -> Vec<Named> {
        let servers = self.allowed().await;
        let ask = |server: Arc<Server>| async move {
            let tools = server.offered_soon().await;
            (server, tools)
        };
        let asked = join_all(servers.into_iter().map(ask)).await;
        named(asked.iter().filter_map(|(server, tools)| Some((server, &**tools.as_ref()?))))
    }

    /// Keeps what the user says about a server that the project brings along.
    pub(crate) async fn consent(&self, name: &str, allowed: bool) -> Result<(), McpError> {
        let configured = self.configured().await;
        let found = configured.servers.into_iter().find(|(config, _)| config.name == name);
        let (config, _) = found.ok_or_else(|| McpError::NoServer { server: name.to_owned() })?;
        if config.origin == Origin::User {
            let reason =
                format!("`{name}` is in your own configuration and needs no consent; remove it there instead.");
            return Err(ConfigError::Refused { reason }.into());
        }
        let (consents, folder) = (self.consents.clone(), self.folder.clone());
        let kept = tokio::task::spawn_blocking(move || consents.set(&folder, &config, allowed)).await;
        kept.map_err(|_| McpError::Closed)??;
        // A server that is refused ends at once.
        self.configured().await;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        let servers = std::mem::take(&mut *self.servers.lock().await);
        join_all(servers.iter().map(|server| server.close())).await;
    }
}

type Allowed = Vec<(ServerConfig, Option<bool>)>;

fn read(files: &Files, consents: &Consents, folder: &Path) -> (Allowed, Vec<ConfigError>) {
    let Found { servers, mut errors } = files.read(Some(folder));
    let allowed = servers.into_iter().map(|config| {
        let allowed = consents.of(folder, &config).unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        (config, allowed)
    });
    let allowed = allowed.collect();
    (allowed, errors)
}

/// Gives the tools of servers their names.
pub(crate) fn named<'a>(of: impl Iterator<Item = (&'a Arc<Server>, &'a [ToolInfo])>) -> Vec<Named> {
    let mut names = Names::default();
    let mut all = Vec::new();
    for (server, tools) in of {
        for tool in tools {
            if let Some(name) = names.give(&server.config.name, &tool.name) {
                all.push(Named { name, server: Arc::clone(server), tool: tool.clone() });
            }
        }
    }
    all
}

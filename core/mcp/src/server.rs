//! One server: started when it is first needed, started again when it has died, and what is known of it meanwhile.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use atelier_config::SecretStores;
use atelier_network::Network;
use atelier_protocol::Json;
use rmcp::model::JsonObject;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    ConfigError, McpError, ServerConfig,
    answer::{self, Answer},
    config::{Resolved, resolve},
    connection::{Connection, During, Has},
    handler::Handler,
    http,
    listing::ToolInfo,
    login::{self, Kept},
    process::Program,
};

/// How long a server that did not start is left alone, unless a call needs it.
const PAUSE: Duration = Duration::from_mins(5);

/// How long a request to a model waits for a server that starts. What comes later is offered with the next request.
const START_WAIT: Duration = Duration::from_secs(10);

/// What all servers share.
pub(crate) struct Surroundings {
    pub(crate) environment: atelier_config::Environment,
    /// How servers that are not started are reached.
    pub(crate) network: Network,
    /// How long a server that is started runs without being used.
    pub(crate) idle: Duration,
    /// Where log-ins are kept.
    pub(crate) secrets: Arc<SecretStores>,
    /// What runs in the background for them.
    pub(crate) tasks: TaskTracker,
    /// The program ends.
    pub(crate) closing: CancellationToken,
}

/// Where the connection to a server stands, if there is one.
type Place = tokio::sync::Mutex<Option<Arc<Connection>>>;

/// A server that may be used.
pub(crate) struct Server {
    pub(crate) config: ServerConfig,
    folder: PathBuf,
    surroundings: Arc<Surroundings>,
    /// Held while it is started.
    connection: Arc<Place>,
    known: Arc<Mutex<Known>>,
    /// When it was used last.
    used: Arc<Mutex<Instant>>,
}

/// What is known of a server, also while it does not run.
#[derive(Default)]
struct Known {
    tools: Option<Arc<[ToolInfo]>>,
    has: Has,
    failure: Option<Failure>,
    /// Someone has waited for it in vain.
    slow: bool,
}

impl Known {
    /// Keeps why it failed.
    fn failed(&mut self, error: McpError) -> McpError {
        let challenge = match &error {
            McpError::LoginNeeded { challenge, .. } => Some(challenge.clone()),
            _ => None,
        };
        self.failure = Some(Failure { at: Instant::now(), message: error.to_string(), challenge });
        error
    }
}

struct Failure {
    at: Instant,
    message: String,
    /// It wants the user to log in, and said this.
    challenge: Option<String>,
}

/// How a server stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Idle,
    Running,
    Failed(String),
    LoginNeeded,
}

impl Server {
    pub(crate) fn new(config: ServerConfig, folder: PathBuf, surroundings: Arc<Surroundings>) -> Self {
        let used = Arc::new(Mutex::new(Instant::now()));
        Self { config, folder, surroundings, connection: Arc::default(), known: Arc::default(), used }
    }

    /// What it offers, as far as that is known within a moment.
    pub(crate) async fn offered_soon(&self) -> Option<Arc<[ToolInfo]>> {
        // Nobody waits twice for one start.
        let still = self.known().slow && self.connection.try_lock().is_err();
        let wait = if still { Duration::ZERO } else { START_WAIT };
        if let Ok(tools) = tokio::time::timeout(wait, self.offered()).await {
            return tools;
        }
        let mut known = self.known();
        known.slow = true;
        known.tools.clone()
    }

    /// What it offers: as last known where that still holds, else as it says once it runs. A server that did not start
    /// a while ago is not asked.
    async fn offered(&self) -> Option<Arc<[ToolInfo]>> {
        let live = self.live().await;
        let (tools, paused) = {
            let known = self.known();
            let paused = known
                .failure
                .as_ref()
                .is_some_and(|failure| failure.challenge.is_some() || failure.at.elapsed() < PAUSE);
            (known.tools.clone(), paused)
        };
        let fresh = live.is_none_or(|connection| !connection.tools_changed());
        match tools {
            Some(tools) if fresh => Some(tools),
            tools if paused => tools,
            tools => self.tools().await.ok().or(tools),
        }
    }

    /// Its tools, as they are now.
    pub(crate) async fn tools(&self) -> Result<Arc<[ToolInfo]>, McpError> {
        let connection = self.connected().await?;
        if connection.take_tools_changed() || self.known().tools.is_none() {
            match connection.tools().await {
                Ok(tools) => self.known().tools = Some(tools.into()),
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(self.known().tools.clone().unwrap_or_default())
    }

    /// What is known of its tools, without asking it.
    pub(crate) fn known_tools(&self) -> Option<Arc<[ToolInfo]>> {
        self.known().tools.clone()
    }

    pub(crate) fn has(&self) -> Has {
        self.known().has
    }

    pub(crate) fn standing(&self) -> Standing {
        if self.connection.try_lock().is_ok_and(|held| held.as_ref().is_some_and(|connection| !connection.is_gone())) {
            return Standing::Running;
        }
        match &self.known().failure {
            Some(Failure { challenge: Some(_), .. }) => Standing::LoginNeeded,
            Some(Failure { message, .. }) => Standing::Failed(message.clone()),
            None => Standing::Idle,
        }
    }

    pub(crate) async fn call(&self, tool: &str, arguments: JsonObject, during: During) -> Result<Answer, McpError> {
        let connection = self.stoppable(&during).await?;
        let answer = connection.call(tool, arguments, during).await.map_err(|error| self.noted(error))?;
        answer::of_tool(answer).map_err(|what| connection.nonsense(what))
    }

    pub(crate) async fn read_resource(&self, uri: &str, during: During) -> Result<String, McpError> {
        let connection = self.stoppable(&during).await?;
        let answer = connection.resource(uri, during).await?;
        answer::of_resource(&answer).map_err(|what| connection.nonsense(what))
    }

    pub(crate) async fn resources(&self) -> Result<Vec<Json>, McpError> {
        let connection = self.connected().await?;
        if connection.has().resources { connection.resources().await } else { Ok(Vec::new()) }
    }

    pub(crate) async fn prompts(&self) -> Result<Vec<Json>, McpError> {
        let connection = self.connected().await?;
        if connection.has().prompts { connection.prompts().await } else { Ok(Vec::new()) }
    }

    pub(crate) async fn prompt(&self, name: &str, arguments: JsonObject) -> Result<Json, McpError> {
        self.connected().await?.prompt(name, arguments).await
    }

    /// Logs in. `open` shows an address to the user, in a browser. Returns when the user has come back from there.
    pub(crate) async fn log_in(&self, open: impl Fn(&str)) -> Result<(), McpError> {
        let server = self.config.name.clone();
        let Resolved::Http { url, .. } = resolve(&self.config, &self.surroundings.environment)? else {
            let reason =
                format!("The MCP server `{server}` is a program that is started: there is nothing to log in at.");
            return Err(ConfigError::Refused { reason }.into());
        };
        let challenge = match self.challenge() {
            Some(challenge) => challenge,
            // It may have been asked for the first time only now.
            None => match self.connected().await {
                Err(McpError::LoginNeeded { challenge, .. }) => challenge,
                Err(error) => return Err(error),
                Ok(_) => return Ok(()),
            },
        };
        let (challenge, kept) = (Some(challenge).filter(|said| !said.is_empty()), self.kept(&url));
        let logging_in = login::log_in(&url, kept, &self.surroundings.network, challenge, open);
        let done = self.surroundings.closing.run_until_cancelled(logging_in).await.ok_or(McpError::Closed)?;
        done.map_err(|reason| McpError::LoginFailed { server, reason })?;
        self.close().await;
        self.known().failure = None;
        Ok(())
    }

    /// Forgets the log-in, if there is one.
    pub(crate) async fn log_out(&self) -> Result<(), McpError> {
        if let Ok(Resolved::Http { url, .. }) = resolve(&self.config, &self.surroundings.environment) {
            let (server, forgotten) = (self.config.name.clone(), self.kept(&url).forget().await);
            forgotten.map_err(|reason| McpError::LoginFailed { server, reason })?;
        }
        Ok(())
    }

    fn kept(&self, url: &str) -> Kept {
        Kept::new(Arc::clone(&self.surroundings.secrets), url)
    }

    /// What the server said when it wanted a log-in last.
    fn challenge(&self) -> Option<String> {
        self.known().failure.as_ref().and_then(|failure| failure.challenge.clone())
    }

    /// Ends it, if it runs.
    pub(crate) async fn close(&self) {
        let connection = self.connection.lock().await.take();
        if let Some(connection) = connection {
            connection.close().await;
        }
    }

    async fn live(&self) -> Option<Arc<Connection>> {
        self.connection.lock().await.clone().filter(|connection| !connection.is_gone())
    }

    async fn stoppable(&self, during: &During) -> Result<Arc<Connection>, McpError> {
        during.stop.run_until_cancelled(self.connected()).await.unwrap_or(Err(McpError::Stopped))
    }

    /// A connection that is alive. Starting goes on when nobody waits for it any more: it may take long.
    async fn connected(&self) -> Result<Arc<Connection>, McpError> {
        let mut held = Arc::clone(&self.connection).lock_owned().await;
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if let Some(connection) = held.as_ref().filter(|connection| !connection.is_gone()) {
            return Ok(Arc::clone(connection));
        }
        let gone = held.take();
        let resolved = resolve(&self.config, &self.surroundings.environment);
        let resolved = resolved.map_err(|error| self.failed(error.into()))?;
        let (config, folder, surroundings) = (self.config.clone(), self.folder.clone(), Arc::clone(&self.surroundings));
        let (known, used, place) = (Arc::clone(&self.known), Arc::clone(&self.used), Arc::downgrade(&self.connection));
        let started = self.surroundings.tasks.spawn(async move {
            if let Some(gone) = gone {
                gone.close().await;
            }
            // Logging in takes a large future.
            let starting = Box::pin(connect(config, resolved, folder, &surroundings));
            let started = surroundings.closing.run_until_cancelled(starting).await.unwrap_or(Err(McpError::Closed));
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            known.slow = false;
            match started {
                Ok(connection) => {
                    let connection = Arc::new(connection);
                    (known.has, known.failure) = (connection.has(), None);
                    if let Some(gone) = connection.process_gone() {
                        surroundings.tasks.spawn(end_when_idle(place, used, surroundings.idle, gone));
                    }
                    *held = Some(Arc::clone(&connection));
                    Ok(connection)
                }
                Err(error) => Err(known.failed(error)),
            }
        });
        started.await.unwrap_or(Err(McpError::Closed))
    }

    /// Keeps that the server wants a log-in, also where it said so only now.
    fn noted(&self, error: McpError) -> McpError {
        if matches!(error, McpError::LoginNeeded { .. }) { self.failed(error) } else { error }
    }

    fn failed(&self, error: McpError) -> McpError {
        self.known().failed(error)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a server that is started once nobody has used it for so long; it is started again when it is needed.
async fn end_when_idle(place: Weak<Place>, used: Arc<Mutex<Instant>>, idle: Duration, gone: CancellationToken) {
    let since = || used.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
    loop {
        if let Some(left) = idle.checked_sub(since()).filter(|left| !left.is_zero()) {
            match gone.run_until_cancelled(tokio::time::sleep(left)).await {
                Some(()) => continue,
                None => return,
            }
        }
        let Some(place) = place.upgrade() else { return };
        // Held until it has ended, so that no second one is started beside it.
        let mut held = place.lock().await;
        // Those who still use it hold it too.
        if held.as_ref().is_some_and(|connection| Arc::strong_count(connection) > 1) {
            *used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            continue;
        }
        if since() < idle {
            continue;
        }
        if let Some(connection) = held.take() {
            connection.close().await;
        }
        return;
    }
}

async fn connect(
    config: ServerConfig,
    resolved: Resolved,
    folder: PathBuf,
    surroundings: &Surroundings,
) -> Result<Connection, McpError> {
    let server = config.name;
    let handler = Handler::new(server.clone(), folder.clone());
    match resolved {
        Resolved::Stdio { command, args, env } => {
            let tasks = surroundings.tasks.clone();
            let program = Program { server, command, args, env, folder, tasks };
            Connection::start(program, handler, config.tools_format).await
        }
        Resolved::Http { url, headers } => {
            let not_started = |reason| McpError::NotStarted { server: server.clone(), reason };
            let (network, kept) = (&surroundings.network, Kept::new(Arc::clone(&surroundings.secrets), &url));
            let manager = login::manager(&url, kept, network).await;
            let greeted = if let Some(manager) = manager.map_err(not_started)? {
                let transport = http::logged_in(&url, &headers, network, manager).await.map_err(not_started)?;
                Connection::greet(&server, handler, transport, None).await
            } else {
                let transport = http::transport(&url, &headers, network).await.map_err(not_started)?;
                Connection::greet(&server, handler, transport, None).await
            };
            greeted.map_err(|(error, _)| error)
        }
    }
}

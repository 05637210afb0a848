//! The servers that run: one for each project and program.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use atelier_process::search_folders;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{error::ServerError, languages::Command, server::Server};

/// How many run at a time: each may need a gigabyte. The one that was used longest ago ends.
const MAX_RUNNING: usize = 4;

/// How long one runs without being asked anything. It is looked for idle ones that often, so it may be twice that.
const IDLE_LIMIT: Duration = Duration::from_mins(10);

/// The language servers of this process, found on PATH and started when they are needed; one that nobody has asked for a
/// while ends. Dropped, they all end.
pub struct LanguageServers {
    /// Where programs are looked for instead of PATH.
    folders: Option<Vec<PathBuf>>,
    /// What the user has agreed to start.
    agreed: Mutex<HashSet<Key>>,
    idle: Duration,
    /// Held while one is started, so that no two of one kind are.
    running: Arc<tokio::sync::Mutex<Running>>,
}

/// A project and a program.
type Key = (PathBuf, PathBuf);

/// The servers that run.
#[derive(Default)]
struct Running {
    /// The one used last at the end.
    servers: Vec<Used>,
    /// What ends those that nobody uses, while there are any.
    sweeper: Option<AbortOnDropHandle<()>>,
}

/// A server, and when somebody wanted it last.
struct Used {
    key: Key,
    server: Arc<Server>,
    at: Instant,
}

impl Default for LanguageServers {
    fn default() -> Self {
        Self { folders: None, agreed: Mutex::default(), idle: IDLE_LIMIT, running: Arc::default() }
    }
}

impl std::fmt::Debug for LanguageServers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LanguageServers").finish_non_exhaustive()
    }
}

impl LanguageServers {
    /// Servers that are found in these folders alone.
    pub fn found_in(folders: Vec<PathBuf>) -> Self {
        Self { folders: Some(folders), ..Self::default() }
    }

    /// The same, where one ends that was not asked anything for so long.
    #[must_use]
    pub fn with_idle_limit(self, idle: Duration) -> Self {
        Self { idle, ..self }
    }

    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        self.folders.clone().unwrap_or_else(search_folders)
    }

    /// Whether the user has agreed to start this here.
    pub(crate) fn is_agreed(&self, project: &Path, command: &Command) -> bool {
        self.agreed().contains(&(project.to_owned(), command.program.clone()))
    }

    /// The user agrees.
    pub(crate) fn agree(&self, project: &Path, command: &Command) {
        self.agreed().insert((project.to_owned(), command.program.clone()));
    }

    fn agreed(&self) -> MutexGuard<'_, HashSet<Key>> {
        self.agreed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The running server, or a new one.
    pub(crate) async fn get(
        &self,
        project: &Path,
        command: &Command,
        stop: &CancellationToken,
    ) -> Result<Arc<Server>, ServerError> {
        let key = (project.to_owned(), command.program.clone());
        let mut running = self.running.lock().await;
        running.servers.retain(|used| !used.server.is_gone());
        if let Some(at) = running.servers.iter().position(|used| used.key == key) {
            let found = running.servers.remove(at);
            let server = found.server.clone();
            running.servers.push(Used { at: Instant::now(), ..found });
            return Ok(server);
        }
        let server = Arc::new(Server::start(command.clone(), project.to_owned(), stop).await?);
        if running.servers.len() >= MAX_RUNNING {
            running.servers.remove(0);
        }
        running.servers.push(Used { key, server: server.clone(), at: Instant::now() });
        if running.sweeper.is_none() {
            let sweeping = tokio::spawn(end_idle_ones(Arc::downgrade(&self.running), self.idle));
            running.sweeper = Some(AbortOnDropHandle::new(sweeping));
        }
        Ok(server)
    }
}

/// Ends servers that nobody uses, until there is none.
async fn end_idle_ones(running: Weak<tokio::sync::Mutex<Running>>, idle: Duration) {
    loop {
        tokio::time::sleep(idle).await;
        let Some(running) = running.upgrade() else { return };
        let mut running = running.lock().await;
        // Whoever waits for an answer holds the server too.
        let is_idle = |used: &mut Used| used.at.elapsed() >= idle && Arc::strong_count(&used.server) == 1;
        let ended: Vec<_> = running.servers.extract_if(.., is_idle).collect();
        // It is waited for their end.
        drop(tokio::task::spawn_blocking(move || drop(ended)));
        if running.servers.is_empty() {
            running.sweeper = None;
            return;
        }
    }
}

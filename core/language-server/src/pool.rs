//! The servers that run: one for each project and program.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use atelier_process::search_folders;
use tokio_util::sync::CancellationToken;

use crate::{error::ServerError, languages::Command, server::Server};

/// How many run at a time: each may need a gigabyte. The one that was used longest ago ends.
const MAX_RUNNING: usize = 4;

/// The language servers of this process, found on PATH and started when they are needed. Dropped, they end.
#[derive(Default)]
pub struct LanguageServers {
    /// Where programs are looked for instead of PATH.
    folders: Option<Vec<PathBuf>>,
    /// What the user has agreed to start.
    agreed: Mutex<HashSet<Key>>,
    /// The one used last at the end. Held while one is started, so that no two of one kind are.
    running: tokio::sync::Mutex<Vec<(Key, Arc<Server>)>>,
}

/// A project and a program.
type Key = (PathBuf, PathBuf);

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
        running.retain(|(_, server)| !server.is_gone());
        if let Some(at) = running.iter().position(|(other, _)| *other == key) {
            let found = running.remove(at);
            let server = found.1.clone();
            running.push(found);
            return Ok(server);
        }
        let server = Arc::new(Server::start(command.clone(), project.to_owned(), stop).await?);
        if running.len() >= MAX_RUNNING {
            running.remove(0);
        }
        running.push((key, server.clone()));
        Ok(server)
    }
}

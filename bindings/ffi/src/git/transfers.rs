//! What goes over the network, pulled step by step.

use std::sync::Arc;

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// A transfer that runs. Freeing it ends git.
#[derive(uniffi::Object)]
pub struct GitTransfer {
    inner: facade::GitTransfer,
    /// Held for its count alone: how many streams of a workbench are alive.
    _alive: Arc<()>,
}

/// How far a transfer is.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TransferStep {
    /// What git is at, in its words.
    pub stage: String,
    /// How much of that is done, 0 to 100, where git knows.
    pub percent: Option<u8>,
    /// What came of it, in a sentence, once it is over.
    pub result: Option<String>,
}

#[uniffi::export]
impl GitTransfer {
    /// Waits for the next step; none after the last. Who asks late is told of the latest only. One caller at a time.
    pub async fn next(&self) -> Result<Option<TransferStep>, CoreError> {
        match self.inner.next().await.transpose()? {
            None => Ok(None),
            Some(facade::TransferStep::Progress(event)) => {
                Ok(Some(TransferStep { stage: event.stage, percent: event.percent, result: None }))
            }
            Some(facade::TransferStep::Finished(done)) => {
                Ok(Some(TransferStep { stage: "done".to_owned(), percent: Some(100), result: Some(told(&done)) }))
            }
        }
    }

    /// Ends git. May be called at any time, on any thread, more than once.
    pub fn cancel(&self) {
        self.inner.cancel();
    }
}

#[uniffi::export]
impl Workbench {
    /// Begins a push; with `set_upstream` the branch follows the one that it is pushed to.
    pub fn start_push(&self, directory: &str, set_upstream: bool) -> Result<Arc<GitTransfer>, CoreError> {
        let options = set_upstream.then(|| serde_json::json!(["--set-upstream"]));
        let request = facade::RemoteRequest { options, ..facade::RemoteRequest::default() };
        Ok(self.transfer(self.facade.start_push(directory, request)?))
    }

    /// Begins a pull.
    pub fn start_pull(&self, directory: &str) -> Result<Arc<GitTransfer>, CoreError> {
        Ok(self.transfer(self.facade.start_pull(directory, facade::RemoteRequest::default())?))
    }

    /// Begins a fetch.
    pub fn start_fetch(&self, directory: &str) -> Result<Arc<GitTransfer>, CoreError> {
        Ok(self.transfer(self.facade.start_fetch(directory, facade::RemoteRequest::default())?))
    }

    /// Begins a clone into a new folder of this name.
    pub fn start_clone(&self, url: &str, parent: &str, name: String) -> Result<Arc<GitTransfer>, CoreError> {
        Ok(self.transfer(self.facade.start_clone(url, parent, Some(name))?))
    }
}

impl Workbench {
    fn transfer(&self, inner: facade::GitTransfer) -> Arc<GitTransfer> {
        Arc::new(GitTransfer { inner, _alive: Arc::clone(&self.streams) })
    }
}

fn told(done: &facade::Transferred) -> String {
    match done {
        facade::Transferred::Pushed(to) if to.pushed.iter().all(|one| one.already_updated) => {
            "Everything was there already.".to_owned()
        }
        facade::Transferred::Pushed(to) => format!("Pushed to {}.", to.repo),
        facade::Transferred::Pulled(pulled) => match pulled.summary.changes {
            0 => "Nothing was new.".to_owned(),
            1 => "One file has changed.".to_owned(),
            changes => format!("{changes} files have changed."),
        },
        facade::Transferred::Fetched(_) => "Fetched.".to_owned(),
        facade::Transferred::Cloned { path, .. } => format!("Cloned into {path}."),
    }
}

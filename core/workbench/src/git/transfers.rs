//! What goes over the network: push, pull, fetch and clone, with progress, and to be cancelled.

use std::sync::atomic::{AtomicU64, Ordering};

use atelier_git::{CloneUrl, Git, GitFailure, GitOptions, GitProgress, Pulled, PushedTo};
use atelier_protocol::Json;
use atelier_workspace::{Folder, RelativePath};
use serde::Serialize;
use tokio::{
    runtime::Handle,
    sync::{Mutex, broadcast, watch},
    task::JoinHandle,
};
use tokio_util::{
    context::TokioContext,
    sync::{CancellationToken, DropGuard},
};

use super::GitProgressEvent;
use crate::{ErrorKind, Success, Workbench, WorkbenchError, configuration::Configuration, operation::Operation};

const PUSH: Operation = Operation { name: "git_push", fallback: "Failed to push to remote" };
const PULL: Operation = Operation { name: "git_pull", fallback: "Failed to pull from remote" };
const FETCH: Operation = Operation { name: "git_fetch", fallback: "Failed to fetch from remote" };
const CLONE: Operation = Operation { name: "git_clone", fallback: "Failed to clone the repository" };

/// Where from or where to; what is not said is for git's settings to say, see [`Git::push`], [`Git::pull`] and
/// [`Git::fetch`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RemoteRequest {
    /// The remote's name or address.
    pub remote: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// A list or an object of git's options, see [`GitOptions::from_json`].
    pub options: Option<Json>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Transferred {
    /// A push.
    Pushed(PushedTo),
    /// A pull.
    Pulled(Pulled),
    /// A fetch.
    Fetched(Success),
    /// A clone.
    Cloned {
        /// Always; a failure is an error.
        success: bool,
        /// The new folder, absolute.
        path: String,
    },
}

/// A step of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferStep {
    /// How far it is. Who reads late is told of the latest only.
    Progress(GitProgressEvent),
    /// It is over.
    Finished(Transferred),
}

/// A transfer that runs. Dropping it ends git.
pub struct GitTransfer {
    /// As in the messages about its progress.
    operation_id: String,
    inner: Mutex<Inner>,
    stop: CancellationToken,
    runtime: Handle,
    _ended: DropGuard,
}

struct Inner {
    progress: watch::Receiver<GitProgressEvent>,
    told_first: bool,
    /// None once its end was told.
    work: Option<JoinHandle<Result<Transferred, WorkbenchError>>>,
}

impl GitTransfer {
    /// As in the messages about its progress.
    pub fn operation_id(&self) -> &str {
        &self.operation_id
    }

    /// Waits for the next step. The last is its end, or the error why it failed; afterwards none.
    ///
    /// Cancel-safe, and may be awaited on any executor.
    pub async fn next(&self) -> Option<Result<TransferStep, WorkbenchError>> {
        let wait = async {
            let mut inner = self.inner.lock().await;
            inner.work.as_ref()?;
            // The sender goes when the work is over.
            if !inner.told_first || inner.progress.changed().await.is_ok() {
                inner.told_first = true;
                let progress = inner.progress.borrow_and_update().clone();
                return Some(Ok(TransferStep::Progress(progress)));
            }
            let ended = inner.work.as_mut()?.await;
            inner.work = None;
            Some(ended.unwrap_or_else(|_| Err(WorkbenchError::closed())).map(TransferStep::Finished))
        };
        TokioContext::new(wait, self.runtime.clone()).await
    }

    /// Ends git. The end is told as an error.
    pub fn cancel(&self) {
        self.stop.cancel();
    }

    async fn end(self) -> Result<Transferred, WorkbenchError> {
        loop {
            match self.next().await {
                Some(Ok(TransferStep::Progress(_))) => {}
                Some(Ok(TransferStep::Finished(done))) => return Ok(done),
                Some(Err(error)) => return Err(error),
                None => return Err(WorkbenchError::closed()),
            }
        }
    }
}

/// Tells how far one operation is, to all who want to know.
struct Teller {
    event: GitProgressEvent,
    own: watch::Sender<GitProgressEvent>,
    followers: broadcast::Sender<GitProgressEvent>,
}

impl Teller {
    fn tell(&self, stage: String, percent: Option<u8>, message: String) {
        let event = GitProgressEvent { stage, percent, message, ..self.event.clone() };
        // Nobody may be listening.
        let _ = self.followers.send(event.clone());
        self.own.send_replace(event);
    }
}

impl Workbench {
    /// Pushes, see [`Git::push`].
    pub async fn git_push(&self, directory: &str, request: RemoteRequest) -> Result<PushedTo, WorkbenchError> {
        match self.start_push(directory, request)?.end().await? {
            Transferred::Pushed(pushed) => Ok(pushed),
            _ => Err(WorkbenchError::defect()),
        }
    }

    /// Pulls, see [`Git::pull`].
    pub async fn git_pull(&self, directory: &str, request: RemoteRequest) -> Result<Pulled, WorkbenchError> {
        match self.start_pull(directory, request)?.end().await? {
            Transferred::Pulled(pulled) => Ok(pulled),
            _ => Err(WorkbenchError::defect()),
        }
    }

    /// Fetches, see [`Git::fetch`].
    pub async fn git_fetch(&self, directory: &str, request: RemoteRequest) -> Result<Success, WorkbenchError> {
        self.start_fetch(directory, request)?.end().await.map(|_| Success::DONE)
    }

    /// Clones, see [`Workbench::start_clone`]. Returns the path of the new folder.
    pub async fn git_clone(&self, url: &str, parent: &str, name: Option<String>) -> Result<String, WorkbenchError> {
        match self.start_clone(url, parent, name)?.end().await? {
            Transferred::Cloned { path, .. } => Ok(path),
            _ => Err(WorkbenchError::defect()),
        }
    }

    /// Begins a push whose progress can be followed.
    pub fn start_push(&self, directory: &str, request: RemoteRequest) -> Result<GitTransfer, WorkbenchError> {
        self.start_remote(PUSH, "push", directory, request, |git, (remote, branch), options, tell| {
            git.push(remote, branch, options, tell).map(Transferred::Pushed)
        })
    }

    /// Begins a pull whose progress can be followed.
    pub fn start_pull(&self, directory: &str, request: RemoteRequest) -> Result<GitTransfer, WorkbenchError> {
        self.start_remote(PULL, "pull", directory, request, |git, (remote, branch), options, tell| {
            git.pull(remote, branch, options, tell).map(Transferred::Pulled)
        })
    }

    /// Begins a fetch whose progress can be followed.
    pub fn start_fetch(&self, directory: &str, request: RemoteRequest) -> Result<GitTransfer, WorkbenchError> {
        self.start_remote(FETCH, "fetch", directory, request, |git, (remote, branch), options, tell| {
            git.fetch(remote, branch, options, tell).map(|()| Transferred::Fetched(Success::DONE))
        })
    }

    /// Begins a clone into a new or empty folder `name` (as git would call it, if not said) in `parent`, which must lie in
    /// the approved roots. If it fails or is cancelled, nothing is left of it.
    pub fn start_clone(&self, url: &str, parent: &str, name: Option<String>) -> Result<GitTransfer, WorkbenchError> {
        let (url, parent, path) = (url.to_owned(), parent.to_owned(), parent.to_owned());
        Ok(self.start(CLONE, "clone", &path, move |configuration, stopped, tell| {
            let url = CloneUrl::new(&url)?;
            let name = name.as_deref().map(str::trim).filter(|name| !name.is_empty()).or(url.folder_name());
            let parent = configuration.directory(&parent)?;
            let plain = name.and_then(|name| RelativePath::root().child(name.as_ref()));
            let bad_name = "The new folder needs a plain name; give one without slashes.";
            let target = plain.ok_or_else(|| WorkbenchError::new(ErrorKind::InvalidRequest, bad_name))?;
            clone_into(&parent, &target, &url, stopped, tell)
        }))
    }

    fn start_remote(
        &self,
        operation: Operation,
        name: &'static str,
        directory: &str,
        request: RemoteRequest,
        work: impl FnOnce(
            &Git<'_>,
            (Option<&str>, Option<&str>),
            &GitOptions,
            &mut dyn FnMut(GitProgress),
        ) -> Result<Transferred, GitFailure>
        + Send
        + 'static,
    ) -> Result<GitTransfer, WorkbenchError> {
        let options = GitOptions::from_json(request.options.as_ref().unwrap_or(&Json::Null))?;
        let named = directory.to_owned();
        Ok(self.start(operation, name, directory, move |configuration, stopped, tell| {
            let folder = configuration.directory(&named)?;
            let remote = (request.remote.as_deref(), request.branch.as_deref());
            Ok(work(&Git::at(folder, stopped)?, remote, &options, tell)?)
        }))
    }

    fn start(
        &self,
        operation: Operation,
        name: &'static str,
        directory: &str,
        work: impl FnOnce(
            &Configuration,
            &dyn Fn() -> bool,
            &mut dyn FnMut(GitProgress),
        ) -> Result<Transferred, WorkbenchError>
        + Send
        + 'static,
    ) -> GitTransfer {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let operation_id = format!("git-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let event = GitProgressEvent {
            operation_id: operation_id.clone(),
            operation: name,
            directory: directory.to_owned(),
            stage: "starting".to_owned(),
            percent: None,
            message: String::new(),
        };
        let (own, progress) = watch::channel(event.clone());
        let teller = Teller { event, own, followers: self.parts.git_progress.clone() };
        let stop = self.parts.closing.child_token();
        let (ended, workbench) = (stop.clone(), self.clone());
        let work = self.parts.handle.spawn(async move {
            let run = move |configuration: &Configuration| {
                teller.tell("starting".to_owned(), None, String::new());
                let mut tell = |progress: GitProgress| teller.tell(progress.stage, progress.percent, progress.message);
                let done = work(configuration, &|| ended.is_cancelled(), &mut tell);
                match &done {
                    Ok(_) => teller.tell("done".to_owned(), None, String::new()),
                    Err(error) => teller.tell("failed".to_owned(), None, error.message.clone()),
                }
                done
            };
            workbench.operate(operation, run).await
        });
        let inner = Mutex::new(Inner { progress, told_first: false, work: Some(work) });
        let runtime = self.parts.handle.clone();
        GitTransfer { operation_id, inner, _ended: stop.clone().drop_guard(), stop, runtime }
    }
}

/// Clones into a folder that is new or empty; a new one is gone again if that fails.
fn clone_into(
    parent: &Folder,
    target: &RelativePath,
    url: &CloneUrl,
    stopped: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(GitProgress),
) -> Result<Transferred, WorkbenchError> {
    let made = !parent.create_folders(target)?.is_empty();
    let folder = parent.beneath(target)?;
    let path = folder.path().to_string_lossy().into_owned();
    let cloned = Git::at(folder, stopped).and_then(|git| git.clone_here(url, tell));
    if made && cloned.is_err() {
        // Emptied already; what someone else has put there since stays.
        let _ = parent.remove_empty(target);
    }
    cloned?;
    Ok(Transferred::Cloned { success: true, path })
}

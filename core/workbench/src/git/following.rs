//! Following the status of a directory: told anew each time it is another.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use atelier_git::{Git, GitStatus, LiveStatus};
use atelier_workspace::Changes;
use tokio::{
    runtime::Handle,
    sync::Notify,
    time::{Instant, sleep_until},
};
use tokio_util::{context::TokioContext, sync::CancellationToken};

use crate::{Workbench, WorkbenchError, WorkspaceStream, blocking, configuration::Configuration};

/// How soon everything is looked at again although nobody has noticed a change.
const WHOLE_LOOK: Duration = Duration::from_secs(30);

/// The longest pause between two looks. It is as long as the look took, so that git has at most half of a processor.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Follows the status of a directory. One that is read late is told of the latest only. Dropping or closing it ends it.
pub struct GitStatusReader {
    directory: String,
    state: tokio::sync::Mutex<State>,
    live: Arc<Mutex<LiveStatus>>,
    wanted: Notify,
    configuration: Arc<Configuration>,
    closed: CancellationToken,
    runtime: Handle,
}

struct State {
    changes: WorkspaceStream,
    /// What has not been looked at yet.
    pending: Changes,
    /// When everything was looked at last.
    whole: Instant,
    /// When git may be asked again.
    rested: Instant,
    /// What was told of the last look, where it failed.
    failure: Option<String>,
}

impl Workbench {
    /// Follows the status of a directory. It comes without counts of lines; [`Workbench::get_git_status`] has them.
    pub async fn follow_git_status(&self, directory: &str) -> Result<GitStatusReader, WorkbenchError> {
        let changes = self.follow_workspace(directory).await?;
        let now = Instant::now();
        let pending = Changes { rescan: true, ..Changes::default() };
        Ok(GitStatusReader {
            directory: directory.to_owned(),
            state: tokio::sync::Mutex::new(State { changes, pending, whole: now, rested: now, failure: None }),
            live: Arc::default(),
            wanted: Notify::new(),
            configuration: Arc::clone(&self.parts.configuration),
            closed: self.parts.closing.child_token(),
            runtime: self.parts.handle.clone(),
        })
    }
}

impl GitStatusReader {
    /// Waits until the status is another than when this last returned; the first time it returns at once. An error, told
    /// once, does not end the reader. None: the reader or the workbench was closed.
    ///
    /// What changes is noticed by watching, and then only that is looked at; everything is looked at every 30 seconds, when
    /// git itself has changed something, and after [`GitStatusReader::refresh`]. Cancel-safe, and may be awaited on any
    /// executor. Of several calls at a time each status goes to only one.
    pub async fn next(&self) -> Option<Result<GitStatus, WorkbenchError>> {
        let wait = async {
            let mut state = self.state.lock().await;
            loop {
                if !state.pending.concerns_git() {
                    self.wait(&mut state).await?;
                    continue;
                }
                tokio::select! {
                    biased;
                    () = self.closed.cancelled() => return None,
                    () = sleep_until(state.rested) => {}
                }
                if let Some(told) = self.look(&mut state).await {
                    return Some(told);
                }
            }
        };
        TokioContext::new(wait, self.runtime.clone()).await
    }

    /// Has everything looked at now: the window was brought to the front, for one.
    pub fn refresh(&self) {
        self.wanted.notify_one();
    }

    /// Wakes a waiting [`GitStatusReader::next`]; it and all later ones return none.
    pub fn close(&self) {
        self.closed.cancel();
    }

    /// Waits for a reason to look; none: it was closed.
    async fn wait(&self, state: &mut State) -> Option<()> {
        let everything = Changes { rescan: true, ..Changes::default() };
        let due = sleep_until(state.whole + WHOLE_LOOK);
        let changes = tokio::select! {
            biased;
            () = self.closed.cancelled() => return None,
            changes = state.changes.next_changes() => changes?,
            () = self.wanted.notified() => everything,
            () = due => everything,
        };
        state.pending.merge(changes);
        Some(())
    }

    /// Looks; none: nothing is new.
    async fn look(&self, state: &mut State) -> Option<Result<GitStatus, WorkbenchError>> {
        let whole = state.pending.rescan || state.pending.repository;
        let paths: Vec<_> = state.pending.paths.iter().cloned().collect();
        let (directory, configuration) = (self.directory.clone(), Arc::clone(&self.configuration));
        let (live, closed) = (Arc::clone(&self.live), self.closed.clone());
        let begun = Instant::now();
        let looked = blocking(move || {
            // A look that panics leaves the status as it was.
            let mut live = live.lock().unwrap_or_else(PoisonError::into_inner);
            let stopped = || closed.is_cancelled();
            let git = Git::at(configuration.directory(&directory)?, &stopped)?;
            let is_new = if whole { live.refresh(&git) } else { live.update(&git, &paths) };
            // What is told after an error is new.
            let is_new = is_new.inspect_err(|_| *live = LiveStatus::default())?;
            Ok(live.status().filter(|_| is_new).cloned())
        })
        .await;
        // Only now: who stops waiting on the way loses nothing.
        drop(state.pending.take());
        let now = Instant::now();
        state.rested = now + begun.elapsed().min(LONGEST_PAUSE);
        if whole || looked.is_err() {
            state.whole = now;
        }
        let failure = looked.as_ref().err().map(|error| error.message.clone());
        let told_before = failure.is_some() && failure == state.failure;
        state.failure = failure;
        if told_before { None } else { looked.transpose() }
    }
}

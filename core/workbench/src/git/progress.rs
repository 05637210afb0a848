//! How far git's long operations have come: one stream of all of them.

use serde::Serialize;
use tokio::{runtime::Handle, sync::broadcast};
use tokio_util::{context::TokioContext, sync::CancellationToken};

use crate::Workbench;

/// How far a long operation has come (`git.progress`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GitProgressEvent {
    /// Tells operations apart.
    pub operation_id: String,
    /// `push`, `pull`, `fetch` or `clone`.
    pub operation: &'static str,
    /// The directory, as it was named.
    pub directory: String,
    /// What git is at, in its words; at first `starting`, in the end `done` or `failed`.
    pub stage: String,
    /// How much of the stage is done, 0 to 100, where git knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// A line for people.
    pub message: String,
}

/// Follows how far long operations come. Dropping or closing it ends it.
pub struct GitProgressReader {
    source: tokio::sync::Mutex<broadcast::Receiver<GitProgressEvent>>,
    closed: CancellationToken,
    runtime: Handle,
}

impl Workbench {
    /// The progress of all long operations from now on.
    pub fn git_progress(&self) -> GitProgressReader {
        let source = tokio::sync::Mutex::new(self.parts.git_progress.subscribe());
        GitProgressReader { source, closed: self.parts.closing.child_token(), runtime: self.parts.handle.clone() }
    }
}

impl GitProgressReader {
    /// Waits for at least one message and returns at most `max` of them (at least 1), in order. A reader that is more than
    /// 1,024 behind misses the oldest. Empty: the reader or the workbench was closed.
    ///
    /// Cancel-safe, and may be awaited on any executor. Of several calls at a time each message goes to only one.
    pub async fn next_batch(&self, max: usize) -> Vec<GitProgressEvent> {
        let read = async {
            let mut source = self.source.lock().await;
            let mut batch = Vec::new();
            while batch.is_empty() {
                let first = tokio::select! {
                    biased;
                    () = self.closed.cancelled() => return batch,
                    first = source.recv() => first,
                };
                match first {
                    Ok(event) => batch.push(event),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return batch,
                }
            }
            while batch.len() < max
                && let Ok(event) = source.try_recv()
            {
                batch.push(event);
            }
            batch
        };
        TokioContext::new(read, self.runtime.clone()).await
    }

    /// Wakes a waiting [`GitProgressReader::next_batch`]; it and all later ones return empty.
    pub fn close(&self) {
        self.closed.cancel();
    }
}

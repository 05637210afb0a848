//! Running one tool call, and saying in the log's words what came of it.

use std::{sync::Arc, time::Duration};

use atelier_protocol::{ToolAnswer, ToolError, ToolOutcome};
use atelier_tools::{
    Asker, FailureCode, FileChange, Mode, Prepared, ProgressSink, Request, ToolFailure, Toolbox, progress_channel,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::RetryPolicy;

/// How long a tool has to end when the turn is stopped.
const STOP_GRACE: Duration = Duration::from_millis(800);

/// What a tool did.
pub(crate) struct Ran {
    pub(crate) outcome: ToolOutcome,
    pub(crate) changes: Vec<FileChange>,
    pub(crate) took: Duration,
    /// What the sandbox refused it.
    pub(crate) refused: Option<String>,
}

/// How a call that only looks is made again.
pub(crate) struct Again {
    pub(crate) toolbox: Toolbox,
    pub(crate) mode: Mode,
    pub(crate) request: Request,
    pub(crate) retries: RetryPolicy,
    pub(crate) asker: Arc<dyn Asker>,
}

/// Runs a call that only looks. After a failure that may pass it is made again, as often as that is worth it.
pub(crate) async fn with_tries(first: Prepared, again: Again, stop: CancellationToken) -> Ran {
    let begun = Instant::now();
    let mut ran = to_its_end(first.with_asker(Arc::clone(&again.asker)), stop.clone()).await;
    let mut attempt = 1;
    while matches!(&ran.outcome, ToolOutcome::Error { error } if error.recoverable) {
        attempt += 1;
        let Some(wait) = again.retries.wait_before(attempt, None) else { break };
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            break;
        }
        match again.toolbox.prepare(again.mode, again.request.clone()).await {
            Ok(prepared) if prepared.read_only() => {
                ran = to_its_end(prepared.with_asker(Arc::clone(&again.asker)), stop.clone()).await;
            }
            _ => break,
        }
    }
    Ran { took: begun.elapsed(), ..ran }
}

/// Runs a call whose progress nobody needs.
async fn to_its_end(prepared: Prepared, stop: CancellationToken) -> Ran {
    let (sink, _nobody_listens) = progress_channel(1);
    within_grace(prepared, sink, stop).await
}

/// Runs a call. Stopped, it has a moment to end in good order.
pub(crate) async fn within_grace(prepared: Prepared, sink: ProgressSink, stop: CancellationToken) -> Ran {
    let begun = Instant::now();
    let running = prepared.run(sink, stop.clone());
    let too_late = async {
        stop.cancelled().await;
        tokio::time::sleep(STOP_GRACE).await;
    };
    let mut refused = None;
    let (outcome, changes) = tokio::select! {
        biased;
        outcome = running => {
            refused = outcome.sandbox_refused().map(str::to_owned);
            told(outcome)
        }
        () = too_late => (ToolOutcome::interrupted(), Vec::new()),
    };
    Ran { outcome, changes, took: begun.elapsed(), refused }
}

fn told(outcome: atelier_tools::Outcome) -> (ToolOutcome, Vec<FileChange>) {
    match outcome {
        atelier_tools::Outcome::Success { content, metadata, changes } => {
            (ToolOutcome::Success { result: ToolAnswer { content, metadata } }, changes)
        }
        atelier_tools::Outcome::Failure(failure) if failure.code == FailureCode::Cancelled => {
            (ToolOutcome::interrupted(), Vec::new())
        }
        atelier_tools::Outcome::Failure(failure) => (failed(&failure), Vec::new()),
    }
}

pub(crate) fn failed(failure: &ToolFailure) -> ToolOutcome {
    let code = serde_json::to_value(failure.code).ok().and_then(|code| code.as_str().map(str::to_owned));
    let error = ToolError {
        code: code.unwrap_or_default(),
        message: failure.message.clone(),
        recoverable: failure.recoverable(),
    };
    ToolOutcome::Error { error }
}

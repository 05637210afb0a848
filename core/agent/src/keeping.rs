//! Keeping the files that a call is about to change, so that the user can have them back.

use atelier_checkpoints::{CheckpointError, SessionCheckpoints, Taken};
use atelier_protocol::{CheckpointId, EventBody, ToolCallId, ToolError, ToolOutcome};
use atelier_tools::Toolbox;
use atelier_workspace::RelativePath;

/// How many files that could not be kept are named.
const MAX_NAMED: usize = 10;

/// A checkpoint whose call has not run yet.
pub(crate) struct Kept {
    checkpoint: CheckpointId,
    taken: Taken,
    checkpoints: SessionCheckpoints,
    toolbox: Toolbox,
}

/// Keeps what a call is about to change; none if it changes no files that are known beforehand. An error is what comes of
/// the call: nothing is changed that could not be undone because the disk is full.
pub(crate) async fn keep(
    checkpoint: CheckpointId,
    paths: Vec<RelativePath>,
    toolbox: &Toolbox,
    checkpoints: &SessionCheckpoints,
) -> Result<Option<Kept>, ToolOutcome> {
    if paths.is_empty() {
        return Ok(None);
    }
    let (toolbox, checkpoints) = (toolbox.clone(), checkpoints.clone());
    let take = tokio::task::spawn_blocking(move || {
        let taken = checkpoints.take(checkpoint.0, toolbox.folder(), &paths)?;
        Ok(Kept { checkpoint, taken, checkpoints, toolbox })
    });
    match take.await {
        Ok(Ok(kept)) => Ok(Some(kept)),
        Ok(Err(error)) => Err(not_kept(&error)),
        Err(_) => {
            let reason = "a defect in Atelier".to_owned();
            Err(not_kept(&CheckpointError::NotKept { folder: "its folder".to_owned(), reason }))
        }
    }
}

impl Kept {
    /// What the log says before the call runs.
    pub(crate) fn events(&self, tool_call_id: ToolCallId) -> Vec<EventBody> {
        let (mut events, Taken { paths, not_kept }) = (Vec::new(), &self.taken);
        if !paths.is_empty() {
            let (checkpoint, paths) = (self.checkpoint, paths.clone());
            events.push(EventBody::CheckpointTaken { checkpoint, tool_call_id, paths });
        }
        if !not_kept.is_empty() {
            let named = not_kept.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = not_kept.len().saturating_sub(MAX_NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let message = format!("This can't be undone, for it is too large or no ordinary file: {named}{more}");
            events.push(EventBody::ToolProgress { tool_call_id, progress: None, message, output: false });
        }
        events
    }

    /// Notes what the call has left, once it has run.
    pub(crate) async fn note_after(self) {
        let Self { checkpoint, checkpoints, toolbox, .. } = self;
        let note = tokio::task::spawn_blocking(move || checkpoints.note_after(checkpoint.0, toolbox.folder()));
        // Without the note the files are left alone when it is undone: nothing is lost by that.
        if let Ok(Err(error)) = note.await {
            tracing::warn!(%error, "what a call left could not be noted");
        }
    }
}

fn not_kept(error: &CheckpointError) -> ToolOutcome {
    let (code, message) = ("CHECKPOINT_FAILED".to_owned(), error.to_string());
    ToolOutcome::Error { error: ToolError { code, message, recoverable: true } }
}

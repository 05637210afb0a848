//! A prepared call: what it needs, what it would do, and the doing.

use std::sync::Arc;

use atelier_protocol::Json;
use atelier_workspace::RelativePath;
use tokio_util::sync::CancellationToken;

use crate::{
    FailureCode, FileChange, Outcome, ProgressSink, ToolFailure, output::cut_whole, result_text, toolbox::State,
};

/// The longest preview, in bytes.
const MAX_PREVIEW: usize = 64 << 10;

/// Whether the user must be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Approval {
    /// Not by the nature of the tool.
    Automatic,
    /// Yes.
    Ask {
        /// It may destroy what can't be restored: it is asked for every single time.
        dangerous: bool,
        /// What would happen.
        preview: Preview,
    },
}

/// What would happen, for the one who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What the text is.
    pub kind: PreviewKind,
    /// The text, at most 64 KiB.
    pub text: String,
    /// Whether there was more of it.
    pub truncated: bool,
}

/// What a preview's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PreviewKind {
    /// A unified diff.
    Diff,
    /// What goes, a path per line.
    Removal,
    /// A command and the folder it would run in.
    Command,
    /// A sentence.
    Sentence,
}

impl Preview {
    pub(crate) fn new(kind: PreviewKind, text: String) -> Self {
        let whole = text.len();
        let text = cut_whole(text, MAX_PREVIEW);
        Self { kind, truncated: text.len() < whole, text }
    }
}

/// What a running tool is given.
pub(crate) struct Control {
    pub(crate) progress: ProgressSink,
    pub(crate) stop: CancellationToken,
}

impl Control {
    /// Ends the work where it is when it should stop. For places where nothing is half done.
    pub(crate) fn check(&self) -> Result<(), ToolFailure> {
        if self.stop.is_cancelled() {
            return Err(ToolFailure::new(FailureCode::Cancelled, "The tool was stopped before it was done."));
        }
        Ok(())
    }
}

/// What a tool did.
pub(crate) struct Done {
    pub(crate) content: Content,
    pub(crate) metadata: Option<Json>,
    pub(crate) changes: Vec<FileChange>,
}

/// What the model gets.
pub(crate) enum Content {
    /// Text as it is, cut in the middle where it is too long.
    Text(String),
    /// A value, written as TOON or JSON, whichever is shorter.
    Structured(Json),
}

impl Done {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { content: Content::Text(text.into()), metadata: None, changes: Vec::new() }
    }
}

/// The doing, on a thread that may block.
pub(crate) type Work = Box<dyn FnOnce(&State, &Control) -> Result<Done, ToolFailure> + Send>;

/// What a tool makes of a call.
pub(crate) struct Plan {
    pub(crate) needs: Approval,
    pub(crate) touches: Vec<RelativePath>,
    pub(crate) work: Work,
}

impl Plan {
    /// A plan that only looks.
    pub(crate) fn looking(work: impl FnOnce(&State, &Control) -> Result<Done, ToolFailure> + Send + 'static) -> Self {
        Self { needs: Approval::Automatic, touches: Vec::new(), work: Box::new(work) }
    }
}

/// A checked call, ready to run. Nothing has changed yet; dropping it costs nothing.
#[must_use]
pub struct Prepared {
    pub(crate) state: Arc<State>,
    pub(crate) plan: Plan,
    pub(crate) read_only: bool,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Neither arguments nor contents.
        formatter.debug_struct("Prepared").field("read_only", &self.read_only).finish_non_exhaustive()
    }
}

impl Prepared {
    /// Whether the user must be asked, as far as the tool goes. Rules and permission modes are the caller's.
    pub fn needs(&self) -> &Approval {
        &self.plan.needs
    }

    /// Whether it only looks. Such calls may run side by side and be repeated; the others run one at a time.
    pub fn read_only(&self) -> bool {
        self.read_only
    }

    /// What it would write, create or remove: to be recorded before it runs, so that it can be undone. In a folder that
    /// would be removed, only the folder is named.
    pub fn touches(&self) -> &[RelativePath] {
        &self.plan.touches
    }

    /// Does it, on a thread of its own. What was previewed is what happens: where a file has changed in between, it fails
    /// with [`FailureCode::StaleFile`] and changes nothing.
    ///
    /// `stop` ends it at the next safe point with [`FailureCode::Cancelled`]; await the outcome nevertheless, for what is
    /// under way is finished. Dropping the future stops it the same way.
    pub async fn run(self, progress: ProgressSink, stop: CancellationToken) -> Outcome {
        let stop = stop.child_token();
        // A child of the caller's, so that a dropped future stops only this call.
        let _stop_when_dropped = stop.clone().drop_guard();
        let Self { state, plan, .. } = self;
        let done = tokio::task::spawn_blocking(move || {
            let control = Control { progress, stop };
            control.check()?;
            let done = (plan.work)(&state, &control)?;
            finished(&state, done)
        });
        match done.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(failure)) => Outcome::Failure(failure),
            // The message of a panic may hold contents: it is not logged.
            Err(_) => {
                tracing::error!("a tool panicked");
                let message = "The tool broke off because of a defect in Atelier; try another way.";
                Outcome::Failure(ToolFailure::new(FailureCode::Internal, message))
            }
        }
    }
}

/// Writes the content down in its final form.
fn finished(state: &State, done: Done) -> Result<Outcome, ToolFailure> {
    let text = match done.content {
        Content::Text(text) => text,
        Content::Structured(value) => result_text::encode(&value)?,
    };
    let content = state.outputs.bounded(text);
    Ok(Outcome::Success { content, metadata: done.metadata, changes: done.changes })
}

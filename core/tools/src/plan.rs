//! A prepared call: what it needs, what it would do, and the doing.

use std::sync::Arc;

use atelier_protocol::{Json, ToolCallId};
use atelier_workspace::RelativePath;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{
    Asker, FailureCode, FileChange, Outcome, ProgressSink, SourcePlan, ToolFailure,
    output::{MAX_RESULT, cut_whole},
    result_text,
    toolbox::State,
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
    /// A command and the folder it would run in, with the user's own rights.
    Command,
    /// The same in the sandbox.
    ConfinedCommand,
    /// The same outside the sandbox in which others run: that takes the user's word every time.
    UnconfinedCommand,
    /// A sentence.
    Sentence,
}

impl Preview {
    /// A preview of this text, cut where it is too long.
    pub fn new(kind: PreviewKind, text: String) -> Self {
        let whole = text.len();
        let text = cut_whole(text, MAX_PREVIEW);
        Self { kind, truncated: text.len() < whole, text }
    }
}

/// What a running tool is given.
pub struct Control {
    /// Where it reports to.
    pub progress: ProgressSink,
    /// Cancelled when it should end, with [`FailureCode::Cancelled`].
    pub stop: CancellationToken,
    /// Who can ask the user for more; none where nobody is there to answer.
    pub asker: Option<Arc<dyn Asker>>,
    /// The call that it is in the session's log; none where there is no log.
    pub call: Option<ToolCallId>,
}

impl Control {
    /// Ends the work where it is when it should stop. For places where nothing is half done.
    pub fn check(&self) -> Result<(), ToolFailure> {
        if self.stop.is_cancelled() {
            return Err(ToolFailure::new(FailureCode::Cancelled, "The tool was stopped before it was done."));
        }
        Ok(())
    }
}

/// What a tool did.
pub struct Done {
    /// What the model gets.
    pub content: Content,
    /// For programs and screens, bounded by the tool.
    pub metadata: Option<Json>,
    /// What has changed in the project, in the order in which it did.
    pub changes: Vec<FileChange>,
}

/// What the model gets.
pub enum Content {
    /// Text as it is, cut in the middle where it is too long.
    Text(String),
    /// A value, written as TOON or JSON, whichever is shorter.
    Structured(Json),
}

impl Done {
    /// Whether it is told as it is.
    fn is_short(&self) -> bool {
        matches!(&self.content, Content::Text(text) if text.len() <= MAX_RESULT)
    }

    /// Text and nothing else.
    pub fn text(text: impl Into<String>) -> Self {
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
    pub(crate) work: Planned,
    pub(crate) read_only: bool,
    /// The paths of the project that the arguments name.
    pub(crate) named: Vec<RelativePath>,
    /// Who can ask the user while it runs.
    pub(crate) asker: Option<Arc<dyn Asker>>,
    /// Which call it is in the session's log.
    pub(crate) call: Option<ToolCallId>,
}

/// Whose call it is.
pub(crate) enum Planned {
    BuiltIn(Plan),
    Source(SourcePlan),
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
        match &self.work {
            Planned::BuiltIn(plan) => &plan.needs,
            Planned::Source(plan) => &plan.needs,
        }
    }

    /// Whether it only looks. Such calls may run side by side and be repeated; the others run one at a time.
    pub fn read_only(&self) -> bool {
        self.read_only
    }

    /// What it would write, create or remove: to be recorded before it runs, so that it can be undone. In a folder that
    /// would be removed, only the folder is named.
    pub fn touches(&self) -> &[RelativePath] {
        match &self.work {
            Planned::BuiltIn(plan) => &plan.touches,
            Planned::Source(_) => &[],
        }
    }

    /// The paths of the project that it is about, links resolved: those that its arguments name and those that it
    /// touches. None of a command: what that does can't be known.
    pub fn paths(&self) -> Vec<&RelativePath> {
        let mut paths: Vec<_> = self.named.iter().collect();
        paths.extend(self.touches().iter().filter(|path| !self.named.contains(path)));
        paths
    }

    /// The same, and while it runs it may ask the user for more.
    pub fn with_asker(self, asker: Arc<dyn Asker>) -> Self {
        Self { asker: Some(asker), ..self }
    }

    /// The same, known as this call of the session's log: what goes on after it is found by that.
    pub fn as_call(self, call: ToolCallId) -> Self {
        Self { call: Some(call), ..self }
    }

    /// Does it, on a thread or in a task of its own. What was previewed is what happens: where a file has changed in between, it fails
    /// with [`FailureCode::StaleFile`] and changes nothing.
    ///
    /// `stop` ends it at the next safe point with [`FailureCode::Cancelled`]; await the outcome nevertheless, for what is
    /// under way is finished. Dropping the future stops it the same way.
    pub async fn run(self, progress: ProgressSink, stop: CancellationToken) -> Outcome {
        let stop = stop.child_token();
        // A child of the caller's, so that a dropped future stops only this call.
        let _stop_when_dropped = stop.clone().drop_guard();
        let Self { state, work, asker, call, .. } = self;
        let control = Control { progress, stop, asker, call };
        let done = match work {
            Planned::BuiltIn(plan) => tokio::task::spawn_blocking(move || {
                control.check()?;
                let done = (plan.work)(&state, &control)?;
                finished(&state, done)
            }),
            Planned::Source(plan) => tokio::spawn(async move {
                control.check()?;
                let done = (plan.work)(control).await?;
                if done.is_short() {
                    return finished(&state, done);
                }
                // Long output goes to the disk.
                let finish = move || finished(&state, done);
                tokio::task::spawn_blocking(finish).await.unwrap_or_else(|_| Err(broke_off()))
            }),
        };
        // Only a task is ended by this: a thread ends by `stop`.
        match AbortOnDropHandle::new(done).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(failure)) => Outcome::Failure(failure),
            Err(_) => Outcome::Failure(broke_off()),
        }
    }
}

/// A tool panicked. The message of a panic may hold contents: it is not logged.
fn broke_off() -> ToolFailure {
    tracing::error!("a tool panicked");
    let message = "The tool broke off because of a defect in Atelier; try another way.";
    ToolFailure::new(FailureCode::Internal, message)
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

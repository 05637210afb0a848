//! Tools from elsewhere: MCP servers, other sessions, the web. A [`crate::Toolbox`] is given sources, and asks them for
//! what is not built in.
//!
//! Built-in tools work with files and commands and block a thread; a source's wait for others, so theirs are futures.

use std::{future::Future, pin::Pin};

use async_trait::async_trait;

use crate::{Approval, Control, Done, Mode, Request, ToolFailure, ToolSpec};

/// Where tools come from that are not built in.
///
/// A session asks its sources in the order in which it was given them: of two tools of one name the first one's counts,
/// and a built-in tool before all. Names must match `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`, for that is what all vendors take.
#[async_trait]
pub trait ToolSource: Send + Sync {
    /// What it offers in this mode, in the order in which it is to be listed. Asked before every request to a model: what
    /// takes long is done once, what fails is left out. In [`Mode::Plan`] nothing is listed that changes anything.
    async fn specs(&self, mode: Mode) -> Vec<ToolSpec>;

    /// What it makes of a call; none where it has no tool of that name. Changes nothing. A failure is the tool's result:
    /// the model is told, the user need not be asked.
    async fn prepare(&self, mode: Mode, call: &Request) -> Option<Result<SourcePlan, ToolFailure>>;
}

/// The doing, in a task of its own. Where the session no longer waits for it, it is dropped at its next `await`.
pub type SourceWork = Box<dyn FnOnce(Control) -> SourceFuture + Send>;

/// What a source's work comes to.
pub type SourceFuture = Pin<Box<dyn Future<Output = Result<Done, ToolFailure>> + Send>>;

/// What a source makes of a call. It touches no file of the project itself.
pub struct SourcePlan {
    /// Whether the user must be asked.
    pub needs: Approval,
    /// Whether it only looks, so that it may run beside others and be repeated.
    pub read_only: bool,
    /// The doing. Its content is bounded like that of any tool: what is long can be read on by the model.
    pub work: SourceWork,
}

impl SourcePlan {
    /// A plan for this work.
    pub fn new<F>(needs: Approval, read_only: bool, work: impl FnOnce(Control) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Done, ToolFailure>> + Send + 'static,
    {
        Self { needs, read_only, work: Box::new(move |control| Box::pin(work(control))) }
    }
}

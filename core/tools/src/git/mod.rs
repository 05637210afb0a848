//! The tools for git.

pub(crate) mod act;
pub(crate) mod look;

use atelier_git::{GitError, Repository};
use atelier_workspace::RelativePath;

use crate::{FailureCode, ToolFailure, plan::Control, toolbox::State};

/// The repository of the project, while a tool runs.
fn repository(state: &State, control: &Control) -> Result<Repository, ToolFailure> {
    Ok(Repository::open(&state.folder, &|| control.stop.is_cancelled())?)
}

/// The path that a call names, or the whole project.
fn located(state: &State, named: Option<&str>) -> Result<RelativePath, ToolFailure> {
    named.map_or_else(|| Ok(RelativePath::root()), |named| Ok(state.folder.locate(named)?))
}

impl From<GitError> for ToolFailure {
    fn from(error: GitError) -> Self {
        use GitError as E;
        let code = match &error {
            E::BranchName { .. } | E::RemoteName { .. } => FailureCode::InvalidToolCall,
            E::TimedOut { .. } => FailureCode::TimedOut,
            E::Stopped => FailureCode::Cancelled,
            E::Io(_) => FailureCode::IoError,
            _ => FailureCode::GitError,
        };
        Self::new(code, error.to_string())
    }
}

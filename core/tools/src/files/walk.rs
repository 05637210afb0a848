//! Walking the project as git sees it.

use atelier_finding::{FindingError, Walk};
use atelier_workspace::RelativePath;

use crate::{FailureCode, ToolFailure, plan::Control, toolbox::State};

/// The files beneath a path (or the file itself) that git does not ignore, by path, without what is hidden from the
/// model. Whoever uses one opens or looks at it through the session's folder.
pub(crate) fn files<'a>(
    state: &'a State,
    beneath: &RelativePath,
    control: &'a Control,
) -> impl Iterator<Item = Result<RelativePath, ToolFailure>> + 'a {
    let hidden = state.hidden();
    Walk::new(&state.folder, beneath).sorted().filter(move |path| !hidden(path)).map(|path| {
        control.check()?;
        Ok(path)
    })
}

impl From<FindingError> for ToolFailure {
    fn from(error: FindingError) -> Self {
        let code = match &error {
            FindingError::Threads(_) => FailureCode::IoError,
            _ => FailureCode::InvalidToolCall,
        };
        let hint = if matches!(error, FindingError::Pattern { .. }) { " For that, set `literal`." } else { "" };
        Self::new(code, format!("{error}{hint}"))
    }
}

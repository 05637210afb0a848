//! Walking the project as git sees it.

use atelier_workspace::RelativePath;
use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

use crate::{FailureCode, ToolFailure, plan::Control, toolbox::State};

/// The files beneath a path (or the file itself) that git does not ignore, by path. Hidden files too; links are not
/// followed; git's own folder is left out, and what is hidden from the model.
///
/// The walk itself goes by path: it may be led astray by a link that is swapped in. So whoever uses a name opens or looks
/// at it through the session's folder, which can't be.
pub(crate) fn files<'a>(
    state: &'a State,
    beneath: &RelativePath,
    control: &'a Control,
) -> impl Iterator<Item = Result<RelativePath, ToolFailure>> + 'a {
    let (folder, hidden) = (&state.folder, state.hidden());
    let mut walk = WalkBuilder::new(folder.path().join(beneath.as_path()));
    // `.ignore` files are other tools' business: git knows nothing of them.
    walk.hidden(false).ignore(false).follow_links(false);
    walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
    walk.sort_by_file_path(std::path::Path::cmp);
    walk.build().filter_map(move |entry| {
        if let Err(stopped) = control.check() {
            return Some(Err(stopped));
        }
        // What can't be read is left out, as git does.
        let entry = entry.ok().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))?;
        let path = entry.path().strip_prefix(folder.path()).ok()?;
        RelativePath::new(path).filter(|path| !hidden(path)).map(Ok)
    })
}

/// A pattern for paths relative to the folder that is looked in. Without a slash it matches in any folder.
pub(crate) fn matcher(pattern: &str) -> Result<GlobMatcher, ToolFailure> {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let anywhere = if pattern.contains('/') { pattern.to_owned() } else { format!("**/{pattern}") };
    let glob = GlobBuilder::new(&anywhere).literal_separator(true).build().map_err(|error| {
        let message = format!("The glob is not usable: {}; correct it.", error.kind());
        ToolFailure::new(FailureCode::InvalidToolCall, message)
    })?;
    Ok(glob.compile_matcher())
}

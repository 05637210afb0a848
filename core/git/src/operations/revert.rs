//! Taking back what was done to a file since the last commit.

use super::{Git, GitFailure, about, succeeded};
use crate::repository::Purpose;
use atelier_workspace::{AccessError, EntryKind, RelativePath};

/// How much an untracked folder may hold to be removed without git.
const MAX_ENTRIES: usize = 100_000;

impl Git<'_> {
    /// Makes a file what it was at the last commit; one that git does not know is removed, unless it is ignored. A new file
    /// that is staged is only unstaged, and git's complaint about it is the failure.
    pub fn revert(&self, path: &str) -> Result<(), GitFailure> {
        if path.trim().is_empty() {
            return Err(GitFailure::Invalid("path parameter is required"));
        }
        let path = self.path(path)?;
        if path.is_root() {
            return Err(GitFailure::Failed("Invalid file path".to_owned()));
        }
        let held = self.held()?;
        let change = |command: &[&str]| self.ran_in(&held, Purpose::Change, &about(command, [&path]));
        let tracked = self.ran_in(&held, Purpose::Look, &about(&["ls-files", "--error-unmatch"], [&path]))?;
        if !tracked.status.success() {
            if !String::from_utf8_lossy(&tracked.complaint).contains("did not match any file") {
                return Err(GitFailure::words(&tracked));
            }
            let cleaned = change(&["clean", "-f", "-d"])?;
            return if cleaned.status.success() { Ok(()) } else { self.remove(&path) };
        }
        if !change(&["restore", "--staged"])?.status.success() {
            // A failure shows in the next step.
            change(&["reset", "HEAD"])?;
        }
        if change(&["restore"])?.status.success() {
            return Ok(());
        }
        succeeded(change(&["checkout"])?).map(drop)
    }

    fn remove(&self, path: &RelativePath) -> Result<(), GitFailure> {
        match self.folder.look(path)?.map(|entry| entry.kind) {
            None => Ok(()),
            Some(EntryKind::Folder) => {
                let contents = self.folder.tree(path, MAX_ENTRIES)?;
                Ok(self.folder.remove_tree(path, &contents)?)
            }
            Some(_) => match self.folder.remove_file(path, None) {
                Ok(()) | Err(AccessError::NotFound { .. }) => Ok(()),
                Err(error) => Err(error.into()),
            },
        }
    }
}

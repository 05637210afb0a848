//! Staging whole files, and taking them back out of the index.

use atelier_workspace::RelativePath;

use super::{Git, GitFailure, about, in_parts, succeeded};
use crate::{Repository, repository::Purpose};

impl Git<'_> {
    /// Stages these files or folders as they are now, removals too. Clients see `{"success": true}`.
    pub fn stage_files(&self, files: &[String]) -> Result<(), GitFailure> {
        let (paths, held) = (self.paths(files)?, self.held()?);
        self.each_part(&held, &["add", "--all"], &paths)
    }

    /// Takes changes to these files or folders out of the index; the files stay as they are.
    pub fn unstage_files(&self, files: &[String]) -> Result<(), GitFailure> {
        let (paths, held) = (self.paths(files)?, self.held()?);
        let born = self.ran_in(&held, Purpose::Look, &["rev-parse", "--verify", "--quiet", "HEAD"])?;
        let command: &[&str] = if born.status.success() {
            &["restore", "--staged"]
        } else {
            // Before the first commit there is nothing to restore from.
            &["rm", "--cached", "-r", "--quiet"]
        };
        self.each_part(&held, command, &paths)
    }

    fn each_part(&self, held: &Repository, command: &[&str], paths: &[RelativePath]) -> Result<(), GitFailure> {
        for part in in_parts(paths) {
            succeeded(self.ran_in(held, Purpose::Change, &about(command, part))?)?;
        }
        Ok(())
    }
}

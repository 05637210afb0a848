//! Committing.

use std::ffi::OsString;

use serde::Serialize;

use super::{Git, GitFailure, about, argument, in_parts, numstat::shortstat, succeeded};
use crate::{Repository, repository::Purpose};
use atelier_workspace::RelativePath;

/// What came of a commit. Empty and zero where there was nothing to commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Committed {
    /// Always; a failure is an error.
    pub success: bool,
    /// The whole hash.
    pub commit: String,
    /// The branch; `HEAD` where none is checked out.
    pub branch: String,
    /// What it changed.
    pub summary: CommitSummary,
}

/// How much changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CommitSummary {
    /// Files.
    pub changes: u64,
    /// Lines added.
    pub insertions: u64,
    /// Lines taken away.
    pub deletions: u64,
}

impl Git<'_> {
    /// Commits everything (`all`), or exactly these files as they are now, or, if there are none, what is staged. Hooks and
    /// signing are as the user's git does them; hooks have ten minutes. Nothing to commit is no failure.
    pub fn commit(&self, message: &str, all: bool, files: &[String]) -> Result<Committed, GitFailure> {
        if message.trim().is_empty() {
            return Err(GitFailure::Invalid("message is required"));
        }
        let paths = if all || files.is_empty() { Vec::new() } else { self.paths(files)? };
        let held = self.held()?;
        if all {
            succeeded(self.ran_in(&held, Purpose::Change, &["add", "."])?)?;
        } else {
            self.add(&held, &paths)?;
        }
        let mut arguments: Vec<OsString> = ["--literal-pathspecs", "commit", "-m", message].map(Into::into).into();
        if !paths.is_empty() {
            arguments.push("--".into());
            arguments.extend(paths.iter().map(argument));
        }
        let ran = self.ran_in(&held, Purpose::Commit, &arguments)?;
        if !ran.status.success() {
            // So git says that there is nothing to commit; hooks complain where complaints belong.
            let nothing = ran.status.code() == Some(1) && ran.complaint.is_empty();
            return if nothing {
                Ok(Committed { success: true, ..Committed::default() })
            } else {
                Err(GitFailure::words(&ran))
            };
        }
        let shown = ["-c", "log.showRoot=true", "log", "-1", "--no-show-signature", "--no-notes", "--no-color"];
        let shown: Vec<_> = shown.into_iter().chain(["--no-ext-diff", "--shortstat", "--format=%H"]).collect();
        let shown = succeeded(self.ran_in(&held, Purpose::Look, &shown)?)?;
        let shown = String::from_utf8_lossy(&shown);
        let (changes, stat) = shortstat(&shown);
        Ok(Committed {
            success: true,
            commit: shown.lines().next().unwrap_or_default().to_owned(),
            branch: self.current_branch_in(&held)?,
            summary: CommitSummary { changes, insertions: stat.insertions, deletions: stat.deletions },
        })
    }

    /// Stages files. One whose removal is staged already can't be added and need not be.
    fn add(&self, held: &Repository, paths: &[RelativePath]) -> Result<(), GitFailure> {
        let mut there = Vec::new();
        for path in paths {
            let missing = self.folder.look(path).is_ok_and(|entry| entry.is_none());
            let known = |what: &[&str]| -> Result<bool, GitFailure> {
                Ok(!self.ran_in(held, Purpose::Look, &about(what, [path]))?.output.is_empty())
            };
            let removed =
                missing && !known(&["ls-files", "-z"])? && known(&["ls-tree", "-r", "-z", "--name-only", "HEAD"])?;
            if !removed {
                there.push(path.clone());
            }
        }
        for part in in_parts(&there) {
            succeeded(self.ran_in(held, Purpose::Change, &about(&["add"], part))?)?;
        }
        Ok(())
    }

    fn current_branch_in(&self, held: &Repository) -> Result<String, GitFailure> {
        let ran = self.ran_in(held, Purpose::Look, &["symbolic-ref", "--quiet", "--short", "HEAD"])?;
        let name = String::from_utf8_lossy(&ran.output).trim().to_owned();
        Ok(if ran.status.success() && !name.is_empty() { name } else { "HEAD".to_owned() })
    }
}

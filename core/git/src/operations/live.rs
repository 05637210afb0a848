//! A status that is kept and brought up to date by what has changed, without looking at everything again.

use std::{collections::HashMap, path::Path};

use atelier_workspace::RelativePath;

use super::{Git, GitFailure, GitStatus, StatusFile, status::MAX_UNTRACKED};

/// For more changed paths than this git looks at everything, which costs no more then.
const MAX_PATHS: usize = 200;

/// A change to one of these may make another thing of any file.
const RULES: [&str; 3] = [".gitignore", ".gitattributes", ".gitmodules"];

/// The status of a folder as it was when it was last looked at. It has no counts of lines: these cost more than the rest.
#[derive(Debug, Default)]
pub struct LiveStatus {
    status: Option<GitStatus>,
    /// Where renamed files were, by where they are.
    moved: HashMap<String, String>,
}

impl LiveStatus {
    /// The status; none before it was looked at.
    pub fn status(&self) -> Option<&GitStatus> {
        self.status.as_ref()
    }

    /// Looks at everything. Returns whether the status is another now.
    pub fn refresh(&mut self, git: &Git<'_>) -> Result<bool, GitFailure> {
        let (status, moved) = git.files_changed(&[])?;
        self.moved = moved.into_iter().map(|moved| (moved.to, moved.from)).collect();
        Ok(self.take(status))
    }

    /// Looks only at these paths: files that have come, gone or changed, and folders with all that is in them. What concerns
    /// the index or the branch is not seen this way. Returns whether the status is another now.
    pub fn update(&mut self, git: &Git<'_>, paths: &[RelativePath]) -> Result<bool, GitFailure> {
        let is_rule = |path: &RelativePath| path.name().is_some_and(|name| RULES.iter().any(|rule| name == *rule));
        let Some(kept) = &self.status else { return self.refresh(git) };
        let whole = paths.len() > MAX_PATHS || kept.untracked_omitted > 0;
        if whole || paths.iter().any(|path| path.is_root() || is_rule(path)) {
            return self.refresh(git);
        }
        if paths.is_empty() {
            return Ok(false);
        }
        let paths = self.with_both_sides(paths);
        let (part, moved) = git.files_changed(&paths)?;
        if kept.files.iter().chain(&part.files).any(may_pair) {
            return self.refresh(git);
        }
        let seen_anew = |path: &str| paths.iter().any(|changed| Path::new(path).starts_with(changed.as_path()));
        let before = kept.files.iter().filter(|file| !seen_anew(&file.path)).cloned();
        let mut files: Vec<StatusFile> = before.chain(part.files.iter().cloned()).collect();
        files.sort_by(|a, b| (a.is_untracked(), &a.path).cmp(&(b.is_untracked(), &b.path)));
        files.dedup_by(|a, b| a.path == b.path && a.is_untracked() == b.is_untracked());
        if files.iter().filter(|file| file.is_untracked()).count() > MAX_UNTRACKED {
            return self.refresh(git);
        }
        self.moved.retain(|to, _| !seen_anew(to));
        self.moved.extend(moved.into_iter().map(|moved| (moved.to, moved.from)));
        let status = GitStatus { is_clean: files.is_empty(), files, ..part };
        Ok(self.take(status))
    }

    /// A renamed file is only seen as that where both its names are looked at.
    fn with_both_sides(&self, paths: &[RelativePath]) -> Vec<RelativePath> {
        let within = |side: &str| paths.iter().any(|path| Path::new(side).starts_with(path.as_path()));
        let touched = self.moved.iter().filter(|(to, from)| within(to) || within(from));
        let sides = touched.flat_map(|(to, from)| [to, from]).filter_map(|side| RelativePath::new(side.as_ref()));
        let mut all: Vec<_> = paths.iter().cloned().chain(sides).collect();
        all.sort();
        all.dedup();
        all
    }

    fn take(&mut self, status: GitStatus) -> bool {
        let is_new = self.status.as_ref() != Some(&status);
        self.status = Some(status);
        is_new
    }
}

/// Whether git may take this file, which is new to the index but named in it, for any other that is gone.
fn may_pair(file: &StatusFile) -> bool {
    matches!(file.working_dir, 'A' | 'R' | 'C')
}

//! A working tree of its own for an agent: made in the project's folder for such, looked at, merged, put away.

use std::path::Path;

use atelier_workspace::{RelativePath, Standing};
use serde::Serialize;

use crate::{
    ChangedFile, Changes, GitError, MergeKind, Moved, Repository, changed::changed_files, discard::persons_folder,
};

/// How long the name of a folder may become, in bytes, and how many of one name there may be.
const MAX_SLUG: usize = 60;
const MAX_TRIES: usize = 1_000;

/// The working tree that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorktreeRequest {
    /// What it is about, in any words: folder and branch are named after it.
    pub name: String,
    /// The name of the new branch; none for `atelier/` and the folder's name.
    pub branch: Option<String>,
    /// Where the branch begins; none for what is checked out in the project.
    pub start: Option<String>,
}

/// A working tree that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedWorktree {
    /// Where it is, absolute.
    pub path: String,
    /// The project that it belongs to.
    pub project_directory: String,
    /// The branch in it.
    pub branch: String,
    /// The same, as it is shown.
    pub label: String,
    /// Where it is in the project.
    pub relative_path: String,
    /// The commit that it begins at.
    pub base: String,
}

/// What a working tree has that another branch has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorktreeChanges {
    /// The branch in it; none where a commit is checked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit that both have: diffs of what is committed are those from here to `head`.
    pub base: String,
    /// The commit that is checked out.
    pub head: String,
    /// Commits that only it has, and those that only the other has.
    pub ahead: u64,
    /// See `ahead`.
    pub behind: u64,
    /// Files that its commits change, at most 10,000.
    pub committed: Vec<ChangedFile>,
    /// What is not committed.
    pub changes: Changes,
}

/// How a working tree is put away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Archiving {
    /// Even with changes that are not committed, which are lost.
    pub with_changes: bool,
    /// Even with commits that no other branch has.
    pub unmerged: bool,
    /// The branch of the same name at `origin` is deleted as well, which is for whoever may use the network.
    pub remote_branch: bool,
}

/// A working tree that was put away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedWorktree {
    /// The branch that was deleted; none where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit that it stood at: `git branch` with it brings it back.
    pub commit: String,
}

impl Repository {
    /// Makes a working tree with a new branch, in the project's folder for such, which git is made to ignore.
    pub fn create_worktree(
        &self,
        request: &WorktreeRequest,
        stopped: &dyn Fn() -> bool,
    ) -> Result<CreatedWorktree, GitError> {
        let base = self.commit_named(request.start.as_deref().unwrap_or("HEAD"), stopped);
        let base = base.map_err(|error| if request.start.is_none() { GitError::NoCommits } else { error })?;
        self.ensure_ignored(stopped)?;
        let own = self.own_folder();
        let (slug, branch) = self.free_names(request, own, stopped)?;
        let relative = format!("{own}/{slug}");
        let path = self.project().join(&relative);
        self.add_worktree(&path, &branch, true, Some(&base), stopped)?;
        Ok(CreatedWorktree {
            path: path.display().to_string(),
            project_directory: self.project().display().to_string(),
            label: branch.clone(),
            branch,
            relative_path: relative,
            base,
        })
    }

    /// A folder and a branch that are not there yet.
    fn free_names(
        &self,
        request: &WorktreeRequest,
        own: &str,
        stopped: &dyn Fn() -> bool,
    ) -> Result<(String, String), GitError> {
        let slug = slug(&request.name);
        let invalid = || GitError::Path { path: own.to_owned() };
        let folder = persons_folder(self.project()).ok_or_else(invalid)?;
        let inside = |slug: &str| RelativePath::new(&Path::new(own).join(slug)).ok_or_else(invalid);
        // Walked without following a link: what the project brings along could lead anywhere.
        folder.create_folders(&RelativePath::new(Path::new(own)).ok_or_else(invalid)?).map_err(|_| invalid())?;
        for number in 1..=MAX_TRIES {
            let slug = if number == 1 { slug.clone() } else { format!("{slug}-{number}") };
            let branch = request.branch.clone().unwrap_or_else(|| format!("atelier/{slug}"));
            self.check_branch_name(&branch, stopped)?;
            let standing = folder.standing(&inside(&slug)?).map_err(|_| invalid())?;
            let known = format!("refs/heads/{branch}");
            let arguments = ["rev-parse", "--verify", "--quiet", &known];
            let taken = !self.look_at_most(&arguments, 200, Some(1), stopped)?.output.is_empty();
            // A branch that was asked for by name is git's to refuse.
            if standing == Standing::Nothing && (!taken || request.branch.is_some()) {
                return Ok((slug, branch));
            }
        }
        Err(GitError::TooManyFiles { max: MAX_TRIES })
    }

    /// What a working tree has beside a branch or commit: what is checked out in the project, if none is named.
    pub fn worktree_changes(
        &self,
        path: &Path,
        beside: Option<&str>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<WorktreeChanges, GitError> {
        let there = self.beside(path, stopped)?;
        let other = self.commit_named(beside.unwrap_or("HEAD"), stopped)?;
        let head = there.head(stopped)?.ok_or(GitError::NoCommits)?;
        let told = self.look_at_most(&["merge-base", &other, &head], 200, Some(1), stopped)?;
        let base = String::from_utf8_lossy(&told.output).trim().to_owned();
        // Histories that share nothing are compared as they are.
        let base = if base.is_empty() { other.clone() } else { base };
        let range = format!("{other}...{head}");
        let told = self.look(&["rev-list", "--left-right", "--count", &range, "--"], stopped)?;
        let told = String::from_utf8_lossy(&told);
        let mut counts = told.split_whitespace().map(|count| count.parse().unwrap_or(0));
        let (behind, ahead) = (counts.next().unwrap_or(0), counts.next().unwrap_or(0));
        let committed = changed_files(&there, &base, &head, stopped)?;
        let changes = there.changes(stopped)?;
        Ok(WorktreeChanges { branch: changes.branch.clone(), base, head, ahead, behind, committed, changes })
    }

    /// Merges the branch of a working tree into what is checked out in the project. One with changes that are not committed
    /// is refused: they would stay behind.
    pub fn merge_worktree(&self, path: &Path, kind: MergeKind, stopped: &dyn Fn() -> bool) -> Result<Moved, GitError> {
        let there = self.beside(path, stopped)?;
        if !there.changes(stopped)?.is_clean() {
            return Err(GitError::WorktreeDirty { path: path.display().to_string() });
        }
        let branch = there.current_branch(stopped)?.ok_or(GitError::Detached)?;
        self.merge(&branch, kind, None, stopped)
    }

    /// The address of a remote; of the first there is, where that one is not there.
    pub fn remote_address(&self, remote: &str, stopped: &dyn Fn() -> bool) -> Result<Option<String>, GitError> {
        let known = self.look(&["remote"], stopped)?;
        let known = String::from_utf8_lossy(&known);
        let found = known.lines().find(|name| *name == remote).or_else(|| known.lines().next());
        let Some(name) = found.filter(|name| !name.starts_with('-')) else { return Ok(None) };
        let told = self.look(&["remote", "get-url", name], stopped)?;
        Ok(Some(String::from_utf8_lossy(&told).trim().to_owned()))
    }

    /// Removes a working tree and deletes its branch. Nothing that is nowhere else is lost, unless it was said that it may
    /// be.
    pub fn archive_worktree(
        &self,
        path: &Path,
        archiving: Archiving,
        stopped: &dyn Fn() -> bool,
    ) -> Result<ArchivedWorktree, GitError> {
        let there = self.beside(path, stopped)?;
        let shown = || path.display().to_string();
        if !archiving.with_changes && !there.changes(stopped)?.is_clean() {
            return Err(GitError::WorktreeDirty { path: shown() });
        }
        let commit = there.head(stopped)?.unwrap_or_default();
        let branch = there.current_branch(stopped)?;
        let own = branch.as_ref().map(|branch| format!("refs/heads/{branch}"));
        let theirs = branch.as_ref().filter(|_| archiving.remote_branch);
        let theirs = theirs.map(|branch| format!("refs/remotes/origin/{branch}"));
        let going = [own.as_deref(), theirs.as_deref()];
        if !archiving.unmerged && !commit.is_empty() && !self.is_elsewhere(&commit, going, stopped)? {
            return Err(GitError::Unmerged { name: branch.unwrap_or(commit) });
        }
        self.remove_worktree(path, archiving.with_changes, stopped)?;
        if let Some(own) = &own {
            // Only where it stood when it was looked at.
            self.tamed(&["update-ref", "-d", own, &commit], stopped)?;
        }
        Ok(ArchivedWorktree { branch, commit })
    }

    /// Whether a branch or tag, of this repository or a remote, has a commit, beside those that are going.
    fn is_elsewhere(
        &self,
        commit: &str,
        going: [Option<&str>; 2],
        stopped: &dyn Fn() -> bool,
    ) -> Result<bool, GitError> {
        let contains = format!("--contains={commit}");
        let arguments = ["for-each-ref", "--format=%(refname)", &contains, "refs/heads", "refs/remotes", "refs/tags"];
        let listed = self.look(&arguments, stopped)?;
        let listed = String::from_utf8_lossy(&listed);
        Ok(listed.lines().any(|name| !going.contains(&Some(name))))
    }
}

/// The name of a folder and a branch, made of any words.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= MAX_SLUG {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    // Git ends no branch so, and no name is no name.
    match slug.strip_suffix("-lock").unwrap_or(slug) {
        "" => "session".to_owned(),
        slug => slug.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn any_words_make_a_name() {
        assert_eq!(slug("Fix the  parser: ünïcode!"), "fix-the-parser-n-code");
        assert_eq!((slug(""), slug("../..")), ("session".into(), "session".into()));
    }

    proptest! {
        #[test]
        fn a_name_is_plain(name in "\\PC{0,100}") {
            let slug = slug(&name);
            prop_assert!(!slug.is_empty() && slug.len() <= MAX_SLUG);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'));
        }
    }
}

//! A working tree as a list shows it.

use std::path::Path;

use serde::Serialize;

use super::Worktree;
use crate::{GitError, Repository};

/// Of how many working trees the state is looked at; of more it is left out.
const MAX_LOOKED_AT: usize = 50;

/// A working tree as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorktreeMetadata {
    /// Where it is, absolute.
    pub path: String,
    /// The project that it belongs to: the main working tree.
    pub project_directory: String,
    /// The branch in it, with `refs/heads/`; empty where a commit is checked out.
    pub branch: String,
    /// The branch as it is shown.
    pub label: String,
    /// Where it is in the project; the whole path where it lies elsewhere.
    pub relative_path: String,
    /// How it stands; none where that can't be found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<WorktreeStatus>,
}

/// How a working tree stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorktreeStatus {
    /// Whether it has changes that are not committed, new files among them.
    pub is_dirty: bool,
    /// Commits that its upstream does not have, and those that only the upstream has.
    pub ahead: u64,
    /// See `ahead`.
    pub behind: u64,
    /// The branch that it follows, or null.
    pub upstream: Option<String>,
}

impl Repository {
    /// The working trees beside the main one, as a list shows them.
    pub fn worktree_list(&self, stopped: &dyn Fn() -> bool) -> Result<Vec<WorktreeMetadata>, GitError> {
        let listed = self.worktrees(stopped)?;
        let Some((main, others)) = listed.split_first() else { return Ok(Vec::new()) };
        let described = others.iter().enumerate().map(|(at, worktree)| {
            let status = || {
                let changes = self.beside(Path::new(&worktree.worktree), stopped).ok()?.changes(stopped).ok()?;
                let is_dirty = !changes.is_clean();
                let (ahead, behind, upstream) = (changes.ahead, changes.behind, changes.upstream);
                Some(WorktreeStatus { is_dirty, ahead, behind, upstream })
            };
            describe(&main.worktree, worktree, (at < MAX_LOOKED_AT).then(status).flatten())
        });
        Ok(described.collect())
    }
}

fn describe(project: &str, worktree: &Worktree, status: Option<WorktreeStatus>) -> WorktreeMetadata {
    let branch = worktree.branch.clone().unwrap_or_default();
    let starts = ["refs/heads/", "heads/", "refs/"];
    let label = starts.iter().find_map(|start| branch.strip_prefix(start)).unwrap_or(&branch).to_owned();
    // By components: `/a/b2` does not lie in `/a/b`.
    let inside = Path::new(&worktree.worktree).strip_prefix(project).ok();
    let relative_path = inside.map_or_else(|| worktree.worktree.clone(), |inside| inside.display().to_string());
    let (path, project_directory) = (worktree.worktree.clone(), project.to_owned());
    WorktreeMetadata { path, project_directory, branch, label, relative_path, status }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_shown_without_its_folders_and_a_path_without_the_project() {
        let shown = |path: &str, branch: &str| {
            let worktree = Worktree { worktree: path.into(), head: None, branch: Some(branch.into()) };
            let described = describe("/a/b", &worktree, None);
            (described.label, described.relative_path)
        };
        assert_eq!(shown("/a/b/.atelier/x", "refs/heads/fix/y"), ("fix/y".into(), ".atelier/x".into()));
        assert_eq!(shown("/a/b2", "heads/z"), ("z".into(), "/a/b2".into()));
    }
}

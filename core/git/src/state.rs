//! What is under way in a repository: a merge, a rebase and the like, as git's own files say.

use std::{fs::File, io::Read as _, path::Path};

use serde::Serialize;

use crate::{GitError, Repository};

/// How much of one of git's small files is read, in bytes.
const MAX_NOTE: u64 = 64 << 10;

/// What is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum OperationState {
    /// Nothing.
    #[default]
    Clean,
    /// A merge that waits for its commit.
    Merging {
        /// The commit that is merged in.
        commit: String,
    },
    /// A rebase.
    Rebasing {
        /// Which of its commits it is at, from 1, and how many there are.
        step: u64,
        /// See `step`.
        total: u64,
        /// The branch that is moved; none where none was checked out.
        #[serde(skip_serializing_if = "Option::is_none")]
        branch: Option<String>,
        /// The commit that it is moved onto.
        #[serde(skip_serializing_if = "Option::is_none")]
        onto: Option<String>,
    },
    /// Patches from mails (`git am`).
    Applying {
        /// Which of them it is at, from 1, and how many there are.
        step: u64,
        /// See `step`.
        total: u64,
    },
    /// A cherry-pick that waits for its commit, or has more to come.
    CherryPicking {
        /// The commit; none between two of them.
        #[serde(skip_serializing_if = "Option::is_none")]
        commit: Option<String>,
    },
    /// The same for a revert.
    Reverting {
        /// The commit; none between two of them.
        #[serde(skip_serializing_if = "Option::is_none")]
        commit: Option<String>,
    },
    /// A bisection.
    Bisecting,
}

impl Repository {
    /// What is under way.
    pub fn operation_state(&self, stopped: &dyn Fn() -> bool) -> Result<OperationState, GitError> {
        let (folder, _) = self.git_folders(stopped)?;
        let note = |name: &str| note(&folder.join(name));
        let number = |name: &str| note(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        if folder.join("rebase-merge").is_dir() {
            return Ok(OperationState::Rebasing {
                step: number("rebase-merge/msgnum"),
                total: number("rebase-merge/end"),
                branch: branch(note("rebase-merge/head-name")),
                onto: note("rebase-merge/onto"),
            });
        }
        if folder.join("rebase-apply").is_dir() {
            let (step, total) = (number("rebase-apply/next"), number("rebase-apply/last"));
            if folder.join("rebase-apply/applying").exists() {
                return Ok(OperationState::Applying { step, total });
            }
            let (branch, onto) = (branch(note("rebase-apply/head-name")), note("rebase-apply/onto"));
            return Ok(OperationState::Rebasing { step, total, branch, onto });
        }
        if let Some(commit) = note("MERGE_HEAD") {
            let commit = commit.lines().next().unwrap_or_default().to_owned();
            return Ok(OperationState::Merging { commit });
        }
        let todo = note("sequencer/todo").unwrap_or_default();
        if let Some(commit) = note("CHERRY_PICK_HEAD") {
            return Ok(OperationState::CherryPicking { commit: Some(commit) });
        }
        if let Some(commit) = note("REVERT_HEAD") {
            return Ok(OperationState::Reverting { commit: Some(commit) });
        }
        Ok(if todo.starts_with("pick") {
            OperationState::CherryPicking { commit: None }
        } else if todo.starts_with("revert") {
            OperationState::Reverting { commit: None }
        } else if folder.join("BISECT_LOG").exists() {
            OperationState::Bisecting
        } else {
            OperationState::Clean
        })
    }
}

fn branch(name: Option<String>) -> Option<String> {
    name?.strip_prefix("refs/heads/").map(str::to_owned)
}

/// The content of one of git's small files; none where there is none.
fn note(path: &Path) -> Option<String> {
    // Not a pipe or a device, which would make us wait.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_NOTE).read_to_string(&mut text).ok()?;
    Some(text.trim().to_owned())
}

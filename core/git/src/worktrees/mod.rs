//! Working trees beside the main one.

mod agents;
mod ignored;
mod metadata;
mod pull_request;

use std::{ffi::OsString, path::Path};

use serde::Serialize;

pub use agents::{ArchivedWorktree, Archiving, CreatedWorktree, WorktreeChanges, WorktreeRequest};
pub use metadata::{WorktreeMetadata, WorktreeStatus};
pub use pull_request::pull_request_url;

use crate::{GitError, Repository, paths::shown};

/// A working tree of a repository, as the runtime contract lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worktree {
    /// Where it is, absolute.
    pub worktree: String,
    /// The commit that is checked out; none in a bare repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The branch that is checked out, with `refs/heads/`; none where a commit is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

impl Repository {
    /// The working trees, the main one first.
    pub fn worktrees(&self, stopped: &dyn Fn() -> bool) -> Result<Vec<Worktree>, GitError> {
        let listed = self.look(&["worktree", "list", "--porcelain", "-z"], stopped)?;
        parse(&listed).ok_or(GitError::Nonsense { what: "worktrees" })
    }

    /// Makes a working tree with a branch in it: one that is there, or, `create`, a new one at `start` (where the project's
    /// own working tree is, if that is none). None of the repository's hooks runs.
    pub fn add_worktree(
        &self,
        path: &Path,
        branch: &str,
        create: bool,
        start: Option<&str>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<(), GitError> {
        self.check_branch_name(branch, stopped)?;
        let mut arguments: Vec<OsString> = ["worktree", "add"].map(Into::into).into();
        if create {
            arguments.extend(["--no-track", "-b", branch].map(Into::into));
        }
        arguments.extend(["--".into(), path.into()]);
        match start {
            _ if !create => arguments.push(branch.into()),
            Some(start) => arguments.push(self.commit_named(start, stopped)?.into()),
            None => {}
        }
        self.changing(&arguments, stopped)
    }

    /// Removes a working tree with what git does not know in it. Without `force` one with changes is refused, in git's words.
    pub fn remove_worktree(&self, path: &Path, force: bool, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        // A working tree can have settings of its own, and git looks into it before it removes it.
        let there = self.beside(path, stopped);
        let tame = there.as_ref().map_or_else(|_| self.clone(), |there| self.taming_also(there));
        if let Err(error @ GitError::Untamed { .. }) = there {
            return Err(error);
        }
        let mut arguments: Vec<OsString> = ["worktree", "remove"].map(Into::into).into();
        arguments.extend(force.then(|| "--force".into()));
        arguments.extend(["--".into(), path.into()]);
        tame.changing(&arguments, stopped)
    }

    /// Whether this is a working tree beside the main one.
    pub fn is_linked(&self, stopped: &dyn Fn() -> bool) -> Result<bool, GitError> {
        let (own, common) = self.git_folders(stopped)?;
        Ok(own != common)
    }

    /// Another working tree of this repository, by its path.
    pub(crate) fn beside(&self, path: &Path, stopped: &dyn Fn() -> bool) -> Result<Self, GitError> {
        let unknown = || GitError::NoSuchWorktree { path: path.display().to_string() };
        let folder = crate::discard::persons_folder(path).ok_or_else(unknown)?;
        let there = Self::open(&folder, stopped)?;
        let (own, common) = there.git_folders(stopped)?;
        let same = common == self.git_folders(stopped)?.1;
        if same && own != common { Ok(there) } else { Err(unknown()) }
    }

    fn changing(&self, arguments: &[OsString], stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let ran = self.act(crate::repository::Purpose::Look, arguments, stopped)?;
        if ran.status.success() { Ok(()) } else { Err(GitError::from_words(&ran.output, &ran.complaint)) }
    }
}

/// Reads `worktree list --porcelain -z`: `name value` ended by NUL, and an empty one after each working tree.
fn parse(listed: &[u8]) -> Option<Vec<Worktree>> {
    let mut found: Vec<Worktree> = Vec::new();
    for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let at = memchr::memchr(b' ', line).unwrap_or(line.len());
        let value = line.get(at + 1..).unwrap_or_default();
        let text = || Some(String::from_utf8_lossy(value).into_owned());
        match &line[..at] {
            b"worktree" => found.push(Worktree { worktree: shown(value), head: None, branch: None }),
            b"HEAD" => found.last_mut()?.head = text(),
            b"branch" => found.last_mut()?.branch = text(),
            // Detached, bare, locked, prunable.
            _ => {}
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_of_working_tree_is_read() {
        let listed =
            b"worktree /a b\0HEAD 12\0branch refs/heads/main\0\0worktree /c\0HEAD 34\0detached\0locked why\0\0\
                       worktree /bare\0bare\0\0";
        let found = parse(listed).unwrap();
        assert_eq!(found[0].branch.as_deref(), Some("refs/heads/main"));
        assert_eq!((found[1].head.as_deref(), &found[1].branch), (Some("34"), &None));
        assert_eq!((found[2].worktree.as_str(), &found[2].head), ("/bare", &None));
        assert_eq!(parse(b"HEAD x\0"), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_an_answer_and_no_panic(listed in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = parse(&listed);
        }
    }
}

//! Branches: listing, making, checking out, deleting.

use std::{collections::BTreeMap, path::Path};

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{Git, GitFailure, branch_argument, given, remote_argument, succeeded};
use crate::repository::Purpose;

/// What is asked of each branch. The subject comes last: it may hold anything but NUL and the end of a line.
const FORMAT: &str = "--format=%(refname)%00%(symref)%00%(HEAD)%00%(objectname:short)%00%(upstream:short)%00\
                      %(upstream:track)%00%(worktreepath)%00%(contents:subject)";

/// The branches of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BranchList {
    /// The branch that is checked out; the shortened commit where one is; empty before the first commit.
    pub current: String,
    /// A commit that is checked out without a branch, the user's own branches, those of remotes as
    /// `remotes/origin/main`; in git's order.
    pub branches: Vec<BranchDetails>,
}

/// A branch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BranchDetails {
    /// Whether it is checked out here.
    pub current: bool,
    /// Its name, as the list has it.
    pub name: String,
    /// Its last commit, shortened.
    pub commit: String,
    /// The first line of that commit's message.
    pub label: String,
    /// The branch that it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// Commits that the followed branch does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ahead: Option<u64>,
    /// Commits that only the followed branch has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<u64>,
    /// Set where it is checked out in another working tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked_work_tree: Option<bool>,
}

/// As the contract has it: names in order, and details by name.
impl Serialize for BranchList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names: Vec<_> = self.branches.iter().map(|branch| &branch.name).collect();
        let details: BTreeMap<_, _> = self.branches.iter().map(|branch| (&branch.name, branch)).collect();
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("all", &names)?;
        map.serialize_entry("current", &self.current)?;
        map.serialize_entry("branches", &details)?;
        map.end()
    }
}

impl Git<'_> {
    /// The branches there are. `ask_remote`: of those of `origin` only the ones that it still has, where it says so within five
    /// seconds.
    pub fn branches(&self, ask_remote: bool) -> Result<BranchList, GitFailure> {
        let listed = self.look(&["for-each-ref", FORMAT, "refs/heads", "refs/remotes"])?;
        let listed = String::from_utf8_lossy(&listed);
        let mut branches = Vec::new();
        for line in listed.lines() {
            let fields: Result<[&str; 8], _> = line.splitn(8, '\0').collect::<Vec<_>>().try_into();
            let fields =
                fields.map_err(|_| GitFailure::Failed("Git's branches could not be understood.".to_owned()))?;
            branches.extend(self.details(&fields));
        }
        let current = match branches.iter().find(|branch| branch.current) {
            Some(branch) => branch.name.clone(),
            None => match self.detached()? {
                Some(detached) => {
                    let name = detached.name.clone();
                    branches.insert(0, detached);
                    name
                }
                None => String::new(),
            },
        };
        if ask_remote
            && branches.iter().any(|branch| branch.name.starts_with("remotes/origin/"))
            && let Some(heads) = self.remote_heads()
        {
            let gone = |name: &str| name.strip_prefix("remotes/origin/").is_some_and(|name| !heads.contains(name));
            branches.retain(|branch| !gone(&branch.name));
        }
        Ok(BranchList { current, branches })
    }

    /// None for what only points at another branch, as `origin/HEAD` does.
    fn details(&self, fields: &[&str; 8]) -> Option<BranchDetails> {
        let [refname, symref, head, commit, upstream, track, worktree, label] = *fields;
        if !symref.is_empty() && refname.ends_with("/HEAD") {
            return None;
        }
        let local = refname.strip_prefix("refs/heads/");
        let name = local.or_else(|| refname.strip_prefix("refs/"))?.to_owned();
        let (commit, label, current) = (commit.to_owned(), label.to_owned(), head == "*");
        let mut branch = BranchDetails { current, name, commit, label, ..BranchDetails::default() };
        if local.is_some() && !upstream.is_empty() {
            branch.tracking = Some(upstream.to_owned());
            if track != "[gone]" {
                branch.ahead = Some(counted(track, "ahead "));
                branch.behind = Some(counted(track, "behind "));
            }
        }
        let elsewhere = !worktree.is_empty() && !current && Path::new(worktree) != self.repository.top();
        branch.linked_work_tree = elsewhere.then_some(true);
        Some(branch)
    }

    /// The commit that is checked out without a branch; none before the first.
    fn detached(&self) -> Result<Option<BranchDetails>, GitFailure> {
        let named = self.ran(Purpose::Look, &["symbolic-ref", "--quiet", "HEAD"])?;
        let shown =
            self.ran(Purpose::Look, &["log", "-1", "--no-show-signature", "--format=%h%x00%s", "HEAD", "--"])?;
        if named.status.success() || !shown.status.success() {
            return Ok(None);
        }
        let shown = String::from_utf8_lossy(&shown.output).trim_end().to_owned();
        let (commit, label) = shown.split_once('\0').unwrap_or((&shown, ""));
        let (name, commit, label) = (commit.to_owned(), commit.to_owned(), label.to_owned());
        Ok(Some(BranchDetails { current: true, name, commit, label, ..BranchDetails::default() }))
    }

    /// Makes a branch at `start` (what is checked out, if not said) and checks it out. Returns its name.
    pub fn create_branch(&self, name: &str, start: Option<&str>) -> Result<String, GitFailure> {
        let name = given(Some(name)).ok_or(GitFailure::Invalid("name is required"))?;
        let (name, start) = (branch_argument(name)?, branch_argument(given(start).unwrap_or("HEAD"))?);
        // Before the first commit there is nothing to start at.
        let unborn = start == "HEAD"
            && !self.ran(Purpose::Look, &["rev-parse", "--verify", "--quiet", "HEAD"])?.status.success();
        let arguments = ["checkout", "-b", name, start];
        succeeded(self.ran(Purpose::Change, if unborn { &arguments[..3] } else { &arguments })?)?;
        Ok(name.to_owned())
    }

    /// Checks a branch out, never a file of that name. Returns its name.
    pub fn checkout_branch(&self, branch: &str) -> Result<String, GitFailure> {
        let branch = given(Some(branch)).ok_or(GitFailure::Invalid("branch is required"))?;
        // Without the dashes git would take a name that is no branch's for a path, and throw away what changed there.
        let ran = self.ran(Purpose::Change, &["checkout", branch_argument(branch)?, "--"])?;
        if String::from_utf8_lossy(&ran.complaint).starts_with("fatal: invalid reference: ") {
            let words = format!("error: pathspec '{branch}' did not match any file(s) known to git");
            return Err(GitFailure::Failed(words));
        }
        succeeded(ran)?;
        Ok(branch.to_owned())
    }

    /// Deletes a branch: by force also one whose commits are nowhere else.
    pub fn delete_branch(&self, branch: &str, force: bool) -> Result<(), GitFailure> {
        let branch = given(Some(branch)).ok_or(GitFailure::Invalid("branch is required"))?;
        let branch = branch_argument(branch.strip_prefix("refs/heads/").unwrap_or(branch))?;
        let how = if force { "-D" } else { "-d" };
        succeeded(self.ran(Purpose::Change, &["branch", how, branch])?).map(drop)
    }

    /// Deletes a branch of a remote (`origin`, if not said).
    pub fn delete_remote_branch(&self, branch: &str, remote: Option<&str>) -> Result<(), GitFailure> {
        let branch = given(Some(branch)).ok_or(GitFailure::Invalid("branch is required to delete remote branch"))?;
        let branch = branch_argument(branch.strip_prefix("refs/heads/").unwrap_or(branch))?;
        let remote = remote_argument(given(remote).unwrap_or("origin"))?;
        let ran = self.ran(Purpose::Push, &["push", remote, &format!(":{branch}")]);
        self.forget_remote_heads();
        succeeded(ran?).map(drop)
    }
}

/// The number after a word in `[ahead 1, behind 2]`.
fn counted(track: &str, word: &str) -> u64 {
    let digits = track.split_once(word).map_or("", |(_, rest)| rest);
    digits.chars().map_while(|c| c.to_digit(10)).fold(0, |sum, digit| sum.saturating_mul(10) + u64::from(digit))
}

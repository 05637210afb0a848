//! Pulling and fetching.

use serde::Serialize;

use super::{
    CommitSummary, Git, GitFailure, GitOptions, GitProgress, branch_argument, given, numstat::shortstat, push::fatal,
    remote_argument, succeeded,
};
use crate::{Repository, repository::Purpose};

/// What came of a pull.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pulled {
    /// Always; a failure is an error.
    pub success: bool,
    /// How much changed between the commits before and after.
    pub summary: CommitSummary,
    /// Which files, relative to the top of the repository.
    pub files: Vec<String>,
    /// As in the summary.
    pub insertions: u64,
    /// As in the summary.
    pub deletions: u64,
}

impl Git<'_> {
    /// Pulls: what the repository says, or a branch of a remote (`origin`, if only a branch is said).
    pub fn pull(
        &self,
        remote: Option<&str>,
        branch: Option<&str>,
        options: &GitOptions,
        tell: &mut dyn FnMut(GitProgress),
    ) -> Result<Pulled, GitFailure> {
        let arguments = arguments("pull", remote, branch, options)?;
        let held = self.held()?;
        let before = self.head(&held)?;
        let ran = self.over_network(&held, Purpose::Pull, &arguments, tell);
        self.forget_remote_heads();
        let ran = ran?;
        if !ran.status.success() {
            return Err(fatal(&ran));
        }
        match self.head(&held)? {
            after if after == before => Ok(Pulled { success: true, ..Pulled::default() }),
            after => self.changed_between(&held, before.as_deref(), after.as_deref().unwrap_or("HEAD")),
        }
    }

    /// Fetches: what the repository says, or a branch of a remote (`origin`, if only a branch is said).
    pub fn fetch(
        &self,
        remote: Option<&str>,
        branch: Option<&str>,
        options: &GitOptions,
        tell: &mut dyn FnMut(GitProgress),
    ) -> Result<(), GitFailure> {
        let arguments = arguments("fetch", remote, branch, options)?;
        let ran = self.over_network(&self.repository, Purpose::Push, &arguments, tell);
        self.forget_remote_heads();
        succeeded(ran?).map(drop)
    }

    /// The commit that is checked out; none before the first.
    fn head(&self, held: &Repository) -> Result<Option<String>, GitFailure> {
        let ran = self.ran_in(held, Purpose::Look, &["rev-parse", "--verify", "--quiet", "HEAD"])?;
        let hash = String::from_utf8_lossy(&ran.output).trim().to_owned();
        Ok((ran.status.success() && !hash.is_empty()).then_some(hash))
    }

    fn changed_between(&self, held: &Repository, before: Option<&str>, after: &str) -> Result<Pulled, GitFailure> {
        let empty;
        let before = if let Some(before) = before {
            before
        } else {
            // Nothing is read: the input is empty, and so is the tree.
            let hash = succeeded(self.ran_in(held, Purpose::Look, &["hash-object", "-t", "tree", "--stdin"])?)?;
            empty = String::from_utf8_lossy(&hash).trim().to_owned();
            &empty
        };
        let diff = |how: &[&str]| {
            let mut arguments = vec!["diff", "--no-ext-diff", "--no-textconv", "--no-color"];
            arguments.extend(how);
            arguments.extend([before, after, "--"]);
            succeeded(self.ran_in(held, Purpose::Look, &arguments)?)
        };
        let (changes, stat) = shortstat(&String::from_utf8_lossy(&diff(&["--shortstat"])?));
        let names = diff(&["--name-only", "-z"])?;
        let files = String::from_utf8_lossy(&names).split_terminator('\0').map(str::to_owned).collect();
        let (insertions, deletions) = (stat.insertions, stat.deletions);
        let summary = CommitSummary { changes, insertions, deletions };
        Ok(Pulled { success: true, summary, files, insertions, deletions })
    }
}

fn arguments<'a>(
    command: &'a str,
    remote: Option<&'a str>,
    branch: Option<&'a str>,
    options: &'a GitOptions,
) -> Result<Vec<&'a str>, GitFailure> {
    let mut arguments = vec![command, "--progress"];
    arguments.extend(options.arguments());
    let (remote, branch) = (given(remote), given(branch));
    if remote.is_some() || branch.is_some() {
        arguments.extend(["--", remote_argument(remote.unwrap_or("origin"))?]);
        arguments.extend(branch.map(branch_argument).transpose()?);
    }
    Ok(arguments)
}

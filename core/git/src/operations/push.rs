//! Pushing.

use serde::Serialize;

use super::{
    Git, GitFailure, GitOptions, GitProgress, branch_argument, given, progress::Progresses, remote_argument, succeeded,
};
use crate::{
    Repository,
    error::{without_passwords, words},
    repository::Purpose,
};
use atelier_process::{Bounds, Ran};

use super::MAX_OUTPUT;

/// What came of a push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PushedTo {
    /// Always; a failure is an error.
    pub success: bool,
    /// What was pushed, in git's order.
    pub pushed: Vec<PushedRef>,
    /// The remote's address as git prints it, without passwords.
    pub repo: String,
    /// What is known here of the remote's branch, where git says that it brings it up to date.
    #[serde(rename = "ref")]
    pub tracking: Option<PushRef>,
}

/// The branch here that stands for the remote's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PushRef {
    /// Its full name, such as `refs/remotes/origin/main`.
    pub local: String,
}

/// One branch or tag of a push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract's shape")]
pub struct PushedRef {
    /// Its full name here; empty where it was deleted.
    pub local: String,
    /// Its full name at the remote.
    pub remote: String,
    /// Whether the remote did not have it.
    pub new: bool,
    /// Whether there was nothing to do.
    pub already_updated: bool,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether it is a tag.
    pub tag: bool,
    /// Whether it is a branch.
    pub branch: bool,
}

impl Git<'_> {
    /// Pushes a branch (the one that is checked out, if not said) to a remote (`origin`).
    pub fn push(
        &self,
        remote: Option<&str>,
        branch: Option<&str>,
        options: &GitOptions,
        tell: &mut dyn FnMut(GitProgress),
    ) -> Result<PushedTo, GitFailure> {
        let remote = remote_argument(given(remote).unwrap_or("origin"))?;
        let branch = match given(branch) {
            Some(branch) => branch_argument(branch)?.to_owned(),
            None => self.current_branch()?,
        };
        let mut arguments = vec!["push"];
        arguments.extend(options.arguments());
        arguments.extend(["--verbose", "--porcelain", "--progress", "--", remote, &branch]);
        let ran = self.over_network(&self.repository, Purpose::Push, &arguments, tell);
        self.forget_remote_heads();
        let ran = ran?;
        let complaint = String::from_utf8_lossy(&ran.complaint).into_owned();
        let output = succeeded(ran)?;
        let mut done = pushed(&String::from_utf8_lossy(&output));
        let updated = complaint.split_once("updating local tracking ref '").and_then(|(_, rest)| rest.split_once('\''));
        done.tracking = updated.map(|(local, _)| PushRef { local: local.to_owned() });
        Ok(done)
    }

    /// Runs what shows progress, and leaves that out of what it complained.
    pub(super) fn over_network(
        &self,
        repository: &Repository,
        purpose: Purpose,
        arguments: &[&str],
        tell: &mut dyn FnMut(GitProgress),
    ) -> Result<Ran, GitFailure> {
        let bounds = Bounds { time: purpose.time(), output: MAX_OUTPUT, end_when_full: false };
        let mut progresses = Progresses::new(tell);
        let mut hear = |bytes: &[u8]| progresses.hear(bytes);
        let mut ran = repository.run_heard(purpose, arguments, bounds, &mut hear, self.stopped)?;
        ran.complaint = without_progress(&ran.complaint);
        Ok(ran)
    }
}

/// Nobody wants to read of percentages why something failed.
fn without_progress(complaint: &[u8]) -> Vec<u8> {
    let lines = complaint.split_inclusive(|byte| matches!(byte, b'\r' | b'\n'));
    lines.filter(|line| GitProgress::of(&String::from_utf8_lossy(line)).is_none()).flatten().copied().collect()
}

/// Reads `push --porcelain`.
fn pushed(output: &str) -> PushedTo {
    let mut done = PushedTo { success: true, pushed: Vec::new(), repo: String::new(), tracking: None };
    for line in output.lines() {
        if let Some(address) = line.strip_prefix("To ") {
            done.repo = without_passwords(address);
            continue;
        }
        // `<flag>\t<from>:<to>\t<summary>`
        let mut fields = line.splitn(3, '\t');
        let (Some(flag), Some((local, remote)), Some(summary)) =
            (fields.next(), fields.next().and_then(|refs| refs.split_once(':')), fields.next())
        else {
            continue;
        };
        done.pushed.push(PushedRef {
            local: local.to_owned(),
            remote: remote.to_owned(),
            new: summary.starts_with("[new"),
            already_updated: flag == "=",
            deleted: flag == "-",
            tag: remote.starts_with("refs/tags/"),
            branch: remote.starts_with("refs/heads/"),
        });
    }
    done
}

/// What is told of a pull that failed: the last thing that git calls fatal, or else all it said.
pub(super) fn fatal(ran: &Ran) -> GitFailure {
    let text = words(&ran.output, &ran.complaint);
    let last = text.lines().rev().find_map(|line| line.strip_prefix("fatal: "));
    GitFailure::Failed(last.map_or_else(|| text.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_of_line_is_read() {
        let text = "Pushing to x\nTo https://me:pw@host/x.git\n*\trefs/heads/a:refs/heads/a\t[new branch]\n\
                    =\trefs/heads/b:refs/heads/b\t[up to date]\n-\t:refs/heads/c\t[deleted]\n\
                    *\trefs/tags/v1:refs/tags/v1\t[new tag]\n \trefs/heads/d:refs/heads/d\t1..2\nDone\n";
        let done = pushed(text);
        assert_eq!(done.repo, "https://host/x.git");
        let flags: Vec<_> =
            done.pushed.iter().map(|r| (r.new, r.already_updated, r.deleted, r.tag, r.branch)).collect();
        assert_eq!(
            flags,
            [
                (true, false, false, false, true),
                (false, true, false, false, true),
                (false, false, true, false, true),
                (true, false, false, true, false),
                (false, false, false, false, true)
            ]
        );
    }

    proptest! {
        #[test]
        fn whatever_comes_is_an_answer_and_no_panic(text in "[*=a:\t\n -]{0,60}") {
            let _ = pushed(&text);
        }
    }
}

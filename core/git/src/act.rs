//! Committing and pushing.

use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use atelier_workspace::RelativePath;

use crate::{
    GitError, Repository,
    error::without_passwords,
    repository::{Purpose, literal, os_string},
};

/// The programs that an action would run because the repository says so: its hooks, and what its own settings name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunsPrograms {
    /// Names of hooks.
    pub hooks: Vec<String>,
    /// `key = value`, each value in one line of at most 200 characters.
    pub settings: Vec<String>,
}

impl RunsPrograms {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hooks.is_empty() && self.settings.is_empty()
    }
}

/// A commit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeCommit {
    /// Its whole hash.
    pub hash: String,
    /// What changed with it, in git's words: `2 files changed, 3 insertions(+)`.
    pub summary: String,
}

/// What would be pushed where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushTarget {
    /// The name of the remote.
    pub remote: String,
    /// Its addresses, without passwords.
    pub addresses: Vec<String>,
    /// The branch, here and there.
    pub branch: String,
    /// How many commits the remote did not have when it was last heard of; none if it did not have the branch.
    pub ahead: Option<u64>,
}

/// What came of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// In git's words: `[new branch]`, `[up to date]`, `1a2b3c4..5d6e7f8`.
    pub summary: String,
}

/// Hooks that a commit runs, and those that a push runs.
const COMMIT_HOOKS: [&str; 6] =
    ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-index-change", "reference-transaction"];
const PUSH_HOOKS: [&str; 2] = ["pre-push", "reference-transaction"];

impl Repository {
    /// What a commit would run because the repository says so.
    pub fn commit_runs(&self, stopped: &dyn Fn() -> bool) -> Result<RunsPrograms, GitError> {
        self.runs(&COMMIT_HOOKS, &["filter.", "gpg.", "core.hookspath", "hook."], stopped)
    }

    /// The same for a push.
    pub fn push_runs(&self, stopped: &dyn Fn() -> bool) -> Result<RunsPrograms, GitError> {
        let settings =
            ["core.sshcommand", "core.askpass", "core.gitproxy", "core.hookspath", "credential.", "remote.", "hook."];
        self.runs(&PUSH_HOOKS, &settings, stopped)
    }

    fn runs(&self, hooks: &[&str], settings: &[&str], stopped: &dyn Fn() -> bool) -> Result<RunsPrograms, GitError> {
        let ran = self.act(Purpose::Commit, &["rev-parse", "--git-path", "hooks"], stopped)?;
        let folder = PathBuf::from(os_string(ran.output.trim_ascii_end()));
        let folders = self.places().map(|place| place.join(&folder));
        let is_program = |path: PathBuf| {
            fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
        };
        let is_program = |name: &&&str| folders.iter().any(|folder| is_program(folder.join(name)));
        let hooks = hooks.iter().filter(is_program).map(|name| (*name).to_owned()).collect();
        let own = self.programs.iter().filter(|own| settings.iter().any(|start| own.key.starts_with(start)));
        let settings = own.map(|own| {
            let value: String = own.value.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!("{} = {}", own.key, without_passwords(&value))
        });
        Ok(RunsPrograms { hooks, settings: settings.collect() })
    }

    /// Commits what is staged, or, if there are any, exactly these files as they are now; what else is staged stays so.
    /// Hooks and signing are as the user's git does them. If a hook refuses, nothing is committed, but new files stay
    /// staged.
    pub fn commit(
        &self,
        message: &str,
        files: &[RelativePath],
        stopped: &dyn Fn() -> bool,
    ) -> Result<MadeCommit, GitError> {
        let paths = || ["--".into()].into_iter().chain(files.iter().map(literal));
        if !files.is_empty() {
            let arguments: Vec<OsString> = ["add".into()].into_iter().chain(paths()).collect();
            self.done(Purpose::Commit, &arguments, stopped)?;
        }
        let mut arguments: Vec<OsString> = ["commit", "--no-edit", "-m", message].map(Into::into).into();
        if !files.is_empty() {
            arguments.extend(paths());
        }
        let ran = self.act(Purpose::Commit, &arguments, stopped)?;
        if !ran.status.success() {
            let words = String::from_utf8_lossy(&ran.output);
            let nothing = ["nothing to commit", "nothing added to commit", "no changes added to commit"];
            // Git says so itself, after its status; hooks complain elsewhere.
            return Err(if ran.status.code() == Some(1) && nothing.iter().any(|text| words.contains(text)) {
                GitError::NothingToCommit
            } else {
                GitError::from_words(&ran.output, &ran.complaint)
            });
        }
        let shown =
            self.look(&["log", "-1", "--no-show-signature", "--no-notes", "--shortstat", "--format=%H"], stopped)?;
        let shown = String::from_utf8_lossy(&shown);
        let mut lines = shown.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        Ok(MadeCommit { hash: lines.next().unwrap_or_default(), summary: lines.next().unwrap_or_default() })
    }

    /// What a push to this remote (`origin` where none is named) of this branch (the one that is checked out) would be.
    pub fn push_target(
        &self,
        remote: Option<&str>,
        branch: Option<&str>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<PushTarget, GitError> {
        let remote = remote.unwrap_or("origin").to_owned();
        let known = self.look(&["remote"], stopped)?;
        let known = String::from_utf8_lossy(&known).lines().map(str::to_owned).collect::<Vec<_>>();
        // Only remotes by name: an address would let a model choose where the code goes.
        if remote.starts_with('-') || !known.contains(&remote) {
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(GitError::RemoteName { name: remote.chars().take(100).collect(), known });
        }
        let branch = match branch {
            Some(branch) => branch.to_owned(),
            None => self.current_branch(stopped)?.ok_or(GitError::Detached)?,
        };
        self.check_branch_name(&branch, stopped)?;
        let ours = format!("refs/heads/{branch}");
        let ran = self.act(Purpose::Look, &["rev-parse", "--verify", "--quiet", ours.as_str()], stopped)?;
        if !ran.status.success() {
            return Err(GitError::BranchName { name: branch });
        }
        let addresses = self.look(&["remote", "get-url", "--push", "--all", remote.as_str()], stopped)?;
        let addresses = String::from_utf8_lossy(&addresses).lines().map(without_passwords).collect();
        let range = format!("refs/remotes/{remote}/{branch}..{ours}");
        let ran = self.act(Purpose::Look, &["rev-list", "--count", range.as_str(), "--"], stopped)?;
        let ahead = String::from_utf8_lossy(&ran.output).trim().parse().ok().filter(|_| ran.status.success());
        Ok(PushTarget { remote, addresses, branch, ahead })
    }

    /// Pushes a branch, under its own name and never by force.
    pub fn push(&self, target: &PushTarget, stopped: &dyn Fn() -> bool) -> Result<Pushed, GitError> {
        let spec = format!("refs/heads/{0}:refs/heads/{0}", target.branch);
        let arguments = ["push", "--porcelain", "--recurse-submodules=no", "--", target.remote.as_str(), spec.as_str()];
        let output = self.done(Purpose::Push, &arguments, stopped)?;
        let output = String::from_utf8_lossy(&output);
        // `<flag>\t<from>:<to>\t<summary>`
        let line = output.lines().find(|line| line.split('\t').count() == 3);
        let summary = line.and_then(|line| line.rsplit('\t').next()).unwrap_or("done");
        Ok(Pushed { summary: summary.to_owned() })
    }

    /// Runs a command that must succeed.
    fn done(
        &self,
        purpose: Purpose,
        arguments: &[impl AsRef<std::ffi::OsStr>],
        stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, GitError> {
        let ran = self.act(purpose, arguments, stopped)?;
        if ran.status.success() { Ok(ran.output) } else { Err(GitError::from_words(&ran.output, &ran.complaint)) }
    }
}

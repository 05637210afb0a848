//! The stash. Its entries are named by their commits: their numbers change with every other one.

use serde::Serialize;

use crate::{GitError, Repository, graph::milliseconds, repository::Purpose};

/// How many entries are listed.
const MAX_ENTRIES: usize = 1_000;

/// An entry of the stash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StashEntry {
    /// Its commit. A diff of what it holds is that of this commit.
    pub commit: String,
    /// When it was made, in milliseconds since 1970.
    pub date: i64,
    /// What it is called: `WIP on main: …`, `On main: …`.
    pub message: String,
    /// The commit of the files that git did not know, where they were taken along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untracked: Option<String>,
}

/// What is put in the stash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StashSave {
    /// What it is called; git finds a name itself.
    pub message: Option<String>,
    /// Whether files that git does not know are taken along.
    pub untracked: bool,
    /// Whether what is staged stays in the index and the files.
    pub keep_staged: bool,
}

impl Repository {
    /// The stash, newest first; at most 1,000 entries.
    pub fn stashes(&self, stopped: &dyn Fn() -> bool) -> Result<Vec<StashEntry>, GitError> {
        let number = format!("--max-count={MAX_ENTRIES}");
        let exists = ["rev-parse", "--verify", "--quiet", "refs/stash"];
        if self.look_at_most(&exists, 200, Some(1), stopped)?.output.is_empty() {
            return Ok(Vec::new());
        }
        let format = "--format=tformat:%H%x00%ct%x00%P%x00%gs";
        let arguments = ["log", "-g", "-z", "--no-show-signature", format, &number, "refs/stash", "--"];
        let listed = self.look(&arguments, stopped)?;
        let listed = String::from_utf8_lossy(&listed);
        let fields: Vec<&str> = listed.strip_suffix('\0').unwrap_or(&listed).split('\0').collect();
        let entry = |fields: &[&str]| {
            let [commit, date, parents, message] = fields else { return Err(GitError::Nonsense { what: "stash" }) };
            Ok(StashEntry {
                commit: (*commit).to_owned(),
                date: milliseconds(date).ok_or(GitError::Nonsense { what: "stash" })?,
                message: (*message).to_owned(),
                untracked: parents.split(' ').nth(2).map(str::to_owned),
            })
        };
        fields.chunks(4).map(entry).collect()
    }

    /// Puts what has changed in the stash; none where there was nothing to put there.
    pub fn stash_save(&self, save: &StashSave, stopped: &dyn Fn() -> bool) -> Result<Option<StashEntry>, GitError> {
        let before = self.stashes(stopped)?.first().map(|entry| entry.commit.clone());
        let mut arguments = vec!["stash", "push", "--quiet"];
        if save.untracked {
            arguments.push("--include-untracked");
        }
        if save.keep_staged {
            arguments.push("--keep-index");
        }
        let message = save.message.as_deref().map(str::trim).filter(|message| !message.is_empty());
        arguments.extend(message.iter().flat_map(|message| ["--message", message]));
        self.tamed(&arguments, stopped)?;
        let newest = self.stashes(stopped)?.into_iter().next();
        Ok(newest.filter(|entry| Some(&entry.commit) != before.as_ref()))
    }

    /// Applies an entry to the files, and to the index if `index`; it stays in the stash. Conflicts are an error of git's;
    /// they are then among the changes.
    pub fn stash_apply(&self, commit: &str, index: bool, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        self.stash_place(commit, stopped)?;
        let mut arguments = vec!["stash", "apply", "--quiet"];
        arguments.extend(index.then_some("--index"));
        arguments.push(commit);
        self.tamed(&arguments, stopped)
    }

    /// Applies an entry and takes it out of the stash; one with conflicts stays there.
    pub fn stash_pop(&self, commit: &str, index: bool, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        self.stash_apply(commit, index, stopped)?;
        self.stash_drop(commit, stopped)
    }

    /// Takes an entry out of the stash. Its commit is there until git clears it away in two weeks or later:
    /// [`Repository::stash_store`] brings it back.
    pub fn stash_drop(&self, commit: &str, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let name = format!("stash@{{{}}}", self.stash_place(commit, stopped)?);
        self.tamed(&["stash", "drop", "--quiet", &name], stopped)
    }

    /// Puts a commit that was taken out of the stash back in.
    pub fn stash_store(&self, entry: &StashEntry, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let commit = self.commit_named(&entry.commit, stopped)?;
        self.tamed(&["stash", "store", "--quiet", "--message", &entry.message, &commit], stopped)
    }

    fn stash_place(&self, commit: &str, stopped: &dyn Fn() -> bool) -> Result<usize, GitError> {
        let place = self.stashes(stopped)?.iter().position(|entry| entry.commit == commit);
        place.ok_or_else(|| GitError::NoSuchStash { name: commit.chars().take(100).collect() })
    }

    /// Runs a command that changes files, index or names, and none of the repository's programs.
    pub(crate) fn tamed(&self, arguments: &[&str], stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let ran = self.act(Purpose::Look, arguments, stopped)?;
        if ran.status.success() { Ok(()) } else { Err(GitError::from_words(&ran.output, &ran.complaint)) }
    }
}

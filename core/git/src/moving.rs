//! What makes commits of other commits: amend, merge, rebase, cherry-pick, revert; going on with them, and giving them up.
//! They run what the user's git runs, hooks included, as a commit does.

use serde::Serialize;

use crate::{ConflictedFile, GitError, OperationState, Repository, repository::Purpose};

/// How many commits may be named at once.
const MAX_COMMITS: usize = 1_000;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Moved {
    /// It is done.
    Done {
        /// The commit that is checked out now.
        head: String,
        /// And the one that was before: `git reset` with it goes back.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// There was nothing to do.
    Nothing,
    /// What was merged is staged and waits for a commit, as it was asked for.
    Staged,
    /// It waits for somebody to settle conflicts, then to go on or to give it up.
    Stopped {
        /// What is under way.
        state: OperationState,
        /// What is in conflict; none where git stopped for another reason.
        conflicts: Vec<ConflictedFile>,
        /// Git's words.
        words: String,
    },
}

/// How a branch is merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MergeKind {
    /// By moving the branch where that is enough, else by a commit.
    #[default]
    Plain,
    /// By moving the branch, or not at all.
    OnlyForward,
    /// Always by a commit.
    Commit,
    /// All of it as one change, staged and not committed.
    Squash,
}

/// How to go on with what is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onwards {
    /// Conflicts are settled: make the commit, and do the rest.
    Continue,
    /// Leave this commit out. A merge has nothing to leave out.
    Skip,
    /// Give it up: everything is as it was before.
    Abort,
}

impl Repository {
    /// The message of the last commit, as an amending one begins with it; empty before the first.
    pub fn last_message(&self, stopped: &dyn Fn() -> bool) -> Result<String, GitError> {
        if self.head(stopped)?.is_none() {
            return Ok(String::new());
        }
        let told = self.look(&["log", "-1", "--no-show-signature", "--format=%B", "HEAD", "--"], stopped)?;
        Ok(String::from_utf8_lossy(&told).trim_end().to_owned())
    }

    /// Makes the last commit anew with what is staged and, if one is given, another message. A commit that the upstream has
    /// is left alone, unless `published`.
    pub fn amend(&self, message: Option<&str>, published: bool, stopped: &dyn Fn() -> bool) -> Result<Moved, GitError> {
        let upstream = ["merge-base", "--is-ancestor", "HEAD", "@{upstream}"];
        if !published && self.act(Purpose::Look, &upstream, stopped)?.status.success() {
            return Err(GitError::Published);
        }
        let mut arguments = vec!["commit", "--amend"];
        match message {
            Some(message) => arguments.extend(["-m", message]),
            None => arguments.push("--no-edit"),
        }
        self.moved(&arguments, stopped)
    }

    /// Merges a branch or commit into the branch that is checked out.
    pub fn merge(
        &self,
        what: &str,
        kind: MergeKind,
        message: Option<&str>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Moved, GitError> {
        // The name stays: git writes it into the message.
        self.commit_named(what, stopped)?;
        let how: &[&str] = match kind {
            MergeKind::Plain => &["--ff", "--commit", "--no-squash"],
            MergeKind::OnlyForward => &["--ff-only", "--no-squash"],
            MergeKind::Commit => &["--no-ff", "--commit", "--no-squash"],
            MergeKind::Squash => &["--ff", "--squash"],
        };
        let mut arguments = vec!["merge", "--no-edit", "--no-autostash"];
        arguments.extend(how);
        arguments.extend(message.iter().flat_map(|message| ["-m", message]));
        arguments.extend(["--", what]);
        let moved = self.moved(&arguments, stopped)?;
        let staged = || self.look_at_most(&["diff", "--cached", "--quiet"], 1, Some(1), stopped);
        // Nothing to move is what a squash looks like too.
        let squashed = kind == MergeKind::Squash && moved == Moved::Nothing && staged()?.status.code() == Some(1);
        Ok(if squashed { Moved::Staged } else { moved })
    }

    /// Moves the commits of the branch that is checked out onto another one. Files that have changed are a refusal.
    pub fn rebase(&self, onto: &str, stopped: &dyn Fn() -> bool) -> Result<Moved, GitError> {
        let onto = self.commit_named(onto, stopped)?;
        self.moved(&["rebase", "--no-autostash", "--no-autosquash", "--no-update-refs", "--", &onto], stopped)
    }

    /// Makes commits anew on top of the one that is checked out, in the order given. `mainline`: of merges, the parent
    /// (from 1) that counts as what was before.
    pub fn cherry_pick(
        &self,
        commits: &[String],
        mainline: Option<u32>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Moved, GitError> {
        self.sequence("cherry-pick", commits, mainline, stopped)
    }

    /// Undoes commits by new ones, in the order given.
    pub fn revert_commits(
        &self,
        commits: &[String],
        mainline: Option<u32>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Moved, GitError> {
        self.sequence("revert", commits, mainline, stopped)
    }

    fn sequence(
        &self,
        command: &str,
        commits: &[String],
        mainline: Option<u32>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Moved, GitError> {
        if commits.is_empty() {
            return Err(GitError::NothingChosen);
        }
        if commits.len() > MAX_COMMITS {
            return Err(GitError::TooManyFiles { max: MAX_COMMITS });
        }
        let commits: Vec<String> =
            commits.iter().map(|commit| self.commit_named(commit, stopped)).collect::<Result<_, _>>()?;
        let mainline = mainline.map(|parent| format!("--mainline={parent}"));
        let mut arguments = vec![command];
        arguments.extend((command == "revert").then_some("--no-edit"));
        arguments.extend(mainline.as_deref());
        arguments.extend(commits.iter().map(String::as_str));
        self.moved(&arguments, stopped)
    }

    /// Goes on with what is under way, or gives it up.
    pub fn go_on(&self, how: Onwards, stopped: &dyn Fn() -> bool) -> Result<Moved, GitError> {
        let command = match self.operation_state(stopped)? {
            OperationState::Merging { .. } => "merge",
            OperationState::Rebasing { .. } => "rebase",
            OperationState::Applying { .. } => "am",
            OperationState::CherryPicking { .. } => "cherry-pick",
            OperationState::Reverting { .. } => "revert",
            OperationState::Clean | OperationState::Bisecting => return Err(GitError::NothingUnderWay),
        };
        match how {
            Onwards::Abort => {
                self.tamed(&[command, "--abort"], stopped)?;
                Ok(Moved::Done { head: self.head(stopped)?.unwrap_or_default(), before: None })
            }
            Onwards::Skip if command == "merge" => Err(GitError::NothingToSkip),
            Onwards::Skip => self.moved(&[command, "--skip"], stopped),
            Onwards::Continue => {
                let conflicts = self.conflicts(stopped)?;
                if let Some(first) = conflicts.first() {
                    return Err(GitError::StillInConflict { path: first.path.clone(), count: conflicts.len() });
                }
                self.moved(&[command, "--continue"], stopped)
            }
        }
    }

    /// Runs a command that may stop half way, and says what came of it.
    fn moved(&self, arguments: &[&str], stopped: &dyn Fn() -> bool) -> Result<Moved, GitError> {
        let (before, was) = (self.head(stopped)?, self.operation_state(stopped)?);
        // Nobody edits a list of commits either.
        let arguments: Vec<&str> =
            ["-c", "sequence.editor=true"].into_iter().chain(arguments.iter().copied()).collect();
        let ran = self.act(Purpose::Commit, &arguments, stopped)?;
        let (head, state) = (self.head(stopped)?, self.operation_state(stopped)?);
        let words = || match GitError::from_words(&ran.output, &ran.complaint) {
            GitError::Refused { text } => text,
            other => other.to_string(),
        };
        if ran.status.success() {
            return Ok(match head {
                _ if state != OperationState::Clean && state != OperationState::Bisecting => {
                    Moved::Stopped { state, conflicts: self.conflicts(stopped)?, words: words() }
                }
                // A merge that was under way is done even where its commit changes no file.
                Some(head) if before.as_ref() != Some(&head) => Moved::Done { head, before },
                _ => Moved::Nothing,
            });
        }
        let conflicts = self.conflicts(stopped)?;
        if state != OperationState::Clean && (state != was || head != before || !conflicts.is_empty()) {
            return Ok(Moved::Stopped { state, conflicts, words: words() });
        }
        // A squash with conflicts leaves no trace but these.
        if !conflicts.is_empty() && was == OperationState::Clean {
            return Ok(Moved::Stopped { state, conflicts, words: words() });
        }
        Err(GitError::from_words(&ran.output, &ran.complaint))
    }

    /// The commit that is checked out; none before the first.
    pub(crate) fn head(&self, stopped: &dyn Fn() -> bool) -> Result<Option<String>, GitError> {
        let arguments = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
        let told = self.look_at_most(&arguments, 200, Some(1), stopped)?;
        let hash = String::from_utf8_lossy(&told.output).trim().to_owned();
        Ok((!hash.is_empty()).then_some(hash))
    }
}

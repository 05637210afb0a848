//! Why git could not do what was asked.

use std::io;

use atelier_process::RunError;

use crate::index_lock;

/// The longest text of git's own that is passed on, in bytes.
const MAX_TEXT: usize = 4 << 10;

/// Why git could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// There is no git.
    #[error("Git is not installed, or not on PATH; install it first.")]
    NotInstalled,
    /// The folder is in no repository.
    #[error("The project is not in a git repository; ask the user whether to create one with `git init`.")]
    NotARepository,
    /// It belongs to someone else, so that git refuses it.
    #[error(
        "Git does not use `{path}` because it belongs to another user of this machine; whoever trusts it may say so with \
         `git config --global --add safe.directory '{path}'`."
    )]
    OtherOwner {
        /// The repository.
        path: String,
    },
    /// Its working files are not here: a bare repository, a folder inside of `.git`, or `core.worktree`.
    #[error(
        "The repository's working files are not in the project, by its own settings; look at `core.worktree` and `core.bare`."
    )]
    FilesElsewhere,
    /// A setting that would run a program has a name that can't be overridden.
    #[error("The repository's setting `{key}` names a program in a way that can't be switched off; remove it first.")]
    Untamed {
        /// The setting.
        key: String,
    },
    /// Not the name of a branch.
    #[error("Invalid branch name: `{name}`; give a plain name like `fix/parser`.")]
    BranchName {
        /// What was given.
        name: String,
    },
    /// Not the name of a remote of this repository.
    #[error("Invalid remote name: `{name}`; the remotes are: {known}.")]
    RemoteName {
        /// What was given.
        name: String,
        /// Those that there are, with commas between.
        known: String,
    },
    /// Not the path of a file of the project.
    #[error("`{path}` is no file of the project; name one relative to it.")]
    Path {
        /// What was given.
        path: String,
    },
    /// It is not what it was when it was shown.
    #[error("`{path}` has changed since it was shown; look at it again first.")]
    Changed {
        /// The file.
        path: String,
    },
    /// Single lines of it can't be taken.
    #[error("Lines of `{path}` can't be chosen: it is no plain text, or a filter changes it; choose the whole file.")]
    OnlyWhole {
        /// The file.
        path: String,
    },
    /// Nothing that changes anything was chosen.
    #[error("Nothing was chosen; choose what to use first.")]
    NothingChosen,
    /// Too many at once.
    #[error("More than {max} can't be named at once; do it in parts.")]
    TooManyFiles {
        /// How many may be.
        max: usize,
    },
    /// There is no such commit.
    #[error("There is no commit `{name}`; check the name.")]
    NoSuchCommit {
        /// What was given.
        name: String,
    },
    /// There is no such entry in the stash.
    #[error("The stash has no entry `{name}` any more; list it again.")]
    NoSuchStash {
        /// What was given.
        name: String,
    },
    /// Not the name of a tag.
    #[error("Invalid tag name: `{name}`; give a plain name like `v1.0`.")]
    TagName {
        /// What was given.
        name: String,
    },
    /// There is no such tag.
    #[error("There is no tag `{name}`; list them again.")]
    NoSuchTag {
        /// What was given.
        name: String,
    },
    /// Branches or tags have moved between two pages.
    #[error("The history has changed since its first page was read; read it again from the start.")]
    HistoryMoved,
    /// The file is not in conflict.
    #[error("`{path}` is not in conflict; look at the changes again.")]
    NoConflict {
        /// The file.
        path: String,
    },
    /// No conflict of it was settled in what is under way.
    #[error(
        "`{path}` has no settled conflict to restore; that works until the merge or rebase is finished, so look at the changes \
         again."
    )]
    NotSettled {
        /// The file.
        path: String,
    },
    /// Git's marks are still in it.
    #[error("`{path}` still has the marks of its conflict; edit it first, or say that they are meant.")]
    StillMarked {
        /// The file.
        path: String,
    },
    /// Conflicts are left.
    #[error("{count} files are still in conflict, `{path}` among them; settle them first.")]
    StillInConflict {
        /// One of them.
        path: String,
        /// How many there are.
        count: usize,
    },
    /// Nothing can be continued.
    #[error("Nothing is under way that could be continued or given up.")]
    NothingUnderWay,
    /// A merge is one step.
    #[error("A merge has no step to leave out; continue it or give it up.")]
    NothingToSkip,
    /// Others may have the commit.
    #[error("The last commit has been pushed; say that it is to be changed all the same, or make a new one.")]
    Published,
    /// There is no such working tree.
    #[error("`{path}` is no working tree beside this one; list them again.")]
    NoSuchWorktree {
        /// What was given.
        path: String,
    },
    /// It has changes that are not committed.
    #[error("`{path}` has changes that are not committed; commit them, or say that they may be lost.")]
    WorktreeDirty {
        /// The working tree.
        path: String,
    },
    /// It has commits that are nowhere else.
    #[error(
        "`{name}` has commits that no other branch has, so it is not fully merged; merge it, or say that they may be lost."
    )]
    Unmerged {
        /// The branch or commit.
        name: String,
    },
    /// No branch is checked out.
    #[error("No branch is checked out (detached HEAD); name or create one first.")]
    Detached,
    /// There is nothing to look at yet.
    #[error("There are no commits yet.")]
    NoCommits,
    /// Nothing is staged, or the files have no changes.
    #[error("There is nothing to commit; name files that have changed, or stage changes first.")]
    NothingToCommit,
    /// Another git of ours is at work.
    #[error("Another git command is still at work in this repository; wait for it or stop it, then try again.")]
    Busy,
    /// It took too long.
    #[error("Git command timed out after {seconds} s; try it on fewer files, or run it yourself.")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// It was stopped.
    #[error("Git was stopped before it was done.")]
    Stopped,
    /// Git says no.
    #[error("Git refused: {text}")]
    Refused {
        /// Its own words, bounded, without passwords.
        text: String,
    },
    /// What git printed is not what it should be.
    #[error("Git's answer could not be understood ({what}); update git.")]
    Nonsense {
        /// Where.
        what: &'static str,
    },
    /// Git could not be run.
    #[error("Git could not be run ({0}); check that it works in a terminal.")]
    Io(#[source] io::Error),
}

impl GitError {
    /// What git's words mean, where they are known; `LC_ALL=C` makes them the same everywhere.
    pub(crate) fn from_words(output: &[u8], complaint: &[u8]) -> Self {
        let text = words(output, complaint);
        if text.contains("not a git repository") {
            return Self::NotARepository;
        }
        if text.contains("detected dubious ownership") {
            let path = text.split('\'').nth(1).unwrap_or_default().to_owned();
            return Self::OtherOwner { path };
        }
        if text.contains("must be run in a work tree") || text.contains("cannot use bare repository") {
            return Self::FilesElsewhere;
        }
        if text.contains("does not have any commits yet") || text.contains("bad revision 'HEAD'") {
            return Self::NoCommits;
        }
        Self::Refused { text: bounded(&text) }
    }

    pub(crate) fn from_run(error: RunError, seconds: u64) -> Self {
        match error {
            RunError::NotFound => Self::NotInstalled,
            RunError::TimedOut => Self::TimedOut { seconds },
            RunError::Stopped => Self::Stopped,
            RunError::Io(error) => Self::Io(error),
        }
    }
}

/// What git said, without passwords; about a lock that it met, what can be found out is added.
pub(crate) fn words(output: &[u8], complaint: &[u8]) -> String {
    let text = String::from_utf8_lossy(&[output, complaint].concat()).trim_end().to_owned();
    let text = without_passwords(&text);
    match index_lock::explained(&text) {
        Some(about) => format!("{text}\n\n{about}"),
        None => text,
    }
}

/// The end of a text tells more than its beginning: hooks and remotes say there what went wrong.
fn bounded(text: &str) -> String {
    if text.len() <= MAX_TEXT {
        return text.to_owned();
    }
    format!("…{}", &text[text.ceil_char_boundary(text.len() - MAX_TEXT)..])
}

/// The same without what stands between `://` and `@`: users and passwords of addresses.
pub(crate) fn without_passwords(text: &str) -> String {
    let mut rest = text;
    let mut clean = String::with_capacity(text.len());
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        clean.push_str(before);
        let host = after.find(|c: char| c == '/' || c.is_whitespace() || c == '\'' || c == '"').unwrap_or(after.len());
        rest = after[..host].rfind('@').map_or(after, |at| &after[at + 1..]);
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn passwords_of_addresses_are_left_out() {
        let text = "fatal: 'https://me:p@ss@host/x' and ssh://git@host:22 and git@host:a/b and http://host/a@b";
        let clean = "fatal: 'https://host/x' and ssh://host:22 and git@host:a/b and http://host/a@b";
        assert_eq!(without_passwords(text), clean);
    }

    proptest! {
        #[test]
        fn no_password_survives(before in "[ -~]{0,20}", user in "[a-z]{0,5}", after in "[ -~]{0,20}") {
            let clean = without_passwords(&format!("{before} https://{user}:hunter2@host {after}"));
            prop_assert!(!clean.contains("hunter2"), "{}", clean);
        }
    }
}

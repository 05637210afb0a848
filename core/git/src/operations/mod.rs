//! Git as the runtime contract has it: one method for each operation, with its results and its messages.

mod branches;
mod cloning;
mod commit;
mod commit_files;
mod diff;
mod failure;
mod identity;
mod live;
mod log;
mod numstat;
mod options;
mod progress;
mod pull;
mod push;
mod remote_heads;
mod revert;
mod staging;
mod status;
mod untracked;

use std::{
    ffi::{OsStr, OsString},
    path::{Component, PathBuf},
};

use atelier_process::{Bounds, Ran};
use atelier_workspace::{Folder, RelativePath, address, path_at};
pub use branches::{BranchDetails, BranchList};
pub use cloning::CloneUrl;
pub use commit::{CommitSummary, Committed};
pub use commit_files::{ChangeType, CommitFiles, CommittedFile};
pub use diff::FileVersions;
pub use failure::GitFailure;
pub use identity::{IdentitySummary, ssh_command, ssh_key};
pub use live::LiveStatus;
pub use log::{LogEntry, LogRange, LogResult};
pub use options::GitOptions;
pub use progress::GitProgress;
pub use pull::Pulled;
pub use push::{PushRef, PushedRef, PushedTo};
pub use status::{DiffStat, GitStatus, StatusFile};

use crate::{Repository, repository::Purpose};

/// How much of git's output is taken, in bytes.
const MAX_OUTPUT: usize = 64 << 20;

/// How many bytes of paths one command takes; systems allow some hundred KiB.
const MAX_ARGUMENTS: usize = 64 << 10;

/// Git in one folder, which need not be in a repository: most operations say so then, in git's words.
///
/// Paths are relative to the folder or absolute in it, `/` between their parts; what is no UTF-8 is shown with replacement
/// characters. Looking is as harmless as with [`Repository`]; what changes something is what the user's git does. Calls
/// block; `stopped` is asked about forty times a second whether git is to be ended.
pub struct Git<'a> {
    repository: Repository,
    folder: Folder,
    stopped: &'a dyn Fn() -> bool,
}

impl<'a> Git<'a> {
    /// Git in this folder.
    pub fn at(folder: Folder, stopped: &'a dyn Fn() -> bool) -> Result<Self, GitFailure> {
        Ok(Self { repository: Repository::around(&folder, stopped)?, folder, stopped })
    }

    /// Whether the folder itself is the top of a repository or of a linked working tree; those above it are not asked.
    pub fn is_repository(folder: &Folder) -> bool {
        folder.path().join(".git").exists()
    }

    /// The same, where nothing else of ours comes between several commands.
    fn held(&self) -> Result<Repository, GitFailure> {
        Ok(self.repository.held(self.stopped)?)
    }

    /// Runs git, whatever comes of it.
    fn ran(&self, purpose: Purpose, arguments: &[impl AsRef<OsStr>]) -> Result<Ran, GitFailure> {
        self.ran_in(&self.repository, purpose, arguments)
    }

    fn ran_in(
        &self,
        repository: &Repository,
        purpose: Purpose,
        arguments: &[impl AsRef<OsStr>],
    ) -> Result<Ran, GitFailure> {
        let end_when_full = purpose == Purpose::Look;
        let bounds = Bounds { time: purpose.time(), output: MAX_OUTPUT, end_when_full };
        Ok(repository.run(purpose, arguments, bounds, self.stopped)?)
    }

    /// What git prints when it only looks; it must succeed.
    fn look(&self, arguments: &[impl AsRef<OsStr>]) -> Result<Vec<u8>, GitFailure> {
        succeeded(self.ran(Purpose::Look, arguments)?)
    }

    /// A path that a caller names; it may name nothing that exists.
    fn path(&self, named: &str) -> Result<RelativePath, GitFailure> {
        let invalid = || GitFailure::Failed("Invalid file path".to_owned());
        // In double quotes it is an address, unless it is a name that has such.
        let meant = path_at(named);
        let named = if address(&meant) == named { meant } else { named.into() };
        let inside = match named.strip_prefix(self.folder.path()) {
            Ok(inside) => inside,
            Err(_) if named.is_absolute() => return Err(invalid()),
            Err(_) => &named,
        };
        let mut plain = PathBuf::new();
        for part in inside.components() {
            match part {
                Component::Normal(name) => plain.push(name),
                Component::CurDir => {}
                Component::ParentDir if plain.pop() => {}
                _ => return Err(invalid()),
            }
        }
        if plain.as_os_str().as_encoded_bytes().contains(&0) {
            return Err(invalid());
        }
        RelativePath::new(&plain).ok_or_else(invalid)
    }

    /// Several, none of which may be the folder itself.
    fn paths(&self, named: &[String]) -> Result<Vec<RelativePath>, GitFailure> {
        if named.is_empty() {
            return Err(GitFailure::Invalid("At least one file is required"));
        }
        let paths = named.iter().map(|named| self.path(named)).collect::<Result<Vec<_>, _>>()?;
        if paths.iter().any(RelativePath::is_root) {
            return Err(GitFailure::Failed("Invalid file path".to_owned()));
        }
        Ok(paths)
    }

    /// Where the folder lies in the repository, with a slash at the end; empty at its top.
    fn prefix(&self) -> String {
        self.repository.prefix()
    }
}

/// What a command printed that must have succeeded.
fn succeeded(ran: Ran) -> Result<Vec<u8>, GitFailure> {
    if ran.cut {
        return Err(GitFailure::Failed("Git's answer is longer than 64 MiB; ask for a part of it.".to_owned()));
    }
    if ran.status.success() { Ok(ran.output) } else { Err(GitFailure::words(&ran)) }
}

/// A command about paths: its own arguments, then each path as it is, no pattern among them.
fn about<'p>(command: &[&str], paths: impl IntoIterator<Item = &'p RelativePath>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["--literal-pathspecs".into()];
    arguments.extend(command.iter().map(Into::into));
    arguments.push("--".into());
    arguments.extend(paths.into_iter().map(argument));
    arguments
}

fn argument(path: &RelativePath) -> OsString {
    if path.is_root() { ".".into() } else { path.as_path().into() }
}

/// Paths in parts that one command takes.
fn in_parts(paths: &[RelativePath]) -> impl Iterator<Item = &[RelativePath]> {
    let mut rest = paths;
    std::iter::from_fn(move || {
        let mut size = 0;
        let fits = |path: &&RelativePath| {
            size += path.as_path().as_os_str().len() + 1;
            size <= MAX_ARGUMENTS
        };
        // One path alone always fits: systems take none that is longer.
        let count = rest.iter().take_while(fits).count().max(1).min(rest.len());
        let (part, others) = rest.split_at(count);
        rest = others;
        (!part.is_empty()).then_some(part)
    })
}

/// Refuses what git would take for an option, or could not take at all.
fn branch_argument(name: &str) -> Result<&str, GitFailure> {
    if name.starts_with('-') || name.contains('\0') {
        Err(GitFailure::Invalid("Invalid branch name"))
    } else {
        Ok(name)
    }
}

fn remote_argument(name: &str) -> Result<&str, GitFailure> {
    if name.starts_with('-') || name.contains('\0') {
        Err(GitFailure::Invalid("Invalid remote name"))
    } else {
        Ok(name)
    }
}

/// A text that is there and not empty.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

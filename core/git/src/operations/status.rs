//! What has changed.

use std::collections::BTreeMap;

use serde::Serialize;

pub use super::numstat::DiffStat;
use super::{
    Git, GitFailure, about,
    numstat::{add_up, numstat},
    untracked,
};
use crate::{Move, Status, repository::Purpose, status::parse};
use atelier_workspace::RelativePath;

/// How many untracked files are listed. A build folder that nobody ignores may hold any number.
pub(crate) const MAX_UNTRACKED: usize = 50_000;

/// Up to so many files are named when their lines are counted; for more, git looks at all that there are.
const FEW: usize = 500;

/// What has changed beneath the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GitStatus {
    /// The branch that is checked out, perhaps without a commit yet; `HEAD` where a commit is (detached).
    pub current: String,
    /// The branch that it follows, such as `origin/main`, also when that is gone.
    pub tracking: Option<String>,
    /// Commits that the upstream does not have; 0 where there is none.
    pub ahead: u64,
    /// Commits that only the upstream has; 0 where there is none.
    pub behind: u64,
    /// Changed files by path bytewise, then untracked ones, each by itself. Of submodules only the commits are compared.
    pub files: Vec<StatusFile>,
    /// Whether `files` is empty.
    pub is_clean: bool,
    /// Changed lines of these files, staged and not, where they could be counted.
    pub diff_stats: BTreeMap<String, DiffStat>,
    /// How many untracked files beyond 50,000 are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub untracked_omitted: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A file that differs from the last commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusFile {
    /// Relative to the folder.
    pub path: String,
    /// How the index differs from the last commit: git's letter, or a space.
    pub index: char,
    /// How the file differs from the index: git's letter, or a space.
    pub working_dir: char,
}

impl StatusFile {
    pub(crate) fn is_untracked(&self) -> bool {
        self.index == '?'
    }
}

impl Git<'_> {
    /// What has changed, with counts of lines.
    pub fn status(&self) -> Result<GitStatus, GitFailure> {
        let (mut status, moved) = self.files_changed(&[])?;
        status.diff_stats = self.counts(&status.files, &moved)?;
        Ok(status)
    }

    /// What has changed beneath these paths (everywhere, if there are none) without counts of lines; and where renamed files
    /// come from.
    pub(crate) fn files_changed(&self, paths: &[RelativePath]) -> Result<(GitStatus, Vec<Move>), GitFailure> {
        let command = [
            "status",
            "--porcelain=v2",
            "--branch",
            "--untracked-files=all",
            "--ignore-submodules=dirty",
            "--find-renames",
            "-z",
        ];
        let prefix = self.prefix();
        let root = [RelativePath::root()];
        let arguments = match paths {
            // Nothing to leave out costs nothing.
            [] if prefix.is_empty() => about(&command, []),
            [] => about(&command, &root),
            paths => about(&command, paths),
        };
        let listed = self.look(&arguments)?;
        let mut status = parse(&String::from_utf8_lossy(&listed), &prefix)
            .ok_or_else(|| GitFailure::Failed("Git's status could not be understood; update git.".to_owned()))?;
        let moved = std::mem::take(&mut status.moves);
        Ok((GitStatus::from(status), moved))
    }

    /// Changed lines by path.
    pub(crate) fn counts(
        &self,
        files: &[StatusFile],
        moved: &[Move],
    ) -> Result<BTreeMap<String, DiffStat>, GitFailure> {
        let mut sums = BTreeMap::new();
        let tracked = || files.iter().filter(|file| !file.is_untracked());
        if tracked().any(|file| file.index != ' ') {
            self.count(&["--cached"], &|file| file.index != ' ', files, moved, &mut sums)?;
        }
        if tracked().any(|file| file.working_dir != ' ') {
            self.count(&[], &|file| file.working_dir != ' ', files, moved, &mut sums)?;
        }
        untracked::count(&self.folder, files, &mut sums);
        Ok(sums)
    }

    fn count(
        &self,
        options: &[&str],
        wanted: &dyn Fn(&StatusFile) -> bool,
        files: &[StatusFile],
        moved: &[Move],
        sums: &mut BTreeMap<String, DiffStat>,
    ) -> Result<(), GitFailure> {
        let command = ["diff", "--numstat", "-z", "--no-ext-diff", "--no-textconv", "--find-renames", "--relative"];
        let command: Vec<_> = command.iter().chain(&["--ignore-submodules=dirty"]).chain(options).copied().collect();
        let named = files.iter().filter(|file| !file.is_untracked() && wanted(file)).map(|file| &file.path);
        let named = named.chain(moved.iter().map(|moved| &moved.from));
        // A name that is no UTF-8 is not what git would find.
        let named: Vec<_> = named.filter(|path| !path.contains('\u{fffd}')).take(FEW + 1).collect();
        let paths: Vec<_> = named.iter().filter_map(|path| RelativePath::new(path.as_ref())).collect();
        let whole = paths.len() > FEW || files.iter().any(|file| file.path.contains('\u{fffd}'));
        let arguments = about(&command, if whole { &[] } else { paths.as_slice() });
        let counted = numstat(&self.look(&arguments)?);
        add_up(
            counted.ok_or_else(|| GitFailure::Failed("Git's counts could not be understood; update git.".into()))?,
            sums,
        );
        Ok(())
    }

    /// The branch that is checked out; `HEAD` where a commit is.
    pub(super) fn current_branch(&self) -> Result<String, GitFailure> {
        let ran = self.ran(Purpose::Look, &["symbolic-ref", "--quiet", "--short", "HEAD"])?;
        let name = String::from_utf8_lossy(&ran.output).trim().to_owned();
        Ok(if ran.status.success() && !name.is_empty() { name } else { "HEAD".to_owned() })
    }
}

impl From<Status> for GitStatus {
    fn from(status: Status) -> Self {
        let letter = |code| if code == '.' { ' ' } else { code };
        let file = |file: crate::GitFile| StatusFile {
            path: file.path,
            index: letter(file.index),
            working_dir: letter(file.worktree),
        };
        let (mut untracked, mut files): (Vec<_>, Vec<_>) =
            status.files.into_iter().map(file).partition(StatusFile::is_untracked);
        // Conflicts stand among the others, not after them.
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let untracked_omitted = untracked.len().saturating_sub(MAX_UNTRACKED);
        untracked.truncate(MAX_UNTRACKED);
        files.append(&mut untracked);
        Self {
            current: status.branch.unwrap_or_else(|| "HEAD".to_owned()),
            tracking: status.upstream,
            ahead: status.ahead,
            behind: status.behind,
            is_clean: files.is_empty(),
            files,
            diff_stats: BTreeMap::new(),
            untracked_omitted,
        }
    }
}

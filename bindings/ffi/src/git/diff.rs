//! How a file differs, page by page, and staging a part of it.

use atelier_workbench as facade;

use crate::{CoreError, Discarded, Workbench};

/// Which two states of a file are compared.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum DiffSide {
    /// The last commit with what is staged.
    Staged,
    /// What is staged with the file on disk.
    Unstaged,
    /// A commit with its first parent.
    Commit {
        /// Its hash.
        hash: String,
    },
}

/// A page of how a file differs.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FileDiff {
    /// Where it is, relative.
    pub path: String,
    /// Where it was before.
    pub from: Option<String>,
    /// Why there are no lines, or what is to know of them.
    pub notice: Option<DiffNotice>,
    /// The changes of this page.
    pub hunks: Vec<DiffHunk>,
    /// Names the next page.
    pub next: Option<u64>,
    /// Names the states that were compared.
    pub stamp: String,
    /// Whether lines of it can be staged one by one.
    pub by_line: bool,
}

/// What is to know of a diff beside its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum DiffNotice {
    Binary,
    Image,
    ModeOnly,
    TooLarge,
    Submodule,
    Link,
    Conflict,
}

/// Changes that stand together.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DiffHunk {
    /// The line that introduces it.
    pub header: String,
    /// The place of its first line in the whole diff, from 0.
    pub first: u64,
    /// Its lines.
    pub lines: Vec<DiffLine>,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DiffLine {
    /// Whether it stayed, came or went.
    pub kind: DiffLineKind,
    /// Its number in the old file, from 1.
    pub old: Option<u64>,
    /// Its number in the new file, from 1.
    pub new: Option<u64>,
    /// Without its end.
    pub text: String,
    /// What in it differs from the line whose place it took.
    pub emphasis: Vec<EmphasisRange>,
    /// Whether the file ends here without a line end.
    pub no_newline: bool,
}

/// A stretch of a line, in bytes of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct EmphasisRange {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// Whether a line stayed, came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum DiffLineKind {
    Context,
    Added,
    Removed,
}

/// A part of a file's changes.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DiffSelection {
    /// The file, relative.
    pub path: String,
    /// Where it was before.
    pub from: Option<String>,
    /// With how many lines of context it was shown.
    pub context: u32,
    /// What the diff said.
    pub stamp: String,
    /// Places of lines in the whole diff.
    pub lines: Vec<PlaceRange>,
}

/// Neighbouring places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PlaceRange {
    /// The first.
    pub start: u64,
    /// The one after the last.
    pub end: u64,
}

#[uniffi::export]
impl Workbench {
    /// A page of how a file differs: 0, then what the page before said.
    pub async fn git_file_changes(
        &self,
        directory: String,
        path: String,
        from: Option<String>,
        side: DiffSide,
        context: u32,
        page: u64,
    ) -> Result<FileDiff, CoreError> {
        let query = facade::DiffQuery { path, from, side: side.into(), context };
        Ok(self.facade.file_changes(&directory, query, page).await?.into())
    }

    /// Takes lines into the next commit.
    pub async fn stage_lines(&self, directory: String, part: DiffSelection) -> Result<(), CoreError> {
        let (path, part) = part.split();
        Ok(self.facade.stage_hunks(&directory, path, part).await?)
    }

    /// Takes lines out of the next commit.
    pub async fn unstage_lines(&self, directory: String, part: DiffSelection) -> Result<(), CoreError> {
        let (path, part) = part.split();
        Ok(self.facade.unstage_hunks(&directory, path, part).await?)
    }

    /// Undoes lines in the file itself; the user has been asked. What it was is kept.
    pub async fn discard_lines(&self, directory: String, part: DiffSelection) -> Result<Discarded, CoreError> {
        let (path, part) = part.split();
        Ok(self.facade.discard_hunks(&directory, path, part, true).await?.into())
    }
}

impl From<DiffSide> for facade::Side {
    fn from(side: DiffSide) -> Self {
        match side {
            DiffSide::Staged => Self::Staged,
            DiffSide::Unstaged => Self::Unstaged,
            DiffSide::Commit { hash } => Self::Commit(hash),
        }
    }
}

impl DiffSelection {
    fn split(self) -> (String, facade::Selection) {
        let lines = self.lines.into_iter().map(|range| range.start..range.end).collect();
        (self.path, facade::Selection { from: self.from, context: self.context, stamp: self.stamp, lines })
    }
}

impl From<facade::FileDiff> for FileDiff {
    fn from(diff: facade::FileDiff) -> Self {
        Self {
            path: diff.path,
            from: diff.from,
            notice: diff.notice.map(Into::into),
            hunks: diff.hunks.into_iter().map(Into::into).collect(),
            next: diff.next,
            stamp: diff.stamp,
            by_line: diff.by_line,
        }
    }
}

impl From<facade::Notice> for DiffNotice {
    fn from(notice: facade::Notice) -> Self {
        match notice {
            facade::Notice::Binary => Self::Binary,
            facade::Notice::Image => Self::Image,
            facade::Notice::ModeOnly => Self::ModeOnly,
            facade::Notice::TooLarge => Self::TooLarge,
            facade::Notice::Submodule { .. } => Self::Submodule,
            facade::Notice::Link => Self::Link,
            facade::Notice::Conflict => Self::Conflict,
        }
    }
}

impl From<facade::DiffHunk> for DiffHunk {
    fn from(hunk: facade::DiffHunk) -> Self {
        Self { header: hunk.header, first: hunk.first, lines: hunk.lines.into_iter().map(Into::into).collect() }
    }
}

impl From<facade::DiffLine> for DiffLine {
    fn from(line: facade::DiffLine) -> Self {
        let emphasis = line.emphasis.iter().filter_map(|[start, end]| {
            Some(EmphasisRange { start: u32::try_from(*start).ok()?, end: u32::try_from(*end).ok()? })
        });
        Self {
            kind: match line.kind {
                facade::DiffLineKind::Context => DiffLineKind::Context,
                facade::DiffLineKind::Added => DiffLineKind::Added,
                facade::DiffLineKind::Removed => DiffLineKind::Removed,
            },
            old: line.old,
            new: line.new,
            emphasis: emphasis.collect(),
            text: line.text,
            no_newline: line.no_newline,
        }
    }
}

//! What has changed in a repository, and taking it into the next commit or back.

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// What has changed beneath a folder.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Changes {
    /// The folder that all paths start from, absolute.
    pub root: String,
    /// The branch that is checked out; none where a commit is.
    pub branch: Option<String>,
    /// The branch that it follows, where that is there.
    pub upstream: Option<String>,
    /// Commits that the upstream does not have.
    pub ahead: u64,
    /// Commits that only the upstream has.
    pub behind: u64,
    /// What is under way.
    pub operation: Option<GitOperation>,
    /// Which of its commits or patches it is at, from 1; 0 where it has no steps.
    pub operation_step: u64,
    /// How many there are; 0 where it has no steps.
    pub operation_total: u64,
    /// What a commit would take.
    pub staged: Vec<ChangedFile>,
    /// What differs from what is staged.
    pub unstaged: Vec<ChangedFile>,
    /// What git does not know.
    pub untracked: Vec<ChangedFile>,
    /// What is in conflict.
    pub conflicts: Vec<ConflictedFile>,
    /// What was in conflict and is settled, as long as what led to it is under way.
    pub settled: Vec<String>,
    /// How many files are not listed.
    pub omitted: u64,
}

/// A file that has changed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ChangedFile {
    /// Where it is, relative.
    pub path: String,
    /// Where it was renamed or copied from.
    pub from: Option<String>,
    /// What happened to it.
    pub change: FileChange,
    /// Lines that came, where they were counted.
    pub added: Option<u64>,
    /// Lines that went, where they were counted.
    pub removed: Option<u64>,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum FileChange {
    Added,
    Modified,
    Deleted,
    Renamed,
    Copied,
    TypeChanged,
    Untracked,
    Conflicted,
}

/// A file in conflict.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConflictedFile {
    /// Where it is, relative.
    pub path: String,
    /// What each side did.
    pub kind: ConflictKind,
}

/// What each side of a conflict did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ConflictKind {
    BothDeleted,
    AddedByUs,
    DeletedByThem,
    AddedByThem,
    DeletedByUs,
    BothAdded,
    BothModified,
}

/// What is under way in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum GitOperation {
    Merge,
    Rebase,
    CherryPick,
    Revert,
    Bisect,
    Apply,
}

/// What brings back a file whose changes were thrown away.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Discarded {
    /// The file, relative.
    pub path: String,
    /// What it was, as an object of git's; none where there was no file.
    pub blob: Option<String>,
    /// Its mode, as git writes it.
    pub mode: Option<String>,
    /// The stamp of what stands there now.
    pub left: Option<String>,
}

#[uniffi::export]
impl Workbench {
    /// What has changed beneath a folder.
    pub async fn git_changes(&self, directory: String) -> Result<Changes, CoreError> {
        Ok(self.facade.changes(&directory).await?.into())
    }

    /// Takes files as they are into the next commit.
    pub async fn stage_files(&self, directory: String, files: Vec<String>) -> Result<(), CoreError> {
        self.facade.stage_files(&directory, files).await?;
        Ok(())
    }

    /// Takes files out of the next commit; on disk they stay.
    pub async fn unstage_files(&self, directory: String, files: Vec<String>) -> Result<(), CoreError> {
        self.facade.unstage_files(&directory, files).await?;
        Ok(())
    }

    /// Throws away what files have that is not staged; the user has been asked. What they were is kept.
    pub async fn discard_files(&self, directory: String, files: Vec<String>) -> Result<Vec<Discarded>, CoreError> {
        Ok(self.facade.discard_files(&directory, files, true).await?.into_iter().map(Into::into).collect())
    }

    /// Brings back what was thrown away, unless the file has changed since.
    pub async fn restore_discarded(&self, directory: String, discarded: Discarded) -> Result<(), CoreError> {
        Ok(self.facade.restore_discarded(&directory, discarded.into()).await?)
    }

    /// Commits what is staged; answers the commit's hash, empty where there was nothing to commit.
    pub async fn commit_staged(&self, directory: String, message: String) -> Result<String, CoreError> {
        Ok(self.facade.create_git_commit(&directory, &message, false, Vec::new()).await?.commit)
    }

    /// Lets the model write a message for what has changed in files: a subject, and sentences to go with it.
    pub async fn generate_commit_message(
        &self,
        directory: String,
        files: Vec<String>,
    ) -> Result<Vec<String>, CoreError> {
        let message = self.facade.generate_commit_message(&directory, files).await?.message;
        Ok(std::iter::once(message.subject).chain(message.highlights).collect())
    }
}

impl From<facade::Changes> for Changes {
    fn from(changes: facade::Changes) -> Self {
        let files = |files: Vec<facade::ChangedFile>| files.into_iter().map(Into::into).collect();
        let (operation_step, operation_total) = steps(&changes.state);
        Self {
            root: changes.root,
            branch: changes.branch,
            upstream: changes.upstream.filter(|_| !changes.upstream_gone),
            ahead: changes.ahead,
            behind: changes.behind,
            operation: operation(&changes.state),
            operation_step,
            operation_total,
            staged: files(changes.staged),
            unstaged: files(changes.unstaged),
            untracked: files(changes.untracked),
            conflicts: changes.conflicts.into_iter().map(Into::into).collect(),
            settled: changes.settled,
            omitted: changes.omitted,
        }
    }
}

impl From<facade::ChangedFile> for ChangedFile {
    fn from(file: facade::ChangedFile) -> Self {
        Self { path: file.path, from: file.from, change: file.change.into(), added: None, removed: None }
    }
}

impl From<facade::Change> for FileChange {
    fn from(change: facade::Change) -> Self {
        match change {
            facade::Change::Added => Self::Added,
            facade::Change::Modified => Self::Modified,
            facade::Change::Deleted => Self::Deleted,
            facade::Change::Renamed => Self::Renamed,
            facade::Change::Copied => Self::Copied,
            facade::Change::TypeChanged => Self::TypeChanged,
            facade::Change::Untracked => Self::Untracked,
            facade::Change::Conflicted => Self::Conflicted,
        }
    }
}

impl From<facade::ConflictedFile> for ConflictedFile {
    fn from(file: facade::ConflictedFile) -> Self {
        let kind = match file.kind {
            facade::ConflictKind::BothDeleted => ConflictKind::BothDeleted,
            facade::ConflictKind::AddedByUs => ConflictKind::AddedByUs,
            facade::ConflictKind::DeletedByThem => ConflictKind::DeletedByThem,
            facade::ConflictKind::AddedByThem => ConflictKind::AddedByThem,
            facade::ConflictKind::DeletedByUs => ConflictKind::DeletedByUs,
            facade::ConflictKind::BothAdded => ConflictKind::BothAdded,
            facade::ConflictKind::BothModified => ConflictKind::BothModified,
        };
        Self { path: file.path, kind }
    }
}

fn operation(state: &facade::OperationState) -> Option<GitOperation> {
    Some(match state {
        facade::OperationState::Clean => return None,
        facade::OperationState::Merging { .. } => GitOperation::Merge,
        facade::OperationState::Rebasing { .. } => GitOperation::Rebase,
        facade::OperationState::Applying { .. } => GitOperation::Apply,
        facade::OperationState::CherryPicking { .. } => GitOperation::CherryPick,
        facade::OperationState::Reverting { .. } => GitOperation::Revert,
        facade::OperationState::Bisecting => GitOperation::Bisect,
    })
}

fn steps(state: &facade::OperationState) -> (u64, u64) {
    match *state {
        facade::OperationState::Rebasing { step, total, .. } | facade::OperationState::Applying { step, total } => {
            (step, total)
        }
        _ => (0, 0),
    }
}

impl From<facade::Discarded> for Discarded {
    fn from(discarded: facade::Discarded) -> Self {
        let facade::Discarded { path, blob, mode, left } = discarded;
        Self { path, blob, mode, left }
    }
}

impl From<Discarded> for facade::Discarded {
    fn from(discarded: Discarded) -> Self {
        let Discarded { path, blob, mode, left } = discarded;
        Self { path, blob, mode, left }
    }
}

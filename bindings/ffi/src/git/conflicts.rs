//! A file in conflict: its three versions, and which of them is taken.

use atelier_workbench as facade;

use crate::{CoreError, Discarded, Workbench};

/// Which version of a file in conflict is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ConflictSide {
    /// That of the branch that is checked out.
    Ours,
    /// The other one.
    Theirs,
    /// The file as it is; refused while it has git's marks.
    AsItIs,
}

/// The versions of a file in conflict; none where a side has no such file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConflictVersions {
    /// What both began with.
    pub base: Option<FileVersion>,
    /// That of the branch that is checked out; in a rebase, of what the commits are moved onto.
    pub ours: Option<FileVersion>,
    /// That of what is brought in.
    pub theirs: Option<FileVersion>,
}

/// One version of a file.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FileVersion {
    /// At most 1 MiB; none where it is no text.
    pub text: Option<String>,
    /// Whether there is more.
    pub cut: bool,
}

#[uniffi::export]
impl Workbench {
    /// The three versions of a file in conflict.
    pub async fn conflict_versions(&self, directory: String, path: String) -> Result<ConflictVersions, CoreError> {
        let conflict = self.facade.conflict(&directory, path).await?;
        let version = |version: facade::Version| FileVersion { text: version.text, cut: version.cut };
        Ok(ConflictVersions {
            base: conflict.base.map(version),
            ours: conflict.ours.map(version),
            theirs: conflict.theirs.map(version),
        })
    }

    /// Settles a conflict and stages the outcome.
    pub async fn resolve_conflict(&self, directory: String, path: String, side: ConflictSide) -> Result<(), CoreError> {
        let how = match side {
            ConflictSide::Ours => facade::Settlement::Ours,
            ConflictSide::Theirs => facade::Settlement::Theirs,
            ConflictSide::AsItIs => facade::Settlement::AsItIs { with_marks: false },
        };
        self.facade.resolve_conflict(&directory, path, how).await?;
        Ok(())
    }

    /// Makes a settled file one in conflict again, while the merge or rebase is under way; the user has been asked. What it
    /// was is kept.
    pub async fn restore_conflict(&self, directory: String, path: String) -> Result<Discarded, CoreError> {
        Ok(self.facade.restore_conflict(&directory, path, true).await?.into())
    }
}

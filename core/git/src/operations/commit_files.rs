//! The files that a commit changed.

use serde::Serialize;

use super::{Git, GitFailure, branch_argument, given, numstat::numstat};

/// The files that a commit changed; of a merge, against its first parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitFiles {
    /// In git's order.
    pub files: Vec<CommittedFile>,
}

/// A file that a commit changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommittedFile {
    /// Where it is after the commit, from the top of the repository.
    pub path: String,
    /// Lines added; 0 for a binary file.
    pub insertions: u64,
    /// Lines taken away; 0 for a binary file.
    pub deletions: u64,
    /// Whether git takes it for binary.
    pub is_binary: bool,
    /// What happened to it.
    pub change_type: ChangeType,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ChangeType {
    /// It is new.
    #[serde(rename = "A")]
    Added,
    /// It is another, or of another kind.
    #[serde(rename = "M")]
    Modified,
    /// It is gone.
    #[serde(rename = "D")]
    Deleted,
    /// It was elsewhere.
    #[serde(rename = "R")]
    Renamed,
    /// It was made from another.
    #[serde(rename = "C")]
    Copied,
}

impl Git<'_> {
    /// The files that a commit changed.
    pub fn commit_files(&self, hash: &str) -> Result<CommitFiles, GitFailure> {
        let hash = given(Some(hash)).ok_or(GitFailure::Invalid("hash parameter is required"))?;
        // Of anything but a commit git would show the content.
        let commit = format!("{}^{{commit}}", branch_argument(hash)?);
        let show = |how: &str| {
            let common = ["show", "--format=", "--no-color", "--no-show-signature", "--no-notes", "--no-ext-diff"];
            let mut arguments = common.to_vec();
            arguments.extend(["--no-textconv", "--find-renames", "--find-copies", "--diff-merges=first-parent"]);
            arguments.extend([how, "-z", &commit, "--"]);
            self.look(&arguments)
        };
        let (counted, named) = (numstat(&show("--numstat")?), show("--name-status")?);
        let types = change_types(&String::from_utf8_lossy(&named));
        let both = counted.zip(types).filter(|(counted, types)| counted.len() == types.len());
        let (counted, types) =
            both.ok_or_else(|| GitFailure::Failed("Git's files could not be understood; update git.".to_owned()))?;
        let files = counted.into_iter().zip(types).map(|(counted, change_type)| CommittedFile {
            path: counted.path,
            insertions: counted.stat.insertions,
            deletions: counted.stat.deletions,
            is_binary: counted.binary,
            change_type,
        });
        Ok(CommitFiles { files: files.collect() })
    }
}

/// Reads `--name-status -z`; none if it is something else.
fn change_types(text: &str) -> Option<Vec<ChangeType>> {
    let mut fields = text.split_terminator('\0');
    let mut types = Vec::new();
    while let Some(letter) = fields.next() {
        let change = match letter.trim_start_matches('\n').chars().next()? {
            'A' => ChangeType::Added,
            'D' => ChangeType::Deleted,
            'R' => ChangeType::Renamed,
            'C' => ChangeType::Copied,
            _ => ChangeType::Modified,
        };
        fields.next()?;
        if matches!(change, ChangeType::Renamed | ChangeType::Copied) {
            fields.next()?;
        }
        types.push(change);
    }
    Some(types)
}

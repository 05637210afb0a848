//! Where git keeps what belongs to a folder, and which of its files matter. No git is run, and nothing but these names is
//! looked at.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Component, Path, PathBuf},
};

/// What in a repository's folder says that its state is another, by the first part of its path.
const STATE: [&str; 14] = [
    "HEAD",
    "index",
    "refs",
    "packed-refs",
    "reftable",
    "config",
    "info",
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "BISECT_LOG",
    "rebase-merge",
    "rebase-apply",
    "worktrees",
];

/// The longest file that says where a repository is, in bytes.
const MAX_POINTER: u64 = 8192;

/// The folders of a repository, absolute and without links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RepositoryFolders {
    /// The folder with the files.
    pub(super) top: PathBuf,
    /// What belongs to this working tree alone.
    pub(super) own: PathBuf,
    /// What all working trees share; often the same.
    pub(super) common: PathBuf,
}

impl RepositoryFolders {
    /// Those of the repository that a folder lies in.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        folder.ancestors().find_map(|top| {
            let own = repository_at(&top.join(".git"))?;
            let common = pointer(&own.join("commondir"), "").and_then(|path| own.join(path).canonicalize().ok());
            let common = common.filter(|path| path.join("objects").is_dir()).unwrap_or_else(|| own.clone());
            Some(Self { top: top.to_owned(), own, common })
        })
    }

    /// Whether a change of this file or folder is one of the repository's state.
    pub(super) fn concerns(&self, path: &Path) -> bool {
        [&self.own, &self.common].into_iter().filter_map(|folder| path.strip_prefix(folder).ok()).any(|inside| {
            let Some(Component::Normal(first)) = inside.components().next() else { return false };
            // Git writes what is to be the new state into a lock first.
            let is_lock = inside.extension().is_some_and(|extension| extension == "lock");
            !is_lock && STATE.iter().any(|name| first == *name)
        })
    }

    /// The file of patterns that the repository keeps for itself.
    pub(super) fn exclude(&self) -> PathBuf {
        self.common.join("info/exclude")
    }

    /// The folders to watch themselves.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.own.clone(), self.common.clone(), self.common.join("info")];
        folders.dedup();
        folders
    }

    /// The folders to watch with everything in them.
    pub(super) fn trees(&self) -> [PathBuf; 2] {
        [self.common.join("refs"), self.common.join("reftable")]
    }
}

/// What `.git` is or leads to, if that looks like a repository.
fn repository_at(git: &Path) -> Option<PathBuf> {
    let metadata = fs::symlink_metadata(git).ok()?;
    let folder = if metadata.is_file() { git.parent()?.join(pointer(git, "gitdir:")?) } else { git.to_owned() };
    folder.canonicalize().ok().filter(|folder| folder.join("HEAD").symlink_metadata().is_ok())
}

/// The path that a file holds behind a word.
fn pointer(file: &Path, word: &str) -> Option<String> {
    fs::symlink_metadata(file).ok().filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    File::open(file).ok()?.take(MAX_POINTER).read_to_string(&mut text).ok()?;
    Some(text.strip_prefix(word)?.trim().to_owned()).filter(|path| !path.is_empty())
}

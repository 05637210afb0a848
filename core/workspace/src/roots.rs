//! The approved roots: the one place that decides whether a folder or file may be used at all.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    AccessError, Folder, RelativePath,
    address::path_at,
    folder::MAX_PATH,
    guard::Guard,
    resolve::{Unresolved, from_home, resolve},
};

/// Why a path can't be used. The sentences are those of the runtime contract.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// It ends outside of the approved roots, or the system does not let it be read.
    #[error("Access to directory denied")]
    Denied,
    /// There is nothing, and it would lie inside.
    #[error("Directory not found")]
    NotFound,
    /// Something else is there.
    #[error("Specified path is not a directory")]
    NotAFolder,
    /// Anything else the system says.
    #[error("{0}")]
    Failed(io::Error),
}

/// The folders that a person has approved, as they were when this was made; make it anew for each use.
///
/// A path is compared only when all its links are resolved, by components. What it gives is an opened [`Folder`], reached
/// without following a link, so a link that is put in the way later can't lead outside. The folders are a person's: key
/// files are not refused.
#[derive(Debug, Clone)]
pub struct Roots {
    workspace: PathBuf,
    home: Option<PathBuf>,
    approved: Vec<PathBuf>,
}

impl Roots {
    /// `workspace`: the base of relative paths. `home`: what `~/` stands for. `approved`: absolute and without
    /// links; another could never match. None: nothing may be used.
    pub fn new(workspace: Option<PathBuf>, home: Option<PathBuf>, approved: Vec<PathBuf>) -> Self {
        Self { workspace: workspace.unwrap_or_else(|| "/".into()), home, approved }
    }

    /// The folder that is worked in, absolute. It need not lie in a root.
    pub fn workspace(&self) -> &Path {
        &self.workspace
    }

    /// What someone means by a path or its [`address`](crate::address), absolute, links and dots left: without the spaces
    /// around it, from the home folder with `~/`, from the workspace where it is relative.
    pub fn absolute(&self, named: &str) -> PathBuf {
        // `join` with an empty path would add a slash.
        match named.trim() {
            "" => self.workspace.clone(),
            named => self.workspace.join(from_home(&path_at(named), self.home.as_deref())),
        }
    }

    /// Opens a directory that lies in the roots or is one. An empty path is the workspace.
    pub fn directory(&self, named: &str) -> Result<Folder, RootError> {
        let (root, path) = self.locate(named)?;
        root.beneath(&path).map_err(refusal)
    }

    /// Finds what a path names, its links followed: the root it lies in, opened, and where in there. It need not exist, nor
    /// the folders above it.
    pub fn locate(&self, named: &str) -> Result<(Folder, RelativePath), RootError> {
        self.open(&self.real(&self.absolute(named))?)
    }

    /// The same, but a link that the path itself names is not followed: for what is done to an entry of a folder and not
    /// to what it holds.
    pub fn locate_entry(&self, named: &str) -> Result<(Folder, RelativePath), RootError> {
        let wanted = self.absolute(named);
        match (wanted.parent(), wanted.file_name()) {
            (Some(parent), Some(name)) => self.open(&self.real(parent)?.join(name)),
            _ => self.open(&self.real(&wanted)?),
        }
    }

    /// Where a path really leads, inside or outside.
    fn real(&self, wanted: &Path) -> Result<PathBuf, RootError> {
        if wanted.as_os_str().len() > MAX_PATH {
            return Err(RootError::Denied);
        }
        resolve(wanted).map_err(|error| {
            // Of what lies outside nothing is told, not even whether it is there.
            let above = wanted.ancestors().skip(1).find_map(|path| path.canonicalize().ok());
            match error {
                _ if !above.is_some_and(|path| self.holds(&path)) => RootError::Denied,
                Unresolved::Dangling => RootError::NotFound,
                Unresolved::NotPlain => RootError::Denied,
                Unresolved::Io(error) => match error.kind() {
                    io::ErrorKind::NotADirectory => RootError::NotAFolder,
                    io::ErrorKind::PermissionDenied => RootError::Denied,
                    _ => RootError::Failed(error),
                },
            }
        })
    }

    fn holds(&self, real: &Path) -> bool {
        self.approved.iter().any(|root| real.starts_with(root))
    }

    fn open(&self, real: &Path) -> Result<(Folder, RelativePath), RootError> {
        let inside = |root: &PathBuf| Some((root.clone(), RelativePath::new(real.strip_prefix(root).ok()?)?));
        let (root, path) = self.approved.iter().find_map(inside).ok_or(RootError::Denied)?;
        Ok((Folder::open_real(root, Guard::Person).map_err(refusal)?, path))
    }
}

/// What an error about a folder in the roots means here.
fn refusal(error: AccessError) -> RootError {
    match error {
        AccessError::NotFound { .. } => RootError::NotFound,
        AccessError::NotAFolder { .. } => RootError::NotAFolder,
        AccessError::Io { source, .. } => RootError::Failed(source),
        // A link that was put in the way since among them.
        _ => RootError::Denied,
    }
}

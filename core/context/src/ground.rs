//! Where to look: the user's own folders, and a project with the repository it lies in.

use std::path::{Path, PathBuf};

use atelier_workspace::{AccessError, Folder, RelativePath};

/// Where a user keeps what is meant for all projects. The default is nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFolders {
    /// The home folder, absolute.
    pub home: Option<PathBuf>,
    /// Atelier's config folder, absolute.
    pub config: Option<PathBuf>,
}

/// Who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// The user, for all their projects.
    User,
    /// Whoever wrote the project.
    Project,
}

/// A project folder and how far above it files belong to the same repository.
pub(crate) struct Ground {
    /// The repository's folder, or the project's where it is in none.
    pub(crate) top: Folder,
    /// The project in there.
    pub(crate) project: RelativePath,
}

impl Ground {
    /// `home` and what is above it belong to no project, even where the home folder is a repository.
    pub(crate) fn open(project: &Path, home: Option<&Path>) -> Result<Self, AccessError> {
        let opened = Folder::open(project)?;
        let home = home.and_then(|home| home.canonicalize().ok());
        let above_home = |folder: &Path| home.as_ref().is_some_and(|home| home.starts_with(folder));
        let repository = opened
            .path()
            .ancestors()
            .take_while(|folder| !above_home(folder))
            .find(|folder| folder.join(".git").symlink_metadata().is_ok());
        let top = match repository {
            Some(folder) if folder != opened.path() => Folder::open(folder)?,
            _ => return Ok(Self { top: opened, project: RelativePath::root() }),
        };
        let inside = opened.path().strip_prefix(top.path()).ok().and_then(RelativePath::new);
        Ok(match inside {
            Some(project) => Self { top, project },
            // The repository was moved between two looks.
            None => Self { top: opened, project: RelativePath::root() },
        })
    }

    /// The project's folder and those above it, the nearest first.
    pub(crate) fn folders(&self) -> impl Iterator<Item = RelativePath> {
        std::iter::successors(Some(self.project.clone()), RelativePath::parent)
    }

    /// How a person would name it: from the project on where it is in there.
    pub(crate) fn shown(&self, path: &RelativePath, home: Option<&Path>) -> String {
        match path.as_path().strip_prefix(self.project.as_path()) {
            Ok(inside) => inside.display().to_string(),
            Err(_) => from_home(&self.top.path().join(path.as_path()), home),
        }
    }
}

/// An absolute path, from `~` on where it is in the home folder.
pub(crate) fn from_home(path: &Path, home: Option<&Path>) -> String {
    match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(inside) => Path::new("~").join(inside).display().to_string(),
        None => path.display().to_string(),
    }
}

//! A path inside a folder, free of links and dots.

use std::{
    ffi::OsStr,
    fmt,
    path::{Component, Path, PathBuf},
};

/// A path inside a [`Folder`](crate::Folder): relative, only plain names. The folder itself is the empty path, shown as
/// `.`. Ordered by components, bytewise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelativePath(PathBuf);

impl RelativePath {
    /// The folder itself.
    pub fn root() -> Self {
        Self(PathBuf::new())
    }

    /// Takes a path that is already relative and plain; none if it is not.
    pub fn new(path: &Path) -> Option<Self> {
        let plain = path.components().all(|component| matches!(component, Component::Normal(_)));
        // Collected anew, so that doubled and trailing slashes are gone.
        plain.then(|| Self(path.components().collect()))
    }

    /// What is called `name` in here; none if `name` is not a plain name.
    pub fn child(&self, name: &OsStr) -> Option<Self> {
        let child = Self::new(Path::new(name))?;
        (child.0.components().count() == 1).then(|| Self(self.0.join(child.0)))
    }

    /// The folder it lies in; none for the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.parent().map(|parent| Self(parent.to_owned()))
    }

    /// Its own name; none for the root.
    pub fn name(&self) -> Option<&OsStr> {
        self.0.file_name()
    }

    /// Whether it is the folder itself.
    pub fn is_root(&self) -> bool {
        self.0.as_os_str().is_empty()
    }

    /// Whether it is `other` or lies beneath it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// What `inner` is called from here.
    pub(crate) fn join(&self, inner: &Self) -> Self {
        if inner.is_root() { self.clone() } else { Self(self.0.join(&inner.0)) }
    }

    /// As a path, empty for the root.
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// Its parts, from the top.
    pub(crate) fn names(&self) -> impl Iterator<Item = &OsStr> {
        self.0.iter()
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() { formatter.write_str(".") } else { self.0.display().fmt(formatter) }
    }
}

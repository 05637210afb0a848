//! Finding in a folder that a person names at a terminal.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use atelier_finding::{ContentQuery, ContentSearch, Finder, FoundFiles};
use atelier_workspace::{Folder, RelativePath, Roots};

use crate::{ErrorKind, WorkbenchError};

/// A folder, or a file in one, that a person has named at a terminal just now. That is their choice: it need not lie in the
/// approved roots, which are there for programs that ask. No workbench has to be open. All calls block.
pub struct NamedFolder {
    folder: Arc<Folder>,
    /// The file, where one was named.
    inner: RelativePath,
}

impl NamedFolder {
    /// Opens it; links are followed.
    pub fn open(named: &Path) -> Result<Self, WorkbenchError> {
        let failed = |error: io::Error| {
            let kind = match error.kind() {
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::PermissionDenied => ErrorKind::Denied,
                _ => ErrorKind::InvalidRequest,
            };
            let message = format!("`{}` can't be searched ({error}); name a folder that is there.", named.display());
            WorkbenchError::new(kind, message)
        };
        let real = named.canonicalize().map_err(failed)?;
        let root = if real.is_dir() { real.clone() } else { real.parent().map_or_else(PathBuf::new, Path::to_owned) };
        let inner = real.strip_prefix(&root).ok().and_then(RelativePath::new).unwrap_or_else(RelativePath::root);
        let roots = Roots::new(Some(root.clone()), None, vec![root]);
        Ok(Self { folder: Arc::new(roots.directory("")?), inner })
    }

    /// The best `limit` (1 to 1,000) of the files that these letters mean, best first. Takes as long as it takes to list
    /// the folder.
    pub fn find(&self, query: &str, limit: usize) -> Result<FoundFiles, WorkbenchError> {
        Ok(Finder::new(Arc::clone(&self.folder)).find(query, limit, None)?)
    }

    /// Begins to search contents.
    pub fn search(&self, query: &ContentQuery) -> Result<ContentSearch, WorkbenchError> {
        Ok(ContentSearch::start_beneath(Arc::clone(&self.folder), self.inner.clone(), query)?)
    }
}

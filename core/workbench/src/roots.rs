//! The approved roots as the settings name them now: every operation that takes a path goes through here.

use std::io;

use atelier_workspace::{Folder, RootError, Roots};

use crate::{ErrorKind, WorkbenchError, configuration::Configuration};

impl Configuration {
    /// What may be used, by the settings as they are now. Waits for the disk.
    pub(crate) fn roots(&self) -> Result<Roots, WorkbenchError> {
        let found = self.directories.roots()?;
        Ok(Roots::new(found.workspace, found.home, found.roots))
    }

    /// The directory that an operation on a repository is about, in the words that these operations have for what is
    /// wrong with it. Waits for the disk.
    pub(crate) fn directory(&self, named: &str) -> Result<Folder, WorkbenchError> {
        if named.trim().is_empty() {
            return Err(WorkbenchError::new(ErrorKind::InvalidRequest, "directory parameter is required"));
        }
        self.roots()?.directory(named).map_err(|error| match error {
            RootError::NotFound | RootError::NotAFolder => {
                WorkbenchError::new(ErrorKind::Storage, format!("Directory does not exist: {named}"))
            }
            error => error.into(),
        })
    }
}

impl From<RootError> for WorkbenchError {
    fn from(error: RootError) -> Self {
        let kind = match &error {
            RootError::Denied => ErrorKind::Denied,
            RootError::NotFound => ErrorKind::NotFound,
            RootError::NotAFolder => ErrorKind::InvalidRequest,
            RootError::Failed(reason) if reason.kind() == io::ErrorKind::PermissionDenied => ErrorKind::Denied,
            RootError::Failed(_) => ErrorKind::Storage,
        };
        Self::new(kind, error.to_string())
    }
}

//! Which paths inside the folder are refused by their names, and to whom.

use std::{ffi::OsStr, path::Path};

use crate::AccessError;

/// Files that hold keys, by their whole name.
const SECRET_FILES: [&str; 2] = [".env", "credentials.json"];

/// Folders that hold keys, with all that is in them.
const SECRET_FOLDERS: [&str; 2] = [".aws", ".ssh"];

/// Files that may hold keys, and are never opened, as git's patterns of paths.
pub const SECRET_PATTERNS: [&str; 4] = ["**/.env", "**/credentials.json", "**/.aws/**", "**/.ssh/**"];

/// For whom a folder is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// A model asks: key files are refused, and writing what is git's.
    Agent,
    /// A person asks, whose own files these are.
    Person,
}

impl Guard {
    /// Refuses where keys live. Case does not count: the usual file systems of Macs ignore it.
    pub(crate) fn refuse_secret(self, path: &Path) -> Result<(), AccessError> {
        let is = |name: &OsStr, of: &[&str]| of.iter().any(|secret| name.eq_ignore_ascii_case(secret));
        if self == Self::Agent
            && (path.file_name().is_some_and(|name| is(name, &SECRET_FILES))
                || path.iter().any(|name| is(name, &SECRET_FOLDERS)))
        {
            return Err(AccessError::Secret { path: path.display().to_string() });
        }
        Ok(())
    }

    /// Refuses what git keeps for itself: hooks and configuration there are programs that git runs.
    pub(crate) fn refuse_git(self, path: &Path) -> Result<(), AccessError> {
        if self == Self::Agent && path.iter().any(|name| name.eq_ignore_ascii_case(".git")) {
            return Err(AccessError::GitInternal { path: path.display().to_string() });
        }
        Ok(())
    }
}

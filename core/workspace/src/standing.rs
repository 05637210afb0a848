//! What stands at a path, with what it takes to put it there again.

use std::{
    ffi::{OsStr, OsString},
    fs::{File, Permissions},
    os::unix::{ffi::OsStringExt as _, fs::PermissionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, FileType, readlinkat, statat, symlinkat};

use crate::{AccessError, Folder, RelativePath};

/// What stands at a path. Modes are the nine bits of Unix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing, or no folder above it.
    Nothing,
    /// An ordinary file.
    File {
        /// Its size in bytes.
        size: u64,
        /// Who may do what with it.
        mode: u32,
    },
    /// A folder.
    Folder {
        /// Who may do what with it.
        mode: u32,
    },
    /// A symbolic link; it is not followed.
    Link {
        /// What it holds, wherever that leads.
        target: PathBuf,
    },
    /// A pipe, socket or device.
    Other,
}

impl Folder {
    /// What stands at a path, nothing being followed or opened.
    pub fn standing(&self, path: &RelativePath) -> Result<Standing, AccessError> {
        let failed = |error: rustix::io::Errno| AccessError::from_io(&path, error.into());
        let (parent, name) = match path.name() {
            Some(name) => (self.parent_of(path), name),
            None => (self.open_folder(path), OsStr::new(".")),
        };
        let parent = match parent {
            Err(AccessError::NotFound { .. }) => return Ok(Standing::Nothing),
            parent => parent?,
        };
        let stat = match statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(rustix::io::Errno::NOENT) => return Ok(Standing::Nothing),
            stat => stat.map_err(failed)?,
        };
        // How wide the type is depends on the system; the nine bits fit everywhere.
        let mode = u32::try_from(u64::from(stat.st_mode) & 0o777).unwrap_or_default();
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Standing::File { size: u64::try_from(stat.st_size).unwrap_or_default(), mode },
            FileType::Directory => Standing::Folder { mode },
            FileType::Symlink => {
                let target = readlinkat(&parent, name, Vec::new()).map_err(failed)?;
                Standing::Link { target: OsString::from_vec(target.into_bytes()).into() }
            }
            _ => Standing::Other,
        })
    }

    /// Makes a symbolic link where nothing stands. What it holds is not looked at: nothing here ever follows it out.
    pub fn make_link(&self, path: &RelativePath, target: &Path) -> Result<(), AccessError> {
        self.check_writable(path)?;
        let Some(name) = path.name() else { return Err(AccessError::Exists { path: path.to_string() }) };
        symlinkat(target, self.parent_of(path)?, name).map_err(|error| AccessError::from_io(&path, error.into()))
    }

    /// Sets the nine bits of a folder.
    pub fn set_folder_mode(&self, path: &RelativePath, mode: u32) -> Result<(), AccessError> {
        self.check_writable(path)?;
        let permissions = Permissions::from_mode(mode & 0o777);
        File::from(self.open_folder(path)?)
            .set_permissions(permissions)
            .map_err(|error| AccessError::from_io(&path, error))
    }
}

//! Putting files and folders into the system's Trash, from which people get them back.

#[cfg(not(target_vendor = "apple"))]
mod freedesktop;
#[cfg(target_vendor = "apple")]
mod mac;

use std::path::Path;

use crate::{AccessError, Folder, RelativePath};

impl Folder {
    /// Puts a file, a link itself, or a folder into the Trash. It is moved, never copied or deleted: where that can't be
    /// done the error is [`AccessError::NoTrash`] and it stays where it is.
    ///
    /// `home`: the user's own Trash where that is a folder (`~/.local/share/Trash`), absolute; unused on Macs. It need not
    /// exist. What lies on another disk goes to that disk's Trash.
    pub fn trash(&self, path: &RelativePath, home: Option<&Path>) -> Result<(), AccessError> {
        self.check_writable(path)?;
        if path.is_root() {
            return Err(AccessError::Invalid { path: path.to_string() });
        }
        if self.look(path)?.is_none() {
            return Err(AccessError::NotFound { path: path.to_string() });
        }
        self.put_away(path, home)
    }
}

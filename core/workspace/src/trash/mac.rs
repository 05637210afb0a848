//! The Trash of macOS.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, path::Path};

use trash::{
    TrashContext,
    macos::{DeleteMethod, TrashContextExtMacos as _},
};

use crate::{AccessError, Folder, RelativePath};

impl Folder {
    pub(super) fn put_away(&self, path: &RelativePath, _: Option<&Path>) -> Result<(), AccessError> {
        let no_trash = || AccessError::NoTrash { path: path.to_string() };
        // Where the opened folder is now, whatever stands at the path that once led to it.
        let parent = rustix::fs::getpath(self.parent_of(path)?).map_err(|_| no_trash())?;
        let whole = Path::new(OsStr::from_bytes(parent.as_bytes())).join(path.name().unwrap_or_default());
        let mut context = TrashContext::default();
        // The other method has the Finder do it, which asks the user for a permission first.
        context.set_delete_method(DeleteMethod::NsFileManager);
        context.delete(whole).map_err(|error| {
            tracing::debug!(%error, "the system refused to move something to the Trash");
            no_trash()
        })
    }
}

//! Where a command notes the folder in which it ended.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Where a command notes the folder in which it ended. Removed with the last clone.
#[derive(Clone)]
pub(super) struct Place {
    file: Arc<NotedFile>,
}

struct NotedFile(PathBuf);

impl Place {
    /// A file of its own in this folder, which is created.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(folder)?;
        // The command may go elsewhere.
        let folder = folder.canonicalize()?;
        let name = format!("cwd-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Ok(Self { file: Arc::new(NotedFile(folder.join(name))) })
    }

    /// The folder that was noted, if any.
    pub(super) fn noted(&self) -> Option<String> {
        let noted = fs::read_to_string(&self.file.0).ok()?;
        noted.strip_suffix('\n').map(str::to_owned)
    }

    /// Its path as the shell takes it for one word.
    pub(super) fn quoted(&self) -> OsString {
        let path = &self.file.0;
        let quoted: Vec<u8> = path
            .as_os_str()
            .as_bytes()
            .iter()
            .flat_map(|byte| match byte {
                b'\'' => br"'\''".to_vec(),
                other => vec![*other],
            })
            .collect();
        OsString::from_vec([b"'", quoted.as_slice(), b"'"].concat())
    }
}

impl Drop for NotedFile {
    fn drop(&mut self) {
        // It may never have been written.
        let _ = fs::remove_file(&self.0);
    }
}

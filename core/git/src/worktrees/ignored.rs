//! The folder in a project for what Atelier keeps there, and git leaving it alone.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
};

use rustix::fs::OFlags;

use crate::{GitError, Repository, repository::os_string};

/// The folder, and the one that projects may have from `OpenChamber`, whose it was before.
const FOLDER: &str = ".atelier";
const OLDER: &str = ".openchamber";

/// How large an exclude file may be, in bytes.
const MAX_FILE: u64 = 4 << 20;

impl Repository {
    /// The name of the folder in the project that Atelier keeps its working trees in.
    pub fn own_folder(&self) -> &'static str {
        if self.project().join(OLDER).is_dir() { OLDER } else { FOLDER }
    }

    /// Makes git ignore that folder, in the repository's own exclude file. Says so once.
    pub fn ensure_ignored(&self, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let told = self.look(&["rev-parse", "--git-path", "info/exclude"], stopped)?;
        let file: PathBuf = self.project().join(os_string(told.strip_suffix(b"\n").unwrap_or(&told)));
        let Some(folder) = file.parent() else { return Err(GitError::Nonsense { what: "exclude file" }) };
        fs::create_dir_all(folder).map_err(GitError::Io)?;
        // A link there could make us write any file of the user's.
        let (_, common) = self.git_folders(stopped)?;
        if !folder.canonicalize().map_err(GitError::Io)?.starts_with(common) {
            return Err(GitError::FilesElsewhere);
        }
        let nofollow = i32::try_from(OFlags::NOFOLLOW.bits() | OFlags::NONBLOCK.bits()).unwrap_or_default();
        let open = OpenOptions::new().read(true).append(true).create(true).custom_flags(nofollow).open(&file);
        append(&mut open.map_err(GitError::Io)?, &self.ignored_line()).map_err(GitError::Io)
    }

    /// The folder as git's patterns have it: from the top of the repository, which may lie above the project.
    fn ignored_line(&self) -> String {
        let mut line = String::from("/");
        for c in self.prefix().chars() {
            // What has a meaning in a pattern is a name here.
            line.extend(['*', '?', '[', '\\'].contains(&c).then_some('\\'));
            line.push(c);
        }
        line + self.own_folder() + "/"
    }
}

/// Adds a line to a file that does not have it.
fn append(file: &mut File, line: &str) -> std::io::Result<()> {
    let mut text = Vec::new();
    (&*file).take(MAX_FILE).read_to_end(&mut text)?;
    if String::from_utf8_lossy(&text).lines().any(|found| found.trim() == line) {
        return Ok(());
    }
    let start = if text.is_empty() || text.ends_with(b"\n") { "" } else { "\n" };
    // One call, so that two that write at once can't mix their lines.
    file.write_all(format!("{start}{line}\n").as_bytes())
}

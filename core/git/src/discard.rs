//! Throwing changes away, after they were kept: as objects of the repository, which git clears away in two weeks or later.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStrExt as _,
    path::Path,
};

use atelier_workspace::{Expected, Folder, RelativePath, Roots, Stamp, Standing};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::{
    GitError, Repository,
    paths::{named, shown},
    repository::literal,
};

/// The largest file that can be put back, in bytes. What is larger is kept as well, for `git cat-file blob`.
const MAX_RESTORED: u64 = 64 << 20;

/// How many files may be named at once.
const MAX_NAMED: usize = 10_000;

/// How many are named in one command; systems take only so long ones.
const PER_COMMAND: usize = 500;

/// A file whose changes were thrown away, and how to have them back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Discarded {
    /// The file, relative to the project.
    pub path: String,
    /// What it was, as an object that `git cat-file blob` shows; none where there was no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// Its mode, as git writes it: `100644`, `100755`, `120000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The stamp of what stands there now; none where nothing or no ordinary file does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
}

impl Repository {
    /// Makes files what the index says, and removes those that git does not know. What they were is kept first, and
    /// where to find it is the answer. All are kept before the first one changes; a file in conflict is refused.
    pub fn discard_files(&self, paths: &[String], stopped: &dyn Fn() -> bool) -> Result<Vec<Discarded>, GitError> {
        if paths.len() > MAX_NAMED {
            return Err(GitError::TooManyFiles { max: MAX_NAMED });
        }
        let files: Vec<RelativePath> = paths.iter().map(|path| named(path)).collect::<Result<_, _>>()?;
        let held = self.held(stopped)?;
        let kept = held.keep(&files, stopped)?;
        let (mut tracked, mut unknown) = (Vec::new(), Vec::new());
        for file in &files {
            if held.tracks(file, stopped)? { tracked.push(file) } else { unknown.push(file) }
        }
        for (start, files) in [(&["restore", "--worktree", "--"][..], tracked), (&["clean", "-f", "-q", "--"], unknown)]
        {
            for some in files.chunks(PER_COMMAND) {
                let paths = some.iter().map(|file| literal(file));
                let arguments: Vec<OsString> = start.iter().map(Into::into).chain(paths).collect();
                held.look(&arguments, stopped)?;
            }
        }
        Ok(kept.into_iter().map(|kept| self.left(kept)).collect())
    }

    /// Puts back what was thrown away, if the file has not changed since. A link comes back where nothing stands.
    pub fn restore_discarded(&self, discarded: &Discarded, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let path = named(&discarded.path)?;
        let changed = |_| GitError::Changed { path: discarded.path.clone() };
        let folder =
            persons_folder(self.project()).ok_or_else(|| GitError::Changed { path: discarded.path.clone() })?;
        let left: Option<Stamp> = discarded.left.as_deref().and_then(|stamp| stamp.parse().ok());
        let Some(blob) = &discarded.blob else {
            // There was no file: what came in its place goes again.
            return match left {
                Some(_) => folder.remove_file(&path, left).map_err(changed),
                None => Ok(()),
            };
        };
        let text = self.kept_bytes(blob, stopped)?;
        if let Some(parent) = path.parent().filter(|parent| !parent.is_root()) {
            folder.create_folders(&parent).map_err(changed)?;
        }
        if discarded.mode.as_deref() == Some("120000") {
            return folder.make_link(&path, Path::new(OsStr::from_bytes(&text))).map_err(changed);
        }
        let mode = if discarded.mode.as_deref() == Some("100755") { 0o755 } else { 0o644 };
        match left {
            Some(left) => folder.replace(&path, &text, Expected::Content(left)).map_err(changed)?,
            None => folder.create(&path, &text, mode).map_err(changed)?,
        };
        folder.set_mode(&path, mode).map_err(changed)
    }

    fn kept_bytes(&self, blob: &str, stopped: &dyn Fn() -> bool) -> Result<Vec<u8>, GitError> {
        if blob.is_empty() || !blob.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(GitError::NoSuchCommit { name: blob.chars().take(100).collect() });
        }
        let max = usize::try_from(MAX_RESTORED).unwrap_or(usize::MAX);
        let ran = self.look_at_most(&["cat-file", "blob", blob], max, None, stopped)?;
        if ran.cut {
            return Err(GitError::Refused { text: format!("it is too large; `git cat-file blob {blob}` has it.") });
        }
        Ok(ran.output)
    }

    /// Keeps files as they are, byte for byte, as objects of the repository.
    pub(crate) fn keep(&self, files: &[RelativePath], stopped: &dyn Fn() -> bool) -> Result<Vec<Discarded>, GitError> {
        let room = TempDir::new().map_err(GitError::Io)?;
        let mut kept = Vec::with_capacity(files.len());
        let (mut sources, mut owners) = (Vec::new(), Vec::new());
        for (at, file) in files.iter().enumerate() {
            let path = shown(file.as_path().as_os_str().as_bytes());
            let mode = match self.standing(file)? {
                Standing::Nothing => None,
                Standing::File { mode, .. } => {
                    sources.push(self.project().join(file.as_path()));
                    Some(if mode & 0o100 == 0 { "100644" } else { "100755" })
                }
                Standing::Link { target } => {
                    let copy = room.path().join(at.to_string());
                    fs::write(&copy, target.as_os_str().as_bytes()).map_err(GitError::Io)?;
                    sources.push(copy);
                    Some("120000")
                }
                Standing::Folder { .. } | Standing::Other => return Err(GitError::Path { path }),
            };
            owners.extend(mode.map(|_| at));
            kept.push(Discarded { path, blob: None, mode: mode.map(str::to_owned), left: None });
        }
        for (sources, owners) in sources.chunks(PER_COMMAND).zip(owners.chunks(PER_COMMAND)) {
            let start = ["hash-object", "-w", "--no-filters", "--"].map(OsString::from).into_iter();
            let arguments: Vec<_> = start.chain(sources.iter().map(Into::into)).collect();
            let told = self.look(&arguments, stopped)?;
            let told = String::from_utf8_lossy(&told);
            let mut blobs = told.lines();
            for owner in owners {
                let blob = blobs.next().ok_or(GitError::Nonsense { what: "kept file" })?;
                kept[*owner].blob = Some(blob.to_owned());
            }
        }
        Ok(kept)
    }

    /// Notes what stands there now.
    pub(crate) fn left(&self, kept: Discarded) -> Discarded {
        let now = || {
            let folder = persons_folder(self.project())?;
            folder.read(&named(&kept.path).ok()?, MAX_RESTORED).ok()
        };
        let left = now().map(|content| content.stamp.to_string());
        Discarded { left, ..kept }
    }
}

/// The folder as its owner may use it, key files and all; none where it can't be opened.
pub(crate) fn persons_folder(path: &Path) -> Option<Folder> {
    Roots::new(None, None, vec![path.canonicalize().ok()?]).directory(path.to_str()?).ok()
}

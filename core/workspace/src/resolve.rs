//! Following links: where a path that someone has named really leads.

use std::{
    fs, io,
    os::unix::ffi::OsStrExt as _,
    path::{Component, Path, PathBuf},
};

use rustix::io::Errno;

/// Why it can't be said where a path leads.
#[derive(Debug)]
pub(crate) enum Unresolved {
    /// A link leads to nothing, or in a circle.
    Dangling,
    /// `..` or the like stands behind what does not exist.
    NotPlain,
    /// The system says so.
    Io(io::Error),
}

/// The absolute path without links and dots. Of what does not exist, the nearest folder above it that does is resolved
/// and the rest appended.
pub(crate) fn resolve(wanted: &Path) -> Result<PathBuf, Unresolved> {
    let mut existing = wanted;
    loop {
        match existing.canonicalize() {
            Ok(real) => {
                let missing = wanted.strip_prefix(existing).unwrap_or(Path::new(""));
                let plain = missing.components().all(|part| matches!(part, Component::Normal(_)));
                return if plain { Ok(joined(&real, missing)) } else { Err(Unresolved::NotPlain) };
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::symlink_metadata(existing).is_ok() {
                    return Err(Unresolved::Dangling);
                }
            }
            Err(error) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => return Err(Unresolved::Dangling),
            Err(error) => return Err(Unresolved::Io(error)),
        }
        existing = existing.parent().ok_or(Unresolved::NotPlain)?;
    }
}

/// `~` and what lies beneath it stand for the home folder; everything else for itself.
pub(crate) fn from_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => joined(home, rest),
        _ => path.to_owned(),
    }
}

/// `Path::join` with an empty path would add a slash.
fn joined(real: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().as_bytes().is_empty() { real.to_owned() } else { real.join(rest) }
}

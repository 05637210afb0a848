//! Which files were opened lately, directory by directory, so that they are found first after a restart too.

use std::{io, path::Path};

use atelier_config::PrivateFile;
use atelier_finding::MAX_RECENT;
use atelier_workspace::address;
use serde::{Deserialize, Serialize};

/// Of how many directories it is kept; those in which nothing was opened for longest go.
const MAX_DIRECTORIES: usize = 100;

/// What was opened, in a small file of its own: it is no part of any session, and to lose it hurts nobody.
pub(crate) struct OpenedFiles(PrivateFile);

#[derive(Debug, Serialize, Deserialize)]
struct InDirectory {
    /// Its address.
    directory: String,
    /// The addresses of the files from there, latest first.
    files: Vec<String>,
}

impl OpenedFiles {
    pub(crate) fn new(data_folder: &Path) -> Self {
        Self(PrivateFile::new(data_folder.join("opened-files.json")))
    }

    /// The files that were opened in a directory, latest first.
    pub(super) fn of(&self, directory: &Path) -> Vec<String> {
        let bytes = self.0.read().unwrap_or_else(|error| {
            tracing::debug!(%error, "what was opened lately could not be read");
            None
        });
        let directory = address(directory);
        let known = parsed(bytes).into_iter().find(|known| known.directory == directory);
        known.map(|known| known.files).unwrap_or_default()
    }

    /// Notes that a file was opened. That it can't be kept is no reason not to open it.
    pub(super) fn note(&self, directory: &Path, file: String) {
        let directory = address(directory);
        let noted = self.0.change(|bytes| {
            let mut all = parsed(bytes);
            let known = all.iter().position(|known| known.directory == directory);
            let mut files = known.map(|known| all.remove(known).files).unwrap_or_default();
            files.retain(|known| *known != file);
            files.insert(0, file);
            files.truncate(MAX_RECENT);
            all.insert(0, InDirectory { directory, files });
            all.truncate(MAX_DIRECTORIES);
            serde_json::to_vec(&all).map_err(io::Error::other)
        });
        if let Err(error) = noted {
            tracing::debug!(%error, "what was opened could not be kept");
        }
    }
}

/// What a file holds; nothing where there is none, or it is broken.
fn parsed(bytes: Option<Vec<u8>>) -> Vec<InDirectory> {
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_kept_and_never_too_many() {
        let data = tempfile::tempdir().unwrap();
        let opened = OpenedFiles::new(data.path());
        assert!(opened.of(Path::new("/a")).is_empty());
        for number in 0..MAX_RECENT + 5 {
            opened.note(Path::new("/a"), format!("{number}"));
        }
        opened.note(Path::new("/a"), "20".to_owned());
        let files = opened.of(Path::new("/a"));
        assert_eq!((files.len(), files[0].as_str(), files[1].as_str()), (MAX_RECENT, "20", "34"));
        for number in 0..MAX_DIRECTORIES {
            opened.note(Path::new(&format!("/{number}")), "x".to_owned());
        }
        assert!(opened.of(Path::new("/a")).is_empty(), "those used longest ago go");
        assert_eq!(opened.of(Path::new("/0")), ["x"]);
    }

    #[test]
    fn a_broken_file_is_begun_anew() {
        let data = tempfile::tempdir().unwrap();
        let opened = OpenedFiles::new(data.path());
        for broken in ["", "{", "[1]", "\0"] {
            std::fs::write(data.path().join("opened-files.json"), broken).unwrap();
            assert!(opened.of(Path::new("/a")).is_empty());
            opened.note(Path::new("/a"), "x".to_owned());
            assert_eq!(opened.of(Path::new("/a")), ["x"]);
        }
    }
}

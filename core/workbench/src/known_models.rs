//! What is known about models: what is built in, and the user's own entries.
//!
//! The user's are in `atelier-models.json` in the config folder: a list of objects with the fields of
//! [`OwnModel`](atelier_llm::OwnModel). The name says whose file it is, for the folder may be another program's too.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use atelier_llm::{Catalogue, OwnModels};

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// The catalogue, put together when it is needed and anew when the user's file changed.
pub(crate) struct KnownModels {
    file: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    own: OwnFile,
    /// None: it has to be put together.
    catalogue: Option<Arc<Catalogue>>,
}

/// The user's file as it was read last.
#[derive(Default)]
struct OwnFile {
    /// None while there is no file.
    stamp: Option<Stamp>,
    entries: OwnModels,
    /// Why it could not be read.
    unreadable: Option<String>,
}

/// What changes when a file is written.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl KnownModels {
    pub(crate) fn new(config_folder: &Path) -> Self {
        Self { file: config_folder.join("atelier-models.json"), state: Mutex::default() }
    }

    /// The user's file; it need not exist.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// What is known now. May wait for the disk.
    pub(crate) fn now(&self) -> Arc<Catalogue> {
        let mut state = self.state();
        state.read(&self.file);
        state.catalogue()
    }

    /// What was known when it was asked for last; does not look at the file.
    pub(crate) fn latest(&self) -> Arc<Catalogue> {
        self.state().catalogue()
    }

    /// What is wrong with the user's file, in sentences. May wait for the disk.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut state = self.state();
        state.read(&self.file);
        let entries = state.own.entries.problems.iter().map(ToString::to_string);
        state.own.unreadable.clone().into_iter().chain(entries).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn catalogue(&mut self) -> Arc<Catalogue> {
        let own = || Arc::new(Catalogue::assembled([], self.own.entries.models.clone()));
        let catalogue = self.catalogue.get_or_insert_with(own);
        Arc::clone(catalogue)
    }

    /// Reads the user's file if it is not as it was.
    fn read(&mut self, file: &Path) {
        let stamp = fs::metadata(file).ok().map(|it| Stamp { modified: it.modified().ok(), length: it.len() });
        if stamp == self.own.stamp && self.own.unreadable.is_none() {
            return;
        }
        self.own = match text_of(file, stamp) {
            Ok(text) => OwnFile { stamp, entries: OwnModels::parse(&text), unreadable: None },
            Err(error) => {
                let sentence =
                    format!("It can't be read ({error}); correct that, until then none of its models is known.");
                OwnFile { stamp, entries: OwnModels::default(), unreadable: Some(sentence) }
            }
        };
        self.catalogue = None;
    }
}

/// What the file holds; nothing where there is none.
fn text_of(file: &Path, stamp: Option<Stamp>) -> io::Result<String> {
    if stamp.is_some_and(|stamp| stamp.length > MAX_FILE) {
        return Err(io::Error::other("it is larger than 4 MiB"));
    }
    match fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(models: &KnownModels, id: &str) -> bool {
        models.now().find(id).is_some()
    }

    #[test]
    fn the_users_file_is_read_when_it_appears_changes_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let models = KnownModels::new(folder.path());
        assert!(knows(&models, "claude-sonnet-5-5") && !knows(&models, "qwen"));
        fs::write(models.file(), r#"[{"vendor": "compatible", "id": "qwen", "aliases": ["q"]}]"#).unwrap();
        assert!(knows(&models, "qwen") && knows(&models, "q"));
        fs::write(models.file(), r#"[{"vendor": "compatible", "id": "another"}]"#).unwrap();
        assert!(!knows(&models, "qwen") && knows(&models, "another"));
        assert!(models.problems().is_empty());
        fs::remove_file(models.file()).unwrap();
        assert!(!knows(&models, "another") && models.problems().is_empty());
    }

    #[test]
    fn a_file_that_is_wrong_is_told_and_takes_nothing_else_along() {
        let folder = tempfile::tempdir().unwrap();
        let models = KnownModels::new(folder.path());
        fs::write(models.file(), "[{}, {\"vendor\": \"compatible\", \"id\": \"good\"}]").unwrap();
        assert!(knows(&models, "good"));
        assert_eq!(models.problems().len(), 1);
        for broken in [&b"{"[..], b"\xff\xfe"] {
            fs::write(models.file(), broken).unwrap();
            assert!(knows(&models, "claude-sonnet-5-5") && !knows(&models, "good"));
            assert_eq!(models.problems().len(), 1);
        }
        fs::remove_file(models.file()).unwrap();
        fs::create_dir(models.file()).unwrap();
        assert_eq!(models.problems().len(), 1);
        fs::remove_dir(models.file()).unwrap();
        assert!(models.problems().is_empty());
    }
}

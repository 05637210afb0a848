//! What is known about models: what is built in, what vendors' lists said, and the user's own entries.
//!
//! The user's are in `atelier-models.json` in the config folder: a list of objects with the fields of
//! [`OwnModel`](atelier_llm::OwnModel). The name says whose file it is, for the folder may be another program's too.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use atelier_config::PrivateFile;
use atelier_llm::{Catalogue, OwnModels};

use crate::model_lists::{ModelList, ModelLists};

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// The catalogue, put together when it is needed and anew when one of the files changed.
pub(crate) struct KnownModels {
    file: PathBuf,
    lists: PrivateFile,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    own: OwnFile,
    /// The vendors' lists as they were read last; no stamp while there is no file.
    lists: (Option<Stamp>, ModelLists),
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
    pub(crate) fn new(config_folder: &Path, data_folder: &Path) -> Self {
        let lists = PrivateFile::new(data_folder.join("model-lists.json"));
        Self { file: config_folder.join("atelier-models.json"), lists, state: Mutex::default() }
    }

    /// The user's file; it need not exist.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// What is known now. May wait for the disk.
    pub(crate) fn now(&self) -> Arc<Catalogue> {
        let mut state = self.state();
        state.read(&self.file);
        state.read_lists(&self.lists);
        state.catalogue()
    }

    /// The vendors' lists that are kept, by provider. May wait for the disk.
    pub(crate) fn lists(&self) -> BTreeMap<String, ModelList> {
        let mut state = self.state();
        state.read_lists(&self.lists);
        state.lists.1.lists.clone()
    }

    /// Keeps lists in place of older ones. May wait for the disk and for another process.
    pub(crate) fn keep(&self, new: BTreeMap<String, ModelList>) -> io::Result<()> {
        self.lists.change(|bytes| ModelLists::updated(bytes.as_deref(), new))?;
        // Whatever the file's stamp says: it may be written twice within the clock's step.
        self.state().lists = Default::default();
        Ok(())
    }

    /// Where vendors' lists are kept.
    pub(crate) fn lists_file(&self) -> &Path {
        self.lists.path()
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
        let (lists, own) = (&self.lists.1.lists, &self.own.entries.models);
        let all = || {
            let listed = lists.iter().map(|(provider, list)| (provider.as_str(), list.models.clone()));
            Arc::new(Catalogue::assembled(listed, own.clone()))
        };
        Arc::clone(self.catalogue.get_or_insert_with(all))
    }

    /// Reads the user's file if it is not as it was.
    fn read(&mut self, file: &Path) {
        let stamp = Stamp::of(file);
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

    /// Reads the vendors' lists if they are not as they were.
    fn read_lists(&mut self, file: &PrivateFile) {
        let stamp = Stamp::of(file.path());
        if stamp == self.lists.0 {
            return;
        }
        let bytes = file.read().unwrap_or_else(|error| {
            tracing::warn!(%error, "the kept lists of models can't be read");
            None
        });
        self.lists = (stamp, bytes.as_deref().map(ModelLists::parse).unwrap_or_default());
        self.catalogue = None;
    }
}

impl Stamp {
    /// None where there is no file.
    fn of(file: &Path) -> Option<Self> {
        fs::metadata(file).ok().map(|it| Self { modified: it.modified().ok(), length: it.len() })
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
        let models = KnownModels::new(folder.path(), folder.path());
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
        let models = KnownModels::new(folder.path(), folder.path());
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

//! What is known about saved keys and is no secret: whose they are, and when a vendor last accepted them.

use std::{collections::BTreeMap, io, path::PathBuf};

use atelier_protocol::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{SecretName, SettingsError, private_file};

/// The longest address that is kept, in characters.
const MAX_EMAIL: usize = 254;

/// What is known about one saved key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyNote {
    /// The address of the account it belongs to, as the user gave it.
    pub email: Option<String>,
    /// When its vendor last accepted it.
    pub last_validated: Option<Timestamp>,
}

/// The notes, in `keys.json` in the data folder. They are a convenience: a file that can't be read holds none.
#[derive(Debug)]
pub struct KeyNotes {
    folder: PathBuf,
}

impl KeyNotes {
    /// The notes in that folder. Nothing is created before there is something to note.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The note on a key; an empty one where there is none.
    pub fn get(&self, key: &SecretName) -> KeyNote {
        self.load().remove(key.as_str()).unwrap_or_default()
    }

    /// Changes the note on a key; an empty one is removed.
    pub fn change(&self, key: &SecretName, change: impl FnOnce(&mut KeyNote)) -> Result<(), SettingsError> {
        let path = self.file();
        let failed = |reason: io::Error| SettingsError::Write { path: path.clone(), reason };
        let mut before = self.load();
        let mut note = before.remove(key.as_str()).unwrap_or_default();
        let unchanged = note.clone();
        change(&mut note);
        if note == unchanged {
            return Ok(());
        }
        private_file::create_folder(&self.folder).map_err(failed)?;
        let _lock = private_file::Lock::take(&self.folder.join("keys.json.lock")).map_err(failed)?;
        let mut notes = self.load();
        if note == KeyNote::default() {
            notes.remove(key.as_str());
        } else {
            notes.insert(key.as_str().to_owned(), note);
        }
        let text = serde_json::to_vec_pretty(&notes).map_err(|error| failed(error.into()))?;
        private_file::replace(&path, &text).map_err(failed)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("keys.json")
    }

    fn load(&self) -> BTreeMap<String, KeyNote> {
        let read = private_file::read(&self.file()).and_then(|bytes| match bytes {
            Some(bytes) => Ok(serde_json::from_slice(&bytes)?),
            None => Ok(BTreeMap::new()),
        });
        read.unwrap_or_else(|error| {
            tracing::warn!(kind = ?error.kind(), "keys.json can't be read");
            BTreeMap::new()
        })
    }
}

/// The address as it is kept: one line without white space around it. None where it is empty or can be none.
pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.contains('@') && text.chars().count() <= MAX_EMAIL;
    (fits && !text.chars().any(|c| c.is_control() || c.is_whitespace())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{fs, thread};

    use super::*;

    fn key(name: &str) -> SecretName {
        SecretName::stored(format!("anthropic/{name}"))
    }

    #[test]
    fn notes_are_kept_for_each_key_and_go_when_they_are_empty() {
        let folder = tempfile::tempdir().unwrap();
        let notes = KeyNotes::new(folder.path().join("data"));
        notes.change(&key("a"), |_| {}).unwrap();
        assert!(!folder.path().join("data").exists(), "nothing was noted");
        notes.change(&key("a"), |note| note.email = Some("ada@example.org".to_owned())).unwrap();
        notes.change(&key("b"), |note| note.last_validated = Some(Timestamp::from_millis(1))).unwrap();
        notes.change(&key("a"), |note| note.last_validated = Some(Timestamp::from_millis(2))).unwrap();
        let expected =
            KeyNote { email: Some("ada@example.org".to_owned()), last_validated: Some(Timestamp::from_millis(2)) };
        assert_eq!(notes.get(&key("a")), expected);
        notes.change(&key("a"), |note| *note = KeyNote::default()).unwrap();
        assert_eq!(notes.get(&key("a")), KeyNote::default());
        assert!(notes.get(&key("b")).last_validated.is_some());
    }

    #[test]
    fn notes_taken_at_the_same_time_are_all_kept_and_a_broken_file_holds_none() {
        let folder = tempfile::tempdir().unwrap();
        let notes = KeyNotes::new(folder.path());
        let names: Vec<_> = (0..8).map(|index| key(&index.to_string())).collect();
        thread::scope(|scope| {
            for name in &names {
                scope.spawn(|| notes.change(name, |note| note.email = Some(name.to_string())).unwrap());
            }
        });
        assert!(names.iter().all(|name| notes.get(name).email.as_deref() == Some(name.as_str())));
        fs::write(notes.file(), "{").unwrap();
        assert_eq!(notes.get(&names[0]), KeyNote::default());
    }

    #[test]
    fn an_address_is_one_word_with_an_at_sign() {
        assert_eq!(email(" ada@example.org\n").as_deref(), Some("ada@example.org"));
        let long = format!("a@{}", "b".repeat(MAX_EMAIL));
        for text in ["", "sk-ant-key", "a b@c", "a@b\u{1}", &long] {
            assert_eq!(email(text), None, "{text:?}");
        }
    }
}

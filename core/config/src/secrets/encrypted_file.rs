//! Secrets in an encrypted file, for systems without a keychain.

use std::{
    fmt, fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use secrecy::{SecretString, zeroize::Zeroizing};

use super::{
    SecretError, SecretName, SecretStore, StoreKind,
    passphrase::Derivation,
    sealed::{self, EncryptionKey, KEY_SIZE, KeyOrigin, Secrets, Unreadable},
};
use crate::private_file::{self, Lock};

/// A [`SecretStore`] in `credentials.bin`, encrypted (XChaCha20-Poly1305) with the random key in `credentials.key`
/// beside it, or with one from a passphrase where the user gives one. Both files are readable by their owner alone.
///
/// What the key file is worth: a copy of one of the two files alone, in a backup, a screen share, a search index or a
/// file sent by mistake, gives nothing away, and no key stands anywhere in plain text. A change to the file is noticed.
/// It is no protection against programs that run as the same user, against the administrator, or against someone who
/// has both files. A passphrase protects against all of them while Atelier does not run, as far as nobody guesses it.
///
/// Files that other users can open are refused, and so are damaged ones; they are never deleted or overwritten.
pub struct EncryptedFile {
    folder: PathBuf,
    passphrase: Mutex<Option<SecretString>>,
    /// The key that was derived last: deriving takes long on purpose.
    derived: Mutex<Option<(Derivation, EncryptionKey)>>,
}

/// What the file holds and what it is encrypted with; no key if there is no file yet.
type Loaded = (Option<(EncryptionKey, KeyOrigin)>, Secrets);

impl EncryptedFile {
    /// The store in that folder. Nothing is created before the first secret is set.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), passphrase: Mutex::default(), derived: Mutex::default() }
    }

    /// The same with a passphrase. A file with a key file is read as it is, and encrypted with the passphrase when a
    /// secret is set.
    #[must_use]
    pub fn with_passphrase(self, passphrase: Option<SecretString>) -> Self {
        *lock(&self.passphrase) = passphrase;
        self
    }

    fn file(&self) -> PathBuf {
        self.folder.join("credentials.bin")
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join("credentials.key")
    }

    /// Waits for the right to change the files.
    fn lock(&self) -> Result<Lock, SecretError> {
        private_file::create_folder(&self.folder)
            .and_then(|()| Lock::take(&self.folder.join("credentials.lock")))
            .map_err(|reason| write_error(&self.file(), reason))
    }

    fn load(&self) -> Result<Loaded, SecretError> {
        let path = self.file();
        let Some(file) = read_private(&path)? else {
            return Ok((None, Secrets::new()));
        };
        let unreadable = |why| match why {
            Unreadable::Damaged => SecretError::Damaged { path: path.clone() },
            Unreadable::Newer => SecretError::Newer { path: path.clone() },
        };
        let origin = KeyOrigin::of(&file).map_err(unreadable)?;
        let (key, refused) = match origin {
            KeyOrigin::KeyFile => {
                let missing = || SecretError::KeyFileMissing { key: self.key_file(), path: path.clone() };
                (self.load_key()?.ok_or_else(missing)?, SecretError::Damaged { path: path.clone() })
            }
            KeyOrigin::Passphrase(derivation) => {
                let missing = || SecretError::PassphraseMissing { path: path.clone() };
                let key = self.derived_key(derivation)?.ok_or_else(missing)?;
                (key, SecretError::WrongPassphrase { path: path.clone() })
            }
        };
        let secrets = sealed::open(&key, origin, &file).map_err(|_| refused)?;
        Ok((Some((key, origin)), secrets))
    }

    /// The key from the passphrase; none where none was given.
    fn derived_key(&self, derivation: Derivation) -> Result<Option<EncryptionKey>, SecretError> {
        let Some(passphrase) = lock(&self.passphrase).clone() else {
            return Ok(None);
        };
        let mut derived = lock(&self.derived);
        if let Some((_, key)) = derived.as_ref().filter(|(known, _)| *known == derivation) {
            return Ok(Some(key.clone()));
        }
        let key = derivation.key(&passphrase).map_err(|reason| SecretError::Encrypt { reason })?;
        *derived = Some((derivation, key.clone()));
        Ok(Some(key))
    }

    /// What to encrypt with, from what the file is encrypted with now. A passphrase takes the place of a key file.
    fn key_for_writing(
        &self,
        current: Option<(EncryptionKey, KeyOrigin)>,
    ) -> Result<(EncryptionKey, KeyOrigin), SecretError> {
        if let Some(current @ (_, KeyOrigin::Passphrase(_))) = current {
            return Ok(current);
        }
        if lock(&self.passphrase).is_some() {
            let derivation = Derivation::new().map_err(|reason| SecretError::Encrypt { reason })?;
            let missing = || SecretError::PassphraseMissing { path: self.file() };
            return Ok((self.derived_key(derivation)?.ok_or_else(missing)?, KeyOrigin::Passphrase(derivation)));
        }
        current.map_or_else(|| Ok((self.load_or_make_key()?, KeyOrigin::KeyFile)), Ok)
    }

    /// Whether the file there needs a passphrase.
    fn has_passphrase(&self) -> bool {
        let file = read_private(&self.file()).ok().flatten();
        file.is_some_and(|file| matches!(KeyOrigin::of(&file), Ok(KeyOrigin::Passphrase(_))))
    }

    fn load_key(&self) -> Result<Option<EncryptionKey>, SecretError> {
        let path = self.key_file();
        let Some(bytes) = read_private(&path)? else {
            return Ok(None);
        };
        let mut key = EncryptionKey::default();
        if bytes.len() != KEY_SIZE {
            return Err(SecretError::Damaged { path });
        }
        key.copy_from_slice(&bytes);
        Ok(Some(key))
    }

    /// The key in the key file, which is made if it is missing. It is read back before anything is encrypted with it:
    /// some file systems open every file to everyone.
    fn load_or_make_key(&self) -> Result<EncryptionKey, SecretError> {
        if let Some(key) = self.load_key()? {
            return Ok(key);
        }
        let mut key = EncryptionKey::default();
        getrandom::fill(&mut *key).map_err(|error| SecretError::Encrypt { reason: error.to_string() })?;
        let path = self.key_file();
        private_file::replace(&path, &*key).map_err(|reason| write_error(&path, reason))?;
        self.load_key()?.ok_or_else(|| SecretError::KeyFileMissing { key: path, path: self.file() })
    }

    fn store(&self, (key, origin): &(EncryptionKey, KeyOrigin), secrets: &Secrets) -> Result<(), SecretError> {
        let file = sealed::seal(key, *origin, secrets).map_err(|reason| SecretError::Encrypt { reason })?;
        let path = self.file();
        private_file::replace(&path, &file).map_err(|reason| write_error(&path, reason))
    }
}

impl SecretStore for EncryptedFile {
    fn kind(&self) -> StoreKind {
        if self.is_chosen() { StoreKind::PassphraseFile } else { StoreKind::EncryptedFile }
    }

    fn is_chosen(&self) -> bool {
        lock(&self.passphrase).is_some() || self.has_passphrase()
    }

    fn wants_passphrase(&self) -> bool {
        lock(&self.passphrase).is_none() && self.has_passphrase()
    }

    fn take_passphrase(&self, passphrase: &SecretString) {
        *lock(&self.passphrase) = Some(passphrase.clone());
        *lock(&self.derived) = None;
    }

    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        Ok(self.load()?.1.remove(name.as_str()))
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        let _lock = self.lock()?;
        let (key, mut secrets) = self.load()?;
        let key = self.key_for_writing(key)?;
        secrets.insert(name.as_str().to_owned(), secret.clone());
        self.store(&key, &secrets)
    }

    fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        // Nothing is created for a secret that isn't there, not even a folder.
        if !self.load()?.1.contains_key(name.as_str()) {
            return Ok(false);
        }
        let _lock = self.lock()?;
        let (Some(key), mut secrets) = self.load()? else {
            return Ok(false);
        };
        if secrets.remove(name.as_str()).is_none() {
            return Ok(false);
        }
        self.store(&key, &secrets)?;
        Ok(true)
    }

    fn list(&self) -> Result<Vec<SecretName>, SecretError> {
        Ok(self.load()?.1.into_keys().map(SecretName::stored).collect())
    }
}

impl fmt::Debug for EncryptedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedFile").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// What is locked is whole even if a thread panicked meanwhile: every change is a single assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The bytes of a file that no one else can open; none if there is no such file.
fn read_private(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, SecretError> {
    let failed = |reason| SecretError::Read { path: path.to_owned(), reason };
    match fs::metadata(path) {
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => {
            Err(SecretError::Exposed { path: path.to_owned() })
        }
        Ok(_) => private_file::read(path).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn write_error(path: &Path, reason: io::Error) -> SecretError {
    let path = path.to_owned();
    if reason.kind() == io::ErrorKind::WouldBlock {
        SecretError::Busy { path }
    } else {
        SecretError::Write { path, reason }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use secrecy::ExposeSecret as _;
    use tempfile::TempDir;

    use super::*;
    use crate::secrets::contract;

    fn name() -> SecretName {
        SecretName::stored("anthropic/default".to_owned())
    }

    /// A store with one secret in it.
    fn filled() -> (TempDir, EncryptedFile) {
        let folder = tempfile::tempdir().unwrap();
        let store = EncryptedFile::new(folder.path());
        store.set(&name(), &SecretString::from("sk-planted")).unwrap();
        (folder, store)
    }

    fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
    }

    /// Every call fails in the way that `expected` accepts, shows no secret and leaves the files as they are.
    fn assert_refuses(store: &EncryptedFile, expected: impl Fn(&SecretError) -> bool) {
        let before = contents(&store.folder);
        let errors = [
            store.get(&name()).unwrap_err(),
            store.set(&name(), &SecretString::from("sk-planted-too")).unwrap_err(),
            store.delete(&name()).unwrap_err(),
            store.list().unwrap_err(),
        ];
        for error in errors {
            assert!(expected(&error), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
        }
        assert_eq!(contents(&store.folder), before);
    }

    #[test]
    fn the_encrypted_file_keeps_the_contract_of_a_store() {
        let folder = tempfile::tempdir().unwrap();
        contract::holds_for(|| EncryptedFile::new(folder.path().join("new/folder")));
    }

    #[test]
    fn asking_for_a_secret_that_is_not_there_creates_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = EncryptedFile::new(folder.path().join("data"));
        assert!(store.get(&name()).unwrap().is_none());
        assert!(!store.delete(&name()).unwrap());
        assert_eq!(store.list().unwrap(), []);
        assert_eq!(contents(folder.path()), BTreeMap::new());
    }

    #[test]
    fn files_are_for_their_owner_alone_and_hold_no_secret_in_plain_text() {
        let (folder, _store) = filled();
        for (path, bytes) in contents(folder.path()) {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
            assert!(!bytes.windows(7).any(|window| window == b"planted"), "{}", path.display());
        }
    }

    #[test]
    fn saving_the_same_secret_again_gives_another_file() {
        let (_folder, store) = filled();
        let before = fs::read(store.file()).unwrap();
        store.set(&name(), &SecretString::from("sk-planted")).unwrap();
        assert_ne!(fs::read(store.file()).unwrap(), before);
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed_and_nothing_is_destroyed() {
        let (_folder, store) = filled();
        let original = fs::read(store.file()).unwrap();
        for at in 0..original.len() {
            let mut changed = original.clone();
            changed[at] ^= 1;
            fs::write(store.file(), &changed).unwrap();
            assert_refuses(&store, |error| matches!(error, SecretError::Damaged { .. } | SecretError::Newer { .. }));
        }
        for cut in [0, 10, original.len() / 2, original.len() - 1] {
            fs::write(store.file(), &original[..cut]).unwrap();
            assert_refuses(&store, |error| matches!(error, SecretError::Damaged { .. }));
        }
        fs::write(store.file(), &original).unwrap();
        assert_eq!(store.get(&name()).unwrap().unwrap().expose_secret(), "sk-planted");
    }

    #[test]
    fn without_its_key_or_with_another_the_file_is_kept() {
        let (_folder, store) = filled();
        fs::write(store.key_file(), [7; KEY_SIZE]).unwrap();
        assert_refuses(&store, |error| matches!(error, SecretError::Damaged { .. }));
        fs::write(store.key_file(), b"short").unwrap();
        assert_refuses(&store, |error| matches!(error, SecretError::Damaged { path } if *path == store.key_file()));
        fs::remove_file(store.key_file()).unwrap();
        assert_refuses(&store, |error| matches!(error, SecretError::KeyFileMissing { .. }));
    }

    #[test]
    fn a_file_of_a_later_version_is_left_to_it() {
        let (_folder, store) = filled();
        fs::write(store.file(), b"atelier credentials 3\nwhatever").unwrap();
        assert_refuses(&store, |error| matches!(error, SecretError::Newer { .. }));
    }

    #[test]
    fn files_that_others_can_open_are_refused_until_they_are_closed() {
        let (_folder, store) = filled();
        for path in [store.file(), store.key_file()] {
            for mode in [0o640, 0o604, 0o620, 0o666] {
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
                assert_refuses(
                    &store,
                    |error| matches!(error, SecretError::Exposed { path: exposed } if *exposed == path),
                );
            }
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        assert_eq!(store.get(&name()).unwrap().unwrap().expose_secret(), "sk-planted");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data"), "a file").unwrap();
        let store = EncryptedFile::new(folder.path().join("data/atelier"));
        let error = store.set(&name(), &SecretString::from("sk-planted")).unwrap_err();
        assert!(error.to_string().contains("data/atelier"), "{error}");
    }

    fn with(folder: &Path, passphrase: &str) -> EncryptedFile {
        EncryptedFile::new(folder).with_passphrase(Some(SecretString::from(passphrase)))
    }

    #[test]
    fn a_passphrase_takes_the_place_of_the_key_file_and_nothing_is_lost() {
        let (folder, store) = filled();
        let protected = with(folder.path(), "correct horse");
        assert_eq!(protected.get(&name()).unwrap().unwrap().expose_secret(), "sk-planted");
        let other = SecretName::stored("openai/default".to_owned());
        protected.set(&other, &SecretString::from("sk-planted-too")).unwrap();
        assert_eq!(protected.kind(), StoreKind::PassphraseFile);
        fs::remove_file(store.key_file()).unwrap();

        let reopened = with(folder.path(), "correct horse");
        assert_eq!(reopened.get(&name()).unwrap().unwrap().expose_secret(), "sk-planted");
        assert!(reopened.delete(&other).unwrap());
        for bytes in contents(folder.path()).into_values() {
            assert!(!bytes.windows(7).any(|window| window == b"planted" || window == b"correct"));
        }
        assert!(store.wants_passphrase());
        assert_refuses(&store, |error| matches!(error, SecretError::PassphraseMissing { .. }));
        store.take_passphrase(&SecretString::from("correct horse"));
        assert_eq!(store.list().unwrap(), [name()]);
    }

    #[test]
    fn a_wrong_passphrase_is_told_and_destroys_nothing() {
        let folder = tempfile::tempdir().unwrap();
        with(folder.path(), "right").set(&name(), &SecretString::from("sk-planted")).unwrap();
        let wrong = |error: &SecretError| matches!(error, SecretError::WrongPassphrase { .. });
        assert_refuses(&with(folder.path(), "wrong"), wrong);
        let store = with(folder.path(), "right");
        let original = fs::read(store.file()).unwrap();
        let salt = b"atelier credentials 2\n".len();
        for at in [salt, salt + Derivation::SIZE, original.len() - 1] {
            let mut changed = original.clone();
            changed[at] ^= 1;
            fs::write(store.file(), &changed).unwrap();
            assert_refuses(&with(folder.path(), "right"), wrong);
        }
        let mut greedy = original.clone();
        greedy[salt + Derivation::SIZE - 9] = 0xFF;
        fs::write(store.file(), &greedy).unwrap();
        assert_refuses(&store, |error| matches!(error, SecretError::Damaged { .. }));
        fs::write(store.file(), &original).unwrap();
        assert_eq!(store.get(&name()).unwrap().unwrap().expose_secret(), "sk-planted");
    }
}

//! Secrets in an encrypted file, for systems without a keychain.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use secrecy::{SecretString, zeroize::Zeroizing};

use super::{
    SecretError, SecretName, SecretStore, StoreKind,
    sealed::{self, EncryptionKey, KEY_SIZE, Secrets, Unreadable},
};
use crate::private_file::{self, Lock};

/// A [`SecretStore`] in `credentials.bin`, encrypted (XChaCha20-Poly1305) with the random key in `credentials.key`
/// beside it. Both are readable by their owner alone.
///
/// What that is worth: a copy of one of the two files alone, in a backup, a screen share, a search index or a file
/// sent by mistake, gives nothing away, and no key stands anywhere in plain text. A change to the file is noticed. It
/// is no protection against programs that run as the same user, against the administrator, or against someone who
/// has both files.
///
/// Files that other users can open are refused, and so are damaged ones; they are never deleted or overwritten.
#[derive(Debug)]
pub struct EncryptedFile {
    folder: PathBuf,
}

impl EncryptedFile {
    /// The store in that folder. Nothing is created before the first secret is set.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
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

    /// The secrets, with the key they are encrypted with; no key if there is no file yet.
    fn load(&self) -> Result<(Option<EncryptionKey>, Secrets), SecretError> {
        let path = self.file();
        let Some(file) = read_private(&path)? else {
            return Ok((None, Secrets::new()));
        };
        let Some(key) = self.load_key()? else {
            return Err(SecretError::KeyFileMissing { key: self.key_file(), path });
        };
        match sealed::open(&key, &file) {
            Ok(secrets) => Ok((Some(key), secrets)),
            Err(Unreadable::Damaged) => Err(SecretError::Damaged { path }),
            Err(Unreadable::Newer) => Err(SecretError::Newer { path }),
        }
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

    /// The key in the key file, which is made if it is missing.
    fn load_or_make_key(&self) -> Result<EncryptionKey, SecretError> {
        if let Some(key) = self.load_key()? {
            return Ok(key);
        }
        let mut key = EncryptionKey::default();
        getrandom::fill(&mut *key).map_err(|error| SecretError::Encrypt { reason: error.to_string() })?;
        let path = self.key_file();
        private_file::replace(&path, &*key).map_err(|reason| write_error(&path, reason))?;
        Ok(key)
    }

    fn store(&self, key: &EncryptionKey, secrets: &Secrets) -> Result<(), SecretError> {
        let file = sealed::seal(key, secrets).map_err(|reason| SecretError::Encrypt { reason })?;
        let path = self.file();
        private_file::replace(&path, &file).map_err(|reason| write_error(&path, reason))
    }
}

impl SecretStore for EncryptedFile {
    fn kind(&self) -> StoreKind {
        StoreKind::EncryptedFile
    }

    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        Ok(self.load()?.1.remove(name.as_str()))
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        let _lock = self.lock()?;
        let (key, mut secrets) = self.load()?;
        let key = key.map_or_else(|| self.load_or_make_key(), Ok)?;
        secrets.insert(name.as_str().to_owned(), secret.clone());
        self.store(&key, &secrets)
    }

    fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        // Nothing is created for a secret that isn't there.
        if !self.file().exists() {
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

//! Where saved keys are kept.

mod encrypted_file;
mod error;
mod in_memory;
#[cfg(target_os = "macos")]
mod keychain;
#[cfg(not(target_os = "macos"))]
mod keyring;
mod name;
mod passphrase;
mod sealed;
#[cfg(not(target_os = "macos"))]
mod secret_service;
mod stores;
#[cfg(any(target_os = "macos", test))]
mod two_keychains;

#[cfg(test)]
mod contract;

use std::{fmt, sync::Arc};

use secrecy::SecretString;

pub use encrypted_file::EncryptedFile;
pub use error::SecretError;
pub use in_memory::InMemory;
#[cfg(target_os = "macos")]
pub use keychain::Keychain;
pub use name::SecretName;
#[cfg(not(target_os = "macos"))]
pub use secret_service::SecretService;
pub use stores::SecretStores;

use crate::{Environment, Folders};

/// A place for secrets that outlives the process (but for [`InMemory`]). All implementations behave alike: one test
/// runs on each.
///
/// Calls may block on a disk, a lock or a question that the system asks the user.
pub trait SecretStore: Send + Sync {
    /// What kind of place it is, to tell the user.
    fn kind(&self) -> StoreKind;

    /// Whether it takes secrets here and now, as far as can be told without keeping one.
    fn takes_secrets(&self) -> bool {
        true
    }

    /// Whether the user asked for this place, so that new secrets go there before all others.
    fn is_chosen(&self) -> bool {
        false
    }

    /// Whether nothing can be read before a passphrase is given.
    fn wants_passphrase(&self) -> bool {
        false
    }

    /// Uses this passphrase from now on, where the place takes one.
    fn take_passphrase(&self, _passphrase: &SecretString) {}

    /// The secret of that name, if there is one.
    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError>;

    /// Keeps a secret under that name, in place of one that is there. [`SecretError::NotTaken`] says that another place
    /// must do.
    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError>;

    /// Forgets the secret of that name; false if there was none.
    fn delete(&self, name: &SecretName) -> Result<bool, SecretError>;

    /// The names of all secrets there, in no particular order.
    fn list(&self) -> Result<Vec<SecretName>, SecretError>;
}

/// A kind of [`SecretStore`]. Its text form is for people, within a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreKind {
    /// The keychain of the Mac's user.
    Keychain,
    /// The keyring of a Linux desktop.
    SecretService,
    /// A file that is encrypted with a key beside it.
    EncryptedFile,
    /// A file that is encrypted with a passphrase.
    PassphraseFile,
    /// Nothing but this process's memory.
    InMemory,
}

impl StoreKind {
    /// What the place protects a key against and what not, in a sentence or two for the user.
    pub const fn protection(self) -> &'static str {
        match self {
            Self::Keychain => {
                "Keys are encrypted by macOS with your login password, and other programs need your permission to \
                 read them."
            }
            Self::SecretService => {
                "Keys are in the desktop's keyring, encrypted with your login password; while you are logged in, programs \
                 that run as you can read them."
            }
            Self::EncryptedFile => {
                "Keys are in a file that only your user account can read, encrypted with a key in a second file \
                 beside it. That protects a key when one of the files alone is copied, searched or shown; it does not \
                 protect it from programs that run as you, from the administrator, or from someone who copies the \
                 whole folder."
            }
            Self::PassphraseFile => {
                "Keys are in a file that only your user account can read, encrypted with your passphrase. It is worth \
                 as much as the passphrase is hard to guess; programs that run as you while Atelier does can still get \
                 at the keys."
            }
            Self::InMemory => "Keys are forgotten when Atelier ends.",
        }
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keychain => "the macOS keychain",
            Self::SecretService => "the desktop's keyring",
            Self::EncryptedFile | Self::PassphraseFile => "Atelier's encrypted file",
            Self::InMemory => "this process's memory",
        })
    }
}

/// The stores for saved keys on this system, in the order in which they are searched: the keychain on macOS, the
/// encrypted file in the data folder and then the desktop's keyring elsewhere. Touches none yet.
pub fn secret_stores(folders: &Folders, environment: &Environment) -> Vec<Arc<dyn SecretStore>> {
    #[cfg(target_os = "macos")]
    {
        let _ = (folders, environment);
        vec![Arc::new(Keychain::new())]
    }
    #[cfg(not(target_os = "macos"))]
    {
        let passphrase = environment.text("ATELIER_PASSPHRASE").map(SecretString::from);
        let file = EncryptedFile::new(&folders.data).with_passphrase(passphrase);
        let keyring = SecretService::new(&folders.data, environment);
        vec![Arc::new(file), Arc::new(keyring)]
    }
}

//! Why a saved key can't be had.

use std::{io, path::PathBuf};

/// A store of secrets failed. No variant holds a secret, and no failure destroys what is stored.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The place takes no secrets here and now; another one must do.
    #[error("The key can't be saved here ({reason}); set it in the environment instead.")]
    NotTaken {
        /// Why not.
        reason: String,
    },
    /// A file of the store can't be read.
    #[error("The saved keys in {} can't be read ({reason}); check the file's permissions.", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A file of the store can't be written.
    #[error("The key can't be saved in {} ({reason}); check the folder's permissions and the free space.", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Another program has held the store's lock for too long.
    #[error("The saved keys in {} are held by another program; close it and try again.", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Other users of the computer can get at a file of the store.
    #[error(
        "Other users of this computer can open {}, so Atelier doesn't use it; run `chmod 600` on it, and replace the \
         keys in it if someone may have seen them.",
        path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The keys are there, but what they are encrypted with is gone.
    #[error(
        "The saved keys can't be decrypted because {} is missing; restore it from a backup, or move {} away and save \
         your keys again.",
        key.display(),
        path.display()
    )]
    KeyFileMissing {
        /// The missing file.
        key: PathBuf,
        /// The file with the keys.
        path: PathBuf,
    },
    /// The keys are encrypted with a passphrase, and none was given.
    #[error(
        "The saved keys in {} are protected by a passphrase; set ATELIER_PASSPHRASE to it, or use Atelier at a terminal, \
         where it asks for it.",
        path.display()
    )]
    PassphraseMissing {
        /// The file with the keys.
        path: PathBuf,
    },
    /// The passphrase is another one, or the file was changed.
    #[error(
        "The passphrase does not open the saved keys in {}, and nothing was changed; try another one, or restore the \
         file from a backup if you are sure of it.",
        path.display()
    )]
    WrongPassphrase {
        /// The file with the keys.
        path: PathBuf,
    },
    /// A file of the store was changed or damaged.
    #[error(
        "The saved keys can't be decrypted because {} was damaged or changed; restore its folder from a backup, or \
         move the files credentials.* in it away and save your keys again.",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A newer Atelier wrote the store.
    #[error("The saved keys in {} were written by a newer Atelier; update this one.", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// Encryption failed; in practice, the system gave no random numbers.
    #[error("The key can't be encrypted ({reason}), so it was not saved; restart the computer and try again.")]
    Encrypt {
        /// What the system said.
        reason: String,
    },
    /// The desktop's keyring, which has the secret, can't be reached.
    #[error(
        "The key is saved in the desktop's keyring, which can't be used now ({reason}); log in at the desktop, or save \
         the key again to keep it in a file."
    )]
    KeyringAway {
        /// Why not.
        reason: String,
    },
    /// The desktop's keyring, which has the secret, is locked.
    #[error(
        "The key is saved in the desktop's keyring, which is locked; unlock it at the desktop and try again, or save the \
         key again to keep it in a file."
    )]
    KeyringLocked,
    /// The Mac's keychain refused.
    #[error(
        "The macOS keychain refused ({reason}, error {code}); unlock your login keychain in Keychain Access, allow \
         Atelier to use its item, and try again."
    )]
    Keychain {
        /// What the system said.
        reason: String,
        /// Its number, an `OSStatus`.
        code: i32,
    },
    /// What is stored is not text.
    #[error("The key stored as “{name}” in the macOS keychain is not text; save it again.")]
    NotText {
        /// The name of the secret.
        name: String,
    },
}

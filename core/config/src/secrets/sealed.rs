//! The format of the encrypted file: a first line that names it, how its key is derived where that is from a passphrase,
//! a nonce, and the secrets as encrypted JSON.

use std::collections::BTreeMap;

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use super::passphrase::Derivation;

/// The first line of a file whose key is in the key file.
const BY_KEY_FILE: &[u8] = b"atelier credentials 1\n";
/// The first line of a file whose key comes from a passphrase.
const BY_PASSPHRASE: &[u8] = b"atelier credentials 2\n";
/// What the first line of every version begins with.
const FAMILY: &[u8] = b"atelier credentials ";
const NONCE_SIZE: usize = 24;

/// The size of the encryption key, in bytes.
pub(super) const KEY_SIZE: usize = 32;

/// What secrets are encrypted with; wiped from memory when dropped.
pub(super) type EncryptionKey = Zeroizing<[u8; KEY_SIZE]>;

/// Secrets by name.
pub(super) type Secrets = BTreeMap<String, SecretString>;

/// Where the key of a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyOrigin {
    /// The key file beside it.
    KeyFile,
    /// A passphrase.
    Passphrase(Derivation),
}

/// Why a file can't be opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It was changed or damaged, or encrypted with another key.
    Damaged,
    /// It has a format of a later version.
    Newer,
}

impl KeyOrigin {
    /// Where the key of this file comes from.
    pub(super) fn of(file: &[u8]) -> Result<Self, Unreadable> {
        if file.starts_with(BY_KEY_FILE) {
            return Ok(Self::KeyFile);
        }
        let Some(rest) = file.strip_prefix(BY_PASSPHRASE) else {
            return Err(if file.starts_with(FAMILY) { Unreadable::Newer } else { Unreadable::Damaged });
        };
        let derivation = rest.first_chunk().and_then(Derivation::from_bytes);
        derivation.map(Self::Passphrase).ok_or(Unreadable::Damaged)
    }

    /// What such a file begins with; it is authenticated with the rest.
    fn header(self) -> Vec<u8> {
        match self {
            Self::KeyFile => BY_KEY_FILE.to_vec(),
            Self::Passphrase(derivation) => [BY_PASSPHRASE, &derivation.to_bytes()].concat(),
        }
    }
}

/// The file that holds these secrets, or what the system said against it. Each call takes a fresh random nonce.
pub(super) fn seal(key: &EncryptionKey, origin: KeyOrigin, secrets: &Secrets) -> Result<Vec<u8>, String> {
    let mut nonce = [0; NONCE_SIZE];
    getrandom::fill(&mut nonce).map_err(|error| error.to_string())?;
    let text = plain_text(secrets).map_err(|error| error.to_string())?;
    let header = origin.header();
    let sealed = XChaCha20Poly1305::new((&**key).into())
        .encrypt((&nonce).into(), Payload { msg: &text, aad: &header })
        .map_err(|error| error.to_string())?;
    Ok([&header[..], &nonce, &sealed].concat())
}

/// The secrets in a file whose key has this origin.
pub(super) fn open(key: &EncryptionKey, origin: KeyOrigin, file: &[u8]) -> Result<Secrets, Unreadable> {
    let header = origin.header();
    let body = file.strip_prefix(&header[..]).ok_or(Unreadable::Damaged)?;
    let (nonce, sealed) = body.split_first_chunk::<NONCE_SIZE>().ok_or(Unreadable::Damaged)?;
    let text = XChaCha20Poly1305::new((&**key).into())
        .decrypt(nonce.into(), Payload { msg: sealed, aad: &header })
        .map(Zeroizing::new)
        .map_err(|_| Unreadable::Damaged)?;
    let secrets: BTreeMap<String, String> = serde_json::from_slice(&text).map_err(|_| Unreadable::Damaged)?;
    Ok(secrets.into_iter().map(|(name, secret)| (name, SecretString::from(secret))).collect())
}

/// The secrets as JSON. The buffer has room from the start: growing would leave copies of secrets behind.
fn plain_text(secrets: &Secrets) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let texts: BTreeMap<_, _> = secrets.iter().map(|(name, secret)| (name.as_str(), secret.expose_secret())).collect();
    // An escaped byte takes at most six; quotes, colon and comma take six more for each entry.
    let room = texts.iter().map(|(name, secret)| 6 * (name.len() + secret.len() + 1)).sum::<usize>() + 2;
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *text, &texts)?;
    Ok(text)
}

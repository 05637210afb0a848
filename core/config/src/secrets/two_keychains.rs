//! Which of a Mac's two keychains holds a secret. Free of system calls, so that it is tested everywhere.

use std::sync::OnceLock;

use secrecy::{
    SecretString,
    zeroize::{Zeroize as _, Zeroizing},
};

use super::{SecretError, SecretName};

/// The name of the item that finds out whether the protected keychain can be written to.
const PROBE: &str = "write probe";

/// One of the two keychains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// The data protection keychain: never asks, but takes only programs signed with an application identifier.
    Protected,
    /// The login keychain: takes every program, and asks the user when another one comes for the item.
    Login,
}

/// What the system said against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: i32,
    pub(super) reason: String,
}

/// The system's calls on Atelier's items, by name.
pub(super) trait Items {
    fn read(&self, place: Place, name: &str) -> Result<Option<Vec<u8>>, Refusal>;
    fn write(&self, place: Place, name: &str, secret: &[u8]) -> Result<(), Refusal>;
    /// False if there was none.
    fn delete(&self, place: Place, name: &str) -> Result<bool, Refusal>;
}

/// Secrets in the protected keychain where it takes them, in the login keychain where not. Both are searched: a
/// signed app may follow an unsigned one.
pub(super) struct TwoKeychains<I> {
    items: I,
    protected: OnceLock<bool>,
}

impl<I: Items> TwoKeychains<I> {
    pub(super) fn new(items: I) -> Self {
        Self { items, protected: OnceLock::new() }
    }

    pub(super) fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        for place in self.places() {
            if let Some(bytes) = self.items.read(*place, name.as_str()).map_err(refused)? {
                return text(bytes).map(Some).ok_or_else(|| SecretError::NotText { name: name.to_string() });
            }
        }
        Ok(None)
    }

    pub(super) fn set(&self, name: &SecretName, secret: &[u8]) -> Result<(), SecretError> {
        let (first, others) = match self.places() {
            [first, others @ ..] => (*first, others),
            [] => (Place::Login, &[][..]),
        };
        self.items.write(first, name.as_str(), secret).map_err(refused)?;
        for other in others {
            // The copy is out of date now. Where it can't be removed, the new one still comes first.
            if let Err(refusal) = self.items.delete(*other, name.as_str()) {
                tracing::warn!(place = ?other, code = refusal.code, "an old copy of a key stays in a keychain");
            }
        }
        Ok(())
    }

    pub(super) fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        let mut found = false;
        for place in self.places() {
            found |= self.items.delete(*place, name.as_str()).map_err(refused)?;
        }
        Ok(found)
    }

    /// The keychains to use, the better one first.
    fn places(&self) -> &'static [Place] {
        let protected = *self.protected.get_or_init(|| self.protected_takes_items());
        if protected { &[Place::Protected, Place::Login] } else { &[Place::Login] }
    }

    /// Only writing tells: since macOS 26.5 a program without the entitlement is no longer refused when it reads.
    fn protected_takes_items(&self) -> bool {
        match self.items.write(Place::Protected, PROBE, b"probe") {
            Ok(()) => {
                // Another process may have removed it already; one that stays does no harm.
                let _ = self.items.delete(Place::Protected, PROBE);
                true
            }
            Err(refusal) => {
                tracing::debug!(code = refusal.code, "keys go to the login keychain");
                false
            }
        }
    }
}

fn refused(refusal: Refusal) -> SecretError {
    SecretError::Keychain { reason: refusal.reason, code: refusal.code }
}

/// The bytes as text; wiped where they are none.
fn text(bytes: Vec<u8>) -> Option<SecretString> {
    match String::from_utf8(bytes) {
        Ok(text) => Some(SecretString::from(text)),
        Err(error) => {
            Zeroizing::new(error.into_bytes()).zeroize();
            None
        }
    }
}

//! Which of a Mac's two keychains holds a secret. Free of system calls, so that it is tested everywhere.

use std::{collections::BTreeSet, sync::OnceLock};

use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use super::{SecretError, SecretName, SecretStore, StoreKind};

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
    /// The names of all items. A search of one keychain may find the other's items too.
    fn names(&self, place: Place) -> Result<Vec<String>, Refusal>;
}

/// Secrets in the protected keychain where it takes them, in the login keychain where not. Both are searched: a
/// signed app may follow an unsigned one.
pub(super) struct TwoKeychains<I> {
    items: I,
    protected: OnceLock<bool>,
}

impl<I: Items + Send + Sync> SecretStore for TwoKeychains<I> {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        for place in self.places() {
            if let Some(bytes) = self.items.read(*place, name.as_str()).map_err(refused)? {
                return text(bytes).map(Some).ok_or_else(|| SecretError::NotText { name: name.to_string() });
            }
        }
        Ok(None)
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        let secret = secret.expose_secret().as_bytes();
        if !self.protected() {
            return self.items.write(Place::Login, name.as_str(), secret).map_err(refused);
        }
        self.items.write(Place::Protected, name.as_str(), secret).map_err(refused)?;
        // A copy in the login keychain is out of date now. Where it can't be removed, the new one still comes first.
        if let Err(refusal) = self.items.delete(Place::Login, name.as_str()) {
            tracing::warn!(code = refusal.code, "an old copy of a key stays in the login keychain");
        }
        Ok(())
    }

    fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        let mut found = false;
        for place in self.places() {
            found |= self.items.delete(*place, name.as_str()).map_err(refused)?;
        }
        Ok(found)
    }

    fn list(&self) -> Result<Vec<SecretName>, SecretError> {
        let mut names = BTreeSet::new();
        for place in self.places() {
            names.extend(self.items.names(*place).map_err(refused)?);
        }
        names.remove(PROBE);
        Ok(names.into_iter().map(SecretName::stored).collect())
    }
}

impl<I: Items> TwoKeychains<I> {
    pub(super) fn new(items: I) -> Self {
        Self { items, protected: OnceLock::new() }
    }

    /// The keychains to search, in order.
    fn places(&self) -> &'static [Place] {
        if self.protected() { &[Place::Protected, Place::Login] } else { &[Place::Login] }
    }

    /// Whether the protected keychain takes this program's items; found out once.
    fn protected(&self) -> bool {
        *self.protected.get_or_init(|| self.protected_takes_items())
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
            drop(Zeroizing::new(error.into_bytes()));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Mutex};

    use super::*;
    use crate::secrets::contract;

    const MISSING_ENTITLEMENT: i32 = -34018;

    /// Two keychains in memory, the protected one open to signed programs only.
    #[derive(Default)]
    struct Mac {
        signed: bool,
        items: Mutex<BTreeMap<(Place, String), Vec<u8>>>,
        probes: Mutex<u32>,
    }

    impl Items for &Mac {
        fn read(&self, place: Place, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
            Ok(self.items.lock().unwrap().get(&(place, name.to_owned())).cloned())
        }

        fn write(&self, place: Place, name: &str, secret: &[u8]) -> Result<(), Refusal> {
            *self.probes.lock().unwrap() += u32::from(name == PROBE);
            if place == Place::Protected && !self.signed {
                return Err(Refusal {
                    code: MISSING_ENTITLEMENT,
                    reason: "A required entitlement isn't present.".into(),
                });
            }
            self.items.lock().unwrap().insert((place, name.to_owned()), secret.to_vec());
            Ok(())
        }

        fn delete(&self, place: Place, name: &str) -> Result<bool, Refusal> {
            Ok(self.items.lock().unwrap().remove(&(place, name.to_owned())).is_some())
        }

        fn names(&self, place: Place) -> Result<Vec<String>, Refusal> {
            let items = self.items.lock().unwrap();
            Ok(items.keys().filter(|(kept, _)| *kept == place).map(|(_, name)| name.clone()).collect())
        }
    }

    fn name() -> SecretName {
        SecretName::stored("anthropic/default".to_owned())
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn stored(mac: &Mac) -> Vec<(Place, Vec<u8>)> {
        mac.items.lock().unwrap().iter().map(|((place, _), secret)| (*place, secret.clone())).collect()
    }

    #[test]
    fn both_kinds_of_mac_program_keep_the_contract_of_a_store() {
        for signed in [true, false] {
            let mac = Mac { signed, ..Mac::default() };
            contract::holds_for(|| TwoKeychains::new(&mac));
        }
    }

    #[test]
    fn a_signed_program_keeps_keys_in_the_protected_keychain_and_an_unsigned_one_in_the_login_keychain() {
        for (signed, place) in [(true, Place::Protected), (false, Place::Login)] {
            let mac = Mac { signed, ..Mac::default() };
            let keychains = TwoKeychains::new(&mac);
            keychains.set(&name(), &secret("one")).unwrap();
            keychains.set(&name(), &secret("two")).unwrap();
            assert_eq!(stored(&mac), [(place, b"two".to_vec())]);
            assert!(keychains.delete(&name()).unwrap());
            assert_eq!(stored(&mac), []);
            assert_eq!(*mac.probes.lock().unwrap(), 1);
        }
    }

    #[test]
    fn a_signed_program_finds_what_an_unsigned_one_left_and_replaces_it() {
        let mut mac = Mac::default();
        TwoKeychains::new(&mac).set(&name(), &secret("old")).unwrap();
        mac.signed = true;
        let keychains = TwoKeychains::new(&mac);
        assert_eq!(keychains.get(&name()).unwrap().unwrap().expose_secret(), "old");
        assert_eq!(keychains.list().unwrap(), [name()]);
        keychains.set(&name(), &secret("new")).unwrap();
        assert_eq!(stored(&mac), [(Place::Protected, b"new".to_vec())]);
    }

    #[test]
    fn what_is_not_text_is_an_error_that_does_not_show_it() {
        let mac = Mac::default();
        (&mac).write(Place::Login, name().as_str(), b"planted \xFF").unwrap();
        let error = TwoKeychains::new(&mac).get(&name()).unwrap_err();
        assert!(matches!(error, SecretError::NotText { .. }));
        assert!(!format!("{error} {error:?}").contains("planted"));
    }

    #[test]
    fn a_refusal_is_reported_in_the_systems_own_words() {
        struct Locked;
        impl Items for Locked {
            fn read(&self, _: Place, _: &str) -> Result<Option<Vec<u8>>, Refusal> {
                Err(Refusal { code: -25308, reason: "User interaction is not allowed.".into() })
            }

            fn write(&self, _: Place, _: &str, _: &[u8]) -> Result<(), Refusal> {
                Err(Refusal { code: -25308, reason: "User interaction is not allowed.".into() })
            }

            fn delete(&self, _: Place, _: &str) -> Result<bool, Refusal> {
                Ok(false)
            }

            fn names(&self, _: Place) -> Result<Vec<String>, Refusal> {
                Err(Refusal { code: -25308, reason: "User interaction is not allowed.".into() })
            }
        }
        let keychains = TwoKeychains::new(Locked);
        let errors = [
            keychains.get(&name()).unwrap_err(),
            keychains.set(&name(), &secret("key")).unwrap_err(),
            keychains.list().unwrap_err(),
        ];
        for error in errors {
            assert!(error.to_string().contains("User interaction is not allowed."), "{error}");
        }
    }
}

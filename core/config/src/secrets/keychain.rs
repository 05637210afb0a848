//! Secrets in the keychain of macOS.

use std::fmt;

use secrecy::SecretString;
use security_framework::{
    base::Error,
    item::{ItemClass, ItemSearchOptions, Limit},
    passwords::{PasswordOptions, delete_generic_password_options, generic_password, set_generic_password_options},
};

use super::{
    SecretError, SecretName, SecretStore, StoreKind,
    two_keychains::{Items, Place, Refusal, TwoKeychains},
};

/// The service that Atelier's items have in Keychain Access; the account is the secret's name.
const SERVICE: &str = "Atelier";

/// The short name of an item's account, fixed by macOS (`kSecAttrAccount`).
const ACCOUNT: &str = "acct";

/// `errSecItemNotFound`, fixed by macOS.
const NOT_FOUND: i32 = -25300;

/// A [`SecretStore`] in the Mac's keychain: in the data protection keychain where this program is signed for it, in
/// the login keychain otherwise. Which one is found out at the first call, by writing.
///
/// macOS may ask the user for permission before a call on the login keychain returns.
pub struct Keychain {
    keychains: TwoKeychains<SystemItems>,
}

impl Keychain {
    /// Atelier's items. Touches no keychain yet.
    pub fn new() -> Self {
        Self::with_service(SERVICE)
    }

    fn with_service(service: &'static str) -> Self {
        Self { keychains: TwoKeychains::new(SystemItems { service }) }
    }
}

impl Default for Keychain {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keychain").finish_non_exhaustive()
    }
}

impl SecretStore for Keychain {
    fn kind(&self) -> StoreKind {
        self.keychains.kind()
    }

    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        self.keychains.get(name)
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        self.keychains.set(name, secret)
    }

    fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        self.keychains.delete(name)
    }

    fn list(&self) -> Result<Vec<SecretName>, SecretError> {
        self.keychains.list()
    }
}

struct SystemItems {
    service: &'static str,
}

impl SystemItems {
    fn item(&self, place: Place, name: &str) -> PasswordOptions {
        let mut options = PasswordOptions::new_generic_password(self.service, name);
        if place == Place::Protected {
            options.use_protected_keychain();
        }
        options
    }
}

impl Items for SystemItems {
    fn read(&self, place: Place, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        found(generic_password(self.item(place, name)))
    }

    fn write(&self, place: Place, name: &str, secret: &[u8]) -> Result<(), Refusal> {
        set_generic_password_options(secret, self.item(place, name)).map_err(refusal)
    }

    fn delete(&self, place: Place, name: &str) -> Result<bool, Refusal> {
        Ok(found(delete_generic_password_options(self.item(place, name)))?.is_some())
    }

    /// Asks for names alone: macOS asks the user before it gives secrets of another program's items away.
    fn names(&self, place: Place) -> Result<Vec<String>, Refusal> {
        let mut search = ItemSearchOptions::new();
        search.class(ItemClass::generic_password()).service(self.service).load_attributes(true).limit(Limit::All);
        if place == Place::Protected {
            search.ignore_legacy_keychains();
        }
        let items = found(search.search())?.unwrap_or_default();
        Ok(items.iter().filter_map(|item| item.simplify_dict()?.remove(ACCOUNT)).collect())
    }
}

/// The result, or none where there is no such item.
fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Refusal> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == NOT_FOUND => Ok(None),
        Err(error) => Err(refusal(error)),
    }
}

fn refusal(error: Error) -> Refusal {
    Refusal { code: error.code(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::contract;

    #[test]
    fn the_keychain_of_this_mac_keeps_the_contract_of_a_store() {
        contract::holds_for(|| Keychain::with_service("Atelier tests"));
    }
}

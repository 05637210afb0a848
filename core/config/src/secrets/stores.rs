//! All places where a saved key may be, as one.

use std::sync::Arc;

use secrecy::SecretString;

use super::{SecretError, SecretName, SecretStore, StoreKind};

/// Several stores, in the order in which they are searched. New secrets go to the last one that takes them.
///
/// The two orders are opposite so that nobody finds a key that is out of date: where the best place can't be reached
/// when a key is saved, it goes to an earlier one, which is then searched first; where it can, the copies before it are
/// removed.
#[derive(Clone)]
pub struct SecretStores(Vec<Arc<dyn SecretStore>>);

impl SecretStores {
    /// These stores, in the order in which they are searched.
    pub fn new(stores: Vec<Arc<dyn SecretStore>>) -> Self {
        Self(stores)
    }

    /// The kind of place that a secret would go to now. May have to ask the system.
    pub(crate) fn kind(&self) -> StoreKind {
        let best = self.by_preference().into_iter().find(|store| store.1.takes_secrets());
        best.map(|(_, store)| store).or(self.0.first()).map_or(StoreKind::InMemory, |store| store.kind())
    }

    /// A secret and where it is. A place that can't be read is an error: what is in it might be the one.
    pub fn get(&self, name: &SecretName) -> Result<Option<(SecretString, StoreKind)>, SecretError> {
        for store in &self.0 {
            if let Some(secret) = store.get(name)? {
                return Ok(Some((secret, store.kind())));
            }
        }
        Ok(None)
    }

    /// Keeps a secret; returns where.
    pub fn set(&self, name: &SecretName, secret: &SecretString) -> Result<StoreKind, SecretError> {
        for (at, store) in self.by_preference() {
            match store.set(name, secret) {
                Err(SecretError::NotTaken { reason }) if at > 0 => {
                    tracing::info!(store = %store.kind(), reason, "a key goes to another place");
                }
                Err(error) => return Err(error),
                Ok(()) => {
                    for earlier in &self.0[..at] {
                        earlier.delete(name)?;
                    }
                    return Ok(store.kind());
                }
            }
        }
        Err(SecretError::NotTaken { reason: "there is no place for it".to_owned() })
    }

    /// The stores with their places in the search, in the order in which a new secret is offered to them: the one that
    /// the user asked for, then from the last to the first.
    fn by_preference(&self) -> Vec<(usize, &Arc<dyn SecretStore>)> {
        let mut stores: Vec<_> = self.0.iter().enumerate().rev().collect();
        stores.sort_by_key(|(_, store)| !store.is_chosen());
        stores
    }

    /// Whether nothing can be read before a passphrase is given.
    pub(crate) fn wants_passphrase(&self) -> bool {
        self.0.iter().any(|store| store.wants_passphrase())
    }

    /// Whether a passphrase protects, or will protect, new secrets.
    pub(crate) fn has_passphrase(&self) -> bool {
        self.0.iter().any(|store| store.is_chosen())
    }

    /// Uses this passphrase from now on.
    pub(crate) fn take_passphrase(&self, passphrase: &SecretString) {
        self.0.iter().for_each(|store| store.take_passphrase(passphrase));
    }

    /// Forgets a secret wherever it is; false if it was nowhere. The copies that are searched last go first: while one
    /// of them stays, so does the one that is in use.
    pub fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        let mut found = false;
        for store in self.0.iter().rev() {
            found |= store.delete(name)?;
        }
        Ok(found)
    }

    /// The names of all secrets, each once, with the place where it is found.
    pub(crate) fn list(&self) -> Result<Vec<(SecretName, StoreKind)>, SecretError> {
        let mut all: Vec<(SecretName, StoreKind)> = Vec::new();
        for store in &self.0 {
            let names = store.list()?.into_iter();
            let new: Vec<_> = names.filter(|name| all.iter().all(|(known, _)| known != name)).collect();
            all.extend(new.into_iter().map(|name| (name, store.kind())));
        }
        all.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(all)
    }
}

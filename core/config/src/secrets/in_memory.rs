//! Secrets that end with the process, for tests and for people who want none kept.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use secrecy::SecretString;

use super::{SecretError, SecretName, SecretStore, StoreKind};

/// A [`SecretStore`] in this process's memory.
#[derive(Default)]
pub struct InMemory {
    secrets: Mutex<BTreeMap<SecretName, SecretString>>,
}

impl InMemory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// The map is whole even if a thread panicked while it held it: every change is a single call.
    fn secrets(&self) -> MutexGuard<'_, BTreeMap<SecretName, SecretString>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretStore for InMemory {
    fn kind(&self) -> StoreKind {
        StoreKind::InMemory
    }

    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        Ok(self.secrets().get(name).cloned())
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        self.secrets().insert(name.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        Ok(self.secrets().remove(name).is_some())
    }

    fn list(&self) -> Result<Vec<SecretName>, SecretError> {
        Ok(self.secrets().keys().cloned().collect())
    }
}

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemory").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::contract;

    #[test]
    fn memory_keeps_the_contract_of_a_store() {
        let store = InMemory::new();
        contract::holds_for(|| &store);
    }
}

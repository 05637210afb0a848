//! Secrets in the keyring of a Linux desktop.

use std::{collections::BTreeSet, fmt, path::PathBuf, thread};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::runtime::Builder;

use super::{
    SecretError, SecretName, SecretStore, StoreKind,
    keyring::{Keyring, Trouble},
};
use crate::{
    Environment,
    private_file::{self, Lock},
};

/// A [`SecretStore`] in what a desktop keeps passwords in (GNOME's keyring, `KWallet`), by the Secret Service interface
/// on the session bus.
///
/// It is slow to ask, may be locked, and is missing where nobody is logged in at a desktop. So the names of what is
/// kept there stand in `credentials.keyring` in the data folder: without an entry nothing is asked, and with one a
/// keyring that can't be reached is an error instead of a key that seems never to have been saved.
///
/// No call takes longer than five seconds, unless a person who sits at the desktop is asked to unlock the keyring.
pub struct SecretService {
    /// The address of the session bus; none where there is no session.
    bus: Option<String>,
    /// Whether somebody can be asked.
    desktop: bool,
    folder: PathBuf,
}

impl SecretService {
    /// The keyring of the session in this environment; what is kept there is noted in the folder. Touches neither yet.
    pub fn new(folder: impl Into<PathBuf>, environment: &Environment) -> Self {
        Self {
            bus: environment.text("DBUS_SESSION_BUS_ADDRESS").map(str::to_owned),
            desktop: ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| environment.variable(name).is_some()),
            folder: folder.into(),
        }
    }

    /// Does something with the keyring, on a thread with a runtime of its own: this may be called from anywhere.
    fn ask<T: Send>(&self, work: impl AsyncFnOnce(&mut Keyring) -> Result<T, Trouble> + Send) -> Result<T, Trouble> {
        let bus = self.bus.as_deref().ok_or_else(|| Trouble::Away("there is no desktop session".to_owned()))?;
        let asked = || {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime.map_err(|error| Trouble::Away(error.to_string()))?.block_on(async {
                let mut keyring = Keyring::open(bus, self.desktop).await?;
                work(&mut keyring).await
            })
        };
        let ended = thread::scope(|scope| scope.spawn(asked).join());
        ended.unwrap_or_else(|_| Err(Trouble::Away("Atelier made a mistake of its own".to_owned())))
    }

    fn index(&self) -> PathBuf {
        self.folder.join("credentials.keyring")
    }

    /// The names of what is kept in the keyring, as far as this folder knows.
    fn known(&self) -> Result<BTreeSet<String>, SecretError> {
        let path = self.index();
        let Some(bytes) =
            private_file::read(&path).map_err(|reason| SecretError::Read { path: path.clone(), reason })?
        else {
            return Ok(BTreeSet::new());
        };
        serde_json::from_slice(&bytes).map_err(|error| SecretError::Read { path, reason: error.into() })
    }

    /// Changes the names while no other process does.
    fn note<T>(&self, change: impl FnOnce(&mut BTreeSet<String>) -> T) -> Result<T, SecretError> {
        let path = self.index();
        let failed = |reason| SecretError::Write { path: path.clone(), reason };
        private_file::create_folder(&self.folder).map_err(failed)?;
        let _lock = Lock::take(&self.folder.join("credentials.lock")).map_err(failed)?;
        let before = self.known()?;
        let mut names = before.clone();
        let result = change(&mut names);
        if names != before {
            let text = serde_json::to_vec(&names).map_err(|error| failed(error.into()))?;
            private_file::replace(&path, &text).map_err(failed)?;
        }
        Ok(result)
    }
}

impl SecretStore for SecretService {
    fn kind(&self) -> StoreKind {
        StoreKind::SecretService
    }

    fn takes_secrets(&self) -> bool {
        self.ask(async |keyring| keyring.can_be_written().await).unwrap_or(false)
    }

    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        if !self.known()?.contains(name.as_str()) {
            return Ok(None);
        }
        self.ask(async |keyring| keyring.get(name.as_str()).await).map_err(Trouble::of_reading)
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        self.ask(async |keyring| keyring.set(name.as_str(), secret.expose_secret()).await)
            .map_err(|trouble| SecretError::NotTaken { reason: trouble.to_string() })?;
        self.note(|names| names.insert(name.to_string())).map(drop)
    }

    fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        if !self.known()?.contains(name.as_str()) {
            return Ok(false);
        }
        let found = self.ask(async |keyring| keyring.delete(name.as_str()).await).map_err(Trouble::of_reading)?;
        self.note(|names| names.remove(name.as_str()))?;
        Ok(found)
    }

    /// What the keyring itself says counts, where it can be asked: the list is also how a lost index is found again.
    fn list(&self) -> Result<Vec<SecretName>, SecretError> {
        let names = match self.ask(async |keyring| keyring.names().await) {
            Ok(names) => {
                let names: BTreeSet<_> = names.into_iter().collect();
                if names != self.known()? {
                    self.note(|known| known.clone_from(&names))?;
                }
                names
            }
            Err(_) => self.known()?,
        };
        Ok(names.into_iter().map(SecretName::stored).collect())
    }
}

impl fmt::Debug for SecretService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretService").field("desktop", &self.desktop).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

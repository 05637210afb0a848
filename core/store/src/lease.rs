//! The right to run a turn, one at a time for each session, across processes.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use atelier_protocol::SessionId;

use crate::{StoreError, connection::make_private_folder};

/// The exclusive right to run a turn in a session. It ends when this is dropped, or when the process dies in whatever
/// way: it is a lock the operating system keeps on a file.
#[derive(Debug)]
pub struct TurnLease {
    lock: File,
}

impl TurnLease {
    /// Takes the lease, unless someone has it. The lock files live in `locks` beside the database and are never
    /// removed: whoever removed one would take the lock from under a process that has just opened it.
    pub(crate) fn take(database: &Path, session: SessionId) -> Result<Option<Self>, StoreError> {
        let folder = database.with_file_name("locks");
        let file = folder.join(format!("{session}.lock"));
        make_private_folder(&folder).map_err(|error| StoreError::from_io(&folder, &error))?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&file)
            .map_err(|error| StoreError::from_io(&file, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(StoreError::from_io(&file, &error)),
        }
    }
}

impl Drop for TurnLease {
    fn drop(&mut self) {
        // Closing the file would do, were there not a moment in which a program being started holds a copy of it.
        let _ = self.lock.unlock();
    }
}

//! What can go wrong with the log, in sentences for the person at the keyboard.

use std::{
    io,
    path::{Path, PathBuf},
};

use atelier_protocol::SessionId;
use rusqlite::ErrorCode;

/// Why the log could not be opened, written or read. Nothing that was acknowledged is lost by any of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such session.
    #[error("There is no session {session}; `atelier sessions list` shows those there are.")]
    NotFound {
        /// What was asked for.
        session: SessionId,
    },
    /// Another window or process has written first, and what was to be written rested on what stood there before.
    #[error("Someone else has just changed this session; try again.")]
    Overtaken,
    /// A later version of Atelier has written the database. It was not touched.
    #[error(
        "Configuration error: database version {found} is newer than this application, which knows {known}; update Atelier, or move {file} away to start afresh."
    )]
    NewerDatabase {
        /// The database.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The file is a database, but not one of Atelier's. It was not touched.
    #[error("{file} is a database of another program; move it away, or set ATELIER_DATA_DIR to another folder.")]
    NotOurs {
        /// The database.
        file: PathBuf,
    },
    /// The file or its folder can't be written.
    #[error(
        "The session log {file} is read-only for this user; make it and its folder writable, or set ATELIER_DATA_DIR to another folder."
    )]
    ReadOnly {
        /// The file that could not be written.
        file: PathBuf,
    },
    /// No space is left, or the size given to `Store::open_limited` is reached. Trying again after making room is fine.
    #[error("There is no space left for the session log {file}; free some on its disk and try again.")]
    DiskFull {
        /// The file that could not grow.
        file: PathBuf,
    },
    /// The file is no database, or a part of it is damaged. It was left as it is.
    #[error(
        "The session log {file} is damaged ({detail}) and was left as it is; restore it from a backup, or move it away to start afresh."
    )]
    Corrupt {
        /// The damaged file.
        file: PathBuf,
        /// What SQLite says about it.
        detail: String,
    },
    /// Another process kept the database locked for longer than is waited.
    #[error("Another program keeps the session log {file} locked; close it and try again.")]
    Locked {
        /// The locked file.
        file: PathBuf,
    },
    /// Any other failure of the file system or of SQLite.
    #[error("The session log {file} could not be used: {detail}. Check the disk and the folder it is in.")]
    Io {
        /// The file concerned.
        file: PathBuf,
        /// What the system says, without a full stop.
        detail: String,
    },
    /// An event is too large to be stored, more than a gigabyte.
    #[error("An event is too large for the session log; split it into smaller ones.")]
    TooLarge,
    /// The store was closed.
    #[error("The session log is closed; start Atelier again.")]
    Closed,
}

impl StoreError {
    /// What SQLite said while it worked on `file`.
    pub(crate) fn from_sqlite(file: &Path, error: &rusqlite::Error) -> Self {
        let file = file.to_owned();
        let detail = error.to_string();
        match error.sqlite_error().map(|error| (error.code, error.extended_code)) {
            Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => Self::Locked { file },
            // The database was renamed or deleted while it was open: writing on would write into the void.
            Some((_, rusqlite::ffi::SQLITE_READONLY_DBMOVED)) => Self::Io { file, detail },
            Some((ErrorCode::ReadOnly | ErrorCode::PermissionDenied, _)) => Self::ReadOnly { file },
            // What could not grow in the second case is the shared index of the write-ahead log.
            Some((ErrorCode::DiskFull, _) | (_, rusqlite::ffi::SQLITE_IOERR_SHMSIZE)) => Self::DiskFull { file },
            Some((ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)) => Self::Corrupt { file, detail },
            Some((ErrorCode::TooBig, _)) => Self::TooLarge,
            _ => Self::Io { file, detail },
        }
    }

    /// What the file system said about `file`.
    pub(crate) fn from_io(file: &Path, error: &io::Error) -> Self {
        let file = file.to_owned();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { file },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { file },
            _ => Self::Io { file, detail: error.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn what_sqlite_and_the_file_system_say_becomes_a_sentence_that_names_the_file() {
        let file = Path::new("/home/ada/atelier.db");
        let sqlite = |code| StoreError::from_sqlite(file, &rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        let io = |kind: io::ErrorKind| StoreError::from_io(file, &kind.into());
        let cases = [
            (sqlite(ffi::SQLITE_BUSY), "locked"),
            (sqlite(ffi::SQLITE_BUSY_SNAPSHOT), "locked"),
            (sqlite(ffi::SQLITE_READONLY), "read-only"),
            (sqlite(ffi::SQLITE_READONLY_DBMOVED), "could not be used"),
            (sqlite(ffi::SQLITE_FULL), "no space left"),
            (sqlite(ffi::SQLITE_IOERR_SHMSIZE), "no space left"),
            (sqlite(ffi::SQLITE_IOERR_FSYNC), "could not be used"),
            (sqlite(ffi::SQLITE_CORRUPT), "damaged"),
            (sqlite(ffi::SQLITE_NOTADB), "damaged"),
            (sqlite(ffi::SQLITE_CANTOPEN), "could not be used"),
            (io(io::ErrorKind::PermissionDenied), "read-only"),
            (io(io::ErrorKind::ReadOnlyFilesystem), "read-only"),
            (io(io::ErrorKind::StorageFull), "no space left"),
            (io(io::ErrorKind::NotFound), "could not be used"),
        ];
        for (error, words) in cases {
            let sentence = error.to_string();
            assert!(sentence.contains(words) && sentence.contains("/home/ada/atelier.db"), "{words}: {sentence}");
            assert!(sentence.ends_with('.'), "{sentence}");
        }
    }
}

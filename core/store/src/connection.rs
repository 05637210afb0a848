//! Opening the database: folder, file, permissions, and how each connection is set up.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, MAIN_DB, OpenFlags, config::DbConfig};

use crate::{
    StoreError,
    migrations::{self, MIGRATIONS, Standing},
};

/// How long a connection waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

const PAGE_BYTES: u64 = 4096;

/// Settings every connection shares. The page cache keeps SQLite's 2 MiB and the file is not mapped: with 64 MB and a
/// map, replaying 20 MB measured a third faster and writing no faster, but the process grew from 13 to 60 MB, and a
/// mapped file turns a disk error into a crash.
const SHARED_SETTINGS: &str = "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";

/// Settings of the writing connection on top. `fullfsync` is what makes an `fsync` reach the platter on macOS; other
/// systems ignore it. The write-ahead log is cut back to 4 MiB once it has been larger.
const WRITER_SETTINGS: &str = "PRAGMA synchronous = NORMAL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; \
     PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 4194304;";

/// Opens the database for writing, creating and migrating it as needed. `max_bytes` limits how far it may grow.
pub(crate) fn open_for_writing(file: &Path, max_bytes: Option<u64>) -> Result<Connection, StoreError> {
    make_private(file)?;
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        match try_open(file, max_bytes) {
            // Setting up a new database takes locks that SQLite does not wait for.
            Err(StoreError::Locked { .. }) if Instant::now() < deadline => thread::sleep(Duration::from_millis(10)),
            opened => return opened,
        }
    }
}

/// Opens one more connection, for reading only, on a database that was opened for writing before.
pub(crate) fn open_for_reading(file: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection =
            Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.execute_batch(SHARED_SETTINGS)?;
        Ok(connection)
    };
    open().map_err(|error| StoreError::from_sqlite(file, &error))
}

fn try_open(file: &Path, max_bytes: Option<u64>) -> Result<Connection, StoreError> {
    let failed = |error: rusqlite::Error| StoreError::from_sqlite(file, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    if connection.is_readonly(MAIN_DB).map_err(failed)? {
        return Err(StoreError::ReadOnly { file: file.to_owned() });
    }
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    refuse_what_is_not_ours(&connection, file)?;
    set_up(&mut connection, max_bytes).map_err(failed)?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(failed)?;
    if mode != "wal" {
        let detail = "its file system has no shared memory; a local disk is needed".to_owned();
        return Err(StoreError::Io { file: file.to_owned(), detail });
    }
    Ok(connection)
}

/// A database that is refused is closed without a checkpoint, so not even its write-ahead log changes.
fn refuse_what_is_not_ours(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| StoreError::from_sqlite(file, &error);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    match migrations::standing(connection, MIGRATIONS).map_err(failed)? {
        Standing::Known(_) => {}
        Standing::NotOurs => return Err(StoreError::NotOurs { file: file.to_owned() }),
        Standing::Newer(found) => {
            let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
            return Err(StoreError::NewerDatabase { file: file.to_owned(), found, known });
        }
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(failed)?;
    Ok(())
}

fn set_up(connection: &mut Connection, max_bytes: Option<u64>) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.execute_batch(SHARED_SETTINGS)?;
    connection.execute_batch(WRITER_SETTINGS)?;
    migrations::migrate(connection, MIGRATIONS)?;
    if let Some(bytes) = max_bytes {
        let pages = i64::try_from(bytes / PAGE_BYTES).unwrap_or(i64::MAX).max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}

/// Makes the folder (0700) and the file (0600) where they are missing, and takes other people's rights away from a
/// file that is there. SQLite gives its companion files the rights of the database.
fn make_private(file: &Path) -> Result<(), StoreError> {
    let failed = |error: io::Error| StoreError::from_io(file, &error);
    if let Some(folder) = file.parent() {
        make_private_folder(folder).map_err(failed)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    for present in [file.to_owned(), beside(file, "-wal"), beside(file, "-shm")] {
        match fs::metadata(&present) {
            Ok(found) if found.permissions().mode() & 0o077 != 0 => {
                // Refused when the file is somebody else's; then whether it can be written will show.
                if let Err(error) = fs::set_permissions(&present, Permissions::from_mode(0o600)) {
                    tracing::warn!(%error, "other users may read the session log");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Makes a folder and those above it, for the user alone. One that is there keeps its rights: it may be shared.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}

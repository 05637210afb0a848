//! Files for the user's eyes only: read whole, replaced whole, changed by one process at a time.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use atelier_protocol::Timestamp;
use secrecy::zeroize::Zeroizing;

/// How long a change waits for another process's change. Changes take milliseconds; who holds the lock longer hangs.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// How often it looks again.
const LOCK_INTERVAL: Duration = Duration::from_millis(5);

/// The largest file that is read, in bytes. Ours are a few KiB; the bound keeps a mistaken one out of memory.
const MAX_SIZE: u64 = 16 * 1024 * 1024;

/// A file for the user's eyes only that several processes may read and change.
#[derive(Debug, Clone)]
pub struct PrivateFile {
    path: PathBuf,
}

impl PrivateFile {
    /// The file there. It need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its bytes, 16 MiB at most; none if it is not there.
    pub fn read(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(read(&self.path)?.map(|bytes| bytes.to_vec()))
    }

    /// Replaces it in one step, whatever it held.
    pub fn write(&self, bytes: &[u8]) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            create_folder(folder)?;
        }
        replace(&self.path, bytes)
    }

    /// Replaces it in one step by what `change` makes of its bytes. Who changes it at the same time waits.
    pub fn change(&self, change: impl FnOnce(Option<Vec<u8>>) -> io::Result<Vec<u8>>) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            create_folder(folder)?;
        }
        let mut lock = self.path.clone().into_os_string();
        lock.push(".lock");
        let _lock = Lock::take(Path::new(&lock))?;
        replace(&self.path, &change(self.read()?)?)
    }
}

/// Creates the folder and what is missing above it, closed to other users. A folder that exists stays as it is.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// The file's bytes, wiped from memory when dropped; none if there is no such file.
pub(crate) fn read(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // A pipe or device in its place would block, or never end.
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    if metadata.len() > MAX_SIZE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 16 MiB"));
    }
    let size = usize::try_from(metadata.len()).unwrap_or_default();
    // One byte more than it should need, so that the buffer does not grow and leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 1));
    match File::open(path) {
        Ok(file) => file.take(MAX_SIZE).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(bytes))
}

/// Replaces the file, or creates it, in one step that a crash or a full disk can't leave half done. It is on the disk
/// when this returns, readable by its owner alone. A symbolic link stays, and what it points at is replaced.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let folder = target.parent().unwrap_or(Path::new("/"));
    // tempfile creates it with 0600.
    let mut file = tempfile::Builder::new().prefix(".atelier-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    // The rename is durable only when the folder is.
    File::open(folder)?.sync_all()
}

/// Creates a file that must not exist yet; otherwise as [`replace`].
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()
}

/// Keeps what stood in a broken file beside it, as `NAME.corrupt-<Unix time in ms>`.
pub(crate) fn set_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut millis = Timestamp::now().as_millis();
    loop {
        let mut aside = path.as_os_str().to_owned();
        aside.push(format!(".corrupt-{millis}"));
        match create(Path::new(&aside), bytes) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => millis += 1,
            result => return result,
        }
    }
}

/// The exclusive right to change what the lock file stands for, across threads and processes. It ends when this is
/// dropped, and when the process dies. The lock file itself stays, empty.
#[must_use]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the right. After ten seconds of waiting the error's kind is `WouldBlock`.
    pub(crate) fn take(path: &Path) -> io::Result<Self> {
        Self::take_within(path, LOCK_PATIENCE)
    }

    fn take_within(path: &Path, patience: Duration) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let deadline = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                    return Err(io::Error::new(io::ErrorKind::WouldBlock, "another program is changing it"));
                }
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_INTERVAL),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;

    #[test]
    fn a_replaced_file_is_for_its_owner_alone_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(read(&path).unwrap().unwrap().as_slice(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_changes_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = PrivateFile::new(folder.path().join("new/file"));
        assert_eq!(file.read().unwrap(), None);
        let add_one = || {
            for _ in 0..20 {
                file.change(|bytes| Ok([bytes.unwrap_or_default(), vec![b'x']].concat())).unwrap();
            }
        };
        thread::scope(|scope| {
            scope.spawn(add_one);
            scope.spawn(add_one);
        });
        assert_eq!(file.read().unwrap().unwrap().len(), 40);
        assert_eq!(fs::metadata(file.path()).unwrap().mode() & 0o777, 0o600);
        file.change(|_| Err(io::ErrorKind::Other.into())).unwrap_err();
        assert_eq!(file.read().unwrap().unwrap().len(), 40);
    }

    #[test]
    fn a_file_is_never_created_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        create(&path, b"one").unwrap();
        assert_eq!(create(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_an_error_and_a_missing_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert!(read(&folder.path().join("missing")).unwrap().is_none());
    }

    #[test]
    fn a_huge_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        File::create(&path).unwrap().set_len(MAX_SIZE + 1).unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn a_lock_that_another_holds_is_given_up_after_the_patience_and_taken_once_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = Lock::take(&path).unwrap();
        let refused = Lock::take_within(&path, Duration::from_millis(20)).err().map(|error| error.kind());
        assert_eq!(refused, Some(io::ErrorKind::WouldBlock));
        drop(held);
        let _taken = Lock::take(&path).unwrap();
    }
}

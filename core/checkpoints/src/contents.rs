//! Contents of files, each kept once under the name of what it holds.

use std::{
    fmt::Write as _,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use blake2::{Blake2b, Digest, digest::consts::U32};
use serde::{Deserialize, Serialize};

/// How much of a file is held at a time.
const CHUNK: usize = 64 << 10;

/// How the names of contents begin, and those of files that are being written.
pub(crate) const CONTENT: &str = "content-";
pub(crate) const DRAFT: &str = ".draft-";

/// The name of a content: its `BLAKE2b` hash. Nobody can make another content of the same name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ContentName(String);

impl ContentName {
    pub(crate) fn file_name(&self) -> String {
        format!("{CONTENT}{}", self.0)
    }
}

/// Which side of a copy failed.
#[derive(Debug)]
pub(crate) enum CopyError {
    Source(io::Error),
    Store(io::Error),
}

/// The name of what a source holds, and its size.
pub(crate) fn name_of(source: &mut impl Read) -> io::Result<(ContentName, u64)> {
    match read_through(source, u64::MAX, &mut io::sink()) {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(io::ErrorKind::FileTooLarge.into()),
        Err(CopyError::Source(error) | CopyError::Store(error)) => Err(error),
    }
}

/// Keeps what a source holds, unless there are more than `max` bytes of it: then none. It is on the disk when this
/// returns; its name is there for good once the folder is flushed.
pub(crate) fn keep(folder: &Path, source: &mut impl Read, max: u64) -> Result<Option<(ContentName, u64)>, CopyError> {
    let mut draft = Draft::new(folder).map_err(CopyError::Store)?;
    let Some((name, size)) = read_through(source, max, &mut draft.file)? else { return Ok(None) };
    let kept = folder.join(name.file_name());
    if !kept.exists() {
        draft.publish(&kept).map_err(CopyError::Store)?;
    }
    Ok(Some((name, size)))
}

/// What was kept under a name; an error if it is no longer what it was.
pub(crate) fn read(folder: &Path, name: &ContentName) -> io::Result<Vec<u8>> {
    let bytes = fs::read(folder.join(name.file_name()))?;
    if name_of(&mut bytes.as_slice())?.0 == *name {
        Ok(bytes)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "it is damaged"))
    }
}

/// Replaces a file of the folder in one step.
pub(crate) fn write_file(folder: &Path, name: &str, bytes: &[u8], flush: bool) -> io::Result<()> {
    let mut draft = Draft::new(folder)?;
    draft.file.write_all(bytes)?;
    draft.flush = flush;
    draft.publish(&folder.join(name))
}

/// Makes a folder for the user alone, and those above it.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn read_through(
    source: &mut impl Read,
    max: u64,
    sink: &mut impl Write,
) -> Result<Option<(ContentName, u64)>, CopyError> {
    let mut hash = Blake2b::<U32>::new();
    let (mut chunk, mut size) = (vec![0; CHUNK], 0_u64);
    loop {
        let read = match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(CopyError::Source(error)),
        };
        size += read as u64;
        if size > max {
            return Ok(None);
        }
        hash.update(&chunk[..read]);
        sink.write_all(&chunk[..read]).map_err(CopyError::Store)?;
    }
    let mut name = String::new();
    for byte in hash.finalize() {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    Ok(Some((ContentName(name), size)))
}

/// A file that is being written, gone when dropped unless it was published.
struct Draft {
    path: PathBuf,
    file: File,
    flush: bool,
}

impl Draft {
    fn new(folder: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let path = folder.join(format!("{DRAFT}{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(file) => return Ok(Self { path, file, flush: true }),
                // Left by a killed process of the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn publish(&self, name: &Path) -> io::Result<()> {
        if self.flush {
            self.file.sync_all()?;
        }
        fs::rename(&self.path, name)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Once published it is not there any more; what a full disk leaves behind, the next clean-up takes.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_is_kept_once_read_back_and_refused_when_it_was_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |bytes: &[u8], max| super::keep(folder.path(), &mut { bytes }, max).unwrap();
        let (name, size) = keep(b"content", 7).unwrap();
        assert_eq!((keep(b"content", 9).unwrap().0, size), (name.clone(), 7));
        assert_eq!(keep(b"content", 6), None);
        assert_ne!(keep(b"c0ntent", 7).unwrap().0, name);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        assert_eq!(read(folder.path(), &name).unwrap(), b"content");
        fs::write(folder.path().join(name.file_name()), "c0ntent").unwrap();
        assert_eq!(read(folder.path(), &name).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}

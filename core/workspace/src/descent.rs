//! Opening many files one after the other without walking from the top each time.

use std::{
    ffi::OsString,
    fs::File,
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    path::Path,
};

use rustix::{
    fs::{FileType, Mode, OFlags, fstat, openat},
    io::Errno,
};

use crate::{Folder, RelativePath};

/// Opens files beneath a folder, holding on to the folders on the way to the last one. For thousands of files that come
/// folder by folder this is as cheap as opening them by path, and as safe as [`Folder::open_file`]: every folder is opened
/// from the one above it, and no link is followed.
#[derive(Debug)]
pub struct Descent<'a> {
    folder: &'a Folder,
    /// From the top, each with its name.
    way: Vec<(OsString, OwnedFd)>,
}

impl Folder {
    /// A way to open many files.
    pub fn descent(&self) -> Descent<'_> {
        Descent { folder: self, way: Vec::new() }
    }
}

impl Descent<'_> {
    /// Opens an ordinary file and says how large it is, in bytes. None: it is something else, can't be opened, is gone,
    /// or may hold keys and agents ask.
    pub fn open(&mut self, path: &RelativePath) -> Option<(File, u64)> {
        self.folder.refuse_secret(path.as_path()).ok()?;
        let name = path.name()?;
        let folder = self.enter(path.as_path().parent()?).ok()?;
        // Opened without blocking: it may be a pipe.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = openat(folder, name, flags, Mode::empty()).ok()?;
        let stat = fstat(&file).ok()?;
        let ordinary = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        ordinary.then(|| (File::from(file), u64::try_from(stat.st_size).unwrap_or_default()))
    }

    /// The opened folder of that path: what is open of the way there already is used.
    fn enter(&mut self, path: &Path) -> Result<BorrowedFd<'_>, Errno> {
        let shared = self.way.iter().zip(path.iter()).take_while(|((open, _), wanted)| open == wanted).count();
        self.way.truncate(shared);
        for name in path.iter().skip(shared) {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let opened = openat(self.deepest(), name, flags, Mode::empty())?;
            self.way.push((name.to_owned(), opened));
        }
        Ok(self.deepest())
    }

    fn deepest(&self) -> BorrowedFd<'_> {
        self.way.last().map_or_else(|| self.folder.root(), |(_, folder)| folder.as_fd())
    }
}

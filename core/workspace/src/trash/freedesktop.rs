//! The Trash of Linux desktops, by the specification of freedesktop.org, version 1.0.

use std::{
    ffi::{OsStr, OsString},
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    os::{
        fd::OwnedFd,
        unix::{
            ffi::{OsStrExt as _, OsStringExt as _},
            fs::MetadataExt as _,
        },
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, FileType, Mode, OFlags, Stat, fstat, mkdirat, openat, unlinkat},
    io::Errno,
    process::getuid,
};

use crate::{
    AccessError, Folder, RelativePath,
    arrange::{open_folder, rename_to_nothing},
    guard::Guard,
};

/// How many names are tried for something of which the Trash holds others.
const MAX_NAMES: usize = 10_000;

/// The longest name in bytes, of which the one of the note about it needs some.
const MAX_NAME: usize = 255 - NOTE.len();

const NOTE: &str = ".trashinfo";

/// A Trash that is open.
struct Trash {
    files: OwnedFd,
    info: OwnedFd,
    /// What the paths in it are relative to; none: they are absolute.
    top: Option<PathBuf>,
}

impl Folder {
    pub(super) fn put_away(&self, path: &RelativePath, home: Option<&Path>) -> Result<(), AccessError> {
        let no_trash = || AccessError::NoTrash { path: path.to_string() };
        let parent = self.parent_of(path)?;
        let disk = fstat(&parent).map_err(|error| AccessError::from_io(&path, error.into()))?.st_dev;
        let above = self.path().join(path.as_path());
        let above = above.parent().unwrap_or(self.path());
        let trash = home
            .and_then(|home| Trash::of_home(home, disk))
            .or_else(|| Trash::of_disk(&top_of(above)?, disk))
            .ok_or_else(no_trash)?;
        let name = path.name().unwrap_or_default();
        let whole = above.join(name);
        let told = trash.top.as_ref().map_or(Some(whole.as_path()), |top| whole.strip_prefix(top).ok());
        trash.take(&parent, name, told.ok_or_else(no_trash)?).map_err(|error| match error {
            Errno::XDEV | Errno::INVAL | Errno::BUSY => no_trash(),
            Errno::NOENT => AccessError::NotFound { path: path.to_string() },
            error => AccessError::from_io(&path, error.into()),
        })
    }
}

impl Trash {
    /// The user's own, made where it is missing, if it is on this disk.
    fn of_home(path: &Path, disk: u64) -> Option<Self> {
        if !path.is_dir() {
            fs::create_dir_all(path.parent()?).ok()?;
            // Others may be there at the same time.
            let _ = fs::DirBuilder::new().create(path);
        }
        let opened = Folder::open_real(path.canonicalize().ok()?, Guard::Person).ok()?;
        Self::in_folder(opened.descriptor(), None, disk)
    }

    /// The user's on another disk: in a folder for all users that was made for that, or in one of their own.
    fn of_disk(top: &Path, disk: u64) -> Option<Self> {
        let opened = Folder::open_real(top.to_owned(), Guard::Person).ok()?;
        let user = getuid().as_raw();
        let shared = || {
            let folder = open_folder(opened.descriptor(), OsStr::new(".Trash")).ok()?;
            let sticky = 0o1000;
            fstat(&folder).ok().filter(|stat| u64::from(stat.st_mode) & sticky != 0)?;
            private(&folder, &user.to_string())
        };
        let folder = shared().or_else(|| private(opened.descriptor(), &format!(".Trash-{user}")))?;
        Self::in_folder(&folder, Some(top.to_owned()), disk)
    }

    fn in_folder(folder: &OwnedFd, top: Option<PathBuf>, disk: u64) -> Option<Self> {
        fstat(folder).ok().filter(|stat| stat.st_dev == disk)?;
        Some(Self { files: private(folder, "files")?, info: private(folder, "info")?, top })
    }

    /// Moves it in, and says beside it where it was. The note is there first, so nothing is ever there without one.
    fn take(&self, parent: &OwnedFd, name: &OsStr, told: &Path) -> Result<(), Errno> {
        for attempt in 1..=MAX_NAMES {
            let taken = numbered(name, attempt);
            let mut note = taken.clone();
            note.push(NOTE);
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = match openat(&self.info, &note, flags, Mode::from_raw_mode(0o600)) {
                Err(Errno::EXIST) => continue,
                file => file?,
            };
            let mut file = File::from(file);
            let written = file.write_all(about(told).as_bytes()).and_then(|()| file.sync_all());
            let moved = written
                .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
                .and_then(|()| rename_to_nothing(parent, name, &self.files, &taken));
            match moved {
                Ok(()) => {
                    // It is there, and only a crash of the whole system could undo that.
                    let _ = rustix::fs::fsync(&self.files);
                    return Ok(());
                }
                Err(error) => {
                    let _ = unlinkat(&self.info, &note, AtFlags::empty());
                    if error != Errno::EXIST {
                        return Err(error);
                    }
                }
            }
        }
        Err(Errno::EXIST)
    }
}

/// A folder that belongs to the user, made where it is missing. One that is another's or a link is not used.
fn private(parent: &OwnedFd, name: &str) -> Option<OwnedFd> {
    // One that is there is as good; any other failure shows when it is opened.
    let _ = mkdirat(parent, name, Mode::from_raw_mode(0o700));
    let folder = open_folder(parent, OsStr::new(name)).ok()?;
    let own =
        |stat: &Stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory && stat.st_uid == getuid().as_raw();
    fstat(&folder).ok().filter(own)?;
    Some(folder)
}

/// The topmost folder of the disk that a folder is on.
fn top_of(folder: &Path) -> Option<PathBuf> {
    let disk = |path: &Path| path.metadata().ok().map(|metadata| metadata.dev());
    let own = disk(folder)?;
    folder.ancestors().take_while(|above| disk(above) == Some(own)).last().map(Path::to_owned)
}

/// The name as it is, or with a number where others have it; not too long for its note.
fn numbered(name: &OsStr, attempt: usize) -> OsString {
    let number = if attempt == 1 { String::new() } else { format!(" {attempt}") };
    let (stem, ending) = match name.as_bytes().iter().rposition(|byte| *byte == b'.') {
        Some(dot) if dot > 0 && name.len() - dot <= 16 => name.as_bytes().split_at(dot),
        _ => (name.as_bytes(), &b""[..]),
    };
    let room = MAX_NAME - number.len() - ending.len();
    let stem = stem.get(..room).unwrap_or(stem);
    OsString::from_vec([stem, number.as_bytes(), ending].concat())
}

/// What the note says.
fn about(path: &Path) -> String {
    let mut quoted = String::new();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            quoted.push(char::from(*byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(quoted, "%{byte:02X}");
        }
    }
    let now = jiff::Zoned::now().strftime("%Y-%m-%dT%H:%M:%S").to_string();
    format!("[Trash Info]\nPath={quoted}\nDeletionDate={now}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_apart_and_are_never_too_long() {
        assert_eq!(numbered(OsStr::new("a.txt"), 1), "a.txt");
        assert_eq!(numbered(OsStr::new("a.txt"), 2), "a 2.txt");
        assert_eq!(numbered(OsStr::new(".env"), 3), ".env 3");
        let long = "x".repeat(255);
        for (name, attempt) in [(long.as_str(), 1), (&long, MAX_NAMES), (&format!("{}.txt", &long[..251]), 77)] {
            let numbered = numbered(OsStr::new(name), attempt);
            assert!(numbered.len() + NOTE.len() <= 255, "{}", numbered.len());
        }
    }

    #[test]
    fn a_note_says_where_it_was_in_plain_ascii() {
        let note = about(Path::new("/a b/é\n%.txt"));
        let mut lines = note.lines();
        assert_eq!(lines.next(), Some("[Trash Info]"));
        assert_eq!(lines.next(), Some("Path=/a%20b/%C3%A9%0A%25.txt"));
        let date = lines.next().and_then(|line| line.strip_prefix("DeletionDate=")).unwrap_or_default();
        assert!(date.parse::<jiff::civil::DateTime>().is_ok(), "{date}");
    }
}

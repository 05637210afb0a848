//! What a command may not change, where that can't be forbidden: it is remembered before the command and put back after
//! it. Nothing is lost: what the command, or someone else meanwhile, has made of it is moved aside.
//!
//! A command may leave traps behind, so no link in a path is followed here.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Read as _, Write as _},
    os::{fd::OwnedFd, unix::ffi::OsStringExt as _},
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{
        AtFlags, CWD, Dir, FileType, Mode, OFlags, fchmod, fstat, mkdirat, openat, readlinkat, renameat, statat,
        symlinkat,
    },
    io::Errno,
};

use crate::PutBack;

/// How much is remembered at most: bytes of one policy's files, and how many of them.
const MAX_BYTES: u64 = 8 << 20;
const MAX_ENTRIES: usize = 2_000;

/// How many things of one name may lie aside.
const MAX_ASIDE: u32 = 1_000;

/// Why a command can't be watched over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GuardError {
    /// It does not fit.
    #[error("{} is too large to be kept safe from the command (8 MiB, 2,000 files); remove what is not needed there", path.display())]
    TooLarge {
        /// What.
        path: PathBuf,
    },
    /// It can't be read.
    #[error("{} can't be read to be kept safe from the command ({reason}); check its permissions", path.display())]
    Unreadable {
        /// What.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
}

/// What may not be changed, as it was.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    kept: Vec<(PathBuf, Option<Entry>)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Entry {
    File {
        bytes: Vec<u8>,
        mode: Mode,
    },
    Link(OsString),
    Folder {
        entries: BTreeMap<OsString, Entry>,
        mode: Mode,
    },
    /// A pipe, a socket, a device: nothing that is run or read as settings.
    Other,
}

/// What may still be remembered.
struct Room {
    bytes: u64,
    entries: usize,
}

impl Guard {
    /// Remembers these. What is in a folder that does not exist is left alone: a repository that the command itself
    /// makes is its own.
    pub(crate) fn new<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<Self, GuardError> {
        let mut room = Room { bytes: MAX_BYTES, entries: MAX_ENTRIES };
        let mut kept = Vec::new();
        for path in paths {
            let (Some(name), Ok(parent)) = (path.file_name(), parent_of(path)) else { continue };
            match Entry::read(&parent, name, &mut room) {
                Ok(entry) => kept.push((path.clone(), entry)),
                Err(Errno::FBIG) => return Err(GuardError::TooLarge { path: path.clone() }),
                Err(error) => return Err(GuardError::Unreadable { path: path.clone(), reason: error.into() }),
            }
        }
        Ok(Self { kept })
    }

    /// Puts back what is not as it was.
    pub(crate) fn put_back(&self) -> io::Result<Vec<PutBack>> {
        let mut put_back = Vec::new();
        for (path, was) in &self.kept {
            let Some(name) = path.file_name() else { continue };
            // What has become unreadable or too large is not as it was.
            let mut room = Room { bytes: MAX_BYTES, entries: MAX_ENTRIES };
            let now = parent_of(path).and_then(|parent| Entry::read(&parent, name, &mut room));
            match now {
                Ok(now) if now == *was => continue,
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) if was.is_none() => continue,
                _ => {}
            }
            let parent = made_parent_of(path)?;
            let aside = move_aside(&parent, name)?.map(|name| path.with_file_name(name));
            if let Some(was) = was {
                was.write(&parent, name)?;
            }
            put_back.push(PutBack { path: path.clone(), aside });
        }
        Ok(put_back)
    }
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

impl Entry {
    /// What stands there, if anything.
    fn read(parent: &OwnedFd, name: &OsStr, room: &mut Room) -> Result<Option<Self>, Errno> {
        let found = match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => return Ok(None),
            found => found?,
        };
        room.entries = room.entries.checked_sub(1).ok_or(Errno::FBIG)?;
        Ok(Some(match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile => Self::read_file(parent, name, room)?,
            FileType::Symlink => Self::Link(OsString::from_vec(readlinkat(parent, name, Vec::new())?.into_bytes())),
            FileType::Directory => Self::read_folder(parent, name, room)?,
            _ => Self::Other,
        }))
    }

    fn read_file(parent: &OwnedFd, name: &OsStr, room: &mut Room) -> Result<Self, Errno> {
        let opened = openat(
            parent,
            name,
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        let mode = Mode::from_raw_mode(fstat(&opened)?.st_mode);
        let mut bytes = Vec::new();
        let read = File::from(opened).take(room.bytes + 1).read_to_end(&mut bytes).map_err(|_| Errno::IO)?;
        room.bytes = room.bytes.checked_sub(read as u64).ok_or(Errno::FBIG)?;
        Ok(Self::File { bytes, mode })
    }

    fn read_folder(parent: &OwnedFd, name: &OsStr, room: &mut Room) -> Result<Self, Errno> {
        let opened = openat(parent, name, FOLDER, Mode::empty())?;
        let mode = Mode::from_raw_mode(fstat(&opened)?.st_mode);
        let mut entries = BTreeMap::new();
        for entry in Dir::read_from(&opened)? {
            let name = OsString::from_vec(entry?.file_name().to_bytes().to_vec());
            if name == "." || name == ".." {
                continue;
            }
            if let Some(entry) = Self::read(&opened, &name, room)? {
                entries.insert(name, entry);
            }
        }
        Ok(Self::Folder { entries, mode })
    }

    /// Makes it anew, where nothing stands.
    fn write(&self, parent: &OwnedFd, name: &OsStr) -> io::Result<()> {
        match self {
            Self::File { bytes, mode } => {
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let mut file = File::from(openat(parent, name, flags, Mode::RUSR | Mode::WUSR)?);
                file.write_all(bytes)?;
                fchmod(&file, *mode)?;
            }
            Self::Link(target) => symlinkat(target, parent, name)?,
            Self::Folder { entries, mode } => {
                mkdirat(parent, name, Mode::RWXU)?;
                let opened = openat(parent, name, FOLDER, Mode::empty())?;
                for (name, entry) in entries {
                    entry.write(&opened, name)?;
                }
                fchmod(&opened, *mode)?;
            }
            Self::Other => {}
        }
        Ok(())
    }
}

/// The folder that holds this path, reached through no link.
fn parent_of(path: &Path) -> Result<OwnedFd, Errno> {
    let mut folder = openat(CWD, "/", FOLDER, Mode::empty())?;
    for name in folders_above(path) {
        folder = openat(&folder, name, FOLDER, Mode::empty())?;
    }
    Ok(folder)
}

/// The same; where something else stands in the way or nothing is there, it is moved aside and a folder made.
fn made_parent_of(path: &Path) -> io::Result<OwnedFd> {
    let mut folder = openat(CWD, "/", FOLDER, Mode::empty())?;
    for name in folders_above(path) {
        folder = match openat(&folder, name, FOLDER, Mode::empty()) {
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => {
                move_aside(&folder, name)?;
                mkdirat(&folder, name, Mode::RWXU | Mode::RGRP | Mode::XGRP | Mode::ROTH | Mode::XOTH)?;
                openat(&folder, name, FOLDER, Mode::empty())?
            }
            opened => opened?,
        };
    }
    Ok(folder)
}

fn folders_above(path: &Path) -> impl Iterator<Item = &OsStr> {
    path.parent().into_iter().flat_map(Path::components).filter_map(|part| match part {
        Component::Normal(name) => Some(name),
        _ => None,
    })
}

/// Gives what stands there another name beside it; says which, if anything stood there.
fn move_aside(folder: &OwnedFd, name: &OsStr) -> io::Result<Option<OsString>> {
    for number in 1..=MAX_ASIDE {
        let mut aside = name.to_owned();
        aside.push(format!(".refused-{number}"));
        if statat(folder, &aside, AtFlags::SYMLINK_NOFOLLOW).is_ok() {
            continue;
        }
        return match renameat(folder, name, folder, &aside) {
            Ok(()) => Ok(Some(aside)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        };
    }
    Err(io::Error::other("too many refused changes lie beside what they changed; remove them"))
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::fs::{PermissionsExt as _, symlink},
    };

    use super::*;

    fn project() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join(".git/hooks")).unwrap();
        fs::write(root.join(".git/config"), "[core]\n").unwrap();
        fs::write(root.join(".git/hooks/pre-commit"), "#!/bin/sh\n").unwrap();
        fs::set_permissions(root.join(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
        (folder, root)
    }

    fn guard(root: &Path) -> Guard {
        let paths = [".git/hooks", ".git/config", ".mcp.json", ".claude/settings.json"].map(|name| root.join(name));
        Guard::new(&paths).unwrap()
    }

    fn is_as_it_was(root: &Path) {
        assert_eq!(fs::read_to_string(root.join(".git/config")).unwrap(), "[core]\n");
        let hook = root.join(".git/hooks/pre-commit");
        assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\n");
        assert_eq!(fs::metadata(&hook).unwrap().permissions().mode() & 0o777, 0o755);
        assert_eq!(fs::read_dir(root.join(".git/hooks")).unwrap().count(), 1);
        assert!(!root.join(".mcp.json").exists());
    }

    #[test]
    fn what_was_not_touched_is_not_put_back() {
        let (_folder, root) = project();
        let guard = guard(&root);
        fs::write(root.join("file"), "new").unwrap();
        assert_eq!(guard.put_back().unwrap(), []);
        is_as_it_was(&root);
    }

    #[test]
    fn whatever_is_done_is_put_back_and_what_was_made_lies_aside() {
        type Deed = fn(&Path);
        let deeds: [Deed; 7] = [
            |root| fs::write(root.join(".git/config"), "[core]\nfsmonitor=evil\n").unwrap(),
            |root| fs::write(root.join(".git/hooks/post-commit"), "evil").unwrap(),
            |root| fs::set_permissions(root.join(".git/hooks/pre-commit"), fs::Permissions::from_mode(0o644)).unwrap(),
            |root| fs::remove_dir_all(root.join(".git")).unwrap(),
            |root| fs::write(root.join(".mcp.json"), "{}").unwrap(),
            |root| {
                fs::rename(root.join(".git"), root.join("old")).unwrap();
                fs::create_dir_all(root.join(".git/hooks")).unwrap();
                fs::write(root.join(".git/hooks/pre-commit"), "evil").unwrap();
            },
            |root| {
                fs::remove_file(root.join(".git/config")).unwrap();
                symlink("/etc/passwd", root.join(".git/config")).unwrap();
            },
        ];
        for (deed, number) in deeds.iter().zip(1..) {
            let (_folder, root) = project();
            let guard = guard(&root);
            deed(&root);
            let put_back = guard.put_back().unwrap();
            assert!(!put_back.is_empty(), "{number}");
            is_as_it_was(&root);
            for aside in put_back.iter().filter_map(|put_back| put_back.aside.as_ref()) {
                assert!(aside.symlink_metadata().is_ok(), "{number}");
            }
            assert_eq!(guard.put_back().unwrap(), [], "{number}");
        }
    }

    #[test]
    fn no_link_that_was_left_behind_is_followed() {
        let (_folder, root) = project();
        let elsewhere = tempfile::tempdir().unwrap();
        let guard = guard(&root);
        fs::remove_dir_all(root.join(".git")).unwrap();
        symlink(elsewhere.path(), root.join(".git")).unwrap();
        guard.put_back().unwrap();
        is_as_it_was(&root);
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_does_not_fit_is_said_before_the_command_runs() {
        let (_folder, root) = project();
        File::create(root.join(".git/config")).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert!(matches!(Guard::new(&[root.join(".git/config")]), Err(GuardError::TooLarge { .. })));
    }
}

//! Watching by inotify: each folder by itself, but for those that are ignored.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::{OsStr, OsString},
    mem::MaybeUninit,
    os::{
        fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd},
        unix::ffi::OsStrExt as _,
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{
        Dir, FileType, Mode, OFlags,
        inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags},
    },
    io::Errno,
};

use super::{Changes, Ground, Lost, ground::Happened};
use crate::RelativePath;

/// How many events are taken at a time, so that what they tell is passed on even while more come.
const AT_A_TIME: usize = 4096;

/// Room for the events of one call of the system.
const BUFFER: usize = 32 << 10;

/// How deep the names of branches are followed.
const MAX_BRANCH_DEPTH: usize = 32;

/// A folder that is watched.
#[derive(Debug, Clone)]
enum Place {
    /// One with files.
    Files(RelativePath),
    /// One of the repository's.
    Repository(PathBuf),
}

/// An event, taken out of the buffer.
struct Event {
    place: i32,
    what: ReadFlags,
    name: OsString,
}

pub(super) struct Inotify {
    system: OwnedFd,
    places: HashMap<i32, Place>,
    /// The folders with files, to find those beneath one.
    watched: BTreeMap<RelativePath, i32>,
    max: usize,
    buffer: Box<[MaybeUninit<u8>]>,
}

impl Inotify {
    /// Watches everything there is.
    pub(super) fn new(ground: &mut Ground, max: usize) -> Result<Self, Lost> {
        if max == 0 {
            return Err(Lost::Limit);
        }
        // There may be no more watchers for this user.
        let system = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).map_err(|_| Lost::Limit)?;
        let buffer = vec![MaybeUninit::uninit(); BUFFER].into_boxed_slice();
        let mut new = Self { system, places: HashMap::new(), watched: BTreeMap::new(), max, buffer };
        new.add_tree(ground, RelativePath::root(), None)?;
        new.add_repository(ground)?;
        Ok(new)
    }

    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.system.as_fd()
    }

    /// Takes what has happened.
    pub(super) fn take(&mut self, ground: &mut Ground, changes: &mut Changes) -> Result<(), Lost> {
        let mut behind = false;
        for event in self.read()? {
            behind |= self.note(&event, ground, changes)?;
        }
        if behind { Err(Lost::Behind) } else { Ok(()) }
    }

    fn read(&mut self) -> Result<Vec<Event>, Lost> {
        let mut events = Vec::new();
        let mut reader = Reader::new(&self.system, &mut self.buffer);
        while events.len() < AT_A_TIME || !reader.is_buffer_empty() {
            match reader.next() {
                Ok(event) => {
                    let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()).to_owned());
                    events.push(Event { place: event.wd(), what: event.events(), name: name.unwrap_or_default() });
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                Err(_) => return Err(Lost::Behind),
            }
        }
        Ok(events)
    }

    /// True: the tree has to be walked through.
    fn note(&mut self, event: &Event, ground: &mut Ground, changes: &mut Changes) -> Result<bool, Lost> {
        if event.what.contains(ReadFlags::QUEUE_OVERFLOW) {
            return Ok(true);
        }
        let Some(place) = self.places.get(&event.place).cloned() else { return Ok(false) };
        if event.what.contains(ReadFlags::IGNORED) {
            self.places.remove(&event.place);
            return Ok(false);
        }
        match place {
            Place::Files(folder) if event.name.is_empty() => {
                let is_gone = event.what.intersects(ReadFlags::MOVE_SELF | ReadFlags::UNMOUNT) || ground.is_deleted();
                if is_gone && folder.is_root() { Err(Lost::Gone) } else { Ok(false) }
            }
            Place::Files(folder) => match folder.child(&event.name) {
                Some(path) => self.note_file(path, event.what, ground, changes),
                None => Ok(false),
            },
            Place::Repository(folder) => {
                let path = folder.join(&event.name);
                if is_new_folder(event.what) && ground.repository_folders().1.iter().any(|tree| path.starts_with(tree))
                {
                    self.add_branches(&path, 0)?;
                }
                Ok(ground.note_repository(&path, changes))
            }
        }
    }

    fn note_file(
        &mut self,
        path: RelativePath,
        what: ReadFlags,
        ground: &mut Ground,
        changes: &mut Changes,
    ) -> Result<bool, Lost> {
        let is_folder = what.contains(ReadFlags::ISDIR);
        let list = ReadFlags::CREATE | ReadFlags::DELETE | ReadFlags::MOVED_FROM | ReadFlags::MOVED_TO;
        if is_folder && what.intersects(ReadFlags::MOVED_FROM | ReadFlags::DELETE) {
            self.forget(&path);
        }
        let happened = Happened { is_folder, in_the_list: what.intersects(list) };
        let behind = ground.note(path.clone(), happened, changes);
        if is_new_folder(what) && ground.wants(&path) {
            self.add_tree(ground, path, Some(changes))?;
        }
        Ok(behind)
    }

    /// Watches a folder and all beneath it. What is in it already may have come before it was watched, so it is told.
    fn add_tree(
        &mut self,
        ground: &mut Ground,
        folder: RelativePath,
        mut changes: Option<&mut Changes>,
    ) -> Result<(), Lost> {
        let mut open = vec![folder];
        while let Some(folder) = open.pop() {
            // It may be gone again, or closed to us.
            let Ok(opened) = ground.folder.open_folder(&folder) else { continue };
            let Some(place) = self.add(&opened, &ground.folder.path().join(folder.as_path()), folder.is_root())? else {
                continue;
            };
            self.places.insert(place, Place::Files(folder.clone()));
            self.watched.insert(folder.clone(), place);
            if let Some(changes) = changes.as_deref_mut() {
                changes.add_folder(folder.clone());
            }
            // First watched, then read: what comes in between is seen twice and not never.
            open.extend(folders_in(&opened).filter_map(|name| folder.child(&name)).filter(|path| ground.wants(path)));
        }
        Ok(())
    }

    fn add_repository(&mut self, ground: &Ground) -> Result<(), Lost> {
        let (folders, trees) = ground.repository_folders();
        for folder in folders {
            self.add_repository_folder(&folder)?;
        }
        trees.iter().try_for_each(|tree| self.add_branches(tree, 0))
    }

    /// Watches the folders that hold branches.
    fn add_branches(&mut self, folder: &Path, depth: usize) -> Result<(), Lost> {
        let Some(opened) = self.add_repository_folder(folder)?.filter(|_| depth < MAX_BRANCH_DEPTH) else {
            return Ok(());
        };
        folders_in(&opened).try_for_each(|name| self.add_branches(&folder.join(name), depth + 1))
    }

    fn add_repository_folder(&mut self, folder: &Path) -> Result<Option<OwnedFd>, Lost> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let Ok(opened) = rustix::fs::open(folder, flags, Mode::empty()) else { return Ok(None) };
        if let Some(place) = self.add(&opened, folder, false)? {
            self.places.insert(place, Place::Repository(folder.to_owned()));
        }
        Ok(Some(opened))
    }

    /// Watches the opened folder itself, whatever stands at its path by now. None: it can't be.
    fn add(&self, opened: &OwnedFd, path: &Path, is_root: bool) -> Result<Option<i32>, Lost> {
        if self.places.len() >= self.max {
            return Err(Lost::Limit);
        }
        let mut wanted = WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::MODIFY
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::ATTRIB
            | WatchFlags::ONLYDIR
            | WatchFlags::EXCL_UNLINK;
        if is_root {
            // That it is deleted comes as a change of its links, for it is still open here.
            wanted |= WatchFlags::MOVE_SELF;
        }
        let by_number = format!("/proc/self/fd/{}", opened.as_raw_fd());
        let added = match inotify::add_watch(&self.system, by_number, wanted) {
            // Not every system has `/proc`.
            Err(Errno::NOENT) => inotify::add_watch(&self.system, path, wanted | WatchFlags::DONT_FOLLOW),
            added => added,
        };
        match added {
            Ok(place) => Ok(Some(place)),
            Err(Errno::NOSPC | Errno::NOMEM) => Err(Lost::Limit),
            Err(_) => Ok(None),
        }
    }

    /// Watches a folder and all beneath it no more: it is elsewhere now, under names that are not ours to tell.
    fn forget(&mut self, folder: &RelativePath) {
        let beneath = self.watched.range(folder.clone()..).take_while(|(path, _)| path.is_within(folder));
        let places: Vec<_> = beneath.map(|(path, place)| (path.clone(), *place)).collect();
        for (path, place) in places {
            self.watched.remove(&path);
            self.places.remove(&place);
            // The system does the same when the folder is deleted.
            let _ = inotify::remove_watch(&self.system, place);
        }
    }
}

fn is_new_folder(what: ReadFlags) -> bool {
    what.contains(ReadFlags::ISDIR) && what.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO)
}

/// The names of the folders in an opened one; links to folders are none.
fn folders_in(opened: &OwnedFd) -> impl Iterator<Item = OsString> {
    let entries = Dir::read_from(opened).into_iter().flatten().filter_map(Result::ok);
    let names = entries.filter_map(|entry| {
        let name = OsStr::from_bytes(entry.file_name().to_bytes()).to_owned();
        // Where a file system does not say what an entry is, opening it does.
        let may_be = matches!(entry.file_type(), FileType::Directory | FileType::Unknown);
        (may_be && name != "." && name != "..").then_some(name)
    });
    names.collect::<Vec<_>>().into_iter()
}

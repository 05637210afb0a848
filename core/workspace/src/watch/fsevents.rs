//! Watching by `FSEvents`: the whole tree at once, and what is ignored left out afterwards.

use std::{
    io,
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, sync_channel},
    },
};

use notify::{
    Config, Event, EventKind, FsEventWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind},
};
use rustix::io::Errno;

use super::{Changes, Ground, Lost, ground::Happened};
use crate::RelativePath;

/// How many events wait at most; more mean that everything may have changed.
const MAX_WAITING: usize = 8192;

/// How many are taken at a time, so that what they tell is passed on even while more come.
const AT_A_TIME: usize = 4096;

pub(super) struct FsEvents {
    events: Receiver<Event>,
    overflow: Arc<AtomicBool>,
    /// Has a byte while events wait.
    ready: OwnedFd,
    /// Held for what it does.
    _watcher: FsEventWatcher,
}

impl FsEvents {
    /// Watches everything there is.
    pub(super) fn new(ground: &Ground, max: usize) -> Result<Self, Lost> {
        if max == 0 {
            return Err(Lost::Limit);
        }
        let (sender, events) = sync_channel(MAX_WAITING);
        let (ready, wake) = io::pipe().map_err(|_| Lost::Limit)?;
        let (ready, wake) = (OwnedFd::from(ready), OwnedFd::from(wake));
        for end in [&ready, &wake] {
            rustix::io::ioctl_fionbio(end, true).map_err(|_| Lost::Limit)?;
        }
        let overflow = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&overflow);
        let note = move |event: notify::Result<Event>| {
            let sent = event.is_ok_and(|event| is_read(&event) || sender.try_send(event).is_ok());
            if !sent {
                noted.store(true, Ordering::Release);
            }
            // Full: it is awake already.
            let _ = rustix::io::write(&wake, b"!");
        };
        let mut watcher = FsEventWatcher::new(note, Config::default()).map_err(|_| Lost::Limit)?;
        watcher.watch(ground.folder.path(), RecursiveMode::Recursive).map_err(|_| Lost::Limit)?;
        let (folders, trees) = ground.repository_folders();
        for folder in folders.iter().chain(&trees).filter(|folder| !folder.starts_with(ground.folder.path())) {
            // One that is not there yet has nothing to tell either.
            let _ = watcher.watch(folder, RecursiveMode::Recursive);
        }
        Ok(Self { events, overflow, ready, _watcher: watcher })
    }

    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.ready.as_fd()
    }

    /// Takes what has happened.
    pub(super) fn take(&mut self, ground: &mut Ground, changes: &mut Changes) -> Result<(), Lost> {
        let mut bytes = [0; 512];
        while matches!(rustix::io::read(&self.ready, &mut bytes), Ok(1..) | Err(Errno::INTR)) {}
        let mut behind = self.overflow.swap(false, Ordering::AcqRel);
        for event in self.events.try_iter().take(AT_A_TIME) {
            behind |= event.need_rescan();
            for path in &event.paths {
                behind |= note(path, &event, ground, changes)?;
            }
        }
        if behind { Err(Lost::Behind) } else { Ok(()) }
    }
}

/// True: the tree has to be looked at anew.
fn note(path: &Path, event: &Event, ground: &mut Ground, changes: &mut Changes) -> Result<bool, Lost> {
    let is_repositorys = ground.note_repository(path, changes);
    let Ok(inside) = path.strip_prefix(ground.folder.path()) else { return Ok(is_repositorys) };
    let Some(inside) = RelativePath::new(inside) else { return Ok(false) };
    if inside.is_root() {
        let is_gone = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        return if is_gone { Err(Lost::Gone) } else { Ok(false) };
    }
    let is_folder = matches!(event.kind, EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder))
        || path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    let in_the_list =
        matches!(event.kind, EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
    let above_is_ignored = inside.parent().is_some_and(|above| !above.is_root() && !ground.wants(&above));
    if above_is_ignored {
        return Ok(is_repositorys);
    }
    let is_new_folder = is_folder && in_the_list && ground.wants(&inside);
    if is_new_folder {
        changes.add_folder(inside.clone());
    }
    Ok(ground.note(inside, Happened { is_folder, in_the_list }, changes) || is_repositorys)
}

/// Reading changes nothing.
fn is_read(event: &Event) -> bool {
    matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

//! Keeping the list of a finder up to date: by walking through the folder, and by what is told of its changes.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use atelier_workspace::{Changes, EntryKind, RelativePath};

use super::{MAX_PATHS, Shared, State, locked};
use crate::{
    FindingError, Walk,
    list::{Edits, PathList},
};

/// How many paths a walking thread collects before it adds them to those of the others.
const HANDFUL: usize = 1024;

impl Shared {
    /// Begins to make the list anew, or to take in what was told. The caller has seen that nobody does.
    pub(super) fn begin(this: &Arc<Self>, state: &mut State, walk: bool) -> Result<(), FindingError> {
        let shared = Arc::clone(this);
        let work = move || {
            let ended = WorkEnded(&shared);
            if walk {
                Self::walk_and_follow(&shared);
            } else {
                shared.take_in();
            }
            drop(ended);
        };
        thread::Builder::new().name("atelier-finder".to_owned()).spawn(work).map_err(FindingError::Threads)?;
        state.working = true;
        state.begun += 1;
        Ok(())
    }

    /// The first walk is there at once and may miss what changes meanwhile; so one more comes when the folder is followed.
    fn walk_and_follow(this: &Arc<Self>) {
        this.walk();
        let Some(follow) = this.follow.as_ref().filter(|_| locked(&this.state).following.is_none()) else { return };
        let weak = Arc::downgrade(this);
        let tell = move |changes: &Changes| {
            if let Some(shared) = weak.upgrade() {
                Self::told(&shared, changes);
            }
        };
        if let Some(following) = follow(&this.folder, Box::new(tell)) {
            // The finder may be gone by now.
            if !this.is_stopped() {
                locked(&this.state).following = Some(following);
                this.walk();
            }
        }
    }

    /// Notes what has changed. Where that may be anything, a new list is begun at once, so that the next search has it.
    fn told(this: &Arc<Self>, changes: &Changes) {
        let mut state = locked(&this.state);
        state.changes.merge(changes.clone());
        if changes.paths.contains(&RelativePath::root()) {
            state.changes.merge(Changes { rescan: true, ..Changes::default() });
        }
        // Of no interest here, and no reason to do anything.
        (state.changes.folders, state.changes.notice, state.changes.repository) = <_>::default();
        if state.changes.rescan && !state.working && state.wants_walk() && !this.is_stopped() {
            // Without a thread, the next search tries again.
            let _ = Self::begin(this, &mut state, true);
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Makes the list anew.
    fn walk(&self) {
        let began = Instant::now();
        let is_followed = {
            let mut state = locked(&self.state);
            // What was told before is seen by the walk.
            state.changes = Changes::default();
            state.following.is_some()
        };
        let parts = Parts::new(self, MAX_PATHS);
        Walk::new(&self.folder, &RelativePath::root()).parallel(&self.stop, || parts.visitor());
        let full = parts.full();
        let coming = mem::take(&mut locked(&self.state).coming);
        let list = Arc::new(PathList::joined(&coming));
        let mut state = locked(&self.state);
        (state.list, state.limited, state.is_followed) = (Some(list), full, is_followed);
        (state.took, state.ended) = (began.elapsed(), Some(Instant::now()));
    }

    /// Takes in what was told.
    fn take_in(&self) {
        let (changes, list) = {
            let mut state = locked(&self.state);
            // Anything may have changed: that has to wait for the next walk.
            let changes = if state.changes.rescan { Changes::default() } else { state.changes.take() };
            (changes, state.list.clone())
        };
        let Some(list) = list.filter(|_| !changes.paths.is_empty()) else { return };
        let mut edits = Edits::default();
        let mut room = MAX_PATHS.saturating_sub(list.len());
        let mut full = false;
        for path in &changes.paths {
            full |= !self.look_at(path, &list, &mut edits, &mut room);
        }
        let list = Arc::new(list.edited(&edits));
        let mut state = locked(&self.state);
        state.limited |= full;
        state.list = Some(list);
    }

    /// Notes what stands at a path by now. False: there is no room for it.
    fn look_at(&self, path: &RelativePath, list: &PathList, edits: &mut Edits, room: &mut usize) -> bool {
        let address = path.address();
        for tree in path.addresses_beneath() {
            if list.has_tree(&tree) {
                edits.removed_trees.insert(tree);
            }
        }
        edits.removed.insert(address.clone());
        let before = edits.added.len();
        match self.folder.look(path).ok().flatten().map(|entry| entry.kind) {
            Some(EntryKind::File) => edits.added.push(address),
            Some(EntryKind::Folder) => {
                let files = Walk::new(&self.folder, path).sorted().take_while(|_| !self.is_stopped());
                edits.added.extend(files.take(*room + 1).map(|file| file.address()));
            }
            _ => {}
        }
        let has_room = edits.added.len() - before <= *room;
        edits.added.truncate(before + *room);
        *room -= edits.added.len() - before;
        has_room
    }
}

/// Tells whoever waits that work has ended, even if by a panic.
struct WorkEnded<'a>(&'a Shared);

impl Drop for WorkEnded<'_> {
    fn drop(&mut self) {
        locked(&self.0.state).working = false;
        self.0.worked.notify_all();
    }
}

/// What the walking threads come across.
struct Parts<'a> {
    shared: &'a Shared,
    room: AtomicUsize,
    max: usize,
}

impl<'a> Parts<'a> {
    fn new(shared: &'a Shared, max: usize) -> Self {
        Self { shared, room: AtomicUsize::new(0), max }
    }

    fn full(&self) -> bool {
        self.room.load(Ordering::Relaxed) > self.max
    }

    fn visitor(&self) -> impl FnMut(RelativePath) -> bool + Send {
        let mut handful = Handful { shared: self.shared, paths: Vec::new() };
        move |path| {
            if self.room.fetch_add(1, Ordering::Relaxed) >= self.max {
                return false;
            }
            handful.add(&path);
            true
        }
    }
}

/// What one walking thread has come across. The rest is added when its walk ends.
struct Handful<'a> {
    shared: &'a Shared,
    paths: Vec<String>,
}

impl Handful<'_> {
    fn add(&mut self, path: &RelativePath) {
        self.paths.push(path.address());
        if self.paths.len() == HANDFUL {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let chunks = PathList::handful(&self.paths);
        self.paths.clear();
        locked(&self.shared.state).coming.extend(chunks);
    }
}

impl Drop for Handful<'_> {
    fn drop(&mut self) {
        self.hand_over();
    }
}

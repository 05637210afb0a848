//! Walking a folder as git sees it.

use std::{
    num::NonZero,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use atelier_workspace::{Folder, RelativePath};
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::Globs;

/// More threads than this bring nothing: they wait for the same disk.
const MAX_THREADS: usize = 8;

/// The files beneath a path (or the file itself) that git does not ignore: hidden ones too, git's own folder not. Links are
/// neither followed nor listed. `.ignore` files are other tools' business: git knows nothing of them. A file that git tracks
/// although its rules ignore it is left out.
///
/// The walk goes by path: it may be led astray by a link that is swapped in. So whoever uses a path opens or looks at it
/// through the [`Folder`], which can't be.
pub struct Walk<'a> {
    folder: &'a Folder,
    builder: WalkBuilder,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub fn new(folder: &'a Folder, beneath: &RelativePath) -> Self {
        let mut builder = WalkBuilder::new(folder.path().join(beneath.as_path()));
        builder.hidden(false).ignore(false).follow_links(false);
        builder.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
        Self { folder, builder }
    }

    /// Leaves out the folders that these globs exclude, without looking into them. Their paths are relative to the folder.
    pub(crate) fn without(mut self, globs: &Globs) -> Self {
        let (root, globs) = (self.folder.path().to_owned(), globs.clone());
        self.builder.filter_entry(move |entry| {
            let inner = entry.path().strip_prefix(&root).ok();
            entry.depth() == 0
                || entry.file_name() != ".git"
                    && !inner
                        .is_some_and(|path| entry.file_type().is_some_and(|t| t.is_dir()) && globs.leave_folder(path))
        });
        self
    }

    /// The files by path, one after the other. What can't be read is left out, as git does.
    pub fn sorted(mut self) -> impl Iterator<Item = RelativePath> + 'a {
        self.builder.sort_by_file_path(Path::cmp);
        let folder = self.folder;
        self.builder.build().filter_map(move |entry| file_in(folder, &entry.ok()?))
    }

    /// Walks on several threads, in any order, until `stop` is set. Each thread gets a visitor of its own, which ends the
    /// walk by returning false. `stop` is asked before each file.
    pub(crate) fn parallel<'v, V: FnMut(RelativePath) -> bool + Send + 'v>(
        mut self,
        stop: &'v AtomicBool,
        mut visitor: impl FnMut() -> V,
    ) where
        'a: 'v,
    {
        self.builder.threads(threads());
        let folder = self.folder;
        self.builder.build_parallel().run(|| {
            let mut visit = visitor();
            Box::new(move |entry| {
                if stop.load(Ordering::Relaxed) {
                    return WalkState::Quit;
                }
                let path = entry.ok().and_then(|entry| file_in(folder, &entry));
                if path.is_none_or(&mut visit) { WalkState::Continue } else { WalkState::Quit }
            })
        });
    }
}

/// The path of an ordinary file.
fn file_in(folder: &Folder, entry: &DirEntry) -> Option<RelativePath> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return None;
    }
    RelativePath::new(entry.path().strip_prefix(folder.path()).ok()?)
}

/// How many threads share a piece of work.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(2, NonZero::get).min(MAX_THREADS)
}

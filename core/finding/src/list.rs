//! The paths of a folder's files, kept in memory so that all of them can be looked at for each letter that is typed.
//!
//! They stand folder by folder in chunks, each of which is one piece of memory. A change makes the few chunks anew that it
//! concerns.

use std::{collections::HashSet, ops::Range, sync::Arc};

use crate::fuzzy::traits_of;

/// How many files a chunk holds at the most.
pub(crate) const CHUNK: usize = 4096;

/// A file as it stands in the list: the path of its folder, empty or with a slash at its end, and its name.
type Key<'a> = (&'a str, &'a str);

/// Splits a path, which is relative to the folder.
pub(crate) fn key(path: &str) -> Key<'_> {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

/// Where a file stands in a list. Ordered as the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) chunk: usize,
    pub(crate) file: usize,
}

/// Some files in a row.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// The path of each folder, and behind it the names of its files.
    text: String,
    folders: Vec<FolderEntry>,
    files: Vec<FileEntry>,
}

#[derive(Debug)]
struct FolderEntry {
    start: u32,
    end: u32,
    /// The first of its files.
    first: u32,
    letters: u64,
}

#[derive(Debug)]
struct FileEntry {
    start: u32,
    end: u32,
    letters: u64,
}

/// Files of one folder.
pub(crate) struct Group<'a> {
    /// Its path: empty, or with a slash at its end.
    pub(crate) path: &'a str,
    pub(crate) letters: u64,
    chunk: &'a Chunk,
    /// Which files of the chunk.
    pub(crate) files: Range<usize>,
}

impl<'a> Group<'a> {
    /// A file's name, and which letters it has.
    #[inline]
    pub(crate) fn file(&self, number: usize) -> (&'a str, u64) {
        let file = &self.chunk.files[number];
        (&self.chunk.text[file.start as usize..file.end as usize], file.letters)
    }
}

impl Chunk {
    /// Of files in the order of the list, at most [`CHUNK`] of them.
    fn new(keys: &[Key<'_>]) -> Self {
        let mut new = Self::default();
        // Room for exactly what comes: hundreds of these are kept.
        let folders = || keys.chunk_by(|a, b| a.0 == b.0);
        let length = folders().map(|group| group[0].0.len()).sum::<usize>();
        new.text.reserve_exact(length + keys.iter().map(|key| key.1.len()).sum::<usize>());
        new.files.reserve_exact(keys.len());
        new.folders.reserve_exact(folders().count());
        for group in folders() {
            let path = group[0].0;
            let first = u32::try_from(new.files.len()).unwrap_or(u32::MAX);
            let (start, end) = new.add(path);
            new.folders.push(FolderEntry { start, end, first, letters: traits_of(path) });
            for (_, name) in group {
                let (start, end) = new.add(name);
                new.files.push(FileEntry { start, end, letters: traits_of(name) });
            }
        }
        new
    }

    /// A chunk has a few thousand paths of a few thousand bytes at the most, so places in it are small numbers.
    fn add(&mut self, text: &str) -> (u32, u32) {
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push_str(text);
        (start, u32::try_from(self.text.len()).unwrap_or(u32::MAX))
    }

    /// Its folders, each with those of its files that are here.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        (0..self.folders.len()).map(|number| self.group(number))
    }

    fn group(&self, number: usize) -> Group<'_> {
        let folder = &self.folders[number];
        let end = self.folders.get(number + 1).map_or(self.files.len(), |next| next.first as usize);
        let path = &self.text[folder.start as usize..folder.end as usize];
        Group { path, letters: folder.letters, chunk: self, files: folder.first as usize..end }
    }

    /// The first folder that is not before this one.
    fn group_from(&self, path: &str) -> Option<Group<'_>> {
        let before = |folder: &FolderEntry| &self.text[folder.start as usize..folder.end as usize] < path;
        let number = self.folders.partition_point(before);
        (number < self.folders.len()).then(|| self.group(number))
    }

    /// The folder that a file of this chunk lies in.
    fn group_of(&self, file: usize) -> Group<'_> {
        self.group(self.folders.partition_point(|folder| folder.first as usize <= file).saturating_sub(1))
    }

    fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        self.groups().flat_map(|group| {
            let path = group.path;
            group.files.clone().map(move |file| (path, group.file(file).0))
        })
    }

    /// No chunk is empty.
    fn first(&self) -> Key<'_> {
        self.keys().next().unwrap_or_default()
    }
}

/// Paths of one moment.
#[derive(Debug, Default)]
pub(crate) struct PathList {
    chunks: Vec<Arc<Chunk>>,
    count: usize,
    sorted: bool,
}

impl PathList {
    /// The whole list, of paths in any order.
    pub(crate) fn whole<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        Self::of(paths.map(key).collect())
    }

    /// A part of a list that is still being made.
    pub(crate) fn partial(parts: Vec<Arc<Chunk>>) -> Self {
        let count = parts.iter().map(|part| part.files.len()).sum();
        Self { chunks: parts, count, sorted: false }
    }

    /// The whole list, of the parts that it was made in.
    pub(crate) fn joined(parts: &[Arc<Chunk>]) -> Self {
        Self::of(parts.iter().flat_map(|part| part.keys()).collect())
    }

    fn of(mut keys: Vec<Key<'_>>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        let chunks = keys.chunks(CHUNK).map(|keys| Arc::new(Chunk::new(keys))).collect();
        Self { chunks, count: keys.len(), sorted: true }
    }

    /// A few paths, to be joined with others later.
    pub(crate) fn handful(paths: &[String]) -> impl Iterator<Item = Arc<Chunk>> + use<> {
        Self::whole(paths.iter().map(String::as_str)).chunks.into_iter()
    }

    pub(crate) fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }

    /// How many files it has.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The folder that a file lies in, and its name.
    pub(crate) fn file(&self, place: Place) -> (Group<'_>, &str) {
        let group = self.chunks[place.chunk].group_of(place.file);
        let name = group.file(place.file).0;
        (group, name)
    }

    /// Where a path stands; none where it is not there, or the list is not whole.
    pub(crate) fn position(&self, path: &str) -> Option<Place> {
        if !self.sorted {
            return None;
        }
        let (folder, name) = key(path);
        let number = self.chunk_for((folder, name));
        let chunk = self.chunks.get(number)?;
        let group = chunk.group_from(folder).filter(|group| group.path == folder)?;
        let names = &chunk.files[group.files.clone()];
        let at = names.binary_search_by(|file| chunk.text[file.start as usize..file.end as usize].cmp(name)).ok()?;
        Some(Place { chunk: number, file: group.files.start + at })
    }

    /// Whether there are files in the folder of that path, which has a slash at its end, or deeper.
    pub(crate) fn has_tree(&self, tree: &str) -> bool {
        let number = self.chunk_for((tree, ""));
        let here = self.chunks.get(number).and_then(|chunk| chunk.group_from(tree)).map(|group| group.path);
        let next = || self.chunks.get(number + 1).map(|chunk| chunk.first().0);
        here.or_else(next).is_some_and(|path| path.starts_with(tree))
    }

    /// The chunk that a file is in or would have to be in.
    fn chunk_for(&self, wanted: Key<'_>) -> usize {
        self.chunks.partition_point(|chunk| chunk.first() <= wanted).saturating_sub(1)
    }

    /// The list as it is after some changes.
    pub(crate) fn edited(&self, edits: &Edits) -> Self {
        let mut touched: HashSet<usize> =
            edits.removed.iter().chain(&edits.added).map(|path| self.chunk_for(key(path))).collect();
        for tree in &edits.removed_trees {
            let end = self
                .chunks
                .partition_point(|chunk| chunk.first().0 <= tree.as_str() || chunk.first().0.starts_with(tree));
            touched.extend(self.chunk_for((tree, ""))..end);
        }
        let mut added: Vec<(usize, Key<'_>)> =
            edits.added.iter().map(|path| (self.chunk_for(key(path)), key(path))).collect();
        added.sort_unstable();
        let (mut chunks, mut count) = (Vec::with_capacity(self.chunks.len()), 0);
        // Where there is no chunk at all yet, what comes is put into the first.
        for number in 0..self.chunks.len().max(1) {
            let old = self.chunks.get(number);
            if let Some(same) = old.filter(|_| !touched.contains(&number)) {
                count += same.files.len();
                chunks.push(Arc::clone(same));
                continue;
            }
            let kept = old.into_iter().flat_map(|old| old.keys()).filter(|key| !edits.remove(*key));
            let new = added.iter().filter(|(chunk, _)| *chunk == number).map(|(_, key)| *key);
            let made = Self::of(kept.chain(new).collect());
            count += made.count;
            chunks.extend(made.chunks);
        }
        Self { chunks, count, sorted: true }
    }
}

/// What has changed.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    /// Files that are gone.
    pub(crate) removed: HashSet<String>,
    /// Folders of which all that was in them is gone, each with a slash at its end.
    pub(crate) removed_trees: HashSet<String>,
    /// Files that are there, whatever was removed.
    pub(crate) added: Vec<String>,
}

impl Edits {
    fn remove(&self, (folder, name): Key<'_>) -> bool {
        let has_tree = |(slash, _)| self.removed_trees.contains(&folder[..=slash]);
        !self.removed_trees.is_empty() && folder.match_indices('/').any(has_tree)
            || !self.removed.is_empty() && self.removed.contains([folder, name].concat().as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn paths(list: &PathList) -> Vec<String> {
        list.chunks.iter().flat_map(|chunk| chunk.keys()).map(|(folder, name)| format!("{folder}{name}")).collect()
    }

    #[test]
    fn a_list_of_many_chunks_is_edited_where_it_has_to_be() {
        let all: BTreeSet<String> = (0..20_000).map(|n| format!("p{}/{}/f{n}", n / 7000, n % 3)).collect();
        let list = PathList::whole(all.iter().map(String::as_str));
        assert!(list.chunks.len() > 4 && list.len() == 20_000);
        assert!(all.iter().all(|path| {
            let (group, name) = list.file(list.position(path).unwrap());
            format!("{}{name}", group.path) == *path
        }));
        let edits = Edits {
            removed: ["p0/0/f0".to_owned(), "nowhere".to_owned()].into(),
            removed_trees: ["p1/1/".to_owned()].into(),
            added: vec!["a".into(), "p1/1/new".into(), "z/z".into(), "p0/1/f1".into()],
        };
        let edited = list.edited(&edits);
        let mut wanted = all;
        wanted.retain(|path| path != "p0/0/f0" && !path.starts_with("p1/1/"));
        wanted.extend(edits.added);
        assert_eq!(edited.len(), wanted.len());
        assert_eq!(paths(&edited).into_iter().collect::<BTreeSet<_>>(), wanted);
        assert!(wanted.iter().all(|path| edited.position(path).is_some()));
        let same = edited.chunks.iter().filter(|new| list.chunks.iter().any(|old| Arc::ptr_eq(old, new))).count();
        assert!(same > 0, "what does not change is kept");
        for tree in ["p0/", "p1/1/", "p2/2/"] {
            assert!(list.has_tree(tree), "{tree}");
            assert_eq!(edited.has_tree(tree), wanted.iter().any(|path| path.starts_with(tree)), "{tree}");
        }
        assert!(!list.has_tree("p3/"));
    }

    proptest! {
        #[test]
        fn editing_is_the_same_as_listing_anew(
            before in prop::collection::btree_set("[ab]{1,2}(/[ab]{1,2}){0,3}", 0..30),
            removed in prop::collection::hash_set("[ab]{1,2}(/[ab]{1,2}){0,3}", 0..9),
            trees in prop::collection::hash_set("[ab]{1,2}/([ab]{1,2}/){0,2}", 0..4),
            added in prop::collection::vec("[ab]{1,2}(/[ab]{1,2}){0,3}", 0..9),
        ) {
            let mut wanted = before.clone();
            wanted.retain(|path| !removed.contains(path) && !trees.iter().any(|tree| path.starts_with(tree)));
            wanted.extend(added.iter().cloned());
            let list = PathList::whole(before.iter().map(String::as_str));
            for tree in &trees {
                prop_assert_eq!(list.has_tree(tree), before.iter().any(|path| path.starts_with(tree)), "{}", tree);
            }
            let edited = list.edited(&Edits { removed, removed_trees: trees, added });
            prop_assert_eq!(edited.len(), wanted.len());
            prop_assert_eq!(paths(&edited), paths(&PathList::whole(wanted.iter().map(String::as_str))));
            for path in &wanted {
                prop_assert!(edited.position(path).is_some());
            }
        }
    }
}

//! Folders of Markdown files, a project's before the user's: what they hold, found and read.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use atelier_workspace::{EntryKind, Folder, RelativePath};

use crate::{
    Scope, UserFolders,
    ground::{Ground, from_home},
    text,
};

/// How many files of one shelf are read, how large they may be, and how deep they may lie.
const MAX_FILES: usize = 200;
const MAX_FILE: usize = 64 << 10;
const MAX_DEPTH: usize = 4;

/// What the folders of one kind are called.
pub(crate) struct Places {
    /// In a project, the one that counts most first.
    pub(crate) project: &'static [&'static str],
    /// In Atelier's config folder.
    pub(crate) config: &'static str,
    /// In the home folder.
    pub(crate) home: &'static [&'static str],
}

/// One such folder.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    pub(crate) folder: Arc<Folder>,
    pub(crate) base: RelativePath,
    pub(crate) scope: Scope,
    /// What a person calls it.
    pub(crate) shown: String,
}

/// A file on a shelf.
pub(crate) struct ShelfFile {
    pub(crate) path: RelativePath,
    /// Its path on the shelf.
    pub(crate) name: PathBuf,
    /// Its text, or why it has none.
    pub(crate) text: Result<String, String>,
}

impl Shelf {
    /// The shelves there are, the one that counts most first.
    pub(crate) fn all(places: &Places, project: Option<&Path>, user: &UserFolders) -> Vec<Self> {
        let home = user.home.as_deref();
        let ground = project.and_then(|project| Ground::open(project, home).ok());
        let mut shelves = ground.map(|ground| Self::of_project(places, ground, home)).unwrap_or_default();
        let in_config = user.config.iter().map(|config| config.join(places.config));
        let in_home = home.iter().flat_map(|home| places.home.iter().map(|name| home.join(name)));
        for path in in_config.chain(in_home) {
            // A link to elsewhere is the user's own.
            if let Ok(folder) = Folder::open(&path) {
                let (folder, base, scope) = (Arc::new(folder), RelativePath::root(), Scope::User);
                shelves.push(Self { folder, base, scope, shown: from_home(&path, home) });
            }
        }
        shelves
    }

    fn of_project(places: &Places, ground: Ground, home: Option<&Path>) -> Vec<Self> {
        let found: Vec<_> = ground
            .folders()
            .flat_map(|folder| {
                places.project.iter().filter_map(move |name| folder.as_path().join(name).to_str().map(str::to_owned))
            })
            .filter_map(|named| {
                let base = ground.top.locate(&named).ok()?;
                let is_folder = ground.top.look(&base).ok()??.kind == EntryKind::Folder;
                let shown = RelativePath::new(Path::new(&named)).map(|path| ground.shown(&path, home))?;
                is_folder.then_some((base, shown))
            })
            .collect();
        let folder = Arc::new(ground.top);
        let shelf = |(base, shown)| Self { folder: Arc::clone(&folder), base, scope: Scope::Project, shown };
        found.into_iter().map(shelf).collect()
    }

    /// The Markdown files (`README.md` apart) on it and in its folders, by path.
    pub(crate) fn files(&self) -> Vec<ShelfFile> {
        let mut found = Vec::new();
        self.collect(&self.base, &PathBuf::new(), 0, &is_markdown, &mut found);
        found
    }

    /// The files of this name in the folders directly on it.
    pub(crate) fn files_named(&self, name: &str) -> Vec<ShelfFile> {
        let mut found = Vec::new();
        self.collect(&self.base, &PathBuf::new(), MAX_DEPTH - 1, &|other| other == name, &mut found);
        found.retain(|file| file.name.components().count() == 2);
        found
    }

    fn collect(
        &self,
        folder: &RelativePath,
        inside: &Path,
        depth: usize,
        wanted: &dyn Fn(&str) -> bool,
        found: &mut Vec<ShelfFile>,
    ) {
        // More than this, or nothing that may be read: then there is nothing on it.
        let Ok(entries) = self.folder.list(folder, 10 * MAX_FILES) else { return };
        for entry in entries {
            let Some(name) = entry.name.to_str().filter(|name| !name.starts_with('.')) else { continue };
            if found.len() == MAX_FILES {
                return;
            }
            // A link counts as what it leads to, if that is inside.
            let named = self.folder.path().join(folder.as_path()).join(name);
            let Some(path) = named.to_str().and_then(|named| self.folder.locate(named).ok()) else { continue };
            let inside = inside.join(name);
            match self.folder.look(&path) {
                Ok(Some(entry)) if entry.kind == EntryKind::Folder && depth < MAX_DEPTH => {
                    self.collect(&path, &inside, depth + 1, wanted, found);
                }
                Ok(Some(entry)) if entry.kind == EntryKind::File && wanted(name) => {
                    let text = self.read(&path);
                    found.push(ShelfFile { path, name: inside, text });
                }
                _ => {}
            }
        }
    }

    /// Reads a file on the shelf, whole.
    pub(crate) fn read(&self, path: &RelativePath) -> Result<String, String> {
        let text = text::read(&self.folder, path, MAX_FILE).map_err(|error| error.to_string())?;
        if text.cut {
            return Err(format!("It has {} bytes, more than {} KiB; make it shorter.", text.size, MAX_FILE >> 10));
        }
        Ok(text.content)
    }

    /// What a person calls a file on it.
    pub(crate) fn shown(&self, name: &Path) -> String {
        Path::new(&self.shown).join(name).display().to_string()
    }
}

fn is_markdown(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "md") && !name.eq_ignore_ascii_case("README.md")
}

//! The standing instructions for a project: which files hold them, and their text for the model.
//!
//! Read are, in this order: the user's own (`AGENTS.md` in Atelier's config folder, `~/.claude/CLAUDE.md`), then those of
//! the repository's folder and of each folder on the way down to the project: `AGENTS.md`, `CLAUDE.md`,
//! `.claude/CLAUDE.md`, `CLAUDE.local.md`. So the nearest comes last. A project in no repository has only its own folder.
//!
//! Each file is given once, whatever links and imports lead to it, and so is each content. `@path` in a file has that file
//! follow it, relative to where it is named: a project's file from the repository alone, a user's from the folder it is
//! in. The same files give the same text, so that vendors keep it in their prompt caches.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use atelier_workspace::{AccessError, Folder, RelativePath, Stamp};

use crate::{
    Scope, UserFolders,
    ground::{Ground, from_home},
    imports::{imports, is_surely_a_path},
    text::{self, Text},
};

/// What is taken of one file, in bytes, and of all together.
const MAX_FILE: usize = 64 << 10;
const MAX_ALL: usize = 128 << 10;

/// How many files are looked for, and how far an import leads to the next.
const MAX_FILES: usize = 100;
const MAX_DEPTH: usize = 5;

/// What a folder may hold instructions in.
const NAMES: [&str; 4] = ["AGENTS.md", "CLAUDE.md", ".claude/CLAUDE.md", "CLAUDE.local.md"];

/// The instructions for a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instructions {
    /// For the model; empty where there are none.
    pub text: String,
    /// Where they come from, in the order in which they stand, and what could not be taken.
    pub sources: Vec<InstructionSource>,
}

/// A file that holds instructions, or was to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructionSource {
    /// The file as a person would name it: from the project on, else from `~` or `/`.
    pub name: String,
    /// Whose it is.
    pub scope: Scope,
    /// The file that named it, if one did.
    pub imported_by: Option<String>,
    /// How many bytes of it the model is given; 0 for none.
    pub bytes: usize,
    /// Why not all of it is given, in a sentence; none where all is.
    pub problem: Option<String>,
}

impl Instructions {
    /// Reads the instructions for a project. What can't be read is told in the sources and stops nothing.
    pub fn read(project: &Path, user: &UserFolders) -> Self {
        let mut reading = Reading { room: MAX_ALL, ..Reading::default() };
        let users = reading.users(user);
        let mut parts = match Ground::open(project, user.home.as_deref()) {
            Ok(ground) => reading.projects(&ground, user.home.as_deref()),
            Err(_) => Vec::new(),
        };
        parts.push(users);
        let found: Vec<_> = parts.into_iter().rev().flatten().collect();
        Self { text: text_of(&found), sources: found.into_iter().map(|found| found.source).collect() }
    }
}

fn text_of(found: &[Found]) -> String {
    let mut all = String::new();
    for Found { source, text } in found.iter().filter(|found| !found.text.is_empty()) {
        let name: String = source.name.chars().map(|c| if c.is_control() || c == '"' { '_' } else { c }).collect();
        // Writing to a string does not fail.
        let _ = write!(all, "<instructions file=\"{name}\">\n{}\n</instructions>\n", text.trim_end());
    }
    all
}

/// A file that was found.
struct Found {
    source: InstructionSource,
    text: String,
}

/// Where a file is looked for.
#[derive(Clone, Copy)]
struct Place<'a> {
    folder: &'a Folder,
    scope: Scope,
    shown: &'a dyn Fn(&RelativePath) -> String,
}

/// Who named a file.
#[derive(Clone, Copy)]
struct Import<'a> {
    by: &'a str,
    /// How many imports lead to it.
    depth: usize,
    /// Surely a file is meant.
    surely: bool,
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    /// How many files were looked for.
    looked: usize,
    paths: HashSet<PathBuf>,
    contents: HashSet<Stamp>,
    /// How many bytes may still be taken.
    room: usize,
}

impl Reading {
    /// The user may keep these files elsewhere and have links to them.
    fn users(&mut self, user: &UserFolders) -> Vec<Found> {
        let own = user.config.as_ref().map(|config| config.join("AGENTS.md"));
        let claude = user.home.as_ref().map(|home| home.join(".claude/CLAUDE.md"));
        let mut found = Vec::new();
        for file in [own, claude].into_iter().flatten() {
            let Ok(file) = file.canonicalize() else { continue };
            let (Some(parent), Some(name)) = (file.parent(), file.file_name().and_then(OsStr::to_str)) else {
                continue;
            };
            let Ok(folder) = Folder::open(parent) else { continue };
            let shown = |path: &RelativePath| from_home(&folder.path().join(path.as_path()), user.home.as_deref());
            self.take(Place { folder: &folder, scope: Scope::User, shown: &shown }, name, None, &mut found);
        }
        found
    }

    /// What each folder holds, the nearest folder first: that matters most where there is not room for all.
    fn projects(&mut self, ground: &Ground, home: Option<&Path>) -> Vec<Vec<Found>> {
        let shown = |path: &RelativePath| ground.shown(path, home);
        let place = Place { folder: &ground.top, scope: Scope::Project, shown: &shown };
        let in_folder = |folder: RelativePath| {
            let mut found = Vec::new();
            for name in NAMES {
                let Some(path) = RelativePath::new(&folder.as_path().join(name)) else { continue };
                if let (Ok(Some(_)), Some(named)) = (ground.top.look(&path), path.as_path().to_str()) {
                    self.take(place, named, None, &mut found);
                }
            }
            found
        };
        ground.folders().map(in_folder).collect()
    }

    /// Takes a file, and after it those that it names.
    fn take(&mut self, place: Place<'_>, named: &str, import: Option<Import<'_>>, found: &mut Vec<Found>) {
        let mut source = InstructionSource {
            name: named.to_owned(),
            scope: place.scope,
            imported_by: import.map(|import| import.by.to_owned()),
            bytes: 0,
            problem: None,
        };
        let (path, text) = match self.read(place, named, import) {
            Ok(Some(read)) => read,
            Ok(None) => return,
            Err(problem) => {
                source.problem = Some(problem);
                return found.push(Found { source, text: String::new() });
            }
        };
        self.room -= text.content.len().min(self.room);
        source.name = (place.shown)(&path);
        source.bytes = text.content.len();
        source.problem = text.cut.then(|| cut_note(&text));
        let note = source.problem.iter().map(|problem| format!("\n[{problem}]\n"));
        let shown = [text.content.clone()].into_iter().chain(note).collect();
        let by = source.name.clone();
        found.push(Found { source, text: shown });

        let folder = path.parent().unwrap_or_else(RelativePath::root);
        let depth = import.map_or(1, |import| import.depth + 1);
        for path in imports(&text.content) {
            let import = Import { by: &by, depth, surely: is_surely_a_path(&path) };
            self.take(place, &named_from(&folder, &path), Some(import), found);
        }
    }

    /// Reads a file; none where it was taken already, or where a word with an `@` before it names no file. The error says
    /// why it can't be taken.
    fn read(
        &mut self,
        place: Place<'_>,
        named: &str,
        import: Option<Import<'_>>,
    ) -> Result<Option<(RelativePath, Text)>, String> {
        self.looked += 1;
        if self.looked > MAX_FILES || import.is_some_and(|import| import.depth > MAX_DEPTH) {
            // Said once is enough.
            return if self.looked > MAX_FILES + 1 { Ok(None) } else { Err(too_many()) };
        }
        let path = place.folder.locate(named).map_err(|error| refusal(place.scope, &error))?;
        if !self.paths.insert(place.folder.path().join(path.as_path())) {
            return Ok(None);
        }
        let text = match text::read(place.folder, &path, MAX_FILE.min(self.room)) {
            Ok(text) => text,
            Err(AccessError::NotFound { .. } | AccessError::IsFolder { .. })
                if import.is_some_and(|import| !import.surely) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(refusal(place.scope, &error)),
        };
        if text.content.contains('\0') {
            return Err("It is no text; write the instructions as Markdown.".to_owned());
        }
        let new = self.contents.insert(Stamp::of(text.content.as_bytes()));
        Ok(new.then_some((path, text)))
    }
}

fn refusal(scope: Scope, error: &AccessError) -> String {
    match (scope, error) {
        (Scope::User, AccessError::Outside { path }) => {
            format!("`{path}` is outside the folder of the file that names it; put it there.")
        }
        _ => error.to_string(),
    }
}

fn too_many() -> String {
    format!("Left out: at most {MAX_FILES} files are looked for, over at most {MAX_DEPTH} imports; name fewer.")
}

fn cut_note(text: &Text) -> String {
    format!("Cut: of {} bytes only the first {} are taken; make the file shorter.", text.size, text.content.len())
}

/// What a file in this folder means by a path.
fn named_from(folder: &RelativePath, path: &str) -> String {
    if path.starts_with(['/', '~']) || folder.is_root() { path.to_owned() } else { format!("{folder}/{path}") }
}

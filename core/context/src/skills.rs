//! Skills: folders with a `SKILL.md`, of which a model is told name and description, and which it reads when it needs one.

use std::path::Path;

use atelier_workspace::{AccessError, EntryKind, RelativePath};

use crate::{
    Scope, UserFolders,
    commands::first_line,
    front_matter::FrontMatter,
    shelf::{Places, Shelf, ShelfFile},
};

const PLACES: Places =
    Places { project: &[".atelier/skills", ".claude/skills"], config: "skills", home: &[".claude/skills"] };

/// How many files of a skill are named.
const MAX_FILES: usize = 100;

/// A skill.
#[derive(Debug, Clone)]
pub struct Skill {
    /// Its name.
    pub name: String,
    /// When it is of use, on one line.
    pub description: String,
    /// The file, as a person would name it.
    pub source: String,
    /// Whose it is.
    pub scope: Scope,
    /// What is wrong with it, in a sentence. It may work nevertheless.
    pub problem: Option<String>,
    shelf: Shelf,
    folder: RelativePath,
}

/// The skills of a project and of the user, by name. Of two with one name the project's counts.
pub fn skills(project: Option<&Path>, user: &UserFolders) -> Vec<Skill> {
    let mut skills: Vec<Skill> = Vec::new();
    for shelf in Shelf::all(&PLACES, project, user) {
        for skill in shelf.files_named("SKILL.md").into_iter().filter_map(|file| Skill::of(&shelf, file)) {
            if !skills.iter().any(|other| other.name == skill.name) {
                skills.push(skill);
            }
        }
    }
    skills.sort_by(|a, b| a.name.cmp(&b.name));
    skills
}

impl Skill {
    fn of(shelf: &Shelf, file: ShelfFile) -> Option<Self> {
        let (front_matter, unreadable) = match file.text {
            Ok(text) => (FrontMatter::of(&text), None),
            Err(problem) => (FrontMatter::default(), Some(problem)),
        };
        let named = front_matter.text("name").filter(|name| !name.contains(char::is_whitespace));
        Some(Self {
            name: named.or_else(|| file.name.parent()?.to_str().map(str::to_owned))?,
            description: front_matter.text("description").unwrap_or_else(|| first_line(&front_matter.body)),
            source: shelf.shown(&file.name),
            scope: shelf.scope,
            problem: unreadable.or(front_matter.problem),
            shelf: shelf.clone(),
            folder: file.path.parent()?,
        })
    }

    /// What it says, and which files are beside it. The error is a sentence.
    pub fn text(&self) -> Result<String, String> {
        let body = FrontMatter::of(&self.read("SKILL.md")?).body;
        let beside: Vec<_> = self
            .shelf
            .folder
            .tree(&self.folder, 10 * MAX_FILES)
            .unwrap_or_default()
            .into_iter()
            .filter(|(_, entry)| entry.kind == EntryKind::File)
            .filter_map(|(path, _)| {
                Some(path.as_path().strip_prefix(self.folder.as_path()).ok()?.display().to_string())
            })
            .filter(|name| name != "SKILL.md")
            .take(MAX_FILES)
            .collect();
        if beside.is_empty() {
            return Ok(body);
        }
        Ok(format!("{body}\n\n[Files of this skill, to be read with `file`: {}]", beside.join(", ")))
    }

    /// Reads a file of the skill. The error is a sentence.
    pub fn read(&self, file: &str) -> Result<String, String> {
        let outside = || format!("`{file}` is outside the skill; name one of its files.");
        let named = self.folder.as_path().join(file);
        let path = self.shelf.folder.locate(named.to_str().unwrap_or_default()).map_err(|error| match error {
            AccessError::Outside { .. } => outside(),
            other => other.to_string(),
        })?;
        if !path.is_within(&self.folder) {
            return Err(outside());
        }
        self.shelf.read(&path)
    }
}

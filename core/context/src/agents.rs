//! Definitions of sub-agents: Markdown files that say what one is for, which tools it has and how it is to work.

use std::path::Path;

use crate::{
    Scope, UserFolders,
    front_matter::FrontMatter,
    shelf::{Places, Shelf, ShelfFile},
};

const PLACES: Places =
    Places { project: &[".atelier/agents", ".claude/agents", ".agents"], config: "agents", home: &[".claude/agents"] };

/// A sub-agent that can be given a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentDefinition {
    /// Its name.
    pub name: String,
    /// When it is of use, on one line; perhaps empty.
    pub description: String,
    /// The tools it may use, under the names that the file has for them; empty for all.
    pub tools: Vec<String>,
    /// The model that is to answer, as the file names it.
    pub model: Option<String>,
    /// How it is to work.
    pub prompt: String,
    /// The file, as a person would name it.
    pub source: String,
    /// Whose it is.
    pub scope: Scope,
    /// What is wrong with it, in a sentence; it can't be given a task then.
    pub problem: Option<String>,
}

/// The sub-agents of a project and of the user, by name. Of two with one name the project's counts.
pub fn agents(project: Option<&Path>, user: &UserFolders) -> Vec<AgentDefinition> {
    let mut agents: Vec<AgentDefinition> = Vec::new();
    for shelf in Shelf::all(&PLACES, project, user) {
        for agent in shelf.files().into_iter().map(|file| of_file(&shelf, file)) {
            if !agents.iter().any(|other| other.name == agent.name) {
                agents.push(agent);
            }
        }
    }
    agents.sort_by(|a, b| a.name.cmp(&b.name));
    agents
}

fn of_file(shelf: &Shelf, file: ShelfFile) -> AgentDefinition {
    let (front_matter, unreadable) = match file.text {
        Ok(text) => (FrontMatter::of(&text), None),
        Err(problem) => (FrontMatter::default(), Some(problem)),
    };
    let name = front_matter.text("name");
    let unnamed = || name.is_none().then(|| "Missing 'name' field".to_owned());
    let stem = || file.name.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    AgentDefinition {
        description: front_matter.text("description").unwrap_or_default(),
        tools: front_matter.list("tools"),
        model: front_matter.text("model"),
        source: shelf.shown(&file.name),
        scope: shelf.scope,
        problem: unreadable.or_else(|| front_matter.problem.clone()).or_else(unnamed),
        name: name.clone().unwrap_or_else(stem),
        prompt: front_matter.body,
    }
}

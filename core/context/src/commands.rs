//! Slash commands: prompts that users and projects keep in Markdown files.

use std::path::{Component, Path};

use crate::{
    Scope, UserFolders,
    arguments::fill_in,
    front_matter::FrontMatter,
    shelf::{Places, Shelf, ShelfFile},
    skills::Skill,
};

const PLACES: Places = Places {
    project: &[".atelier/commands", ".claude/commands", ".opencode/command"],
    config: "commands",
    home: &[".claude/commands", ".config/opencode/command"],
};

/// A command, or a skill, which is one too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandInfo {
    /// What is typed behind the slash: the file's name, after those of its folders with `:` between (`git:commit`).
    pub name: String,
    /// What it is for, on one line; perhaps empty.
    pub description: String,
    /// What it takes, for the eye: `[file]`.
    pub argument_hint: Option<String>,
    /// The model that is to answer, as the file names it.
    pub model: Option<String>,
    /// The file, as a person would name it.
    pub source: String,
    /// Whose it is.
    pub scope: Scope,
    /// Whether it is a skill.
    pub is_skill: bool,
    /// The calls that its file wants to be made without a question while it is followed, as rules.
    pub allowed_tools: Vec<String>,
    /// What is wrong with it, in a sentence. It may work nevertheless.
    pub problem: Option<String>,
    body: Option<String>,
}

/// What a command comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpandedCommand {
    /// What the model is sent: the line as it was typed, and beneath it what the command says.
    pub prompt: String,
    /// The model that is to answer, as the file names it.
    pub model: Option<String>,
    /// The file that it comes from, as a person would name it.
    pub source: String,
    /// The shell commands that the file wants run beforehand. None is: the model may run them, with the approval that needs.
    pub not_run: Vec<String>,
    /// The calls that need no question in the turn that follows it, as rules: only a file of the user's own allows any.
    pub allowed: Vec<String>,
    /// What the file wants allowed and is not: it is not the user's own, or no rule.
    pub not_allowed: Vec<String>,
}

/// The commands of a project and of the user, by name. Of two with one name, the project's counts, then Atelier's own, then
/// the command before the skill.
pub fn commands(project: Option<&Path>, user: &UserFolders) -> Vec<CommandInfo> {
    let mut commands: Vec<CommandInfo> = Vec::new();
    let shelves = Shelf::all(&PLACES, project, user);
    let files = shelves.iter().flat_map(|shelf| shelf.files().into_iter().filter_map(|file| of_file(shelf, file)));
    let skills = crate::skills(project, user).into_iter().map(of_skill);
    for command in files.chain(skills) {
        if !commands.iter().any(|other| other.name == command.name) {
            commands.push(command);
        }
    }
    commands.sort_by(|a, b| a.name.cmp(&b.name));
    commands
}

/// What a line that begins with `/` comes to; none where it names no command (it may be a path). The error is a sentence:
/// the command is there, but can't be used.
pub fn expand_command(
    project: Option<&Path>,
    user: &UserFolders,
    line: &str,
) -> Result<Option<ExpandedCommand>, String> {
    let Some((name, arguments)) = split(line) else { return Ok(None) };
    let Some(command) = commands(project, user).into_iter().find(|command| command.name == name) else {
        return Ok(None);
    };
    let Some(body) = &command.body else {
        let problem = command.problem.unwrap_or_default();
        return Err(format!("/{name} can't be used ({}): {problem}", command.source));
    };
    let filled = fill_in(body, arguments);
    // Whoever wrote a project's file may want the worst, and nobody need have read it.
    let (allowed, not_allowed) = match command.scope {
        Scope::User => (command.allowed_tools, Vec::new()),
        Scope::Project => (Vec::new(), command.allowed_tools),
    };
    Ok(Some(ExpandedCommand {
        prompt: format!("{}\n\n{}", line.trim(), filled.text.trim()),
        model: command.model,
        source: command.source,
        not_run: filled.commands,
        allowed,
        not_allowed,
    }))
}

/// The name behind the slash, and what follows it.
fn split(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().strip_prefix('/')?;
    let (name, arguments) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (!name.is_empty()).then_some((name, arguments))
}

/// None for a name that can't be typed.
fn of_file(shelf: &Shelf, file: ShelfFile) -> Option<CommandInfo> {
    let name = name_of(&file.name)?;
    let (front_matter, unreadable) = match file.text {
        Ok(text) => (FrontMatter::of(&text), None),
        Err(problem) => (FrontMatter::default(), Some(problem)),
    };
    let empty = || "It is empty; write the prompt into it.".to_owned();
    let body = Some(front_matter.body.clone()).filter(|body| !body.is_empty());
    Some(CommandInfo {
        name,
        description: front_matter.text("description").unwrap_or_else(|| first_line(&front_matter.body)),
        argument_hint: front_matter.text("argument-hint"),
        model: front_matter.text("model"),
        source: shelf.shown(&file.name),
        scope: shelf.scope,
        is_skill: false,
        allowed_tools: front_matter.list("allowed-tools"),
        problem: unreadable.or(front_matter.problem).or_else(|| body.is_none().then(empty)),
        body,
    })
}

fn of_skill(skill: Skill) -> CommandInfo {
    let body = format!("Use the skill `{}`: load it with the tool `skill` and follow it.", skill.name);
    CommandInfo {
        name: skill.name,
        description: skill.description,
        argument_hint: None,
        model: None,
        source: skill.source,
        scope: skill.scope,
        is_skill: true,
        allowed_tools: Vec::new(),
        problem: skill.problem,
        body: Some(body),
    }
}

fn name_of(file: &Path) -> Option<String> {
    let parts = file.with_extension("");
    let parts: Option<Vec<_>> = parts
        .components()
        .map(|part| match part {
            Component::Normal(part) => part.to_str().filter(|part| !part.contains(char::is_whitespace)),
            _ => None,
        })
        .collect();
    parts.map(|parts| parts.join(":"))
}

/// A description for a file that has none.
pub(crate) fn first_line(body: &str) -> String {
    let line = body.lines().map(|line| line.trim_start_matches('#').trim()).find(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(120).collect()
}

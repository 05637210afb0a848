//! What the user and a project have written down for agents.

use std::path::{Path, PathBuf};

use atelier_agent::check_rule;
use atelier_config::{Environment, Folders};
use atelier_context::{CommandInfo, ExpandedCommand, InstructionSource, Instructions, UserFolders};
use atelier_protocol::{Rule, RuleEffect, SessionId};

use crate::{Diagnostic, ErrorKind, OpenOptions, PreparedPrompt, Workbench, WorkbenchError, workbench::blocking};

impl Workbench {
    /// The files whose instructions an agent gets that works in this folder, in the order in which it gets them, and those
    /// that could not be taken, with the reason. They are read anew at the start of each turn.
    pub async fn instruction_sources(&self, project: PathBuf) -> Result<Vec<InstructionSource>, WorkbenchError> {
        let user = self.parts.user.clone();
        self.run(blocking(move || Ok(Instructions::read(&project, &user).sources))).await
    }

    /// The slash commands and skills of a project (of none: the user's alone), by name. Of two with one name the project's
    /// counts. A file with a mistake is among them, with what is wrong with it.
    pub async fn commands(&self, project: Option<PathBuf>) -> Result<Vec<CommandInfo>, WorkbenchError> {
        let user = self.parts.user.clone();
        self.run(blocking(move || Ok(atelier_context::commands(project.as_deref(), &user)))).await
    }

    /// What a prompt comes to that begins with `/` and the name of a command; none where it names none. Nothing that the
    /// command's file holds is run. What it allows holds for a prompt that is [`PreparedPrompt::allowing`] it.
    pub async fn expand_command(
        &self,
        project: Option<PathBuf>,
        prompt: String,
    ) -> Result<Option<ExpandedCommand>, WorkbenchError> {
        let user = self.parts.user.clone();
        let expand = move || {
            let expanded = atelier_context::expand_command(project.as_deref(), &user, &prompt);
            let expanded = expanded.map_err(|problem| WorkbenchError::new(ErrorKind::InvalidRequest, problem))?;
            Ok(expanded.map(with_rules_that_can_be_followed))
        };
        self.run(blocking(expand)).await
    }
}

fn with_rules_that_can_be_followed(mut expanded: ExpandedCommand) -> ExpandedCommand {
    let is_rule = |pattern: &String| check_rule(&Rule { effect: RuleEffect::Allow, pattern: pattern.clone() }).is_ok();
    let (rules, others): (Vec<_>, Vec<_>) = expanded.allowed.into_iter().partition(is_rule);
    expanded.allowed = rules;
    expanded.not_allowed.extend(others);
    expanded
}

impl Workbench {
    /// The prompt with what it mentions in the session's folder.
    pub(crate) async fn with_mentions(
        &self,
        id: SessionId,
        prompt: PreparedPrompt,
    ) -> Result<PreparedPrompt, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move {
            let Some(project) = store.session(id).await?.project else { return Ok(prompt) };
            let expand = move || {
                let text = atelier_context::with_mentions(Path::new(&project), prompt.text());
                Ok(prompt.with_text(text))
            };
            blocking(expand).await
        })
        .await
    }
}

/// What can be said about a folder that agents may work in, whether or not the installation is in order. Nothing where
/// nothing is written down.
pub fn diagnose_project(options: &OpenOptions, project: &Path) -> Vec<Diagnostic> {
    let Ok(folders) = Folders::resolve(&options.environment) else { return Vec::new() };
    let sources = Instructions::read(project, &user_folders(&options.environment, &folders)).sources;
    let names: Vec<_> = sources.iter().filter(|source| source.bytes > 0).map(|source| source.name.as_str()).collect();
    let taken = (!names.is_empty()).then(|| Diagnostic::ok("Instructions", names.join(", ")));
    let problems = sources.iter().filter_map(|source| {
        Some(Diagnostic::note(&format!("Instructions in {}", source.name), source.problem.clone()?))
    });
    taken.into_iter().chain(problems).collect()
}

/// Where this user keeps what is meant for all projects.
pub(crate) fn user_folders(environment: &Environment, folders: &Folders) -> UserFolders {
    UserFolders { home: environment.home().map(Path::to_owned), config: Some(folders.config.clone()) }
}

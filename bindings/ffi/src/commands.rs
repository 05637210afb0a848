//! Slash commands: what users and projects have written down to be asked for by name.

use atelier_workbench as facade;

use crate::{CoreError, Workbench};

/// A slash command or a skill.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SlashCommand {
    /// What is typed behind the slash.
    pub name: String,
    /// What it is for, on one line; perhaps empty.
    pub description: String,
    /// What it takes, for the eye.
    pub argument_hint: Option<String>,
    /// The file, as a person would name it.
    pub source: String,
    /// What is wrong with it, in a sentence. It may work nevertheless.
    pub problem: Option<String>,
}

/// What a command comes to.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExpandedCommand {
    /// What the model is to be sent.
    pub prompt: String,
    /// The model that is to answer, as the file names it.
    pub model: Option<String>,
    /// The file, as a person would name it.
    pub source: String,
    /// The shell commands that the file wants run beforehand. None is.
    pub not_run: Vec<String>,
    /// The rules that it allows for its turn; they hold where the prompt is sent with them, see
    /// [`crate::TurnChoice::allowed`].
    pub allowed: Vec<String>,
    /// What the file wants allowed and is not.
    pub not_allowed: Vec<String>,
}

#[uniffi::export]
impl Workbench {
    /// The commands and skills of a project's folder (of none: the user's alone), by name.
    pub async fn commands(&self, project: Option<String>) -> Result<Vec<SlashCommand>, CoreError> {
        Ok(self.facade.commands(project.map(Into::into)).await?.into_iter().map(Into::into).collect())
    }

    /// What a prompt comes to that begins with `/` and the name of a command; none where it names none.
    pub async fn expand_command(
        &self,
        project: Option<String>,
        prompt: String,
    ) -> Result<Option<ExpandedCommand>, CoreError> {
        Ok(self.facade.expand_command(project.map(Into::into), prompt).await?.map(Into::into))
    }
}

impl From<facade::ExpandedCommand> for ExpandedCommand {
    fn from(expanded: facade::ExpandedCommand) -> Self {
        let facade::ExpandedCommand { prompt, model, source, not_run, allowed, not_allowed } = expanded;
        Self { prompt, model, source, not_run, allowed, not_allowed }
    }
}

impl From<facade::CommandInfo> for SlashCommand {
    fn from(command: facade::CommandInfo) -> Self {
        Self {
            name: command.name,
            description: command.description,
            argument_hint: command.argument_hint,
            source: command.source,
            problem: command.problem,
        }
    }
}

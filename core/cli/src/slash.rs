//! Prompts that begin with `/`: what the command behind it comes to, and the list of them.

use std::path::{Path, PathBuf};

use atelier_workbench::{CommandInfo, Scope, TurnChoice, Workbench};

use crate::{chat::ChatCommand, failure::Failure, printable::printable_line};

/// What lists the commands.
pub(crate) const HELP: &str = "/help";

/// What is said where there are none.
pub(crate) const NO_COMMANDS: &str =
    "No commands are written down here. Put prompts as Markdown files into .atelier/commands or .claude/commands.\n";

/// What other agents' files call models by.
const FAMILIES: [&str; 5] = ["haiku", "sonnet", "opus", "inherit", "default"];

/// A prompt as it is sent.
pub(crate) struct Expanded {
    pub(crate) text: String,
    /// The model that the command wants.
    pub(crate) model: Option<String>,
    /// The calls that need no question in its turn, as rules.
    pub(crate) allowed: Vec<String>,
    /// What the user should know about it, a line each.
    pub(crate) notes: Vec<String>,
}

/// What a prompt comes to. One that names no command stays as it is, unless a command must have been meant.
pub(crate) async fn expand(workbench: &Workbench, project: Option<&str>, prompt: &str) -> Result<Expanded, Failure> {
    let command = workbench.expand_command(project.map(PathBuf::from), prompt.to_owned()).await?;
    let Some(command) = command else {
        return match meant_as_command(prompt) {
            Some(name) => Err(Failure::NoSuchCommand { name: name.to_owned() }),
            None => Ok(Expanded { text: prompt.to_owned(), model: None, allowed: Vec::new(), notes: Vec::new() }),
        };
    };
    let mut notes = vec![format!("From {}", command.source)];
    notes.extend(command.model.iter().map(|model| format!("It asks for the model {model}")));
    notes.extend(command.not_run.iter().map(|shell| {
        format!(
            "It wants `{shell}` run beforehand. Nothing was run; the agent may run it, with the permission that needs"
        )
    }));
    if !command.allowed.is_empty() {
        notes.push(format!("It allows for this prompt: {}", command.allowed.join(", ")));
    }
    if !command.not_allowed.is_empty() {
        let not_allowed = command.not_allowed.join(", ");
        notes.push(format!("It wants these allowed, which only rules in a command of your own do: {not_allowed}"));
    }
    Ok(Expanded { text: command.prompt, model: command.model, allowed: command.allowed, notes })
}

/// Who answers: a command's wish counts where the user has none. A family's name means nothing to other vendors, so it is
/// no wish.
pub(crate) fn choice(choice: &TurnChoice, wished: Option<String>) -> TurnChoice {
    let wished = wished.filter(|model| !FAMILIES.contains(&model.as_str()));
    TurnChoice { model: choice.model.clone().or(wished), ..choice.clone() }
}

/// What can be typed behind a slash, without it.
pub(crate) async fn names(workbench: &Workbench, project: Option<&str>) -> Result<Vec<String>, Failure> {
    let commands = workbench.commands(project.map(PathBuf::from)).await?;
    let own = ChatCommand::ALL.map(|(name, ..)| name);
    let built_in = [HELP].into_iter().chain(own).map(|name| name.trim_start_matches('/').to_owned());
    Ok(built_in.chain(commands.into_iter().map(|command| command.name)).collect())
}

/// What `/help` says. A built-in command comes before a file of the same name.
pub(crate) async fn help(workbench: &Workbench, project: Option<&str>) -> Result<String, Failure> {
    let commands = workbench.commands(project.map(PathBuf::from)).await?;
    let mut text = format!("{HELP}  lists what can be typed behind a slash\n");
    text.extend(ChatCommand::ALL.map(|(name, takes, does)| format!("{name}{takes}  {does}\n")));
    for command in &commands {
        text.push_str(&line_of(command));
    }
    if commands.is_empty() {
        text.push_str(NO_COMMANDS);
    }
    Ok(text)
}

/// The name of the command that someone meant who typed this. Paths begin with `/` too.
fn meant_as_command(prompt: &str) -> Option<&str> {
    let name = prompt.trim().strip_prefix('/')?.split_whitespace().next()?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'));
    (plain && !Path::new("/").join(name).exists()).then_some(name)
}

/// A command in a line, and beneath it what is wrong with it.
pub(crate) fn line_of(command: &CommandInfo) -> String {
    let hint = command.argument_hint.as_ref().map(|hint| format!(" {hint}")).unwrap_or_default();
    let kind = if command.is_skill { "skill, " } else { "" };
    let whose = match command.scope {
        Scope::Project => "project",
        Scope::User => "yours",
    };
    let space = if command.description.is_empty() { "" } else { "  " };
    let line = format!("/{}{hint}{space}{}  ({kind}{whose}: {})", command.name, command.description, command.source);
    let allows = match command.scope {
        Scope::User => "allows",
        Scope::Project => "may not allow, as a project's file",
    };
    let tools = command.allowed_tools.join(", ");
    let allows = (!tools.is_empty()).then(|| format!("  {}\n", printable_line(&format!("{allows}: {tools}"))));
    let problem = command.problem.iter().map(|problem| format!("  {}\n", printable_line(problem)));
    [printable_line(&line) + "\n"].into_iter().chain(allows).chain(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_told_from_a_path_and_from_prose() {
        assert_eq!(meant_as_command("/revew 12"), Some("revew"));
        assert_eq!(meant_as_command(" /git:comit"), Some("git:comit"));
        for prose in ["/", "/tmp is full", "/etc/hosts", "what is /review", "/why? because", ""] {
            assert_eq!(meant_as_command(prose), None, "{prose}");
        }
    }
}

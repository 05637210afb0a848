//! `atelier commands`: what can be typed behind a slash in a folder.

use atelier_protocol::Json;
use serde_json::json;

use crate::{
    arguments::{CommandListArguments, CommandsCommand},
    failure::Failure,
    opened::with_workbench,
    output::{self, push_json_line},
    slash, work,
};

pub(crate) fn execute(command: &CommandsCommand) -> Result<(), Failure> {
    match command {
        CommandsCommand::List(arguments) => list(arguments),
    }
}

fn list(arguments: &CommandListArguments) -> Result<(), Failure> {
    with_workbench(|workbench| {
        let project = arguments.project.clone().or_else(work::current_folder);
        let commands = workbench.block_on(workbench.commands(project))?;
        let mut out = String::new();
        for command in &commands {
            if arguments.json {
                push_json_line(&mut out, &as_json(command))?;
            } else {
                out.push_str(&slash::line_of(command));
            }
        }
        if commands.is_empty() && !arguments.json {
            out.push_str(slash::NO_COMMANDS);
        }
        output::write(&out)
    })
}

fn as_json(command: &atelier_workbench::CommandInfo) -> Json {
    json!({
        "name": command.name,
        "description": command.description,
        "argument_hint": command.argument_hint,
        "model": command.model,
        "source": command.source,
        "scope": if command.scope == atelier_workbench::Scope::User { "user" } else { "project" },
        "skill": command.is_skill,
        "allowed_tools": command.allowed_tools,
        "problem": command.problem,
    })
}

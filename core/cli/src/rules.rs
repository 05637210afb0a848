//! `atelier rules`: what agents may do without asking, must ask about, or must never do.

use std::{env, path::PathBuf};

use atelier_protocol::{Rule, RuleEffect};
use atelier_workbench::{ListedRule, RuleOrigin, Workbench};
use clap::{Args, Subcommand};

use crate::{failure::Failure, opened::with_workbench, output, printable::printable_line};

/// Explains rules, wherever they can be given.
pub(crate) const RULES_HELP: &str = "\
A rule names a tool, and perhaps what it may be used for:
  Bash(git commit:*)     commands that begin with these words; each part of a longer command line needs a rule
  Bash(make test)        just this command
  Edit(src/**)           writing files there; a name without a slash means files of that name anywhere
  Read(secret/**)        looking at files there
  WebFetch(domain:docs.rs)
  mcp__SERVER            all tools of an MCP server; mcp__SERVER__TOOL one of them
  write_file             a tool by Atelier's own name
Deny counts before ask, and ask before allow. What a command does can only be guessed from its words: a rule that denies
one is no wall.

Rules are kept in your own settings, for one folder or for all. What a folder's own files deny (.atelier/settings.json,
.claude/settings.json) holds as well; what they allow does not.";

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules that hold in a folder
    List(ListRulesArguments),
    /// Add a rule, as in: atelier rules add allow "Bash(git commit:*)"
    #[command(after_help = RULES_HELP)]
    Add(RuleArguments),
    /// Remove a rule
    Remove(RuleArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ListRulesArguments {
    #[command(flatten)]
    place: Place,
    /// Print every entry as one line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RuleArguments {
    /// What it says: allow, ask or deny
    #[arg(value_name = "EFFECT", value_parser = effect_named)]
    effect: RuleEffect,
    /// The rule
    #[arg(value_name = "RULE")]
    pattern: String,
    #[command(flatten)]
    place: Place,
}

/// Where a rule holds.
#[derive(Debug, Args)]
struct Place {
    /// In this folder, instead of the one you are in
    #[arg(long, value_name = "FOLDER", conflicts_with = "global")]
    project: Option<PathBuf>,
    /// In all folders
    #[arg(long, short = 'g')]
    global: bool,
}

impl Place {
    fn folder(&self) -> Option<PathBuf> {
        if self.global { None } else { self.project.clone().or_else(|| env::current_dir().ok()) }
    }
}

fn effect_named(name: &str) -> Result<RuleEffect, String> {
    name.parse().map_err(|_| "it is one of allow, ask and deny".to_owned())
}

pub(crate) fn execute(command: &RulesCommand) -> Result<(), Failure> {
    with_workbench(|workbench| match command {
        RulesCommand::List(arguments) => workbench.block_on(list(workbench, arguments)),
        RulesCommand::Add(arguments) => workbench.block_on(add(workbench, arguments)),
        RulesCommand::Remove(arguments) => workbench.block_on(remove(workbench, arguments)),
    })
}

async fn list(workbench: &Workbench, arguments: &ListRulesArguments) -> Result<(), Failure> {
    let rules = workbench.rules(arguments.place.folder()).await?;
    let mut out = String::new();
    for rule in &rules {
        if arguments.json {
            output::push_json_line(&mut out, rule)?;
        } else {
            out.push_str(&line(rule));
        }
    }
    if rules.is_empty() && !arguments.json {
        out.push_str("There are no rules; `atelier rules add --help` says what they can be.\n");
    }
    output::write(&out)
}

async fn add(workbench: &Workbench, arguments: &RuleArguments) -> Result<(), Failure> {
    workbench.add_rule(arguments.place.folder(), arguments.rule()).await?;
    Ok(())
}

async fn remove(workbench: &Workbench, arguments: &RuleArguments) -> Result<(), Failure> {
    if workbench.remove_rule(arguments.place.folder(), arguments.rule()).await? {
        return Ok(());
    }
    Err(Failure::NoSuchRule)
}

impl RuleArguments {
    fn rule(&self) -> Rule {
        Rule { effect: self.effect, pattern: self.pattern.trim().to_owned() }
    }
}

fn line(listed: &ListedRule) -> String {
    let place = match listed.source {
        RuleOrigin::Global => "everywhere",
        RuleOrigin::Project => "here",
        RuleOrigin::ProjectFile => "from the folder's own files",
        RuleOrigin::Process => "now",
    };
    let problem = listed.problem.as_ref().map(|problem| format!(" — {problem}")).unwrap_or_default();
    format!("{}  ({place}){problem}\n", printable_line(&listed.rule.to_string()))
}

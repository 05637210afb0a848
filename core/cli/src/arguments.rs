//! What can be typed after `atelier`, and the help that explains it.

use std::{path::PathBuf, time::Duration};

use atelier_protocol::{Effort, PermissionMode};
use atelier_workbench::{ProviderChoice, TurnLimits};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::{
    config::ConfigCommand,
    files::FilesCommand,
    keys::KeysCommand,
    mcp::McpCommand,
    rules::{RULES_HELP, RulesCommand},
    sessions::SessionsCommand,
};

/// A workbench for coding agents, in the terminal.
#[derive(Debug, Parser)]
#[command(name = "atelier", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Start with `atelier chat`. Without an API key a built-in demo answers, offline; `atelier doctor` says how to set up a
real model. Every conversation is kept: `atelier sessions list` shows them.";

const RUN_HELP: &str = "\
Nobody is asked anything: what would need your permission is refused, and the model is told so. --permission-mode
acceptEdits lets it change files.

Exit code: 0 when the answer is complete, 1 when something failed, 130 when you stopped it.

With --json the first line is {\"type\":\"session\",\"id\":\"ID\"}; every other line is an event, with its number in \"seq\".
`atelier run --session ID` asks on.

On a terminal, control characters in the answer are shown as symbols (␛). Into a pipe or a file the answer goes exactly
as the model wrote it.";

const CHAT_HELP: &str = "\
/help lists the commands that you and the project have written down (Markdown files in .atelier/commands, .claude/commands
and the like). Tab completes them, and files of the project behind @ by a few letters of their path.

Keys: Enter sends; Alt-Enter or Ctrl-J starts a new line; a pasted text stays one prompt. Ctrl-C stops the answer, or
clears the line. Ctrl-D leaves. Up and Down recall earlier prompts.

What you type while the agent works is queued: it gets that with its next step, or as the next prompt. After Ctrl-C it
waits for your next prompt and goes along with it. /compact has the model summarise the conversation, to make room.

/undo puts back the files that the agent changed for your last prompt, /rewind takes your last prompt back with all that
came of it (/rewind 3: the last three), /fork goes on in a copy, /rename TITLE gives the session a title.

Before the agent changes something it asks: answer yes, always (this tool, in this session) or no, or type what it
should do instead.

When standard input is not a terminal, each of its lines is a prompt, and the first that fails ends the chat. Nobody is
asked then: what would need your permission is refused.";

const CONFIG_HELP: &str = "\
A list is a JSON array: atelier config set pinnedDirectories '[\"/a\", \"/b\"]'. An empty value takes provider, model and
base URLs back to their defaults. The file is shared with OpenChamber where that is installed.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Talk with a model
    #[command(after_help = CHAT_HELP)]
    Chat(ChatArguments),
    /// Ask one thing, print the answer and end
    #[command(after_help = RUN_HELP)]
    Run(RunArguments),
    /// List, show, export, undo, copy, rename, archive and delete conversations
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// List the slash commands and skills that can be used in a folder
    #[command(subcommand)]
    Commands(CommandsCommand),
    /// List the models that can be asked
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Save, list, choose, check and remove API keys
    #[command(subcommand)]
    Keys(KeysCommand),
    /// List, add and remove rules: what agents may do without asking, must ask about, or must never do
    #[command(subcommand, after_help = RULES_HELP)]
    Rules(RulesCommand),
    /// List, try, add, remove and allow MCP servers
    #[command(subcommand)]
    Mcp(McpCommand),
    /// Find files by name, and lines by what they hold
    #[command(subcommand)]
    Files(FilesCommand),
    /// Read and change settings
    #[command(subcommand, after_help = CONFIG_HELP)]
    Config(ConfigCommand),
    /// Say what is set up, where files are, what is missing and how to fix it
    Doctor(DoctorArguments),
    /// Print a script that completes atelier's commands in your shell
    #[command(after_help = "For bash, add this to ~/.bashrc:  source <(atelier completions bash)")]
    Completions(CompletionsArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ChatArguments {
    /// Go on with this session: its id, or the beginning of it
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// Go on with the session that was used last
    #[arg(long = "continue", short = 'c', conflicts_with = "session")]
    pub(crate) latest: bool,
    #[command(flatten)]
    pub(crate) work: WorkArguments,
    /// Who answers, instead of the one in the settings: automatic, anthropic, openai, google, compatible or demo
    #[arg(long, value_name = "PROVIDER", value_parser = provider_named)]
    pub(crate) provider: Option<ProviderChoice>,
    /// The model to ask, instead of the one in the settings
    #[arg(long, short = 'm', value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// How hard the model is to think, or the nearest it can: none, minimal, low, medium, high, xhigh or max
    #[arg(long, value_name = "LEVEL", value_parser = effort_named)]
    pub(crate) effort: Option<Effort>,
}

/// How much a turn may take.
#[derive(Debug, Clone, Args)]
pub(crate) struct LimitArguments {
    /// End the turn after this many answers of the model, at the most; otherwise after what the setting
    /// limits.turns says, or 50
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_turns: Option<u32>,
    /// End the turn once its requests and answers have taken this many tokens together
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_tokens_total: Option<u64>,
    /// End the turn after this many seconds, whatever it is at
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: Option<u64>,
}

impl LimitArguments {
    /// What was said on the command line counts before the settings.
    pub(crate) fn over(&self, usual: TurnLimits) -> TurnLimits {
        TurnLimits {
            answers: self.max_turns.unwrap_or(usual.answers),
            tokens: self.max_tokens_total.or(usual.tokens),
            time: self.timeout.map(Duration::from_secs).or(usual.time),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The prompt; - or nothing reads it from standard input
    pub(crate) prompt: Option<String>,
    /// Print the session's id and then every event as one line of JSON, as it comes, instead of the answer
    #[arg(long)]
    pub(crate) json: bool,
    /// When the answer is complete, say on standard error what it took and cost
    #[arg(long, short = 'u')]
    pub(crate) usage: bool,
    /// Ask within this session: its id, or the beginning of it
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
    #[command(flatten)]
    pub(crate) work: WorkArguments,
    /// Who answers, instead of the one in the settings: automatic, anthropic, openai, google, compatible or demo
    #[arg(long, value_name = "PROVIDER", value_parser = provider_named)]
    pub(crate) provider: Option<ProviderChoice>,
    /// The model to ask, instead of the one in the settings
    #[arg(long, short = 'm', value_name = "MODEL")]
    pub(crate) model: Option<String>,
    /// How hard the model is to think, or the nearest it can: none, minimal, low, medium, high, xhigh or max
    #[arg(long, value_name = "LEVEL", value_parser = effort_named)]
    pub(crate) effort: Option<Effort>,
}

/// What the agent may do. It has tools in a session that works in a folder.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkArguments {
    /// Let the agent work in this folder. A new session works in the folder you are in, unless that is your home folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_tools")]
    pub(crate) project: Option<PathBuf>,
    /// Give the agent of a new session no tools
    #[arg(long)]
    pub(crate) no_tools: bool,
    /// How far the agent may go without asking: plan (it only reads), default (it asks before it changes anything),
    /// acceptEdits (it changes files without asking) or bypassPermissions (it asks nothing; to be switched on first with
    /// `atelier config set allowBypassPermissions true`)
    #[arg(long, value_name = "MODE", value_parser = mode_named)]
    pub(crate) permission_mode: Option<PermissionMode>,
    /// Run commands with your own rights, not in the sandbox
    #[arg(long)]
    pub(crate) no_sandbox: bool,
    /// Allow this without asking, now; may be given several times. `atelier rules --help` says what a rule is
    #[arg(long, value_name = "RULE")]
    pub(crate) allow: Vec<String>,
    /// Forbid this, now; may be given several times
    #[arg(long, value_name = "RULE")]
    pub(crate) deny: Vec<String>,
    /// Ask nothing at all, now: the same as --permission-mode bypassPermissions, without the setting. What rules deny
    /// stays forbidden
    #[arg(long, conflicts_with = "permission_mode")]
    pub(crate) dangerously_skip_permissions: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CommandsCommand {
    /// List them with their files: those of the folder, of its repository and your own
    List(CommandListArguments),
}

#[derive(Debug, Args)]
pub(crate) struct CommandListArguments {
    /// Print every entry as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder; without it, the one you are in
    #[arg(long, value_name = "FOLDER")]
    pub(crate) project: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// List the known models with their prices (US dollars for a million tokens in/out); others work by their id
    List(ModelListArguments),
    /// Look for model servers on this machine: Ollama, LM Studio, llama.cpp, vLLM
    Local(ListArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Print every entry as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ModelListArguments {
    /// Print every entry as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// First ask the providers that are set up which models they have now; the answers are kept
    #[arg(long)]
    pub(crate) refresh: bool,
    /// Only the models of this provider: anthropic, openai, google or compatible
    #[arg(long, value_name = "PROVIDER", value_parser = provider_named)]
    pub(crate) provider: Option<ProviderChoice>,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// Print every finding as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// Your shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

fn provider_named(name: &str) -> Result<ProviderChoice, String> {
    let names = || ProviderChoice::ALL.map(ProviderChoice::as_str).join(", ");
    ProviderChoice::from_name(name).ok_or_else(|| format!("it is one of {}", names()))
}

fn effort_named(name: &str) -> Result<Effort, String> {
    let names = || Effort::ALL.map(Effort::as_str).join(", ");
    Effort::from_name(name).ok_or_else(|| format!("it is one of {}", names()))
}

fn mode_named(name: &str) -> Result<PermissionMode, String> {
    let names = || PermissionMode::ALL.map(PermissionMode::as_str).join(", ");
    PermissionMode::from_name(name).ok_or_else(|| format!("it is one of {}", names()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_prompt_that_begins_with_a_hyphen_is_a_prompt_only_after_two_hyphens() {
        assert!(Arguments::try_parse_from(["atelier", "run", "-5 + 3"]).is_err());
        let parsed = Arguments::try_parse_from(["atelier", "run", "--", "-5 + 3"]).unwrap();
        assert!(matches!(parsed.command, Command::Run(run) if run.prompt.as_deref() == Some("-5 + 3")));
    }

    #[test]
    fn a_lone_hyphen_is_taken_as_the_prompt() {
        let parsed = Arguments::try_parse_from(["atelier", "run", "-"]).unwrap();
        assert!(matches!(parsed.command, Command::Run(run) if run.prompt.as_deref() == Some("-")));
    }
}

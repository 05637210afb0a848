//! What can be typed after `atelier`, and the help that explains it.

use std::{path::PathBuf, time::Duration};

use atelier_protocol::{Effort, PermissionMode};
use atelier_workbench::{ProviderChoice, SettingName, TurnLimits};
use clap::{
    Args, Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use clap_complete::Shell;

use crate::files::FilesCommand;
use crate::mcp::McpCommand;
use crate::rules::{RULES_HELP, RulesCommand};

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

const SEARCH_HELP: &str = "\
Every word must occur, in any order, whatever its case and accents: in a prompt, an answer, what a tool was called with
(commands, paths) or a title. \"Words in quotes\" stand together, -word must not occur (write -- first), and begin* stands
for every word that begins so. Example: atelier sessions search -- '\"connection pool\" time* -test'";

const UNDO_HELP: &str = "\
Files are kept before a tool of the agent writes, moves or deletes them, apart from your project and without git. What you
have changed since is left alone and named. What commands change (shell_exec) can't be undone. Kept for 30 days, 512 MiB a
session; a file larger than 64 MiB is not kept, which the agent's call says.";

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
pub(crate) enum SessionsCommand {
    /// List the sessions, the last used first
    List(SessionListArguments),
    /// Find words in all sessions, the newest first
    #[command(after_help = SEARCH_HELP)]
    Search(SearchArguments),
    /// Print a conversation as text
    Show(ShowArguments),
    /// Write a session's whole log, one event as JSON a line, or its conversation as a document
    Export(ExportArguments),
    /// Put back the files that the agent changed for your last prompt; repeated, for the one before
    #[command(after_help = UNDO_HELP)]
    Undo(UndoArguments),
    /// Take your last prompts back with all that came of them, files included
    #[command(after_help = UNDO_HELP)]
    Rewind(RewindArguments),
    /// Copy a session and print the new one's id; both go their own way from there
    Fork(ForkArguments),
    /// Give a session another title
    Rename(RenameArguments),
    /// Put sessions away: they are not listed any more; a prompt takes them out again
    Archive(SessionsArguments),
    /// List archived sessions again
    Unarchive(SessionsArguments),
    /// Delete sessions for good; files of projects stay as they are
    Delete(DeleteArguments),
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

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Save a key; it is asked for, or read from standard input
    Set(SetKeyArguments),
    /// List all keys and where they are, never the keys themselves
    List(ListArguments),
    /// Choose which of a provider's saved keys is in use
    Use(UseKeyArguments),
    /// Ask the providers whether they accept the keys in use
    Check(CheckKeyArguments),
    /// Remove a saved key
    Remove(RemoveKeyArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SetKeyArguments {
    /// Whose key: anthropic, openai, google or compatible
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: String,
    /// Taken so that it can be refused without being repeated.
    #[arg(hide = true)]
    pub(crate) key: Option<String>,
    /// What to call it, where you have several; otherwise it is “default”
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Keep it in the encrypted file and protect that with a passphrase, which is asked for
    #[arg(long)]
    pub(crate) passphrase: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UseKeyArguments {
    /// Whose key: anthropic, openai, google or compatible
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: String,
    /// The key's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct CheckKeyArguments {
    /// Whose key: anthropic, openai, google or compatible; without it, everyone's that has one
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: Option<String>,
    /// The key of that name instead of the one in use
    #[arg(long, value_name = "NAME", requires = "provider")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveKeyArguments {
    /// Whose key: anthropic, openai, google or compatible
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: String,
    /// The key's name, where it is not “default”
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print one setting, or all that have a value
    Get(GetSettingArguments),
    /// Change a setting
    Set(SetSettingArguments),
    /// Print where the settings are
    Path,
}

#[derive(Debug, Args)]
pub(crate) struct GetSettingArguments {
    /// The setting
    #[arg(value_parser = setting_named())]
    pub(crate) key: Option<SettingName>,
    /// Print the value as JSON, or all of them as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SetSettingArguments {
    /// The setting
    #[arg(value_parser = setting_named())]
    pub(crate) key: SettingName,
    /// The value
    #[arg(allow_hyphen_values = true)]
    pub(crate) value: String,
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
pub(crate) struct SessionListArguments {
    /// Print every entry as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Add what each session cost; every log has to be read for that
    #[arg(long)]
    pub(crate) cost: bool,
    /// List the archived sessions instead
    #[arg(long)]
    pub(crate) archived: bool,
    /// Only sessions that work in this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) project: Option<PathBuf>,
    /// List this many at most
    #[arg(long, short = 'n', value_name = "COUNT")]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct UndoArguments {
    /// The session's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub(crate) session: String,
    /// Print what was restored and what was left alone as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RewindArguments {
    /// The session's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub(crate) session: String,
    /// How many prompts to take back
    #[arg(value_name = "COUNT", default_value = "1", value_parser = count_named)]
    pub(crate) count: usize,
    /// Leave the files as they are
    #[arg(long)]
    pub(crate) keep_files: bool,
    /// Print what was restored and what was left alone as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ForkArguments {
    /// The session's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub(crate) session: String,
    /// Without the last COUNT prompts and what came of them
    #[arg(long, value_name = "COUNT", value_parser = count_named)]
    pub(crate) without: Option<usize>,
    /// Print the id as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RenameArguments {
    /// The session's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub(crate) session: String,
    /// The title
    #[arg(value_name = "TITLE", required = true)]
    pub(crate) title: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SessionsArguments {
    /// The sessions' ids, or the beginnings of them
    #[arg(value_name = "ID", required = true)]
    pub(crate) sessions: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteArguments {
    /// The sessions' ids, or the beginnings of them
    #[arg(value_name = "ID", required = true)]
    pub(crate) sessions: Vec<String>,
    /// Don't ask
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SearchArguments {
    /// What to look for
    #[arg(value_name = "TEXT", required = true)]
    pub(crate) text: Vec<String>,
    /// Show first what says most about it, instead of the newest
    #[arg(long)]
    pub(crate) ranked: bool,
    /// Show this many at most, 100 if you like
    #[arg(long, short = 'n', value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100).map(usize::from))]
    pub(crate) limit: usize,
    /// Leave out this many: those that were shown before
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub(crate) skip: usize,
    /// Only in sessions that work in this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) project: Option<PathBuf>,
    /// Not in archived sessions
    #[arg(long)]
    pub(crate) no_archived: bool,
    /// Print every hit as one line of JSON; its highlights are byte ranges of the snippet
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The session's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub(crate) session: String,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The session's id, or the beginning of it
    #[arg(value_name = "ID")]
    pub(crate) session: String,
    /// As what: events (the log as it is stored), json, markdown or org (the conversation with its tool calls)
    #[arg(long, value_name = "FORMAT", default_value = "events", value_parser = PossibleValuesParser::new(["events", "json", "markdown", "md", "org"]))]
    pub(crate) format: String,
    /// Write to this file instead of standard output; what it held is replaced
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
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

/// Knows all names, so that the help, the errors and the shell do too.
fn setting_named() -> impl TypedValueParser<Value = SettingName> {
    let names = PossibleValuesParser::new(SettingName::all().map(SettingName::as_str));
    names.try_map(|name| name.parse::<SettingName>())
}

fn count_named(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "it is a number from 1".to_owned())
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

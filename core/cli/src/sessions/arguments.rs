//! What can be typed after `atelier sessions`.

use std::path::PathBuf;

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser as _},
};

const SEARCH_HELP: &str = "\
Every word must occur, in any order, whatever its case and accents: in a prompt, an answer, what a tool was called with
(commands, paths) or a title. \"Words in quotes\" stand together, -word must not occur (write -- first), and begin* stands
for every word that begins so. Example: atelier sessions search -- '\"connection pool\" time* -test'";

const UNDO_HELP: &str = "\
Files are kept before a tool of the agent writes, moves or deletes them, apart from your project and without git. What you
have changed since is left alone and named. What commands change (shell_exec) can't be undone. Kept for 30 days, 512 MiB a
session; a file larger than 64 MiB is not kept, which the agent's call says.";

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

fn count_named(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "it is a number from 1".to_owned())
}

//! What can be typed after `atelier files`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum FilesCommand {
    /// Find files by a few letters of their path, the best match first
    #[command(after_help = FIND_HELP)]
    Find(FindArguments),
    /// Find lines by what they hold
    #[command(after_help = SEARCH_HELP)]
    Search(SearchArguments),
}

const FIND_HELP: &str = "\
The letters must occur in the path in this order, whatever their case; several words each for themselves. Letters in the
name, at beginnings of words and next to each other count most. What git ignores is left out.

Exit code: 0 when something was found, 1 when nothing was, 2 when it failed.";

const SEARCH_HELP: &str = "\
What git ignores is left out, and what is no text. Globs are relative to the folder; without a slash they match anywhere,
and one that means a folder means all that is in it:  atelier files search -g '*.rs' -g '!tests' 'fn \\w+_all'

With --json each line is an object: path, line (its number), text, ranges (the bytes of the text that match), match.

Exit code: 0 when something was found, 1 when nothing was, 2 when it failed.";

#[derive(Debug, Args)]
pub(crate) struct FindArguments {
    /// A few letters; all files if left out
    pub(crate) query: Vec<String>,
    /// Where to look; the folder you are in if left out
    #[arg(long = "in", value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// How many, at the most
    #[arg(long, short = 'n', value_name = "NUMBER", default_value = "100", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) limit: u16,
    /// Print a JSON object for each file
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SearchArguments {
    /// A regular expression, in the syntax of Rust's regex crate
    pub(crate) pattern: String,
    /// Where to look: a folder, or one file; the folder you are in if left out
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    /// The pattern is plain text
    #[arg(long, short = 'F')]
    pub(crate) literal: bool,
    #[command(flatten)]
    pub(crate) case: CaseArguments,
    /// Only whole words
    #[arg(long, short = 'w')]
    pub(crate) word: bool,
    /// Only files that this glob means; with ! before it, only others. May be given several times
    #[arg(long, short = 'g', value_name = "GLOB")]
    pub(crate) glob: Vec<String>,
    /// Show so many lines before and after each match
    #[arg(long, short = 'C', value_name = "LINES", default_value = "0", value_parser = clap::value_parser!(u8).range(0..=50))]
    pub(crate) context: u8,
    /// How many matching lines, at the most: up to 100000
    #[arg(long, short = 'n', value_name = "NUMBER", default_value = "10000", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
    /// Print a JSON object for each line
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CaseArguments {
    /// Whatever the case
    #[arg(long, short = 'i', conflicts_with = "smart_case")]
    pub(crate) ignore_case: bool,
    /// Whatever the case, unless the pattern has a capital letter
    #[arg(long, short = 'S')]
    pub(crate) smart_case: bool,
}

//! Why a command did not succeed: what the user is told and with which exit code the process ends.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use atelier_protocol::InvalidSessionId;
use atelier_workbench::WorkbenchError;

use crate::{printable::printable, signals::Signal};

/// Something failed.
const FAILED: u8 = 1;
/// A search failed; that it found nothing is 1, as with grep.
const SEARCH_FAILED: u8 = 2;
/// What a shell reports for a program that its reader left: 128 + SIGPIPE.
const READER_LEFT: u8 = 141;

/// Why a command did not succeed. Display is the sentence for the user.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The workbench says why.
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
    /// The prompt was not taken: it is not in the log.
    #[error(transparent)]
    NotTaken(WorkbenchError),
    /// Not a session id.
    #[error(transparent)]
    InvalidSessionId(#[from] InvalidSessionId),
    /// No session's id begins like that.
    #[error("No session's id begins with “{0}”; `atelier sessions list` shows them.")]
    UnknownSession(String),
    /// Several sessions' ids begin like that.
    #[error(
        "The ids of {count} sessions begin with “{beginning}”; give more of it, `atelier sessions list` shows them."
    )]
    AmbiguousSession {
        /// What was given.
        beginning: String,
        /// How many.
        count: usize,
    },
    /// `--continue` without anything to continue.
    #[error("There is no session to continue yet; `atelier chat` starts one.")]
    NoSession,
    /// Nothing was said that could be taken back or left out.
    #[error("This session has no prompts; there is nothing to go back to.")]
    NoPrompt,
    /// Nobody said yes.
    #[error("Nothing was deleted; answer yes when you are asked, or give --yes.")]
    NotConfirmed,
    /// The turn failed; the log's own sentence.
    #[error("{0}")]
    TurnFailed(String),
    /// The turn was stopped by someone else.
    #[error("The answer was interrupted; what had come is kept, `atelier sessions show {session}` prints it.")]
    TurnInterrupted {
        /// The session it is kept in.
        session: atelier_protocol::SessionId,
    },
    /// The workbench or the log was closed under a reader.
    #[error("The session's log was closed while it was read; try again.")]
    LogClosed,
    /// The arguments of a tool can't be read.
    #[error("The arguments are no JSON; write an object such as '{{\"path\": \"a\"}}'.")]
    NoJsonArguments,
    /// The tool that was called says so itself; its words are printed.
    #[error("The tool says that it failed.")]
    ToolFailed,
    /// The folder we are in is gone.
    #[error("The folder you are in can't be used ({0}); go to another one, or name one with --project.")]
    NoFolder(io::Error),
    /// No provider has that name, which is not repeated: it may be a key in the wrong place.
    #[error("There is no such provider; it is one of anthropic, openai, google and compatible.")]
    NoSuchProvider,
    /// A key was given as an argument.
    #[error(
        "A key must not be an argument, where other programs and the shell's history see it: leave it out and it is \
         asked for, or pipe it in; if it was a real one, replace it."
    )]
    KeyAsArgument,
    /// There is no saved key of that name, which is not repeated either.
    #[error("No such key is saved for {provider}; `atelier keys list` shows which are.")]
    NoSuchKey {
        /// Whose.
        provider: &'static str,
    },
    /// There is no such rule to remove.
    #[error("There is no such rule there; `atelier rules list` shows which there are and where they hold.")]
    NoSuchRule,
    /// There is nothing to check.
    #[error("There are no keys to check; `atelier keys set PROVIDER` saves one.")]
    NoKeys,
    /// The user gave an empty secret.
    #[error("Nothing was given, so nothing was changed; type or paste the key, or pipe it in.")]
    NothingGiven,
    /// What was piped in is no secret.
    #[error("What was given is too long to be a key; pipe in the key alone.")]
    SecretTooLong,
    /// A new passphrase is only taken from somebody who can be asked twice.
    #[error("A new passphrase is asked for at a terminal; in a script, set ATELIER_PASSPHRASE instead.")]
    NoTerminal,
    /// The passphrase was mistyped once.
    #[error("The two passphrases differ, so nothing was changed; try again.")]
    PassphrasesDiffer,
    /// A secret can't be read.
    #[error("The key could not be read from standard input ({0}); type it at a terminal, or pipe it in.")]
    Secret(#[source] io::Error),
    /// Standard input can't be read.
    #[error(
        "The prompt could not be read from standard input ({0}); give it as an argument or check what is piped in."
    )]
    Input(#[source] io::Error),
    /// The terminal's line editor failed.
    #[error("The terminal could not be used for typing ({0}); try another one, or pipe the prompts in.")]
    LineEditor(String),
    /// There is no such slash command.
    #[error("There is no command /{name} here; `atelier commands list` shows which there are.")]
    NoSuchCommand {
        /// What was typed behind the slash.
        name: String,
    },
    /// Signals can't be listened for.
    #[error("The system refused to report signals ({0}); end some programs and try again.")]
    Signals(#[source] io::Error),
    /// Standard output can't be written.
    #[error("The output could not be written ({0}); check where it goes to, its disk may be full.")]
    Output(#[source] io::Error),
    /// The export file can't be written.
    #[error("{} could not be written ({error}); choose another file or check its folder.", .file.display())]
    ExportFile {
        /// Which.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Whoever read standard output left. Nothing to say: nobody listens.
    #[error("The reader of the output left.")]
    ReaderLeft,
    /// A signal ended the command. The user knows.
    #[error("Stopped by {0}.")]
    Stopped(Signal),
    /// A search found nothing: nothing to say, but its exit code says it.
    #[error("Nothing was found.")]
    NothingFound,
    /// A search could not be made.
    #[error(transparent)]
    Search(Box<Failure>),
    /// A command found a problem and has already told.
    #[error("There are problems to solve.")]
    ProblemsFound,
}

impl Failure {
    /// What a failed write to standard output means.
    pub(crate) fn of_output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::ReaderLeft } else { Self::Output(error) }
    }

    /// The same of a command that tells apart that it failed and that it found nothing.
    pub(crate) fn of_search(self) -> Self {
        match self {
            Self::ReaderLeft | Self::Stopped(_) => self,
            failure => Self::Search(Box::new(failure)),
        }
    }

    /// The exit code that says it to scripts.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::ReaderLeft => READER_LEFT,
            Self::Stopped(signal) => signal.exit_code(),
            Self::Search(_) => SEARCH_FAILED,
            _ => FAILED,
        }
    }

    /// Tells the user, unless there is nothing new to tell.
    pub(crate) fn report(&self) {
        if !matches!(self, Self::ReaderLeft | Self::Stopped(_) | Self::ProblemsFound | Self::NothingFound) {
            tell(&self.to_string());
        }
    }
}

/// Writes a sentence to standard error. Where that is closed, there is nobody to tell.
pub(crate) fn tell(sentence: &str) {
    let _ = writeln!(io::stderr(), "{}", printable(sentence));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_left_is_no_failure_to_tell_about() {
        let left = Failure::of_output(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(matches!(left, Failure::ReaderLeft));
        assert_eq!(left.exit_code(), 141);
        let full = Failure::of_output(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.exit_code(), 1);
    }

    #[test]
    fn signals_end_with_the_codes_that_shells_know() {
        assert_eq!(Failure::Stopped(Signal::Interrupt).exit_code(), 130);
        assert_eq!(Failure::Stopped(Signal::Terminate).exit_code(), 143);
        assert_eq!(Failure::Stopped(Signal::HangUp).exit_code(), 129);
    }
}

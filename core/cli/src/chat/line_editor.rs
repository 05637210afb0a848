//! Typing a prompt at a terminal: editing, several lines, and the history of what was typed.

use std::path::{Path, PathBuf};

use rustyline::{
    Cmd, CompletionType, Config, Editor, KeyCode, KeyEvent, Modifiers, error::ReadlineError, history::FileHistory,
};

use super::{completion::Completions, prompts::Input};
use crate::failure::Failure;

const PROMPT: &str = "> ";

/// The history's file in the data folder. The line editor keeps it private to the user.
const HISTORY_FILE: &str = "chat-history";

/// How many prompts the history keeps, and up to which length in bytes: a pasted book is no line to recall.
const HISTORY_PROMPTS: usize = 500;
const HISTORY_PROMPT_BYTES: usize = 16 << 10;

/// The line that a prompt is typed in.
pub(super) struct LineEditor {
    editor: Editor<Completions, FileHistory>,
    history: PathBuf,
    /// What stands in the line before anything is typed.
    offered: String,
}

impl LineEditor {
    pub(super) fn open(data_folder: &Path, completions: Completions) -> Result<Self, Failure> {
        let config = Config::builder().max_history_size(HISTORY_PROMPTS).map_err(|error| of_editor(&error))?;
        let config = config.completion_type(CompletionType::List).build();
        let mut editor = Editor::with_config(config).map_err(|error| of_editor(&error))?;
        editor.set_helper(Some(completions));
        // Not every terminal passes Alt on; Ctrl-J comes through everywhere.
        editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), Cmd::Newline);
        editor.bind_sequence(KeyEvent::ctrl('J'), Cmd::Newline);
        let history = data_folder.join(HISTORY_FILE);
        // A history that can't be read is none; the first prompt writes a new one.
        let _ = editor.load_history(&history);
        Ok(Self { editor, history, offered: String::new() })
    }

    /// Waits until the user sends the line, clears it (Ctrl-C) or leaves (Ctrl-D).
    pub(super) fn read(&mut self) -> Result<Input, Failure> {
        let offered = std::mem::take(&mut self.offered);
        let input = input_of(self.editor.readline_with_initial(PROMPT, (&offered, "")))?;
        if let Input::Prompt(line) = &input {
            self.remember(line);
        }
        Ok(input)
    }

    /// Waits for the answer to a question, which is no prompt and is not remembered.
    pub(super) fn read_answer(&mut self, question: &str) -> Result<Input, Failure> {
        input_of(self.editor.readline(question))
    }

    /// Puts text into the next line.
    pub(super) fn offer(&mut self, text: String) {
        self.offered = text;
    }

    /// Written at once, so that a chat that is killed is remembered too. Recalling prompts is a convenience: where it
    /// can't be written (a full disk), chatting goes on without it.
    fn remember(&mut self, line: &str) {
        if line.len() <= HISTORY_PROMPT_BYTES && self.editor.add_history_entry(line).unwrap_or(false) {
            let _ = self.editor.append_history(&self.history);
        }
    }
}

fn input_of(line: rustyline::Result<String>) -> Result<Input, Failure> {
    match line {
        Ok(line) => Ok(Input::Prompt(line)),
        Err(ReadlineError::Interrupted) => Ok(Input::Nothing),
        Err(ReadlineError::Eof) => Ok(Input::End),
        Err(error) => Err(of_editor(&error)),
    }
}

fn of_editor(error: &ReadlineError) -> Failure {
    Failure::LineEditor(error.to_string())
}

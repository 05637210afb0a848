//! Where a chat's prompts come from: typed at a terminal, or one a line from whatever is piped in.

use std::{
    collections::VecDeque,
    io::{self, BufRead},
    path::Path,
};

use super::{completion::Completions, line_editor::LineEditor};
use crate::{failure::Failure, form::Line, question, turn::Word};

/// What the user did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Sent a prompt.
    Prompt(String),
    /// Cleared the line or sent an empty one.
    Nothing,
    /// Left.
    End,
}

/// The source of prompts.
pub(super) enum Prompts {
    /// Someone types; before that come the prompts that were typed while a turn ran and did not reach it.
    Typed(Box<LineEditor>, VecDeque<String>),
    /// A file or a program.
    Piped,
}

impl Prompts {
    /// `data_folder` keeps the history of what was typed. `completions`: where someone types.
    pub(super) fn open(data_folder: &Path, completions: Option<Completions>) -> Result<Self, Failure> {
        match completions {
            Some(completions) => {
                Ok(Self::Typed(Box::new(LineEditor::open(data_folder, completions)?), VecDeque::new()))
            }
            None => Ok(Self::Piped),
        }
    }

    /// Waits for the next input.
    pub(super) fn next(&mut self) -> Result<Input, Failure> {
        let input = match self {
            Self::Typed(editor, typed) => match typed.pop_front() {
                Some(prompt) => Input::Prompt(prompt),
                None => editor.read()?,
            },
            Self::Piped => read_line(io::stdin().lock())?,
        };
        Ok(match input {
            Input::Prompt(text) if text.trim().is_empty() => Input::Nothing,
            input => input,
        })
    }

    /// Asks whether a tool may run. Nobody can be asked through a pipe.
    pub(super) fn ask(&mut self) -> Result<Word, Failure> {
        let Self::Typed(editor, _) = self else { return Ok(Word::None) };
        loop {
            match editor.read_answer(question::PROMPT)? {
                Input::Prompt(answer) => {
                    if let Some(word) = question::word(&answer) {
                        return Ok(word);
                    }
                }
                Input::Nothing | Input::End => return Ok(Word::Stop),
            }
        }
    }

    /// Asks for a line that a tool wants.
    pub(super) fn line(&mut self, prompt: &str) -> Result<Line, Failure> {
        let Self::Typed(editor, _) = self else { return Ok(Line::Stop) };
        Ok(match editor.read_answer(prompt)? {
            Input::Prompt(typed) => Line::Typed(typed),
            Input::Nothing | Input::End => Line::Stop,
        })
    }

    /// These come next, before anything else that is typed.
    pub(super) fn take_next(&mut self, prompts: Vec<String>) {
        if let Self::Typed(_, typed) = self {
            typed.extend(prompts);
        }
    }

    /// Puts a prompt that was not taken back into the line, so that it can be sent again. What was piped in is still
    /// where it came from.
    pub(super) fn offer_again(&mut self, prompt: String) {
        if let Self::Typed(editor, _) = self {
            editor.offer(prompt);
        }
    }
}

/// One line without its end; what is not UTF-8 in it becomes replacement characters.
fn read_line(mut source: impl BufRead) -> Result<Input, Failure> {
    let mut bytes = Vec::new();
    let length = source.read_until(b'\n', &mut bytes).map_err(Failure::Input)?;
    if length == 0 {
        return Ok(Input::End);
    }
    let line = String::from_utf8_lossy(&bytes);
    Ok(Input::Prompt(line.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piped_line_is_a_prompt_even_the_last_one_without_an_end() {
        let mut source: &[u8] = b"one\r\n\ntw\xffo";
        assert_eq!(read_line(&mut source).unwrap(), Input::Prompt("one".into()));
        assert_eq!(read_line(&mut source).unwrap(), Input::Prompt(String::new()));
        assert_eq!(read_line(&mut source).unwrap(), Input::Prompt("tw\u{fffd}o".into()));
        assert_eq!(read_line(&mut source).unwrap(), Input::End);
    }
}

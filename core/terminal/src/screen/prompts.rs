//! Prompts and what commands print between them, for shells that mark them (OSC 133).

use alacritty_terminal::{grid::Dimensions as _, index::Column};

use super::{
    Screen, ShellActivity,
    engine::{self, PROMPT},
    state::{Line, line},
};

impl Screen {
    /// Shows the prompt before the first line shown (or after it); whether there is one.
    pub fn scroll_to_prompt(&mut self, older: bool) -> bool {
        self.look_closer();
        let top = -line(self.scrolled());
        let (first, last) = (self.engine.term.topmost_line().0, self.engine.term.bottommost_line().0);
        let begins = |at: &Line| self.is_prompt(*at) && (*at == first || !self.is_prompt(*at - 1));
        let found = if older { (first..top).rev().find(begins) } else { (top + 1..=last).find(begins) };
        if let Some(found) = found {
            self.scroll_to(found);
        }
        found.is_some()
    }

    fn is_prompt(&self, at: Line) -> bool {
        let row = engine::row(&self.engine.term, at);
        (0..row.len()).any(|column| row[Column(column)].flags.contains(PROMPT))
    }

    /// What the last command printed, as far as it is still there; None when the shell does not mark its prompts.
    pub fn last_output(&mut self) -> Option<String> {
        self.look_closer();
        let (first, last) = (self.engine.term.topmost_line().0, self.engine.term.bottommost_line().0);
        let newest = (first..=last).rev().find(|at| self.is_prompt(*at))?;
        let end = if self.shell.activity == ShellActivity::Command {
            last
        } else {
            (first..newest).rev().find(|at| !self.is_prompt(*at))?
        };
        let start = (first..=end).rev().find(|at| self.is_prompt(*at)).map_or(first, |at| at + 1);
        Some(self.text(start, end)).filter(|text| !text.is_empty())
    }
}

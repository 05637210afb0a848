//! A turn as the user of a chat has it: it is shown as it comes, and what it asks is asked.

use atelier_protocol::{Elicitation, SessionEvent, TurnId};
use atelier_workbench::{ElicitationReply, WorkbenchError};

use super::{prompts::Prompts, screen::Screen, type_ahead::TypeAhead};
use crate::{
    failure::{Failure, tell},
    form::{self, Asked, Line},
    output, question,
    turn::{TurnObserver, Word},
};

/// Tells someone who looks elsewhere that they are asked.
const BELL: &str = "\x07";

/// Someone who watches a turn, can be asked, and may type meanwhile.
pub(super) struct Watcher<'w, 'a> {
    pub(super) screen: &'w mut Screen<'a>,
    pub(super) prompts: &'w mut Prompts,
    pub(super) typed: TypeAhead<'a>,
    /// The turn that is watched now.
    pub(super) turn: TurnId,
}

impl Watcher<'_, '_> {
    pub(super) fn let_type(&mut self) -> Result<(), Failure> {
        if self.screen.interactive { self.typed.listen() } else { Ok(()) }
    }
}

impl Asked for Watcher<'_, '_> {
    fn say(&mut self, text: &str) -> Result<(), Failure> {
        self.screen.say_aside(Some(text.to_owned()))
    }

    fn line(&mut self, prompt: &str) -> Result<Line, Failure> {
        self.prompts.line(prompt)
    }
}

impl TurnObserver for Watcher<'_, '_> {
    fn events(&mut self, events: &[SessionEvent]) -> Result<(), Failure> {
        self.screen.events(events)
    }

    fn task_events(&mut self, events: &[SessionEvent]) -> Result<(), Failure> {
        self.screen.task_events(events)
    }

    fn asked(&mut self, always: &[String]) -> Result<Word, Failure> {
        self.screen.end_line()?;
        self.screen.say_aside(question::about_always(always))?;
        if self.screen.style.guarded {
            output::write(BELL)?;
        }
        // What was typed before the question is no answer to it.
        self.typed.stop();
        let word = self.prompts.ask()?;
        self.let_type()?;
        Ok(word)
    }

    fn asked_for(&mut self, waiting: &Elicitation) -> Result<Option<ElicitationReply>, Failure> {
        if !self.screen.interactive {
            return Ok(None);
        }
        self.screen.end_line()?;
        if self.screen.style.guarded {
            output::write(BELL)?;
        }
        self.typed.stop();
        let reply = form::ask(waiting, self)?;
        self.let_type()?;
        Ok(Some(reply))
    }

    fn goes_on(&mut self, ended: TurnId) -> Result<(), Failure> {
        self.turn = TurnId(ended.0 + 1);
        self.screen.end_line()?;
        self.screen.say_what_it_took(ended)
    }

    /// Someone is there who can make room on the disk, so the turn may wait for it.
    fn stalled(&mut self, error: WorkbenchError) -> Result<(), Failure> {
        self.screen.end_line()?;
        tell(&error.message);
        Ok(())
    }
}

//! What a chat prints.

use atelier_protocol::{Question, SessionEvent, ToolCall, TurnId};
use atelier_workbench::{SessionTotals, Workbench};

use crate::{
    failure::Failure,
    output::{self, Style},
    transcript::{Extent, Transcript},
    usage,
};

/// Where the conversation is printed.
pub(super) struct Screen<'a> {
    workbench: &'a Workbench,
    pub(super) interactive: bool,
    pub(super) style: Style,
    pub(super) transcript: Transcript,
    batch: String,
    /// What the session took, where someone reads it.
    pub(super) totals: SessionTotals,
}

impl<'a> Screen<'a> {
    pub(super) fn new(workbench: &'a Workbench, interactive: bool) -> Self {
        let style = Style::of_stdout();
        let transcript = Transcript::new(style, Extent::Everything);
        Self { workbench, interactive, style, transcript, batch: String::new(), totals: SessionTotals::default() }
    }

    pub(super) fn say_what_it_took(&self, turn: TurnId) -> Result<(), Failure> {
        self.say_aside(self.totals.turn(turn).and_then(usage::of_turn))
    }

    /// Of a single turn that has been said.
    pub(super) fn say_what_all_took(&self) -> Result<(), Failure> {
        self.say_aside(usage::of_session(&self.totals).filter(|_| self.totals.turns.len() > 1))
    }

    pub(super) fn say_aside(&self, line: Option<String>) -> Result<(), Failure> {
        match line {
            Some(line) if self.interactive => output::write(&(self.style.aside(&line) + "\n")),
            _ => Ok(()),
        }
    }

    pub(super) fn events(&mut self, events: &[SessionEvent]) -> Result<(), Failure> {
        if self.interactive {
            self.workbench.add_to_totals(&mut self.totals, events);
        }
        self.transcript.push(events, &mut self.batch);
        self.flush()
    }

    pub(super) fn task_events(&mut self, events: &[SessionEvent]) -> Result<(), Failure> {
        self.transcript.push_task(events, &mut self.batch);
        self.flush()
    }

    pub(super) fn show_question(&mut self, call: &ToolCall, question: &Question) -> Result<(), Failure> {
        self.transcript.push_call(&call.tool, &call.params, question.preview.as_deref(), &mut self.batch);
        self.flush()
    }

    pub(super) fn end_line(&mut self) -> Result<(), Failure> {
        self.transcript.end_line(&mut self.batch);
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let written = output::write(&self.batch);
        self.batch.clear();
        written
    }
}

//! `atelier run`: one prompt, its answer, an exit code.

use std::io::{self, IsTerminal, Read};

use atelier_protocol::{EventBody, SessionEvent, SessionId, SessionSummary, TurnId, TurnOutcome};
use atelier_workbench::{Approver, PreparedPrompt, SessionTotals, TurnChoice, Workbench, WorkbenchError};
use clap::{CommandFactory, error::ErrorKind};
use serde::Serialize;

use crate::{
    arguments::{Arguments, RunArguments},
    failure::{Failure, tell},
    opened::with_keys,
    output::{self, Style},
    printable::printable_line,
    session_choice,
    signals::Signals,
    slash,
    transcript::{Extent, Transcript, stop_note},
    turn::{self, TurnEnd, TurnObserver},
    usage,
    wait::wait_line,
    work::{self, Place},
};

/// How much of standard input is read: more than any prompt may hold, so that the workbench is the one to refuse it.
const MAX_INPUT: u64 = 16 << 20;

pub(crate) fn execute(arguments: RunArguments) -> Result<(), Failure> {
    let prompt = match arguments.prompt {
        Some(prompt) if prompt != "-" => prompt,
        given => prompt_from_stdin(given.is_some())?,
    };
    with_keys(|workbench| {
        work::take_rules(workbench, &arguments.work)?;
        let signals = Signals::listen(workbench, None)?;
        workbench.block_on(async {
            let named = match &arguments.session {
                Some(text) => Some(session_choice::named(workbench, text).await?),
                None => None,
            };
            let choice = TurnChoice { provider: arguments.provider, model: arguments.model, effort: arguments.effort };
            let place = Place::of(workbench, named.as_ref().map(|session| session.id), &arguments.work).await?;
            let project = place.as_ref().map(|place| place.project.as_str());
            let expanded = slash::expand(workbench, project, &prompt).await?;
            expanded.notes.iter().for_each(|note| tell(note));
            let choice = slash::choice(&choice, expanded.model);
            let prompt = workbench.prepare(expanded.text, Some(choice), Approver::Nobody).await?;
            let limits = arguments.limits.over(prompt.limits());
            let prompt = prompt.limited(limits).allowing(expanded.allowed);
            // Only now: a prompt that is refused leaves no session behind.
            let is_new = named.is_none();
            let session = match named {
                Some(session) => session,
                None => workbench.create_session().await?,
            };
            work::set_up(workbench, session.id, &arguments.work, is_new).await?;
            let mut answer = Answer::new(workbench, arguments.json, arguments.usage);
            ask(workbench, &signals, Question { session, prompt }, &mut answer).await
        })
    })
}

/// Reads the prompt from standard input; what is not UTF-8 in it becomes replacement characters. Nobody is made to
/// type it blindly: without a hyphen, a terminal there means that the prompt was forgotten.
fn prompt_from_stdin(asked_for: bool) -> Result<String, Failure> {
    let stdin = io::stdin();
    if !asked_for && stdin.is_terminal() {
        let message = "Give a prompt, as in `atelier run \"What is a monad?\"`, or pipe one in.\n";
        Arguments::command().error(ErrorKind::MissingRequiredArgument, message).exit();
    }
    let mut bytes = Vec::new();
    stdin.lock().take(MAX_INPUT).read_to_end(&mut bytes).map_err(Failure::Input)?;
    let mut prompt = String::from_utf8_lossy(&bytes).into_owned();
    prompt.truncate(prompt.trim_end_matches(['\r', '\n']).len());
    Ok(prompt)
}

struct Question {
    session: SessionSummary,
    prompt: PreparedPrompt,
}

async fn ask(
    workbench: &Workbench,
    signals: &Signals,
    question: Question,
    answer: &mut Answer<'_>,
) -> Result<(), Failure> {
    let id = question.session.id;
    let reader = workbench.follow(id, question.session.last_seq).await?;
    let guard = signals.guard_turn(id);
    let turn = workbench.send_prepared(id, question.prompt).await?;
    answer.begin(id)?;
    if guard.received().is_some() {
        workbench.interrupt(id).await?;
    }
    // After a failure the workbench is closed, which stops the turn: an answer that nobody reads need not be paid for.
    let end = turn::follow(workbench, &reader, turn, answer).await?;
    answer.finish(turn, &end)?;
    match guard.received() {
        Some(signal) if end.outcome != TurnOutcome::Completed => Err(Failure::Stopped(signal)),
        _ => end.into_result(id),
    }
}

/// Prints what comes: the answer as text, or every event as JSON.
struct Answer<'a> {
    workbench: &'a Workbench,
    /// `None` prints JSON.
    transcript: Option<Transcript>,
    /// The sentence of the newest error.
    failure: Option<String>,
    batch: String,
    /// What it takes, where the user wants to know.
    totals: Option<SessionTotals>,
}

/// The first line of JSON: where to ask on. It is no event: it has no number and is in no log.
#[derive(Serialize)]
#[serde(tag = "type", rename = "session")]
struct SessionLine {
    id: SessionId,
}

impl<'a> Answer<'a> {
    fn new(workbench: &'a Workbench, json: bool, usage: bool) -> Self {
        let transcript = (!json).then(|| Transcript::new(Style::of_stdout(), Extent::Answers));
        let totals = usage.then(SessionTotals::default);
        Self { workbench, transcript, failure: None, batch: String::new(), totals }
    }

    /// Tells programs which session it is.
    fn begin(&mut self, session: SessionId) -> Result<(), Failure> {
        if self.transcript.is_none() {
            output::push_json_line(&mut self.batch, &SessionLine { id: session })?;
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let written = output::write(&self.batch);
        self.batch.clear();
        written
    }

    /// Ends the last line, says why the model stopped where it did so before the end, and what it took.
    fn finish(&mut self, turn: TurnId, end: &TurnEnd) -> Result<(), Failure> {
        if let Some(transcript) = &mut self.transcript {
            transcript.end_line(&mut self.batch);
            if let Some(note) = end.stop_reason.as_ref().and_then(stop_note) {
                tell(&format!("Note: {note}."));
            }
        }
        self.flush()?;
        if let Some(totals) = &self.totals {
            let line = totals.turn(turn).and_then(usage::of_turn);
            tell(line.as_deref().unwrap_or("Nothing is known of what it took."));
        }
        Ok(())
    }
}

impl TurnObserver for Answer<'_> {
    fn events(&mut self, events: &[SessionEvent]) -> Result<(), Failure> {
        if let Some(totals) = &mut self.totals {
            self.workbench.add_to_totals(totals, events);
        }
        match &mut self.transcript {
            Some(transcript) => {
                if events.iter().any(is_demo) {
                    tell("Note: the built-in demo answers, not a model; `atelier doctor` says how to set one up.");
                }
                transcript.push(events, &mut self.batch);
                for event in events {
                    if let EventBody::Error { message, .. } = &event.body {
                        self.failure = Some(message.clone());
                    }
                    if let EventBody::ElicitationRequested { server, message, .. } = &event.body {
                        let line = format!("Note: the MCP server {server} asks: {message}; nobody is there to answer.");
                        tell(&printable_line(&line));
                    }
                    if let Some(line) = wait_line(&event.body, self.failure.as_deref()) {
                        tell(&format!("{line}."));
                    }
                }
            }
            None => events.iter().try_for_each(|event| output::push_json_line(&mut self.batch, event))?,
        }
        self.flush()
    }

    /// A script must not hang on a full disk; what has come so far is in the log as far as it could be written.
    fn stalled(&mut self, error: WorkbenchError) -> Result<(), Failure> {
        Err(error.into())
    }
}

/// A script must not take the demo's words for a model's.
fn is_demo(event: &SessionEvent) -> bool {
    matches!(&event.body, EventBody::TurnStarted { provider, .. } if provider == "demo")
}

//! `atelier run`: one prompt, its answer, an exit code.

use std::io::{self, IsTerminal, Read};

use atelier_protocol::{EventBody, SessionEvent, SessionSummary, TurnOutcome};
use atelier_workbench::{TurnChoice, Workbench, WorkbenchError};
use clap::{CommandFactory, error::ErrorKind};

use crate::{
    arguments::{Arguments, RunArguments},
    failure::{Failure, tell},
    opened::with_workbench,
    output::{self, Style},
    session_choice,
    signals::Signals,
    transcript::{Extent, Transcript, stop_note},
    turn::{self, TurnEnd, TurnObserver},
};

/// How much of standard input is read: more than any prompt may hold, so that the workbench is the one to refuse it.
const MAX_INPUT: u64 = 16 << 20;

pub(crate) fn execute(arguments: RunArguments) -> Result<(), Failure> {
    let prompt = match arguments.prompt {
        Some(prompt) if prompt != "-" => prompt,
        given => prompt_from_stdin(given.is_some())?,
    };
    with_workbench(|workbench| {
        let signals = Signals::listen(workbench, None)?;
        workbench.block_on(async {
            let session = match &arguments.session {
                Some(text) => session_choice::named(workbench, text).await?,
                None => workbench.create_session().await?,
            };
            let choice = TurnChoice { provider: arguments.provider, model: arguments.model };
            let question = Question { session, prompt, choice };
            ask(workbench, &signals, question, &mut Answer::new(arguments.json)).await
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
    prompt: String,
    choice: TurnChoice,
}

async fn ask(workbench: &Workbench, signals: &Signals, question: Question, answer: &mut Answer) -> Result<(), Failure> {
    let id = question.session.id;
    let reader = workbench.follow(id, question.session.last_seq).await?;
    let guard = signals.guard_turn(id);
    let turn = workbench.send(id, question.prompt, Some(question.choice)).await?;
    if guard.received().is_some() {
        workbench.interrupt(id).await?;
    }
    // After a failure the workbench is closed, which stops the turn: an answer that nobody reads need not be paid for.
    let end = turn::follow(&reader, turn, answer).await?;
    answer.finish(&end)?;
    match guard.received() {
        Some(signal) if end.outcome != TurnOutcome::Completed => Err(Failure::Stopped(signal)),
        _ => end.into_result(id),
    }
}

/// Prints what comes: the answer as text, or every event as JSON.
struct Answer {
    /// `None` prints JSON.
    transcript: Option<Transcript>,
    batch: String,
}

impl Answer {
    fn new(json: bool) -> Self {
        let transcript = (!json).then(|| Transcript::new(Style::of_stdout(), Extent::Answers));
        Self { transcript, batch: String::new() }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let written = output::write(&self.batch);
        self.batch.clear();
        written
    }

    /// Ends the last line, and says why the model stopped where it did so before the end.
    fn finish(&mut self, end: &TurnEnd) -> Result<(), Failure> {
        let Some(transcript) = &mut self.transcript else { return Ok(()) };
        transcript.end_line(&mut self.batch);
        if let Some(note) = end.stop_reason.as_ref().and_then(stop_note) {
            tell(&format!("Note: {note}."));
        }
        self.flush()
    }
}

impl TurnObserver for Answer {
    fn events(&mut self, events: &[SessionEvent]) -> Result<(), Failure> {
        match &mut self.transcript {
            Some(transcript) => {
                if events.iter().any(is_demo) {
                    tell("Note: the built-in demo answers, not a model; `atelier doctor` says how to set one up.");
                }
                transcript.push(events, &mut self.batch);
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

//! `atelier chat`: prompts in, answers as they come, until the user leaves.

mod line_editor;
mod prompts;

use atelier_protocol::{SessionEvent, SessionId, SessionSummary, TurnOutcome};
use atelier_workbench::{EventReader, TurnChoice, Workbench, WorkbenchError, WorkbenchSettings};

use self::prompts::{Input, Prompts};
use crate::{
    arguments::ChatArguments,
    failure::{Failure, tell},
    opened::with_workbench,
    output::{self, Style},
    printable::printable_line,
    session_choice,
    signals::{Signal, Signals},
    terminal_mode::TerminalMode,
    transcript::{Extent, Transcript},
    turn::{self, TurnEnd, TurnObserver},
};

pub(crate) fn execute(arguments: &ChatArguments) -> Result<(), Failure> {
    with_workbench(|workbench| {
        let session = workbench.block_on(chosen_session(workbench, arguments))?;
        let settings = workbench.block_on(workbench.settings())?;
        let model = arguments.model.as_deref();
        let terminal = TerminalMode::of_stdin();
        let interactive = terminal.is_some();
        let mut prompts = Prompts::open(workbench.data_folder(), interactive)?;
        let signals = Signals::listen(workbench, terminal)?;
        output::write(&greeting(&settings, model, session.as_ref(), interactive))?;
        let screen = Screen::new();
        let mut chat = Chat { workbench, signals: &signals, model, interactive, session: None, screen };
        if let Some(session) = session {
            workbench.block_on(chat.open(&session))?;
        }
        chat.talk(&mut prompts)
    })
}

async fn chosen_session(workbench: &Workbench, arguments: &ChatArguments) -> Result<Option<SessionSummary>, Failure> {
    match &arguments.session {
        Some(text) => session_choice::named(workbench, text).await.map(Some),
        None if arguments.latest => session_choice::latest(workbench).await.map(Some),
        None => Ok(None),
    }
}

/// Who answers, first of all; then what is gone on with.
fn greeting(
    settings: &WorkbenchSettings,
    model: Option<&str>,
    session: Option<&SessionSummary>,
    interactive: bool,
) -> String {
    let model = model.unwrap_or(&settings.model);
    let keys = if interactive { "Ctrl-C stops an answer, Ctrl-D leaves.\n" } else { "" };
    let who = match settings.active_provider.as_str() {
        "demo" => "The built-in demo answers, not a model; `atelier doctor` says how to set one up.".to_owned(),
        "anthropic" => format!("{model} by Anthropic answers."),
        other => format!("{model} by {other} answers."),
    };
    let going_on = session.map(|session| format!("Going on with “{}”.\n", printable_line(&session.title)));
    format!("{}\n{}{keys}\n", printable_line(&who), going_on.unwrap_or_default())
}

struct Chat<'a> {
    workbench: &'a Workbench,
    signals: &'a Signals,
    /// Asked for instead of the model in the settings.
    model: Option<&'a str>,
    /// Whether someone types at a terminal. Otherwise prompts are piped in and the first failure ends the chat.
    interactive: bool,
    /// None before the first prompt: a chat in which nothing is said leaves nothing behind.
    session: Option<OpenSession>,
    screen: Screen,
}

struct OpenSession {
    id: SessionId,
    reader: EventReader,
}

impl Chat<'_> {
    async fn open(&mut self, session: &SessionSummary) -> Result<(), Failure> {
        let reader = self.workbench.follow(session.id, session.last_seq).await?;
        self.session = Some(OpenSession { id: session.id, reader });
        Ok(())
    }

    fn talk(&mut self, prompts: &mut Prompts) -> Result<(), Failure> {
        loop {
            let prompt = match prompts.next()? {
                Input::Prompt(prompt) => prompt,
                Input::Nothing => continue,
                Input::End => return self.say_how_to_go_on(),
            };
            match self.workbench.block_on(self.ask(&prompt)) {
                Ok(()) => {}
                // It is not in the log, so it must not be lost to the user either.
                Err(Failure::NotTaken(error)) if self.interactive => {
                    tell(&error.message);
                    prompts.offer_again(prompt);
                }
                Err(failure @ (Failure::TurnFailed(_) | Failure::Workbench(_))) if self.interactive => failure.report(),
                Err(failure) => return Err(failure),
            }
            if self.interactive {
                output::write("\n")?;
            }
        }
    }

    /// One prompt and its turn.
    async fn ask(&mut self, prompt: &str) -> Result<(), Failure> {
        if self.session.is_none() {
            let created = self.workbench.create_session().await.map_err(Failure::NotTaken)?;
            self.open(&created).await?;
        }
        let Some(OpenSession { id, reader }) = &self.session else { return Err(Failure::LogClosed) };
        let guard = self.signals.guard_turn(*id);
        let choice = TurnChoice { provider: None, model: self.model.map(str::to_owned) };
        let sending = self.workbench.send(*id, prompt.to_owned(), Some(choice));
        let turn = sending.await.map_err(Failure::NotTaken)?;
        if guard.received().is_some() {
            self.workbench.interrupt(*id).await?;
        }
        if self.interactive {
            self.screen.transcript.prompt_was_typed(turn);
        }
        let end = turn::follow(reader, turn, &mut self.screen).await;
        self.screen.end_line()?;
        self.settle(end, guard.received(), *id)
    }

    /// What the end of a turn means for the chat. Ctrl-C ends only the turn where someone types; the other signals end
    /// the chat, whatever became of the turn.
    fn settle(&self, end: Result<TurnEnd, Failure>, signal: Option<Signal>, session: SessionId) -> Result<(), Failure> {
        let signal = signal.filter(|signal| !self.interactive || *signal != Signal::Interrupt);
        match (end, signal) {
            (Ok(end), None) if self.interactive && end.outcome == TurnOutcome::Interrupted => Ok(()),
            (Ok(end), None) => end.into_result(session),
            (Ok(_), Some(signal)) => Err(Failure::Stopped(signal)),
            (Err(failure), None) => Err(failure),
            (Err(failure), Some(signal)) => {
                failure.report();
                Err(Failure::Stopped(signal))
            }
        }
    }

    fn say_how_to_go_on(&self) -> Result<(), Failure> {
        match &self.session {
            Some(session) if self.interactive => {
                output::write(&format!("To go on later: atelier chat --session {}\n", session.id))
            }
            _ => Ok(()),
        }
    }
}

/// Where the conversation is printed.
struct Screen {
    transcript: Transcript,
    batch: String,
}

impl Screen {
    fn new() -> Self {
        Self { transcript: Transcript::new(Style::of_stdout(), Extent::Everything), batch: String::new() }
    }

    fn end_line(&mut self) -> Result<(), Failure> {
        self.transcript.end_line(&mut self.batch);
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let written = output::write(&self.batch);
        self.batch.clear();
        written
    }
}

impl TurnObserver for Screen {
    fn events(&mut self, events: &[SessionEvent]) -> Result<(), Failure> {
        self.transcript.push(events, &mut self.batch);
        self.flush()
    }

    /// Someone is there who can make room on the disk, so the turn may wait for it.
    fn stalled(&mut self, error: WorkbenchError) -> Result<(), Failure> {
        self.end_line()?;
        tell(&error.message);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use atelier_workbench::ProviderChoice;

    use super::*;

    fn settings(active: &str, model: &str) -> WorkbenchSettings {
        WorkbenchSettings {
            provider: ProviderChoice::Automatic,
            active_provider: active.into(),
            model: model.into(),
            chosen_model: None,
            base_urls: [].into(),
            credentials: Vec::new(),
        }
    }

    #[test]
    fn the_first_line_says_which_model_answers_and_when_it_is_none() {
        let text = greeting(&settings("anthropic", "claude-x"), None, None, true);
        assert_eq!(text, "claude-x by Anthropic answers.\nCtrl-C stops an answer, Ctrl-D leaves.\n\n");
        let text = greeting(&settings("anthropic", "claude-x"), Some("claude-y"), None, false);
        assert_eq!(text, "claude-y by Anthropic answers.\n\n");
        let text = greeting(&settings("demo", "demo"), Some("claude-y"), None, false);
        assert!(text.starts_with("The built-in demo answers, not a model;"), "{text}");
    }
}

//! `atelier chat`: prompts in, answers as they come, until the user leaves.

mod commands;
mod completion;
mod greeting;
mod line_editor;
mod prompts;
mod screen;
mod type_ahead;
mod watcher;

use atelier_protocol::{AgentState, QueuedPrompt, SessionId, SessionSummary, TurnId, TurnOutcome};
use atelier_workbench::{Approver, EventReader, TurnChoice, Workbench};

pub(crate) use self::commands::ChatCommand;
use self::{
    completion::Completions,
    prompts::{Input, Prompts},
    screen::Screen,
    type_ahead::TypeAhead,
    watcher::Watcher,
};
use crate::{
    arguments::{ChatArguments, WorkArguments},
    failure::{Failure, tell},
    opened::with_keys,
    output,
    printable::printable_line,
    question, session_choice,
    signals::{Signal, Signals, TurnGuard},
    slash,
    terminal_mode::TerminalMode,
    turn::{self, TurnEnd},
    work::{self, Place},
};

pub(crate) fn execute(arguments: &ChatArguments) -> Result<(), Failure> {
    with_keys(|workbench| {
        work::take_rules(workbench, &arguments.work)?;
        let session = workbench.block_on(chosen_session(workbench, arguments))?;
        let ChatArguments { provider, effort, .. } = *arguments;
        let choice = TurnChoice { provider, model: arguments.model.clone(), effort };
        let answering = workbench.block_on(workbench.who_answers(choice.clone()));
        let terminal = TerminalMode::of_stdin();
        let interactive = terminal.is_some();
        let going_on = session.as_ref().map(|session| session.id);
        let place = workbench.block_on(Place::of(workbench, going_on, &arguments.work))?;
        let project = place.as_ref().map(|place| place.project.clone());
        let commands =
            if interactive { workbench.block_on(slash::names(workbench, project.as_deref()))? } else { Vec::new() };
        let completions = Completions::new(commands, project.as_deref());
        let mut prompts = Prompts::open(workbench.data_folder(), interactive.then_some(completions))?;
        let signals = Signals::listen(workbench, terminal)?;
        output::write(&greeting::text(answering.as_ref(), session.as_ref(), place.as_ref(), interactive))?;
        let screen = Screen::new(workbench, interactive);
        let work = &arguments.work;
        let mut chat = Chat { workbench, signals: &signals, choice, work, project, interactive, session: None, screen };
        if let Some(session) = session {
            workbench.block_on(chat.go_on_with(&session, &mut prompts))?;
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

/// What someone types to have the conversation summarised.
const COMPACT: &str = "/compact";

struct Chat<'a> {
    workbench: &'a Workbench,
    signals: &'a Signals,
    /// Who answers, where it is not for the settings to say.
    choice: TurnChoice,
    /// Where the agent works and how far it may go.
    work: &'a WorkArguments,
    /// The folder that the agent works in, if it has tools.
    project: Option<String>,
    /// Whether someone types at a terminal. Otherwise prompts are piped in and the first failure ends the chat.
    interactive: bool,
    /// None before the first prompt: a chat in which nothing is said leaves nothing behind.
    session: Option<OpenSession>,
    screen: Screen<'a>,
}

struct OpenSession {
    id: SessionId,
    reader: EventReader,
}

impl Chat<'_> {
    async fn go_on_with(&mut self, session: &SessionSummary, prompts: &mut Prompts) -> Result<(), Failure> {
        if self.interactive {
            self.screen.totals = self.workbench.totals(session.id).await?;
        }
        work::set_up(self.workbench, session.id, self.work, false).await?;
        self.open(session).await?;
        if self.interactive { self.take_up(session.id, prompts).await } else { Ok(()) }
    }

    /// Says what is still queued: it never goes out by itself.
    async fn say_what_waits(&self, id: SessionId) -> Result<(), Failure> {
        let waits = |queued: &QueuedPrompt| format!("“{}” waits: it goes along with your next prompt.", queued.text);
        let queued = self.workbench.conversation(id).await?.queued;
        queued.iter().try_for_each(|queued| self.screen.say_aside(Some(printable_line(&waits(queued)))))
    }

    /// Goes on with a turn that has waited for the user's word since another process ended.
    async fn take_up(&mut self, id: SessionId, prompts: &mut Prompts) -> Result<(), Failure> {
        let conversation = self.workbench.conversation(id).await?;
        let question = conversation.questions().next();
        if let Some((call, question)) = question {
            self.screen.say_aside(Some("The agent has been waiting for your word.".to_owned()))?;
            self.screen.show_question(call, question)?;
        }
        let asked = question.map(|(call, question)| (call.id, question.always.clone()));
        let Some(turn) = conversation.open_turn.filter(|_| asked.is_some() || conversation.state != AgentState::Idle)
        else {
            return self.say_what_waits(id).await;
        };
        let guard = self.signals.guard_turn(id);
        if !self.workbench.go_on(id).await? {
            return Ok(());
        }
        if let Some((call, always)) = asked {
            self.screen.say_aside(question::about_always(&always))?;
            turn::pass_on(self.workbench, id, call, prompts.ask()?).await?;
        }
        self.watch(turn, guard, prompts).await
    }

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
            let command = ChatCommand::of(&prompt).filter(|_| self.interactive);
            let done = match command {
                Some(command) => self.workbench.block_on(self.obey(command)),
                None => self.workbench.block_on(self.ask(&prompt, prompts)),
            };
            match done {
                Ok(()) => {}
                Err(failure @ Failure::NoSuchCommand { .. }) if self.interactive => {
                    failure.report();
                    prompts.offer_again(prompt);
                }
                // It is not in the log, so it must not be lost to the user either.
                Err(Failure::NotTaken(error)) if self.interactive => {
                    tell(&error.message);
                    prompts.offer_again(prompt);
                }
                Err(failure @ (Failure::TurnFailed(_) | Failure::Workbench(_) | Failure::NoPrompt))
                    if self.interactive =>
                {
                    failure.report();
                }
                Err(failure) => return Err(failure),
            }
            if self.interactive {
                output::write("\n")?;
            }
        }
    }

    /// One prompt and its turn.
    async fn ask(&mut self, prompt: &str, prompts: &mut Prompts) -> Result<(), Failure> {
        if self.interactive && prompt.trim() == COMPACT {
            return self.compact().await;
        }
        if self.interactive && prompt.trim() == slash::HELP {
            return output::write(&slash::help(self.workbench, self.project.as_deref()).await?);
        }
        let expanded = slash::expand(self.workbench, self.project.as_deref(), prompt).await?;
        for note in expanded.notes {
            self.screen.say_aside(Some(printable_line(&note)))?;
        }
        let approver = if self.interactive { Approver::User } else { Approver::Nobody };
        let choice = slash::choice(&self.choice, expanded.model);
        let preparing = self.workbench.prepare(expanded.text, Some(choice), approver);
        let prepared = preparing.await.map_err(Failure::NotTaken)?.allowing(expanded.allowed);
        if self.session.is_none() {
            let created = self.workbench.create_session().await.map_err(Failure::NotTaken)?;
            work::set_up(self.workbench, created.id, self.work, true).await?;
            self.open(&created).await?;
        }
        let Some(OpenSession { id, .. }) = &self.session else { return Err(Failure::LogClosed) };
        let guard = self.signals.guard_turn(*id);
        let turn = self.workbench.send_prepared(*id, prepared).await.map_err(Failure::NotTaken)?;
        if guard.received().is_some() {
            self.workbench.interrupt(*id).await?;
        }
        if self.interactive {
            self.screen.transcript.prompt_was_typed(turn);
        }
        self.watch(turn, guard, prompts).await
    }

    /// Has the conversation summarised; what comes of it is told here, for no turn tells it.
    async fn compact(&self) -> Result<(), Failure> {
        let Some(OpenSession { id, .. }) = &self.session else {
            return self.screen.say_aside(Some("There is nothing to summarise yet.".to_owned()));
        };
        let _guard = self.signals.guard_turn(*id);
        let done = self.workbench.compact(*id).await?;
        let line = if done { "The model goes on from a summary now." } else { "Nothing was summarised." };
        self.screen.say_aside(Some(line.to_owned()))
    }

    /// Shows a turn until it is over.
    async fn watch(&mut self, turn: TurnId, guard: TurnGuard<'_>, prompts: &mut Prompts) -> Result<(), Failure> {
        let Some(OpenSession { id, reader }) = &self.session else { return Err(Failure::LogClosed) };
        let typed = TypeAhead::new(self.workbench, *id);
        let mut watcher = Watcher { screen: &mut self.screen, prompts, typed, turn };
        watcher.let_type()?;
        let end = turn::follow(self.workbench, reader, turn, &mut watcher).await;
        let (last, left) = (watcher.turn, watcher.typed.finish());
        prompts.take_next(left);
        self.screen.end_line()?;
        self.screen.say_what_it_took(last)?;
        if end.as_ref().is_ok_and(|end| end.outcome != TurnOutcome::Completed) {
            self.say_what_waits(*id).await?;
        }
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
                self.screen.say_what_all_took()?;
                output::write(&format!("To go on later: atelier chat --session {}\n", session.id))
            }
            _ => Ok(()),
        }
    }
}

//! The native engine: takes prompts, runs at most one turn a session, stops them on request.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use atelier_checkpoints::{Checkpoints, Limits};
use atelier_llm::{AskedThinking, Provider};
use atelier_protocol::{
    AgentState, Conversation, EventBody, MessageId, PermissionMode, SessionId, TurnId, title_from_prompt,
};
use atelier_store::{Durability, Store, TurnLease};
use atelier_tools::Confining;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    AgentError, AgentOptions, Approver, FaultWatch, TurnLimits, compaction,
    fault::{FaultBoard, FaultReporter, TurnEndWatch},
    history::{self, History},
    instructions,
    limits::Budget,
    recovery,
    skill_tool::Skills,
    steering::{self, QUEUE_EVENTS, Queue},
    task::Tasks,
    toolboxes::{CommandRules, Toolboxes},
    turn::{Beginning, Turn},
    turn_log::TurnLog,
    turn_tools::TurnTools,
};

/// The longest prompt, in bytes.
pub const MAX_PROMPT_BYTES: usize = 10 << 20;

/// The folder for the files that tools change, as they were before.
const CHECKPOINTS: &str = "checkpoints";

/// How long and how often to try for the lease of a session whose log says idle: its last turn is then just letting go.
const LEASE_RETRY: Duration = Duration::from_millis(10);
const LEASE_TRIES: u32 = 200;

/// A prompt and who shall answer it.
#[derive(Clone)]
pub struct Prompt {
    /// What the user wrote; not blank, at most [`MAX_PROMPT_BYTES`].
    pub text: String,
    /// Who answers.
    pub by: Answerer,
    /// Who is asked whether a tool may run.
    pub approver: Approver,
    /// How much the turn may take, and each that queued prompts begin after it.
    pub limits: TurnLimits,
    /// Rules that allow calls in this turn without a question; they hold for no other turn and no sub-agent.
    pub allow: Vec<String>,
}

/// Who answers a turn.
#[derive(Clone)]
pub struct Answerer {
    /// The provider that answers.
    pub provider: Arc<dyn Provider>,
    /// The model to ask for.
    pub model: String,
    /// Most tokens an answer may take; at least 1, and no more than the model allows.
    pub max_tokens: u32,
    /// How the model is asked to think.
    pub thinking: AskedThinking,
    /// How many tokens fit the model, its answer included; none where that is not known.
    pub context_window: Option<u64>,
}

impl Prompt {
    /// Whether it can be taken, whatever the session.
    pub fn check(&self) -> Result<(), AgentError> {
        check_text(&self.text)
    }
}

/// Whether it can be a prompt.
pub(crate) fn check_text(text: &str) -> Result<(), AgentError> {
    if text.trim().is_empty() {
        return Err(AgentError::EmptyPrompt);
    }
    if text.len() > MAX_PROMPT_BYTES {
        return Err(AgentError::PromptTooLong);
    }
    Ok(())
}

/// The native engine. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Agent {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) options: AgentOptions,
    pub(crate) toolboxes: Toolboxes,
    pub(crate) checkpoints: Checkpoints,
    commands: OnceLock<Arc<dyn CommandRules>>,
    running: Mutex<HashMap<SessionId, RunningTurn>>,
    faults: FaultBoard,
    pub(crate) turns: TaskTracker,
    pub(crate) closing: CancellationToken,
}

/// A turn, or the rest of one.
pub(crate) struct Part {
    pub(crate) turn: TurnId,
    pub(crate) by: Answerer,
    pub(crate) tools: Option<TurnTools>,
    pub(crate) beginning: Beginning,
    pub(crate) limits: TurnLimits,
}

#[derive(Clone)]
struct RunningTurn {
    stop: CancellationToken,
    /// Cancelled when the turn has let go of the session.
    ended: CancellationToken,
}

impl Agent {
    /// An agent that writes to `store`. It runs its turns on the tokio runtime that [`Agent::send`] is called on. What its
    /// tools change is kept in a folder `checkpoints` beside that for what they write at length.
    pub fn new(store: Store, options: AgentOptions) -> Self {
        let faults = FaultBoard::new();
        let checkpoints = Checkpoints::new(options.outputs.with_file_name(CHECKPOINTS), Limits::default());
        let toolboxes = Toolboxes::new(options.outputs.clone(), options.tools.clone());
        let running = Mutex::default();
        let (turns, closing) = (TaskTracker::new(), CancellationToken::new());
        let commands = OnceLock::new();
        let shared = Shared { store, options, toolboxes, checkpoints, commands, running, faults, turns, closing };
        Self { shared: Arc::new(shared) }
    }

    /// From now on commands run as these rules say; without any they are not confined. Only the first rules count.
    pub fn confine(&self, rules: Arc<dyn CommandRules>) {
        // Who comes later has nothing to say.
        let _ = self.shared.commands.set(rules);
    }

    /// Takes a prompt: when this returns, it is in the log and on the disk, and its turn runs. The request leaves
    /// only after that. Prompts that were left in the queue go along, before it.
    pub async fn send(&self, session: SessionId, prompt: Prompt) -> Result<TurnId, AgentError> {
        self.send_with(session, prompt, None).await
    }

    /// The same for a turn that has only the tools of these names.
    pub(crate) async fn send_with(
        &self,
        session: SessionId,
        prompt: Prompt,
        only: Option<Vec<String>>,
    ) -> Result<TurnId, AgentError> {
        prompt.check()?;
        let (mut conversation, lease) = self.settled(session).await?;
        let mut tools = self.tools(session, &conversation, prompt.approver, &prompt.by).await?;
        if let Some(tools) = &mut tools {
            tools.allowed = prompt.allow;
            if let Some(only) = only {
                tools.toolbox = tools.toolbox.clone().limited_to(only);
            }
        }
        let turn = self.open_turn(session, &mut conversation, &prompt.by, Some(&prompt.text)).await?;
        let by = prompt.by;
        let beginning = Beginning::Prompt(history::messages_for(by.provider.name(), &by.model, &conversation));
        self.start(session, &conversation, Part { turn, by, tools, beginning, limits: prompt.limits }, lease);
        Ok(turn)
    }

    /// Writes the beginning of a turn, all in one transaction: what was queued, then the prompt.
    pub(crate) async fn open_turn(
        &self,
        session: SessionId,
        conversation: &mut Conversation,
        by: &Answerer,
        prompt: Option<&str>,
    ) -> Result<TurnId, AgentError> {
        let store = &self.shared.store;
        let turn = TurnId(conversation.turns + 1);
        loop {
            let opening = opening_events(conversation, turn, by, prompt);
            let seen = conversation.seq;
            let written = store.append_unless(session, seen, QUEUE_EVENTS, opening, Durability::Flushed).await?;
            recovery::catch_up(store, session, conversation).await?;
            if written.is_some() {
                return Ok(turn);
            }
        }
    }

    /// From now on the session works in this folder, and its model has tools.
    pub async fn work_in(&self, session: SessionId, project: String) -> Result<(), AgentError> {
        self.note(session, EventBody::SessionProject { path: project }).await
    }

    /// From now on the agent may go this far without asking.
    pub async fn set_mode(&self, session: SessionId, mode: PermissionMode) -> Result<(), AgentError> {
        self.note(session, EventBody::ModeChanged { mode }).await
    }

    pub(crate) async fn note(&self, session: SessionId, event: EventBody) -> Result<(), AgentError> {
        self.shared.store.append(session, vec![event], Durability::Written).await?;
        Ok(())
    }

    /// What the model of a session may use.
    pub(crate) async fn tools(
        &self,
        session: SessionId,
        conversation: &Conversation,
        approver: Approver,
        by: &Answerer,
    ) -> Result<Option<TurnTools>, AgentError> {
        let Some(project) = &conversation.project else { return Ok(None) };
        let toolbox = self.shared.toolboxes.of(session, project, conversation).await?;
        if let Some(rules) = self.shared.commands.get().cloned() {
            let folder = PathBuf::from(project);
            let confining = tokio::task::spawn_blocking(move || rules.of(&folder)).await;
            let reason = "Whether commands are to be confined is not known because of a defect in Atelier.";
            toolbox.confine(confining.unwrap_or_else(|_| Confining::Impossible { reason: reason.to_owned() }));
        }
        let instructions = instructions::for_project(project, self.shared.options.user.clone()).await;
        // As they are now, so they are added for this turn alone. A sub-agent has none itself.
        let tasks = match conversation.parent {
            None => Some(Tasks::of(self, session, project, by.clone(), approver).await.source()),
            Some(_) => None,
        };
        let toolbox = toolbox.with_sources(tasks);
        let toolbox = toolbox.with_sources(Skills::of(project, self.shared.options.user.clone()).await);
        let checkpoints = self.shared.checkpoints.of(session);
        let rules = Arc::clone(&self.shared.options.rules);
        let allowed = Vec::new();
        Ok(Some(TurnTools { toolbox, checkpoints, approver, rules, allowed, instructions }))
    }

    /// Tells the session's turn to stop, if one runs here, and does not wait for its end.
    pub(crate) fn stop_turn(&self, session: SessionId) {
        if let Some(turn) = self.running().get(&session) {
            turn.stop.cancel();
        }
    }

    /// Returns when no turn of the session runs here.
    pub(crate) async fn ended(&self, session: SessionId) {
        let ended = self.running().get(&session).map(|turn| turn.ended.clone());
        if let Some(ended) = ended {
            ended.cancelled().await;
        }
    }

    /// Stops the session's turn and returns when it has ended; what had come is kept. Does nothing when none runs.
    pub async fn interrupt(&self, session: SessionId) -> Result<(), AgentError> {
        let running = self.running().get(&session).cloned();
        if let Some(turn) = running {
            turn.stop.cancel();
            turn.ended.cancelled().await;
            return Ok(());
        }
        if self.shared.store.session(session).await?.state == AgentState::Idle {
            return Ok(());
        }
        // What is not idle and does not run here runs elsewhere, or died without an end, which is written now.
        let lease = self.shared.store.lease(session)?.ok_or(AgentError::RunsElsewhere { session })?;
        let conversation = recovery::load(&self.shared.store, session).await?;
        recovery::close(&self.shared.store, session, conversation, &lease).await?;
        self.shared.faults.clear(session);
        Ok(())
    }

    /// The whole session, folded.
    pub async fn conversation(&self, session: SessionId) -> Result<Conversation, AgentError> {
        Ok(recovery::load(&self.shared.store, session).await?)
    }

    /// Closes the turns that dead processes left open, so that every log says how its last turn ended.
    pub async fn recover(&self) -> Result<(), AgentError> {
        for session in self.shared.store.unsettled().await? {
            if let Some(lease) = self.shared.store.lease(session)? {
                recovery::load_settled(&self.shared.store, session, &lease).await?;
            }
        }
        Ok(())
    }

    /// A view of the storage faults of running turns.
    pub fn faults(&self) -> FaultWatch {
        self.shared.faults.watch()
    }

    /// Tells all turns to stop, and waits for none. No prompt is taken afterwards.
    pub fn stop(&self) {
        self.shared.closing.cancel();
    }

    /// Stops all turns and returns when they have ended. No prompt is taken afterwards.
    pub async fn close(&self) {
        self.stop();
        self.shared.turns.close();
        self.shared.turns.wait().await;
        self.shared.toolboxes.close().await;
    }

    /// The right to run a turn. A session whose log already says idle but whose lease is still held is only just
    /// letting go, here or in another process, so a reader that reacts to `idle` at once is not refused.
    pub(crate) async fn lease(&self, session: SessionId) -> Result<TurnLease, AgentError> {
        for _ in 0..LEASE_TRIES {
            if self.shared.closing.is_cancelled() {
                return Err(AgentError::Closed);
            }
            if let Some(lease) = self.shared.store.lease(session)? {
                return Ok(lease);
            }
            if self.shared.store.session(session).await?.state != AgentState::Idle {
                break;
            }
            tokio::time::sleep(LEASE_RETRY).await;
        }
        Err(AgentError::Busy { session })
    }

    pub(crate) fn start(&self, session: SessionId, conversation: &Conversation, part: Part, lease: TurnLease) {
        let Part { turn, by, tools, beginning, limits } = part;
        let beginning = match beginning {
            Beginning::Prompt(_) if compaction::is_full(conversation, &by) => Beginning::Full,
            beginning => beginning,
        };
        let running = RunningTurn { stop: self.shared.closing.child_token(), ended: CancellationToken::new() };
        let faults = FaultReporter::new(session, self.shared.faults.clone());
        let end = TurnEndWatch::new(faults.clone());
        let appender = self.shared.store.appender(session);
        let work = Turn {
            by,
            tools,
            mode: conversation.mode,
            log: TurnLog::new(appender, turn, conversation, faults, running.stop.clone()),
            history: History { store: self.shared.store.clone(), session },
            queue: Queue::of(conversation),
            options: self.shared.options.clone(),
            budget: Budget::new(limits, &running.stop),
            stopped: running.stop.clone(),
            closing: self.shared.closing.clone(),
        };
        self.running().insert(session, running.clone());

        let agent = self.clone();
        self.shared.turns.spawn(async move {
            // However the task ends, the session is let go: first our own note of it, then the lease.
            let _ended = running.ended.drop_guard();
            let _lease = lease;
            let _note = RunningNote { agent, session };
            let ended = work.run(beginning).await;
            if let Err(error) = &ended {
                tracing::error!(%session, %turn, %error, "the turn's end could not be written");
            }
            end.ended(&ended);
        });
    }

    fn running(&self) -> MutexGuard<'_, HashMap<SessionId, RunningTurn>> {
        self.shared.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a turn off the list of running ones when dropped.
struct RunningNote {
    agent: Agent,
    session: SessionId,
}

impl Drop for RunningNote {
    fn drop(&mut self) {
        self.agent.running().remove(&self.session);
    }
}

/// What begins a turn. `prompt`: none where only queued ones begin it.
fn opening_events(conversation: &Conversation, turn: TurnId, by: &Answerer, prompt: Option<&str>) -> Vec<EventBody> {
    let last = MessageId(conversation.last_message);
    let (delivery, last) = steering::delivery(turn, last, &conversation.queued);
    let mut events = Vec::new();
    if conversation.archived {
        events.push(EventBody::SessionArchived { archived: false });
    }
    if let (None, Some(prompt)) = (&conversation.title, prompt) {
        events.push(EventBody::SessionRenamed { title: title_from_prompt(prompt) });
    }
    let (provider, model) = (by.provider.name().to_owned(), by.model.clone());
    events.push(EventBody::TurnStarted { turn, provider, model });
    events.extend(delivery);
    if let Some(prompt) = prompt {
        events.extend(steering::prompt_message(turn, MessageId(last.0 + 1), prompt.to_owned()));
    }
    events.push(EventBody::StateChanged { state: AgentState::Thinking });
    events
}

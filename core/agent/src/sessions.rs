//! What can be done with a session as a whole: naming it, putting it away, copying it, deleting it.

use std::{collections::BTreeSet, fs, io, path::Path};

use atelier_protocol::{AgentState, Conversation, EventBody, MessageId, SessionId, ToolOutcome, TurnOutcome};
use atelier_store::{Store, StoreError};

use crate::{Agent, AgentError, agent::Shared, recovery};

/// The longest title, in characters.
const MAX_TITLE: usize = 200;

/// What a copy's title ends with.
const COPY: &str = " (copy)";

/// The events that say where turns and messages begin.
const BEGINNINGS: &[&str] = &["turn.started", "prompt.delivered", "message.started"];

impl Agent {
    /// Gives the session another title: one line, cut at 200 characters. Fine while a turn runs.
    pub async fn rename(&self, session: SessionId, title: &str) -> Result<(), AgentError> {
        let title: String = title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_TITLE).collect();
        if title.is_empty() {
            return Err(AgentError::EmptyTitle);
        }
        self.note(session, EventBody::SessionRenamed { title }).await
    }

    /// Puts the session away, or takes it out again. One at work is not put away.
    pub async fn archive(&self, session: SessionId, archived: bool) -> Result<(), AgentError> {
        let summary = self.shared.store.session(session).await?;
        if archived && summary.state != AgentState::Idle {
            return Err(AgentError::Busy { session });
        }
        if summary.archived == archived {
            return Ok(());
        }
        self.note(session, EventBody::SessionArchived { archived }).await
    }

    /// A new session that goes on from this one: from before this message of the user, or from where it is now. The
    /// original stays as it is, and may be at work. Both work in the same folder; what the original's tools did to files,
    /// only the original undoes.
    pub async fn fork(&self, session: SessionId, before: Option<MessageId>) -> Result<SessionId, AgentError> {
        let store = &self.shared.store;
        let up_to = match before {
            Some(message) => begin_of(store, session, message).await?.saturating_sub(1),
            None => store.session(session).await?.last_seq,
        };
        let copied = load_up_to(store, session, up_to).await?;
        let copy = store.fork_session(session, up_to, closing_events(&copied, session, up_to)).await?.id;
        self.link_outputs(session, copy).await;
        let title = copied.title.map(|title| title.strip_suffix(COPY).unwrap_or(&title).to_owned() + COPY);
        if let Some(title) = title {
            self.note(copy, EventBody::SessionRenamed { title }).await?;
        }
        Ok(copy)
    }

    /// Deletes the session and those that do a part of its work, with all that is kept for them. Refused while a turn of
    /// one of them runs, wherever. Nothing brings them back.
    pub async fn delete(&self, session: SessionId) -> Result<(), AgentError> {
        let store = &self.shared.store;
        let family = store.with_parts(session).await?;
        if family.is_empty() {
            return Err(StoreError::NotFound { session }.into());
        }
        let mut leases = Vec::new();
        for id in &family {
            leases.push(self.lease(*id).await?);
        }
        store.delete_sessions(family.clone()).await?;
        for id in family {
            self.shared.toolboxes.drop_one(id).await;
            self.remove_files(id).await;
        }
        Ok(())
    }

    /// Tidies up in the background, unless that was done within a day. It ends with the agent.
    pub fn tidy_daily(&self) {
        let (agent, closing) = (self.clone(), self.shared.closing.clone());
        self.shared.turns.spawn(async move {
            let checkpoints = agent.shared.checkpoints.clone();
            let due = tokio::task::spawn_blocking(move || checkpoints.is_tidying_due()).await;
            if due.unwrap_or(false) {
                tokio::select! {
                    () = closing.cancelled() => {}
                    () = agent.tidy() => {}
                }
            }
        });
    }

    /// Removes what is kept for sessions that there are no more, and what is kept for too long. What can't be removed is
    /// tried again another time.
    pub async fn tidy(&self) {
        let Shared { checkpoints, store, .. } = &*self.shared;
        let (listed, outputs) = (checkpoints.clone(), self.shared.toolboxes.outputs().to_owned());
        let kept_for = tokio::task::spawn_blocking(move || {
            // A folder that is not there yet holds none.
            let outputs = fs::read_dir(outputs).into_iter().flatten();
            let named = outputs.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
            named.chain(listed.sessions()).collect::<BTreeSet<SessionId>>()
        });
        for id in kept_for.await.unwrap_or_default() {
            match store.session(id).await {
                Err(StoreError::NotFound { .. }) => self.remove_files(id).await,
                // One at work makes room itself.
                Ok(_) => {
                    if let Ok(Some(_lease)) = store.lease(id) {
                        let kept = checkpoints.of(id);
                        blocking("old checkpoints", move || kept.make_room().map_err(|error| error.to_string())).await;
                    }
                }
                Err(_) => return,
            }
        }
    }

    async fn remove_files(&self, session: SessionId) {
        let (outputs, checkpoints) = (self.shared.toolboxes.outputs_of(session), self.shared.checkpoints.of(session));
        blocking("a deleted session's files", move || {
            let removed = match fs::remove_dir_all(&outputs) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.to_string()),
                _ => Ok(()),
            };
            checkpoints.remove().map_err(|error| error.to_string()).and(removed)
        })
        .await;
    }

    /// What tools wrote at length stays readable in the copy under the same names. It is never changed, so both may have
    /// the same files.
    async fn link_outputs(&self, from: SessionId, to: SessionId) {
        let (from, to) = (self.shared.toolboxes.outputs_of(from), self.shared.toolboxes.outputs_of(to));
        blocking("a copied session's outputs", move || link_all(&from, &to).map_err(|error| error.to_string())).await;
    }
}

/// Does what is not worth failing for on a thread that may block.
async fn blocking(what: &'static str, work: impl FnOnce() -> Result<(), String> + Send + 'static) {
    if let Ok(Err(error)) = tokio::task::spawn_blocking(work).await {
        tracing::warn!(%error, "{what}");
    }
}

fn link_all(from: &Path, to: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        // Nothing was written at length.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    fs::create_dir_all(to)?;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::hard_link(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The first event of what begins with this message of the user: with its turn, if it is the first message in it.
async fn begin_of(store: &Store, session: SessionId, message: MessageId) -> Result<u64, AgentError> {
    let conversation = recovery::load(store, session).await?;
    if !conversation.prompts().any(|prompt| prompt.id == message) {
        return Err(AgentError::NoSuchMessage { message });
    }
    let mut begin = None;
    for event in store.read_kinds(session, 0, BEGINNINGS).await? {
        match event.body {
            EventBody::MessageStarted { message: started, .. } if started == message => {
                return Ok(begin.unwrap_or(event.seq));
            }
            EventBody::MessageStarted { .. } => begin = None,
            // The turn comes first where it has just begun.
            _ => begin = begin.or(Some(event.seq)),
        }
    }
    Err(AgentError::NoSuchMessage { message })
}

async fn load_up_to(store: &Store, session: SessionId, up_to: u64) -> Result<Conversation, StoreError> {
    let mut conversation = Conversation::default();
    while conversation.seq < up_to {
        let events = store.read(session, conversation.seq, recovery::PAGE).await?;
        let Some(last) = events.last() else { break };
        let reached = last.seq;
        conversation.apply_all(events.iter().filter(|event| event.seq <= up_to));
        if reached >= up_to {
            break;
        }
    }
    Ok(conversation)
}

/// What makes a copy of the beginning of a log a session of its own: nothing in it is open, and nothing waits in it.
fn closing_events(copied: &Conversation, from: SessionId, up_to: u64) -> Vec<EventBody> {
    let mut bodies: Vec<_> =
        copied.queued.iter().map(|queued| EventBody::PromptWithdrawn { prompt: queued.id }).collect();
    bodies.extend(copied.open_messages().map(|message| EventBody::MessageFinished {
        message: message.id,
        complete: false,
        vendor: None,
    }));
    bodies.extend(copied.unsettled_calls().map(|call| EventBody::ToolResult {
        tool_call_id: call.id,
        outcome: ToolOutcome::interrupted(),
        execution_time_ms: 0,
    }));
    let interrupted = |turn| EventBody::TurnFinished { turn, outcome: TurnOutcome::Interrupted, stop_reason: None };
    bodies.extend(copied.open_turn.map(interrupted));
    if copied.state != AgentState::Idle {
        bodies.push(EventBody::StateChanged { state: AgentState::Idle });
    }
    bodies.push(EventBody::SessionForked { from, up_to });
    bodies
}

//! Steering: what the user says while a turn runs.
//!
//! Such a prompt is queued in the log and nowhere else, so it outlives the process. The turn delivers it at its next
//! step: when the calls of the answer at hand are settled, before the next request. A turn that is complete without
//! another step begins the next one with it at once, in the same transaction, so that no one finds the session idle and a
//! prompt waiting. After a turn that was stopped, failed or died, prompts stay queued: they go along with the next prompt
//! that is sent, before it, or begin a turn of their own when someone calls [`Agent::go_on`]. They never spend anything by
//! themselves.
//!
//! Delivered or taken back: only one of the two gets into the log, because either is written only if nothing about the
//! queue has been written since it was looked at.

use atelier_protocol::{
    AgentState, ContentKind, Conversation, EventBody, MessageId, QueuedPrompt, QueuedPromptId, Role, SessionId, TurnId,
};
use atelier_store::{Durability, Store, StoreError};

use crate::{
    Agent, AgentError, Prompt,
    agent::{MAX_PROMPT_BYTES, check_text},
    history::History,
    turn::{After, Turn},
};

/// How many prompts may wait in a session.
pub const MAX_QUEUED: usize = 32;

/// What changes a session's queue.
pub(crate) const QUEUE_EVENTS: &[&str] = &["prompt."];

/// The same, and what decides whether a turn is there to deliver it.
const QUEUE_AND_TURN_EVENTS: &[&str] = &["prompt.", "turn."];

/// How often a prompt is tried to be sent and queued in turn, where turns begin and end in between.
const TRIES: u32 = 20;

/// What became of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It began this turn.
    Turn(TurnId),
    /// It waits for the next step of the turn that runs.
    Queued(QueuedPromptId),
}

impl Agent {
    /// Takes a prompt whatever the session does: queues it while a turn runs (or waits for the user), else sends it. When
    /// this returns, it is in the log and on the disk. Works for turns of other processes too.
    pub async fn send_or_queue(&self, session: SessionId, prompt: Prompt) -> Result<Sent, AgentError> {
        for _ in 0..TRIES {
            match self.send(session, prompt.clone()).await {
                Err(AgentError::Busy { .. } | AgentError::WaitsForApproval { .. }) => {}
                sent => return Ok(Sent::Turn(sent?)),
            }
            if let Some(queued) = self.queue_prompt(session, &prompt.text).await? {
                return Ok(Sent::Queued(queued));
            }
        }
        Err(AgentError::Busy { session })
    }

    /// Queues a prompt for the turn that runs or waits for the user; none if there is no such turn. When this returns, it
    /// is in the log and on the disk.
    pub async fn queue_prompt(&self, session: SessionId, text: &str) -> Result<Option<QueuedPromptId>, AgentError> {
        check_text(text)?;
        let store = &self.shared.store;
        loop {
            let seen = queue_of(store, session).await?;
            if seen.open_turn.is_none() {
                return Ok(None);
            }
            let waiting: usize = seen.queued.iter().map(|queued| queued.text.len()).sum();
            if seen.queued.len() >= MAX_QUEUED || waiting + text.len() > MAX_PROMPT_BYTES {
                return Err(AgentError::QueueFull);
            }
            let prompt = QueuedPromptId(seen.last_queued + 1);
            let queued = vec![EventBody::PromptQueued { prompt, text: text.to_owned() }];
            let written =
                store.append_unless(session, seen.seq, QUEUE_AND_TURN_EVENTS, queued, Durability::Flushed).await?;
            if written.is_some() {
                return Ok(Some(prompt));
            }
        }
    }

    /// Takes a queued prompt back and returns its text. Once it is delivered that is an error.
    pub async fn withdraw_prompt(&self, session: SessionId, prompt: QueuedPromptId) -> Result<String, AgentError> {
        let store = &self.shared.store;
        loop {
            let mut seen = queue_of(store, session).await?;
            let at = seen.queued.iter().position(|queued| queued.id == prompt);
            let text = at.map(|at| seen.queued.swap_remove(at).text).ok_or(AgentError::NotQueued { prompt })?;
            let withdrawn = vec![EventBody::PromptWithdrawn { prompt }];
            if store.append_unless(session, seen.seq, QUEUE_EVENTS, withdrawn, Durability::Flushed).await?.is_some() {
                return Ok(text);
            }
        }
    }
}

/// The session's queue and whether a turn is open: a fold of these events alone, so that a long log costs little.
pub(crate) async fn queue_of(store: &Store, session: SessionId) -> Result<Conversation, StoreError> {
    let mut seen = Conversation::default();
    seen.apply_all(&store.read_kinds(session, 0, QUEUE_AND_TURN_EVENTS).await?);
    Ok(seen)
}

/// What a running turn knows of its session's queue.
pub(crate) struct Queue {
    /// Folds events of the queue alone.
    seen: Conversation,
    /// Up to here the log has been looked through.
    looked_to: u64,
}

impl Queue {
    /// As the whole log has it.
    pub(crate) fn of(conversation: &Conversation) -> Self {
        let seen = Conversation {
            queued: conversation.queued.clone(),
            last_queued: conversation.last_queued,
            seq: conversation.seq,
            ..Conversation::default()
        };
        Self { seen, looked_to: conversation.seq }
    }
}

impl Turn {
    /// Delivers what is queued, between two answers.
    pub(crate) async fn deliver_queued(&mut self) -> Result<(), StoreError> {
        while self.look_at_queue().await? {
            let (events, last_message) = self.log.delivery(self.log.turn(), &self.queue.seen.queued);
            if self.write_unless_queued(events).await? {
                self.log.continue_from(self.log.turn(), last_message, self.log.state());
                return Ok(());
            }
        }
        Ok(())
    }

    /// Ends the turn, and begins the next one where prompts are queued: all of this is in the log or nothing of it.
    pub(crate) async fn close_or_go_on(&mut self, complete: bool, last: Vec<EventBody>) -> Result<After, StoreError> {
        let ending = self.log.ending(complete, last).await?;
        loop {
            if !self.look_at_queue().await? {
                if self.write_unless_queued(ending.clone()).await? {
                    return Ok(After::Nothing);
                }
                continue;
            }
            let turn = TurnId(self.log.turn().0 + 1);
            let (delivery, last_message) = self.log.delivery(turn, &self.queue.seen.queued);
            let mut events = ending.clone();
            let (provider, model) = (self.by.provider.name().to_owned(), self.by.model.clone());
            events.push(EventBody::TurnStarted { turn, provider, model });
            events.extend(delivery);
            events.push(EventBody::StateChanged { state: AgentState::Thinking });
            if self.write_unless_queued(events).await? {
                self.log.continue_from(turn, last_message, AgentState::Thinking);
                return Ok(After::AnotherTurn);
            }
        }
    }

    /// Whether prompts wait.
    async fn look_at_queue(&mut self) -> Result<bool, StoreError> {
        let written = self.log.flush(Durability::Written).await?;
        let History { store, session } = &self.history;
        let news = store.read_kinds(*session, self.queue.looked_to, QUEUE_EVENTS).await?;
        self.queue.seen.apply_all(&news);
        self.queue.looked_to = self.queue.looked_to.max(written);
        Ok(!self.queue.seen.queued.is_empty())
    }

    async fn write_unless_queued(&mut self, events: Vec<EventBody>) -> Result<bool, StoreError> {
        let after = self.queue.looked_to.max(self.queue.seen.seq);
        self.log.write_unless_queued(after, events).await
    }
}

/// The events by which queued prompts become messages of a turn, and the number of the last message.
pub(crate) fn delivery(turn: TurnId, after: MessageId, queued: &[QueuedPrompt]) -> (Vec<EventBody>, MessageId) {
    let (mut events, mut message) = (Vec::new(), after);
    for QueuedPrompt { id, text, .. } in queued {
        message = MessageId(message.0 + 1);
        events.push(EventBody::PromptDelivered { prompt: *id });
        events.extend(prompt_message(turn, message, text.clone()));
    }
    (events, message)
}

/// A prompt as a message.
pub(crate) fn prompt_message(turn: TurnId, message: MessageId, text: String) -> [EventBody; 3] {
    [
        EventBody::MessageStarted { message, turn, role: Role::User, content: ContentKind::Text },
        EventBody::MessageDelta { message, text },
        EventBody::MessageFinished { message, complete: true, vendor: None },
    ]
}

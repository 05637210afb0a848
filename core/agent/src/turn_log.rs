//! Writing one turn into the session's log, come what may.

use std::time::Duration;

use atelier_protocol::{
    AgentState, ContentKind, Conversation, EventBody, Json, MessageId, QueuedPrompt, Role, ToolCallId, TurnId,
};
use atelier_store::{Appender, Durability, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    fault::FaultReporter,
    steering::{self, QUEUE_EVENTS},
};

/// How long to wait before writing again after the disk refused.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// The writing end of a running turn. It numbers messages and keeps at most one open; one that never gets any text
/// before it is cut off is not written at all. When the log can't be written
/// for a reason that may pass (a full disk), it tells the readers, holds what it has, and tries again until it
/// succeeds or the turn is stopped: the model is simply not read from meanwhile, so nothing is lost and nothing grows.
pub(crate) struct TurnLog {
    appender: Appender,
    turn: TurnId,
    last_message: MessageId,
    open: Option<MessageId>,
    /// A message that has begun and is written with its first text, or with its end.
    unwritten: Option<ContentKind>,
    /// Something of the answer is written.
    answered: bool,
    last_call: ToolCallId,
    state: AgentState,
    faults: FaultReporter,
    stopped: CancellationToken,
}

impl TurnLog {
    /// `conversation` is the log so far.
    pub(crate) fn new(
        appender: Appender,
        turn: TurnId,
        conversation: &Conversation,
        faults: FaultReporter,
        stopped: CancellationToken,
    ) -> Self {
        Self {
            appender,
            turn,
            last_message: MessageId(conversation.last_message),
            open: None,
            unwritten: None,
            answered: false,
            last_call: ToolCallId(conversation.last_call),
            state: conversation.state,
            faults,
            stopped,
        }
    }

    pub(crate) fn turn(&self) -> TurnId {
        self.turn
    }

    /// Whether anything of the answer is written, and so may have been seen.
    pub(crate) fn answered(&self) -> bool {
        self.answered
    }

    /// The next answer begins: nothing of it is written yet.
    pub(crate) fn begin_answer(&mut self) {
        self.answered = false;
    }

    /// The model asks for a tool. A message that is still open is closed as it is.
    pub(crate) async fn request_tool(
        &mut self,
        tool: String,
        params: Json,
        vendor_id: String,
        vendor: Option<Json>,
    ) -> Result<(), StoreError> {
        self.finish_message(true, None).await?;
        self.last_call = ToolCallId(self.last_call.0 + 1);
        self.answered = true;
        let (tool_call_id, turn) = (self.last_call, self.turn);
        self.push(EventBody::ToolRequested { tool_call_id, turn, tool, params, vendor_id, vendor }).await
    }

    /// The agent does something else now, which `events` tell of first; where it does the same, there is no more to tell
    /// than they do. All of this is in the log or nothing of it, so no reader finds a question and an agent that is not
    /// waiting for its answer.
    pub(crate) async fn enter(&mut self, state: AgentState, mut events: Vec<EventBody>) -> Result<(), StoreError> {
        if self.state != state {
            self.state = state;
            events.push(EventBody::StateChanged { state });
        }
        self.push_all(events).await
    }

    /// Writes these events together, after all that came before them.
    pub(crate) async fn push_all(&mut self, events: Vec<EventBody>) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let pushed = self.appender.push_all(events).await;
        self.hold_on(pushed).await
    }

    /// When text that waits to be merged must be written, if any waits.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.appender.deadline()
    }

    /// Begins a message of the model; one that is still open is closed as it is.
    pub(crate) async fn start_message(&mut self, content: ContentKind) -> Result<(), StoreError> {
        self.finish_message(true, None).await?;
        self.unwritten = Some(content);
        Ok(())
    }

    async fn write_start(&mut self) -> Result<(), StoreError> {
        let Some(content) = self.unwritten.take() else { return Ok(()) };
        let message = MessageId(self.last_message.0 + 1);
        self.last_message = message;
        self.answered = true;
        self.push(EventBody::MessageStarted { message, turn: self.turn, role: Role::Assistant, content }).await?;
        self.open = Some(message);
        Ok(())
    }

    /// Adds text to the open message; text without one is dropped, as no reader could place it.
    pub(crate) async fn text(&mut self, text: String) -> Result<(), StoreError> {
        if text.is_empty() {
            return Ok(());
        }
        self.write_start().await?;
        match self.open {
            Some(message) => self.push(EventBody::MessageDelta { message, text }).await,
            None => Ok(()),
        }
    }

    /// Ends the open message, if there is one.
    pub(crate) async fn finish_message(&mut self, complete: bool, vendor: Option<Json>) -> Result<(), StoreError> {
        if complete {
            self.write_start().await?;
        }
        match self.end_of_message(complete, vendor) {
            Some(end) => self.push(end).await,
            None => Ok(()),
        }
    }

    /// Ends the turn, and the message that may still be open: `complete` says whether that came whole. All of this is
    /// in the log or nothing of it, so no reader ever finds a turn that is over and a session that is not idle.
    pub(crate) async fn close(&mut self, complete: bool, last: Vec<EventBody>) -> Result<(), StoreError> {
        let ending = self.ending(complete, last).await?;
        let pushed = self.appender.push_all(ending).await;
        self.hold_on(pushed).await?;
        self.flush(Durability::Flushed).await.map(drop)
    }

    /// Writes these events at once, all or none, after all that came before them.
    pub(crate) async fn write(&mut self, bodies: Vec<EventBody>) -> Result<(), StoreError> {
        self.push_all(bodies).await?;
        self.flush(Durability::Written).await.map(drop)
    }

    fn end_of_message(&mut self, complete: bool, vendor: Option<Json>) -> Option<EventBody> {
        self.unwritten = None;
        self.open.take().map(|message| EventBody::MessageFinished { message, complete, vendor })
    }

    /// Writes an event after all that came before it.
    pub(crate) async fn push(&mut self, body: EventBody) -> Result<(), StoreError> {
        let pushed = self.appender.push(body).await;
        self.hold_on(pushed).await
    }

    async fn hold_on(&mut self, pushed: Result<(), StoreError>) -> Result<(), StoreError> {
        match pushed {
            Err(error) if may_pass(&error) => self.flush_until_written(Durability::Written, error).await.map(drop),
            result => result,
        }
    }

    /// Writes what waits, and returns the number of the newest event.
    pub(crate) async fn flush(&mut self, durability: Durability) -> Result<u64, StoreError> {
        match self.appender.flush(durability).await {
            Err(error) if may_pass(&error) => self.flush_until_written(durability, error).await,
            result => result,
        }
    }

    async fn flush_until_written(&mut self, durability: Durability, first: StoreError) -> Result<u64, StoreError> {
        let mut error = first;
        loop {
            self.wait_for_room(error).await?;
            match self.appender.flush(durability).await {
                Ok(last_seq) => {
                    self.faults.clear();
                    return Ok(last_seq);
                }
                Err(again) if may_pass(&again) => error = again,
                Err(fatal) => return Err(fatal),
            }
        }
    }

    /// Tells the readers and waits a moment; the error again when the turn is stopped.
    async fn wait_for_room(&mut self, error: StoreError) -> Result<(), StoreError> {
        tracing::warn!(%error, "the log can't be written; holding what has come");
        self.faults.waiting(&error);
        if self.stopped.is_cancelled() {
            return Err(error);
        }
        tokio::select! {
            () = self.stopped.cancelled() => {}
            () = tokio::time::sleep(RETRY_AFTER) => {}
        }
        Ok(())
    }

    /// Writes these events, all or none, unless the session's queue of prompts has changed after that event. False: it
    /// has.
    pub(crate) async fn write_unless_queued(&mut self, after: u64, bodies: Vec<EventBody>) -> Result<bool, StoreError> {
        self.flush(Durability::Written).await?;
        loop {
            match self.appender.append_unless(after, QUEUE_EVENTS, bodies.clone(), Durability::Flushed).await {
                Err(error) if may_pass(&error) => self.wait_for_room(error).await?,
                written => {
                    self.faults.clear();
                    return Ok(written?.is_some());
                }
            }
        }
    }

    /// The queued prompts are delivered in a turn: their events, and the number of the last message in them.
    pub(crate) fn delivery(&self, turn: TurnId, queued: &[QueuedPrompt]) -> (Vec<EventBody>, MessageId) {
        steering::delivery(turn, self.last_message, queued)
    }

    pub(crate) fn state(&self) -> AgentState {
        self.state
    }

    /// The log goes on from here: another turn, perhaps, and messages that were written past this.
    pub(crate) fn continue_from(&mut self, turn: TurnId, last_message: MessageId, state: AgentState) {
        (self.turn, self.last_message, self.state) = (turn, last_message, state);
    }

    /// What ends the turn, and the message that may still be open: `complete` says whether that came whole.
    pub(crate) async fn ending(&mut self, complete: bool, last: Vec<EventBody>) -> Result<Vec<EventBody>, StoreError> {
        if complete {
            self.write_start().await?;
        }
        let message = self.end_of_message(complete, None);
        let idle = EventBody::StateChanged { state: AgentState::Idle };
        Ok(message.into_iter().chain(last).chain([idle]).collect())
    }
}

/// Whether waiting can help.
fn may_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::DiskFull { .. } | StoreError::Locked { .. })
}

//! Writing one turn into the session's log, come what may.

use std::time::Duration;

use atelier_protocol::{AgentState, ContentKind, Conversation, EventBody, Json, MessageId, Role, ToolCallId, TurnId};
use atelier_store::{Appender, Durability, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::fault::FaultReporter;

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
            last_message: conversation.messages.last().map_or(MessageId(0), |message| message.id),
            open: None,
            unwritten: None,
            answered: false,
            last_call: conversation.calls.last().map_or(ToolCallId(0), |call| call.id),
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
        if complete {
            self.write_start().await?;
        }
        let message = self.end_of_message(complete, None);
        let idle = EventBody::StateChanged { state: AgentState::Idle };
        let pushed = self.appender.push_all(message.into_iter().chain(last).chain([idle])).await;
        self.hold_on(pushed).await?;
        self.flush(Durability::Flushed).await
    }

    /// Writes these events at once, all or none, after all that came before them.
    pub(crate) async fn write(&mut self, bodies: Vec<EventBody>) -> Result<(), StoreError> {
        self.push_all(bodies).await?;
        self.flush(Durability::Written).await
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
            Err(error) if may_pass(&error) => self.flush_until_written(Durability::Written, error).await,
            result => result,
        }
    }

    /// Writes what waits.
    pub(crate) async fn flush(&mut self, durability: Durability) -> Result<(), StoreError> {
        match self.appender.flush(durability).await {
            Err(error) if may_pass(&error) => self.flush_until_written(durability, error).await,
            result => result.map(drop),
        }
    }

    async fn flush_until_written(&mut self, durability: Durability, first: StoreError) -> Result<(), StoreError> {
        let mut error = first;
        loop {
            tracing::warn!(%error, "the log can't be written; holding what has come");
            self.faults.waiting(&error);
            if self.stopped.is_cancelled() {
                return Err(error);
            }
            tokio::select! {
                () = self.stopped.cancelled() => {}
                () = tokio::time::sleep(RETRY_AFTER) => {}
            }
            match self.appender.flush(durability).await {
                Ok(_) => {
                    self.faults.clear();
                    return Ok(());
                }
                Err(again) if may_pass(&again) => error = again,
                Err(fatal) => return Err(fatal),
            }
        }
    }
}

/// Whether waiting can help.
fn may_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::DiskFull { .. } | StoreError::Locked { .. })
}

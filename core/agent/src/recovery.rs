//! Closing turns that nobody runs any more.
//!
//! A process that is killed leaves a log that breaks off in the middle of a turn. Whoever holds the session's lease
//! next and finds such a turn writes down how it ended: `interrupted`, with the text that had come. Only a turn that
//! waits for the user's word stays open: the question is still there, and the answer takes the turn up again.

use atelier_protocol::{
    AgentState, Conversation, Decision, EventBody, Message, SessionId, Timestamp, ToolCall, ToolError, ToolOutcome,
    ToolStage, TurnId, TurnOutcome,
};
use atelier_store::{Durability, Store, StoreError, TurnLease};

use crate::{elicitation, outside};

/// How many events are read at a time: bounds memory where a log is long.
pub(crate) const PAGE: usize = 2_000;

/// Folds the whole log of a session.
pub(crate) async fn load(store: &Store, session: SessionId) -> Result<Conversation, StoreError> {
    let mut conversation = Conversation::default();
    catch_up(store, session, &mut conversation).await?;
    Ok(conversation)
}

/// Folds what was appended since.
pub(crate) async fn catch_up(
    store: &Store,
    session: SessionId,
    conversation: &mut Conversation,
) -> Result<(), StoreError> {
    loop {
        let events = store.read(session, conversation.seq, PAGE).await?;
        if events.is_empty() {
            return Ok(());
        }
        conversation.apply_all(&events);
    }
}

/// What became of a session's newest turn.
pub(crate) enum Standing {
    /// It is over.
    Settled(Conversation),
    /// It waits for the user, or for someone to carry out what the user allowed. Nothing of it is lost.
    Waiting(TurnId, Conversation),
}

/// Folds the log. A newest turn that is open and can't go on is closed as interrupted; the lease proves that no one
/// runs it.
pub(crate) async fn load_settled(store: &Store, session: SessionId, lease: &TurnLease) -> Result<Standing, StoreError> {
    let mut conversation = load(store, session).await?;
    // Nobody would get what a sub-agent says now: the call that waited for it has died with the process.
    let can_go_on = conversation.parent.is_none() && can_go_on(&conversation, Timestamp::now());
    if let Some(turn) = conversation.open_turn.filter(|_| can_go_on) {
        let closed: Vec<_> = elicitation::closed(&conversation).collect();
        if !closed.is_empty() {
            store.append(session, closed, Durability::Flushed).await?;
            catch_up(store, session, &mut conversation).await?;
        }
        return Ok(Standing::Waiting(turn, conversation));
    }
    close(store, session, conversation, lease).await.map(Standing::Settled)
}

/// Closes the newest turn as interrupted, whatever it was at. A session that is not idle although no turn is open becomes
/// so: such logs were once left behind, when the turn's end and the state were written one after the other.
pub(crate) async fn close(
    store: &Store,
    session: SessionId,
    mut conversation: Conversation,
    _lease: &TurnLease,
) -> Result<Conversation, StoreError> {
    if conversation.open_turn.is_some() || conversation.state != AgentState::Idle {
        store.append(session, closing_events(&conversation), Durability::Flushed).await?;
        catch_up(store, session, &mut conversation).await?;
    }
    Ok(conversation)
}

/// Whether the turn broke off where it can be taken up again: its answer is whole, and it is the user's word that is
/// missing or has just come. A tool that had begun is never run again by itself.
fn can_go_on(conversation: &Conversation, now: Timestamp) -> bool {
    let begun = conversation.unsettled_calls().any(|call| call.stage == ToolStage::Running);
    let asked = conversation.unsettled_calls().any(|call| match &call.stage {
        ToolStage::Waiting(question) => question.expires_at > now,
        ToolStage::Allowed | ToolStage::Refused(_) => true,
        _ => false,
    });
    asked && !begun
}

fn closing_events(conversation: &Conversation) -> Vec<EventBody> {
    let now = Timestamp::now();
    let cut_off = |message: &Message| EventBody::MessageFinished { message: message.id, complete: false, vendor: None };
    let mut bodies: Vec<_> = conversation.open_messages().map(cut_off).collect();
    bodies.extend(elicitation::closed(conversation));
    bodies.extend(conversation.unsettled_calls().map(|call| EventBody::ToolResult {
        tool_call_id: call.id,
        outcome: broken_off(call, now),
        execution_time_ms: 0,
    }));
    let interrupted = |turn| EventBody::TurnFinished { turn, outcome: TurnOutcome::Interrupted, stop_reason: None };
    bodies.extend(conversation.open_turn.map(interrupted));
    bodies.push(EventBody::StateChanged { state: AgentState::Idle });
    bodies
}

/// What came of a call that nobody carries out any more.
fn broken_off(call: &ToolCall, now: Timestamp) -> ToolOutcome {
    match &call.stage {
        ToolStage::Running => {}
        ToolStage::Waiting(_) if call.tried_confined => return outside::left_inside(&Decision::TimedOut),
        ToolStage::Waiting(question) if question.expires_at <= now => return ToolOutcome::timed_out(),
        _ => return ToolOutcome::interrupted(),
    }
    let message = "Atelier ended while the tool ran, so it may have taken effect in part: look before it is run again.";
    ToolOutcome::Error {
        error: ToolError { code: "INTERRUPTED".to_owned(), message: message.to_owned(), recoverable: true },
    }
}

//! Closing turns that nobody runs any more.
//!
//! A process that is killed leaves a log that breaks off in the middle of a turn. Whoever holds the session's lease
//! next and finds such a turn writes down how it ended: `interrupted`, with the text that had come.

use atelier_protocol::{AgentState, Conversation, EventBody, SessionId, TurnOutcome};
use atelier_store::{Durability, Store, StoreError, TurnLease};

/// How many events are read at a time: bounds memory where a log is long.
const PAGE: usize = 2_000;

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

/// Folds the log and, if its newest turn is open, closes it as interrupted. The lease proves that no one runs it. A
/// session that is not idle although no turn is open becomes so: such logs were once left behind, when the turn's end and
/// the state were written one after the other.
pub(crate) async fn load_settled(
    store: &Store,
    session: SessionId,
    _lease: &TurnLease,
) -> Result<Conversation, StoreError> {
    let mut conversation = load(store, session).await?;
    if conversation.open_turn.is_some() || conversation.state != AgentState::Idle {
        let mut bodies: Vec<_> = conversation
            .open_messages()
            .map(|message| EventBody::MessageFinished { message: message.id, complete: false, vendor: None })
            .collect();
        let interrupted = |turn| EventBody::TurnFinished { turn, outcome: TurnOutcome::Interrupted, stop_reason: None };
        bodies.extend(conversation.open_turn.map(interrupted));
        bodies.push(EventBody::StateChanged { state: AgentState::Idle });
        store.append(session, bodies, Durability::Flushed).await?;
        catch_up(store, session, &mut conversation).await?;
    }
    Ok(conversation)
}

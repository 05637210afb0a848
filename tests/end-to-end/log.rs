//! What must be true of every log, and of what a reader saw of it.

use atelier_protocol::{AgentState, Conversation, EventBody, Message, Role, SessionEvent, TurnOutcome};

/// Folds a log after checking that its numbers have no gap and that it ends in peace: no turn and no message open, the
/// agent idle.
#[track_caller]
pub(crate) fn settled(log: &[SessionEvent]) -> Conversation {
    for (event, number) in log.iter().zip(1..) {
        assert_eq!(event.seq, number, "a gap or a repetition in the log");
    }
    let mut conversation = Conversation::default();
    conversation.apply_all(log);
    let end = &log[log.len().saturating_sub(4)..];
    assert_eq!(conversation.open_turn, None, "{end:?}");
    assert_eq!(conversation.state, AgentState::Idle, "{end:?}");
    assert_eq!(conversation.open_messages().count(), 0, "{end:?}");
    conversation
}

/// Checks that what a reader got, who asked for everything after a number, is what stands in the log. Only deltas may
/// have reached the reader merged, under the number of the last one.
#[track_caller]
pub(crate) fn assert_seen_is_logged(seen: &[SessionEvent], after: u64, log: &[SessionEvent]) {
    let mut last = after;
    for event in seen {
        let logged: Vec<&SessionEvent> = log.iter().filter(|it| it.seq > last && it.seq <= event.seq).collect();
        match (&event.body, logged.as_slice()) {
            (_, [only]) => assert_eq!(*only, event, "an event that was seen is another one in the log"),
            (EventBody::MessageDelta { message, text }, several) => {
                let joined: String = several
                    .iter()
                    .map(|it| match &it.body {
                        EventBody::MessageDelta { message: of, text } if of == message => text.as_str(),
                        other => panic!("a merged delta hides {other:?}"),
                    })
                    .collect();
                assert_eq!(&joined, text, "a text that was seen is another one in the log");
                assert_eq!(several.last().map(|it| (it.seq, it.at)), Some((event.seq, event.at)));
            }
            (_, logged) => panic!("{event:?} was seen, but the log has {logged:?}"),
        }
        last = event.seq;
    }
}

/// How the log's turns ended, in order.
pub(crate) fn outcomes(log: &[SessionEvent]) -> Vec<TurnOutcome> {
    let outcome = |event: &SessionEvent| match &event.body {
        EventBody::TurnFinished { outcome, .. } => Some(*outcome),
        _ => None,
    };
    log.iter().filter_map(outcome).collect()
}

/// The texts of one side, in order.
pub(crate) fn texts(conversation: &Conversation, role: Role) -> Vec<&str> {
    conversation.messages.iter().filter(|message| message.role == role).map(|message| message.text.as_str()).collect()
}

/// The newest message of the model.
pub(crate) fn newest_answer(conversation: &Conversation) -> &Message {
    conversation.messages.iter().rev().find(|message| message.role == Role::Assistant).unwrap()
}

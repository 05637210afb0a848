//! What was undone, in words; and which events of a log no longer count.

use std::{collections::HashMap, ops::RangeInclusive};

use atelier_protocol::{EventBody, MessageId, SessionEvent};

/// How many files are named.
const MAX_NAMED: usize = 10;

/// Which files are as before, and which were left alone.
pub(crate) fn note(restored: &[String], kept: &[String]) -> String {
    let mut parts = Vec::new();
    if !restored.is_empty() {
        parts.push(format!("undone: {}", names(restored)));
    }
    if !kept.is_empty() {
        parts.push(format!("left alone, changed since or not kept: {}", names(kept)));
    }
    if parts.is_empty() { "nothing was left to undo".to_owned() } else { parts.join("; ") }
}

fn names(paths: &[String]) -> String {
    let more = paths.len().saturating_sub(MAX_NAMED);
    let named = paths.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { named } else { format!("{named} and {more} more") }
}

/// Finds the events of messages and turns that were taken back. Fed with a log from its beginning on, in order.
#[derive(Debug, Default)]
pub(crate) struct TakenBack {
    /// Where each message begins: with its turn, if it is the first in it.
    begins: HashMap<MessageId, u64>,
    turn_began: Option<u64>,
    ranges: Vec<RangeInclusive<u64>>,
}

impl TakenBack {
    pub(crate) fn apply_all(&mut self, events: &[SessionEvent]) {
        for event in events {
            self.apply(event);
        }
    }

    fn apply(&mut self, event: &SessionEvent) {
        match &event.body {
            EventBody::TurnStarted { .. } => self.turn_began = Some(event.seq),
            EventBody::MessageStarted { message, .. } => {
                self.begins.insert(*message, self.turn_began.take().unwrap_or(event.seq));
            }
            EventBody::ConversationRewound { to } => {
                if let Some(begin) = self.begins.get(to) {
                    self.ranges.push(*begin..=event.seq);
                }
            }
            _ => {}
        }
    }

    /// Whether the event with this number still counts.
    pub(crate) fn counts(&self, seq: u64) -> bool {
        !self.ranges.iter().any(|range| range.contains(&seq))
    }
}

#[cfg(test)]
mod tests {
    use atelier_protocol::{ContentKind, Role, Timestamp, TurnId};

    use super::*;

    #[test]
    fn files_are_named_up_to_a_number() {
        let paths = |count: usize| (1..=count).map(|number| format!("{number}.txt")).collect::<Vec<_>>();
        assert_eq!(note(&paths(2), &[]), "undone: 1.txt, 2.txt");
        assert_eq!(note(&paths(12), &paths(1)).matches(".txt").count(), 11);
        assert!(note(&paths(12), &[]).ends_with(" and 2 more"));
        assert_eq!(note(&[], &[]), "nothing was left to undo");
    }

    #[test]
    fn what_was_taken_back_is_the_message_its_turn_and_all_after_it_and_twice_is_once() {
        let turn = |turn| EventBody::TurnStarted { turn: TurnId(turn), provider: String::new(), model: String::new() };
        let message = |message, turn| EventBody::MessageStarted {
            message: MessageId(message),
            turn: TurnId(turn),
            role: Role::User,
            content: ContentKind::Text,
        };
        let back = |to| EventBody::ConversationRewound { to: MessageId(to) };
        let bodies = [
            turn(1),
            message(1, 1),
            turn(2),
            message(2, 2),
            message(3, 2),
            back(3),
            turn(3),
            message(4, 3),
            back(2),
            turn(4),
            message(5, 4),
        ];
        let mut taken = TakenBack::default();
        for (body, seq) in bodies.into_iter().zip(1..) {
            taken.apply(&SessionEvent { seq, at: Timestamp::from_millis(0), body });
        }
        let counting: Vec<_> = (1..=11).filter(|seq| taken.counts(*seq)).collect();
        assert_eq!(counting, [1, 2, 10, 11]);
    }
}

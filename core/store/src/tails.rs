//! The newest events of the sessions that someone follows, kept in memory so that live readers need no database.
//!
//! A follower is nothing but a position in a log. While it is inside the tail it reads from here; once it has fallen
//! out it reads pages from the database until it has caught up. So a slow follower costs no memory, and the whole
//! costs at most [`MAX_EVENTS`] and [`MAX_BYTES`] for each session that is followed, however many follow it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use atelier_protocol::{SessionEvent, SessionId};
use tokio::sync::watch;

/// The most events a tail holds.
const MAX_EVENTS: usize = 512;

/// The most JSON a tail holds, in bytes. An event that alone is larger is left to the database.
const MAX_BYTES: usize = 256 * 1024;

/// All tails: one for each session that has followers.
#[derive(Default)]
pub(crate) struct Tails(Mutex<Live>);

#[derive(Default)]
struct Live {
    closed: bool,
    by_session: HashMap<SessionId, Entry>,
}

struct Entry {
    tail: Arc<Tail>,
    followers: usize,
}

impl Tails {
    /// Adds a follower; None once the store is closed. The flag says that it is the only one of all.
    pub(crate) fn subscribe(self: &Arc<Self>, session: SessionId) -> Option<(Subscription, bool)> {
        let mut live = lock(&self.0);
        if live.closed {
            return None;
        }
        let first = live.by_session.is_empty();
        let entry =
            live.by_session.entry(session).or_insert_with(|| Entry { tail: Arc::new(Tail::default()), followers: 0 });
        entry.followers += 1;
        let tail = Arc::clone(&entry.tail);
        Some((Subscription { tails: Arc::clone(self), session, tail }, first))
    }

    /// The tail of a session, if anyone follows it.
    pub(crate) fn get(&self, session: SessionId) -> Option<Arc<Tail>> {
        lock(&self.0).by_session.get(&session).map(|entry| Arc::clone(&entry.tail))
    }

    /// The tails there are now.
    pub(crate) fn all(&self) -> Vec<(SessionId, Arc<Tail>)> {
        lock(&self.0).by_session.iter().map(|(session, entry)| (*session, Arc::clone(&entry.tail))).collect()
    }

    /// Whether nobody follows anything.
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.0).by_session.is_empty()
    }

    /// Tells every follower that nothing will come any more.
    pub(crate) fn close(&self) {
        let mut live = lock(&self.0);
        live.closed = true;
        for entry in live.by_session.values() {
            entry.tail.head.send_modify(|head| head.closed = true);
        }
    }

    fn unsubscribe(&self, session: SessionId) {
        let mut live = lock(&self.0);
        if let Some(entry) = live.by_session.get_mut(&session) {
            entry.followers -= 1;
            if entry.followers == 0 {
                live.by_session.remove(&session);
            }
        }
    }
}

/// One follower's share in a tail, which lives as long as someone has one.
pub(crate) struct Subscription {
    tails: Arc<Tails>,
    session: SessionId,
    tail: Arc<Tail>,
}

impl Subscription {
    pub(crate) fn session(&self) -> SessionId {
        self.session
    }

    pub(crate) fn tail(&self) -> &Tail {
        &self.tail
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.tails.unsubscribe(self.session);
    }
}

/// How far a log is known to reach. What it says is committed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Number of the newest event, whether or not the tail holds it.
    pub(crate) last_seq: u64,
    /// Nothing will come any more.
    pub(crate) closed: bool,
    /// Neither will it, for the session was deleted.
    pub(crate) deleted: bool,
}

/// The newest events of one session: a stretch without gaps.
#[derive(Default)]
pub(crate) struct Tail {
    held: Mutex<Held>,
    head: watch::Sender<Head>,
}

#[derive(Default)]
struct Held {
    events: VecDeque<(Arc<SessionEvent>, usize)>,
    bytes: usize,
}

impl Tail {
    /// Word of every change of the head.
    pub(crate) fn news(&self) -> watch::Receiver<Head> {
        self.head.subscribe()
    }

    /// Adds events that were just committed, each with the size of its JSON. They follow on what is held, unless
    /// another process has written in between: then the tail starts anew with them.
    pub(crate) fn publish(&self, events: impl IntoIterator<Item = (SessionEvent, usize)>) {
        let mut held = lock(&self.held);
        let mut newest = 0;
        for (event, size) in events {
            if held.last_seq().is_some_and(|last| last + 1 != event.seq) {
                *held = Held::default();
            }
            newest = event.seq;
            held.push(event, size);
        }
        drop(held);
        self.reach(newest);
    }

    /// Takes note that the log reaches to `last_seq`, which was read from the database.
    pub(crate) fn reach(&self, last_seq: u64) {
        self.head.send_if_modified(|head| {
            let further = last_seq > head.last_seq;
            head.last_seq = head.last_seq.max(last_seq);
            further
        });
    }

    /// Tells the followers that the session was deleted.
    pub(crate) fn end(&self) {
        self.head.send_if_modified(|head| !std::mem::replace(&mut head.deleted, true));
    }

    /// Up to `max` events after number `position`; None if the tail does not hold the very next one.
    pub(crate) fn after(&self, position: u64, max: usize) -> Option<Vec<SessionEvent>> {
        // Texts are copied after the lock is given back: the writer needs it.
        let events: Vec<_> = {
            let held = lock(&self.held);
            let (first, _) = held.events.front()?;
            let skip = usize::try_from(position.checked_add(1)?.checked_sub(first.seq)?).ok()?;
            held.events.iter().skip(skip).take(max).map(|(event, _)| Arc::clone(event)).collect()
        };
        (!events.is_empty()).then(|| events.iter().map(|event| SessionEvent::clone(event)).collect())
    }
}

impl Held {
    fn last_seq(&self) -> Option<u64> {
        self.events.back().map(|(event, _)| event.seq)
    }

    fn push(&mut self, event: SessionEvent, size: usize) {
        self.bytes += size;
        self.events.push_back((Arc::new(event), size));
        while self.events.len() > MAX_EVENTS || self.bytes > MAX_BYTES {
            let Some((_, size)) = self.events.pop_front() else { break };
            self.bytes -= size;
        }
    }
}

/// Nothing that holds one of these locks can panic half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use atelier_protocol::{EventBody, MessageId, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn event(seq: u64) -> SessionEvent {
        let body = EventBody::MessageDelta { message: MessageId(1), text: seq.to_string() };
        SessionEvent { seq, at: Timestamp::from_millis(0), body }
    }

    #[test]
    fn a_tail_lives_as_long_as_somebody_follows() {
        let tails = Arc::new(Tails::default());
        let (one, two) = (SessionId::new(), SessionId::new());
        let (first, is_first) = tails.subscribe(one).unwrap();
        let (second, is_second_first) = tails.subscribe(one).unwrap();
        let (elsewhere, _) = tails.subscribe(two).unwrap();
        assert_eq!((is_first, is_second_first), (true, false));
        tails.get(one).unwrap().publish([(event(1), 10)]);
        assert_eq!(second.tail().after(0, 9), Some(vec![event(1)]));
        drop(first);
        assert!(tails.get(one).is_some());
        drop(second);
        assert!(tails.get(one).is_none());
        drop(elsewhere);
        assert!(tails.is_empty());
        let (again, is_first_again) = tails.subscribe(one).unwrap();
        assert!(is_first_again);
        assert_eq!(again.tail().after(0, 9), None, "nothing is left of the old tail");
    }

    #[test]
    fn nobody_can_follow_once_it_is_closed() {
        let tails = Arc::new(Tails::default());
        let (subscription, _) = tails.subscribe(SessionId::new()).unwrap();
        tails.close();
        assert!(subscription.tail().news().borrow().closed);
        assert!(tails.subscribe(SessionId::new()).is_none());
    }

    #[test]
    fn what_another_process_wrote_is_reached_but_not_held() {
        let tail = Tail::default();
        tail.publish([(event(1), 10), (event(2), 10)]);
        tail.reach(5);
        tail.reach(3);
        assert_eq!(tail.news().borrow().last_seq, 5, "a look at the database that took long changes nothing");
        assert_eq!(tail.after(2, 9), None, "3 to 5 are in the database");
        tail.publish([(event(6), 10)]);
        assert_eq!(tail.after(1, 9), None, "what is held has no gaps");
        assert_eq!(tail.after(5, 9), Some(vec![event(6)]));
    }

    #[test]
    fn an_event_larger_than_a_tail_is_reached_but_not_held() {
        let tail = Tail::default();
        tail.publish([(event(1), 10), (event(2), MAX_BYTES + 1)]);
        assert_eq!(tail.news().borrow().last_seq, 2);
        assert_eq!((tail.after(0, 9), tail.after(1, 9)), (None, None));
        tail.publish([(event(3), 10)]);
        assert_eq!(tail.after(2, 9), Some(vec![event(3)]));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Publish(usize, usize),
        OtherProcess(u64),
        Read { reader: usize, max: usize },
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (1_usize..300, 1_usize..4000).prop_map(|(count, size)| Step::Publish(count, size)),
            1 => (1_u64..5).prop_map(Step::OtherProcess),
            6 => (0_usize..3, 1_usize..400).prop_map(|(reader, max)| Step::Read { reader, max }),
        ]
    }

    proptest! {
        #[test]
        fn a_tail_is_bounded_and_hands_out_exactly_the_events_that_follow(
            steps in prop::collection::vec(step(), 1..40),
        ) {
            let tail = Tail::default();
            let (mut last, mut positions, mut found) = (0, [0_u64; 3], 0);
            for step in steps {
                match step {
                    Step::Publish(count, size) => {
                        tail.publish((last + 1..).take(count).map(|seq| (event(seq), size)));
                        last += count as u64;
                        let held = lock(&tail.held);
                        prop_assert!(held.events.len() <= MAX_EVENTS && held.bytes <= MAX_BYTES);
                        prop_assert_eq!(held.bytes, held.events.iter().map(|(_, size)| size).sum::<usize>());
                        // No smaller than it need be, either: one more would not fit.
                        prop_assert!(held.events.len() >= count.min(MAX_EVENTS).min(MAX_BYTES / size));
                    }
                    Step::OtherProcess(count) => {
                        last += count;
                        tail.reach(last);
                    }
                    Step::Read { reader, max } => match tail.after(positions[reader], max) {
                        Some(events) => {
                            let expected: Vec<_> =
                                (positions[reader] + 1..=last).take(events.len()).map(event).collect();
                            prop_assert!(!events.is_empty() && events.len() <= max);
                            prop_assert_eq!(&events, &expected);
                            positions[reader] += events.len() as u64;
                            found += 1;
                        }
                        // It reads from the database, and has caught up.
                        None => positions[reader] = last,
                    },
                }
                prop_assert_eq!(tail.news().borrow().last_seq, last);
            }
            // A reader at the end finds the next event in memory.
            tail.publish([(event(last + 1), 1)]);
            prop_assert_eq!(tail.after(last, 9), Some(vec![event(last + 1)]), "after {} reads from memory", found);
        }
    }
}

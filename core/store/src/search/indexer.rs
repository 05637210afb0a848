//! When the index follows the logs: in pauses, soon after something was said, and for what is older bit by bit.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use atelier_protocol::{EventBody, SessionId};
use rusqlite::{Connection, OptionalExtension};

use super::index;
use crate::log;

/// How long nothing must have been written before what is new is indexed: not in the middle of a turn.
const PAUSE: Duration = Duration::from_millis(100);

/// When it is indexed at the latest, pause or not.
const MAX_BEHIND: Duration = Duration::from_secs(1);

/// How long it rests when a step failed: the disk may be full.
const AFTER_FAILURE: Duration = Duration::from_mins(1);

/// What is left to be indexed.
pub(crate) struct Indexer {
    /// The sessions to which something was added that can be found, and since when.
    new: HashSet<SessionId>,
    new_since: Option<Instant>,
    /// Among the sessions numbered below, there may be some that an earlier process left behind. None: there are none.
    older: Option<i64>,
    /// Not before.
    rests_until: Instant,
}

impl Indexer {
    pub(crate) fn new() -> Self {
        Self { new: HashSet::new(), new_since: None, older: Some(i64::MAX), rests_until: Instant::now() }
    }

    /// Takes note of what was appended.
    pub(crate) fn notice(&mut self, session: SessionId, bodies: &[EventBody]) {
        if bodies.iter().any(concerns) {
            self.new.insert(session);
            self.new_since.get_or_insert_with(Instant::now);
        }
    }

    /// When the next step is due. `wrote`: when something was written last.
    pub(crate) fn due(&self, wrote: Option<Instant>) -> Option<Instant> {
        let due = match self.new_since {
            Some(since) => (since + MAX_BEHIND).min(wrote.unwrap_or(since) + PAUSE),
            None => self.older.map(|_| self.rests_until)?,
        };
        Some(due.max(self.rests_until))
    }

    /// One step, a few milliseconds at most. To be called in a transaction that may write.
    pub(crate) fn step(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(session) = self.new.iter().next().copied() {
            if !index::step(connection, session)? {
                self.new.remove(&session);
                self.new_since = self.new_since.filter(|_| !self.new.is_empty());
            }
        } else if let Some(below) = self.older {
            self.older = match newest_left_behind(connection, below)? {
                Some((number, session)) if index::step(connection, session)? => Some(number.saturating_add(1)),
                Some((number, _)) => Some(number),
                None => None,
            };
        }
        Ok(())
    }

    /// Takes note of how a step went that began at this time.
    pub(crate) fn rest<E>(&mut self, began: Instant, outcome: &Result<(), E>) {
        let now = Instant::now();
        self.rests_until = match outcome {
            // As long as it worked: a large backlog takes half of one core's time at most.
            Ok(()) => now + (now - began),
            Err(_) => now + AFTER_FAILURE,
        };
    }

    /// Whether what was noticed is indexed.
    pub(crate) fn is_up_to_date(&self) -> bool {
        self.new.is_empty()
    }

    /// How many older sessions are left.
    pub(crate) fn sessions_to_come(&self, connection: &Connection) -> rusqlite::Result<u64> {
        let Some(below) = self.older else { return Ok(0) };
        connection
            .prepare_cached("SELECT count(*) FROM sessions WHERE indexed_seq < last_seq AND number < ?1")?
            .query_row([below], |row| row.get(0).map(log::from_column))
    }
}

fn newest_left_behind(connection: &Connection, below: i64) -> rusqlite::Result<Option<(i64, SessionId)>> {
    connection
        .prepare_cached(
            "SELECT number, id FROM sessions WHERE number < ?1 AND indexed_seq < last_seq ORDER BY number DESC LIMIT 1",
        )?
        .query_row([below], |row| Ok((row.get(0)?, log::id_of(row, 1)?)))
        .optional()
}

/// Whether an event changes what can be found. A text can when it has ended.
fn concerns(body: &EventBody) -> bool {
    matches!(
        body,
        EventBody::MessageFinished { .. }
            | EventBody::ToolRequested { .. }
            | EventBody::SessionRenamed { .. }
            | EventBody::ConversationRewound { .. }
    )
}

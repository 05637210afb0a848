//! The SQL of copying and deleting whole sessions.

use atelier_protocol::{EventBody, SessionId, SessionSummary};
use rusqlite::{Connection, params, params_from_iter};

use crate::log::{self, Fold};

/// The kinds of events from which a session's summary follows.
const SUMMARISED: &[&str] = &["session.", "state.", "turn."];

/// Adds a session whose log begins with the first `up_to` events of another and goes on with `more`; None if there is no
/// such other session. To be called in a transaction that may write.
pub(crate) fn fork(
    connection: &Connection,
    from: SessionId,
    up_to: u64,
    more: &[EventBody],
) -> rusqlite::Result<Option<SessionSummary>> {
    if log::last_seq(connection, from)?.is_none() {
        return Ok(None);
    }
    let id = SessionId::new();
    log::create(connection, id)?;
    connection
        .prepare_cached(
            "INSERT INTO events (session, seq, at, body) \
             SELECT (SELECT number FROM sessions WHERE id = ?2), seq, at, body FROM events \
             WHERE session = (SELECT number FROM sessions WHERE id = ?1) AND seq <= ?3",
        )?
        .execute(params![from.to_string(), id.to_string(), log::to_column(up_to)])?;
    if let Some(mut fold) = Fold::load(connection, id)? {
        for event in log::of_kinds(connection, id, 0, SUMMARISED)? {
            fold.apply(&event.body);
        }
        fold.save_copied(connection)?;
    }
    log::append(connection, id, more)?;
    log::session(connection, id)
}

/// This session and all that do a part of its work, directly or not.
pub(crate) fn with_parts(connection: &Connection, id: SessionId) -> rusqlite::Result<Vec<SessionId>> {
    connection
        .prepare_cached(
            "WITH RECURSIVE family (id) AS (SELECT id FROM sessions WHERE id = ?1 \
             UNION SELECT sessions.id FROM sessions JOIN family ON sessions.parent = family.id) SELECT id FROM family",
        )?
        .query_map([id.to_string()], |row| log::id_of(row, 0))?
        .collect()
}

/// Removes sessions with their logs. To be called in a transaction that may write.
pub(crate) fn delete(connection: &Connection, ids: &[SessionId]) -> rusqlite::Result<()> {
    let places = vec!["?"; ids.len()].join(", ");
    let ids = params_from_iter(ids.iter().map(ToString::to_string));
    connection.execute(&format!("DELETE FROM sessions WHERE id IN ({places})"), ids)?;
    Ok(())
}

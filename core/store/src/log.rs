//! The SQL of sessions and events. Nothing here knows of threads or readers.

use atelier_protocol::{AgentState, EventBody, Json, MessageId, SessionEvent, SessionId, SessionSummary, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params, types::ValueRef};
use serde::Deserialize;

use crate::writer::Unless;

/// The kind of the event that stands for a row whose JSON can't be read.
const UNREADABLE: &str = "unreadable";

const SUMMARY: &str = "SELECT id, title, created_at, updated_at, last_seq, state, archived, forked_from, parent, project \
     FROM sessions";

/// What an append did.
pub(crate) struct Appended {
    /// Number of the first event added; one after `last_seq` when none was.
    pub(crate) first_seq: u64,
    /// Number of the session's newest event.
    pub(crate) last_seq: u64,
    /// When the events were stored.
    pub(crate) at: Timestamp,
    /// Bytes of each event's JSON.
    pub(crate) sizes: Vec<usize>,
}

/// Adds an empty session.
pub(crate) fn create(connection: &Connection, id: SessionId) -> rusqlite::Result<SessionSummary> {
    let now = Timestamp::now();
    let summary = SessionSummary::new(id, now);
    connection
        .prepare_cached(
            "INSERT INTO sessions (id, title, state, created_at, updated_at, last_seq) VALUES (?1, ?2, ?3, ?4, ?4, 0)",
        )?
        .execute(params![id.to_string(), summary.title, state_name(summary.state), now.as_millis()])?;
    Ok(summary)
}

/// Adds events to the end of a session's log and folds them into its summary; None if there is no such session. To be
/// called in a transaction that may write.
pub(crate) fn append(
    connection: &Connection,
    id: SessionId,
    bodies: &[EventBody],
) -> rusqlite::Result<Option<Appended>> {
    let Some(mut fold) = Fold::load(connection, id)? else {
        return Ok(None);
    };
    let first_seq = fold.last_seq + 1;
    let at = Timestamp::now();
    let mut sizes = Vec::with_capacity(bodies.len());
    let mut insert =
        connection.prepare_cached("INSERT INTO events (session, seq, at, body) VALUES (?1, ?2, ?3, ?4)")?;
    for body in bodies {
        let json =
            serde_json::to_string(body).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        fold.apply(body);
        insert.execute(params![fold.number, to_column(fold.last_seq), at.as_millis(), json])?;
        sizes.push(json.len());
    }
    if bodies.is_empty() {
        fold.disturb(connection)?;
    }
    fold.save(connection, (!bodies.is_empty()).then_some(at))?;
    Ok(Some(Appended { first_seq, last_seq: fold.last_seq, at, sizes }))
}

/// The part of a session's row that follows from its events.
pub(crate) struct Fold {
    number: i64,
    last_seq: u64,
    open_turn: Option<i64>,
    title: Option<String>,
    state: Option<AgentState>,
    archived: bool,
    forked_from: Option<String>,
    parent: Option<String>,
    project: Option<String>,
}

impl Fold {
    pub(crate) fn load(connection: &Connection, id: SessionId) -> rusqlite::Result<Option<Self>> {
        connection
            .prepare_cached(
                "SELECT number, last_seq, open_turn, archived, forked_from, parent FROM sessions WHERE id = ?1",
            )?
            .query_row([id.to_string()], |row| {
                Ok(Self {
                    number: row.get(0)?,
                    last_seq: from_column(row.get(1)?),
                    open_turn: row.get(2)?,
                    title: None,
                    state: None,
                    archived: row.get(3)?,
                    forked_from: row.get(4)?,
                    parent: row.get(5)?,
                    project: None,
                })
            })
            .optional()
    }

    pub(crate) fn apply(&mut self, body: &EventBody) {
        self.last_seq += 1;
        match body {
            EventBody::SessionRenamed { title } => self.title = Some(title.clone()),
            EventBody::SessionProject { path } => self.project = Some(path.clone()),
            EventBody::StateChanged { state } => self.state = Some(*state),
            EventBody::SessionArchived { archived } => self.archived = *archived,
            EventBody::SessionParent { session, .. } => self.parent = Some(session.to_string()),
            EventBody::SessionForked { from, .. } => {
                (self.archived, self.forked_from, self.parent) = (false, Some(from.to_string()), None);
            }
            EventBody::TurnStarted { turn, .. } => self.open_turn = Some(to_column(turn.0)),
            EventBody::TurnFinished { .. } => self.open_turn = None,
            _ => {}
        }
    }

    /// Makes sure that saving writes something, because only a commit that does flushes those before it. SQLite skips
    /// an update that changes nothing.
    fn disturb(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute("UPDATE sessions SET last_seq = -1 WHERE number = ?1", [self.number])?;
        Ok(())
    }

    /// Saves the fold of events that were copied from elsewhere, of which only some were applied.
    pub(crate) fn save_copied(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.last_seq = connection
            .prepare_cached("SELECT coalesce(max(seq), 0) FROM events WHERE session = ?1")?
            .query_row([self.number], |row| row.get(0).map(from_column))?;
        self.save(connection, None)
    }

    fn save(&self, connection: &Connection, updated_at: Option<Timestamp>) -> rusqlite::Result<()> {
        connection
            .prepare_cached(
                "UPDATE sessions SET last_seq = ?2, open_turn = ?3, title = coalesce(?4, title), \
                 state = coalesce(?5, state), updated_at = coalesce(?6, updated_at), archived = ?7, forked_from = ?8, \
                 parent = ?9, project = coalesce(?10, project) WHERE number = ?1",
            )?
            .execute(params![
                self.number,
                to_column(self.last_seq),
                self.open_turn,
                self.title,
                self.state.map(state_name),
                updated_at.map(Timestamp::as_millis),
                self.archived,
                self.forked_from,
                self.parent,
                self.project,
            ])?;
        Ok(())
    }
}

/// All sessions, the newest updated first. A row whose id can't be read is left out: nothing could be done with it.
pub(crate) fn sessions(connection: &Connection) -> rusqlite::Result<Vec<SessionSummary>> {
    let sql = format!("{SUMMARY} ORDER BY updated_at DESC, number DESC");
    let mut statement = connection.prepare_cached(&sql)?;
    let readable = |row: &rusqlite::Result<_>| !matches!(row, Err(rusqlite::Error::FromSqlConversionFailure(..)));
    statement.query_map([], summary_of)?.filter(readable).collect()
}

/// One session, if it exists.
pub(crate) fn session(connection: &Connection, id: SessionId) -> rusqlite::Result<Option<SessionSummary>> {
    let sql = format!("{SUMMARY} WHERE id = ?1");
    connection.prepare_cached(&sql)?.query_row([id.to_string()], summary_of).optional()
}

/// Number of a session's newest event, 0 before the first; None if there is no such session.
pub(crate) fn last_seq(connection: &Connection, id: SessionId) -> rusqlite::Result<Option<u64>> {
    connection
        .prepare_cached("SELECT last_seq FROM sessions WHERE id = ?1")?
        .query_row([id.to_string()], |row| row.get(0).map(from_column))
        .optional()
}

/// The sessions whose newest turn has not finished or that are not idle, the newest updated first.
pub(crate) fn unsettled(connection: &Connection) -> rusqlite::Result<Vec<SessionId>> {
    connection
        .prepare(
            "SELECT id FROM sessions WHERE open_turn IS NOT NULL OR state <> ?1 ORDER BY updated_at DESC, number DESC",
        )?
        .query_map([state_name(AgentState::Idle)], |row| id_of(row, 0))?
        .collect()
}

/// Whether an event of one of these kinds has been added since.
pub(crate) fn has_since(connection: &Connection, id: SessionId, unless: &Unless) -> rusqlite::Result<bool> {
    let mut found = false;
    each_of_kinds(connection, id, unless.after, unless.kinds, |_, _, _| found = true)?;
    Ok(found)
}

/// The events of these kinds (the kind begins so) after number `after`, in order.
pub(crate) fn of_kinds(
    connection: &Connection,
    id: SessionId,
    after: u64,
    kinds: &[&str],
) -> rusqlite::Result<Vec<SessionEvent>> {
    let mut events = Vec::new();
    each_of_kinds(connection, id, after, kinds, |seq, at, json| {
        events.push(SessionEvent { seq, at, body: body_of(json) });
    })?;
    Ok(events)
}

/// Only looks at how rows begin: every event's JSON, as this program writes it, begins with its kind.
fn each_of_kinds(
    connection: &Connection,
    id: SessionId,
    after: u64,
    kinds: &[&str],
    mut found: impl FnMut(u64, Timestamp, &[u8]),
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, body FROM events WHERE session = (SELECT number FROM sessions WHERE id = ?1) AND seq > ?2 \
         ORDER BY seq",
    )?;
    let mut rows = statement.query(params![id.to_string(), to_column(after)])?;
    while let Some(row) = rows.next()? {
        let ValueRef::Text(json) = row.get_ref(2)? else { continue };
        let Some(rest) = json.strip_prefix(br#"{"type":""#) else { continue };
        if kinds.iter().any(|kind| rest.starts_with(kind.as_bytes())) {
            found(from_column(row.get(0)?), Timestamp::from_millis(row.get(1)?), json);
        }
    }
    Ok(())
}

/// Up to `limit` events after number `after`, in order; it ends early once their JSON takes `max_bytes` or more.
pub(crate) fn read(
    connection: &Connection,
    id: SessionId,
    after: u64,
    limit: usize,
    max_bytes: usize,
) -> rusqlite::Result<Vec<SessionEvent>> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, body FROM events WHERE session = (SELECT number FROM sessions WHERE id = ?1) AND seq > ?2 \
         ORDER BY seq LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![id.to_string(), to_column(after), limit])?;
    let (mut events, mut bytes) = (Vec::new(), 0);
    while bytes < max_bytes
        && let Some(row) = rows.next()?
    {
        let json = match row.get_ref(2)? {
            ValueRef::Text(json) | ValueRef::Blob(json) => json,
            _ => &[],
        };
        bytes += json.len();
        let at = Timestamp::from_millis(row.get(1)?);
        events.push(SessionEvent { seq: from_column(row.get(0)?), at, body: body_of(json) });
    }
    Ok(events)
}

/// What nearly every row holds, as this program writes it. Read by itself because the general way costs several times
/// as much: it has to look at all fields before it knows the kind.
#[derive(Deserialize)]
struct DeltaRow {
    message: MessageId,
    text: String,
}

/// How such a row begins.
const DELTA_ROW: &[u8] = br#"{"type":"message.delta","message":"#;

/// The event in a row. One that can't be read must not hide those around it, and nothing of it is thrown away: it
/// becomes an event of the kind `unreadable` with the `reason` and the `stored` text.
fn body_of(json: &[u8]) -> EventBody {
    if json.starts_with(DELTA_ROW)
        && let Ok(DeltaRow { message, text }) = serde_json::from_slice(json)
    {
        return EventBody::MessageDelta { message, text };
    }
    serde_json::from_slice(json).unwrap_or_else(|error| {
        let fields = [
            ("type", UNREADABLE.to_owned()),
            ("reason", error.to_string()),
            ("stored", String::from_utf8_lossy(json).into_owned()),
        ];
        EventBody::Unknown(fields.into_iter().map(|(name, value)| (name.to_owned(), Json::String(value))).collect())
    })
}

fn summary_of(row: &Row<'_>) -> rusqlite::Result<SessionSummary> {
    let state: String = row.get(5)?;
    Ok(SessionSummary {
        id: id_of(row, 0)?,
        title: row.get(1)?,
        created_at: Timestamp::from_millis(row.get(2)?),
        updated_at: Timestamp::from_millis(row.get(3)?),
        last_seq: from_column(row.get(4)?),
        state: serde_json::from_value(Json::String(state)).unwrap_or_default(),
        archived: row.get(6)?,
        forked_from: row.get::<_, Option<String>>(7)?.and_then(|id| id.parse().ok()),
        parent: row.get::<_, Option<String>>(8)?.and_then(|id| id.parse().ok()),
        project: row.get(9)?,
    })
}

pub(crate) fn id_of(row: &Row<'_>, column: usize) -> rusqlite::Result<SessionId> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

/// The state as it stands in JSON.
fn state_name(state: AgentState) -> String {
    serde_json::to_value(state).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// SQLite has no unsigned integers. A number no log can reach becomes the largest it has.
pub(crate) fn to_column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn from_column(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

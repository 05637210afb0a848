//! Reading on in one session's log and writing down what can be found there. All of it in the caller's transaction.

use atelier_protocol::{
    ContentKind, EventBody, MessageId, Role, SearchSource, SessionEvent, SessionId, Timestamp, title_from_prompt,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::text::{self, MAX_TEXT};
use crate::log::{self, from_column, to_column};

/// How much is read in one step, in events and in bytes of JSON: bounds how long an append may have to wait.
const MAX_EVENTS: usize = 256;
const MAX_BYTES: usize = 256 * 1024;

/// One step in a session. Returns whether there is more to read in it now.
pub(crate) fn step(connection: &Connection, session: SessionId) -> rusqlite::Result<bool> {
    let Some(place) = Place::load(connection, session)? else { return Ok(false) };
    let events = log::read(connection, session, place.indexed_seq, MAX_EVENTS, MAX_BYTES)?;
    let Some(last) = events.last().map(|event| event.seq) else { return Ok(false) };
    let mut reading = Reading { done: place.indexed_seq, ..Reading::default() };
    for event in events {
        reading.read(event);
    }
    let more = last < place.last_seq;
    if more && reading.done == place.indexed_seq {
        // A message that goes on and on in tiny events: what is here of it has to do.
        reading.finish();
        reading.done = last;
    }
    for change in reading.changes {
        place.make(connection, change)?;
    }
    connection
        .prepare_cached("UPDATE sessions SET indexed_seq = ?2 WHERE number = ?1")?
        .execute(params![place.number, to_column(reading.done)])?;
    Ok(more)
}

/// What a log says about the index.
enum Change {
    Add(Piece),
    /// The session has this title now.
    Rename(Piece),
    /// The conversation no longer has this message and what follows it.
    Rewind(MessageId),
}

/// A text that can be found.
struct Piece {
    source: SearchSource,
    /// For a call: none if it is the one that was indexed last, in whatever step.
    message: Option<MessageId>,
    seq: u64,
    at: Timestamp,
    text: String,
}

/// The fold over some events of a log.
#[derive(Default)]
struct Reading {
    /// Everything up to this event has been dealt with.
    done: u64,
    /// A message whose end has not been read.
    open: Option<(MessageId, Piece)>,
    last_message: Option<MessageId>,
    /// What the newest prompt would be called.
    made_title: Option<String>,
    changes: Vec<Change>,
}

impl Reading {
    fn read(&mut self, event: SessionEvent) {
        let SessionEvent { seq, at, body } = event;
        match body {
            EventBody::MessageStarted { message, role, content: ContentKind::Text, .. } => {
                self.finish();
                self.done = seq - 1;
                let source = if role == Role::User { SearchSource::Prompt } else { SearchSource::Answer };
                self.open = Some((message, Piece { source, message: Some(message), seq, at, text: String::new() }));
                self.last_message = Some(message);
            }
            EventBody::MessageDelta { message, text } => self.add(message, &text),
            EventBody::MessageFinished { message, .. } if self.is_open(message) => self.finish(),
            EventBody::ToolRequested { params, .. } => {
                let (source, text) = (SearchSource::ToolCall, text::of_call(&params));
                self.changes.push(Change::Add(Piece { source, message: self.last_message, seq, at, text }));
            }
            EventBody::SessionRenamed { title: text } => {
                let (source, message) = (SearchSource::Title, Some(MessageId(0)));
                self.changes.push(Change::Rename(Piece { source, message, seq, at, text }));
                self.forget_made_title();
            }
            EventBody::ConversationRewound { to } => {
                self.changes.push(Change::Rewind(to));
                self.last_message = None;
            }
            _ => {}
        }
        if self.open.is_none() {
            self.done = seq;
        }
    }

    fn is_open(&self, message: MessageId) -> bool {
        self.open.as_ref().is_some_and(|(open, _)| *open == message)
    }

    /// Text of a message whose beginning was not read is the rest of one that was too long.
    fn add(&mut self, message: MessageId, text: &str) {
        let Some((_, piece)) = self.open.as_mut().filter(|(open, _)| *open == message) else { return };
        let room = MAX_TEXT - piece.text.len();
        piece.text.push_str(&text[..text.floor_char_boundary(room)]);
        if text.len() >= room {
            self.finish();
        }
    }

    /// The title that a session gets from its first prompt, just before or after it, says nothing that the prompt does
    /// not.
    fn forget_made_title(&mut self) {
        for change in &mut self.changes {
            if let Change::Rename(piece) = change
                && Some(&piece.text) == self.made_title.as_ref()
            {
                piece.text.clear();
            }
        }
    }

    fn finish(&mut self) {
        let Some((_, piece)) = self.open.take() else { return };
        if piece.source == SearchSource::Prompt {
            self.made_title = Some(title_from_prompt(&piece.text));
            self.forget_made_title();
        }
        self.changes.push(Change::Add(piece));
    }
}

/// A session's row.
struct Place {
    number: i64,
    indexed_seq: u64,
    last_seq: u64,
}

impl Place {
    fn load(connection: &Connection, session: SessionId) -> rusqlite::Result<Option<Self>> {
        connection
            .prepare_cached("SELECT number, indexed_seq, last_seq FROM sessions WHERE id = ?1")?
            .query_row([session.to_string()], |row| {
                let (indexed_seq, last_seq) = (from_column(row.get(1)?), from_column(row.get(2)?));
                Ok(Self { number: row.get(0)?, indexed_seq, last_seq })
            })
            .optional()
    }

    fn make(&self, connection: &Connection, change: Change) -> rusqlite::Result<()> {
        match change {
            Change::Add(piece) => self.add(connection, &piece),
            Change::Rename(piece) => {
                connection
                    .prepare_cached("DELETE FROM searchable WHERE session = ?1 AND source = ?2")?
                    .execute(params![self.number, number_of(SearchSource::Title)])?;
                self.add(connection, &piece)
            }
            Change::Rewind(MessageId(to)) => {
                connection
                    .prepare_cached("DELETE FROM searchable WHERE session = ?1 AND message >= ?2")?
                    .execute(params![self.number, to_column(to)])?;
                Ok(())
            }
        }
    }

    fn add(&self, connection: &Connection, piece: &Piece) -> rusqlite::Result<()> {
        if piece.text.trim().is_empty() {
            return Ok(());
        }
        let message = match piece.message {
            Some(message) => to_column(message.0),
            None => connection
                .prepare_cached("SELECT coalesce(max(message), 0) FROM searchable WHERE session = ?1")?
                .query_row([self.number], |row| row.get(0))?,
        };
        let number = free_number(connection, self.number, piece.at)?;
        connection
            .prepare_cached(
                "INSERT INTO searchable (number, session, source, message, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![number, self.number, number_of(piece.source), message, to_column(piece.seq)])?;
        connection
            .prepare_cached("INSERT INTO search (rowid, text) VALUES (?1, ?2)")?
            .execute(params![number, text::spaced(&piece.text)])?;
        Ok(())
    }
}

/// How far a number may be from its time, in milliseconds, so that a session's texts that are all of one moment still
/// have an order.
const CROWDED: i64 = 600_000;

/// A number from this time on that is free: the first, and behind the session's last where that is near.
fn free_number(connection: &Connection, session: i64, at: Timestamp) -> rusqlite::Result<i64> {
    let at = at.as_millis();
    let behind_last = connection
        .prepare_cached("SELECT coalesce(max(number) + 1, 0) FROM searchable WHERE session = ?1")?
        .query_row([session], |row| row.get(0))?;
    let wanted = if (at..at.saturating_add(CROWDED)).contains(&behind_last) { behind_last } else { at };
    let taken = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM searchable WHERE number = ?1)")?
        .query_row([wanted], |row| row.get::<_, bool>(0))?;
    if !taken {
        return Ok(wanted);
    }
    connection
        .prepare_cached(
            "SELECT number + 1 FROM searchable AS here WHERE number >= ?1 \
             AND NOT EXISTS (SELECT 1 FROM searchable WHERE number = here.number + 1) ORDER BY number LIMIT 1",
        )?
        .query_row([wanted], |row| row.get(0))
}

/// What stands in the column `source`.
fn number_of(source: SearchSource) -> i64 {
    match source {
        SearchSource::Title => 0,
        SearchSource::Prompt => 1,
        SearchSource::Answer => 2,
        SearchSource::ToolCall => 3,
    }
}

/// The reverse.
pub(crate) fn source_of(number: i64) -> SearchSource {
    match number {
        0 => SearchSource::Title,
        1 => SearchSource::Prompt,
        2 => SearchSource::Answer,
        _ => SearchSource::ToolCall,
    }
}

//! Looking: the SQL, and which hits come first.

use std::collections::HashMap;

use atelier_protocol::{MessageId, SearchHit, SearchOrder, SearchQuery, SearchResults, SearchSource, Timestamp};
use rusqlite::{Connection, ErrorCode, Row, params};

use super::{
    index::source_of,
    snippet::{CLOSE, OPEN, snippet},
};
use crate::log::{from_column, id_of};

/// How many hits a page has if nothing is said, and at most.
const USUAL_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Among how many of the newest hits the best are looked for, and in how much text: bounds how long that takes however
/// common a word is.
const CANDIDATES: usize = 2_000;
const CANDIDATE_BYTES: usize = 4 << 20;

/// Whole texts with marks around the matches, the newest first. The order of the joins is fixed, so that SQLite reads the
/// index backwards and stops at the limit.
const FIND: &str = "SELECT sessions.id, sessions.title, sessions.project, place.number, place.source, place.message, \
     place.seq, highlight(search, 0, char(1), char(2)), sessions.archived \
     FROM search CROSS JOIN searchable AS place ON place.number = search.rowid \
     CROSS JOIN sessions ON sessions.number = place.session \
     WHERE search MATCH ?1 AND (?2 IS NULL OR sessions.project = ?2) AND NOT (?3 AND sessions.archived) \
     ORDER BY search.rowid DESC LIMIT ?4 OFFSET ?5";

/// A hit whose text is still whole.
struct Found {
    hit: SearchHit,
    marked: String,
}

/// Looks for an expression of FTS5. Being interrupted ends it early with what it has.
pub(crate) fn find(connection: &Connection, words: &str, query: &SearchQuery) -> rusqlite::Result<SearchResults> {
    let limit = if query.limit == 0 { USUAL_LIMIT } else { query.limit.min(MAX_LIMIT) };
    let mut results = SearchResults::default();
    let mut found = Vec::new();
    let outcome = match query.order {
        SearchOrder::Newest => read(connection, (words, query), (limit + 1, query.skip), &mut found),
        SearchOrder::Ranked => {
            let outcome = read(connection, (words, query), (CANDIDATES, 0), &mut found);
            rank(&mut found);
            found.drain(..query.skip.min(found.len()));
            outcome
        }
    };
    results.gave_up = was_interrupted(outcome)?;
    results.more = found.len() > limit;
    found.truncate(limit);
    results.hits = found.into_iter().map(Found::into_hit).collect();
    Ok(results)
}

fn read(
    connection: &Connection,
    (words, query): (&str, &SearchQuery),
    (limit, skip): (usize, usize),
    found: &mut Vec<Found>,
) -> rusqlite::Result<()> {
    let count = |number| i64::try_from(number).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(FIND)?;
    let mut rows = statement.query(params![words, query.project, query.without_archived, count(limit), count(skip)])?;
    let mut bytes = 0;
    while bytes < CANDIDATE_BYTES
        && let Some(row) = rows.next()?
    {
        let one = found_in(row)?;
        bytes += one.marked.len();
        found.push(one);
    }
    Ok(())
}

fn was_interrupted(outcome: rusqlite::Result<()>) -> rusqlite::Result<bool> {
    match outcome {
        Ok(()) => Ok(false),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => Ok(true),
        Err(error) => Err(error),
    }
}

fn found_in(row: &Row<'_>) -> rusqlite::Result<Found> {
    let hit = SearchHit {
        session: id_of(row, 0)?,
        title: row.get(1)?,
        project: row.get(2)?,
        at: Timestamp::from_millis(row.get(3)?),
        source: source_of(row.get(4)?),
        message: MessageId(from_column(row.get(5)?)),
        seq: from_column(row.get(6)?),
        snippet: String::new(),
        highlights: Vec::new(),
        archived: row.get(8)?,
    };
    Ok(Found { hit, marked: row.get(7)? })
}

impl Found {
    fn into_hit(self) -> SearchHit {
        let (snippet, highlights) = snippet(&self.marked);
        SearchHit { snippet, highlights, ..self.hit }
    }
}

/// Puts the best first, of equals the newest. It is the part of BM25 that concerns a single text: how often each word
/// occurs, with less weight for each further time and in a long text. The other part, how rare a word is, would take
/// counting it in the whole index, and tells little where all words must occur.
fn rank(found: &mut Vec<Found>) {
    let lengths: usize = found.iter().map(|found| found.marked.len()).sum();
    let average = as_float(lengths) / as_float(found.len().max(1));
    let mut scored: Vec<_> = found.drain(..).map(|found| (score(&found, average), found)).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.extend(scored.into_iter().map(|(_, found)| found));
}

/// The usual constants of BM25.
const SATURATION: f64 = 1.2;
const WEIGHT_OF_LENGTH: f64 = 0.75;

fn score(found: &Found, average: f64) -> f64 {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in found.marked.split(OPEN).skip(1).filter_map(|rest| rest.split(CLOSE).next()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let length = as_float(found.marked.len()) / average;
    let norm = SATURATION * (1.0 - WEIGHT_OF_LENGTH + WEIGHT_OF_LENGTH * length);
    let words: f64 = counts.values().map(|count| as_float(*count)).map(|count| count / (count + norm)).sum();
    words * weight(found.hit.source)
}

/// What a person wrote is remembered better than what a machine did.
fn weight(source: SearchSource) -> f64 {
    match source {
        SearchSource::Title => 2.0,
        SearchSource::Prompt => 1.3,
        SearchSource::Answer => 1.0,
        SearchSource::ToolCall => 0.8,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts and lengths far below 2^52")]
fn as_float(number: usize) -> f64 {
    number as f64
}

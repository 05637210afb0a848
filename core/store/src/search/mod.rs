//! Full-text search over all sessions: an index beside the logs, a fold of them like everything else.
//!
//! The index follows the logs on the writing thread, when that has nothing better to do: `sessions.indexed_seq` says how
//! far it has got in each, in the transaction that adds what was found there, so it never differs from the log it claims
//! to cover. What a killed process left undone, and what was logged before there was an index, is caught up with by the
//! next one, a few milliseconds of work at a time.
//!
//! Prompts and answers are indexed, tool calls by what is short in their arguments (commands, paths), titles that the user
//! gave. What tools answer and what models think is not. Messages that were rewound are taken out.

mod find;
mod index;
mod indexer;
mod query;
mod snippet;
mod text;

use std::time::{Duration, Instant};

use atelier_protocol::{SearchQuery, SearchResults};

pub(crate) use indexer::Indexer;

use crate::{Store, StoreError};

/// How long looking may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why nothing was looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// There is no letter or digit in it.
    #[error("There is no word to look for in that; type one, or the beginning of one with a * after it.")]
    NoWord,
    /// It only says what must not occur.
    #[error("That only says what to leave out; add a word that should be found.")]
    OnlyExclusions,
    /// It is longer than anyone types.
    #[error("That is too long to look for; take a few telling words of it.")]
    TooLong,
    /// The database can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Looks for words in all sessions. Finds whatever this store has appended before, and what other processes have up
    /// to about a second before.
    pub async fn search(&self, query: SearchQuery) -> Result<SearchResults, SearchError> {
        let words = query::expression(&query.text, query.typing)?;
        let sessions_to_come = self.inner.writer.index(Duration::ZERO).await?;
        let deadline = Instant::now() + PATIENCE;
        let found = self.inner.readers.run_until(deadline, move |connection| find::find(connection, &words, &query));
        Ok(SearchResults { sessions_to_come, ..found.await? })
    }

    /// Prepares older sessions for searching, for `time` at most, and returns how many are left. It happens by itself in
    /// the background; this is for programs that do nothing else.
    pub async fn prepare_search(&self, time: Duration) -> Result<u64, StoreError> {
        self.inner.writer.index(time).await
    }
}

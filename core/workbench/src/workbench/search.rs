//! Finding what was said, in whatever session.

use std::time::Duration;

use atelier_protocol::{SearchQuery, SearchResults};
use atelier_store::SearchError;

use super::Workbench;
use crate::{ErrorKind, WorkbenchError};

impl Workbench {
    /// Looks for words in all sessions: prompts, answers, what tools were called with, and titles. What this workbench
    /// has logged is found at once, what another process logs within about a second.
    pub async fn search_sessions(&self, query: SearchQuery) -> Result<SearchResults, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.search(query).await?) }).await
    }

    /// Prepares sessions from before there was a search, for `time` at most, and returns how many are left. That goes on
    /// in the background anyway; this is for programs that would end before.
    pub async fn prepare_search(&self, time: Duration) -> Result<u64, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.prepare_search(time).await?) }).await
    }
}

impl From<SearchError> for WorkbenchError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Store(error) => error.into(),
            nonsense => Self::new(ErrorKind::InvalidRequest, nonsense.to_string()),
        }
    }
}

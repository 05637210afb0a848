//! A session's events, pulled.

use std::sync::Arc;

use atelier_workbench::EventReader;

use crate::{CoreError, SessionEvent};

/// Reads one session's log from a point on, then follows it. Freeing it stops the reading.
#[derive(uniffi::Object)]
pub struct EventStream {
    reader: EventReader,
    /// Held for its count alone: how many streams of a workbench are alive.
    _alive: Arc<()>,
}

impl EventStream {
    pub(crate) fn new(reader: EventReader, alive: Arc<()>) -> Self {
        Self { reader, _alive: alive }
    }
}

#[uniffi::export]
impl EventStream {
    /// The next events: at least one, at most `max` (from 1), in order; neighbouring deltas of a message may have
    /// been merged. Waits until there is one. Empty means closed, here or with the workbench. One caller at a time.
    pub async fn next_batch(&self, max: u32) -> Result<Vec<SessionEvent>, CoreError> {
        let max = usize::try_from(max).unwrap_or(usize::MAX).max(1);
        Ok(self.reader.next_batch(max).await?.into_iter().map(Into::into).collect())
    }

    /// Ends the stream: a waiting and every later `next_batch` returns empty. May be called at any time, on any
    /// thread, more than once.
    pub fn close(&self) {
        self.reader.close();
    }
}

//! Reading a session: replay, then follow, in batches.

use atelier_agent::{FaultWatch, StorageFault};
use atelier_protocol::{SessionEvent, SessionId, merge_deltas};
use atelier_store::Follow;
use tokio::{runtime::Handle, sync::Mutex};
use tokio_util::{context::TokioContext, sync::CancellationToken};

use crate::{ErrorKind, WorkbenchError};

/// Deltas are merged up to this many bytes of text.
const MAX_MERGED_TEXT: usize = 64 << 10;

/// Follows one session from a position on. It holds a cursor, not a queue: a reader that stops reading costs nothing
/// and misses nothing. Dropping or closing it ends it.
pub struct EventReader {
    session: SessionId,
    source: Mutex<Source>,
    closed: CancellationToken,
    runtime: Handle,
}

struct Source {
    log: Follow,
    faults: FaultWatch,
}

impl EventReader {
    pub(crate) fn new(session: SessionId, log: Follow, faults: FaultWatch, runtime: Handle) -> Self {
        Self { session, source: Mutex::new(Source { log, faults }), closed: CancellationToken::new(), runtime }
    }

    /// The session that is read.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// Waits for at least one event and returns at most `max` of them (at least 1), in order, without a gap or a
    /// repetition; neighbouring deltas of a message arrive merged, under the number of the last one. Empty: the reader
    /// or the workbench was closed.
    ///
    /// An error does not end the reader, the next call reads on. In particular a turn that can't write its log is
    /// reported this way, once: as [`ErrorKind::Storage`] while it keeps trying, as [`ErrorKind::TurnGivenUp`] when it
    /// has ended without an end in the log, for which no one should wait.
    ///
    /// Cancel-safe, and may be awaited on any executor. Of several calls at a time each event goes to only one.
    pub async fn next_batch(&self, max: usize) -> Result<Vec<SessionEvent>, WorkbenchError> {
        let read = async {
            let mut source = self.source.lock().await;
            let Source { log, faults } = &mut *source;
            tokio::select! {
                biased;
                () = self.closed.cancelled() => Ok(Vec::new()),
                events = log.next_batch(max.max(1)) => Ok(merge_deltas(events?, MAX_MERGED_TEXT)),
                fault = faults.next(self.session) => Err(told(fault)),
            }
        };
        TokioContext::new(read, self.runtime.clone()).await
    }

    /// Wakes a waiting [`EventReader::next_batch`]; it and all later ones return empty.
    pub fn close(&self) {
        self.closed.cancel();
    }
}

fn told(fault: StorageFault) -> WorkbenchError {
    let kind = if fault.given_up { ErrorKind::TurnGivenUp } else { ErrorKind::Storage };
    WorkbenchError::new(kind, fault.message)
}

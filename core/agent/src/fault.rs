//! What readers must know that the log can't tell them: that the log itself can't be written.

use atelier_protocol::SessionId;
use atelier_store::StoreError;
use tokio::sync::watch;

/// A running turn can't write its log. Nothing is lost yet: the turn holds what it has and keeps trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageFault {
    /// The session whose turn waits.
    pub session: SessionId,
    /// What happened and what to do, in a sentence.
    pub message: String,
}

/// Tells of the newest fault of all sessions; `None` while all is well.
pub(crate) type FaultBoard = watch::Sender<Option<StorageFault>>;

/// A view of the board that knows what it has already told.
pub struct FaultWatch {
    board: watch::Receiver<Option<StorageFault>>,
}

impl FaultWatch {
    pub(crate) fn new(board: &FaultBoard) -> Self {
        let mut board = board.subscribe();
        // A fault that already stands is news to a new reader.
        board.mark_changed();
        Self { board }
    }

    /// Waits for a fault of this session that was not told before. Never returns once the agent is gone. Cancel-safe.
    pub async fn next(&mut self, session: SessionId) -> StorageFault {
        loop {
            if self.board.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(fault) = self.board.borrow_and_update().clone().filter(|fault| fault.session == session) {
                return fault;
            }
        }
    }
}

/// One turn's access to the board.
pub(crate) struct FaultReporter {
    session: SessionId,
    board: FaultBoard,
}

impl FaultReporter {
    pub(crate) fn new(session: SessionId, board: FaultBoard) -> Self {
        Self { session, board }
    }

    pub(crate) fn report(&self, error: &StoreError) {
        let fault = Some(StorageFault { session: self.session, message: error.to_string() });
        self.board.send_if_modified(|current| {
            let changed = *current != fault;
            *current = fault;
            changed
        });
    }

    pub(crate) fn clear(&self) {
        self.board.send_if_modified(|current| {
            let mine = current.as_ref().is_some_and(|fault| fault.session == self.session);
            if mine {
                *current = None;
            }
            mine
        });
    }
}

impl Drop for FaultReporter {
    fn drop(&mut self) {
        self.clear();
    }
}

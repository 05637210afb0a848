//! What readers must know that the log can't tell them: that the log itself can't be written.

use std::{collections::HashMap, sync::Arc};

use atelier_protocol::SessionId;
use atelier_store::StoreError;
use tokio::sync::watch;

/// What a turn's readers are told when its panic takes its end away. The panic's own text may hold anything.
const DEFECT: &str =
    "Atelier made a mistake of its own and broke the turn off; what had come is kept, send the prompt again.";

/// A turn can't write its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageFault {
    /// What happened and what to do, in a sentence.
    pub message: String,
    /// False: nothing is lost yet, the turn holds what it has and keeps trying. True: the turn has ended without an
    /// end in the log; whoever uses the session next writes it.
    pub given_up: bool,
}

/// The newest fault of each session that has one.
#[derive(Debug, Clone)]
pub(crate) struct FaultBoard {
    faults: Arc<watch::Sender<HashMap<SessionId, StorageFault>>>,
}

impl FaultBoard {
    pub(crate) fn new() -> Self {
        Self { faults: Arc::new(watch::Sender::default()) }
    }

    pub(crate) fn watch(&self) -> FaultWatch {
        FaultWatch { board: self.faults.subscribe(), told: None }
    }

    /// Whatever was reported of this session is over.
    pub(crate) fn clear(&self, session: SessionId) {
        self.set(session, None);
    }

    fn set(&self, session: SessionId, fault: Option<StorageFault>) {
        self.faults.send_if_modified(|faults| {
            if faults.get(&session) == fault.as_ref() {
                return false;
            }
            match fault {
                Some(fault) => faults.insert(session, fault),
                None => faults.remove(&session),
            };
            true
        });
    }
}

/// A view of the board that knows what it has already told.
pub struct FaultWatch {
    board: watch::Receiver<HashMap<SessionId, StorageFault>>,
    told: Option<StorageFault>,
}

impl FaultWatch {
    /// Waits for a fault of this session that was not told before; one that already stands is news to a new view.
    /// Never returns once the agent is gone. Cancel-safe. A view is for one session.
    pub async fn next(&mut self, session: SessionId) -> StorageFault {
        loop {
            let current = self.board.borrow_and_update().get(&session).cloned();
            if current != self.told {
                self.told.clone_from(&current);
                if let Some(fault) = current {
                    return fault;
                }
            }
            if self.board.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// One turn's access to the board.
#[derive(Clone)]
pub(crate) struct FaultReporter {
    session: SessionId,
    board: FaultBoard,
}

impl FaultReporter {
    /// For a turn that begins: whatever an earlier one reported is over.
    pub(crate) fn new(session: SessionId, board: FaultBoard) -> Self {
        board.clear(session);
        Self { session, board }
    }

    /// The log can't be written for the moment.
    pub(crate) fn waiting(&self, error: &StoreError) {
        self.board.set(self.session, Some(StorageFault { message: error.to_string(), given_up: false }));
    }

    /// The log is written again.
    pub(crate) fn clear(&self) {
        self.board.clear(self.session);
    }
}

/// Sees to it that readers never wait for an end of a turn that will not come: when it is dropped before the turn was
/// closed in the log, they are told that it was given up.
pub(crate) struct TurnEndWatch {
    faults: FaultReporter,
    /// What they are told; none once the end stands in the log.
    given_up: Option<String>,
}

impl TurnEndWatch {
    pub(crate) fn new(faults: FaultReporter) -> Self {
        Self { faults, given_up: Some(DEFECT.to_owned()) }
    }

    /// The turn is over, its end in the log or not.
    pub(crate) fn ended(mut self, end: &Result<(), StoreError>) {
        self.given_up = end.as_ref().err().map(ToString::to_string);
    }
}

impl Drop for TurnEndWatch {
    fn drop(&mut self) {
        let fault = self.given_up.take().map(|message| StorageFault { message, given_up: true });
        self.faults.board.set(self.faults.session, fault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> StoreError {
        StoreError::DiskFull { file: "atelier.db".into() }
    }

    /// What stands there now; none when nothing new does.
    async fn is_told(watch: &mut FaultWatch, session: SessionId) -> Option<bool> {
        tokio::select! {
            biased;
            fault = watch.next(session) => Some(fault.given_up),
            () = std::future::ready(()) => None,
        }
    }

    #[tokio::test]
    async fn each_session_s_fault_is_told_once_whatever_happens_in_others() {
        let board = FaultBoard::new();
        let (mine, theirs) = (SessionId::new(), SessionId::new());
        let (me, them) = (FaultReporter::new(mine, board.clone()), FaultReporter::new(theirs, board.clone()));
        let mut early = board.watch();
        me.waiting(&full());
        them.waiting(&full());
        let mut late = board.watch();
        for watch in [&mut early, &mut late] {
            assert_eq!(is_told(watch, mine).await, Some(false));
            assert_eq!(is_told(watch, mine).await, None);
        }
        me.clear();
        assert_eq!(is_told(&mut early, mine).await, None);
        me.waiting(&full());
        assert_eq!(is_told(&mut early, mine).await, Some(false));
    }

    #[tokio::test]
    async fn a_turn_without_an_end_in_the_log_is_told_as_given_up_until_the_next_one_begins() {
        let board = FaultBoard::new();
        let session = SessionId::new();
        let mut watch = board.watch();
        for given_up in [Some(Err(full())), None] {
            let end = TurnEndWatch::new(FaultReporter::new(session, board.clone()));
            match given_up {
                Some(result) => end.ended(&result),
                None => drop(end),
            }
            assert_eq!(is_told(&mut watch, session).await, Some(true));
            assert_eq!(is_told(&mut board.watch(), session).await, Some(true));
        }
        TurnEndWatch::new(FaultReporter::new(session, board.clone())).ended(&Ok(()));
        assert_eq!(is_told(&mut watch, session).await, None);
        assert_eq!(is_told(&mut board.watch(), session).await, None);
    }
}

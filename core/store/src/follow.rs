//! Reading a log as it grows.

use std::sync::Arc;

use atelier_protocol::{SessionEvent, SessionId};
use tokio::sync::watch;

use crate::{
    StoreError, log,
    store::Inner,
    tails::{Head, Subscription},
};

/// The most JSON read from the database at once, in bytes; one event may be larger by itself.
const PAGE_BYTES: usize = 1024 * 1024;

/// A reader's position in a session's log. It replays what is there and then tails it: every event after its position
/// comes once, in order, whoever writes it, this process or another.
///
/// It is only a cursor: however far it falls behind, it costs no memory. Another process's events are seen within
/// half a second, and within 50 ms while more keep coming; this process's at once.
pub struct Follow {
    store: Arc<Inner>,
    subscription: Subscription,
    news: watch::Receiver<Head>,
    position: u64,
}

impl Follow {
    /// Begins after event number `after`.
    pub(crate) async fn start(store: Arc<Inner>, session: SessionId, after: u64) -> Result<Self, StoreError> {
        // First the subscription, then the look at the database: what is committed in between is in both.
        let (subscription, first) = store.tails.subscribe(session).ok_or(StoreError::Closed)?;
        if first {
            store.writer.look_out();
        }
        let last_seq = store.readers.run(move |connection| log::last_seq(connection, session)).await?;
        subscription.tail().reach(last_seq.ok_or(StoreError::NotFound { session })?);
        let news = subscription.tail().news();
        Ok(Self { store, subscription, news, position: after })
    }

    /// The next events: at least one, at most `max` (0 counts as 1), waiting until there is one. Fewer than `max` do
    /// not mean that there are no more. Empty means that the store was closed; [`StoreError::NotFound`], from then on, that
    /// the session was deleted.
    ///
    /// May be dropped while it waits; nothing is skipped then.
    pub async fn next_batch(&mut self, max: usize) -> Result<Vec<SessionEvent>, StoreError> {
        let max = max.max(1);
        loop {
            let head = *self.news.borrow_and_update();
            if head.deleted {
                return Err(StoreError::NotFound { session: self.subscription.session() });
            }
            let mut events = self.subscription.tail().after(self.position, max).unwrap_or_default();
            if events.is_empty() && !head.closed && self.position < head.last_seq {
                events = self.read_page(max).await?;
            }
            if let Some(last) = events.last() {
                self.position = last.seq;
                return Ok(events);
            }
            if head.closed || self.news.changed().await.is_err() {
                return Ok(Vec::new());
            }
        }
    }

    /// Sequence number of the last event handed out, or where it began.
    pub fn position(&self) -> u64 {
        self.position
    }

    async fn read_page(&self, max: usize) -> Result<Vec<SessionEvent>, StoreError> {
        let (session, after) = (self.subscription.session(), self.position);
        let page =
            self.store.readers.run(move |connection| log::read(connection, session, after, max, PAGE_BYTES)).await;
        match page {
            // Closing has begun; the head will say so in a moment.
            Err(StoreError::Closed) => Ok(Vec::new()),
            page => page,
        }
    }
}

//! Writing a stream of events: neighbouring deltas are merged, commits overlap with collecting.

use std::{sync::Arc, time::Duration};

use atelier_protocol::{EventBody, SessionId};
use tokio::{sync::oneshot::error::TryRecvError, time::Instant};

use crate::{
    Durability, StoreError,
    store::Inner,
    writer::{Pending, Unless, Unwritten, weight},
};

/// The longest a text waits, and so the shortest time between two rows of a stream that is slower than
/// [`MERGED_BYTES`] in this time. Long enough to merge what a fast model sends, too short to be seen.
const MAX_WAIT: Duration = Duration::from_millis(25);

/// Texts are written once this many bytes wait, and merged until they are this large. Measured with deltas of 20 bytes:
/// 0.35 µs for each, and hardly less with eight times as much.
const MERGED_BYTES: usize = 4096;

/// How much may wait for an append under way before the caller has to wait, too.
const MAX_BEHIND: usize = 64 * 1024;

/// How much may be kept for another try while writing fails.
const MAX_KEPT: usize = 1024 * 1024;

/// Appends the events of one turn in the order they are pushed. Get it with `Store::appender`.
///
/// Text deltas are merged with their neighbours of the same message and written at the latest 25 ms after the last
/// write, or when 4 KiB wait; the first text after a pause is written at once. Every other event is written at once,
/// together with the text before it. Writing goes on in the background: one append is under way while the next
/// collects, so an error comes back from a later call.
///
/// After an error, everything that was pushed and not written is still here, in order, the event just pushed included,
/// and the next flush tries again: nothing is lost or written twice, so never push an event again. Only a caller who
/// pushes on against errors until 1 MiB is kept has further events refused.
///
/// All calls may be dropped while they wait. What is not flushed when the appender is dropped is lost.
pub struct Appender {
    store: Arc<Inner>,
    session: SessionId,
    waiting: Waiting,
    in_flight: Option<Pending>,
    last_write: Option<Instant>,
    last_seq: Option<u64>,
}

impl Appender {
    pub(crate) fn new(store: Arc<Inner>, session: SessionId) -> Self {
        Self { store, session, waiting: Waiting::default(), in_flight: None, last_write: None, last_seq: None }
    }

    /// Takes the next event, and starts writing what waits if it is due. Waits only while the append under way is not
    /// done: for an event that is no delta, for text whose time has come, or when 64 KiB have come in meanwhile.
    pub async fn push(&mut self, body: EventBody) -> Result<(), StoreError> {
        self.push_all([body]).await
    }

    /// The same for events that belong together: they are written in one transaction, so that whenever the process
    /// dies, all of them are in the log or none.
    pub async fn push_all(&mut self, bodies: impl IntoIterator<Item = EventBody>) -> Result<(), StoreError> {
        if self.waiting.bytes > MAX_KEPT {
            self.send(Durability::Written).await?;
            self.settle().await?;
        }
        bodies.into_iter().for_each(|body| self.waiting.add(body));
        if self.is_due()? {
            self.send(Durability::Written).await?;
        }
        Ok(())
    }

    /// When what waits has to be flushed if nothing is pushed before; None when nothing waits.
    pub fn deadline(&self) -> Option<Instant> {
        if self.waiting.bodies.is_empty() {
            return None;
        }
        Some(self.last_write.map_or_else(Instant::now, |last| last + MAX_WAIT))
    }

    /// Writes everything that was pushed and returns the number of the session's newest event at that moment. With
    /// [`Durability::Flushed`] that holds for what was written before, too.
    pub async fn flush(&mut self, durability: Durability) -> Result<u64, StoreError> {
        self.settle().await?;
        match self.last_seq {
            Some(last_seq) if self.waiting.bodies.is_empty() && durability == Durability::Written => Ok(last_seq),
            _ => {
                self.send(durability).await?;
                self.settle().await
            }
        }
    }

    /// As [`Store::append_unless`](crate::Store::append_unless), after everything that was pushed. These events are not
    /// kept for another try: where it fails, nothing of them is written.
    pub async fn append_unless(
        &mut self,
        after: u64,
        kinds: &'static [&'static str],
        bodies: Vec<EventBody>,
        durability: Durability,
    ) -> Result<Option<u64>, StoreError> {
        self.flush(Durability::Written).await?;
        let place = self.store.writer.place().await?;
        let unless = Some(Unless { after, kinds });
        let outcome = self.store.writer.append(place, self.session, bodies, durability, unless).await;
        match outcome.map_err(|_| StoreError::Closed)? {
            Ok(last_seq) => {
                self.last_seq = Some(last_seq);
                self.last_write = Some(Instant::now());
                Ok(Some(last_seq))
            }
            Err(Unwritten { error: StoreError::Overtaken, .. }) => Ok(None),
            Err(Unwritten { error, .. }) => Err(error),
        }
    }

    /// Whether what waits is to be written now. A full row alone waits on for the one under way, up to a bound: so a
    /// checkpoint does not hold up whoever reads from the network.
    fn is_due(&mut self) -> Result<bool, StoreError> {
        if self.waiting.urgent || self.waiting.bytes >= MAX_BEHIND || self.deadline() <= Some(Instant::now()) {
            return Ok(true);
        }
        Ok(self.waiting.bytes >= MERGED_BYTES && !self.is_under_way()?)
    }

    fn is_under_way(&mut self) -> Result<bool, StoreError> {
        match self.in_flight.as_mut().map(Pending::try_recv) {
            None => Ok(false),
            Some(Ok(outcome)) => self.conclude(Some(outcome)).map(|_| false),
            Some(Err(TryRecvError::Empty)) => Ok(true),
            Some(Err(TryRecvError::Closed)) => self.conclude(None).map(|_| false),
        }
    }

    /// Starts writing what waits, after what is under way.
    async fn send(&mut self, durability: Durability) -> Result<(), StoreError> {
        self.settle().await?;
        let place = self.store.writer.place().await?;
        // From here on nothing waits, so dropping the call can't tear anything.
        let bodies = self.waiting.take();
        self.in_flight = Some(self.store.writer.append(place, self.session, bodies, durability, None));
        self.last_write = Some(Instant::now());
        Ok(())
    }

    /// Waits for what is under way. If it failed, its events wait again.
    async fn settle(&mut self) -> Result<u64, StoreError> {
        match &mut self.in_flight {
            Some(pending) => {
                let outcome = pending.await.ok();
                self.conclude(outcome)
            }
            None => Ok(self.last_seq.unwrap_or(0)),
        }
    }

    /// Takes note of how an append went; None says that the writing thread has ended.
    fn conclude(&mut self, outcome: Option<Result<u64, Unwritten>>) -> Result<u64, StoreError> {
        self.in_flight = None;
        match outcome.ok_or(StoreError::Closed)? {
            Ok(last_seq) => {
                self.last_seq = Some(last_seq);
                Ok(last_seq)
            }
            Err(Unwritten { error, bodies }) => {
                self.waiting.put_back(bodies);
                Err(error)
            }
        }
    }
}

/// Events not yet on their way.
#[derive(Default)]
struct Waiting {
    bodies: Vec<EventBody>,
    /// About how much memory they take.
    bytes: usize,
    /// There is more than text.
    urgent: bool,
}

impl Waiting {
    fn add(&mut self, body: EventBody) {
        self.bytes += weight(&body);
        let EventBody::MessageDelta { message, text } = &body else {
            self.urgent = true;
            self.bodies.push(body);
            return;
        };
        match self.bodies.last_mut() {
            Some(EventBody::MessageDelta { message: open, text: before })
                if open == message && before.len() < MERGED_BYTES =>
            {
                before.push_str(text);
            }
            _ => self.bodies.push(body),
        }
    }

    fn take(&mut self) -> Vec<EventBody> {
        std::mem::take(self).bodies
    }

    /// Puts events back in front, as they were.
    fn put_back(&mut self, mut bodies: Vec<EventBody>) {
        self.bytes += bodies.iter().map(weight).sum::<usize>();
        bodies.append(&mut self.bodies);
        self.bodies = bodies;
    }
}

//! The way to the writing thread: a bounded queue of commands.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use atelier_protocol::{EventBody, SessionId, ToolOutcome};
use rusqlite::Connection;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{Durability, StoreError, tails::Tails, writer_thread::WriterThread};

/// How many commands may wait. Whoever wants to add one more waits for a place; every caller has one command under way
/// at most, so what waits is as large as what the callers would hold anyway.
const MAX_WAITING: usize = 64;

/// What the writing thread is asked to do.
pub(crate) enum Command {
    Append(Append),
    /// A transaction by itself.
    Transact {
        work: Work,
        _place: Place,
    },
    /// Someone began to follow: look out for other processes from now on.
    LookOut,
    /// Commit what was asked for before, then end.
    Close,
}

/// Has the thread commit a transaction, and answers.
pub(crate) type Work = Box<dyn FnOnce(&mut WriterThread) + Send>;

/// Events to be added to one session.
pub(crate) struct Append {
    pub(crate) session: SessionId,
    pub(crate) bodies: Vec<EventBody>,
    pub(crate) durability: Durability,
    pub(crate) unless: Option<Unless>,
    pub(crate) reply: oneshot::Sender<Result<u64, Unwritten>>,
    pub(crate) _place: Place,
}

/// Keeps an append from being made once others have written something that its writer has not seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unless {
    /// The last event that the writer has seen.
    pub(crate) after: u64,
    /// How the kinds of events begin that must not have come since.
    pub(crate) kinds: &'static [&'static str],
}

impl Append {
    /// About how many bytes it is.
    pub(crate) fn weight(&self) -> usize {
        self.bodies.iter().map(weight).sum()
    }
}

/// About how many bytes an event takes. Counts what can be large, texts; the rest is a few hundred bytes each.
pub(crate) fn weight(body: &EventBody) -> usize {
    match body {
        EventBody::MessageDelta { text, .. } => text.len(),
        EventBody::Error { message, .. } | EventBody::ToolProgress { message, .. } => message.len(),
        EventBody::ToolResult { outcome: ToolOutcome::Success { result }, .. } => 256 + result.content.len(),
        _ => 256,
    }
}

/// An append that failed, with its events for another try.
pub(crate) struct Unwritten {
    pub(crate) error: StoreError,
    pub(crate) bodies: Vec<EventBody>,
}

/// The outcome of an append, once there is one: the number of the session's newest event.
pub(crate) type Pending = oneshot::Receiver<Result<u64, Unwritten>>;

/// A place in the queue.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

#[cfg(test)]
impl Place {
    pub(crate) fn for_test() -> Self {
        Self { _permit: Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap() }
    }
}

/// Owns the writing thread.
pub(crate) struct Writer {
    commands: mpsc::Sender<Command>,
    places: Arc<Semaphore>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread on a connection of its own. It ends when it is closed, or when the last handle is gone and
    /// everything asked for is done.
    pub(crate) fn start(file: &Path, connection: Connection, tails: Arc<Tails>) -> Result<Self, StoreError> {
        let (commands, queue) = mpsc::channel();
        let work = WriterThread::new(file.to_owned(), connection, tails, queue)?;
        let thread = thread::Builder::new()
            .name("atelier-store".to_owned())
            .spawn(move || work.run())
            .map_err(|error| StoreError::from_io(file, &error))?;
        Ok(Self { commands, places: Arc::new(Semaphore::new(MAX_WAITING)), thread: Mutex::new(Some(thread)) })
    }

    /// Waits for a place in the queue.
    pub(crate) async fn place(&self) -> Result<Place, StoreError> {
        let permit = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        Ok(Place { _permit: permit })
    }

    /// Asks for an append. Those asked for in one order are committed in that order.
    pub(crate) fn append(
        &self,
        place: Place,
        session: SessionId,
        bodies: Vec<EventBody>,
        durability: Durability,
        unless: Option<Unless>,
    ) -> Pending {
        let (reply, pending) = oneshot::channel();
        self.send(Command::Append(Append { session, bodies, durability, unless, reply, _place: place }));
        pending
    }

    /// Runs `work` in a transaction of its own, which is committed unless that fails. Whoever stops waiting does not
    /// stop it.
    pub(crate) async fn transact<T: Send + 'static>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = self.place().await?;
        let (reply, done) = oneshot::channel();
        let work: Work = Box::new(move |thread| {
            // Whoever asked may be gone.
            let _ = reply.send(thread.transact(durability, work));
        });
        self.send(Command::Transact { work, _place: place });
        done.await.map_err(|_| StoreError::Closed)?
    }

    /// Has what was appended before indexed, and then older sessions for this long. Returns how many of those are left.
    pub(crate) async fn index(&self, time: Duration) -> Result<u64, StoreError> {
        let place = self.place().await?;
        let (reply, done) = oneshot::channel();
        let work: Work = Box::new(move |thread| {
            // Whoever asked may be gone.
            let _ = reply.send(thread.index_for(time));
        });
        self.send(Command::Transact { work, _place: place });
        done.await.map_err(|_| StoreError::Closed)?
    }

    /// Makes the thread notice that there are followers now.
    pub(crate) fn look_out(&self) {
        self.send(Command::LookOut);
    }

    /// Takes no more commands, lets those that wait be done and waits for the thread to end.
    pub(crate) async fn close(&self) {
        self.places.close();
        self.send(Command::Close);
        // Held to the end, so that a second caller waits as well.
        let mut thread = self.thread.lock().await;
        if let Some(thread) = thread.take() {
            // A panic of the thread has been reported by the panic hook, and there is nothing left to clean up.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    /// A thread that has ended answers by dropping the command, and with it the reply.
    fn send(&self, command: Command) {
        let _ = self.commands.send(command);
    }
}

//! Reading connections: a few, opened when they are first needed, used on threads that may block.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use rusqlite::Connection;
use tokio::{sync::Semaphore, task};

use crate::{StoreError, connection};

/// How many reads run at once. More would only wait for the same disk.
const MAX_READERS: u32 = 4;

/// How many of SQLite's instructions pass between two looks at the clock: well below a millisecond.
const STEPS: i32 = 5_000;

/// The reading connections of a store.
pub(crate) struct Readers {
    file: PathBuf,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// No connection is opened yet.
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file, places: Arc::new(Semaphore::new(MAX_READERS as usize)), idle: Mutex::default() }
    }

    /// Runs a query on a thread that may block. Every query is short, a page at most: a long one would keep the
    /// write-ahead log from being emptied.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run_mut(move |connection| query(connection)).await
    }

    async fn run_mut<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let readers = Arc::clone(self);
        let done = task::spawn_blocking(move || {
            let outcome = readers.run_now(query);
            drop(place);
            outcome
        });
        // It can't be joined when the runtime is being shut down.
        done.await.map_err(|_| StoreError::Closed)?
    }

    /// The same for a query that may take long: at the deadline SQLite interrupts it.
    pub(crate) async fn run_until<T: Send + 'static>(
        self: &Arc<Self>,
        deadline: Instant,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run_mut(move |connection| {
            connection.progress_handler(STEPS, Some(move || Instant::now() >= deadline))?;
            let value = query(connection);
            connection.progress_handler(0, None::<fn() -> bool>)?;
            value
        })
        .await
    }

    fn run_now<T>(&self, query: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => connection::open_for_reading(&self.file)?,
        };
        let value = query(&mut connection).map_err(|error| StoreError::from_sqlite(&self.file, &error))?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(value)
    }

    /// Waits for the reads under way, refuses further ones and closes the connections.
    pub(crate) async fn close(&self) {
        // An error means that it was closed before.
        let all = self.places.acquire_many(MAX_READERS).await;
        self.places.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        drop(all);
    }
}

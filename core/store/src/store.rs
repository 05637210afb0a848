//! The handle on the log.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use atelier_protocol::{EventBody, SessionEvent, SessionId, SessionSummary};

use crate::{
    Appender, Follow, StoreError, TurnLease, connection, copies, log,
    readers::Readers,
    tails::Tails,
    writer::{Unless, Writer},
};

/// What an event survives once its append has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// The end of the process, whatever kills it. What `Flushed` adds follows within about a second of quiet.
    Written,
    /// A crash of the system and a power cut too: it is on the disk.
    Flushed,
}

/// The log of all sessions. Clones are the same store. Its async functions are to be called inside a tokio runtime.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

/// What the store and those who read and write through it share.
pub(crate) struct Inner {
    pub(crate) file: PathBuf,
    pub(crate) tails: Arc<Tails>,
    pub(crate) readers: Arc<Readers>,
    pub(crate) writer: Writer,
}

impl Store {
    /// Opens the database in `file`, making it and its folder (for this user alone) where they are missing and bringing
    /// an older one up to date. One that is newer, damaged, read-only or another program's is refused and left alone.
    ///
    /// Blocks for a few milliseconds; when another process holds a lock, for up to 30 seconds.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        Self::open_within(file, None)
    }

    /// Like [`Store::open`], for a database that may take `max_bytes` at most (rounded down to 4096): beyond them appends
    /// fail as on a full disk.
    pub fn open_limited(file: &Path, max_bytes: u64) -> Result<Self, StoreError> {
        Self::open_within(file, Some(max_bytes))
    }

    fn open_within(file: &Path, max_bytes: Option<u64>) -> Result<Self, StoreError> {
        let connection = connection::open_for_writing(file, max_bytes)?;
        let tails = Arc::new(Tails::default());
        let writer = Writer::start(file, connection, Arc::clone(&tails))?;
        let readers = Arc::new(Readers::new(file.to_owned()));
        Ok(Self { inner: Arc::new(Inner { file: file.to_owned(), tails, readers, writer }) })
    }

    /// Adds an empty session with a new id.
    pub async fn create_session(&self) -> Result<SessionSummary, StoreError> {
        let create = |connection: &_| log::create(connection, SessionId::new());
        self.inner.writer.transact(Durability::Written, create).await
    }

    /// All sessions, the newest updated first.
    pub async fn sessions(&self) -> Result<Vec<SessionSummary>, StoreError> {
        self.inner.readers.run(log::sessions).await
    }

    /// One session; [`StoreError::NotFound`] if there is none with this id.
    pub async fn session(&self, id: SessionId) -> Result<SessionSummary, StoreError> {
        let found = self.inner.readers.run(move |connection| log::session(connection, id)).await?;
        found.ok_or(StoreError::NotFound { session: id })
    }

    /// Adds a session whose log begins with the first `up_to` events of another one, with their times, and goes on with
    /// `more`. All of it is on the disk when this returns, or none.
    pub async fn fork_session(
        &self,
        from: SessionId,
        up_to: u64,
        more: Vec<EventBody>,
    ) -> Result<SessionSummary, StoreError> {
        let fork = move |connection: &_| copies::fork(connection, from, up_to, &more);
        let forked = self.inner.writer.transact(Durability::Flushed, fork).await?;
        forked.ok_or(StoreError::NotFound { session: from })
    }

    /// This session and those that do a part of its work, directly or not; none if there is no such session.
    pub async fn with_parts(&self, id: SessionId) -> Result<Vec<SessionId>, StoreError> {
        self.inner.readers.run(move |connection| copies::with_parts(connection, id)).await
    }

    /// Removes sessions with their logs, all or none; those there are not are fine. It is on the disk when this returns.
    /// Their followers, here and in other processes, get [`StoreError::NotFound`], and so does whoever still wants to
    /// append to one: an id is never used again.
    pub async fn delete_sessions(&self, ids: Vec<SessionId>) -> Result<(), StoreError> {
        let gone = ids.clone();
        let delete = move |connection: &_| copies::delete(connection, &ids);
        self.inner.writer.transact(Durability::Flushed, delete).await?;
        for tail in gone.into_iter().filter_map(|id| self.inner.tails.get(id)) {
            tail.end();
        }
        Ok(())
    }

    /// Adds events to the end of a session's log, all of them or, on an error, none. Returns the number of the last
    /// one (of the newest there is, for no events). When it returns, followers have been told.
    ///
    /// If the caller stops waiting, it happens all the same or not at all.
    pub async fn append(
        &self,
        id: SessionId,
        bodies: Vec<EventBody>,
        durability: Durability,
    ) -> Result<u64, StoreError> {
        self.append_guarded(id, bodies, durability, None).await
    }

    /// The same, unless events have been added after number `after` whose kind begins with one of these texts. Then
    /// nothing is added, and the answer is none. So a decision that was made on what the log said up to `after` only
    /// takes effect if that is still so, whichever process writes.
    pub async fn append_unless(
        &self,
        id: SessionId,
        after: u64,
        kinds: &'static [&'static str],
        bodies: Vec<EventBody>,
        durability: Durability,
    ) -> Result<Option<u64>, StoreError> {
        match self.append_guarded(id, bodies, durability, Some(Unless { after, kinds })).await {
            Err(StoreError::Overtaken) => Ok(None),
            appended => appended.map(Some),
        }
    }

    async fn append_guarded(
        &self,
        id: SessionId,
        bodies: Vec<EventBody>,
        durability: Durability,
        unless: Option<Unless>,
    ) -> Result<u64, StoreError> {
        let place = self.inner.writer.place().await?;
        let pending = self.inner.writer.append(place, id, bodies, durability, unless);
        pending.await.map_err(|_| StoreError::Closed)?.map_err(|unwritten| unwritten.error)
    }

    /// A way to append a stream of events, with neighbouring deltas merged.
    pub fn appender(&self, id: SessionId) -> Appender {
        Appender::new(Arc::clone(&self.inner), id)
    }

    /// The events after number `after`, in order, `limit` at most; fewer if the log ends before.
    pub async fn read(&self, id: SessionId, after: u64, limit: usize) -> Result<Vec<SessionEvent>, StoreError> {
        let page = self
            .inner
            .readers
            .run(move |connection| {
                let events = log::read(connection, id, after, limit, usize::MAX)?;
                let known = !events.is_empty() || log::last_seq(connection, id)?.is_some();
                Ok(known.then_some(events))
            })
            .await?;
        page.ok_or(StoreError::NotFound { session: id })
    }

    /// The events after number `after` whose kind begins with one of these texts, in order. The others are not read
    /// into memory.
    pub async fn read_kinds(
        &self,
        id: SessionId,
        after: u64,
        kinds: &'static [&'static str],
    ) -> Result<Vec<SessionEvent>, StoreError> {
        self.inner.readers.run(move |connection| log::of_kinds(connection, id, after, kinds)).await
    }

    /// Replays the log after number `after` and then tails it. A position the log has not reached yet is fine: it
    /// waits for the events after that.
    pub async fn follow(&self, id: SessionId, after: u64) -> Result<Follow, StoreError> {
        Follow::start(Arc::clone(&self.inner), id, after).await
    }

    /// Takes the exclusive right to run a turn in a session, across processes; None if someone has it. Does not look
    /// whether the session exists.
    pub fn lease(&self, id: SessionId) -> Result<Option<TurnLease>, StoreError> {
        TurnLease::take(&self.inner.file, id)
    }

    /// The sessions whose newest turn has started and not finished, or that are not idle: those that are at work, and
    /// those whose process died over it. Who can take the lease of one knows that it is the latter.
    pub async fn unsettled(&self) -> Result<Vec<SessionId>, StoreError> {
        self.inner.readers.run(log::unsettled).await
    }

    /// Looks through the whole database for damage. Takes as long as reading the file once.
    pub async fn check(&self) -> Result<(), StoreError> {
        let finding = self
            .inner
            .readers
            .run(|connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)))
            .await?;
        if finding == "ok" {
            return Ok(());
        }
        let detail = finding.replace('\n', " ");
        Err(StoreError::Corrupt { file: self.inner.file.clone(), detail })
    }

    /// Commits what was asked for, moves it into the database, ends every follower and closes the file. Everything
    /// called later says [`StoreError::Closed`].
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("file", &self.inner.file).finish_non_exhaustive()
    }
}

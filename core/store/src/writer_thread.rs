//! The thread that writes: group commit, then publish, then answer. When it has nothing to do it keeps house.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use atelier_protocol::SessionEvent;
use rusqlite::{Connection, TransactionBehavior};

use crate::{
    Durability, StoreError,
    log::{self, Appended},
    search::Indexer,
    tails::Tails,
    writer::{Append, Command, Unwritten},
};

/// The most appends in one transaction, and the bytes after which no further one is taken in: bounds on how long the
/// first one waits for the others.
const MAX_GROUP: usize = 64;
const MAX_GROUP_BYTES: usize = 1024 * 1024;

/// How often to look whether another process has written, while somebody follows and none has lately.
const CALM_LOOK: Duration = Duration::from_millis(500);

/// The same for a while after another process has written: a turn streams over there.
const BUSY_LOOK: Duration = Duration::from_millis(50);

/// How long after another process's last write that goes on.
const BUSY_FOR: Duration = Duration::from_secs(3);

/// How long nothing must have been written before the write-ahead log is moved into the database, which also makes
/// durable what was only written.
const CHECKPOINT_AFTER: Duration = Duration::from_secs(1);

/// How long indexing may hold up the end of the process, and whoever looks for something.
const MAX_INDEXING: Duration = Duration::from_millis(250);

/// What the thread owns.
pub(crate) struct WriterThread {
    file: PathBuf,
    connection: Connection,
    tails: Arc<Tails>,
    queue: Receiver<Command>,
    /// What `synchronous` is set to.
    flushing: Durability,
    /// Changes whenever another connection has written; none but other processes' do.
    data_version: i64,
    next_look: Instant,
    /// When another process was last seen to have written.
    others_wrote: Option<Instant>,
    /// When this thread last committed, until a checkpoint.
    wrote: Option<Instant>,
    indexer: Indexer,
}

/// Whether to go on.
#[derive(PartialEq)]
enum Next {
    GoOn,
    End,
}

impl WriterThread {
    pub(crate) fn new(
        file: PathBuf,
        connection: Connection,
        tails: Arc<Tails>,
        queue: Receiver<Command>,
    ) -> Result<Self, StoreError> {
        let data_version = data_version(&connection).map_err(|error| StoreError::from_sqlite(&file, &error))?;
        Ok(Self {
            file,
            connection,
            tails,
            queue,
            flushing: Durability::Written,
            data_version,
            next_look: Instant::now(),
            others_wrote: None,
            wrote: None,
            indexer: Indexer::new(),
        })
    }

    /// Works until it is told to end or nobody is left who could tell it anything.
    pub(crate) fn run(mut self) {
        // The followers learn of the end in any case, even of a panic.
        let _closing = CloseOnDrop(Arc::clone(&self.tails));
        loop {
            let next = match self.wait() {
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => Next::GoOn,
                Err(RecvTimeoutError::Disconnected) => Next::End,
            };
            if next == Next::End {
                break;
            }
            self.keep_house();
        }
        self.index_new(MAX_INDEXING);
        self.checkpoint();
        if let Err((_, error)) = self.connection.close() {
            tracing::warn!(%error, "closing the session log");
        }
    }

    /// The next command, or the time to keep house.
    fn wait(&self) -> Result<Command, RecvTimeoutError> {
        let look = (!self.tails.is_empty()).then_some(self.next_look);
        let checkpoint = self.wrote.map(|wrote| wrote + CHECKPOINT_AFTER);
        match look.into_iter().chain(checkpoint).chain(self.indexer.due(self.wrote)).min() {
            Some(due) => self.queue.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => self.queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn obey(&mut self, command: Command) -> Next {
        match command {
            Command::Append(append) => return self.append_with_others(append),
            Command::Transact { work, .. } => work(self),
            Command::LookOut => {}
            Command::Close => return Next::End,
        }
        Next::GoOn
    }

    /// Takes the appends that wait behind the first into its transaction.
    fn append_with_others(&mut self, first: Append) -> Next {
        let mut bytes = first.weight();
        let mut group = vec![first];
        while group.len() < MAX_GROUP && bytes < MAX_GROUP_BYTES {
            match self.queue.try_recv() {
                Ok(Command::Append(append)) => {
                    bytes += append.weight();
                    group.push(append);
                }
                Ok(other) => {
                    self.commit(group);
                    return self.obey(other);
                }
                Err(_) => break,
            }
        }
        self.commit(group);
        Next::GoOn
    }

    /// Commits a group at once; when that fails, each append by itself, so that none suffers for another.
    fn commit(&mut self, group: Vec<Append>) {
        match self.try_commit(&group) {
            Ok(outcomes) => {
                for (append, outcome) in group.into_iter().zip(outcomes) {
                    self.answer(append, outcome);
                }
            }
            // Another process holds the lock: each further try would wait as long again.
            Err(error @ StoreError::Locked { .. }) => {
                for append in group {
                    self.answer(append, Err(error.clone()));
                }
            }
            Err(_) if group.len() > 1 => {
                for append in group {
                    self.commit(vec![append]);
                }
            }
            Err(error) => {
                for append in group {
                    self.answer(append, Err(error.clone()));
                }
            }
        }
    }

    /// One transaction. Its inner errors concern one append each, which then has changed nothing.
    fn try_commit(&mut self, group: &[Append]) -> Result<Vec<Result<Appended, StoreError>>, StoreError> {
        self.set_flushing(group.iter().map(|append| append.durability).max().unwrap_or(Durability::Written))?;
        self.transaction(|connection| {
            group
                .iter()
                .map(|Append { session, bodies, unless, .. }| {
                    if let Some(unless) = unless
                        && log::has_since(connection, *session, unless)?
                    {
                        return Ok(Err(StoreError::Overtaken));
                    }
                    let appended = log::append(connection, *session, bodies)?;
                    Ok(appended.ok_or(StoreError::NotFound { session: *session }))
                })
                .collect()
        })
    }

    /// One transaction, committed if the work succeeds.
    pub(crate) fn transact<T>(
        &mut self,
        durability: Durability,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.set_flushing(durability)?;
        self.transaction(work)
    }

    fn transaction<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let run = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        let outcome = run().map_err(|error| StoreError::from_sqlite(&self.file, &error));
        self.wrote = Some(Instant::now());
        outcome
    }

    /// Publishes what was committed and tells the caller. Only what is committed is ever seen.
    fn answer(&mut self, append: Append, outcome: Result<Appended, StoreError>) {
        let answer = match outcome {
            Ok(appended) => {
                self.indexer.notice(append.session, &append.bodies);
                if let Some(tail) = self.tails.get(append.session) {
                    let at = appended.at;
                    let numbered = (appended.first_seq..).zip(append.bodies);
                    let events = numbered.map(|(seq, body)| SessionEvent { seq, at, body });
                    tail.publish(events.zip(appended.sizes));
                }
                Ok(appended.last_seq)
            }
            Err(error) => Err(Unwritten { error, bodies: append.bodies }),
        };
        // Whoever asked may be gone; what was committed stays.
        let _ = append.reply.send(answer);
    }

    fn set_flushing(&mut self, wanted: Durability) -> Result<(), StoreError> {
        if self.flushing != wanted {
            let mode = match wanted {
                Durability::Written => "NORMAL",
                Durability::Flushed => "FULL",
            };
            self.connection
                .pragma_update(None, "synchronous", mode)
                .map_err(|error| StoreError::from_sqlite(&self.file, &error))?;
            self.flushing = wanted;
        }
        Ok(())
    }

    fn keep_house(&mut self) {
        if !self.tails.is_empty() && Instant::now() >= self.next_look {
            self.look_for_others();
            let busy = self.others_wrote.is_some_and(|wrote| wrote.elapsed() < BUSY_FOR);
            self.next_look = Instant::now() + if busy { BUSY_LOOK } else { CALM_LOOK };
        }
        if self.wrote.is_some_and(|wrote| wrote.elapsed() >= CHECKPOINT_AFTER) {
            self.checkpoint();
        }
        if self.indexer.due(self.wrote).is_some_and(|due| due <= Instant::now()) {
            self.index();
        }
    }

    /// A step of the index. That it fails hurts nobody but who looks for something: it is tried again later.
    fn index(&mut self) -> bool {
        let began = Instant::now();
        let outcome = self.set_flushing(Durability::Written).and_then(|()| {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
            let step = transaction.and_then(|transaction| {
                self.indexer.step(&transaction)?;
                transaction.commit()
            });
            step.map_err(|error| StoreError::from_sqlite(&self.file, &error))
        });
        self.wrote.get_or_insert(began);
        self.indexer.rest(began, &outcome);
        match outcome {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(%error, "preparing for search");
                false
            }
        }
    }

    /// Indexes what was appended here.
    fn index_new(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while !self.indexer.is_up_to_date() && Instant::now() < deadline && self.index() {}
    }

    /// Indexes what was appended here, then what is older for this long. Returns how many older sessions are left.
    pub(crate) fn index_for(&mut self, time: Duration) -> Result<u64, StoreError> {
        let deadline = Instant::now() + time;
        self.index_new(time.max(MAX_INDEXING));
        loop {
            let left = self.indexer.sessions_to_come(&self.connection);
            let left = left.map_err(|error| StoreError::from_sqlite(&self.file, &error))?;
            if left == 0 || Instant::now() >= deadline || !self.index() {
                return Ok(left);
            }
        }
    }

    /// Tells the followers when another process has written to their session. They read it from the database.
    fn look_for_others(&mut self) {
        let look = || {
            let found = data_version(&self.connection)?;
            if found != self.data_version {
                for (session, tail) in self.tails.all() {
                    match log::last_seq(&self.connection, session)? {
                        Some(last_seq) => tail.reach(last_seq),
                        None => tail.end(),
                    }
                }
            }
            Ok(found)
        };
        match look() {
            Ok(found) if found != self.data_version => {
                self.data_version = found;
                self.others_wrote = Some(Instant::now());
            }
            Ok(_) => {}
            // The next look comes soon.
            Err(error) => {
                let error: rusqlite::Error = error;
                tracing::debug!(%error, "looking for other processes' events");
            }
        }
    }

    /// Moves what it can into the database without waiting for readers.
    fn checkpoint(&mut self) {
        if self.wrote.take().is_some()
            && let Err(error) = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        {
            tracing::warn!(%error, "checkpoint of the session log");
        }
    }
}

fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}

struct CloseOnDrop(Arc<Tails>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use atelier_protocol::{EventBody, SessionId};
    use tokio::sync::oneshot;

    use super::*;
    use crate::{
        connection,
        writer::{Pending, Place},
    };

    fn thread_on(folder: &tempfile::TempDir) -> (WriterThread, SessionId) {
        let file = folder.path().join("atelier.db");
        let connection = connection::open_for_writing(&file, None).unwrap();
        let id = SessionId::new();
        log::create(&connection, id).unwrap();
        let (_, queue) = mpsc::channel();
        (WriterThread::new(file, connection, Arc::default(), queue).unwrap(), id)
    }

    fn append(session: SessionId, durability: Durability) -> (Append, Pending) {
        let (reply, pending) = oneshot::channel();
        let bodies = vec![EventBody::SessionRenamed { title: "x".into() }];
        (Append { session, bodies, durability, unless: None, reply, _place: Place::for_test() }, pending)
    }

    /// SQLite's numbers: 1 is NORMAL, 2 is FULL.
    fn synchronous(thread: &WriterThread) -> i64 {
        thread.connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_group_is_flushed_if_one_in_it_asks_for_that() {
        let folder = tempfile::tempdir().unwrap();
        let (mut thread, id) = thread_on(&folder);
        let groups = [
            (vec![Durability::Written], 1),
            (vec![Durability::Written, Durability::Flushed, Durability::Written], 2),
            (vec![Durability::Written; 2], 1),
        ];
        for (durabilities, expected) in groups {
            let (group, pending): (Vec<_>, Vec<_>) =
                durabilities.into_iter().map(|durability| append(id, durability)).unzip();
            thread.commit(group);
            assert_eq!(synchronous(&thread), expected);
            for mut pending in pending {
                assert!(pending.try_recv().unwrap().is_ok());
            }
        }
    }

    #[test]
    fn a_group_that_can_not_be_committed_is_answered_one_by_one_with_its_events() {
        let folder = tempfile::tempdir().unwrap();
        let (mut thread, id) = thread_on(&folder);
        let stranger = SessionId::new();
        thread
            .connection
            .execute_batch("CREATE TRIGGER never BEFORE INSERT ON events BEGIN SELECT RAISE(FAIL, 'no'); END")
            .unwrap();
        let (group, pending): (Vec<_>, Vec<_>) =
            [id, stranger, id].into_iter().map(|session| append(session, Durability::Written)).unzip();
        thread.commit(group);
        let errors: Vec<_> = pending
            .into_iter()
            .map(|mut pending| {
                let unwritten = pending.try_recv().unwrap().err().unwrap();
                assert_eq!(unwritten.bodies.len(), 1);
                unwritten.error
            })
            .collect();
        assert!(matches!(errors[0], StoreError::Io { .. }), "{errors:?}");
        assert_eq!(errors[1], StoreError::NotFound { session: stranger });
        assert_eq!(errors[0], errors[2]);
        assert_eq!(log::last_seq(&thread.connection, id).unwrap(), Some(0));
        thread.connection.execute_batch("DROP TRIGGER never").unwrap();
        let (one, mut pending) = append(id, Durability::Written);
        thread.commit(vec![one]);
        assert_eq!(pending.try_recv().unwrap().ok(), Some(1), "the thread goes on");
    }
}

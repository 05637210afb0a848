//! One git at a time in each repository: whoever comes waits for those before, in order and not for ever.

use std::{
    collections::{HashMap, VecDeque},
    path::{Path, PathBuf},
    sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::GitError;

/// How long a command waits for those before it.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many may wait in one repository.
const MAX_WAITING: usize = 64;

/// How often it is looked whether one that waits should still.
const TICK: Duration = Duration::from_millis(25);

/// What a command uses. Two that use the same wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    /// Files, index and refs.
    Files,
    /// What goes over the network and touches neither files nor index: it may take long, and looking goes on meanwhile.
    Network,
}

type Key = (PathBuf, Lane);

/// Who is at work, and after it who waits, by repository.
#[derive(Default)]
struct Queues {
    waiting: Mutex<HashMap<Key, VecDeque<u64>>>,
    moved: Condvar,
}

static QUEUES: LazyLock<Queues> = LazyLock::new(Queues::default);

/// The right to run git in a repository. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    key: Key,
    ticket: u64,
}

impl Turn {
    /// Waits until no other git of ours runs there.
    pub(crate) fn take(repository: &Path, lane: Lane, stopped: &dyn Fn() -> bool) -> Result<Self, GitError> {
        Self::take_within(repository, lane, PATIENCE, stopped)
    }

    fn take_within(
        repository: &Path,
        lane: Lane,
        patience: Duration,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Self, GitError> {
        let deadline = Instant::now() + patience;
        let key = (repository.to_owned(), lane);
        let mut waiting = QUEUES.lock();
        let queue = waiting.entry(key.clone()).or_default();
        if queue.len() > MAX_WAITING {
            return Err(GitError::Busy);
        }
        // Tickets are unique as long as they are in the queue.
        let ticket = queue.back().map_or(0, |last| last.wrapping_add(1));
        queue.push_back(ticket);
        // Dropped on the ways out, it leaves the queue.
        let turn = Self { key, ticket };
        loop {
            if waiting.get(&turn.key).and_then(VecDeque::front) == Some(&ticket) {
                return Ok(turn);
            }
            let given_up = if stopped() {
                Some(GitError::Stopped)
            } else {
                (Instant::now() >= deadline).then_some(GitError::Busy)
            };
            if let Some(error) = given_up {
                // The turn takes the lock to leave.
                drop(waiting);
                return Err(error);
            }
            waiting = QUEUES.moved.wait_timeout(waiting, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut waiting = QUEUES.lock();
        if let Some(queue) = waiting.get_mut(&self.key) {
            queue.retain(|ticket| *ticket != self.ticket);
            if queue.is_empty() {
                waiting.remove(&self.key);
            }
        }
        QUEUES.moved.notify_all();
    }
}

impl Queues {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, VecDeque<u64>>> {
        // Nothing that holds this lock can panic half-way through a change.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    fn queued(repository: &Path) -> usize {
        QUEUES.lock().get(&(repository.to_owned(), Lane::Files)).map_or(0, VecDeque::len)
    }

    #[test]
    fn each_waits_for_those_before_in_order_and_other_repositories_for_none() {
        let repository = Path::new("/turns/one");
        let (sender, order) = mpsc::channel();
        let first = Turn::take(repository, Lane::Files, &|| false).unwrap();
        let others: Vec<_> = (0..5)
            .map(|number| {
                let sender = sender.clone();
                let waiter = thread::spawn(move || {
                    let _turn = Turn::take(repository, Lane::Files, &|| false).unwrap();
                    sender.send(number).unwrap();
                });
                while queued(repository) < number + 2 {
                    thread::yield_now();
                }
                waiter
            })
            .collect();
        let _elsewhere = Turn::take(Path::new("/turns/two"), Lane::Files, &|| false).unwrap();
        let _network = Turn::take(repository, Lane::Network, &|| false).unwrap();
        assert!(order.try_recv().is_err());
        drop(first);
        for waiter in others {
            waiter.join().unwrap();
        }
        assert_eq!(order.try_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(queued(repository), 0);
    }

    #[test]
    fn who_waits_gives_up_in_time_or_when_stopped_and_leaves_no_trace() {
        let repository = Path::new("/turns/three");
        let held = Turn::take(repository, Lane::Files, &|| false).unwrap();
        let short = Duration::from_millis(10);
        assert!(matches!(Turn::take_within(repository, Lane::Files, short, &|| false), Err(GitError::Busy)));
        assert!(matches!(Turn::take(repository, Lane::Files, &|| true), Err(GitError::Stopped)));
        assert_eq!(queued(repository), 1);
        drop(held);
        drop(Turn::take(repository, Lane::Files, &|| false).unwrap());
    }

    #[test]
    fn no_more_than_so_many_wait() {
        let repository = Path::new("/turns/four");
        let _held = Turn::take(repository, Lane::Files, &|| false).unwrap();
        QUEUES.lock().entry((repository.to_owned(), Lane::Files)).or_default().extend(1..=64);
        assert!(matches!(Turn::take(repository, Lane::Files, &|| false), Err(GitError::Busy)));
        QUEUES.lock().remove(&(repository.to_owned(), Lane::Files));
    }
}

//! What the server saw: each request and how its answer ended.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicUsize},
    time::{Duration, Instant},
};

use serde::Serialize;
use serde_json::{Map, Value as Json};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};

use crate::{Reply, document::Page};

/// How long to wait for what never happens.
const PATIENCE: Duration = Duration::from_mins(1);

/// One request, as it came.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recorded {
    /// `POST` or `GET`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers, names in lower case.
    pub headers: Map<String, Json>,
    /// The body; null when it is no JSON.
    pub body: Json,
    /// How the answer ended; none while it goes on.
    pub ending: Option<Ending>,
}

impl Recorded {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(Json::as_str)
    }
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All of it was sent.
    Complete,
    /// The script cut it.
    Cut,
    /// The client closed the connection before all was sent.
    ClientClosed {
        /// How much of the stream had been sent, in bytes.
        after_bytes: u64,
        /// How long after the request, in milliseconds.
        after_ms: u64,
    },
}

/// What was waited for did not happen within a minute.
#[derive(Debug, thiserror::Error)]
#[error("what was waited for did not happen; requests so far: {0:?}")]
pub struct WaitedInVain(pub Vec<Recorded>);

/// What the connections of a server share.
#[derive(Debug)]
pub(crate) struct State {
    inner: Mutex<Inner>,
    changed: watch::Sender<()>,
    /// One permit for each release that no stalled reply has taken yet.
    pub(crate) releases: Semaphore,
    /// How many connections were accepted.
    pub(crate) connections: AtomicUsize,
}

#[derive(Debug)]
struct Inner {
    queue: VecDeque<Reply>,
    default: Reply,
    requests: Vec<(Recorded, Instant)>,
    models: Vec<String>,
    page: usize,
}

impl Default for Inner {
    fn default() -> Self {
        let default = Reply::text("Hello from the fake model server.");
        Self {
            queue: VecDeque::new(),
            default,
            requests: Vec::new(),
            models: vec!["fake-model".to_owned()],
            page: 1000,
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            inner: Mutex::default(),
            changed: watch::Sender::default(),
            releases: Semaphore::new(0),
            connections: AtomicUsize::new(0),
        }
    }
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn enqueue(&self, replies: impl IntoIterator<Item = Reply>) {
        self.lock().queue.extend(replies);
    }

    pub(crate) fn set_default(&self, reply: Reply) {
        self.lock().default = reply;
    }

    pub(crate) fn next_reply(&self) -> Reply {
        let mut inner = self.lock();
        inner.queue.pop_front().unwrap_or_else(|| inner.default.clone())
    }

    /// The next reply of the queue if it is a whole body.
    pub(crate) fn next_whole_reply(&self) -> Option<Reply> {
        let mut inner = self.lock();
        let whole = inner.queue.front().is_some_and(|reply| reply.body.is_some());
        if whole { inner.queue.pop_front() } else { None }
    }

    pub(crate) fn set_models(&self, models: Vec<String>, page: usize) {
        let mut inner = self.lock();
        (inner.models, inner.page) = (models, page.max(1));
    }

    /// The models after the given one, or from the first.
    pub(crate) fn page_of_models(&self, after: Option<&str>) -> Page {
        let inner = self.lock();
        let known = after.and_then(|after| inner.models.iter().position(|model| model == after));
        let rest = &inner.models[known.map_or(0, |at| at + 1)..];
        Page { ids: rest.iter().take(inner.page).cloned().collect(), more: rest.len() > inner.page }
    }

    pub(crate) fn reset(&self) {
        *self.lock() = Inner::default();
        self.releases.forget_permits(usize::MAX);
    }

    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.lock().requests.iter().map(|(recorded, _)| recorded.clone()).collect()
    }

    /// Records a request and returns its number.
    pub(crate) fn record(&self, request: Recorded) -> usize {
        let mut inner = self.lock();
        inner.requests.push((request, Instant::now()));
        let number = inner.requests.len() - 1;
        drop(inner);
        self.changed.send_replace(());
        number
    }

    /// Says how the answer to a request ended. A request that a reset has forgotten stays forgotten.
    pub(crate) fn ended(&self, number: usize, ending: impl FnOnce(Duration) -> Ending) {
        if let Some((request, began)) = self.lock().requests.get_mut(number) {
            request.ending = Some(ending(began.elapsed()));
        }
        self.changed.send_replace(());
    }

    pub(crate) async fn until(&self, condition: impl Fn(&[Recorded]) -> bool) -> Result<Vec<Recorded>, WaitedInVain> {
        let mut changes = self.changed.subscribe();
        let waiting = async {
            loop {
                changes.mark_unchanged();
                let requests = self.requests();
                if condition(&requests) {
                    return requests;
                }
                if changes.changed().await.is_err() {
                    return requests;
                }
            }
        };
        timeout(PATIENCE, waiting).await.map_err(|_| WaitedInVain(self.requests()))
    }
}

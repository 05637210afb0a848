//! A workbench on a folder of its own, talking to a fake model server.
#![expect(clippy::expect_used, reason = "a test may fail this way")]

use std::{path::Path, time::Duration};

use atelier_protocol::{AgentState, EventBody, SessionEvent, SessionId};
use atelier_workbench::{Environment, EventReader, OpenOptions, RetryPolicy, Workbench};
use fake_model_server::FakeModelServer;
use tempfile::TempDir;

/// The key of these tests; it must turn up nowhere but in the request.
pub(crate) const KEY: &str = "sk-test-0123456789-abcdefghij-PLANTED";

/// Four attempts, and no pauses between.
const AT_ONCE: RetryPolicy = RetryPolicy { attempts: 4, first: Duration::ZERO, longest: Duration::ZERO };

/// How long to wait for what never happens.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A home of its own, with or without a model server.
pub(crate) struct Home {
    pub(crate) folder: TempDir,
    pub(crate) server: Option<FakeModelServer>,
    /// More variables of the environment.
    pub(crate) variables: Vec<(String, String)>,
    /// When requests that failed are sent again; at once unless a test says otherwise.
    pub(crate) retries: RetryPolicy,
}

impl Home {
    /// With a model server and a key for it in the environment.
    pub(crate) async fn with_server() -> Self {
        Self { server: Some(FakeModelServer::start().await.unwrap()), ..Self::without_key() }
    }

    /// With neither: the demo answers.
    pub(crate) fn without_key() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: None, variables: Vec::new(), retries: AT_ONCE }
    }

    /// The same with one more variable.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn server(&self) -> &FakeModelServer {
        self.server.as_ref().unwrap()
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn options(&self) -> OpenOptions {
        let path = |name: &str| self.path().join(name).into_os_string().into_string().unwrap();
        let mut variables =
            vec![("ATELIER_DATA_DIR".to_owned(), path("data")), ("ATELIER_CONFIG_DIR".to_owned(), path("config"))];
        if let Some(server) = &self.server {
            variables.push(("ANTHROPIC_API_KEY".to_owned(), KEY.to_owned()));
            variables.push(("ANTHROPIC_BASE_URL".to_owned(), server.url()));
        }
        variables.extend(self.variables.iter().cloned());
        let mut options = OpenOptions::new(Environment::from_pairs(self.path(), variables));
        options.demo_pause = Some(Duration::ZERO);
        options.retries = self.retries;
        options
    }

    pub(crate) fn open(&self) -> Workbench {
        Workbench::open(&self.options()).unwrap()
    }
}

/// Reads until an event satisfies the condition; returns all that was read.
pub(crate) async fn read_until(reader: &EventReader, condition: impl Fn(&EventBody) -> bool) -> Vec<SessionEvent> {
    let mut seen = Vec::new();
    let reading = async {
        while !seen.iter().any(|event: &SessionEvent| condition(&event.body)) {
            let batch = reader.next_batch(100).await.unwrap();
            assert!(!batch.is_empty(), "the log ended early: {seen:?}");
            seen.extend(batch);
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("the event never came");
    seen
}

/// The rest of a turn, up to and with its last event.
pub(crate) async fn read_turn(reader: &EventReader) -> Vec<SessionEvent> {
    read_until(reader, is_idle).await
}

pub(crate) fn is_idle(body: &EventBody) -> bool {
    matches!(body, EventBody::StateChanged { state: AgentState::Idle })
}

/// A new session and a reader from its beginning.
pub(crate) async fn new_session(workbench: &Workbench) -> (SessionId, EventReader) {
    let id = workbench.create_session().await.unwrap().id;
    (id, workbench.follow(id, 0).await.unwrap())
}

pub(crate) fn kinds(events: &[SessionEvent]) -> Vec<&str> {
    events.iter().map(|event| event.body.kind()).collect()
}

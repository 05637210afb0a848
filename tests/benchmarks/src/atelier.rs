//! Atelier as it is measured: a real workbench on real files, the request over real HTTP.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use atelier_protocol::{AgentState, EventBody, Role};
use atelier_workbench::{Environment, OpenOptions, Workbench};
use tempfile::TempDir;

use crate::Failure;

/// A home folder with a key for a model server.
pub struct Home {
    folder: TempDir,
    url: String,
}

impl Home {
    /// An empty one.
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn new(url: &str) -> Result<Self, Failure> {
        Ok(Self { folder: tempfile::tempdir()?, url: url.to_owned() })
    }

    /// The variables that a process in this home has.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.folder.path().join(name).to_string_lossy().into_owned();
        vec![
            ("HOME", path("")),
            ("ATELIER_DATA_DIR", path("data")),
            ("ATELIER_CONFIG_DIR", path("config")),
            ("ANTHROPIC_API_KEY", "sk-benchmark".to_owned()),
            ("ANTHROPIC_BASE_URL", self.url.clone()),
        ]
    }

    /// Where its log is.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("data").join("atelier.db")
    }

    /// A workbench in this home.
    ///
    /// # Errors
    /// When it can't be opened.
    pub fn open(&self) -> Result<Workbench, Failure> {
        let environment = Environment::from_pairs(self.folder.path(), self.variables());
        Ok(Workbench::open(&OpenOptions::new(environment))?)
    }
}

/// Sends a prompt and reads the log until the turn is over: socket to log to reader, with all durability on. Returns
/// how long that took and the length of the answer.
///
/// # Errors
/// When the turn can't be started or its log not read.
pub async fn stream_through_atelier(workbench: &Workbench) -> Result<(Duration, usize), Failure> {
    let session = workbench.create_session().await?.id;
    let reader = workbench.follow(session, 0).await?;
    let began = Instant::now();
    workbench.send(session, "go".to_owned(), None).await?;
    let (mut answering, mut length) = (false, 0);
    loop {
        for event in reader.next_batch(1000).await? {
            match event.body {
                EventBody::MessageStarted { role, .. } => answering = role == Role::Assistant,
                EventBody::MessageDelta { text, .. } if answering => length += text.len(),
                EventBody::Error { message, .. } => return Err(message.into()),
                EventBody::StateChanged { state: AgentState::Idle } => return Ok((began.elapsed(), length)),
                _ => {}
            }
        }
    }
}

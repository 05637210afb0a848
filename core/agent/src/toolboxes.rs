//! The toolboxes of the sessions that were used lately.
//!
//! A toolbox holds what a session's tools have going: commands in the background, the folder a shell is in, which files
//! the model has read. What must outlive the process is in the log, and is told to a new toolbox.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use atelier_protocol::{Conversation, SessionId, ToolAnswer, ToolCallId, ToolOutcome, ToolStage};
use atelier_tools::{CommandOutput, Confining, ToolSource, Toolbox};
use atelier_workspace::Folder;

use crate::{Agent, AgentError};

/// How many are kept. The one that was unused longest goes first, and its background commands end.
const MAX_KEPT: usize = 32;

/// Where sessions have tools from that are not built in.
pub trait SessionTools: Send + Sync {
    /// What a session that works in this folder may use besides the built-in tools. Asked once for each session that is
    /// used; starts nothing, and waits for nothing.
    fn sources(&self, session: SessionId, project: &Path) -> Vec<Arc<dyn ToolSource>>;
}

/// How sessions run commands.
pub trait CommandRules: Send + Sync {
    /// How a session that works in this folder runs them from now on. Asked at the beginning of each turn, where it may
    /// wait for the disk.
    fn of(&self, project: &Path) -> Confining;
}

/// All toolboxes.
pub(crate) struct Toolboxes {
    /// Where tools keep what they write at length, a folder for each session.
    outputs: PathBuf,
    more: Vec<Arc<dyn SessionTools>>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    uses: u64,
    toolboxes: HashMap<SessionId, Used>,
}

struct Used {
    last: u64,
    project: String,
    /// Where the conversation was taken back last, as far as the toolbox knows.
    rewound_at: u64,
    toolbox: Toolbox,
}

impl Toolboxes {
    pub(crate) fn new(outputs: PathBuf, more: Vec<Arc<dyn SessionTools>>) -> Self {
        Self { outputs, more, kept: Mutex::default() }
    }

    /// The toolbox of a session that works in this folder, as its log says. Waits for the disk.
    pub(crate) async fn of(
        &self,
        session: SessionId,
        project: &str,
        conversation: &Conversation,
    ) -> Result<Toolbox, AgentError> {
        let known = self.kept().find(session, project);
        let toolbox = match known {
            Some((toolbox, rewound_at)) if rewound_at == conversation.rewound_at => return Ok(toolbox),
            Some((toolbox, _)) => {
                toolbox.forget();
                toolbox
            }
            None => self.open(session, project).await?,
        };
        for call in &conversation.calls {
            if let ToolStage::Settled(ToolOutcome::Success { result: ToolAnswer { metadata: Some(metadata), .. } }) =
                &call.stage
            {
                toolbox.remember(metadata);
            }
        }
        self.kept().keep(session, project, conversation.rewound_at, toolbox.clone());
        Ok(toolbox)
    }

    async fn open(&self, session: SessionId, project: &str) -> Result<Toolbox, AgentError> {
        let path = PathBuf::from(project);
        let opened = tokio::task::spawn_blocking(move || Folder::open(&path)).await;
        let gone = |reason| AgentError::ProjectGone { project: project.to_owned(), reason };
        let folder = opened.map_err(|error| gone(error.to_string()))?.map_err(|error| gone(error.to_string()))?;
        let sources = self.more.iter().flat_map(|more| more.sources(session, Path::new(project)));
        Ok(Toolbox::new(folder, self.outputs_of(session)).with_sources(sources))
    }

    /// Where tools keep what they write at length, a folder for each session.
    pub(crate) fn outputs(&self) -> &Path {
        &self.outputs
    }

    /// Where a session's tools keep what they write at length.
    pub(crate) fn outputs_of(&self, session: SessionId) -> PathBuf {
        self.outputs.join(session.to_string())
    }

    /// Ends what runs in the background for a session that there is no more.
    pub(crate) async fn drop_one(&self, session: SessionId) {
        let dropped = self.kept().toolboxes.remove(&session);
        if let Some(used) = dropped {
            used.toolbox.close().await;
        }
    }

    /// Ends what runs in the background in any of them.
    pub(crate) async fn close(&self) {
        let toolboxes = std::mem::take(&mut self.kept().toolboxes);
        futures_util::future::join_all(toolboxes.values().map(|used| used.toolbox.close())).await;
    }

    fn command_output(&self, session: SessionId, call: ToolCallId) -> Option<CommandOutput> {
        self.kept().toolboxes.get(&session)?.toolbox.command_output(call)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Agent {
    /// What the command prints that this call has started in the background, from its beginning; see
    /// [`Toolbox::command_output`]. None where it was not started here, or is forgotten.
    pub fn command_output(&self, session: SessionId, call: ToolCallId) -> Option<CommandOutput> {
        self.shared.toolboxes.command_output(session, call)
    }
}

impl Kept {
    fn find(&mut self, session: SessionId, project: &str) -> Option<(Toolbox, u64)> {
        self.uses += 1;
        let used = self.toolboxes.get_mut(&session).filter(|used| used.project == project)?;
        used.last = self.uses;
        Some((used.toolbox.clone(), used.rewound_at))
    }

    fn keep(&mut self, session: SessionId, project: &str, rewound_at: u64, toolbox: Toolbox) {
        let used = Used { last: self.uses, project: project.to_owned(), rewound_at, toolbox };
        self.toolboxes.insert(session, used);
        if self.toolboxes.len() > MAX_KEPT
            && let Some(oldest) = self.toolboxes.iter().min_by_key(|(_, used)| used.last).map(|(session, _)| *session)
        {
            self.toolboxes.remove(&oldest);
        }
    }
}

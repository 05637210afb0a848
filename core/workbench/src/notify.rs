//! The program that the user has run when they are wanted.
//!
//! It stands in their own settings alone (`notify`): nothing in a project has a say in it. It is started as it stands there,
//! without a shell, with one more argument: a JSON object that says what happened and where, and nothing of what was
//! said, for other users of the machine can see the arguments of programs.

use std::{
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use atelier_agent::{Messenger, News};
use atelier_process::{Bounds, RunError, clean_environment, run};
use atelier_protocol::{Json, SessionId};
use atelier_store::Store;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::configuration::Configuration;

/// What the program may take: then it is ended, with all that it started.
const BOUNDS: Bounds = Bounds { time: Duration::from_secs(10), output: 4 << 10, end_when_full: false };

/// How many may run at a time. What comes while they do is not told.
const AT_A_TIME: usize = 4;

/// Runs the program.
pub(crate) struct Notifier {
    configuration: Arc<Configuration>,
    store: Store,
    room: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl Notifier {
    pub(crate) fn new(configuration: Arc<Configuration>, store: Store) -> Self {
        Self { configuration, store, room: Arc::new(Semaphore::new(AT_A_TIME)), tasks: TaskTracker::new() }
    }

    /// Waits until all that was told is told: seconds, at the most.
    pub(crate) async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Messenger for Notifier {
    fn tell(&self, session: SessionId, news: News) {
        let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else {
            tracing::warn!("too many notification programs run already");
            return;
        };
        let (configuration, store) = (Arc::clone(&self.configuration), self.store.clone());
        self.tasks.spawn(async move {
            let Ok(summary) = store.session(session).await else { return };
            // A sub-agent's end is its parent's business.
            if summary.parent.is_some() && matches!(news, News::Finished { .. }) {
                return;
            }
            let about = about(session, summary.project.as_deref(), &news);
            // It ends by panic only if it has a defect; then nobody is told.
            let _ = tokio::task::spawn_blocking(move || notify(&configuration, &about)).await;
            drop(room);
        });
    }
}

fn about(session: SessionId, project: Option<&str>, news: &News) -> Json {
    match news {
        News::Approval { tool } => {
            json!({"type": "approval-asked", "session": session, "project": project, "tool": tool})
        }
        News::Question { server } => {
            json!({"type": "question-asked", "session": session, "project": project, "server": server})
        }
        News::Finished { outcome } => {
            json!({"type": "turn-finished", "session": session, "project": project, "outcome": outcome})
        }
    }
}

fn notify(configuration: &Configuration, about: &Json) {
    let Ok(settings) = configuration.settings.load() else { return };
    let Some((program, arguments)) = settings.notify.split_first() else { return };
    let mut command = Command::new(program);
    // Not in a project's folder: what lies there must have no say in what the program does.
    command.args(arguments).arg(about.to_string()).current_dir("/").stdin(Stdio::null());
    command.env_clear().envs(clean_environment());
    let reason = match run(&mut command, BOUNDS, &|| false) {
        Ok(ran) if ran.status.success() => return,
        Ok(ran) => ran.status.to_string(),
        Err(RunError::NotFound) => "there is no such program".to_owned(),
        Err(RunError::TimedOut) => "it took too long".to_owned(),
        Err(RunError::Stopped) => return,
        Err(RunError::Io(error)) => error.to_string(),
    };
    tracing::warn!(reason, "the program for notifications failed");
}

//! The façade itself.

mod models;
mod projects;
mod prompts;
mod search;
pub(crate) mod settings;
mod transcripts;

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use atelier_agent::{Agent, AgentError, AgentOptions, SessionTools};
use atelier_config::{Credentials, Directories, Environment, Folders, SettingsFile, secret_stores};
use atelier_context::UserFolders;
use atelier_llm::Network;
use atelier_mcp::Mcp;
use atelier_protocol::{Conversation, SessionEvent, SessionId, SessionSummary, Timestamp};
use atelier_store::Store;
use atelier_terminal::{TerminalLimits, Terminals};
use atelier_transcripts::TranscriptFolder;
pub use prompts::PreparedPrompt;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::broadcast,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Diagnostic, EventReader, OpenOptions, WorkbenchError,
    commands::Commands,
    configuration::Configuration,
    diagnostics,
    finding::Finders,
    git::{GitProgressEvent, KEPT_PROGRESS},
    logging,
    mcp::McpTools,
    more_tools::MoreTools,
    notify::Notifier,
    rules::RuleBook,
    settings_reader::SettingsFollowers,
    terminals::KeptTerminals,
    watching::Watches,
    workbench::transcripts::TranscriptKeeper,
    written_down,
};

/// How many events one read returns at most, whatever was asked for: bounds memory.
const MAX_READ: usize = 10_000;

/// Threads of the runtime. Turns wait for the network and the disk; the second thread keeps one slow task from holding
/// up the others.
const WORKER_THREADS: usize = 2;

/// The database's name in the data folder.
const DATABASE: &str = "atelier.db";

/// The folder in the data folder for what tools write at length.
const OUTPUTS: &str = "tool-output";

/// Everything a user can do, as methods. Cheap to clone; all clones are one workbench.
///
/// The async methods may be awaited on any executor: the work runs on the workbench's own runtime. Call
/// [`Workbench::close`] before the process ends; what a process leaves undone that is killed is made good when the
/// next one opens.
#[derive(Clone)]
pub struct Workbench {
    pub(crate) parts: Arc<Parts>,
}

pub(crate) struct Parts {
    pub(crate) folders: Folders,
    pub(crate) user: UserFolders,
    pub(crate) environment: Environment,
    pub(crate) configuration: Arc<Configuration>,
    pub(crate) rules: Arc<RuleBook>,
    settings_followers: Arc<SettingsFollowers>,
    pub(crate) watches: Arc<Watches>,
    pub(crate) store: Store,
    /// Where the user wants files of all sessions.
    transcripts: Option<Arc<TranscriptKeeper>>,
    pub(crate) agent: Agent,
    notifier: Arc<Notifier>,
    pub(crate) mcp: Mcp,
    pub(crate) finders: Arc<Finders>,
    /// Everyone who follows how far long git operations come.
    pub(crate) git_progress: broadcast::Sender<GitProgressEvent>,
    pub(crate) commands: Arc<Commands>,
    /// Cancelled when the workbench closes or goes: programs that work for it end, and who waits for them waits no longer.
    pub(crate) closing: CancellationToken,
    pub(crate) terminals: Arc<Terminals>,
    pub(crate) kept_terminals: Arc<KeptTerminals>,
    runtime: Option<Runtime>,
    pub(crate) handle: Handle,
}

impl Drop for Parts {
    fn drop(&mut self) {
        // First, because the runtime ends connections and turns in any order: a turn that lost its connection but not its
        // life would call that a failure.
        self.agent.stop();
        self.closing.cancel();
        // Closing waits for shells.
        let terminals = Arc::clone(&self.terminals);
        let _ = thread::Builder::new().name("terminals-end".into()).spawn(move || terminals.close_all());
        // Never block: this may run on the thread that draws the screen, or on a worker of this very runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Workbench {
    /// Opens folders, settings and database, and closes the turns that dead processes left open. Takes a few
    /// milliseconds and may wait for the disk.
    pub fn open(options: &OpenOptions) -> Result<Self, WorkbenchError> {
        let began = Timestamp::now();
        let (folders, configuration) = configure(options)?;
        logging::start(&folders, &options.environment);
        let store = Store::open(&folders.data.join(DATABASE))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(WORKER_THREADS)
            .thread_name("atelier-core")
            .enable_all()
            .build()
            .map_err(|error| WorkbenchError::no_threads(&error))?;
        let user = written_down::user_folders(&options.environment, &folders);
        let (network, secrets) = (network(&options.environment), configuration.credentials.stores());
        let mcp = Mcp::new(&folders, options.environment.clone(), secrets, network.clone());
        let ours = MoreTools::new(network);
        let more: Vec<Arc<dyn SessionTools>> = vec![Arc::new(ours), Arc::new(McpTools(mcp.clone()))];
        let rules = Arc::new(RuleBook::new(&folders.config));
        let configuration = Arc::new(configuration);
        let notifier = Arc::new(Notifier::new(configuration.clone(), store.clone()));
        let agent = Agent::new(
            store.clone(),
            AgentOptions {
                retries: options.retries,
                tools: more,
                user: user.clone(),
                rules: rules.clone(),
                approval_timeout: options.approval_timeout,
                messenger: Some(notifier.clone()),
                ..AgentOptions::new(folders.data.join(OUTPUTS))
            },
        );
        let closing = CancellationToken::new();
        let commands = Arc::new(Commands::new(configuration.clone(), &folders, options, closing.clone()));
        agent.confine(commands.clone());
        let asking = commands.clone();
        runtime.spawn_blocking(move || asking.find_programs());
        // On a thread of its own, so that a workbench can be opened from async code too.
        let recovery = async {
            agent.recover().await?;
            agent.tidy_daily();
            Ok::<_, AgentError>(())
        };
        let recovered = thread::scope(|scope| scope.spawn(|| runtime.block_on(recovery)).join());
        recovered.map_err(|_| WorkbenchError::defect())??;
        let handle = runtime.handle().clone();
        let keep = |base: &PathBuf| TranscriptKeeper::start(&store, TranscriptFolder::new(base), began, &handle);
        let transcripts = folders.transcripts.as_ref().map(keep).map(Arc::new);
        let (environment, runtime) = (options.environment.clone(), Some(runtime));
        let terminals = Arc::new(Terminals::new(TerminalLimits::default(), options.environment.variables()));
        let kept_terminals = Arc::new(KeptTerminals::new(&folders.data, configuration.settings.clone()));
        terminals.keep_in(kept_terminals.clone());
        let (settings_followers, watches) = (Arc::default(), Arc::<Watches>::default());
        let finders = Arc::new(Finders::new(&watches, &folders.data));
        let parts = Parts {
            folders,
            user,
            environment,
            configuration,
            rules,
            settings_followers,
            watches,
            store,
            transcripts,
            agent,
            notifier,
            mcp,
            finders,
            git_progress: broadcast::Sender::new(KEPT_PROGRESS),
            commands,
            closing,
            terminals,
            kept_terminals,
            runtime,
            handle,
        };
        Ok(Self { parts: Arc::new(parts) })
    }

    /// Where everything is kept that Atelier must not lose; private to the user. Outer layers may keep files of their
    /// own there, such as the command line's history.
    pub fn data_folder(&self) -> &Path {
        &self.parts.folders.data
    }

    /// A new, empty session.
    pub async fn create_session(&self) -> Result<SessionSummary, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.create_session().await?) }).await
    }

    /// One session.
    pub async fn session(&self, id: SessionId) -> Result<SessionSummary, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.session(id).await?) }).await
    }

    /// Up to `limit` events (never more than 10,000) with numbers above `after`, oldest first, as stored.
    pub async fn read(&self, id: SessionId, after: u64, limit: usize) -> Result<Vec<SessionEvent>, WorkbenchError> {
        let store = self.parts.store.clone();
        self.run(async move { Ok(store.read(id, after, limit.min(MAX_READ)).await?) }).await
    }

    /// The whole session, folded.
    pub async fn conversation(&self, id: SessionId) -> Result<Conversation, WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.conversation(id).await?) }).await
    }

    /// Everything after `after`, then whatever is added. Any number of readers may follow a session.
    pub async fn follow(&self, id: SessionId, after: u64) -> Result<EventReader, WorkbenchError> {
        let (store, agent) = (self.parts.store.clone(), self.parts.agent.clone());
        let handle = self.parts.handle.clone();
        self.run(async move {
            let log = store.follow(id, after).await?;
            Ok(EventReader::new(id, log, agent.faults(), handle))
        })
        .await
    }

    /// What is configured, where files are, what is missing and how to mend it.
    pub async fn diagnostics(&self) -> Result<Vec<Diagnostic>, WorkbenchError> {
        let parts = self.parts.clone();
        self.run(async move {
            let database = parts.store.check().await.map_err(WorkbenchError::from);
            let file = parts.folders.data.join(DATABASE);
            blocking(move || Ok(diagnostics::all(&parts.folders, &parts.configuration, &file, database))).await
        })
        .await
    }

    /// Stops all turns, their partial answers kept, and writes what is left to write. Nothing works afterwards.
    pub async fn close(&self) {
        self.parts.closing.cancel();
        let (agent, store) = (self.parts.agent.clone(), self.parts.store.clone());
        let (followers, mcp) = (Arc::clone(&self.parts.settings_followers), self.parts.mcp.clone());
        let (transcripts, notifier) = (self.parts.transcripts.clone(), Arc::clone(&self.parts.notifier));
        self.parts.watches.close();
        self.parts.finders.close();
        let terminals = Arc::clone(&self.parts.terminals);
        let closed = self.parts.handle.spawn(async move {
            agent.close().await;
            // What ends with a shell takes its time.
            let _ = tokio::task::spawn_blocking(move || terminals.close_all()).await;
            notifier.finish().await;
            mcp.close().await;
            if let Some(keeper) = transcripts {
                keeper.finish().await;
            }
            store.close().await;
            // A part that panics while it ends has a defect; there is nothing left to stop then.
            if let Some(watch) = followers.close() {
                let _ = tokio::task::spawn_blocking(move || watch.stop()).await;
            }
        });
        // The task ends by panic only if a part has a defect; there is nothing left to do then.
        let _ = closed.await;
    }

    /// Waits for a future on this thread, with the workbench's runtime behind it: for programs without an executor.
    ///
    /// # Panics
    /// When called from async code.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.parts.handle.block_on(future)
    }

    pub(crate) fn configuration(&self) -> &Configuration {
        &self.parts.configuration
    }

    pub(crate) async fn configure<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Configuration) -> Result<T, WorkbenchError> + Send + 'static,
    ) -> Result<T, WorkbenchError> {
        let configuration = self.parts.configuration.clone();
        self.run(blocking(move || work(&configuration))).await
    }

    /// Runs the future on the workbench's runtime, whoever polls the one returned.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = Result<T, WorkbenchError>> + Send + 'static,
    ) -> Result<T, WorkbenchError> {
        match self.parts.handle.spawn(future).await {
            Ok(result) => result,
            Err(error) if error.is_cancelled() => Err(WorkbenchError::closed()),
            Err(_) => Err(WorkbenchError::defect()),
        }
    }
}

/// What can be said about an installation, whether or not it opens.
pub fn diagnose(options: &OpenOptions) -> Vec<Diagnostic> {
    match configure(options) {
        Ok((folders, configuration)) => {
            let file = folders.data.join(DATABASE);
            let database = diagnostics::try_database(&file);
            diagnostics::all(&folders, &configuration, &file, database)
        }
        Err(error) => vec![Diagnostic::problem("Folders", error.message)],
    }
}

fn configure(options: &OpenOptions) -> Result<(Folders, Configuration), WorkbenchError> {
    let folders = Folders::resolve(&options.environment)?;
    let credentials = Credentials::new(secret_stores(&folders, &options.environment), options.environment.clone());
    let directories = Directories::new(SettingsFile::new(&folders.config), &options.environment);
    let network = network(&options.environment);
    let configuration = Configuration::new(&folders, credentials, directories, network, options.demo_pause);
    Ok((folders, configuration))
}

/// How servers are reached.
fn network(environment: &Environment) -> Network {
    Network::from_variables(|name| environment.variable(name).map(ToOwned::to_owned))
}

/// Runs what may wait for a disk or a keychain on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WorkbenchError> + Send + 'static,
) -> Result<T, WorkbenchError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_cancelled() => Err(WorkbenchError::closed()),
        Err(_) => Err(WorkbenchError::defect()),
    }
}

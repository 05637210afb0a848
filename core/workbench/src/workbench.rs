//! The façade itself.

mod models;
mod projects;
mod search;
mod transcripts;

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use atelier_agent::{Agent, AgentError, AgentOptions, Prompt, SessionTools};
use atelier_config::{Credentials, Directories, Environment, Folders, KeyProvider, SettingsFile, secret_stores};
use atelier_context::UserFolders;
use atelier_llm::Network;
use atelier_mcp::Mcp;
use atelier_protocol::{Conversation, SessionEvent, SessionId, SessionSummary, Timestamp, TurnId};
use atelier_store::Store;
use atelier_terminal::{TerminalLimits, Terminals};
use atelier_transcripts::TranscriptFolder;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::broadcast,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Answering, Approver, Diagnostic, ErrorKind, EventReader, KeyEntry, OpenOptions, ProviderChoice, SecretString,
    SettingsChange, TurnChoice, TurnLimits, WorkbenchError, WorkbenchSettings,
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
    settings_reader::{SettingsFollowers, SettingsReader},
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

/// A prompt and who answers it.
pub struct PreparedPrompt(Prompt);

impl PreparedPrompt {
    /// How much its turn may take, as the settings have it.
    pub fn limits(&self) -> TurnLimits {
        self.0.limits
    }

    /// The same, in a turn that may take only so much.
    #[must_use]
    pub fn limited(mut self, limits: TurnLimits) -> Self {
        self.0.limits = limits;
        self
    }

    /// The same, in a turn in which calls that these rules cover need no question; sub-agents ask all the same. The turn
    /// alone: where a prompt has to wait for its own turn, or its process dies, they do not hold.
    #[must_use]
    pub fn allowing(mut self, rules: Vec<String>) -> Self {
        self.0.allow = rules;
        self
    }

    /// The same with another text.
    pub(crate) fn with_text(mut self, text: String) -> Self {
        self.0.text = text;
        self
    }

    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    pub(crate) fn into_inner(self) -> Prompt {
        self.0
    }
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

    /// Starts a turn. When this returns, the prompt is on the disk; its answer comes through [`Workbench::follow`].
    /// `choice`: who answers this turn, where that is not for the settings to say. Tools that would have to be asked about
    /// are refused.
    pub async fn send(
        &self,
        id: SessionId,
        text: String,
        choice: Option<TurnChoice>,
    ) -> Result<TurnId, WorkbenchError> {
        let prompt = self.prepare(text, choice, Approver::Nobody).await?;
        self.send_prepared(id, prompt).await
    }

    /// The first half of [`Workbench::send`]: finds out who answers, and refuses what can't be sent. So a session can be
    /// made only for a prompt that it will get.
    /// `approver`: who is asked whether a tool may run.
    pub async fn prepare(
        &self,
        text: String,
        choice: Option<TurnChoice>,
        approver: Approver,
    ) -> Result<PreparedPrompt, WorkbenchError> {
        self.configure(move |configuration| {
            let by = configuration.answerer(&choice.unwrap_or_default())?;
            let prompt = Prompt { text, by, approver, limits: configuration.limits()?, allow: Vec::new() };
            prompt.check()?;
            Ok(PreparedPrompt(prompt))
        })
        .await
    }

    /// The second half. What the prompt mentions by `@path` in the session's folder goes along, beneath it. Key and settings are those of the time when the prompt was prepared.
    pub async fn send_prepared(&self, id: SessionId, prompt: PreparedPrompt) -> Result<TurnId, WorkbenchError> {
        let (agent, prompt) = (self.parts.agent.clone(), self.with_mentions(id, prompt).await?);
        self.run(async move { Ok(agent.send(id, prompt.0).await?) }).await
    }

    /// Stops the session's turn and returns when it has ended; what had come is kept. Fine when none runs.
    pub async fn interrupt(&self, id: SessionId) -> Result<(), WorkbenchError> {
        let agent = self.parts.agent.clone();
        self.run(async move { Ok(agent.interrupt(id).await?) }).await
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

    /// What is configured now, environment and files included.
    pub async fn settings(&self) -> Result<WorkbenchSettings, WorkbenchError> {
        self.configure(Configuration::view).await
    }

    /// Who would answer a prompt that is sent with this choice, and with which key. An error says what is missing.
    pub async fn who_answers(&self, choice: TurnChoice) -> Result<Answering, WorkbenchError> {
        self.configure(move |configuration| configuration.answering(&choice)).await
    }

    /// Changes settings, all or nothing, and returns what is configured then.
    pub async fn change_settings(&self, change: SettingsChange) -> Result<WorkbenchSettings, WorkbenchError> {
        self.configure(move |configuration| configuration.change(&change)).await
    }

    /// A reader of the changes to the settings from now on, whoever makes them: this process, another, or an editor. A
    /// change is told within a second, a burst of changes once. Any number of readers may follow.
    pub async fn follow_settings(&self) -> Result<SettingsReader, WorkbenchError> {
        let (followers, handle) = (Arc::clone(&self.parts.settings_followers), self.parts.handle.clone());
        let configuration = Arc::clone(&self.parts.configuration);
        self.run(blocking(move || followers.follow(configuration, handle))).await
    }

    /// The keys there are: for each provider those saved in Atelier by name, then those found elsewhere in the order in
    /// which they are tried.
    pub async fn keys(&self) -> Result<Vec<KeyEntry>, WorkbenchError> {
        self.configure(Configuration::keys).await
    }

    /// Keeps a key in the credential store, in place of an earlier one of that name. It is never given back. No name
    /// means `default`. It is in use from now on where no other saved key was.
    pub async fn save_key(
        &self,
        provider: ProviderChoice,
        name: Option<String>,
        key: SecretString,
    ) -> Result<WorkbenchSettings, WorkbenchError> {
        let provider = takes_key(provider)?;
        self.configure(move |configuration| configuration.save_key(provider, name.as_deref(), &key)).await
    }

    /// Removes a key that was saved in Atelier, if there is one; no name means the one in use. A key from elsewhere
    /// stays where it is.
    pub async fn remove_key(
        &self,
        provider: ProviderChoice,
        name: Option<String>,
    ) -> Result<WorkbenchSettings, WorkbenchError> {
        let provider = takes_key(provider)?;
        self.configure(move |configuration| configuration.remove_key(provider, name.as_deref())).await
    }

    /// Chooses which of a provider's saved keys is in use.
    pub async fn use_key(&self, provider: ProviderChoice, name: String) -> Result<WorkbenchSettings, WorkbenchError> {
        let provider = takes_key(provider)?;
        self.configure(move |configuration| configuration.use_key(provider, &name)).await
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

pub(crate) fn takes_key(provider: ProviderChoice) -> Result<KeyProvider, WorkbenchError> {
    let message = "The demo needs no key, and a key belongs to one provider; choose which one to save it for.";
    provider.key_provider().ok_or_else(|| WorkbenchError::new(ErrorKind::InvalidRequest, message))
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

//! A session's tools and what they remember.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use atelier_protocol::{Json, ToolCallId};
use atelier_workspace::{Folder, RelativePath, Stamp};
use tempfile::TempDir;

use crate::{
    Category, CommandOutput, Confining, FailureCode, Mode, Prepared, Request, SourcePlan, Todo, ToolFailure,
    ToolSource, ToolSpec, catalogue,
    output::Outputs,
    params,
    plan::Planned,
    shell::{Jobs, Standby},
};

/// Tells of a path whether the model must not find it.
pub type Hidden = Arc<dyn Fn(&RelativePath) -> bool + Send + Sync>;

/// What a session's tools share.
pub(crate) struct State {
    pub(crate) folder: Folder,
    pub(crate) outputs: Outputs,
    /// What the model knows of files: their content when it last read or wrote them.
    seen: Mutex<HashMap<RelativePath, Stamp>>,
    todos: Mutex<Vec<Todo>>,
    hidden: Mutex<Hidden>,
    /// Where the last command ended.
    working_folder: Mutex<RelativePath>,
    pub(crate) jobs: Jobs,
    pub(crate) standby: Standby,
    confining: Mutex<Confining>,
    /// Made when it is needed first, gone with the session.
    temp: Mutex<Option<TempDir>>,
}

impl State {
    /// Tells which files are not to be found.
    pub(crate) fn hidden(&self) -> Hidden {
        locked(&self.hidden).clone()
    }

    /// The model knows this content of the file.
    pub(crate) fn saw(&self, path: &RelativePath, stamp: Stamp) {
        locked(&self.seen).insert(path.clone(), stamp);
    }

    /// What the model knows of the file, if anything.
    pub(crate) fn seen(&self, path: &RelativePath) -> Option<Stamp> {
        locked(&self.seen).get(path).copied()
    }

    /// The file is gone.
    pub(crate) fn forget(&self, path: &RelativePath) {
        locked(&self.seen).remove(path);
    }

    pub(crate) fn working_folder(&self) -> RelativePath {
        locked(&self.working_folder).clone()
    }

    pub(crate) fn set_working_folder(&self, path: RelativePath) {
        *locked(&self.working_folder) = path;
    }

    pub(crate) fn confining(&self) -> Confining {
        locked(&self.confining).clone()
    }

    /// The session's own folder for temporary files.
    pub(crate) fn temp(&self) -> io::Result<PathBuf> {
        let mut temp = locked(&self.temp);
        let folder = match temp.take() {
            // Someone may have cleaned up.
            Some(folder) if folder.path().is_dir() => folder,
            _ => tempfile::Builder::new().prefix("atelier-").tempdir()?,
        };
        temp.insert(folder).path().canonicalize()
    }

    pub(crate) fn todos(&self) -> MutexGuard<'_, Vec<Todo>> {
        locked(&self.todos)
    }
}

/// Nothing here is left half changed by a panic.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The tools of one session: the project they work in, which files the model has read, the to-do list, and where long
/// outputs are kept. Cheap to clone; clones share all of it.
#[derive(Clone)]
pub struct Toolbox {
    pub(crate) state: Arc<State>,
    sources: Vec<Arc<dyn ToolSource>>,
    /// The only tools there are; none where there is no such limit.
    only: Option<Arc<HashSet<String>>>,
}

impl std::fmt::Debug for Toolbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Toolbox").field("folder", &self.state.folder.path()).finish_non_exhaustive()
    }
}

impl Toolbox {
    /// Tools for this project. `outputs` is a folder for this session alone; it is created when the first long output is
    /// kept, holds at most 50 files and 64 MiB, and may be removed with the session.
    pub fn new(folder: Folder, outputs: PathBuf) -> Self {
        let state = State {
            folder,
            outputs: Outputs::new(outputs),
            seen: Mutex::default(),
            todos: Mutex::default(),
            hidden: Mutex::new(Arc::new(|_: &RelativePath| false)),
            working_folder: Mutex::new(RelativePath::root()),
            jobs: Jobs::default(),
            standby: Standby::default(),
            confining: Mutex::default(),
            temp: Mutex::default(),
        };
        Self { state: Arc::new(state), sources: Vec::new(), only: None }
    }

    /// The same without the tools of other names.
    #[must_use]
    pub fn limited_to(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.only = Some(Arc::new(names.into_iter().collect()));
        self
    }

    fn has(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(name))
    }

    /// The same with the tools of these sources too, in this order.
    #[must_use]
    pub fn with_sources(mut self, sources: impl IntoIterator<Item = Arc<dyn ToolSource>>) -> Self {
        self.sources.extend(sources);
        self
    }

    /// From now on commands run so. At first they are not confined.
    pub fn confine(&self, confining: Confining) {
        *locked(&self.state.confining) = confining;
    }

    /// What the model is offered in this mode: by category, in each the built-in tools in the order of the contract, then
    /// those of the sources. No name twice.
    pub async fn specs(&self, mode: Mode) -> Vec<ToolSpec> {
        let mut specs: Vec<_> =
            catalogue::tools().filter(|tool| tool.modes.contains(&mode)).map(catalogue::Tool::spec).collect();
        for source in &self.sources {
            for spec in source.specs(mode).await {
                if !specs.iter().any(|other| other.name == spec.name) && catalogue::find(&spec.name).is_none() {
                    specs.push(spec);
                }
            }
        }
        specs.retain(|spec| self.has(&spec.name));
        specs.sort_by_key(|spec| spec.category);
        specs
    }

    /// From now on, looking through many files passes over these. It is no more than that: a call that names a path is for
    /// the caller to judge, by [`Prepared::paths`].
    pub fn hide(&self, hidden: Hidden) {
        *locked(&self.state.hidden) = hidden;
    }

    /// Checks a call against the tool's schema, the mode and the file system, and works out what it would do. Changes
    /// nothing. An error is the tool's result: the model is told, the user need not be asked.
    pub async fn prepare(&self, mode: Mode, call: Request) -> Result<Prepared, ToolFailure> {
        if !self.has(&call.name) {
            let message = format!("`{}` is not among your tools; do without it.", params::bounded(&call.name));
            return Err(ToolFailure::new(FailureCode::PermissionDenied, message));
        }
        let state = self.state.clone();
        let Some(tool) = catalogue::find(&call.name) else {
            let plan = self.prepare_elsewhere(mode, &call).await?;
            let read_only = plan.read_only;
            return Ok(Prepared {
                state,
                work: Planned::Source(plan),
                read_only,
                named: Vec::new(),
                asker: None,
                call: None,
            });
        };
        let prepared = tokio::task::spawn_blocking(move || {
            check_mode(tool, mode)?;
            let arguments = params::check(tool.name, tool.params, call.arguments)?;
            let named = named_paths(&state, tool, &arguments);
            let plan = (tool.prepare)(&state, mode, arguments)?;
            Ok(Prepared {
                state,
                work: Planned::BuiltIn(plan),
                read_only: tool.read_only,
                named,
                asker: None,
                call: None,
            })
        });
        prepared.await.unwrap_or_else(|_| {
            // The message of a panic may hold contents: it is not logged.
            tracing::error!("a tool panicked while it was prepared");
            let message = "The call can't be prepared because of a defect in Atelier; try another way.";
            Err(ToolFailure::new(FailureCode::Internal, message))
        })
    }

    async fn prepare_elsewhere(&self, mode: Mode, call: &Request) -> Result<SourcePlan, ToolFailure> {
        for source in &self.sources {
            if let Some(plan) = source.prepare(mode, call).await {
                return plan;
            }
        }
        let overview = catalogue::overview(&self.specs(mode).await)?;
        let message = format!(
            "There is no tool `{}`; call one of those that you were given.\n{overview}",
            params::bounded(&call.name)
        );
        Err(ToolFailure::new(FailureCode::InvalidToolCall, message))
    }

    /// Tells what a tool answered in an earlier life of the session, from the metadata of its outcome: which files the
    /// model knows, and its to-do list. To be told in the order of the log; what is unusable is ignored.
    pub fn remember(&self, metadata: &Json) {
        let files = metadata["files"].as_array().into_iter().flatten();
        for file in files.chain([metadata]) {
            let (path, stamp) = (file["path"].as_str(), file["stamp"].as_str());
            let path = path.and_then(|path| RelativePath::new(path.as_ref()));
            if let (Some(path), Some(Ok(stamp))) = (path, stamp.map(str::parse)) {
                self.state.saw(&path, stamp);
            }
        }
        if let Ok(todos) = serde_json::from_value(metadata["items"].clone()) {
            *self.state.todos() = todos;
        }
    }

    /// The project.
    pub fn folder(&self) -> &Folder {
        &self.state.folder
    }

    /// Forgets which files the model knows and its to-do list, for its conversation is taken back to an earlier point.
    pub fn forget(&self) {
        locked(&self.state.seen).clear();
        self.state.todos().clear();
    }

    /// What the command that this call has started in the background prints, from its beginning; it can be read after the
    /// command has ended, too. None where the call started none, in an earlier life of the session, or so long ago that it
    /// is forgotten: of those that have ended at least the last ten are known.
    pub fn command_output(&self, call: ToolCallId) -> Option<CommandOutput> {
        self.state.jobs.output(call)
    }

    /// Ends all background commands of the session and waits until they are gone: a second at most. They also end, a
    /// little later, when the last clone is dropped, and when the process dies.
    pub async fn close(&self) {
        let state = self.state.clone();
        let end = move || {
            state.standby.end();
            state.jobs.end_all();
        };
        if tokio::task::spawn_blocking(end).await.is_err() {
            tracing::error!("the background commands could not all be waited for");
        }
    }

    /// The to-do list as it stands.
    pub fn todos(&self) -> Vec<Todo> {
        self.state.todos().clone()
    }
}

fn check_mode(tool: &catalogue::Tool, mode: Mode) -> Result<(), ToolFailure> {
    if tool.modes.contains(&mode) {
        return Ok(());
    }
    let message = format!("`{}` is not available in this mode; say what should be done with it instead.", tool.name);
    Err(ToolFailure::new(FailureCode::PermissionDenied, message))
}

impl Category {
    /// All of them, in the order in which tools are listed.
    pub const ALL: [Self; 5] = [Self::Filesystem, Self::Git, Self::Lsp, Self::Shell, Self::Custom];
}

/// The paths of the project that the arguments of a call name, as far as they can be found there; for a tool that looks
/// at the whole project where none is given, that. A command's folder is none: it is no more than where it starts.
fn named_paths(state: &State, tool: &catalogue::Tool, arguments: &Json) -> Vec<RelativePath> {
    if tool.category == Category::Shell {
        return Vec::new();
    }
    let named = ["path", "source", "dest"].into_iter().filter_map(|name| arguments[name].as_str());
    let files = arguments["files"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let whole = tool.read_only && tool.category == Category::Filesystem && arguments["path"].is_null();
    let named = named.chain(files).filter_map(|path| state.folder.locate(path).ok());
    named.chain(whole.then(RelativePath::root)).collect()
}

//! A running language server: its process, what it is asked, and what it tells by itself.

use std::{
    collections::{HashMap, HashSet},
    io::{BufReader, Write as _},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

use atelier_process::{ProcessGroup, clean_environment};
use atelier_protocol::Json;
use serde_json::json;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{error::ServerError, framing, languages};

/// How long a server may take to begin, and to answer.
const START: Duration = Duration::from_secs(30);
const ANSWER: Duration = Duration::from_secs(30);

/// How many messages may wait until the server reads them. One that reads none is given up.
const MAX_WAITING: usize = 256;

/// How many of the diagnostics of one file are kept, and of how many files.
const MAX_DIAGNOSTICS: usize = 500;
const MAX_FILES: usize = 2000;

/// Runs the server so that it dies with us, however we go. Its input comes through `cat`: when our end of the pipe is
/// gone, the server sees the end of its input, has a moment to end by itself, and then its whole group is killed.
/// The shell keeps neither end of a pipe, so that we notice when the server is gone.
const SCRIPT: &str = r#"exec 3>&1 4<&0 >/dev/null </dev/null
{ exec 3>&-; cat <&4; exec >&-; sleep 1; kill -KILL 0; } | "$@" >&3 3>&- 4<&- &
exec 3>&- 4<&-
wait"#;

/// A running server. Dropped, it is killed with all that it started.
pub(crate) struct Server {
    name: String,
    shared: Arc<Shared>,
    next: AtomicU64,
    outbox: SyncSender<Vec<u8>>,
    /// What the server said of itself when it began.
    capabilities: Json,
    group: Mutex<ProcessGroup>,
    pub(crate) documents: tokio::sync::Mutex<crate::documents::Documents>,
}

/// What the reading thread fills.
struct Shared {
    /// Who waits for an answer; none once the server is gone.
    waiting: Mutex<Option<HashMap<u64, oneshot::Sender<Json>>>>,
    diagnostics: Mutex<HashMap<String, Vec<Json>>>,
    /// Work that the server has announced and not yet ended.
    busy: Mutex<HashSet<String>>,
    /// Counts whatever of the two above has changed.
    news: watch::Sender<u64>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Starts a server for a project and waits until it is ready to be asked.
    pub(crate) async fn start(
        command: languages::Command,
        project: PathBuf,
        stop: &CancellationToken,
    ) -> Result<Self, ServerError> {
        let name = command.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let failed = |reason: String| ServerError::Start(name.clone(), reason);
        let folder = project.clone();
        let spawned = tokio::task::spawn_blocking(move || spawn(&command, &folder)).await;
        let (group, input, output) =
            spawned.map_err(|_| failed("a defect".to_owned()))?.map_err(|error| failed(error.to_string()))?;
        let (outbox, queue) = sync_channel(MAX_WAITING);
        let shared = Arc::new(Shared {
            waiting: Mutex::new(Some(HashMap::new())),
            diagnostics: Mutex::default(),
            busy: Mutex::default(),
            news: watch::channel(0).0,
        });
        let (reader, answers) = (shared.clone(), outbox.clone());
        let started = thread::Builder::new().name("language server out".to_owned()).spawn(move || write(input, &queue));
        started.map_err(|error| failed(error.to_string()))?;
        let started = thread::Builder::new()
            .name("language server in".to_owned())
            .spawn(move || reader.read(BufReader::new(output), &answers));
        started.map_err(|error| failed(error.to_string()))?;
        let mut server = Self {
            name,
            shared,
            next: AtomicU64::new(1),
            outbox,
            capabilities: Json::Null,
            group: Mutex::new(group),
            documents: tokio::sync::Mutex::default(),
        };
        let answer = server.ask_within("initialize", &introduction(&project), START, stop).await?;
        server.capabilities = answer["capabilities"].clone();
        server.tell("initialized", &json!({}))?;
        Ok(server)
    }

    /// Whether it can do this, by the name of the capability.
    pub(crate) fn can(&self, capability: &str) -> bool {
        !matches!(self.capabilities[capability], Json::Null | Json::Bool(false))
    }

    /// Whether it is gone.
    pub(crate) fn is_gone(&self) -> bool {
        locked(&self.shared.waiting).is_none()
    }

    /// Asks and waits for the answer.
    pub(crate) async fn ask(&self, method: &str, params: &Json, stop: &CancellationToken) -> Result<Json, ServerError> {
        self.ask_within(method, params, ANSWER, stop).await
    }

    async fn ask_within(
        &self,
        method: &str,
        params: &Json,
        limit: Duration,
        stop: &CancellationToken,
    ) -> Result<Json, ServerError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        match locked(&self.shared.waiting).as_mut() {
            Some(waiting) => waiting.insert(id, sender),
            None => return Err(self.gone()),
        };
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
        let answered = stop.run_until_cancelled(tokio::time::timeout(limit, answer)).await;
        let given_up = !matches!(answered, Some(Ok(_)));
        if given_up {
            if let Some(waiting) = locked(&self.shared.waiting).as_mut() {
                waiting.remove(&id);
            }
            // It need not know: what it answers is passed over.
            let _ = self.tell("$/cancelRequest", &json!({"id": id}));
        }
        match answered {
            None => Err(ServerError::Stopped),
            Some(Err(_)) => Err(ServerError::TimedOut(self.name.clone(), limit.as_secs())),
            Some(Ok(Err(_))) => Err(self.gone()),
            Some(Ok(Ok(mut answer))) => match answer.get("error") {
                None | Some(Json::Null) => Ok(answer["result"].take()),
                Some(error) => {
                    let text: String = error["message"].as_str().unwrap_or_default().chars().take(500).collect();
                    Err(ServerError::Refused(self.name.clone(), text))
                }
            },
        }
    }

    /// Tells something that has no answer.
    pub(crate) fn tell(&self, method: &str, params: &Json) -> Result<(), ServerError> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    fn send(&self, message: &Json) -> Result<(), ServerError> {
        if self.outbox.try_send(framing::written(message)).is_ok() {
            return Ok(());
        }
        // It reads nothing any more.
        self.end();
        Err(self.gone())
    }

    fn gone(&self) -> ServerError {
        ServerError::Gone(self.name.clone())
    }

    fn end(&self) {
        self.shared.lose();
        // Whoever asks next starts another one, whatever becomes of this.
        let _ = locked(&self.group).kill();
    }

    /// Waits until the server has nothing announced to do, or for so long.
    pub(crate) async fn until_idle(&self, limit: Duration, stop: &CancellationToken) {
        self.until(limit, stop, |shared| locked(&shared.busy).is_empty()).await;
    }

    /// What the server last said of a file, waiting so long for it to say anything; none if it has not.
    pub(crate) async fn told_of(&self, uri: &str, limit: Duration, stop: &CancellationToken) -> Option<Vec<Json>> {
        self.until(limit, stop, |shared| locked(&shared.diagnostics).contains_key(uri)).await;
        locked(&self.shared.diagnostics).get(uri).cloned()
    }

    /// Forgets what the server said of a file, for the file has changed.
    pub(crate) fn forget(&self, uri: &str) {
        locked(&self.shared.diagnostics).remove(uri);
    }

    async fn until(&self, limit: Duration, stop: &CancellationToken, is_so: impl Fn(&Shared) -> bool) {
        let mut news = self.shared.news.subscribe();
        let so = async {
            while !is_so(&self.shared) && !self.is_gone() {
                if news.changed().await.is_err() {
                    return;
                }
            }
        };
        // Late or stopped, the caller goes on with what there is.
        let _ = stop.run_until_cancelled(tokio::time::timeout(limit, so)).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    /// Reads what the server says until it says no more or makes no sense.
    fn read(&self, mut output: BufReader<ChildStdout>, answers: &SyncSender<Vec<u8>>) {
        loop {
            match framing::read(&mut output) {
                Ok(Some(message)) => self.take(message, answers),
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "a language server speaks nonsense and is given up");
                    break;
                }
            }
        }
        self.lose();
    }

    /// Nobody gets an answer any more.
    fn lose(&self) {
        locked(&self.waiting).take();
        self.news.send_modify(|count| *count += 1);
    }

    fn take(&self, message: Json, answers: &SyncSender<Vec<u8>>) {
        let Some(method) = message["method"].as_str() else {
            let waiting = message["id"].as_u64().and_then(|id| locked(&self.waiting).as_mut()?.remove(&id));
            if let Some(waiting) = waiting {
                // Who asked may have given up.
                let _ = waiting.send(message);
            }
            return;
        };
        if message.get("id").is_some() {
            let answer = answer(method, &message);
            if let Err(TrySendError::Full(_)) = answers.try_send(framing::written(&answer)) {
                tracing::warn!("a language server asks faster than it reads");
            }
            return;
        }
        match method {
            "textDocument/publishDiagnostics" => self.keep_diagnostics(&message["params"]),
            "$/progress" => self.keep_progress(&message["params"]),
            _ => {}
        }
    }

    fn keep_diagnostics(&self, params: &Json) {
        let (Some(uri), Some(found)) = (params["uri"].as_str(), params["diagnostics"].as_array()) else { return };
        let mut diagnostics = locked(&self.diagnostics);
        if diagnostics.len() < MAX_FILES || diagnostics.contains_key(uri) {
            diagnostics.insert(uri.to_owned(), found.iter().take(MAX_DIAGNOSTICS).cloned().collect());
        }
        drop(diagnostics);
        self.news.send_modify(|count| *count += 1);
    }

    fn keep_progress(&self, params: &Json) {
        let (token, kind) = (params["token"].to_string(), params["value"]["kind"].as_str());
        let mut busy = locked(&self.busy);
        match kind {
            Some("begin") if busy.len() < MAX_WAITING => drop(busy.insert(token)),
            Some("end") => drop(busy.remove(&token)),
            _ => return,
        }
        drop(busy);
        self.news.send_modify(|count| *count += 1);
    }
}

/// What a server is answered that asks us. It changes no file through us, and has no settings of its own.
fn answer(method: &str, message: &Json) -> Json {
    let id = message["id"].clone();
    let result = match method {
        "workspace/configuration" => {
            let count = message["params"]["items"].as_array().map_or(0, Vec::len).min(MAX_WAITING);
            vec![Json::Null; count].into()
        }
        "workspace/applyEdit" => json!({"applied": false}),
        "client/registerCapability"
        | "client/unregisterCapability"
        | "window/workDoneProgress/create"
        | "window/showMessageRequest"
        | "workspace/workspaceFolders" => Json::Null,
        _ => {
            let error = json!({"code": -32601, "message": "not supported"});
            return json!({"jsonrpc": "2.0", "id": id, "error": error});
        }
    };
    json!({"jsonrpc": "2.0", "id": id, "result": result})
}

fn write(mut input: ChildStdin, queue: &Receiver<Vec<u8>>) {
    while let Ok(message) = queue.recv() {
        if input.write_all(&message).and_then(|()| input.flush()).is_err() {
            // The reader notices the end too, and tells those who wait.
            return;
        }
    }
}

fn spawn(command: &languages::Command, project: &Path) -> std::io::Result<(ProcessGroup, ChildStdin, ChildStdout)> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", SCRIPT, "sh"]).arg(&command.program).args(command.arguments);
    shell.current_dir(project).env_clear().envs(clean_environment());
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut group = ProcessGroup::start(&mut shell)?;
    match (group.child().stdin.take(), group.child().stdout.take()) {
        (Some(input), Some(output)) => Ok((group, input, output)),
        _ => Err(std::io::Error::other("it has no pipes")),
    }
}

/// The address of a path.
pub(crate) fn uri(path: &Path) -> String {
    Url::from_file_path(path).map_or_else(|()| String::new(), String::from)
}

fn introduction(project: &Path) -> Json {
    let root = uri(project);
    let name = project.file_name().unwrap_or_default().to_string_lossy();
    json!({
        "processId": std::process::id(),
        "clientInfo": {"name": "atelier", "version": env!("CARGO_PKG_VERSION")},
        "rootUri": root,
        "workspaceFolders": [{"uri": root, "name": name}],
        "capabilities": {
            "general": {"positionEncodings": ["utf-16"]},
            "window": {"workDoneProgress": true},
            "workspace": {"configuration": true, "workspaceFolders": true},
            "textDocument": {
                "synchronization": {"didSave": true},
                "publishDiagnostics": {"relatedInformation": false},
                "diagnostic": {"dynamicRegistration": false},
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "definition": {"linkSupport": true},
                "references": {},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_server_that_does_not_listen_dies_when_we_do() {
        let folder = tempfile::tempdir().unwrap();
        let command = languages::Command { program: "/bin/sleep".into(), arguments: &["1000"] };
        let (group, input, mut output) = spawn(&command, folder.path()).unwrap();
        // Our end of the pipe closes, as it does when we are killed.
        drop(input);
        let ended = Instant::now();
        std::io::copy(&mut output, &mut std::io::sink()).unwrap();
        while !group.has_ended().unwrap() {
            assert!(ended.elapsed() < Duration::from_mins(1));
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The groups that have processes; one that has ended and was not waited for yet is none.
    fn groups_at_work() -> String {
        let listed = Command::new("ps").args(["-A", "-o", "pgid=,stat="]).output().unwrap().stdout;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let groups = listed.lines().filter_map(|line| {
            let (group, state) = line.trim().split_once(' ')?;
            (!state.trim().starts_with('Z')).then(|| format!(" {group} "))
        });
        groups.collect()
    }

    #[test]
    fn after_a_hundred_starts_and_kills_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let command = languages::Command { program: "/bin/sh".into(), arguments: &["-c", "sleep 1000 & wait"] };
        let mut left_to_themselves = Vec::new();
        let groups: Vec<u32> = (0..100)
            .map(|round| {
                let (mut group, input, _output) = spawn(&command, folder.path()).unwrap();
                let id = group.child().id();
                if round % 2 == 0 {
                    drop(group);
                } else {
                    // As when we are killed.
                    drop(input);
                    left_to_themselves.push(group);
                }
                id
            })
            .collect();
        let begun = Instant::now();
        loop {
            let at_work = groups_at_work();
            if !groups.iter().any(|group| at_work.contains(&format!(" {group} "))) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "something is left");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

//! A server's process with all that it starts: limited, bounded in what it may say beside the protocol, and certain to be
//! gone when it is stopped, when it ends, and when we are killed.

use std::{
    collections::VecDeque,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// What a server may use, and the doing: CPU seconds, open files, KiB of data.
///
/// The memory limit is on data, not on addresses: Node and Java reserve addresses by the gigabyte without using them.
/// Where a system does not know a limit, the server runs without it.
const LIMITED: &str = r#"ulimit -t 3600 2>/dev/null
ulimit -n 100 2>/dev/null
ulimit -d 1048576 2>/dev/null
exec "$@""#;

/// Kills the group it is in once our end of its input is closed, however we went.
const WATCHER: &str = "read -r line; kill -KILL 0";

/// How long a server has to end once its input is closed, before it is asked to, and then before it is killed.
const BEFORE_TERM: Duration = Duration::from_secs(1);
const BEFORE_KILL: Duration = Duration::from_secs(4);

/// How long its last words are waited for.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How much of what a server writes to its standard error is remembered and logged.
const MAX_LINE: u64 = 1 << 10;
const REMEMBERED_LINES: usize = 5;
const LOGGED_LINES: usize = 1000;

/// What to start.
pub(crate) struct Program {
    /// For the log.
    pub(crate) server: String,
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, SecretString)>,
    pub(crate) folder: PathBuf,
    /// What runs in the background for it.
    pub(crate) tasks: TaskTracker,
}

/// A process that runs. Dropped, it ends as if it were stopped.
pub(crate) struct Process {
    stop: CancellationToken,
    /// Cancelled when nothing of it is left.
    gone: CancellationToken,
    /// Cancelled when all has been read that it wrote to its standard error.
    heard: CancellationToken,
    said: Arc<Said>,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The last lines that a server wrote to its standard error.
#[derive(Default)]
pub(crate) struct Said(Mutex<VecDeque<String>>);

impl Said {
    /// The last line that is not empty.
    fn last(&self) -> Option<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().rev().find(|line| !line.trim().is_empty()).map(|line| line.trim().to_owned())
    }

    fn push(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == REMEMBERED_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

impl Process {
    /// Starts the program. Its input and output are the protocol's.
    pub(crate) fn start(program: Program) -> io::Result<(Self, ChildStdin, ChildStdout)> {
        let found = find(&program)?;
        let mut command = shell(LIMITED);
        command.arg(found).args(&program.args).current_dir(&program.folder).process_group(0);
        command.envs(program.env.iter().map(|(name, value)| (name, value.expose_secret())));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let group = child.id().and_then(|id| i32::try_from(id).ok());
        let group = group.ok_or_else(|| io::Error::other("the system gave an impossible process number"))?;
        let started = Started { group, child: Some(&mut child) };
        // In the same group, so that the group's number stays taken as long as the watcher is not waited for.
        let watcher = shell(WATCHER)
            .process_group(group)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        started.watched();
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(io::Error::other("the system gave it no pipes"));
        };
        let (stop, gone, said) = (CancellationToken::new(), CancellationToken::new(), Arc::<Said>::default());
        let heard = CancellationToken::new();
        let to_the_end = heard.clone().drop_guard();
        program.tasks.spawn(listen(program.server, errors, Arc::clone(&said), to_the_end));
        program.tasks.spawn(keep(Group { id: group, child, watcher }, stop.clone(), gone.clone()));
        Ok((Self { stop, gone, heard, said }, input, output))
    }

    /// Ends it, and returns when nothing of it is left: five seconds at most. Its input should be closed by then.
    pub(crate) async fn end(&self) {
        self.stop.cancel();
        self.gone.cancelled().await;
    }

    /// When nothing of it is left.
    pub(crate) fn gone(&self) -> &CancellationToken {
        &self.gone
    }

    /// Waits until all has been read that it wrote to its standard error before its end; not long, for what it started may
    /// write on.
    pub(crate) async fn heard(&self) {
        // What has come by then is what there is.
        let _ = tokio::time::timeout(LAST_WORDS, self.heard.cancelled()).await;
    }

    /// The last it wrote to its standard error.
    pub(crate) fn last_words(&self) -> Option<String> {
        self.said.last()
    }
}

/// The first moments of a process: an error before it is watched kills it.
struct Started<'a> {
    group: i32,
    child: Option<&'a mut Child>,
}

impl Started<'_> {
    fn watched(mut self) {
        self.child = None;
    }
}

impl Drop for Started<'_> {
    fn drop(&mut self) {
        if let Some(child) = self.child.take() {
            signal(self.group, Signal::KILL);
            // It is gone, or will be; tokio waits for it.
            let _ = child.start_kill();
        }
    }
}

/// A process group of ours.
struct Group {
    id: i32,
    child: Child,
    watcher: Child,
}

/// Waits for the end of a process, or brings it about; afterwards nothing of its group is left.
async fn keep(mut group: Group, stop: CancellationToken, gone: CancellationToken) {
    let _gone = gone.drop_guard();
    let ended = tokio::select! {
        ended = group.child.wait() => ended.map(Some),
        () = stop.cancelled() => Ok(None),
    };
    if !matches!(ended, Ok(Some(_))) && !ends_within(&mut group.child, BEFORE_TERM).await {
        signal(group.id, Signal::TERM);
        ends_within(&mut group.child, BEFORE_KILL).await;
    }
    // The watcher is in it and not waited for yet, so the group's number can't be another's by now.
    signal(group.id, Signal::KILL);
    for child in [&mut group.child, &mut group.watcher] {
        if let Err(error) = child.wait().await {
            tracing::warn!(%error, "the end of a server could not be waited for");
        }
    }
}

async fn ends_within(child: &mut Child, time: Duration) -> bool {
    tokio::time::timeout(time, child.wait()).await.is_ok()
}

fn signal(group: i32, signal: Signal) {
    if let Some(group) = Pid::from_raw(group) {
        // Whoever is gone already needs none.
        let _ = kill_process_group(group, signal);
    }
}

/// Reads what a server writes to its standard error, so that it never waits for us. Lines are logged for those who ask
/// for that: they may hold anything.
async fn listen(server: String, errors: ChildStderr, said: Arc<Said>, _to_the_end: DropGuard) {
    let mut errors = BufReader::new(errors);
    let (mut line, mut logged) = (Vec::new(), 0);
    loop {
        line.clear();
        match (&mut errors).take(MAX_LINE).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if logged < LOGGED_LINES {
            tracing::debug!(%server, %text, "a server's standard error");
            logged += 1;
        }
        said.push(text);
    }
}

fn shell(script: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", script, "sh"]).env_clear().envs(atelier_process::clean_environment());
    shell
}

/// Where the command is: as the server's own `PATH`, else ours, says. A relative path is the project's.
fn find(program: &Program) -> io::Result<PathBuf> {
    let command = Path::new(&program.command);
    if program.command.contains('/') {
        let path = program.folder.join(command);
        return if is_program(&path) { Ok(path) } else { Err(not_found(&program.command)) };
    }
    let own = program.env.iter().rev().find(|(name, _)| name == "PATH");
    let path = own.map_or_else(atelier_process::search_path, |(_, value)| OsString::from(value.expose_secret()));
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(command))
        .find(|path| is_program(path))
        .ok_or_else(|| not_found(&program.command))
}

fn is_program(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

fn not_found(command: &str) -> io::Error {
    let command: String = command.chars().filter(|c| !c.is_control()).take(100).collect();
    io::Error::new(io::ErrorKind::NotFound, format!("there is no program `{command}`"))
}

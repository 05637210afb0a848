//! The repository that a folder lies in, and how git is run there.

mod opening;

use std::{
    env,
    ffi::{OsStr, OsString},
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use atelier_process::{Bounds, Ran, bound, clean_environment, run_heard};
use atelier_workspace::{RelativePath, SECRET_PATTERNS};

use crate::{
    GitError, index_lock,
    known::Known,
    settings::Setting,
    turns::{Lane, Turn},
};

/// What anything on this machine may take, and what goes over the network.
const LOCAL: Duration = Duration::from_secs(30);
const NETWORK: Duration = Duration::from_mins(2);

/// And what asks a remote only to show less.
const ASKING: Duration = Duration::from_secs(5);

/// How long hooks may take.
const HOOKS: Duration = Duration::from_mins(10);

/// How much of git's output is taken, in bytes.
const MAX_OUTPUT: usize = 8 << 20;

/// Passed on to git besides what every program gets: who commits, and how remotes and keys are reached.
const PASSED_ON: [&str; 20] = [
    "SSH_AUTH_SOCK",
    "SSH_AGENT_PID",
    "GNUPGHOME",
    "GPG_TTY",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "EMAIL",
];

/// Holds always. Nobody looks at a pager or edits a text, and names of files come as they are.
const ALWAYS: [&str; 8] = [
    "core.quotePath=false",
    "core.fsmonitor=false",
    "color.ui=false",
    "i18n.logOutputEncoding=UTF-8",
    "submodule.recurse=false",
    "safe.bareRepository=explicit",
    "advice.statusHints=false",
    "log.showSignature=false",
];

/// Holds when we only look: no hook, no clearing up.
const LOOKING: [&str; 3] = ["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false"];

/// And no network.
const OFFLINE: [&str; 2] = ["core.sshCommand=false", "protocol.allow=never"];

/// What remotes are reached by, where nobody has named the remote for this very command: nothing that is a program.
const PROTOCOLS: &str = "file:git:http:https:ssh";

/// The repository that a folder lies in. Calls block; each takes `stopped`, which is asked about forty times a second
/// whether git is to be ended.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The project: git is asked about what lies beneath it, even where the repository is larger.
    folder: PathBuf,
    /// The top of the repository: the project or a folder above it.
    top: PathBuf,
    /// What of the repository's own settings names programs.
    pub(crate) programs: Vec<Setting>,
    /// Arguments that override them.
    tamed: Vec<String>,
    /// The index to use instead of the repository's own.
    index: Option<PathBuf>,
    /// The file that git reads what it is told from.
    input: Option<PathBuf>,
    /// Held for several commands that belong together.
    turn: Option<Arc<Turn>>,
    /// Where git keeps things, where that was found out before.
    known: Option<Arc<Known>>,
}

/// A diff as git prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// At most 8 MiB; what is no UTF-8 is replaced.
    pub text: String,
    /// Whether there was more.
    pub truncated: bool,
}

/// What a git command may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Nothing but look, or change git's own names for commits.
    Look,
    /// Look over the network, where the user's settings say how; what the repository names is not run either.
    Ask,
    /// What the user's git does, hooks included.
    Change,
    /// The same, and hooks may take their time.
    Commit,
    /// The same, over the network, leaving files and index alone.
    Push,
    /// The same, over the network.
    Pull,
    /// What makes a repository out of one elsewhere, whose address nobody has checked but us.
    Clone,
}

impl Purpose {
    pub(crate) fn time(self) -> Duration {
        match self {
            Self::Look | Self::Change => LOCAL,
            Self::Ask => ASKING,
            Self::Commit => HOOKS,
            Self::Push | Self::Pull | Self::Clone => NETWORK,
        }
    }

    fn lane(self) -> Lane {
        if matches!(self, Self::Ask | Self::Push | Self::Clone) { Lane::Network } else { Lane::Files }
    }

    fn only_looks(self) -> bool {
        matches!(self, Self::Look | Self::Ask)
    }
}

impl Repository {
    /// The same for several commands that belong together: until it is dropped, no other git of ours comes between.
    pub(crate) fn held(&self, stopped: &dyn Fn() -> bool) -> Result<Self, GitError> {
        let turn = match &self.turn {
            Some(turn) => Arc::clone(turn),
            None => Arc::new(Turn::take(&self.top, Lane::Files, stopped)?),
        };
        Ok(Self { turn: Some(turn), ..self.clone() })
    }

    /// What differs between files and index, or, `staged`, between index and last commit, beneath a path. Files that may
    /// hold keys are left out. Of submodules only the commits are compared.
    pub fn diff(&self, beneath: &RelativePath, staged: bool, stopped: &dyn Fn() -> bool) -> Result<Diff, GitError> {
        let mut arguments: Vec<OsString> = [
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--find-renames",
            "--submodule=short",
            "--ignore-submodules=dirty",
            "--src-prefix=a/",
            "--dst-prefix=b/",
        ]
        .map(OsString::from)
        .into();
        if staged {
            arguments.push("--cached".into());
        }
        arguments.push("--".into());
        arguments.extend(pathspecs(beneath));
        let bounds = Bounds { time: LOCAL, output: MAX_OUTPUT, end_when_full: true };
        let ran = self.run(Purpose::Look, &arguments, bounds, stopped)?;
        if !ran.cut && !ran.status.success() {
            return Err(GitError::from_words(&ran.output, &ran.complaint));
        }
        Ok(Diff { text: String::from_utf8_lossy(&ran.output).into_owned(), truncated: ran.cut })
    }

    /// Whether git knows anything beneath a path: files of the last commit or of the index.
    pub fn tracks(&self, beneath: &RelativePath, stopped: &dyn Fn() -> bool) -> Result<bool, GitError> {
        let arguments = ["ls-files", "-z", "--"].map(OsString::from).into_iter().chain([literal(beneath)]);
        let bounds = Bounds { time: LOCAL, output: 1, end_when_full: true };
        let ran = self.run(Purpose::Look, &arguments.collect::<Vec<_>>(), bounds, stopped)?;
        Ok(!ran.output.is_empty())
    }

    /// Runs a command that only looks, and takes all of its output.
    pub(crate) fn look(
        &self,
        arguments: &[impl AsRef<OsStr>],
        stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, GitError> {
        let bounds = Bounds { time: LOCAL, output: MAX_OUTPUT, end_when_full: true };
        let ran = self.run(Purpose::Look, arguments, bounds, stopped)?;
        if ran.cut {
            let text = "its answer is too long; ask about a part of the project.".to_owned();
            return Err(GitError::Refused { text });
        }
        if ran.status.success() { Ok(ran.output) } else { Err(GitError::from_words(&ran.output, &ran.complaint)) }
    }

    /// The same, and takes at most so many bytes; whether there was more is for the caller to see. `also` is the status
    /// that is no failure besides zero.
    pub(crate) fn look_at_most(
        &self,
        arguments: &[impl AsRef<OsStr>],
        max: usize,
        also: Option<i32>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Ran, GitError> {
        let bounds = Bounds { time: LOCAL, output: max, end_when_full: true };
        let ran = self.run(Purpose::Look, arguments, bounds, stopped)?;
        let fine = ran.cut || ran.status.success() || (also.is_some() && ran.status.code() == also);
        if fine { Ok(ran) } else { Err(GitError::from_words(&ran.output, &ran.complaint)) }
    }

    /// The same repository with another index, which need not exist yet.
    pub(crate) fn with_index(&self, index: &Path) -> Self {
        Self { index: Some(index.to_owned()), ..self.clone() }
    }

    /// The same repository, where a command that only looks is told what the file has.
    pub(crate) fn with_input(&self, input: &Path) -> Self {
        Self { input: Some(input.to_owned()), ..self.clone() }
    }

    /// The same repository with what another working tree of it would run overridden as well.
    pub(crate) fn taming_also(&self, other: &Self) -> Self {
        Self { tamed: [self.tamed.as_slice(), &other.tamed].concat(), ..self.clone() }
    }

    /// The folder that git is asked about.
    pub(crate) fn project(&self) -> &Path {
        &self.folder
    }

    /// Runs a command that changes something, to its end.
    pub(crate) fn act(
        &self,
        purpose: Purpose,
        arguments: &[impl AsRef<OsStr>],
        stopped: &dyn Fn() -> bool,
    ) -> Result<Ran, GitError> {
        let bounds = Bounds { time: purpose.time(), output: MAX_OUTPUT, end_when_full: false };
        self.run(purpose, arguments, bounds, stopped)
    }

    pub(crate) fn run(
        &self,
        purpose: Purpose,
        arguments: &[impl AsRef<OsStr>],
        bounds: Bounds,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Ran, GitError> {
        self.run_heard(purpose, arguments, bounds, &mut |_| (), stopped)
    }

    /// Runs git when its turn comes, and tells what it complains as it comes.
    pub(crate) fn run_heard(
        &self,
        purpose: Purpose,
        arguments: &[impl AsRef<OsStr>],
        bounds: Bounds,
        complaining: &mut dyn FnMut(&[u8]),
        stopped: &dyn Fn() -> bool,
    ) -> Result<Ran, GitError> {
        let lane = purpose.lane();
        let _turn = match &self.turn {
            Some(_) if lane == Lane::Files => None,
            // What is made in here is none of the business of a repository around it.
            _ => Some(Turn::take(if purpose == Purpose::Clone { &self.folder } else { &self.top }, lane, stopped)?),
        };
        if lane == Lane::Files
            && !purpose.only_looks()
            && let Some(lock) = index_lock::lock_of(&self.top)
        {
            index_lock::wait(&lock, stopped);
        }
        let mut git = self.prepared(purpose);
        if let Some(input) = self.input.as_ref().filter(|_| purpose.only_looks()) {
            git.stdin(File::open(input).map_err(GitError::Io)?);
        }
        run_heard(git.args(arguments), bounds, complaining, stopped)
            .map_err(|error| GitError::from_run(error, bounds.time.as_secs()))
    }

    /// Git as it is run for this; the command and its arguments are left to say.
    fn prepared(&self, purpose: Purpose) -> Command {
        // What only looks ends by itself soon enough; hooks and networks may not.
        let mut git = if purpose.only_looks() { Command::new("git") } else { bound("git") };
        if purpose.only_looks() {
            git.stdin(Stdio::null());
        }
        git.current_dir(&self.folder).env_clear().envs(clean_environment());
        git.envs(PASSED_ON.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        git.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        git.envs(self.index.iter().map(|index| ("GIT_INDEX_FILE", index)));
        git.arg("--no-pager");
        let mut settings: Vec<&str> = ALWAYS.into();
        if purpose.only_looks() {
            git.args(&self.tamed);
            settings.extend(LOOKING);
            if self.names("core.gitproxy") {
                // Git takes the first that is set, so no argument overrides it; this is set before all.
                git.env("GIT_PROXY_COMMAND", "");
            }
        }
        match purpose {
            Purpose::Look => {
                settings.extend(OFFLINE);
                // Missing objects of a partial clone are not fetched.
                git.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "");
            }
            Purpose::Ask | Purpose::Clone => _ = git.env("GIT_ALLOW_PROTOCOL", PROTOCOLS),
            _ => {}
        }
        for setting in settings {
            git.args(["-c", setting]);
        }
        git
    }

    /// Whether the repository's own settings name a program by this key.
    pub(crate) fn names(&self, key: &str) -> bool {
        self.programs.iter().any(|setting| setting.key == key)
    }

    /// Where the project lies in the repository, with a slash at the end; empty at its top.
    pub(crate) fn prefix(&self) -> String {
        let prefix = self.folder.strip_prefix(&self.top).unwrap_or(Path::new("")).to_string_lossy();
        if prefix.is_empty() { String::new() } else { format!("{prefix}/") }
    }

    /// The top of the repository; the folder itself where there is none.
    pub(crate) fn top(&self) -> &Path {
        &self.top
    }

    /// Where git starts paths from that it prints: some from where it runs, some from the top.
    pub(crate) fn places(&self) -> [&Path; 2] {
        [&self.folder, &self.top]
    }
}

/// A path as git is to take it: literally, from the project.
pub(crate) fn literal(path: &RelativePath) -> OsString {
    let mut spec = OsString::from(":(literal)");
    spec.push(if path.is_root() { Path::new(".") } else { path.as_path() });
    spec
}

/// What lies beneath a path, but what may hold keys.
fn pathspecs(beneath: &RelativePath) -> impl Iterator<Item = OsString> {
    let secrets = SECRET_PATTERNS.iter().map(|pattern| OsString::from(format!(":(exclude,icase,glob){pattern}")));
    [literal(beneath)].into_iter().chain(secrets)
}

/// Bytes of git's output as the name of a file.
pub(crate) fn os_string(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt as _;
    OsStr::from_bytes(bytes).to_owned()
}

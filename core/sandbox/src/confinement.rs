//! One command and what confines it.

use std::{
    convert::Infallible,
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::mpsc,
};

use crate::{
    Backend, Policy, Sandbox,
    backend::plain,
    bubblewrap,
    guard::{Guard, GuardError},
    seatbelt,
};

/// What confines one command.
#[derive(Debug)]
pub struct Confinement {
    sandbox: Sandbox,
    policy: Policy,
    guard: Guard,
}

/// What keeps a confined command running.
#[derive(Debug)]
pub struct Held {
    _thread: Option<mpsc::Sender<Infallible>>,
}

/// Something that a command may not change was changed and has been put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutBack {
    /// What was changed.
    pub path: PathBuf,
    /// Where the changed one is now; none where it was removed.
    pub aside: Option<PathBuf>,
}

impl Confinement {
    /// Prepares to confine a command so.
    pub fn new(sandbox: &Sandbox, policy: &Policy) -> io::Result<Self> {
        let policy = policy.resolved()?;
        let guard = Guard::new(match sandbox.backend() {
            // It can forbid a name whether or not there is something of that name.
            Backend::Seatbelt => Vec::new(),
            // What is there is mounted; what is not there can't be.
            Backend::Bubblewrap => policy.read_only.iter().filter(|path| !bubblewrap::is_plain(path)).collect(),
            // It can only allow, and so can't except anything in a folder.
            Backend::Landlock => policy.read_only.iter().collect(),
        });
        let guard = guard.map_err(|error: GuardError| io::Error::other(error.to_string()))?;
        Ok(Self { sandbox: sandbox.clone(), policy, guard })
    }

    /// A command that runs this program in this folder. Environment, streams and process group are for the caller to
    /// set; it has to be started with [`Confinement::spawn`].
    pub fn command(&self, program: &Path, arguments: &[&OsStr], folder: &Path) -> Command {
        let before = match self.sandbox.backend() {
            Backend::Landlock => return plain(program, arguments, folder),
            Backend::Bubblewrap => self.mounting(folder),
            Backend::Seatbelt => seatbelt::arguments(&self.policy),
        };
        let mut command = Command::new(&self.sandbox.program);
        command.args(before).arg(program).args(arguments).current_dir(folder);
        command
    }

    pub(crate) fn mounting(&self, folder: &Path) -> Vec<OsString> {
        bubblewrap::arguments(&self.policy, self.sandbox.disable, folder)
    }

    /// Starts a command made by [`Confinement::command`]. The second of what is returned has to be kept as long as the
    /// command may run: where the backend ends everything, the command ends with it.
    pub fn spawn(&self, command: Command) -> io::Result<(Child, Held)> {
        #[cfg(target_os = "linux")]
        return self.spawn_from_thread(command);
        #[cfg(not(target_os = "linux"))]
        {
            let mut command = command;
            Ok((command.spawn()?, Held { _thread: None }))
        }
    }

    /// The kernel confines threads: one confines itself and starts the command, which inherits that. So nothing has to
    /// run between fork and exec, and no helper program is needed. The command's life may be tied to that thread's.
    #[cfg(target_os = "linux")]
    fn spawn_from_thread(&self, mut command: Command) -> io::Result<(Child, Held)> {
        let restriction = crate::landlock_rules::Restriction::new(&self.sandbox, &self.policy)?;
        let (held, let_go) = mpsc::channel::<Infallible>();
        let (report, started) = mpsc::channel();
        let start = move || {
            let spawned = restriction.of_this_thread().and_then(|()| command.spawn());
            // It holds ends of pipes that others wait to see closed.
            drop(command);
            // Whoever started the thread waits for this.
            let _ = report.send(spawned);
            // Nothing is ever sent: this ends when the other end is dropped.
            let _ = let_go.recv();
        };
        std::thread::Builder::new().name("confined command".to_owned()).spawn(start)?;
        let spawned = started.recv().map_err(|_| io::Error::other("the thread that starts commands panicked"))?;
        Ok((spawned?, Held { _thread: self.sandbox.backend().ends_all().then_some(held) }))
    }

    /// Puts back what the command changed although it may not, where that could only be found out afterwards. To be
    /// called when the command has ended.
    pub fn put_back(&self) -> io::Result<Vec<PutBack>> {
        self.guard.put_back()
    }

    /// What the command may do, with links resolved.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What confines it.
    pub fn backend(&self) -> Backend {
        self.sandbox.backend()
    }
}

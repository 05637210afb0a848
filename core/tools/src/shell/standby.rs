//! A shell that waits in its sandbox for the session's next command, so that the command need not wait until the sandbox
//! is set up. It is used only if a sandbox that is set up now would confine alike, and takes one command.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use atelier_sandbox::{Confinement, Ground};

use super::{
    confine::{self, Confined, Surroundings},
    process::Running,
};
use crate::toolbox::State;

/// How long a shell waits for a command.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many shells wait in this process, whatever the number of sessions.
const MAX_WAITING: usize = 8;

/// The waiting shell of a session. Dropped, it ends.
#[derive(Default)]
pub(crate) struct Standby {
    slot: Arc<Slot>,
}

#[derive(Default)]
struct Slot {
    stage: Mutex<Stage>,
    changed: Condvar,
}

#[derive(Default)]
enum Stage {
    #[default]
    Empty,
    Starting,
    Waiting(Box<Waiting>),
    /// None waits from now on. What was there ends.
    Closed(Option<Box<Waiting>>),
}

struct Waiting {
    number: u64,
    shell: Running,
    ground: Ground,
    environment: Vec<(OsString, OsString)>,
    _counted: Counted,
}

/// One of the shells that wait.
struct Counted;

static COUNT: AtomicUsize = AtomicUsize::new(0);

impl Counted {
    fn new() -> Option<Self> {
        let more = |count| (count < MAX_WAITING).then_some(count + 1);
        COUNT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok().then_some(Self)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Waiting {
    /// None where there is nothing to be gained by it.
    fn start(confined: &Confined, folder: &Path) -> io::Result<Option<Self>> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let Some(counted) = Counted::new() else { return Ok(None) };
        let (confinement, environment) = confined.start()?;
        // What changes from here on is noticed when the shell is to be used.
        let Some(ground) = confinement.ground() else { return Ok(None) };
        let Some(shell) = Running::waiting(folder, &confinement, environment.clone()) else { return Ok(None) };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(Some(Self { number, shell: shell?, ground, environment, _counted: counted }))
    }

    fn fits(&self, command: &str, confinement: &Confinement, environment: &[(OsString, OsString)]) -> bool {
        Running::can_be_told(command)
            && self.environment == environment
            && confinement.ground().is_some_and(|ground| ground == self.ground)
    }
}

impl Slot {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The shell that waits, when one that is being started has been.
    fn take(&self) -> Option<Box<Waiting>> {
        let stage = self.stage();
        let starting = |stage: &mut Stage| matches!(stage, Stage::Starting);
        let mut stage = self.changed.wait_while(stage, starting).unwrap_or_else(PoisonError::into_inner);
        if !matches!(*stage, Stage::Waiting(_)) {
            return None;
        }
        let Stage::Waiting(waiting) = std::mem::take(&mut *stage) else { return None };
        drop(stage);
        self.changed.notify_all();
        Some(waiting)
    }

    /// Starts a shell, and ends it if nobody has taken it in this time.
    fn keep(&self, confined: &Confined, folder: &Path, patience: Duration) {
        let _never_stuck = Begun(self);
        let waiting = Waiting::start(confined, folder).unwrap_or_else(|error| {
            // The command itself will say what is wrong.
            tracing::debug!(%error, "no shell could be made to wait");
            None
        });
        let Some(waiting) = waiting else { return };
        let number = waiting.number;
        let mut stage = self.stage();
        if !matches!(*stage, Stage::Starting) {
            return;
        }
        *stage = Stage::Waiting(Box::new(waiting));
        self.changed.notify_all();
        let stays = |stage: &mut Stage| matches!(stage, Stage::Waiting(waiting) if waiting.number == number);
        let over = self.changed.wait_timeout_while(stage, patience, stays);
        let (mut stage, _) = over.unwrap_or_else(PoisonError::into_inner);
        let left = match &mut *stage {
            Stage::Closed(left) => left.take(),
            Stage::Waiting(waiting) if waiting.number == number => match std::mem::take(&mut *stage) {
                Stage::Waiting(left) => Some(left),
                _ => None,
            },
            _ => None,
        };
        drop(stage);
        drop(left);
    }
}

/// The start of a shell, which has an end whatever comes.
struct Begun<'a>(&'a Slot);

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let mut stage = self.0.stage();
        if matches!(*stage, Stage::Starting) {
            *stage = Stage::Empty;
        }
        drop(stage);
        self.0.changed.notify_all();
    }
}

impl Standby {
    /// Sees to it that a shell waits for the next command, if that is of use.
    pub(super) fn prepare(&self, session: &State) {
        let Some(confined) = confine::confined(session) else { return };
        if !confined.takes_time() {
            return;
        }
        let mut stage = self.slot.stage();
        if !matches!(*stage, Stage::Empty) {
            return;
        }
        let (slot, folder) = (Arc::clone(&self.slot), PathBuf::from(session.folder.path()));
        let kept = thread::Builder::new()
            .name("waiting shell".to_owned())
            .spawn(move || slot.keep(&confined, &folder, PATIENCE));
        if kept.is_ok() {
            *stage = Stage::Starting;
        }
    }

    /// Starts a command: in the shell that waits if that will do.
    pub(super) fn start(&self, command: &str, folder: &Path, with: Surroundings) -> io::Result<Running> {
        let waiting = with.confinement.as_ref().and_then(|confinement| {
            self.slot.take().filter(|waiting| waiting.fits(command, confinement, &with.environment))
        });
        if let Some(Waiting { mut shell, .. }) = waiting.map(|waiting| *waiting)
            && shell.tell(command, folder, &with.place).is_ok()
        {
            return Ok(shell.within(with.confinement, with.place));
        }
        Running::start(command, folder, with)
    }

    /// Ends the shell that waits, and returns when it has ended. None waits from now on.
    pub(crate) fn end(&self) {
        self.close();
        let left = match &mut *self.slot.stage() {
            Stage::Closed(left) => left.take(),
            _ => None,
        };
        drop(left);
    }

    /// The same without waiting for it: the thread that keeps the shell ends it.
    fn close(&self) {
        let mut stage = self.slot.stage();
        *stage = match std::mem::take(&mut *stage) {
            Stage::Waiting(waiting) => Stage::Closed(Some(waiting)),
            Stage::Closed(left) => Stage::Closed(left),
            Stage::Empty | Stage::Starting => Stage::Closed(None),
        };
        drop(stage);
        self.slot.changed.notify_all();
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use atelier_sandbox::{Backend, Sandbox};
    use atelier_workspace::Folder;

    use super::*;
    use crate::{CommandLimits, Confining, Toolbox};

    /// A project with things that programs trust, and a session in it whose commands are confined so that setting that up
    /// takes time; none where there is no such sandbox.
    fn session() -> Option<(tempfile::TempDir, Toolbox)> {
        let sandbox = Sandbox::with(Backend::Bubblewrap)?;
        // Not where a command may have a folder of its own.
        let cache = std::env::home_dir().unwrap().join(".cache");
        fs::create_dir_all(&cache).unwrap();
        let outer = tempfile::Builder::new().prefix("atelier-standby-").tempdir_in(cache).unwrap();
        for name in ["project/.git/hooks", "project/sub", "keys"] {
            fs::create_dir_all(outer.path().join(name)).unwrap();
        }
        fs::write(outer.path().join("project/.git/config"), "[core]\n").unwrap();
        let folder = Folder::open(&outer.path().join("project")).unwrap();
        let tools = Toolbox::new(folder, outer.path().join("outputs"));
        let unreadable = vec![outer.path().join("keys")];
        tools.confine(Confining::Confined(CommandLimits { sandbox, writable: Vec::new(), unreadable, network: false }));
        Some((outer, tools))
    }

    /// Whether a shell that has waited since before the deed would be used for the command.
    fn is_used(command: &str, deed: impl Fn(&Path)) -> bool {
        let Some((outer, tools)) = session() else { return false };
        tools.state.standby.prepare(&tools.state);
        let waiting = tools.state.standby.slot.take().unwrap();
        deed(outer.path());
        let (confinement, environment) = confine::confined(&tools.state).unwrap().start().unwrap();
        waiting.fits(command, &confinement, &environment)
    }

    #[test]
    fn a_shell_that_has_waited_is_used_while_nothing_that_matters_has_changed() {
        if session().is_none() {
            return;
        }
        let deed = |outer: &Path| fs::write(outer.join("project/sub/new"), "new").unwrap();
        // The machine itself may mount something meanwhile, which counts as a change.
        assert!((0..10).any(|_| is_used("make", deed)));
    }

    #[test]
    fn a_shell_is_not_used_where_a_new_one_would_be_confined_otherwise() {
        type Deed = fn(&Path);
        let deeds: [(&str, Deed); 7] = [
            ("hooks made anew", |outer| {
                fs::remove_dir(outer.join("project/.git/hooks")).unwrap();
                fs::create_dir(outer.join("project/.git/hooks")).unwrap();
            }),
            ("a file replaced", |outer| {
                fs::write(outer.join("project/.git/config.lock"), "[core]\n").unwrap();
                fs::rename(outer.join("project/.git/config.lock"), outer.join("project/.git/config")).unwrap();
            }),
            ("a file that is new", |outer| fs::write(outer.join("project/.mcp.json"), "{}").unwrap()),
            ("a repository that is gone", |outer| fs::remove_dir_all(outer.join("project/.git")).unwrap()),
            ("keys made anew", |outer| {
                fs::remove_dir(outer.join("keys")).unwrap();
                fs::create_dir(outer.join("keys")).unwrap();
            }),
            ("keys that are gone", |outer| fs::remove_dir(outer.join("keys")).unwrap()),
            ("another project in its place", |outer| {
                fs::rename(outer.join("project"), outer.join("old")).unwrap();
                fs::create_dir_all(outer.join("project/.git/hooks")).unwrap();
                fs::write(outer.join("project/.git/config"), "[core]\n").unwrap();
            }),
        ];
        for (name, deed) in deeds {
            assert!(!is_used("make", deed), "{name}");
        }
        assert!(!is_used("echo 'a\0b'", |_| ()));
        assert!(!is_used(&"x".repeat(20 << 10), |_| ()));
    }

    #[test]
    fn a_shell_that_nobody_needs_ends() {
        let Some((_outer, tools)) = session() else { return };
        let (slot, confined) = (&tools.state.standby.slot, confine::confined(&tools.state).unwrap());
        *slot.stage() = Stage::Starting;
        slot.keep(&confined, tools.folder().path(), Duration::ZERO);
        assert!(matches!(*slot.stage(), Stage::Empty));
        tools.state.standby.prepare(&tools.state);
        tools.state.standby.end();
        assert!(matches!(*slot.stage(), Stage::Closed(None)));
        tools.state.standby.prepare(&tools.state);
        assert!(slot.take().is_none());
    }

    #[test]
    fn a_command_is_run_although_the_shell_that_waited_has_died() {
        let Some((_outer, tools)) = session() else { return };
        tools.state.standby.prepare(&tools.state);
        let mut waiting = tools.state.standby.slot.take().unwrap();
        let surroundings = confine::surroundings(&tools.state, false).unwrap();
        let folder = tools.folder().path().to_owned();
        waiting.shell.die();
        assert!(waiting.shell.tell("true", &folder, &surroundings.place).is_err());
        *tools.state.standby.slot.stage() = Stage::Waiting(waiting);
        let running = tools.state.standby.start("echo ran", &folder, surroundings).unwrap();
        let mut output = Vec::new();
        let stop = tokio_util::sync::CancellationToken::new();
        running.finish(None, &stop, &mut |bytes| output.extend_from_slice(bytes)).unwrap();
        assert_eq!(output, b"ran\n");
    }
}

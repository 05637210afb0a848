//! A running command with all the processes it starts: its output, its end, and the certainty that nothing stays behind
//! (but what leaves the group on purpose, as daemons do).

use std::{
    ffi::{OsStr, OsString},
    io::{self, PipeReader, Read as _, Write as _},
    os::{
        fd::AsFd as _,
        unix::{ffi::OsStrExt as _, process::CommandExt as _},
    },
    path::Path,
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use atelier_process::ProcessGroup;
use atelier_sandbox::{Confinement, Held, PutBack};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio_util::sync::CancellationToken;

use super::{
    confine::{self, Refused, Surroundings},
    place::Place,
};

/// How often it is looked whether a silent command should end.
const TICK: Duration = Duration::from_millis(25);

/// How soon it is looked again at first, once the output has ended.
const FIRST_NAP: Duration = Duration::from_micros(250);

/// How long processes may take to end by themselves before they are killed.
const GRACE: Duration = Duration::from_millis(500);

/// How long output is still read after everything was killed: what left the group may hold the pipe for ever.
const LAST_OUTPUT: Duration = Duration::from_millis(100);

/// How much is read at once, and how much a pipe may hold, in bytes.
const BUFFER: usize = 16 << 10;
const MAX_PIPE: usize = 1 << 20;

/// Closes what else we have open and did not mean to hand on.
const CLOSING: &str = r#"[ -z "$BASH_VERSION" ] || for f in /dev/fd/*; do f=${f##*/}; [ "$f" -lt 3 ] || eval "exec $f>&-"; done
"#;

/// Waits until it is told where to run what; only bash can do that.
const WAITING: &str = r#"IFS= read -r -d '' folder && IFS= read -r -d '' noted && IFS= read -r -d '' command || exit
cd -P -- "$folder" || exit
set -- "$noted" "$command"
unset -v folder noted command OLDPWD
"#;

/// What runs the command.
///
/// The first line starts a watcher that holds the reading end of a pipe of ours: for each line it asks the whole group to
/// end; when we are gone, however we went, it kills it. It is no child of the shell, so that the command's `wait` does not
/// wait for it. The trap notes where the command ended.
const RUNNING: &str = r#"( { trap '' TERM; while read -r line; do kill -TERM 0; done; kill -KILL 0; } <&0 >/dev/null 2>&1 & )
exec </dev/null
trap "pwd -P >$1 2>/dev/null" EXIT
eval 'set --
'"$2""#;

/// The longest command that a waiting shell is told, in bytes: with two paths it has room in a pipe, and is read in no time.
const MAX_TOLD: usize = 16 << 10;

/// Why a command is no longer running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Ended,
    TimedOut,
    Stopped,
}

/// A command in a process group of its own.
pub(super) struct Running {
    group: ProcessGroup,
    /// What the command writes, both kinds in the order in which it comes.
    output: PipeReader,
    /// No one holds the other end any more.
    closed: bool,
    /// How long to wait next, once nothing can be read any more.
    nap: Duration,
    confinement: Option<Confinement>,
    /// The command runs as long as it is there.
    held: Option<Held>,
    _place: Option<Place>,
}

/// How a command ended.
pub(super) struct Ended {
    pub(super) why: Why,
    pub(super) status: ExitStatus,
    /// What confined it, and what of its doings was put back then.
    confined: Option<(Confinement, io::Result<Vec<PutBack>>)>,
}

impl Ended {
    /// What the sandbox refused the command, which wrote this.
    pub(super) fn refused(&self, output: &str) -> Option<Refused> {
        let (confinement, put_back) = self.confined.as_ref()?;
        confine::refused(confinement, self.status, output, put_back)
    }
}

impl Running {
    /// Starts a command.
    pub(super) fn start(command: &str, folder: &Path, surroundings: Surroundings) -> io::Result<Self> {
        let Surroundings { confinement, environment, place } = surroundings;
        let noted = place.quoted();
        let script = format!("{CLOSING}{RUNNING}");
        let arguments = [noted.as_os_str(), command.as_ref()];
        let running = Self::spawn(&script, &arguments, folder, confinement.as_ref(), environment)?;
        Ok(Self { confinement, _place: Some(place), ..running })
    }

    /// Starts a shell that waits for its command; none where the shell here can't.
    pub(super) fn waiting(
        folder: &Path,
        confinement: &Confinement,
        environment: Vec<(OsString, OsString)>,
    ) -> Option<io::Result<Self>> {
        let script = format!("{CLOSING}{WAITING}{RUNNING}");
        shell().0.ends_with("bash").then(|| Self::spawn(&script, &[], folder, Some(confinement), environment))
    }

    /// Whether a waiting shell can be told this command.
    pub(super) fn can_be_told(command: &str) -> bool {
        command.len() <= MAX_TOLD && !command.contains('\0')
    }

    /// Tells a waiting shell its command. Fails, and nothing has been run, if the shell is no longer there.
    pub(super) fn tell(&mut self, command: &str, folder: &Path, place: &Place) -> io::Result<()> {
        let noted = place.quoted();
        let words = [folder.as_os_str().as_bytes(), noted.as_bytes(), command.as_bytes()];
        let told: Vec<u8> = words.into_iter().flat_map(|word| [word, b"\0"]).flatten().copied().collect();
        let pipe = self.group.child().stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        pipe.write_all(&told)
    }

    /// The same with what confines it and where it notes its end.
    pub(super) fn within(self, confinement: Option<Confinement>, place: Place) -> Self {
        Self { confinement, _place: Some(place), ..self }
    }

    fn spawn(
        script: &str,
        more: &[&OsStr],
        folder: &Path,
        confinement: Option<&Confinement>,
        environment: Vec<(OsString, OsString)>,
    ) -> io::Result<Self> {
        let (output, input) = io::pipe()?;
        let (program, options) = shell();
        let mut arguments: Vec<&OsStr> = options.iter().map(AsRef::as_ref).collect();
        // The name is what error messages begin with.
        arguments.extend(["-c", script, "bash"].map(OsStr::new));
        arguments.extend(more);
        let mut shell = match confinement {
            Some(confinement) => confinement.command(program, &arguments, folder),
            None => Command::new(program),
        };
        if confinement.is_none() {
            shell.args(&arguments).current_dir(folder);
        }
        shell.env_clear().envs(environment).process_group(0);
        // The other end of this pipe is held in the child's `stdin`.
        shell.stdin(Stdio::piped()).stdout(input.try_clone()?).stderr(input);
        let (child, held) = match confinement {
            Some(confinement) => confinement.spawn(shell).map(|(child, held)| (child, Some(held)))?,
            None => (shell.spawn()?, None),
        };
        let group = ProcessGroup::of(child)?;
        Ok(Self { group, output, closed: false, nap: FIRST_NAP, confinement: None, held, _place: None })
    }

    /// Follows the command until it ends, or ends it; afterwards all of its group is killed. At the latest a second
    /// after `stop` or the deadline.
    pub(super) fn finish(
        mut self,
        deadline: Option<Instant>,
        stop: &CancellationToken,
        on_output: &mut dyn FnMut(&[u8]),
    ) -> io::Result<Ended> {
        let (why, status) = self.follow(deadline, stop, on_output)?;
        let confined = self.confinement.take().map(|confinement| {
            let put_back = confinement.put_back();
            (confinement, put_back)
        });
        Ok(Ended { why, status, confined })
    }

    fn follow(
        &mut self,
        deadline: Option<Instant>,
        stop: &CancellationToken,
        on_output: &mut dyn FnMut(&[u8]),
    ) -> io::Result<(Why, ExitStatus)> {
        let why = loop {
            self.read(TICK, on_output)?;
            if stop.is_cancelled() {
                break Why::Stopped;
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break Why::TimedOut;
            }
            if self.group.has_ended()? {
                break Why::Ended;
            }
        };
        if why != Why::Ended {
            return Ok((why, self.end_group(on_output)?));
        }
        // What was written before the end is still in the pipe; what its leftovers write has no one to read it.
        for _ in 0..MAX_PIPE / BUFFER {
            if !self.read(Duration::ZERO, on_output)? {
                break;
            }
        }
        Ok((why, self.end_group(&mut |_| ())?))
    }

    /// Asks all that is left of the group to end, then kills it.
    fn end_group(&mut self, on_output: &mut dyn FnMut(&[u8])) -> io::Result<ExitStatus> {
        if !(self.closed && self.group.has_ended()?) {
            self.ask_to_end();
            let patience = Instant::now() + GRACE;
            while Instant::now() < patience && !(self.closed && self.group.has_ended()?) {
                self.read(TICK, on_output)?;
            }
        }
        let status = self.group.kill()?;
        drop(self.held.take());
        let patience = Instant::now() + LAST_OUTPUT;
        while !self.closed && Instant::now() < patience {
            self.read(TICK, on_output)?;
        }
        Ok(status)
    }

    /// Reads what there is, waiting at most so long for it.
    fn read(&mut self, wait: Duration, on_output: &mut dyn FnMut(&[u8])) -> io::Result<bool> {
        if self.closed {
            // The end is mostly near: first short naps, then longer ones.
            thread::sleep(self.nap.min(wait));
            self.nap = (self.nap * 2).min(TICK);
            return Ok(false);
        }
        let timeout = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
        let mut wanted = [PollFd::from_borrowed_fd(self.output.as_fd(), PollFlags::IN)];
        match poll(&mut wanted, Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(false),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let mut buffer = [0; BUFFER];
        let count = self.output.read(&mut buffer)?;
        self.closed = count == 0;
        on_output(&buffer[..count]);
        Ok(count > 0)
    }

    /// Where the command is out of reach of our signals but the last, the watcher sends this one.
    fn ask_to_end(&mut self) {
        match (&self.confinement, &mut self.group.child().stdin) {
            (Some(confinement), Some(watcher)) if confinement.backend().ends_all() => {
                // It may be gone; then all that is left is to kill.
                let _ = watcher.write_all(b"\n");
            }
            _ => self.group.ask_to_end(),
        }
    }
}

/// Bash where there is one, for that is what models write; without the user's start-up files.
fn shell() -> (&'static Path, &'static [&'static str]) {
    let bash = ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"].map(Path::new);
    match bash.into_iter().find(|path| path.exists()) {
        Some(path) => (path, &["--noprofile", "--norc"]),
        None => (Path::new("/bin/sh"), &[]),
    }
}

#[cfg(test)]
impl Running {
    /// Ends at once.
    pub(super) fn die(&mut self) {
        self.group.kill().unwrap();
        // Then nothing of it holds a pipe any more.
        while !self.closed {
            self.read(TICK, &mut |_| ()).unwrap();
        }
    }
}

#[cfg(test)]
mod tests {
    use atelier_process::clean_environment;
    use atelier_sandbox::{Backend, Policy, Sandbox};

    use super::*;

    fn start(command: &str, sandbox: Option<&Sandbox>) -> (tempfile::TempDir, Running) {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path()).unwrap();
        let policy = Policy::of_project(folder.path(), folder.path());
        let confinement = sandbox.map(|sandbox| Confinement::new(sandbox, &policy).unwrap());
        let surroundings = Surroundings { confinement, environment: clean_environment().collect(), place };
        let running = Running::start(command, folder.path(), surroundings).unwrap();
        (folder, running)
    }

    /// Without a sandbox, and with each that works here.
    fn ways() -> Vec<Option<Sandbox>> {
        let backends = [Backend::Bubblewrap, Backend::Landlock, Backend::Seatbelt];
        [None].into_iter().chain(backends.into_iter().filter_map(Sandbox::with).map(Some)).collect()
    }

    #[test]
    fn where_a_command_ended_is_noted_whatever_the_folder_is_called() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("it's \"$HOME\" `x`");
        let place = Place::new(&folder).unwrap();
        let environment = clean_environment().collect();
        let surroundings = Surroundings { confinement: None, environment, place: place.clone() };
        let running = Running::start("cd /; nonsense", &folder, surroundings).unwrap();
        let mut output = Vec::new();
        running.finish(None, &CancellationToken::new(), &mut |bytes| output.extend_from_slice(bytes)).unwrap();
        assert_eq!(place.noted().as_deref(), Some("/"));
        assert!(output.starts_with(b"bash: "), "{}", String::from_utf8_lossy(&output));
    }

    #[test]
    fn everything_dies_when_we_do() {
        for sandbox in ways() {
            // Our end of the watcher's pipe closes, as it does when we are killed.
            let command = "sleep 1000 & trap '' TERM HUP INT; sleep 1000; sleep 1000";
            let (_folder, mut running) = start(command, sandbox.as_ref());
            drop(running.group.child().stdin.take());
            let ended = running.finish(None, &CancellationToken::new(), &mut |_| ()).unwrap();
            assert_eq!(ended.why, Why::Ended);
            assert!(!ended.status.success());
        }
    }

    #[test]
    fn what_left_the_group_dies_when_we_do_where_the_sandbox_sees_to_that() {
        for sandbox in ways().into_iter().flatten().filter(|sandbox| sandbox.backend().ends_all()) {
            let (_folder, mut running) =
                start("setsid sh -c 'trap \"\" TERM HUP; echo up; sleep 1000'", Some(&sandbox));
            let mut output = Vec::new();
            while output.is_empty() {
                running.read(TICK, &mut |bytes| output.extend_from_slice(bytes)).unwrap();
            }
            // As it ends when we are killed: with the thread that started it.
            running.held = None;
            while !running.closed {
                running.read(TICK, &mut |_| ()).unwrap();
            }
        }
    }

    #[test]
    fn the_output_ends_with_the_command_although_it_is_still_held() {
        for sandbox in ways() {
            let (_folder, mut running) = start("true", sandbox.as_ref());
            let deadline = Instant::now() + Duration::from_mins(1);
            while !running.closed {
                assert!(Instant::now() < deadline);
                running.read(TICK, &mut |_| ()).unwrap();
            }
        }
    }

    #[test]
    fn waiting_for_all_jobs_does_not_wait_for_the_watcher() {
        for sandbox in ways() {
            let (_folder, running) = start("sleep 0.01 & wait; echo done", sandbox.as_ref());
            let mut output = Vec::new();
            let mut on_output = |bytes: &[u8]| output.extend_from_slice(bytes);
            let ended = running.finish(None, &CancellationToken::new(), &mut on_output).unwrap();
            assert_eq!((ended.why, ended.status.success(), output.as_slice()), (Why::Ended, true, &b"done\n"[..]));
        }
    }
}

//! Running a program to its end, within bounds.

use std::{
    fs::File,
    io::{self, Read as _},
    os::fd::OwnedFd,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::ProcessGroup;

/// How often it is looked whether a silent program should end.
const TICK: Duration = Duration::from_millis(25);

/// How soon it is looked whether a program has ended that has closed its outputs.
const NAP: Duration = Duration::from_millis(1);

/// How long processes may take to end by themselves before they are killed.
const GRACE: Duration = Duration::from_millis(500);

/// How much is read at once, in bytes.
const BUFFER: usize = 64 << 10;

/// How much a pipe may hold, in bytes.
const MAX_PIPE: usize = 1 << 20;

/// What a program may take.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long it may run.
    pub time: Duration,
    /// Bytes kept of what it prints, and of what it complains.
    pub output: usize,
    /// Whether it is ended when it prints more. Otherwise the rest is read and forgotten.
    pub end_when_full: bool,
}

/// What a program said.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// The first of what it printed.
    pub output: Vec<u8>,
    /// The first of what it wrote to its standard error.
    pub complaint: Vec<u8>,
    /// There was more output.
    pub cut: bool,
}

/// Why a program was not run to its end.
#[derive(Debug)]
pub enum RunError {
    /// There is no such program.
    NotFound,
    /// Its time was over.
    TimedOut,
    /// It was stopped.
    Stopped,
    /// What the system says.
    Io(io::Error),
}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Runs a program, whose input is what the command says. Ended at the latest a second after its time is over or `stopped`
/// says so; nothing that it started stays behind.
pub fn run(command: &mut Command, bounds: Bounds, stopped: &dyn Fn() -> bool) -> Result<Ran, RunError> {
    run_heard(command, bounds, &mut |_| (), stopped)
}

/// The same, and what the program writes to its standard error is told at once, all of it, in pieces that may end anywhere.
pub fn run_heard(
    command: &mut Command,
    bounds: Bounds,
    complaining: &mut dyn FnMut(&[u8]),
    stopped: &dyn Fn() -> bool,
) -> Result<Ran, RunError> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut group = ProcessGroup::start(command)
        .map_err(|error| if error.kind() == io::ErrorKind::NotFound { RunError::NotFound } else { error.into() })?;
    let child = group.child();
    let mut pipes = [Pipe::new(child.stdout.take(), bounds.output), Pipe::new(child.stderr.take(), bounds.output)];
    let deadline = Instant::now() + bounds.time;
    loop {
        read(&mut pipes, TICK, complaining)?;
        if stopped() {
            end(&mut group)?;
            return Err(RunError::Stopped);
        }
        if Instant::now() >= deadline {
            end(&mut group)?;
            return Err(RunError::TimedOut);
        }
        if pipes[0].cut && bounds.end_when_full {
            break;
        }
        if group.has_ended()? {
            // What was written before the end is still in the pipes.
            for _ in 0..MAX_PIPE / BUFFER {
                if !read(&mut pipes, Duration::ZERO, complaining)? {
                    break;
                }
            }
            break;
        }
    }
    let status = group.kill()?;
    let [output, complaint] = pipes;
    Ok(Ran { status, output: output.kept, complaint: complaint.kept, cut: output.cut })
}

/// Asks a group to end, waits a moment, kills it.
fn end(group: &mut ProcessGroup) -> io::Result<()> {
    group.ask_to_end();
    let patience = Instant::now() + GRACE;
    while Instant::now() < patience && !group.has_ended()? {
        std::thread::sleep(TICK);
    }
    group.kill().map(drop)
}

/// Reads what there is in any of them, waiting at most so long for it; whether there was anything.
fn read(pipes: &mut [Pipe; 2], wait: Duration, complaining: &mut dyn FnMut(&[u8])) -> io::Result<bool> {
    let timeout = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
    let mut wanted: Vec<PollFd<'_>> =
        pipes.iter().filter_map(|pipe| Some(PollFd::new(pipe.source.as_ref()?, PollFlags::IN))).collect();
    if wanted.is_empty() {
        // The end is near.
        std::thread::sleep(wait.min(NAP));
        return Ok(false);
    }
    match poll(&mut wanted, Some(&timeout)) {
        Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(false),
        Ok(_) => {}
        Err(error) => return Err(error.into()),
    }
    let ready: Vec<bool> = wanted.iter().map(|fd| !fd.revents().is_empty()).collect();
    let mut any = false;
    let open = pipes.iter_mut().enumerate().filter(|(_, pipe)| pipe.source.is_some());
    for ((at, pipe), _) in open.zip(ready).filter(|(_, ready)| *ready) {
        any |= if at == 0 { pipe.take(&mut |_| ())? } else { pipe.take(complaining)? };
    }
    Ok(any)
}

/// One of a program's two outputs.
struct Pipe {
    /// None once its end was read.
    source: Option<File>,
    kept: Vec<u8>,
    max: usize,
    cut: bool,
}

impl Pipe {
    fn new(source: Option<impl Into<OwnedFd>>, max: usize) -> Self {
        Self { source: source.map(|source| File::from(source.into())), kept: Vec::new(), max, cut: false }
    }

    /// Reads once; whether there was anything.
    fn take(&mut self, tell: &mut dyn FnMut(&[u8])) -> io::Result<bool> {
        let Some(source) = &mut self.source else { return Ok(false) };
        let mut buffer = vec![0; BUFFER];
        let count = source.read(&mut buffer)?;
        if count == 0 {
            self.source = None;
        }
        tell(&buffer[..count]);
        let room = self.max - self.kept.len();
        self.cut |= count > room;
        self.kept.extend_from_slice(&buffer[..count.min(room)]);
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bound;

    fn sh(script: &str, bounds: Bounds) -> Result<Ran, RunError> {
        run(Command::new("/bin/sh").args(["-c", script]).stdin(Stdio::null()), bounds, &|| false)
    }

    const BOUNDS: Bounds = Bounds { time: Duration::from_secs(30), output: 1 << 20, end_when_full: true };

    #[test]
    fn both_outputs_and_the_status_are_told() {
        let ran = sh("echo out; echo err >&2; exit 3", BOUNDS).unwrap();
        assert_eq!((ran.output.as_slice(), ran.complaint.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
        assert_eq!((ran.status.code(), ran.cut), (Some(3), false));
    }

    #[test]
    fn a_flood_is_cut_and_ended_or_read_to_its_end() {
        let ran = sh("yes", BOUNDS).unwrap();
        assert_eq!((ran.output.len(), ran.cut), (1 << 20, true));
        let whole = Bounds { output: 10, end_when_full: false, ..BOUNDS };
        let ran = sh("head -c 3000000 /dev/zero; exit 5", whole).unwrap();
        assert_eq!((ran.output.len(), ran.cut, ran.status.code()), (10, true, Some(5)));
    }

    #[test]
    fn what_is_complained_is_told_while_it_runs_beyond_what_is_kept() {
        let heard = std::cell::RefCell::new(String::new());
        let mut hear = |bytes: &[u8]| heard.borrow_mut().push_str(&String::from_utf8_lossy(bytes));
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo one >&2; echo two >&2; while :; do :; done"]).stdin(Stdio::null());
        let bounds = Bounds { output: 1, ..BOUNDS };
        let stopped = || heard.borrow().ends_with("two\n");
        assert!(matches!(run_heard(&mut command, bounds, &mut hear, &stopped), Err(RunError::Stopped)));
        assert_eq!(heard.into_inner(), "one\ntwo\n");
    }

    #[test]
    fn what_is_left_behind_does_not_hold_us_up() {
        let ran = sh("sleep 1000 & echo done", BOUNDS).unwrap();
        assert_eq!(ran.output, b"done\n");
        let ran = run(bound("/bin/sh").args(["-c", "cat; sleep 1000 & echo done; exit 3"]), BOUNDS, &|| false).unwrap();
        assert_eq!((ran.output.as_slice(), ran.status.code()), (&b"done\n"[..], Some(3)));
    }

    #[test]
    fn time_and_stop_end_even_what_does_not_listen() {
        let script = "trap '' TERM; sleep 1000 & sleep 1000; sleep 1000";
        let bounds = Bounds { time: Duration::from_millis(50), ..BOUNDS };
        assert!(matches!(sh(script, bounds), Err(RunError::TimedOut)));
        let stopped = run(Command::new("/bin/sh").args(["-c", script]), BOUNDS, &|| true);
        assert!(matches!(stopped, Err(RunError::Stopped)));
        let missing = run(&mut Command::new("/no/such/program"), BOUNDS, &|| false);
        assert!(matches!(missing, Err(RunError::NotFound)));
    }
}

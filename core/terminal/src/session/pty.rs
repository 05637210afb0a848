//! One shell behind a PTY: starting it, signalling it, knowing when all of its output has been read.
//!
//! We hold the terminal's other side open too. So its end is never the end of the output, which systems tell of in
//! different ways, and some before the last output: instead, when the shell has ended, we write a mark that nobody can
//! guess behind all that was written, and read until there.

use std::{
    borrow::Cow,
    ffi::OsString,
    io::{Read, Write},
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::process::ExitStatusExt as _,
    },
    path::Path,
    process::{Child, ExitStatus},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::{
    fs::{Mode, OFlags},
    io::Errno,
    process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid},
    termios::{self, InputModes, OptionalActions, OutputModes, QueueSelector},
};

use super::environment::ShellEnvironment;
use crate::ScreenSize;

/// A shell that runs, or has ended and is not forgotten.
pub(super) struct Pty {
    master: Box<dyn MasterPty + Send>,
    child: Child,
    group: Pid,
    reaped: bool,
}

impl std::fmt::Debug for Pty {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pty").field("group", &self.group).field("reaped", &self.reaped).finish_non_exhaustive()
    }
}

/// Where PTYs come from.
pub(super) trait Ptys: Send + Sync + std::fmt::Debug {
    /// A new one; or why there is none, in the system's words.
    fn open(&self, size: ScreenSize) -> Result<Opened, String>;
}

/// From the system.
#[derive(Debug)]
pub(super) struct SystemPtys;

impl Ptys for SystemPtys {
    fn open(&self, size: ScreenSize) -> Result<Opened, String> {
        Opened::new(size)
    }
}

/// A PTY without a shell.
pub(super) struct Opened {
    pub(super) master: Box<dyn MasterPty + Send>,
    pub(super) slave: Box<dyn portable_pty::SlavePty + Send>,
    pub(super) reader: Box<dyn Read + Send>,
    pub(super) writer: Box<dyn Write + Send>,
    pub(super) mark: Mark,
}

/// How the end of the output is found.
#[derive(Clone)]
pub(super) struct Mark {
    other_side: Arc<OwnedFd>,
    text: Arc<str>,
    written: Arc<AtomicBool>,
}

impl Opened {
    fn new(size: ScreenSize) -> Result<Self, String> {
        let pair = native_pty_system().openpty(pty_size(size)).map_err(|error| error.to_string())?;
        let name = pair.master.tty_name().ok_or("The system gave this terminal no name")?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let other_side = Arc::new(rustix::fs::open(name, flags, Mode::empty()).map_err(|error| error.to_string())?);
        let reader = pair.master.try_clone_reader().map_err(|error| error.to_string())?;
        let writer = pair.master.take_writer().map_err(|error| error.to_string())?;
        let text = uuid::Uuid::new_v4().as_u128().to_string().into();
        let mark = Mark { other_side, text, written: Arc::new(AtomicBool::new(false)) };
        Ok(Self { master: pair.master, slave: pair.slave, reader, writer, mark })
    }

    /// Starts the shell; its reader must be reading by now. The folder must be there: it would start elsewhere.
    pub(super) fn start(
        master: Box<dyn MasterPty + Send>,
        slave: &dyn portable_pty::SlavePty,
        environment: &ShellEnvironment,
        folder: &Path,
    ) -> Result<Pty, String> {
        if !folder.is_dir() {
            return Err("The working directory is gone".into());
        }
        let mut command = CommandBuilder::new(&environment.shell);
        if environment.login {
            command.arg("-l");
        }
        command.env_clear();
        for (name, value) in &environment.variables {
            command.env::<&OsString, &OsString>(name, value);
        }
        command.cwd(folder);
        let child: Box<dyn portable_pty::Child> = slave.spawn_command(command).map_err(|error| error.to_string())?;
        let child = child.downcast::<Child>().map_err(|_| "The system gave a program that can't be waited for")?;
        let group =
            i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or("The system gave an impossible process")?;
        Ok(Pty { master, child: *child, group, reaped: false })
    }
}

impl Mark {
    /// Looks for the mark in what was read, once it may have been written: what stands before it, and whether it was
    /// there. `held` keeps what may be its beginning.
    pub(super) fn find<'a>(&self, held: &mut Vec<u8>, read: &'a [u8]) -> (Cow<'a, [u8]>, bool) {
        if !self.written.load(Ordering::SeqCst) {
            return (read.into(), false);
        }
        held.extend_from_slice(read);
        let mark = self.text.as_bytes();
        if let Some(at) = memchr::memmem::find(held, mark) {
            held.truncate(at);
            return (std::mem::take(held).into(), true);
        }
        let keep =
            (1..mark.len().min(held.len() + 1)).rev().find(|length| held.ends_with(&mark[..*length])).unwrap_or(0);
        let rest = held.split_off(held.len() - keep);
        (std::mem::replace(held, rest).into(), false)
    }

    /// Writes the mark behind all output, or as much of it as there is room for: the part of it that is left.
    pub(super) fn write<'a>(&self, left: &'a [u8]) -> Result<&'a [u8], Errno> {
        match rustix::io::write(&*self.other_side, left) {
            Ok(count) => Ok(&left[count..]),
            Err(Errno::AGAIN | Errno::INTR) => Ok(left),
            Err(error) => Err(error),
        }
    }

    /// From now on the mark may be in what is read. Output that the user has stopped goes on.
    pub(super) fn begin(&self) -> Vec<u8> {
        self.written.store(true, Ordering::SeqCst);
        if let Ok(mut modes) = termios::tcgetattr(self.other_side.as_fd()) {
            modes.input_modes.remove(InputModes::IXON);
            modes.output_modes.remove(OutputModes::OPOST);
            // Where the terminal is gone there is nothing to stop.
            let _ = termios::tcsetattr(self.other_side.as_fd(), OptionalActions::Now, &modes);
        }
        self.text.as_bytes().to_vec()
    }

    /// Drops input that the program has not taken, so that whoever writes some can go on.
    pub(super) fn drop_input(&self) {
        let _ = termios::tcflush(self.other_side.as_fd(), QueueSelector::IFlush);
    }
}

impl Pty {
    /// Waits until the shell has ended. It is not reaped, so that its number stays its own.
    pub(super) fn wait_for_end(group: Pid) {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(group), options), Err(Errno::INTR)) {}
    }

    pub(super) fn group(&self) -> Pid {
        self.group
    }

    /// Whether the shell still runs.
    pub(super) fn runs(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !self.reaped && matches!(waitid(WaitId::Pid(self.group), options), Ok(None))
    }

    /// Takes the status of a shell that has ended.
    pub(super) fn reap(&mut self) -> Option<ExitStatus> {
        self.reaped = true;
        self.child.wait().ok()
    }

    /// Signals the shell and what runs in the foreground.
    pub(super) fn signal(&self, signal: Signal) {
        if self.reaped {
            return;
        }
        let foreground = self.foreground().filter(|group| *group != self.group);
        for group in foreground.into_iter().chain([self.group]) {
            // Who is gone already needs no signal.
            let _ = kill_process_group(group, signal);
        }
    }

    /// The process group in the foreground.
    pub(super) fn foreground(&self) -> Option<Pid> {
        self.master.process_group_leader().and_then(Pid::from_raw)
    }

    pub(super) fn resize(&self, size: ScreenSize) -> bool {
        self.master.resize(pty_size(size)).is_ok()
    }
}

/// Kills a process group; one that is gone needs no signal.
pub(super) fn kill(group: Pid) {
    let _ = kill_process_group(group, Signal::KILL);
}

fn pty_size(size: ScreenSize) -> PtySize {
    PtySize { rows: size.rows, cols: size.columns, pixel_width: 0, pixel_height: 0 }
}

/// Exit code and signal as readers are told them.
pub(super) fn code_and_signal(status: Option<ExitStatus>) -> (i32, Option<i32>) {
    let signal = status.and_then(|status| status.signal());
    let code = status.and_then(|status| status.code());
    (code.unwrap_or(signal.map_or(1, |signal| 128 + signal)), signal)
}

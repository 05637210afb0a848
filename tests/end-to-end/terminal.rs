//! `atelier` at a pseudo-terminal, as someone who types sees it.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    home::{ATELIER, Home},
    process::{PATIENCE, Printed},
};

pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_D: &str = "\x04";
pub(crate) const ENTER: &str = "\r";
pub(crate) const ALT_ENTER: &str = "\x1b\r";
pub(crate) const CTRL_J: &str = "\n";
pub(crate) const UP: &str = "\x1b[A";

/// What the line editor sends whenever it begins to wait for a line.
const WAITS_FOR_A_LINE: &str = "\x1b[?2004h";

pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    pub(crate) screen: Printed,
}

impl Terminal {
    /// Starts `atelier` with these arguments.
    pub(crate) fn start(home: &Home, arguments: &[&str]) -> Self {
        Self::start_program(home, ATELIER, arguments)
    }

    /// Starts a program in a terminal so wide that no line of a test wraps.
    pub(crate) fn start_program(home: &Home, program: &str, arguments: &[&str]) -> Self {
        let size = PtySize { rows: 40, cols: 240, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        // Before the program starts: some systems drop what nobody was reading when the program left.
        let screen = Printed::collect(pair.master.try_clone_reader().unwrap());
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        home.variables().for_each(|(name, value)| command.env(name, value));
        command.cwd(home.path());
        command.args(arguments);
        let child = pair.slave.spawn_command(command).unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        Self { child, master: pair.master, keyboard, screen }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits until the line editor has asked for a line this many times.
    pub(crate) fn until_prompt(&self, number: usize) -> String {
        self.screen.until(|text| text.matches(WAITS_FOR_A_LINE).count() >= number)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.process_id().unwrap()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// How the terminal is set up: line editing, echo and the like.
    pub(crate) fn mode(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        self.master.get_termios().unwrap()
    }

    /// Waits for the end of the program and returns its exit code.
    pub(crate) fn wait(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "the program did not end; the screen: {}", self.screen.text());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Most have ended long ago.
        let _ = self.child.kill();
    }
}

//! The terminal's mode, for putting it back when the process ends while the line editor has changed it.

use std::io::{self, IsTerminal, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// Ends bracketed paste, which the line editor switches on, and the line that was being typed.
const LEAVE_EDITOR: &[u8] = b"\x1b[?2004l\n";

/// How the terminal was set up when we came.
pub(crate) struct TerminalMode(Termios);

impl TerminalMode {
    /// The mode of the terminal that standard input is; `None` when it is none.
    pub(crate) fn of_stdin() -> Option<Self> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return None;
        }
        tcgetattr(&stdin).ok().map(Self)
    }

    /// Stops showing what is typed, and hands every key on at once: also Ctrl-C, which would otherwise end the process
    /// with the terminal as it is then.
    pub(crate) fn hide_typing(&self) -> io::Result<()> {
        let mut hidden = self.0.clone();
        hidden.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        Ok(tcsetattr(io::stdin(), OptionalActions::Now, &hidden)?)
    }

    /// Ends [`Self::hide_typing`].
    pub(crate) fn show_typing(&self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }

    /// Puts the terminal back. Where that fails the terminal is gone, and with it the need.
    pub(crate) fn restore(&self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
        // Not standard output: a write that hangs may hold its lock.
        let mut stderr = io::stderr();
        if stderr.is_terminal() {
            let _ = stderr.write_all(LEAVE_EDITOR);
        }
    }
}

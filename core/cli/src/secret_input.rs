//! Asking for a secret: hidden at a terminal, else one line from whatever is piped in. Never an argument, which other
//! programs can read and shells remember.

use std::io::{self, Write};

use atelier_workbench::{SecretString, Workbench};
use rustix::io::Errno;

use crate::{
    failure::Failure,
    signals::{Signal, Signals},
    terminal_mode::TerminalMode,
};

/// The longest secret, in bytes: what is longer is no key but a file piped in by mistake.
const MAX_BYTES: usize = 16 << 10;

const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const DELETE: u8 = 0x7f;

/// Asks with these words; an empty answer is a failure. The terminal is put back however it ends.
pub(crate) fn ask(workbench: &Workbench, words: &str) -> Result<SecretString, Failure> {
    ask_for_text(workbench, words).map(SecretString::from)
}

/// Asks for the passphrase of the saved keys, where they need one and somebody can be asked.
pub(crate) fn unlock(workbench: &Workbench) -> Result<(), Failure> {
    if TerminalMode::of_stdin().is_some() && workbench.block_on(workbench.wants_passphrase())? {
        let passphrase = ask(workbench, "Passphrase of the saved keys (it is not shown)")?;
        workbench.block_on(workbench.take_passphrase(passphrase))?;
    }
    Ok(())
}

/// Asks for a new passphrase, twice: nobody sees what was mistyped.
pub(crate) fn protect(workbench: &Workbench) -> Result<(), Failure> {
    if TerminalMode::of_stdin().is_none() {
        return Err(Failure::NoTerminal);
    }
    let passphrase = ask_for_text(workbench, "New passphrase for the saved keys (it is not shown)")?;
    if ask_for_text(workbench, "The same once more")? != passphrase {
        return Err(Failure::PassphrasesDiffer);
    }
    Ok(workbench.block_on(workbench.take_passphrase(SecretString::from(passphrase)))?)
}

fn ask_for_text(workbench: &Workbench, words: &str) -> Result<String, Failure> {
    let line = match TerminalMode::of_stdin() {
        Some(terminal) => {
            // Whatever else may end the process meanwhile puts the terminal back, too.
            let _signals = Signals::listen(workbench, TerminalMode::of_stdin())?;
            // Before the question: the answer may be pasted as soon as it is seen.
            terminal.hide_typing().map_err(Failure::Secret)?;
            let mut stderr = io::stderr();
            let _ = write!(stderr, "{words}: ").and_then(|()| stderr.flush());
            let line = read_line(next_byte, true);
            terminal.show_typing();
            let _ = writeln!(stderr);
            line?
        }
        None => read_line(next_byte, false)?,
    };
    let text = String::from_utf8_lossy(&line).trim().to_owned();
    if text.is_empty() { Err(Failure::NothingGiven) } else { Ok(text) }
}

/// One byte of standard input, unbuffered: what follows the line is not ours. None at its end.
fn next_byte() -> io::Result<Option<u8>> {
    let mut byte = [0];
    loop {
        match rustix::io::read(io::stdin(), &mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A line without its end. `typed`: keys are obeyed that edit it.
fn read_line(mut next: impl FnMut() -> io::Result<Option<u8>>, typed: bool) -> Result<Vec<u8>, Failure> {
    // Room from the start: growing would leave pieces of the secret behind.
    let mut line = Vec::with_capacity(MAX_BYTES);
    while let Some(byte) = next().map_err(Failure::Secret)? {
        match byte {
            b'\r' | b'\n' => break,
            CTRL_C if typed => return Err(Failure::Stopped(Signal::Interrupt)),
            CTRL_D if typed && line.is_empty() => break,
            CTRL_U if typed => line.clear(),
            BACKSPACE | DELETE if typed => drop(line.pop()),
            _ if line.len() == MAX_BYTES => return Err(Failure::SecretTooLong),
            byte => line.push(byte),
        }
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &[u8], typed: bool) -> Result<Vec<u8>, Failure> {
        let mut bytes = text.iter();
        read_line(|| Ok(bytes.next().copied()), typed)
    }

    #[test]
    fn keys_that_edit_are_obeyed_where_someone_types_and_are_text_elsewhere() {
        assert_eq!(line(b"skx\x7f-wrong\x15sk-1\r", true).unwrap(), b"sk-1");
        assert_eq!(line(b"\x04", true).unwrap(), b"");
        assert!(matches!(line(b"sk\x03", true), Err(Failure::Stopped(Signal::Interrupt))));
        assert_eq!(line(b"sk\x03\x15", false).unwrap(), b"sk\x03\x15");
    }

    #[test]
    fn a_line_ends_at_its_end_or_the_inputs_and_may_not_be_a_book() {
        for text in [&b"sk-1\nmore"[..], b"sk-1\r\n", b"sk-1"] {
            assert_eq!(line(text, false).unwrap(), b"sk-1");
        }
        assert!(matches!(line(&vec![b'k'; MAX_BYTES + 1], false), Err(Failure::SecretTooLong)));
    }
}

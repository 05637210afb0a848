//! What is typed while a turn runs: it is queued for the agent line by line, without the line editor, for the screen
//! belongs to the answer then.

use std::{
    io::{self, PipeReader, PipeWriter},
    os::fd::AsFd,
    thread::{self, JoinHandle},
};

use atelier_protocol::SessionId;
use atelier_workbench::Workbench;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::read,
};

use crate::{failure::Failure, slash};

/// A pasted text comes in pieces. What follows within this time belongs to the same prompt.
const SAME_PASTE: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// The most that is read at once, in bytes: as much as a terminal keeps of a line.
const PIECE: usize = 4096;

/// Listens to the keyboard from [`TypeAhead::listen`] to [`TypeAhead::stop`].
pub(super) struct TypeAhead<'a> {
    workbench: &'a Workbench,
    session: SessionId,
    listening: Option<Listening>,
    left: Vec<String>,
}

struct Listening {
    /// Dropping it ends the thread.
    stop: PipeWriter,
    thread: JoinHandle<Vec<String>>,
}

impl<'a> TypeAhead<'a> {
    pub(super) fn new(workbench: &'a Workbench, session: SessionId) -> Self {
        Self { workbench, session, listening: None, left: Vec::new() }
    }

    /// From now on, what is typed is queued.
    pub(super) fn listen(&mut self) -> Result<(), Failure> {
        let (ended, stop) = io::pipe().map_err(Failure::Input)?;
        let (workbench, session) = (self.workbench.clone(), self.session);
        let listen = move || listen(&workbench, session, &ended);
        let thread = thread::Builder::new().name("atelier-typed".to_owned()).spawn(listen).map_err(Failure::Input)?;
        self.listening = Some(Listening { stop, thread });
        Ok(())
    }

    /// The keyboard is someone else's again.
    pub(super) fn stop(&mut self) {
        let Some(Listening { stop, thread }) = self.listening.take() else { return };
        drop(stop);
        // A panic has been reported; what was typed before it is in the log.
        self.left.extend(thread.join().unwrap_or_default());
    }

    /// Stops, and returns what was typed and could not be queued, because the turn was over for one.
    pub(super) fn finish(mut self) -> Vec<String> {
        self.stop();
        std::mem::take(&mut self.left)
    }
}

impl Drop for TypeAhead<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Queues what is typed until the pipe is closed; returns what could not be queued.
fn listen(workbench: &Workbench, session: SessionId, ended: &PipeReader) -> Vec<String> {
    let (stdin, mut typed, mut left) = (io::stdin(), Vec::new(), Vec::new());
    while wait(&stdin, Some(ended), None) {
        let mut piece = [0; PIECE];
        match read(&stdin, &mut piece) {
            // The terminal has gone, or Ctrl-D: nothing more is queued in this turn.
            Ok(0) | Err(_) => break,
            Ok(length) => typed.extend_from_slice(&piece[..length]),
        }
        if typed.ends_with(b"\n") && !wait(&stdin, None, Some(&SAME_PASTE)) {
            left.extend(queue(workbench, session, &std::mem::take(&mut typed)));
        }
    }
    if !typed.is_empty() {
        left.push(String::from_utf8_lossy(&typed).into_owned());
    }
    left
}

/// Queues a prompt; gives it back where that can't be done.
fn queue(workbench: &Workbench, session: SessionId, typed: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(typed).trim_end_matches(['\r', '\n']).to_owned();
    if text.trim().is_empty() {
        return None;
    }
    // A command means something to the chat, and that is busy.
    if text.starts_with('/') {
        return Some(text);
    }
    match workbench.block_on(take(workbench, session, &text)) {
        Ok(true) => None,
        Ok(false) => Some(text),
        Err(failure) => {
            failure.report();
            Some(text)
        }
    }
}

/// Queues what the prompt comes to; false when the turn is over.
async fn take(workbench: &Workbench, session: SessionId, text: &str) -> Result<bool, Failure> {
    let mut prompt = text.to_owned();
    if text.trim_start().starts_with('/') {
        let project = workbench.conversation(session).await?.project;
        prompt = slash::expand(workbench, project.as_deref(), text).await?.text;
    }
    Ok(workbench.queue_prompt(session, prompt).await?.is_some())
}

/// Whether something was typed; false when the pipe was closed, or after the time given.
fn wait(stdin: &io::Stdin, ended: Option<&PipeReader>, limit: Option<&Timespec>) -> bool {
    let mut sources = vec![PollFd::new(stdin, PollFlags::IN)];
    sources.extend(ended.map(|ended| PollFd::from_borrowed_fd(ended.as_fd(), PollFlags::IN)));
    loop {
        match poll(&mut sources, limit) {
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
            Ok(_) => break,
        }
    }
    let stopped = sources.get(1).is_some_and(|ended| !ended.revents().is_empty());
    !stopped && !sources[0].revents().is_empty()
}

//! Ctrl-C, SIGTERM and SIGHUP for commands that run turns.
//!
//! They are listened for on the workbench's runtime, not where output is written, so a turn can be stopped even while
//! a slow reader (a paused pager) holds the output up.
//!
//! While a turn runs, the first signal interrupts it and a second one ends the process at once: the log survives that
//! like any other sudden death. While none runs, a signal closes the workbench and ends the process; only Ctrl-C does
//! nothing then where someone types at a terminal.

use std::{
    fmt, io, process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use atelier_protocol::SessionId;
use atelier_workbench::Workbench;
use tokio::{
    signal::unix::{self, SignalKind},
    task::JoinHandle,
};

use crate::{failure::Failure, terminal_mode::TerminalMode};

/// A signal that asks us to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// The system or a script ends us.
    Terminate,
    /// The terminal went away.
    HangUp,
}

impl Signal {
    /// What a shell reports for a program that this signal ended.
    pub(crate) fn exit_code(self) -> u8 {
        128 + match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Terminate => 15,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "Ctrl-C",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
        })
    }
}

/// Listens for signals until it is dropped.
pub(crate) struct Signals {
    state: Arc<Mutex<State>>,
    listener: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    /// The session whose turn a signal interrupts.
    turn: Option<SessionId>,
    /// The signal that interrupted it.
    received: Option<Signal>,
}

impl Signals {
    /// Begins to listen. `terminal` is given where someone types: before the process is ended from here, the terminal
    /// is put back into that mode.
    pub(crate) fn listen(workbench: &Workbench, terminal: Option<TerminalMode>) -> Result<Self, Failure> {
        let state = Arc::new(Mutex::new(State::default()));
        let answering = (workbench.clone(), Arc::clone(&state));
        let listener = workbench.block_on(async move {
            let (workbench, state) = answering;
            Ok(tokio::spawn(answer(Sources::open()?, workbench, state, terminal)))
        });
        listener.map(|listener| Self { state, listener }).map_err(Failure::Signals)
    }

    /// From now until the guard is dropped, a signal interrupts this session's turn.
    pub(crate) fn guard_turn(&self, session: SessionId) -> TurnGuard<'_> {
        *lock(&self.state) = State { turn: Some(session), received: None };
        TurnGuard { signals: self }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// While it lives, a signal interrupts the turn instead of ending the process.
pub(crate) struct TurnGuard<'a> {
    signals: &'a Signals,
}

impl TurnGuard<'_> {
    /// The signal that asked to stop the turn, if one came. A turn that started after that must be stopped by hand.
    pub(crate) fn received(&self) -> Option<Signal> {
        lock(&self.signals.state).received
    }
}

impl Drop for TurnGuard<'_> {
    fn drop(&mut self) {
        *lock(&self.signals.state) = State::default();
    }
}

struct Sources {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    hang_up: unix::Signal,
}

impl Sources {
    fn open() -> io::Result<Self> {
        Ok(Self {
            interrupt: unix::signal(SignalKind::interrupt())?,
            terminate: unix::signal(SignalKind::terminate())?,
            hang_up: unix::signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hang_up.recv() => Signal::HangUp,
        }
    }
}

/// Answers signals until the task is aborted.
async fn answer(mut sources: Sources, workbench: Workbench, state: Arc<Mutex<State>>, terminal: Option<TerminalMode>) {
    loop {
        let signal = sources.next().await;
        let turn = {
            let mut state = lock(&state);
            if state.turn.is_some() && state.received.replace(signal).is_some() {
                end_process(signal, terminal.as_ref());
            }
            state.turn
        };
        // Someone who types is not thrown out by a Ctrl-C that came just after the answer's end.
        if turn.is_none() && signal == Signal::Interrupt && terminal.is_some() {
            continue;
        }
        let stopping = async {
            match turn {
                // Whether it worked is told by the log, which the command reads on.
                Some(session) => drop(workbench.interrupt(session).await),
                None => workbench.close().await,
            }
        };
        tokio::select! {
            () = stopping => {}
            _ = sources.next() => end_process(signal, terminal.as_ref()),
        }
        if turn.is_none() {
            end_process(signal, terminal.as_ref());
        }
    }
}

fn end_process(signal: Signal, terminal: Option<&TerminalMode>) -> ! {
    if let Some(terminal) = terminal {
        terminal.restore();
    }
    process::exit(signal.exit_code().into())
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The threads of a terminal: one reads, one draws what was read, one writes, one waits for the shell and, where its PTY is
//! lost, starts another.

use std::{
    io::{ErrorKind, Read, Write},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::process::Signal;

use super::{
    pty::{Mark, Opened, Pty, code_and_signal},
    registry::Registry,
    shared::{Shared, State},
    stream::{TerminalEvent, TerminalStatus},
};

/// How much is read at once, in bytes.
const BUFFER: usize = 64 << 10;

/// How often shells are started in the place of one whose PTY was lost.
const MAX_ATTEMPTS: u32 = 3;

/// How long a shell may take to end whose PTY is gone.
const GRACE: Duration = Duration::from_millis(500);

/// How soon is looked again where the system can't wake us.
const TICK: Duration = Duration::from_millis(10);

/// How often output is looked for behind a shell that has ended while others go on writing.
const MAX_TICKS: u32 = 500;

/// What a lost program has switched is switched back.
const FORGET: &[u8] =
    b"\x18\x1b[?1049l\x1b[?1;5;9;66;1000;1002;1003;1004;1005;1006;1015;2004;2026l\x1b[?7;25h\x1b[4;20l\x1b[0m\
\x1b[r\x1b(B\x0f\x1b[<99u\x1b[>4m\x1b[0 q\x1b[999B\r\n";

/// What whoever looks is told.
const REPLACED: &[u8] = b"\x1b[2m[The terminal was lost. A new shell is started.]\x1b[0m\r\n";

/// Why a reader read no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// All of the output is read, or nobody wants it any more.
    Read,
    /// The PTY is gone.
    Lost,
}

/// A shell, and what reads and writes.
pub(super) struct Shell {
    reader: JoinHandle<End>,
    writer: JoinHandle<()>,
    mark: Mark,
}

/// Starts a shell and its threads.
pub(super) fn start(shared: &Arc<Shared>, registry: &Registry) -> Result<Shell, String> {
    let size = shared.lock().size;
    let parts = registry.ptys.open(size)?;
    let (mark, source) = (parts.mark, parts.reader);
    let reader = {
        let (shared, mark) = (Arc::clone(shared), mark.clone());
        thread::Builder::new().name("terminal-read".into()).spawn(move || read(&shared, &mark, source))
    };
    let reader = reader.map_err(|error| error.to_string())?;
    // The system drops what is written before the first read, and tells of an end too soon: hence the order.
    let pty = Opened::start(parts.master, &*parts.slave, registry.environment(), &shared.folder);
    drop(parts.slave);
    let pty = match pty {
        Ok(pty) => pty,
        Err(why) => {
            finish_reading(shared, &mark, reader);
            return Err(why);
        }
    };
    shared.change(|state| {
        state.pty = Some(pty);
        state.writer_stops = false;
    });
    let (of_writer, sink) = (Arc::clone(shared), parts.writer);
    let writer = thread::Builder::new().name("terminal-write".into()).spawn(move || write(&of_writer, sink));
    match writer {
        Ok(writer) => Ok(Shell { reader, writer, mark }),
        Err(error) => {
            shared.lock().pty.iter().for_each(|pty| pty.signal(Signal::KILL));
            finish_reading(shared, &mark, reader);
            shared.change(|state| state.pty.take()).and_then(|mut pty| pty.reap());
            Err(error.to_string())
        }
    }
}

/// Sees a terminal through to its end: the shell, and those in its place.
pub(super) fn run(shared: &Arc<Shared>, registry: &Registry, mut shell: Shell) {
    let (code, signal) = loop {
        let (end, (code, signal)) = wait(shared, shell);
        let hung_up = signal == Some(Signal::HUP.as_raw());
        let lost = end == End::Lost && (hung_up || signal == Some(Signal::KILL.as_raw()));
        if !lost || shared.lock().closing {
            break (code, signal);
        }
        match again(shared, registry) {
            Some(another) => shell = another,
            None => break (1, None),
        }
    };
    shared.change(|state| {
        state.output.push_event(TerminalEvent::Exit { exit_code: code, signal });
        state.status = TerminalStatus::Ended { exit_code: code, signal };
        state.output.end();
        state.gone = true;
    });
    shared.tell();
}

/// Starts a shell in the place of one whose PTY was lost.
fn again(shared: &Arc<Shared>, registry: &Registry) -> Option<Shell> {
    {
        let mut screen = shared.screen();
        screen.feed(FORGET);
        screen.feed(REPLACED);
    }
    for attempt in 1..=MAX_ATTEMPTS {
        let max_attempts = MAX_ATTEMPTS;
        shared.change(|state| {
            state.output.push_event(TerminalEvent::Reconnecting { attempt, max_attempts });
            state.status = TerminalStatus::Reconnecting { attempt, max_attempts };
        });
        shared.tell();
        if let Ok(shell) = start(shared, registry) {
            shared.change(|state| {
                state.used = Instant::now();
                state.output.push_event(TerminalEvent::Connected);
                state.status = TerminalStatus::Running;
            });
            shared.tell();
            return Some(shell);
        }
        tracing::warn!(attempt, "no shell in the place of a lost one");
    }
    None
}

/// Waits until a shell has ended and its output is read, and ends its threads.
fn wait(shared: &Arc<Shared>, shell: Shell) -> (End, (i32, Option<i32>)) {
    let group = shared.lock().pty.as_ref().map(Pty::group);
    group.into_iter().for_each(Pty::wait_for_end);
    let end = finish_reading(shared, &shell.mark, shell.reader);
    shared.change(|state| {
        state.writer_stops = true;
        state.forget_input();
    });
    while !shell.writer.is_finished() {
        shell.mark.drop_input();
        shared.wait_for(TICK, |_| shell.writer.is_finished());
    }
    // What a thread that has panicked did is told by the runtime already.
    let _ = shell.writer.join();
    let status = shared.lock().pty.take().and_then(|mut pty| pty.reap());
    (end, code_and_signal(status))
}

/// Lets the reader read to the end of what was written until now.
fn finish_reading(shared: &Arc<Shared>, mark: &Mark, reader: JoinHandle<End>) -> End {
    let text = mark.begin();
    let mut left = text.as_slice();
    let mut ticks = 0;
    while !reader.is_finished() {
        // Where the terminal is gone, the reader finds out by itself.
        left = mark.write(left).unwrap_or_default();
        if shared.wait_for(TICK, |_| reader.is_finished()) {
            break;
        }
        // Others may write on and on, and leave no room for the mark.
        ticks += u32::from(shared.lock().output.has_room());
        if ticks == MAX_TICKS {
            shared.change(|state| state.reader_stops = true);
            left = b"\0";
        }
    }
    shared.change(|state| state.reader_stops = false);
    reader.join().unwrap_or(End::Read)
}

/// Reads all output while another thread draws it: the system hands it over in small pieces, which take as long as drawing.
fn read(shared: &Arc<Shared>, mark: &Mark, source: Box<dyn Read + Send>) -> End {
    shared.set_all_read(false);
    let end = thread::scope(|scope| {
        let drawer = thread::Builder::new().name("terminal-draw".into()).spawn_scoped(scope, || draw(shared));
        let Ok(drawer) = drawer else {
            tracing::warn!("the system has no thread for a terminal's output");
            return End::Lost;
        };
        let end = read_ahead(shared, mark, source);
        shared.set_all_read(true);
        // What a thread that has panicked did is told by the runtime already.
        let _ = drawer.join();
        end
    });
    if end == End::Lost {
        end_what_is_cut_off(shared);
    }
    end
}

/// Nobody waits for output any more.
fn stops(state: &State) -> bool {
    state.closing || state.reader_stops
}

fn read_ahead(shared: &Shared, mark: &Mark, mut source: Box<dyn Read + Send>) -> End {
    let (mut buffer, mut held) = (vec![0; BUFFER], Vec::new());
    loop {
        shared.wait_to_read(stops);
        let count = match source.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Ok(count) if count > 0 => count,
            _ => return End::Lost,
        };
        let (bytes, ended) = mark.find(&mut held, &buffer[..count]);
        shared.put_ahead(&bytes);
        let stops = { stops(&shared.lock()) };
        // While it is closed, the mark is all that is waited for.
        if ended || (stops && !shared.lock().output.has_room()) || shared.lock().reader_stops {
            return End::Read;
        }
    }
}

fn draw(shared: &Shared) {
    let (mut drawn, mut decoder) = (Vec::new(), super::text::Decoder::default());
    while shared.take_ahead(&mut drawn) {
        // Who follows the output has to keep up.
        drop(shared.wait(|state| state.output.has_room() || stops(state)));
        take_in(shared, &drawn, &mut decoder);
    }
    let rest = decoder.end();
    shared.change(|state| state.output.push_text(rest));
    shared.tell();
}

fn take_in(shared: &Shared, bytes: &[u8], decoder: &mut super::text::Decoder) {
    let replies = {
        let mut screen = shared.screen();
        screen.feed(bytes);
        screen.take_replies()
    };
    // A program that asks faster than it reads gets no more answers.
    shared.enqueue(replies);
    let text = decoder.text(bytes);
    {
        // No thread waits for that: to wake them at each piece would take as long as to draw it.
        let mut state = shared.lock();
        (state.used, state.printed) = (Instant::now(), true);
        if state.output.has_room() || !state.closing {
            state.output.push_text(text);
        }
    }
    shared.tell();
}

/// A shell without a terminal is of no use; mostly the system has told it so.
fn end_what_is_cut_off(shared: &Shared) {
    let ended = |state: &State| state.pty.as_ref().is_none_or(|pty| !pty.runs());
    let patience = Instant::now() + GRACE;
    while Instant::now() < patience {
        if ended(&shared.lock()) {
            return;
        }
        thread::sleep(TICK);
    }
    shared.lock().pty.iter().for_each(|pty| pty.signal(Signal::KILL));
}

fn write(shared: &Arc<Shared>, mut sink: Box<dyn Write + Send>) {
    loop {
        let bytes = {
            let mut state = shared.wait(|state| state.writer_stops || state.has_input());
            if state.writer_stops {
                break;
            }
            state.take_input()
        };
        if let Some(bytes) = bytes
            && sink.write_all(&bytes).is_err()
        {
            break;
        }
    }
    drop(sink);
    shared.made_room();
}

//! Tests: PTYs that are lost, as after a crash of what gave them.

use std::{
    fs,
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    TerminalError, TerminalEvent, TerminalLimits, TerminalStatus, TerminalStream, Terminals,
    pty::{Opened, Ptys, SystemPtys},
};
use crate::{Frame, ScreenSize};

const DEADLINE: Duration = Duration::from_mins(1);

/// What a program prints whose PTY is lost then.
const WORD: &[u8] = b"lose-me-now";

/// PTYs of the system that are lost when a word comes through, of which some in between can't be had.
#[derive(Debug, Default)]
struct Shaky {
    opened: Arc<AtomicU32>,
    /// How many after the first fail.
    failing: u32,
}

impl Ptys for Shaky {
    fn open(&self, size: ScreenSize) -> Result<Opened, String> {
        let number = self.opened.fetch_add(1, Ordering::SeqCst);
        if (1..=self.failing).contains(&number) {
            return Err("There are no more of them".into());
        }
        let mut opened = SystemPtys.open(size)?;
        opened.reader = Box::new(Losing { source: opened.reader, seen: Vec::new() });
        Ok(opened)
    }
}

struct Losing {
    source: Box<dyn Read + Send>,
    seen: Vec<u8>,
}

impl Read for Losing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.seen.extend_from_slice(&buffer[..count]);
        if memchr::memmem::find(&self.seen, WORD).is_some() {
            // EIO, as the system says it.
            return Err(std::io::Error::from_raw_os_error(5));
        }
        Ok(count)
    }
}

fn terminals(ptys: Shaky, home: &tempfile::TempDir) -> (Terminals, String, Told) {
    let inherited = [("HOME", home.path().to_str().unwrap()), ("SHELL", "/bin/sh"), ("PATH", "/usr/bin:/bin")];
    let inherited = inherited.map(|(name, value)| (name.into(), value.into()));
    let terminals = Terminals::on(ptys, TerminalLimits::default(), inherited);
    let folder = home.path().canonicalize().unwrap();
    let created = terminals.create(folder.to_str(), (Some(90), Some(30)), |folder| Some(folder.into())).unwrap();
    let stream = terminals.connect(&created.session_id).unwrap();
    (terminals, created.session_id, Told { stream, events: Vec::new(), text: String::new() })
}

/// A reader, and what it was told.
struct Told {
    stream: TerminalStream,
    events: Vec<TerminalEvent>,
    text: String,
}

impl Told {
    /// Reads until something is so, or to the end.
    fn until(&mut self, so: impl Fn(&Self) -> bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        while !so(self) {
            let batch = async { tokio::time::timeout(DEADLINE, self.stream.next_batch()).await.unwrap() };
            let batch = runtime.block_on(batch);
            if batch.is_empty() {
                return;
            }
            for event in batch {
                match event {
                    TerminalEvent::Data { data } => self.text.push_str(&data),
                    event => self.events.push(event),
                }
            }
        }
    }
}

fn reconnecting(attempt: u32) -> TerminalEvent {
    TerminalEvent::Reconnecting { attempt, max_attempts: 3 }
}

#[test]
fn a_lost_pty_is_replaced_with_the_same_name_folder_and_size_and_the_old_shell_ends() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().canonicalize().unwrap();
    let (terminals, id, mut told) = terminals(Shaky { failing: 1, ..Shaky::default() }, &home);
    let screen = terminals.screen(&id).unwrap();
    terminals.resize(&id, Some(100), Some(20)).unwrap();
    let lose = "echo $$ > first; printf '\\033[?1049h\\033[?1000h'; trap '' HUP; printf 'lose-%s' me-now; sleep 1000\r";
    terminals.send(&id, lose).unwrap();
    told.until(|told| told.events.iter().filter(|event| **event == TerminalEvent::Connected).count() == 2);
    assert_eq!(
        told.events,
        [TerminalEvent::Connected, reconnecting(1), reconnecting(2), TerminalEvent::Connected],
        "{}",
        told.text
    );
    assert_eq!(terminals.info(&id).unwrap().status, TerminalStatus::Running);
    terminals.send(&id, "stty size; pwd; echo $$ > second; echo all-''done\r").unwrap();
    told.until(|told| told.text.contains("all-done"));
    assert!(told.text.contains("20 100") && told.text.contains(folder.to_str().unwrap()), "{}", told.text);
    let [first, second] = ["first", "second"].map(|name| fs::read_to_string(folder.join(name)).unwrap());
    assert_ne!(first, second);
    assert!(!std::path::Path::new("/proc").join(first.trim()).exists());
    // What the lost program had switched on is off, and who looks is told.
    let modes = screen.with(|screen| screen.modes());
    assert!(!modes.alternate_screen && modes.mouse == crate::MouseReports::None);
    let mut frame = Frame::default();
    frame.apply(&screen.update(0).unwrap()).unwrap();
    assert!(frame.to_text().contains("[The terminal was lost. A new shell is started.]"), "{}", frame.to_text());
    terminals.close(&id).unwrap();
    told.until(|_| false);
    assert!(matches!(told.events[4..], [TerminalEvent::Exit { .. }]), "{:?}", told.events);
    assert!(matches!(screen.status(), TerminalStatus::Ended { .. }));
}

#[test]
fn after_three_failed_starts_the_terminal_ends_with_code_1() {
    let home = tempfile::tempdir().unwrap();
    let ptys = Shaky { failing: 3, ..Shaky::default() };
    let opened = Arc::clone(&ptys.opened);
    let (terminals, id, mut told) = terminals(ptys, &home);
    terminals.send(&id, "printf 'lose-%s' me-now\r").unwrap();
    told.until(|_| false);
    let exit = TerminalEvent::Exit { exit_code: 1, signal: None };
    assert_eq!(told.events, [TerminalEvent::Connected, reconnecting(1), reconnecting(2), reconnecting(3), exit]);
    assert_eq!(opened.load(Ordering::SeqCst), 4);
    let begun = Instant::now();
    while !terminals.list().is_empty() {
        assert!(begun.elapsed() < DEADLINE);
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(terminals.send(&id, "x"), Err(TerminalError::NotFound));
}

#[test]
fn a_terminal_that_is_closed_while_it_is_lost_is_told_to_have_ended_once() {
    let home = tempfile::tempdir().unwrap();
    let (terminals, id, mut told) = terminals(Shaky::default(), &home);
    terminals.send(&id, "trap '' HUP; printf 'lose-%s' me-now; sleep 1000\r").unwrap();
    terminals.close(&id).unwrap();
    told.until(|_| false);
    let ends = told.events.iter().filter(|event| matches!(event, TerminalEvent::Exit { .. })).count();
    assert_eq!((ends, terminals.list().len()), (1, 0), "{:?}", told.events);
}

//! Terminals with real shells in them, as those who use them see it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use atelier_terminal::{
    CreatedTerminal, Frame, KeyPress, NamedKey, TerminalError, TerminalEvent, TerminalLimits, TerminalScreen,
    TerminalStream, Terminals,
};

/// How long anything may take; only a failure takes as long.
const DEADLINE: Duration = Duration::from_mins(1);

/// Terminals in a folder of their own.
struct Room {
    terminals: Terminals,
    folder: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        Self::with(TerminalLimits::default())
    }

    fn with(limits: TerminalLimits) -> Self {
        Self::with_shell(limits, "/bin/bash")
    }

    /// A user who has nothing in his home but what the tests put there.
    fn with_shell(limits: TerminalLimits, shell: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap();
        let inherited = [("HOME", home), ("SHELL", shell), ("PATH", "/usr/local/bin:/usr/bin:/bin")];
        let inherited = inherited.map(|(name, value)| (name.into(), value.into()));
        Self { terminals: Terminals::new(limits, inherited), folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    fn create(&self) -> Result<CreatedTerminal, TerminalError> {
        self.create_in(&self.path(), (Some(80), Some(24)))
    }

    fn create_in(&self, folder: &Path, size: (Option<u16>, Option<u16>)) -> Result<CreatedTerminal, TerminalError> {
        self.terminals.create(folder.to_str(), size, |folder| Some(folder.into()))
    }

    /// A new terminal and a reader of it.
    fn shell(&self) -> (String, Reader) {
        let id = self.create().unwrap().session_id;
        let reader = Reader::new(self.terminals.connect(&id).unwrap());
        (id, reader)
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(DEADLINE, work).await.unwrap() })
}

/// A reader that keeps what it was told.
struct Reader {
    stream: TerminalStream,
    text: String,
    events: Vec<TerminalEvent>,
}

impl Reader {
    fn new(stream: TerminalStream) -> Self {
        Self { stream, text: String::new(), events: Vec::new() }
    }

    /// The number that the program says after a name, and ends with a dot.
    fn number(&mut self, name: &str) -> String {
        loop {
            let said = self.text.rsplit_once(name).and_then(|(_, rest)| rest.split_once('.'));
            if let Some((number, _)) = said.filter(|(number, _)| number.parse::<u32>().is_ok()) {
                return number.to_owned();
            }
            assert!(self.take(), "ended without {name:?}: {:?}", self.text);
        }
    }

    /// Takes one batch; false at the end.
    fn take(&mut self) -> bool {
        let batch = block_on(self.stream.next_batch());
        for event in &batch {
            match event {
                TerminalEvent::Data { data } => self.text.push_str(data),
                other => self.events.push(other.clone()),
            }
        }
        !batch.is_empty()
    }

    fn until(&mut self, text: &str) -> &str {
        while !self.text.contains(text) {
            assert!(self.take(), "ended without {text:?}: {:?}", self.text);
        }
        &self.text
    }

    fn rest(&mut self) -> &[TerminalEvent] {
        while self.take() {}
        &self.events
    }
}

fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < DEADLINE);
        thread::sleep(Duration::from_millis(10));
    }
}

fn is_alive(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/stat", process.trim())).unwrap_or_default();
    status.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[test]
fn a_shell_is_typed_to_and_read_and_its_end_is_told_once() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    room.terminals.send(&id, "stty -echo; echo one-$((20+3)); pwd; exit 7\r").unwrap();
    reader.until("one-23");
    let exit = TerminalEvent::Exit { exit_code: 7, signal: None };
    assert_eq!(reader.rest(), [TerminalEvent::Connected, exit]);
    assert!(reader.text.contains(room.path().to_str().unwrap()), "{}", reader.text);
    assert_eq!(reader.rest().len(), 2);
    until(|| room.terminals.list().is_empty());
    assert_eq!(room.terminals.send(&id, "x"), Err(TerminalError::NotFound));
    assert_eq!(room.terminals.connect(&id).unwrap_err(), TerminalError::NotFound);
}

#[test]
fn the_checks_come_in_their_order_with_their_words() {
    let room = Room::with(TerminalLimits { terminals: 1, ..TerminalLimits::default() });
    let none = |_: &str| None;
    let create = |folder: Option<&str>| room.terminals.create(folder, (None, None), none);
    for folder in [None, Some(""), Some("  ")] {
        assert_eq!(create(folder), Err(TerminalError::NoFolder));
    }
    assert_eq!(create(Some("/elsewhere")), Err(TerminalError::BadFolder));
    let file = room.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(room.create_in(&file, (None, None)), Err(TerminalError::BadFolder));
    assert_eq!(room.create_in(&room.path().join("gone"), (None, None)), Err(TerminalError::BadFolder));
    let created = room.create_in(&room.path(), (Some(0), None)).unwrap();
    assert_eq!((created.cols, created.rows), (80, 24));
    assert_eq!(uuid::Uuid::parse_str(&created.session_id).unwrap().get_version_num(), 4);
    assert_eq!(create(None), Err(TerminalError::TooMany));
    let (terminals, id) = (&room.terminals, created.session_id.as_str());
    for (cols, rows) in [(None, Some(3)), (Some(3), None), (Some(0), Some(3)), (Some(3), Some(0))] {
        assert_eq!(terminals.resize(id, cols, rows), Err(TerminalError::NoSize));
    }
    assert_eq!(terminals.resize("x", None, None), Err(TerminalError::NotFound));
    terminals.close(id).unwrap();
    assert_eq!(terminals.close(id), Err(TerminalError::NotFound));
    assert_eq!(terminals.resize(id, Some(3), Some(3)), Err(TerminalError::NotFound));
    assert_eq!(terminals.screen(id).map(drop), Err(TerminalError::NotFound));
    let statuses = [
        (TerminalError::TooMany, 429, "Maximum terminal sessions reached"),
        (TerminalError::NoFolder, 400, "cwd is required"),
        (TerminalError::BadFolder, 400, "Invalid working directory"),
        (TerminalError::NotStarted("why".into()), 500, "why"),
        (TerminalError::NotFound, 404, "Terminal session not found"),
        (TerminalError::NoSize, 400, "cols and rows are required"),
        (TerminalError::NotWritten, 500, "Failed to write to terminal"),
        (TerminalError::NotResized, 500, "Failed to resize terminal"),
    ];
    for (error, status, words) in statuses {
        assert_eq!((error.status(), error.to_string().as_str()), (status, words));
    }
}

#[test]
fn events_look_as_the_contract_says() {
    let json = |event: &TerminalEvent| serde_json::to_string(event).unwrap();
    assert_eq!(json(&TerminalEvent::Connected), r#"{"type":"connected"}"#);
    assert_eq!(json(&TerminalEvent::Data { data: "x".into() }), r#"{"type":"data","data":"x"}"#);
    let exit = TerminalEvent::Exit { exit_code: 137, signal: Some(9) };
    assert_eq!(json(&exit), r#"{"type":"exit","exitCode":137,"signal":9}"#);
    let exit = TerminalEvent::Exit { exit_code: 0, signal: None };
    assert_eq!(json(&exit), r#"{"type":"exit","exitCode":0,"signal":null}"#);
    let again = TerminalEvent::Reconnecting { attempt: 1, max_attempts: 3 };
    assert_eq!(json(&again), r#"{"type":"reconnecting","attempt":1,"maxAttempts":3}"#);
    let created = CreatedTerminal { session_id: "i".into(), cols: 1, rows: 2 };
    assert_eq!(serde_json::to_string(&created).unwrap(), r#"{"sessionId":"i","cols":1,"rows":2}"#);
}

#[test]
fn closing_ends_the_shell_and_what_runs_in_it() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    room.terminals.send(&id, "stty -echo; echo shell=$$.\r").unwrap();
    let shell = reader.number("shell=");
    // It hears neither a hang-up nor a polite word.
    room.terminals.send(&id, "sh -c 'trap \"\" HUP TERM INT; echo child=$$.; sleep 1000; sleep 1000'\r").unwrap();
    let child = reader.number("child=");
    assert!(is_alive(&shell) && is_alive(&child));
    room.terminals.close(&id).unwrap();
    until(|| !is_alive(&shell) && !is_alive(&child));
    assert!(matches!(reader.rest().last(), Some(TerminalEvent::Exit { signal: Some(_), .. })));
}

#[test]
fn the_signal_that_ended_a_shell_is_told() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    room.terminals.send(&id, "kill -9 $$\r").unwrap();
    let exit = TerminalEvent::Exit { exit_code: 137, signal: Some(9) };
    assert_eq!(reader.rest().last(), Some(&exit));
}

#[test]
fn what_a_shell_leaves_running_does_not_hold_its_end_up() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    room.terminals.send(&id, "(trap '' HUP; sleep 1000) & echo left=$!.; exit 3\r").unwrap();
    let exit = TerminalEvent::Exit { exit_code: 3, signal: None };
    assert_eq!(reader.rest().last(), Some(&exit));
    let left = reader.number("left=");
    assert!(is_alive(&left));
    std::process::Command::new("kill").args(["-9", &left]).status().unwrap();
}

#[test]
fn all_output_before_the_end_is_read_and_every_reader_gets_it() {
    let room = Room::new();
    let (id, mut first) = room.shell();
    let mut second = Reader::new(room.terminals.connect(&id).unwrap());
    room.terminals.send(&id, "stty -echo; echo go; seq 1 200000; exit\r").unwrap();
    // They take turns: one that takes nothing stops the other.
    let follow = thread::spawn(move || {
        second.rest();
        second.text
    });
    first.rest();
    let numbers = |text: &str| {
        let after = text.rsplit_once("go\r\n").unwrap().1.to_owned();
        after.lines().map_while(|line| line.parse::<u32>().ok()).collect::<Vec<_>>()
    };
    let expected: Vec<u32> = (1..=200_000).collect();
    assert!(numbers(&first.text) == expected);
    assert!(numbers(&follow.join().unwrap()) == expected);
}

#[test]
fn a_reader_that_takes_nothing_stops_the_program_and_input_still_arrives() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    let program = "exec sh -c 'trap \"touch interrupted; exit\" INT; yes'\r";
    room.terminals.send(&id, program).unwrap();
    let screen = room.terminals.screen(&id).unwrap();
    // An interrupt between a program's start and its first word would be lost.
    until(|| screen.with(|screen| screen.text(0, i32::MAX)).contains("y\ny\n"));
    // It is stopped when what waits has filled all buffers; an interrupt comes through nevertheless.
    room.terminals.send(&id, "\x03").unwrap();
    reader.rest();
    assert!(room.path().join("interrupted").exists());
    assert!(reader.text.len() < 2 << 20, "{}", reader.text.len());
}

#[test]
fn a_program_that_reads_nothing_gets_so_much_input_and_no_more() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    room.terminals.send(&id, "stty raw -echo; echo ready; sleep 1000\r").unwrap();
    reader.until("ready\n");
    let block = "x".repeat(100_000);
    let sent = (0..100).take_while(|_| room.terminals.send(&id, &block).is_ok()).count();
    assert!((10..13).contains(&sent), "{sent}");
    assert_eq!(room.terminals.send(&id, &block), Err(TerminalError::NotWritten));
    room.terminals.close(&id).unwrap();
}

#[test]
fn output_without_a_reader_is_kept_to_a_limit_and_told_to_the_next() {
    let room = Room::new();
    let id = room.create().unwrap().session_id;
    room.terminals.send(&id, "stty -echo; seq 1 100000; touch done\r").unwrap();
    let screen = room.terminals.screen(&id).unwrap();
    until(|| {
        room.path().join("done").exists() && screen.with(|screen| screen.text(0, i32::MAX)).contains("\n100000\n")
    });
    let mut reader = Reader::new(room.terminals.connect(&id).unwrap());
    reader.until("\n100000\r\n");
    assert_eq!(reader.events, [TerminalEvent::Connected]);
    // What the shell writes next may come beside.
    assert!(reader.text.len() <= 257 << 10, "{}", reader.text.len());
    assert!(!reader.text.contains("\n1000\r\n") && reader.text.contains("\n90000\r\n"));
}

#[test]
fn characters_arrive_whole_and_what_is_none_is_replaced() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    let script =
        r"stty -echo; printf '\303'; sleep 0.1; printf '\251\377'; printf '\346\274'; sleep 0.1; printf '\242.\n'";
    room.terminals.send(&id, &format!("{script}; exit\r")).unwrap();
    reader.rest();
    assert!(reader.text.contains("é\u{fffd}漢."), "{:?}", reader.text);
}

#[test]
fn the_environment_is_the_users_and_names_the_terminal() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    let script = "stty -echo; echo \"[$TERM $COLORTERM $TERM_PROGRAM $SHELL $LANG]\"; tty; ps -o args= -p $$; exit\r";
    room.terminals.send(&id, script).unwrap();
    reader.rest();
    assert!(reader.text.contains("[xterm-256color truecolor Atelier /"), "{}", reader.text);
    assert!(reader.text.contains("/dev/pts/") || reader.text.contains("/dev/tty"), "{}", reader.text);
    assert!(reader.text.contains(" -l"), "{}", reader.text);
}

#[test]
fn sizes_arrive_the_last_of_many_too_and_none_is_too_odd() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    for columns in 10..60 {
        room.terminals.resize(&id, Some(columns), Some(11)).unwrap();
    }
    let screen = room.terminals.screen(&id).unwrap();
    until(|| screen.with(|screen| screen.size().columns) == 59);
    room.terminals.send(&id, "stty -echo; stty size\r").unwrap();
    reader.until("11 59\r\n");
    assert_eq!(room.terminals.resize(&id, Some(65535), Some(65535)), Ok((1000, 500)));
    assert_eq!(room.terminals.resize(&id, Some(1), Some(1)), Ok((2, 1)));
    until(|| screen.with(|screen| screen.size().columns) == 2);
    room.terminals.send(&id, "stty size\r").unwrap();
    reader.until("1 2\r\n");
    let odd = room.create_in(&room.path(), (Some(65535), Some(65535))).unwrap();
    assert_eq!((odd.cols, odd.rows), (1000, 500));
}

#[test]
fn what_nobody_uses_is_closed() {
    let limits = TerminalLimits {
        idle: Duration::from_millis(300),
        check: Duration::from_millis(50),
        ..TerminalLimits::default()
    };
    let room = Room::with(limits);
    let (_, mut reader) = room.shell();
    assert!(matches!(reader.rest().last(), Some(TerminalEvent::Exit { .. })));
    assert!(room.terminals.list().is_empty());
}

#[test]
fn what_runs_in_front_and_where_is_told() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    fs::create_dir(room.path().join("sub")).unwrap();
    room.terminals.send(&id, "cd sub; printf '\\033]0;my title\\007'; sleep 1000\r").unwrap();
    until(|| {
        let info = room.terminals.info(&id).unwrap();
        info.process.as_deref() == Some("sleep") && info.title.is_some()
    });
    let info = room.terminals.info(&id).unwrap();
    assert_eq!((info.title.as_deref(), info.directory), (Some("my title"), room.path().join("sub")));
    room.terminals.send(&id, "\x03").unwrap();
    room.terminals.send(&id, "printf '\\033]7;file://host/told\\007'; echo to''ld\r").unwrap();
    reader.until("told\r\n");
    assert_eq!(room.terminals.info(&id).unwrap().directory, Path::new("/told"));
    assert_eq!(room.terminals.list().len(), 1);
}

#[test]
fn a_folder_that_vanishes_and_a_shell_that_is_missing_are_told() {
    let room = Room::new();
    let sub = room.path().join("sub");
    fs::create_dir(&sub).unwrap();
    let gone = room.terminals.create(sub.to_str(), (None, None), |folder| {
        fs::remove_dir(folder).unwrap();
        Some(folder.into())
    });
    assert_eq!(gone, Err(TerminalError::BadFolder));
    assert_eq!(room.terminals.list(), []);
    let room = Room::with_shell(TerminalLimits::default(), "/no/such/shell");
    assert!(matches!(room.create(), Err(TerminalError::NotStarted(why)) if why.contains("/no/such/shell")));
    assert_eq!(room.terminals.list(), []);
}

#[test]
fn when_all_is_dropped_nothing_stays() {
    let room = Room::new();
    let (id, mut reader) = room.shell();
    room.terminals.send(&id, "stty -echo; echo shell=$$.\r").unwrap();
    let shell = reader.number("shell=");
    let mut more: Vec<_> = (0..5).map(|_| room.shell().1).collect();
    drop(room);
    assert!(!is_alive(&shell));
    for reader in &mut more {
        reader.rest();
    }
}

#[test]
fn after_a_hundred_starts_and_closes_nothing_is_left() {
    let room = Room::new();
    let mut processes = Vec::new();
    for round in 0..100 {
        let (id, mut reader) = room.shell();
        // A program in the foreground, or nothing but the shell.
        let program = if round % 2 == 0 { "" } else { "sh -c 'echo front=$$.; sleep 1000; :'" };
        room.terminals.send(&id, &format!("stty -echo; echo shell=$$.; {program}\r")).unwrap();
        processes.push(reader.number("shell="));
        if round % 2 == 1 {
            processes.push(reader.number("front="));
        }
        room.terminals.close(&id).unwrap();
    }
    until(|| processes.iter().all(|process| !is_alive(process)));
}

/// Follows a screen until its text is as wanted.
fn follow(screen: &mut TerminalScreen, frame: &mut Frame, wanted: impl Fn(&Frame) -> bool) {
    while !wanted(frame) {
        let update = block_on(screen.next_update(frame.version())).unwrap();
        frame.apply(&update).unwrap();
    }
}

#[test]
fn a_screen_is_followed_and_typed_to_and_can_be_read_after_the_end() {
    let room = Room::new();
    let id = room.create().unwrap().session_id;
    let mut screen = room.terminals.screen(&id).unwrap();
    let mut frame = Frame::default();
    for character in "echo $((6*7)) done; printf '\\033[?1h'; cat -v".chars() {
        screen.key(&KeyPress::character(character)).unwrap();
    }
    screen.key(&KeyPress::named(NamedKey::Enter)).unwrap();
    follow(&mut screen, &mut frame, |frame| {
        frame.to_text().contains("42 done") && frame.state().modes.application_cursor
    });
    screen.key(&KeyPress::named(NamedKey::Up)).unwrap();
    screen.paste("pasted\n").unwrap();
    follow(&mut screen, &mut frame, |frame| frame.to_text().contains("^[OApasted"));
    room.terminals.send(&id, "\x04").unwrap();
    room.terminals.send(&id, "exit\r").unwrap();
    while let Some(update) = block_on(screen.next_update(frame.version())) {
        frame.apply(&update).unwrap();
    }
    assert!(frame.to_text().contains("pasted"));
    assert_eq!(screen.paste("x"), Err(TerminalError::NotFound));
    assert_eq!(screen.update(frame.version()), None);
}

#[test]
fn many_terminals_work_at_once() {
    let room = Arc::new(Room::new());
    let shells: Vec<_> = (0..20).map(|_| room.shell()).collect();
    assert_eq!(room.create(), Err(TerminalError::TooMany));
    let work = shells.into_iter().enumerate().map(|(number, (id, mut reader))| {
        let room = Arc::clone(&room);
        thread::spawn(move || {
            room.terminals.send(&id, &format!("stty -echo; seq 1 2000; echo end-$(({number}+1000)); exit\r")).unwrap();
            reader.rest();
            assert!(reader.text.contains(&format!("end-{}", number + 1000)));
            assert!(reader.text.contains("\n1999\r\n2000\r\n"));
        })
    });
    work.collect::<Vec<_>>().into_iter().for_each(|thread| thread.join().unwrap());
}

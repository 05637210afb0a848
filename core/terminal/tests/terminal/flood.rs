//! Programs that print without end: nothing is lost, nothing grows, and input arrives.

use std::time::Duration;

use atelier_terminal::{Screen, ScreenLimits, ScreenSize, TerminalEvent, TerminalLimits, TerminalStream, Terminals};

const DEADLINE: Duration = Duration::from_mins(5);

/// A shell that runs a script, and a reader of it.
fn run(script: &str) -> (Terminals, String, TerminalStream) {
    let inherited = [("HOME", "/nonexistent"), ("SHELL", "/bin/sh"), ("PATH", "/usr/bin:/bin")];
    let inherited = inherited.map(|(name, value)| (name.into(), value.into()));
    let terminals = Terminals::new(TerminalLimits::default(), inherited);
    let size = (Some(80), Some(24));
    let id = terminals.create(Some("/"), size, |folder| Some(folder.into())).unwrap().session_id;
    let stream = terminals.connect(&id).unwrap();
    terminals.send(&id, &format!("stty -echo; {script}\r")).unwrap();
    (terminals, id, stream)
}

/// Hands each piece of output on, until that says stop or there is no more.
fn each(stream: &mut TerminalStream, mut take: impl FnMut(&str) -> bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    loop {
        let batch = async { tokio::time::timeout(DEADLINE, stream.next_batch()).await.unwrap() };
        let batch = runtime.block_on(batch);
        if batch.is_empty() {
            return;
        }
        for event in batch {
            if let TerminalEvent::Data { data } = event
                && !take(&data)
            {
                return;
            }
        }
    }
}

/// Numbered lines of a hundred bytes come through a real PTY, every single one.
fn counts_to(last: u64) {
    let (_terminals, _, mut stream) = run(&format!("echo go; seq -f %098.0f 1 {last}; exit"));
    let (mut rest, mut next, mut begun) = (String::new(), 1, false);
    each(&mut stream, |data| {
        rest.push_str(data);
        let Some(end) = rest.rfind("\r\n") else { return true };
        for line in rest[..end].split("\r\n") {
            if begun && next <= last {
                assert_eq!(line.parse::<u64>().ok(), Some(next), "{line}");
                next += 1;
            }
            begun |= line.ends_with("go") && !line.contains("echo");
        }
        rest.drain(..end + 2);
        true
    });
    assert_eq!(next, last + 1);
}

#[test]
fn nothing_is_lost_of_many_numbered_lines() {
    counts_to(100_000);
}

/// `cargo test -p atelier-terminal --release --test terminal -- --ignored a_gigabyte`: some minutes.
#[test]
#[ignore = "some minutes; scripts/test counts a hundredth of it"]
fn a_gigabyte_of_numbered_lines_loses_none() {
    counts_to(10_000_000);
}

/// What this process has in memory, but for its program and other files, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// A program that floods neither grows what is kept nor stops an interrupt.
fn floods(program: &str) {
    let (terminals, id, mut stream) = run(&format!("exec sh -c 'trap \"echo en''ded; exit\" INT; {program}'"));
    let screen = terminals.screen(&id).unwrap();
    let (mut taken, mut first) = (0, None);
    each(&mut stream, |data| {
        taken += data.len();
        if taken > 4 << 20 && first.is_none() {
            // By now the history is full.
            first = Some(resident());
        }
        taken < 10 << 20
    });
    let grown = resident().saturating_sub(first.unwrap());
    assert!(grown < 8 << 20, "{program}: {grown} bytes");
    terminals.send(&id, "\x03").unwrap();
    let mut tail = String::new();
    each(&mut stream, |data| {
        tail = tail[tail.floor_char_boundary(tail.len().saturating_sub(100))..].to_owned() + data;
        !tail.contains("ended")
    });
    assert!(tail.contains("ended"));
    assert!(screen.with(|screen| screen.size()).rows > 0);
}

#[test]
fn yes_neither_grows_memory_nor_blocks_input() {
    floods("yes");
}

#[test]
fn random_bytes_neither_grow_memory_nor_block_input() {
    floods("cat /dev/urandom");
}

#[test]
fn a_full_history_takes_little_memory_until_it_is_looked_at() {
    let before = resident();
    let mut screen = Screen::new(ScreenSize::new(200, 50), ScreenLimits::default());
    for number in 0..11_000 {
        screen.feed(format!("\x1b[3{}m{number:0197}\x1b[0m\r\n", number % 8).as_bytes());
    }
    let state = screen.update(0, std::time::Instant::now()).unwrap().state;
    assert_eq!(state.history, 10_000);
    let shown = resident() - before;
    screen.select_all();
    let open = resident() - before;
    println!("shown {shown}, with its history {open}");
    assert!(shown <= 20_000_000, "{shown}");
    assert!(open <= 50_000_000, "{open}");
}

#[test]
fn a_hidden_terminal_with_a_full_history_takes_little_memory() {
    let before = resident();
    let mut screen = Screen::new(ScreenSize::new(200, 50), ScreenLimits::default());
    for hidden in [false, true, true] {
        screen.look_away(hidden);
        for number in 0..11_000 {
            screen.feed(format!("\x1b[3{}m{number:0198}\x1b[0m\r\n", number % 8).as_bytes());
        }
        let state = screen.update(0, std::time::Instant::now()).unwrap().state;
        assert_eq!(state.history, 10_000);
    }
    let hidden = resident() - before;
    println!("hidden {hidden}");
    assert!(hidden <= 10_000_000, "{hidden}");
}

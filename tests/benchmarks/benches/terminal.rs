//! A terminal: `cat` of 100 MB through PTY, parser and pictures for a display, against a bare loop that reads the same
//! from a PTY and forgets it; how soon an echo is seen, in a quiet terminal and in one that floods (`yes`, which takes what
//! the machine has), against a bare loop that looks for it in what it reads; twenty at once against one; what a full history
//! takes, shown and hidden.
//!
//! `scripts/bench terminal`. Targets: 0.8 of the bare loop, 0.65 for dense Unicode; an echo within 2 ms, 99 of 100 within
//! 10, in a flood within 16.7; 10,000 lines of 200 columns below 50 MB, hidden below 10.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    fs::{self, File},
    io::{BufWriter, Read, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Pairs, median};
use atelier_terminal::{Frame, Screen, ScreenLimits, ScreenSize, TerminalLimits, TerminalScreen, Terminals};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tokio::runtime::Runtime;

const SIZE: usize = 100_000_000;
const PAIRS: usize = 3;
const COLUMNS: u16 = 200;
const ROWS: u16 = 50;
const FRAME: Duration = Duration::from_millis(16);
const ECHOES: usize = 500;
const SHAPE: PtySize = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };

fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let runtime = Runtime::new()?;
    memory()?;
    for (name, line) in [
        ("a plain log", "2026-01-02T03:04:05.678Z INFO worker{id=7} handled GET /v1/items/{n} in 12 ms, 200 OK"),
        ("dense Unicode", "漢字かな交じり文 ünïcödé 😀👍🏽 e\u{301}a\u{308} │├─ Ελληνικά {n} кириллица"),
    ] {
        let file = write_lines(folder.path(), line)?;
        let mut pairs = Pairs::default();
        for _ in 0..PAIRS {
            let bare = bare_loop(&file)?;
            pairs.add(runtime.block_on(through_terminal(&file))?, bare);
        }
        println!(
            "{name}: {:.2} of a bare loop's speed ({:?}, {:?})",
            pairs.relative_speed(),
            pairs.ours(),
            pairs.rival()
        );
        if name == "a plain log" {
            runtime.block_on(twenty(&file, pairs.ours()))?;
        }
    }
    for flood in [false, true] {
        let bare = bare_echoes(flood)?;
        let ours = runtime.block_on(echoes(flood))?;
        let how = if flood { "in a flood" } else { "in a quiet terminal" };
        println!("{how} an echo is seen after {}; a bare loop sees it after {}", in_words(ours), in_words(bare));
    }
    Ok(())
}

fn in_words(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let slowest = times[times.len() * 99 / 100];
    format!("{:?}, 99 of 100 within {slowest:?}", median(times))
}

fn write_lines(folder: &Path, line: &str) -> Result<PathBuf, Failure> {
    let path = folder.join("lines");
    let mut file = BufWriter::new(File::create(&path)?);
    let (mut written, mut number) = (0, 0);
    while written < SIZE {
        number += 1;
        let line = line.replace("{n}", &format!("{number}"));
        writeln!(file, "{line}")?;
        written += line.len() + 1;
    }
    file.flush()?;
    Ok(path)
}

fn bare_loop(file: &Path) -> Result<Duration, Failure> {
    let pair = native_pty_system().openpty(SHAPE)?;
    let start = Instant::now();
    let mut command = CommandBuilder::new("/bin/cat");
    command.arg(file);
    let mut child = pair.slave.spawn_command(command)?;
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader()?;
    let mut buffer = vec![0; 64 << 10];
    while reader.read(&mut buffer).unwrap_or(0) > 0 {}
    child.wait()?;
    Ok(start.elapsed())
}

fn terminals() -> Terminals {
    let inherited = [("SHELL", "/bin/sh"), ("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent")];
    Terminals::new(TerminalLimits::default(), inherited.map(|(name, value)| (name.into(), value.into())))
}

fn create(terminals: &Terminals, command: &str) -> Result<(String, TerminalScreen), Failure> {
    let id = terminals.create(Some("/"), (Some(COLUMNS), Some(ROWS)), |folder| Some(folder.into()))?.session_id;
    let screen = terminals.screen(&id)?;
    terminals.send(&id, command)?;
    Ok((id, screen))
}

/// Draws as a display does, until nothing changes any more.
async fn draw(screen: &mut TerminalScreen) -> Result<usize, Failure> {
    let (mut frame, mut frames) = (Frame::default(), 0);
    while let Some(update) = screen.next_update(frame.version()).await {
        frame.apply(&update)?;
        frames += 1;
        tokio::time::sleep(FRAME).await;
    }
    Ok(frames)
}

async fn through_terminal(file: &Path) -> Result<Duration, Failure> {
    let terminals = terminals();
    let start = Instant::now();
    let (_, mut screen) = create(&terminals, &format!("exec cat {}\r", file.display()))?;
    draw(&mut screen).await?;
    Ok(start.elapsed())
}

async fn twenty(file: &Path, one: Duration) -> Result<(), Failure> {
    let terminals = terminals();
    let command = format!("head -c {} {}; exit\r", SIZE / 20, file.display());
    let start = Instant::now();
    let mut screens = Vec::new();
    for _ in 0..20 {
        screens.push(create(&terminals, &command)?.1);
    }
    let frames = Arc::new(Mutex::new(0));
    let drawn = screens.into_iter().map(|mut screen| {
        let frames = Arc::clone(&frames);
        tokio::spawn(async move {
            let drawn = draw(&mut screen).await?;
            *frames.lock().unwrap_or_else(PoisonError::into_inner) += drawn;
            Ok::<_, Failure>(())
        })
    });
    for screen in drawn.collect::<Vec<_>>() {
        screen.await??;
    }
    let frames = *frames.lock().unwrap_or_else(PoisonError::into_inner);
    let took = start.elapsed();
    let ratio = one.as_secs_f64() / took.as_secs_f64();
    println!("twenty at once, 100 MB in all: {ratio:.2} of one's speed ({took:?}), {frames} pictures");
    Ok(())
}

/// What echoes, with or without another that floods.
fn echoing(flood: bool) -> &'static str {
    if flood {
        "stty -echo raw; printf '\\033]2;go\\007'; yes & exec cat"
    } else {
        "stty -echo raw; printf '\\033]2;go\\007'; exec cat"
    }
}

/// What is typed comes back as the title, which stays in sight however fast the screen scrolls.
fn title(text: &str) -> String {
    format!("\x1b]2;{text}\x07")
}

async fn echoes(flood: bool) -> Result<Vec<Duration>, Failure> {
    let terminals = terminals();
    let (id, mut screen) = create(&terminals, &format!("{}\r", echoing(flood)))?;
    let mut version = 0;
    seen(&mut screen, &mut version, "go").await?;
    let mut times = Vec::new();
    for number in 0..ECHOES {
        let start = Instant::now();
        terminals.send(&id, &title(&number.to_string()))?;
        seen(&mut screen, &mut version, &number.to_string()).await?;
        times.push(start.elapsed());
    }
    terminals.close(&id)?;
    Ok(times)
}

fn bare_echoes(flood: bool) -> Result<Vec<Duration>, Failure> {
    let pair = native_pty_system().openpty(SHAPE)?;
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", echoing(flood)]);
    let mut child = pair.slave.spawn_command(command)?;
    drop(pair.slave);
    let (mut reader, mut writer) = (pair.master.try_clone_reader()?, pair.master.take_writer()?);
    read_until(&mut reader, &title("go"))?;
    let mut times = Vec::new();
    for number in 0..ECHOES {
        let start = Instant::now();
        let wanted = title(&number.to_string());
        writer.write_all(wanted.as_bytes())?;
        read_until(&mut reader, &wanted)?;
        times.push(start.elapsed());
    }
    child.kill()?;
    child.wait()?;
    Ok(times)
}

fn read_until(reader: &mut impl Read, wanted: &str) -> Result<(), Failure> {
    let (mut buffer, mut tail) = (vec![0; 64 << 10], Vec::new());
    loop {
        let count = reader.read(&mut buffer)?;
        tail.extend_from_slice(&buffer[..count]);
        if count == 0 || tail.windows(wanted.len()).any(|window| window == wanted.as_bytes()) {
            return if count == 0 { Err("the terminal has ended".into()) } else { Ok(()) };
        }
        tail.drain(..tail.len().saturating_sub(wanted.len()));
    }
}

async fn seen(screen: &mut TerminalScreen, version: &mut u64, title: &str) -> Result<(), Failure> {
    loop {
        let update = screen.next_update(*version).await.ok_or("the terminal has ended")?;
        *version = update.version;
        if update.state.title.as_deref() == Some(title) {
            return Ok(());
        }
    }
}

fn resident() -> Result<u64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).ok_or("no RssAnon")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

fn memory() -> Result<(), Failure> {
    let before = resident()?;
    let megabytes = || Ok::<_, Failure>(f64::from(u32::try_from(resident()?.saturating_sub(before) / 1000)?) / 1000.0);
    let mut screen = Screen::new(ScreenSize::new(COLUMNS, ROWS), ScreenLimits::default());
    let fill = |screen: &mut Screen| {
        for number in 0..11_000 {
            screen.feed(format!("\x1b[3{}m{number:0198}\x1b[0m\r\n", number % 8).as_bytes());
        }
    };
    fill(&mut screen);
    screen.update(0, Instant::now());
    let shown = megabytes()?;
    screen.look_away(true);
    fill(&mut screen);
    let hidden = megabytes()?;
    let start = Instant::now();
    screen.text(i32::MIN, i32::MAX);
    let took = start.elapsed();
    println!(
        "10,000 lines of 200 columns: {shown:.1} MB, hidden {hidden:.1}; looked at after {took:?} {:.1}",
        megabytes()?
    );
    Ok(())
}

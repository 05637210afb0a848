//! What terminals show, kept for a later process.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use atelier_terminal::{
    Frame, KeptScreen, Screen, ScreenLimits, ScreenSize, TerminalError, TerminalLimits, TerminalStore, Terminals,
};
use proptest::prelude::*;

use crate::{
    damage::{Step, step},
    view::later,
};

const DEADLINE: Duration = Duration::from_mins(1);

/// Keeps in memory.
#[derive(Debug, Default)]
struct Shelf {
    wanted: AtomicBool,
    kept: Mutex<Vec<KeptScreen>>,
}

impl TerminalStore for Shelf {
    fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::SeqCst)
    }

    fn keep(&self, kept: KeptScreen) {
        self.forget(&kept.session_id);
        self.kept.lock().unwrap().push(kept);
    }

    fn forget(&self, session_id: &str) {
        self.kept.lock().unwrap().retain(|kept| kept.session_id != session_id);
    }
}

impl Shelf {
    fn all(&self) -> Vec<KeptScreen> {
        self.kept.lock().unwrap().clone()
    }
}

fn terminals(home: &Path, shelf: &Arc<Shelf>) -> Terminals {
    let inherited = [("HOME", home.to_str().unwrap()), ("SHELL", "/bin/sh"), ("PATH", "/usr/bin:/bin")];
    let limits = TerminalLimits { keep: Duration::from_millis(20), ..TerminalLimits::default() };
    let terminals = Terminals::new(limits, inherited.map(|(name, value)| (name.into(), value.into())));
    terminals.keep_in(shelf.clone());
    terminals
}

fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < DEADLINE);
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn text(terminals: &Terminals, id: &str) -> String {
    terminals.screen(id).unwrap().with(|screen| screen.text(i32::MIN, i32::MAX))
}

#[test]
fn a_terminal_is_kept_while_it_runs_and_shown_again_by_the_next_process_with_a_new_shell() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().canonicalize().unwrap();
    let shelf = Arc::new(Shelf { wanted: true.into(), ..Shelf::default() });
    let first = terminals(home.path(), &shelf);
    let create = || first.create(folder.to_str(), (Some(60), Some(10)), |folder| Some(folder.into())).unwrap();
    let (id, closed) = (create().session_id, create().session_id);
    first.send(&id, "seq 1 100; printf '\\033[31mred\\033[0m\\n'; echo shell-$$-''end\r").unwrap();
    until(|| text(&first, &id).contains("-end\n"));
    until(|| shelf.all().len() == 2);
    first.close(&closed).unwrap();
    assert_eq!(shelf.all().len(), 1);
    first.send(&id, "echo last-''words\r").unwrap();
    until(|| text(&first, &id).contains("last-words\n"));
    let before = text(&first, &id);
    drop(first);
    let kept = shelf.all().pop().unwrap();
    assert_eq!((kept.session_id.as_str(), kept.directory.as_path()), (id.as_str(), folder.as_path()));
    let second = terminals(home.path(), &shelf);
    let restored = second.restore(&kept, (Some(60), Some(12)), |folder| Some(folder.into())).unwrap();
    assert_eq!((restored.session_id.as_str(), restored.rows), (id.as_str(), 12));
    second.send(&id, "echo shell-$$-''new\r").unwrap();
    until(|| text(&second, &id).contains("-new\n"));
    let after = text(&second, &id);
    let (above, below) = after.split_once("[What is above was shown before. This is a new shell.]").unwrap();
    assert_eq!(above.trim_end(), before.trim_end());
    let process = |text: &str| text.split("shell-").last().unwrap().split('-').next().unwrap().to_owned();
    assert_ne!(process(above), process(below));
    // One that is there already, or whose folder is gone, is not restored.
    assert_eq!(second.restore(&kept, (None, None), |folder| Some(folder.into())), Err(TerminalError::NotFound));
    second.close(&id).unwrap();
    assert_eq!(shelf.all(), []);
    assert_eq!(second.restore(&kept, (None, None), |_| None), Err(TerminalError::BadFolder));
}

#[test]
fn nothing_is_kept_unless_it_is_wanted_and_an_ended_shell_is_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let shelf = Arc::new(Shelf::default());
    let all = terminals(home.path(), &shelf);
    let folder = home.path().canonicalize().unwrap();
    let id = all.create(folder.to_str(), (None, None), |folder| Some(folder.into())).unwrap().session_id;
    all.send(&id, "echo one-''word\r").unwrap();
    until(|| text(&all, &id).contains("one-word\n"));
    drop(all);
    assert_eq!(shelf.all(), []);
    shelf.wanted.store(true, Ordering::SeqCst);
    let all = terminals(home.path(), &shelf);
    let id = all.create(folder.to_str(), (None, None), |folder| Some(folder.into())).unwrap().session_id;
    until(|| shelf.all().len() == 1);
    all.send(&id, "exit\r").unwrap();
    until(|| all.list().is_empty());
    assert_eq!(shelf.all(), []);
}

fn limits() -> ScreenLimits {
    ScreenLimits { lines: 50, cells: 2000 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_screen_shows_is_kept_and_comes_back(steps in proptest::collection::vec(step(), 1..30)) {
        let size = ScreenSize::new(20, 6);
        let mut screen = Screen::new(size, limits());
        for step in &steps {
            if let Step::Output(bytes) = step {
                screen.feed(bytes);
            }
        }
        screen.feed(b"\x1b[?1049l\x1b[?1047l\x1b[?47l");
        let shown = screen.text(i32::MIN, i32::MAX);
        let mut again = Screen::from_kept(size, limits(), &screen.to_kept()).unwrap();
        let lines = again.update(0, later()).unwrap().state.history;
        let history = if lines == 0 { String::new() } else { again.text(i32::MIN, -1) };
        prop_assert!(shown.trim_end().ends_with(history.trim_end()), "{:?} {:?}", shown, history);
        let shown_lines = shown.trim_end().lines().count();
        prop_assert!(history.lines().count() + 8 >= shown_lines.min(50), "{:?} {:?}", shown, history);
    }

    #[test]
    fn damaged_bytes_are_refused_or_shown_as_something(
        at in any::<prop::sample::Index>(), value in any::<u8>(), cut in any::<prop::sample::Index>(),
        any in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let size = ScreenSize::new(20, 6);
        let mut screen = Screen::new(size, limits());
        for number in 0..40 {
            screen.feed(format!("line {number} e\u{301}\x1b[3{}m漢\x1b]8;;http://x\x07l\x1b]8;;\x07\r\n", number % 8).as_bytes());
        }
        let good = screen.to_kept();
        let mut flipped = good.clone();
        flipped[at.index(good.len())] = value;
        let short = good[..cut.index(good.len())].to_vec();
        for bytes in [flipped, short, any.clone(), [&good[..21], &any].concat()] {
            if let Some(mut screen) = Screen::from_kept(ScreenSize::new(30, 5), limits(), &bytes) {
                let mut frame = Frame::default();
                screen.scroll(i32::MAX);
                frame.apply(&screen.update(0, later()).unwrap()).unwrap();
                screen.text(i32::MIN, i32::MAX);
            }
        }
    }
}

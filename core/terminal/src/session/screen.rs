//! What a terminal shows, for those who show it, and what their users do there.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Instant,
};

use tokio::sync::watch;

use super::{
    TerminalError, TerminalStatus,
    registry::Registry,
    shared::{Shared, State},
};
use crate::{KeyPress, MouseReport, Screen, ScreenLimits, ScreenSize, Update, screen::View};

/// A reader of a terminal's screen, with a place of its own in the history. It can be looked at after the shell has ended,
/// too. Clones are the same reader.
#[derive(Debug, Clone)]
pub struct TerminalScreen {
    reader: Arc<Reader>,
    changed: watch::Receiver<u64>,
}

#[derive(Debug)]
struct Reader {
    shared: Arc<Shared>,
    /// Locked before the screen is.
    view: Mutex<View>,
    sees: Mutex<Sees>,
    registry: Weak<Registry>,
}

/// What a reader's user sees.
#[derive(Debug, Default)]
struct Sees {
    shown: bool,
    /// The history.
    scrolled: bool,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.see(|own, state| {
            state.scrolled = state.scrolled.saturating_sub(usize::from(own.scrolled));
            state.shown = state.shown.saturating_sub(usize::from(own.shown));
        });
    }
}

impl Reader {
    fn set_shown(&self, shown: bool) {
        self.see(|own, state| {
            if own.shown != shown {
                own.shown = shown;
                state.shown = if shown { state.shown + 1 } else { state.shown.saturating_sub(1) };
            }
        });
    }

    /// Changes what this reader sees, and lets the clock know what nobody needs any more.
    fn see(&self, change: impl FnOnce(&mut Sees, &mut State)) {
        let mut own = self.sees.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.shared.lock();
        let too_much = state.takes_too_much();
        change(&mut own, &mut state);
        state.looked = Instant::now();
        let hidden = state.shown == 0 && !state.small;
        let rings = state.takes_too_much() && !too_much;
        drop(state);
        drop(own);
        match self.registry.upgrade() {
            Some(registry) if rings => registry.ring(),
            None if hidden && self.shared.read_only => self.shared.screen().look_away(true),
            _ => {}
        }
    }

    /// Does something with the screen as this reader has it.
    fn with<T>(&self, act: impl FnOnce(&mut Screen) -> T) -> T {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        let mut screen = self.shared.screen();
        if std::mem::take(&mut self.shared.lock().small) {
            screen.look_at();
        }
        screen.swap_view(&mut view);
        let result = act(&mut screen);
        let (open, scrolled, selected) = (screen.is_open(), screen.is_scrolled(), screen.is_selected());
        screen.swap_view(&mut view);
        drop(screen);
        drop(view);
        self.see(|own, state| {
            (state.open, state.selected) = (open, selected);
            if own.scrolled != scrolled {
                own.scrolled = scrolled;
                state.scrolled = if scrolled { state.scrolled + 1 } else { state.scrolled.saturating_sub(1) };
            }
        });
        result
    }
}

impl TerminalScreen {
    pub(super) fn new(shared: Arc<Shared>, registry: Weak<Registry>) -> Self {
        let changed = shared.changed();
        let view = Mutex::new(shared.screen().new_view());
        let reader = Reader { shared, view, sees: Mutex::default(), registry };
        reader.set_shown(true);
        Self { reader: Arc::new(reader), changed }
    }

    /// A screen that no shell is behind, and what fills it. Whatever the user would send fails as after a shell's end.
    pub fn read_only(size: ScreenSize, limits: ScreenLimits) -> (Self, ScreenFeed) {
        let shared = Arc::new(Shared::read_only(Screen::new(size, limits)));
        (Self::new(Arc::clone(&shared), Weak::new()), ScreenFeed { shared })
    }

    /// How the terminal is.
    pub fn status(&self) -> TerminalStatus {
        self.reader.shared.lock().status
    }

    /// Whether this reader's user sees the screen; at first it is so. A terminal that nobody shows for some time needs
    /// little memory, and has back what it had as soon as somebody looks. What is selected is forgotten then.
    pub fn set_shown(&self, shown: bool) {
        self.reader.set_shown(shown);
    }

    /// What has changed since a version that a reader has (0: none), at once; None when nothing has.
    pub fn update(&self, since: u64) -> Option<Update> {
        self.reader.with(|screen| screen.update(since, Instant::now()))
    }

    /// What has changed since a version, as soon as something has. None when nothing changes any more. A call that is
    /// dropped loses nothing; whoever draws calls again when it draws again, and gets all until then in one.
    pub async fn next_update(&mut self, since: u64) -> Option<Update> {
        loop {
            self.changed.mark_unchanged();
            let (update, waits) =
                self.reader.with(|screen| (screen.update(since, Instant::now()), screen.waits_until()));
            if update.is_some() {
                return update;
            }
            if self.reader.shared.lock().gone && waits.is_none() {
                return None;
            }
            match waits {
                // What a program holds back is shown when its time is over.
                Some(until) => drop(tokio::time::timeout_at(until.into(), self.changed.changed()).await),
                None => self.changed.changed().await.ok()?,
            }
        }
    }

    /// Looks at the screen, or does something there: select, search, scroll. Output waits meanwhile.
    pub fn with<T>(&self, act: impl FnOnce(&mut Screen) -> T) -> T {
        let result = self.reader.with(act);
        self.reader.shared.tell();
        result
    }

    /// Gives a screen another size that no shell is behind; that of a shell's terminal is the shell's
    /// ([`super::Terminals::resize`]), and stays.
    pub fn resize(&self, size: ScreenSize) {
        if self.reader.shared.read_only {
            self.with(|screen| screen.resize(size));
        }
    }

    /// A key of the user's.
    pub fn key(&self, press: &KeyPress) -> Result<(), TerminalError> {
        self.send(|screen| Some(screen.key(press)))
    }

    /// A move of the mouse; whether the program wants to know of it.
    pub fn mouse(&self, report: &MouseReport) -> Result<bool, TerminalError> {
        let sent = self.with(|screen| screen.mouse(report));
        let wanted = sent.is_some();
        self.send(|_| sent).map(|()| wanted)
    }

    /// The wheel, in lines above 0 for up: told the program, or scrolled.
    pub fn wheel(&self, lines: i32) -> Result<(), TerminalError> {
        let sent = self.with(|screen| {
            let sent = screen.wheel(lines);
            if sent.is_none() {
                screen.scroll(lines);
            }
            sent
        });
        // Who only scrolls may do so after the end, too.
        if sent.is_some() { self.send(|_| sent) } else { Ok(()) }
    }

    /// The focus has come or gone.
    pub fn focus(&self, gained: bool) -> Result<(), TerminalError> {
        self.send(|screen| screen.focus(gained).map(<[u8]>::to_vec))
    }

    /// Pasted text.
    pub fn paste(&self, text: &str) -> Result<(), TerminalError> {
        self.send(|screen| Some(screen.paste(text)))
    }

    /// How many lines of a text would be taken at once as if they had been typed and sent, were it pasted; none where the
    /// text has no line end or the program knows what is pasted.
    pub fn paste_runs(&self, text: &str) -> Option<u32> {
        self.reader.with(|screen| screen.paste_runs(text))
    }

    /// Types the names of files as a shell takes them, a blank after each. Error: a name with control characters.
    pub fn insert_paths(&self, paths: &[String]) -> Result<(), TerminalError> {
        let words = paths.iter().map(|path| crate::input::shell_word(path).ok_or(TerminalError::BadName));
        let mut words = words.collect::<Result<Vec<_>, _>>()?;
        // The blank after the last.
        words.push(String::new());
        self.paste(&words.join(" "))
    }

    fn send(&self, act: impl FnOnce(&mut Screen) -> Option<Vec<u8>>) -> Result<(), TerminalError> {
        let sent = self.with(act).unwrap_or_default();
        let shared = &self.reader.shared;
        {
            let mut state = shared.lock();
            if state.gone || state.closing || shared.read_only {
                return Err(TerminalError::NotFound);
            }
            state.used = Instant::now();
        }
        if shared.enqueue(sent) { Ok(()) } else { Err(TerminalError::NotWritten) }
    }
}

/// Fills a screen that no shell is behind. Dropped, it says that nothing more comes, and that nobody knows how it ended.
#[derive(Debug)]
pub struct ScreenFeed {
    shared: Arc<Shared>,
}

impl ScreenFeed {
    /// More output, of a program that was not told of a terminal: its lines end with a line feed alone. Answers that it
    /// asks for go nowhere.
    pub fn push(&self, text: &str) {
        let mut screen = self.shared.screen();
        screen.feed(NEW_LINES);
        screen.feed(text.as_bytes());
        screen.take_replies();
        drop(screen);
        self.shared.tell();
    }

    /// Waits until nobody reads the screen any more.
    pub async fn abandoned(&self) {
        self.shared.unread().await;
    }

    /// The program has ended: by a signal, or with a code.
    pub fn end(self, exit_code: i32, signal: Option<i32>) {
        let exit_code = signal.map_or(exit_code, |signal| 128 + signal);
        self.shared.lock().status = TerminalStatus::Ended { exit_code, signal };
    }
}

impl Drop for ScreenFeed {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.gone = true;
        if state.status == TerminalStatus::Running {
            state.status = TerminalStatus::Unknown;
        }
        drop(state);
        self.shared.tell();
    }
}

/// A line feed goes to the beginning of the next line.
const NEW_LINES: &[u8] = b"\x1b[20h";

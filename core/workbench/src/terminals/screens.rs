//! A terminal's screen, as one shows it and works there.

use atelier_terminal::{
    KeyPress, Link, Match, MouseReport, Pattern, PatternError, Place, Screen, ScreenSize, TerminalScreen,
    TerminalStatus, Update,
};
use tokio::{runtime::Handle, sync::Mutex};
use tokio_util::{context::TokioContext, sync::CancellationToken};

use crate::{ErrorKind, WorkbenchError, blocking};

/// A reader of a terminal's screen, with a place of its own in the history. Dropping or closing it ends it.
#[derive(Debug)]
pub struct ScreenReader {
    own: TerminalScreen,
    follow: Mutex<TerminalScreen>,
    closed: CancellationToken,
    runtime: Handle,
}

impl ScreenReader {
    pub(super) fn new(screen: TerminalScreen, closed: CancellationToken, runtime: Handle) -> Self {
        Self { own: screen.clone(), follow: Mutex::new(screen), closed, runtime }
    }

    /// Waits until something has changed since a version (0: none) and returns all of it, as bytes that the terminal's
    /// documentation describes. Called once for each frame that is drawn, it never holds back a program. None: nothing
    /// changes any more, or the reader or the workbench was closed.
    ///
    /// Cancel-safe, and may be awaited on any executor. Of several calls at a time one waits for the other.
    pub async fn next_update(&self, since: u64) -> Option<Update> {
        let update = async {
            let mut follow = self.follow.lock().await;
            tokio::select! {
                biased;
                () = self.closed.cancelled() => None,
                update = follow.next_update(since) => update,
            }
        };
        TokioContext::new(update, self.runtime.clone()).await
    }

    /// What has changed since a version, at once.
    pub fn update(&self, since: u64) -> Option<Update> {
        self.own.update(since)
    }

    /// How the terminal is. Whoever shows it asks again after each update, and when there are no more.
    pub fn status(&self) -> TerminalStatus {
        self.own.status()
    }

    /// Whether the user sees the screen; at first it is so. A terminal that nobody shows for some seconds needs little
    /// memory, and has back what it had as soon as somebody looks. What is selected is forgotten then.
    pub fn set_shown(&self, shown: bool) {
        self.own.set_shown(shown);
    }

    /// Looks at the screen, or does something there: select, copy, scroll. Takes a moment at most; for what may take
    /// longer there are methods of their own.
    pub fn with<T>(&self, act: impl FnOnce(&mut Screen) -> T) -> T {
        self.own.with(act)
    }

    /// The nearest match after a place, or before it; see [`Screen::find`]. Error: a pattern that nothing is found with.
    pub async fn find(
        &self,
        pattern: Pattern,
        from: Option<Place>,
        backwards: bool,
    ) -> Result<Option<Match>, WorkbenchError> {
        self.work(move |screen| Ok(screen.find(&pattern, from, backwards)?)).await
    }

    /// All matches from the oldest line on, at most so many. Error: a pattern that nothing is found with.
    pub async fn find_all(&self, pattern: Pattern, limit: usize) -> Result<Vec<Match>, WorkbenchError> {
        self.work(move |screen| Ok(screen.find_all(&pattern, limit)?)).await
    }

    /// What the last command printed, as far as it is still there; none when the shell does not mark its prompts.
    pub async fn last_output(&self) -> Result<Option<String>, WorkbenchError> {
        self.work(|screen| Ok(screen.last_output())).await
    }

    /// The screen and all of its history as text: wrapped lines are one, spaces at the ends of lines are left out.
    pub async fn all_text(&self) -> Result<String, WorkbenchError> {
        self.work(|screen| Ok(screen.text(i32::MIN, i32::MAX))).await
    }

    async fn work<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Screen) -> Result<T, WorkbenchError> + Send + 'static,
    ) -> Result<T, WorkbenchError> {
        let screen = self.own.clone();
        TokioContext::new(blocking(move || screen.with(act)), self.runtime.clone()).await
    }

    /// The link at a cell: one that a program marked, or an address in the text. Both are what a program says: nothing
    /// to open without asking.
    pub fn link_at(&self, at: Place) -> Option<Link> {
        self.own.with(|screen| screen.link_at(at))
    }

    /// Gives a screen another size that no shell is behind; for others there is
    /// [`crate::Workbench::resize_terminal`].
    pub fn resize(&self, columns: u16, rows: u16) {
        self.own.resize(ScreenSize::new(columns, rows));
    }

    /// A key of the user's.
    pub fn key(&self, press: &KeyPress) -> Result<(), WorkbenchError> {
        Ok(self.own.key(press)?)
    }

    /// A move of the mouse; whether the program wants to know of it.
    pub fn mouse(&self, report: &MouseReport) -> Result<bool, WorkbenchError> {
        Ok(self.own.mouse(report)?)
    }

    /// The wheel, in lines above 0 for up: told the program, or scrolled.
    pub fn wheel(&self, lines: i32) -> Result<(), WorkbenchError> {
        Ok(self.own.wheel(lines)?)
    }

    /// The focus has come or gone.
    pub fn focus(&self, gained: bool) -> Result<(), WorkbenchError> {
        Ok(self.own.focus(gained)?)
    }

    /// Pasted text; control characters are left out.
    pub fn paste(&self, text: &str) -> Result<(), WorkbenchError> {
        Ok(self.own.paste(text)?)
    }

    /// How many lines of a text would run at once, were it pasted: to warn of. None where the text has no line end or the
    /// program knows what is pasted.
    pub fn paste_runs(&self, text: &str) -> Option<u32> {
        self.own.paste_runs(text)
    }

    /// Types the names of files as a shell takes them, a blank after each. Error: 400 for a name with control characters.
    pub fn insert_paths(&self, paths: &[String]) -> Result<(), WorkbenchError> {
        Ok(self.own.insert_paths(paths)?)
    }

    /// Wakes a waiting [`ScreenReader::next_update`]; it and all later ones return none.
    pub fn close(&self) {
        self.closed.cancel();
        self.set_shown(false);
    }
}

impl From<PatternError> for WorkbenchError {
    fn from(error: PatternError) -> Self {
        Self::new(ErrorKind::InvalidRequest, error.to_string())
    }
}

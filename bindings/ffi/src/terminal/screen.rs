//! A terminal's screen: its frames, pulled, and what its user does there.

use std::sync::Arc;

use atelier_workbench as facade;

use super::{TerminalFrame, TerminalKeyPress, TerminalMouseReport, TerminalPlace, TerminalRange};
use crate::CoreError;

/// A terminal's screen. Freeing it ends the reading; the terminal goes on. What is synchronous takes a moment at most and
/// may be called on the main thread, so that keys keep their order.
#[derive(uniffi::Object)]
pub struct TerminalScreen {
    pub(super) reader: facade::ScreenReader,
    /// Held for its count alone: how many streams of a workbench are alive.
    _alive: Arc<()>,
}

/// What a selection grows by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TerminalSelectionKind {
    Simple,
    Word,
    Line,
    /// A rectangle.
    Block,
}

/// The half of a cell that the pointer is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TerminalHalf {
    Left,
    Right,
}

/// How a terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TerminalStatus {
    /// Its shell, or command, runs.
    Running,
    /// The shell's terminal was lost, and another shell is started.
    Reconnecting {
        /// Which try it is, from 1.
        attempt: u32,
        /// How many there are.
        max_attempts: u32,
    },
    /// The shell has ended, and with it the terminal.
    Ended {
        /// As a shell says it.
        exit_code: i32,
        /// The number of the signal that ended it, if one did.
        signal: Option<i32>,
    },
    /// Nothing more comes, and how the program ended is not known: a command of an agent's whose process was not this one.
    Unknown,
}

/// An address on a screen.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TerminalLink {
    /// What a program says: nothing to open without asking.
    pub address: String,
    /// The cells that show it.
    pub range: TerminalRange,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TerminalPattern {
    /// The text.
    pub text: String,
    /// Whether the text is a regular expression.
    pub regex: bool,
    /// Whether capital and small letters differ.
    pub case_sensitive: bool,
}

/// The colours that programs get who ask: red, green and blue, eight bits each, red highest.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TerminalPalette {
    /// Of text without a colour.
    pub foreground: u32,
    /// Of cells without a colour.
    pub background: u32,
    /// Of the cursor.
    pub cursor: u32,
    /// The first sixteen of the palette; what is missing is black, what is too much is left out.
    pub ansi: Vec<u32>,
}

impl TerminalScreen {
    pub(super) fn new(reader: facade::ScreenReader, alive: Arc<()>) -> Self {
        Self { reader, _alive: alive }
    }
}

#[uniffi::export]
impl TerminalScreen {
    /// Waits until something has changed since a version (0: none) and returns all of it, however much it was. Called
    /// once for each frame that is drawn. None: nothing changes any more, or the screen or the workbench was closed.
    pub async fn next_frame(&self, since: u64) -> Result<Option<TerminalFrame>, CoreError> {
        Ok(self.reader.next_update(since).await.map(Into::into))
    }

    /// What has changed since a version, at once; none when nothing has.
    pub fn frame(&self, since: u64) -> Result<Option<TerminalFrame>, CoreError> {
        Ok(self.reader.update(since).map(Into::into))
    }

    /// Ends the reading: a waiting and every later `next_frame` returns none. May be called at any time, on any thread,
    /// more than once.
    pub fn close(&self) {
        self.reader.close();
    }

    /// How the terminal is; asked again after each frame, and when there are no more.
    pub fn status(&self) -> Result<TerminalStatus, CoreError> {
        Ok(self.reader.status().into())
    }

    /// Whether the user sees the screen. A terminal that nobody shows for some seconds needs little memory; what is
    /// selected is forgotten then.
    pub fn set_shown(&self, shown: bool) -> Result<(), CoreError> {
        self.reader.set_shown(shown);
        Ok(())
    }

    /// A key of the user's.
    pub fn key(&self, press: TerminalKeyPress) -> Result<(), CoreError> {
        Ok(self.reader.key(&press.into())?)
    }

    /// A move of the mouse; whether the program wants to know of it.
    pub fn mouse(&self, report: TerminalMouseReport) -> Result<bool, CoreError> {
        Ok(self.reader.mouse(&report.into())?)
    }

    /// The wheel, in lines above 0 for up: told the program, or scrolled.
    pub fn wheel(&self, lines: i32) -> Result<(), CoreError> {
        Ok(self.reader.wheel(lines)?)
    }

    /// The focus has come or gone.
    pub fn focus(&self, gained: bool) -> Result<(), CoreError> {
        Ok(self.reader.focus(gained)?)
    }

    /// Pasted text; control characters are left out.
    #[allow(clippy::needless_pass_by_value, reason = "UniFFI hands text over")]
    pub fn paste(&self, text: String) -> Result<(), CoreError> {
        Ok(self.reader.paste(&text)?)
    }

    /// How many lines of a text would run at once, were it pasted: to warn of. None where the text has no line end or the
    /// program knows what is pasted.
    #[allow(clippy::needless_pass_by_value, reason = "UniFFI hands text over")]
    pub fn paste_runs(&self, text: String) -> Result<Option<u32>, CoreError> {
        Ok(self.reader.paste_runs(&text))
    }

    /// Types the names of files as a shell takes them, a blank after each.
    #[allow(clippy::needless_pass_by_value, reason = "UniFFI hands text over")]
    pub fn insert_paths(&self, paths: Vec<String>) -> Result<(), CoreError> {
        Ok(self.reader.insert_paths(&paths)?)
    }

    /// Shows older lines (above 0) or newer ones, as far as there are any.
    pub fn scroll(&self, lines: i32) -> Result<(), CoreError> {
        self.reader.with(|screen| screen.scroll(lines));
        Ok(())
    }

    /// Shows the newest lines.
    pub fn scroll_to_end(&self) -> Result<(), CoreError> {
        self.reader.with(facade::Screen::scroll_to_end);
        Ok(())
    }

    /// Shows the prompt before the first line shown (or after it); whether there is one.
    pub fn scroll_to_prompt(&self, older: bool) -> Result<bool, CoreError> {
        Ok(self.reader.with(|screen| screen.scroll_to_prompt(older)))
    }

    /// Begins a selection at a cell; a place outside is taken as the nearest inside.
    pub fn select(
        &self,
        kind: TerminalSelectionKind,
        from: TerminalPlace,
        half: TerminalHalf,
    ) -> Result<(), CoreError> {
        let kind = match kind {
            TerminalSelectionKind::Simple => facade::SelectionKind::Simple,
            TerminalSelectionKind::Word => facade::SelectionKind::Word,
            TerminalSelectionKind::Line => facade::SelectionKind::Line,
            TerminalSelectionKind::Block => facade::SelectionKind::Block,
        };
        self.reader.with(|screen| screen.select(kind, from.into(), half.into()));
        Ok(())
    }

    /// Moves the selection's other end; without a selection, nothing.
    pub fn extend_selection(&self, to: TerminalPlace, half: TerminalHalf) -> Result<(), CoreError> {
        self.reader.with(|screen| screen.extend_selection(to.into(), half.into()));
        Ok(())
    }

    /// Selects the screen and all of its history.
    pub fn select_all(&self) -> Result<(), CoreError> {
        self.reader.with(facade::Screen::select_all);
        Ok(())
    }

    /// Forgets the selection.
    pub fn clear_selection(&self) -> Result<(), CoreError> {
        self.reader.with(facade::Screen::clear_selection);
        Ok(())
    }

    /// What is selected as text; none when nothing is.
    pub fn selected_text(&self) -> Result<Option<String>, CoreError> {
        Ok(self.reader.with(|screen| screen.selected_text()))
    }

    /// What the last command printed; none when the shell does not mark its prompts.
    pub async fn last_output(&self) -> Result<Option<String>, CoreError> {
        Ok(self.reader.last_output().await?)
    }

    /// The link at a cell: one that a program marked, or an address in the text. Both are what a program says.
    pub fn link_at(&self, place: TerminalPlace) -> Result<Option<TerminalLink>, CoreError> {
        Ok(self.reader.link_at(place.into()).map(Into::into))
    }

    /// Gives a screen another size that no shell is behind; for others see [`crate::Workbench::resize_terminal`].
    pub fn resize(&self, columns: u16, rows: u16) -> Result<(), CoreError> {
        self.reader.resize(columns, rows);
        Ok(())
    }

    /// All matches from the oldest line on, at most so many.
    pub async fn find(&self, pattern: TerminalPattern, limit: u32) -> Result<Vec<TerminalRange>, CoreError> {
        let TerminalPattern { text, regex, case_sensitive } = pattern;
        let pattern = facade::Pattern { text, regex, case_sensitive };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self.reader.find_all(pattern, limit).await?.into_iter().map(Into::into).collect())
    }

    /// Scrolls so that a match is on what is shown.
    pub fn show(&self, found: TerminalRange) -> Result<(), CoreError> {
        let found = facade::Match { start: found.start.into(), end: found.end.into() };
        self.reader.with(|screen| screen.show(found));
        Ok(())
    }

    /// The colours and the size of a cell in pixels, for programs that ask.
    pub fn set_look(&self, palette: TerminalPalette, cell_width: u16, cell_height: u16) -> Result<(), CoreError> {
        let palette = facade::Palette::from(palette);
        self.reader.with(|screen| {
            screen.set_palette(palette);
            screen.set_cell_pixels(cell_width, cell_height);
        });
        Ok(())
    }
}

impl From<TerminalHalf> for facade::Half {
    fn from(half: TerminalHalf) -> Self {
        match half {
            TerminalHalf::Left => Self::Left,
            TerminalHalf::Right => Self::Right,
        }
    }
}

impl From<facade::TerminalStatus> for TerminalStatus {
    fn from(status: facade::TerminalStatus) -> Self {
        match status {
            facade::TerminalStatus::Running => Self::Running,
            facade::TerminalStatus::Reconnecting { attempt, max_attempts } => {
                Self::Reconnecting { attempt, max_attempts }
            }
            facade::TerminalStatus::Ended { exit_code, signal } => Self::Ended { exit_code, signal },
            facade::TerminalStatus::Unknown => Self::Unknown,
        }
    }
}

impl From<facade::Link> for TerminalLink {
    fn from(link: facade::Link) -> Self {
        let range = TerminalRange { start: link.start.into(), end: link.end.into(), block: false };
        Self { address: link.address, range }
    }
}

impl From<TerminalPalette> for facade::Palette {
    fn from(palette: TerminalPalette) -> Self {
        let rgb = |value: u32| {
            let [_, red, green, blue] = value.to_be_bytes();
            facade::Rgb { red, green, blue }
        };
        let mut ansi = [facade::Rgb::default(); 16];
        for (place, value) in ansi.iter_mut().zip(palette.ansi) {
            *place = rgb(value);
        }
        Self {
            foreground: rgb(palette.foreground),
            background: rgb(palette.background),
            cursor: rgb(palette.cursor),
            ansi,
        }
    }
}

//! What a program's output comes to: cells, cursor, modes, scrollback.

mod answers;
mod archive;
mod colours;
mod corrections;
mod engine;
mod filter;
mod frame;
mod history;
mod kept;
mod link_budget;
mod links;
mod outbox;
mod packed;
mod parser;
mod passing;
mod prompts;
mod search;
mod selection;
mod shell;
mod state;
mod switches;
mod text;
mod view;
mod writing;

use alacritty_terminal::index::Column;

pub use colours::{CellColour, Palette, Rgb};
use engine::{Engine, GridSize};
use filter::{Filter, Piece};
use frame::Links;
pub use frame::{Attributes, Cell, Frame, Underline, Update, UpdateError};
pub use links::Link;
use parser::Parser;
pub use search::{Match, Pattern, PatternError};
pub use selection::{Half, Selected, SelectionKind};
use shell::Told;
pub use shell::{ShellActivity, ShellState};
pub use state::{Cursor, CursorShape, Line, Modes, MouseEncoding, MouseReports, Place, ScreenSize, ScreenState};
use view::News;
pub(crate) use view::View;

/// How much a screen may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenLimits {
    /// Lines of history.
    pub lines: usize,
    /// Cells of history: of a wide screen fewer lines are kept. One takes 24 bytes.
    pub cells: usize,
}

impl Default for ScreenLimits {
    /// 10,000 lines, or as many as 48 MB hold: at 200 columns that is the same.
    fn default() -> Self {
        Self::of(10_000)
    }
}

impl ScreenLimits {
    /// So many lines, of 200 columns at least.
    pub fn of(lines: usize) -> Self {
        Self { lines, cells: lines.saturating_mul(200) }
    }

    fn history(self, columns: u16) -> usize {
        self.lines.min(self.cells / usize::from(columns.max(1)))
    }
}

/// Something that a program did beside drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScreenEvent {
    /// The bell, once for all rings since the last look.
    Bell,
    /// The program wants this text on the clipboard (OSC 52). It is for the user to allow; nothing has happened. What
    /// is on the clipboard no program ever gets.
    Clipboard(String),
    /// The command ended that the shell had begun; with its status, if the shell told.
    CommandEnded(Option<i32>),
}

/// The state of a terminal.
#[derive(Debug)]
pub struct Screen {
    parser: Parser,
    filter: Filter,
    engine: Engine,
    shell: ShellState,
    news: News,
    links: Links,
    limits: ScreenLimits,
    /// The column where the selection was begun.
    anchor: Column,
    /// Counts what may have changed something.
    changes: u64,
    /// Of the reader who looks.
    view: View,
}

impl Screen {
    /// An empty screen.
    pub fn new(size: ScreenSize, limits: ScreenLimits) -> Self {
        let size = ScreenSize::new(size.columns, size.rows);
        let engine = Engine::new(grid_size(size), limits.history(size.columns));
        Self {
            parser: Parser::new(),
            filter: Filter::new(),
            engine,
            shell: ShellState::default(),
            news: News::default(),
            links: Links::default(),
            limits,
            anchor: Column(0),
            changes: 1,
            view: View::default(),
        }
    }

    /// Takes output of the program, in any pieces.
    pub fn feed(&mut self, bytes: &[u8]) {
        let Self { parser, filter, engine, shell, news, .. } = self;
        filter.feed(bytes, |piece| match piece {
            Piece::Pass(bytes) => parser.advance(engine, bytes),
            Piece::Private(sequence) => {
                if !engine.private_sequence(sequence) {
                    for part in [b"\x1b[", sequence] {
                        parser.advance(engine, part);
                    }
                }
            }
            Piece::Control(text) => engine.device_control(text),
            Piece::Osc(osc, bell) => {
                if let Some(told) = shell::told(osc) {
                    take_told(told, engine, shell, news);
                } else {
                    let end: &[u8] = if bell { b"\x07" } else { b"\x1b\\" };
                    for part in [b"\x1b]", osc, end] {
                        parser.advance(engine, part);
                    }
                }
            }
        });
        self.engine.count();
        self.engine.outbox.take_clipboard().into_iter().for_each(|text| self.news.add(ScreenEvent::Clipboard(text)));
        if self.engine.outbox.take_bell() {
            self.news.add(ScreenEvent::Bell);
        }
        self.changes += 1;
    }

    /// What the program asked for, to be written to it. At most 64 KiB wait; of more, answers are dropped.
    pub fn take_replies(&mut self) -> Vec<u8> {
        self.engine.outbox.take_replies()
    }

    /// Gives the screen another size. Lines of the main screen are wrapped anew, of the alternate screen cut.
    pub fn resize(&mut self, size: ScreenSize) {
        let size = ScreenSize::new(size.columns, size.rows);
        self.look_closer();
        self.engine.keep_below(size.rows.into());
        self.engine.term.resize(grid_size(size));
        self.engine.forget_margins();
        self.engine.set_history(self.limits.history(size.columns), size.rows.into());
        self.changes += 1;
    }

    /// Keeps so much history from now on, and forgets what is too much.
    pub fn set_limits(&mut self, limits: ScreenLimits) {
        self.limits = limits;
        let size = self.size();
        self.engine.set_history(limits.history(size.columns), size.rows.into());
        self.changes += 1;
    }

    /// Puts the history away until somebody looks at it again, which takes a moment and ten times the memory. What is
    /// selected is forgotten. `small`: nobody sees the screen either, so it is to take little memory rather than little
    /// time; of a history that can't be packed into 4 MiB the oldest part is forgotten.
    pub fn look_away(&mut self, small: bool) {
        self.engine.archive();
        self.engine.set_small(small);
    }

    /// The screen is seen again, or still: time counts more than memory.
    pub(crate) fn look_at(&mut self) {
        self.engine.set_small(false);
    }

    /// Whether the history is where it can be looked at, and takes its memory.
    pub(crate) fn is_open(&self) -> bool {
        !self.engine.is_archived()
    }

    /// Has the history as it would be if nobody had ever looked away: it is put away at first. Whatever looks at the
    /// history or selects does this by itself.
    fn look_closer(&mut self) {
        if self.engine.is_archived() {
            self.engine.bring_back();
            self.changes += 1;
        }
    }

    /// Rows and columns.
    pub fn size(&self) -> ScreenSize {
        state::size(&self.engine)
    }

    /// What programs have switched.
    pub fn modes(&self) -> Modes {
        state::modes(&self.engine)
    }

    /// As the program has set it.
    pub fn title(&self) -> Option<String> {
        self.engine.outbox.title()
    }

    /// How often programs have rung the bell.
    pub fn bells(&self) -> u64 {
        self.engine.outbox.bells()
    }

    /// What the shell has told.
    pub fn shell(&self) -> &ShellState {
        &self.shell
    }

    /// The colours that programs get who ask.
    pub fn set_palette(&mut self, palette: Palette) {
        self.engine.palette = palette;
    }

    /// How large a cell is in pixels, for programs that ask.
    pub fn set_cell_pixels(&mut self, width: u16, height: u16) {
        self.engine.cell_pixels = (width, height);
    }

    /// Where a link leads, by its number in a cell. It is what a program says: nothing to open without asking. None for
    /// a number that is no longer shown.
    pub fn link(&self, number: u32) -> Option<&str> {
        self.links.address(number)
    }
}

fn grid_size(size: ScreenSize) -> GridSize {
    GridSize { rows: size.rows.into(), columns: size.columns.into() }
}

fn take_told(told: Told, engine: &mut Engine, shell: &mut ShellState, news: &mut News) {
    match told {
        Told::Directory(directory) => shell.directory = Some(directory),
        Told::PromptBegins => {
            shell.activity = ShellActivity::Prompt;
            engine.set_in_prompt(true);
        }
        Told::CommandBegins => {
            shell.activity = ShellActivity::Command;
            engine.set_in_prompt(false);
        }
        Told::CommandEnds(status) => {
            shell.activity = ShellActivity::Prompt;
            shell.last_status = status;
            news.add(ScreenEvent::CommandEnded(status));
            engine.set_in_prompt(false);
        }
        Told::Nothing => {}
    }
}

//! What a program's output comes to: cells, cursor, modes, scrollback.

mod answers;
mod colours;
mod corrections;
mod engine;
mod filter;
mod frame;
mod selection;
mod shell;
mod state;
mod text;

use std::time::Instant;

use alacritty_terminal::{
    grid::{Dimensions as _, Scroll},
    index::Column,
    vte::ansi::Processor,
};

pub use colours::{CellColour, Palette, Rgb};
use engine::{Engine, GridSize, NeverWaits, PROMPT};
use filter::{Filter, Piece};
use frame::Links;
pub use frame::{Attributes, Cell, Frame, Underline, Update, UpdateError};
pub use selection::{Half, Match, Pattern, PatternError, Selected, SelectionKind};
use shell::Told;
pub use shell::{ShellActivity, ShellState};
pub use state::{Cursor, CursorShape, Line, Modes, MouseEncoding, MouseReports, Place, ScreenSize, ScreenState};
use state::{count, line};

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
        Self { lines: 10_000, cells: 2_000_000 }
    }
}

impl ScreenLimits {
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
    ended: Vec<ScreenEvent>,
    links: Links,
    limits: ScreenLimits,
    /// The column where the selection was begun.
    anchor: Column,
    /// Something may have changed since the last look.
    dirty: bool,
    shown: Shown,
}

struct Parser(Processor<NeverWaits>);

impl std::fmt::Debug for Parser {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Parser")
    }
}

/// What readers were last shown.
#[derive(Debug, Default)]
struct Shown {
    version: u64,
    /// The version in which all rows were new.
    whole: u64,
    rows: Vec<(u64, Vec<u8>)>,
    state: ScreenState,
}

impl Screen {
    /// An empty screen.
    pub fn new(size: ScreenSize, limits: ScreenLimits) -> Self {
        let size = ScreenSize::new(size.columns, size.rows);
        let engine = Engine::new(grid_size(size), limits.history(size.columns));
        Self {
            parser: Parser(Processor::new()),
            filter: Filter::new(),
            engine,
            shell: ShellState::default(),
            ended: Vec::new(),
            links: Links::default(),
            limits,
            anchor: Column(0),
            dirty: true,
            shown: Shown::default(),
        }
    }

    /// Takes output of the program, in any pieces.
    pub fn feed(&mut self, bytes: &[u8]) {
        let Self { parser, filter, engine, shell, ended, .. } = self;
        filter.feed(bytes, |piece| match piece {
            Piece::Pass(bytes) => parser.0.advance(engine, bytes),
            Piece::Private(sequence) => {
                if !engine.private_sequence(sequence) {
                    for part in [b"\x1b[", sequence] {
                        parser.0.advance(engine, part);
                    }
                }
            }
            Piece::Control(text) => engine.device_control(text),
            Piece::Osc(osc, bell) => {
                if let Some(told) = shell::told(osc) {
                    take_told(told, engine, shell, ended);
                } else {
                    let end: &[u8] = if bell { b"\x07" } else { b"\x1b\\" };
                    for part in [b"\x1b]", osc, end] {
                        parser.0.advance(engine, part);
                    }
                }
            }
        });
        // Where a part of the screen scrolls while older lines are shown, the engine counts lines that are not there.
        self.engine.term.scroll_display(Scroll::Delta(0));
        self.dirty = true;
    }

    /// What the program asked for, to be written to it. At most 64 KiB wait; of more, answers are dropped.
    pub fn take_replies(&mut self) -> Vec<u8> {
        self.engine.outbox.take_replies()
    }

    /// What happened beside drawing since the last call; a few at most, of more the latest.
    pub fn take_events(&mut self) -> Vec<ScreenEvent> {
        let bell = self.engine.outbox.take_bell().then_some(ScreenEvent::Bell);
        let clipboard = self.engine.outbox.take_clipboard().into_iter().map(ScreenEvent::Clipboard);
        clipboard.chain(bell).chain(self.ended.drain(..)).collect()
    }

    /// Gives the screen another size. Lines of the main screen are wrapped anew, of the alternate screen cut.
    pub fn resize(&mut self, size: ScreenSize) {
        let size = ScreenSize::new(size.columns, size.rows);
        self.engine.keep_below(size.rows.into());
        self.engine.term.resize(grid_size(size));
        self.engine.forget_margins();
        self.engine.set_history(self.limits.history(size.columns));
        self.dirty = true;
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

    /// Shows older lines (`lines` above 0) or newer ones, as far as there are any.
    pub fn scroll(&mut self, lines: i32) {
        // The engine adds it to what is scrolled already.
        self.engine.term.scroll_display(Scroll::Delta(lines.clamp(-1_000_000, 1_000_000)));
        self.dirty = true;
    }

    /// Shows the newest lines.
    pub fn scroll_to_end(&mut self) {
        self.engine.term.scroll_display(Scroll::Bottom);
        self.dirty = true;
    }

    /// Shows the prompt before the first line shown (or after it); whether there is one.
    pub fn scroll_to_prompt(&mut self, older: bool) -> bool {
        let top = -line(self.engine.term.grid().display_offset());
        let (first, last) = (self.engine.term.topmost_line().0, self.engine.term.bottommost_line().0);
        let begins = |at: &Line| self.is_prompt(*at) && (*at == first || !self.is_prompt(*at - 1));
        let found = if older { (first..top).rev().find(begins) } else { (top + 1..=last).find(begins) };
        if let Some(found) = found {
            self.scroll(-found + top);
        }
        found.is_some()
    }

    fn is_prompt(&self, at: Line) -> bool {
        let row = engine::row(&self.engine.term, at);
        (0..row.len()).any(|column| row[Column(column)].flags.contains(PROMPT))
    }

    /// What the last command printed, as far as it is still there; None when the shell does not mark its prompts.
    pub fn last_output(&self) -> Option<String> {
        let (first, last) = (self.engine.term.topmost_line().0, self.engine.term.bottommost_line().0);
        let newest = (first..=last).rev().find(|at| self.is_prompt(*at))?;
        let end = if self.shell.activity == ShellActivity::Command {
            last
        } else {
            (first..newest).rev().find(|at| !self.is_prompt(*at))?
        };
        let start = (first..=end).rev().find(|at| self.is_prompt(*at)).map_or(first, |at| at + 1);
        Some(self.text(start, end)).filter(|text| !text.is_empty())
    }

    /// What has changed since a version that a reader has (0: none). None when nothing has, or when the program holds
    /// back what it draws (mode 2026) and its time is not over; then there is something at `waits_until` at the latest.
    pub fn update(&mut self, since: u64, now: Instant) -> Option<Update> {
        if self.waits_until().is_none_or(|until| until <= now) || self.shown.version == 0 {
            self.engine.switches.synchronized = self.engine.switches.synchronized.filter(|until| *until > now);
            self.look();
        }
        let shown = &self.shown;
        if since == shown.version {
            return None;
        }
        let whole = since < shown.whole || since > shown.version;
        let changed = shown.rows.iter().filter(|(version, _)| whole || *version > since);
        let cells = changed.flat_map(|(_, row)| row.iter().copied()).collect();
        Some(Update { version: shown.version, whole, cells, state: shown.state.clone() })
    }

    /// Until when the program holds back what it draws.
    pub fn waits_until(&self) -> Option<Instant> {
        self.engine.switches.synchronized
    }

    /// Compares what there is with what was shown, whatever the engine says of its damage.
    fn look(&mut self) {
        if !std::mem::take(&mut self.dirty) && self.shown.version > 0 {
            return;
        }
        let state = self.state();
        let version = self.shown.version + 1;
        let all = state.size != self.shown.state.size || self.shown.version == 0;
        let mut changed = all || state != self.shown.state;
        if all {
            self.shown.whole = version;
            self.shown.rows = vec![(0, Vec::new()); state.size.rows.into()];
        }
        let mut packed = Vec::new();
        for (index, (since, known)) in self.shown.rows.iter_mut().enumerate() {
            let row = engine::row(&self.engine.term, line(index) - i32::try_from(state.scrolled).unwrap_or(0));
            packed.clear();
            frame::pack_row(&mut packed, index, row, &mut self.links);
            if *known != packed {
                known.clone_from(&packed);
                *since = version;
                changed = true;
            }
        }
        if changed {
            self.shown.version = version;
            self.shown.state = state;
        }
    }

    fn state(&self) -> ScreenState {
        let engine = &self.engine;
        ScreenState {
            size: state::size(engine),
            cursor: state::cursor(engine),
            title: engine.outbox.title(),
            modes: state::modes(engine),
            scrolled: count(engine.term.grid().display_offset()),
            history: count(engine.term.history_size()),
            selected: self.selected(),
            colours: state::colours(engine),
            shell: self.shell.clone(),
        }
    }
}

fn grid_size(size: ScreenSize) -> GridSize {
    GridSize { rows: size.rows.into(), columns: size.columns.into() }
}

fn take_told(told: Told, engine: &mut Engine, shell: &mut ShellState, ended: &mut Vec<ScreenEvent>) {
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
            ended.truncate(engine::MAX_EVENTS - 1);
            ended.push(ScreenEvent::CommandEnded(status));
            engine.set_in_prompt(false);
        }
        Told::Nothing => {}
    }
}

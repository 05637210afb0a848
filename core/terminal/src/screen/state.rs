//! What belongs to a screen beside its cells.

use alacritty_terminal::{grid::Dimensions as _, term::TermMode, vte::ansi};

use super::{Rgb, engine::Engine, selection::Selected, shell::ShellState};

/// Rows and columns of a screen, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScreenSize {
    /// 2 to [`ScreenSize::MAX_COLUMNS`].
    pub columns: u16,
    /// 1 to [`ScreenSize::MAX_ROWS`].
    pub rows: u16,
}

impl ScreenSize {
    /// More columns no display shows, and they cost memory.
    pub const MAX_COLUMNS: u16 = 1000;
    /// More rows no display shows.
    pub const MAX_ROWS: u16 = 500;

    /// The nearest size that a screen can have.
    #[must_use]
    pub fn new(columns: u16, rows: u16) -> Self {
        Self { columns: columns.clamp(2, Self::MAX_COLUMNS), rows: rows.clamp(1, Self::MAX_ROWS) }
    }
}

/// A place in the screen or its history. Ordered as one reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// From the top of the live screen, 0; in the history negative, -1 the newest. What is shown begins at
    /// `-ScreenState::scrolled`.
    pub line: Line,
    /// From the left, 0.
    pub column: u16,
}

/// A line of the screen (from 0) or its history (below 0).
pub type Line = i32;

/// How the cursor is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CursorShape {
    /// Over the whole cell.
    #[default]
    Block,
    /// Below it.
    Underline,
    /// Before it.
    Bar,
}

/// The cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// From the top of the live screen.
    pub row: u16,
    /// From the left.
    pub column: u16,
    /// How it is drawn.
    pub shape: CursorShape,
    /// Whether it blinks.
    pub blinking: bool,
    /// Whether the program shows it.
    pub visible: bool,
}

/// Which moves of the mouse a program wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseReports {
    /// None: the mouse selects text.
    #[default]
    None,
    /// Presses alone (mode 9).
    Presses,
    /// Presses and releases (mode 1000).
    Buttons,
    /// And moves with a button down (mode 1002).
    Drags,
    /// All moves (mode 1003).
    Motion,
}

/// How it wants to be told of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseEncoding {
    /// One byte a number, up to column and row 223.
    #[default]
    Legacy,
    /// One UTF-8 character a number, up to 2015 (mode 1005).
    Utf8,
    /// Decimal numbers (mode 1006).
    Sgr,
    /// Decimal numbers, without a release's button (mode 1015).
    Urxvt,
}

/// What programs have switched, as far as keys, mouse and drawing go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a terminal's modes are switches that have nothing to do with each other"
)]
pub struct Modes {
    /// The program draws on the alternate screen, which has no history.
    pub alternate_screen: bool,
    /// Cursor keys are sent as applications want them (DECCKM).
    pub application_cursor: bool,
    /// So are those of the keypad (DECNKM).
    pub application_keypad: bool,
    /// Return sends a line feed too (LNM).
    pub newline: bool,
    /// Pasted text is bracketed (mode 2004).
    pub bracketed_paste: bool,
    /// The program wants to know when the terminal gains or loses the focus (mode 1004).
    pub focus_reports: bool,
    /// Without mouse reports, the wheel sends cursor keys on the alternate screen (mode 1007).
    pub alternate_scroll: bool,
    /// Foreground and background of the whole screen are swapped (mode 5).
    pub reversed: bool,
    /// What the mouse tells the program.
    pub mouse: MouseReports,
    /// And how.
    pub mouse_encoding: MouseEncoding,
    /// xterm's modifyOtherKeys: 0, 1 or 2.
    pub modify_other_keys: u8,
    /// Flags of the Kitty keyboard protocol, 0 to 31.
    pub keyboard: u8,
}

/// Everything about a screen but its cells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScreenState {
    /// Rows and columns.
    pub size: ScreenSize,
    /// The cursor. It is on what is shown only if `row + scrolled < size.rows`.
    pub cursor: Cursor,
    /// As the program has set it, without control characters, at most 1,024 bytes.
    pub title: Option<String>,
    /// What programs have switched.
    pub modes: Modes,
    /// How far back in the history what is shown begins, in lines.
    pub scrolled: u32,
    /// How many lines the history has.
    pub history: u32,
    /// What the user has selected.
    pub selected: Option<Selected>,
    /// Colours of the palette that programs have changed, by index ([`super::Palette::colour`]).
    pub colours: Vec<(u16, Rgb)>,
    /// What the shell has told.
    pub shell: ShellState,
}

/// Numbers of the engine fit: a screen has at most 1,000 columns and 500 rows, a history 50,000 lines.
pub(super) fn small(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(super) fn line(number: usize) -> Line {
    Line::try_from(number).unwrap_or(Line::MAX)
}

pub(super) fn modes(engine: &Engine) -> Modes {
    let mode = *engine.term.mode();
    let mouse = if mode.contains(TermMode::MOUSE_MOTION) {
        MouseReports::Motion
    } else if mode.contains(TermMode::MOUSE_DRAG) {
        MouseReports::Drags
    } else if mode.contains(TermMode::MOUSE_REPORT_CLICK) {
        MouseReports::Buttons
    } else if engine.switches.x10_mouse {
        MouseReports::Presses
    } else {
        MouseReports::None
    };
    let mouse_encoding = if mode.contains(TermMode::SGR_MOUSE) {
        MouseEncoding::Sgr
    } else if mode.contains(TermMode::UTF8_MOUSE) {
        MouseEncoding::Utf8
    } else if engine.switches.urxvt_mouse {
        MouseEncoding::Urxvt
    } else {
        MouseEncoding::Legacy
    };
    Modes {
        alternate_screen: mode.contains(TermMode::ALT_SCREEN),
        application_cursor: mode.contains(TermMode::APP_CURSOR),
        application_keypad: mode.contains(TermMode::APP_KEYPAD),
        newline: mode.contains(TermMode::LINE_FEED_NEW_LINE),
        bracketed_paste: mode.contains(TermMode::BRACKETED_PASTE),
        focus_reports: mode.contains(TermMode::FOCUS_IN_OUT),
        alternate_scroll: mode.contains(TermMode::ALTERNATE_SCROLL),
        reversed: engine.switches.reversed,
        mouse,
        mouse_encoding,
        modify_other_keys: engine.switches.modify_other_keys,
        keyboard: engine.keyboard(),
    }
}

pub(super) fn cursor(engine: &Engine) -> Cursor {
    let (point, style) = (engine.term.grid().cursor.point, engine.term.cursor_style());
    let shape = match style.shape {
        ansi::CursorShape::Underline => CursorShape::Underline,
        ansi::CursorShape::Beam => CursorShape::Bar,
        _ => CursorShape::Block,
    };
    Cursor {
        row: u16::try_from(point.line.0).unwrap_or(0),
        column: small(point.column.0),
        shape,
        blinking: style.blinking,
        visible: engine.term.mode().contains(TermMode::SHOW_CURSOR),
    }
}

pub(super) fn colours(engine: &Engine) -> Vec<(u16, Rgb)> {
    let set = (0..alacritty_terminal::term::color::COUNT).filter_map(|index| {
        let rgb = engine.term.colors()[index]?;
        Some((small(index), Rgb { red: rgb.r, green: rgb.g, blue: rgb.b }))
    });
    set.collect()
}

pub(super) fn size(engine: &Engine) -> ScreenSize {
    ScreenSize { columns: small(engine.term.columns()), rows: small(engine.term.screen_lines()) }
}

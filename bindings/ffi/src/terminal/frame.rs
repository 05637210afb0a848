//! What a terminal shows, as it crosses: the cells as one piece of bytes, the rest once per frame.

use atelier_workbench as facade;

/// What has changed on a screen since a version of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TerminalFrame {
    /// What this leads to; asked for next time.
    pub version: u64,
    /// All rows are here: forget those of before.
    pub whole: bool,
    /// The rows that have changed, packed as the core's terminal describes in `screen/frame.rs`.
    pub cells: Vec<u8>,
    /// Everything else.
    pub state: TerminalState,
    /// What happened beside; a few at most, of more the latest.
    pub notices: Vec<TerminalNotice>,
}

/// Something that a program did beside drawing.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum TerminalNotice {
    /// The bell, once for all rings since the last frame.
    Bell,
    /// The program wants this text on the clipboard. It is for the user to allow; nothing has happened.
    Clipboard {
        /// The text.
        text: String,
    },
    /// The command ended that the shell had begun.
    CommandEnded {
        /// Its status, if the shell told.
        status: Option<i32>,
    },
}

/// Everything about a screen but its cells.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
#[allow(clippy::struct_excessive_bools, reason = "a terminal's modes have nothing to do with each other")]
pub struct TerminalState {
    /// From 2.
    pub columns: u16,
    /// From 1.
    pub rows: u16,
    /// The cursor. It is on what is shown only if `row + scrolled < rows`.
    pub cursor: TerminalCursor,
    /// As the program has set it.
    pub title: Option<String>,
    /// The program draws on the alternate screen, which has no history.
    pub alternate_screen: bool,
    /// What is pasted is told apart from what is typed.
    pub bracketed_paste: bool,
    /// The mouse is the program's, unless the user holds Shift.
    pub mouse: bool,
    /// Foreground and background of the whole screen are swapped.
    pub reversed: bool,
    /// How far back in the history what is shown begins, in lines.
    pub scrolled: u32,
    /// How many lines the history has.
    pub history: u32,
    /// What the user has selected.
    pub selected: Option<TerminalRange>,
    /// Colours of the palette that programs have changed.
    pub colours: Vec<PaletteColour>,
    /// What the shell has told.
    pub shell: TerminalShell,
}

/// The cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TerminalCursor {
    /// From the top of the live screen.
    pub row: u16,
    /// From the left.
    pub column: u16,
    /// How it is drawn.
    pub shape: TerminalCursorShape,
    /// Whether it blinks.
    pub blinking: bool,
    /// Whether the program shows it.
    pub visible: bool,
}

/// How a cursor is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TerminalCursorShape {
    Block,
    Underline,
    Bar,
}

/// A cell of the screen or its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TerminalPlace {
    /// From the top of the live screen, 0; negative in the history, -1 the newest.
    pub line: i32,
    /// From the left, 0.
    pub column: u16,
}

/// The cells from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TerminalRange {
    /// The first.
    pub start: TerminalPlace,
    /// The last.
    pub end: TerminalPlace,
    /// Only the columns between the two, in each line.
    pub block: bool,
}

/// A colour of the palette that a program has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PaletteColour {
    /// Which: 0 to 255; 256 is the foreground, 257 the background, 258 the cursor.
    pub index: u16,
    /// Red, green and blue, eight bits each, red highest.
    pub rgb: u32,
}

/// What a shell has told of itself.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TerminalShell {
    /// Its working directory: what the program claims, absolute.
    pub folder: Option<String>,
    /// Whether it shows its prompt; none: it has told nothing.
    pub at_prompt: Option<bool>,
    /// How the last command ended, if it said so.
    pub last_status: Option<i32>,
}

impl From<facade::Update> for TerminalFrame {
    fn from(update: facade::Update) -> Self {
        Self {
            version: update.version,
            whole: update.whole,
            cells: update.cells,
            state: update.state.into(),
            notices: update.events.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<facade::ScreenEvent> for TerminalNotice {
    fn from(event: facade::ScreenEvent) -> Self {
        match event {
            facade::ScreenEvent::Bell => Self::Bell,
            facade::ScreenEvent::Clipboard(text) => Self::Clipboard { text },
            facade::ScreenEvent::CommandEnded(status) => Self::CommandEnded { status },
        }
    }
}

impl From<facade::ScreenState> for TerminalState {
    fn from(state: facade::ScreenState) -> Self {
        Self {
            columns: state.size.columns,
            rows: state.size.rows,
            cursor: state.cursor.into(),
            title: state.title,
            alternate_screen: state.modes.alternate_screen,
            bracketed_paste: state.modes.bracketed_paste,
            mouse: state.modes.mouse != facade::MouseReports::None,
            reversed: state.modes.reversed,
            scrolled: state.scrolled,
            history: state.history,
            selected: state.selected.map(|selected| TerminalRange {
                start: selected.start.into(),
                end: selected.end.into(),
                block: selected.block,
            }),
            colours: state.colours.into_iter().map(|(index, rgb)| PaletteColour { index, rgb: packed(rgb) }).collect(),
            shell: state.shell.into(),
        }
    }
}

impl From<facade::Cursor> for TerminalCursor {
    fn from(cursor: facade::Cursor) -> Self {
        Self {
            row: cursor.row,
            column: cursor.column,
            shape: match cursor.shape {
                facade::CursorShape::Block => TerminalCursorShape::Block,
                facade::CursorShape::Underline => TerminalCursorShape::Underline,
                facade::CursorShape::Bar => TerminalCursorShape::Bar,
            },
            blinking: cursor.blinking,
            visible: cursor.visible,
        }
    }
}

impl From<facade::ShellState> for TerminalShell {
    fn from(shell: facade::ShellState) -> Self {
        Self {
            folder: shell.directory.map(|folder| folder.to_string_lossy().into_owned()),
            at_prompt: match shell.activity {
                facade::ShellActivity::Unknown => None,
                facade::ShellActivity::Prompt => Some(true),
                facade::ShellActivity::Command => Some(false),
            },
            last_status: shell.last_status,
        }
    }
}

impl From<facade::Place> for TerminalPlace {
    fn from(place: facade::Place) -> Self {
        Self { line: place.line, column: place.column }
    }
}

impl From<TerminalPlace> for facade::Place {
    fn from(place: TerminalPlace) -> Self {
        Self { line: place.line, column: place.column }
    }
}

impl From<facade::Match> for TerminalRange {
    fn from(found: facade::Match) -> Self {
        Self { start: found.start.into(), end: found.end.into(), block: false }
    }
}

fn packed(rgb: facade::Rgb) -> u32 {
    u32::from_be_bytes([0, rgb.red, rgb.green, rgb.blue])
}

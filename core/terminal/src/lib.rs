//! Terminals: shells behind PTYs, and the screens that they draw.
//!
//! [`Terminals`] are shells: started, typed to, followed, ended. A [`Screen`] is what a program's output comes to: cells, cursor, modes, scrollback. It is the only place that knows
//! the engine that interprets the output; everybody else sees our own small types, and cells packed into bytes.
//! Nothing here knows projects, agents, settings or who looks at the screen.

mod input;
mod screen;
mod session;

pub use input::{
    Key, KeyEvent, KeyPress, KeypadKey, MediaKey, ModifierKey, Modifiers, MouseAction, MouseButton, MouseReport,
    NamedKey,
};
pub use screen::{
    Attributes, Cell, CellColour, Cursor, CursorShape, Frame, Half, Line, Link, Match, Modes, MouseEncoding,
    MouseReports, Palette, Pattern, PatternError, Place, Rgb, Screen, ScreenEvent, ScreenLimits, ScreenSize,
    ScreenState, Selected, SelectionKind, ShellActivity, ShellState, Underline, Update, UpdateError,
};
pub use session::{
    CreatedTerminal, KeptScreen, ScreenFeed, TerminalError, TerminalEvent, TerminalInfo, TerminalLimits,
    TerminalScreen, TerminalStatus, TerminalStore, TerminalStream, Terminals,
};

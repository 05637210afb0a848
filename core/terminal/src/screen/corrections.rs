//! Where the engine moves, erases or saves otherwise than the terminals that programs are written for (xterm, and the
//! DEC terminals before it): done here instead.

use std::ops::Range;

use alacritty_terminal::{
    grid::Dimensions as _,
    index::{Column, Line},
    term::{
        TermMode,
        cell::{Cell, Flags},
    },
    vte::ansi::{
        Attr, CharsetIndex, ClearMode, CursorStyle, Handler, LineClearMode, NamedMode, NamedPrivateMode,
        StandardCharset,
    },
};
use unicode_width::UnicodeWidthChar as _;

use super::engine::{self, Engine};

/// What DECSC keeps beside what the engine keeps.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Saved {
    origin: bool,
    charset: CharsetIndex,
}

/// What the engine does not let be read.
#[derive(Debug, Clone)]
pub(super) struct Corrections {
    /// The lines that scroll.
    pub(super) margins: Range<i32>,
    charset: CharsetIndex,
    /// Of the main screen, and of the alternate one.
    saved: [Saved; 2],
}

impl Corrections {
    pub(super) fn new(rows: usize) -> Self {
        Self {
            margins: 0..i32::try_from(rows).unwrap_or(i32::MAX),
            charset: CharsetIndex::default(),
            saved: [Saved::default(); 2],
        }
    }
}

impl Engine {
    fn line(&self) -> i32 {
        self.term.grid().cursor.point.line.0
    }

    fn move_to(&mut self, line: i32, column: Column) {
        let cursor = &mut self.term.grid_mut().cursor;
        cursor.point.line = Line(line);
        cursor.point.column = column;
        cursor.input_needs_wrap = false;
    }

    fn column(&self) -> Column {
        self.term.grid().cursor.point.column
    }

    fn rows(&self) -> i32 {
        i32::try_from(self.term.screen_lines()).unwrap_or(i32::MAX)
    }

    /// After the last column what comes next goes into the next line, but not when something else came between.
    fn stay_in_line(&mut self) {
        self.term.grid_mut().cursor.input_needs_wrap = false;
    }

    /// Up, but not out of the lines that scroll.
    pub(super) fn up(&mut self, lines: usize, column: Option<Column>) {
        let (line, margins) = (self.line(), &self.corrections.margins);
        let top = if line >= margins.start { margins.start } else { 0 };
        let target = line.saturating_sub(i32::try_from(lines).unwrap_or(i32::MAX)).max(top);
        self.move_to(target, column.unwrap_or_else(|| self.column()));
    }

    /// Down, but not out of the lines that scroll.
    pub(super) fn down(&mut self, lines: usize, column: Option<Column>) {
        let (line, margins) = (self.line(), &self.corrections.margins);
        let bottom = if line < margins.end { margins.end } else { self.rows() } - 1;
        let target = line.saturating_add(i32::try_from(lines).unwrap_or(i32::MAX)).min(bottom);
        self.move_to(target, column.unwrap_or_else(|| self.column()));
    }

    /// To a column of the line. The engine counts the line from the margin again.
    pub(super) fn put_in_column(&mut self, column: usize) {
        self.move_to(self.line(), Column(column).min(self.term.last_column()));
    }

    /// The engine does not begin the next line where a program has asked for it (LNM).
    pub(super) fn feed_line(&mut self) {
        self.term.linefeed();
        self.stay_in_line();
        if self.term.mode().contains(TermMode::LINE_FEED_NEW_LINE) {
            self.term.carriage_return();
        }
    }

    pub(super) fn feed_line_back(&mut self) {
        self.term.reverse_index();
        self.stay_in_line();
    }

    /// Without a tab stop, back leads to the line's beginning; the engine would stay.
    pub(super) fn tab_back(&mut self, count: u16) {
        for _ in 0..count.min(super::ScreenSize::MAX_COLUMNS) {
            let column = self.column();
            self.term.move_backward_tabs(1);
            if self.column() == column {
                self.put_in_column(0);
                break;
            }
        }
    }

    /// A tab leads nowhere from the end of a line; the engine would wrap.
    pub(super) fn tab(&mut self, count: u16) {
        if !self.term.grid().cursor.input_needs_wrap {
            self.term.put_tab(count);
        }
    }

    /// Lines that are not there don't scroll, and a region without a line is none.
    pub(super) fn set_margins(&mut self, top: usize, bottom: Option<usize>) {
        let rows = self.term.screen_lines();
        let bottom = bottom.map_or(rows, |bottom| bottom.min(rows));
        let (Ok(start), Ok(end)) = (i32::try_from(top), i32::try_from(bottom)) else { return };
        if start < end {
            self.corrections.margins = start - 1..end;
            self.term.set_scrolling_region(top, Some(bottom));
        }
    }

    /// All lines scroll.
    pub(super) fn forget_margins(&mut self) {
        self.corrections.margins = 0..self.rows();
    }

    pub(super) fn charset(&self) -> CharsetIndex {
        self.corrections.charset
    }

    pub(super) fn choose_charset(&mut self, index: CharsetIndex) {
        self.corrections.charset = index;
        self.term.set_active_charset(index);
    }

    /// DECSC: origin mode and the charset in use belong to it.
    pub(super) fn save(&mut self) {
        let saved = Saved { origin: self.term.mode().contains(TermMode::ORIGIN), charset: self.corrections.charset };
        self.corrections.saved[usize::from(self.is_alternate())] = saved;
        self.term.save_cursor_position();
    }

    /// DECRC.
    pub(super) fn restore(&mut self) {
        let Saved { origin, charset } = self.corrections.saved[usize::from(self.is_alternate())];
        self.set_origin(origin);
        self.choose_charset(charset);
        self.term.restore_cursor_position();
    }

    fn set_origin(&mut self, origin: bool) {
        let mode = NamedPrivateMode::Origin.into();
        if origin { self.term.set_private_mode(mode) } else { self.term.unset_private_mode(mode) }
    }

    /// DECSTR: what a program may have left switched on, without touching the text.
    pub(super) fn reset_softly(&mut self) {
        self.term.set_private_mode(NamedPrivateMode::ShowCursor.into());
        self.term.unset_mode(NamedMode::Insert.into());
        self.term.set_private_mode(NamedPrivateMode::LineWrap.into());
        self.term.unset_private_mode(NamedPrivateMode::CursorKeys.into());
        self.term.unset_keypad_application_mode();
        self.set_origin(false);
        let (point, wraps) = (self.term.grid().cursor.point, self.term.grid().cursor.input_needs_wrap);
        self.set_margins(1, None);
        self.terminal_attribute(Attr::Reset);
        for index in [CharsetIndex::G0, CharsetIndex::G1, CharsetIndex::G2, CharsetIndex::G3] {
            self.term.configure_charset(index, StandardCharset::Ascii);
        }
        self.choose_charset(CharsetIndex::G0);
        self.move_to(0, Column(0));
        self.save();
        self.move_to(point.line.0, point.column);
        self.term.grid_mut().cursor.input_needs_wrap = wraps;
    }

    /// The engine takes away cells before the cursor when more are deleted than follow it.
    pub(super) fn take_out(&mut self, count: usize) {
        let (column, columns) = (self.column().0, self.term.columns());
        let count = count.min(columns - column);
        self.term.delete_chars(count);
        self.stay_in_line();
        self.mend(self.line(), column);
        self.mend(self.line(), columns - count);
    }

    pub(super) fn make_room(&mut self, count: usize) {
        let (column, columns) = (self.column().0, self.term.columns());
        self.mend_before_split(column);
        self.term.insert_blank(count);
        self.stay_in_line();
        self.mend(self.line(), column);
        self.mend(self.line(), columns);
    }

    /// In insert mode the engine carries what falls off the end of the line to where it writes: halves of characters
    /// would erase their neighbours there.
    #[inline]
    pub(super) fn before_insert(&mut self, character: char) {
        if !self.term.mode().contains(TermMode::INSERT) || self.term.grid().cursor.input_needs_wrap {
            return;
        }
        let (line, column, columns) = (self.line(), self.column().0, self.term.columns());
        self.mend_before_split(column);
        let first = columns.saturating_sub(character.width().unwrap_or(0)).max(column);
        let row = &mut self.term.grid_mut()[Line(line)];
        for column in first..columns {
            clear(&mut row[Column(column)]);
        }
        self.mend(line, first);
    }

    pub(super) fn blank(&mut self, count: usize) {
        let (column, columns) = (self.column().0, self.term.columns());
        self.term.erase_chars(count);
        self.stay_in_line();
        self.mend(self.line(), column);
        self.mend(self.line(), (column + count).min(columns));
    }

    pub(super) fn blank_line(&mut self, mode: LineClearMode) {
        self.term.clear_line(mode);
        self.mend_around_cursor();
    }

    /// The engine leaves the first line as it is when all before the second is to be erased.
    pub(super) fn blank_screen(&mut self, mode: ClearMode) {
        let above = matches!(mode, ClearMode::Above);
        self.term.clear_screen(mode);
        if above && self.line() == 1 {
            let blank: Cell = self.term.grid().cursor.template.bg.into();
            for column in 0..self.term.columns() {
                self.term.grid_mut()[Line(0)][Column(column)] = blank.clone();
            }
        }
        self.mend_around_cursor();
    }

    fn mend_around_cursor(&mut self) {
        let (line, column) = (self.line(), self.column().0);
        self.mend(line, column);
        self.mend(line, column + 1);
    }

    /// A character that cells are inserted into is no longer whole.
    fn mend_before_split(&mut self, column: usize) {
        let line = self.line();
        let row = &mut self.term.grid_mut()[Line(line)];
        if column > 0 && row[Column(column)].flags.contains(Flags::WIDE_CHAR_SPACER) {
            clear(&mut row[Column(column - 1)]);
            clear(&mut row[Column(column)]);
        }
    }

    /// Of a wide character that has lost a half, the other goes too: the one before a column, or the one in it.
    fn mend(&mut self, line: i32, column: usize) {
        let columns = self.term.columns();
        let row = &mut self.term.grid_mut()[Line(line)];
        let wide = column > 0 && row[Column(column - 1)].flags.contains(Flags::WIDE_CHAR);
        let spacer = column < columns && row[Column(column)].flags.contains(Flags::WIDE_CHAR_SPACER);
        if wide && !spacer {
            clear(&mut row[Column(column - 1)]);
        } else if spacer && !wide {
            clear(&mut row[Column(column)]);
        }
    }

    /// Where the cursor stands, as programs count: in origin mode from the margin.
    fn report_cursor(&self, mark: &str) {
        let origin = self.term.mode().contains(TermMode::ORIGIN);
        let line = self.line() - if origin { self.corrections.margins.start } else { 0 };
        self.outbox.reply(&format!("\x1b[{mark}{};{}R", line + 1, self.column().0 + 1));
    }

    pub(super) fn report_status(&mut self, what: usize) {
        if what == 6 { self.report_cursor("") } else { self.term.device_status(what) }
    }

    /// A control sequence that begins with `?` or `!`, without its introducer; whether it is ours.
    pub(super) fn private_sequence(&mut self, sequence: &[u8]) -> bool {
        match sequence {
            b"?6n" => self.report_cursor("?"),
            b"!p" => self.reset_softly(),
            _ => return false,
        }
        true
    }

    /// Lines below the cursor that a screen of fewer rows has no room for would be lost: what is above them moves into
    /// the history. The cursor goes along as far as the screen reaches.
    pub(super) fn keep_below(&mut self, rows: usize) {
        if self.is_alternate() || rows >= self.term.screen_lines() {
            return;
        }
        let empty = |line: i32| engine::row(&self.term, line).into_iter().all(|cell| *cell == Cell::default());
        let last = (0..self.rows()).rev().find(|line| !empty(*line)).unwrap_or(0);
        let over = usize::try_from(last + 1).unwrap_or(0).saturating_sub(rows);
        if over == 0 {
            return;
        }
        let cursor = self.term.grid().cursor.clone();
        self.term.set_scrolling_region(1, None);
        self.term.scroll_up(over);
        self.term.grid_mut().cursor = cursor;
        let line = &mut self.term.grid_mut().cursor.point.line;
        *line = (*line - over).max(Line(0));
        self.pushed();
    }

    /// `CSI 21 m` underlines twice; the engine takes it for the end of bold.
    pub(super) fn attribute(attribute: Attr) -> Attr {
        if matches!(attribute, Attr::CancelBold) { Attr::DoubleUnderline } else { attribute }
    }

    /// Numbers of DECSCUSR: what the cursor looks like.
    pub(super) fn cursor_number(style: CursorStyle) -> u8 {
        use alacritty_terminal::vte::ansi::CursorShape;
        let steady = match style.shape {
            CursorShape::Underline => 4,
            CursorShape::Beam => 6,
            _ => 2,
        };
        steady - u8::from(style.blinking)
    }
}

fn clear(cell: &mut Cell) {
    cell.clear_wide();
    cell.flags.remove(Flags::WIDE_CHAR_SPACER);
}

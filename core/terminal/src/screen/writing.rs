//! Text that goes straight into the engine's cells: most of what programs print. The engine would look at every state
//! that it can be in for every character; here that is done once for many.

use alacritty_terminal::{
    grid::Dimensions as _,
    index::Column,
    term::{
        TermMode,
        cell::{Cell, Flags},
    },
    vte::ansi::{CharsetIndex, Color, Handler as _, StandardCharset},
};
use unicode_width::UnicodeWidthChar as _;

use super::{engine::Engine, packed::HALVES};

/// How text looks that is written now.
#[derive(Clone, Copy)]
struct Look {
    fg: Color,
    bg: Color,
    flags: Flags,
}

impl Look {
    #[inline]
    fn put(self, cell: &mut Cell, character: char, more: Flags) {
        cell.c = character;
        cell.fg = self.fg;
        cell.bg = self.bg;
        cell.flags = self.flags.union(more);
        if cell.extra.is_some() {
            cell.extra = None;
        }
    }
}

impl Engine {
    /// Writes text as the engine would whose parser gets it: how many bytes of it, and the last character of those. It
    /// ends where something comes that is no text, or where characters don't simply go into cells.
    pub(super) fn write(&mut self, bytes: &[u8]) -> (usize, Option<char>) {
        let (mut at, mut last, mut tried) = (0, None, false);
        if !self.writes_plainly() {
            return (at, last);
        }
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        };
        while let Some(byte) = text.as_bytes().get(at) {
            match byte {
                b' '..=b'~' | 0x80.. => {
                    let end = memchr::memchr2(b'\r', b'\n', &bytes[at..text.len()]).map_or(text.len(), |end| at + end);
                    let (length, character) = self.write_line(&text[at..end]);
                    last = character.or(last);
                    at += length;
                    continue;
                }
                b'\r' => self.carriage_return(),
                b'\n' | 0x0B | 0x0C => {
                    self.linefeed();
                    if !tried && self.is_in_last_row() {
                        // Once: what is left can't pass, and what could not may be much to look at.
                        tried = true;
                        let (passed, character) = self.let_pass(&text.as_bytes()[at + 1..]);
                        last = character.or(last);
                        at += passed;
                    }
                }
                b'\t' => self.put_tab(1),
                0x08 => self.backspace(),
                0x07 => self.bell(),
                0x0E | 0x0F => {
                    self.set_active_charset(if *byte == 0x0E { CharsetIndex::G1 } else { CharsetIndex::G0 });
                    if !self.writes_plainly() {
                        return (at + 1, last);
                    }
                }
                0x7F => last = Some('\x7F'),
                // All others mean nothing.
                _ => {}
            }
            at += 1;
        }
        (at, last)
    }

    /// Whether characters go into cells as they are, one after the other, and lines are wrapped.
    pub(super) fn writes_plainly(&self) -> bool {
        let cursor = &self.term.grid().cursor;
        let mode = self.term.mode();
        mode.contains(TermMode::LINE_WRAP)
            && !mode.contains(TermMode::INSERT)
            && cursor.template.extra.is_none()
            && cursor.charsets[self.charset()] == StandardCharset::Ascii
    }

    /// Writes a line that begins with something that is no ASCII control character, up to the next: how many bytes that
    /// is, and the last character.
    fn write_line(&mut self, text: &str) -> (usize, Option<char>) {
        let Cell { fg, bg, flags, .. } = self.term.grid().cursor.template;
        let look = Look { fg, bg, flags };
        let (mut at, mut last) = (0, None);
        loop {
            let (cells, length) = fill(self.cells(text.len() - at), &text[at..], look);
            if length > 0 {
                self.advance(cells);
                at += length;
                last = text[..at].chars().next_back();
            }
            match text[at..].chars().next() {
                // What the engine does nothing for.
                Some('\u{80}'..='\u{9F}') => at += 2,
                Some(character @ (' '..='~' | '\u{A0}'..)) => {
                    self.input(character);
                    last = Some(character);
                    at += character.len_utf8();
                }
                _ => return (at, last),
            }
        }
    }

    /// The cells of the cursor's line from the cursor on. None when the next character goes into the next line.
    fn cells(&mut self, count: usize) -> &mut [Cell] {
        let columns = self.term.columns();
        let grid = self.term.grid_mut();
        let (point, full) = (grid.cursor.point, grid.cursor.input_needs_wrap);
        let end = (point.column.0 + count).min(columns);
        if full { &mut [] } else { &mut grid[point.line][point.column..Column(end)] }
    }

    fn advance(&mut self, count: usize) {
        let last = self.term.last_column().0;
        let cursor = &mut self.term.grid_mut().cursor;
        let column = cursor.point.column.0 + count;
        cursor.input_needs_wrap = column > last;
        cursor.point.column = Column(column.min(last));
    }
}

/// Writes characters into cells as far as that is simple: into how many, and how many bytes of text that is.
/// A cell that is a half of a wide character needs the engine: the other half goes, too.
fn fill(cells: &mut [Cell], text: &str, look: Look) -> (usize, usize) {
    let (bytes, mut column, mut at) = (text.as_bytes(), 0, 0);
    loop {
        for (cell, byte) in cells[column..].iter_mut().zip(&bytes[at..]) {
            if !matches!(byte, b' '..=b'~') || cell.flags.intersects(HALVES) {
                break;
            }
            look.put(cell, char::from(*byte), Flags::empty());
            column += 1;
            at += 1;
        }
        let Some(character @ '\u{A0}'..) = text[at..].chars().next() else { return (column, at) };
        match (width(character), &mut cells[column..]) {
            (1, [cell, ..]) if !cell.flags.intersects(HALVES) => {
                look.put(cell, character, Flags::empty());
                column += 1;
            }
            (2, [first, second, ..]) if !first.flags.union(second.flags).intersects(HALVES) => {
                look.put(first, character, Flags::WIDE_CHAR);
                look.put(second, ' ', Flags::WIDE_CHAR_SPACER);
                column += 2;
            }
            _ => return (column, at),
        }
        at += character.len_utf8();
    }
}

/// How many cells a character takes that is no control character; 0 for those that combine.
fn width(character: char) -> usize {
    match character {
        // The most frequent, without a look at the tables.
        '\u{AE}'..='\u{2FF}' | '\u{388}'..='\u{482}' | '\u{2500}'..='\u{259F}' => 1,
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => 2,
        _ => character.width().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_tables() {
        for character in '\u{A0}'..=char::MAX {
            assert_eq!(width(character), character.width().unwrap_or_default(), "{character:?}");
        }
    }
}

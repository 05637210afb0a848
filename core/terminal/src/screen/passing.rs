//! Lines that only pass through the screen: of a long piece of plain output nobody ever sees but the end. They go from
//! their bytes into the history, without a cell in between.

use alacritty_terminal::{
    grid::Dimensions as _,
    index::{Column, Line},
    term::{TermMode, cell::Cell},
    vte::ansi::Handler as _,
};

use super::{archive::Archive, engine::Engine};

/// How many screens of lines must pass, so that it is worth while.
const WORTH: usize = 2;

impl Engine {
    /// Takes the lines of a text that would pass through the screen: how many bytes, and the last character of those. The
    /// cursor is in the first row then, the screen is empty, and what is left of the text fills it.
    ///
    /// 0 where they can't, or there are too few: to be called where a line has just begun in the last row.
    pub(super) fn let_pass(&mut self, text: &[u8]) -> (usize, Option<char>) {
        let rows = self.term.screen_lines();
        // As many line ends are left as bring the cursor back to where it is, and one row into the history.
        let Some(end) = memchr::memrchr_iter(b'\n', text).nth(rows).map(|last| last + 1) else { return (0, None) };
        let passing = &text[..end];
        let count = memchr::memchr_iter(b'\n', passing).count();
        if count < WORTH * rows || !self.goes_into_the_archive() || !is_simple(passing) {
            return (0, None);
        }
        self.scroll_up(rows - 1);
        self.put_away(0);
        let (columns, begin) = (self.term.columns(), self.term.grid().cursor.point.column.0);
        let new_line = self.term.mode().contains(TermMode::LINE_FEED_NEW_LINE);
        let Some((archive, pushed, most)) = self.history.archive_and_counts() else { return (0, None) };
        let mut writer =
            Writer { row: vec![b' '; columns], used: 0, column: begin, wraps: false, archive: None, rows: 0 };
        // More than are kept are not even packed.
        let forgotten = memchr::memchr_iter(b'\n', passing).nth(count.saturating_sub(most)).filter(|_| count > most);
        let (forgotten, kept) = passing.split_at(forgotten.map_or(0, |last| last + 1));
        writer.lines(forgotten, new_line);
        if !forgotten.is_empty() {
            archive.clear();
        }
        writer.archive = Some(archive);
        writer.lines(kept, new_line);
        *pushed += writer.rows;
        let column = writer.column;
        let cursor = &mut self.term.grid_mut().cursor;
        (cursor.point.line, cursor.point.column) = (Line(0), Column(column));
        let last = passing.iter().rev().find(|byte| **byte >= b' ');
        (end, last.map(|byte| char::from(*byte)))
    }

    /// Whether the next line end scrolls, unless there are margins.
    pub(super) fn is_in_last_row(&self) -> bool {
        self.term.grid().cursor.point.line == self.term.bottommost_line()
    }

    /// Whether text goes as it is into a row that has nothing yet, and from there into the archive.
    fn goes_into_the_archive(&self) -> bool {
        let grid = self.term.grid();
        let cursor = &grid.cursor;
        let is_blank = |cell: &Cell| *cell == Cell::default();
        self.is_archived()
            && !self.is_alternate()
            && self.corrections.margins == (0..self.term.bottommost_line().0 + 1)
            && self.term.selection.is_none()
            && self.writes_plainly()
            && Cell { c: ' ', ..cursor.template.clone() } == Cell::default()
            && grid[cursor.point.line].into_iter().all(is_blank)
    }
}

/// Whether a text is nothing but ASCII and ends of lines. Told so that it takes no time.
fn is_simple(text: &[u8]) -> bool {
    let simple = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r');
    text.chunks(256).all(|bytes| bytes.iter().fold(true, |all, byte| all & simple(byte)))
}

/// Writes into one row after the other, as the engine would.
struct Writer<'a> {
    row: Vec<u8>,
    /// How many cells of the row may be other than blank.
    used: usize,
    column: usize,
    /// The last cell was just written; what comes next goes into the next row.
    wraps: bool,
    /// None: the rows are only counted.
    archive: Option<&'a mut Archive>,
    rows: u64,
}

impl Writer<'_> {
    /// Writes lines, the last of which has its end.
    fn lines(&mut self, lines: &[u8], new_line: bool) {
        let mut rest = lines;
        while let Some(end) = memchr::memchr2(b'\r', b'\n', rest) {
            self.text(&rest[..end]);
            if rest[end] == b'\n' {
                self.end_row(false);
            }
            if rest[end] == b'\r' || new_line {
                self.column = 0;
            }
            self.wraps = false;
            rest = &rest[end + 1..];
        }
    }

    fn text(&mut self, text: &[u8]) {
        let mut rest = text;
        while !rest.is_empty() {
            if self.wraps {
                self.end_row(true);
                (self.column, self.wraps) = (0, false);
            }
            let here;
            (here, rest) = rest.split_at(rest.len().min(self.row.len() - self.column));
            let end = self.column + here.len();
            self.row[self.column..end].copy_from_slice(here);
            self.used = self.used.max(end);
            self.wraps = end == self.row.len();
            self.column = end - usize::from(self.wraps);
        }
    }

    fn end_row(&mut self, wrapped: bool) {
        if let Some(archive) = &mut self.archive {
            let text = if wrapped { &self.row } else { self.row[..self.used].trim_ascii_end() };
            archive.push_ascii(text, wrapped);
        }
        self.row[..self.used].fill(b' ');
        self.used = 0;
        self.rows += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use proptest::prelude::*;

    use crate::{Screen, ScreenLimits, ScreenSize};

    fn screen() -> Screen {
        Screen::new(ScreenSize::new(12, 4), ScreenLimits::default())
    }

    fn shown(screen: &mut Screen) -> (Vec<u8>, String, Vec<u8>) {
        let update = screen.update(0, Instant::now()).unwrap();
        (update.cells, format!("{:?}", update.state), screen.to_kept())
    }

    fn output() -> impl Strategy<Value = Vec<u8>> {
        let lines = (prop::sample::select(vec!["\n", "\r\n", "\r\r\n", "-\rab\n"]), "[ -~]{0,30}", 0_usize..60)
            .prop_map(|(end, text, count)| format!("{text}{end}").repeat(count));
        let other = prop::sample::select(vec![
            "\x1b[31m",
            "\x1b[m",
            "\x1b[2;3r",
            "\x1b[r",
            "\x1b[H",
            "\x1b[4h",
            "\x1b[4l",
            "\x1b[20h",
            "\x1b[20l",
            "\x1b[?7l",
            "\x1b[?7h",
            "\x1b[?1049h",
            "\x1b[?1049l",
            "\x1b[3b",
            "é漢",
            "\t",
            "x\n",
            "\x1b[44m",
            "\x1b]133;A\x07",
            "\x1b[2A",
        ]);
        proptest::collection::vec(prop_oneof![3 => lines, 2 => other.prop_map(str::to_owned)], 0..12)
            .prop_map(|parts| parts.concat().into_bytes())
    }

    proptest! {
        #[test]
        fn lines_that_pass_through_are_those_that_were_seen(output in output(), size in 1_usize..9) {
            let (mut at_once, mut seen) = (screen(), screen());
            at_once.feed(&output);
            // Of so small pieces every line is on the screen for a moment.
            output.chunks(size).for_each(|piece| seen.feed(piece));
            prop_assert_eq!(shown(&mut at_once), shown(&mut seen));
        }
    }

    #[test]
    fn of_more_lines_than_are_kept_the_newest_are() {
        let mut screen = screen();
        let most = ScreenLimits::default().history(12);
        let lines: Vec<_> = (0..most * 3).map(|number| number.to_string()).collect();
        screen.feed(b"before\r\n\n\n\n\n");
        screen.feed(lines.join("\r\n").as_bytes());
        let text = screen.text(i32::MIN, i32::MAX);
        let kept: Vec<_> = text.trim_end().lines().collect();
        assert!(kept.len() >= most && !text.contains("before"), "{}", kept.len());
        assert_eq!(kept, lines[lines.len() - kept.len()..]);
    }
}

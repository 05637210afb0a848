//! The screen and its history as text. The engine has such functions, but trips over halves of wide characters.

use alacritty_terminal::{
    grid::{Dimensions as _, Row},
    index::{Column, Point},
    term::cell::{Cell, Flags},
};

use super::{Screen, engine, state::Line};

/// Where tabs lead when no program says otherwise.
const TAB: usize = 8;

impl Screen {
    /// Lines as text, both included: wrapped lines are one, spaces at the ends of lines are left out.
    pub fn text(&mut self, first: Line, last: Line) -> String {
        self.look_closer();
        let term = &self.engine.term;
        let clamp = |line: Line| line.clamp(term.topmost_line().0, term.bottommost_line().0);
        let start = Point::new(alacritty_terminal::index::Line(clamp(first)), Column(0));
        let end = Point::new(alacritty_terminal::index::Line(clamp(last)), term.last_column());
        if first > last { String::new() } else { self.between(start, end).trim_end_matches('\n').to_owned() }
    }

    /// From cell to cell as one reads, both included.
    pub(super) fn between(&self, start: Point, end: Point) -> String {
        let last = self.engine.term.last_column().0;
        let mut text = String::new();
        for line in start.line.0..=end.line.0 {
            let row = engine::row(&self.engine.term, line);
            let from = if line == start.line.0 { start.column.0 } else { 0 };
            let to = if line == end.line.0 { end.column.0 } else { last };
            push_cells(&mut text, row, from, to);
            let goes_on = row[Column(last)].flags.contains(Flags::WRAPLINE);
            if line < end.line.0 && !goes_on {
                text.push('\n');
            }
        }
        text
    }

    /// The columns between two cells in each line from the one to the other.
    pub(super) fn block(&self, start: Point, end: Point) -> String {
        let rows = (start.line.0..=end.line.0).map(|line| {
            let mut text = String::new();
            push_cells(&mut text, engine::row(&self.engine.term, line), start.column.0, end.column.0);
            text.truncate(text.trim_end().len());
            text
        });
        rows.collect::<Vec<_>>().join("\n")
    }
}

/// What stands in the cells from one column to another, without what is empty at the end of the row.
fn push_cells(text: &mut String, row: &Row<Cell>, from: usize, to: usize) {
    let is_empty = |cell: &Cell| cell.c == ' ' && cell.zerowidth().is_none_or(<[char]>::is_empty);
    let wrapped = row[Column(row.len() - 1)].flags.contains(Flags::WRAPLINE);
    let written = if wrapped {
        row.len()
    } else {
        (0..row.len()).rev().find(|at| !is_empty(&row[Column(*at)])).map_or(0, |at| at + 1)
    };
    // Of a wide character the second half counts as the whole.
    let spacer = |at: usize| row[Column(at)].flags.contains(Flags::WIDE_CHAR_SPACER);
    let from = if from < row.len() && spacer(from) { from.saturating_sub(1) } else { from };
    let mut skip_to = 0;
    for column in from..written.min(to + 1) {
        let cell = &row[Column(column)];
        if cell.flags.intersects(Flags::WIDE_CHAR_SPACER | Flags::LEADING_WIDE_CHAR_SPACER) {
            continue;
        }
        // The cells that a tab jumped over are no spaces.
        if column < skip_to && cell.c == ' ' {
            continue;
        }
        if cell.c == '\t' {
            skip_to = (column / TAB + 1) * TAB;
        }
        text.push(cell.c);
        text.extend(cell.zerowidth().unwrap_or_default());
    }
}

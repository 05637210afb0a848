//! What the user selects on a screen.

use alacritty_terminal::{
    grid::Dimensions as _,
    index::{self, Boundary, Column, Point},
    selection::{Selection, SelectionType},
};

use super::{
    Screen,
    state::{Place, line, small},
};

/// What a selection grows by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectionKind {
    /// By cells, as one reads.
    Simple,
    /// By words; on a bracket, to the one that matches.
    Word,
    /// By whole lines, wrapped ones too.
    Line,
    /// By cells, as a rectangle.
    Block,
}

/// The half of a cell that the pointer is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The left half: a selection that begins there has the cell.
    Left,
    /// The right half: one that ends there has the cell.
    Right,
}

/// What is selected: the cells from `start` to `end`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selected {
    /// The first cell.
    pub start: Place,
    /// The last cell.
    pub end: Place,
    /// Only the columns between the two, in each line.
    pub block: bool,
}

fn side(side: Half) -> index::Side {
    match side {
        Half::Left => index::Side::Left,
        Half::Right => index::Side::Right,
    }
}

pub(super) fn place(point: Point) -> Place {
    Place { line: point.line.0, column: small(point.column.0) }
}

impl Screen {
    fn point(&self, place: Place) -> Point {
        let point = Point::new(index::Line(place.line), Column(place.column.into()));
        point.grid_clamp(&self.engine.term, Boundary::Grid)
    }

    /// Begins a selection at a cell; a place outside is taken as the nearest inside.
    pub fn select(&mut self, kind: SelectionKind, from: Place, half: Half) {
        self.look_closer();
        let kind = match kind {
            SelectionKind::Simple => SelectionType::Simple,
            SelectionKind::Word => SelectionType::Semantic,
            SelectionKind::Line => SelectionType::Lines,
            SelectionKind::Block => SelectionType::Block,
        };
        let point = self.point(from);
        self.anchor = point.column;
        self.engine.term.selection = Some(Selection::new(kind, point, side(half)));
        self.changes += 1;
    }

    /// Moves the selection's other end; without a selection, nothing.
    pub fn extend_selection(&mut self, to: Place, half: Half) {
        let point = self.point(to);
        let Some(selection) = &mut self.engine.term.selection else { return };
        self.changes += 1;
        selection.update(point, side(half));
        if selection.ty == SelectionType::Block && self.anchor == point.column {
            // The engine would make a rectangle of fewer columns than none of some.
            selection.include_all();
        }
    }

    /// Selects the screen and all of its history.
    pub fn select_all(&mut self) {
        self.look_closer();
        let top = Place { line: -line(self.engine.term.history_size()), column: 0 };
        self.select(SelectionKind::Simple, top, Half::Left);
        self.extend_selection(Place { line: line(self.engine.term.screen_lines()), column: u16::MAX }, Half::Right);
    }

    /// Forgets the selection. So does output that changes what is selected.
    pub fn clear_selection(&mut self) {
        self.changes += u64::from(self.engine.term.selection.take().is_some());
    }

    /// What is selected as text: wrapped lines are one, spaces at the ends of lines are left out. None when nothing is.
    pub fn selected_text(&self) -> Option<String> {
        let selection = self.engine.term.selection.as_ref()?;
        let range = selection.to_range(&self.engine.term)?;
        let mut text =
            if range.is_block { self.block(range.start, range.end) } else { self.between(range.start, range.end) };
        if selection.ty == SelectionType::Lines {
            text.push('\n');
        }
        Some(text).filter(|text| !text.is_empty())
    }

    pub(super) fn selected(&self) -> Option<Selected> {
        let range = self.engine.term.selection.as_ref()?.to_range(&self.engine.term)?;
        Some(Selected { start: place(range.start), end: place(range.end), block: range.is_block })
    }
}

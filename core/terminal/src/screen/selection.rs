//! What the user selects on a screen, and what is found there.

use alacritty_terminal::{
    grid::Dimensions as _,
    index::{self, Boundary, Column, Direction, Point},
    selection::{Selection, SelectionType},
    term::search::{RegexIter, RegexSearch},
};

use super::{
    Screen,
    state::{Place, line, small},
};

/// The longest pattern, in bytes.
const MAX_PATTERN: usize = 1000;

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

/// Something found: the cells from `start` to `end`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The first cell.
    pub start: Place,
    /// The last cell.
    pub end: Place,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The text, at most 1,000 bytes.
    pub text: String,
    /// Whether the text is a regular expression.
    pub regex: bool,
    /// Whether capital and small letters differ.
    pub case_sensitive: bool,
}

/// A pattern that nothing can be found with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing to look for.
    #[error("Type what to look for.")]
    Empty,
    /// It is too long.
    #[error("This is too long to look for; use at most 1,000 characters.")]
    TooLong,
    /// It is no regular expression, or one that is too complex.
    #[error("This is not a regular expression that can be searched for; check its brackets and escapes.")]
    Invalid,
}

impl Pattern {
    fn compiled(&self) -> Result<RegexSearch, PatternError> {
        if self.text.is_empty() {
            return Err(PatternError::Empty);
        }
        if self.text.len() > MAX_PATTERN {
            return Err(PatternError::TooLong);
        }
        let text = if self.regex { self.text.clone() } else { escaped(&self.text) };
        let flag = if self.case_sensitive { "(?-i)" } else { "(?i)" };
        RegexSearch::new(&format!("{flag}{text}")).map_err(|_| PatternError::Invalid)
    }
}

fn escaped(text: &str) -> String {
    let escaped = |character: char| {
        let special = character.is_ascii_punctuation();
        special.then_some('\\').into_iter().chain(std::iter::once(character))
    };
    text.chars().flat_map(escaped).collect()
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

    /// The nearest match after a place (or before it, going `backwards`), beginning anew at the other end of the
    /// history; without a place, from the end of the screen.
    pub fn find(
        &mut self,
        pattern: &Pattern,
        from: Option<Place>,
        backwards: bool,
    ) -> Result<Option<Match>, PatternError> {
        let mut regex = pattern.compiled()?;
        self.look_closer();
        let term = &self.engine.term;
        let end = Place { line: term.bottommost_line().0, column: u16::MAX };
        let point = self.point(from.unwrap_or(end));
        let (direction, half, origin) = if backwards {
            (
                Direction::Left,
                index::Side::Left,
                if from.is_some() { point.sub(term, Boundary::None, 1) } else { point },
            )
        } else {
            (Direction::Right, index::Side::Left, point.add(term, Boundary::None, 1))
        };
        let found = term.search_next(&mut regex, origin, direction, half, None);
        Ok(found.map(|found| Match { start: place(*found.start()), end: place(*found.end()) }))
    }

    /// All matches from the oldest line on, at most so many.
    pub fn find_all(&mut self, pattern: &Pattern, limit: usize) -> Result<Vec<Match>, PatternError> {
        let mut regex = pattern.compiled()?;
        self.look_closer();
        let term = &self.engine.term;
        let start = Point::new(term.topmost_line(), Column(0));
        let end = Point::new(term.bottommost_line(), term.last_column());
        let found = RegexIter::new(start, end, Direction::Right, term, &mut regex);
        Ok(found.take(limit).map(|found| Match { start: place(*found.start()), end: place(*found.end()) }).collect())
    }
}

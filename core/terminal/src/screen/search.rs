//! What is found on a screen and in its history. It is looked for in each line as it was printed: however it is wrapped,
//! and without the blanks that follow it, so that `^` and `$` match where a line begins and ends.

use std::ops::RangeInclusive;

use alacritty_terminal::{
    grid::Dimensions as _,
    index::{Column, Line, Point},
    term::cell::Flags,
};
use regex_automata::{meta::Regex, util::syntax};

use super::{
    Screen, engine,
    selection::place,
    state::{Place, line},
};

/// The longest pattern, in bytes.
const MAX_PATTERN: usize = 1000;

/// How large a compiled pattern may be, in bytes.
const MAX_COMPILED: usize = 2 << 20;

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
    /// Whether the text is a regular expression. `^` and `$` are the ends of a line as it was printed, however it is
    /// wrapped; what matches nothing is not found.
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
    fn compiled(&self) -> Result<Regex, PatternError> {
        if self.text.is_empty() {
            return Err(PatternError::Empty);
        }
        if self.text.len() > MAX_PATTERN {
            return Err(PatternError::TooLong);
        }
        let text = if self.regex { self.text.clone() } else { escaped(&self.text) };
        let config = Regex::config().nfa_size_limit(Some(MAX_COMPILED)).hybrid_cache_capacity(MAX_COMPILED);
        let syntax = syntax::Config::new().case_insensitive(!self.case_sensitive);
        Regex::builder().configure(config).syntax(syntax).build(&text).map_err(|_| PatternError::Invalid)
    }
}

fn escaped(text: &str) -> String {
    let escaped = |character: char| {
        let special = character.is_ascii_punctuation();
        special.then_some('\\').into_iter().chain(std::iter::once(character))
    };
    text.chars().flat_map(escaped).collect()
}

/// A line as it was printed, and where its characters stand: the first byte of each, its cell and the last that it takes.
#[derive(Default)]
struct Printed {
    text: String,
    cells: Vec<(usize, Point, Point)>,
}

impl Printed {
    fn matches(&self, regex: &Regex) -> Vec<Match> {
        let written = self.text.trim_end_matches(' ');
        let cell = |byte: usize| self.cells.partition_point(|(begin, ..)| *begin <= byte).checked_sub(1);
        let found = regex.find_iter(written).filter(|found| !found.is_empty()).filter_map(|found| {
            let (_, start, _) = self.cells[cell(found.start())?];
            let (.., end) = self.cells[cell(found.end() - 1)?];
            Some(Match { start: place(start), end: place(end) })
        });
        found.collect()
    }
}

impl Screen {
    /// The nearest match after a place (or before it, going `backwards`), beginning anew at the other end of the
    /// history; without a place, from the end of the screen.
    pub fn find(
        &mut self,
        pattern: &Pattern,
        from: Option<Place>,
        backwards: bool,
    ) -> Result<Option<Match>, PatternError> {
        let regex = pattern.compiled()?;
        self.look_closer();
        let lines = self.printed_lines();
        let from = from.unwrap_or(Place { line: i32::MAX, column: 0 });
        let at = (from.line, from.column);
        let is_beyond = |found: &Match| {
            let start = (found.start.line, found.start.column);
            if backwards { start < at } else { start > at }
        };
        // The line where it begins, too, is looked at twice: first beyond the place, and at last as a whole.
        let own = lines.partition_point(|lines| *lines.end() < from.line).min(lines.len().saturating_sub(1));
        let (before, after) = (lines.iter().take(own + 1), lines.iter().skip(own));
        let all = |lines: &RangeInclusive<i32>| self.printed(lines.clone()).matches(&regex);
        let first = |lines: &RangeInclusive<i32>| all(lines).into_iter().find(is_beyond);
        let last = |lines: &RangeInclusive<i32>| all(lines).into_iter().rfind(is_beyond);
        Ok(if backwards {
            before.rev().find_map(last).or_else(|| after.rev().find_map(|lines| all(lines).pop()))
        } else {
            after.clone().find_map(first).or_else(|| before.clone().find_map(|lines| all(lines).into_iter().next()))
        })
    }

    /// All matches from the oldest line on, at most so many.
    pub fn find_all(&mut self, pattern: &Pattern, limit: usize) -> Result<Vec<Match>, PatternError> {
        let regex = pattern.compiled()?;
        self.look_closer();
        let lines = self.printed_lines();
        Ok(lines.into_iter().flat_map(|lines| self.printed(lines).matches(&regex)).take(limit).collect())
    }

    /// The lines of screen and history as they were printed, the oldest first: each over one row or several.
    fn printed_lines(&self) -> Vec<RangeInclusive<i32>> {
        let term = &self.engine.term;
        let oldest = -line(term.history_size());
        let (mut lines, mut first) = (Vec::new(), oldest);
        for row in oldest..line(term.screen_lines()) {
            if !engine::row(term, row)[term.last_column()].flags.contains(Flags::WRAPLINE) {
                lines.push(first..=row);
                first = row + 1;
            }
        }
        if first < line(term.screen_lines()) {
            lines.push(first..=line(term.screen_lines()) - 1);
        }
        lines
    }

    fn printed(&self, rows: RangeInclusive<i32>) -> Printed {
        let mut printed = Printed::default();
        for number in rows {
            let row = engine::row(&self.engine.term, number);
            for column in (0..row.len()).map(Column) {
                let (cell, at) = (&row[column], Point::new(Line(number), column));
                if cell.flags.intersects(Flags::WIDE_CHAR_SPACER) {
                    if let Some((.., end)) = printed.cells.last_mut() {
                        *end = at;
                    }
                } else if !cell.flags.intersects(Flags::LEADING_WIDE_CHAR_SPACER) {
                    printed.cells.push((printed.text.len(), at, at));
                    printed.text.push(if cell.c == '\t' { ' ' } else { cell.c });
                    printed.text.extend(cell.zerowidth().unwrap_or_default());
                }
            }
        }
        printed
    }
}

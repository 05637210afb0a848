//! Where the text under the pointer leads: links that programs mark (OSC 8), and addresses that stand in the text.

use alacritty_terminal::{
    grid::Dimensions as _,
    index::{self, Boundary, Column, Point},
    term::cell::Flags,
};

use super::{Screen, engine, selection::place, state::Place};

/// What an address begins with that is known in plain text.
const SCHEMES: [&str; 5] = ["https://", "http://", "file://", "ssh://", "mailto:"];

/// How many lines an address may be wrapped over, before and after the pointer's.
const MAX_LINES: i32 = 40;

/// A link: where it leads, and the cells from `start` to `end`, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What a program says: nothing to open without asking.
    pub address: String,
    /// The first cell.
    pub start: Place,
    /// The last cell.
    pub end: Place,
}

impl Screen {
    /// The link at a cell: one that a program marked, or an address in the text. None outside of the screen.
    pub fn link_at(&mut self, at: Place) -> Option<Link> {
        self.look_closer();
        let term = &self.engine.term;
        let point = Point::new(index::Line(at.line), Column(at.column.into()));
        if point != point.grid_clamp(term, Boundary::Grid) {
            return None;
        }
        let cells = self.logical_line(point.line.0);
        let index = cells.iter().position(|(place, _)| *place == point)?;
        self.marked(&cells, index).or_else(|| written(&cells, index))
    }

    /// The cells of a line and those that it is wrapped over, with their characters: none for the second half of a
    /// wide one.
    fn logical_line(&self, line: i32) -> Vec<(Point, Option<char>)> {
        let term = &self.engine.term;
        let last = term.last_column();
        let wraps = |line: i32| engine::row(term, line)[last].flags.contains(Flags::WRAPLINE);
        let (top, bottom) = (term.topmost_line().0, term.bottommost_line().0);
        let first = (top.max(line - MAX_LINES)..line).rev().take_while(|line| wraps(*line)).last().unwrap_or(line);
        let end = (line..bottom.min(line + MAX_LINES)).take_while(|line| wraps(*line)).last().map_or(line, |at| at + 1);
        let cells = (first..=end)
            .flat_map(|line| (0..=last.0).map(move |column| Point::new(index::Line(line), Column(column))));
        let spacers = Flags::WIDE_CHAR_SPACER | Flags::LEADING_WIDE_CHAR_SPACER;
        cells
            .map(|point| {
                let cell = &engine::row(term, point.line.0)[point.column];
                (point, (!cell.flags.intersects(spacers)).then_some(cell.c))
            })
            .collect()
    }

    fn marked(&self, cells: &[(Point, Option<char>)], index: usize) -> Option<Link> {
        let link =
            |(point, _): &(Point, Option<char>)| engine::row(&self.engine.term, point.line.0)[point.column].hyperlink();
        let own = link(&cells[index])?;
        let same = |cell: &&(Point, Option<char>)| link(cell).as_ref() == Some(&own);
        let before = cells[..index].iter().rev().take_while(same).count();
        let after = cells[index..].iter().take_while(same).count();
        let (start, end) = (cells[index - before].0, cells[index + after - 1].0);
        Some(Link { address: own.uri().to_owned(), start: place(start), end: place(end) })
    }
}

/// An address in the text around a cell.
fn written(cells: &[(Point, Option<char>)], index: usize) -> Option<Link> {
    let fits = |(_, character): &&(Point, Option<char>)| character.is_none_or(is_of_address);
    let before = cells[..=index].iter().rev().take_while(fits).count();
    let after = cells[index..].iter().take_while(fits).count();
    if before == 0 || after == 0 {
        return None;
    }
    let around = &cells[index + 1 - before..index + after];
    let pointer = before - 1;
    let text: Vec<(usize, char)> =
        around.iter().enumerate().filter_map(|(index, (_, character))| Some((index, (*character)?))).collect();
    // Of several that touch, the last that begins before the pointer.
    let begins = |at: &usize| text[*at].0 <= pointer && SCHEMES.iter().any(|scheme| stands(&text[*at..], scheme));
    let begin = (0..text.len()).rev().find(begins)?;
    let length = trimmed(&text[begin..]);
    let (start, end) = (text[begin].0, text[begin + length - 1].0);
    let scheme = SCHEMES.iter().find(|scheme| stands(&text[begin..], scheme))?;
    if pointer > end || length <= scheme.len() {
        return None;
    }
    let address = text[begin..begin + length].iter().map(|(_, character)| character).collect();
    Some(Link { address, start: place(around[start].0), end: place(around[end].0) })
}

fn is_of_address(character: char) -> bool {
    !character.is_whitespace()
        && !character.is_control()
        && !matches!(character, '<' | '>' | '"' | '`' | '|' | '{' | '}' | '\\' | '^')
}

fn stands(text: &[(usize, char)], scheme: &str) -> bool {
    let mut characters = text.iter().map(|(_, character)| character.to_ascii_lowercase());
    scheme.chars().all(|wanted| characters.next() == Some(wanted))
}

/// How many characters belong to an address: not the punctuation of the sentence that it stands in.
fn trimmed(text: &[(usize, char)]) -> usize {
    let mut length = text.len();
    while let Some((_, last)) = text[..length].last() {
        let opens = |bracket: char| text[..length].iter().filter(|(_, character)| *character == bracket).count();
        let goes = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' => true,
            ')' => opens('(') < opens(')'),
            ']' => opens('[') < opens(']'),
            _ => false,
        };
        if !goes {
            break;
        }
        length -= 1;
    }
    length
}

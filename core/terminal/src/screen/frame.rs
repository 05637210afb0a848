//! A screen as bytes: rows of cells, packed for crossing into another language in one piece.
//!
//! An [`Update`]'s `cells` holds one record for each row that has changed, without gaps, all numbers little-endian:
//!
//! | Bytes | What |
//! |---|---|
//! | 2 | the row, from the top of what is shown |
//! | 2 | its cells: the screen's columns |
//! | 2 | its extras |
//! | 2 | bit 0: the row goes on in the next (it was wrapped) |
//! | 4 | the length of its texts in bytes |
//! | 16 × cells | the cells |
//! | 8 × extras | the extras |
//! | … | the texts |
//!
//! A cell: 4 bytes character, 4 foreground, 4 background ([`CellColour`]), 2 attributes ([`Attributes`]), 2 the number
//! of its extra, counted from 1, or 0. The character is a Unicode scalar value; with the highest bit set it is a place
//! in the texts, where the length of a text in bytes (one byte) and the text (UTF-8: a character and those that combine
//! with it) stand. An extra: 4 bytes the underline's colour, 4 the number of the link, or 0.

use std::collections::HashMap;

use alacritty_terminal::{
    grid::Row,
    index::Column,
    term::cell::{Cell as EngineCell, Flags, Hyperlink},
};

use super::{ScreenEvent, ScreenState, colours::CellColour, engine::PROMPT};

const HEADER: usize = 12;
const CELL: usize = 16;
const EXTRA: usize = 8;
const IN_TEXTS: u32 = 1 << 31;

/// How many links are known by a number before numbering starts anew.
const MAX_LINKS: usize = 4096;

/// How a cell's text is underlined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Underline {
    /// Not at all (0).
    #[default]
    None,
    /// By one line (1).
    Single,
    /// By two (2).
    Double,
    /// By a wave (3).
    Curly,
    /// By dots (4).
    Dotted,
    /// By dashes (5).
    Dashed,
}

/// How a cell looks beside its colours; packed into two bytes: the bit of each is its place here, the underline is
/// three bits from bit 6 on, and `wide` is bit 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a terminal's attributes are switches that have nothing to do with each other"
)]
pub struct Attributes {
    /// Bit 0.
    pub bold: bool,
    /// Bit 1.
    pub dim: bool,
    /// Bit 2.
    pub italic: bool,
    /// Bit 3: foreground and background are swapped.
    pub inverse: bool,
    /// Bit 4: the text is not shown.
    pub hidden: bool,
    /// Bit 5.
    pub struck: bool,
    /// Bits 6 to 8.
    pub underline: Underline,
    /// Bit 9: the character takes this cell and the next.
    pub wide: bool,
    /// Bit 10: the second cell of a wide character; it has no character of its own.
    pub spacer: bool,
    /// Bit 11: left empty at the end of a row, for the wide character did not fit.
    pub leading_spacer: bool,
    /// Bit 12: it belongs to a shell's prompt or what was typed there.
    pub prompt: bool,
}

impl Attributes {
    fn of(flags: Flags) -> u16 {
        const PAIRS: [(Flags, u16); 10] = [
            (Flags::BOLD, 0),
            (Flags::DIM, 1),
            (Flags::ITALIC, 2),
            (Flags::INVERSE, 3),
            (Flags::HIDDEN, 4),
            (Flags::STRIKEOUT, 5),
            (Flags::WIDE_CHAR, 9),
            (Flags::WIDE_CHAR_SPACER, 10),
            (Flags::LEADING_WIDE_CHAR_SPACER, 11),
            (PROMPT, 12),
        ];
        if flags.is_empty() {
            return 0;
        }
        let bits = PAIRS.iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, bit)| 1 << bit).sum::<u16>();
        bits | underline(flags) << 6
    }

    fn unpacked(bits: u16) -> Option<Self> {
        let is = |bit: u16| bits & 1 << bit != 0;
        let underline = match bits >> 6 & 7 {
            0 => Underline::None,
            1 => Underline::Single,
            2 => Underline::Double,
            3 => Underline::Curly,
            4 => Underline::Dotted,
            5 => Underline::Dashed,
            _ => return None,
        };
        Some(Self {
            bold: is(0),
            dim: is(1),
            italic: is(2),
            inverse: is(3),
            hidden: is(4),
            struck: is(5),
            underline,
            wide: is(9),
            spacer: is(10),
            leading_spacer: is(11),
            prompt: is(12),
        })
    }
}

fn underline(flags: Flags) -> u16 {
    const STYLES: [(Flags, u16); 5] = [
        (Flags::UNDERLINE, 1),
        (Flags::DOUBLE_UNDERLINE, 2),
        (Flags::UNDERCURL, 3),
        (Flags::DOTTED_UNDERLINE, 4),
        (Flags::DASHED_UNDERLINE, 5),
    ];
    STYLES.iter().find(|(flag, _)| flags.contains(*flag)).map_or(0, |(_, style)| *style)
}

/// The numbers by which cells name their links.
#[derive(Debug, Default)]
pub(super) struct Links {
    numbers: HashMap<Hyperlink, u32>,
    addresses: HashMap<u32, String>,
    last: u32,
}

impl Links {
    fn number(&mut self, link: Hyperlink) -> u32 {
        if let Some(number) = self.numbers.get(&link) {
            return *number;
        }
        if self.numbers.len() >= MAX_LINKS {
            // Rows that still show one get a new number, and thereby change.
            self.numbers.clear();
            self.addresses.clear();
        }
        self.last = self.last.wrapping_add(1).max(1);
        self.addresses.insert(self.last, link.uri().to_owned());
        self.numbers.insert(link, self.last);
        self.last
    }

    pub(super) fn address(&self, number: u32) -> Option<&str> {
        self.addresses.get(&number).map(String::as_str)
    }
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// Appends the record of a row.
pub(super) fn pack_row(into: &mut Vec<u8>, index: usize, row: &Row<EngineCell>, links: &mut Links) {
    let columns = row.len();
    let start = into.len();
    let (mut extras, mut texts) = (Vec::new(), Vec::new());
    into.resize(start + HEADER, 0);
    for column in 0..columns {
        let cell = &row[Column(column)];
        into.extend_from_slice(&character(cell, &mut texts).to_le_bytes());
        into.extend_from_slice(&CellColour::of(cell.fg).packed().to_le_bytes());
        into.extend_from_slice(&CellColour::of(cell.bg).packed().to_le_bytes());
        into.extend_from_slice(&Attributes::of(cell.flags).to_le_bytes());
        into.extend_from_slice(&extra(cell, &mut extras, links));
    }
    let wrapped = columns > 0 && row[Column(columns - 1)].flags.contains(Flags::WRAPLINE);
    let header = [short(index), short(columns), short(extras.len() / EXTRA), short(usize::from(wrapped))];
    into[start..start + 8].copy_from_slice(header.as_flattened());
    into[start + 8..start + HEADER].copy_from_slice(&long(texts.len()));
    into.extend_from_slice(&extras);
    into.extend_from_slice(&texts);
}

fn character(cell: &EngineCell, texts: &mut Vec<u8>) -> u32 {
    let first = if cell.c == '\t' { ' ' } else { cell.c };
    let Some(combining) = cell.zerowidth().filter(|all| !all.is_empty()) else { return first.into() };
    let text: String = std::iter::once(first).chain(combining.iter().copied()).collect();
    let at = u32::try_from(texts.len()).unwrap_or(0);
    // A character and the few that a cell takes have at most 68 bytes.
    texts.push(u8::try_from(text.len()).unwrap_or(0));
    texts.extend_from_slice(text.as_bytes());
    at | IN_TEXTS
}

fn extra(cell: &EngineCell, extras: &mut Vec<u8>, links: &mut Links) -> [u8; 2] {
    if cell.extra.is_none() {
        return [0; 2];
    }
    let link = cell.hyperlink().map_or(0, |link| links.number(link));
    let underline = cell.underline_color().map_or(CellColour::Default, CellColour::of).packed();
    if link == 0 && underline == 0 {
        return [0; 2];
    }
    let mut record = [0; EXTRA];
    record[..4].copy_from_slice(&underline.to_le_bytes());
    record[4..].copy_from_slice(&link.to_le_bytes());
    // Neighbours often share it.
    if extras.len() < EXTRA || extras[extras.len() - EXTRA..] != record {
        extras.extend_from_slice(&record);
    }
    short(extras.len() / EXTRA)
}

/// What has changed on a screen since a version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// What this leads to; asked for next time.
    pub version: u64,
    /// All rows are here: forget those of before.
    pub whole: bool,
    /// The rows that have changed; the module's documentation says how they are packed.
    pub cells: Vec<u8>,
    /// Everything else.
    pub state: ScreenState,
    /// What happened beside; a few at most, of more the latest. Every reader is told.
    pub events: Vec<ScreenEvent>,
}

/// An [`Update`] that does not fit what it is applied to, or is no such thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This terminal's picture is damaged; fetch it anew.")]
pub struct UpdateError;

/// A cell, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// A character and those that combine with it; a space where nothing was written, empty in a spacer.
    pub text: String,
    /// Of the text.
    pub foreground: CellColour,
    /// Behind it.
    pub background: CellColour,
    /// How it looks.
    pub attributes: Attributes,
    /// Of the underline.
    pub underline_colour: CellColour,
    /// The number of its link ([`super::Screen::link`]), or 0.
    pub link: u32,
}

/// A screen as a reader has it: what all updates so far come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    version: u64,
    rows: Vec<Vec<u8>>,
    state: ScreenState,
}

impl Frame {
    /// What to ask for next: [`super::Screen::update`].
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Everything but the cells.
    pub fn state(&self) -> &ScreenState {
        &self.state
    }

    /// Takes over what has changed. On an error the frame is as before.
    pub fn apply(&mut self, update: &Update) -> Result<(), UpdateError> {
        let mut rows = if update.whole { Vec::new() } else { self.rows.clone() };
        let mut rest = update.cells.as_slice();
        while !rest.is_empty() {
            let record = Record::first(rest).ok_or(UpdateError)?;
            let place = if update.whole { rows.len() } else { record.row };
            if place != record.row || record.cells.len() != usize::from(update.state.size.columns) * CELL {
                return Err(UpdateError);
            }
            let (bytes, after) = rest.split_at(record.length);
            match rows.get_mut(place) {
                Some(row) => *row = bytes.to_vec(),
                None if update.whole => rows.push(bytes.to_vec()),
                None => return Err(UpdateError),
            }
            rest = after;
        }
        if rows.len() != usize::from(update.state.size.rows) {
            return Err(UpdateError);
        }
        *self = Self { version: update.version, rows, state: update.state.clone() };
        Ok(())
    }

    /// The cells of a row, from the top; none for a row that is not there.
    pub fn cells(&self, row: usize) -> Vec<Cell> {
        let record = self.rows.get(row).and_then(|row| Record::first(row));
        record.map(|record| record.unpacked().unwrap_or_default()).unwrap_or_default()
    }

    /// Whether a row goes on in the next.
    pub fn is_wrapped(&self, row: usize) -> bool {
        self.rows.get(row).and_then(|row| Record::first(row)).is_some_and(|record| record.wrapped)
    }

    /// A row as text, without the spaces at its end.
    pub fn text(&self, row: usize) -> String {
        let text: String = self.cells(row).into_iter().map(|cell| cell.text).collect();
        text.trim_end_matches(' ').to_owned()
    }

    /// All rows as text, each ended by a newline but the last; without empty rows at the end.
    pub fn to_text(&self) -> String {
        let rows: Vec<String> = (0..self.rows.len()).map(|row| self.text(row)).collect();
        rows.join("\n").trim_end_matches('\n').to_owned()
    }
}

/// The parts of a row's record.
struct Record<'a> {
    row: usize,
    wrapped: bool,
    length: usize,
    cells: &'a [u8],
    extras: &'a [u8],
    texts: &'a [u8],
}

impl<'a> Record<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let (header, rest) = bytes.split_at_checked(HEADER)?;
        let number = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let texts = u32::from_le_bytes([header[8], header[9], header[10], header[11]]);
        let (cells, rest) = rest.split_at_checked(number(2) * CELL)?;
        let (extras, rest) = rest.split_at_checked(number(4) * EXTRA)?;
        let (texts, _) = rest.split_at_checked(usize::try_from(texts).ok()?)?;
        let length = HEADER + cells.len() + extras.len() + texts.len();
        Some(Self { row: number(0), wrapped: number(6) & 1 == 1, length, cells, extras, texts })
    }

    fn unpacked(&self) -> Option<Vec<Cell>> {
        self.cells.chunks_exact(CELL).map(|cell| self.cell(cell)).collect()
    }

    fn cell(&self, bytes: &[u8]) -> Option<Cell> {
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let attributes = Attributes::unpacked(u16::from_le_bytes([bytes[12], bytes[13]]))?;
        let text = if attributes.spacer { String::new() } else { self.text(number(0))? };
        let (underline_colour, link) = self.extra(u16::from_le_bytes([bytes[14], bytes[15]]))?;
        let (foreground, background) = (CellColour::unpacked(number(4))?, CellColour::unpacked(number(8))?);
        Some(Cell { text, foreground, background, attributes, underline_colour, link })
    }

    fn text(&self, character: u32) -> Option<String> {
        if character & IN_TEXTS == 0 {
            return char::from_u32(character).map(String::from);
        }
        let rest = self.texts.get(usize::try_from(character & !IN_TEXTS).ok()?..)?;
        let (length, rest) = rest.split_first()?;
        str::from_utf8(rest.get(..usize::from(*length))?).ok().map(str::to_owned)
    }

    fn extra(&self, number: u16) -> Option<(CellColour, u32)> {
        let Some(index) = usize::from(number).checked_sub(1) else { return Some((CellColour::Default, 0)) };
        let record = self.extras.get(index * EXTRA..(index + 1) * EXTRA)?;
        let number = |at: usize| u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]);
        Some((CellColour::unpacked(number(0))?, number(4)))
    }
}

//! A line of cells, packed: mostly a twentieth of what the engine takes for it.
//!
//! A line is the number of its cells that are not blank, then runs of cells that look the same: their number, doubled,
//! plus 1 for cells with something rare to them; foreground, background (4 bytes each) and flags (2 bytes); the
//! characters in UTF-8, before each that takes two cells the byte 255. What is rare: how many characters combine with it,
//! and these; the underline's colour; the length of its link's name, and of its address, and both. Numbers without a size
//! are LEB128, the others little-endian.

use std::sync::Arc;

use alacritty_terminal::{
    grid::Row,
    term::cell::{Cell, CellExtra, Flags, Hyperlink},
    vte::ansi::{Color, NamedColor},
};

use super::colours::CellColour;

/// The most cells of a line: what no screen has is not unpacked.
const MAX_CELLS: usize = super::ScreenSize::MAX_COLUMNS as usize;

/// What stands before a character that takes two cells; no character begins with it.
const PAIR: u8 = 0xFF;

/// The halves of a wide character.
pub(super) const HALVES: Flags = Flags::WIDE_CHAR.union(Flags::WIDE_CHAR_SPACER);

fn number(into: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        into.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    into.push(value.to_le_bytes()[0]);
}

fn characters(into: &mut Vec<u8>, character: char) {
    let mut bytes = [0; 4];
    let length = character.encode_utf8(&mut bytes).len();
    // Each length by itself, so that it takes no call.
    match (length, bytes) {
        (1, [a, ..]) => into.push(a),
        (2, [a, b, ..]) => into.extend_from_slice(&[a, b]),
        (3, [a, b, c, _]) => into.extend_from_slice(&[a, b, c]),
        _ => into.extend_from_slice(&bytes),
    }
}

/// Whether a cell has nothing but its character, as most have. Told so that it takes no time.
fn is_plain(cell: &Cell) -> bool {
    cell.flags.is_empty()
        & cell.extra.is_none()
        & matches!(cell.fg, Color::Named(NamedColor::Foreground))
        & matches!(cell.bg, Color::Named(NamedColor::Background))
}

/// How many cells are looked at before anything is decided: decisions take longer than looking.
const STEP: usize = 8;

/// How many cells, from the first on, are plain.
fn plain_length(cells: &[Cell]) -> usize {
    let all_plain = |cells: &&[Cell]| cells.iter().fold(true, |plain, cell| plain & is_plain(cell));
    let sure = cells.chunks_exact(STEP).take_while(all_plain).count() * STEP;
    sure + cells[sure..].iter().take_while(|cell| is_plain(cell)).count()
}

/// How many cells there are up to the last that is not blank.
fn used_length(cells: &[Cell]) -> usize {
    let is_blank = |cell: &Cell| (cell.c == ' ') & is_plain(cell);
    let all_blank = |cells: &&[Cell]| cells.iter().fold(true, |blank, cell| blank & is_blank(cell));
    let sure = cells.rchunks_exact(STEP).take_while(all_blank).count() * STEP;
    cells[..cells.len() - sure].iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1)
}

/// Whether a cell is the first half of a wide character, and the second is the next.
fn is_pair(cells: &[Cell]) -> bool {
    let [first, second, ..] = cells else { return false };
    first.flags & HALVES == Flags::WIDE_CHAR
        && second.c == ' '
        && second.flags == (first.flags - Flags::WIDE_CHAR) | Flags::WIDE_CHAR_SPACER
        && (second.fg, second.bg) == (first.fg, first.bg)
        && second.extra == first.extra
}

/// How many cells from the first on look like it, but for those that wide characters take.
fn run_length(cells: &[Cell]) -> usize {
    let Some(first) = cells.first() else { return 0 };
    let mut length = if is_plain(first) { plain_length(cells) } else { 0 };
    let flags = first.flags - HALVES;
    while let Some(cell) = cells.get(length) {
        let is_like = cell.flags - HALVES == flags
            && (cell.fg, cell.bg) == (first.fg, first.bg)
            && (cell.extra.is_none() && first.extra.is_none() || cell.extra == first.extra);
        length += match is_like {
            true if !cell.flags.intersects(HALVES) => 1,
            true if is_pair(&cells[length..]) => 2,
            _ => break,
        };
    }
    // A half without its other is a run of its own.
    length.max(1)
}

/// Appends a line.
pub(super) fn pack(into: &mut Vec<u8>, row: &Row<Cell>) {
    let cells = &row[..];
    let used = used_length(cells);
    number(into, used);
    let mut rest = &cells[..used];
    if pack_plain_ascii(into, rest) {
        return;
    }
    while let Some(first) = rest.first() {
        let run;
        (run, rest) = rest.split_at(run_length(rest));
        let flags = if run.len() == 1 { first.flags } else { first.flags - HALVES };
        pack_head(into, first, run.len(), flags);
        pack_characters(into, run);
        if first.extra.is_some() {
            pack_rare(into, first);
        }
    }
}

/// Packs cells that are all plain and ASCII, as those of most lines are, with one look at each. Whether they are; else
/// nothing is packed.
fn pack_plain_ascii(into: &mut Vec<u8>, cells: &[Cell]) -> bool {
    let Some(first) = cells.first().filter(|first| is_plain(first)) else { return false };
    let begin = into.len();
    pack_head(into, first, cells.len(), Flags::empty());
    for step in cells.chunks(STEP) {
        let mut bytes = [0; STEP];
        let mut plain = true;
        for (byte, cell) in bytes.iter_mut().zip(step) {
            plain &= is_plain(cell) & cell.c.is_ascii();
            *byte = u32::from(cell.c).to_le_bytes()[0];
        }
        if !plain {
            into.truncate(begin);
            return false;
        }
        into.extend_from_slice(&bytes[..step.len()]);
    }
    true
}

/// Appends a line of cells without colours or attributes, given without the blanks at its end. One that goes on in the next
/// is as long as the screen is wide.
pub(super) fn pack_ascii(into: &mut Vec<u8>, text: &[u8], wrapped: bool) {
    number(into, text.len());
    let (plain, last) = text.split_at(text.len() - usize::from(wrapped));
    for (text, flags) in [(plain, Flags::empty()), (last, Flags::WRAPLINE)] {
        if !text.is_empty() {
            pack_head(into, &Cell::default(), text.len(), flags);
            into.extend_from_slice(text);
        }
    }
}

/// What stands before the characters of so many cells that look like the first.
fn pack_head(into: &mut Vec<u8>, first: &Cell, count: usize, flags: Flags) {
    number(into, count << 1 | usize::from(first.extra.is_some()));
    let mut style = [0; 10];
    style[..4].copy_from_slice(&CellColour::of(first.fg).packed().to_le_bytes());
    style[4..8].copy_from_slice(&CellColour::of(first.bg).packed().to_le_bytes());
    style[8..].copy_from_slice(&flags.bits().to_le_bytes());
    into.extend_from_slice(&style);
}

fn pack_characters(into: &mut Vec<u8>, run: &[Cell]) {
    if run.iter().fold(true, |ascii, cell| ascii & cell.c.is_ascii() & !cell.flags.intersects(HALVES)) {
        return into.extend(run.iter().map(|cell| u32::from(cell.c).to_le_bytes()[0]));
    }
    for cell in run {
        if run.len() > 1 && cell.flags.contains(Flags::WIDE_CHAR) {
            into.push(PAIR);
        } else if run.len() > 1 && cell.flags.contains(Flags::WIDE_CHAR_SPACER) {
            continue;
        }
        characters(into, cell.c);
    }
}

fn pack_rare(into: &mut Vec<u8>, cell: &Cell) {
    let combining = cell.zerowidth().unwrap_or_default();
    number(into, combining.len());
    for character in combining {
        characters(into, *character);
    }
    into.extend_from_slice(&cell.underline_color().map_or(0, |colour| CellColour::of(colour).packed()).to_le_bytes());
    let link = cell.hyperlink();
    let (name, address) = link.as_ref().map_or(("", ""), |link| (link.id(), link.uri()));
    number(into, name.len());
    number(into, address.len());
    into.extend_from_slice(name.as_bytes());
    into.extend_from_slice(address.as_bytes());
}

/// Takes what was packed from its front; None for what never was.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// What was rare about the last cells that had something.
    rare: Option<Arc<CellExtra>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, rare: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn number(&mut self) -> Option<usize> {
        let mut value = 0;
        for shift in (0..28).step_by(7) {
            let [byte] = self.array()?;
            value |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn character(&mut self) -> Option<char> {
        let first = *self.rest.first()?;
        let length = match first {
            0..0x80 => 1,
            0xC0..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        str::from_utf8(self.take(length)?).ok()?.chars().next()
    }

    fn text(&mut self, length: usize) -> Option<String> {
        str::from_utf8(self.take(length)?).ok().map(str::to_owned)
    }

    /// A colour, and what it is where the cell has none of its own.
    fn colour(&mut self, none: NamedColor) -> Option<Color> {
        Some(match CellColour::unpacked(u32::from_le_bytes(self.array()?))? {
            CellColour::Default => Color::Named(none),
            CellColour::Indexed(index) => Color::Indexed(index),
            CellColour::Rgb(rgb) => {
                Color::Spec(alacritty_terminal::vte::ansi::Rgb { r: rgb.red, g: rgb.green, b: rgb.blue })
            }
        })
    }
}

/// The cells of the next line, up to the last that is not blank; None for what never was packed.
pub(super) fn unpack(from: &mut Reader<'_>) -> Option<Vec<Cell>> {
    let used = from.number().filter(|used| *used <= MAX_CELLS)?;
    let mut cells = Vec::with_capacity(used);
    while cells.len() < used {
        let head = from.number()?;
        let (run, rare) = (head >> 1, head & 1 == 1);
        if run == 0 || cells.len() + run > used {
            return None;
        }
        let (fg, bg) = (from.colour(NamedColor::Foreground)?, from.colour(NamedColor::Background)?);
        let flags = Flags::from_bits_retain(u16::from_le_bytes(from.array()?));
        let end = cells.len() + run;
        while cells.len() < end {
            let pair = from.rest.first() == Some(&PAIR) && cells.len() + 2 <= end;
            if pair {
                from.take(1)?;
            }
            let own = if pair { flags | Flags::WIDE_CHAR } else { flags };
            cells.push(Cell { c: from.character()?, fg, bg, flags: own, extra: None });
            if pair {
                cells.push(Cell { c: ' ', fg, bg, flags: flags | Flags::WIDE_CHAR_SPACER, extra: None });
            }
        }
        if rare {
            let mut first = Cell::default();
            unpack_rare(from, &mut first)?;
            // Neighbours share it, as they did: a page full of links would take much memory otherwise.
            if from.rare.as_ref() != first.extra.as_ref() {
                from.rare = first.extra;
            }
            let begin = cells.len() - run;
            for cell in &mut cells[begin..] {
                cell.extra.clone_from(&from.rare);
            }
        }
    }
    Some(cells)
}

fn unpack_rare(from: &mut Reader<'_>, cell: &mut Cell) -> Option<()> {
    for _ in 0..from.number()? {
        cell.push_zerowidth(from.character()?);
    }
    match from.colour(NamedColor::Foreground)? {
        Color::Named(_) => {}
        colour => cell.set_underline_color(Some(colour)),
    }
    let (name, address) = (from.number()?, from.number()?);
    let (name, address) = (from.text(name)?, from.text(address)?);
    if !name.is_empty() || !address.is_empty() {
        cell.set_hyperlink(Some(Hyperlink::new(Some(name), address)));
    }
    Some(())
}

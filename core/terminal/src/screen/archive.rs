//! Lines of a screen's history, packed: mostly a twentieth of what the engine takes for them, compressed much less.

use std::collections::VecDeque;

use alacritty_terminal::{grid::Row, term::cell::Cell};

use super::packed::{Reader, pack, pack_ascii, unpack};

/// How much is compressed at once, in bytes.
const BLOCK: usize = 64 << 10;

/// How much the lines of an archive come to before they are compressed, in bytes; of more, the oldest are forgotten.
/// Cells that each have colours of their own come to less, only links can be longer.
const MAX_UNPACKED: usize = 32 << 20;

/// How much a small archive takes at most, in bytes; of more, the oldest lines are forgotten. What programs print comes to a
/// tenth of it; only one that gives each cell a colour of its own gets there.
const MAX_BYTES: usize = 4 << 20;

/// Lines, the oldest first.
#[derive(Debug, Clone)]
pub(super) struct Archive {
    most: usize,
    blocks: VecDeque<Block>,
    /// Lines that are not compressed yet, and how many.
    open: Vec<u8>,
    in_open: usize,
    lines: usize,
    bytes: usize,
    /// What `bytes` come to before they are compressed.
    unpacked: usize,
    /// What is closed is compressed.
    small: bool,
}

#[derive(Debug, Clone)]
struct Block {
    lines: usize,
    /// Before it was compressed; none for one that is not.
    length: Option<usize>,
    bytes: Box<[u8]>,
}

impl Block {
    /// Before it was compressed.
    fn length(&self) -> usize {
        self.length.unwrap_or(self.bytes.len())
    }

    fn compress(&mut self) {
        if self.length.is_none() {
            let packed = lz4_flex::block::compress(&self.bytes).into_boxed_slice();
            self.length = Some(std::mem::replace(&mut self.bytes, packed).len());
        }
    }
}

impl Archive {
    /// An empty one. Of more than `most` lines the oldest are forgotten, some time.
    pub(super) fn new(most: usize) -> Self {
        let (blocks, open) = (VecDeque::new(), Vec::new());
        Self { most, blocks, open, in_open: 0, lines: 0, bytes: 0, unpacked: 0, small: false }
    }

    /// How many lines there are.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    pub(super) fn clear(&mut self) {
        *self = Self { small: self.small, ..Self::new(self.most) };
    }

    /// From now on it takes little memory, or what is added lies there as it is, which is faster.
    pub(super) fn set_small(&mut self, small: bool) {
        self.small = small;
        if small {
            self.compress();
            self.forget();
        }
    }

    pub(super) fn compress(&mut self) {
        self.blocks.iter_mut().for_each(Block::compress);
        self.bytes = self.blocks.iter().map(|block| block.bytes.len()).sum();
        self.open.shrink_to_fit();
    }

    /// Adds the newest line.
    pub(super) fn push(&mut self, row: &Row<Cell>) {
        pack(&mut self.open, row);
        self.added();
    }

    /// Adds a line of cells without colours or attributes, given without the blanks at its end. One that goes on in the next
    /// is as long as the screen is wide.
    pub(super) fn push_ascii(&mut self, text: &[u8], wrapped: bool) {
        pack_ascii(&mut self.open, text, wrapped);
        self.added();
    }

    fn added(&mut self) {
        self.in_open += 1;
        self.lines += 1;
        if self.open.len() >= BLOCK {
            self.close();
        }
    }

    /// Appends all of it: for each block the number of its lines, its length unpacked and packed (4 bytes each,
    /// little-endian), and the block.
    pub(super) fn write(mut self, into: &mut Vec<u8>) {
        self.small = true;
        if self.in_open > 0 {
            self.close();
        }
        for block in self.blocks {
            for number in [block.lines, block.length.unwrap_or_default(), block.bytes.len()] {
                into.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
            }
            into.extend_from_slice(&block.bytes);
        }
    }

    /// What was written. None for what never was.
    pub(super) fn read(bytes: &[u8], most: usize) -> Option<Self> {
        let (mut archive, mut rest) = (Self::new(most), Reader::new(bytes));
        while !rest.is_empty() {
            let mut number = || usize::try_from(u32::from_le_bytes(rest.array()?)).ok();
            let (lines, length, packed) = (number()?, number()?, number()?);
            let bytes = rest.take(packed)?;
            // Each line has a byte at least.
            if length > MAX_UNPACKED || lines > length {
                return None;
            }
            archive.lines += lines;
            archive.bytes += packed;
            archive.unpacked += length;
            archive.blocks.push_back(Block { lines, length: Some(length), bytes: bytes.into() });
        }
        archive.forget();
        Some(archive)
    }

    fn close(&mut self) {
        let mut block = Block { lines: self.in_open, length: None, bytes: self.open.as_slice().into() };
        self.unpacked += self.open.len();
        if self.small {
            block.compress();
        }
        self.bytes += block.bytes.len();
        self.blocks.push_back(block);
        self.open.clear();
        // A line of links may have made it larger.
        self.open.shrink_to(2 * BLOCK);
        self.in_open = 0;
        self.forget();
    }

    fn forget(&mut self) {
        while let Some(oldest) = self.blocks.front() {
            let fits = self.unpacked <= MAX_UNPACKED && (!self.small || self.bytes <= MAX_BYTES);
            if fits && self.lines - oldest.lines < self.most {
                break;
            }
            self.bytes -= oldest.bytes.len();
            self.unpacked -= oldest.length();
            self.lines -= oldest.lines;
            self.blocks.pop_front();
        }
    }

    /// Calls for each line with its place, from the oldest, 0, and its cells up to the last that is not blank.
    pub(super) fn each(&self, mut take: impl FnMut(usize, Vec<Cell>)) {
        let mut index = 0;
        let mut lines = |count: usize, bytes: &[u8]| {
            let mut rest = Reader::new(bytes);
            for offset in 0..count {
                let Some(cells) = unpack(&mut rest) else { break };
                take(index + offset, cells);
            }
            index += count;
        };
        for block in &self.blocks {
            match block.length {
                Some(length) => {
                    let bytes = lz4_flex::block::decompress(&block.bytes, length).unwrap_or_default();
                    lines(block.lines, &bytes);
                }
                None => lines(block.lines, &block.bytes),
            }
        }
        lines(self.in_open, &self.open);
    }
}

//! Colours: how cells name them, and what the names stand for.

use alacritty_terminal::vte::ansi::Color;

/// A colour, eight bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Rgb {
    /// 0 to 255.
    pub red: u8,
    /// 0 to 255.
    pub green: u8,
    /// 0 to 255.
    pub blue: u8,
}

impl Rgb {
    const fn new(value: u32) -> Self {
        let [_, red, green, blue] = value.to_be_bytes();
        Self { red, green, blue }
    }
}

/// A colour as a cell names it. Packed into four bytes, little-endian: what it is in the highest, its value below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellColour {
    /// The theme's own foreground or background (0); of an underline, the text's.
    Default,
    /// One of the 256 colours of the palette (1): 0 to 15 are the theme's.
    Indexed(u8),
    /// Itself (2).
    Rgb(Rgb),
}

impl CellColour {
    pub(super) fn of(colour: Color) -> Self {
        match colour {
            Color::Indexed(index) => Self::Indexed(index),
            Color::Spec(rgb) => Self::Rgb(Rgb { red: rgb.r, green: rgb.g, blue: rgb.b }),
            Color::Named(name) => match u8::try_from(name as usize) {
                Ok(index) if index < 16 => Self::Indexed(index),
                _ => Self::Default,
            },
        }
    }

    pub(super) fn packed(self) -> u32 {
        match self {
            Self::Default => 0,
            Self::Indexed(index) => 1 << 24 | u32::from(index),
            Self::Rgb(Rgb { red, green, blue }) => u32::from_be_bytes([2, red, green, blue]),
        }
    }

    /// None for what [`CellColour`] never packs.
    pub(super) fn unpacked(packed: u32) -> Option<Self> {
        match packed.to_be_bytes() {
            [0, 0, 0, 0] => Some(Self::Default),
            [1, 0, 0, index] => Some(Self::Indexed(index)),
            [2, red, green, blue] => Some(Self::Rgb(Rgb { red, green, blue })),
            _ => None,
        }
    }
}

/// What the names of colours stand for: the theme's part of the palette. The rest (16 to 255) is xterm's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    /// Of text without a colour.
    pub foreground: Rgb,
    /// Of cells without a colour.
    pub background: Rgb,
    /// Of the cursor.
    pub cursor: Rgb,
    /// Black, red, green, yellow, blue, magenta, cyan, white; then the same, bright.
    pub ansi: [Rgb; 16],
}

impl Default for Palette {
    /// xterm's colours on black.
    fn default() -> Self {
        let ansi = [
            0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
            0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
        ];
        let [foreground, background, cursor] = [0xe5_e5e5, 0, 0xe5_e5e5].map(Rgb::new);
        Self { foreground, background, cursor, ansi: ansi.map(Rgb::new) }
    }
}

impl Palette {
    /// The colour with an index of the palette; 256 is the foreground, 257 the background, 258 the cursor. Others are
    /// the foreground.
    pub fn colour(&self, index: usize) -> Rgb {
        const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
        let step = |value: usize| STEPS[value % 6];
        match index {
            0..=15 => self.ansi[index],
            16..=231 => {
                let cube = index - 16;
                Rgb { red: step(cube / 36), green: step(cube / 6), blue: step(cube) }
            }
            232..=255 => {
                let grey = u8::try_from(8 + (index - 232) * 10).unwrap_or(u8::MAX);
                Rgb { red: grey, green: grey, blue: grey }
            }
            257 => self.background,
            258 => self.cursor,
            _ => self.foreground,
        }
    }
}

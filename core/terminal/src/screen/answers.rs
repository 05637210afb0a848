//! Answers to what programs ask by device control strings (DCS): how the screen is set. What they ask for is never
//! repeated, so that no output can make the terminal type something.

use alacritty_terminal::{
    term::cell::{Cell, Flags},
    vte::ansi::Color,
};

use super::engine::Engine;

impl Engine {
    /// The text of a DCS, without introducer and end. Only questions do something here.
    pub(super) fn device_control(&mut self, text: &[u8]) {
        let Some(asked) = text.strip_prefix(b"$q") else {
            // XTGETTCAP: no capability is told by its name.
            if text.starts_with(b"+q") {
                self.outbox.reply("\x1bP0+r\x1b\\");
            }
            return;
        };
        let answer = match asked {
            b"m" => Some(format!("{}m", attributes(&self.term.grid().cursor.template))),
            b"r" => {
                let margins = &self.corrections.margins;
                Some(format!("{};{}r", margins.start + 1, margins.end))
            }
            b" q" => Some(format!("{} q", Self::cursor_number(self.term.cursor_style()))),
            _ => None,
        };
        match answer {
            Some(answer) => self.outbox.reply(&format!("\x1bP1$r{answer}\x1b\\")),
            None => self.outbox.reply("\x1bP0$r\x1b\\"),
        }
    }
}

/// The numbers of SGR that make characters look like this.
fn attributes(cell: &Cell) -> String {
    const NUMBERS: [(Flags, &str); 11] = [
        (Flags::BOLD, "1"),
        (Flags::DIM, "2"),
        (Flags::ITALIC, "3"),
        (Flags::UNDERLINE, "4"),
        (Flags::DOUBLE_UNDERLINE, "4:2"),
        (Flags::UNDERCURL, "4:3"),
        (Flags::DOTTED_UNDERLINE, "4:4"),
        (Flags::DASHED_UNDERLINE, "4:5"),
        (Flags::INVERSE, "7"),
        (Flags::HIDDEN, "8"),
        (Flags::STRIKEOUT, "9"),
    ];
    let set = NUMBERS.iter().filter(|(flag, _)| cell.flags.contains(*flag)).map(|(_, number)| (*number).to_owned());
    let underline = cell.underline_color().and_then(|colour| colour_number(colour, 50));
    let colours = [colour_number(cell.fg, 30), colour_number(cell.bg, 40), underline];
    let all: Vec<String> = set.chain(colours.into_iter().flatten()).collect();
    if all.is_empty() { "0".into() } else { all.join(";") }
}

/// A colour as SGR has it: of the foreground from 30, of the background from 40, of the underline 58. None for the
/// theme's own.
fn colour_number(colour: Color, base: usize) -> Option<String> {
    Some(match colour {
        Color::Spec(rgb) => format!("{}:2:{}:{}:{}", base + 8, rgb.r, rgb.g, rgb.b),
        Color::Indexed(index) => format!("{}:5:{index}", base + 8),
        Color::Named(name) => match name as usize {
            index @ 0..8 => (base + index).to_string(),
            index @ 8..16 => (base + 60 + index - 8).to_string(),
            _ => return None,
        },
    })
}

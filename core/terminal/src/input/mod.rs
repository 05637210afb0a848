//! What the user does, as programs want to be told of it: keys, mouse, focus, pasted text.
//!
//! Everything goes by what programs have switched ([`crate::Modes`]), so whoever shows a screen only reports what
//! happened. Sources: xterm's "Control Sequences" (ctlseqs) and "Modified Keys", and the Kitty keyboard protocol.

mod key;
mod kitty;
mod legacy;
mod mouse;
mod paste;

pub use key::{Key, KeyEvent, KeyPress, KeypadKey, MediaKey, ModifierKey, Modifiers, NamedKey};
pub use mouse::{MouseAction, MouseButton, MouseReport};
pub(crate) use paste::shell_word;

use crate::{Modes, Screen};

impl Screen {
    /// What a key sends; nothing for a key that means nothing to the program. A key that sends something shows the
    /// newest lines again.
    pub fn key(&mut self, press: &KeyPress) -> Vec<u8> {
        let bytes = encode_key(press, self.modes());
        if !bytes.is_empty() && press.event != KeyEvent::Release {
            self.scroll_to_end();
        }
        bytes
    }

    /// What a move of the mouse sends; None when the program does not want to know of it.
    pub fn mouse(&self, report: &MouseReport) -> Option<Vec<u8>> {
        mouse::encode(report, self.modes())
    }

    /// What the wheel sends when the program has no history and does not look at the mouse: cursor keys, `lines` above 0
    /// for up, at most 100. None when the wheel is to scroll.
    pub fn wheel(&self, lines: i32) -> Option<Vec<u8>> {
        let modes = self.modes();
        if !modes.alternate_screen || !modes.alternate_scroll {
            return None;
        }
        let key = if lines > 0 { NamedKey::Up } else { NamedKey::Down };
        let once = encode_key(&KeyPress::named(key), Modes { keyboard: 0, ..modes });
        Some(once.repeat(usize::try_from(lines.unsigned_abs().min(100)).unwrap_or(0)))
    }

    /// What gaining or losing the focus sends, if the program wants to know.
    pub fn focus(&self, gained: bool) -> Option<&'static [u8]> {
        let sent: &[u8] = if gained { b"\x1b[I" } else { b"\x1b[O" };
        self.modes().focus_reports.then_some(sent)
    }
}

fn encode_key(press: &KeyPress, modes: Modes) -> Vec<u8> {
    if modes.keyboard == 0 { legacy::encode(press, modes) } else { kitty::encode(press, modes) }
}

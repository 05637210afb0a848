//! What programs can switch that the engine does not know: older modes of mouse and screen, the Kitty keyboard protocol's
//! flags, output that is held back.

use std::time::{Duration, Instant};

use alacritty_terminal::{
    term::TermMode,
    vte::ansi::{Handler as _, NamedPrivateMode, PrivateMode},
};

use super::engine::Engine;

/// How many keyboard modes and titles a program may stack; pushing more forgets the oldest.
pub(super) const MAX_STACK: usize = 32;

/// How long a program may hold back what it draws (mode 2026).
const MAX_SYNCHRONIZED: Duration = Duration::from_millis(150);

/// What programs can switch that the engine does not know.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "switches that have nothing to do with each other")]
pub(super) struct Switches {
    /// Mouse presses alone are reported (mode 9).
    pub(super) x10_mouse: bool,
    /// Mouse reports as decimal numbers without a release's button (mode 1015).
    pub(super) urxvt_mouse: bool,
    /// Foreground and background of the whole screen are swapped (mode 5).
    pub(super) reversed: bool,
    /// xterm's modifyOtherKeys: 0, 1 or 2.
    pub(super) modify_other_keys: u8,
    /// Until when what is drawn is held back (mode 2026).
    pub(super) synchronized: Option<Instant>,
    /// Kitty keyboard flags of the main screen, and of the alternate one.
    pub(super) keyboard: [Vec<u8>; 2],
    /// How many titles are stacked.
    pub(super) titles: usize,
    /// What is written now belongs to a prompt.
    pub(super) in_prompt: bool,
}

impl Engine {
    /// The Kitty keyboard flags in force.
    pub(super) fn keyboard(&self) -> u8 {
        self.switches.keyboard[usize::from(self.is_alternate())].last().copied().unwrap_or(0)
    }

    pub(super) fn keyboard_stack(&mut self) -> &mut Vec<u8> {
        let alternate = self.is_alternate();
        &mut self.switches.keyboard[usize::from(alternate)]
    }

    fn set_alternate(&mut self, alternate: bool) {
        if self.is_alternate() != alternate {
            self.count();
            self.term.swap_alt();
        }
    }

    /// A mode that the engine does not know; whether it is ours.
    pub(super) fn set_own_mode(&mut self, mode: u16, on: bool) -> bool {
        match mode {
            5 => self.switches.reversed = on,
            9 => self.switches.x10_mouse = on,
            47 | 1047 => self.set_alternate(on),
            66 if on => self.term.set_keypad_application_mode(),
            66 => self.term.unset_keypad_application_mode(),
            1015 => {
                self.switches.urxvt_mouse = on;
                // The engine knows of the others that they exclude each other.
                for other in [NamedPrivateMode::Utf8Mouse, NamedPrivateMode::SgrMouse] {
                    self.term.unset_private_mode(other.into());
                }
            }
            1048 if on => self.save(),
            1048 => self.restore_cursor_position(),
            2026 => self.switches.synchronized = on.then(|| Instant::now() + MAX_SYNCHRONIZED),
            _ => return false,
        }
        self.mark_template();
        true
    }

    /// What the engine does along with a mode.
    pub(super) fn after_mode(&mut self, mode: PrivateMode) {
        if mode == NamedPrivateMode::ColumnMode.into() {
            self.forget_margins();
        } else if mode == NamedPrivateMode::Origin.into() {
            // Leaving origin mode puts the cursor home too.
            self.term.goto(0, 0);
        }
    }

    pub(super) fn own_mode(&self, mode: u16) -> Option<bool> {
        Some(match mode {
            5 => self.switches.reversed,
            9 => self.switches.x10_mouse,
            47 | 1047 => self.is_alternate(),
            66 => self.term.mode().contains(TermMode::APP_KEYPAD),
            1015 => self.switches.urxvt_mouse,
            2026 => self.switches.synchronized.is_some(),
            _ => return None,
        })
    }
}

//! The mouse as programs want to be told of it.

use super::key::Modifiers;
use crate::{Modes, MouseEncoding, MouseReports};

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    /// A button went down, or the wheel turned by a step.
    Press,
    /// A button went up.
    Release,
    /// The pointer came to another cell.
    Move,
}

/// A button, or a direction of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseButton {
    /// The first.
    Left,
    /// The wheel, pressed.
    Middle,
    /// The second.
    Right,
    /// One step up.
    WheelUp,
    /// One step down.
    WheelDown,
    /// One step to the left.
    WheelLeft,
    /// One step to the right.
    WheelRight,
    /// The button for going back.
    Back,
    /// The button for going forward.
    Forward,
}

impl MouseButton {
    fn code(self) -> u16 {
        match self {
            Self::Left => 0,
            Self::Middle => 1,
            Self::Right => 2,
            Self::WheelUp => 64,
            Self::WheelDown => 65,
            Self::WheelLeft => 66,
            Self::WheelRight => 67,
            Self::Back => 128,
            Self::Forward => 129,
        }
    }

    fn is_wheel(self) -> bool {
        (64..128).contains(&self.code())
    }
}

/// Something that the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MouseReport {
    /// What.
    pub action: MouseAction,
    /// With which button; for a move the one that is down, if any.
    pub button: Option<MouseButton>,
    /// What is down beside it.
    pub modifiers: Modifiers,
    /// Where, from the left of what is shown.
    pub column: u16,
    /// Where, from the top of what is shown.
    pub row: u16,
}

fn is_wanted(report: &MouseReport, wanted: MouseReports) -> bool {
    let wheel = report.button.is_some_and(MouseButton::is_wheel);
    match (wanted, report.action) {
        (MouseReports::None, _) => false,
        // The wheel does not go up again.
        (_, MouseAction::Release) if wheel || report.button.is_none() => false,
        (_, MouseAction::Press) if report.button.is_none() => false,
        (MouseReports::Presses, MouseAction::Press) => report.button.is_some_and(|button| button.code() < 3),
        (MouseReports::Presses, _) | (MouseReports::Buttons, MouseAction::Move) => false,
        (MouseReports::Drags, MouseAction::Move) => report.button.is_some(),
        _ => true,
    }
}

/// What is sent; None when the program does not want to know, or its encoding can't tell of the place.
pub(super) fn encode(report: &MouseReport, modes: Modes) -> Option<Vec<u8>> {
    if !is_wanted(report, modes.mouse) {
        return None;
    }
    let button = report.button.map_or(3, MouseButton::code);
    let Modifiers { shift, alt, control, .. } = report.modifiers;
    let modifiers = u16::from(shift) * 4 + u16::from(alt) * 8 + u16::from(control) * 16;
    let modifiers = if modes.mouse == MouseReports::Presses { 0 } else { modifiers };
    let more = modifiers + if report.action == MouseAction::Move { 32 } else { 0 };
    let (column, row) = (u32::from(report.column) + 1, u32::from(report.row) + 1);
    let released = report.action == MouseAction::Release;
    // Only one encoding says which button went up.
    let code = u32::from(more + if released { 3 } else { button });
    Some(match modes.mouse_encoding {
        MouseEncoding::Sgr => {
            let last = if released { 'm' } else { 'M' };
            format!("\x1b[<{};{column};{row}{last}", button + more).into_bytes()
        }
        MouseEncoding::Urxvt => format!("\x1b[{};{column};{row}M", code + 32).into_bytes(),
        MouseEncoding::Utf8 => {
            let character = |number: u32| char::from_u32(number + 32).filter(|_| number + 32 < 2048);
            let numbers: String = [character(code)?, character(column)?, character(row)?].iter().collect();
            format!("\x1b[M{numbers}").into_bytes()
        }
        MouseEncoding::Legacy => {
            let byte = |number: u32| u8::try_from(number + 32).ok();
            [b"\x1b[M".as_slice(), &[byte(code)?, byte(column)?, byte(row)?]].concat()
        }
    })
}

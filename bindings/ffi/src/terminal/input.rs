//! Keys and the mouse, as they are reported: what they send is for the core to know.

use atelier_workbench as facade;

/// What happened to a key, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TerminalKeyPress {
    /// Which.
    pub key: TerminalKey,
    /// What is down beside it.
    pub modifiers: TerminalModifiers,
    /// What happened.
    pub event: TerminalKeyEvent,
    /// What it types in the user's layout with these modifiers, Control and Command left out; empty if nothing.
    pub text: String,
    /// What it types with Shift, if that is another character.
    pub shifted: Option<String>,
    /// What it types in the layout of a US keyboard, if that is another character.
    pub base: Option<String>,
}

/// A key, whatever the modifiers make of it. Those that no keyboard of a Mac has are left out.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TerminalKey {
    /// One that types something: the first character is what it types without Shift, in lower case.
    Character {
        text: String,
    },
    Escape,
    Enter,
    Tab,
    Backspace,
    Insert,
    /// Forward.
    Delete,
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    /// F1 to F35 by number.
    Function {
        number: u8,
    },
    Keypad {
        key: TerminalKeypadKey,
    },
    CapsLock,
    /// A modifier itself.
    Modifier {
        key: TerminalModifierKey,
    },
}

/// A key of the keypad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "each is called as it is labelled")]
pub enum TerminalKeypadKey {
    Digit { digit: u8 },
    Decimal,
    Divide,
    Multiply,
    Subtract,
    Add,
    Enter,
    Equal,
}

/// A modifier as a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "each is called as it is labelled")]
pub enum TerminalModifierKey {
    LeftShift,
    LeftControl,
    LeftOption,
    LeftCommand,
    RightShift,
    RightControl,
    RightOption,
    RightCommand,
}

/// Which modifiers are down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, uniffi::Record)]
#[allow(missing_docs, clippy::struct_excessive_bools, reason = "each modifier is down or not")]
pub struct TerminalModifiers {
    pub shift: bool,
    /// Option, where the user lets it act as Alt.
    pub alt: bool,
    pub control: bool,
    pub command: bool,
    /// It is on.
    pub caps_lock: bool,
}

/// What happened to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TerminalKeyEvent {
    Press,
    Repeat,
    Release,
}

/// Something that the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TerminalMouseReport {
    /// What.
    pub action: TerminalMouseAction,
    /// With which button; for a move the one that is down, if any.
    pub button: Option<TerminalMouseButton>,
    /// What is down beside it.
    pub modifiers: TerminalModifiers,
    /// From the left of what is shown.
    pub column: u16,
    /// From the top of what is shown.
    pub row: u16,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TerminalMouseAction {
    Press,
    Release,
    /// The pointer came to another cell.
    Move,
}

/// A button, or a direction of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TerminalMouseButton {
    Left,
    Middle,
    Right,
    WheelUp,
    WheelDown,
    WheelLeft,
    WheelRight,
}

impl From<TerminalKeyPress> for facade::KeyPress {
    fn from(press: TerminalKeyPress) -> Self {
        let only = |text: Option<String>| text.and_then(|text| text.chars().next());
        Self {
            key: press.key.into(),
            modifiers: press.modifiers.into(),
            event: match press.event {
                TerminalKeyEvent::Press => facade::KeyEvent::Press,
                TerminalKeyEvent::Repeat => facade::KeyEvent::Repeat,
                TerminalKeyEvent::Release => facade::KeyEvent::Release,
            },
            text: press.text,
            shifted: only(press.shifted),
            base: only(press.base),
        }
    }
}

impl From<TerminalKey> for facade::Key {
    fn from(key: TerminalKey) -> Self {
        use facade::NamedKey;
        Self::Named(match key {
            // A key that types nothing is none: NUL means nothing to any encoding.
            TerminalKey::Character { text } => return Self::Character(text.chars().next().unwrap_or_default()),
            TerminalKey::Escape => NamedKey::Escape,
            TerminalKey::Enter => NamedKey::Enter,
            TerminalKey::Tab => NamedKey::Tab,
            TerminalKey::Backspace => NamedKey::Backspace,
            TerminalKey::Insert => NamedKey::Insert,
            TerminalKey::Delete => NamedKey::Delete,
            TerminalKey::Left => NamedKey::Left,
            TerminalKey::Right => NamedKey::Right,
            TerminalKey::Up => NamedKey::Up,
            TerminalKey::Down => NamedKey::Down,
            TerminalKey::PageUp => NamedKey::PageUp,
            TerminalKey::PageDown => NamedKey::PageDown,
            TerminalKey::Home => NamedKey::Home,
            TerminalKey::End => NamedKey::End,
            TerminalKey::Function { number } => NamedKey::Function(number),
            TerminalKey::Keypad { key } => NamedKey::Keypad(key.into()),
            TerminalKey::CapsLock => NamedKey::CapsLock,
            TerminalKey::Modifier { key } => NamedKey::Modifier(key.into()),
        })
    }
}

impl From<TerminalKeypadKey> for facade::KeypadKey {
    fn from(key: TerminalKeypadKey) -> Self {
        match key {
            TerminalKeypadKey::Digit { digit } => Self::Digit(digit.min(9)),
            TerminalKeypadKey::Decimal => Self::Decimal,
            TerminalKeypadKey::Divide => Self::Divide,
            TerminalKeypadKey::Multiply => Self::Multiply,
            TerminalKeypadKey::Subtract => Self::Subtract,
            TerminalKeypadKey::Add => Self::Add,
            TerminalKeypadKey::Enter => Self::Enter,
            TerminalKeypadKey::Equal => Self::Equal,
        }
    }
}

impl From<TerminalModifierKey> for facade::ModifierKey {
    fn from(key: TerminalModifierKey) -> Self {
        match key {
            TerminalModifierKey::LeftShift => Self::LeftShift,
            TerminalModifierKey::LeftControl => Self::LeftControl,
            TerminalModifierKey::LeftOption => Self::LeftAlt,
            TerminalModifierKey::LeftCommand => Self::LeftCommand,
            TerminalModifierKey::RightShift => Self::RightShift,
            TerminalModifierKey::RightControl => Self::RightControl,
            TerminalModifierKey::RightOption => Self::RightAlt,
            TerminalModifierKey::RightCommand => Self::RightCommand,
        }
    }
}

impl From<TerminalModifiers> for facade::Modifiers {
    fn from(modifiers: TerminalModifiers) -> Self {
        let TerminalModifiers { shift, alt, control, command, caps_lock } = modifiers;
        Self { shift, alt, control, command, caps_lock, num_lock: false }
    }
}

impl From<TerminalMouseReport> for facade::MouseReport {
    fn from(report: TerminalMouseReport) -> Self {
        Self {
            action: match report.action {
                TerminalMouseAction::Press => facade::MouseAction::Press,
                TerminalMouseAction::Release => facade::MouseAction::Release,
                TerminalMouseAction::Move => facade::MouseAction::Move,
            },
            button: report.button.map(Into::into),
            modifiers: report.modifiers.into(),
            column: report.column,
            row: report.row,
        }
    }
}

impl From<TerminalMouseButton> for facade::MouseButton {
    fn from(button: TerminalMouseButton) -> Self {
        match button {
            TerminalMouseButton::Left => Self::Left,
            TerminalMouseButton::Middle => Self::Middle,
            TerminalMouseButton::Right => Self::Right,
            TerminalMouseButton::WheelUp => Self::WheelUp,
            TerminalMouseButton::WheelDown => Self::WheelDown,
            TerminalMouseButton::WheelLeft => Self::WheelLeft,
            TerminalMouseButton::WheelRight => Self::WheelRight,
        }
    }
}

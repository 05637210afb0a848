//! Keys as who shows a screen reports them.

/// What happened to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyEvent {
    /// It went down.
    #[default]
    Press,
    /// It is still down.
    Repeat,
    /// It went up.
    Release,
}

/// Which modifiers are down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each modifier is down or not")]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Alt, or Option where the user lets it act as Alt.
    pub alt: bool,
    /// Control.
    pub control: bool,
    /// Super; Command on a Mac.
    pub command: bool,
    /// Caps lock is on.
    pub caps_lock: bool,
    /// Num lock is on.
    pub num_lock: bool,
}

impl Modifiers {
    /// None.
    pub const NONE: Self =
        Self { shift: false, alt: false, control: false, command: false, caps_lock: false, num_lock: false };

    /// The number of xterm's protocols: 1, and what each modifier adds.
    pub(super) fn xterm(self) -> u8 {
        1 + u8::from(self.shift) + (u8::from(self.alt) << 1) + (u8::from(self.control) << 2)
    }

    /// The number of the Kitty protocol. Locks count only where a key's text does not show them.
    pub(super) fn kitty(self, with_locks: bool) -> u8 {
        let locks = (u8::from(self.caps_lock) << 6) + (u8::from(self.num_lock) << 7);
        self.xterm() - 1 + (u8::from(self.command) << 3) + if with_locks { locks } else { 0 }
    }
}

/// A key, whatever the modifiers make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// One that types something: what it types in the user's layout without Shift, in lower case.
    Character(char),
    /// One that has a name.
    Named(NamedKey),
}

/// A key that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedKey {
    /// Escape.
    Escape,
    /// Return.
    Enter,
    /// Tab.
    Tab,
    /// Backspace; Delete on a Mac.
    Backspace,
    /// Insert.
    Insert,
    /// Delete; forward delete on a Mac.
    Delete,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Home.
    Home,
    /// End.
    End,
    /// F1 to F35 by number; others send nothing.
    Function(u8),
    /// Caps lock.
    CapsLock,
    /// Scroll lock.
    ScrollLock,
    /// Num lock.
    NumLock,
    /// Print screen.
    PrintScreen,
    /// Pause.
    Pause,
    /// Menu.
    Menu,
    /// One of the keypad.
    Keypad(KeypadKey),
    /// One for sound and films.
    Media(MediaKey),
    /// A modifier itself.
    Modifier(ModifierKey),
}

/// A key of the keypad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is called as it is labelled")]
pub enum KeypadKey {
    /// 0 to 9.
    Digit(u8),
    Decimal,
    Divide,
    Multiply,
    Subtract,
    Add,
    Enter,
    Equal,
    Separator,
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Insert,
    Delete,
    Begin,
}

/// A key for sound and films.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is called as it is labelled")]
pub enum MediaKey {
    Play,
    Pause,
    PlayPause,
    Reverse,
    Stop,
    FastForward,
    Rewind,
    TrackNext,
    TrackPrevious,
    Record,
    LowerVolume,
    RaiseVolume,
    MuteVolume,
}

/// A modifier as a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is called as it is labelled")]
pub enum ModifierKey {
    LeftShift,
    LeftControl,
    LeftAlt,
    LeftCommand,
    RightShift,
    RightControl,
    RightAlt,
    RightCommand,
}

/// What happened to a key, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPress {
    /// Which.
    pub key: Key,
    /// What is down beside it.
    pub modifiers: Modifiers,
    /// What happened.
    pub event: KeyEvent,
    /// What it types in the user's layout with these modifiers, Control and Command left out; empty if nothing.
    pub text: String,
    /// What it types with Shift, if that is another character.
    pub shifted: Option<char>,
    /// What it types in the layout of a US keyboard, if that is another character.
    pub base: Option<char>,
}

impl KeyPress {
    /// A key with a name, pressed alone.
    pub fn named(key: NamedKey) -> Self {
        Self {
            key: Key::Named(key),
            modifiers: Modifiers::NONE,
            event: KeyEvent::Press,
            text: String::new(),
            shifted: None,
            base: None,
        }
    }

    /// A key that types a character, pressed alone.
    pub fn character(character: char) -> Self {
        let named = Self::named(NamedKey::Escape);
        Self { key: Key::Character(character), text: character.to_string(), ..named }
    }

    /// The same with modifiers.
    #[must_use]
    pub fn with(self, modifiers: Modifiers) -> Self {
        Self { modifiers, ..self }
    }
}

/// How a key is written in a control sequence: `CSI number ; … last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) number: u32,
    pub(super) last: char,
}

/// The codes that xterm and the Kitty protocol share. None for keys that only the latter knows.
pub(super) fn shared_code(key: NamedKey) -> Option<Code> {
    const FUNCTIONS: [(u32, char); 12] = [
        (1, 'P'),
        (1, 'Q'),
        (1, 'R'),
        (1, 'S'),
        (15, '~'),
        (17, '~'),
        (18, '~'),
        (19, '~'),
        (20, '~'),
        (21, '~'),
        (23, '~'),
        (24, '~'),
    ];
    let (number, last) = match key {
        NamedKey::Up => (1, 'A'),
        NamedKey::Down => (1, 'B'),
        NamedKey::Right => (1, 'C'),
        NamedKey::Left => (1, 'D'),
        NamedKey::End => (1, 'F'),
        NamedKey::Home => (1, 'H'),
        NamedKey::Insert => (2, '~'),
        NamedKey::Delete => (3, '~'),
        NamedKey::PageUp => (5, '~'),
        NamedKey::PageDown => (6, '~'),
        NamedKey::Function(number) => *FUNCTIONS.get(usize::from(number).checked_sub(1)?)?,
        _ => return None,
    };
    Some(Code { number, last })
}

/// The key without a keypad that does the same; None for those that type something.
pub(super) fn without_keypad(key: KeypadKey) -> Option<NamedKey> {
    Some(match key {
        KeypadKey::Enter => NamedKey::Enter,
        KeypadKey::Left => NamedKey::Left,
        KeypadKey::Right => NamedKey::Right,
        KeypadKey::Up => NamedKey::Up,
        KeypadKey::Down => NamedKey::Down,
        KeypadKey::PageUp => NamedKey::PageUp,
        KeypadKey::PageDown => NamedKey::PageDown,
        KeypadKey::Home => NamedKey::Home,
        KeypadKey::End => NamedKey::End,
        KeypadKey::Insert => NamedKey::Insert,
        KeypadKey::Delete => NamedKey::Delete,
        _ => return None,
    })
}

/// What a key of the keypad types.
pub(super) fn keypad_text(key: KeypadKey) -> Option<char> {
    Some(match key {
        KeypadKey::Digit(digit) => char::from_digit(digit.into(), 10)?,
        KeypadKey::Decimal => '.',
        KeypadKey::Divide => '/',
        KeypadKey::Multiply => '*',
        KeypadKey::Subtract => '-',
        KeypadKey::Add => '+',
        KeypadKey::Equal => '=',
        KeypadKey::Separator => ',',
        _ => return None,
    })
}

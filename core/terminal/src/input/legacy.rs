//! Keys as terminals have always sent them, and xterm's modifyOtherKeys.

use super::key::{Key, KeyEvent, KeyPress, KeypadKey, Modifiers, NamedKey, keypad_text, shared_code, without_keypad};
use crate::Modes;

pub(super) fn encode(press: &KeyPress, modes: Modes) -> Vec<u8> {
    // Command belongs to whoever shows the screen.
    if press.event == KeyEvent::Release || press.modifiers.command {
        return Vec::new();
    }
    match press.key {
        Key::Character(character) => typed(press, character, modes),
        Key::Named(key) => named(key, press, modes),
    }
}

fn named(key: NamedKey, press: &KeyPress, modes: Modes) -> Vec<u8> {
    let modifiers = press.modifiers;
    match key {
        NamedKey::Enter if modes.newline && modifiers.xterm() == 1 => b"\r\n".to_vec(),
        NamedKey::Enter => plain(b'\r', modifiers, modes),
        NamedKey::Escape => plain(0x1b, modifiers, modes),
        NamedKey::Tab if modifiers.shift && !modifiers.control => with_alt(modifiers, b"\x1b[Z"),
        NamedKey::Tab => plain(b'\t', modifiers, modes),
        NamedKey::Backspace if modifiers.control => with_alt(modifiers, b"\x08"),
        NamedKey::Backspace => with_alt(modifiers, b"\x7f"),
        NamedKey::Keypad(key) => keypad(key, press, modes),
        // Those that came with the VT220.
        NamedKey::Function(number @ 13..=20) => {
            let code = [25, 26, 28, 29, 31, 32, 33, 34][usize::from(number - 13)];
            sequence(code, '~', modifiers)
        }
        _ => match shared_code(key) {
            Some(code) if modifiers.xterm() == 1 && code.number == 1 => {
                let function = matches!(key, NamedKey::Function(_));
                let by = if function || modes.application_cursor { 'O' } else { '[' };
                format!("\x1b{by}{}", code.last).into_bytes()
            }
            Some(code) => sequence(code.number, code.last, modifiers),
            None => Vec::new(),
        },
    }
}

/// Return, Escape and Tab. Only modifyOtherKeys tells modifiers that are not Alt.
fn plain(byte: u8, modifiers: Modifiers, modes: Modes) -> Vec<u8> {
    let other = modifiers.control || modifiers.shift || (modifiers.alt && modes.modify_other_keys == 2);
    if other && modes.modify_other_keys > 0 {
        return other_key(byte.into(), modifiers);
    }
    with_alt(modifiers, &[byte])
}

fn sequence(number: u32, last: char, modifiers: Modifiers) -> Vec<u8> {
    match modifiers.xterm() {
        1 => format!("\x1b[{number}{last}"),
        modifier => format!("\x1b[{number};{modifier}{last}"),
    }
    .into_bytes()
}

fn other_key(code: u32, modifiers: Modifiers) -> Vec<u8> {
    format!("\x1b[27;{};{code}~", modifiers.xterm()).into_bytes()
}

fn with_alt(modifiers: Modifiers, bytes: &[u8]) -> Vec<u8> {
    let escape: &[u8] = if modifiers.alt { b"\x1b" } else { b"" };
    [escape, bytes].concat()
}

fn keypad(key: KeypadKey, press: &KeyPress, modes: Modes) -> Vec<u8> {
    if modes.application_keypad && press.modifiers.xterm() == 1 {
        let last = match key {
            KeypadKey::Digit(digit @ 0..=9) => char::from(b'p' + digit),
            KeypadKey::Decimal => 'n',
            KeypadKey::Divide => 'o',
            KeypadKey::Multiply => 'j',
            KeypadKey::Subtract => 'm',
            KeypadKey::Add => 'k',
            KeypadKey::Enter => 'M',
            KeypadKey::Equal => 'X',
            KeypadKey::Separator => 'l',
            _ => '\0',
        };
        if last != '\0' {
            return format!("\x1bO{last}").into_bytes();
        }
    }
    if key == KeypadKey::Begin {
        return sequence(1, 'E', press.modifiers);
    }
    match (without_keypad(key), keypad_text(key)) {
        (Some(key), _) => named(key, press, modes),
        (None, Some(text)) => typed(&KeyPress { text: text.to_string(), ..press.clone() }, text, modes),
        (None, None) => Vec::new(),
    }
}

fn typed(press: &KeyPress, character: char, modes: Modes) -> Vec<u8> {
    let modifiers = press.modifiers;
    let shown = press.text.chars().next().unwrap_or(character);
    if modifiers.control {
        let control = control(character).or_else(|| control(shown));
        let told = match modes.modify_other_keys {
            0 => false,
            1 => control.is_none(),
            _ => true,
        };
        if told {
            return other_key(shown.into(), modifiers);
        }
        if let Some(control) = control {
            return with_alt(modifiers, &[control]);
        }
    }
    if modifiers.alt && modes.modify_other_keys == 2 {
        return other_key(shown.into(), modifiers);
    }
    with_alt(modifiers, press.text.as_bytes())
}

/// What Control makes of a character.
fn control(character: char) -> Option<u8> {
    Some(match character {
        'a'..='z' => u8::try_from(character).ok()? & 0x1f,
        ' ' | '@' | '2' => 0,
        '[' | '3' => 0x1b,
        '\\' | '4' => 0x1c,
        ']' | '5' => 0x1d,
        '^' | '~' | '6' => 0x1e,
        '_' | '/' | '7' => 0x1f,
        '?' | '8' => 0x7f,
        _ => return None,
    })
}

//! Keys by the Kitty keyboard protocol: `CSI number:shifted:base ; modifiers:event ; text last`.

use std::fmt::Write as _;

use super::key::{Code, Key, KeyEvent, KeyPress, KeypadKey, NamedKey, keypad_text, shared_code};
use super::legacy;
use crate::Modes;

const EVENT_TYPES: u8 = 2;
const ALTERNATE_KEYS: u8 = 4;
const ALL_KEYS: u8 = 8;
const TEXT: u8 = 16;

pub(super) fn encode(press: &KeyPress, modes: Modes) -> Vec<u8> {
    let flag = |flag: u8| modes.keyboard & flag != 0;
    if press.event == KeyEvent::Release && !flag(EVENT_TYPES) {
        return Vec::new();
    }
    let modifier = matches!(press.key, Key::Named(NamedKey::Modifier(_) | NamedKey::CapsLock | NamedKey::NumLock));
    if modifier && !flag(ALL_KEYS) {
        return Vec::new();
    }
    if !flag(ALL_KEYS)
        && let Some(bytes) = as_ever(press, modes)
    {
        return bytes;
    }
    let Some(code) = code(press.key) else { return Vec::new() };
    sequence(press, code, modes).into_bytes()
}

/// What is sent without a number: text, and the three keys that a user needs when a program has died with the protocol
/// switched on.
fn as_ever(press: &KeyPress, modes: Modes) -> Option<Vec<u8>> {
    let modifiers = press.modifiers;
    let vital = matches!(press.key, Key::Named(NamedKey::Enter | NamedKey::Tab | NamedKey::Backspace));
    if vital && press.event == KeyEvent::Release {
        return Some(Vec::new());
    }
    let types = match press.key {
        Key::Character(_) => true,
        Key::Named(NamedKey::Keypad(key)) => keypad_text(key).is_some() && !press.text.is_empty(),
        Key::Named(_) => false,
    };
    let others = modifiers.alt || modifiers.control || modifiers.command;
    let text = types && !others && press.event != KeyEvent::Release;
    if text {
        return Some(press.text.clone().into_bytes());
    }
    (vital && !others && !modifiers.shift).then(|| {
        let press = KeyPress { event: KeyEvent::Press, ..press.clone() };
        legacy::encode(&press, Modes { modify_other_keys: 0, ..modes })
    })
}

fn sequence(press: &KeyPress, code: Code, modes: Modes) -> String {
    let flag = |flag: u8| modes.keyboard & flag != 0;
    let mut keys = String::new();
    if flag(ALTERNATE_KEYS) && matches!(press.key, Key::Character(_)) {
        let shifted = press.shifted.filter(|_| press.modifiers.shift);
        let base = press.base;
        if let Some(shifted) = shifted {
            let _ = write!(keys, ":{}", u32::from(shifted));
        }
        if let Some(base) = base {
            let _ = write!(keys, "{}:{}", if shifted.is_none() { ":" } else { "" }, u32::from(base));
        }
    }
    let event = match press.event {
        KeyEvent::Repeat if flag(EVENT_TYPES) => ":2",
        KeyEvent::Release => ":3",
        _ => "",
    };
    let types = matches!(press.key, Key::Character(_));
    // Without flag 8 a lock shows in the text, and would only make text keys look modified.
    let modifiers = press.modifiers.kitty(flag(ALL_KEYS) || !types) + 1;
    let text =
        if flag(TEXT) && flag(ALL_KEYS) && press.event != KeyEvent::Release { text(press) } else { String::new() };
    let mut middle = String::new();
    if modifiers > 1 || !event.is_empty() {
        let _ = write!(middle, ";{modifiers}{event}");
    }
    if !text.is_empty() {
        let _ = write!(middle, "{};{text}", if middle.is_empty() { ";" } else { "" });
    }
    // The number 1 may be left out where nothing follows.
    let number =
        if code.number == 1 && middle.is_empty() && keys.is_empty() { String::new() } else { code.number.to_string() };
    format!("\x1b[{number}{keys}{middle}{}", code.last)
}

fn text(press: &KeyPress) -> String {
    let printable = press.text.chars().filter(|character| !character.is_control());
    printable.map(|character| u32::from(character).to_string()).collect::<Vec<_>>().join(":")
}

fn code(key: Key) -> Option<Code> {
    let own = |number| Some(Code { number, last: 'u' });
    match key {
        Key::Character(character) => own(character.into()),
        Key::Named(NamedKey::Escape) => own(27),
        Key::Named(NamedKey::Enter) => own(13),
        Key::Named(NamedKey::Tab) => own(9),
        Key::Named(NamedKey::Backspace) => own(127),
        // Its old code means the cursor's position.
        Key::Named(NamedKey::Function(3)) => Some(Code { number: 13, last: '~' }),
        Key::Named(NamedKey::Function(number @ 13..=35)) => own(57_376 - 13 + u32::from(number)),
        Key::Named(NamedKey::CapsLock) => own(57_358),
        Key::Named(NamedKey::ScrollLock) => own(57_359),
        Key::Named(NamedKey::NumLock) => own(57_360),
        Key::Named(NamedKey::PrintScreen) => own(57_361),
        Key::Named(NamedKey::Pause) => own(57_362),
        Key::Named(NamedKey::Menu) => own(57_363),
        Key::Named(NamedKey::Keypad(KeypadKey::Begin)) => Some(Code { number: 57_427, last: '~' }),
        Key::Named(NamedKey::Keypad(key)) => own(keypad(key)),
        // They are numbered as they are listed.
        Key::Named(NamedKey::Media(key)) => own(57_428 + key as u32),
        Key::Named(NamedKey::Modifier(key)) => {
            let place = key as u32;
            // Between the left and the right ones stand two keys that no keyboard has any more.
            own(57_441 + place + if place >= 4 { 2 } else { 0 })
        }
        Key::Named(key) => shared_code(key),
    }
}

fn keypad(key: KeypadKey) -> u32 {
    match key {
        KeypadKey::Digit(digit) => 57_399 + u32::from(digit.min(9)),
        KeypadKey::Decimal => 57_409,
        KeypadKey::Divide => 57_410,
        KeypadKey::Multiply => 57_411,
        KeypadKey::Subtract => 57_412,
        KeypadKey::Add => 57_413,
        KeypadKey::Enter => 57_414,
        KeypadKey::Equal => 57_415,
        KeypadKey::Separator => 57_416,
        KeypadKey::Left => 57_417,
        KeypadKey::Right => 57_418,
        KeypadKey::Up => 57_419,
        KeypadKey::Down => 57_420,
        KeypadKey::PageUp => 57_421,
        KeypadKey::PageDown => 57_422,
        KeypadKey::Home => 57_423,
        KeypadKey::End => 57_424,
        KeypadKey::Insert => 57_425,
        KeypadKey::Delete => 57_426,
        KeypadKey::Begin => 57_427,
    }
}

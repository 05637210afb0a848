//! Keys, mouse and pasted text: what they send, by the specifications' own tables.

use atelier_terminal::{
    Key, KeyEvent, KeyPress, KeypadKey, MediaKey, ModifierKey, Modifiers, MouseAction, MouseButton, MouseReport,
    NamedKey,
};
use proptest::prelude::*;

use crate::view::View;

const SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::NONE };
const ALT: Modifiers = Modifiers { alt: true, ..Modifiers::NONE };
const CONTROL: Modifiers = Modifiers { control: true, ..Modifiers::NONE };
const COMMAND: Modifiers = Modifiers { command: true, ..Modifiers::NONE };

/// What keys send after a program has switched something.
struct Keys(View);

impl Keys {
    fn after(output: &str) -> Self {
        let mut view = View::new(80, 24);
        view.draw(output);
        Self(view)
    }

    fn send(&mut self, press: &KeyPress) -> String {
        String::from_utf8(self.0.screen.key(press)).unwrap().replace('\x1b', "^")
    }

    fn named(&mut self, key: NamedKey, modifiers: Modifiers) -> String {
        self.send(&KeyPress::named(key).with(modifiers))
    }

    fn typed(&mut self, character: char, modifiers: Modifiers) -> String {
        let shown = if modifiers.shift { character.to_ascii_uppercase() } else { character };
        let shifted = Some(character.to_ascii_uppercase()).filter(|shifted| *shifted != character);
        let press = KeyPress { text: shown.to_string(), shifted, ..KeyPress::character(character).with(modifiers) };
        self.send(&press)
    }
}

fn both(one: Modifiers, other: Modifiers) -> Modifiers {
    Modifiers {
        shift: one.shift || other.shift,
        alt: one.alt || other.alt,
        control: one.control || other.control,
        command: one.command || other.command,
        ..Modifiers::NONE
    }
}

/// Without modifiers; with the cursor keys as applications want them; with Shift; with Control and Alt.
const NAMED: [(NamedKey, &str, &str, &str, &str); 26] = [
    (NamedKey::Up, "^[A", "^OA", "^[1;2A", "^[1;7A"),
    (NamedKey::Down, "^[B", "^OB", "^[1;2B", "^[1;7B"),
    (NamedKey::Right, "^[C", "^OC", "^[1;2C", "^[1;7C"),
    (NamedKey::Left, "^[D", "^OD", "^[1;2D", "^[1;7D"),
    (NamedKey::End, "^[F", "^OF", "^[1;2F", "^[1;7F"),
    (NamedKey::Home, "^[H", "^OH", "^[1;2H", "^[1;7H"),
    (NamedKey::Insert, "^[2~", "^[2~", "^[2;2~", "^[2;7~"),
    (NamedKey::Delete, "^[3~", "^[3~", "^[3;2~", "^[3;7~"),
    (NamedKey::PageUp, "^[5~", "^[5~", "^[5;2~", "^[5;7~"),
    (NamedKey::PageDown, "^[6~", "^[6~", "^[6;2~", "^[6;7~"),
    (NamedKey::Function(1), "^OP", "^OP", "^[1;2P", "^[1;7P"),
    (NamedKey::Function(3), "^OR", "^OR", "^[1;2R", "^[1;7R"),
    (NamedKey::Function(4), "^OS", "^OS", "^[1;2S", "^[1;7S"),
    (NamedKey::Function(5), "^[15~", "^[15~", "^[15;2~", "^[15;7~"),
    (NamedKey::Function(6), "^[17~", "^[17~", "^[17;2~", "^[17;7~"),
    (NamedKey::Function(12), "^[24~", "^[24~", "^[24;2~", "^[24;7~"),
    (NamedKey::Function(13), "^[25~", "^[25~", "^[25;2~", "^[25;7~"),
    (NamedKey::Function(20), "^[34~", "^[34~", "^[34;2~", "^[34;7~"),
    (NamedKey::Function(21), "", "", "", ""),
    (NamedKey::Enter, "\r", "\r", "\r", "^\r"),
    (NamedKey::Escape, "^", "^", "^", "^^"),
    (NamedKey::Tab, "\t", "\t", "^[Z", "^\t"),
    (NamedKey::Backspace, "\x7f", "\x7f", "\x7f", "^\x08"),
    (NamedKey::CapsLock, "", "", "", ""),
    (NamedKey::Media(MediaKey::Play), "", "", "", ""),
    (NamedKey::Keypad(KeypadKey::Begin), "^[1E", "^[1E", "^[1;2E", "^[1;7E"),
];

#[test]
fn named_keys_send_what_xterm_sends() {
    let (mut keys, mut application) = (Keys::after(""), Keys::after("\x1b[?1h"));
    for (key, alone, applied, shifted, modified) in NAMED {
        assert_eq!(keys.named(key, Modifiers::NONE), alone, "{key:?}");
        assert_eq!(application.named(key, Modifiers::NONE), applied, "{key:?}");
        assert_eq!(keys.named(key, SHIFT), shifted, "{key:?}");
        assert_eq!(keys.named(key, both(CONTROL, ALT)), modified, "{key:?}");
        assert_eq!(keys.named(key, COMMAND), "", "{key:?}");
    }
    assert_eq!(Keys::after("\x1b[20h").named(NamedKey::Enter, Modifiers::NONE), "\r\n");
}

#[test]
fn control_and_alt_make_of_characters_what_they_always_did() {
    let mut keys = Keys::after("");
    let controls = " a\x01z\x1a@\x002\x003\x1b4\x1c5\x1d6\x1e7\x1f8\x7f[\x1b\\\x1c]\x1d^\x1e_\x1f/\x1f?\x7f~\x1e";
    let pairs: Vec<char> = controls.strip_prefix(' ').unwrap().chars().collect();
    for pair in pairs.chunks(2) {
        assert_eq!(keys.typed(pair[0], CONTROL), pair[1].to_string().replace('\x1b', "^"), "{:?}", pair[0]);
        assert_eq!(keys.typed(pair[0], both(CONTROL, ALT)), format!("^{}", pair[1]).replace('\x1b', "^"));
    }
    assert_eq!(keys.typed(' ', CONTROL), "\0");
    assert_eq!((keys.typed('a', SHIFT).as_str(), keys.typed('a', ALT).as_str()), ("A", "^a"));
    assert_eq!((keys.typed('1', CONTROL).as_str(), keys.typed('é', ALT).as_str()), ("1", "^é"));
    let release = KeyPress { event: KeyEvent::Release, ..KeyPress::character('a') };
    assert_eq!(keys.send(&release), "");
    let input_method = KeyPress { text: "日本".into(), ..KeyPress::character('n') };
    assert_eq!(keys.send(&input_method), "日本");
}

#[test]
fn the_keypad_types_or_is_what_applications_want() {
    let (mut keys, mut application) = (Keys::after(""), Keys::after("\x1b="));
    let table = [
        (KeypadKey::Digit(0), "0", "^Op"),
        (KeypadKey::Digit(9), "9", "^Oy"),
        (KeypadKey::Decimal, ".", "^On"),
        (KeypadKey::Divide, "/", "^Oo"),
        (KeypadKey::Multiply, "*", "^Oj"),
        (KeypadKey::Subtract, "-", "^Om"),
        (KeypadKey::Add, "+", "^Ok"),
        (KeypadKey::Enter, "\r", "^OM"),
        (KeypadKey::Equal, "=", "^OX"),
        (KeypadKey::Up, "^[A", "^[A"),
        (KeypadKey::Delete, "^[3~", "^[3~"),
    ];
    for (key, typed, applied) in table {
        assert_eq!(keys.named(NamedKey::Keypad(key), Modifiers::NONE), typed, "{key:?}");
        assert_eq!(application.named(NamedKey::Keypad(key), Modifiers::NONE), applied, "{key:?}");
    }
}

#[test]
fn modify_other_keys_tells_what_was_lost() {
    let (mut one, mut two) = (Keys::after("\x1b[>4;1m"), Keys::after("\x1b[>4;2m"));
    let table = [
        ('a', CONTROL, "\x01", "^[27;5;97~"),
        ('1', CONTROL, "^[27;5;49~", "^[27;5;49~"),
        ('a', ALT, "^a", "^[27;3;97~"),
        ('a', SHIFT, "A", "A"),
        ('a', Modifiers::NONE, "a", "a"),
        ('i', both(CONTROL, SHIFT), "\t", "^[27;6;73~"),
    ];
    for (character, modifiers, first, second) in table {
        assert_eq!(one.typed(character, modifiers), first, "{character} {modifiers:?}");
        assert_eq!(two.typed(character, modifiers), second, "{character} {modifiers:?}");
    }
    assert_eq!(one.named(NamedKey::Enter, CONTROL), "^[27;5;13~");
    assert_eq!(two.named(NamedKey::Tab, CONTROL), "^[27;5;9~");
    assert_eq!(two.named(NamedKey::Enter, Modifiers::NONE), "\r");
    assert_eq!(two.named(NamedKey::Up, CONTROL), "^[1;5A");
}

#[test]
fn the_kitty_protocol_disambiguates_what_it_is_asked_to() {
    let mut keys = Keys::after("\x1b[>1u");
    let table = [
        ('a', Modifiers::NONE, "a"),
        ('a', SHIFT, "A"),
        ('a', CONTROL, "^[97;5u"),
        ('a', ALT, "^[97;3u"),
        ('a', both(CONTROL, SHIFT), "^[97;6u"),
        ('a', COMMAND, "^[97;9u"),
        ('é', CONTROL, "^[233;5u"),
    ];
    for (character, modifiers, sent) in table {
        assert_eq!(keys.typed(character, modifiers), sent, "{character} {modifiers:?}");
    }
    let table = [
        (NamedKey::Escape, "^[27u", "^[27;5u"),
        (NamedKey::Enter, "\r", "^[13;5u"),
        (NamedKey::Tab, "\t", "^[9;5u"),
        (NamedKey::Backspace, "\x7f", "^[127;5u"),
        (NamedKey::Up, "^[A", "^[1;5A"),
        (NamedKey::Function(1), "^[P", "^[1;5P"),
        (NamedKey::Function(3), "^[13~", "^[13;5~"),
        (NamedKey::Function(5), "^[15~", "^[15;5~"),
        (NamedKey::Function(13), "^[57376u", "^[57376;5u"),
        (NamedKey::Function(35), "^[57398u", "^[57398;5u"),
        (NamedKey::Delete, "^[3~", "^[3;5~"),
        (NamedKey::Menu, "^[57363u", "^[57363;5u"),
        (NamedKey::PrintScreen, "^[57361u", "^[57361;5u"),
        (NamedKey::Keypad(KeypadKey::Digit(5)), "^[57404u", "^[57404;5u"),
        (NamedKey::Keypad(KeypadKey::Left), "^[57417u", "^[57417;5u"),
        (NamedKey::Keypad(KeypadKey::Begin), "^[57427~", "^[57427;5~"),
        (NamedKey::Media(MediaKey::MuteVolume), "^[57440u", "^[57440;5u"),
        (NamedKey::Modifier(ModifierKey::LeftShift), "", ""),
    ];
    for (key, alone, controlled) in table {
        assert_eq!(keys.named(key, Modifiers::NONE), alone, "{key:?}");
        assert_eq!(keys.named(key, CONTROL), controlled, "{key:?}");
    }
    // Application cursor keys are of the old days.
    assert_eq!(Keys::after("\x1b[?1h\x1b[>1u").named(NamedKey::Up, Modifiers::NONE), "^[A");
    assert_eq!(keys.named(NamedKey::Tab, SHIFT), "^[9;2u");
}

#[test]
fn the_kitty_protocol_tells_repeats_releases_other_keys_and_text() {
    let event = |press: KeyPress, event| KeyPress { event, ..press };
    let mut keys = Keys::after("\x1b[>3u");
    assert_eq!(keys.send(&event(KeyPress::named(NamedKey::Up), KeyEvent::Repeat)), "^[1;1:2A");
    assert_eq!(keys.send(&event(KeyPress::named(NamedKey::Up).with(CONTROL), KeyEvent::Release)), "^[1;5:3A");
    assert_eq!(keys.send(&event(KeyPress::character('a'), KeyEvent::Repeat)), "a");
    assert_eq!(keys.send(&event(KeyPress::character('a'), KeyEvent::Release)), "^[97;1:3u");
    assert_eq!(keys.send(&event(KeyPress::named(NamedKey::Enter), KeyEvent::Release)), "");
    let mut keys = Keys::after("\x1b[>13u");
    assert_eq!(keys.typed('a', SHIFT), "^[97:65;2u");
    let russian = KeyPress { base: Some('c'), ..KeyPress::character('с') };
    assert_eq!(keys.send(&russian.with(CONTROL)), "^[1089::99;5u");
    let mut keys = Keys::after("\x1b[>27u");
    assert_eq!(keys.typed('a', Modifiers::NONE), "^[97;;97u");
    assert_eq!(keys.typed('a', SHIFT), "^[97;2;65u");
    assert_eq!(keys.named(NamedKey::Enter, Modifiers::NONE), "^[13u");
    assert_eq!(keys.send(&event(KeyPress::named(NamedKey::Enter), KeyEvent::Release)), "^[13;1:3u");
    assert_eq!(keys.named(NamedKey::Modifier(ModifierKey::RightControl), CONTROL), "^[57448;5u");
    let locked = Modifiers { caps_lock: true, ..Modifiers::NONE };
    assert_eq!(keys.typed('a', locked), "^[97;65;97u");
}

fn mouse(output: &str, report: MouseReport) -> Option<String> {
    let sent = Keys::after(output).0.screen.mouse(&report)?;
    Some(sent.iter().map(|byte| char::from(*byte)).collect::<String>().replace('\x1b', "^"))
}

const fn report(action: MouseAction, button: Option<MouseButton>, column: u16, row: u16) -> MouseReport {
    MouseReport { action, button, modifiers: Modifiers::NONE, column, row }
}

#[test]
fn the_mouse_is_told_as_programs_asked() {
    use MouseAction::{Move, Press, Release};
    let left = Some(MouseButton::Left);
    let table = [
        ("", report(Press, left, 0, 0), None),
        ("\x1b[?9h", report(Press, left, 0, 0), Some("^[M !!")),
        ("\x1b[?9h", report(Release, left, 0, 0), None),
        ("\x1b[?9h", report(Press, Some(MouseButton::WheelUp), 0, 0), None),
        ("\x1b[?1000h", report(Press, Some(MouseButton::Right), 2, 4), Some("^[M\"#%")),
        ("\x1b[?1000h", report(Release, Some(MouseButton::Right), 2, 4), Some("^[M##%")),
        ("\x1b[?1000h", report(Move, left, 2, 4), None),
        ("\x1b[?1000h", report(Press, left, 222, 0), Some("^[M \u{ff}!")),
        ("\x1b[?1000h", report(Press, left, 223, 0), None),
        ("\x1b[?1002h", report(Move, left, 2, 4), Some("^[M@#%")),
        ("\x1b[?1002h", report(Move, None, 2, 4), None),
        ("\x1b[?1003h", report(Move, None, 2, 4), Some("^[MC#%")),
        ("\x1b[?1000;1006h", report(Press, left, 299, 4), Some("^[<0;300;5M")),
        ("\x1b[?1000;1006h", report(Release, left, 299, 4), Some("^[<0;300;5m")),
        ("\x1b[?1000;1006h", report(Press, Some(MouseButton::WheelDown), 0, 0), Some("^[<65;1;1M")),
        ("\x1b[?1000;1006h", report(Release, Some(MouseButton::WheelDown), 0, 0), None),
        ("\x1b[?1000;1006h", report(Press, Some(MouseButton::Back), 0, 0), Some("^[<128;1;1M")),
        ("\x1b[?1003;1006h", report(Move, None, 0, 0), Some("^[<35;1;1M")),
        ("\x1b[?1000;1015h", report(Press, left, 299, 4), Some("^[32;300;5M")),
        ("\x1b[?1000;1015h", report(Release, left, 299, 4), Some("^[35;300;5M")),
        ("\x1b[?1000;1005h", report(Press, left, 299, 4), Some("^[M \u{c5}\u{8c}%")),
        ("\x1b[?1000;1005h", report(Press, left, 2016, 4), None),
    ];
    for (output, report, sent) in table {
        assert_eq!(mouse(output, report).as_deref(), sent, "{output:?} {report:?}");
    }
    let modified = MouseReport { modifiers: both(SHIFT, both(ALT, CONTROL)), ..report(Press, left, 0, 0) };
    assert_eq!(mouse("\x1b[?1000;1006h", modified).as_deref(), Some("^[<28;1;1M"));
    assert_eq!(mouse("\x1b[?9h", modified).as_deref(), Some("^[M !!"));
}

#[test]
fn wheel_and_focus_are_told_where_programs_want_it() {
    let mut view = View::new(80, 24);
    assert_eq!((view.screen.wheel(3), view.screen.focus(true)), (None, None));
    view.draw("\x1b[?1049h\x1b[?1004h");
    assert_eq!(view.screen.wheel(2).as_deref(), Some(b"\x1b[A\x1b[A".as_slice()));
    assert_eq!(view.screen.wheel(i32::MIN).map(|sent| sent.len()), Some(300));
    assert_eq!(view.screen.focus(true), Some(b"\x1b[I".as_slice()));
    assert_eq!(view.screen.focus(false), Some(b"\x1b[O".as_slice()));
    view.draw("\x1b[?1007l");
    assert_eq!(view.screen.wheel(2), None);
}

#[test]
fn a_key_shows_the_newest_lines_again() {
    let mut view = View::new(20, 3);
    view.draw("x\r\n".repeat(20));
    view.screen.scroll(5);
    view.screen.key(&KeyPress::named(NamedKey::CapsLock));
    view.look();
    assert_eq!(view.frame.state().scrolled, 5);
    view.screen.key(&KeyPress { key: Key::Character('a'), ..KeyPress::character('a') });
    view.look();
    assert_eq!(view.frame.state().scrolled, 0);
}

#[test]
fn pasted_text_is_bracketed_if_asked_and_ends_lines_as_return_does() {
    let mut view = View::new(20, 3);
    assert_eq!(view.screen.paste("a\r\nb\nc\td"), b"a\rb\rc\td");
    view.draw("\x1b[?2004h");
    assert_eq!(view.screen.paste("a\nb\x1b[201~rm -rf\x03"), b"\x1b[200~a\nb[201~rm -rf\x1b[201~");
}

proptest! {
    #[test]
    fn no_pasted_text_ends_its_brackets(text in "(\\x1b|\\[|2|0|1|~|\u{9b}|\\x00|a|\n){0,40}") {
        let mut view = View::new(20, 3);
        view.draw("\x1b[?2004h");
        let sent = String::from_utf8(view.screen.paste(&text)).unwrap();
        let inside = sent.strip_prefix("\x1b[200~").and_then(|sent| sent.strip_suffix("\x1b[201~")).unwrap();
        let harmless = !inside.contains(['\x1b', '\u{9b}', '\0']);
        prop_assert!(harmless);
    }
}

//! Plays a test file of libvterm to a screen of ours, and compares what its authors say.

use atelier_terminal::{
    Attributes, Cell, CellColour, CursorShape, KeyPress, KeypadKey, Modifiers, MouseAction, MouseButton, MouseReport,
    MouseReports, NamedKey, Rgb, ScreenSize, Underline,
};

use super::script::{characters, numbers, string, text_or_codes, utf8};
use crate::view::View;

/// A test file, as far as it is played.
pub(super) struct Play {
    view: View,
    /// What was played since the last reset.
    played: Vec<u8>,
    /// The command's line, and what is expected of it.
    command: (usize, String),
    expected: Vec<(usize, String)>,
    pointer: (u16, u16),
    button: Option<MouseButton>,
    /// What has been decoded so far.
    decoded: String,
    pub(super) checked: usize,
    /// The line of each check that failed, and what came instead.
    pub(super) failed: Vec<(usize, String)>,
}

impl Play {
    pub(super) fn new() -> Self {
        Self {
            view: View::new(80, 25),
            played: Vec::new(),
            command: (0, String::new()),
            expected: Vec::new(),
            pointer: (0, 0),
            button: None,
            decoded: String::new(),
            checked: 0,
            failed: Vec::new(),
        }
    }

    pub(super) fn line(&mut self, number: usize, line: &str) {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("$SEQ ") {
            let (range, rest) = rest.split_once(':').unwrap();
            let (low, high) = range.trim().split_once(' ').unwrap();
            for value in low.trim().parse::<u32>().unwrap()..=high.trim().parse::<u32>().unwrap() {
                self.line(number, &rest.replace("\\#", &value.to_string()));
            }
        } else if let Some(rest) = line.strip_prefix("$REP ") {
            let (count, rest) = rest.split_once(':').unwrap();
            (0..count.parse::<u32>().unwrap()).for_each(|_| self.line(number, rest));
        } else if let Some(rest) = line.strip_prefix('?') {
            self.run();
            let (what, wanted) = rest.split_once('=').unwrap();
            let (what, place) = what.trim().split_once(' ').unwrap_or((what.trim(), ""));
            self.assertion(number, what, place, wanted.trim());
        } else if line.starts_with(|character: char| character.is_ascii_uppercase()) {
            self.run();
            self.command = (number, line.to_owned());
        } else if line.starts_with(|character: char| character.is_ascii_lowercase()) {
            self.expected.push((number, line.to_owned()));
        }
    }

    /// Runs the command that waits, if one does, and compares what it was to bring.
    pub(super) fn run(&mut self) {
        let (number, command) = std::mem::take(&mut self.command);
        let expected = std::mem::take(&mut self.expected);
        if command.is_empty() {
            return;
        }
        let (name, rest) = command.split_once(' ').unwrap_or((&command, ""));
        let mut sent = self.perform(name, rest.trim());
        self.view.look();
        sent.extend(self.view.screen.take_replies());
        self.compare_sent(number, &sent, &expected);
        // Of what is drawn twice in one place the last stays.
        for (index, (number, line)) in expected.iter().enumerate() {
            let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
            match what {
                "putglyph" => {
                    let (glyph, place) = glyph(rest);
                    let later = |(_, line): &(usize, String)| {
                        line.strip_prefix("putglyph ").is_some_and(|rest| self::glyph(rest).1 == place)
                    };
                    if !expected[index + 1..].iter().any(later) {
                        self.compare(*number, &self.drawn(place), &glyph);
                    }
                }
                "settermprop" => self.property(*number, rest),
                "encout" => self.encoded(*number, &text_or_codes(rest)),
                _ => {}
            }
        }
    }

    fn perform(&mut self, name: &str, rest: &str) -> Vec<u8> {
        match name {
            "INIT" => self.reset(ScreenSize { columns: 80, rows: 25 }),
            "RESET" => self.reset(self.view.screen.size()),
            "PUSH" => {
                let bytes = string(rest);
                self.view.draw(&bytes);
                self.played.extend(bytes);
            }
            "WANTENCODING" => self.reset(ScreenSize { columns: 1000, rows: 2 }),
            "ENCIN" => {
                self.view.draw(string(rest));
            }
            "RESIZE" => {
                let size = numbers(rest);
                let [rows, columns] = [size[0], size[1]].map(|number| u16::try_from(number).unwrap());
                self.view.screen.resize(ScreenSize { columns, rows });
            }
            "FOCUS" => return self.view.screen.focus(rest == "IN").unwrap_or_default().to_vec(),
            "PASTE" => {
                let brackets = self.view.screen.paste("");
                let half = brackets.len() / 2;
                return if rest == "START" { brackets[..half].to_vec() } else { brackets[half..].to_vec() };
            }
            "INCHAR" => {
                let (modifiers, code) = rest.split_once(' ').unwrap();
                let character = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
                let modifiers = self::modifiers(modifiers);
                let typed = character.is_ascii_uppercase();
                let key = KeyPress::character(character.to_ascii_lowercase());
                let modifiers = Modifiers { shift: modifiers.shift || typed, ..modifiers };
                return self.view.screen.key(&KeyPress { text: character.into(), ..key.with(modifiers) });
            }
            "INKEY" => {
                let (modifiers, key) = rest.split_once(' ').unwrap();
                return self.view.screen.key(&KeyPress::named(named(key)).with(self::modifiers(modifiers)));
            }
            "MOUSEMOVE" | "MOUSEBTN" => return self.mouse(name, rest),
            // How much their own events tell, and how they are merged.
            "WANTPARSER" | "WANTSTATE" | "WANTSCREEN" | "DAMAGEMERGE" | "DAMAGEFLUSH" | "UTF8" => {}
            other => panic!("{other}"),
        }
        Vec::new()
    }

    fn reset(&mut self, size: ScreenSize) {
        self.view = View::new(size.columns, size.rows);
        self.played.clear();
        self.decoded.clear();
    }

    fn mouse(&mut self, name: &str, rest: &str) -> Vec<u8> {
        let parts: Vec<&str> = rest.split(' ').collect();
        let (action, button, modifiers) = if name == "MOUSEMOVE" {
            let place = numbers(parts[0]);
            let before = self.pointer;
            self.pointer = (u16::try_from(place[0]).unwrap(), u16::try_from(place[1]).unwrap());
            if self.pointer == before {
                return Vec::new();
            }
            (MouseAction::Move, self.button, parts.get(1))
        } else {
            let button = match parts[1] {
                "1" => MouseButton::Left,
                "2" => MouseButton::Middle,
                "4" => MouseButton::WheelUp,
                "5" => MouseButton::WheelDown,
                other => panic!("{other}"),
            };
            let down = parts[0] == "d";
            self.button = Some(button).filter(|_| down && matches!(parts[1], "1" | "2"));
            (if down { MouseAction::Press } else { MouseAction::Release }, Some(button), parts.get(2))
        };
        let modifiers = modifiers.map_or(Modifiers::NONE, |modifiers| self::modifiers(modifiers));
        let (row, column) = self.pointer;
        self.view.screen.mouse(&MouseReport { action, button, modifiers, column, row }).unwrap_or_default()
    }

    fn compare_sent(&mut self, number: usize, sent: &[u8], expected: &[(usize, String)]) {
        let outputs: Vec<_> =
            expected.iter().filter_map(|(number, line)| Some((*number, line.strip_prefix("output ")?))).collect();
        let wanted: Vec<u8> = outputs.iter().flat_map(|(_, text)| string(text)).collect();
        if !wanted.is_empty() || !sent.is_empty() {
            let number = outputs.first().map_or(number, |(number, _)| *number);
            self.compare(number, &sent.escape_ascii().to_string(), &wanted.escape_ascii().to_string());
        }
    }

    /// What stands in a cell, as the files write it.
    fn drawn(&self, (row, column): (usize, usize)) -> String {
        let cell = self.view.cell(row, column);
        format!("{} {}", cell.text, if cell.attributes.wide { 2 } else { 1 })
    }

    fn encoded(&mut self, number: usize, wanted: &str) {
        let all = self.view.frame.text(0);
        let new = all.strip_prefix(self.decoded.as_str()).unwrap_or(&all).to_owned();
        self.decoded = all;
        // What draws nothing can't be seen.
        let drawn: String = wanted.chars().filter(|character| !character.is_control()).collect();
        self.compare(number, &new, &drawn);
    }

    fn property(&mut self, number: usize, rest: &str) {
        let (property, wanted) = rest.split_once(' ').unwrap();
        let state = self.view.frame.state();
        let ours = match property {
            "1" => state.cursor.visible.to_string(),
            "2" => state.cursor.blinking.to_string(),
            "3" => state.modes.alternate_screen.to_string(),
            "4" => format!("{:?}", state.title.as_deref().unwrap_or_default()),
            "7" => match state.cursor.shape {
                CursorShape::Block => "1".into(),
                CursorShape::Underline => "2".into(),
                CursorShape::Bar => "3".into(),
            },
            "8" => match state.modes.mouse {
                MouseReports::Buttons => "1".into(),
                MouseReports::Drags => "2".into(),
                MouseReports::Motion => "3".into(),
                MouseReports::None | MouseReports::Presses => "0".into(),
            },
            other => panic!("{other}"),
        };
        self.compare(number, &ours, wanted);
    }

    fn assertion(&mut self, number: usize, what: &str, place: &str, wanted: &str) {
        let at = numbers(place);
        let (ours, wanted) = match what {
            "cursor" => {
                let (row, column) = self.view.cursor();
                (format!("{row},{column}"), wanted.to_owned())
            }
            "screen_row" => (self.view.frame.text(at[0]), String::from_utf8(string(wanted)).unwrap()),
            "screen_chars" => (self.rows(&at), text_or_codes(wanted)),
            "screen_text" => (self.rows(&at), utf8(wanted)),
            "screen_eol" => {
                let rest = &self.view.frame.cells(at[0])[at[1]..];
                (u8::from(rest.iter().all(|cell| cell.text == " ")).to_string(), wanted.to_owned())
            }
            "screen_cell" => (cell(&self.view.cell(at[0], at[1])), wanted.to_owned()),
            "screen_attrs_extent" => (self.extent(at[0], at[1]), wanted.to_owned()),
            "pen" => (self.pen(place), wanted.to_owned()),
            other => panic!("{other}"),
        };
        self.compare(number, ours.trim_end(), wanted.trim_end());
    }

    fn rows(&self, at: &[usize]) -> String {
        let rows = (at[0]..at[2]).map(|row| {
            let cells = self.view.frame.cells(row);
            let cells = &cells[at[1]..at[3].min(cells.len())];
            cells.iter().map(|cell| cell.text.as_str()).collect::<String>().trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    fn extent(&self, row: usize, column: usize) -> String {
        let cells = self.view.frame.cells(row);
        let same = |cell: &Cell| cell.attributes == cells[column].attributes;
        let start = (0..=column).rev().take_while(|at| same(&cells[*at])).last().unwrap();
        let end = (column..cells.len()).take_while(|at| same(&cells[*at])).last().unwrap();
        format!("{row},{start}-{},{end}", row + 1)
    }

    /// How the next character would look: on a screen of its own, it is written.
    fn pen(&self, what: &str) -> String {
        let mut view = View::new(80, 25);
        view.draw(&self.played);
        let (row, column) = view.cursor();
        view.draw("X");
        let cell = view.cell(row.into(), column.into());
        let on = |is| if is { "on".into() } else { "off".into() };
        match what {
            "bold" => on(cell.attributes.bold),
            "italic" => on(cell.attributes.italic),
            "reverse" => on(cell.attributes.inverse),
            "underline" => (cell.attributes.underline as u8).to_string(),
            "foreground" => pen_colour(cell.foreground, "rgb(240,240,240,is_default_fg)"),
            "background" => pen_colour(cell.background, "rgb(0,0,0,is_default_bg)"),
            other => format!("no {other}"),
        }
    }

    fn compare(&mut self, number: usize, ours: &str, wanted: &str) {
        self.checked += 1;
        if ours != wanted {
            self.failed.push((number, format!("{ours:?}, not {wanted:?}")));
        }
    }
}

/// `0x65,0x301 1 0,2`: what stands where. Lines of double width and protected cells are said so.
fn glyph(text: &str) -> (String, (usize, usize)) {
    let parts: Vec<&str> = text.split(' ').collect();
    let place = numbers(parts[2]);
    let rest = parts[1..2].iter().chain(&parts[3..]);
    let words: Vec<_> = std::iter::once(spaced(parts[0])).chain(rest.map(|word| (*word).to_owned())).collect();
    (words.join(" "), (place[0], place[1]))
}

fn spaced(codes: &str) -> String {
    let text = characters(codes);
    if text.is_empty() { " ".into() } else { text }
}

fn modifiers(text: &str) -> Modifiers {
    let has = |letter| text.contains(letter);
    Modifiers { shift: has('S'), alt: has('A'), control: has('C'), ..Modifiers::NONE }
}

fn named(key: &str) -> NamedKey {
    match key {
        "Up" => NamedKey::Up,
        "Tab" => NamedKey::Tab,
        "Enter" => NamedKey::Enter,
        "F1" => NamedKey::Function(1),
        "KP0" => NamedKey::Keypad(KeypadKey::Digit(0)),
        other => panic!("{other}"),
    }
}

fn pen_colour(colour: CellColour, default: &str) -> String {
    match colour {
        CellColour::Default => default.to_owned(),
        CellColour::Indexed(index) => format!("idx({index})"),
        CellColour::Rgb(Rgb { red, green, blue }) => format!("rgb({red},{green},{blue})"),
    }
}

/// A cell as the files write it, with the colours that libvterm has for the first few of the palette.
fn cell(cell: &Cell) -> String {
    let rgb = |colour, default: &str| match colour {
        CellColour::Indexed(index) => {
            let part = |bit: u8| if index & bit == 0 { 0 } else { 224 };
            format!("rgb({},{},{})", part(1), part(2), part(4))
        }
        other => pen_colour(other, default),
    };
    let Attributes { bold, underline, italic, inverse, wide, .. } = cell.attributes;
    let underlined = format!("U{}", underline as u8);
    let letters = [(bold, "B"), (underline != Underline::None, &underlined), (italic, "I"), (inverse, "R")];
    let attributes: String = letters.iter().filter(|(on, _)| *on).map(|(_, letter)| *letter).collect();
    let codes =
        cell.text.chars().filter(|character| *character != ' ').map(|character| format!("{:#x}", u32::from(character)));
    let (foreground, background) = (rgb(cell.foreground, "rgb(240,240,240)"), rgb(cell.background, "rgb(0,0,0)"));
    let (codes, width) = (codes.collect::<Vec<_>>().join(","), if wide { 2 } else { 1 });
    format!("{{{codes}}} width={width} attrs={{{attributes}}} fg={foreground} bg={background}")
}

//! vttest, the test program that terminals have been measured by for forty years: its pages on our screen are as they
//! were found right (`vttest.txt`), and xterm.js shows the same, but for pages that are listed.

use std::{fmt::Write as _, fs};

use atelier_terminal::{KeyPress, NamedKey};

use super::{
    played::{Case, Step, by_us, by_xterm},
    stage::Stage,
};

/// What is chosen in its menus: cursor movements, screen features, character sets, what it is told, VT102 features,
/// ISO 6429 movements, colours and others.
const CHOICES: [&str; 36] = [
    "1", "2", "3", "6", "2", "3", "4", "5", "0", "8", "11", "5", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "6",
    "2", "3", "4", "5", "9", "0", "7", "2", "3", "0", "0", "0", "",
];

/// Pages that xterm.js shows otherwise, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    ("1, page 3", COLUMNS),
    ("1, page 4", COLUMNS),
    ("2, page 9", COLUMNS),
    ("2, page 15", "it does not bring underlined text back with the cursor"),
    ("3, page 1", "it has the British set; in the special one a line stands where DEC has a blank"),
    ("11.6 9, page 1", COLUMNS),
    ("11.6 9, page 2", COLUMNS),
    ("11.6 9, page 3", COLUMNS),
    (
        "11.7 2, page 1",
        "the engine repeats a character although the cursor has moved meanwhile, which ECMA-48 leaves open",
    ),
];

const COLUMNS: &str = "changing between 80 and 132 columns (DECCOLM) erases the screen; there it does nothing";

/// A page: its name, its text on our screen, and the output that made it of the page before.
type Page = (String, String, String);

fn pages() -> Vec<Page> {
    let mut stage = Stage::new();
    stage.enters("clear; exec vttest 24x80.80");
    let mut choices = CHOICES.into_iter();
    let (mut shown, mut at, mut count, mut pages, mut choice) = (0, 0, 0, Vec::new(), String::new());
    loop {
        let asks = ["Push <RETURN>", "Push the RETURN key", "): ", "That's all, folks!"];
        stage.until("a page", |stage| asks.iter().any(|asks| stage.told[at..].contains(asks)));
        let new = stage.told[at..].to_owned();
        at = stage.told.len();
        if new.contains("folks!") {
            return pages;
        }
        if new.contains("Enter choice number") {
            let chosen = choices.next().unwrap();
            let menu = menu_name(&stage.text());
            choice = if menu.is_empty() { chosen.to_owned() } else { format!("{menu} {chosen}") };
            count = 0;
            stage.enters(chosen);
        } else {
            count += 1;
            pages.push((format!("{choice}, page {count}"), stage.text(), stage.told[shown..].to_owned()));
            shown = at;
            stage.presses(&KeyPress::named(NamedKey::Enter));
        }
    }
}

/// `11.6` of `Menu 11.6: ISO 6429 colors`; nothing for the main menu.
fn menu_name(text: &str) -> String {
    text.lines().find_map(|line| Some(line.split_once("Menu ")?.1.split_once(':')?.0.to_owned())).unwrap_or_default()
}

#[test]
#[ignore = "needs vttest and xterm.js; a step of scripts/test installs them"]
fn its_pages_are_as_they_were_found_right_and_as_xterm_shows_them() {
    let pages = pages();
    let steps = pages.iter().flat_map(|(.., output)| [Step::Output(output.clone().into_bytes()), Step::Look]);
    let case = Case { columns: 80, rows: 24, steps: steps.collect() };
    let (ours, theirs) = (by_us(&case), by_xterm(std::slice::from_ref(&case)));
    let mut text = String::new();
    for (name, page, _) in &pages {
        writeln!(text, "=== {name}\n{page}").unwrap();
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/terminal/others/vttest.txt");
    if std::env::var_os("ATELIER_WRITE_FIXTURES").is_some() {
        fs::write(file, &text).unwrap();
    }
    let mut differing = Vec::new();
    for (((name, ..), ours), theirs) in pages.iter().zip(&ours.looks).zip(&theirs[0].looks) {
        let rows = ours.iter().zip(theirs).filter(|(one, other)| one != other);
        let rows: Vec<_> = rows.map(|(one, other)| format!("{one:?}\n{other:?}\n")).collect();
        if !rows.is_empty() {
            println!("{name}:\n{}", rows.concat());
            differing.push(name.as_str());
        }
    }
    assert_eq!(differing, DIFFERENCES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert_eq!(text, fs::read_to_string(file).unwrap());
}

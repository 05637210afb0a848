//! The sessions that ship with the engine (vim, htop, tmux, pages of vttest), recorded by its authors, through our
//! updates: each cell must be what they say.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use atelier_terminal::{Attributes, Cell, CellColour, Rgb, Underline};
use serde::Deserialize;

use crate::view::View;

#[derive(Deserialize)]
struct Size {
    columns: u16,
    screen_lines: u16,
}

#[derive(Deserialize)]
struct Config {
    history_size: usize,
}

#[derive(Deserialize)]
struct Grid {
    raw: Storage,
}

/// Rows from the bottom of the screen up into the history.
#[derive(Deserialize)]
struct Storage {
    inner: Vec<Row>,
    len: usize,
}

#[derive(Deserialize)]
struct Row {
    inner: Vec<RecordedCell>,
}

#[derive(Deserialize)]
struct RecordedCell {
    c: char,
    fg: Colour,
    bg: Colour,
    flags: String,
    extra: Option<Extra>,
}

#[derive(Deserialize)]
struct Extra {
    zerowidth: Vec<char>,
    underline_color: Option<Colour>,
    hyperlink: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    inner: LinkParts,
}

#[derive(Deserialize)]
struct LinkParts {
    uri: String,
}

#[derive(Deserialize)]
enum Colour {
    Named(String),
    Spec { r: u8, g: u8, b: u8 },
    Indexed(u8),
}

impl Colour {
    fn ours(&self) -> CellColour {
        const NAMES: [&str; 8] = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];
        let index = |name: &str| NAMES.iter().zip(0_u8..).find(|(known, _)| **known == name).map(|(_, index)| index);
        match self {
            Self::Spec { r, g, b } => CellColour::Rgb(Rgb { red: *r, green: *g, blue: *b }),
            Self::Indexed(index) => CellColour::Indexed(*index),
            Self::Named(name) if name == "Foreground" || name == "Background" => CellColour::Default,
            Self::Named(name) => CellColour::Indexed(match name.strip_prefix("Bright") {
                Some(bright) => index(bright).unwrap() + 8,
                None => index(name).unwrap(),
            }),
        }
    }
}

impl RecordedCell {
    fn ours(&self, link: u32) -> Cell {
        let flags: BTreeSet<&str> = self.flags.split(" | ").collect();
        let has = |flag| flags.contains(flag);
        let styles = [
            ("UNDERLINE", Underline::Single),
            ("DOUBLE_UNDERLINE", Underline::Double),
            ("UNDERCURL", Underline::Curly),
            ("DOTTED_UNDERLINE", Underline::Dotted),
            ("DASHED_UNDERLINE", Underline::Dashed),
        ];
        let attributes = Attributes {
            bold: has("BOLD"),
            dim: has("DIM"),
            italic: has("ITALIC"),
            inverse: has("INVERSE"),
            hidden: has("HIDDEN"),
            struck: has("STRIKEOUT"),
            underline: styles.iter().find(|(flag, _)| has(flag)).map_or(Underline::None, |(_, style)| *style),
            wide: has("WIDE_CHAR"),
            spacer: has("WIDE_CHAR_SPACER"),
            leading_spacer: has("LEADING_WIDE_CHAR_SPACER"),
            prompt: false,
        };
        let combining = self.extra.iter().flat_map(|extra| extra.zerowidth.iter().copied());
        let first = if self.c == '\t' { ' ' } else { self.c };
        let text = if attributes.spacer { String::new() } else { std::iter::once(first).chain(combining).collect() };
        let underline = self.extra.as_ref().and_then(|extra| extra.underline_color.as_ref());
        let underline_colour = underline.map_or(CellColour::Default, Colour::ours);
        Cell { text, foreground: self.fg.ours(), background: self.bg.ours(), attributes, underline_colour, link }
    }

    fn address(&self) -> Option<&str> {
        Some(&self.extra.as_ref()?.hyperlink.as_ref()?.inner.uri)
    }
}

/// Where Cargo keeps the engine's sources.
pub(crate) fn recordings() -> PathBuf {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    // Sources for other systems need not be here.
    let arguments = ["metadata", "--format-version=1", "--offline", "--locked", "--filter-platform", host];
    let output = Command::new(cargo).args(arguments).args(["--manifest-path", manifest]).output().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let engine = packages.iter().find(|package| package["name"] == "alacritty_terminal").unwrap();
    Path::new(engine["manifest_path"].as_str().unwrap()).parent().unwrap().join("tests/ref")
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Plays a session piece by piece with a reader that looks in between; what differs from the recorded cells.
fn differences(session: &Path) -> Vec<String> {
    let (size, config): (Size, Config) = (read(&session.join("size.json")), read(&session.join("config.json")));
    let grid: Grid = read(&session.join("grid.json"));
    let mut view = View::with_history(size.columns, size.screen_lines, config.history_size);
    for piece in fs::read(session.join("alacritty.recording")).unwrap().chunks(5000) {
        view.draw(piece);
    }
    let rows = all_rows(&mut view);
    let mut found = Vec::new();
    for (index, row) in grid.raw.inner.iter().enumerate().take(grid.raw.len) {
        let Some(cells) = rows.get(index) else {
            // The recording fills the rest of the history up with empty lines.
            found.extend(row.inner.iter().filter(|cell| cell.c != ' ').map(|_| format!("{index} is missing")));
            continue;
        };
        for (column, (recorded, ours)) in row.inner.iter().zip(cells).enumerate() {
            let mut ours = ours.clone();
            // The recorded know no prompts.
            ours.attributes.prompt = false;
            if ours != recorded.ours(ours.link) || view.screen.link(ours.link) != recorded.address() {
                found.push(format!("{index}:{column} is {ours:?}"));
            }
        }
        assert_eq!(row.inner.len(), cells.len());
    }
    found
}

/// All rows from the bottom of the screen up into the history, page by page as one scrolls.
fn all_rows(view: &mut View) -> Vec<Vec<Cell>> {
    let rows = usize::from(view.frame.state().size.rows);
    let total = rows + usize::try_from(view.frame.state().history).unwrap();
    let mut all = Vec::new();
    while all.len() < total {
        let scrolled = usize::try_from(view.frame.state().scrolled).unwrap();
        // The last page may begin with what was seen already.
        let known = all.len() - scrolled;
        all.extend((0..rows - known).rev().map(|row| view.frame.cells(row)));
        view.screen.scroll(i32::try_from(rows).unwrap());
        view.look();
    }
    all
}

/// Sessions in which we differ, in how many cells, and why.
const DIFFERENCES: [(&str, usize, &str); 1] = [(
    "underline",
    10,
    "CSI 21 m underlines twice, as ECMA-48 and xterm have it; the engine took it for the end of bold",
)];

#[test]
fn every_recorded_session_looks_as_its_authors_say() {
    let mut count = 0;
    for session in fs::read_dir(recordings()).unwrap() {
        let session = session.unwrap().path();
        let found = differences(&session);
        let known = DIFFERENCES.iter().find(|(name, ..)| session.ends_with(name)).map_or(0, |(_, cells, _)| *cells);
        assert_eq!(found.len(), known, "{}: {:?}", session.display(), found.first());
        count += 1;
    }
    assert_eq!(count, 45);
}

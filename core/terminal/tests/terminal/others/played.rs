//! What a screen has come to, ours or xterm.js's, written so that the two can be compared.

use std::{env, fs, process::Command};

use atelier_terminal::{Attributes, Cell, CellColour, Frame, Rgb, Screen, ScreenLimits, ScreenSize, Underline};
use serde::Deserialize;

use crate::view::later;

/// What happens to a screen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Output(Vec<u8>),
    Resize(u16, u16),
    /// The screen is kept as it is now.
    Look,
}

/// A screen of some size, and what happens to it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) columns: u16,
    pub(super) rows: u16,
    pub(super) steps: Vec<Step>,
}

/// What it comes to: `tests/terminal/xterm/play.cjs` says how.
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Played {
    pub(super) rows: Vec<String>,
    pub(super) wrapped: Vec<bool>,
    pub(super) screen: usize,
    pub(super) cursor: (u16, u16),
    pub(super) title: String,
    pub(super) replies: String,
    pub(super) looks: Vec<Vec<String>>,
}

impl Played {
    /// The text of all lines, wrapped ones joined, without spaces at their ends and empty lines at the end.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut goes_on = false;
        for (row, wrapped) in self.rows.iter().zip(&self.wrapped) {
            if goes_on {
                lines.last_mut().unwrap().push_str(row);
            } else {
                lines.push(row.clone());
            }
            goes_on = *wrapped;
        }
        let mut lines: Vec<_> = lines.iter().map(|line| line.trim_end().to_owned()).collect();
        let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        lines.truncate(end);
        lines
    }
}

/// What xterm.js makes of them.
pub(super) fn by_xterm(cases: &[Case]) -> Vec<Played> {
    let steps = |case: &Case| -> Vec<serde_json::Value> {
        let step = |step: &Step| match step {
            Step::Output(bytes) => base64(bytes).into(),
            Step::Resize(columns, rows) => serde_json::json!([columns, rows]),
            Step::Look => serde_json::Value::Null,
        };
        case.steps.iter().map(step).collect()
    };
    let json: Vec<_> = cases
        .iter()
        .map(|case| serde_json::json!({"columns": case.columns, "rows": case.rows, "steps": steps(case)}))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    fs::write(&file, serde_json::to_vec(&json).unwrap()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/terminal/xterm/play.cjs");
    // scripts/test names them.
    let node = env::var_os("ATELIER_NODE").unwrap();
    let modules = env::var_os("ATELIER_XTERM").unwrap();
    let output = Command::new(node).arg(script).arg(&file).env("NODE_PATH", modules).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let number = (0..3).fold(0_u32, |number, at| number << 8 | u32::from(part.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * at) & 63) as usize];
            text.push(if at > part.len() { '=' } else { letter.into() });
        }
    }
    text
}

/// What our screen makes of it, as a reader sees it who looks after each step.
pub(super) fn by_us(case: &Case) -> Played {
    let limits = ScreenLimits { lines: 1000, ..ScreenLimits::default() };
    let mut screen = Screen::new(ScreenSize::new(case.columns, case.rows), limits);
    let mut frame = Frame::default();
    let (mut replies, mut looks) = (Vec::new(), Vec::new());
    for step in &case.steps {
        match step {
            Step::Output(bytes) => screen.feed(bytes),
            Step::Resize(columns, rows) => screen.resize(ScreenSize { columns: *columns, rows: *rows }),
            Step::Look => {
                looks.push((0..frame.state().size.rows.into()).map(|row| row_of(&screen, &frame, row)).collect());
            }
        }
        replies.extend(screen.take_replies());
        look(&mut screen, &mut frame);
    }
    Played { looks, ..played(&mut screen, &mut frame, &replies) }
}

fn row_of(screen: &Screen, frame: &Frame, row: usize) -> String {
    frame.cells(row).iter().map(|cell| written(cell, screen)).collect()
}

fn look(screen: &mut Screen, frame: &mut Frame) {
    if let Some(update) = screen.update(frame.version(), later()) {
        frame.apply(&update).unwrap();
    }
}

/// All rows of a screen, page by page as one scrolls back.
fn played(screen: &mut Screen, frame: &mut Frame, replies: &[u8]) -> Played {
    look(screen, frame);
    let state = frame.state().clone();
    let (height, history) = (usize::from(state.size.rows), usize::try_from(state.history).unwrap());
    let (mut rows, mut wrapped) = (Vec::new(), Vec::new());
    while rows.len() < height + history {
        let known = rows.len() - usize::try_from(frame.state().scrolled).unwrap();
        for row in (0..height - known).rev() {
            rows.push(row_of(screen, frame, row));
            wrapped.push(frame.is_wrapped(row));
        }
        screen.scroll(i32::try_from(height).unwrap());
        look(screen, frame);
    }
    rows.reverse();
    wrapped.reverse();
    let replies = String::from_utf8(replies.to_vec()).unwrap();
    let cursor = (state.cursor.row, state.cursor.column);
    Played {
        rows,
        wrapped,
        screen: history,
        cursor,
        title: state.title.unwrap_or_default(),
        replies,
        looks: Vec::new(),
    }
}

fn written(cell: &Cell, screen: &Screen) -> String {
    if cell.attributes.spacer {
        return String::new();
    }
    let Attributes { bold, dim, italic, inverse, hidden, struck, underline, .. } = cell.attributes;
    let mut marks = vec![colour('f', cell.foreground), colour('b', cell.background)];
    if underline != Underline::None {
        marks.push(format!("u{}", underline as u8));
    }
    let letters = [(bold, "B"), (dim, "D"), (italic, "I"), (inverse, "R"), (hidden, "H"), (struck, "S")];
    marks.extend(letters.iter().filter(|(on, _)| *on).map(|(_, letter)| (*letter).to_owned()));
    marks.extend(screen.link(cell.link).map(|address| format!("l{address}")));
    marks.retain(|mark| !mark.is_empty());
    if marks.is_empty() { cell.text.clone() } else { format!("{}{{{}}}", cell.text, marks.join(" ")) }
}

fn colour(name: char, colour: CellColour) -> String {
    match colour {
        CellColour::Default => String::new(),
        CellColour::Indexed(index) => format!("{name}{index}"),
        CellColour::Rgb(Rgb { red, green, blue }) => format!("{name}#{red:02x}{green:02x}{blue:02x}"),
    }
}

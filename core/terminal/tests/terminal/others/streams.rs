//! Streams of what programs send, by chance but from a seed: the same in each run.

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::played::{Case, Step};

pub(super) const COLUMNS: u16 = 20;
pub(super) const ROWS: u16 = 8;

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(texts).prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{1,24}",
        1 => one_of(&["e\u{301}", "a\u{308}\u{301}o", "x\u{200b}y", "é—“”", "привет"]),
        4 => one_of(&["\r\n", "\r\n\r\n", "\n", "\r", "\x08", "\t", "\x0b", "\x0c"]),
    ]
}

fn wide_text() -> impl Strategy<Value = String> {
    one_of(&["漢字", "ひらがな", "한글", "😀", "👍🎉", "ＡＢ", "漢\u{301}字", "👩\u{200d}🚀"])
}

fn attributes() -> impl Strategy<Value = String> {
    let single = one_of(&[
        "",
        "0",
        "1",
        "2",
        "3",
        "4",
        "7",
        "8",
        "9",
        "21",
        "22",
        "23",
        "24",
        "27",
        "28",
        "29",
        "31",
        "39",
        "42",
        "49",
        "95",
        "103",
        "4:3",
        "4:0",
        "38;5;200",
        "48;5;17",
        "38;2;1;2;3",
        "48;2;9;8;7",
        "38:5:99",
        "38:2::4:5:6",
        "58:5:3",
        "59",
    ]);
    let links = ["\x1b]8;;http://a/\x07link\x1b]8;;\x07", "\x1b]8;id=1;http://b/\x1b\\l\x1b]8;;\x1b\\"];
    prop_oneof![
        9 => proptest::collection::vec(single, 1..4).prop_map(|all| format!("\x1b[{}m", all.join(";"))),
        1 => one_of(&["\x1b[?7l", "\x1b[?7h"]),
        1 => prop::sample::select(links.to_vec()).prop_map(str::to_owned),
    ]
}

fn with_number(last: &'static [&'static str]) -> impl Strategy<Value = String> {
    (prop_oneof![Just(String::new()), (0..12_u16).prop_map(|number| number.to_string())], prop::sample::select(last))
        .prop_map(|(number, last)| format!("\x1b[{number}{last}"))
}

fn movement() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (1..ROWS + 3, 1..COLUMNS + 3).prop_map(|(row, column)| format!("\x1b[{row};{column}H")),
        3 => with_number(&["A", "B", "C", "D", "E", "F", "d", "a", "I"]),
        1 => with_number(&["Z"]).prop_map(|text| format!("\x08{text}")),
        1 => with_number(&["G", "`"]).prop_map(|text| format!("\x1b[?6l\x1b[3;3H{text}")),
        1 => one_of(&["\x1bM", "\x1bD", "\x1bE", "\x1b7\x1b[3;3Hx\x1b8\x1b[m", "\x1b[s\x1b[2;2Hy\x1b[u\x1b[m"]),
    ]
}

/// As [`super::differences`] says, some of it differs where nobody has said what is right: these go round that.
fn editing() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => with_number(&["P", "X", "L\r"]),
        1 => with_number(&["@"]).prop_map(|text| format!("\r{text}")),
        1 => with_number(&["M\r"]).prop_map(|text| format!("\x1b[3d{text}")),
        1 => with_number(&["S"]).prop_map(|text| format!("\x1b[2;6r{text}\x1b[r")),
        1 => with_number(&["T"]).prop_map(|text| format!("\x1b[m{text}")),
        3 => one_of(&["\x1b[A\x1b[J", "\x1b[2;5H\x1b[1J", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[H\x1b[J"]),
        1 => (0..4_u16).prop_map(|count| format!("r\x1b[{count}b")),
    ]
}

fn switches() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (1..ROWS, 2..ROWS + 2).prop_map(|(top, bottom)| format!("\x1b[{top};{bottom}r")),
        1 => one_of(&[
            "\x1b[r", "\x1b[?6h\x1b[2;3Hz\x1b[?6l", "\x1b[4hab\x1b[4l", "\x1b[20ha\nb\x1b[20l",
            "\x1bH", "\x1b[g", "\x1b[3g", "\x1b(0", "\x1b(B", "\x1b)0", "\x0e", "\x0f", "\x1b[?25l", "\x1b[?25h",
            "\x1b[!p",
        ]),
    ]
}

fn commands() -> impl Strategy<Value = String> {
    one_of(&[
        "\x1b]0;one\x07",
        "\x1b]2;two\x1b\\",
        "\x1b[?6l\x1b[6n",
        "\x1b[5n",
        "\x1b[?6l\x1b[?6n",
        "\x1bP$qr\x1b\\",
        "\x1b]1337;x\x07",
        "\x1b_Gx\x1b\\",
        "\x1bPq#0\x1b\\",
        "\x1b[r\x1b[?1049h\x1b[2J",
        "\x1b[r\x1b[?1049l",
    ])
}

/// Characters of two cells and attributes are not mixed: what colour the rest of such a character takes that is half
/// written over, differs.
fn piece(wide: bool) -> BoxedStrategy<String> {
    let others = prop_oneof![5 => movement(), 5 => editing(), 2 => switches(), 1 => commands()];
    if wide {
        prop_oneof![6 => text(), 5 => wide_text(), 13 => others].boxed()
    } else {
        prop_oneof![10 => text(), 3 => attributes(), 13 => others].boxed()
    }
}

fn runner(seed: u8) -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

/// Streams of pieces of all kinds, with characters of two cells or with attributes.
pub(super) fn of_all_kinds(count: usize, wide: bool) -> Vec<Case> {
    let mut runner = runner(1);
    let pieces = proptest::collection::vec(piece(wide), 1..60);
    let streams = (0..count).map(|_| pieces.new_tree(&mut runner).unwrap().current());
    let streams = streams.map(|mut pieces| {
        // The other screen is left only where it was entered.
        let mut other = false;
        pieces.retain(|piece| {
            if piece.contains("?1049h") {
                !std::mem::replace(&mut other, true)
            } else {
                !piece.contains("?1049l") || std::mem::take(&mut other)
            }
        });
        pieces
    });
    streams.map(|pieces| case(pieces.into_iter().map(|piece| Step::Output(piece.into_bytes())))).collect()
}

/// Text that is resized again and again.
pub(super) fn of_sizes(count: usize) -> Vec<Case> {
    let mut runner = runner(2);
    let line = prop_oneof![4 => "[a-z ]{0,50}", 1 => one_of(&["漢字かな漢字かな漢字かな", "a漢字かな漢字かな漢字かな", "e\u{301}\u{301}"])];
    let output = line.prop_map(|line| Step::Output(format!("{line}\r\n").into_bytes()));
    let resize = (2..40_u16, 2..16_u16).prop_map(|(columns, rows)| Step::Resize(columns, rows));
    let steps = proptest::collection::vec(prop_oneof![4 => output, 1 => resize], 1..40);
    (0..count).map(|_| case(steps.new_tree(&mut runner).unwrap().current())).collect()
}

fn case(steps: impl IntoIterator<Item = Step>) -> Case {
    Case { columns: COLUMNS, rows: ROWS, steps: steps.into_iter().collect() }
}

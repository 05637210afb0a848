//! What programs send, sensible and not: for tests that must hold for all of it.

use proptest::prelude::*;

/// Numbers as programs use them, and as those do who wish us ill.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (0..25_u32).prop_map(|number| number.to_string()),
        1 => prop::sample::select(vec!["", "0", "65535", "65536", "4294967296", "99999999999999999999"]).prop_map(String::from),
    ]
}

fn numbers() -> impl Strategy<Value = String> {
    (proptest::collection::vec(number(), 0..5), prop::sample::select(vec![";", ":"])).prop_map(|(all, by)| all.join(by))
}

fn control_sequence() -> impl Strategy<Value = String> {
    let marks = prop::sample::select(vec!["", "", "", "?", ">", "=", "<", "!"]);
    let between = prop::sample::select(vec!["", "", "", "", " ", "$", "!", "\""]);
    (marks, numbers(), between, 0x40..0x7f_u8)
        .prop_map(|(mark, numbers, between, last)| format!("\x1b[{mark}{numbers}{between}{}", char::from(last)))
}

fn mode() -> impl Strategy<Value = String> {
    let modes = vec![
        "4", "20", "?1", "?3", "?5", "?6", "?7", "?9", "?25", "?47", "?66", "?1000", "?1002", "?1003", "?1004",
        "?1005", "?1006", "?1007", "?1015", "?1047", "?1048", "?1049", "?2004", "?2026",
    ];
    (prop::sample::select(modes), prop::sample::select(vec!["h", "l", "$p"]))
        .prop_map(|(mode, what)| format!("\x1b[{mode}{what}"))
}

fn command() -> impl Strategy<Value = String> {
    let texts = vec![
        "0;title",
        "2;",
        "4;1;?",
        "4;1;rgb:12/34/56",
        "104",
        "10;?",
        "11;#123456",
        "110",
        "7;file://h/tmp/x",
        "133;A",
        "133;B",
        "133;C",
        "133;D;1",
        "8;;http://x/1",
        "8;id=a;http://x/2",
        "8;;",
        "52;c;aGk=",
        "52;c;?",
        "1337;x",
        "12;",
    ];
    (prop::sample::select(texts), prop::sample::select(vec!["\x07", "\x1b\\", "\x18", "", "\u{9c}"]))
        .prop_map(|(text, end)| format!("\x1b]{text}{end}"))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c ]{1,30}",
        "[漢字a\u{301}\u{200d}\u{1f600}é\u{fe0f}]{1,10}",
        prop::sample::select(vec!["\r\n", "\n", "\r", "\t", "\x08", "\x07", "\x0e", "\x0f", "\r\n\r\n\r\n\r\n"])
            .prop_map(String::from),
    ]
}

fn escape() -> impl Strategy<Value = String> {
    let all = vec![
        "7",
        "8",
        "c",
        "D",
        "E",
        "H",
        "M",
        "=",
        ">",
        "#8",
        "(0",
        "(B",
        ")0",
        "P1$q\"p\x1b\\",
        "_x\x1b\\",
        "^x\x1b\\",
        "X",
    ];
    prop::sample::select(all).prop_map(|text| format!("\x1b{text}"))
}

/// Some output, maybe cut anywhere.
pub(crate) fn output() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => text().prop_map(String::into_bytes),
        5 => control_sequence().prop_map(String::into_bytes),
        3 => mode().prop_map(String::into_bytes),
        2 => command().prop_map(String::into_bytes),
        2 => escape().prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 1..20),
    ];
    proptest::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

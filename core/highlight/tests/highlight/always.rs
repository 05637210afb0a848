//! What holds for every text in every language.

use atelier_highlight::{Line, MAX_LINE, MAX_TEXT, highlight};
use proptest::prelude::*;

const PATHS: [&str; 24] = [
    "a.rs",
    "a.swift",
    "a.js",
    "a.ts",
    "a.py",
    "a.go",
    "a.c",
    "a.java",
    "a.cs",
    "a.rb",
    "a.sh",
    "a.php",
    "a.sql",
    "a.lua",
    "a.json",
    "a.toml",
    "a.yaml",
    "a.css",
    "a.html",
    "a.md",
    "Makefile",
    "a",
    "a.unknown",
    "",
];

/// What lexers stumble over.
const PIECES: [&str; 62] = [
    "\"",
    "'",
    "`",
    "\"\"\"",
    "'''",
    "\\",
    "/*",
    "*/",
    "//",
    "#",
    "#[",
    "]",
    "r#\"",
    "\"#",
    "br\"",
    "@",
    "$",
    "${",
    "}",
    "{",
    "(",
    ")",
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "```rust\n",
    "```\n",
    "```",
    "---\n",
    "- ",
    "* ",
    ":",
    "=",
    "key: |\n",
    "<<EOF\n",
    "EOF\n",
    "=begin",
    "\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "é",
    "日本",
    "😀",
    "\u{301}",
    "\0",
    "1.5e-3",
    "0xFF",
    "..",
    "name",
    "Type",
    "fn f(",
    "if",
    "&amp;",
    "/[/]x/",
];

fn check(path: &str, text: &str, lines: &[Line]) {
    let wanted: Vec<&str> = text.split('\n').collect();
    assert_eq!(lines.len(), wanted.len(), "{path}: {text:?}");
    for (line, text) in lines.iter().zip(wanted) {
        let mut joined = String::new();
        let mut done = 0;
        for span in &line.spans {
            assert!(
                done <= span.start && span.start < span.end && span.end <= text.len(),
                "{path}: {line:?} of {text:?}"
            );
            joined += text.get(done..span.start).expect("on the boundary of a character");
            joined += text.get(span.start..span.end).expect("on the boundary of a character");
            done = span.end;
        }
        joined += &text[done..];
        assert_eq!(joined, text);
    }
}

proptest! {
    #[test]
    fn spans_are_in_order_within_their_lines_and_cut_no_character(
        path in prop::sample::select(&PATHS[..]),
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60),
    ) {
        let text = pieces.concat();
        check(path, &text, &highlight(path, &text));
    }

    #[test]
    fn any_text_will_do(path in prop::sample::select(&PATHS[..]), text in "\\PC{0,80}(\n\\PC{0,40}){0,3}") {
        check(path, &text, &highlight(path, &text));
    }
}

#[test]
fn texts_and_lines_that_are_too_long_have_no_colours() {
    let line = format!("let x = 1; // {}", "x".repeat(MAX_LINE));
    let lines = highlight("a.rs", &format!("{line}\nlet y = 2;"));
    assert!(lines[0].spans.is_empty() && !lines[1].spans.is_empty());
    let text = "let x = 1;\n".repeat(MAX_TEXT / 11 + 1);
    let lines = highlight("a.rs", &text);
    assert_eq!(lines.len(), MAX_TEXT / 11 + 2);
    assert!(lines.iter().all(|line| line.spans.is_empty()));
}

/// What takes the square of its length would be noticed here as a test that takes minutes.
#[test]
fn what_never_closes_is_read_once() {
    for piece in PIECES {
        let text = piece.repeat(10_000 / piece.len());
        for path in PATHS {
            check(path, &text, &highlight(path, &text));
        }
    }
}

//! What a program prints that wishes its user ill: it neither types for him, nor takes memory without limit.

use std::fs;

use atelier_terminal::{Half, Pattern, Place, ScreenEvent, ScreenSize, SelectionKind};
use proptest::prelude::*;

use crate::{programs, view::View};

/// What this process has ever had in memory, in MiB; 0 where the system does not say.
fn most_memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok()).unwrap_or(0) / 1024
}

/// Tests in one process share its memory, but the limits are far apart.
fn takes_less_than(most: usize, act: impl FnOnce()) {
    let before = most_memory();
    act();
    let grown = most_memory() - before;
    assert!(grown < most, "{grown} MiB");
}

#[test]
fn strings_without_end_take_no_memory_and_what_follows_them_is_shown() {
    let piece = vec![b'x'; 1 << 20];
    for introducer in
        ["\x1b]0;", "\x1b]8;;", "\x1b]52;c;", "\x1bP", "\x1bPq", "\x1b_G", "\x1b^", "\x1bX", "\x1b[?", "\x1b["]
    {
        let mut view = View::new(20, 3);
        takes_less_than(9, || {
            view.draw(introducer);
            (0..12).for_each(|_| view.screen.feed(&piece));
        });
        view.draw("\x1b\\\x1bcafter");
        assert_eq!((view.text().as_str(), view.frame.state().title.as_deref()), ("after", None), "{introducer:?}");
        assert_eq!(view.replies(), "");
    }
}

#[test]
fn pictures_are_left_out_whole() {
    for picture in [
        format!("\x1bPq#0;2;0;0;0{}\x1b\\", "#0~~@@vv$-".repeat(10_000)),
        format!("\x1b_Gf=24,s=10,v=20;{}\x1b\\", "QUJD".repeat(10_000)),
        format!("\x1b]1337;File=inline=1:{}\x07", "QUJD".repeat(400_000)),
        format!("\x1bP0;1|17/{}\x1b\\", "41".repeat(1000)),
    ] {
        let mut view = View::new(20, 3);
        view.draw(format!("before{picture}after"));
        assert_eq!((view.text().as_str(), view.cursor(), view.replies().as_str()), ("beforeafter", (0, 11), ""));
    }
}

#[test]
fn what_a_program_has_set_is_never_typed_back() {
    let mut view = View::new(20, 3);
    view.draw("\x1b]2;\rrm -rf ~\r\x07\x1b]0;evil\nline\x07\x1b]7;file:///tmp/\x07\x1b]8;;evil\x07");
    view.draw("\x1b[20t\x1b[21t\x1b]2;?\x07\x1b]0;?\x07\x1b]7;?\x07\x1b]8;?;?\x07\x1b]50;?\x07\x1b[>q\x1b]l\x07\x05");
    assert_eq!(view.replies(), "");
    view.draw("\x1b]52;c;ZXZpbA==\x07\x1b]52;c;?\x07\x1b]52;p;?\x07\x1b]52;;?\x1b\\\x1b]52;cps;?\x07");
    assert_eq!(view.replies(), "");
    assert_eq!(view.events, [ScreenEvent::Clipboard("evil".into())]);
    view.draw("\x1bP$qevil\r\x1b\\\x1bP+q6576696c\x1b\\\x1b[?evil$p");
    assert_eq!(view.replies(), "\x1bP0$r\x1b\\\x1bP0+r\x1b\\");
}

#[test]
fn numbers_of_any_size_move_and_erase_no_more_than_there_is() {
    let mut view = View::with_history(200, 50, 1000);
    takes_less_than(64, || {
        for number in ["65535", "65536", "4294967295", "4294967296", "99999999999999999999"] {
            for last in "@ABCDEFGHIJKLMPSTXZ`abdefghlmnqrstu".chars() {
                view.draw(format!("x\x1b[{number}{last}\x1b[{number};{number}{last}"));
            }
        }
        (0..20).for_each(|_| view.screen.feed(b"x\x1b[65535b"));
    });
    assert!(view.look() || view.frame.state().history <= 1000);
    view.draw("\x1bcafter");
    assert_eq!(view.text(), "after");
}

#[test]
fn combining_characters_without_end_stay_few() {
    let mut view = View::new(80, 24);
    takes_less_than(16, || {
        view.draw("e");
        (0..20).for_each(|_| view.screen.feed("\u{301}".repeat(100_000).as_bytes()));
    });
    view.look();
    assert_eq!(view.cell(0, 0).text.chars().count(), 17);
}

#[test]
fn links_without_end_take_so_much_and_no_more() {
    let mut view = View::with_history(200, 50, 1000);
    let long = "x".repeat(4000);
    takes_less_than(70, || {
        for number in 0..20_000 {
            view.screen.feed(format!("\x1b]8;;http://{number}/{long}\x07l\x1b]8;;\x07").as_bytes());
        }
    });
    // As soon as they are gone from the screen, there is room for others.
    view.draw("\x1b[H\x1b[2J\x1b[3J");
    for _ in 0..3000 {
        view.screen.feed(format!("\x1b[H\x1b]8;;http://last/{long}\x07l\x1b]8;;\x07").as_bytes());
    }
    view.look();
    assert!(view.screen.link(view.cell(0, 0).link).is_some_and(|link| link.starts_with("http://last/")));
}

/// Answers are control sequences of numbers, letters that name them, and colours: nothing that a shell would obey.
fn are_answers(replies: &str) -> bool {
    let parts = replies.split('\x1b').map(|part| part.trim_end_matches('\x07'));
    let harmless = |character: char| character.is_ascii_alphanumeric() || "[]?;:>$/+\" \\".contains(character);
    !replies.contains(['\r', '\n']) && parts.skip(1).all(|part| part.len() < 200 && part.chars().all(harmless))
}

/// The text of a line without spaces: where it is wrapped makes no difference.
fn letters(view: &mut View) -> String {
    view.screen.text(i32::MIN, i32::MAX).chars().filter(|character| !character.is_whitespace()).collect()
}

fn typed() -> impl Strategy<Value = String> {
    proptest::collection::vec("([a-z ]{0,60}|[漢字かな😀]{0,20}|e\u{301}{1,3})", 0..40)
        .prop_map(|lines| lines.join("\r\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_printed_only_answers_are_typed(output in programs::output()) {
        let mut view = View::new(20, 6);
        view.draw(output);
        let replies = view.screen.take_replies();
        let replies = String::from_utf8(replies).unwrap();
        prop_assert!(are_answers(&replies), "{:?}", replies);
        prop_assert!(replies.is_empty() || replies.starts_with('\x1b'));
    }

    #[test]
    fn no_size_loses_text(text in typed(), sizes in proptest::collection::vec((any::<u16>(), any::<u16>()), 1..6)) {
        let mut view = View::new(40, 10);
        view.draw(&text);
        let before = letters(&mut view);
        for (columns, rows) in sizes {
            // Some as people have them, some as no screen has.
            let size = if columns % 32 == 0 { (columns, rows) } else { (columns % 120, rows % 40) };
            view.screen.resize(ScreenSize { columns: size.0, rows: size.1 });
            view.look();
            prop_assert_eq!(letters(&mut view), before.clone());
        }
    }

    #[test]
    fn what_is_selected_in_wrapped_lines_is_the_text_that_was_printed(text in "[a-z漢字😀]{1,80}", columns in 4..30_u16) {
        let mut view = View::new(columns, 10);
        view.draw(&text);
        view.screen.select(SelectionKind::Line, Place { line: view.cursor().0.into(), column: 0 }, Half::Left);
        let line = view.screen.selected_text().unwrap();
        prop_assert_eq!(line.trim_end_matches('\n'), text.as_str());
        let pattern = Pattern { text: text.clone(), regex: false, case_sensitive: true };
        let found = view.screen.find_all(&pattern, 10).unwrap();
        prop_assert_eq!(found.len(), 1);
        let (start, end) = (found[0].start, found[0].end);
        view.screen.select(SelectionKind::Simple, start, Half::Left);
        view.screen.extend_selection(end, Half::Right);
        prop_assert_eq!(view.screen.selected_text(), Some(text));
    }
}

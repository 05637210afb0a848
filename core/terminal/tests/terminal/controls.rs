//! Control sequences that the engine does otherwise than programs expect, each as DEC's manuals and xterm have it.

use atelier_terminal::{ScreenSize, Underline};

use crate::view::View;

/// A screen of ten columns and five rows, full of letters.
fn letters() -> View {
    let mut view = View::new(10, 5);
    view.draw("aaaa\r\nbbbb\r\ncccc\r\ndddd\r\neeee");
    view
}

#[test]
fn the_cursor_stays_between_the_margins_and_counts_from_them_in_origin_mode() {
    let mut view = letters();
    let mut after = |output: &str| view.draw(output).cursor();
    assert_eq!(after("\x1b[2;4r\x1b[3;3H\x1b[9A"), (1, 2));
    assert_eq!(after("\x1b[9B"), (3, 2));
    assert_eq!(after("\x1b[9F\x1b[2E"), (3, 0));
    assert_eq!(after("\x1b[5;5H\x1b[B\x1b[2A"), (2, 4), "from outside it comes in");
    assert_eq!(after("\x1b[1;1H\x1b[9A"), (0, 0), "and outside it is free");
    assert_eq!(after("\x1b[?6h\x1b[2;4H\x1b[A"), (1, 3));
    assert_eq!(after("\x1b[2;4H\x1b[7G"), (2, 6));
    assert_eq!(after("\x1b[9B"), (3, 6));
    view.draw("\x1b[6n\x1b[?6n");
    assert_eq!(view.replies(), "\x1b[3;7R\x1b[?3;7R");
}

#[test]
fn a_region_without_a_line_or_below_the_screen_is_none() {
    let mut view = letters();
    view.draw("\x1b[30;40r\x1b[5;1H\r\nnew");
    assert_eq!(view.text(), "bbbb\ncccc\ndddd\neeee\nnew");
    view.draw("\x1b[3;3r\x1b[5;1H\r\nmore\x1b[2;99r\x1b[5;1H\r\nlast");
    assert_eq!(view.text(), "cccc\neeee\nnew\nmore\nlast");
}

#[test]
fn what_is_saved_comes_back_with_origin_mode_and_character_set() {
    let mut view = letters();
    view.draw("\x1b[2;4r\x1b[?6h\x1b)0\x0e\x1b[2;2H\x1b7\x1b[?6l\x0f\x1b[H\x1b8q");
    assert_eq!(view.cell(2, 1).text, "─");
    view.draw("\x1b[H");
    assert_eq!(view.cursor(), (1, 0));
}

#[test]
fn a_soft_reset_leaves_the_text_and_switches_all_off() {
    let mut view = letters();
    view.draw("\x1b[2;4r\x1b[?6h\x1b[?25l\x1b[?1h\x1b=\x1b[4h\x1b[?7l\x1b(0\x1b[1m\x1b[!p");
    assert!(view.frame.state().cursor.visible && !view.frame.state().modes.application_cursor);
    view.draw("\x1b[1;1Hq");
    assert_eq!((view.text().as_str(), view.cell(0, 0).attributes.bold), ("qaaa\nbbbb\ncccc\ndddd\neeee", false));
}

#[test]
fn a_new_line_begins_at_its_beginning_where_a_program_wants_that() {
    let mut view = View::new(10, 3);
    view.draw("\x1b[20hab\ncd\x1b[20l\nef");
    assert_eq!(view.text(), "ab\ncd\n  ef");
}

#[test]
fn what_is_erased_or_taken_out_is_what_follows_the_cursor_and_no_more() {
    let mut view = letters();
    view.draw("\x1b[1;3H\x1b[9P\x1b[2;3H\x1b[8P");
    assert_eq!(view.text(), "aa\nbb\ncccc\ndddd\neeee");
    view.draw("\x1b[2;1H\x1b[1J");
    assert_eq!(view.text(), "\n b\ncccc\ndddd\neeee");
}

#[test]
fn a_wide_character_goes_with_its_half() {
    for (what, rest) in [
        ("\x1b[3G\x1b[X", "漢  語"),
        ("\x1b[4G\x1b[X", "漢  語"),
        ("\x1b[4G\x1b[K", "漢"),
        ("\x1b[3G\x1b[1K", "    語"),
        ("\x1b[4G\x1b[1K", "    語"),
        ("\x1b[3G\x1b[P", "漢 語"),
        ("\x1b[4G\x1b[P", "漢 語"),
        ("\x1b[4G\x1b[@", "漢   語"),
        ("\x1b[4G\x1b[J", "漢"),
        ("\x1b[3G\x1b[1J", "    語"),
    ] {
        let mut view = View::new(10, 1);
        view.draw(format!("漢字語{what}"));
        assert_eq!(view.text(), rest, "{what:?}");
        let cells = view.frame.cells(0);
        let whole = cells.windows(2).all(|pair| pair[0].attributes.wide == pair[1].attributes.spacer);
        assert!(whole && !cells[0].attributes.spacer && !cells[9].attributes.wide, "{what:?}");
    }
    // One that is pushed over the edge.
    let mut view = View::new(6, 1);
    view.draw("漢字語\x1b[1G\x1b[@");
    assert_eq!(view.text(), " 漢字");
    view.draw("\x1b[4h\x1b[1Gab");
    assert_eq!(view.text(), "ab 漢");
}

#[test]
fn a_tab_at_the_end_of_a_line_does_not_wrap() {
    let mut view = View::new(4, 2);
    view.draw("abcd\t!");
    assert_eq!(view.text(), "abcd\n!");
    assert!(view.frame.is_wrapped(0));
}

#[test]
fn after_the_last_column_only_text_goes_on_in_the_next_line() {
    for (what, text) in [("\n", "abcd\n   !"), ("\x1bM", "   !\nabcd"), ("\x1b[X", "abc!"), ("\x1b[P", "abc!")] {
        let mut view = View::new(4, 3);
        view.draw(format!("abcd{what}!"));
        assert_eq!(view.text(), text, "{what:?}");
    }
}

#[test]
fn leaving_origin_mode_and_going_back_without_tab_stops_lead_home() {
    let mut view = letters();
    assert_eq!(view.draw("\x1b[?6h\x1b[3;3H\x1b[?6l").cursor(), (0, 0));
    assert_eq!(view.draw("\x1b[3g\x1b[2;6H\x1b[3Z").cursor(), (1, 0));
    assert_eq!(view.draw("\x1b[5G\x1bH\x1b[9G\x1b[Z").cursor(), (1, 4));
}

#[test]
fn programs_are_told_how_the_screen_is_set_and_what_is_not_understood_is_not_repeated() {
    let mut view = View::new(10, 5);
    let mut answer = |output: &str| {
        view.draw(output);
        view.replies()
    };
    assert_eq!(answer("\x1bP$qm\x1b\\"), "\x1bP1$r0m\x1b\\");
    let all = "\x1b[1;2;3;4:3;7;8;9;38:5:200;103;58:2::1:2:3m\x1bP$qm\x1b\\";
    assert_eq!(answer(all), "\x1bP1$r1;2;3;4:3;7;8;9;38:5:200;103;58:2:1:2:3m\x1b\\");
    assert_eq!(answer("\x1b[2;3r\x1bP$qr\x1b\\"), "\x1bP1$r2;3r\x1b\\");
    assert_eq!(answer("\x1b[5 q\x1bP$q q\x1b\\"), "\x1bP1$r5 q\x1b\\");
    assert_eq!(answer("\x1bP$qrm -rf ~\r\x1b\\"), "\x1bP0$r\x1b\\");
    assert_eq!(answer("\x1bP+q524742\x1b\\"), "\x1bP0+r\x1b\\");
    assert_eq!(answer(&format!("\x1bP$q{}\x1b\\", "m".repeat(1000))), "");
    assert_eq!(answer("\x1bP$qm\x18\x1bP0;1|17/41\x1b\\"), "");
}

#[test]
fn one_underlines_twice_by_number_too() {
    let mut view = View::new(10, 1);
    view.draw("\x1b[1;21mx");
    assert_eq!((view.cell(0, 0).attributes.underline, view.cell(0, 0).attributes.bold), (Underline::Double, true));
}

#[test]
fn encodings_of_the_mouse_exclude_each_other() {
    let mut view = View::new(10, 1);
    view.draw("\x1b[?1006h\x1b[?1015h\x1b[?1006$p\x1b[?1015$p\x1b[?1006h\x1b[?1015$p");
    assert_eq!(view.replies(), "\x1b[?1006;2$y\x1b[?1015;1$y\x1b[?1015;2$y");
}

#[test]
fn what_stands_below_the_cursor_stays_when_the_screen_gets_shorter() {
    let mut view = letters();
    view.draw("\x1b[4;2H");
    view.screen.resize(ScreenSize { columns: 10, rows: 3 });
    view.look();
    assert_eq!((view.text().as_str(), view.cursor(), view.frame.state().history), ("cccc\ndddd\neeee", (1, 1), 2));
    view.screen.resize(ScreenSize { columns: 10, rows: 5 });
    view.look();
    assert_eq!((view.text().as_str(), view.cursor()), ("aaaa\nbbbb\ncccc\ndddd\neeee", (3, 1)));
    view.draw("\x1b[1;2H");
    view.screen.resize(ScreenSize { columns: 10, rows: 2 });
    view.look();
    assert_eq!((view.text().as_str(), view.cursor(), view.frame.state().history), ("dddd\neeee", (0, 1), 3));
}

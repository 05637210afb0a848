//! What programs draw and switch, and what the user does on the screen.

use atelier_terminal::{
    CellColour, CursorShape, Half, Match, MouseEncoding, MouseReports, Palette, Pattern, PatternError, Place, Rgb,
    ScreenEvent, ScreenSize, SelectionKind, ShellActivity, Underline,
};

use crate::view::{View, later};

#[test]
fn text_colours_and_attributes_reach_the_reader() {
    let mut view = View::new(20, 3);
    view.draw("a\x1b[1;3;4:3;58:2::1:2:3;38;5;200;48;2;9;8;7mb\x1b[0;2;7;8;9mc\x1b[0;31md\r\n\tx");
    assert_eq!(view.text(), "abcd\n        x");
    assert_eq!(view.cell(0, 0).foreground, CellColour::Default);
    let cell = view.cell(0, 1);
    let attributes = cell.attributes;
    assert!(attributes.bold && attributes.italic && attributes.underline == Underline::Curly);
    assert_eq!(cell.foreground, CellColour::Indexed(200));
    assert_eq!(cell.background, CellColour::Rgb(Rgb { red: 9, green: 8, blue: 7 }));
    assert_eq!(cell.underline_colour, CellColour::Rgb(Rgb { red: 1, green: 2, blue: 3 }));
    let attributes = view.cell(0, 2).attributes;
    assert!(attributes.dim && attributes.inverse && attributes.hidden && attributes.struck && !attributes.bold);
    assert_eq!(view.cell(0, 3).foreground, CellColour::Indexed(1));
}

#[test]
fn wide_and_combining_characters_keep_their_cells() {
    let mut view = View::new(5, 3);
    view.draw("e\u{301}漢\u{1f600}字");
    assert_eq!(view.cell(0, 0).text, "e\u{301}");
    assert!(view.cell(0, 1).attributes.wide && view.cell(0, 2).attributes.spacer);
    assert_eq!((view.cell(0, 1).text.as_str(), view.cell(0, 2).text.as_str()), ("漢", ""));
    // The last does not fit and goes to the next row.
    assert_eq!((view.text().as_str(), view.frame.is_wrapped(0)), ("e\u{301}漢\u{1f600}\n字", true));
    view.draw("\x1b[2;1Hx");
    assert_eq!(view.text(), "e\u{301}漢\u{1f600}\nx");
}

#[test]
fn a_cell_takes_only_so_many_combining_characters() {
    let mut view = View::new(10, 2);
    for _ in 0..1000 {
        view.draw(format!("\x1b[1;1Hx{}\x1b[2;2H", "\u{301}".repeat(50)));
        view.draw(format!("\x1b[1;2H{}", "\u{302}".repeat(50)));
    }
    assert_eq!(view.cell(0, 0).text.chars().count(), 17);
}

#[test]
fn links_are_numbers_that_lead_somewhere() {
    let mut view = View::new(20, 2);
    view.draw("\x1b]8;;https://example.com/a\x07one\x1b]8;;\x07 \x1b]8;id=x;file:///b\x1b\\two\x1b]8;;\x1b\\!");
    let (first, second) = (view.cell(0, 0).link, view.cell(0, 4).link);
    assert_eq!(view.cell(0, 2).link, first);
    assert_eq!((view.cell(0, 3).link, view.cell(0, 7).link), (0, 0));
    assert_eq!(view.screen.link(first), Some("https://example.com/a"));
    assert_eq!(view.screen.link(second), Some("file:///b"));
    assert_eq!(view.screen.link(second + 1), None);
    // One that is too long is none, and thousands don't pile up.
    view.draw(format!("\x1b[2J\x1b[H\x1b]8;;http://{}\x07long\x1b]8;;\x07", "x".repeat(5000)));
    assert_eq!(view.cell(0, 0).link, 0);
    for number in 0..5000 {
        view.draw(format!("\x1b[H\x1b]8;;http://x/{number}\x07k\x1b]8;;\x07"));
    }
    assert_eq!(view.screen.link(view.cell(0, 0).link), Some("http://x/4999"));
    assert_eq!(view.screen.link(first), None);
}

#[test]
fn the_cursor_is_told_with_its_shape() {
    let mut view = View::new(10, 5);
    view.draw("ab\x1b[5 q");
    let cursor = view.frame.state().cursor;
    assert_eq!((view.cursor(), cursor.shape, cursor.blinking, cursor.visible), ((0, 2), CursorShape::Bar, true, true));
    view.draw("\x1b[4 q\x1b[?25l\x1b[3;4H");
    let cursor = view.frame.state().cursor;
    assert_eq!((view.cursor(), cursor.shape), ((2, 3), CursorShape::Underline));
    assert!(!cursor.blinking && !cursor.visible);
}

#[test]
fn modes_are_told_as_programs_switch_them() {
    let mut view = View::new(10, 5);
    view.draw("\x1b[?1;66;1002;1006;1004;2004h\x1b[>4;2m\x1b[>5u\x1b[?5h\x1b[20h");
    let modes = view.frame.state().modes;
    assert!(modes.application_cursor && modes.application_keypad && modes.bracketed_paste && modes.focus_reports);
    assert!(modes.reversed && modes.newline && !modes.alternate_screen);
    assert_eq!((modes.mouse, modes.mouse_encoding), (MouseReports::Drags, MouseEncoding::Sgr));
    assert_eq!((modes.modify_other_keys, modes.keyboard), (2, 5));
    view.draw("\x1b[?9h\x1b[?1002l\x1b[?1006l\x1b[?1015h\x1b[<u\x1b[>4m");
    let modes = view.frame.state().modes;
    assert_eq!((modes.mouse, modes.mouse_encoding), (MouseReports::Presses, MouseEncoding::Urxvt));
    assert_eq!((modes.modify_other_keys, modes.keyboard), (0, 0));
    view.draw("\x1bc");
    assert_eq!(view.frame.state().modes, View::new(10, 5).frame.state().modes);
}

#[test]
fn each_screen_has_its_own_keyboard_flags_and_no_stack_grows() {
    let mut view = View::new(10, 5);
    view.draw("\x1b[=1;1u\x1b[?1049h\x1b[?u\x1b[>3u\x1b[?u\x1b[?1049l\x1b[?u");
    assert_eq!(view.replies(), "\x1b[?0u\x1b[?3u\x1b[?1u");
    view.draw("\x1b[=4;2u\x1b[?u\x1b[=1;3u\x1b[?u");
    assert_eq!(view.replies(), "\x1b[?5u\x1b[?4u");
    for _ in 0..10_000 {
        view.draw("\x1b[>1u\x1b[22;0t");
    }
    view.draw("\x1b[<9999u\x1b[23;0t\x1b[?u");
    assert_eq!(view.replies(), "\x1b[?0u");
}

#[test]
fn the_alternate_screen_hides_the_main_one_and_gives_it_back() {
    let mut view = View::new(10, 3);
    view.draw("main\x1b[?1049h");
    assert!(view.frame.state().modes.alternate_screen);
    view.draw("\x1b[Hother");
    assert_eq!(view.text(), "other");
    view.draw("\x1b[?1049l");
    assert_eq!((view.text().as_str(), view.cursor()), ("main", (0, 4)));
    view.draw("\x1b[?47hx\x1b[?47l");
    assert_eq!(view.text(), "main");
}

#[test]
fn titles_are_short_and_have_no_control_characters() {
    let mut view = View::new(10, 3);
    view.draw("\x1b]0;hello\x07");
    assert_eq!(view.frame.state().title.as_deref(), Some("hello"));
    view.draw("\x1b[22;0t\x1b]2;other\x1b\\\x1b[23;0t");
    assert_eq!(view.frame.state().title.as_deref(), Some("hello"));
    view.draw(format!("\x1b]2;{}\x07", "é".repeat(5000)));
    assert_eq!(view.frame.state().title.as_ref().map(String::len), Some(1024));
    view.draw("\x1b]2;a\u{85}b\x07");
    assert_eq!(view.frame.state().title.as_deref(), Some("ab"));
}

#[test]
fn bells_clipboard_and_commands_are_events_and_the_clipboard_is_never_read() {
    let mut view = View::new(10, 3);
    view.draw("\x07\x07\x1b]52;c;aGVsbG8=\x07\x1b]52;c;?\x07");
    assert_eq!(view.events, [ScreenEvent::Clipboard("hello".into()), ScreenEvent::Bell]);
    assert!(!view.look());
    view.draw("\x07");
    assert_eq!(view.events.pop(), Some(ScreenEvent::Bell), "a bell is told though it draws nothing");
    assert_eq!(view.replies(), "");
    for _ in 0..100 {
        view.screen.feed(b"\x07\x1b]52;c;eA==\x07\x1b]133;D;1\x07");
    }
    view.events.clear();
    view.look();
    assert!(view.events.len() < 20);
    let is_text = |event: &&ScreenEvent| matches!(event, ScreenEvent::Clipboard(_));
    assert_eq!(view.events.iter().filter(is_text).count(), 1);
}

#[test]
fn programs_get_answers_and_a_flood_of_questions_is_cut() {
    let mut view = View::new(80, 24);
    view.draw("\x1b[5n\x1b[6n\x1b[c\x1b[18t\x1b[?2026$p\x1b[?7$p\x1b[?1015$p\x1b[?12345$p");
    let answers = "\x1b[0n\x1b[1;1R\x1b[?6c\x1b[8;24;80t\x1b[?2026;2$y\x1b[?7;1$y\x1b[?1015;2$y\x1b[?12345;0$y";
    assert_eq!(view.replies(), answers);
    view.screen.set_palette(Palette { background: Rgb { red: 255, green: 128, blue: 0 }, ..Palette::default() });
    view.draw("\x1b]11;?\x07\x1b]4;1;rgb:12/34/56\x07\x1b]4;1;?\x1b\\");
    assert_eq!(view.replies(), "\x1b]11;rgb:ffff/8080/0000\x07\x1b]4;1;rgb:1212/3434/5656\x1b\\");
    assert_eq!(view.frame.state().colours, [(1, Rgb { red: 0x12, green: 0x34, blue: 0x56 })]);
    view.draw("\x1b]104\x07\x1b[14t");
    assert!(view.frame.state().colours.is_empty());
    assert_eq!(view.replies(), "");
    view.screen.set_cell_pixels(8, 16);
    view.draw("\x1b[14t");
    assert_eq!(view.replies(), "\x1b[4;384;640t");
    view.draw("\x1b[6n".repeat(100_000));
    let size = view.replies().len();
    assert!(size <= 64 << 10 && size > 1000, "{size}");
}

#[test]
fn what_is_drawn_in_one_go_is_shown_in_one_go_or_when_its_time_is_over() {
    let mut view = View::new(20, 2);
    view.draw("old\x1b[?2026h\x1b[H\x1b[2Jnew");
    assert_eq!(view.text(), "");
    assert!(view.screen.waits_until().is_some());
    view.draw("er\x1b[?2026l");
    assert_eq!(view.text(), "newer");
    // A program that never ends it loses its right.
    view.draw("\x1b[?2026hdead");
    assert_eq!(view.text(), "newer");
    assert!(view.look_at(later()));
    assert_eq!(view.text(), "newerdead");
    view.draw("!");
    assert_eq!(view.text(), "newerdead!");
}

#[test]
fn the_shell_tells_its_folder_and_its_commands() {
    let mut view = View::new(40, 10);
    view.draw("\x1b]7;file://host/srv/a%20b\x07\x1b]133;A\x07$ \x1b]133;B\x07make\r\n\x1b]133;C\x07");
    let shell = view.screen.shell().clone();
    assert_eq!(shell.directory.as_deref(), Some("/srv/a b".as_ref()));
    assert_eq!((shell.activity, shell.last_status), (ShellActivity::Command, None));
    view.draw("one\r\n\x1b[0mtwo\r\n");
    assert_eq!(view.screen.last_output().as_deref(), Some("one\ntwo"));
    view.draw("\x1b]133;D;2\x07\x1b]133;A\x07\x1b[32m$\x1b[0m \x1b]133;B\x07");
    assert_eq!(view.screen.shell().last_status, Some(2));
    assert_eq!(view.events, [ScreenEvent::CommandEnded(Some(2))]);
    assert_eq!(view.screen.last_output().as_deref(), Some("one\ntwo"));
    assert!(
        view.cell(0, 0).attributes.prompt && view.cell(0, 3).attributes.prompt && !view.cell(1, 0).attributes.prompt
    );
    assert!(view.cell(3, 1).attributes.prompt);
}

#[test]
fn one_goes_from_prompt_to_prompt_in_the_history() {
    let mut view = View::new(40, 5);
    for number in 0..5 {
        let output = "line\r\n".repeat(20);
        view.draw(format!("\x1b]133;A\x07$ {number}\r\n\x1b]133;C\x07{output}\x1b]133;D;0\x07"));
    }
    assert!(view.screen.scroll_to_prompt(true));
    view.look();
    assert_eq!(view.frame.text(0), "$ 4");
    assert!(view.screen.scroll_to_prompt(true));
    view.look();
    assert_eq!(view.frame.text(0), "$ 3");
    assert!(view.screen.scroll_to_prompt(false));
    view.look();
    assert_eq!(view.frame.text(0), "$ 4");
    assert!(!view.screen.scroll_to_prompt(false));
}

#[test]
fn history_is_scrolled_kept_to_its_limit_and_follows_no_output_while_one_reads() {
    let mut view = View::with_history(20, 5, 100);
    for number in 0..300 {
        view.draw(format!("{number}\r\n"));
    }
    assert_eq!((view.frame.state().history, view.frame.text(3).as_str()), (100, "299"));
    view.screen.scroll(10);
    view.look();
    assert_eq!((view.frame.text(0).as_str(), view.frame.state().scrolled), ("286", 10));
    view.draw("more\r\n");
    assert_eq!((view.frame.text(0).as_str(), view.frame.state().scrolled), ("286", 11));
    view.screen.scroll(i32::MAX);
    view.look();
    assert_eq!(view.frame.text(0), "197");
    view.screen.scroll(i32::MIN);
    view.screen.scroll_to_end();
    view.look();
    assert_eq!(view.frame.text(3), "more");
    assert_eq!(view.screen.text(-2, -1), "295\n296");
    assert_eq!(view.screen.text(i32::MIN, i32::MAX).lines().count(), 104);
}

#[test]
fn a_part_that_scrolls_while_one_reads_the_history_leads_nowhere_else() {
    let mut view = View::new(20, 6);
    view.draw("x\r\n".repeat(6));
    view.screen.scroll(1);
    view.draw("\x1b[2;6r\x1b[6;1H\n\n\n\n");
    assert_eq!((view.frame.state().scrolled, view.frame.state().history), (1, 1));
}

#[test]
fn a_new_size_wraps_lines_anew_and_loses_nothing() {
    let mut view = View::new(10, 4);
    view.draw("0123456789abcdefgh\r\nsecond");
    assert_eq!(view.text(), "0123456789\nabcdefgh\nsecond");
    view.screen.resize(ScreenSize::new(20, 4));
    view.look();
    assert_eq!((view.text().as_str(), view.frame.state().size.columns), ("0123456789abcdefgh\nsecond", 20));
    view.screen.resize(ScreenSize::new(6, 4));
    view.look();
    assert_eq!(view.screen.text(i32::MIN, i32::MAX), "0123456789abcdefgh\nsecond");
    for (columns, rows) in [(0, 0), (65535, 65535), (1, 1), (65535, 1), (1, 65535)] {
        view.screen.resize(ScreenSize { columns, rows });
        view.draw("x");
        assert_eq!(view.frame.state().size, ScreenSize::new(columns, rows));
    }
}

#[test]
fn a_wide_screen_keeps_fewer_lines() {
    let mut view = View::new(200, 10);
    view.draw("x\r\n".repeat(11_000));
    assert_eq!(view.frame.state().history, 10_000);
    view.screen.resize(ScreenSize::new(1000, 10));
    view.look();
    assert_eq!(view.frame.state().history, 2000);
}

fn at(line: i32, column: u16) -> Place {
    Place { line, column }
}

#[test]
fn selections_become_text() {
    let mut view = View::new(20, 4);
    view.draw("one two(three) four\r\n  x 漢字 y\r\nlong line that is wrapped");
    let mut selected = |kind, from: (i32, u16), to: (i32, u16)| {
        view.screen.select(kind, at(from.0, from.1), Half::Left);
        view.screen.extend_selection(at(to.0, to.1), Half::Right);
        view.screen.selected_text().unwrap_or_default()
    };
    assert_eq!(selected(SelectionKind::Simple, (0, 4), (1, 2)), "two(three) four\n  x");
    assert_eq!(selected(SelectionKind::Word, (0, 5), (0, 5)), "two");
    assert_eq!(selected(SelectionKind::Word, (0, 7), (0, 7)), "(three)");
    assert_eq!(selected(SelectionKind::Line, (2, 3), (2, 3)), "long line that is wrapped\n");
    assert_eq!(selected(SelectionKind::Block, (0, 2), (1, 5)), "e tw\nx 漢");
    assert_eq!(selected(SelectionKind::Simple, (-100, 0), (0, 2)), "one");
    view.look();
    assert_eq!(view.frame.state().selected.map(|selected| selected.end), Some(at(0, 2)));
    view.screen.select_all();
    assert!(view.screen.selected_text().is_some_and(|text| text.starts_with("one two") && text.ends_with("wrapped")));
    view.draw("\x1b[2J");
    assert_eq!(view.screen.selected_text(), None);
    view.screen.select(SelectionKind::Simple, at(0, 0), Half::Left);
    view.screen.clear_selection();
    assert!(view.look() || view.frame.state().selected.is_none());
}

#[test]
fn what_one_looks_for_is_found_in_the_history() {
    let mut view = View::new(20, 4);
    for number in 0..100 {
        view.draw(format!("Line {number} a.b\r\n"));
    }
    let pattern = |text: &str, regex| Pattern { text: text.into(), regex, case_sensitive: false };
    let all = view.screen.find_all(&pattern("line 4", false), 1000).unwrap();
    assert_eq!(all.len(), 11);
    let found = view.screen.find(&pattern("LINE 42", false), None, true).unwrap().unwrap();
    assert_eq!(view.screen.text(found.start.line, found.end.line), "Line 42 a.b");
    view.screen.show(found);
    view.look();
    assert!((0..4).any(|row| view.frame.text(row) == "Line 42 a.b"));
    let mut next = |from: Match, backwards| view.screen.find(&pattern(r"line \d+ ", true), Some(from.start), backwards);
    let (after, before) = (next(found, false).unwrap().unwrap(), next(found, true).unwrap().unwrap());
    assert_eq!((after.start.line - found.start.line, found.start.line - before.start.line), (1, 1));
    assert_eq!(view.screen.find_all(&pattern("a.b", false), 5).unwrap().len(), 5);
    assert_eq!(view.screen.find_all(&pattern("a-b", false), 5), Ok(Vec::new()));
    let exact = Pattern { case_sensitive: true, ..pattern("line", false) };
    assert_eq!(view.screen.find(&exact, None, false), Ok(None));
    assert_eq!(view.screen.find_all(&pattern("", false), 5), Err(PatternError::Empty));
    assert_eq!(view.screen.find_all(&pattern("(", true), 5), Err(PatternError::Invalid));
    assert_eq!(view.screen.find_all(&pattern(r"(\w{1000}){1000}", true), 5), Err(PatternError::Invalid));
    assert_eq!(view.screen.find_all(&pattern(&"x".repeat(2000), false), 5), Err(PatternError::TooLong));
    view.screen.find_all(&pattern("a*", true), 5).unwrap();
}

/// What a regular expression finds, as text, in a narrow terminal.
fn found(output: &str, text: &str) -> Vec<String> {
    let mut view = View::new(8, 6);
    view.draw(output);
    let pattern = Pattern { text: text.into(), regex: true, case_sensitive: true };
    let all = view.screen.find_all(&pattern, 100).unwrap();
    let texts = all.into_iter().map(|found| {
        view.screen.select(SelectionKind::Simple, found.start, Half::Left);
        view.screen.extend_selection(found.end, Half::Right);
        view.screen.selected_text().unwrap()
    });
    texts.collect()
}

#[test]
fn ends_of_lines_are_found_however_lines_are_wrapped() {
    let output = "one two\r\na line that is wrapped, one\r\n  one\r\n\r\none 漢\r\n";
    assert_eq!(found(output, "^one"), ["one", "one"]);
    assert_eq!(found(output, "one$"), ["one", "one"]);
    assert_eq!(found(output, "^a.*d, one$"), ["a line that is wrapped, one"]);
    assert_eq!(found(output, "^ +one$"), ["  one"]);
    assert_eq!(found(output, "漢$"), ["漢"]);
    assert_eq!(found("aaa\r\n", "^a"), ["a"]);
    assert_eq!(found("漢漢漢漢漢e\u{301}\r\n", "漢.*$"), ["漢漢漢漢漢e\u{301}"]);
    assert_eq!(found(output, "^$|^"), Vec::<String>::new());
}

#[test]
fn finding_goes_on_at_the_other_end() {
    let mut view = View::new(8, 4);
    view.draw("x x wrapped x\r\n\r\nx\r\n");
    let pattern = Pattern { text: "x".into(), regex: false, case_sensitive: false };
    let all = view.screen.find_all(&pattern, 10).unwrap();
    assert_eq!(all.len(), 4);
    let mut around = |from: Option<Match>, backwards| {
        view.screen.find(&pattern, from.map(|found| found.start), backwards).unwrap().unwrap()
    };
    for index in 0..4 {
        assert_eq!(around(Some(all[index]), false), all[(index + 1) % 4]);
        assert_eq!(around(Some(all[index]), true), all[(index + 3) % 4]);
    }
    assert_eq!((around(None, false), around(None, true)), (all[0], all[3]));
}

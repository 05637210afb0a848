//! A screen that nobody looked at for some time is the same, afterwards, as one that was always shown.

use atelier_terminal::{Cell, Frame, Place, Screen, ScreenLimits, ScreenSize, ScreenState, SelectionKind};
use proptest::prelude::*;

use crate::{
    damage::{Step, step},
    view::later,
};

/// Everything that a reader can see of a screen, links by where they lead.
fn all(screen: &mut Screen) -> Vec<(ScreenState, Vec<(Cell, String)>)> {
    screen.clear_selection();
    let mut pictures = Vec::new();
    let mut lines = i32::MAX;
    loop {
        screen.scroll(lines);
        lines = -1;
        let mut frame = Frame::default();
        frame.apply(&screen.update(0, later()).unwrap()).unwrap();
        let cells = (0..usize::from(frame.state().size.rows)).flat_map(|row| frame.cells(row));
        let cells = cells.map(|cell| {
            let link = screen.link(cell.link).unwrap_or_default().to_owned();
            (Cell { link: 0, ..cell }, link)
        });
        pictures.push((frame.state().clone(), cells.collect()));
        if frame.state().scrolled == 0 {
            return pictures;
        }
    }
}

fn take(screen: &mut Screen, step: &Step) {
    match step {
        Step::Output(bytes) => screen.feed(bytes),
        Step::Resize(columns, rows) => screen.resize(ScreenSize { columns: *columns, rows: *rows }),
        Step::Scroll(lines) => screen.scroll(*lines),
        Step::Select(..) | Step::Search(_) | Step::Look => {}
    }
}

/// Plays the same on a screen that always has its history and on one that is left alone now and then.
pub(crate) fn check(steps: &[(Step, bool)], lines: usize) {
    let limits = ScreenLimits { lines, cells: 2000 };
    let new = || Screen::new(ScreenSize::new(20, 6), limits);
    let (mut shown, mut hidden) = (new(), new());
    for (step, looks_away) in steps {
        // It always has its history.
        shown.text(-1, 0);
        take(&mut shown, step);
        if *looks_away {
            hidden.look_away(true);
        } else if matches!(step, Step::Look) {
            hidden.text(-1, 0);
        }
        take(&mut hidden, step);
        assert_eq!(shown.take_replies(), hidden.take_replies());
    }
    assert_eq!(all(&mut shown), all(&mut hidden));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_hidden_screen_comes_back_as_if_it_had_been_shown(
        steps in proptest::collection::vec((step(), any::<bool>()), 1..40),
        lines in prop::sample::select(vec![0_usize, 1, 50, 300]),
    ) {
        check(&steps, lines);
    }
}

#[test]
fn lines_are_counted_before_the_alternate_screen_hides_them() {
    for enter in ["\x1b[?47h", "\x1b[?1047h", "\x1b[?1049h"] {
        let output = format!("{}{enter}", "line\r\n".repeat(70)).into_bytes();
        let leave = enter.replace('h', "l").into_bytes();
        check(
            &[
                (Step::Resize(10, 2), false),
                (Step::Output(output), true),
                (Step::Resize(10, 3), false),
                (Step::Output(leave), false),
            ],
            50,
        );
    }
}

#[test]
fn a_long_history_comes_back_whole_with_colours_links_and_combining_characters() {
    let new = || Screen::new(ScreenSize::new(80, 24), ScreenLimits::default());
    let (mut shown, mut hidden) = (new(), new());
    hidden.look_away(true);
    for number in 0..12_000 {
        let line = format!(
            "\x1b[{}mline {number} e\u{301} 漢 \x1b[38;2;1;2;{}mrgb\x1b[0m \x1b]8;;http://x/{}\x07link\x1b]8;;\x07 \
             \x1b[4:3;58;5;{}mu\x1b[0m\r\n",
            30 + number % 8,
            number % 256,
            number / 100,
            number % 256,
        );
        shown.feed(line.as_bytes());
        hidden.feed(line.as_bytes());
        if number == 6000 {
            for screen in [&mut shown, &mut hidden] {
                screen.feed(b"\x1b[?1049halternate");
                screen.look_away(true);
                screen.feed(b"\x1b[2;2Hmore");
            }
            shown.text(-1, 0);
            for screen in [&mut shown, &mut hidden] {
                screen.feed(b"\x1b[?1049l");
            }
        }
    }
    assert_eq!(shown.text(i32::MIN, i32::MAX), hidden.text(i32::MIN, i32::MAX));
    for back in [10_000, -5000, -4000, -1000] {
        let pictures = [&mut shown, &mut hidden].map(|screen| {
            screen.scroll(back);
            let mut frame = Frame::default();
            frame.apply(&screen.update(0, later()).unwrap()).unwrap();
            let cells: Vec<_> = (0..24).flat_map(|row| frame.cells(row)).collect();
            let links: Vec<_> =
                cells.iter().map(|cell| screen.link(cell.link).unwrap_or_default().to_owned()).collect();
            (frame.state().scrolled, cells.into_iter().map(|cell| Cell { link: 0, ..cell }).collect::<Vec<_>>(), links)
        });
        assert!(pictures[0] == pictures[1], "{back}");
    }
}

#[test]
fn a_reader_that_scrolled_back_sees_the_same_lines_after_more_came_while_it_was_hidden() {
    let mut screen = Screen::new(ScreenSize::new(20, 4), ScreenLimits::default());
    for number in 0..100 {
        screen.feed(format!("line {number}\r\n").as_bytes());
    }
    screen.scroll(50);
    let first = |screen: &mut Screen| {
        let mut frame = Frame::default();
        frame.apply(&screen.update(0, later()).unwrap()).unwrap();
        frame.text(0)
    };
    let seen = first(&mut screen);
    screen.look_away(true);
    for number in 100..5000 {
        screen.feed(format!("line {number}\r\n").as_bytes());
    }
    assert_eq!(first(&mut screen), seen);
    // What a part of the screen scrolls does not move the history.
    screen.feed(b"\x1b[2;4r\x1b[4;1H\n\n\n\n\x1b[r");
    assert_eq!(first(&mut screen), seen);
    screen.feed(b"\x1b[3J");
    screen.select(SelectionKind::Line, Place::default(), atelier_terminal::Half::Left);
    screen.update(0, later()).unwrap();
    assert_eq!(screen.update(0, later()).unwrap().state.scrolled, 0);
}

#[test]
fn the_end_of_the_newest_line_of_history_changes_with_the_character_that_did_not_fit_there() {
    let output = |text: &str| (Step::Output(text.as_bytes().to_vec()), false);
    let wrapped = output("aa éaaaa  a    aa  a aaa aa a字😀      !");
    check(&[wrapped, (Step::Resize(6, 9), false), (Step::Output(vec![204, 129]), true), output("\x1b[?6h ")], 50);
}

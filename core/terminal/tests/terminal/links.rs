//! Where the text under the pointer leads.

use atelier_terminal::{Link, Place};

use crate::view::View;

fn at(view: &mut View, line: i32, column: u16) -> Option<Link> {
    view.screen.link_at(Place { line, column })
}

fn address(view: &mut View, line: i32, column: u16) -> Option<String> {
    at(view, line, column).map(|link| link.address)
}

#[test]
fn a_marked_link_is_found_in_all_of_its_cells_and_nowhere_else() {
    let mut view = View::new(8, 4);
    view.draw("ab\x1b]8;;https://x.org/y\x07link over\x1b]8;;\x07 c");
    let whole = Link {
        address: "https://x.org/y".into(),
        start: Place { line: 0, column: 2 },
        end: Place { line: 1, column: 2 },
    };
    for (line, column) in [(0, 2), (0, 7), (1, 0), (1, 2)] {
        assert_eq!(at(&mut view, line, column).as_ref(), Some(&whole));
    }
    for (line, column) in [(0, 1), (1, 3), (3, 0), (4, 0), (-1, 0), (0, 8)] {
        assert_eq!(at(&mut view, line, column), None);
    }
}

#[test]
fn addresses_in_the_text_are_links_without_the_punctuation_around_them() {
    let mut view = View::new(60, 12);
    let lines = [
        ("see https://a.org/b?c=d#e, or", 4, Some("https://a.org/b?c=d#e")),
        ("(http://a.org/w_(x)).", 1, Some("http://a.org/w_(x)")),
        ("<mailto:me@x.org>", 3, Some("mailto:me@x.org")),
        ("漢字 HTTPS://x.org/漢", 6, Some("HTTPS://x.org/漢")),
        ("file:///tmp/a%20b:", 0, Some("file:///tmp/a%20b")),
        ("see https://a.org/b?c=d#e, or", 3, None),
        ("https:// nothing", 2, None),
        ("javascript:alert(1)", 4, None),
    ];
    for (number, (text, column, expected)) in lines.into_iter().enumerate() {
        view.draw(format!("{text}\r\n"));
        let found = address(&mut view, i32::try_from(number).unwrap(), column);
        assert_eq!(found.as_deref(), expected, "{text}");
    }
}

#[test]
fn an_address_is_found_over_wrapped_lines_and_in_the_history() {
    let mut view = View::new(10, 2);
    view.draw("go https://example.org/a/long/path end\r\n1\r\n2\r\n3");
    let link = at(&mut view, -3, 4).unwrap();
    assert_eq!(link.address, "https://example.org/a/long/path");
    assert_eq!((link.start.column, link.end.line - link.start.line), (3, 3));
    view.draw(format!("\r\nhttp://{}", "x".repeat(5000)));
    assert!(address(&mut view, 1, 0).is_none_or(|address| address.len() < 1000));
}

//! What was fetched, as text.

use encoding_rs::{Encoding, UTF_8};

/// The width that text from HTML is wrapped at: wide enough to leave most lines whole.
const WIDTH: usize = 160;

/// How deeply elements may lie in each other. Deeper than any page, and not too deep to walk.
const MAX_DEPTH: usize = 500;

/// Elements that have no end, or end where the next one begins.
const NEEDS_NO_END: [&str; 26] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "param", "rp", "rt", "source", "tbody", "td", "th", "thead", "tr", "track", "wbr",
];

/// How far into a page its own word about its encoding is looked for, in bytes.
const HEAD: usize = 1024;

/// What the bytes are, by what the server says, or else by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Html,
    Text,
    /// Nothing that can be read.
    Other,
}

/// The kind that a content type without parameters stands for; none where it says nothing.
pub(crate) fn kind_of(content_type: &str) -> Option<Kind> {
    let (group, name) = content_type.split_once('/')?;
    let text = group == "text"
        || ["+json", "+xml", "+yaml"].iter().any(|end| name.ends_with(end))
        || matches!(
            (group, name),
            (
                "application",
                "json"
                    | "ld+json"
                    | "xml"
                    | "javascript"
                    | "ecmascript"
                    | "x-javascript"
                    | "typescript"
                    | "yaml"
                    | "x-yaml"
                    | "toml"
                    | "x-sh"
                    | "sql"
                    | "graphql"
                    | "x-ndjson"
                    | "jsonl"
            )
        );
    Some(match (group, name) {
        ("text", "html") | ("application", "xhtml+xml") => Kind::Html,
        ("application", "octet-stream") => return None,
        _ if text => Kind::Text,
        _ => Kind::Other,
    })
}

/// The kind that the bytes themselves show, where no one says.
pub(crate) fn sniffed(bytes: &[u8]) -> Kind {
    let start = bytes.trim_ascii_start();
    let begins = |with: &[u8]| start.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if begins(b"<!doctype html") || begins(b"<html") {
        Kind::Html
    } else if !bytes.contains(&0) && str::from_utf8(bytes).is_ok() {
        Kind::Text
    } else {
        Kind::Other
    }
}

/// The bytes as text: by a byte order mark, else the encoding that the server names, else the one the page names, else
/// UTF-8. What does not fit is replaced.
pub(crate) fn decoded(bytes: &[u8], named: Option<&str>) -> String {
    let named = named.and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = named.or_else(|| own_encoding(bytes)).unwrap_or(UTF_8);
    encoding.decode(bytes).0.into_owned()
}

/// What `<meta charset=…>` or the like says.
fn own_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let label = head.split_once("charset=")?.1.trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c)))?;
    Encoding::for_label(&label.as_bytes()[..end])
}

/// The text of a page, links as footnotes. None if the page is none that can be read.
pub(crate) fn readable(html: &str) -> Option<String> {
    if depth(html) > MAX_DEPTH {
        return None;
    }
    let config = html2text::config::plain().no_table_borders().link_footnotes(true).allow_width_overflow();
    let text = config.string_from_read(html.as_bytes(), WIDTH).ok()?;
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        // One empty line is enough.
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    Some(lines.join("\n"))
}

/// How deeply elements lie in each other, at most. Elements that need no end don't count; others without one do.
fn depth(html: &str) -> usize {
    let (mut now, mut most, mut rest) = (0_usize, 0, html);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with("!--") {
            rest = rest.find("-->").map_or("", |at| &rest[at..]);
            continue;
        }
        let closes = rest.starts_with('/');
        let name = rest.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name[..end].to_ascii_lowercase();
        if name.is_empty() || NEEDS_NO_END.contains(&name.as_str()) {
            continue;
        }
        if closes {
            now = now.saturating_sub(1);
        } else if name == "script" || name == "style" {
            // What lies in these is no HTML.
            let end = format!("</{name}");
            let found = rest.as_bytes().windows(end.len()).position(|part| part.eq_ignore_ascii_case(end.as_bytes()));
            rest = found.map_or("", |at| &rest[at + end.len()..]);
        } else {
            now += 1;
            most = most.max(now);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_becomes_its_text_with_its_links() {
        let html = "<html><head><title>T</title><style>b{}</style><script>alert(1<2)</script></head><body><h1>Hello</h1>\
                    <p>Some <b>bold</b> text, a <a href='https://a.org/x'>link</a>.<ul><li>one<li>two</ul>\
                    <table><tr><td>a<td>b</table><pre>x\n  y</pre></body></html>";
        let text = readable(html).unwrap();
        assert!(text.starts_with("# Hello\n\nSome **bold** text, a [link][1].\n* one\n* two\n"), "{text}");
        assert!(text.contains("x\n  y") && text.ends_with("[1]: https://a.org/x"), "{text}");
        assert!(!text.contains("alert"), "{text}");
    }

    #[test]
    fn pages_that_are_too_deep_to_walk_are_left_as_they_are() {
        for tag in ["div", "b", "table><tr><td", "ul><li", "x-y"] {
            assert_eq!(readable(&format!("<{tag}>").repeat(200_000)), None, "{tag}");
        }
        for flat in ["<p>a<br>", "<li>a", "<div>a</div>", "<script>for(i=0;i<n;i++)</script>", "<!-- <a -->"] {
            assert!(readable(&flat.repeat(3000)).is_some(), "{flat}");
        }
    }

    #[test]
    fn kinds_are_told_by_name_or_by_content() {
        assert_eq!(kind_of("text/html"), Some(Kind::Html));
        assert_eq!(kind_of("application/problem+json"), Some(Kind::Text));
        assert_eq!(kind_of("image/png"), Some(Kind::Other));
        assert_eq!(kind_of("application/octet-stream"), None);
        assert_eq!(sniffed(b"  <!DOCTYPE HTML>x"), Kind::Html);
        assert_eq!(sniffed("plain é".as_bytes()), Kind::Text);
        assert_eq!(sniffed(b"\x7fELF\0"), Kind::Other);
    }

    #[test]
    fn encodings_are_taken_from_mark_header_and_page_in_this_order() {
        assert_eq!(decoded(b"caf\xe9", Some("iso-8859-1")), "café");
        assert_eq!(decoded(b"<meta charset=\"windows-1252\">\x80", None), "<meta charset=\"windows-1252\">€");
        assert_eq!(decoded(b"\xff\xfea\0", Some("utf-8")), "a");
        assert_eq!(decoded(b"caf\xe9", Some("nonsense")), "caf\u{fffd}");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_a_text_and_no_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..60),
            tags in prop::collection::vec(prop::sample::select(vec!["<a href=x>", "</a>", "<table>", "<td>", "<pre>", "é<", "<!--", "<svg>", "</"]), 0..30),
        ) {
            let html = tags.concat() + &decoded(&bytes, None);
            prop_assert!(readable(&html).is_some());
        }
    }
}

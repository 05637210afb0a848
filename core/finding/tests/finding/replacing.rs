//! Replacing what was found.

use atelier_finding::{Case, ContentQuery, ReplaceError, Replacement};
use atelier_workspace::{AccessError, RelativePath};
use proptest::prelude::*;

use crate::project::Project;

fn regex(pattern: &str) -> ContentQuery {
    ContentQuery { regex: true, ..ContentQuery::new(pattern) }
}

fn path(path: &str) -> RelativePath {
    RelativePath::new(path.as_ref()).unwrap()
}

/// What the file holds after what was previewed was done.
fn replaced(before: &str, query: &ContentQuery, with: &str) -> String {
    let project = Project::new(&[("f", before)]);
    let (folder, replacement) = (project.folder(), Replacement::new(query, with).unwrap());
    if let Some(preview) = replacement.preview(&folder, &path("f")).unwrap() {
        assert_eq!(project.get("f"), before.as_bytes(), "looking changes nothing");
        let done = replacement.apply(&folder, &path("f"), preview.stamp).unwrap();
        assert_eq!(done.count, preview.count);
        assert_eq!(done.stamp, folder.read(&path("f"), 1 << 20).unwrap().stamp);
    }
    String::from_utf8(project.get("f")).unwrap()
}

#[test]
fn what_was_found_is_replaced_and_nothing_else() {
    let text = ContentQuery::new;
    for (before, query, with, after) in [
        ("a.b a.b\r\naxb\n", text("a.b"), "$1", "$1 $1\r\naxb\n"),
        ("one two\n", regex(r"(\w+) (\w+)"), "$2 ${1}x $$1", "two onex $1\n"),
        ("(x)", regex(r"\((?<inner>.)\)"), "$inner", "x"),
        ("a\nb", regex("^"), "> ", "> a\n> b"),
        ("a\r\nb\r\n", regex("$"), ";", "a;\r\nb;\r\n"),
        ("Call recall", ContentQuery { word: true, case: Case::Insensitive, ..text("call") }, "x", "x recall"),
        ("aaa", text("a"), "", ""),
        ("a", text("a"), "1\n2", "1\n2"),
        ("nothing", text("else"), "x", "nothing"),
    ] {
        assert_eq!(replaced(before, &query, with), after, "{query:?}");
    }
}

#[test]
fn the_preview_shows_each_line_before_and_after() {
    let project = Project::new(&[("f", "keep\nlet x = x;\n")]);
    let replacement = Replacement::new(&ContentQuery::new("x"), "yy").unwrap();
    let preview = replacement.preview(&project.folder(), &path("f")).unwrap().unwrap();
    assert_eq!((preview.count, preview.more, preview.lines.len()), (2, false, 1));
    let line = &preview.lines[0];
    assert_eq!((line.number, line.before.as_str(), line.after.as_str()), (2, "let x = x;", "let yy = yy;"));
    assert_eq!((line.removed.as_slice(), line.inserted.as_slice()), (&[(4, 5), (8, 9)][..], &[(4, 6), (9, 11)][..]));
    assert_eq!(replacement.preview(&project.folder(), &path("f")).unwrap().unwrap(), preview);
    project.put("many", "x\n".repeat(1500));
    let many = replacement.preview(&project.folder(), &path("many")).unwrap().unwrap();
    assert_eq!((many.count, many.lines.len(), many.more), (1500, 1000, true));
}

#[test]
fn a_file_that_has_changed_since_stays_as_it_is() {
    let project = Project::new(&[("f", "x1")]);
    let (folder, replacement) = (project.folder(), Replacement::new(&ContentQuery::new("x"), "y").unwrap());
    let stamp = replacement.preview(&folder, &path("f")).unwrap().unwrap().stamp;
    project.put("f", "x2");
    let refused = replacement.apply(&folder, &path("f"), stamp).unwrap_err();
    assert!(matches!(refused, ReplaceError::Access(AccessError::Changed { .. })), "{refused}");
    assert_eq!(project.get("f"), b"x2");
}

#[test]
fn what_is_no_text_or_would_grow_too_large_is_refused_and_stays() {
    let project = Project::new(&[("large", &"x\n".repeat(1 << 20))]);
    project.put("binary", b"x\0");
    project.put("utf16", "\u{feff}x".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    let folder = project.folder();
    let longer = Replacement::new(&ContentQuery::new("x"), &"y".repeat(100)).unwrap();
    assert!(matches!(longer.preview(&folder, &path("large")), Err(ReplaceError::TooLarge { .. })));
    for name in ["binary", "utf16"] {
        let refused = longer.preview(&folder, &path(name)).unwrap_err();
        assert!(refused.to_string().contains(name), "{refused}");
    }
    assert!(Replacement::new(&ContentQuery::new("x"), &"y".repeat(20_000)).is_err());
}

#[test]
fn bytes_that_are_no_utf_8_stay_as_they_are() {
    let project = Project::new(&[]);
    project.put("latin", b"caf\xE9 x\n\xFF\n");
    let (folder, replacement) = (project.folder(), Replacement::new(&ContentQuery::new("x"), "y").unwrap());
    let preview = replacement.preview(&folder, &path("latin")).unwrap().unwrap();
    replacement.apply(&folder, &path("latin"), preview.stamp).unwrap();
    assert_eq!(project.get("latin"), b"caf\xE9 y\n\xFF\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn plain_text_is_replaced_as_the_standard_library_would(
        before in "([abé$]{0,5}(\r?\n)?){0,6}",
        pattern in "[abé]{1,2}",
        with in "[xé$1]{0,3}",
    ) {
        prop_assert_eq!(replaced(&before, &ContentQuery::new(pattern.as_str()), &with), before.replace(&pattern, &with));
    }
}

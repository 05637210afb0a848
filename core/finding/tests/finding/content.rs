//! Searching contents.

use std::{fmt::Write as _, fs, os::unix::fs::symlink};

use atelier_finding::{Case, ContentQuery, ContentSearch, FindingError, LineKind};
use proptest::prelude::*;

use crate::project::Project;

fn regex(pattern: &str) -> ContentQuery {
    ContentQuery { regex: true, ..ContentQuery::new(pattern) }
}

fn project() -> Project {
    Project::new(&[
        ("a.rs", "fn main() {\n    call(x);\n}\n"),
        ("sub/b.rs", "// Call (x)\n"),
        ("c.txt", "call(x)\r\nrecall\r\n"),
        (".hidden/d.rs", "call(x)"),
        (".git/e", "call(x)"),
        (".env", "call(x)"),
    ])
}

#[test]
fn contents_are_searched_as_asked() {
    let project = project();
    assert_eq!(project.hits(&ContentQuery::new("call(")), [".hidden/d.rs:1", "a.rs:2", "c.txt:1"]);
    assert_eq!(project.hits(&regex(r"call\(")), [".hidden/d.rs:1", "a.rs:2", "c.txt:1"]);
    let word = ContentQuery { word: true, ..ContentQuery::new("call") };
    assert_eq!(project.hits(&word), [".hidden/d.rs:1", "a.rs:2", "c.txt:1", "sub/b.rs:1"]);
    for (case, count) in [(Case::Smart, 1), (Case::Sensitive, 1), (Case::Insensitive, 5)] {
        assert_eq!(project.hits(&ContentQuery { case, ..ContentQuery::new("Call") }).len(), count, "{case:?}");
    }
    assert_eq!(project.hits(&ContentQuery { case: Case::Sensitive, ..ContentQuery::new("call") }).len(), 4);
}

#[test]
fn beginnings_and_ends_are_those_of_each_line_whatever_ends_it() {
    let project = project();
    assert_eq!(project.hits(&regex("^}")), ["a.rs:3"]);
    assert_eq!(project.hits(&regex("call$")), ["c.txt:2"]);
    assert_eq!(project.hits(&regex(r"x\);$")), ["a.rs:2"]);
    assert_eq!(project.search(&regex("recall$")).0[0].1.text, "recall");
}

#[test]
fn globs_choose_the_files() {
    let project = project();
    let hits = |include: &[&str], exclude: &[&str]| {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        let (include, exclude) = (owned(include), owned(exclude));
        project.hits(&ContentQuery { include, exclude, case: Case::Insensitive, ..ContentQuery::new("call") })
    };
    assert_eq!(hits(&["*.rs"], &[]), [".hidden/d.rs:1", "a.rs:2", "sub/b.rs:1"]);
    assert_eq!(hits(&["*.{rs,txt}"], &[".hidden", "sub/"]), ["a.rs:2", "c.txt:1", "c.txt:2"]);
    assert_eq!(hits(&["sub"], &[]), ["sub/b.rs:1"]);
    assert_eq!(hits(&["./sub/*", " "], &[]), ["sub/b.rs:1"]);
    assert_eq!(hits(&["/a.rs", "c.*"], &["*.txt"]), ["a.rs:2"]);
}

#[test]
fn lines_around_come_with_the_match_and_places_are_marked() {
    let project = project();
    let query = ContentQuery { context: 1, include: vec!["a.rs".into()], ..ContentQuery::new("call") };
    let (lines, _) = project.search(&query);
    let kinds: Vec<_> = lines.iter().map(|(_, line)| (line.number, line.kind)).collect();
    assert_eq!(kinds, [(1, LineKind::Context), (2, LineKind::Match), (3, LineKind::Context)]);
    assert_eq!(lines[1].1.ranges, [(4, 8)]);
    let twice = Project::new(&[("a", "é x é x\n")]);
    assert_eq!(twice.search(&ContentQuery::new("x")).0[0].1.ranges, [(3, 4), (8, 9)]);
}

#[test]
fn what_is_no_text_too_long_or_too_large_is_left_out_and_the_rest_is_found() {
    let project = Project::new(&[("text", "needle\n")]);
    project.put("binary", b"needle\n\0");
    project.put("latin", b"caf\xE9 needle\n");
    project.put("utf16", "\u{feff}needle\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    project.put("line", "x".repeat(9 << 20) + "needle");
    project.put("long", "x".repeat(100_000) + "needle" + &"y".repeat(100_000));
    let large = fs::File::create(project.root.join("large")).unwrap();
    large.set_len(65 << 20).unwrap();
    let (found, end) = project.search(&ContentQuery::new("needle"));
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["latin", "long", "text", "utf16"]);
    assert_eq!((end.matches, end.limited), (4, false));
    assert_eq!(found[0].1.text, "caf\u{fffd} needle");
    assert_eq!(&found[0].1.text[found[0].1.ranges[0].0..], "needle");
    let long = &found[1].1;
    assert!(long.text.chars().count() <= 400 && long.cut, "{}", long.text.len());
    assert_eq!(long.skipped + long.ranges[0].0, 100_000);
}

#[test]
fn a_limit_ends_the_search_and_says_so() {
    let mut text = String::new();
    for number in 0..3000 {
        writeln!(text, "needle {number}").unwrap();
    }
    let project = Project::new(&[("a", &text), ("b", &text)]);
    for (limit, found, limited) in [(1, 1, true), (4000, 4000, true), (6000, 6000, false), (0, 1, true)] {
        let (lines, end) = project.search(&ContentQuery { limit, ..ContentQuery::new("needle") });
        assert_eq!((lines.len(), end.matches, end.limited), (found, found, limited), "{limit}");
    }
}

#[test]
fn links_are_not_followed() {
    let project = Project::new(&[("sub/a", "needle")]);
    symlink("sub", project.root.join("folder")).unwrap();
    symlink("sub/a", project.root.join("file")).unwrap();
    symlink("/etc", project.root.join("out")).unwrap();
    assert_eq!(project.hits(&ContentQuery::new("needle")), ["sub/a:1"]);
}

#[test]
fn what_cannot_be_searched_for_is_refused_with_a_sentence() {
    let project = Project::new(&[]);
    let refused = |query: &ContentQuery| ContentSearch::start(project.folder(), query).err().unwrap();
    assert!(matches!(refused(&ContentQuery::new("")), FindingError::EmptyPattern));
    assert!(matches!(refused(&ContentQuery::new("x".repeat(20_000))), FindingError::LongPattern { .. }));
    let unclosed = "The pattern is not usable (unclosed group); correct it, or search for it as plain text.";
    assert_eq!(refused(&regex("call(")).to_string(), unclosed);
    assert!(matches!(refused(&regex("x{1000}{1000}{1000}")), FindingError::Pattern { .. }));
    let glob = ContentQuery { include: vec!["[a".into()], ..ContentQuery::new("x") };
    assert!(refused(&glob).to_string().contains("`[a`"));
    let many = ContentQuery { exclude: vec!["a".into(); 101], ..ContentQuery::new("x") };
    assert!(matches!(refused(&many), FindingError::Glob { .. }));
}

/// Enough that the searching threads have to wait for a reader.
fn much() -> Project {
    let project = Project::new(&[]);
    for number in 0..200 {
        project.put(&format!("{number}"), "needle\n".repeat(2000));
    }
    project
}

#[tokio::test]
async fn a_closed_search_returns_nothing_more_even_to_one_who_waits() {
    let project = much();
    let search = ContentSearch::start(project.folder(), &ContentQuery::new("needle")).unwrap();
    assert!(search.next_batch().await.is_some_and(|batch| !batch.is_empty()));
    search.close();
    assert_eq!(search.next_batch().await, None);
    assert_eq!(search.next_batch().await, None);
    let nothing = ContentSearch::start(project.folder(), &ContentQuery::new("nowhere")).unwrap();
    let (batch, ()) = tokio::join!(nothing.next_batch(), async { nothing.close() });
    assert_eq!(batch, None);
}

#[tokio::test]
async fn batches_are_bounded_and_a_dropped_search_lets_go_of_the_folder() {
    let project = much();
    let folder = project.folder();
    let search = ContentSearch::start(folder.clone(), &ContentQuery::new("needle")).unwrap();
    for _ in 0..5 {
        let lines: usize = search.next_batch().await.unwrap().iter().map(|part| part.lines.len()).sum();
        assert!(lines <= 1500, "{lines}");
    }
    drop(search);
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while std::sync::Arc::strong_count(&folder) > 1 {
        assert!(std::time::Instant::now() < deadline, "the search goes on");
        tokio::task::yield_now().await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Line by line, by hand.
    #[test]
    fn plain_text_is_found_exactly_where_it_stands(
        files in prop::collection::vec("([abé]{0,6}(\r?\n)?){0,8}", 1..4),
        pattern in "[abé]{1,2}",
        context in 0..3_usize,
    ) {
        let project = Project::new(&[]);
        for (number, text) in files.iter().enumerate() {
            project.put(&number.to_string(), text);
        }
        let query = ContentQuery { context, ..ContentQuery::new(pattern.as_str()) };
        let (found, end) = project.search(&query);
        let mut wanted = Vec::new();
        for (number, text) in files.iter().enumerate() {
            let lines: Vec<&str> = text.lines().collect();
            let matches = |line: usize| lines.get(line).is_some_and(|line| line.contains(&pattern));
            for (at, line) in lines.iter().enumerate() {
                let near = (at.saturating_sub(context)..=at + context).any(matches);
                if near {
                    let ranges: Vec<_> = line.match_indices(&pattern).map(|(at, part)| (at, at + part.len())).collect();
                    wanted.push((number.to_string(), at as u64 + 1, (*line).to_owned(), ranges));
                }
            }
        }
        let matching = wanted.iter().filter(|line| !line.3.is_empty()).count();
        let found: Vec<_> = found.into_iter().map(|(path, line)| (path, line.number, line.text, line.ranges)).collect();
        prop_assert_eq!(found, wanted);
        prop_assert_eq!(end.matches, matching);
    }
}

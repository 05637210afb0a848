//! Staging, unstaging and discarding parts of a file. What a chosen part makes of a text is said twice: by git, and by a
//! model that knows nothing of patches.

use std::{fs, ops::Range, os::unix::fs::PermissionsExt as _, path::Path};

use atelier_git::{
    Change, DiffHunk, DiffLine, DiffLineKind, DiffQuery, FileDiff, GitError, Notice, Repository, Selection, Side,
};
use proptest::prelude::*;

use crate::scratch::{Scratch, going_on};

pub(crate) fn query(path: &str, side: Side) -> DiffQuery {
    DiffQuery { path: path.into(), from: None, side, context: 3 }
}

pub(crate) fn diff(repository: &Repository, path: &str, side: Side) -> FileDiff {
    repository.file_changes(&query(path, side), 0, &going_on).unwrap()
}

/// Those lines of a diff, by what they are and hold.
fn choose(diff: &FileDiff, wanted: &dyn Fn(&DiffLine) -> bool) -> Selection {
    let places = |hunk: &DiffHunk| {
        let of = |(at, line): (usize, &DiffLine)| wanted(line).then_some(hunk.first + at as u64);
        hunk.lines.iter().enumerate().filter_map(of).collect::<Vec<_>>()
    };
    let lines: Vec<Range<u64>> = diff.hunks.iter().flat_map(places).map(|at| at..at + 1).collect();
    Selection { from: None, context: 3, stamp: diff.stamp.clone(), lines }
}

fn all(diff: &FileDiff) -> Selection {
    Selection { from: None, context: 3, stamp: diff.stamp.clone(), lines: std::iter::once(0..diff.lines).collect() }
}

fn index(scratch: &Scratch, path: &str) -> String {
    scratch.git(&["cat-file", "blob", &format!(":{path}")])
}

#[test]
fn chosen_lines_are_staged_unstaged_and_discarded() {
    let scratch = Scratch::with(&[("a", "one\ntwo\nthree\n")]);
    scratch.put("a", "one\nTWO\nthree\nfour\n");
    let repository = scratch.open().unwrap();
    let shown = diff(&repository, "a", Side::Unstaged);
    repository.stage_lines("a", &choose(&shown, &|line| line.text == "four"), &going_on).unwrap();
    assert_eq!(index(&scratch, "a"), "one\ntwo\nthree\nfour\n");
    let staged = diff(&repository, "a", Side::Staged);
    repository.unstage_lines("a", &all(&staged), &going_on).unwrap();
    assert_eq!(index(&scratch, "a"), "one\ntwo\nthree\n");
    let shown = diff(&repository, "a", Side::Unstaged);
    let chosen = choose(&shown, &|line| line.text.eq_ignore_ascii_case("two"));
    let discarded = repository.discard_lines("a", &chosen, &going_on).unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "one\ntwo\nthree\nfour\n");
    // What was discarded is kept, and comes back.
    assert_eq!(scratch.git(&["cat-file", "blob", discarded.blob.as_deref().unwrap()]), "one\nTWO\nthree\nfour\n");
    repository.restore_discarded(&discarded, &going_on).unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "one\nTWO\nthree\nfour\n");
    // But not over what somebody has written since.
    let discarded = repository.discard_files(&["a".into()], &going_on).unwrap().remove(0);
    scratch.put("a", "mine\n");
    let refused = repository.restore_discarded(&discarded, &going_on);
    assert!(matches!(refused, Err(GitError::Changed { .. })), "{refused:?}");
}

#[test]
fn without_context_the_chosen_line_is_taken_and_none_like_it() {
    let text = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    let scratch = Scratch::with(&[("a", &text(&["a", "a", "a", "b", "a", "c"]))]);
    scratch.put("a", &text(&["a", "a", "a", "b", "c", "a"]));
    let repository = scratch.open().unwrap();
    let query = DiffQuery { context: 0, ..query("a", Side::Unstaged) };
    let shown = repository.file_changes(&query, 0, &going_on).unwrap();
    let chosen = Selection { context: 0, ..choose(&shown, &|line| line.kind == DiffLineKind::Removed) };
    repository.stage_lines("a", &chosen, &going_on).unwrap();
    assert_eq!(index(&scratch, "a"), text(&["a", "a", "a", "b", "c"]));
}

#[test]
fn what_has_changed_since_it_was_shown_is_left_alone() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    scratch.put("a", "two\n");
    let repository = scratch.open().unwrap();
    let shown = diff(&repository, "a", Side::Unstaged);
    scratch.put("a", "three\n");
    let changed = |result| assert!(matches!(result, Err(GitError::Changed { .. })), "{result:?}");
    changed(repository.stage_lines("a", &all(&shown), &going_on));
    changed(repository.discard_lines("a", &all(&shown), &going_on).map(drop));
    assert_eq!(
        (index(&scratch, "a"), fs::read_to_string(scratch.root.join("a")).unwrap()),
        ("one\n".into(), "three\n".into())
    );
    let shown = diff(&repository, "a", Side::Unstaged);
    let nothing = Selection { lines: vec![], ..all(&shown) };
    assert!(matches!(repository.stage_lines("a", &nothing, &going_on), Err(GitError::NothingChosen)));
}

#[test]
fn new_files_are_staged_in_part_and_whole() {
    for intended in [false, true] {
        let scratch = Scratch::with(&[("a", "x\n")]);
        let (odd, text) = ("sub dir/ü \"q\".txt", "1\r\n2\r\n3");
        scratch.put(odd, text);
        if intended {
            scratch.git(&["add", "-N", odd]);
        }
        let repository = scratch.open().unwrap();
        let shown = diff(&repository, odd, Side::Unstaged);
        assert_eq!((shown.change, shown.added, shown.by_line), (Some(Change::Added), 3, true));
        repository.stage_lines(odd, &choose(&shown, &|line| line.text.starts_with('2')), &going_on).unwrap();
        assert_eq!(index(&scratch, odd), "2\r\n");
        let shown = diff(&repository, odd, Side::Unstaged);
        repository.stage_lines(odd, &all(&shown), &going_on).unwrap();
        assert_eq!(index(&scratch, odd), text);
        let staged = diff(&repository, odd, Side::Staged);
        repository.unstage_lines(odd, &choose(&staged, &|line| line.text.starts_with('2')), &going_on).unwrap();
        assert_eq!(index(&scratch, odd), "1\r\n3");
        let staged = diff(&repository, odd, Side::Staged);
        repository.unstage_lines(odd, &all(&staged), &going_on).unwrap();
        assert!(scratch.git(&["status", "--porcelain", "-z"]).starts_with("??"));
        assert_eq!(fs::read_to_string(scratch.root.join(odd)).unwrap(), text);
    }
}

#[test]
fn deleted_files_are_staged_in_part_and_come_back_in_part() {
    let scratch = Scratch::with(&[("a", "1\n2\n3\n")]);
    fs::remove_file(scratch.root.join("a")).unwrap();
    let repository = scratch.open().unwrap();
    let shown = diff(&repository, "a", Side::Unstaged);
    assert_eq!(shown.change, Some(Change::Deleted));
    repository.stage_lines("a", &choose(&shown, &|line| line.text == "2"), &going_on).unwrap();
    assert_eq!(index(&scratch, "a"), "1\n3\n");
    let shown = diff(&repository, "a", Side::Unstaged);
    let discarded = repository.discard_lines("a", &choose(&shown, &|line| line.text == "3"), &going_on).unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "3\n");
    repository.restore_discarded(&discarded, &going_on).unwrap();
    assert!(!scratch.root.join("a").exists());
    let shown = diff(&repository, "a", Side::Unstaged);
    repository.stage_lines("a", &all(&shown), &going_on).unwrap();
    assert_eq!(scratch.git(&["ls-files"]), "");
}

#[test]
fn in_a_renamed_file_the_lines_are_taken_and_the_name_stays() {
    let text = (0..30).map(|n| format!("{n}\n")).collect::<Vec<_>>().concat();
    let scratch = Scratch::with(&[("old", &text)]);
    scratch.git(&["mv", "old", "new"]);
    scratch.put("new", &text.replace("7\n", "seven\n"));
    scratch.git(&["add", "new"]);
    let repository = scratch.open().unwrap();
    let renamed = DiffQuery { from: Some("old".into()), ..query("new", Side::Staged) };
    let shown = repository.file_changes(&renamed, 0, &going_on).unwrap();
    assert_eq!((shown.change, shown.from.as_deref()), (Some(Change::Renamed), Some("old")));
    let chosen = Selection { from: Some("old".into()), ..all(&shown) };
    repository.unstage_lines("new", &chosen, &going_on).unwrap();
    assert_eq!(index(&scratch, "new"), text);
    assert!(scratch.git(&["status", "--porcelain"]).starts_with("RM old -> new"));
}

#[test]
fn line_ends_that_git_converts_are_staged_as_git_would() {
    let scratch = Scratch::with(&[("a", "one\ntwo\nthree\n"), (".gitattributes", "* text eol=crlf\n")]);
    scratch.put("a", "ONE\r\ntwo\r\nTHREE\r\n");
    scratch.put("new", "1\r\n2\r\n");
    let repository = scratch.open().unwrap();
    let shown = diff(&repository, "a", Side::Unstaged);
    repository.stage_lines("a", &choose(&shown, &|line| line.text.eq_ignore_ascii_case("one")), &going_on).unwrap();
    assert_eq!(index(&scratch, "a"), "ONE\ntwo\nthree\n");
    let shown = diff(&repository, "a", Side::Unstaged);
    repository.discard_lines("a", &all(&shown), &going_on).unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "ONE\r\ntwo\r\nthree\r\n");
    let shown = diff(&repository, "new", Side::Unstaged);
    repository.stage_lines("new", &choose(&shown, &|line| line.text == "1"), &going_on).unwrap();
    assert_eq!(index(&scratch, "new"), "1\n");
}

#[test]
fn a_project_deep_in_a_repository_stages_its_own_lines() {
    let scratch = Scratch::with(&[("sub/a", "one\n"), ("a", "top\n")]);
    scratch.put("sub/a", "one\ntwo\n");
    let repository = Scratch::open_at(&scratch.root.join("sub")).unwrap();
    let shown = diff(&repository, "a", Side::Unstaged);
    repository.stage_lines("a", &all(&shown), &going_on).unwrap();
    assert_eq!((index(&scratch, "sub/a"), index(&scratch, "a")), ("one\ntwo\n".into(), "top\n".into()));
    scratch.put("sub/a", "one\ntwo\nthree\n");
    let shown = diff(&repository, "a", Side::Unstaged);
    repository.discard_lines("a", &all(&shown), &going_on).unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("sub/a")).unwrap(), "one\ntwo\n");
}

#[test]
fn what_has_no_lines_to_choose_says_so() {
    let scratch = Scratch::with(&[("p.png", "x"), ("mode", "x\n"), ("link", "x\n"), ("bytes", "x\n")]);
    fs::write(scratch.root.join("p.png"), b"\x89PNG\0\x01").unwrap();
    fs::set_permissions(scratch.root.join("mode"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(scratch.root.join("link")).unwrap();
    std::os::unix::fs::symlink("mode", scratch.root.join("link")).unwrap();
    fs::write(scratch.root.join("bytes"), b"\xff\xfe\n").unwrap();
    let repository = scratch.open().unwrap();
    for (path, notice, change) in [
        ("p.png", Some(Notice::Image), Change::Modified),
        ("mode", Some(Notice::ModeOnly), Change::Modified),
        ("link", Some(Notice::Link), Change::TypeChanged),
    ] {
        let shown = diff(&repository, path, Side::Unstaged);
        assert_eq!((&shown.notice, shown.change, shown.by_line), (&notice, Some(change), false), "{path}");
        let refused = repository.stage_lines(path, &all(&shown), &going_on);
        assert!(matches!(refused, Err(GitError::OnlyWhole { .. })), "{path} {refused:?}");
    }
    // What is no UTF-8 is shown as well as can be, and staged as it is.
    let shown = diff(&repository, "bytes", Side::Unstaged);
    assert_eq!(shown.hunks[0].lines[1].text, "\u{fffd}\u{fffd}");
    repository.stage_lines("bytes", &all(&shown), &going_on).unwrap();
    assert!(scratch.git(&["diff", "--name-only", "--", "bytes"]).is_empty());
}

#[test]
fn files_are_discarded_whole_and_come_back() {
    let scratch = Scratch::with(&[("a", "one\n"), ("gone", "x\n"), ("link", "x\n")]);
    scratch.put("a", "two\n");
    scratch.put("new/file", "n\n");
    for path in ["gone", "link"] {
        fs::remove_file(scratch.root.join(path)).unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", scratch.root.join("link")).unwrap();
    fs::set_permissions(scratch.root.join("new/file"), fs::Permissions::from_mode(0o755)).unwrap();
    let before = scratch.git(&["status", "--porcelain", "-uall"]);
    let repository = scratch.open().unwrap();
    let paths = ["a", "new/file", "gone", "link"].map(str::to_owned);
    let discarded = repository.discard_files(&paths, &going_on).unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain", "-uall"]), "");
    fs::remove_file(scratch.root.join("link")).unwrap();
    for one in &discarded {
        repository.restore_discarded(one, &going_on).unwrap();
    }
    assert_eq!(scratch.git(&["status", "--porcelain", "-uall"]), before);
    assert_eq!(fs::read_link(scratch.root.join("link")).unwrap(), Path::new("/etc/passwd"));
    assert_eq!(fs::metadata(scratch.root.join("new/file")).unwrap().permissions().mode() & 0o777, 0o755);
    for path in ["..", "/etc/passwd", "nowhere/../../x", "new"] {
        assert!(repository.discard_files(&[path.into()], &going_on).is_err(), "{path}");
    }
}

/// A text as lines, and whether the last one has an end.
type Text = (Vec<u8>, bool);

fn write((lines, ended): &Text) -> String {
    let mut text = lines.iter().map(|line| format!("{}\n", char::from(*line))).collect::<Vec<_>>().concat();
    if !ended {
        text.pop();
    }
    text
}

/// What the chosen lines make of a text: of all the diff's lines those that are there before and stay, and those that come.
fn model(lines: &[DiffLine], chosen: &dyn Fn(usize) -> bool, undo: bool) -> String {
    let mut kept: Vec<&DiffLine> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let there = match line.kind {
            DiffLineKind::Context => true,
            DiffLineKind::Added => chosen(at) != undo,
            DiffLineKind::Removed => chosen(at) == undo,
        };
        if there {
            kept.push(line);
        }
    }
    let last = kept.len().saturating_sub(1);
    let text = |(at, line): (usize, &&DiffLine)| {
        // Only the last line can be without an end.
        format!("{}{}", line.text, if at == last && line.no_newline { "" } else { "\n" })
    };
    kept.iter().enumerate().map(text).collect::<Vec<_>>().concat()
}

fn text() -> impl Strategy<Value = Text> {
    (prop::collection::vec(b'a'..b'e', 0..14), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_random_choice_makes_of_the_text_what_it_says(before in text(), after in text(), picks in any::<u32>(), context in 0_u32..4) {
        let (before, after) = (write(&before), write(&after));
        // A file that is empty on one side has a diff of its own kind; both being so, none.
        prop_assume!(before != after);
        let scratch = Scratch::with(&[("a", &before)]);
        scratch.put("a", &after);
        let repository = scratch.open().unwrap();
        let chosen = |at: usize| picks >> (at % 32) & 1 == 1;
        // All of the file is context, so that the model sees every line.
        let whole = |side: Side| {
            let query = DiffQuery { context: 100, ..query("a", side) };
            repository.file_changes(&query, 0, &going_on).unwrap()
        };
        // Chosen by the numbers of lines, which the context does not change.
        let numbers = |diff: &FileDiff, is: &dyn Fn(usize) -> bool| {
            let lines = diff.hunks.iter().flat_map(|hunk| hunk.lines.iter());
            let picked = lines.enumerate().filter(|(at, line)| is(*at) && line.kind != DiffLineKind::Context);
            picked.map(|(_, line)| (line.old, line.new)).collect::<Vec<_>>()
        };
        let select = |side: Side, wanted: &[(Option<u64>, Option<u64>)]| {
            let query = DiffQuery { context, ..query("a", side) };
            let shown = repository.file_changes(&query, 0, &going_on).unwrap();
            Selection { context, ..choose(&shown, &|line| wanted.contains(&(line.old, line.new))) }
        };
        let lines = |diff: &FileDiff| diff.hunks.iter().flat_map(|hunk| hunk.lines.clone()).collect::<Vec<_>>();

        let shown = whole(Side::Unstaged);
        let wanted = numbers(&shown, &chosen);
        let selection = select(Side::Unstaged, &wanted);
        if wanted.is_empty() {
            prop_assert!(matches!(repository.stage_lines("a", &selection, &going_on), Err(GitError::NothingChosen)));
        } else {
            repository.stage_lines("a", &selection, &going_on).unwrap();
            prop_assert_eq!(index(&scratch, "a"), model(&lines(&shown), &chosen, false));
        }
        prop_assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), &after[..]);

        // The same backwards, with all of it staged.
        scratch.git(&["add", "a"]);
        let shown = whole(Side::Staged);
        let wanted = numbers(&shown, &chosen);
        if !wanted.is_empty() {
            repository.unstage_lines("a", &select(Side::Staged, &wanted), &going_on).unwrap();
            prop_assert_eq!(index(&scratch, "a"), model(&lines(&shown), &chosen, true));
        }

        // And in the file.
        scratch.git(&["reset", "-q"]);
        let shown = whole(Side::Unstaged);
        let wanted = numbers(&shown, &chosen);
        if !wanted.is_empty() {
            let discarded = repository.discard_lines("a", &select(Side::Unstaged, &wanted), &going_on).unwrap();
            prop_assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), model(&lines(&shown), &chosen, true));
            repository.restore_discarded(&discarded, &going_on).unwrap();
            prop_assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), after);
        }
    }
}

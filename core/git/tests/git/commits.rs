//! The contract's commits, log and files of a commit.

use std::fs;

use atelier_git::{LogRange, LogResult};
use serde_json::json;

use crate::scratch::{Scratch, said};

fn files(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn head(scratch: &Scratch) -> String {
    scratch.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

fn subjects(log: &LogResult) -> Vec<&str> {
    log.all.iter().map(|entry| entry.message.as_str()).collect()
}

#[test]
fn everything_or_what_is_staged_is_committed() {
    let scratch = Scratch::new();
    scratch.put("a", "1\n2\n");
    let git = scratch.contract();
    let made = git.commit("first", true, &[]).unwrap();
    let expected = json!({
        "success": true, "commit": head(&scratch), "branch": "main",
        "summary": {"changes": 1, "insertions": 2, "deletions": 0},
    });
    assert_eq!(serde_json::to_value(&made).unwrap(), expected);
    scratch.put("a", "1\n");
    scratch.put("b", "1\n");
    scratch.git(&["add", "b"]);
    scratch.git(&["checkout", "-q", "--detach"]);
    let made = git.commit("-m is no option", false, &[]).unwrap();
    assert_eq!((made.branch.as_str(), made.summary.changes), ("HEAD", 1));
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M a\n");
}

#[test]
fn exactly_the_files_that_are_named_are_committed() {
    let scratch = Scratch::with(&[("a", "x\n"), ("b", "x\n"), ("gone", "x\n"), ("gone2", "x\n"), ("*", "x\n")]);
    for path in ["a", "b", "new", "*"] {
        scratch.put(path, "changed\n");
    }
    scratch.git(&["add", "b"]);
    fs::remove_file(scratch.root.join("gone")).unwrap();
    scratch.git(&["rm", "-q", "gone2"]);
    let git = scratch.contract();
    let made = git.commit("some", false, &files(&["*", "new", "gone", "gone2"])).unwrap();
    assert_eq!(made.summary.changes, 4);
    assert_eq!(scratch.git(&["show", "--format=", "--name-status"]), "M\t*\nD\tgone\nD\tgone2\nA\tnew\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M a\nM  b\n");
}

#[test]
fn nothing_to_commit_is_no_failure() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    let git = scratch.contract();
    let nothing = json!({"success": true, "commit": "", "branch": "", "summary": {"changes": 0, "insertions": 0, "deletions": 0}});
    for made in [git.commit("x", false, &[]), git.commit("x", true, &[]), git.commit("x", false, &files(&["a"]))] {
        assert_eq!(serde_json::to_value(made.unwrap()).unwrap(), nothing);
    }
    scratch.put("new", "x");
    assert_eq!(git.commit("x", false, &[]).unwrap().commit, "");
}

#[test]
fn bad_commits_are_refused_and_what_is_staged_stays() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    scratch.put("a", "changed\n");
    scratch.git(&["add", "a"]);
    let git = scratch.contract();
    assert_eq!(said(git.commit(" \n", true, &[])), "message is required");
    assert!(said(git.commit("x", false, &files(&["missing"]))).contains("did not match any files"));
    assert_eq!(said(git.commit("x", false, &files(&["../a"]))), "Invalid file path");
    let hook = scratch.program("pre-commit", "echo not like this >&2; exit 1");
    fs::copy(hook, scratch.root.join(".git/hooks/pre-commit")).unwrap();
    assert_eq!(said(git.commit("x", false, &[])), "not like this");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "M  a\n");
}

#[test]
fn the_log_has_the_contracts_shape() {
    let scratch = Scratch::with(&[("a", "1\n2\n")]);
    scratch.git(&["tag", "v1"]);
    scratch.put("a", "1\n");
    scratch.put("b", "1\n");
    scratch.git(&["add", "-A"]);
    scratch.git(&["commit", "-q", "-m", "second\n\nbody\n\nmore", "--date", "2025-01-02T03:04:05+02:00"]);
    let log = serde_json::to_value(scratch.contract().log(&LogRange::default()).unwrap()).unwrap();
    let second = json!({
        "hash": head(&scratch), "date": "2025-01-02T03:04:05+02:00", "message": "second", "refs": "HEAD -> main",
        "body": "body\n\nmore\n", "author_name": "Ann", "author_email": "ann@localhost",
        "filesChanged": 2, "insertions": 1, "deletions": 1,
    });
    assert_eq!((&log["latest"], &log["total"]), (&second, &json!(2)));
    assert_eq!(log["all"][0], second);
    assert_eq!((&log["all"][1]["refs"], &log["all"][1]["insertions"]), (&json!("tag: v1"), &json!(2)));
}

#[test]
fn the_log_is_cut_ranged_and_follows_a_file() {
    let scratch = Scratch::new();
    for number in 0..55 {
        scratch.commit_all(&format!("c{number}"));
    }
    let git = scratch.contract();
    let log = |max: Option<i64>, from: Option<&str>, to: Option<&str>, file: Option<&str>| {
        let [from, to, file] = [from, to, file].map(|text| text.map(str::to_owned));
        git.log(&LogRange { max_count: max, from, to, file })
    };
    for (max, count) in [(None, 50), (Some(0), 50), (Some(-1), 50), (Some(3), 3), (Some(500), 55)] {
        assert_eq!(log(max, None, None, None).unwrap().total, count, "{max:?}");
    }
    assert_eq!(subjects(&log(None, Some("HEAD~2"), None, None).unwrap()), ["c54", "c53"]);
    assert_eq!(subjects(&log(None, Some("HEAD~3"), Some("HEAD~2"), None).unwrap()), ["c52"]);
    assert_eq!(log(Some(1), None, Some("HEAD~2"), None).unwrap().latest.unwrap().message, "c52");
    let empty = log(None, Some("HEAD"), Some("HEAD"), None).unwrap();
    assert_eq!((empty.latest, empty.total), (None, 0));
    scratch.put("old", "a long enough text\n");
    scratch.commit_all("made");
    scratch.git(&["mv", "old", "new"]);
    scratch.commit_all("moved");
    assert_eq!(subjects(&log(None, None, None, Some("new")).unwrap()), ["moved", "made"]);
    assert_eq!(said(log(None, Some("--output=x"), None, None)), "Invalid branch name");
    assert_eq!(said(log(None, None, None, Some("../x"))), "Invalid file path");
}

#[test]
fn a_merge_counts_nothing_and_the_mailmap_holds() {
    let scratch = Scratch::with(&[("a", "x\n"), (".mailmap", "Ann Lee <ann@example.org> <ann@localhost>\n")]);
    scratch.git(&["checkout", "-q", "-b", "side"]);
    scratch.put("b", "x\n");
    scratch.commit_all("side");
    scratch.git(&["checkout", "-q", "main"]);
    scratch.put("c", "x\n");
    scratch.commit_all("main");
    scratch.git(&["merge", "-q", "--no-edit", "side"]);
    let latest = scratch.contract().log(&LogRange::default()).unwrap().latest.unwrap();
    assert_eq!((latest.files_changed, latest.insertions), (0, 0));
    assert_eq!((latest.author_name.as_str(), latest.author_email.as_str()), ("Ann Lee", "ann@example.org"));
    let merged = scratch.contract().commit_files("HEAD").unwrap();
    assert_eq!(merged.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn before_the_first_commit_the_log_is_gits_complaint() {
    let scratch = Scratch::new();
    let failure = said(scratch.contract().log(&LogRange::default()));
    assert!(failure.contains("does not have any commits yet"), "{failure}");
}

#[test]
fn the_files_of_a_commit_have_their_kind_of_change() {
    let long = "a long enough text\nto be found again\n";
    let scratch = Scratch::with(&[("mod", "1\n"), ("gone", "1\n"), ("old", long), ("bin", "\0"), ("src", long)]);
    scratch.put("mod", "1\n2\n");
    scratch.put("add é", "something else\n");
    scratch.put("bin", "\0\0");
    fs::remove_file(scratch.root.join("gone")).unwrap();
    scratch.git(&["mv", "old", "renamed"]);
    scratch.put("src", &format!("{long}more\n"));
    scratch.put("copy", long);
    scratch.commit_all("all");
    let shown = serde_json::to_value(scratch.contract().commit_files(&head(&scratch)).unwrap()).unwrap();
    let row = |path: &str, insertions: u64, deletions: u64, binary: bool, change: &str| json!({"path": path, "insertions": insertions, "deletions": deletions, "isBinary": binary, "changeType": change});
    let expected = [
        row("add é", 1, 0, false, "A"),
        row("bin", 0, 0, true, "M"),
        row("copy", 0, 0, false, "C"),
        row("gone", 0, 1, false, "D"),
        row("mod", 1, 0, false, "M"),
        row("renamed", 0, 0, false, "R"),
        row("src", 1, 0, false, "M"),
    ];
    assert_eq!(shown, json!({ "files": expected }));
    let git = scratch.contract();
    assert_eq!(said(git.commit_files(" ")), "hash parameter is required");
    assert_eq!(said(git.commit_files("--help")), "Invalid branch name");
    assert!(said(git.commit_files("HEAD:mod")).contains("HEAD:mod"));
}

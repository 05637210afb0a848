//! The contract's status.

use std::{fs, os::unix::fs::symlink};

use atelier_git::Git;
use atelier_workspace::Folder;
use serde_json::json;

use crate::scratch::{Scratch, said};

/// The files of a status as plain `git status --porcelain -u -z` writes them.
fn plain(scratch: &Scratch) -> Vec<String> {
    let listed = scratch.git(&["-c", "core.quotePath=false", "status", "--porcelain", "-u", "-z"]);
    let mut entries = listed.split_terminator('\0');
    let mut files = Vec::new();
    while let Some(entry) = entries.next() {
        if entry.starts_with('R') {
            entries.next();
        }
        files.push(entry.to_owned());
    }
    files
}

fn ours(scratch: &Scratch) -> Vec<String> {
    let status = scratch.contract().status().unwrap();
    status.files.iter().map(|file| format!("{}{} {}", file.index, file.working_dir, file.path)).collect()
}

#[test]
fn only_a_folder_with_its_own_git_is_a_repository() {
    let scratch = Scratch::with(&[("sub/a", "x")]);
    let is = |path: &str| Git::is_repository(&Folder::open(&scratch.root.join(path)).unwrap());
    assert!(is("."));
    assert!(!is("sub"));
    scratch.git(&["worktree", "add", "-q", "../linked"]);
    assert!(is("../linked"));
}

#[test]
fn a_status_has_the_contracts_shape() {
    let scratch = Scratch::with(&[("a.txt", "one\n")]);
    scratch.with_origin();
    scratch.git(&["push", "-q", "-u", "origin", "main"]);
    scratch.commit_all("second");
    scratch.put("a.txt", "one\ntwo\n");
    let status = serde_json::to_value(scratch.contract().status().unwrap()).unwrap();
    let expected = json!({
        "current": "main", "tracking": "origin/main", "ahead": 1, "behind": 0,
        "files": [{"path": "a.txt", "index": " ", "working_dir": "M"}],
        "isClean": false, "diffStats": {"a.txt": {"insertions": 1, "deletions": 0}},
    });
    assert_eq!(status, expected);
}

#[test]
fn files_are_those_of_plain_git_in_its_order() {
    let long = "a long enough text\nto be found again\n";
    let scratch = Scratch::with(&[("b/old", long), ("gone", "x\n"), ("z", "x\n"), ("é \"q\"", "x\n"), ("m", "base\n")]);
    scratch.git(&["checkout", "-q", "-b", "side"]);
    scratch.put("m", "theirs\n");
    scratch.commit_all("theirs");
    scratch.git(&["checkout", "-q", "main"]);
    scratch.put("m", "ours\n");
    scratch.commit_all("ours");
    scratch.try_git(&["merge", "-q", "side"]);
    scratch.git(&["mv", "b/old", "a-new"]);
    fs::remove_file(scratch.root.join("gone")).unwrap();
    scratch.put("staged", "1\n");
    scratch.git(&["add", "staged"]);
    scratch.put("staged", "1\n2\n");
    scratch.put("z", "changed\n");
    scratch.put("é \"q\"", "changed\n");
    scratch.put("new/deep/file", "x");
    scratch.put(".gitignore", "ignored\n");
    scratch.put("ignored", "x");
    let files = ours(&scratch);
    assert_eq!(files, plain(&scratch));
    for row in ["R  a-new", " D gone", "UU m", "AM staged", "?? new/deep/file", " M é \"q\""] {
        assert!(files.contains(&row.to_owned()), "{row}: {files:?}");
    }
}

#[test]
fn a_file_missing_here_and_changed_there_are_both_in_the_header() {
    let scratch = Scratch::new();
    let status = scratch.contract().status().unwrap();
    assert_eq!((status.current.as_str(), status.tracking, status.is_clean), ("main", None, true));
    scratch.commit_all("first");
    scratch.git(&["checkout", "-q", "--detach"]);
    assert_eq!(scratch.contract().status().unwrap().current, "HEAD");
    scratch.git(&["checkout", "-q", "main"]);
    let origin = scratch.with_origin();
    scratch.git(&["push", "-q", "-u", "origin", "main"]);
    let colleague = scratch.colleague(&origin);
    colleague.commit_all("theirs");
    colleague.git(&["push", "-q"]);
    scratch.git(&["fetch", "-q"]);
    let status = scratch.contract().status().unwrap();
    assert_eq!((status.ahead, status.behind), (0, 1));
    scratch.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let status = scratch.contract().status().unwrap();
    assert_eq!((status.tracking.as_deref(), status.ahead, status.behind), (Some("origin/main"), 0, 0));
}

#[test]
fn lines_are_counted_staged_and_not_new_and_renamed() {
    let long = "one\ntwo\nthree\nfour\nfive\n";
    let scratch = Scratch::with(&[("old", long), ("both", "1\n"), ("picture", "\0\u{1}")]);
    scratch.git(&["mv", "old", "new"]);
    scratch.put("new", &format!("{long}six\n"));
    scratch.git(&["add", "new"]);
    scratch.put("both", "1\n2\n");
    scratch.git(&["add", "both"]);
    scratch.put("both", "2\n");
    scratch.put("picture", "\0\u{2}");
    scratch.put("fresh", "a\r\nb");
    scratch.put("empty", "");
    scratch.put("binary", "a\0\n");
    fs::File::create(scratch.root.join("huge")).unwrap().set_len((5 << 20) + 1).unwrap();
    symlink("fresh", scratch.root.join("link")).unwrap();
    let status = scratch.contract().status().unwrap();
    let counts: Vec<_> =
        status.diff_stats.iter().map(|(path, stat)| (path.as_str(), stat.insertions, stat.deletions)).collect();
    let expected =
        [("binary", 0, 0), ("both", 1, 1), ("empty", 0, 0), ("fresh", 2, 0), ("new", 1, 0), ("picture", 0, 0)];
    assert_eq!(counts, expected);
}

#[test]
fn a_folder_in_a_repository_sees_what_is_its_own() {
    let scratch = Scratch::with(&[("sub/a", "1\n"), ("b", "1\n")]);
    scratch.put("sub/a", "1\n2\n");
    scratch.put("sub/new", "x\n");
    scratch.put("b", "changed\n");
    let status = Scratch::contract_at(&scratch.root.join("sub")).status().unwrap();
    assert_eq!(status.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a", "new"]);
    assert_eq!(status.diff_stats["a"].insertions, 1);
    assert_eq!(status.diff_stats["new"].insertions, 1);
}

#[test]
fn without_a_repository_git_says_so() {
    let scratch = Scratch::bare_folder();
    let git = scratch.contract();
    for failure in [said(git.status()), said(git.branches(true)), said(git.log(&atelier_git::LogRange::default()))] {
        assert!(failure.contains("fatal: not a git repository"), "{failure}");
    }
}

#[test]
fn no_more_than_so_many_untracked_files_are_listed() {
    let scratch = Scratch::new();
    let folder = scratch.root.join("many");
    fs::create_dir(&folder).unwrap();
    for number in 0..50_010 {
        fs::File::create(folder.join(number.to_string())).unwrap();
    }
    scratch.put("tracked", "x");
    scratch.git(&["add", "tracked"]);
    let status = scratch.contract().status().unwrap();
    assert_eq!((status.files.len(), status.untracked_omitted), (50_001, 10));
}

//! Staging whole files.

use std::fs;

use crate::scratch::{Scratch, said};

fn files(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn files_are_staged_as_they_are_and_unstaged_again() {
    let scratch = Scratch::with(&[("a", "x\n"), ("gone", "x\n"), ("*", "x\n"), ("b", "x\n")]);
    for path in ["a", "b", "*", "dir/new"] {
        scratch.put(path, "changed\n");
    }
    fs::remove_file(scratch.root.join("gone")).unwrap();
    let git = scratch.contract();
    git.stage_files(&files(&["*", "gone", "dir"])).unwrap();
    let staged = || scratch.git(&["diff", "--cached", "--name-only"]);
    assert_eq!(staged(), "*\ndir/new\ngone\n");
    git.unstage_files(&files(&["gone", "dir/new"])).unwrap();
    assert_eq!(staged(), "*\n");
    assert_eq!(fs::read_to_string(scratch.root.join("dir/new")).unwrap(), "changed\n");
}

#[test]
fn names_that_are_no_unicode_are_staged_by_their_addresses() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let scratch = Scratch::with(&[("a", "x\n")]);
    let odd = scratch.root.join(OsStr::from_bytes(b"d\xe9/caf\xe9"));
    fs::create_dir(odd.parent().unwrap()).unwrap();
    fs::write(&odd, "x\n").unwrap();
    scratch.put("\"quoted\"", "x\n");
    let git = scratch.contract();
    let staged = || scratch.git(&["diff", "--cached", "--name-only"]);
    git.stage_files(&files(&["\"d\\351/caf\\351\"", "\"quoted\""])).unwrap();
    assert_eq!(staged(), "\"\\\"quoted\\\"\"\n\"d\\351/caf\\351\"\n");
    git.unstage_files(&files(&["\"d\\351\""])).unwrap();
    assert_eq!(staged(), "\"\\\"quoted\\\"\"\n");
    git.unstage_files(&files(&["\"\\\"quoted\\\"\""])).unwrap();
    assert_eq!(staged(), "");
}

#[test]
fn before_the_first_commit_files_are_unstaged_too() {
    let scratch = Scratch::new();
    scratch.put("a", "x");
    let git = scratch.contract();
    git.stage_files(&files(&["a"])).unwrap();
    git.unstage_files(&files(&["a"])).unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), "?? a\n");
}

#[test]
fn many_files_are_staged_in_parts() {
    let scratch = Scratch::new();
    let names: Vec<_> = (0..2000).map(|number| format!("{}/{number}", "long".repeat(20))).collect();
    for name in &names {
        scratch.put(name, "x");
    }
    scratch.contract().stage_files(&names).unwrap();
    assert_eq!(scratch.git(&["ls-files"]).lines().count(), 2000);
}

#[test]
fn nothing_is_staged_that_is_not_named() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    scratch.put("a", "changed\n");
    let git = scratch.contract();
    assert_eq!(said(git.stage_files(&[])), "At least one file is required");
    assert_eq!(said(git.unstage_files(&[])), "At least one file is required");
    for path in ["..", "../other", "."] {
        assert_eq!(said(git.stage_files(&files(&[path]))), "Invalid file path");
    }
    assert!(said(git.stage_files(&files(&["missing"]))).contains("did not match any files"));
    assert_eq!(scratch.git(&["diff", "--cached", "--name-only"]), "");
}

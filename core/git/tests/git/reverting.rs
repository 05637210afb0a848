//! The contract's revert of a file.

use std::fs;

use crate::scratch::{Scratch, said};

#[test]
fn a_changed_or_deleted_file_comes_back_staged_or_not() {
    let scratch = Scratch::with(&[("a", "one\n"), ("b", "one\n"), ("c", "one\n")]);
    let git = scratch.contract();
    scratch.put("a", "two\n");
    scratch.git(&["add", "a"]);
    scratch.put("a", "three\n");
    scratch.git(&["rm", "-q", "b"]);
    fs::remove_file(scratch.root.join("c")).unwrap();
    for path in ["a", "c"] {
        git.revert(path).unwrap();
    }
    assert_eq!(scratch.git(&["status", "--porcelain"]), "D  b\n");
    // What is gone from the index is not known any more, and there is nothing to remove.
    git.revert("b").unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "one\n");
}

#[test]
fn what_git_does_not_know_is_removed_unless_it_is_ignored() {
    let scratch = Scratch::with(&[(".gitignore", "ignored\n")]);
    for path in ["new", "folder/deep/file", "ignored"] {
        scratch.put(path, "x");
    }
    let git = scratch.contract();
    for path in ["new", "folder", "ignored", "missing"] {
        git.revert(path).unwrap();
    }
    assert!(!scratch.root.join("new").exists() && !scratch.root.join("folder").exists());
    assert!(scratch.root.join("ignored").exists());
}

#[test]
fn a_new_file_that_is_staged_is_only_unstaged_and_git_complains() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    scratch.put("new", "keep\n");
    scratch.git(&["add", "new"]);
    let failure = said(scratch.contract().revert("new"));
    assert!(failure.contains("did not match any file(s) known to git"), "{failure}");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "?? new\n");
}

#[test]
fn nothing_but_what_is_named_is_reverted() {
    let scratch = Scratch::with(&[("a", "x\n"), ("*", "x\n")]);
    scratch.put("a", "changed\n");
    scratch.put("*", "changed\n");
    let git = scratch.contract();
    for path in [".", "./", "a/..", "..", "../x", "/", scratch.root.to_str().unwrap()] {
        assert_eq!(said(git.revert(path)), "Invalid file path", "{path}");
    }
    assert_eq!(said(git.revert("")), "path parameter is required");
    git.revert("*").unwrap();
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M a\n");
    let nowhere = Scratch::bare_folder();
    nowhere.put("precious", "x");
    assert!(said(nowhere.contract().revert("precious")).contains("not a git repository"));
    assert!(nowhere.root.join("precious").exists());
}

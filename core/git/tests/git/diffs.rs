//! The contract's differences, and a file before and after.

use std::{fs, os::unix::fs::symlink};

use crate::scratch::{Scratch, said};

#[test]
fn a_difference_is_gits_own_text() {
    let scratch = Scratch::with(&[("a b", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"), ("same", "x\n")]);
    scratch.put("a b", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n");
    let git = scratch.contract();
    let plain = |options: &[&str]| scratch.git(&[&["diff", "--no-color"], options, &["--", "a b"]].concat());
    assert_eq!(git.diff("a b", false, None).unwrap(), plain(&[]));
    assert_eq!(git.diff("a b", false, Some(0)).unwrap(), plain(&["-U0"]));
    assert_eq!(git.diff("a b", false, Some(-5)).unwrap(), plain(&["-U0"]));
    assert_eq!(git.diff("a b", false, Some(i64::MAX)).unwrap(), plain(&["-U1000000"]));
    assert_eq!(git.diff("a b", true, None).unwrap(), "");
    assert_eq!(git.diff("same", false, None).unwrap(), "");
    scratch.git(&["add", "a b"]);
    assert_eq!(git.diff("a b", true, None).unwrap(), plain(&["--cached"]));
    assert_eq!(git.diff("a b", false, None).unwrap(), "");
    let inside = scratch.root.join("a b");
    assert_eq!(git.diff(inside.to_str().unwrap(), true, None).unwrap(), plain(&["--cached"]));
}

#[test]
fn a_new_file_differs_from_nothing_and_a_missing_one_is_an_error() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    scratch.put("new", "one\n");
    scratch.put("empty", "");
    let git = scratch.contract();
    let text = git.diff("new", false, None).unwrap();
    assert!(text.contains("--- /dev/null\n+++ b/new\n") && text.ends_with("+one\n"), "{text}");
    assert_eq!(git.diff("new", true, None).unwrap(), "");
    assert!(git.diff("empty", false, None).unwrap().contains("new file mode"));
    let missing = said(git.diff("missing", false, None));
    assert!(missing.contains("Could not access 'missing'"), "{missing}");
    assert_eq!(said(git.diff(" ", false, None)), "path parameter is required");
}

#[test]
fn nothing_outside_the_folder_is_shown() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    fs::write(scratch.outer.path().join("secret"), "secret\n").unwrap();
    symlink(scratch.outer.path(), scratch.root.join("way")).unwrap();
    let git = scratch.contract();
    let absolute = scratch.outer.path().join("secret");
    for path in ["../secret", "sub/../../secret", absolute.to_str().unwrap(), "a\0b"] {
        assert_eq!(said(git.diff(path, false, None)), "Invalid file path", "{path}");
        assert_eq!(said(git.file_diff(path)), "Invalid file path", "{path}");
    }
    assert_eq!(said(git.diff("way/secret", false, None)), "Invalid file path");
    assert_eq!(git.file_diff("way/secret").unwrap().modified, "");
    let link = git.diff("way", false, None).unwrap();
    assert!(link.contains("new file mode 120000") && link.contains("\n+/") && !link.contains("secret"), "{link}");
}

#[test]
fn a_file_before_and_after() {
    let scratch = Scratch::with(&[("sub/a", "old\n"), ("gone", "gone\n")]);
    scratch.put("sub/a", "new\n");
    scratch.put("fresh", "fresh\n");
    fs::remove_file(scratch.root.join("gone")).unwrap();
    symlink("fresh", scratch.root.join("link")).unwrap();
    let git = scratch.contract();
    for (path, original, modified) in
        [("sub/a", "old\n", "new\n"), ("fresh", "", "fresh\n"), ("gone", "gone\n", ""), ("link", "", "")]
    {
        let versions = serde_json::to_value(git.file_diff(path).unwrap()).unwrap();
        assert_eq!(versions, serde_json::json!({"original": original, "modified": modified, "path": path}));
    }
    let deeper = Scratch::contract_at(&scratch.root.join("sub"));
    assert_eq!(deeper.file_diff("a").unwrap().original, "old\n");
    assert_eq!(said(git.file_diff("")), "directory and path are required for getFileDiff");
}

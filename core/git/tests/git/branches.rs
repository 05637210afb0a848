//! The contract's branches.

use std::fs;

use serde_json::{Value, json};

use crate::scratch::{Scratch, said};

fn listed(scratch: &Scratch) -> Value {
    serde_json::to_value(scratch.contract().branches(true).unwrap()).unwrap()
}

#[test]
fn branches_have_the_contracts_shape() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    scratch.with_origin();
    scratch.git(&["push", "-q", "-u", "origin", "main"]);
    scratch.git(&["branch", "feature/x"]);
    scratch.git(&["worktree", "add", "-q", "../linked", "-b", "elsewhere"]);
    scratch.git(&["remote", "set-head", "origin", "main"]);
    scratch.commit_all("[ahead 1] second");
    let (first, second) =
        (scratch.git(&["rev-parse", "--short", "HEAD~1"]), scratch.git(&["rev-parse", "--short", "HEAD"]));
    let (first, second) = (first.trim(), second.trim());
    let expected = json!({
        "all": ["elsewhere", "feature/x", "main", "remotes/origin/main"],
        "current": "main",
        "branches": {
            "elsewhere": {"current": false, "name": "elsewhere", "commit": first, "label": "first", "linkedWorkTree": true},
            "feature/x": {"current": false, "name": "feature/x", "commit": first, "label": "first"},
            "main": {"current": true, "name": "main", "commit": second, "label": "[ahead 1] second",
                     "tracking": "origin/main", "ahead": 1, "behind": 0},
            "remotes/origin/main": {"current": false, "name": "remotes/origin/main", "commit": first, "label": "first"},
        },
    });
    assert_eq!(listed(&scratch), expected);
}

#[test]
fn what_the_remote_no_longer_has_is_left_out_and_kept_when_it_does_not_answer() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    let origin = scratch.with_origin();
    scratch.git(&["push", "-q", "origin", "main", "main:old"]);
    scratch.git(&["update-ref", "refs/remotes/other/old", "HEAD"]);
    scratch.git(&["--git-dir", origin.to_str().unwrap(), "branch", "-D", "old"]);
    let names = |all: &[&str]| json!(all);
    assert_eq!(listed(&scratch)["all"], names(&["main", "remotes/origin/main", "remotes/other/old"]));
    // The answer holds for a minute.
    fs::rename(&origin, origin.with_extension("away")).unwrap();
    assert_eq!(listed(&scratch)["all"], names(&["main", "remotes/origin/main", "remotes/other/old"]));
    let silent = Scratch::with(&[("a", "x\n")]);
    silent.git(&["remote", "add", "origin", "/nowhere/at/all"]);
    silent.git(&["update-ref", "refs/remotes/origin/old", "HEAD"]);
    assert_eq!(listed(&silent)["all"], names(&["main", "remotes/origin/old"]));
}

#[test]
fn a_commit_that_is_checked_out_is_an_entry_and_before_the_first_there_is_none() {
    let scratch = Scratch::new();
    assert_eq!(listed(&scratch), json!({"all": [], "current": "", "branches": {}}));
    scratch.commit_all("first");
    scratch.git(&["checkout", "-q", "--detach"]);
    let commit = scratch.git(&["rev-parse", "--short", "HEAD"]).trim().to_owned();
    let listed = listed(&scratch);
    assert_eq!((&listed["current"], &listed["all"]), (&json!(commit), &json!([commit, "main"])));
    assert_eq!(listed["branches"][&commit]["label"], "first");
}

#[test]
fn branches_are_made_checked_out_and_deleted() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    scratch.commit_all("second");
    let git = scratch.contract();
    assert_eq!(git.create_branch("one", None).unwrap(), "one");
    assert_eq!(git.create_branch("two", Some("HEAD~1")).unwrap(), "two");
    assert_eq!(scratch.git(&["log", "--format=%s"]), "first\n");
    assert_eq!(git.checkout_branch("main").unwrap(), "main");
    assert!(said(git.create_branch("one", None)).contains("already exists"));
    assert!(said(git.checkout_branch("missing")).contains("did not match any file(s) known to git"));
    git.delete_branch("refs/heads/one", false).unwrap();
    git.checkout_branch("two").unwrap();
    scratch.commit_all("only here");
    git.checkout_branch("main").unwrap();
    assert!(said(git.delete_branch("two", false)).contains("is not fully merged"));
    git.delete_branch("two", true).unwrap();
    assert_eq!(scratch.git(&["branch", "--format=%(refname:short)"]), "main\n");
    let unborn = Scratch::new();
    assert_eq!(unborn.contract().create_branch("start", None).unwrap(), "start");
    assert_eq!(unborn.git(&["symbolic-ref", "--short", "HEAD"]), "start\n");
}

#[test]
fn a_name_that_is_a_files_and_no_branchs_loses_nothing() {
    let scratch = Scratch::with(&[("a", "x\n"), ("sub/b", "x\n")]);
    scratch.put("a", "changed\n");
    scratch.put("sub/b", "changed\n");
    let git = scratch.contract();
    for name in ["a", "sub", ".", "*"] {
        let failure = said(git.checkout_branch(name));
        assert!(failure.contains("did not match any file(s) known to git"), "{name}: {failure}");
    }
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M a\n M sub/b\n");
    // Where there are both, it is the branch.
    scratch.git(&["branch", "a"]);
    git.checkout_branch("a").unwrap();
    assert_eq!(scratch.git(&["symbolic-ref", "--short", "HEAD"]), "a\n");
    // One that only the remote has is made here, as git does.
    scratch.with_origin();
    scratch.git(&["push", "-q", "origin", "a:theirs"]);
    git.checkout_branch("theirs").unwrap();
    assert_eq!(scratch.git(&["rev-parse", "--abbrev-ref", "theirs@{upstream}"]), "origin/theirs\n");
    assert_eq!(scratch.git(&["status", "--porcelain"]), " M a\n M sub/b\n");
}

#[test]
fn names_that_are_missing_or_options_are_refused() {
    let scratch = Scratch::with(&[("a", "x\n")]);
    let git = scratch.contract();
    assert_eq!(said(git.create_branch(" ", None)), "name is required");
    assert_eq!(said(git.checkout_branch("")), "branch is required");
    assert_eq!(said(git.delete_branch("", true)), "branch is required");
    assert_eq!(said(git.delete_remote_branch("", None)), "branch is required to delete remote branch");
    for refused in [
        git.create_branch("--orphan", None).map(drop),
        git.create_branch("x", Some("--force")).map(drop),
        git.checkout_branch("-f").map(drop),
        git.delete_branch("--all", true),
        git.delete_branch("refs/heads/-x", true),
        git.delete_remote_branch("-x", None),
    ] {
        assert_eq!(said(refused), "Invalid branch name");
    }
    assert_eq!(said(git.delete_remote_branch("x", Some("--all"))), "Invalid remote name");
}

//! The contract's push, pull and fetch, and cloning: over folders, and over HTTP served by git itself.

use std::{cell::Cell, fs, path::Path};

use atelier_git::{CloneUrl, Git, GitOptions, GitProgress};
use atelier_workspace::Folder;
use serde_json::json;

use crate::scratch::{Scratch, said};

fn quiet(_: GitProgress) {}

fn none() -> GitOptions {
    GitOptions::default()
}

fn json_of(value: impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap()
}

/// A repository with a commit and an empty origin.
fn project() -> (Scratch, std::path::PathBuf) {
    let scratch = Scratch::with(&[("a", "1\n2\n")]);
    let origin = scratch.with_origin();
    (scratch, origin)
}

#[test]
fn a_push_has_the_contracts_shape() {
    let (scratch, origin) = project();
    let git = scratch.contract();
    let pushed = json_of(git.push(None, None, &none(), &mut quiet).unwrap());
    let entry = |new: bool| {
        json!({"local": "refs/heads/main", "remote": "refs/heads/main", "new": new, "alreadyUpdated": !new,
               "deleted": false, "tag": false, "branch": true})
    };
    let expected = json!({
        "success": true, "pushed": [entry(true)], "repo": origin, "ref": {"local": "refs/remotes/origin/main"},
    });
    assert_eq!(pushed, expected);
    let again = json_of(git.push(Some("origin"), Some("main"), &none(), &mut quiet).unwrap());
    assert_eq!(again["pushed"], json!([entry(false)]));
    scratch.git(&["tag", "v1"]);
    let tagged = json_of(git.push(None, Some("v1"), &none(), &mut quiet).unwrap());
    assert_eq!((&tagged["pushed"][0]["tag"], &tagged["ref"]), (&json!(true), &json!(null)));
}

#[test]
fn a_push_that_is_refused_says_so_and_force_is_an_option() {
    let (scratch, origin) = project();
    let git = scratch.contract();
    git.push(None, None, &none(), &mut quiet).unwrap();
    let colleague = scratch.colleague(&origin);
    colleague.commit_all("theirs");
    colleague.git(&["push", "-q"]);
    scratch.commit_all("ours");
    let failure = said(git.push(None, None, &none(), &mut quiet));
    assert!(failure.contains("[rejected]") && !failure.contains("objects:"), "{failure}");
    let force = GitOptions::from_json(&json!({"--force": true})).unwrap();
    let pushed = git.push(None, Some("main"), &force, &mut quiet).unwrap();
    assert!(!pushed.pushed[0].new && !pushed.pushed[0].already_updated);
    assert!(said(git.push(Some("nowhere"), None, &none(), &mut quiet)).contains("nowhere"));
    assert_eq!(said(git.push(Some("--all"), None, &none(), &mut quiet)), "Invalid remote name");
    assert_eq!(said(git.push(None, Some("--all"), &none(), &mut quiet)), "Invalid branch name");
}

#[test]
fn a_pull_counts_what_changed_and_nothing_where_nothing_did() {
    let (scratch, origin) = project();
    let git = scratch.contract();
    scratch.git(&["push", "-q", "-u", "origin", "main"]);
    let colleague = scratch.colleague(&origin);
    colleague.put("a", "1\n");
    colleague.put("new é", "1\n2\n3\n");
    colleague.commit_all("theirs");
    colleague.git(&["push", "-q"]);
    let pulled = json_of(git.pull(None, None, &none(), &mut quiet).unwrap());
    let expected = json!({
        "success": true, "summary": {"changes": 2, "insertions": 3, "deletions": 1}, "files": ["a", "new é"],
        "insertions": 3, "deletions": 1,
    });
    assert_eq!(pulled, expected);
    let nothing = json_of(git.pull(Some("origin"), Some("main"), &none(), &mut quiet).unwrap());
    assert_eq!((&nothing["files"], &nothing["summary"]["changes"]), (&json!([]), &json!(0)));
    let unborn = Scratch::new();
    unborn.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    let first = unborn.contract().pull(None, Some("main"), &none(), &mut quiet).unwrap();
    assert_eq!((first.summary.changes, first.insertions), (2, 4));
}

#[test]
fn a_pull_that_fails_tells_the_last_fatal_line() {
    let (scratch, origin) = project();
    let git = scratch.contract();
    scratch.git(&["push", "-q", "-u", "origin", "main"]);
    let colleague = scratch.colleague(&origin);
    colleague.commit_all("theirs");
    colleague.git(&["push", "-q"]);
    scratch.commit_all("ours");
    let diverged = said(git.pull(None, None, &none(), &mut quiet));
    assert_eq!(diverged, "Need to specify how to reconcile divergent branches.");
    let missing = said(git.pull(Some("nowhere"), Some("main"), &none(), &mut quiet));
    assert!(!missing.contains("fatal") && !missing.is_empty(), "{missing}");
    let merge = GitOptions::from_json(&json!({"--no-rebase": null, "--no-edit": true, "--ff-only": false})).unwrap();
    git.pull(None, None, &merge, &mut quiet).unwrap();
    assert_eq!(scratch.git(&["rev-list", "--count", "--merges", "HEAD"]), "1\n");
}

#[test]
fn a_fetch_brings_refs_and_changes_no_file() {
    let (scratch, origin) = project();
    scratch.git(&["push", "-q", "-u", "origin", "main"]);
    let colleague = scratch.colleague(&origin);
    colleague.commit_all("theirs");
    colleague.git(&["push", "-q"]);
    colleague.git(&["push", "-q", "origin", "main:other"]);
    let git = scratch.contract();
    git.fetch(Some("origin"), Some("main"), &none(), &mut quiet).unwrap();
    assert_eq!(git.status().unwrap().behind, 1);
    assert!(!scratch.try_git(&["rev-parse", "--verify", "-q", "origin/other"]).status.success());
    git.fetch(None, None, &none(), &mut quiet).unwrap();
    assert!(scratch.try_git(&["rev-parse", "--verify", "-q", "origin/other"]).status.success());
    assert_eq!(said(git.fetch(Some("-x"), None, &none(), &mut quiet)), "Invalid remote name");
}

#[test]
fn a_branch_of_the_remote_is_deleted_and_gone_from_the_list_at_once() {
    let (scratch, _) = project();
    scratch.git(&["push", "-q", "origin", "main", "main:old"]);
    let git = scratch.contract();
    let names = |git: &Git<'_>| git.branches(true).unwrap().branches.into_iter().map(|b| b.name).collect::<Vec<_>>();
    assert_eq!(names(&git), ["main", "remotes/origin/main", "remotes/origin/old"]);
    git.delete_remote_branch("refs/heads/old", None).unwrap();
    assert_eq!(names(&git), ["main", "remotes/origin/main"]);
    let failure = said(git.delete_remote_branch("old", Some("origin")));
    assert!(failure.contains("remote ref does not exist"), "{failure}");
}

#[test]
fn a_clone_shows_how_far_it_is() {
    let (scratch, origin) = project();
    scratch.git(&["push", "-q", "origin", "main"]);
    let target = scratch.outer.path().join("clone");
    fs::create_dir(&target).unwrap();
    let mut stages = Vec::new();
    let url = CloneUrl::new(&format!("file://{}", origin.display())).unwrap();
    let mut tell = |progress: GitProgress| stages.push((progress.stage, progress.percent));
    Scratch::contract_at(&target).clone_here(&url, &mut tell).unwrap();
    assert_eq!(fs::read_to_string(target.join("a")).unwrap(), "1\n2\n");
    assert!(stages.contains(&("Receiving objects".to_owned(), Some(100))), "{stages:?}");
    let failure = said(Scratch::contract_at(&target).clone_here(&url, &mut quiet));
    assert_eq!(failure, "The folder to clone into is not empty; choose another.");
    assert!(target.join("a").exists());
}

#[test]
fn a_clone_that_fails_or_is_stopped_leaves_the_folder_empty() {
    let (scratch, origin) = project();
    scratch.git(&["push", "-q", "origin", "main"]);
    let target = scratch.outer.path().join("clone");
    fs::create_dir(&target).unwrap();
    let empty = |path: &Path| fs::read_dir(path).unwrap().next().is_none();
    let missing = CloneUrl::new("file:///nowhere/at/all").unwrap();
    let failure = said(Scratch::contract_at(&target).clone_here(&missing, &mut quiet));
    assert!(failure.contains("nowhere") && empty(&target), "{failure}");
    let stop = Cell::new(false);
    let stopped = || stop.get();
    let git = Git::at(Folder::open(&target).unwrap(), &stopped).unwrap();
    let mut tell = |_: GitProgress| stop.set(true);
    // It ends soon after the first progress, or was done before that was seen.
    let url = CloneUrl::new(&format!("file://{}", origin.display())).unwrap();
    if git.clone_here(&url, &mut tell).is_err() {
        assert!(empty(&target));
    }
    stop.set(true);
    fs::read_dir(&target).unwrap().flatten().for_each(|entry| {
        let _ = fs::remove_dir_all(entry.path());
        let _ = fs::remove_file(entry.path());
    });
    assert!(git.clone_here(&url, &mut quiet).is_err());
    assert!(empty(&target));
}

#[test]
fn a_repository_is_made_and_made_again_without_loss() {
    let scratch = Scratch::bare_folder();
    scratch.put("a", "x");
    let git = scratch.contract();
    git.init(Some("trunk")).unwrap();
    assert!(Git::is_repository(&Folder::open(&scratch.root).unwrap()));
    assert_eq!(scratch.git(&["symbolic-ref", "--short", "HEAD"]), "trunk\n");
    git.init(None).unwrap();
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "x");
    assert_eq!(said(git.init(Some("--bare"))), "Invalid branch name");
}

//! What git says, in types: over real git.

use std::{fs, os::unix::fs::PermissionsExt as _};

use atelier_git::{GitError, Move, Repository};
use atelier_workspace::{Folder, RelativePath};

use crate::scratch::{Scratch, at, going_on};

fn rows(repository: &Repository) -> Vec<String> {
    let status = repository.status(&RelativePath::root(), &going_on).unwrap();
    status.files.iter().map(|file| format!("{}{} {}", file.index, file.worktree, file.path)).collect()
}

#[test]
fn a_folder_without_a_repository_and_one_inside_of_git_are_told_apart() {
    let scratch = Scratch::bare_folder();
    assert!(matches!(scratch.open(), Err(GitError::NotARepository)));
    let scratch = Scratch::new();
    assert!(matches!(Scratch::open_at(&scratch.root.join(".git")), Err(GitError::FilesElsewhere)));
}

#[test]
fn before_the_first_commit_there_is_a_branch_and_no_log() {
    let scratch = Scratch::new();
    scratch.put("a", "");
    let repository = scratch.open().unwrap();
    let status = repository.status(&RelativePath::root(), &going_on).unwrap();
    assert_eq!((status.branch.as_deref(), status.commit), (Some("main"), None));
    assert!(matches!(repository.log(None, 5, &going_on), Err(GitError::NoCommits)));
    assert_eq!(repository.branches(&going_on).unwrap().current.as_deref(), Some("main"));
    assert!(matches!(repository.commit("x", &[], &going_on), Err(GitError::NothingToCommit)));
    let made = repository.commit("first", &[at("a")], &going_on).unwrap();
    assert_eq!(repository.log(None, 5, &going_on).unwrap()[0].subject, "first");
    assert_eq!(made.hash.len(), 40);
}

#[test]
fn every_change_is_told_with_odd_names_too() {
    let odd = "é \"quoted\"\n\ttab";
    let scratch = Scratch::with(&[("old", "a long enough text\n"), ("gone", "x\n"), (odd, "x\n"), ("mode", "x")]);
    scratch.git(&["mv", "old", "new"]);
    fs::remove_file(scratch.root.join("gone")).unwrap();
    scratch.put(odd, "y\n");
    scratch.put("deep/er/file", "");
    let repository = scratch.open().unwrap();
    let changed = format!(".M {odd}");
    assert_eq!(rows(&repository), [".D gone", "R. new", &changed, "?? deep/"]);
    let status = repository.status(&RelativePath::root(), &going_on).unwrap();
    assert_eq!(status.moves, [Move { from: "old".into(), to: "new".into() }]);
    assert_eq!(repository.status(&at("deep"), &going_on).unwrap().files.len(), 1);
}

#[test]
fn a_project_deep_in_a_repository_sees_what_is_its_own() {
    let scratch = Scratch::with(&[("top", "x\n"), ("sub/in", "x\n")]);
    scratch.put("top", "y\n");
    scratch.put("sub/in", "y\n");
    let repository = Scratch::open_at(&scratch.root.join("sub")).unwrap();
    assert_eq!(rows(&repository), [".M in"]);
    let diff = repository.diff(&RelativePath::root(), false, &going_on).unwrap().text;
    assert!(diff.contains("sub/in") && !diff.contains("top"), "{diff}");
    repository.commit("inside", &[at("in")], &going_on).unwrap();
    assert_eq!(scratch.git(&["show", "--format=", "--name-only"]).trim(), "sub/in");
}

#[test]
fn a_conflict_is_seen() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    scratch.git(&["checkout", "-q", "-b", "other"]);
    scratch.put("a", "two\n");
    scratch.git(&["commit", "-qam", "two"]);
    scratch.git(&["checkout", "-q", "main"]);
    scratch.put("a", "three\n");
    scratch.git(&["commit", "-qam", "three"]);
    assert!(!scratch.try_git(&["merge", "other"]).status.success());
    let repository = scratch.open().unwrap();
    let status = repository.status(&RelativePath::root(), &going_on).unwrap();
    assert!(status.in_conflict());
    assert!(repository.diff(&RelativePath::root(), false, &going_on).unwrap().text.contains("<<<<<<<"));
    assert!(matches!(repository.commit("x", &[], &going_on), Err(GitError::Refused { .. })));
}

#[test]
fn files_that_are_named_are_committed_and_nothing_else() {
    let scratch = Scratch::with(&[("a", "one\n"), ("b", "one\n"), ("gone", "x\n")]);
    scratch.put("b", "two\n");
    scratch.git(&["add", "b"]);
    scratch.put("a", "two\n");
    scratch.put("-new *", "something else\n");
    fs::remove_file(scratch.root.join("gone")).unwrap();
    let repository = scratch.open().unwrap();
    let made = repository.commit("some\n\nbody", &[at("a"), at("-new *"), at("gone")], &going_on).unwrap();
    assert!(made.summary.starts_with("3 files changed"), "{}", made.summary);
    assert_eq!(rows(&repository), ["M. b"], "what else is staged stays so");
    assert_eq!(scratch.git(&["log", "-1", "--format=%B"]).trim(), "some\n\nbody");
    let unknown = repository.commit("x", &[at("nowhere")], &going_on).unwrap_err().to_string();
    assert!(unknown.contains("did not match any files"), "{unknown}");
    repository.commit("staged", &[], &going_on).unwrap();
    assert_eq!(rows(&repository), [""; 0]);
    assert!(matches!(repository.commit("again", &[at("a")], &going_on), Err(GitError::NothingToCommit)));
}

#[test]
fn hooks_run_with_a_commit_and_are_announced() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    assert!(repository.commit_runs(&going_on).unwrap().is_empty());
    let hook = scratch.program("pre-commit", "echo tests are red; exit 1");
    fs::copy(hook, scratch.root.join(".git/hooks/pre-commit")).unwrap();
    scratch.put(".git/hooks/commit-msg", "not executable");
    scratch.put("a", "two\n");
    assert_eq!(repository.commit_runs(&going_on).unwrap().hooks, ["pre-commit"]);
    let refused = repository.commit("x", &[at("a")], &going_on).unwrap_err().to_string();
    assert!(refused.contains("tests are red") && scratch.has_run(), "{refused}");
    // Hooks in the project, as many keep them.
    let hook = scratch.put(".hooks/commit-msg", "#!/bin/sh\n");
    fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).unwrap();
    scratch.git(&["config", "core.hooksPath", ".hooks"]);
    let runs = scratch.open().unwrap().commit_runs(&going_on).unwrap();
    assert_eq!(
        (runs.hooks, runs.settings),
        (vec!["commit-msg".to_owned()], vec!["core.hookspath = .hooks".to_owned()])
    );
}

#[test]
fn branches_are_listed_and_made() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    repository.create_branch("fix/é", &going_on).unwrap();
    let branches = repository.branches(&going_on).unwrap();
    assert_eq!(branches.current.as_deref(), Some("fix/é"));
    let names: Vec<_> = branches.all.iter().map(|branch| (branch.name.as_str(), branch.subject.as_str())).collect();
    assert_eq!(names, [("fix/é", "first"), ("main", "first")]);
    let again = repository.create_branch("main", &going_on).unwrap_err().to_string();
    assert!(again.contains("already exists"), "{again}");
    for name in ["-f", "", "a b", "a..b", "--orphan=x", "@{-1}"] {
        assert!(matches!(repository.create_branch(name, &going_on), Err(GitError::BranchName { .. })), "{name}");
    }
    scratch.git(&["checkout", "-q", "--detach"]);
    assert_eq!(repository.branches(&going_on).unwrap().current, None);
}

#[test]
fn a_push_reaches_its_remote_by_name_and_never_by_force() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    let none = repository.push_target(None, None, &going_on).unwrap_err().to_string();
    assert!(none.contains("origin") && none.contains("none"), "{none}");
    let remote = Scratch::bare_folder();
    remote.git(&["init", "-q", "--bare"]);
    scratch.git(&["remote", "add", "origin", remote.root.to_str().unwrap()]);
    let target = repository.push_target(None, None, &going_on).unwrap();
    assert_eq!((target.branch.as_str(), target.ahead), ("main", None));
    assert_eq!(repository.push(&target, &going_on).unwrap().summary, "[new branch]");
    assert_eq!(remote.git(&["log", "--format=%s", "main"]).trim(), "first");
    assert_eq!(repository.push_target(None, None, &going_on).unwrap().ahead, Some(0));
    assert_eq!(repository.push(&target, &going_on).unwrap().summary, "[up to date]");
    scratch.git(&["commit", "-q", "--amend", "-m", "other"]);
    let rejected = repository.push(&target, &going_on).unwrap_err().to_string();
    assert!(rejected.contains("[rejected]"), "{rejected}");
    for (remote, branch) in [
        ("https://example.com/x", "main"),
        ("--exec=x", "main"),
        ("origin", "+main"),
        ("origin", ":main"),
        ("origin", "none"),
    ] {
        assert!(repository.push_target(Some(remote), Some(branch), &going_on).is_err(), "{remote} {branch}");
    }
    scratch.git(&["remote", "set-url", "origin", "https://me:hunter2@localhost:1/x"]);
    let target = repository.push_target(None, None, &going_on).unwrap();
    assert_eq!(target.addresses, ["https://localhost:1/x"]);
    let failed = repository.push(&target, &going_on).unwrap_err().to_string();
    assert!(!failed.contains("hunter2"), "{failed}");
}

#[test]
fn a_huge_diff_is_cut_and_what_is_stopped_ends() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    scratch.put("a", &"line\n".repeat(2_000_000));
    let repository = scratch.open().unwrap();
    let diff = repository.diff(&RelativePath::root(), false, &going_on).unwrap();
    assert!(diff.truncated && diff.text.len() == 8 << 20);
    assert!(matches!(repository.status(&RelativePath::root(), &|| true), Err(GitError::Stopped)));
    assert!(matches!(Repository::open(&Folder::open(&scratch.root).unwrap(), &|| true), Err(GitError::Stopped)));
}

//! Working trees beside the main one: over real git.

use std::fs;

use atelier_git::{Archiving, GitError, MergeKind, Moved, Repository, WorktreeRequest};

use crate::scratch::{Scratch, going_on};

fn made(repository: &Repository, name: &str) -> (std::path::PathBuf, String) {
    let request = WorktreeRequest { name: name.into(), ..WorktreeRequest::default() };
    let made = repository.create_worktree(&request, &going_on).unwrap();
    (made.path.into(), made.branch)
}

#[test]
fn working_trees_are_listed_added_and_removed_as_git_does() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    let beside = scratch.outer.path().canonicalize().unwrap().join("beside ü");
    repository.add_worktree(&beside, "fix", true, None, &going_on).unwrap();
    let listed = repository.worktrees(&going_on).unwrap();
    assert_eq!(listed[0].worktree, scratch.root.to_str().unwrap());
    assert_eq!(
        (listed[1].worktree.as_str(), listed[1].branch.as_deref()),
        (beside.to_str().unwrap(), Some("refs/heads/fix"))
    );
    let used = repository.add_worktree(&scratch.outer.path().join("x"), "fix", false, None, &going_on);
    assert!(used.unwrap_err().to_string().contains("is already used by worktree"));
    let there = Scratch::open_at(&beside).unwrap();
    assert!(there.is_linked(&going_on).unwrap() && !repository.is_linked(&going_on).unwrap());
    fs::create_dir(scratch.root.join("sub")).unwrap();
    assert!(!Scratch::open_at(&scratch.root.join("sub")).unwrap().is_linked(&going_on).unwrap());
    fs::write(beside.join("a"), "two\n").unwrap();
    let dirty = repository.remove_worktree(&beside, false, &going_on).unwrap_err().to_string();
    assert!(dirty.contains("use --force to delete it"), "{dirty}");
    repository.remove_worktree(&beside, true, &going_on).unwrap();
    assert!(!beside.exists());
    for branch in ["-b", "a..b", ""] {
        let refused = repository.add_worktree(&beside, branch, true, None, &going_on);
        assert!(matches!(refused, Err(GitError::BranchName { .. })), "{branch}");
    }
}

#[test]
fn a_working_tree_for_an_agent_is_ignored_changed_merged_and_put_away() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    let (path, branch) = made(&repository, "Fix the parser!");
    assert_eq!(
        (path.clone(), branch.as_str()),
        (scratch.root.join(".atelier/fix-the-parser"), "atelier/fix-the-parser")
    );
    assert_eq!(made(&repository, "fix the parser").1, "atelier/fix-the-parser-2");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "", "git ignores it");
    assert_eq!(fs::read_to_string(scratch.root.join(".git/info/exclude")).unwrap().matches("/.atelier/").count(), 1);
    fs::write(path.join("a"), "two\n").unwrap();
    let dirty = repository.merge_worktree(&path, MergeKind::Plain, &going_on);
    assert!(matches!(dirty, Err(GitError::WorktreeDirty { .. })), "{dirty:?}");
    let archive = |archiving| repository.archive_worktree(&path, archiving, &going_on);
    assert!(matches!(archive(Archiving::default()), Err(GitError::WorktreeDirty { .. })));
    scratch.git(&["-C", path.to_str().unwrap(), "commit", "-qam", "two"]);
    fs::write(path.join("new"), "n\n").unwrap();
    let changes = repository.worktree_changes(&path, None, &going_on).unwrap();
    assert_eq!((changes.ahead, changes.behind, changes.committed[0].path.as_str()), (1, 0, "a"));
    assert_eq!(changes.changes.untracked[0].path, "new");
    fs::remove_file(path.join("new")).unwrap();
    let listed = repository.worktree_list(&going_on).unwrap();
    let shown: Vec<_> = listed.iter().map(|tree| (tree.label.as_str(), tree.relative_path.as_str())).collect();
    assert_eq!(shown[0], ("atelier/fix-the-parser", ".atelier/fix-the-parser"));
    assert!(!listed[0].status.as_ref().unwrap().is_dirty);
    // Its commit is nowhere else.
    assert!(matches!(archive(Archiving::default()), Err(GitError::Unmerged { .. })));
    assert!(path.join("a").exists() && scratch.git(&["branch"]).contains(&branch));
    assert!(matches!(repository.merge_worktree(&path, MergeKind::Plain, &going_on).unwrap(), Moved::Done { .. }));
    assert_eq!(fs::read_to_string(scratch.root.join("a")).unwrap(), "two\n");
    let archived = archive(Archiving::default()).unwrap();
    assert_eq!(archived.branch, Some(branch.clone()));
    assert!(!path.exists() && !scratch.git(&["branch", "--list", &branch]).contains(&branch));
    scratch.git(&["branch", &branch, &archived.commit]);
}

#[test]
fn unmerged_work_goes_only_when_it_was_said() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let repository = scratch.open().unwrap();
    let (path, branch) = made(&repository, "x");
    scratch.git(&["-C", path.to_str().unwrap(), "commit", "-q", "--allow-empty", "-m", "work"]);
    fs::write(path.join("a"), "changed\n").unwrap();
    for archiving in [
        Archiving { with_changes: true, unmerged: false, ..Archiving::default() },
        Archiving { with_changes: false, unmerged: true, ..Archiving::default() },
    ] {
        assert!(repository.archive_worktree(&path, archiving, &going_on).is_err());
        assert!(path.join("a").exists() && scratch.git(&["branch"]).contains(&branch));
    }
    let all = Archiving { with_changes: true, unmerged: true, ..Archiving::default() };
    repository.archive_worktree(&path, all, &going_on).unwrap();
    assert!(!path.exists());
    // The project's own is none of those.
    let own = repository.archive_worktree(&scratch.root, all, &going_on);
    assert!(matches!(own, Err(GitError::NoSuchWorktree { .. })), "{own:?}");
    let foreign = Scratch::with(&[("a", "x\n")]);
    let (theirs, _) = made(&foreign.open().unwrap(), "y");
    let refused = repository.archive_worktree(&theirs, all, &going_on);
    assert!(matches!(refused, Err(GitError::NoSuchWorktree { .. })), "{refused:?}");
    assert!(theirs.exists());
}

#[test]
fn what_only_the_remote_branch_has_is_work_that_would_go_with_it() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let remote = scratch.outer.path().join("remote.git");
    scratch.git(&["init", "-q", "--bare", remote.to_str().unwrap()]);
    scratch.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
    let repository = scratch.open().unwrap();
    let (path, branch) = made(&repository, "x");
    scratch.git(&["-C", path.to_str().unwrap(), "commit", "-q", "--allow-empty", "-m", "work"]);
    scratch.git(&["push", "-q", "origin", &branch]);
    let with_remote = Archiving { remote_branch: true, ..Archiving::default() };
    let refused = repository.archive_worktree(&path, with_remote, &going_on);
    assert!(matches!(refused, Err(GitError::Unmerged { .. })), "{refused:?}");
    assert!(path.join("a").exists() && scratch.git(&["branch"]).contains(&branch));
    repository.archive_worktree(&path, Archiving::default(), &going_on).unwrap();
    assert!(scratch.git(&["branch", "-r"]).contains(&branch), "there it stays");
}

#[test]
fn the_exclude_file_is_found_where_it_is_and_never_through_a_link() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    fs::create_dir(scratch.root.join(".openchamber")).unwrap();
    fs::remove_dir_all(scratch.root.join(".git/info")).unwrap();
    let repository = scratch.open().unwrap();
    repository.ensure_ignored(&going_on).unwrap();
    let exclude = scratch.root.join(".git/info/exclude");
    assert_eq!(fs::read_to_string(&exclude).unwrap(), "/.openchamber/\n");
    fs::write(&exclude, "x\n /.openchamber/ ").unwrap();
    repository.ensure_ignored(&going_on).unwrap();
    assert_eq!(fs::read_to_string(&exclude).unwrap(), "x\n /.openchamber/ ");
    fs::write(&exclude, "x").unwrap();
    repository.ensure_ignored(&going_on).unwrap();
    assert_eq!(fs::read_to_string(&exclude).unwrap(), "x\n/.openchamber/\n");
    // In a working tree beside the main one it is the same file.
    let beside = scratch.outer.path().join("beside");
    repository.add_worktree(&beside, "b", true, None, &going_on).unwrap();
    Scratch::open_at(&beside).unwrap().ensure_ignored(&going_on).unwrap();
    assert_eq!(fs::read_to_string(&exclude).unwrap(), "x\n/.openchamber/\n/.atelier/\n");
    let private = scratch.outer.path().join("private");
    fs::write(&private, "mine\n").unwrap();
    fs::remove_file(&exclude).unwrap();
    std::os::unix::fs::symlink(&private, &exclude).unwrap();
    assert!(repository.ensure_ignored(&going_on).is_err());
    assert_eq!(fs::read_to_string(&private).unwrap(), "mine\n");
}

#[test]
fn a_project_deep_in_a_repository_has_its_folder_ignored_where_it_is() {
    let scratch = Scratch::with(&[("odd [x]/a", "one\n")]);
    let repository = Scratch::open_at(&scratch.root.join("odd [x]")).unwrap();
    let (path, _) = made(&repository, "x");
    assert!(path.starts_with(scratch.root.join("odd [x]/.atelier")));
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_folder_that_leads_elsewhere_gets_no_working_tree() {
    let scratch = Scratch::with(&[("a", "one\n")]);
    let elsewhere = scratch.outer.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, scratch.root.join(".atelier")).unwrap();
    let request = WorktreeRequest { name: "x".into(), ..WorktreeRequest::default() };
    assert!(scratch.open().unwrap().create_worktree(&request, &going_on).is_err());
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    assert!(matches!(Scratch::new().open().unwrap().create_worktree(&request, &going_on), Err(GitError::NoCommits)));
}

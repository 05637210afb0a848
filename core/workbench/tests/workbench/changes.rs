//! What a person does about changes, history and working trees through the façade: the roots hold, what would lose something
//! has to be meant, and a project's own script is not run unasked.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use atelier_workbench::{
    Archiving, DiffQuery, ErrorKind, MergeKind, Moved, NewWorktreeSession, Selection, SetupOrigin, Side, Workbench,
    WorktreeRequest,
};

use crate::support::Home;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@localhost"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A workbench, and a repository with one commit in the folder that is worked in.
async fn project(home: &Home) -> (Workbench, PathBuf, String) {
    let folder = home.path().canonicalize().unwrap().join("project");
    fs::create_dir(&folder).unwrap();
    git(&folder, &["init", "-q", "-b", "main"]);
    for setting in [["user.name", "Ann"], ["user.email", "ann@localhost"]] {
        git(&folder, &["config", setting[0], setting[1]]);
    }
    fs::write(folder.join("a"), "one\ntwo\n").unwrap();
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "first"]);
    let workbench = home.open();
    let directory = folder.to_str().unwrap().to_owned();
    assert!(workbench.process_directory_selection(&directory, None).await.success);
    (workbench, folder, directory)
}

#[tokio::test]
async fn changes_are_shown_staged_in_part_and_discarded_only_when_meant() {
    let home = Home::without_key();
    let (workbench, folder, directory) = project(&home).await;
    fs::write(folder.join("a"), "ONE\ntwo\nthree\n").unwrap();
    let changes = workbench.changes(&directory).await.unwrap();
    assert_eq!((changes.root.as_str(), changes.unstaged[0].path.as_str()), (directory.as_str(), "a"));
    let query = DiffQuery { path: "a".into(), from: None, side: Side::Unstaged, context: 3 };
    let shown = workbench.file_changes(&directory, query.clone(), 0).await.unwrap();
    let json = serde_json::to_value(&shown).unwrap();
    assert_eq!(
        json["hunks"][0]["lines"][0],
        serde_json::json!({"kind": "removed", "old": 1, "text": "one", "emphasis": [[0, 3]]})
    );
    let three = shown.hunks[0].lines.iter().position(|line| line.text == "three").unwrap() as u64;
    let lines = std::iter::once(three..three + 1).collect();
    let chosen = Selection { from: None, context: 3, stamp: shown.stamp, lines };
    workbench.stage_hunks(&directory, "a".into(), chosen.clone()).await.unwrap();
    assert_eq!(git(&folder, &["show", ":a"]), "one\ntwo\nthree\n");
    let stale = workbench.stage_hunks(&directory, "a".into(), chosen).await.unwrap_err();
    assert_eq!((stale.kind, stale.status()), (ErrorKind::Conflict, 409));
    let unmeant = workbench.discard_files(&directory, vec!["a".into()], false).await.unwrap_err();
    assert_eq!(
        (unmeant.kind, fs::read_to_string(folder.join("a")).unwrap()),
        (ErrorKind::Conflict, "ONE\ntwo\nthree\n".into())
    );
    let discarded = workbench.discard_files(&directory, vec!["a".into()], true).await.unwrap().remove(0);
    assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "one\ntwo\nthree\n");
    workbench.restore_discarded(&directory, discarded).await.unwrap();
    assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "ONE\ntwo\nthree\n");
    workbench.close().await;
}

#[tokio::test]
async fn what_lies_outside_of_the_roots_is_refused_and_nothing_is_not_a_directory() {
    let home = Home::without_key();
    let (workbench, _, directory) = project(&home).await;
    let outside = tempfile::tempdir().unwrap();
    let elsewhere = outside.path().to_str().unwrap();
    let told = |error: atelier_workbench::WorkbenchError| (error.status(), error.message);
    let denied = (403, "Access to directory denied".to_owned());
    assert_eq!(told(workbench.changes(elsewhere).await.unwrap_err()), denied);
    assert_eq!(told(workbench.add_git_worktree(&directory, elsewhere, "x", true).await.unwrap_err()), denied);
    assert_eq!(
        told(workbench.archive_worktree(&directory, elsewhere, Archiving::default()).await.unwrap_err()),
        denied
    );
    let missing = told(workbench.list_git_worktrees(" ").await.unwrap_err());
    assert_eq!(missing, (400, "directory parameter is required".into()));
    let gone = format!("{directory}/gone");
    assert_eq!(told(workbench.changes(&gone).await.unwrap_err()), (500, format!("Directory does not exist: {gone}")));
    let required = told(workbench.add_git_worktree(&directory, "", "x", true).await.unwrap_err());
    assert_eq!(required, (400, "path and branch are required".into()));
    assert_eq!(told(workbench.remove_git_worktree(&directory, " ", false).await.unwrap_err()).1, "path is required");
    let invalid = told(workbench.add_git_worktree(&directory, "x", "-b", true).await.unwrap_err());
    assert_eq!(invalid, (400, "Invalid branch name".into()));
    workbench.close().await;
}

#[tokio::test]
async fn working_trees_are_as_the_contract_has_them() {
    let home = Home::without_key();
    let (workbench, folder, directory) = project(&home).await;
    let head = git(&folder, &["rev-parse", "HEAD"]).trim().to_owned();
    let added = workbench.add_git_worktree(&directory, "beside", "fix", true).await.unwrap();
    let path = format!("{directory}/beside");
    let json = |value: &dyn erased::Json| value.json();
    assert_eq!(json(&added), serde_json::json!({"success": true, "path": path, "branch": "fix"}));
    let listed = workbench.list_git_worktrees(&directory).await.unwrap();
    assert_eq!(
        json(&listed),
        serde_json::json!([
            {"worktree": directory, "head": head, "branch": "refs/heads/main"},
            {"worktree": path, "head": head, "branch": "refs/heads/fix"}
        ])
    );
    assert_eq!(json(&workbench.is_linked_worktree(&path).await.unwrap()), serde_json::json!({"linked": true}));
    for (folder, linked) in [(&directory, false), (&format!("{directory}/gone"), false)] {
        assert_eq!(workbench.is_linked_worktree(folder).await.unwrap().linked, linked);
    }
    let ignored = workbench.ensure_atelier_ignored(&path).await.unwrap();
    assert_eq!(json(&ignored), serde_json::json!({"success": true}));
    assert!(fs::read_to_string(folder.join(".git/info/exclude")).unwrap().ends_with("/.atelier/\n"));
    fs::write(folder.join("beside/new"), "").unwrap();
    let dirty = workbench.remove_git_worktree(&directory, &path, false).await.unwrap_err();
    assert!(dirty.status() == 500 && dirty.message.contains("use --force to delete it"), "{dirty}");
    assert!(workbench.remove_git_worktree(&directory, &path, true).await.unwrap().success);
    // What is in no repository needs nothing ignored, and has no working trees.
    fs::remove_dir_all(folder.join(".git")).unwrap();
    assert!(workbench.ensure_atelier_ignored(&directory).await.unwrap().success);
    let none = workbench.list_git_worktrees(&directory).await.unwrap_err();
    assert!(none.status() == 500 && none.message.contains("fatal: not a git repository"), "{none}");
    workbench.close().await;
}

/// A value as JSON, whatever it is.
mod erased {
    pub(crate) trait Json {
        fn json(&self) -> serde_json::Value;
    }

    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}

#[tokio::test]
async fn an_agent_gets_a_working_tree_and_a_projects_script_needs_consent() {
    let home = Home::without_key();
    let (workbench, folder, directory) = project(&home).await;
    fs::write(folder.join("atelier.toml"), "[worktree]\nsetup = \"echo ready; touch prepared\"\n").unwrap();
    let wanted = WorktreeRequest { name: "Fix it".into(), ..WorktreeRequest::default() };
    let made = workbench
        .create_worktree_session(&directory, NewWorktreeSession { session: None, worktree: wanted })
        .await
        .unwrap();
    let path = made.worktree.path.clone();
    assert_eq!(
        (path.as_str(), made.worktree.branch.as_str()),
        (&*format!("{directory}/.atelier/fix-it"), "atelier/fix-it")
    );
    let session = workbench.session(made.session).await.unwrap();
    assert_eq!(session.project.as_deref(), Some(path.as_str()));
    let setup = made.setup.unwrap();
    assert_eq!((setup.origin, setup.allowed), (SetupOrigin::Project, None));
    let refused = workbench.run_worktree_setup(&directory, &path).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Denied);
    // What is allowed is one text, not whatever stands there later.
    workbench.allow_worktree_setup(&directory, setup.script.clone(), true).await.unwrap();
    fs::write(folder.join("atelier.toml"), "[worktree]\nsetup = \"touch other\"\n").unwrap();
    assert!(workbench.run_worktree_setup(&directory, &path).await.is_err());
    fs::write(folder.join("atelier.toml"), format!("[worktree]\nsetup = \"{}\"\n", setup.script)).unwrap();
    let elsewhere = workbench.run_worktree_setup(&directory, &format!("{directory}/.git")).await.unwrap_err();
    assert_eq!(elsewhere.kind, ErrorKind::NotFound);
    let ran = workbench.run_worktree_setup(&directory, &path).await.unwrap();
    assert_eq!((ran.success, ran.output.as_str()), (true, "ready\n"));
    assert!(Path::new(&path).join("prepared").exists() && !folder.join("prepared").exists());

    fs::remove_file(Path::new(&path).join("prepared")).unwrap();
    fs::write(Path::new(&path).join("a"), "changed\n").unwrap();
    git(Path::new(&path), &["commit", "-qam", "work"]);
    let changes = workbench.worktree_changes(&directory, &path, None).await.unwrap();
    assert_eq!((changes.ahead, changes.committed[0].path.as_str()), (1, "a"));
    let lost = workbench.archive_worktree(&directory, &path, Archiving::default()).await.unwrap_err();
    assert_eq!(lost.kind, ErrorKind::Conflict);
    assert!(matches!(workbench.merge_worktree(&directory, &path, MergeKind::Plain).await.unwrap(), Moved::Done { .. }));
    workbench.archive_worktree(&directory, &path, Archiving::default()).await.unwrap();
    assert!(!Path::new(&path).exists());
    assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "changed\n");
    workbench.close().await;
}

#[tokio::test]
async fn a_working_tree_that_is_put_away_takes_its_remote_branch_along_where_that_is_wanted() {
    let home = Home::without_key();
    let (workbench, folder, directory) = project(&home).await;
    let origin = home.path().canonicalize().unwrap().join("origin.git");
    git(&folder, &["init", "-q", "--bare", origin.to_str().unwrap()]);
    git(&folder, &["remote", "add", "origin", origin.to_str().unwrap()]);
    let remote = || git(&folder, &["ls-remote", "--heads", origin.to_str().unwrap()]);
    for (name, wanted, is_left) in [("one", false, true), ("two", true, false), ("three", true, false)] {
        let worktree = WorktreeRequest { name: name.into(), ..WorktreeRequest::default() };
        let session = NewWorktreeSession { session: None, worktree };
        let made = workbench.create_worktree_session(&directory, session).await.unwrap().worktree;
        // Of the last the remote knows nothing, which is no failure.
        if name != "three" {
            git(&folder, &["push", "-q", "origin", &made.branch]);
        }
        let archiving = Archiving { remote_branch: wanted, ..Archiving::default() };
        workbench.archive_worktree(&directory, &made.path, archiving).await.unwrap();
        assert_eq!(remote().contains(&made.branch), is_left, "{name}");
        assert!(!Path::new(&made.path).exists());
    }
    workbench.close().await;
}

#[tokio::test]
async fn the_users_own_script_needs_no_consent_and_history_is_paged() {
    let home = Home::without_key();
    let (workbench, folder, directory) = project(&home).await;
    fs::write(home.path().join("config/atelier.toml"), "[worktree]\nsetup = \"true\"\n").unwrap();
    let setup = workbench.worktree_setup(&directory).await.unwrap().unwrap();
    assert_eq!((setup.origin, setup.allowed), (SetupOrigin::User, Some(true)));
    git(&folder, &["commit", "-q", "--allow-empty", "-m", "second"]);
    let first = workbench.graph(&directory, None, 1, false).await.unwrap();
    let second = workbench.graph(&directory, first.next.clone(), 1, false).await.unwrap();
    assert_eq!((first.rows[0].subject.as_str(), second.rows[0].subject.as_str()), ("second", "first"));
    assert_eq!(second.next, None);
    assert_eq!(workbench.graph(&directory, Some("x".into()), 1, false).await.unwrap_err().status(), 400);
    git(&folder, &["remote", "add", "origin", "git@github.com:o/r.git"]);
    let page = workbench.pull_request_url(&directory, "fix".into(), Some("main".into())).await.unwrap();
    assert_eq!(page.as_deref(), Some("https://github.com/o/r/compare/main...fix?expand=1"));
    assert_eq!(workbench.last_commit_message(&directory).await.unwrap(), "second");
    assert!(workbench.stash_drop(&directory, "x".into(), false).await.is_err());
    workbench.close().await;
}

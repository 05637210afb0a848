//! The tools for git, over real git.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use atelier_tools::{Approval, FailureCode, Mode, PreviewKind};
use serde_json::json;

use crate::project::{Project, run};

/// A repository with one commit of `a.txt`.
fn repository() -> Project {
    let project = Project::new(&[("a.txt", "one\n")]);
    git(&project, &["init", "-q", "-b", "main"]);
    for setting in [["user.name", "Ann"], ["user.email", "ann@localhost"], ["commit.gpgsign", "false"]] {
        git(&project, &["config", setting[0], setting[1]]);
    }
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-q", "-m", "first"]);
    project
}

fn git(project: &Project, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(&project.root).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_repository_is_looked_at_without_being_asked_about() {
    let project = repository();
    project.put("a.txt", "two\n");
    project.put("new.txt", "");
    let status = project.call("git_status", json!({})).await.unwrap();
    assert!(status.content.contains("branch: main"), "{}", status.content);
    assert!(
        status.content.contains("files[2]{path,index,worktree}:\n  a.txt,.,M\n  new.txt,?,?"),
        "{}",
        status.content
    );
    assert_eq!(status.metadata, json!({"files": 2, "branch": "main"}));
    let diff = project.call("git_diff", json!({"path": "a.txt"})).await.unwrap();
    assert!(diff.content.starts_with("diff --git a/a.txt b/a.txt\n") && diff.content.ends_with("-one\n+two\n"));
    let staged = project.call("git_diff", json!({"staged": true})).await.unwrap();
    assert_eq!(staged.content, "Nothing is staged here.");
    let untracked = project.call("git_diff", json!({"path": "new.txt"})).await.unwrap();
    assert!(untracked.content.contains("untracked"), "{}", untracked.content);
    let log = project.call("git_log", json!({"path": "a.txt", "limit": 1})).await.unwrap();
    assert!(log.content.contains("Ann") && log.content.contains("first"), "{}", log.content);
    let branches = project.call("git_branch", json!({})).await.unwrap();
    assert!(branches.content.contains("current: main"), "{}", branches.content);
    for (tool, arguments) in [
        ("git_status", json!({})),
        ("git_diff", json!({})),
        ("git_log", json!({})),
        ("git_branch", json!({"name": "x"})),
    ] {
        let prepared = project.prepare(tool, arguments).await.unwrap();
        assert_eq!(*prepared.needs(), Approval::Automatic, "{tool}");
    }
    git(&project, &["add", "-A"]);
    git(&project, &["commit", "-q", "-m", "second"]);
    let clean = project.call("git_status", json!({})).await.unwrap();
    assert!(clean.content.contains("files: no changes"), "{}", clean.content);
}

#[tokio::test]
async fn where_git_can_not_help_the_model_is_told_why() {
    let project = Project::new(&[]);
    for (tool, arguments) in
        [("git_status", json!({})), ("git_commit", json!({"message": "x"})), ("git_push", json!({}))]
    {
        let failure = project.call(tool, arguments).await.unwrap_err();
        assert_eq!(failure.code, FailureCode::GitError);
        assert!(failure.message.contains("not in a git repository"), "{failure}");
    }
    let project = repository();
    for (tool, arguments, code) in [
        ("git_diff", json!({"path": "../x"}), FailureCode::PermissionDenied),
        ("git_diff", json!({"path": ".env"}), FailureCode::PermissionDenied),
        ("git_log", json!({"limit": 0}), FailureCode::InvalidToolCall),
        ("git_branch", json!({"create": true}), FailureCode::InvalidToolCall),
        ("git_branch", json!({"create": true, "name": "-f"}), FailureCode::InvalidToolCall),
        ("git_commit", json!({"message": "  "}), FailureCode::InvalidToolCall),
        ("git_commit", json!({"message": "x", "files": "a.txt"}), FailureCode::InvalidToolCall),
        ("git_commit", json!({"message": "x", "files": [".git/config"]}), FailureCode::PermissionDenied),
        ("git_commit", json!({"message": "x"}), FailureCode::GitError),
        ("git_push", json!({"remote": "https://example.com"}), FailureCode::InvalidToolCall),
    ] {
        assert_eq!(project.code(tool, arguments.clone()).await, code, "{tool} {arguments}");
    }
}

#[tokio::test]
async fn a_commit_shows_first_what_it_takes_and_which_hooks_run() {
    let project = repository();
    project.put("a.txt", "two\n");
    let arguments = json!({"message": "second", "files": ["a.txt"]});
    let prepared = project.prepare("git_commit", arguments.clone()).await.unwrap();
    let Approval::Ask { dangerous: false, preview } = prepared.needs() else { panic!("{:?}", prepared.needs()) };
    assert_eq!(preview.kind, PreviewKind::Sentence);
    assert_eq!(preview.text, "Commit to main:\n\nsecond\n\nwith these files:\n  a.txt\n");
    // A hook that comes while the user thinks was not shown.
    let hook = project.root.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\ntrue").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(run(prepared).await.unwrap_err().code, FailureCode::StaleFile);
    let prepared = project.prepare("git_commit", arguments).await.unwrap();
    let Approval::Ask { dangerous: true, preview } = prepared.needs() else { panic!("{:?}", prepared.needs()) };
    assert!(preview.text.ends_with("This runs programs that the repository names:\n  hook pre-commit\n"));
    let done = run(prepared).await.unwrap();
    assert!(done.content.contains("1 file changed"), "{}", done.content);
    assert_eq!(git(&project, &["log", "-1", "--format=%s"]).trim(), "second");
}

#[tokio::test]
async fn what_is_staged_is_shown_before_it_is_committed() {
    let project = repository();
    project.put("b.txt", "");
    git(&project, &["add", "b.txt"]);
    let preview = project.preview("git_commit", json!({"message": "second"})).await;
    assert!(preview.text.ends_with("with what is staged:\n  A b.txt\n"), "{}", preview.text);
    project.call("git_commit", json!({"message": "second"})).await.unwrap();
    assert_eq!(git(&project, &["status", "--porcelain"]), "");
}

#[tokio::test]
async fn a_branch_is_made_and_a_push_shows_where_it_goes() {
    let project = repository();
    let preview = project.preview("git_branch", json!({"name": "fix/a", "create": true})).await;
    assert_eq!(preview.text, "Create the branch fix/a from main and switch to it.");
    project.call("git_branch", json!({"name": "fix/a", "create": true})).await.unwrap();
    assert_eq!(git(&project, &["branch", "--show-current"]).trim(), "fix/a");
    let remote = tempfile::tempdir().unwrap();
    let address = remote.path().to_str().unwrap();
    git(&project, &["init", "-q", "--bare", address]);
    git(&project, &["remote", "add", "origin", address]);
    let prepared = project.prepare("git_push", json!({})).await.unwrap();
    let Approval::Ask { dangerous: true, preview } = prepared.needs() else { panic!("{:?}", prepared.needs()) };
    assert_eq!(preview.text, format!("Push fix/a to origin ({address}): a new branch there.\n"));
    git(&project, &["remote", "set-url", "origin", "/elsewhere"]);
    assert_eq!(run(prepared).await.unwrap_err().code, FailureCode::StaleFile, "another address was not shown");
    git(&project, &["remote", "set-url", "origin", address]);
    let done = project.call("git_push", json!({"remote": "origin"})).await.unwrap();
    assert!(done.content.contains("new branch"), "{}", done.content);
}

#[tokio::test]
async fn planning_may_look_at_git_and_nothing_more() {
    let mut project = repository();
    project.mode = Mode::Plan;
    for tool in ["git_status", "git_diff", "git_log"] {
        project.call(tool, json!({})).await.unwrap();
    }
    for (tool, arguments) in
        [("git_commit", json!({"message": "x"})), ("git_branch", json!({})), ("git_push", json!({}))]
    {
        assert_eq!(project.code(tool, arguments).await, FailureCode::PermissionDenied, "{tool}");
    }
}

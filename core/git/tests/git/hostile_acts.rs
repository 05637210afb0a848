//! Repositories whose settings would run a program when files, index or history are looked at or changed in the ways of the
//! workbench. Each attack is first shown to work with plain git.

use std::{fs, path::Path};

use atelier_git::{Archiving, DiffQuery, GraphQuery, Selection, Settlement, Side, StashSave, WorktreeRequest};

use crate::scratch::{Scratch, going_on};

/// Everything that looks, whatever comes of it.
pub(crate) fn look(scratch: &Scratch) {
    let repository = scratch.open().unwrap();
    let _ = repository.changes(&going_on);
    let sides = [Side::Unstaged, Side::Staged, Side::Commit("HEAD".into()), Side::Commit("main".into())];
    for side in sides {
        for path in ["a.txt", "new.txt", "sub"] {
            let query = DiffQuery { path: path.into(), from: None, side: side.clone(), context: 3 };
            let _ = repository.file_changes(&query, 0, &going_on);
        }
    }
    let _ = repository.blame("a.txt", None, 1, &going_on);
    let _ = repository.blame("a.txt", Some("HEAD"), 1, &going_on);
    let _ = repository.graph(&GraphQuery::default(), &going_on);
    let _ = repository.stashes(&going_on);
    let _ = repository.tags(&going_on);
    let _ = repository.conflicts(&going_on);
    let _ = repository.operation_state(&going_on);
    let _ = repository.last_message(&going_on);
    let _ = repository.worktrees(&going_on);
    let _ = repository.is_linked(&going_on);
    let _ = repository.remote_address("origin", &going_on);
}

/// Everything that changes files, index or names without making a commit of the user's.
fn act(scratch: &Scratch) {
    let repository = scratch.open().unwrap();
    let query = DiffQuery { path: "a.txt".into(), from: None, side: Side::Unstaged, context: 3 };
    if let Ok(shown) = repository.file_changes(&query, 0, &going_on) {
        let lines = std::iter::once(0..shown.lines).collect();
        let chosen = Selection { from: None, context: 3, stamp: shown.stamp, lines };
        let _ = repository.stage_lines("a.txt", &chosen, &going_on);
        let _ = repository.unstage_lines("a.txt", &chosen, &going_on);
        let _ = repository.discard_lines("a.txt", &chosen, &going_on);
    }
    scratch.put("a.txt", "stashed\n");
    scratch.put("new.txt", "new\n");
    let save = StashSave { untracked: true, ..StashSave::default() };
    if let Ok(Some(entry)) = repository.stash_save(&save, &going_on) {
        let _ = repository.stash_pop(&entry.commit, true, &going_on);
    }
    let _ = repository.discard_files(&["a.txt".into(), "new.txt".into()], &going_on);
    let _ = repository.settle("a.txt", Settlement::Theirs, &going_on);
    let _ = repository.create_tag("t", None, None, &going_on);
    let _ = repository.delete_tag("t", &going_on);
    let request = WorktreeRequest { name: "agent".into(), ..WorktreeRequest::default() };
    if let Ok(made) = repository.create_worktree(&request, &going_on) {
        let path = Path::new(&made.path);
        let _ = repository.worktree_changes(path, None, &going_on);
        let all = Archiving { with_changes: true, unmerged: true, ..Archiving::default() };
        let _ = repository.archive_worktree(path, all, &going_on);
    }
}

/// Plain git runs the program when it is told so, and we never do.
fn holds_against(scratch: &Scratch, control: &[&str]) {
    scratch.has_run();
    scratch.try_git(control);
    assert!(scratch.has_run(), "plain `git {}` must show the attack", control.join(" "));
    look(scratch);
    assert!(!scratch.has_run(), "looking ran the program that `git {}` runs", control.join(" "));
    act(scratch);
    assert!(!scratch.has_run(), "acting ran the program that `git {}` runs", control.join(" "));
}

fn changed() -> Scratch {
    let attributes = "*.txt diff=d filter=f merge=m\n";
    let scratch = Scratch::with(&[("a.txt", "one\n"), (".gitattributes", attributes)]);
    scratch.put("a.txt", "two\n");
    scratch.commit_all("second");
    scratch.put("a.txt", "three\n");
    scratch
}

#[test]
fn no_setting_that_names_a_program_is_run() {
    for (key, control) in [
        ("core.fsmonitor", &["status"][..]),
        ("diff.external", &["diff"]),
        ("diff.d.command", &["diff"]),
        ("diff.d.textconv", &["blame", "a.txt"]),
        ("filter.f.clean", &["stash", "create"]),
        ("filter.f.smudge", &["checkout", "HEAD~1", "--", "a.txt"]),
        ("filter.f.process", &["checkout", "HEAD~1", "--", "a.txt"]),
        ("core.editor", &["commit", "--amend", "--allow-empty"]),
        ("sequence.editor", &["rebase", "--interactive", "HEAD~1"]),
        ("alias.evil", &["evil"]),
        ("gpg.program", &["commit", "-S", "--allow-empty", "-m", "x"]),
    ] {
        let scratch = changed();
        let program = scratch.program("evil", "cat");
        let value = if key == "alias.evil" { format!("!{program}") } else { program };
        scratch.git(&["config", key, &value]);
        if key == "sequence.editor" {
            scratch.git(&["commit", "-qam", "third"]);
        }
        if key == "gpg.program" {
            scratch.git(&["config", "commit.gpgSign", "true"]);
            scratch.git(&["config", "log.showSignature", "true"]);
        }
        holds_against(&scratch, control);
    }
}

#[test]
fn no_hook_is_run() {
    for (hook, control) in [
        ("post-checkout", &["checkout", "-q", "-b", "x"][..]),
        ("post-index-change", &["add", "a.txt"]),
        ("reference-transaction", &["tag", "x"]),
        ("pre-commit", &["commit", "-am", "x"]),
        ("post-rewrite", &["commit", "--amend", "-m", "x"]),
    ] {
        for custom in [false, true] {
            let scratch = changed();
            let program = scratch.program(hook, "true");
            if custom {
                scratch.git(&["config", "core.hooksPath", scratch.outer.path().to_str().unwrap()]);
            } else {
                fs::create_dir_all(scratch.root.join(".git/hooks")).unwrap();
                fs::copy(program, scratch.root.join(".git/hooks").join(hook)).unwrap();
            }
            holds_against(&scratch, control);
        }
    }
}

#[test]
fn no_driver_of_a_merge_is_run() {
    let scratch = changed();
    let program = scratch.program("evil", "exit 1");
    scratch.git(&["config", "merge.m.driver", &format!("{program} %A")]);
    scratch.git(&["stash", "-q"]);
    scratch.put("a.txt", "other\n");
    scratch.git(&["commit", "-qam", "third"]);
    let stashed = scratch.git(&["rev-parse", "refs/stash"]).trim().to_owned();
    scratch.has_run();
    scratch.try_git(&["stash", "apply"]);
    assert!(scratch.has_run(), "plain git must show the attack");
    scratch.git(&["reset", "-q", "--hard"]);
    let _ = scratch.open().unwrap().stash_apply(&stashed, false, &going_on);
    assert!(!scratch.has_run());
    scratch.git(&["reset", "-q", "--hard"]);
    restoring_a_conflict_runs_nothing(&scratch);
    holds_against_quietly(&scratch);
}

fn restoring_a_conflict_runs_nothing(scratch: &Scratch) {
    scratch.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    scratch.put("a.txt", "side\n");
    scratch.git(&["commit", "-qam", "side"]);
    scratch.try_git(&["-c", "merge.m.driver=false", "merge", "-q", "main"]);
    let repository = scratch.open().unwrap();
    repository.settle("a.txt", Settlement::Theirs, &going_on).unwrap();
    scratch.git(&["checkout", "-q", "--merge", "--", "a.txt"]);
    assert!(scratch.has_run(), "plain git must show the attack");
    repository.settle("a.txt", Settlement::Theirs, &going_on).unwrap();
    repository.unsettle("a.txt", &going_on).unwrap();
    assert!(!scratch.has_run());
    assert_eq!(repository.conflicts(&going_on).unwrap().len(), 1);
    scratch.git(&["merge", "--abort"]);
    scratch.git(&["checkout", "-q", "main"]);
}

/// The same without another control.
fn holds_against_quietly(scratch: &Scratch) {
    scratch.has_run();
    look(scratch);
    act(scratch);
    assert!(!scratch.has_run());
}

#[test]
fn what_is_included_from_elsewhere_is_known_for_what_it_is() {
    for worktree in [false, true] {
        let scratch = changed();
        let program = scratch.program("evil", "cat");
        let text = format!("[diff \"d\"]\n\ttextconv = {program}\n[filter \"f\"]\n\tclean = {program}\n");
        if worktree {
            scratch.git(&["config", "extensions.worktreeConfig", "true"]);
            fs::write(scratch.root.join(".git/config.worktree"), text).unwrap();
        } else {
            let file = scratch.outer.path().join("more");
            fs::write(&file, text).unwrap();
            scratch.git(&["config", "includeIf.onbranch:main.path", file.to_str().unwrap()]);
        }
        holds_against(&scratch, &["diff"]);
    }
}

#[test]
fn a_working_tree_with_settings_of_its_own_runs_none_of_them() {
    let scratch = changed();
    let program = scratch.program("evil", "cat");
    scratch.git(&["config", "extensions.worktreeConfig", "true"]);
    let beside = scratch.outer.path().canonicalize().unwrap().join("beside");
    scratch.git(&["worktree", "add", "-q", beside.to_str().unwrap()]);
    fs::write(beside.join("a.txt"), "more\n").unwrap();
    for key in ["filter.f.clean", "core.fsmonitor"] {
        scratch.git(&["-C", beside.to_str().unwrap(), "config", "--worktree", key, &program]);
    }
    scratch.has_run();
    scratch.try_git(&["-C", beside.to_str().unwrap(), "status"]);
    assert!(scratch.has_run(), "plain git must show the attack");
    let repository = scratch.open().unwrap();
    repository.worktree_changes(&beside, None, &going_on).unwrap();
    assert!(repository.remove_worktree(&beside, false, &going_on).is_err(), "it has changes");
    repository.remove_worktree(&beside, true, &going_on).unwrap();
    assert!(!scratch.has_run());
}

#[test]
fn a_submodules_update_command_is_not_run() {
    let scratch = changed();
    let inner = Scratch::with(&[("b.txt", "one\n")]);
    let url = inner.root.to_str().unwrap();
    scratch.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub"]);
    scratch.commit_all("sub");
    inner.commit_all("more");
    scratch.git(&["-C", "sub", "fetch", "-q"]);
    scratch.git(&["-C", "sub", "checkout", "-q", "--detach", "origin/main"]);
    let program = scratch.program("evil", "true");
    scratch.git(&["config", "submodule.sub.update", &format!("!{program}")]);
    scratch.git(&["config", "submodule.recurse", "true"]);
    scratch.git(&["config", "status.submoduleSummary", "true"]);
    scratch.git(&["config", "diff.submodule", "diff"]);
    scratch.git(&["-C", "sub", "config", "core.fsmonitor", &program]);
    holds_against(&scratch, &["submodule", "update"]);
}

#[test]
fn nothing_that_is_missing_is_fetched_by_a_program() {
    for attack in
        ["core.gitProxy", "core.sshCommand", "remote.origin.uploadpack", "remote.origin.vcs", "remote.origin.url"]
    {
        let scratch = changed();
        let blob = scratch.git(&["rev-parse", "HEAD:a.txt"]);
        let (folder, file) = blob.trim().split_at(2);
        fs::remove_file(scratch.root.join(".git/objects").join(folder).join(file)).unwrap();
        let program = scratch.program("evil", "exit 1");
        let outer = scratch.outer.path().to_str().unwrap();
        let called = format!("ext::{program}");
        let (url, value) = match attack {
            "core.gitProxy" => ("git://localhost/x", program.as_str()),
            "core.sshCommand" => ("ssh://localhost/x", program.as_str()),
            "remote.origin.uploadpack" => (outer, program.as_str()),
            "remote.origin.vcs" => (program.as_str(), "ext"),
            _ => (called.as_str(), called.as_str()),
        };
        for [key, value] in [
            ["remote.origin.url", url],
            [attack, value],
            ["protocol.ext.allow", "always"],
            ["remote.origin.promisor", "true"],
            ["remote.origin.partialclonefilter", "blob:none"],
            ["core.repositoryformatversion", "1"],
            ["extensions.partialclone", "origin"],
        ] {
            scratch.git(&["config", key, value]);
        }
        holds_against(&scratch, &["diff"]);
    }
}

//! Repositories whose settings would run a program. Each attack is first shown to work with plain git.

use std::{fs, time::Duration};

use atelier_git::GitError;
use atelier_workspace::RelativePath;

use crate::scratch::{Scratch, going_on};

/// Everything that only looks.
fn look(scratch: &Scratch) {
    let repository = scratch.open().unwrap();
    let root = RelativePath::root();
    repository.status(&root, &going_on).unwrap();
    // What is missing from a hostile repository may make these fail; they must not run anything.
    let _ = repository.diff(&root, false, &going_on);
    let _ = repository.diff(&root, true, &going_on);
    let _ = repository.log(None, 10, &going_on);
    let _ = repository.log(Some(&root), 10, &going_on);
    repository.branches(&going_on).unwrap();
    repository.tracks(&root, &going_on).unwrap();
    repository.create_branch("fresh", &going_on).unwrap();
    repository.commit_runs(&going_on).unwrap();
    repository.push_runs(&going_on).unwrap();
}

/// Plain git runs the program, and we don't.
fn holds_against(scratch: &Scratch, control: &[&str]) {
    scratch.has_run();
    scratch.try_git(control);
    assert!(scratch.has_run(), "plain `git {}` must show the attack", control.join(" "));
    look(scratch);
    assert!(!scratch.has_run(), "looking ran the program that `git {}` runs", control.join(" "));
}

/// A repository with a file that has changed.
fn changed() -> Scratch {
    let scratch = Scratch::with(&[("a.txt", "one\n"), (".gitattributes", "*.txt diff=d filter=f\n")]);
    scratch.put("a.txt", "two\n");
    scratch
}

/// A repository with a file that has only been touched, so that git reads it again.
fn touched() -> Scratch {
    let scratch = Scratch::with(&[("a.txt", "one\n"), (".gitattributes", "*.txt filter=f\n")]);
    let file = fs::File::options().write(true).open(scratch.root.join("a.txt")).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(100)).unwrap();
    scratch
}

#[test]
fn no_setting_of_the_repository_runs_a_program_when_we_look() {
    for (key, control) in [
        ("core.fsmonitor", &["status"][..]),
        ("diff.external", &["diff"]),
        ("diff.d.command", &["diff"]),
        ("diff.d.textconv", &["diff"]),
        ("filter.f.clean", &["diff"]),
        ("filter.f.process", &["diff"]),
        ("core.pager", &["-c", "pager.log=true", "--paginate", "log"]),
    ] {
        let scratch = changed();
        let program = scratch.program("evil", "cat");
        scratch.git(&["config", key, &program]);
        if key == "core.pager" {
            // Without a terminal git starts no pager, so there is nothing to show; ours must not either.
            look(&scratch);
            assert!(!scratch.has_run());
        } else {
            holds_against(&scratch, control);
        }
    }
}

#[test]
fn a_filter_does_not_run_for_the_status_even_if_it_is_required() {
    let scratch = touched();
    let program = scratch.program("evil", "cat");
    scratch.git(&["config", "filter.f.clean", &program]);
    scratch.git(&["config", "filter.f.required", "true"]);
    holds_against(&scratch, &["--no-optional-locks", "status"]);
    let status = scratch.open().unwrap().status(&RelativePath::root(), &going_on).unwrap();
    assert_eq!(status.files, [], "a file that is only touched has not changed");
}

#[test]
fn a_filter_whose_name_can_not_be_overridden_makes_us_refuse() {
    let scratch = Scratch::with(&[("a.txt", "one\n"), (".gitattributes", "*.txt filter=f=g\n")]);
    let program = scratch.program("evil", "cat");
    scratch.git(&["config", "filter.f=g.clean", &program]);
    scratch.put("a.txt", "two\n");
    scratch.try_git(&["diff"]);
    assert!(scratch.has_run());
    assert!(matches!(scratch.open(), Err(GitError::Untamed { .. })));
    assert!(!scratch.has_run());
}

#[test]
fn no_hook_runs_when_we_look_or_make_a_branch() {
    for hook in ["post-index-change", "post-checkout", "reference-transaction"] {
        for custom in [false, true] {
            let scratch = touched();
            let program = scratch.program(hook, "true");
            if custom {
                scratch.git(&["config", "core.hooksPath", scratch.outer.path().to_str().unwrap()]);
            } else {
                fs::copy(program, scratch.root.join(".git/hooks").join(hook)).unwrap();
            }
            let control = if hook == "post-index-change" { &["status"][..] } else { &["checkout", "-b", "other"] };
            holds_against(&scratch, control);
        }
    }
}

#[test]
fn no_signature_is_checked() {
    let scratch = Scratch::with(&[("a.txt", "one\n")]);
    let commit = scratch.git(&["cat-file", "commit", "HEAD"]);
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n";
    let signed = scratch.put("commit", &commit.replacen("\n\n", &format!("\n{signature}"), 1));
    let hash = scratch.git(&["hash-object", "-t", "commit", "-w", signed.to_str().unwrap()]);
    scratch.git(&["update-ref", "HEAD", hash.trim()]);
    let program = scratch.program("evil", "true");
    scratch.git(&["config", "gpg.program", &program]);
    scratch.git(&["config", "log.showSignature", "true"]);
    holds_against(&scratch, &["log", "-1"]);
}

#[test]
fn a_submodule_is_not_entered() {
    let scratch = Scratch::with(&[("a.txt", "one\n")]);
    let inner = Scratch::with(&[("b.txt", "one\n")]);
    let url = inner.root.to_str().unwrap();
    scratch.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub"]);
    scratch.git(&["commit", "-q", "-m", "sub"]);
    let program = scratch.program("evil", "true");
    scratch.git(&["-C", "sub", "config", "core.fsmonitor", &program]);
    holds_against(&scratch, &["status"]);
}

#[test]
fn what_is_missing_is_not_fetched() {
    for over_ssh in [false, true] {
        let scratch = Scratch::with(&[("a.txt", "one\n")]);
        let blob = scratch.git(&["rev-parse", "HEAD:a.txt"]);
        let (folder, file) = blob.trim().split_at(2);
        fs::remove_file(scratch.root.join(".git/objects").join(folder).join(file)).unwrap();
        let program = scratch.program("evil", "exit 1");
        let other = scratch.outer.path().join("other");
        fs::create_dir(&other).unwrap();
        let settings: &[[&str; 2]] = if over_ssh {
            &[["remote.origin.url", "ssh://localhost/x"], ["core.sshCommand", &program]]
        } else {
            &[["remote.origin.url", other.to_str().unwrap()], ["remote.origin.uploadpack", &program]]
        };
        let promisor = [
            ["remote.origin.promisor", "true"],
            ["remote.origin.partialclonefilter", "blob:none"],
            ["core.repositoryformatversion", "1"],
            ["extensions.partialclone", "origin"],
        ];
        for [key, value] in settings.iter().chain(&promisor) {
            scratch.git(&["config", key, value]);
        }
        scratch.put("a.txt", "two\n");
        holds_against(&scratch, &["diff"]);
    }
}

#[test]
fn files_elsewhere_are_not_shown() {
    let scratch = Scratch::with(&[("a.txt", "one\n")]);
    let elsewhere = scratch.outer.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("a.txt"), "private\n").unwrap();
    scratch.git(&["config", "core.worktree", elsewhere.to_str().unwrap()]);
    assert!(scratch.git(&["diff"]).contains("private"), "plain git must show the attack");
    assert!(matches!(scratch.open(), Err(GitError::FilesElsewhere)));
    // The same for a folder above the project: what lies beside the project is not shown.
    fs::write(scratch.outer.path().join("a.txt"), "private\n").unwrap();
    scratch.git(&["config", "core.worktree", scratch.outer.path().to_str().unwrap()]);
    assert!(scratch.git(&["diff"]).contains("private"), "plain git must show the attack");
    let diff = scratch.open().unwrap().diff(&RelativePath::root(), false, &going_on).unwrap();
    assert!(!diff.text.contains("private"), "{}", diff.text);
}

#[test]
fn a_repository_that_lies_among_the_files_is_no_repository() {
    let scratch = Scratch::bare_folder();
    scratch.git(&["init", "-q", "--bare", "."]);
    let program = scratch.program("evil", "true");
    scratch.git(&["config", "core.fsmonitor", &program]);
    scratch.git(&["config", "core.bare", "false"]);
    scratch.git(&["config", "core.worktree", scratch.root.to_str().unwrap()]);
    scratch.try_git(&["status"]);
    assert!(scratch.has_run(), "plain git must show the attack");
    assert!(matches!(scratch.open(), Err(GitError::FilesElsewhere | GitError::NotARepository)));
    assert!(!scratch.has_run());
}

#[test]
fn what_holds_keys_is_not_in_a_diff() {
    let names = [".env", "sub/.ENV", "credentials.json", ".ssh/id", "sub/.aws/config"];
    let files: Vec<_> = names.iter().chain(&["a.txt"]).map(|name| (*name, "one\n")).collect();
    let scratch = Scratch::with(&files);
    for name in names {
        scratch.put(name, "private\n");
    }
    scratch.put("a.txt", "public\n");
    let repository = scratch.open().unwrap();
    let diff = repository.diff(&RelativePath::root(), false, &going_on).unwrap();
    assert!(diff.text.contains("public") && !diff.text.contains("private"), "{}", diff.text);
}

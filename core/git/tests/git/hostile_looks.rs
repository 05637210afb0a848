//! Repositories whose settings would run a program when the runtime contract's operations look, over the network too. Each
//! attack is first shown to work with plain git.

use std::{fs, path::Path, process::Command};

use atelier_git::{Git, LiveStatus, LogRange};
use atelier_workspace::Folder;

use crate::{
    hostile_acts,
    scratch::{Scratch, going_on, said},
    servers::{Manner, Server},
};

/// Everything of the contract that looks, whatever comes of it.
fn look(scratch: &Scratch) {
    let Ok(git) = Git::at(Folder::open(&scratch.root).unwrap(), &going_on) else { return };
    let _ = git.status();
    let _ = LiveStatus::default().refresh(&git);
    for path in ["a.txt", "new.txt", "sub", "."] {
        let _ = git.diff(path, false, None);
        let _ = git.diff(path, true, None);
        let _ = git.file_diff(path);
    }
    let _ = git.log(&LogRange::default());
    let _ = git.log(&LogRange { file: Some("a.txt".into()), ..LogRange::default() });
    let _ = git.commit_files("HEAD");
    let _ = git.branches(false);
    let _ = git.branches(true);
    let _ = git.current_identity();
    let _ = git.global_identity();
}

/// Plain git runs the program, and we don't.
fn holds_against(scratch: &Scratch, control: &[&str]) {
    scratch.has_run();
    scratch.try_git(control);
    assert!(scratch.has_run(), "plain `git {}` must show the attack", control.join(" "));
    look(scratch);
    let settings = scratch.git(&["config", "--list"]);
    assert!(!scratch.has_run(), "the contract ran what `git {}` runs: {settings}", control.join(" "));
    if scratch.open().is_ok() {
        hostile_acts::look(scratch);
        assert!(!scratch.has_run(), "looking ran the program that `git {}` runs", control.join(" "));
    }
}

fn changed() -> Scratch {
    let attributes = "*.txt diff=d filter=f merge=m\n";
    let scratch = Scratch::with(&[("a.txt", "one\n"), (".gitattributes", attributes)]);
    scratch.put("a.txt", "two\n");
    scratch.commit_all("second");
    scratch.put("a.txt", "three\n");
    scratch.put("new.txt", "new\n");
    scratch
}

/// Settings that are looked at, and what plain git runs them with.
const LOOKS: [(&str, &[&str]); 6] = [
    ("core.fsmonitor", &["status"]),
    ("diff.external", &["diff"]),
    ("diff.d.command", &["diff"]),
    ("diff.d.textconv", &["diff"]),
    ("filter.f.clean", &["diff"]),
    ("filter.f.process", &["diff"]),
];

#[test]
fn no_setting_runs_a_program_however_it_comes_in() {
    for (key, control) in LOOKS {
        for way in ["config", "include.path", "includeIf.gitdir:**.path", "config.worktree", ".git elsewhere"] {
            let scratch = changed();
            let program = scratch.program("evil", "cat");
            let elsewhere = scratch.outer.path().canonicalize().unwrap().join("more");
            let file = elsewhere.to_str().unwrap();
            match way {
                "config" => _ = scratch.git(&["config", key, &program]),
                "config.worktree" => {
                    scratch.git(&["config", "extensions.worktreeConfig", "true"]);
                    scratch.git(&["config", "--worktree", key, &program]);
                }
                ".git elsewhere" => {
                    fs::rename(scratch.root.join(".git"), &elsewhere).unwrap();
                    scratch.put(".git", &format!("gitdir: {file}\n"));
                    scratch.git(&["config", key, &program]);
                }
                include => {
                    scratch.git(&["config", "--file", file, key, &program]);
                    let way = include.replace("**", &format!("{}/", scratch.root.display()));
                    scratch.git(&["config", &way, file]);
                }
            }
            holds_against(&scratch, control);
        }
    }
}

#[test]
fn a_setting_that_comes_later_is_noticed_where_much_is_known_already() {
    let scratch = changed();
    let git = |scratch: &Scratch| scratch.contract().status().unwrap().files.len();
    assert_eq!((git(&scratch), git(&scratch)), (2, 2));
    let program = scratch.program("evil", "cat");
    for (key, control) in LOOKS {
        scratch.git(&["config", key, &program]);
        holds_against(&scratch, control);
        scratch.git(&["config", "--unset", key]);
    }
}

/// A repository that asks its remote when branches are listed.
fn with_remote(url: &str) -> Scratch {
    let scratch = changed();
    scratch.git(&["remote", "add", "origin", url]);
    scratch.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    scratch
}

#[test]
fn nothing_is_run_to_reach_a_remote() {
    for (attack, url) in [
        ("core.sshCommand", "ssh://localhost/x"),
        ("core.gitProxy", "git://localhost/x"),
        ("remote.origin.uploadpack", "."),
        ("remote.origin.vcs", "x"),
        ("remote.origin.url", "x"),
        ("url.*.insteadOf", "https://localhost/x"),
        ("include.path", "ssh://localhost/x"),
    ] {
        let scratch = with_remote(url);
        let program = scratch.program("evil", "exit 1");
        let called = format!("ext::{program}");
        scratch.git(&["config", "protocol.ext.allow", "always"]);
        match attack {
            "remote.origin.vcs" => {
                scratch.git(&["config", "remote.origin.url", &program]);
                scratch.git(&["config", attack, "ext"]);
            }
            "remote.origin.url" => _ = scratch.git(&["config", attack, &called]),
            "url.*.insteadOf" => {
                scratch.git(&["config", &format!("url.{called}.insteadOf"), "https://localhost/x"]);
            }
            "include.path" => {
                let more = scratch.outer.path().join("more");
                fs::write(&more, format!("[core]\n\tsshCommand = {program}\n")).unwrap();
                scratch.git(&["config", attack, more.to_str().unwrap()]);
            }
            key => _ = scratch.git(&["config", key, &program]),
        }
        holds_against(&scratch, &["ls-remote", "--heads", "origin"]);
    }
}

#[test]
fn nothing_is_run_to_know_a_password() {
    let place = Scratch::bare_folder();
    let server = Server::http(&place.root, Manner { wanted: Some("x"), ..Manner::default() });
    let url = server.url("http", "x.git");
    for key in ["credential.helper", "credential.*.helper", "core.askPass"] {
        let scratch = with_remote(&url);
        let program = scratch.program("evil", "exit 1");
        scratch.git(&["config", &key.replace('*', &url), &program]);
        holds_against(&scratch, &["ls-remote", "--heads", "origin"]);
    }
}

#[test]
fn the_contract_shows_no_files_from_elsewhere() {
    let scratch = changed();
    let outer = scratch.outer.path().canonicalize().unwrap();
    let elsewhere = outer.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for place in [&elsewhere, &outer] {
        fs::write(place.join("a.txt"), "private\n").unwrap();
        fs::write(place.join("private.txt"), "private\n").unwrap();
    }
    let shown = |git: &Git<'_>| {
        let diffs = ["a.txt", "private.txt", ".."].map(|path| git.diff(path, false, None).unwrap_or_default());
        format!("{:?}{diffs:?}{:?}", git.status().unwrap_or_default(), git.file_diff("private.txt").ok())
    };
    scratch.git(&["config", "core.worktree", elsewhere.to_str().unwrap()]);
    assert!(scratch.git(&["diff"]).contains("private"), "plain git must show the attack");
    let refused = Git::at(Folder::open(&scratch.root).unwrap(), &going_on).err().unwrap().to_string();
    assert!(refused.contains("core.worktree"), "{refused}");
    // A folder above the project: what lies beside the project is none of its business.
    scratch.git(&["config", "core.worktree", outer.to_str().unwrap()]);
    assert!(scratch.git(&["diff"]).contains("private"), "plain git must show the attack");
    let text = shown(&scratch.contract());
    assert!(!text.contains("private.txt") || !text.contains("private\\n"), "{text}");
    assert!(!scratch.contract().status().unwrap().files.iter().any(|file| file.path.contains("private")));
    assert!(!scratch.contract().diff("a.txt", false, None).unwrap().contains("private"));
}

#[test]
fn a_bare_repository_among_the_files_is_none_for_the_contract() {
    let scratch = Scratch::bare_folder();
    scratch.git(&["init", "-q", "--bare", "."]);
    let program = scratch.program("evil", "true");
    scratch.git(&["config", "core.fsmonitor", &program]);
    scratch.git(&["config", "core.bare", "false"]);
    scratch.git(&["config", "core.worktree", scratch.root.to_str().unwrap()]);
    holds_against(&scratch, &["status"]);
}

/// Variables, and what plain git runs them with.
type Attack<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

/// Set where this program runs itself with an environment that would make git run something: the repository to look at.
const LOOK_AT: &str = "ATELIER_TEST_LOOK_AT";

#[test]
fn nothing_of_the_environment_reaches_git() {
    if let Some(root) = std::env::var_os(LOOK_AT) {
        let git = Git::at(Folder::open(Path::new(&root)).unwrap(), &going_on).unwrap();
        assert_eq!(git.status().unwrap().files.len(), 2);
        assert!(git.diff("a.txt", false, None).unwrap().contains("+three"));
        git.log(&LogRange::default()).unwrap();
        assert!(said(git.diff("nowhere", false, None)).contains("Could not access 'nowhere'"));
        return;
    }
    let scratch = changed();
    let program = scratch.program("evil", "exit 1");
    let other = Scratch::with(&[("b", "x\n")]);
    let attacks: [Attack<'_>; 4] = [
        (&[("GIT_EXTERNAL_DIFF", &program)], &["diff"]),
        (
            &[("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "core.fsmonitor"), ("GIT_CONFIG_VALUE_0", &program)],
            &["status"],
        ),
        (&[("GIT_CONFIG_PARAMETERS", &format!("'core.fsmonitor'='{program}'"))], &["status"]),
        (
            &[("GIT_SSH_COMMAND", &program), ("GIT_PAGER", &program), ("GIT_EDITOR", &program)],
            &["ls-remote", "ssh://x/y"],
        ),
    ];
    for (variables, control) in attacks {
        let plain =
            Command::new("git").args(control).current_dir(&scratch.root).envs(variables.iter().copied()).output();
        assert!(plain.is_ok() && scratch.has_run(), "plain git must show the attack: {control:?}");
        let git = other.root.join(".git");
        let ours = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "hostile_looks::nothing_of_the_environment_reaches_git"])
            .env(LOOK_AT, &scratch.root)
            .envs(variables.iter().copied())
            .envs(["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"].map(|name| (name, &git)))
            .env("GIT_INDEX_FILE", git.join("index"))
            .env("GIT_EXEC_PATH", "/nowhere")
            .output()
            .unwrap();
        assert!(ours.status.success(), "{}", String::from_utf8_lossy(&ours.stdout));
        assert!(!scratch.has_run(), "{variables:?}");
    }
}

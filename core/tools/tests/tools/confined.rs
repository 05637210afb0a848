//! Commands in a sandbox, under every backend that works here: what they are refused and how that is told.

use std::{
    fs::{self, File},
    os::fd::AsRawFd as _,
};

use atelier_sandbox::{Backend, Sandbox};
use atelier_tools::{Approval, CommandLimits, Confining, FailureCode, PreviewKind, progress_channel};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::{
    project::Project,
    shell::{failure, marker, wait_for, wait_until_gone},
};

/// A project whose commands are confined, and a folder outside.
struct Confined {
    project: Project,
    backend: Backend,
    outside: TempDir,
}

fn is_refused(metadata: &Value) -> bool {
    metadata["sandbox_refused"].as_str().is_some_and(|line| !line.is_empty())
}

fn everywhere() -> Vec<Confined> {
    let backends = [Backend::Bubblewrap, Backend::Landlock, Backend::Seatbelt];
    let all: Vec<_> = backends.into_iter().filter_map(Sandbox::with).map(|sandbox| confined(sandbox, &[])).collect();
    assert!(!all.is_empty(), "{}", Sandbox::detect().unwrap_err());
    all
}

fn confined(sandbox: Sandbox, files: &[(&str, &str)]) -> Confined {
    let (project, backend) = (Project::new(files), sandbox.backend());
    // Not where a command may have a folder of its own.
    let cache = std::env::home_dir().unwrap().join(".cache");
    fs::create_dir_all(&cache).unwrap();
    let outside = tempfile::Builder::new().prefix("atelier-tools-").tempdir_in(cache).unwrap();
    let unreadable = vec![outside.path().join("keys")];
    fs::create_dir(&unreadable[0]).unwrap();
    let limits = CommandLimits { sandbox, writable: Vec::new(), unreadable, network: false };
    project.tools.confine(Confining::Confined(limits));
    Confined { project, backend, outside }
}

#[tokio::test]
async fn a_command_works_in_the_project_and_is_refused_the_rest() {
    for confined in everywhere() {
        let project = &confined.project;
        assert_eq!(project.sh("mkdir sub; cd sub; echo x > new; cat new").await, "x\n[now in sub]");
        assert_eq!(project.sh("pwd | sed 's,.*/,,'; exit 3").await, "sub\n[exit code 3]");
        let file = confined.outside.path().join("new");
        let command = format!("echo x > {}", file.display());
        let refused = project.call("shell_exec", json!({"command": command})).await.unwrap();
        assert!(!file.exists());
        assert!(is_refused(&refused.metadata), "{:?}: {refused:?}", confined.backend);
        assert!(refused.content.contains("[The sandbox refused this: "), "{}", refused.content);
        assert!(refused.content.ends_with("in $TMPDIR, and reach no network.]"), "{}", refused.content);
        // What fails by itself is no refusal.
        let failed = project.call("shell_exec", json!({"command": "cat missing"})).await.unwrap();
        assert!(failed.metadata.get("sandbox_refused").is_none(), "{failed:?}");
    }
}

#[tokio::test]
async fn outside_the_sandbox_is_asked_for_as_such_and_done() {
    for confined in everywhere() {
        let file = confined.outside.path().join("new");
        let command = format!("echo x > {}", file.display());
        let inside = confined.project.preview("shell_exec", json!({"command": command})).await;
        assert_eq!(inside.kind, PreviewKind::ConfinedCommand);
        for tool in ["shell_exec", "shell_background"] {
            let call = json!({"command": command, "unconfined": true});
            let prepared = confined.project.prepare(tool, call).await.unwrap();
            let Approval::Ask { dangerous: true, preview } = prepared.needs() else { panic!() };
            assert_eq!(preview.kind, PreviewKind::UnconfinedCommand);
            assert_eq!(preview.text, format!("{command}\n\nin ., outside the sandbox"));
        }
        let call = json!({"command": command, "unconfined": true});
        confined.project.call("shell_exec", call).await.unwrap();
        assert!(file.exists());
    }
    // Where there is no sandbox, there is no outside.
    let project = Project::new(&[]);
    let preview = project.preview("shell_exec", json!({"command": "ls", "unconfined": true})).await;
    assert_eq!((preview.kind, preview.text.as_str()), (PreviewKind::Command, "ls\n\nin ."));
}

#[tokio::test]
async fn temporary_files_and_caches_are_the_session_s_own() {
    for confined in everywhere() {
        let project = &confined.project;
        project.sh("echo kept > $TMPDIR/file").await;
        assert_eq!(project.sh("cat $TMPDIR/file").await, "kept");
        let call = json!({"command": "cat $TMPDIR/file", "unconfined": true});
        assert_eq!(project.call("shell_exec", call).await.unwrap().content, "kept");
        assert_eq!(
            project.sh("mkdir -p $XDG_CACHE_HOME/x $GOCACHE && echo $ATELIER_SANDBOX").await,
            confined.backend.as_str()
        );
        assert_eq!(project.sh("mktemp >/dev/null && echo made").await, "made");
        let temp = project.sh("echo $TMPDIR").await;
        assert!(fs::exists(&temp).unwrap());
        drop(confined);
        assert!(!fs::exists(&temp).unwrap());
    }
}

#[tokio::test]
async fn what_programs_trust_is_as_before_and_the_model_is_told() {
    for confined in everywhere() {
        let project = &confined.project;
        project.put(".git/config", "[core]\n");
        project.put(".git/hooks/pre-commit", "old");
        for command in [
            "echo new > .git/hooks/pre-commit",
            "echo new >> .git/config",
            "rm -rf .git",
            "echo {} > .mcp.json; exit 1",
        ] {
            let done = project.call("shell_exec", json!({"command": command})).await.unwrap();
            assert!(is_refused(&done.metadata), "{:?}: {command}: {done:?}", confined.backend);
            assert_eq!(project.get(".git/config"), "[core]\n");
            assert_eq!(project.get(".git/hooks/pre-commit"), "old");
            assert!(!project.exists(".mcp.json"));
        }
    }
}

#[tokio::test]
async fn a_command_that_is_stopped_is_asked_to_end_first() {
    for confined in everywhere() {
        let command = "trap 'echo goodbye; exit' TERM; echo started; while :; do sleep 0.01; done";
        let (task, mut stream, stop) = confined.project.start(command).await;
        wait_for(&mut stream, "started").await;
        stop.cancel();
        let failure = failure(task.await.unwrap());
        assert_eq!(failure.code, FailureCode::Cancelled);
        assert!(failure.message.contains("goodbye"), "{:?}: {failure}", confined.backend);
    }
}

#[tokio::test]
async fn a_background_command_is_confined_too_and_tells_what_it_was_refused() {
    for confined in everywhere() {
        let project = &confined.project;
        let file = confined.outside.path().join("new");
        let command = format!("echo x > {}", file.display());
        project.call("shell_background", json!({"command": command})).await.unwrap();
        let status = loop {
            let status = project.call("shell_status", json!({"id": 1})).await.unwrap();
            if status.metadata["status"] != "running" {
                break status;
            }
        };
        assert!(status.content.contains("[The sandbox refused this: "), "{}", status.content);
        assert!(!file.exists());
    }
}

#[tokio::test]
async fn where_commands_must_be_confined_and_can_not_be_none_runs() {
    let project = Project::new(&[]);
    project.tools.confine(Confining::Impossible { reason: "There is no sandbox; install one.".to_owned() });
    for (tool, unconfined) in [("shell_exec", false), ("shell_exec", true), ("shell_background", true)] {
        let call = json!({"command": "touch made", "unconfined": unconfined});
        let failure = project.prepare(tool, call).await.unwrap_err();
        assert_eq!(failure.code, FailureCode::PermissionDenied);
        assert_eq!(failure.message, "There is no sandbox; install one.");
    }
    // Nor one that was prepared before.
    let project = Project::new(&[]);
    let prepared = project.prepare("shell_exec", json!({"command": "touch made"})).await.unwrap();
    project.tools.confine(Confining::Impossible { reason: "There is no sandbox.".to_owned() });
    failure(prepared.run(progress_channel(1).0, CancellationToken::new()).await);
    assert!(!project.exists("made"));
}

#[tokio::test]
async fn a_file_that_we_have_open_is_not_handed_on() {
    let secret = tempfile::tempdir().unwrap();
    let file = File::create(secret.path().join("open")).unwrap();
    rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty()).unwrap();
    let look = format!("test -e /dev/fd/{} && echo open", file.as_raw_fd());
    let plain = std::process::Command::new("sh").args(["-c", &look]).output().unwrap();
    assert_eq!(plain.stdout, b"open\n", "a program that takes no care would hand it on");
    let projects = everywhere().into_iter().map(|confined| confined.project).chain([Project::new(&[])]);
    for project in projects.collect::<Vec<_>>() {
        assert_eq!(project.sh(&look).await, "[exit code 1]");
    }
}

#[tokio::test]
async fn after_a_hundred_starts_and_stops_nothing_is_left_not_even_what_left_its_group() {
    for confined in everywhere().into_iter().filter(|confined| confined.backend == Backend::Bubblewrap) {
        let mark = marker();
        for cycle in 0..100 {
            let command = format!("setsid sleep {mark} & (sleep {mark} &); echo started; sleep {mark}");
            if cycle % 2 == 0 {
                let (task, mut stream, stop) = confined.project.start(&command).await;
                wait_for(&mut stream, "started").await;
                stop.cancel();
                failure(task.await.unwrap());
            } else {
                let started = confined.project.call("shell_background", json!({"command": command})).await.unwrap();
                confined.project.call("shell_end", json!({"id": started.metadata["id"]})).await.unwrap();
            }
        }
        wait_until_gone(&mark).await;
    }
}

#[tokio::test]
async fn commands_one_after_the_other_find_what_the_first_one_finds() {
    for confined in everywhere() {
        let project = &confined.project;
        project.put("it's $HOME/a", "");
        let look = "cat; echo \"$# $0 ${folder-unset} ${noted-unset} ${command-unset} ${OLDPWD-unset}\"; env | grep -v ^PWD= | sort";
        let first = project.sh(look).await;
        assert!(first.starts_with("0 bash unset unset unset unset\n"), "{first}");
        for _ in 0..3 {
            assert_eq!(project.sh(look).await, first, "{:?}", confined.backend);
        }
        assert_eq!(project.sh("cd \"it's \\$HOME\"; pwd | sed 's,.*/,,'").await, "it's $HOME\n[now in it's $HOME]");
        assert_eq!(project.sh("ls; pwd | sed 's,.*/,,'").await, "a\nit's $HOME");
        let long = format!("cat <<'END'\n{}\nEND\nexit 3", "x\n".repeat(30_000));
        assert!(project.sh(&long).await.ends_with("[exit code 3]"));
        assert_eq!(project.sh("exit 4").await, "[exit code 4]");
        assert!(
            project.sh("kill -KILL $$").await.contains("ended by signal") || confined.backend == Backend::Bubblewrap
        );
    }
}

#[tokio::test]
async fn what_appears_between_two_commands_is_protected_from_the_second() {
    for confined in everywhere() {
        let project = &confined.project;
        let keys = confined.outside.path().join("keys");
        assert_eq!(project.sh("echo one").await, "one");
        project.put(".git/hooks/pre-commit", "old");
        project.put(".mcp.json", "{}");
        project.sh("echo new > .git/hooks/pre-commit; rm -rf .mcp.json; echo x > .git/hooks/post-commit").await;
        assert_eq!((project.get(".git/hooks/pre-commit"), project.get(".mcp.json")), ("old".into(), "{}".into()));
        assert!(!project.exists(".git/hooks/post-commit"));
        for anew in [&keys, &project.root.join(".git/hooks")] {
            fs::remove_dir_all(anew).unwrap();
            fs::create_dir(anew).unwrap();
            fs::write(anew.join("id"), "planted").unwrap();
        }
        let said = project.sh(&format!("cat {}/id; echo new > .git/hooks/id", keys.display())).await;
        assert!(!said.contains("planted"), "{:?}: {said}", confined.backend);
        assert_eq!(project.get(".git/hooks/id"), "planted");
    }
}

#[tokio::test]
async fn nothing_waits_for_a_command_once_the_session_is_over() {
    for confined in everywhere() {
        let temp = confined.project.sh("echo $TMPDIR").await;
        drop(confined.project.prepare("shell_exec", json!({"command": "true"})).await.unwrap());
        drop(confined);
        wait_until_gone(&temp).await;
    }
}

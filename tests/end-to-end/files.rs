//! `atelier files`: what a person at a terminal finds, and how scripts are told.

use std::{fs, path::Path, process::Command};

use atelier_protocol::Json;

use crate::{
    home::{ATELIER, Home},
    process::{Finished, Running},
    terminal::Terminal,
};

/// A home with a repository in it, that no one has approved.
fn home() -> Home {
    let home = Home::without_key();
    let put = |path: &str, text: &str| {
        let path = home.path().join("repository").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put(".gitignore", "target/\n");
    put("src/main.rs", "fn main() {\n    println!(\"needle\");\n}\n");
    put("src/lib.rs", "// Needle needle\n");
    put("target/main.rs", "needle\n");
    put("docs/maintenance.md", "none\n");
    let init = home.command("/usr/bin/env").args(["git", "init", "-q", "repository"]).status();
    assert!(init.unwrap().success());
    home
}

fn run_in(folder: &Path, home: &Home, arguments: &[&str]) -> Finished {
    let mut command: Command = home.command(ATELIER);
    Running::start(command.current_dir(folder).arg("files").args(arguments)).wait()
}

fn run(home: &Home, arguments: &[&str]) -> Finished {
    run_in(&home.path().join("repository"), home, arguments)
}

#[test]
fn files_are_found_best_first_and_nothing_else_is_touched() {
    let home = home();
    assert_eq!(run(&home, &["find", "main"]).success(), "src/main.rs\ndocs/maintenance.md\n");
    assert_eq!(run(&home, &["find", "rs", "main"]).success(), "src/main.rs\n");
    assert_eq!(run(&home, &["find"]).success().lines().count(), 4);
    assert_eq!(run(&home, &["find", "-n", "1", "ma"]).success().lines().count(), 1);
    let elsewhere = run_in(home.path(), &home, &["find", "main", "--in", "repository/src"]);
    assert_eq!(elsewhere.success(), "main.rs\n");
    let json = run(&home, &["find", "--json", "smain"]).success();
    let hit: Json = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((&hit["relativePath"], hit["positions"].as_array().unwrap().len()), (&"src/main.rs".into(), 5));
    assert!(!home.data().exists() && !home.path().join("config").exists(), "no database for that");
}

#[test]
fn lines_are_found_as_grep_would_print_them() {
    let home = home();
    let sorted = |finished: Finished| {
        let text = finished.success();
        let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    let both = ["src/lib.rs:1:// Needle needle", "src/main.rs:2:    println!(\"needle\");"];
    assert_eq!(sorted(run(&home, &["search", "needle"])), both);
    assert_eq!(sorted(run(&home, &["search", "-w", "-i", "NEEDLE", "."])), both);
    assert_eq!(sorted(run(&home, &["search", "-S", "Needle"])), both[..1]);
    assert_eq!(sorted(run(&home, &["search", "-g", "*.rs", "-g", "!lib.*", "needle"])), both[1..]);
    assert_eq!(sorted(run(&home, &["search", "-F", "println!(", "src/main.rs"])), both[1..]);
    assert_eq!(
        sorted(run_in(home.path(), &home, &["search", "^}$", "repository/src"])),
        ["repository/src/main.rs:3:}"]
    );
    let context = run(&home, &["search", "-C", "1", "needle", "src/main.rs"]).success();
    assert_eq!(context, "src/main.rs-1-fn main() {\nsrc/main.rs:2:    println!(\"needle\");\nsrc/main.rs-3-}\n");
    let json = run(&home, &["search", "--json", "needle", "src/lib.rs"]).success();
    let line: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&line["path"], &line["line"], &line["ranges"]),
        (&"src/lib.rs".into(), &1.into(), &serde_json::json!([[10, 16]]))
    );
    let limited = run(&home, &["search", "-n", "1", "needle"]);
    assert!(limited.stderr.contains("--limit") && limited.stdout.lines().count() == 1, "{limited:?}");
}

#[test]
fn exit_codes_tell_nothing_found_from_failed() {
    let home = home();
    for arguments in [&["find", "qqq"][..], &["search", "nowhere"]] {
        let nothing = run(&home, arguments);
        assert_eq!(
            (nothing.code, nothing.stdout.as_str(), nothing.stderr.as_str()),
            (Some(1), "", ""),
            "{arguments:?}"
        );
    }
    for (arguments, part) in [
        (&["search", "call("][..], "plain text"),
        (&["search", "x", "missing"], "missing"),
        (&["search", "-g", "[a", "x"], "[a"),
        (&["find", "x", "--in", "missing"], "missing"),
        (&["search", ""], "nothing to search"),
        (&["search", "-n", "0", "x"], "--help"),
    ] {
        let failed = run(&home, arguments);
        assert_eq!((failed.code, failed.stdout.as_str()), (Some(2), ""), "{failed:?}");
        assert!(failed.stderr.contains(part), "{failed:?}");
    }
}

#[test]
fn at_a_terminal_what_was_found_stands_out_and_nothing_in_it_is_obeyed() {
    let home = home();
    fs::write(home.path().join("repository/evil\x1b]0;x"), "needle \x1b[2J\n").unwrap();
    let folder = home.path().join("repository");
    let mut terminal = Terminal::start(&home, &["files", "search", "needle", folder.to_str().unwrap()]);
    let shown = terminal.screen.until_end();
    assert_eq!(terminal.wait(), 0);
    assert!(shown.contains("\x1b[1mneedle\x1b[0m ␛[2J"), "{shown:?}");
    assert!(shown.contains("evil␛]0;x") && !shown.contains("\x1b]0;x"), "{shown:?}");
}

#[test]
fn a_reader_that_leaves_ends_a_search() {
    let home = home();
    fs::write(home.path().join("repository/many"), "needle\n".repeat(200_000)).unwrap();
    let script = format!("'{ATELIER}' files search -n 100000 needle repository | head -n 1");
    let finished = Running::start(home.command("/bin/bash").args(["-c", &script])).wait();
    assert_eq!(finished.success().lines().count(), 1);
}

#[test]
fn what_the_users_own_git_ignores_everywhere_is_not_found_either() {
    let home = home();
    let repository = home.path().join("repository");
    fs::write(home.path().join(".gitconfig"), "[core]\n\texcludesFile = ~/everywhere\n").unwrap();
    fs::write(home.path().join("everywhere"), "*.swp\n/docs\n").unwrap();
    fs::write(repository.join(".gitignore"), "target/\n!kept.swp\n").unwrap();
    for name in ["a.swp", "kept.swp", "src/docs.rs"] {
        fs::write(repository.join(name), "needle\n").unwrap();
    }
    let mut git = home.command("/usr/bin/env");
    git.current_dir(&repository).args(["git", "ls-files", "-o", "--exclude-standard"]);
    let mut listed: Vec<_> = Running::start(&mut git).wait().success().lines().map(ToOwned::to_owned).collect();
    let mut found: Vec<_> = run(&home, &["find"]).success().lines().map(ToOwned::to_owned).collect();
    listed.sort();
    found.sort();
    assert_eq!(found, listed);
    assert!(found.contains(&"kept.swp".to_owned()) && found.contains(&"src/docs.rs".to_owned()));
    assert!(!found.iter().any(|path| path == "a.swp" || path.starts_with("docs")));
    let searched = run(&home, &["search", "needle"]).success();
    assert!(searched.contains("kept.swp") && !searched.contains("a.swp"), "{searched}");
}

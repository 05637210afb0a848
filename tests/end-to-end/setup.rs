//! What a newcomer tries first: help, version, doctor, completions, and typing something wrong.

use atelier_protocol::Json;

use crate::{
    home::{ATELIER, Home, KEY},
    model::Model,
    process::Running,
    terminal::Terminal,
};

#[test]
fn usage_errors_end_with_2_and_point_to_the_help() {
    let home = Home::without_key();
    for arguments in [&["chatt"][..], &["run", "--jsn", "hi"], &["sessions", "show"], &["chat", "-c", "--session", "a"]]
    {
        let finished = home.run(arguments);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert!(finished.stdout.is_empty() && finished.stderr.contains("--help"), "{finished:?}");
    }
    let bare = home.run(&[]);
    assert_eq!(bare.code, Some(2));
    assert!(bare.stderr.contains("atelier chat"), "{bare:?}");
}

#[test]
fn help_and_version_touch_nothing() {
    let home = Home::without_key();
    assert_eq!(home.run(&["--version"]).success(), concat!("atelier ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(home.run(&["chat", "--help"]).success().contains("Ctrl-D"));
    assert_eq!(crate::home::files_below(home.path()), Vec::<std::path::PathBuf>::new());
}

#[test]
fn completions_know_the_subcommands_and_bash_accepts_its_script() {
    let home = Home::without_key();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = home.run(&["completions", shell]).success();
        assert!(script.contains("doctor") && script.contains("export"), "{shell}");
    }
    let check = format!("'{ATELIER}' completions bash | bash -n");
    Running::start(home.command("/bin/bash").args(["-c", &check])).wait().success();
}

#[test]
fn doctor_says_what_is_set_up_and_never_the_key() {
    let model = Model::start();
    let home = Home::of(&model);
    home.run(&["run", "hi"]).success();
    let text = home.run(&["doctor"]).success();
    for part in ["ANTHROPIC_API_KEY", model.url().as_str(), home.database().to_str().unwrap()] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains(KEY), "{text}");
    // What confines commands has limits on some systems.
    let others = text.lines().filter(|line| !line.contains("Sandbox") && !line.starts_with("  → "));
    assert!(others.into_iter().all(|line| line.starts_with("✓ ")), "{text}");
}

#[test]
fn doctor_notes_a_missing_key_without_calling_it_a_problem() {
    let home = Home::without_key();
    let text = home.run(&["doctor"]).success();
    assert!(text.contains("• Key: ") && text.contains("  → ") && text.contains("ANTHROPIC_API_KEY"), "{text}");
}

#[test]
fn doctor_finds_a_broken_database_and_fails() {
    let home = Home::without_key();
    home.run(&["sessions", "list"]).success();
    std::fs::write(home.database(), "no database at all, but long enough to be read as one".repeat(100)).unwrap();
    let finished = home.run(&["doctor"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(1), ""), "{finished:?}");
    assert!(finished.stdout.contains("✗ Database: ") && finished.stdout.contains("damaged"), "{finished:?}");

    let findings = home.run(&["doctor", "--json"]).stdout;
    let findings: Vec<Json> = findings.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let levels: Vec<&str> = findings.iter().filter_map(|finding| finding["level"].as_str()).collect();
    assert_eq!(levels.len(), findings.len());
    assert_eq!(levels.iter().filter(|level| **level == "problem").count(), 1, "{findings:?}");
}

#[test]
fn without_any_home_folder_the_sentence_says_which_variables_help() {
    let home = Home::without_key().and("ATELIER_DATA_DIR", "relative");
    let told = home.run(&["sessions", "list"]).failure();
    assert!(told.contains("ATELIER_DATA_DIR") && told.contains("absolute"), "{told}");
}

#[test]
fn a_forgotten_prompt_is_asked_for_instead_of_waited_for() {
    let mut terminal = Terminal::start(&Home::without_key(), &["run"]);
    assert_eq!(terminal.wait(), 2);
    terminal.screen.until_contains("Give a prompt");
}

//! `atelier keys`: saving, listing, choosing, checking and removing keys, at a terminal and through pipes.
#![cfg(not(target_os = "macos"))] // There keys would go into the keychain of whoever runs the tests.

use std::{fs, io::Write};

use atelier_protocol::Json;
use fake_model_server::Reply;

use crate::{
    home::{Home, KEY},
    model::Model,
    process::{Finished, Running},
    terminal::{CTRL_C, ENTER, Terminal},
};

/// Runs `atelier keys` with something piped in.
fn keys(home: &Home, arguments: &[&str], input: &str) -> Finished {
    let mut command = home.command(crate::home::ATELIER);
    let mut running = Running::start(command.arg("keys").args(arguments).stdin(std::process::Stdio::piped()));
    // Who does not read has closed it.
    let _ = running.input().write_all(input.as_bytes());
    running.wait()
}

/// A user whose saved keys go to the given server.
fn home_with_server(url: &str) -> Home {
    let home = Home::without_key();
    let settings = serde_json::json!({"atelier": {"baseUrls": {"anthropic": url}}});
    fs::create_dir_all(home.path().join("config")).unwrap();
    fs::write(home.path().join("config/settings.json"), settings.to_string()).unwrap();
    home
}

/// Name, masked form and state of every key in the list.
fn listed(home: &Home) -> Vec<(Option<String>, String, bool)> {
    let lines = keys(home, &["list", "--json"], "").success();
    let entries = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let text = |value: &Json| value.as_str().map(str::to_owned);
    entries.map(|e| (text(&e["name"]), text(&e["masked"]).unwrap(), e["in_use"] == true)).collect()
}

#[test]
fn keys_are_saved_chosen_and_removed_and_only_their_ends_are_shown() {
    let model = Model::start();
    let home = home_with_server(&model.url());
    let (own, work) = (format!("{KEY}-own"), format!("{KEY}-work"));
    let told = keys(&home, &["set", "anthropic"], &format!("{own}\nnot this line\n")).success();
    assert!(told.contains("“default”") && told.contains("encrypted") && told.contains("…-own"), "{told}");
    let told = keys(&home, &["set", "anthropic", "--name", "for work"], &work).success();
    assert!(told.contains("Anthropic is asked with the key “default”"), "{told}");
    let named = |name: &str| Some(name.to_owned());
    let (first, second) = (named("default"), named("for work"));
    assert_eq!(listed(&home), [(first.clone(), "…-own".into(), true), (second.clone(), "…work".into(), false)]);
    home.run(&["run", "hi"]).success();
    assert_eq!(model.requests().last().unwrap().header("x-api-key"), Some(own.as_str()));

    let told = keys(&home, &["use", "anthropic", "for work"], "").success();
    assert!(told.contains("“for work” (…work)"), "{told}");
    home.run(&["run", "hi"]).success();
    assert_eq!(model.requests().last().unwrap().header("x-api-key"), Some(work.as_str()));
    let text = keys(&home, &["list"], "").success();
    let line = text.lines().find(|line| line.contains("for work")).unwrap();
    assert!(line.contains("in use") && line.contains("…work") && line.contains("Atelier's encrypted file"), "{text}");

    let told = keys(&home, &["remove", "anthropic", "--name", "for work"], "").success();
    assert!(told.contains("asked with the key “default”"), "{told}");
    keys(&home, &["remove", "anthropic"], "").success();
    assert_eq!(listed(&home), []);
    let told = keys(&home, &["remove", "anthropic"], "").failure();
    assert!(told.contains("keys list"), "{told}");
    home.assert_no_key_in_files();
}

#[test]
fn the_vendor_is_asked_whether_it_accepts_a_key() {
    let model = Model::start();
    let home = home_with_server(&model.url());
    let told = keys(&home, &["check"], "").failure();
    assert!(told.contains("keys set"), "{told}");
    keys(&home, &["set", "anthropic"], KEY).success();
    model.reply(Reply::body(200, "application/json", r#"{"type": "message"}"#));
    let told = keys(&home, &["check"], "").success();
    assert!(told.starts_with("✓ Anthropic accepts the key …4860"), "{told}");
    let list = keys(&home, &["list", "--json"], "").success();
    assert!(serde_json::from_str::<Json>(&list).unwrap()["last_validated"].is_string(), "{list}");

    model.reply(Reply::error(401, "authentication_error", &format!("invalid x-api-key: {KEY}")));
    let refused = keys(&home, &["check", "anthropic", "--name", "default"], "");
    assert!(refused.code == Some(1) && refused.stdout.starts_with("✗ Anthropic refuses"), "{refused:?}");
    model.reply(Reply::error(503, "api_error", &format!("down, {KEY}")));
    let unknown = keys(&home, &["check", "anthropic"], "").failure();
    assert!(unknown.contains("503") && !unknown.contains(KEY), "{unknown}");
    let none = keys(&home, &["check", "openai"], "").failure();
    assert!(none.contains("OPENAI_API_KEY"), "{none}");
}

#[test]
fn a_key_in_the_wrong_place_is_refused_and_not_repeated() {
    let home = Home::without_key();
    let wrong: [&[&str]; 7] = [
        &["set", KEY],
        &["set", "anthropic", KEY],
        &["set", "anthropic", "--name", KEY],
        &["use", "anthropic", KEY],
        &["use", KEY, "default"],
        &["remove", "anthropic", "--name", KEY],
        &["check", KEY],
    ];
    for arguments in wrong {
        let finished = keys(&home, arguments, KEY);
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(!finished.stdout.contains(KEY) && !finished.stderr.contains(KEY), "{finished:?}");
    }
    for (input, part) in [("", "Nothing was given"), ("two words", "one word"), (&"k".repeat(20_000), "too long")] {
        let told = keys(&home, &["set", "openai"], input).failure();
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(listed(&home), []);
    home.assert_no_key_in_files();
}

#[test]
fn a_typed_key_is_never_on_the_screen_and_the_terminal_is_put_back() {
    let home = Home::without_key();
    let mut terminal = Terminal::start(&home, &["keys", "set", "openai"]);
    terminal.screen.until_contains("Key for OpenAI");
    terminal.press(&format!("wrong\x15{KEY}x\x7f{ENTER}"));
    assert_eq!(terminal.wait(), 0);
    let screen = terminal.screen.until_contains("asked with");
    assert!(screen.contains("…4860") && !screen.contains(KEY) && !screen.contains("wrong"), "{screen}");
}

#[test]
fn a_passphrase_protects_the_file_and_is_asked_for_where_somebody_can_be_asked() {
    let model = Model::start();
    let home = home_with_server(&model.url());
    keys(&home, &["set", "anthropic"], KEY).success();
    let mut terminal = Terminal::start(&home, &["keys", "set", "openai", "--passphrase"]);
    for (question, answer) in [("New passphrase", "correct horse"), ("once more", "correct horse"), ("Key for", KEY)] {
        terminal.screen.until_contains(question);
        terminal.press(&format!("{answer}{ENTER}"));
    }
    assert_eq!(terminal.wait(), 0, "{}", terminal.screen.text());
    assert!(terminal.screen.until_contains("your passphrase").contains("“default”"));

    let told = home.run(&["run", "hi"]).failure();
    assert!(told.contains("ATELIER_PASSPHRASE"), "{told}");
    let mut terminal = Terminal::start(&home, &["run", "hi"]);
    terminal.screen.until_contains("Passphrase of the saved keys");
    terminal.press(&format!("correct horse{ENTER}"));
    assert_eq!(terminal.wait(), 0, "{}", terminal.screen.text());
    assert!(!terminal.screen.text().contains("correct"));
    let before = fs::read(home.data().join("credentials.bin")).unwrap();
    let home = home.and("ATELIER_PASSPHRASE", "wrong donkey");
    for finished in [home.run(&["run", "hi"]), keys(&home, &["set", "google"], KEY)] {
        let told = finished.failure();
        assert!(told.contains("passphrase does not open") && !told.contains("donkey"), "{told}");
    }
    assert_eq!(fs::read(home.data().join("credentials.bin")).unwrap(), before);
    let home = home.and("ATELIER_PASSPHRASE", "correct horse");
    home.run(&["run", "hi"]).success();
    assert_eq!(listed(&home).len(), 2);
    assert_eq!(model.requests().len(), 2);
    home.assert_no_key_in_files();
}

#[test]
fn ctrl_c_while_a_key_is_typed_saves_nothing_and_puts_the_terminal_back() {
    let home = Home::without_key();
    let mut terminal = Terminal::start_program(&home, "/bin/sh", &[]);
    terminal.press("stty -a | head -c 0; PS1=; echo ready\r");
    terminal.screen.until_contains("ready");
    let before = terminal.mode();
    terminal.press(&format!("{} keys set openai\r", crate::home::ATELIER));
    terminal.screen.until_contains("Key for OpenAI");
    terminal.press(&format!("{KEY}{CTRL_C}"));
    terminal.press("echo ended with $?\r");
    terminal.screen.until_contains("ended with 130");
    assert_eq!(terminal.mode(), before);
    terminal.press("exit\r");
    terminal.wait();
    assert!(!terminal.screen.text().contains(KEY));
    assert_eq!(listed(&home), []);
}

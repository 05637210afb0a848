//! `atelier chat` as someone who types sees it.

use std::{fs, os::unix::fs::PermissionsExt};

use atelier_protocol::{Role, TurnOutcome};
use fake_model_server::{Reply, Step};
use rustix::process::Signal;
use serde_json::json;

use crate::{
    home::{ATELIER, Home},
    log::{outcomes, settled, texts},
    model::{Model, said, stalling_answer},
    terminal::{ALT_ENTER, CTRL_C, CTRL_D, CTRL_J, ENTER, Terminal, UP},
};

#[test]
fn an_answer_streams_ctrl_c_stops_it_and_ctrl_d_leaves() {
    let model = Model::start();
    model.reply(stalling_answer("Half an ", "answer."));
    let home = Home::of(&model);
    let mut terminal = Terminal::start(&home, &["chat", "--model", "claude-x"]);
    let greeting = terminal.until_prompt(1);
    let key = format!("Key: …4860 from environment variable ANTHROPIC_API_KEY, for {}.", model.url());
    let expected = format!("claude-x by Anthropic answers.\r\n{key}\r\nCtrl-C stops an answer");
    assert!(greeting.starts_with(&expected), "{greeting}");

    terminal.press("hello");
    terminal.press(ENTER);
    terminal.screen.until_contains("Half an ");
    terminal.press(CTRL_C);
    terminal.screen.until_contains("[interrupted]");
    terminal.until_prompt(2);

    terminal.press("go on");
    terminal.press(ENTER);
    terminal.screen.until_contains("Hello from the fake model server.");
    terminal.until_prompt(3);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);

    let session = home.only_session();
    terminal.screen.until_contains(&format!("atelier chat --session {session}"));
    let log = home.log(&session);
    settled(&log);
    assert_eq!(outcomes(&log), [TurnOutcome::Interrupted, TurnOutcome::Completed]);
    let sent = model.conversations();
    assert_eq!(sent[0], json!([said("user", "hello")]));
    assert_eq!(sent[1], json!([said("user", "hello"), said("assistant", "Half an "), said("user", "go on")]));
}

#[test]
fn ctrl_c_at_the_prompt_clears_the_line_and_stays() {
    let model = Model::start();
    let home = Home::of(&model);
    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press("not this");
    terminal.screen.until_contains("not this");
    terminal.press(CTRL_C);
    terminal.until_prompt(2);
    terminal.press("but this");
    terminal.press(ENTER);
    terminal.until_prompt(3);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    assert_eq!(model.conversations(), [json!([said("user", "but this")])]);
}

#[test]
fn a_prompt_may_have_several_lines_typed_or_pasted() {
    let model = Model::start();
    let home = Home::of(&model);
    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    for key in ["one", ALT_ENTER, "two", CTRL_J, "three", ENTER] {
        terminal.press(key);
    }
    terminal.until_prompt(2);
    terminal.press("\x1b[200~ls \\\r\n  -l\r\nexit\x1b[201~");
    terminal.press(ENTER);
    terminal.until_prompt(3);
    let requests = model.conversations();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], json!([said("user", "one\ntwo\nthree")]));
    assert_eq!(requests[1][2], said("user", "ls \\\n  -l\nexit"));
}

#[test]
fn nothing_the_model_sends_can_control_the_terminal() {
    let model = Model::start();
    let attack = ["\x1b]0;ow", "ned\x07 \x1b[2J", "\u{9b}5n", "\x1b", "[31m end"].map(str::to_owned);
    model.reply(Reply::message([Step::Thinking(vec!["\x1bcthink".into()], String::new()), Step::Text(attack.into())]));
    let home = Home::of(&model);
    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press("attack");
    terminal.press(ENTER);
    let screen = terminal.until_prompt(2);
    for harmless in ["\x1b[2m␛cthink\x1b[0m", "␛]0;owned␇ ␛[2J\u{fffd}5n␛[31m end"] {
        assert!(screen.contains(harmless), "{screen:?}");
    }
    for harmful in ["\x1bc", "\x1b]0", "\x1b[31m", "\u{9b}"] {
        assert!(!screen.contains(harmful), "{screen:?}");
    }
}

#[test]
fn no_color_means_no_colour() {
    let model = Model::start();
    let answer =
        || Reply::message([Step::Thinking(vec!["Hm.".into()], String::new()), Step::Text(vec!["Yes.".into()])]);
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        model.reply(answer());
        let home = Home::of(&model).and(name, value);
        let mut terminal = Terminal::start(&home, &["chat"]);
        terminal.screen.until_contains("> ");
        terminal.press("hi");
        terminal.press(ENTER);
        let screen = terminal.screen.until_contains(" s]");
        assert!(screen.contains("(thinking) Hm.") && !screen.contains("\x1b[2m"), "{screen:?}");
    }
}

#[test]
fn a_signal_at_the_prompt_gives_the_terminal_back_as_it_was() {
    let model = Model::start();
    let home = Home::of(&model);
    // A second terminal shows how one is set up that no line editor has touched.
    let untouched = Terminal::start(&home, &["--version"]).mode();
    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press("half a li");
    terminal.screen.until_contains("half a li");
    assert_ne!(terminal.mode(), untouched);
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.wait(), 143);
    assert_eq!(terminal.mode(), untouched);
    terminal.screen.until_contains("\x1b[?2004l");
}

#[test]
fn what_was_typed_is_remembered_for_the_user_alone() {
    let model = Model::start();
    let home = Home::of(&model);
    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press("remember me");
    terminal.press(ENTER);
    terminal.until_prompt(2);
    // However it ends.
    terminal.signal(Signal::KILL);
    terminal.wait();
    let history = home.data().join("chat-history");
    assert_eq!(fs::metadata(&history).unwrap().permissions().mode() & 0o777, 0o600);

    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press(UP);
    terminal.screen.until_contains("remember me");
    terminal.press(ENTER);
    terminal.until_prompt(2);
    assert_eq!(model.conversations(), [json!([said("user", "remember me")]), json!([said("user", "remember me")])]);
}

#[test]
fn each_answer_is_followed_by_what_it_took_and_the_session_by_what_all_took() {
    let model = Model::start();
    let home = Home::of(&model);
    let mut terminal = Terminal::start(&home, &["chat", "--model", "claude-sonnet-4-5"]);
    for number in 1..=2 {
        terminal.until_prompt(number);
        terminal.press("hi");
        terminal.press(ENTER);
    }
    let screen = terminal.until_prompt(3);
    let after_answer = screen.split("Hello from the fake model server.\r\n\x1b[2m").nth(2).unwrap();
    let line = after_answer.split_once("\x1b[0m\r\n").unwrap().0;
    assert!(line.contains(" out · $0.00") && line.contains(" · first token ") && line.ends_with(" s"), "{line}");
    terminal.press(CTRL_D);
    let screen = terminal.screen.until_contains("atelier chat --session");
    assert!(screen.contains("\x1b[2m2 turns · ") && terminal.wait() == 0, "{screen}");

    let session = home.only_session();
    let mut shown = Terminal::start(&home, &["sessions", "show", &session]);
    shown.screen.until_contains("2 turns · ");
    shown.wait();
    assert!(!home.text(&session).contains("turns"), "a pipe gets the conversation alone");

    let mut terminal = Terminal::start(&home, &["chat", "--session", &session, "--provider", "demo"]);
    terminal.until_prompt(1);
    terminal.press(CTRL_D);
    terminal.screen.until_contains("2 turns · ");
}

#[test]
fn a_prompt_that_is_refused_leaves_no_session_behind() {
    let home = Home::without_key();
    let mut terminal = Terminal::start(&home, &["chat", "--provider", "openai"]);
    let greeting = terminal.until_prompt(1);
    assert!(greeting.contains("OPENAI_API_KEY"), "{greeting}");
    terminal.press("hi");
    terminal.press(ENTER);
    terminal.until_prompt(2);
    terminal.press(CTRL_C);
    terminal.until_prompt(3);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    assert_eq!(home.sessions(), []);
}

#[test]
fn a_failed_turn_is_told_and_the_chat_goes_on() {
    let model = Model::start();
    model.reply(Reply::error(400, "invalid_request_error", "max_tokens: too many"));
    let home = Home::of(&model);
    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press("hi");
    terminal.press(ENTER);
    terminal.screen.until_contains("max_tokens: too many");
    terminal.until_prompt(2);
    terminal.press("again");
    terminal.press(ENTER);
    terminal.screen.until_contains("Hello from the fake model server.");
}

#[test]
fn a_log_that_can_not_be_written_ends_the_turn_but_not_the_chat() {
    let model = Model::start();
    model.reply(Reply::deltas(400_000, "word {n} "));
    let home = Home::of(&model);
    let files_may_not_grow = format!("trap '' XFSZ; ulimit -f 600; exec '{ATELIER}' chat");
    let mut terminal = Terminal::start_program(&home, "/bin/sh", &["-c", &files_may_not_grow]);
    terminal.until_prompt(1);
    terminal.press("tell me everything");
    terminal.press(ENTER);
    let screen = terminal.until_prompt(2);
    assert!(screen.contains("word 1 word 2 ") && screen.contains("could not be used"), "{screen}");
    terminal.press("is it lost?");
    terminal.press(ENTER);
    // It may fit, when the log was tidied in the meantime. Taken or not, it is not lost.
    terminal.until_prompt(3);
    terminal.press(CTRL_C);
    let screen = terminal.until_prompt(4);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    let log = home.log(&home.only_session());
    assert_eq!(outcomes(&log)[0], TurnOutcome::Interrupted);
    let is_taken = texts(&settled(&log), Role::User).contains(&"is it lost?");
    let is_offered_again = screen.matches("is it lost?").count() > 1;
    assert!(is_taken || is_offered_again, "{screen}");
}

#[test]
fn a_prompt_that_could_not_be_taken_stands_in_the_line_again() {
    let home = Home::with_base_url("no URL");
    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press("a long thought");
    terminal.press(ENTER);
    terminal.screen.until(|text| {
        let told = text.split_once("is not a web address");
        told.is_some_and(|(_, after)| after.contains("a long thought"))
    });
}

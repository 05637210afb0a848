//! `atelier chat` with its prompts piped in.

use std::{io::Write, process::Stdio};

use fake_model_server::{Reply, Step};
use rustix::process::Signal;

use crate::{
    home::{ATELIER, Home},
    log::settled,
    model::{Model, said, stalling_answer},
    process::{Finished, Running},
};

fn chat(home: &Home, arguments: &[&str], input: &str) -> Finished {
    let mut command = home.command(ATELIER);
    let mut running = Running::start(command.arg("chat").args(arguments).stdin(Stdio::piped()));
    running.input().write_all(input.as_bytes()).unwrap();
    running.wait()
}

#[test]
fn each_line_is_a_prompt_of_one_conversation() {
    let model = Model::start();
    model.reply(Reply::message([Step::Thinking(vec!["Hm.".into()], String::new()), Step::Text(vec!["One.".into()])]));
    model.reply(Reply::text("Two."));
    let home = Home::of(&model);
    let printed = chat(&home, &["--model", "claude-x"], "first\n\nsecond").success();
    assert_eq!(printed, "claude-x by Anthropic answers.\n\n> first\n(thinking) Hm.\n\nOne.\n\n> second\nTwo.\n");
    let conversation = [said("user", "first"), said("assistant", "One."), said("user", "second")];
    assert_eq!(model.conversations()[1], serde_json::json!(conversation));
    assert_eq!(home.sessions().len(), 1);
}

#[test]
fn the_first_failure_ends_it_and_the_session_can_be_gone_on_with() {
    let model = Model::start();
    model.reply(Reply::error(401, "authentication_error", "invalid x-api-key"));
    let home = Home::of(&model);
    let told = chat(&home, &[], "first\nsecond\n").failure();
    assert!(told.contains("did not accept the API key"), "{told}");
    assert_eq!(model.requests().len(), 1);

    let printed = chat(&home, &["--continue"], "third\n").success();
    assert!(printed.contains("Going on with “first”."), "{printed}");
    assert_eq!(home.sessions().len(), 1);
}

#[test]
fn a_chat_in_which_nothing_is_said_leaves_no_session() {
    let model = Model::start();
    let home = Home::of(&model);
    chat(&home, &[], "\n \n").success();
    assert_eq!(home.sessions(), []);
    assert!(chat(&home, &["--continue"], "").failure().contains("no session to continue"));
}

#[test]
fn the_demo_is_announced_as_what_it_is() {
    let printed = chat(&Home::without_key(), &[], "").success();
    assert!(printed.starts_with("The built-in demo answers, not a model;"), "{printed}");
}

#[test]
fn a_signal_ends_it_during_a_turn_and_between_turns() {
    let model = Model::start();
    let home = Home::of(&model);
    let mut command = home.command(ATELIER);
    let start = || Running::start(home.command(ATELIER).args(["chat", "--continue"]).stdin(Stdio::piped()));

    let mut between = Running::start(command.arg("chat").stdin(Stdio::piped()));
    let mut input = between.input();
    input.write_all(b"hi\n").unwrap();
    model.until_ended(0);
    between.stdout.until_contains("Hello from the fake model server.\n");
    between.signal(Signal::TERM);
    assert_eq!(between.wait().code, Some(143));

    model.reply(stalling_answer("Half ", "never"));
    let mut during = start();
    let mut input = during.input();
    input.write_all(b"go on\n").unwrap();
    during.stdout.until_contains("Half ");
    during.signal(Signal::INT);
    let finished = during.wait();
    assert_eq!(finished.code, Some(130));
    assert!(finished.stdout.ends_with("Half \n[interrupted]\n"), "{finished:?}");
    settled(&home.log(&home.only_session()));
}

//! Requests that fail and are sent again: what is seen of the wait, and stopping in the middle of it.

use atelier_protocol::{Role, TurnOutcome};
use fake_model_server::Reply;

use crate::{
    home::{Home, events},
    log::{assert_seen_is_logged, outcomes, settled, texts},
    model::Model,
    terminal::{ENTER, Terminal},
};

fn busy(retry_after: &str) -> Reply {
    Reply::error(429, "rate_limit_error", "one a minute").header("retry-after", retry_after)
}

#[test]
fn a_run_tells_of_the_wait_on_standard_error_and_prints_the_answer() {
    let model = Model::start();
    model.reply(busy("1"));
    model.reply(Reply::text("Here you are."));
    let home = Home::of(&model);
    let finished = home.run(&["run", "hi"]);
    let line = "Anthropic limits how much may be asked (“one a minute”); trying again in 1 s (attempt 2 of 4).";
    assert!(finished.stderr.contains(line) && finished.stderr.lines().count() == 1, "{finished:?}");
    assert_eq!(finished.success(), "Here you are.\n");

    let session = home.only_session();
    assert_eq!(home.text(&session), format!("> hi\n[{}]\n\nHere you are.\n", line.trim_end_matches('.')));
    assert_eq!(outcomes(&home.log(&session)), [TurnOutcome::Completed]);
}

#[test]
fn the_last_failure_is_told_like_any_other() {
    let model = Model::start();
    model.default_reply(Reply::error(529, "overloaded_error", "Overloaded").header("retry-after", "0"));
    let home = Home::of(&model);
    let finished = home.run(&["run", "hi"]);
    assert_eq!(finished.code, Some(1));
    let lines: Vec<_> = finished.stderr.lines().collect();
    assert!(lines.len() == 4 && lines[2].contains("trying again now (attempt 4 of 4)"), "{lines:?}");
    assert!(lines[3].starts_with("Anthropic is overloaded: wait"), "{lines:?}");
    assert_eq!(model.requests().len(), 4);
    assert_eq!(outcomes(&home.log(&home.only_session())), [TurnOutcome::Failed]);
}

#[test]
fn an_interrupt_ends_the_wait_and_the_next_prompt_works() {
    let model = Model::start();
    model.reply(busy("60"));
    let home = Home::of(&model);
    let finished = home.start(&["run", "hi"]).stop_waiting();
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(130), ""));
    let session = home.only_session();
    assert_eq!(outcomes(&home.log(&session)), [TurnOutcome::Interrupted]);
    home.run(&["run", "--session", &session, "again"]).success();
    settled(&home.log(&session));
}

#[test]
fn a_kill_during_a_wait_leaves_a_log_that_the_next_process_settles() {
    let model = Model::start();
    model.reply(busy("60"));
    let home = Home::of(&model);
    let running = home.start(&["run", "--json", "keep me"]);
    running.stdout.until_contains("model.waiting");
    let seen = events(&running.kill().stdout);

    let session = home.only_session();
    let log = home.log(&session);
    assert_seen_is_logged(&seen, 0, &log);
    assert_eq!(outcomes(&log), [TurnOutcome::Interrupted]);
    let conversation = settled(&log);
    assert_eq!((conversation.waiting, conversation.error), (None, None));
    home.run(&["run", "--session", &session, "and now?"]).success();
    let log = home.log(&session);
    assert_eq!(texts(&settled(&log), Role::User), ["keep me", "and now?"]);
    assert_eq!(model.requests().len(), 2);
}

#[test]
fn a_chat_shows_the_wait_and_then_the_answer() {
    let model = Model::start();
    model.reply(busy("1"));
    let home = Home::of(&model);
    let mut terminal = Terminal::start(&home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press("hi");
    terminal.press(ENTER);
    terminal.screen.until_contains("trying again in 1 s (attempt 2 of 4)");
    terminal.screen.until_contains("Hello from the fake model server.");
    terminal.until_prompt(2);
}

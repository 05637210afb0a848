//! What someone types while the agent works.

use atelier_protocol::{Role, TurnOutcome};
use rustix::process::Signal;
use serde_json::json;

use crate::{
    home::Home,
    log::{outcomes, settled, texts},
    model::{Model, said, stalling_answer},
    terminal::{CTRL_C, CTRL_D, ENTER, Terminal},
};

/// A chat whose first answer is held back, and in which something was typed meanwhile.
fn typed_meanwhile(model: &Model, home: &Home) -> Terminal {
    model.reply(stalling_answer("Half an ", "answer."));
    let mut terminal = Terminal::start(home, &["chat"]);
    terminal.until_prompt(1);
    terminal.press("first");
    terminal.press(ENTER);
    terminal.screen.until_contains("Half an ");
    terminal.press("second");
    terminal.press(ENTER);
    terminal.screen.until_contains("[queued: second]");
    terminal
}

#[test]
fn what_is_typed_while_the_agent_works_is_queued_and_answered_next() {
    let model = Model::start();
    let home = Home::of(&model);
    let mut terminal = typed_meanwhile(&model, &home);
    model.release();
    let screen = terminal.screen.until_contains("Hello from the fake model server.");
    assert!(screen.contains("> second"), "{screen}");
    terminal.until_prompt(2);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    let log = home.log(&home.only_session());
    assert_eq!(texts(&settled(&log), Role::User), ["first", "second"]);
    assert_eq!(outcomes(&log), [TurnOutcome::Completed, TurnOutcome::Completed]);
}

#[test]
fn a_stopped_answer_leaves_what_was_typed_for_the_next_prompt() {
    let model = Model::start();
    let home = Home::of(&model);
    let mut terminal = typed_meanwhile(&model, &home);
    terminal.press(CTRL_C);
    terminal.screen.until_contains("[interrupted]");
    terminal.screen.until_contains("“second” waits");
    terminal.until_prompt(2);
    terminal.press("third");
    terminal.press(ENTER);
    terminal.screen.until_contains("Hello from the fake model server.");
    terminal.until_prompt(3);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    let sent = model.conversations();
    let both =
        json!({"role": "user", "content": [{"type": "text", "text": "second"}, {"type": "text", "text": "third"}]});
    assert_eq!(sent[1], json!([said("user", "first"), said("assistant", "Half an "), both]));
}

#[test]
fn what_was_typed_outlives_kill_9_and_is_told_by_the_next_chat() {
    let model = Model::start();
    let home = Home::of(&model);
    let terminal = typed_meanwhile(&model, &home);
    terminal.signal(Signal::KILL);
    drop(terminal);
    let mut terminal = Terminal::start(&home, &["chat", "--continue"]);
    terminal.screen.until_contains("“second” waits");
    terminal.until_prompt(1);
    terminal.press("third");
    terminal.press(ENTER);
    terminal.screen.until_contains("Hello from the fake model server.");
    terminal.until_prompt(2);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    let conversation = settled(&home.log(&home.only_session()));
    assert_eq!(texts(&conversation, Role::User), ["first", "second", "third"]);
    assert_eq!(conversation.queued, []);
}

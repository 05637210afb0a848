//! Agents that act in a project, as someone at a terminal and a script see them.

use std::{fs, path::Path};

use atelier_protocol::{AgentState, TurnOutcome};
use fake_model_server::Reply;
use serde_json::json;

use crate::{
    home::Home,
    log::{outcomes, settled},
    model::Model,
    terminal::{CTRL_C, CTRL_D, ENTER, Terminal},
};

const QUESTION: &str = "Allow? yes, always, no";

/// The model reads the notes, changes "two" into "three" and says so.
fn script_an_edit(model: &Model) {
    model.reply(Reply::tool_calls([("toolu_1", "read_file", json!({"path": "notes.txt"}))]));
    let edit = json!({"path": "notes.txt", "old": "two", "new": "three"});
    model.reply(Reply::tool_calls([("toolu_2", "edit_file", edit)]));
    model.reply(Reply::text("I changed it."));
}

fn notes(project: &Path) -> String {
    fs::read_to_string(project.join("notes.txt")).unwrap()
}

/// A chat in a project whose agent is asking whether it may change the notes.
fn asked(model: &Model, home: &Home, project: &Path) -> Terminal {
    script_an_edit(model);
    let mut terminal = Terminal::start(home, &["chat", "--project", project.to_str().unwrap()]);
    let greeting = terminal.until_prompt(1);
    assert!(greeting.contains(&format!("The agent works in {}.", project.display())), "{greeting}");
    terminal.press("count on");
    terminal.press(ENTER);
    let screen = terminal.screen.until_contains(QUESTION);
    assert!(screen.contains("read_file notes.txt") && screen.contains("edit_file notes.txt"), "{screen}");
    assert!(screen.contains("-two") && screen.contains("+three"), "{screen}");
    assert_eq!(notes(project), "one\ntwo\n");
    terminal
}

#[test]
fn what_the_user_allows_at_the_terminal_is_done() {
    let (model, home) = rooms();
    let project = home.project();
    let mut terminal = asked(&model, &home, &project);
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("I changed it.");
    assert_eq!(notes(&project), "one\nthree\n");
    terminal.until_prompt(3);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    let log = home.log(&home.only_session());
    settled(&log);
    assert_eq!(outcomes(&log), [TurnOutcome::Completed]);
}

#[test]
fn what_to_do_instead_reaches_the_model() {
    let (model, home) = rooms();
    let project = home.project();
    let mut terminal = asked(&model, &home, &project);
    terminal.press(ENTER);
    terminal.until_prompt(3);
    terminal.press("write four instead");
    terminal.press(ENTER);
    terminal.screen.until_contains("I changed it.");
    assert_eq!(notes(&project), "one\ntwo\n");
    let told = model.conversations()[2].to_string();
    assert!(told.contains("User rejected the operation: write four instead"), "{told}");
}

#[test]
fn what_a_command_writes_is_shown_and_given_to_the_model() {
    let (model, home) = rooms();
    let project = home.project();
    model.reply(Reply::tool_calls([("toolu_1", "shell_exec", json!({"command": "cat notes.txt; exit 3"}))]));
    model.reply(Reply::text("It says two."));
    let mut terminal = Terminal::start(&home, &["chat", "--project", project.to_str().unwrap()]);
    terminal.until_prompt(1);
    terminal.press("what does it say?");
    terminal.press(ENTER);
    terminal.screen.until_contains(QUESTION);
    terminal.press("y");
    terminal.press(ENTER);
    let screen = terminal.screen.until_contains("It says two.");
    assert!(screen.contains("one\r\ntwo\r\n"), "{screen}");
    let told = model.conversations()[1].to_string();
    assert!(told.contains(r"one\ntwo\n[exit code 3]"), "{told}");
}

#[test]
fn ctrl_c_at_the_question_stops_the_turn_and_the_chat_goes_on() {
    let (model, home) = rooms();
    let project = home.project();
    let mut terminal = asked(&model, &home, &project);
    terminal.press(CTRL_C);
    terminal.screen.until_contains("[interrupted]");
    terminal.until_prompt(3);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    assert_eq!(notes(&project), "one\ntwo\n");
    settled(&home.log(&home.only_session()));
}

#[test]
fn a_question_outlives_kill_9_and_is_put_again_by_the_next_chat() {
    let (model, home) = rooms();
    let project = home.project();
    let terminal = asked(&model, &home, &project);
    terminal.signal(rustix::process::Signal::KILL);
    drop(terminal);
    let sessions = home.sessions();
    assert_eq!(sessions[0].state, AgentState::WaitingApproval);

    let mut terminal = Terminal::start(&home, &["chat", "--continue"]);
    let screen = terminal.screen.until_contains(QUESTION);
    assert!(screen.contains("The agent has been waiting for your word."), "{screen}");
    assert!(screen.contains("edit_file notes.txt") && screen.contains("+three"), "{screen}");
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("I changed it.");
    assert_eq!(notes(&project), "one\nthree\n");
    terminal.until_prompt(2);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    settled(&home.log(&home.only_session()));
}

#[test]
fn a_script_lets_the_agent_change_files_only_where_it_says_so() {
    for (mode, changed) in [(None, false), (Some("plan"), false), (Some("acceptEdits"), true)] {
        let (model, home) = rooms();
        let project = home.project();
        script_an_edit(&model);
        let mut arguments = vec!["run", "count on", "--project", project.to_str().unwrap()];
        arguments.extend(mode.into_iter().flat_map(|mode| ["--permission-mode", mode]));
        assert_eq!(home.run(&arguments).success(), "I changed it.\n");
        assert_eq!(notes(&project) == "one\nthree\n", changed, "{mode:?}");
    }
}

#[test]
fn a_new_session_works_in_the_folder_it_is_started_in_unless_that_is_the_home_folder() {
    let (model, home) = rooms();
    let project = home.project();
    home.run(&["run", "hello"]).success();
    home.run(&["run", "hello", "--no-tools", "--session", &home.only_session()]).success();
    let mut command = home.command(crate::home::ATELIER);
    crate::process::Running::start(command.args(["run", "hello"]).current_dir(&project)).wait().success();
    let offered: Vec<_> = model.requests().iter().map(|request| request.body.get("tools").is_some()).collect();
    assert_eq!(offered, [false, false, true]);
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    let (_model, home) = rooms();
    let sentence = home.run(&["run", "hello", "--project", "nowhere"]).failure();
    assert!(sentence.contains("An agent can't work in nowhere"), "{sentence}");
}

fn rooms() -> (Model, Home) {
    let model = Model::start();
    let home = Home::of(&model);
    (model, home)
}

//! Sub-agents: what the model that gave the work, the sub-agent, the user and the logs see of them.

use std::fs;

use atelier_protocol::{
    AgentState, Decision, EventBody, PermissionMode, SessionEvent, ToolOutcome, ToolStage, TurnOutcome,
};
use fake_model_server::Reply;
use rustix::process::Signal;
use serde_json::{Value as Json, json};

use crate::{
    home::Home,
    log::{outcomes, settled},
    model::{Model, stalling_answer},
    terminal::{CTRL_D, ENTER, Terminal},
};

const QUESTION: &str = "Allow? yes, always, no";

fn task(id: &str, more: &Json) -> (String, Json) {
    let mut arguments = json!({"description": "count the lines", "prompt": "How many lines have the notes?"});
    for (name, value) in more.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    (id.to_owned(), arguments)
}

fn asks_for_task(model: &Model, more: &Json) {
    let (id, arguments) = task("toolu_1", more);
    model.reply(Reply::tool_calls([(id.as_str(), "task", arguments)]));
}

/// The sessions of the sub-agents, in the order in which they began.
fn children(log: &[SessionEvent]) -> Vec<String> {
    let child = |event: &SessionEvent| match &event.body {
        EventBody::TaskStarted { session, .. } => Some(session.to_string()),
        _ => None,
    };
    log.iter().filter_map(child).collect()
}

fn tools_offered(model: &Model, request: usize) -> Vec<String> {
    let tools = model.requests()[request].body["tools"].clone();
    tools.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_sub_agent_works_in_its_own_session_and_its_last_message_is_the_result() {
    let (model, home) = rooms();
    let project = home.project();
    asks_for_task(&model, &json!({}));
    model.reply(Reply::tool_calls([("toolu_2", "read_file", json!({"path": "notes.txt"}))]));
    model.reply(Reply::text("There are two lines."));
    model.reply(Reply::text("Two, I am told."));
    let arguments = ["run", "count", "--project", project.to_str().unwrap(), "--permission-mode", "acceptEdits"];
    assert_eq!(home.run(&arguments).success(), "Two, I am told.\n");

    let log = home.log(&home.only_session());
    let parent = settled(&log);
    let child = children(&log).remove(0);
    assert_eq!(parent.calls[0].task.map(|task| task.to_string()), Some(child.clone()));
    let log = home.log(&child);
    let conversation = settled(&log);
    assert_eq!(conversation.parent.map(|parent| parent.to_string()), Some(home.only_session()));
    assert_eq!((conversation.mode, conversation.title.as_deref()), (PermissionMode::Plan, Some("count the lines")));
    assert!(conversation.messages[0].text.ends_with("The task:\nHow many lines have the notes?"));
    assert_eq!(outcomes(&log), [TurnOutcome::Completed]);

    let offered = tools_offered(&model, 0);
    assert!(offered.contains(&"task".to_owned()) && offered.contains(&"write_file".to_owned()));
    let offered = tools_offered(&model, 1);
    assert!(offered.contains(&"read_file".to_owned()), "{offered:?}");
    assert!(!offered.contains(&"task".to_owned()) && !offered.contains(&"write_file".to_owned()), "{offered:?}");
    assert!(model.conversations()[3].to_string().contains("There are two lines."));
    let mut own = conversation.usage;
    for event in &home.log(&home.only_session()) {
        if let EventBody::Usage { usage, .. } = &event.body {
            own.add(*usage);
        }
    }
    assert_eq!(parent.usage, own, "what the sub-agent took counts for the session that it worked for");
}

#[test]
fn several_work_at_the_same_time() {
    let (model, home) = rooms();
    let project = home.project();
    let (first, second) = (task("toolu_1", &json!({})), task("toolu_2", &json!({})));
    model.reply(Reply::tool_calls([(first.0.as_str(), "task", first.1), (second.0.as_str(), "task", second.1)]));
    model.reply(stalling_answer("one ", "answer"));
    model.reply(stalling_answer("one ", "answer"));
    let running = home.start(&["run", "count", "--project", project.to_str().unwrap()]);
    // Neither has answered before both have asked.
    model.until_requests(3);
    model.release();
    model.release();
    running.wait().success();
    let log = home.log(&home.only_session());
    settled(&log);
    assert_eq!(children(&log).len(), 2);
    assert_eq!(model.conversations()[3].to_string().matches("one answer").count(), 2);
}

#[test]
fn a_sub_agent_that_writes_needs_a_word_and_asks_again_for_each_change() {
    let (model, home) = rooms();
    let project = home.project();
    asks_for_task(&model, &json!({"write": true}));
    model.reply(Reply::tool_calls([("toolu_2", "read_file", json!({"path": "notes.txt"}))]));
    let edit = json!({"path": "notes.txt", "old": "two", "new": "three"});
    model.reply(Reply::tool_calls([("toolu_3", "edit_file", edit)]));
    model.reply(Reply::text("I changed it."));
    model.reply(Reply::text("It is done."));
    let mut terminal = Terminal::start(&home, &["chat", "--project", project.to_str().unwrap()]);
    terminal.until_prompt(1);
    terminal.press("count on");
    terminal.press(ENTER);
    let screen = terminal.screen.until_contains(QUESTION);
    assert!(screen.contains("task count the lines") && screen.contains("may change files"), "{screen}");
    terminal.press("yes");
    terminal.press(ENTER);
    let screen = terminal.screen.until(|screen| screen.matches(QUESTION).count() == 2);
    assert!(screen.contains("sub-agent: edit_file notes.txt") && screen.contains("+three"), "{screen}");
    assert_eq!(fs::read_to_string(project.join("notes.txt")).unwrap(), "one\ntwo\n");
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("It is done.");
    assert_eq!(fs::read_to_string(project.join("notes.txt")).unwrap(), "one\nthree\n");
    terminal.until_prompt(4);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    let log = home.log(&home.only_session());
    let asks = |event: &SessionEvent| matches!(&event.body, EventBody::ToolProgress { message, .. } if message.contains("asks the user about edit_file"));
    assert!(log.iter().any(asks), "who reads this log alone is not told");
    let child = settled(&home.log(&children(&log)[0]));
    assert_eq!(child.mode, PermissionMode::Default);
    assert!(matches!(child.calls[1].decision, Some(Decision::Approved { .. })));
}

#[test]
fn where_nobody_can_be_asked_no_sub_agent_writes() {
    for mode in ["default", "plan"] {
        let (model, home) = rooms();
        let project = home.project();
        asks_for_task(&model, &json!({"write": true}));
        home.run(&["run", "count", "--project", project.to_str().unwrap(), "--permission-mode", mode]).success();
        let log = home.log(&home.only_session());
        assert!(matches!(&settled(&log).calls[0].stage, ToolStage::Settled(outcome) if !outcome.is_success()));
        assert_eq!((children(&log).len(), model.requests().len()), (0, 2), "{mode}");
    }
}

#[test]
fn a_defined_sub_agent_has_its_own_prompt_and_tools() {
    let (model, home) = rooms();
    let project = home.project();
    fs::create_dir_all(project.join(".claude/agents")).unwrap();
    let definition = "---\nname: counter\ndescription: Counts things\ntools: Read, Write, Bash(ls:*)\n---\nYou count.";
    fs::write(project.join(".claude/agents/counter.md"), definition).unwrap();
    asks_for_task(&model, &json!({"agent": "counter"}));
    model.reply(Reply::tool_calls([("toolu_2", "search_files", json!({"pattern": "x"}))]));
    home.run(&["run", "count", "--project", project.to_str().unwrap()]).success();
    let tool = model.requests()[0].body["tools"].as_array().unwrap().last().unwrap().clone();
    assert!(tool.to_string().contains("agent `counter`: Counts things"), "{tool}");
    assert!(model.conversations()[1][0].to_string().contains("You count."));
    assert_eq!(tools_offered(&model, 1), ["read_file"], "and of those only what the mode allows");
    assert!(model.conversations()[2].to_string().contains("is not among your tools"));
}

#[test]
fn stopping_the_turn_stops_its_sub_agents() {
    let (model, home) = rooms();
    let project = home.project();
    asks_for_task(&model, &json!({}));
    model.reply(stalling_answer("Half ", "never"));
    let running = home.start(&["run", "count", "--project", project.to_str().unwrap()]);
    model.until_requests(2);
    running.signal(Signal::INT);
    assert_eq!(running.wait().code, Some(130));
    let log = home.log(&home.only_session());
    let parent = settled(&log);
    assert_eq!(parent.calls[0].stage, ToolStage::Settled(ToolOutcome::interrupted()));
    let child = home.log(&children(&log)[0]);
    settled(&child);
    assert_eq!((outcomes(&log), outcomes(&child)), (vec![TurnOutcome::Interrupted], vec![TurnOutcome::Interrupted]));
}

#[test]
fn kill_9_leaves_neither_a_turn_open_nor_a_question_that_nobody_waits_for() {
    let (model, home) = rooms();
    let project = home.project();
    asks_for_task(&model, &json!({"write": true}));
    model.reply(Reply::tool_calls([("toolu_2", "write_file", json!({"path": "new.txt", "content": "x"}))]));
    let mut terminal = Terminal::start(&home, &["chat", "--project", project.to_str().unwrap()]);
    terminal.until_prompt(1);
    terminal.press("count on");
    terminal.press(ENTER);
    terminal.screen.until_contains(QUESTION);
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until(|screen| screen.matches(QUESTION).count() == 2);
    terminal.signal(Signal::KILL);
    drop(terminal);

    let log = home.log(&home.only_session());
    let parent = settled(&log);
    assert!(
        matches!(&parent.calls[0].stage, ToolStage::Settled(ToolOutcome::Error { error }) if error.code == "INTERRUPTED")
    );
    let child = settled(&home.log(&children(&log)[0]));
    assert_eq!(child.state, AgentState::Idle);
    assert_eq!(child.questions().count(), 0);
    assert!(!project.join("new.txt").exists());
}

fn rooms() -> (Model, Home) {
    let model = Model::start();
    let home = Home::of(&model);
    (model, home)
}

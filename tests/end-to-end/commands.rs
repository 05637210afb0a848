//! Slash commands and skills that users and projects have written down, from the file to what the model is sent.

use std::{fs, path::Path};

use atelier_protocol::Json;
use fake_model_server::Reply;
use serde_json::json;

use crate::{
    home::{ATELIER, Home},
    log::settled,
    model::{Model, said},
    process::Running,
    terminal::{CTRL_D, ENTER, Terminal},
};

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A user and a project with a command each.
fn rooms() -> (Model, Home, std::path::PathBuf) {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    write(&home.path().join(".claude/commands/greet.md"), "Say hello to $ARGUMENTS.");
    write(
        &project.join(".claude/commands/git/review.md"),
        "---\ndescription: Reviews a branch\nargument-hint: [branch]\n---\nReview $1. State: !`touch ran`",
    );
    (model, home, project)
}

#[test]
fn a_command_is_sent_as_what_it_comes_to_beneath_what_was_typed() {
    let (model, home, project) = rooms();
    let place = project.to_str().unwrap();
    let finished = home.run(&["run", "/git:review main", "--project", place]);
    let told = finished.stderr.clone();
    finished.success();
    assert!(told.contains("From .claude/commands/git/review.md"), "{told}");
    assert!(told.contains("It wants `touch ran` run beforehand. Nothing was run"), "{told}");
    assert!(!project.join("ran").exists());
    let text =
        "/git:review main\n\nReview main. State: (not run beforehand: `touch ran`; run it if you need what it says)";
    assert_eq!(model.conversations()[0][0], said("user", text));
    let session = home.sessions().remove(0);
    assert!(session.title.starts_with("/git:review main"), "{}", session.title);
}

#[test]
fn a_command_of_the_users_own_allows_calls_for_its_turn_and_one_of_the_project_allows_nothing() {
    let (model, home, project) = rooms();
    let text = "---\nallowed-tools: Bash(touch allowed:*), Bash(touch again), Nonsense(\n---\nDo it.";
    write(&home.path().join(".claude/commands/mine.md"), text);
    write(&project.join(".claude/commands/theirs.md"), "---\nallowed-tools: Bash, Write\n---\nDo it.");
    let place = project.to_str().unwrap();
    let calls = || {
        let touch = |id, file: &str| (id, "shell_exec", json!({"command": format!("touch {file}")}));
        model.reply(Reply::tool_calls([touch("toolu_1", "allowed"), touch("toolu_2", "other")]));
        model.reply(Reply::text("Done."));
    };
    calls();
    let finished = home.run(&["run", "/theirs", "--project", place]);
    let wanted = "It wants these allowed, which only rules in a command of your own do: Bash, Write";
    assert!(finished.stderr.contains(wanted), "{}", finished.stderr);
    finished.success();
    assert!(!project.join("allowed").exists() && !project.join("other").exists());
    calls();
    let finished = home.run(&["run", "/mine", "--project", place]);
    let told = finished.stderr.clone();
    finished.success();
    assert!(told.contains("It allows for this prompt: Bash(touch allowed:*), Bash(touch again)\n"), "{told}");
    assert!(told.contains("which only rules in a command of your own do: Nonsense("), "{told}");
    assert!(project.join("allowed").exists() && !project.join("other").exists());
    // For that turn alone.
    fs::remove_file(project.join("allowed")).unwrap();
    calls();
    let session = home.sessions().remove(0).id.to_string();
    home.run(&["run", "again", "--session", &session]).success();
    assert!(!project.join("allowed").exists());

    let mut command = home.command(ATELIER);
    let listed = Running::start(command.args(["commands", "list"]).current_dir(&project)).wait().success();
    assert!(listed.contains("(yours: ~/.claude/commands/mine.md)\n  allows: Bash(touch allowed:*)"), "{listed}");
    assert!(listed.contains("theirs.md)\n  may not allow, as a project's file: Bash, Write\n"), "{listed}");
}

#[test]
fn a_command_that_does_not_exist_is_told_and_nothing_is_sent() {
    let (model, home, project) = rooms();
    let told = home.run(&["run", "/revew", "--project", project.to_str().unwrap()]).failure();
    assert!(told.contains("There is no command /revew here; `atelier commands list`"), "{told}");
    assert!(model.requests().is_empty() && home.sessions().is_empty());
    home.run(&["run", "/tmp is full", "--project", project.to_str().unwrap()]).success();
    assert_eq!(model.conversations()[0][0], said("user", "/tmp is full"));
}

#[test]
fn they_are_listed_with_their_sources_and_what_is_wrong_with_them() {
    let (_model, home, project) = rooms();
    write(&project.join(".atelier/commands/bad.md"), "---\n- x\n---\nWorks");
    write(&project.join(".claude/skills/deploy/SKILL.md"), "---\nname: deploy\ndescription: Deploys\n---\nSteps");
    let list = |arguments: &[&str]| {
        let mut command = home.command(ATELIER);
        Running::start(command.args(["commands", "list"]).args(arguments).current_dir(&project)).wait().success()
    };
    let text = list(&[]);
    assert!(
        text.contains("/git:review [branch]  Reviews a branch  (project: .claude/commands/git/review.md)\n"),
        "{text}"
    );
    assert!(text.contains("(yours: ~/.claude/commands/greet.md)\n"), "{text}");
    assert!(text.contains("/deploy  Deploys  (skill, project: .claude/skills/deploy/SKILL.md)\n"), "{text}");
    assert!(text.contains("/bad  Works  (project: .atelier/commands/bad.md)\n  Its front matter is no list"), "{text}");
    let lines: Vec<Json> = list(&["--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = lines.iter().filter_map(|line| line["name"].as_str()).collect();
    assert_eq!(names, ["bad", "deploy", "git:review", "greet"]);
}

#[test]
fn a_chat_lists_completes_and_sends_them_and_keeps_its_own_names() {
    let (model, home, project) = rooms();
    write(&project.join(".claude/commands/help.md"), "Not the built-in help");
    let mut terminal = Terminal::start(&home, &["chat", "--project", project.to_str().unwrap()]);
    terminal.until_prompt(1);
    terminal.press("/help");
    terminal.press(ENTER);
    let screen = terminal.until_prompt(2);
    for command in
        ["/greet", "/help  lists what can be typed", "/undo", "/rewind [COUNT]", "/fork", "/rename TITLE", "/compact"]
    {
        assert!(screen.contains(command), "{command}: {screen}");
    }
    terminal.press("/gre\tAda and @otes\t");
    terminal.press(ENTER);
    terminal.until_prompt(3);
    let sent = model.conversations()[0][0].to_string();
    let begins = "/greet Ada and @notes.txt\\n\\nSay hello to Ada and @notes.txt.";
    assert!(sent.contains(begins) && sent.contains("The file notes.txt:\\n```\\none\\ntwo\\n```"), "{sent}");
    terminal.press("/nothing");
    terminal.press(ENTER);
    terminal.screen.until_contains("There is no command /nothing here");
    terminal.press("\u{15}");
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    settled(&home.log(&home.only_session()));
}

#[test]
fn a_skill_is_offered_by_name_and_read_when_it_is_asked_for() {
    let (model, home, project) = rooms();
    write(
        &home.path().join(".claude/skills/pdf/SKILL.md"),
        "---\nname: pdf\ndescription: Reads PDF files\n---\nRun read.py.",
    );
    write(&home.path().join(".claude/skills/pdf/read.py"), "print(1)");
    write(&home.path().join(".claude/private.md"), "PRIVATE");
    for (id, arguments) in [
        ("toolu_1", json!({"name": "pdf"})),
        ("toolu_2", json!({"name": "pdf", "file": "read.py"})),
        ("toolu_3", json!({"name": "pdf", "file": "../../private.md"})),
    ] {
        model.reply(Reply::tool_calls([(id, "skill", arguments)]));
    }
    home.run(&["run", "read it", "--project", project.to_str().unwrap(), "--permission-mode", "plan"]).success();
    let requests = model.requests();
    let tools = requests[0].body["tools"].as_array().unwrap();
    let skill = tools.iter().find(|tool| tool["name"] == "skill").unwrap();
    assert!(skill["description"].as_str().unwrap().contains("- pdf: Reads PDF files"));
    assert!(!requests[0].body.to_string().contains("Run read.py."));
    let told = requests[3].body.to_string();
    assert!(told.contains("Run read.py.") && told.contains("print(1)"), "{told}");
    assert!(!told.contains("PRIVATE") && told.contains("is outside the skill"), "{told}");
}

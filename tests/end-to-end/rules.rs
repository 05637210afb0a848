//! Rules about tools, as someone at a terminal and a script set and meet them.

use std::fs;

use fake_model_server::Reply;
use serde_json::json;

use crate::{
    home::Home,
    model::Model,
    terminal::{CTRL_D, ENTER, Terminal},
};

fn command(id: &'static str, command: &str) -> (&'static str, &'static str, serde_json::Value) {
    (id, "shell_exec", json!({"command": command}))
}

#[test]
fn a_script_may_do_what_it_is_given_and_nothing_that_is_denied() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    let project_path = project.to_str().unwrap();
    let both = [command("toolu_1", "echo a >> /dev/null; touch made"), command("toolu_2", "touch forbidden")];
    model.reply(Reply::tool_calls(both));
    model.reply(Reply::text("Done."));
    let given = ["--allow", "Bash(echo:*)", "--allow", "Bash(touch:*)", "--deny", "Bash(touch forbidden)"];
    home.run(&[&["run", "go", "--project", project_path][..], &given].concat()).success();
    assert!(project.join("made").exists() && !project.join("forbidden").exists());
    let told = model.conversations()[1].to_string();
    assert!(told.contains("by the rule `deny Bash(touch forbidden)`"), "{told}");
    // They held for that run only.
    assert!(home.run(&["rules", "list"]).success().contains("There are no rules"));
}

#[test]
fn rules_are_kept_listed_and_removed_for_a_folder_or_for_all() {
    let home = Home::without_key();
    let project = home.project();
    let project_path = project.to_str().unwrap();
    fs::create_dir(project.join(".claude")).unwrap();
    let own = r#"{"permissions": {"allow": ["Bash"], "deny": ["Bash(curl:*)"]}}"#;
    fs::write(project.join(".claude/settings.json"), own).unwrap();
    home.run(&["rules", "add", "allow", "Bash(make:*)", "--project", project_path]).success();
    home.run(&["rules", "add", "deny", "Read(secret)", "--global"]).success();
    let listed = home.run(&["rules", "list", "--project", project_path]).success();
    assert!(listed.contains("deny Read(secret)  (everywhere)\nallow Bash(make:*)  (here)\n"), "{listed}");
    assert!(listed.contains("deny Bash(curl:*)  (from the folder's own files)\n"), "{listed}");
    assert!(listed.contains("allow Bash  (from the folder's own files) — A project's own files can't"), "{listed}");
    assert_eq!(home.run(&["rules", "list", "-g", "--json"]).success().lines().count(), 1);
    home.run(&["rules", "remove", "allow", "Bash(make:*)", "--project", project_path]).success();
    let again = home.run(&["rules", "remove", "allow", "Bash(make:*)", "--project", project_path]).failure();
    assert!(again.contains("no such rule"), "{again}");
    let wrong = home.run(&["rules", "add", "allow", "Bash(a && b)", "-g"]).failure();
    assert!(wrong.contains("no plain command"), "{wrong}");
    let wrong = home.run(&["run", "hi", "--allow", "Edit(../x)"]).failure();
    assert!(wrong.contains("no path in a project"), "{wrong}");
}

#[test]
fn always_here_is_asked_once_and_held_by_the_next_chat() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    let project_path = project.to_str().unwrap();
    for _ in 0..2 {
        model.reply(Reply::tool_calls([command("toolu_1", "git --version"), command("toolu_2", "git status --short")]));
        model.reply(Reply::text("All done."));
    }
    let mut terminal = Terminal::start(&home, &["chat", "--project", project_path]);
    terminal.until_prompt(1);
    terminal.press("go");
    terminal.press(ENTER);
    terminal.screen.until_contains("“always here” allows Bash(git --version) in this folder");
    terminal.until_prompt(2);
    terminal.press("always here");
    terminal.press(ENTER);
    terminal.screen.until_contains("Bash(git status:*)");
    terminal.until_prompt(3);
    terminal.press("always here");
    terminal.press(ENTER);
    terminal.screen.until_contains("All done.");
    terminal.until_prompt(4);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    let listed = home.run(&["rules", "list", "--project", project_path]).success();
    assert_eq!(listed, "allow Bash(git --version)  (here)\nallow Bash(git status:*)  (here)\n");
    // Nobody is asked in a script: the rules are what lets it go on.
    home.run(&["run", "go", "--project", project_path]).success();
    let told = model.conversations()[3].to_string();
    assert!(told.contains("git version"), "{told}");
}

#[test]
fn asking_nothing_has_to_be_switched_on() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    let project_path = project.to_str().unwrap();
    let bypass = ["run", "go", "--project", project_path, "--permission-mode", "bypassPermissions"];
    let refused = home.run(&bypass).failure();
    assert!(refused.contains("allowBypassPermissions"), "{refused}");
    let script = || {
        model.reply(Reply::tool_calls([command("toolu_1", "echo $(date) >> log")]));
        model.reply(Reply::text("Done."));
    };
    script();
    home.run(&["run", "go", "--project", project_path, "--dangerously-skip-permissions"]).success();
    assert_eq!(fs::read_to_string(project.join("log")).unwrap().lines().count(), 1);
    home.run(&["config", "set", "allowBypassPermissions", "true"]).success();
    script();
    home.run(&bypass).success();
    assert_eq!(fs::read_to_string(project.join("log")).unwrap().lines().count(), 2);
    // A rule that forbids commands makes one that can't be read a matter to ask about, and here nobody can be asked.
    home.run(&["rules", "add", "deny", "Bash(date:*)", "-g"]).success();
    script();
    home.run(&bypass).success();
    assert_eq!(fs::read_to_string(project.join("log")).unwrap().lines().count(), 2);
}

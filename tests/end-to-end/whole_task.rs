//! A whole task in a real repository, over a scripted model and real parts: the agent reads, edits, runs the tests, sees them
//! fail, mends it, and says what it did.

use std::{fs, path::Path, process::Command};

use atelier_protocol::{ToolOutcome, ToolStage, TurnOutcome};
use fake_model_server::Reply;
use serde_json::{Value as Json, json};

use crate::{
    home::Home,
    log::{outcomes, settled},
    model::Model,
};

const TESTS: &str = "./test.sh";

fn git(project: &Path, arguments: &[&str]) -> String {
    let ran = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(project)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

/// A repository with a sum that is wrong and a test that says so.
fn repository(home: &Home) -> std::path::PathBuf {
    let project = home.project();
    fs::write(project.join("sum.sh"), "sum() { echo $(($1 - $2)); }\n").unwrap();
    let test = "#!/bin/sh\n. ./sum.sh\nfound=$(sum 2 3)\n[ \"$found\" = 5 ] && echo passed || { echo \"failed: $found\"; exit 1; }\n";
    fs::write(project.join("test.sh"), test).unwrap();
    git(&project, &["init", "-q"]);
    git(&project, &["add", "."]);
    git(&project, &["update-index", "--chmod=+x", "test.sh"]);
    git(&project, &["commit", "-qm", "start"]);
    git(&project, &["checkout", "-q", "--", "test.sh"]);
    Command::new("chmod").args(["+x", "test.sh"]).current_dir(&project).status().unwrap();
    project
}

fn call(model: &Model, id: &str, tool: &str, arguments: Json) {
    model.reply(Reply::tool_calls([(id, tool, arguments)]));
}

fn edit(old: &str, new: &str) -> Json {
    json!({"path": "sum.sh", "old": old, "new": new})
}

fn script(model: &Model) {
    call(model, "toolu_1", "search_files", json!({"pattern": "sum\\("}));
    call(model, "toolu_2", "read_file", json!({"path": "sum.sh"}));
    call(model, "toolu_3", "edit_file", edit("$1 - $2", "$1 * $2"));
    call(model, "toolu_4", "shell_exec", json!({"command": TESTS}));
    call(model, "toolu_5", "edit_file", edit("$1 * $2", "$1 + $2"));
    call(model, "toolu_6", "shell_exec", json!({"command": TESTS}));
    model.reply(Reply::text("The sum adds now, and the tests pass."));
}

#[test]
fn a_task_is_read_edited_tested_failed_mended_and_finished() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = repository(&home);
    script(&model);
    let rule = format!("Bash({TESTS})");
    let arguments =
        ["run", "make the tests pass", "--project", project.to_str().unwrap(), "--permission-mode", "acceptEdits"];
    let printed = home.run(&[&arguments[..], &["--allow", &rule]].concat()).success();
    assert!(printed.ends_with("The sum adds now, and the tests pass.\n"), "{printed}");
    assert_eq!(git(&project, &["diff", "--stat"]).lines().count(), 2, "one file changed");
    assert!(fs::read_to_string(project.join("sum.sh")).unwrap().contains("$1 + $2"));
    let log = home.log(&home.only_session());
    let conversation = settled(&log);
    assert_eq!(outcomes(&log), [TurnOutcome::Completed]);
    let text = |stage: &ToolStage| match stage {
        ToolStage::Settled(ToolOutcome::Success { result }) => result.content.clone(),
        stage => panic!("{stage:?}"),
    };
    let told: Vec<_> = conversation.calls.iter().map(|call| text(&call.stage)).collect();
    assert!(told[3].contains("failed: 6") && told[3].contains("[exit code 1]"), "{told:?}");
    assert!(told[5].contains("passed") && !told[5].contains("exit code"), "{told:?}");
}

#[test]
fn what_the_user_has_not_allowed_is_told_to_the_model_and_the_task_ends_without_it() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = repository(&home);
    script(&model);
    let arguments = ["run", "make the tests pass", "--project", project.to_str().unwrap()];
    home.run(&[&arguments[..], &["--deny", "Edit(sum.sh)"]].concat()).success();
    assert_eq!(git(&project, &["status", "--porcelain"]), "");
    let conversation = settled(&home.log(&home.only_session()));
    let text = |stage: &ToolStage| match stage {
        ToolStage::Settled(outcome) => outcome.text_for_model(),
        stage => panic!("{stage:?}"),
    };
    let told: Vec<_> = conversation.calls.iter().map(|call| text(&call.stage)).collect();
    assert!(told[2].contains("by the rule `deny Edit(sum.sh)`"), "{told:?}");
    assert!(told[3].contains("nobody is there"), "{told:?}");
}

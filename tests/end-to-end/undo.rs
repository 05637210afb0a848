//! Having back what the agent changed, and what else is done with sessions as a whole, as a script does it.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use atelier_protocol::{Conversation, EventBody};
use fake_model_server::Reply;
use serde_json::{Value, json};

use crate::{
    home::{Home, files_below},
    model::Model,
    process::{PATIENCE, Running},
};

fn rooms() -> (Model, Home, PathBuf) {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    (model, home, project)
}

/// A session in which the agent has changed the notes and written a new file.
fn changed(model: &Model, home: &Home, project: &Path) -> String {
    model.reply(Reply::tool_calls([("toolu_1", "read_file", json!({"path": "notes.txt"}))]));
    let edit = json!({"path": "notes.txt", "old": "two", "new": "three"});
    let write = json!({"path": "new/file.txt", "content": "new\n"});
    model.reply(Reply::tool_calls([("toolu_2", "edit_file", edit), ("toolu_3", "write_file", write)]));
    model.reply(Reply::text("Done."));
    let project = project.to_str().unwrap();
    home.run(&["run", "change it", "--project", project, "--permission-mode", "acceptEdits"]).success();
    home.only_session()
}

fn git(home: &Home, project: &Path, arguments: &[&str]) -> String {
    let mut command = home.command("/usr/bin/git");
    Running::start(command.current_dir(project).args(arguments)).wait().success()
}

#[test]
fn what_the_agent_changed_is_put_back_and_git_is_never_touched() {
    let (model, home, project) = rooms();
    git(&home, &project, &["init", "-q"]);
    git(&home, &project, &["config", "user.email", "ada@example.com"]);
    git(&home, &project, &["config", "user.name", "Ada"]);
    git(&home, &project, &["add", "."]);
    git(&home, &project, &["commit", "-qm", "first"]);
    fs::write(project.join("notes.txt"), "one\nstashed\n").unwrap();
    git(&home, &project, &["stash"]);
    fs::write(project.join("staged.txt"), "staged\n").unwrap();
    git(&home, &project, &["add", "staged.txt"]);
    let of_git = || -> Vec<_> {
        files_below(&project.join(".git")).into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
    };
    let (before, status) = (of_git(), git(&home, &project, &["--no-optional-locks", "status", "--porcelain"]));
    let before_status = of_git();
    assert_eq!(before, before_status);

    let session = changed(&model, &home, &project);
    assert_eq!(fs::read_to_string(project.join("notes.txt")).unwrap(), "one\nthree\n");
    let told: Value = serde_json::from_str(&home.run(&["sessions", "undo", &session, "--json"]).success()).unwrap();
    assert_eq!(
        told,
        json!({"checkpoints": [2, 1], "sub_agents": [], "restored": ["new/file.txt", "notes.txt"], "kept": []})
    );
    assert_eq!(fs::read_to_string(project.join("notes.txt")).unwrap(), "one\ntwo\n");
    assert!(!project.join("new").exists());
    assert_eq!(of_git(), before);
    assert_eq!(git(&home, &project, &["--no-optional-locks", "status", "--porcelain"]), status);
    let sentence = home.run(&["sessions", "undo", &session]).failure();
    assert!(sentence.contains("nothing to undo"), "{sentence}");
    let database = fs::read(home.database()).unwrap();
    assert!(!database.windows(8).any(|window| window == b"one\ntwo\n"), "contents are not in the database");
}

#[test]
fn a_prompt_is_taken_back_with_its_files_and_what_the_user_edited_since_is_named() {
    let (model, home, project) = rooms();
    let session = changed(&model, &home, &project);
    fs::write(project.join("notes.txt"), "mine\n").unwrap();
    let told = home.run(&["sessions", "rewind", &session]).success();
    assert_eq!(told, "undone: new/file.txt; left alone, changed since or not kept: notes.txt\n");
    assert_eq!(fs::read_to_string(project.join("notes.txt")).unwrap(), "mine\n");
    assert_eq!(home.text(&session), "");
    model.reply(Reply::text("Again."));
    home.run(&["run", "anew", "--session", &session]).success();
    let told = model.conversations().last().unwrap().to_string();
    assert!(told.contains("anew") && !told.contains("change it"), "{told}");
    assert!(home.text(&session).starts_with("> anew\nAgain."), "{}", home.text(&session));
}

#[test]
fn what_sub_agents_changed_is_undone_with_the_message_that_they_worked_on() {
    let (model, home, project) = rooms();
    let folder = project.to_str().unwrap();
    let write =
        |id: &'static str, path: &str, content: &str| (id, "write_file", json!({"path": path, "content": content}));
    let task = |id: &'static str| (id, "task", json!({"description": "a part", "prompt": "Do it.", "write": true}));
    home.run(&["rules", "add", "-g", "allow", "task"]).success();
    let run = |prompt: &str, more: &[&str]| {
        let arguments = ["run", prompt, "--project", folder, "--permission-mode", "acceptEdits"];
        home.run(&[&arguments[..], more].concat()).success();
    };
    model.reply(Reply::tool_calls([write("toolu_1", "one.txt", "parent\n"), task("toolu_2"), task("toolu_3")]));
    // Each sub-agent changes what the one before it left, and the parent what the last one left.
    for (number, text) in [("toolu_4", "first\n"), ("toolu_6", "second\n")] {
        model.reply(Reply::tool_calls([("toolu_0", "read_file", json!({"path": "one.txt"}))]));
        let more = if text == "first\n" { "made/by-first.txt" } else { "made/by-second.txt" };
        model.reply(Reply::tool_calls([write(number, "one.txt", text), write("toolu_5", more, "new\n")]));
        model.reply(Reply::text("Part done."));
    }
    model.reply(Reply::text("Done."));
    run("do it", &[]);
    let session = home.sessions().iter().find(|one| one.parent.is_none()).unwrap().id.to_string();
    model.reply(Reply::text("Nothing to do."));
    run("and now?", &["--session", &session]);
    assert_eq!(fs::read_to_string(project.join("one.txt")).unwrap(), "second\n");
    fs::write(project.join("made/by-first.txt"), "mine\n").unwrap();

    let told: Value = serde_json::from_str(&home.run(&["sessions", "undo", &session, "--json"]).success()).unwrap();
    assert_eq!(told["sub_agents"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(
        (&told["restored"], &told["kept"]),
        (&json!(["made/by-second.txt", "one.txt"]), &json!(["made/by-first.txt"]))
    );
    assert!(!project.join("one.txt").exists() && !project.join("made/by-second.txt").exists());
    assert_eq!(fs::read_to_string(project.join("made/by-first.txt")).unwrap(), "mine\n");
    for child in told["sub_agents"].as_array().unwrap() {
        let sentence = home.run(&["sessions", "undo", child.as_str().unwrap()]).failure();
        assert!(sentence.contains("nothing to undo"), "{sentence}");
    }
    let sentence = home.run(&["sessions", "undo", &session]).failure();
    assert!(sentence.contains("nothing to undo"), "{sentence}");
    model.reply(Reply::text("I see."));
    run("go on", &["--session", &session]);
    let told = model.conversations().last().unwrap().to_string();
    assert!(told.contains("The user has undone your changes") && told.contains("made/by-second.txt"), "{told}");
}

#[test]
fn sessions_are_renamed_put_away_copied_and_deleted() {
    let (model, home, project) = rooms();
    let session = changed(&model, &home, &project);
    home.run(&["sessions", "rename", &session, "A", "name"]).success();
    home.run(&["sessions", "archive", &session]).success();
    assert!(home.sessions().is_empty());
    let archived = home.run(&["sessions", "list", "--archived"]).success();
    assert!(archived.contains("A name"), "{archived}");
    home.run(&["sessions", "unarchive", &session]).success();
    let copy = home.run(&["sessions", "fork", &session]).success();
    assert!(home.text(copy.trim()).contains("Done."));
    assert_eq!(home.sessions()[0].title, "A name (copy)");

    let sentence = home.run(&["sessions", "delete", &session]).failure();
    assert!(sentence.contains("--yes"), "{sentence}");
    home.run(&["sessions", "delete", &session, "--yes"]).success();
    let sentence = home.run(&["sessions", "show", &session]).failure();
    assert!(sentence.contains("There is no session"), "{sentence}");
    assert!(!home.data().join("checkpoints").join(&session).exists());
    assert_eq!(home.only_session(), copy.trim());
}

#[test]
fn an_undo_that_is_killed_goes_on_with_the_next() {
    let (model, home, project) = rooms();
    let writes: Vec<(String, Value)> = (0..30)
        .map(|number| (format!("toolu_{number}"), json!({"path": format!("made/{number}.txt"), "content": "new"})))
        .collect();
    model.reply(Reply::tool_calls(writes.iter().map(|(id, write)| (id.as_str(), "write_file", write.clone()))));
    model.reply(Reply::text("Done."));
    let folder = project.to_str().unwrap();
    home.run(&["run", "write", "--project", folder, "--permission-mode", "acceptEdits"]).success();
    let made = || fs::read_dir(project.join("made")).map_or(0, Iterator::count);
    assert_eq!(made(), 30);
    let session = home.only_session();
    let undo = home.start(&["sessions", "undo", &session]);
    let deadline = Instant::now() + PATIENCE;
    while made() == 30 {
        assert!(Instant::now() < deadline, "nothing was undone");
        thread::sleep(Duration::from_millis(1));
    }
    undo.kill();
    // The kill may have come too late to leave anything to do.
    let again = home.run(&["sessions", "undo", &session]);
    assert!(again.code == Some(0) || again.stderr.contains("nothing to undo"), "{again:?}");
    assert!(!project.join("made").exists(), "{}", made());
    let restored = home.log(&session).into_iter().filter_map(|event| match event.body {
        EventBody::FilesRestored { checkpoint, kept, .. } => Some((checkpoint.0, kept.len())),
        _ => None,
    });
    assert_eq!(restored.collect::<Vec<_>>(), (1..=30).rev().map(|number| (number, 0)).collect::<Vec<_>>());
}

#[test]
fn processes_that_go_back_at_once_do_not_get_in_each_others_way() {
    let (model, home, project) = rooms();
    let session = changed(&model, &home, &project);
    let running: Vec<_> =
        [["sessions", "undo", &session], ["sessions", "rewind", &session], ["sessions", "undo", &session]]
            .iter()
            .map(|arguments| home.start(arguments))
            .collect();
    for ended in running.into_iter().map(Running::wait) {
        let plain =
            ended.code == Some(0) || ended.stderr.contains("nothing to undo") || ended.stderr.contains("working");
        assert!(plain, "{ended:?}");
    }
    assert_eq!(fs::read_to_string(project.join("notes.txt")).unwrap(), "one\ntwo\n");
    let mut conversation = Conversation::default();
    let log = home.log(&session);
    conversation.apply_all(&log);
    assert!(conversation.undoable().is_empty());
    let restored = log.iter().filter(|event| event.body.kind() == "files.restored").count();
    assert_eq!(restored, 2, "each checkpoint once");
    let both =
        [home.start(&["sessions", "delete", "-y", &session]), home.start(&["sessions", "delete", "-y", &session])];
    for ended in both.map(Running::wait) {
        let plain = ended.code == Some(0) || ended.stderr.contains("no session") || ended.stderr.contains("working");
        assert!(plain, "{ended:?}");
    }
    assert!(home.sessions().is_empty());
}

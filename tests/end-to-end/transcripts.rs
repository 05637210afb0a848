//! A conversation as a document.

use std::{
    fs,
    path::{Path, PathBuf},
};

use atelier_protocol::Json;
use fake_model_server::Reply;
use serde_json::json;

use crate::{
    home::{Home, files_below},
    model::{Model, stalling_answer},
};

/// The one file below a folder whose name ends so.
fn only_file(folder: &Path, extension: &str) -> PathBuf {
    let mut files = files_below(folder);
    files.retain(|file| file.extension().is_some_and(|found| found == extension) && !file.ends_with("index.json"));
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[test]
fn a_session_is_exported_in_each_format_with_what_its_tools_did() {
    let model = Model::start();
    model.reply(Reply::tool_calls([("toolu_1", "write_file", json!({"path": "LICENSE", "content": "MIT\n"}))]));
    model.reply(Reply::text("Done."));
    let home = Home::of(&model);
    let project = home.project();
    let project = project.to_str().unwrap();
    home.run(&["run", "--project", project, "--permission-mode", "acceptEdits", "Add a license"]).success();
    let session = home.only_session();
    let export = |format: &str| home.run(&["sessions", "export", &session, "--format", format]).success();

    let document: Json = serde_json::from_str(&export("json")).unwrap();
    assert_eq!((&document["project_path"], &document["message_count"]), (&json!(project), &json!(2)));
    assert_eq!(document["tool_calls"][0]["result"]["status"], "success");
    assert_eq!(
        (&document["file_changes"][0]["path"], &document["file_changes"][0]["created"]),
        (&json!("LICENSE"), &json!(true))
    );
    let markdown = export("markdown");
    assert!(markdown.contains("\nAdd a license\n\n#### Tool Call: write_file\n"), "{markdown}");
    assert!(markdown.contains("\n- `LICENSE` (created)\n"), "{markdown}");
    assert_eq!(export("md"), markdown);
    let org = export("org");
    assert!(org.contains("| [[file:LICENSE][LICENSE]] | create |"), "{org}");
    let file = home.path().join("session.org");
    home.run(&["sessions", "export", &session, "--format", "org", "-o", file.to_str().unwrap()]).success();
    assert_eq!(fs::read_to_string(file).unwrap(), org);
    assert!(home.run(&["sessions", "export", &session, "--format", "pdf"]).stderr.contains("markdown"));
}

#[test]
fn files_of_all_sessions_are_kept_where_the_user_wants_them_even_of_one_whose_process_was_killed() {
    let model = Model::start();
    let home = Home::of(&model);
    home.run(&["run", "before"]).success();
    assert!(!home.path().join("kept").exists());
    let before = home.only_session();

    let home = home.and("TRANSCRIPT_PATH", "~/kept");
    model.reply(stalling_answer("Half an ", "answer"));
    let running = home.start(&["run", "--session", &before, "and then"]);
    running.stdout.until_contains("Half an ");
    running.kill();
    // The next to open the log closes the turn, and writes what the killed one did not come to.
    home.run(&["sessions", "list"]).success();
    let kept = home.path().join("kept");
    let document: Json = serde_json::from_slice(&fs::read(only_file(&kept, "json")).unwrap()).unwrap();
    assert_eq!((document["session_id"].as_str(), document["message_count"].as_u64()), (Some(before.as_str()), Some(4)));
    assert_eq!(document["messages"][3]["content"], "Half an ");
    assert!(document["ended_at"].is_string());
    for extension in ["md", "org"] {
        assert!(fs::read_to_string(only_file(&kept, extension)).unwrap().contains("Half an "));
    }
}

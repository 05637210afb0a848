//! `atelier sessions`.

use std::fs;

use atelier_protocol::{EventBody, Json, Role};
use fake_model_server::Reply;
use rusqlite::Connection;

use crate::{
    home::{Home, events},
    log::{settled, texts},
    model::Model,
};

fn home_with_two_sessions(model: &Model) -> (Home, String, String) {
    model.reply(Reply::text("Use a lock."));
    model.reply(Reply::text("Bonjour."));
    let home = Home::of(model);
    home.run(&["run", "Fix the \x1b[31mrace"]).success();
    let first = home.only_session();
    home.run(&["run", "Say hello\nin French"]).success();
    let second = home.sessions()[0].id.to_string();
    (home, first, second)
}

#[test]
fn the_list_has_the_last_used_first_and_can_not_be_made_to_spoil_the_terminal() {
    let model = Model::start();
    let (home, first, second) = home_with_two_sessions(&model);
    let list = home.run(&["sessions", "list"]).success();
    let expected = format!("{}  just now  Say hello\n{}  just now  Fix the ␛[31mrace\n", &second[..8], &first[..8]);
    assert_eq!(list, expected);
}

#[test]
fn the_list_says_what_each_session_cost_if_asked() {
    let model = Model::start();
    let home = Home::of(&model);
    home.run(&["run", "--model", "claude-sonnet-4-5", "cheap"]).success();
    home.run(&["run", "--model", "nobody-knows", "who knows"]).success();
    let list = home.run(&["sessions", "list", "--cost"]).success();
    let lines: Vec<_> = list.lines().collect();
    assert!(lines[0].ends_with("  who knows") && !lines[0].contains('$'), "{list}");
    assert!(lines[1].contains("  $0.00") && lines[1].ends_with("  cheap"), "{list}");
    let json = home.run(&["sessions", "list", "--cost", "--json"]).success();
    let entries: Vec<Json> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((entries[0]["cost"].as_u64(), entries[0]["unpriced_requests"].as_u64()), (Some(0), Some(1)));
    assert!(entries[1]["cost"].as_u64() > Some(0) && entries[1]["usage"]["output_tokens"].as_u64() > Some(0), "{json}");
    assert!(!home.run(&["sessions", "list", "--json"]).success().contains("cost"));
}

#[test]
fn an_empty_list_is_empty_for_programs_and_explained_to_people() {
    let home = Home::without_key();
    let finished = home.run(&["sessions", "list"]);
    assert!(finished.stderr.contains("atelier chat"));
    assert_eq!(finished.success(), "");
}

#[test]
fn a_conversation_is_shown_as_text() {
    let model = Model::start();
    let (home, _, second) = home_with_two_sessions(&model);
    assert_eq!(home.text(&second[..8]), "> Say hello\n  in French\nBonjour.\n");
}

#[test]
fn a_failed_turn_is_shown_with_its_reason() {
    let model = Model::start();
    model.reply(Reply::error(401, "authentication_error", "invalid x-api-key"));
    let home = Home::of(&model);
    home.run(&["run", "hi"]).failure();
    let text = home.text(&home.only_session());
    assert!(text.starts_with("> hi\n[failed: Anthropic did not accept the API key"), "{text}");
}

#[test]
fn an_export_is_the_log_whole_even_what_this_version_does_not_know() {
    let model = Model::start();
    let (home, first, second) = home_with_two_sessions(&model);
    let before = home.log(&second);
    assert_eq!(texts(&settled(&before), Role::Assistant), ["Bonjour."]);

    let unknown = r#"{"type":"tool.danced","steps":[1,{"z":null,"a":"é"}]}"#;
    append_as_a_later_version_would(&home, &second, unknown);
    let file = home.path().join("export.jsonl");
    home.run(&["sessions", "export", &second, "--output", file.to_str().unwrap()]).success();
    let lines = fs::read_to_string(&file).unwrap();
    assert_eq!(lines, home.run(&["sessions", "export", &second]).success());
    let after = events(&lines);
    assert_eq!(after[..before.len()], before[..]);
    assert!(matches!(after.last().unwrap().body, EventBody::Unknown(_)));
    assert!(lines.trim_end().ends_with(r#""type":"tool.danced","steps":[1,{"z":null,"a":"é"}]}"#), "{lines}");

    // The session with the unknown event goes on; the other one is untouched by all this.
    home.run(&["run", "--session", &second, "Encore"]).success();
    settled(&home.log(&second));
    assert_eq!(texts(&settled(&home.log(&first)), Role::Assistant), ["Use a lock."]);
}

#[test]
fn words_are_found_in_any_session_by_a_process_that_has_not_seen_them() {
    let model = Model::start();
    let (home, first, second) = home_with_two_sessions(&model);
    let hits = |arguments: &[&str]| -> Vec<Json> {
        let lines = home.run(&[&["sessions", "search", "--json"], arguments].concat()).success();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let found = hits(&["LOCK"]);
    assert_eq!((found.len(), found[0]["session"].as_str()), (1, Some(first.as_str())));
    assert_eq!((found[0]["source"].as_str(), found[0]["highlights"][0][1].as_u64()), (Some("answer"), Some(10)));
    assert_eq!(hits(&["fren*"])[0]["session"].as_str(), Some(second.as_str()));
    assert_eq!((hits(&["fix", "the"]).len(), hits(&["--", "fix", "-the"]).len()), (1, 0));

    let printed = home.run(&["sessions", "search", "fix"]).success();
    assert_eq!(printed, format!("{}  just now  Fix the ␛[31mrace\n    you: Fix the [31mrace\n", &first[..8]));
    let nothing = home.run(&["sessions", "search", "xylophone"]);
    assert!(nothing.stderr.starts_with("Nothing was found."), "{nothing:?}");
    assert!(home.run(&["sessions", "search", "?!"]).failure().starts_with("There is no word to look for"));
}

#[test]
fn sessions_are_listed_and_searched_by_the_folder_they_work_in() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    home.run(&["run", "--project", project.to_str().unwrap(), "with a folder"]).success();
    let session = home.only_session();
    home.run(&["run", "--no-tools", "without a folder"]).success();
    let list = |arguments: &[&str]| home.run(&[&["sessions", "list"], arguments].concat()).success();
    assert_eq!(list(&["--project", "project"]), format!("{}  just now  with a folder\n", &session[..8]));
    assert_eq!((list(&[]).lines().count(), list(&["-n", "1"]).lines().count()), (2, 1));
    assert_eq!(home.sessions()[1].project.as_deref(), project.to_str());
    let elsewhere = home.run(&["sessions", "list", "--project", "/nowhere/at/all"]);
    assert!(elsewhere.stderr.starts_with("No session works in that folder"), "{elsewhere:?}");
    let found = home.run(&["sessions", "search", "--project", "project", "folder"]).success();
    assert!(found.contains("with a folder") && !found.contains("without"), "{found}");
}

fn append_as_a_later_version_would(home: &Home, session: &str, body: &str) {
    let database = Connection::open(home.database()).unwrap();
    let added = database.execute(
        "INSERT INTO events (session, seq, at, body)
         SELECT number, last_seq + 1, updated_at, ?2 FROM sessions WHERE id = ?1",
        (session, body),
    );
    assert_eq!(added.unwrap(), 1);
    database.execute("UPDATE sessions SET last_seq = last_seq + 1 WHERE id = ?1", [session]).unwrap();
}

#[test]
fn an_export_that_can_not_be_written_says_where() {
    let model = Model::start();
    let (home, first, _) = home_with_two_sessions(&model);
    let told = home.run(&["sessions", "export", &first, "-o", "missing/folder/file"]).failure();
    assert!(told.starts_with("missing/folder/file could not be written"), "{told}");
}

#[test]
fn long_logs_are_exported_and_shown_whole() {
    let model = Model::start();
    model.reply(Reply::deltas(20_000, "{n} "));
    let home = Home::of(&model);
    let printed = home.run(&["run", "count"]).success();
    let session = home.only_session();
    settled(&home.log(&session));
    assert_eq!(home.text(&session), format!("> count\n{printed}"));
    assert!(printed.ends_with("19999 20000 \n"));
}

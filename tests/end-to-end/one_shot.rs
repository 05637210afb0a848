//! `atelier run`.

use std::{io::Write, process::Stdio};

use atelier_protocol::{AgentState, EventBody, Json, TurnOutcome};
use fake_model_server::{Reply, Step};
use serde_json::json;

use crate::{
    home::{ATELIER, Home, events},
    log::{assert_seen_is_logged, outcomes, settled},
    model::{Model, said, stalling_answer},
    process::Running,
};

#[test]
fn the_answer_appears_while_the_model_still_writes_it() {
    let model = Model::start();
    model.reply(stalling_answer("Hel", "lo."));
    let home = Home::of(&model);
    let running = home.start(&["run", "Greet me"]);
    running.stdout.until_contains("Hel");
    model.release();
    let finished = running.wait();
    assert_eq!(finished.stderr, "");
    assert_eq!(finished.success(), "Hello.\n");
    assert_eq!(model.conversations(), [serde_json::json!([said("user", "Greet me")])]);
}

#[test]
fn text_mode_prints_the_answer_alone_and_exactly_as_it_came() {
    let model = Model::start();
    let thinking = Step::Thinking(vec!["Hmm".into()], "signature".into());
    model.reply(Reply::message([thinking, Step::Text(vec!["a\x1b[31mb\r\n".into(), "世界".into()])]));
    let home = Home::of(&model);
    assert_eq!(home.run(&["run", "hi"]).success(), "a\x1b[31mb\r\n世界\n");
}

#[test]
fn json_mode_prints_every_event_as_it_stands_in_the_log() {
    let model = Model::start();
    let thinking = Step::Thinking(vec!["Hmm".into()], "signature".into());
    model.reply(Reply::message([thinking, Step::Text(vec!["one ".into(), "two".into()])]));
    let home = Home::of(&model);
    let printed = events(&home.run(&["run", "--json", "hi"]).success());

    let log = home.log(&home.only_session());
    settled(&log);
    assert_seen_is_logged(&printed, 0, &log);
    assert_eq!(printed.last().map(|event| event.seq), log.last().map(|event| event.seq));
    assert_eq!(printed.last().unwrap().body, EventBody::StateChanged { state: AgentState::Idle });
}

#[test]
fn json_mode_names_the_session_first_so_that_a_program_can_ask_on() {
    let model = Model::start();
    let home = Home::of(&model);
    let first_line = |arguments: &[&str]| -> Json {
        let lines = home.run(arguments).success();
        serde_json::from_str(lines.lines().next().unwrap()).unwrap()
    };
    let line = first_line(&["run", "--json", "one"]);
    let session = home.only_session();
    assert_eq!(line, json!({"type": "session", "id": session}));
    assert_eq!(first_line(&["run", "--json", "--session", line["id"].as_str().unwrap(), "two"]), line);
    assert_eq!(outcomes(&home.log(&session)), [TurnOutcome::Completed; 2]);
}

#[test]
fn what_an_answer_took_is_told_on_request_and_never_where_the_answer_goes() {
    let model = Model::start();
    let home = Home::of(&model);
    let priced = home.run(&["run", "--usage", "--model", "claude-sonnet-4-5", "hi"]);
    let line = priced.stderr.trim_end();
    assert!(line.contains(" in ") && line.contains(" out · $0.00") && line.contains("first token "), "{priced:?}");
    assert!(!line.contains('\n') && line.ends_with(" s") && line.chars().count() < 80, "{line}");
    assert_eq!(priced.success(), "Hello from the fake model server.\n");

    let unknown = home.run(&["run", "-u", "--model", "claude-of-tomorrow", "hi"]);
    assert!(unknown.stderr.contains(" out · first token ") && !unknown.stderr.contains('$'), "{unknown:?}");
    model.reply(Reply::error(400, "invalid_request_error", "No."));
    let failed = home.run(&["run", "-u", "hi"]);
    assert!(failed.code == Some(1) && failed.stderr.starts_with("Nothing is known of what it took."), "{failed:?}");
}

#[test]
fn a_second_prompt_in_a_session_sends_what_was_said_before() {
    let model = Model::start();
    model.reply(Reply::text("I am fine."));
    let home = Home::of(&model);
    home.run(&["run", "How are you?"]).success();
    let session = home.only_session();
    home.run(&["run", "--session", &session[..8], "Good."]).success();

    let conversation = [said("user", "How are you?"), said("assistant", "I am fine."), said("user", "Good.")];
    assert_eq!(model.conversations()[1], serde_json::json!(conversation));
    assert_eq!(outcomes(&home.log(&session)), [TurnOutcome::Completed; 2]);
}

#[test]
fn the_model_can_be_chosen_for_one_run() {
    let model = Model::start();
    let home = Home::of(&model);
    home.run(&["run", "--model", "claude-other", "hi"]).success();
    assert_eq!(model.requests()[0].body["model"], "claude-other");
}

#[test]
fn a_prompt_can_be_piped_in() {
    let model = Model::start();
    let home = Home::of(&model);
    for arguments in [&["run"][..], &["run", "-"]] {
        let mut running = Running::start(home.command(ATELIER).args(arguments).stdin(Stdio::piped()));
        running.input().write_all(b"first line\nsecond \xff line\n").unwrap();
        running.wait().success();
    }
    for conversation in model.conversations() {
        assert_eq!(conversation, serde_json::json!([said("user", "first line\nsecond \u{fffd} line")]));
    }
}

#[test]
fn an_empty_prompt_is_refused() {
    let model = Model::start();
    let home = Home::of(&model);
    assert!(home.run(&["run", "  "]).failure().contains("empty"));
    assert_eq!((model.requests(), home.sessions()), (vec![], vec![]));
}

#[test]
fn without_a_key_the_demo_answers_and_says_so_where_a_script_sees_it() {
    let home = Home::without_key();
    let running = home.start(&["run", "hi"]);
    running.stderr.until_contains("the built-in demo answers, not a model");
    running.stdout.until_contains("a script, not a model");
}

#[test]
fn an_answer_that_was_cut_at_the_output_limit_says_so() {
    let model = Model::start();
    model.reply(Reply::steps([Step::Start, Step::Text(vec!["Half".into()]), Step::Stop("max_tokens".into())]));
    let home = Home::of(&model);
    let finished = home.run(&["run", "hi"]);
    assert!(finished.stderr.contains("output limit"), "{finished:?}");
    assert_eq!(finished.success(), "Half\n");
}

#[test]
fn sessions_that_do_not_exist_are_named_as_such() {
    let home = Home::without_key();
    let missing = "0b6f1c1e-5a0e-4b9e-9a55-0d3c1f3f7a10";
    for (given, sentence) in [
        (missing, "There is no session 0b6f1c1e"),
        ("0b6f", "No session's id begins with “0b6f”"),
        ("nonsense", "“nonsense” is not a session id"),
    ] {
        let told = home.run(&["run", "--session", given, "hi"]).failure();
        assert!(told.starts_with(sentence) && told.contains("atelier sessions list"), "{told}");
    }
    assert_eq!(home.sessions(), []);
}

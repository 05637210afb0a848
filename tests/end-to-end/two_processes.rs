//! Several processes on the same sessions: the command twice, and the command beside the app (which is the workbench
//! in this process).

use atelier_protocol::{AgentState, EventBody, SessionEvent, SessionId, TurnOutcome};
use atelier_workbench::{EventReader, Workbench};
use fake_model_server::Reply;
use tokio::time::timeout;

use crate::{
    home::{Home, events},
    log::{assert_seen_is_logged, outcomes, settled},
    model::{Model, stalling_answer},
    process::PATIENCE,
};

#[test]
fn a_second_prompt_is_refused_while_another_process_answers_and_all_readers_see_everything() {
    let model = Model::start();
    model.reply(Reply::text("Ready."));
    let home = Home::of(&model);
    home.run(&["run", "hi"]).success();
    let session = home.only_session();
    let app = Workbench::open(&home.open_options()).unwrap();
    let id: SessionId = session.parse().unwrap();
    let reader = app.block_on(app.follow(id, 0)).unwrap();

    model.reply(stalling_answer("Half an ", "answer."));
    let running = home.start(&["run", "--json", "--session", &session, "Tell me"]);
    running.stdout.until_contains("Half an ");

    // Another process, and this one, as the app would be.
    let refused = home.run(&["run", "--session", &session, "Me too"]).failure();
    assert!(refused.contains("still working on the last prompt"), "{refused}");
    let refused = app.block_on(app.send(id, "Me too".to_owned(), None)).unwrap_err();
    assert_eq!(refused.kind, atelier_workbench::ErrorKind::SessionBusy);
    // What stands there so far can be read meanwhile, and reading it does not disturb the turn.
    assert_eq!(home.text(&session), "> hi\nReady.\n\n> Tell me\nHalf an \n");
    assert!(home.run(&["sessions", "list"]).success().contains("(running)"));

    model.release();
    let printed = events(&running.wait().success());
    let log = home.log(&session);
    settled(&log);
    assert_eq!(outcomes(&log), [TurnOutcome::Completed; 2]);
    let first_of_turn = printed[0].seq - 1;
    assert_seen_is_logged(&printed, first_of_turn, &log);
    assert_eq!(printed.last(), log.last());
    let last = log.last().unwrap().seq;
    let seen = read_until_idle(&app, &reader, last - 1);
    assert_seen_is_logged(&seen, 0, &log);
    assert_eq!(model.requests().len(), 2, "a refused prompt must not reach the model");

    app.block_on(app.send(id, "Now me".to_owned(), None)).unwrap();
    let seen = read_until_idle(&app, &reader, last);
    app.block_on(app.close());
    assert_seen_is_logged(&seen, last, &home.log(&session));
}

/// Reads until the session is idle after the given event.
fn read_until_idle(app: &Workbench, reader: &EventReader, after: u64) -> Vec<SessionEvent> {
    let idle = EventBody::StateChanged { state: AgentState::Idle };
    let mut seen: Vec<SessionEvent> = Vec::new();
    while !seen.last().is_some_and(|event| event.seq > after && event.body == idle) {
        let batch = app.block_on(async { timeout(PATIENCE, reader.next_batch(100)).await });
        seen.extend(batch.expect("an event within the limit").unwrap());
    }
    seen
}

#[test]
fn sessions_of_different_processes_do_not_wait_for_each_other() {
    let model = Model::start();
    model.reply(stalling_answer("Half an ", "answer."));
    let home = Home::of(&model);
    let slow = home.start(&["run", "slow"]);
    slow.stdout.until_contains("Half an ");
    assert_eq!(home.run(&["run", "fast"]).success(), "Hello from the fake model server.\n");
    model.release();
    assert_eq!(slow.wait().success(), "Half an answer.\n");
    for session in home.sessions() {
        settled(&home.log(&session.id.to_string()));
    }
}

#[test]
fn an_opening_process_leaves_a_running_turn_alone_and_closes_a_dead_one() {
    let model = Model::start();
    model.reply(stalling_answer("Alive ", "and well."));
    model.reply(stalling_answer("Doomed ", "never"));
    let home = Home::of(&model);
    let alive = home.start(&["run", "first"]);
    alive.stdout.until_contains("Alive ");
    let doomed = home.start(&["run", "second"]);
    doomed.stdout.until_contains("Doomed ");
    doomed.kill();

    let by_title = |title: &str| {
        let found = home.sessions().into_iter().find(|session| session.title == title).unwrap();
        home.log(&found.id.to_string())
    };
    settled(&by_title("second"));
    assert_eq!(outcomes(&by_title("second")), [TurnOutcome::Interrupted]);
    assert_eq!(outcomes(&by_title("first")), []);
    model.release();
    assert_eq!(alive.wait().success(), "Alive and well.\n");
    assert_eq!(outcomes(&by_title("first")), [TurnOutcome::Completed]);
}

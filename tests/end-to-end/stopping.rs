//! Stopping a one-shot run: by signal, and by leaving it.

use std::{io::Read, process::Stdio};

use atelier_protocol::TurnOutcome;
use fake_model_server::{Ending, Reply};
use rustix::process::Signal;

use crate::{
    home::{ATELIER, Home},
    log::{newest_answer, outcomes, settled},
    model::{Model, stalling_answer},
    process::Printed,
};

fn assert_interrupted(home: &Home, partial: &str) {
    let log = home.log(&home.only_session());
    let conversation = settled(&log);
    assert_eq!(outcomes(&log), [TurnOutcome::Interrupted]);
    let answer = newest_answer(&conversation);
    assert_eq!((answer.text.as_str(), answer.complete), (partial, Some(false)));
}

#[test]
fn signals_interrupt_the_turn_keep_what_had_come_and_end_with_their_code() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let model = Model::start();
        model.reply(stalling_answer("Half an ", "answer"));
        let home = Home::of(&model);
        let running = home.start(&["run", "hi"]);
        running.stdout.until_contains("Half an ");
        running.signal(signal);
        let finished = running.wait();
        assert_eq!(finished.code, Some(code));
        assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), ("Half an \n", ""));
        assert!(matches!(model.until_ended(0), Ending::ClientClosed { .. }), "the request goes on");
        assert_interrupted(&home, "Half an ");
    }
}

#[test]
fn a_signal_before_the_first_word_is_no_different() {
    let model = Model::start();
    model.reply(Reply::text("never sent").held());
    let home = Home::of(&model);
    let running = home.start(&["run", "hi"]);
    model.until_requests(1);
    running.signal(Signal::INT);
    let finished = running.wait();
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(130), ""));
    assert_eq!(outcomes(&home.log(&home.only_session())), [TurnOutcome::Interrupted]);
}

#[test]
fn a_turn_can_be_stopped_while_nobody_reads_its_output() {
    let model = Model::start();
    // Far more than fits into a pipe, so that the command is stuck in a write until it is read.
    model.reply(Reply::deltas(1_000_000, "word {n} "));
    let home = Home::of(&model);
    let mut command = home.command(ATELIER);
    let mut child = command.args(["run", "hi"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    model.until_requests(1);
    let pid = rustix::process::Pid::from_child(&child);
    let still_reading = child.stdout.take();
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    assert!(matches!(model.until_ended(0), Ending::ClientClosed { .. }));
    drop(still_reading);
    assert!(!child.wait().unwrap().success());
    settled(&home.log(&home.only_session()));
}

#[test]
fn a_reader_that_leaves_ends_the_run_without_a_word() {
    let model = Model::start();
    model.reply(stalling_answer("Half an ", "answer"));
    let home = Home::of(&model);
    let mut command = home.command(ATELIER);
    let mut child = command.args(["run", "hi"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stderr = Printed::collect(child.stderr.take().unwrap());
    let mut first = [0; 4];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"Half");
    // The reading end is closed by now; the command finds out when it writes the rest.
    model.release();
    assert_eq!(stderr.until_end(), "");
    assert_eq!(child.wait().unwrap().code(), Some(141));
    settled(&home.log(&home.only_session()));
}

//! `kill -9` at any moment of a streamed turn: what a reader had seen is in the log, what was acknowledged is in the
//! log, the log replays, and the next turn works.

use std::{thread, time::Duration};

use atelier_protocol::{EventBody, Role, SessionEvent, TurnOutcome};
use fake_model_server::{Reply, Step};
use rusqlite::Connection;

use crate::{
    home::{Home, events},
    log::{assert_seen_is_logged, newest_answer, outcomes, settled, texts},
    model::Model,
    process::Finished,
    random::{Random, seed},
};

const KILLS: usize = 200;
/// Sessions that are worked on at the same time, each with a home of its own.
const LANES: usize = 4;
/// Words of the answer, one a delta.
const WORDS: u64 = 60;
const PACE: Duration = Duration::from_millis(2);

/// When the process is killed.
#[derive(Debug)]
enum Moment {
    /// So long after it was started: while it opens, takes the prompt, or streams.
    AfterStart(Duration),
    /// So long after it has printed this word of the answer.
    AfterWord(u64, Duration),
}

/// What a lane's kills found, to check at the end that they hit what they were meant to hit.
#[derive(Debug, Default)]
struct Tally {
    before_the_prompt: usize,
    during_the_turn: usize,
    after_it: usize,
}

#[test]
fn two_hundred_kills_lose_nothing_that_was_acknowledged_or_seen() {
    let seed = seed();
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES as u64)
            .map(|lane| scope.spawn(move || Lane::new(seed.wrapping_mul(31).wrapping_add(lane)).kill_many()))
            .collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    println!("{tallies:?}");
    let hit = |count: fn(&Tally) -> usize| tallies.iter().map(count).sum::<usize>();
    assert_eq!(hit(|tally| tally.before_the_prompt + tally.during_the_turn + tally.after_it), KILLS);
    // Every kill after a word of an answer that is then held back is one during the turn: 16 of the 50 in each lane.
    assert!(hit(|tally| tally.during_the_turn) >= LANES * 16);
}

struct Lane {
    random: Random,
    model: Model,
    home: Home,
    session: String,
    /// The log after the last turn.
    log: Vec<SessionEvent>,
    tally: Tally,
}

impl Lane {
    fn new(seed: u64) -> Self {
        let model = Model::start();
        let home = Home::of(&model);
        home.run(&["run", "begin"]).success();
        let session = home.only_session();
        let log = home.log(&session);
        Self { random: Random(seed), model, home, session, log, tally: Tally::default() }
    }

    fn kill_many(mut self) -> Tally {
        for number in 0..KILLS / LANES {
            let prompt = format!("prompt {number}");
            let moment = self.moment(number);
            let seen = events(&self.kill_a_turn(number, &prompt, &moment).stdout);
            let asked = self.model.conversations().last().is_some_and(|messages| {
                let newest = &messages[messages.as_array().map_or(0, |all| all.len() - 1)];
                newest["content"][0]["text"] == prompt.as_str()
            });
            self.check(&prompt, &moment, &seen, asked);
            self.next_turn_works();
        }
        self.tally
    }

    /// Two thirds of the kills come after a certain word, the others at a certain time.
    fn moment(&mut self, number: usize) -> Moment {
        if number.is_multiple_of(3) {
            Moment::AfterStart(Duration::from_micros(self.random.below(300_000)))
        } else {
            Moment::AfterWord(1 + self.random.below(WORDS), Duration::from_micros(self.random.below(4_000)))
        }
    }

    fn kill_a_turn(&mut self, number: usize, prompt: &str, moment: &Moment) -> Finished {
        let mut steps = vec![Step::Start, Step::Text((1..=WORDS).map(word).collect())];
        // Every second answer is held back at its end, so that the turn can't be over before the kill.
        steps.push(if number.is_multiple_of(2) { Step::Stall } else { Step::Stop("end_turn".to_owned()) });
        self.model.default_reply(Reply::steps(steps).pace(PACE));
        let running = self.home.start(&["run", "--json", "--session", &self.session, prompt]);
        match moment {
            Moment::AfterStart(delay) => thread::sleep(*delay),
            Moment::AfterWord(number, delay) => {
                running.stdout.until_contains(&word(*number));
                thread::sleep(*delay);
            }
        }
        running.kill()
    }

    /// Reads the log in a new process and compares it with what is known. `asked`: the model has got the prompt.
    fn check(&mut self, prompt: &str, moment: &Moment, seen: &[SessionEvent], asked: bool) {
        let log = self.home.log(&self.session);
        let before = self.log.len();
        assert_eq!(log[..before], self.log[..], "{moment:?}: what stood in the log before has changed");
        assert_seen_is_logged(seen, self.log[before - 1].seq, &log);
        let conversation = settled(&log);
        let logged = texts(&conversation, Role::User).last() == Some(&prompt);
        let acknowledged = seen.iter().any(|event| matches!(event.body, EventBody::TurnStarted { .. }));
        assert!(logged || !acknowledged, "{moment:?}: an acknowledged prompt is lost");
        assert!(logged || !asked, "{moment:?}: the request left before the prompt was kept");
        if !logged {
            assert_eq!(log.len(), before, "{moment:?}: half a prompt is in the log");
            self.tally.before_the_prompt += 1;
        } else if outcomes(&log).last() == Some(&TurnOutcome::Completed) {
            self.tally.after_it += 1;
        } else {
            assert_eq!(outcomes(&log).last(), Some(&TurnOutcome::Interrupted), "{moment:?}");
            self.tally.during_the_turn += 1;
            let full: String = (1..=WORDS).map(word).collect();
            let answer = newest_answer(&conversation);
            if answer.turn == conversation.messages.last().unwrap().turn {
                assert!(full.starts_with(&answer.text), "{moment:?}: the partial answer is not what was sent");
            }
            if let Moment::AfterWord(number, _) = moment {
                assert!(answer.text.contains(&word(*number)), "{moment:?}: a word that was seen is lost");
            }
        }
        self.log = log;
    }

    fn next_turn_works(&mut self) {
        self.model.default_reply(Reply::text("All is well."));
        let printed = self.home.run(&["run", "--session", &self.session, "and now?"]).success();
        assert_eq!(printed, "All is well.\n");
        let log = self.home.log(&self.session);
        settled(&log);
        assert_eq!(log[..self.log.len()], self.log[..]);
        self.log = log;
    }
}

/// A log that refuses one event of the end stands for a process that dies just before it.
#[test]
fn the_end_of_a_turn_is_in_the_log_whole_or_not_at_all() {
    let model = Model::start();
    model.reply(Reply::text("Half of it is nothing."));
    let home = Home::of(&model);
    home.sessions();
    let sql = Connection::open(home.database()).unwrap();
    let refuse_idle = "CREATE TRIGGER refuse_idle BEFORE INSERT ON events WHEN NEW.body LIKE '%\"state\":\"idle\"%' \
         BEGIN SELECT RAISE(ABORT, 'refused'); END";
    sql.execute_batch(refuse_idle).unwrap();
    home.run(&["run", "Tell me"]).failure();
    let ends = "SELECT count(*) FROM events WHERE body LIKE '%turn.finished%' OR body LIKE '%usage%'";
    assert_eq!(sql.query_row(ends, [], |row| row.get::<_, i64>(0)).unwrap(), 0);

    sql.execute_batch("DROP TRIGGER refuse_idle").unwrap();
    let log = home.log(&home.only_session());
    let conversation = settled(&log);
    assert_eq!(outcomes(&log), [TurnOutcome::Interrupted]);
    assert_eq!(newest_answer(&conversation).text, "Half of it is nothing.");
}

fn word(number: u64) -> String {
    format!("w{number}; ")
}

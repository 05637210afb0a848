//! `kill -9` at any moment of a turn that uses tools and asks: no tool is run twice or without the user's word, no question
//! and no queued prompt is lost, the log replays, and the turn can be gone on with.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use atelier_protocol::{
    AgentState, Conversation, Decision, Role, SessionEvent, SessionId, ToolCall, ToolOutcome, ToolStage,
};
use atelier_workbench::{ErrorKind, Workbench};
use fake_model_server::Reply;
use rustix::process::Signal;
use serde_json::json;

use crate::{
    home::Home,
    log::settled,
    model::Model,
    process::PATIENCE,
    random::{Random, seed},
    terminal::{ENTER, Terminal},
};

const KILLS: usize = 200;
/// Sessions that are worked on at the same time, each with a home of its own.
const LANES: usize = 4;
const QUESTION: &str = "Allow? yes, always, no";

#[test]
fn two_hundred_kills_run_no_tool_twice_and_lose_no_question_and_no_queued_prompt() {
    let seed = seed();
    let tallies: Vec<_> = thread::scope(|scope| {
        let lane = |lane: u64| move || Lane::new(seed.wrapping_mul(37).wrapping_add(lane)).kill_many();
        let lanes: Vec<_> = (0..LANES as u64).map(|number| scope.spawn(lane(number))).collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    let mut all = BTreeMap::<&str, usize>::new();
    tallies.into_iter().flatten().for_each(|(stage, count)| *all.entry(stage).or_default() += count);
    println!("where the newest call stood: {all:?}");
    assert_eq!(all.values().sum::<usize>(), KILLS);
    assert!(all.get("asked").is_some_and(|asked| *asked >= KILLS / 10), "{all:?}");
}

struct Lane {
    random: Random,
    model: Model,
    home: Home,
    /// Another process on the same sessions, as the app is.
    app: Workbench,
    project: PathBuf,
    session: SessionId,
    log: Vec<SessionEvent>,
    /// The prompts that were queued and acknowledged.
    queued: Vec<String>,
}

impl Lane {
    fn new(seed: u64) -> Self {
        let model = Model::start();
        let home = Home::of(&model);
        let project = home.project();
        home.run(&["run", "begin", "--project", project.to_str().unwrap()]).success();
        let app = Workbench::open(&home.open_options()).unwrap();
        let session = home.only_session().parse().unwrap();
        Self { random: Random(seed), model, home, app, project, session, log: Vec::new(), queued: Vec::new() }
    }

    fn kill_many(mut self) -> BTreeMap<&'static str, usize> {
        let mut tally = BTreeMap::new();
        for number in 0..KILLS / LANES {
            self.kill_a_turn(number);
            let conversation = self.conversation();
            let newest = conversation.calls.last().map_or("none", |call| stage(&call.stage));
            *tally.entry(newest).or_default() += 1;
            self.check(&conversation);
            self.go_on();
            let conversation = self.conversation();
            self.check(&conversation);
            settled(&self.log);
            for text in &self.queued {
                let told =
                    conversation.messages.iter().filter(|message| message.role == Role::User && message.text == *text);
                assert_eq!(told.count(), 1, "{text} was queued");
            }
        }
        self.app.block_on(self.app.close());
        tally
    }

    /// Runs a turn with two commands in a chat of its own, answers its questions, and kills it at some moment.
    fn kill_a_turn(&mut self, number: usize) {
        let append = |id: &'static str, part: &str| {
            (id, "shell_exec", json!({"command": format!("echo {number}{part} >> log")}))
        };
        self.model.reply(Reply::tool_calls([append("toolu_1", "a"), append("toolu_2", "b")]));
        let mut terminal = Terminal::start(&self.home, &["chat", "--session", &self.session.to_string()]);
        let steps = self.random.below(6);
        if steps > 0 {
            terminal.until_prompt(1);
            terminal.press(&format!("prompt {number}"));
            terminal.press(ENTER);
        }
        for question in 1..=2 {
            if steps >= 2 * question {
                terminal.screen.until(|text| text.matches(QUESTION).count() >= usize::try_from(question).unwrap());
                if question == 1 && self.random.below(2) == 0 {
                    self.queue(number);
                }
            }
            if steps > 2 * question {
                terminal.press("yes");
                terminal.press(ENTER);
            }
        }
        thread::sleep(Duration::from_micros(self.random.below(if steps < 2 { 400_000 } else { 40_000 })));
        terminal.signal(Signal::KILL);
        terminal.wait();
    }

    fn queue(&mut self, number: usize) {
        let text = format!("queued {number}");
        match self.app.block_on(self.app.queue_prompt(self.session, text.clone())) {
            Ok(Some(_)) => self.queued.push(text),
            Ok(None) => {}
            Err(error) => assert_eq!(error.kind, ErrorKind::SessionBusy, "{error}"),
        }
    }

    /// Goes on in this process until nothing is left to do, and says yes to whatever is asked.
    fn go_on(&self) {
        let (app, session) = (&self.app, self.session);
        let deadline = Instant::now() + PATIENCE;
        app.block_on(async {
            loop {
                app.go_on(session).await.unwrap();
                let conversation = app.conversation(session).await.unwrap();
                if let Some((call, _)) = conversation.questions().next() {
                    app.resolve(session, call.id, Decision::Approved { always: false }).await.unwrap();
                }
                if conversation.state == AgentState::Idle && conversation.queued.is_empty() {
                    return;
                }
                assert!(Instant::now() < deadline, "it does not come to an end: {:?}", conversation.calls.last());
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }

    /// The log as a fold; what stood in it before is still there.
    fn conversation(&mut self) -> Conversation {
        let mut log = Vec::new();
        loop {
            let page = self.app.block_on(self.app.read(self.session, log.len() as u64, 10_000)).unwrap();
            if page.is_empty() {
                break;
            }
            log.extend(page);
        }
        assert_eq!(log[..self.log.len()], self.log[..], "what stood in the log before has changed");
        self.log = log;
        let mut conversation = Conversation::default();
        conversation.apply_all(&self.log);
        conversation
    }

    /// Holds what the commands have done against what the log says of them.
    fn check(&self, conversation: &Conversation) {
        let lines = fs::read_to_string(self.project.join("log")).unwrap_or_default();
        let mut done = BTreeMap::<&str, usize>::new();
        lines.lines().for_each(|line| *done.entry(line).or_default() += 1);
        assert!(done.values().all(|times| *times == 1), "a command ran twice: {done:?}");
        for call in &conversation.calls {
            let ran = done.contains_key(line_of(call));
            assert!(!ran || call.decision.as_ref().is_some_and(Decision::allows), "nobody allowed {call:?}");
            match stage(&call.stage) {
                "done" => assert!(ran, "{call:?}"),
                "running" | "broken off" => {}
                _ => assert!(!ran, "{call:?}"),
            }
        }
    }
}

/// What the command of a call appends.
fn line_of(call: &ToolCall) -> &str {
    call.params["command"].as_str().unwrap().split(' ').nth(1).unwrap()
}

fn stage(stage: &ToolStage) -> &'static str {
    match stage {
        ToolStage::Requested => "requested",
        ToolStage::Waiting(_) => "asked",
        ToolStage::Allowed => "allowed",
        ToolStage::Running => "running",
        ToolStage::Refused(_) => "refused",
        ToolStage::Settled(ToolOutcome::Success { .. }) => "done",
        ToolStage::Settled(ToolOutcome::Error { error }) if error.code == "INTERRUPTED" => "broken off",
        ToolStage::Settled(_) => "not run",
    }
}

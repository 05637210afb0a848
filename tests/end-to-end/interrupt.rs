//! Interrupting a turn at every kind of point: within a second everything is settled. The request is closed, the processes
//! are gone, the questions are answered, and what had come is kept.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use atelier_protocol::{
    AgentState, Conversation, ElicitationAnswer, EventBody, SessionEvent, Timestamp, ToolOutcome, ToolStage,
    TurnOutcome,
};
use fake_model_server::{Ending, Reply};
use rustix::process::Signal;
use serde_json::{Value as Json, json};

use crate::{
    home::Home,
    log::{newest_answer, outcomes, settled},
    mcp::add,
    model::{Model, stalling_answer},
    process::{PATIENCE, Running},
    terminal::{CTRL_C, CTRL_D, ENTER, Terminal},
};

/// In milliseconds. A second is promised, and a busy machine takes longer to schedule it; what would go on for an hour has
/// ended long before.
const LIMIT: i64 = 30_000;

/// Never listens, nor does what it starts; what it starts has this in its command line.
const STUBBORN: &str = "trap '' TERM INT HUP; sh -c \"trap '' TERM INT HUP; echo up > up; while :; do sleep 1; done\" \
                        MARK & while :; do sleep 1; done";

/// A model, a user, and a project; every process of a command of it can be told by its name.
struct Room {
    model: Model,
    home: Home,
    mark: String,
}

impl Room {
    fn new() -> Self {
        let model = Model::start();
        let home = Home::of(&model);
        home.project();
        let mark = format!("stubborn-{}", home.path().file_name().unwrap().to_string_lossy());
        Self { model, home, mark }
    }

    fn project(&self) -> std::path::PathBuf {
        self.home.path().join("project")
    }

    fn run(&self, more: &[&str]) -> Running {
        let project = self.project();
        self.home.start(&[&["run", "do it", "--project", project.to_str().unwrap()], more].concat())
    }

    fn chat(&self, more: &[&str]) -> Terminal {
        let project = self.project();
        let mut terminal =
            Terminal::start(&self.home, &[&["chat", "--project", project.to_str().unwrap()], more].concat());
        terminal.until_prompt(1);
        terminal.press("do it");
        terminal.press(ENTER);
        terminal
    }

    fn stubborn(&self) -> Json {
        json!({"command": STUBBORN.replace("MARK", &self.mark)})
    }

    fn calls(&self, tool: &str, arguments: Json) {
        self.model.reply(Reply::tool_calls([("toolu_1", tool, arguments)]));
    }

    fn is_up(&self, file: &str) {
        until(|| self.project().join(file).exists());
    }

    /// Interrupts a script as Ctrl-C does, and waits for its end.
    fn stop(&self, running: Running) -> Conversation {
        let at = Timestamp::now();
        running.signal(Signal::INT);
        assert_eq!(running.wait().code, Some(130));
        let conversation = self.settled_since(at);
        assert_eq!(outcomes(&self.log()).last(), Some(&TurnOutcome::Interrupted));
        conversation
    }

    /// Interrupts a chat, which goes on.
    fn stop_answer(&self, mut terminal: Terminal, prompts: usize) -> Conversation {
        let at = Timestamp::now();
        terminal.press(CTRL_C);
        terminal.until_prompt(prompts);
        terminal.press(CTRL_D);
        assert_eq!(terminal.wait(), 0);
        self.settled_since(at)
    }

    fn log(&self) -> Vec<SessionEvent> {
        self.home.log(&self.home.only_session())
    }

    /// What must be true at every point.
    #[track_caller]
    fn settled_since(&self, interrupted: Timestamp) -> Conversation {
        let log = self.log();
        let conversation = settled(&log);
        let took = log.last().unwrap().at.as_millis() - interrupted.as_millis();
        println!("settled after {took} ms");
        assert!(took <= LIMIT, "it took {took} ms: {:?}", &log[log.len().saturating_sub(6)..]);
        assert_eq!((conversation.questions().count(), conversation.elicitations.len()), (0, 0));
        assert_eq!(conversation.unsettled_calls().count(), 0);
        until(|| !processes().contains(&self.mark));
        conversation
    }

    /// The newest call is told to have been interrupted.
    #[track_caller]
    fn is_interrupted(conversation: &Conversation) {
        assert_eq!(conversation.calls.last().unwrap().stage, ToolStage::Settled(ToolOutcome::interrupted()));
    }
}

/// Every process with its command line, but for those that have ended and were not waited for yet.
fn processes() -> String {
    let listed = Command::new("ps").args(["-A", "-o", "stat=,args="]).output().unwrap().stdout;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    listed.lines().filter(|line| !line.starts_with('Z')).collect::<Vec<_>>().join("\n")
}

fn is_there(process: &str) -> bool {
    let listed = Command::new("ps").args(["-o", "stat=", "-p", process.trim()]).output().unwrap().stdout;
    !listed.is_empty() && !listed.starts_with(b"Z")
}

#[track_caller]
fn until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "it did not come about");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn while_the_model_has_said_nothing_and_in_the_middle_of_its_text() {
    for (reply, said) in [(Reply::text("never sent").held(), ""), (stalling_answer("Half an ", "answer"), "Half an ")] {
        let room = Room::new();
        room.model.reply(reply);
        let running = room.run(&[]);
        room.model.until_requests(1);
        running.stdout.until(|text| text.contains(said));
        let conversation = room.stop(running);
        assert!(matches!(room.model.until_ended(0), Ending::ClientClosed { .. }), "the request goes on");
        if !said.is_empty() {
            assert_eq!(
                (&*newest_answer(&conversation).text, newest_answer(&conversation).complete),
                (said, Some(false))
            );
        }
    }
}

#[test]
fn while_a_command_runs_that_does_not_listen() {
    for more in [&["--allow", "shell_exec"][..], &["--allow", "shell_exec", "--no-sandbox"]] {
        let room = Room::new();
        room.calls("shell_exec", room.stubborn());
        let running = room.run(more);
        room.is_up("up");
        assert!(processes().contains(&room.mark));
        Room::is_interrupted(&room.stop(running));
    }
}

#[test]
fn while_an_mcp_server_does_not_answer() {
    let room = Room::new();
    add(&room.home, "one", &[], "");
    room.calls("hang", json!({}));
    let running = room.run(&["--allow", "hang"]);
    room.is_up("noted-hangs");
    Room::is_interrupted(&room.stop(running));
    room.is_up("noted-cancelled");
    let server = fs::read_to_string(room.project().join("noted-hangs")).unwrap();
    until(|| !is_there(&server));
}

#[test]
fn while_a_language_server_does_not_answer() {
    let mut room = Room::new();
    let programs = room.home.path().join("programs");
    fs::create_dir(&programs).unwrap();
    let server = programs.join("gopls");
    fs::write(&server, include_str!("../../core/language-server/tests/servers/fake.py")).unwrap();
    fs::set_permissions(&server, fs::Permissions::from_mode(0o755)).unwrap();
    room.home = room.home.and("PATH", &format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display()));
    fs::write(room.project().join("a.go"), "hang").unwrap();
    room.calls("hover", json!({"path": "a.go", "line": 1, "col": 0}));
    let running = room.run(&["--allow", "hover"]);
    let log = room.project().join("fake.log");
    until(|| fs::read_to_string(&log).is_ok_and(|text| text.contains("hang")));
    Room::is_interrupted(&room.stop(running));
    let server = fs::read_to_string(room.project().join("fake.pid")).unwrap();
    until(|| !is_there(&server));
}

#[test]
fn while_a_page_does_not_come() {
    let room = Room::new();
    // Takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    room.calls("fetch_url", json!({"url": format!("http://{}/", silent.local_addr().unwrap())}));
    let running = room.run(&["--allow", "fetch_url"]);
    let _asked = silent.accept().unwrap();
    Room::is_interrupted(&room.stop(running));
}

#[test]
fn while_the_user_is_asked_whether_a_call_may_run() {
    let room = Room::new();
    room.calls("write_file", json!({"path": "new.txt", "content": "x"}));
    let terminal = room.chat(&[]);
    terminal.screen.until_contains("Allow? yes, always, no");
    Room::is_interrupted(&room.stop_answer(terminal, 3));
    assert!(!room.project().join("new.txt").exists());
}

#[test]
fn while_the_user_is_asked_what_a_server_wants_to_know() {
    let room = Room::new();
    add(&room.home, "one", &[], "");
    room.calls("ask", json!({}));
    let terminal = room.chat(&["--allow", "ask"]);
    terminal.screen.until_contains("Answer it? yes or no: ");
    room.stop_answer(terminal, 3);
    let answer = room.log().into_iter().find_map(|event| match event.body {
        EventBody::ElicitationResolved { answer, .. } => Some(answer),
        _ => None,
    });
    assert!(matches!(answer, Some(ElicitationAnswer::Cancel { .. })), "{answer:?}");
}

#[test]
fn while_a_sub_agent_works_and_what_it_runs_does_not_listen() {
    let room = Room::new();
    for tool in ["task", "shell_exec"] {
        room.home.run(&["rules", "add", "-g", "allow", tool]).success();
    }
    room.calls("task", json!({"description": "a part", "prompt": "Do it.", "write": true}));
    room.calls("shell_exec", room.stubborn());
    let running = room.run(&[]);
    room.is_up("up");
    Room::is_interrupted(&room.stop(running));
    let child = room.log().iter().find_map(|event| match &event.body {
        EventBody::TaskStarted { session, .. } => Some(session.to_string()),
        _ => None,
    });
    let log = room.home.log(&child.unwrap());
    Room::is_interrupted(&settled(&log));
    assert_eq!(outcomes(&log), [TurnOutcome::Interrupted]);
}

#[test]
fn while_it_waits_to_ask_the_model_again() {
    let room = Room::new();
    room.model.reply(Reply::error(529, "overloaded_error", "Overloaded").header("retry-after", "50"));
    let running = room.run(&[]);
    running.stderr.until_contains("trying again");
    room.stop(running);
    assert_eq!(room.model.requests().len(), 1);
}

#[test]
fn while_the_conversation_is_summarised() {
    let room = Room::new();
    room.model.reply(Reply::text("Done."));
    room.model.reply(Reply::text("never sent").held());
    let mut terminal = room.chat(&[]);
    terminal.until_prompt(2);
    terminal.press("/compact");
    terminal.press(ENTER);
    room.model.until_requests(2);
    let conversation = room.stop_answer(terminal, 3);
    assert!(matches!(room.model.until_ended(1), Ending::ClientClosed { .. }), "the request goes on");
    assert_eq!((conversation.summary, conversation.state), (None, AgentState::Idle));
}

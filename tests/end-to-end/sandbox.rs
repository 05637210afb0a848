//! Commands in the sandbox, as someone at a terminal sees them: refused, asked about, and run outside only then.

use std::{env, fs, path::PathBuf};

use atelier_protocol::AgentState;
use fake_model_server::Reply;
use rustix::process::Signal;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    home::Home,
    log::settled,
    model::Model,
    terminal::{CTRL_D, ENTER, Terminal},
};

const QUESTION: &str = "Allow? yes, always, no";
const REFUSED: &str = "The sandbox has refused it this: ";

struct Outside {
    folder: TempDir,
    project: PathBuf,
}

impl Outside {
    /// Not in `/tmp`, of which a command may have its own.
    fn new(home: &Home) -> Self {
        let cache = env::home_dir().unwrap().join(".cache");
        fs::create_dir_all(&cache).unwrap();
        let folder = tempfile::Builder::new().prefix("atelier-end-to-end-").tempdir_in(cache).unwrap();
        Self { folder, project: home.project() }
    }

    /// The model runs a command that notes each of its runs in the project and then writes outside.
    fn script(&self, model: &Model) {
        let command = format!("echo ran >> runs; echo new > {}/new", self.folder.path().display());
        model.reply(Reply::tool_calls([("toolu_1", "shell_exec", json!({"command": command}))]));
        model.reply(Reply::text("Written."));
    }

    fn chat(&self, home: &Home, more: &[&str]) -> Terminal {
        let arguments = [&["chat", "--project", self.project.to_str().unwrap()], more].concat();
        let mut terminal = Terminal::start(home, &arguments);
        terminal.until_prompt(1);
        terminal.press("write it");
        terminal.press(ENTER);
        terminal.screen.until_contains(QUESTION);
        terminal.press("yes");
        terminal.press(ENTER);
        terminal
    }

    /// The user is asked whether the command may leave the sandbox.
    fn asked_to_leave(terminal: &Terminal) -> String {
        terminal.screen.until(|text| text.split(REFUSED).nth(1).is_some_and(|after| after.contains(QUESTION)))
    }

    fn state(&self) -> (usize, bool) {
        let runs = fs::read_to_string(self.project.join("runs")).unwrap_or_default();
        (runs.lines().count(), self.folder.path().join("new").exists())
    }
}

fn rooms() -> (Model, Home, Outside) {
    let model = Model::start();
    let home = Home::of(&model);
    let outside = Outside::new(&home);
    outside.script(&model);
    (model, home, outside)
}

#[test]
fn what_the_sandbox_refuses_is_asked_about_and_done_outside() {
    let (_model, home, outside) = rooms();
    let mut terminal = outside.chat(&home, &[]);
    let screen = Outside::asked_to_leave(&terminal);
    assert!(screen.contains("outside the sandbox"), "{screen}");
    assert_eq!(outside.state(), (1, false));
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("Written.");
    assert_eq!(outside.state(), (2, true));
    settled(&home.log(&home.only_session()));
}

#[test]
fn the_question_to_leave_the_sandbox_outlives_kill_9_and_nothing_runs_again_before_its_answer() {
    let (_model, home, outside) = rooms();
    let terminal = outside.chat(&home, &[]);
    Outside::asked_to_leave(&terminal);
    terminal.signal(Signal::KILL);
    drop(terminal);
    assert_eq!(home.sessions()[0].state, AgentState::WaitingApproval);
    let mut terminal = Terminal::start(&home, &["chat", "--continue"]);
    Outside::asked_to_leave(&terminal);
    assert_eq!(outside.state(), (1, false));
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("Written.");
    assert_eq!(outside.state(), (2, true));
    terminal.until_prompt(2);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn without_the_sandbox_a_command_has_the_user_s_own_rights() {
    for way in ["argument", "setting", "folder"] {
        let (_model, home, outside) = rooms();
        let folder = json!([outside.folder.path()]).to_string();
        let more = match way {
            "argument" => vec!["--no-sandbox"],
            "setting" => {
                home.run(&["config", "set", "sandbox.enabled", "false"]).success();
                vec![]
            }
            _ => {
                home.run(&["config", "set", "sandbox.writable", &folder]).success();
                vec![]
            }
        };
        let terminal = outside.chat(&home, &more);
        let screen = terminal.screen.until_contains("Written.");
        assert!(!screen.contains(REFUSED), "{screen}");
        assert_eq!(outside.state(), (1, true), "{way}");
    }
}

#[test]
fn doctor_says_what_confines_commands() {
    let home = Home::without_key();
    let text = home.run(&["doctor"]).success();
    assert!(text.contains(" Sandbox: ") && text.contains("reach no network."), "{text}");
    home.run(&["config", "set", "sandbox.network", "true"]).success();
    assert!(home.run(&["doctor"]).success().contains("for temporary files."));
    home.run(&["config", "set", "sandbox.enabled", "false"]).success();
    assert!(home.run(&["doctor"]).success().contains("• Sandbox: none"));
}

#[test]
fn a_command_reads_no_keys_of_ours() {
    let model = Model::start();
    let home = Home::of(&model);
    let data = home.data();
    let command = format!("cat {}/* {}/settings.json; env", data.display(), data.display());
    model.reply(Reply::tool_calls([("toolu_1", "shell_exec", json!({"command": command}))]));
    model.reply(Reply::text("Looked."));
    let project = home.project();
    let mut terminal = Terminal::start(&home, &["chat", "--project", project.to_str().unwrap()]);
    terminal.until_prompt(1);
    terminal.press("look");
    terminal.press(ENTER);
    terminal.screen.until_contains(QUESTION);
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("Looked.");
    let told = model.conversations()[1].to_string();
    assert!(told.contains("ATELIER_SANDBOX") && !told.contains("SQLite format"), "{told}");
    assert!(!crate::home::shows_key(told.as_bytes()), "{told}");
}

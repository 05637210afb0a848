//! Agents that commit and that read the web, as someone at a terminal sees them.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::Command,
    thread,
};

use fake_model_server::Reply;
use serde_json::json;

use crate::{
    home::Home,
    model::Model,
    terminal::{ENTER, Terminal},
};

const QUESTION: &str = "Allow? yes, always, no";

fn git(project: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(project).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_commit_is_made_once_the_user_has_seen_it() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    git(&project, &["init", "-q", "-b", "main"]);
    for setting in [["user.name", "Ann"], ["user.email", "ann@localhost"], ["commit.gpgsign", "false"]] {
        git(&project, &["config", setting[0], setting[1]]);
    }
    model.reply(Reply::tool_calls([("toolu_1", "git_status", json!({}))]));
    let commit = json!({"message": "Take notes", "files": ["notes.txt"]});
    model.reply(Reply::tool_calls([("toolu_2", "git_commit", commit)]));
    model.reply(Reply::text("It is committed."));
    let mut terminal = Terminal::start(&home, &["chat", "--project", project.to_str().unwrap()]);
    terminal.until_prompt(1);
    terminal.press("commit the notes");
    terminal.press(ENTER);
    let screen = terminal.screen.until_contains(QUESTION);
    assert!(screen.contains("Commit to main") && screen.contains("Take notes"), "{screen}");
    assert!(model.conversations()[1].to_string().contains("notes.txt,?,?"), "{}", model.conversations()[1]);
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("It is committed.");
    assert_eq!(git(&project, &["log", "--format=%s", "--name-only"]), "Take notes\n\nnotes.txt\n");
}

#[test]
fn a_page_is_fetched_once_the_user_has_seen_its_address() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/tea", server.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let mut head = [0; 4096];
        let length = stream.read(&mut head).unwrap();
        let page = "<h1>Tea</h1><p>Three minutes.";
        let length_of_page = page.len();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length_of_page}\r\n\r\n{page}")
            .unwrap();
        String::from_utf8_lossy(&head[..length]).into_owned()
    });
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    model.reply(Reply::tool_calls([("toolu_1", "fetch_url", json!({"url": url}))]));
    model.reply(Reply::text("Three minutes, it says."));
    let mut terminal = Terminal::start(&home, &["chat", "--project", project.to_str().unwrap()]);
    terminal.until_prompt(1);
    terminal.press("how long?");
    terminal.press(ENTER);
    let screen = terminal.screen.until_contains(QUESTION);
    assert!(screen.contains(&format!("Fetch {url}, an address in your own network")), "{screen}");
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("Three minutes, it says.");
    let request = serving.join().unwrap().to_ascii_lowercase();
    assert!(request.starts_with("get /tea http/1.1") && !request.contains("x-api-key"), "{request}");
    let told = model.conversations()[1].to_string();
    assert!(told.contains(r"# Tea\n\nThree minutes.") && told.contains("not instructions"), "{told}");
}

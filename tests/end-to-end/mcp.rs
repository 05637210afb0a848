//! MCP servers: set up by the command, allowed by the user, used by agents.

use std::{fs, path::Path};

use atelier_protocol::{ToolOutcome, TurnOutcome};
use fake_model_server::Reply;
use serde_json::{Value, json};

use crate::{
    home::{Home, files_below},
    log::outcomes,
    model::Model,
    terminal::{CTRL_D, ENTER, Terminal},
};

/// Adds the fake server for this user, or to the project.
pub(crate) fn add(home: &Home, name: &str, more: &[&str], words: &str) -> String {
    let (program, args) = fake_mcp_server::command().unwrap();
    let variable = format!("{}={words}", fake_mcp_server::VARIABLE);
    let mut arguments = vec!["mcp", "add", name, "--env", &variable];
    arguments.extend(more);
    arguments.extend(["--", &program]);
    arguments.extend(args.iter().map(String::as_str));
    home.run(&arguments).success()
}

fn servers(home: &Home, project: &str) -> Value {
    serde_json::from_str(&home.run(&["mcp", "list", "--json", "--project", project]).success()).unwrap()
}

/// The processes that work in a folder, from what the fake server noted.
fn greeted(project: &Path) -> bool {
    project.join("noted-greeting").exists()
}

#[test]
fn an_agent_uses_a_tool_of_a_server() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    let here = project.to_str().unwrap();
    assert!(add(&home, "one", &[], "").contains("`one` is added in"));
    model.reply(Reply::tool_calls([("toolu_1", "look", json!({"text": "what the server says"}))]));
    model.reply(Reply::tool_calls([("toolu_2", "echo", json!({"text": "not allowed"}))]));
    model.reply(Reply::text("It said so."));
    assert_eq!(home.run(&["run", "--project", here, "ask the server"]).success(), "It said so.\n");
    let requests = model.requests();
    let offered: Vec<_> =
        requests[0].body["tools"].as_array().unwrap().iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert!(offered.contains(&"look") && offered.contains(&"read_file"), "{offered:?}");
    let told = requests[1].body["messages"].to_string();
    assert!(told.contains("what the server says"), "{told}");
    let log = home.log(&home.only_session());
    assert_eq!(outcomes(&log), [TurnOutcome::Completed]);
    let results: Vec<ToolOutcome> = log
        .iter()
        .filter_map(|event| match &event.body {
            atelier_protocol::EventBody::ToolResult { outcome, .. } => Some(outcome.clone()),
            _ => None,
        })
        .collect();
    assert!(results[0].is_success());
    assert!(matches!(&results[1], ToolOutcome::Rejected { .. }), "nobody was there to allow it");
}

#[test]
fn what_stands_in_a_project_is_started_only_with_the_users_consent() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    let here = project.to_str().unwrap();
    let (program, args) = fake_mcp_server::command().unwrap();
    let entry = json!({"mcpServers": {"theirs": {"command": program, "args": args}}});
    fs::write(project.join(".mcp.json"), entry.to_string()).unwrap();

    model.reply(Reply::text("Hello."));
    home.run(&["run", "--project", here, "hello"]).success();
    assert!(!model.requests()[0].body["tools"].to_string().contains("\"look\""));
    assert!(!greeted(&project));
    assert_eq!(servers(&home, here)["servers"][0]["state"]["state"], "needs_consent");
    let refused = home.run(&["mcp", "tools", "theirs", "--project", here]).failure();
    assert!(refused.contains("atelier mcp approve theirs"), "{refused}");

    home.run(&["mcp", "approve", "theirs", "--project", here]).success();
    let tools = home.run(&["mcp", "tools", "theirs", "--project", here]).success();
    assert!(tools.contains("look (text:string)  Does look  [theirs]"), "{tools}");
    assert!(tools.contains("echo (text:string) [asks]  Does echo  [theirs]"), "{tools}");
    assert!(greeted(&project));
    let said = home.run(&["mcp", "call", "echo", r#"{"text": "by hand"}"#, "--project", here]).success();
    assert_eq!(said, "by hand\n");
    home.run(&["mcp", "refuse", "theirs", "--project", here]).success();
    assert_eq!(servers(&home, here)["servers"][0]["state"]["state"], "refused");
    let kept: Vec<_> = files_below(&project).into_iter().map(|file| file.file_name().unwrap().to_owned()).collect();
    assert!(!kept.iter().any(|name| name.to_string_lossy().contains("consent")), "{kept:?}");
}

#[test]
fn servers_are_added_and_taken_out_and_mistakes_are_told() {
    let home = Home::without_key();
    let project = home.project();
    let here = project.to_str().unwrap();
    let listed = home.run(&["mcp", "list", "--project", here]).success();
    assert_eq!(listed, "There are no MCP servers. `atelier mcp add` adds one.\n");
    add(&home, "shared", &["--shared", "--project", here], "");
    assert!(fs::read_to_string(project.join(".mcp.json")).unwrap().contains("\"shared\""));
    assert_eq!(servers(&home, here)["servers"][0]["state"]["state"], "idle", "who adds it has allowed it");
    home.run(&["mcp", "add", "far", "--url", "https://example.org/mcp", "--header", "X-Key: ${KEY}"]).success();
    let listed = home.run(&["mcp", "list", "--project", here]).success();
    assert!(listed.contains("far  yours, ready  https://example.org/mcp (gets X-Key)"), "{listed}");
    fs::write(project.join("atelier.toml"), "[[mcp_servers]]\nname = \"x\"\n").unwrap();
    let listed = home.run(&["mcp", "list", "--project", here]).success();
    assert!(
        listed.contains("atelier.toml, line 1: server `x`: it needs a command (stdio) or a url (http)"),
        "{listed}"
    );
    assert!(listed.contains("shared  the project's, ready"), "{listed}");
    home.run(&["mcp", "remove", "shared", "--project", here]).success();
    assert_eq!(servers(&home, here)["servers"].as_array().unwrap().len(), 1);
    for (arguments, says) in [
        (&["mcp", "remove", "nobody"][..], "There is no MCP server `nobody`"),
        (&["mcp", "call", "echo", "no json"], "The arguments are no JSON"),
        (&["mcp", "call", "nothing"], "No MCP server has a tool `nothing`"),
        (&["mcp", "add", "far", "--url", "https://x"], "already"),
        (&["mcp", "approve", "far"], "is in your own configuration"),
    ] {
        let told = home.run(arguments).failure();
        assert!(told.contains(says), "{told}");
    }
}

#[test]
fn what_a_server_asks_the_user_is_asked_in_a_chat_and_declined_in_a_script() {
    let model = Model::start();
    let home = Home::of(&model);
    let project = home.project();
    let here = project.to_str().unwrap();
    add(&home, "one", &[], "");
    for _ in 0..2 {
        model.reply(Reply::tool_calls([("toolu_1", "ask", json!({}))]));
        model.reply(Reply::text("All done."));
    }
    let ran = home.run(&["run", "--project", here, "--allow", "ask", "go"]);
    assert!(ran.stderr.contains("the MCP server one asks: Your name?; nobody is there to answer"), "{}", ran.stderr);
    assert_eq!(ran.success(), "All done.\n");
    let told = model.conversations()[1].to_string();
    assert!(told.contains(r#"\"action\":\"decline\""#), "{told}");

    let mut terminal = Terminal::start(&home, &["chat", "--project", here, "--allow", "ask"]);
    terminal.until_prompt(1);
    terminal.press("go");
    terminal.press(ENTER);
    terminal.screen.until_contains("The MCP server one asks: Your name?");
    terminal.screen.until_contains("Answer it? yes or no: ");
    terminal.press("yes");
    terminal.press(ENTER);
    terminal.screen.until_contains("name (text): ");
    terminal.press("Ada");
    terminal.press(ENTER);
    terminal.screen.until_contains("All done.");
    // The two answers were prompted for as well.
    terminal.until_prompt(4);
    terminal.press(CTRL_D);
    assert_eq!(terminal.wait(), 0);
    assert!(model.conversations()[3].to_string().contains("Ada"), "{}", model.conversations()[3]);
}

#[test]
fn a_tool_that_fails_is_a_failure_for_scripts_too() {
    let home = Home::without_key();
    add(&home, "one", &[], "");
    let finished = home.run(&["mcp", "call", "fail", "--json"]);
    assert_eq!(finished.code, Some(1));
    assert_eq!(finished.stdout, "{\"text\":\"it did not work\",\"failed\":true}\n");
}

//! Servers that are started: what they list and answer, how they are bounded, and that nothing of them stays behind.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use atelier_mcp::ServerState;
use atelier_protocol::{ElicitationAnswer, Wanted};
use atelier_tools::{Approval, Ask, Asker, FailureCode, Mode, Progress};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::room::{PATIENCE, Room, accepted, fake, is_alive, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_servers_tools_are_offered_and_answer() {
    let room = Room::new(&json!({"one": fake("")}));
    assert_eq!(room.mcp.servers(&room.project).await.servers[0].state, ServerState::Idle, "nothing is started yet");
    let names = room.names().await;
    assert!(names.is_sorted() && names.contains(&"echo".to_owned()), "{names:?}");
    assert_eq!(room.mcp.servers(&room.project).await.servers[0].state, ServerState::Running);
    assert_eq!(room.text("echo", json!({"text": "hällo\n\"x\""})).await, "hällo\n\"x\"");
    assert_eq!(room.text("plain", json!({})).await, "plain text");
    assert_eq!(room.text("structured", json!({})).await, "format: toon\nrows[2]{a,b}:\n  1,2\n  3,4");
    assert_eq!(room.text("picture", json!({})).await, "[image: image/png, 3 bytes left out]");
    assert_eq!(room.failure("fail").await, (FailureCode::McpToolFailed, "it did not work".to_owned()));
    let (code, message) = room.failure("refuse").await;
    assert_eq!((code, message.contains("not such arguments")), (FailureCode::InvalidToolCall, true), "{message}");
    let greeting: Value = serde_json::from_str(&room.noted("greeting").await).unwrap();
    assert_eq!(
        (&greeting["protocolVersion"], &greeting["clientInfo"]["name"]),
        (&"2025-11-25".into(), &"atelier".into())
    );
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_tool_says_of_itself_decides_whether_it_is_asked_about() {
    let room = Room::new(&json!({"one": fake("")}));
    room.names().await;
    assert_eq!(room.needs("look").await, Approval::Automatic);
    match (room.needs("echo").await, room.needs("wipe").await) {
        (Approval::Ask { dangerous: false, preview }, Approval::Ask { dangerous: true, .. }) => {
            assert_eq!(preview.text, "Call echo of the MCP server one with\n{\n  \"text\": \"hello\"\n}");
        }
        other => panic!("{other:?}"),
    }
    let planning: Vec<_> = room.offered(Mode::Plan).await.into_iter().map(|spec| spec.name).collect();
    assert_eq!(planning, ["look"]);
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_come_as_toon_and_in_pages_and_a_broken_one_harms_no_other_server() {
    let mut toon = fake("toon");
    toon["toolsFormat"] = "toon".into();
    let room = Room::new(&json!({"broken": fake("broken-toon"), "toon": toon, "pages": fake("pages")}));
    let offered = room.offered(Mode::Build).await;
    let names: Vec<_> = offered.iter().map(|spec| &*spec.name).collect();
    assert!(names.contains(&"pages__echo") && names.contains(&"echo") && names.contains(&"wipe"), "{names:?}");
    let echo = offered.iter().find(|spec| spec.name == "echo").unwrap();
    assert_eq!((&*echo.params, &echo.input_schema["required"]), ("text:string!", &json!(["text"])));
    let servers = room.mcp.servers(&room.project).await.servers;
    assert_eq!(servers.iter().map(|server| server.tools).collect::<Vec<_>>(), [None, Some(2), Some(20)]);
    assert!(room.mcp.tools(&room.project, Some("broken")).await.unwrap_err().to_string().contains("is no TOON"));
    assert_eq!(room.mcp.tools(&room.project, Some("pages")).await.unwrap()[0].name, "pages.echo");
    let call = |tool| room.mcp.call(&room.project, tool, json!({"text": "x"}), None);
    assert!(!room.project.join("noted-shutdown").exists());
    for tool in ["echo", "toon.echo", "pages.echo", "pages__echo"] {
        assert_eq!(call(tool).await.unwrap().text, "x", "{tool}");
    }
    assert!(call("nothing").await.unwrap_err().to_string().starts_with("No MCP server has a tool `nothing`"));
    room.mcp.close().await;
    room.noted("shutdown").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_and_answers_to_others_are_passed_over() {
    let room = Room::new(&json!({"one": fake("")}));
    assert_eq!(room.text("noise", json!({})).await, "after the noise");
    assert_eq!(room.text("echo", json!({"text": "next"})).await, "next");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_answer_is_bounded_and_can_be_read_on_and_one_too_long_is_refused() {
    let room = Room::new(&json!({"one": fake("")}));
    let shown = room.text("big", json!({})).await;
    assert!(shown.len() < 50_000 && shown.ends_with("the end") && shown.contains("`tool-output:1`"));
    let rest = room.text("read_file", json!({"path": "tool-output:1", "offset": 61_999, "limit": 5})).await;
    assert!(rest.starts_with("0123456789abcdef\n"), "{rest}");
    let begun = Instant::now();
    let (code, message) = room.failure("long_line").await;
    assert_eq!((code, message.contains("more than 10 MiB")), (FailureCode::McpServerError, true), "{message}");
    assert!(begun.elapsed() < PATIENCE / 2, "it waited for its time to run out");
    assert_eq!(room.text("echo", json!({"text": "still there"})).await, "still there");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_is_told_of_and_started_again_at_the_next_call() {
    let room = Room::new(&json!({"one": fake(""), "two": fake("")}));
    let before = room.text("spawn", json!({})).await;
    let other = room.text("two__spawn", json!({})).await;
    let (code, message) = room.failure("die").await;
    assert_eq!(code, FailureCode::McpServerError);
    assert!(message.contains("`one` has ended (it said: out of cheese)"), "{message}");
    for id in before.split(' ') {
        until(|| !is_alive(id)).await;
    }
    assert!(other.split(' ').all(is_alive), "the other server is not affected");
    assert!(room.names().await.contains(&"echo".to_owned()), "its tools are still offered");
    let after = room.text("spawn", json!({})).await;
    assert_ne!(before, after);
    room.mcp.close().await;
    // They have been killed; the system may take a moment for it.
    for id in after.split(' ').chain(other.split(' ')) {
        until(|| !is_alive(id)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_start_says_why_and_harms_no_other() {
    let missing = json!({"command": "there-is-no-such-program"});
    let unset = json!({"command": "sh", "args": ["${NOT_SET_ANYWHERE}"]});
    let room = Room::new(&json!({"dies": fake("dies"), "missing": missing, "unset": unset, "good": fake("")}));
    assert!(room.names().await.contains(&"echo".to_owned()));
    let servers = room.mcp.servers(&room.project).await.servers;
    let reason = |at: usize| match &servers[at].state {
        ServerState::Failed { reason } => reason.clone(),
        other => panic!("{other:?}"),
    };
    assert!(reason(0).contains("it ended before it greeted us; it said: out of cheese"), "{}", reason(0));
    assert!(reason(1).contains("there is no program `there-is-no-such-program`"), "{}", reason(1));
    let failed = room.mcp.tools(&room.project, Some("unset")).await.unwrap_err().to_string();
    assert!(failed.contains("NOT_SET_ANYWHERE"), "{failed}");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_stopped_is_told_to_the_server() {
    let room = Room::new(&json!({"one": fake("")}));
    let stop = CancellationToken::new();
    let (called, ()) = tokio::join!(room.run("hang", json!({}), stop.clone()), async {
        room.noted("hangs").await;
        stop.cancel();
    });
    assert_eq!(called.content.unwrap_err().code, FailureCode::Cancelled);
    let told: Value = serde_json::from_str(&room.noted("cancelled").await).unwrap();
    assert!(told["params"]["requestId"].is_number(), "{told}");
    assert_eq!(room.text("echo", json!({"text": "goes on"})).await, "goes on");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_is_passed_on() {
    let room = Room::new(&json!({"one": fake("")}));
    let called = room.run("progress", json!({}), CancellationToken::new()).await;
    assert_eq!(called.content.unwrap(), "done");
    let told = |percent, message: &str| Progress::Step { percent: Some(percent), message: message.to_owned() };
    assert!(
        called
            .progress
            .iter()
            .all(|step| [25, 50, 75, 100].map(|at| told(at, &format!("step {}", at / 25))).contains(step))
    );
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_gets_its_folder_its_variables_and_its_limits_and_nothing_else() {
    let room = Room::new(&json!({"one": fake("")}));
    let given: Value = serde_json::from_str(&room.text("surroundings", json!({})).await).unwrap();
    assert_eq!(given["folder"], room.project.to_str().unwrap());
    assert_eq!(given["given"], "the value");
    let names: Vec<_> = given["variables"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(names.contains(&"PATH") && names.contains(&"GIVEN"));
    assert!(!names.iter().any(|name| name.starts_with("CARGO_PKG") || name.starts_with("NEXTEST")), "{names:?}");
    assert_eq!((&given["cpu"], &given["files"]), (&3600.into(), &100.into()));
    if cfg!(target_os = "linux") {
        assert_eq!(given["data"], 1 << 30);
    }
    let roots = room.text("roots", json!({})).await;
    assert!(roots.contains(&format!("file://{}", room.project.display())), "{roots}");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_changes_is_read_again() {
    let room = Room::new(&json!({"one": fake("")}));
    assert!(!room.names().await.contains(&"later".to_owned()));
    room.text("change", json!({})).await;
    // The server said so before it answered, but what it says unasked is taken in beside its answers.
    room.until_offered("later").await;
    assert_eq!(room.text("later", json!({"text": "now"})).await, "now");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resources_are_read_by_tools_and_prompts_by_people() {
    let room = Room::new(&json!({"poor": fake(""), "rich": fake("rich")}));
    let names = room.names().await;
    assert!(names.ends_with(&["mcp_list_resources".to_owned(), "mcp_read_resource".to_owned()]), "{names:?}");
    assert_eq!(room.needs("mcp_list_resources").await, Approval::Automatic);
    let listed = room.text("mcp_list_resources", json!({})).await;
    assert!(listed.contains("rich,\"fake://one\",one,text/plain"), "{listed}");
    let read = room.text("mcp_read_resource", json!({"server": "rich", "uri": "fake://one"})).await;
    assert_eq!(read, "[resource fake://one]\nthe resource");
    assert_eq!(room.failure("mcp_read_resource").await.0, FailureCode::InvalidToolCall);
    let prompts = room.mcp.prompts(&room.project).await;
    assert_eq!((prompts.len(), &*prompts[0].name, &prompts[0].arguments[..]), (1, "greet", &["who!".to_owned()][..]));
    let arguments = [("who".to_owned(), "Ada".to_owned())];
    assert_eq!(room.mcp.prompt(&room.project, "rich", "greet", &arguments).await.unwrap(), "Greet Ada");
    room.mcp.close().await;
}

/// Answers each question in the same way, and remembers it.
struct Answers(ElicitationAnswer, std::sync::Mutex<Vec<Ask>>);

#[async_trait]
impl Asker for Answers {
    async fn ask(&self, ask: Ask) -> ElicitationAnswer {
        self.1.lock().unwrap().push(ask);
        self.0.clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_servers_question_reaches_the_user_and_the_answer_the_server() {
    let asker = Arc::new(Answers(accepted(json!({"name": "Ada"})), std::sync::Mutex::default()));
    let room = Room::with_asker(&json!({"one": fake("")}), Some(asker.clone()));
    let told: Value = serde_json::from_str(&room.text("ask", json!({})).await).unwrap();
    assert_eq!(told, json!({"action": "accept", "content": {"name": "Ada"}}));
    let visited: Value =
        serde_json::from_str(&room.text("visit", json!({"text": "https://example.org/x"})).await).unwrap();
    assert_eq!(visited["action"], "accept");
    let odd: Value = serde_json::from_str(&room.text("visit", json!({"text": "file:///etc/passwd"})).await).unwrap();
    assert_eq!(odd["action"], "decline", "nobody is asked to go there");
    let questions = asker.1.lock().unwrap().clone();
    assert_eq!((&*questions[0].server, &*questions[0].message), ("one", "Your name?"));
    assert!(matches!(&questions[0].wanted, Wanted::Form { fields } if fields[0].name == "name" && fields[0].required));
    assert_eq!(questions[1].wanted, Wanted::Url { url: "https://example.org/x".to_owned() });
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_there_means_no() {
    let room = Room::new(&json!({"one": fake("")}));
    let told: Value = serde_json::from_str(&room.text("ask", json!({})).await).unwrap();
    assert_eq!(told["action"], "decline");
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_projects_server_is_not_started_before_the_user_has_allowed_it() {
    let room = Room::new(&json!({}));
    let file = room.project.join(".mcp.json");
    let write = |words: &str| fs::write(&file, json!({"mcpServers": {"theirs": fake(words)}}).to_string()).unwrap();
    write("");
    let state = async || room.mcp.servers(&room.project).await.servers[0].state.clone();
    assert_eq!(room.names().await, Vec::<String>::new());
    assert_eq!(state().await, ServerState::NeedsConsent);
    assert!(!room.project.join("noted-greeting").exists());
    let refused = room.mcp.tools(&room.project, Some("theirs")).await.unwrap_err().to_string();
    assert!(refused.contains("is not allowed yet"), "{refused}");
    room.mcp.consent(&room.project, "theirs", true).await.unwrap();
    let ids = room.text("spawn", json!({})).await;
    // What would be run is another thing now.
    write("rich");
    assert_eq!(room.names().await, Vec::<String>::new());
    assert_eq!(state().await, ServerState::NeedsConsent);
    for id in ids.split(' ') {
        until(|| !is_alive(id)).await;
    }
    room.mcp.consent(&room.project, "theirs", false).await.unwrap();
    assert_eq!(state().await, ServerState::Refused);
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_taken_out_of_the_file_ends_and_the_others_go_on() {
    let room = Room::new(&json!({"one": fake(""), "two": fake("rich")}));
    room.names().await;
    let (one, two) = (room.text("spawn", json!({})).await, room.text("two__spawn", json!({})).await);
    assert_eq!(room.mcp.remove(&room.project, "one").await.unwrap(), room.user_file().canonicalize().unwrap());
    for id in one.split(' ') {
        until(|| !is_alive(id)).await;
    }
    assert!(two.split(' ').all(is_alive));
    assert_eq!(
        room.text("spawn", json!({})).await.split(' ').next(),
        two.split(' ').next(),
        "it has the plain name now"
    );
    room.mcp.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_want_to_end_is_killed_with_all_it_started() {
    let room = Room::new(&json!({"one": fake("stubborn")}));
    let ids = room.text("spawn", json!({})).await;
    let begun = Instant::now();
    room.mcp.close().await;
    assert!(begun.elapsed() < PATIENCE / 2);
    for id in ids.split(' ') {
        until(|| !is_alive(id)).await;
    }
    assert!(room.call("echo", json!({})).await.is_err(), "nothing is started after the end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_hundred_starts_and_kills_nothing_is_left() {
    let room = Room::new(&json!({"one": fake("")}));
    let mut seen = Vec::new();
    for round in 0..100 {
        let ids = room.text("spawn", json!({})).await;
        seen.extend(ids.split(' ').map(str::to_owned));
        if round % 2 == 0 {
            room.failure("die").await;
        } else {
            let server = rustix::process::Pid::from_raw(ids.split(' ').next().unwrap().parse().unwrap()).unwrap();
            rustix::process::kill_process(server, rustix::process::Signal::KILL).unwrap();
            while room.mcp.servers(&room.project).await.servers[0].state == ServerState::Running {
                tokio::task::yield_now().await;
            }
        }
    }
    room.mcp.close().await;
    until(|| !seen.iter().any(|id| is_alive(id))).await;
}

#[test]
fn when_we_are_killed_the_servers_go_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut dying = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "stdio::one_who_is_killed", "--ignored", "--nocapture"])
        .env("ROOM_NOTES", folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let note = folder.path().join("ids");
    let deadline = Instant::now() + PATIENCE;
    let ids = loop {
        match fs::read_to_string(&note) {
            Ok(ids) if ids.ends_with('.') => break ids,
            _ => assert!(Instant::now() < deadline, "no server came up"),
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    dying.kill().unwrap();
    dying.wait().unwrap();
    for id in ids.trim_end_matches('.').split(' ') {
        while is_alive(id) {
            assert!(Instant::now() < deadline, "{id} is left");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the program that another test kills"]
async fn one_who_is_killed() {
    let room = Room::new(&json!({"one": fake("stubborn")}));
    let ids = room.text("spawn", json!({})).await;
    let folder = std::env::var("ROOM_NOTES").unwrap();
    fs::write(std::path::Path::new(&folder).join("ids"), format!("{ids}.")).unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_nobody_uses_ends_and_is_started_again_when_it_is_needed() {
    let room = Room::with_idle_limit(&json!({"one": fake(""), "two": fake("")}), Duration::from_millis(200));
    let standing = async |at: usize| room.mcp.servers(&room.project).await.servers[at].state.clone();
    let busy = async {
        let stop = CancellationToken::new();
        let hanging = room.run("hang", json!({}), stop.clone());
        let other = async {
            let first = room.noted("hangs").await;
            let ids = room.text("two__spawn", json!({})).await;
            for id in ids.split(' ') {
                until(|| !is_alive(id)).await;
            }
            // Idle for longer than the other was, but for the call.
            assert!(is_alive(&first), "it ended in the middle of a call");
            assert_eq!(standing(1).await, ServerState::Idle);
            assert!(room.names().await.contains(&"two__echo".to_owned()), "what it offers is known");
            assert_eq!(standing(1).await, ServerState::Idle, "to ask what there is starts nothing");
            assert_ne!(room.text("two__spawn", json!({})).await, ids);
            stop.cancel();
            first
        };
        tokio::join!(hanging, other).1
    };
    let first = busy.await;
    until(|| !is_alive(&first)).await;
    room.mcp.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_long_to_start_is_waited_for_only_once() {
    let room = Room::new(&json!({"one": fake("silent")}));
    let now = tokio::time::Instant::now;
    let begun = now();
    assert_eq!(room.names().await, Vec::<String>::new());
    let first = begun.elapsed();
    let begun = now();
    assert_eq!(room.names().await, Vec::<String>::new());
    assert!(begun.elapsed() < first / 10, "{:?} after {first:?}", begun.elapsed());
    // It is given up in the end, and a call says why.
    let error = room.mcp.tools(&room.project, Some("one")).await.unwrap_err().to_string();
    assert!(error.contains("it does not answer within 60 seconds"), "{error}");
    assert!(matches!(room.mcp.servers(&room.project).await.servers[0].state, ServerState::Failed { .. }));
    room.mcp.close().await;
}

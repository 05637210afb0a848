//! Servers that others wrote, in Node and in Python: what is theirs to decide we must be able to live with.
//!
//! `scripts/test` installs them and says in variables where they are.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use atelier_protocol::{ElicitationAnswer, FieldKind, Wanted};
use atelier_tools::{Approval, Ask, Asker, FailureCode, Mode, ToolFailure};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::room::{Room, accepted, until};

fn place(variable: &str) -> PathBuf {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run scripts/test")).into()
}

/// A server of `@modelcontextprotocol`, with these arguments.
fn node(server: &str, args: &[&str]) -> Value {
    let script = place("ATELIER_NODE_MODULES").join(format!("@modelcontextprotocol/{server}/dist/index.js"));
    let args = [&[script.to_str().unwrap()], args].concat();
    json!({"command": place("ATELIER_NODE"), "args": args})
}

/// A server in Python.
fn python(server: &str, args: &[&str]) -> Value {
    json!({"command": place("ATELIER_PYTHON_BIN").join(server), "args": args})
}

/// The processes that work in the project's folder: the server and what it started.
fn processes(room: &Room) -> Vec<String> {
    let all = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    all.filter(|id| fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|folder| folder == room.project)).collect()
}

/// Kills the server behind our back: the next call but one finds it again.
async fn comes_back(room: &Room, tool: &str, arguments: Value) {
    let before = room.text(tool, arguments.clone()).await;
    let killed = processes(room);
    assert!(!killed.is_empty());
    for id in &killed {
        let id = rustix::process::Pid::from_raw(id.parse().unwrap()).unwrap();
        // The watcher may have done it already.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
    }
    until(|| !processes(room).iter().any(|id| killed.contains(id))).await;
    if let Err(failure) = room.call(tool, arguments.clone()).await {
        assert_eq!(failure.code, FailureCode::McpServerError, "{failure}");
    }
    assert_eq!(room.text(tool, arguments).await, before);
    room.mcp.close().await;
    until(|| processes(room).is_empty()).await;
}

/// A call that is stopped before the answer comes, and one after it.
async fn can_be_stopped(room: &Room, tool: &str, arguments: Value) {
    let stop = CancellationToken::new();
    let called = tokio::join!(room.run(tool, arguments.clone(), stop.clone()), async {
        tokio::task::yield_now().await;
        stop.cancel();
    });
    // Whoever is fast has answered by then.
    if let Err(failure) = called.0.content {
        assert_eq!(failure.code, FailureCode::Cancelled);
    }
    room.text(tool, arguments).await;
}

/// What comes of a long call that is stopped once the server has shown that it works on it.
async fn stopped_while_it_runs(room: &Room) -> Result<String, ToolFailure> {
    let long = json!({"duration": 600, "steps": 6000});
    let stop = CancellationToken::new();
    room.watched("trigger-long-running-operation", long, stop.clone(), |_| stop.cancel()).await
}

/// Fills in the form as a user would.
struct Ada;

#[async_trait::async_trait]
impl Asker for Ada {
    async fn ask(&self, ask: Ask) -> ElicitationAnswer {
        match ask.wanted {
            Wanted::Form { fields } if fields.iter().any(|field| field.name == "name") => {
                // All kinds that there are, and titles that only some of them have.
                assert!(fields.iter().any(|field| matches!(&field.kind, FieldKind::Choices { options, .. }
                    if options.iter().any(|option| option.title.as_deref() == Some("Tuna")))));
                accepted(json!({"name": "Ada"}))
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs servers that others wrote; scripts/test runs it"]
async fn server_everything() {
    let room = Room::with_asker(&json!({"all": node("server-everything", &[])}), Some(std::sync::Arc::new(Ada)));
    let names = room.names().await;
    assert!(names.len() >= 13 && names.contains(&"echo".to_owned()), "{names:?}");
    assert_eq!(room.text("echo", json!({"message": "hé"})).await, "Echo: hé");
    assert!(room.text("get-sum", json!({"a": 2, "b": 3})).await.contains('5'));
    let (code, message) = room.failure("get-sum").await;
    assert!(matches!(code, FailureCode::McpToolFailed | FailureCode::InvalidToolCall), "{code:?} {message}");
    assert!(room.text("get-tiny-image", json!({})).await.contains("[image: image/png, "));
    let weather = room.text("get-structured-content", json!({"location": "New York"})).await;
    assert!(weather.starts_with("format: toon\n") && weather.contains("temperature: "), "{weather}");
    assert!(room.text("get-resource-links", json!({"count": 2})).await.contains("[resource demo://"));
    let asked = room.text("trigger-elicitation-request", json!({})).await;
    assert!(asked.contains("Ada"), "{asked}");
    assert!(names.contains(&"get-roots-list".to_owned()), "it was told of roots");
    let roots = room.text("get-roots-list", json!({})).await;
    assert!(roots.contains(room.project.to_str().unwrap()), "{roots}");

    let resources = room.text("mcp_list_resources", json!({})).await;
    assert!(resources.contains("demo://"), "{resources}");
    let prompt = room.mcp.prompts(&room.project).await.into_iter().find(|prompt| prompt.arguments.is_empty()).unwrap();
    assert!(!room.mcp.prompt(&room.project, "all", &prompt.name, &[]).await.unwrap().is_empty());

    let stopped = stopped_while_it_runs(&room).await;
    assert_eq!(stopped.unwrap_err().code, FailureCode::Cancelled);
    comes_back(&room, "echo", json!({"message": "again"})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs servers that others wrote; scripts/test runs it"]
async fn server_filesystem() {
    let room = Room::new(&json!({"files": node("server-filesystem", &["."])}));
    let names = room.names().await;
    assert!(
        names.contains(&"files__read_file".to_owned()) && names.contains(&"read_text_file".to_owned()),
        "{names:?}"
    );
    assert_eq!(room.needs("list_allowed_directories").await, Approval::Automatic);
    assert!(matches!(room.needs("move_file").await, Approval::Ask { .. }));
    let big = "0123456789abcde\n".repeat(1 << 16);
    fs::write(room.project.join("big.txt"), &big).unwrap();
    let path = room.project.join("big.txt");
    let shown = room.text("read_text_file", json!({ "path": path })).await;
    assert!(shown.len() < 50_000 && shown.contains("`tool-output:1`"));
    let last = room.text("read_file", json!({"path": "tool-output:1", "offset": 1 << 16, "limit": 1})).await;
    assert!(last.starts_with("0123456789abcde\n"), "{last}");
    let outside = room.call("read_text_file", json!({"path": "/etc/passwd"})).await.unwrap_err();
    assert_eq!(outside.code, FailureCode::McpToolFailed);
    assert!(outside.message.contains("Access denied"), "{outside}");
    can_be_stopped(&room, "read_text_file", json!({ "path": path })).await;
    comes_back(&room, "list_allowed_directories", json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs servers that others wrote; scripts/test runs it"]
async fn mcp_server_git() {
    let room = Room::new(&json!({"git": python("mcp-server-git", &[])}));
    let git = |args: &[&str]| {
        let named = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"];
        let done = Command::new("git").current_dir(&room.project).args(named).args(args).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "-q"]);
    fs::write(room.project.join("a.txt"), "0123456789abcde\n".repeat(1 << 16)).unwrap();
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "a large file"]);
    let repository = json!({"repo_path": room.project});
    let offered = room.offered(Mode::Plan).await;
    assert!(offered.iter().any(|spec| spec.name == "git__git_status" || spec.name == "git_show"), "only what looks");
    let show = json!({"repo_path": room.project, "revision": "HEAD"});
    let shown = room.text("git_show", show.clone()).await;
    assert!(shown.contains("a large file") && shown.contains("`tool-output:1`") && shown.len() < 50_000);
    let wrong = room.call("git_show", json!({"repo_path": room.project, "revision": "nothing"})).await.unwrap_err();
    assert!(matches!(wrong.code, FailureCode::McpToolFailed | FailureCode::McpServerError), "{wrong:?}");
    can_be_stopped(&room, "git_show", show).await;
    comes_back(&room, "git__git_status", repository).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs servers that others wrote; scripts/test runs it"]
async fn mcp_server_time() {
    let room = Room::new(&json!({"time": python("mcp-server-time", &["--local-timezone", "UTC"])}));
    assert!(room.names().await.starts_with(&["convert_time".to_owned(), "get_current_time".to_owned()]));
    let now = room.text("get_current_time", json!({"timezone": "Asia/Tokyo"})).await;
    assert!(now.contains("+09:00"), "{now}");
    let wrong = room.call("get_current_time", json!({"timezone": "Nowhere"})).await.unwrap_err();
    assert_eq!(wrong.code, FailureCode::McpToolFailed);
    assert!(wrong.message.contains("Nowhere"), "{wrong}");
    let noon = json!({"source_timezone": "UTC", "time": "12:00", "target_timezone": "UTC"});
    can_be_stopped(&room, "convert_time", noon.clone()).await;
    comes_back(&room, "convert_time", noon).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs servers that others wrote; scripts/test runs it"]
async fn a_package_runner_leaves_nothing_behind() {
    // As people configure it: npx starts node, which starts the server.
    let prefix = place("ATELIER_NODE_MODULES").parent().unwrap().to_owned();
    let npx = json!({"command": "npx", "args": ["--no-install", "--prefix", prefix, "mcp-server-everything"]});
    let room = Room::new(&json!({ "all": npx }));
    for _ in 0..5 {
        assert_eq!(room.text("echo", json!({"message": "x"})).await, "Echo: x");
        assert!(processes(&room).len() >= 2, "the runner, the server and the watcher");
        room.mcp.consent(&room.project, "all", true).await.unwrap_err();
        let entry = fs::read_to_string(room.user_file()).unwrap();
        fs::write(room.user_file(), "{}").unwrap();
        assert_eq!(room.names().await, Vec::<String>::new());
        until(|| processes(&room).is_empty()).await;
        fs::write(room.user_file(), entry).unwrap();
    }
    room.mcp.close().await;
    until(|| processes(&room).is_empty()).await;
}

/// A server over HTTP that is used. It can't choose a port by itself: where somebody else takes the one that was free before
/// it does, it ends, and another is tried.
async fn everything_over_http() -> (Child, Room) {
    let script = place("ATELIER_NODE_MODULES").join("@modelcontextprotocol/server-everything/dist/index.js");
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Command::new(place("ATELIER_NODE"))
            .args([script.as_os_str(), "streamableHttp".as_ref()])
            .env("PORT", port.to_string())
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        until(|| TcpStream::connect(("127.0.0.1", port)).is_ok()).await;
        let room = Room::new(&json!({"far": {"type": "http", "url": format!("http://127.0.0.1:{port}/mcp")}}));
        if room.names().await.len() >= 10 && server.try_wait().unwrap().is_none() {
            return (server, room);
        }
        let _ = server.kill();
        server.wait().unwrap();
    }
    panic!("the server does not come up")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs servers that others wrote; scripts/test runs it"]
async fn server_everything_over_http() {
    let (mut server, room) = everything_over_http().await;
    assert_eq!(room.text("echo", json!({"message": "far"})).await, "Echo: far");
    let stopped = stopped_while_it_runs(&room).await;
    assert_eq!(stopped.unwrap_err().code, FailureCode::Cancelled);
    assert_eq!(room.text("echo", json!({"message": "still"})).await, "Echo: still");
    server.kill().unwrap();
    server.wait().unwrap();
    let gone = room.call("echo", json!({"message": "gone"})).await.unwrap_err();
    assert_eq!(gone.code, FailureCode::McpServerError, "{gone}");
    room.mcp.close().await;
}

//! Commands: what they answer, that they end, and that nothing stays behind.

use std::{
    fs,
    os::unix::fs::symlink,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use crate::project::{Project, run};
use atelier_protocol::ToolCallId;
use atelier_tools::{
    Approval, CommandEnd, CommandOutput, FailureCode, Outcome, PreviewKind, Progress, ProgressStream, ToolFailure,
    progress_channel,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// How long a condition may take on a slow machine.
const PATIENCE: Duration = Duration::from_mins(1);

impl Project {
    pub(crate) async fn sh(&self, command: &str) -> String {
        self.call("shell_exec", json!({"command": command})).await.unwrap().content
    }

    /// Starts a command and gives what is needed to follow and stop it.
    pub(crate) async fn start(
        &self,
        command: &str,
    ) -> (tokio::task::JoinHandle<Outcome>, ProgressStream, CancellationToken) {
        let prepared = self.prepare("shell_exec", json!({"command": command})).await.unwrap();
        let (sink, stream) = progress_channel(4);
        let stop = CancellationToken::new();
        (tokio::spawn(prepared.run(sink, stop.clone())), stream, stop)
    }
}

pub(crate) fn failure(outcome: Outcome) -> ToolFailure {
    match outcome {
        Outcome::Failure(failure) => failure,
        Outcome::Success { .. } => panic!("{outcome:?}"),
    }
}

/// Waits until the text has come.
pub(crate) async fn wait_for(stream: &mut ProgressStream, text: &str) {
    let mut seen = String::new();
    while !seen.contains(text) {
        match tokio::time::timeout(PATIENCE, stream.next()).await.unwrap() {
            Some(Progress::Output { text }) => seen.push_str(&text),
            other => panic!("{other:?} after {seen}"),
        }
    }
}

/// A number of seconds to sleep that no other test's process has in its command line.
pub(crate) fn marker() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("86399.{:08}{:04}1", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Command lines of living processes that hold the text. Those of zombies are empty.
#[cfg(target_os = "linux")]
fn alive(text: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap();
    let lines = processes.filter_map(|process| fs::read(process.ok()?.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(text)).collect()
}

/// Command lines of living processes that hold the text.
#[cfg(not(target_os = "linux"))]
fn alive(text: &str) -> Vec<String> {
    let ps = std::process::Command::new("ps").args(["-Aww", "-o", "stat=", "-o", "args="]).output().unwrap();
    let lines = String::from_utf8_lossy(&ps.stdout).into_owned();
    lines.lines().filter(|line| line.contains(text) && !line.starts_with('Z')).map(str::to_owned).collect()
}

/// Waits until they are gone: what is killed takes a moment to die.
pub(crate) async fn wait_until_gone(text: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !alive(text).is_empty() {
        assert!(Instant::now() < deadline, "{:?}", alive(text));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_command_is_asked_for_and_answers_with_output_and_exit_code() {
    let project = Project::new(&[("a.txt", "hello\n")]);
    let prepared = project.prepare("shell_exec", json!({"command": "cat a.txt"})).await.unwrap();
    let Approval::Ask { dangerous: true, preview } = prepared.needs() else { panic!("{:?}", prepared.needs()) };
    assert_eq!((preview.kind, preview.text.as_str()), (PreviewKind::Command, "cat a.txt\n\nin ."));
    assert!(!prepared.read_only());
    assert_eq!(project.sh("cat a.txt").await, "hello");
    assert_eq!(project.sh("true").await, "[no output]");
    assert_eq!(project.sh("echo out; echo err >&2; exit 3").await, "out\nerr\n[exit code 3]");
    assert_eq!(project.sh("kill -9 $$").await, "[ended by signal 9]");
    assert_eq!(project.sh("echo $#").await, "0");
    assert_eq!(project.sh("cat; echo end").await, "end", "there is no input to wait for");
    let done = project.call("shell_exec", json!({"command": "false"})).await.unwrap();
    assert_eq!(done.metadata, json!({"exit_code": 1, "signal": null, "cwd": "."}));
    assert!(project.sh("if then").await.contains("syntax error"));
}

#[tokio::test]
async fn a_cd_holds_for_the_next_command_but_not_outside_the_project() {
    let project = Project::new(&[("sub/deep/a", ""), ("b", "")]);
    symlink("/", project.root.join("out")).unwrap();
    assert_eq!(project.sh("cd sub/deep").await, "[no output]\n[now in sub/deep]");
    assert_eq!(project.sh("ls").await, "a");
    assert_eq!(project.sh("exit 1").await, "[exit code 1]");
    assert_eq!(project.sh("ls").await, "a", "a failure does not move it");
    assert!(project.sh("cd ../../out").await.contains("ended outside the project"));
    assert_eq!(project.sh("test -e b && echo here").await, "here");
    let named = json!({"command": "pwd", "cwd": "sub"});
    assert!(project.call("shell_exec", named).await.unwrap().content.ends_with("/project/sub"));
    fs::remove_dir_all(project.root.join("sub")).unwrap();
    assert_eq!(project.sh("test -e b && echo here").await, "here", "what is gone is left");
    for (cwd, code) in
        [("out", FailureCode::PermissionDenied), ("b", FailureCode::InvalidToolCall), ("x", FailureCode::NotFound)]
    {
        assert_eq!(project.code("shell_exec", json!({"command": "ls", "cwd": cwd})).await, code, "{cwd}");
    }
}

#[tokio::test]
async fn a_command_gets_no_more_of_our_environment_than_it_needs() {
    let project = Project::new(&[]);
    let names = project.sh("env | sed 's/=.*//'").await;
    let allowed = ["PATH", "HOME", "TERM", "PWD", "SHLVL", "_", "OLDPWD"];
    assert!(names.lines().any(|name| name == "PATH"));
    for name in names.lines() {
        // Cargo and nextest set dozens of their own for a test; none may pass.
        assert!(!name.starts_with("CARGO_PKG") && !name.starts_with("NEXTEST"), "{name}");
        assert!(!name.contains("KEY") && !name.contains("TOKEN") && !name.contains("SECRET"), "{name}");
    }
    assert!(allowed.iter().filter(|name| names.lines().any(|line| line == **name)).count() >= 3);
    assert_eq!(
        project.sh("echo $TERM $GIT_TERMINAL_PROMPT; test -t 0 || echo no terminal").await,
        "dumb 0\nno terminal"
    );
}

#[tokio::test]
async fn refused_commands_are_never_asked_for() {
    let project = Project::new(&[]);
    for tool in ["shell_exec", "shell_background"] {
        for command in ["rm -rf /", "dd if=/dev/zero of=x", ":(){ :|:& };:"] {
            let failure = project.prepare(tool, json!({"command": command})).await.unwrap_err();
            assert_eq!(failure.code, FailureCode::PermissionDenied, "{command}");
        }
    }
}

#[tokio::test]
async fn output_comes_while_the_command_runs_and_stopping_ends_it_within_a_second() {
    let mark = marker();
    let project = Project::new(&[]);
    let (task, mut stream, stop) =
        project.start(&format!("echo started; trap '' TERM; while :; do sleep {mark}; done")).await;
    wait_for(&mut stream, "started").await;
    let begun = Instant::now();
    stop.cancel();
    let failure = failure(tokio::time::timeout(PATIENCE, task).await.unwrap().unwrap());
    assert_eq!(failure.code, FailureCode::Cancelled);
    assert!(failure.message.contains("started"), "{failure}");
    // The promise is a second; a busy machine may take longer to schedule it.
    assert!(begun.elapsed() < Duration::from_secs(30));
    // Not even what ignores the request to end stays.
    wait_until_gone(&mark).await;
}

#[tokio::test]
async fn a_dropped_call_ends_its_command() {
    let mark = marker();
    let project = Project::new(&[]);
    let (task, mut stream, _stop) = project.start(&format!("echo started; sleep {mark}")).await;
    wait_for(&mut stream, "started").await;
    task.abort();
    wait_until_gone(&mark).await;
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_ended_and_its_output_kept() {
    let mark = marker();
    let project = Project::new(&[]);
    // A busy machine may need longer than a second to begin.
    for limit in [1, 4, 16, 60] {
        let call = json!({"command": format!("echo begun; sleep {mark}"), "timeout": limit});
        let failure = project.call("shell_exec", call).await.unwrap_err();
        assert_eq!(failure.code, FailureCode::TimedOut);
        assert!(failure.message.contains(&format!("within {limit} seconds")), "{failure}");
        if failure.message.ends_with("begun\n") {
            break;
        }
        assert!(limit < 60, "{failure}");
    }
    wait_until_gone(&mark).await;
}

#[tokio::test]
async fn what_a_command_leaves_in_the_background_ends_with_it() {
    let mark = marker();
    let project = Project::new(&[]);
    assert_eq!(project.sh(&format!("sleep {mark} & echo done")).await, "done");
    assert_eq!(project.sh(&format!("sleep {mark} >/dev/null 2>&1 & echo done")).await, "done");
    assert_eq!(project.sh(&format!("(trap '' TERM HUP; sleep {mark}; sleep {mark}) & echo done")).await, "done");
    wait_until_gone(&mark).await;
    // Nor does one that never stops writing keep the command from ending.
    assert!(project.sh(&format!("while :; do echo {mark}; done & echo done")).await.contains("done"));
    wait_until_gone(&mark).await;
}

#[tokio::test]
async fn a_flood_of_output_is_bounded_and_kept_for_reading() {
    let project = Project::new(&[]);
    let content = project.sh("seq 1 200000").await;
    assert!(content.len() < 50_000 && content.starts_with("1\n") && content.ends_with("\n200000"), "{}", content.len());
    let name = content.split('`').nth(1).unwrap();
    let rest = project.call("read_file", json!({"path": name, "offset": 100_000, "limit": 1})).await.unwrap();
    assert!(rest.content.starts_with("100000\n"), "{}", rest.content);
    let binary = project.sh(r"printf 'a\xff\xc3\xa9'").await;
    assert_eq!(binary, "a\u{fffd}é");
}

#[tokio::test]
async fn background_commands_are_listed_followed_and_ended() {
    let mark = marker();
    let project = Project::new(&[]);
    assert_eq!(project.call("shell_status", json!({})).await.unwrap().content, "There are no background commands.");
    let started = project.call("shell_background", json!({"command": format!("echo up; sleep {mark}")})).await.unwrap();
    assert_eq!(started.metadata, json!({"id": 1}));
    project.call("shell_background", json!({"command": "echo short; exit 4"})).await.unwrap();
    let deadline = Instant::now() + PATIENCE;
    let mut status = Value::Null;
    while status != "exit code 4" {
        assert!(Instant::now() < deadline);
        let done = project.call("shell_status", json!({"id": 2})).await.unwrap();
        status = done.metadata["status"].clone();
        assert!(status != "exit code 4" || done.content == "short\n[exit code 4]", "{}", done.content);
    }
    while !project.call("shell_status", json!({"id": 1})).await.unwrap().content.contains("up\n[running]") {
        assert!(Instant::now() < deadline);
    }
    let list = project.call("shell_status", json!({})).await.unwrap();
    assert_eq!(list.metadata["commands"][0]["status"], "running");
    let ended = project.call("shell_end", json!({"id": 1})).await.unwrap();
    assert_eq!(ended.content, "up\n[Ended 1, ended by signal 15]");
    wait_until_gone(&mark).await;
    assert_eq!(project.code("shell_end", json!({"id": 1})).await, FailureCode::NotFound);
    assert_eq!(project.code("shell_status", json!({"id": 9})).await, FailureCode::NotFound);
}

/// Starts a background command as the call of this number.
async fn start_as(project: &Project, call: u64, command: &str) -> Option<CommandOutput> {
    let prepared = project.prepare("shell_background", json!({"command": command})).await.unwrap();
    run(prepared.as_call(ToolCallId(call))).await.unwrap();
    project.tools.command_output(ToolCallId(call))
}

/// All that comes until its end.
async fn to_its_end(mut output: CommandOutput) -> (String, u64, CommandEnd) {
    let (mut text, mut left_out) = (String::new(), 0);
    while let Some(piece) = tokio::time::timeout(PATIENCE, output.next()).await.unwrap() {
        text += &piece.text;
        left_out += piece.left_out;
    }
    (text, left_out, output.ended().unwrap())
}

#[tokio::test]
async fn what_a_background_command_prints_is_read_by_its_call_while_it_runs_and_afterwards() {
    let project = Project::new(&[]);
    assert!(project.tools.command_output(ToolCallId(7)).is_none());
    let command = "printf 'one\\ncaf\\xc3'; while [ ! -e go ]; do sleep 0.02; done; printf '\\xa9\\n'; exit 4";
    let mut output = start_as(&project, 7, command).await.unwrap();
    let mut text = String::new();
    while !text.contains("one\ncaf") {
        text += &tokio::time::timeout(PATIENCE, output.next()).await.unwrap().unwrap().text;
    }
    assert_eq!(output.ended(), None);
    project.put("go", "");
    let (rest, left_out, end) = to_its_end(output).await;
    let four = CommandEnd { exit_code: Some(4), signal: None };
    assert_eq!((text + &rest, left_out, end), ("one\ncafé\n".to_owned(), 0, four));
    let again = to_its_end(project.tools.command_output(ToolCallId(7)).unwrap()).await;
    assert_eq!(again, ("one\ncafé\n".to_owned(), 0, four));
    // One that was started anew by the same call is the one that counts; one that the model has ended stays readable.
    let output = start_as(&project, 7, "echo two; sleep 86399").await.unwrap();
    let status = project.call("shell_end", json!({"id": 2})).await.unwrap().metadata;
    let signal = to_its_end(output).await.2.signal.map_or(Value::Null, Value::from);
    assert_eq!(status["signal"], signal);
    assert!(project.tools.command_output(ToolCallId(7)).is_some());
    assert_eq!(project.code("shell_end", json!({"id": 2})).await, FailureCode::NotFound);
    project.tools.close().await;
    assert!(project.tools.command_output(ToolCallId(7)).is_none());
}

#[tokio::test]
async fn who_reads_a_flood_late_gets_beginning_and_end_and_is_told_how_much_is_missing() {
    let project = Project::new(&[]);
    let mut early = start_as(&project, 1, "seq 1000000; while [ ! -e go ]; do sleep 0.02; done").await.unwrap();
    // One that does not read holds back nothing.
    let mut seen = String::new();
    while !seen.ends_with("\n1000000\n") {
        seen += &tokio::time::timeout(PATIENCE, early.next()).await.unwrap().unwrap().text;
    }
    let late = project.tools.command_output(ToolCallId(1)).unwrap();
    project.put("go", "");
    let (text, left_out, end) = to_its_end(late).await;
    assert_eq!(end.exit_code, Some(0));
    let all: usize = (1..=1_000_000).map(|number: u32| number.to_string().len() + 1).sum();
    assert_eq!(text.len() as u64 + left_out, all as u64);
    assert!(text.starts_with("1\n2\n") && text.ends_with("\n1000000\n") && text.len() < 7 << 20, "{}", text.len());
}

#[tokio::test]
async fn only_the_newest_commands_that_have_ended_are_remembered() {
    let project = Project::new(&[]);
    for call in 1..=12 {
        to_its_end(start_as(&project, call, "echo short").await.unwrap()).await;
    }
    let known = (1..=12).filter(|call| project.tools.command_output(ToolCallId(*call)).is_some());
    assert_eq!(known.collect::<Vec<_>>(), (2..=12).collect::<Vec<_>>());
}

#[tokio::test]
async fn closing_or_dropping_the_tools_ends_all_background_commands() {
    let other = marker();
    let mark = marker();
    let project = Project::new(&[]);
    for _ in 0..3 {
        project.call("shell_background", json!({"command": format!("sleep {mark}")})).await.unwrap();
    }
    project.tools.close().await;
    wait_until_gone(&mark).await;
    project.call("shell_background", json!({"command": format!("sleep {other}")})).await.unwrap();
    drop(project);
    wait_until_gone(&other).await;
}

#[tokio::test]
async fn only_so_many_commands_run_in_the_background() {
    let mark = marker();
    let project = Project::new(&[]);
    for _ in 0..10 {
        project.call("shell_background", json!({"command": format!("sleep {mark}")})).await.unwrap();
    }
    let failure = project.call("shell_background", json!({"command": format!("sleep {mark}")})).await.unwrap_err();
    assert!(failure.message.contains("end one with shell_end"), "{failure}");
    project.tools.close().await;
    wait_until_gone(&mark).await;
}

#[tokio::test]
async fn after_a_hundred_starts_and_stops_nothing_is_left() {
    let mark = marker();
    let project = Project::new(&[]);
    for cycle in 0..100 {
        // A child, a grandchild and one that ignores the request to end.
        let command = format!("sleep {mark} & (sleep {mark} & wait) & echo started; sleep {mark}");
        if cycle % 2 == 0 {
            let (task, mut stream, stop) = project.start(&command).await;
            wait_for(&mut stream, "started").await;
            stop.cancel();
            failure(task.await.unwrap());
        } else {
            let started = project.call("shell_background", json!({"command": command})).await.unwrap();
            project.call("shell_end", json!({"id": started.metadata["id"]})).await.unwrap();
        }
    }
    wait_until_gone(&mark).await;
    let left: Vec<_> = fs::read_dir(project.root.parent().unwrap().join("outputs")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

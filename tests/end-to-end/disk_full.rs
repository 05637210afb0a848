//! A disk without room: before a prompt, in the middle of an answer, and before a file is changed.

use std::fs;

use atelier_protocol::{Role, ToolOutcome, ToolStage, TurnOutcome};
use fake_model_server::Reply;
use serde_json::json;

use crate::{
    home::{ATELIER, Home, events},
    log::{assert_seen_is_logged, outcomes, settled, texts},
    model::Model,
    process::{Finished, Running},
};

/// A real disk that fills up: a small memory disk, mounted where only the script's processes see it.
const SMALL_DISK: &str = r#"
mount -t tmpfs -o size=8m none "$ATELIER_DATA_DIR"
filler="$ATELIER_DATA_DIR/filler"
leave_some() { head -c 16M /dev/zero > "$filler"; truncate -s -2M "$filler"; }
leave_a_little() { head -c 16M /dev/zero > "$filler"; truncate -s -300K "$filler"; }
leave_nothing() { head -c 16M /dev/zero > "$filler"; }
make_room() { rm "$filler"; }
"#;

/// Where nothing may be mounted: files that the system does not let grow.
const SMALL_FILES: &str = r"
limit=unlimited
leave_some() { limit=4000; }
leave_a_little() { limit=600; }
leave_nothing() { limit=1; }
make_room() { limit=unlimited; }
";

/// Runs the command as a user whose disk is small, and keeps what came of it in NAME.out, NAME.err and NAME.code.
const STEP: &str = r#"
limit=${limit-unlimited}
step() {
    name=$1
    shift
    { (trap '' XFSZ; ulimit -f "$limit"; exec "$atelier" "$@") 2>"$name.err"; echo $? >"$name.code"; } | cat >"$name.out"
}
only_session() { "$atelier" sessions list --json | sed 's/.*"id":"\([^"]*\)".*/\1/'; }
"#;

/// Three prompts: one before, one whose answer does not fit, one that itself does not fit; then one more once there is
/// room again.
const STORY: &str = r#"
step first run first
session=$(only_session)
leave_a_little
step second run --json --session "$session" second
leave_nothing
step third run --session "$session" third
make_room
step fourth run --session "$session" fourth
"$atelier" sessions export "$session" >log
"#;

#[test]
fn nothing_is_lost_on_a_full_disk_and_the_session_goes_on_when_there_is_room() {
    let model = Model::start();
    model.reply(Reply::text("fine"));
    model.reply(Reply::deltas(400_000, "word {n} "));
    let home = Home::of(&model);
    tell(&home, STORY);
    step(&home, "first").success();
    let second = step(&home, "second");
    let seen = events(&second.stdout);
    for told in [second.failure(), step(&home, "third").failure()] {
        assert!(told.contains("session log") && told.contains("disk"), "{told}");
    }
    step(&home, "fourth").success();

    let log = events(&fs::read_to_string(home.path().join("log")).unwrap());
    let conversation = settled(&log);
    let prompts = texts(&conversation, Role::User);
    let outcomes = outcomes(&log);
    // The third prompt may still have found room, in space that the second turn had taken and given back.
    let third = usize::from(prompts.contains(&"third"));
    assert_eq!(prompts, [&["first", "second"][..], &["third", "fourth"][1 - third..]].concat());
    assert_eq!(outcomes[0], TurnOutcome::Completed);
    assert_eq!(outcomes[1..2 + third], vec![TurnOutcome::Interrupted; 1 + third]);
    assert_eq!(outcomes[2 + third..], [TurnOutcome::Completed]);
    let before = seen.first().map_or(0, |event| event.seq - 1);
    assert_seen_is_logged(&seen, before, &log);
    let partial = texts(&conversation, Role::Assistant)[1];
    assert!(partial.starts_with("word 1 word 2 ") && partial.len() > 10_000, "{} bytes were kept", partial.len());
}

/// A file that is too large to be kept is to be changed, twice: while there is no room to keep it, and when there is.
const CHECKPOINT_STORY: &str = r#"
step first run first --project project
session=$(only_session)
leave_some
step second run second --session "$session" --permission-mode acceptEdits
cp project/big.txt after-second
make_room
step third run third --session "$session"
cp project/big.txt after-third
step undo sessions undo "$session"
"$atelier" sessions export "$session" >log
"#;

#[test]
fn a_file_that_there_is_no_room_to_keep_is_not_changed_and_the_model_is_told_why() {
    let model = Model::start();
    let read = || ("toolu_1", "read_file", json!({"path": "big.txt", "limit": 3}));
    let write = || ("toolu_2", "write_file", json!({"path": "big.txt", "content": "new\n"}));
    model.reply(Reply::text("fine"));
    for _ in 0..2 {
        model.reply(Reply::tool_calls([read(), write()]));
        model.reply(Reply::text("I have tried."));
    }
    let home = Home::of(&model);
    let old = "a line of a large file\n".repeat(200_000);
    fs::write(home.project().join("big.txt"), &old).unwrap();
    tell(&home, CHECKPOINT_STORY);
    for name in ["first", "second", "third", "undo"] {
        step(&home, name).success();
    }
    let at = |name: &str| fs::read_to_string(home.path().join(name)).unwrap();
    assert!(at("after-second") == old, "it was changed although it could not be kept");
    assert_eq!(at("after-third"), "new\n");
    assert!(at("project/big.txt") == old, "it did not come back");

    let log = events(&at("log"));
    let conversation = settled(&log);
    assert_eq!(outcomes(&log), [TurnOutcome::Completed; 3]);
    let [refused, done] = [1, 3].map(|call| conversation.calls[call].stage.clone());
    let ToolStage::Settled(ToolOutcome::Error { error }) = refused else { panic!("{refused:?}") };
    assert_eq!(error.code, "CHECKPOINT_FAILED");
    assert!(error.message.contains("so nothing was changed"), "{}", error.message);
    assert!(model.conversations()[2].to_string().contains("so nothing was changed"));
    assert!(matches!(done, ToolStage::Settled(outcome) if outcome.is_success()));
    assert_eq!(conversation.checkpoints.len(), 1);
    let changes = log.iter().filter(|event| event.body.kind() == "file.changed").count();
    assert_eq!(changes, 1);
}

/// Tells a story that is written for the shell, with a disk that can fill up.
fn tell(home: &Home, story: &str) {
    fs::create_dir(home.data()).unwrap();
    let (disk, mut command) = if can_mount(home) {
        let mut command = home.command("/usr/bin/unshare");
        command.args(["--user", "--map-root-user", "--mount", "/bin/sh"]);
        (SMALL_DISK, command)
    } else {
        (SMALL_FILES, home.command("/bin/sh"))
    };
    let story = format!("atelier='{ATELIER}'\n{disk}\n{STEP}\n{story}");
    Running::start(command.args(["-c", &story])).wait().success();
}

fn step(home: &Home, name: &str) -> Finished {
    let read = |kind: &str| fs::read_to_string(home.path().join(format!("{name}.{kind}"))).unwrap();
    Finished { code: read("code").trim().parse().ok(), stdout: read("out"), stderr: read("err") }
}

/// Whether this system lets a user mount something for their own processes.
fn can_mount(home: &Home) -> bool {
    let mut command = home.command("/usr/bin/unshare");
    command.args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

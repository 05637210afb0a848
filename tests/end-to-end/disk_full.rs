//! A disk without room, before a prompt and in the middle of an answer.

use std::fs;

use atelier_protocol::{Role, TurnOutcome};
use fake_model_server::Reply;

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
leave_a_little() { head -c 16M /dev/zero > "$filler"; truncate -s -300K "$filler"; }
leave_nothing() { head -c 16M /dev/zero > "$filler"; }
make_room() { rm "$filler"; }
"#;

/// Where nothing may be mounted: files that the system does not let grow.
const SMALL_FILES: &str = r"
limit=unlimited
leave_a_little() { limit=600; }
leave_nothing() { limit=1; }
make_room() { limit=unlimited; }
";

/// Three prompts: one before, one whose answer does not fit, one that itself does not fit; then one more once there is
/// room again. Each step leaves NAME.out, NAME.err and NAME.code.
const STORY: &str = r#"
limit=${limit-unlimited}
step() {
    name=$1
    shift
    { (trap '' XFSZ; ulimit -f "$limit"; exec "$atelier" "$@") 2>"$name.err"; echo $? >"$name.code"; } | cat >"$name.out"
}
step first run first
session=$("$atelier" sessions list --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
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
    fs::create_dir(home.data()).unwrap();
    let (disk, mut command) = if can_mount(&home) {
        let mut command = home.command("/usr/bin/unshare");
        command.args(["--user", "--map-root-user", "--mount", "/bin/sh"]);
        (SMALL_DISK, command)
    } else {
        (SMALL_FILES, home.command("/bin/sh"))
    };
    let story = format!("atelier='{ATELIER}'\n{disk}\n{STORY}");
    Running::start(command.args(["-c", &story])).wait().success();

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

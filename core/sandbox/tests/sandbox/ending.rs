//! Nothing that a command has started outlives it, where the backend can see to that.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use atelier_sandbox::Confinement;
use rustix::process::{Pid, Signal, kill_process_group};

use crate::world::{World, sandboxes};

/// How long it may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// How many processes have this among their arguments.
fn running(mark: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(mark)).count()
}

fn wait_for(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_hundred_commands_that_are_killed_leave_nothing_behind_not_even_what_left_their_group() {
    for sandbox in sandboxes().into_iter().filter(|sandbox| sandbox.backend().ends_all()) {
        let world = World::new();
        for round in 0..100 {
            // No other process has these words.
            let mark = format!("100000{}{round:03}", std::process::id());
            let script = format!("setsid sleep {mark} & (sleep {mark} &); : > started; exec sleep {mark}");
            let confinement = Confinement::new(&sandbox, &world.policy()).unwrap();
            let arguments = ["-c".as_ref(), script.as_ref()];
            let mut command = confinement.command(Path::new("/bin/bash"), &arguments, &world.project());
            command.process_group(0).stdin(Stdio::null());
            let (mut child, _held) = confinement.spawn(command).unwrap();
            let started = world.project().join("started");
            wait_for("the command never started", || started.exists());
            fs::remove_file(started).unwrap();
            kill_process_group(Pid::from_child(&child), Signal::KILL).unwrap();
            child.wait().unwrap();
            wait_for("something was left behind", || running(&mark) == 0);
        }
    }
}

#[test]
fn what_a_command_leaves_in_the_background_ends_with_it() {
    for sandbox in sandboxes().into_iter().filter(|sandbox| sandbox.backend().ends_all()) {
        let world = World::new();
        let mark = format!("200000{}", std::process::id());
        let script = format!("setsid sleep {mark} >/dev/null 2>&1 & disown; echo done");
        assert_eq!(world.run(&sandbox, &world.policy(), &script).stdout, b"done\n");
        wait_for("something was left behind", || running(&mark) == 0);
    }
}

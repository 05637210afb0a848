//! Every attempt to get out is refused under every backend, and would succeed without one.

use std::process::Output;

use atelier_sandbox::{Backend, Sandbox};

use crate::{
    attempts::{ATTEMPTS, Attempt},
    world::{World, sandboxes, text},
};

/// Whether the attempt got through, and what it wrote.
fn try_out(attempt: &Attempt, run: impl FnOnce(&World) -> Output) -> (bool, String) {
    let world = World::new();
    let before = world.outside();
    let output = run(&world);
    let escaped = String::from_utf8_lossy(&output.stdout).contains("ESCAPED") || world.outside() != before;
    (escaped, format!("{}: {}", attempt.name, text(&output)))
}

fn under(backend: Backend) {
    let Some(sandbox) = sandboxes().into_iter().find(|sandbox| sandbox.backend() == backend) else {
        println!("{} does not work here", backend.as_str());
        return;
    };
    let mut wrong = Vec::new();
    for attempt in &ATTEMPTS {
        let (escaped, said) = try_out(attempt, |world| world.run(&sandbox, &world.policy(), attempt.script));
        // What is told to be beyond it must be: else the words about its limits are out of date.
        if escaped != (attempt.beyond_landlock && backend == Backend::Landlock) {
            wrong.push(said);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bubblewrap_refuses_every_attempt() {
    under(Backend::Bubblewrap);
}

#[test]
fn landlock_refuses_every_attempt_but_those_it_is_said_not_to() {
    under(Backend::Landlock);
}

#[test]
fn every_attempt_succeeds_without_a_sandbox() {
    let root = rustix::process::geteuid().is_root();
    let mut failed = Vec::new();
    for attempt in ATTEMPTS.iter().filter(|attempt| root || !attempt.needs_root) {
        let (escaped, said) = try_out(attempt, |world| world.run_free(attempt.script));
        if !escaped {
            failed.push(said);
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_command_has_no_rights_to_gain_and_none_to_lose() {
    for sandbox in sandboxes() {
        let world = World::new();
        let script = "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status";
        let said = text(&world.run(&sandbox, &world.policy(), script));
        assert_eq!(said, "NoNewPrivs:\t1\nSeccomp:\t2\n", "{:?}", sandbox.backend());
        if sandbox.backend() == Backend::Bubblewrap {
            let said = text(&world.run(&sandbox, &world.policy(), "grep CapBnd /proc/self/status"));
            assert_eq!(said, "CapBnd:\t0000000000000000\n");
        }
    }
}

#[test]
fn the_limits_of_each_way_are_said() {
    assert!(Sandbox::detect().is_ok_and(|found| sandboxes().contains(&found)));
    for sandbox in sandboxes() {
        assert!(sandbox.limits().len() > 1 && sandbox.limits().ends_with('.'), "{}", sandbox.limits());
    }
}

//! What the sandbox adds to a command: `bash -c true` confined and as it is, taking turns.
//!
//! `scripts/bench sandbox`. Target: at most 5 ms more.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, Pairs};
use atelier_sandbox::{Backend, Confinement, Policy, Sandbox, private_places};

const RUNS: usize = 200;

fn main() -> Result<(), Failure> {
    println!("                   confined      plain      added");
    let backends = [Backend::Bubblewrap, Backend::Landlock, Backend::Seatbelt];
    for sandbox in backends.into_iter().filter_map(Sandbox::with) {
        let project = tempfile::tempdir()?;
        std::fs::create_dir_all(project.path().join(".git/hooks"))?;
        let temp = tempfile::tempdir()?;
        let mut policy = Policy::of_project(project.path(), temp.path());
        policy.unreadable = std::env::home_dir().map(|home| private_places(&home)).unwrap_or_default();
        let mut pairs = Pairs::default();
        // The first warms the caches.
        confined(&sandbox, &policy, project.path())?;
        plain(project.path())?;
        for _ in 0..RUNS {
            pairs.add(confined(&sandbox, &policy, project.path())?, plain(project.path())?);
        }
        let (ours, rival) = (pairs.ours(), pairs.rival());
        let added = ours.saturating_sub(rival);
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!("{:14} {:9.2} ms {:7.2} ms {:7.2} ms", sandbox.backend().as_str(), ms(ours), ms(rival), ms(added));
    }
    Ok(())
}

/// All of what it takes: rules, guard, start, end, and putting back.
fn confined(sandbox: &Sandbox, policy: &Policy, folder: &Path) -> Result<Duration, Failure> {
    let begun = Instant::now();
    let confinement = Confinement::new(sandbox, policy)?;
    let mut command = confinement.command(Path::new("/bin/bash"), &["-c".as_ref(), "true".as_ref()], folder);
    command.stdin(Stdio::null());
    let (mut child, _held) = confinement.spawn(command)?;
    if !child.wait()?.success() {
        return Err("the confined command failed".into());
    }
    confinement.put_back()?;
    Ok(begun.elapsed())
}

fn plain(folder: &Path) -> Result<Duration, Failure> {
    let begun = Instant::now();
    Command::new("/bin/bash").args(["-c", "true"]).current_dir(folder).stdin(Stdio::null()).status()?;
    Ok(begun.elapsed())
}

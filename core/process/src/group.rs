//! A program and all the processes that it starts.

use std::{
    io,
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// Starts a watcher that holds the reading end of a pipe of ours, and becomes the program: when we are gone, however we
/// went, the watcher kills the whole group.
const BOUND: &str = r#"exec 3<&0 </dev/null
{ exec >/dev/null 2>&1; read -r line <&3; kill -KILL 0; } &
exec 3<&-
exec "$@""#;

/// A program that dies when we do, once it is started with a pipe for its input. It reads nothing.
pub fn bound(program: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", BOUND, "sh", program]).stdin(Stdio::piped());
    shell
}

/// A program and all the processes it starts, but those that leave on purpose, as daemons do. Dropped, they are killed.
#[derive(Debug)]
pub struct ProcessGroup {
    child: Child,
    group: Pid,
    reaped: bool,
}

impl ProcessGroup {
    /// Starts a program in a group of its own.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        Self::of(command.process_group(0).spawn()?)
    }

    /// Takes over a program that was started in a group of its own.
    pub fn of(child: Child) -> io::Result<Self> {
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let group = group.ok_or_else(|| io::Error::other("the system gave an impossible process number"))?;
        Ok(Self { child, group, reaped: false })
    }

    /// The program itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether the program itself has ended. It is not reaped yet, so that its number, the group's, can't be reused.
    pub fn has_ended(&self) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(self.reaped || waitid(WaitId::Pid(self.group), options)?.is_some())
    }

    /// Asks all of the group to end.
    pub fn ask_to_end(&self) {
        self.signal(Signal::TERM);
    }

    /// Kills what is left of the group, and takes the program's status.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        self.signal(Signal::KILL);
        self.reaped = true;
        self.child.wait()
    }

    fn signal(&self, signal: Signal) {
        // Once reaped, the number may be another's; whoever is gone already needs no signal.
        if !self.reaped {
            let _ = kill_process_group(self.group, signal);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if !self.reaped {
            // There is no one to tell.
            let _ = self.kill();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn what_is_bound_to_us_dies_when_we_do_and_not_before() {
        let mut group = ProcessGroup::start(bound("/bin/sh").args(["-c", "trap '' TERM HUP; sleep 1000"])).unwrap();
        assert!(!group.has_ended().unwrap());
        // Our end of the pipe closes, as it does when we are killed.
        drop(group.child().stdin.take());
        let begun = Instant::now();
        while !group.has_ended().unwrap() {
            assert!(begun.elapsed() < Duration::from_mins(1));
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

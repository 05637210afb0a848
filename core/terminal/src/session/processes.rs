//! What the system says of processes.

use std::{collections::HashMap, path::PathBuf};

use rustix::process::Pid;

/// What processes are called, as far as the system says.
#[cfg(target_os = "linux")]
pub(super) fn names(processes: &[Pid]) -> HashMap<Pid, String> {
    processes.iter().filter_map(|process| Some((*process, name(*process)?))).collect()
}

/// What processes are called, as far as the system says: asked by one program for all, for starting one takes its time.
#[cfg(not(target_os = "linux"))]
pub(super) fn names(processes: &[Pid]) -> HashMap<Pid, String> {
    names_by_ps(processes)
}

#[cfg(target_os = "linux")]
fn name(process: Pid) -> Option<String> {
    use std::io::Read as _;

    let mut name = String::new();
    std::fs::File::open(format!("/proc/{}/comm", process.as_raw_nonzero()))
        .ok()?
        .take(256)
        .read_to_string(&mut name)
        .ok()?;
    Some(name.trim_end().to_owned())
}

#[cfg(any(test, not(target_os = "linux")))]
fn names_by_ps(processes: &[Pid]) -> HashMap<Pid, String> {
    use std::{
        process::{Command, Stdio},
        time::Duration,
    };

    use atelier_process::Bounds;

    if processes.is_empty() {
        return HashMap::new();
    }
    let numbers: Vec<_> = processes.iter().map(|process| process.as_raw_nonzero().to_string()).collect();
    let mut command = Command::new("/bin/ps");
    command.args(["-o", "pid=", "-o", "comm=", "-p", &numbers.join(",")]).stdin(Stdio::null());
    // A path has a KiB at most.
    let bounds = Bounds { time: Duration::from_secs(2), output: 2048 * processes.len(), end_when_full: true };
    let Ok(ran) = atelier_process::run(&mut command, bounds, &|| false) else { return HashMap::new() };
    String::from_utf8_lossy(&ran.output).lines().filter_map(read_line).collect()
}

/// A line of `ps`: a number and a program, by its path on macOS, with a dash before it where it is a login shell.
#[cfg(any(test, not(target_os = "linux")))]
fn read_line(line: &str) -> Option<(Pid, String)> {
    let (number, program) = line.trim().split_once(' ')?;
    let name = std::path::Path::new(program.trim_start()).file_name()?.to_str()?;
    let process = i32::try_from(number.parse::<u32>().ok()?).ok().and_then(Pid::from_raw)?;
    Some((process, name.trim_start_matches('-').to_owned()))
}

/// Where a process is, as far as the system says.
#[cfg(target_os = "linux")]
pub(super) fn folder(process: Pid) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{}/cwd", process.as_raw_nonzero())).ok()
}

/// Where a process is, as far as the system says: macOS tells only by means that need unsafe code.
#[cfg(not(target_os = "linux"))]
pub(super) fn folder(_: Pid) -> Option<PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn one_ps_tells_the_names_of_all_that_there_are() {
        let mut sleeps = ["86399.1", "86399.2"].map(|time| Command::new("sleep").arg(time).spawn().unwrap());
        let mut processes: Vec<_> = sleeps.iter().map(Pid::from_child).collect();
        processes.push(rustix::process::getpid());
        // One that is gone.
        let mut gone = Command::new("true").spawn().unwrap();
        processes.push(Pid::from_child(&gone));
        gone.wait().unwrap();
        let mut asked = names_by_ps(&processes);
        // Its number may be another's by now.
        let same = processes[..3].iter().all(|process| names(&processes).get(process) == asked.get(process));
        for sleep in &mut sleeps {
            sleep.kill().unwrap();
            sleep.wait().unwrap();
        }
        asked.remove(&processes[3]);
        assert_eq!(asked.len(), 3);
        assert_eq!((asked[&processes[0]].as_str(), asked[&processes[1]].as_str()), ("sleep", "sleep"));
        assert!(same);
        assert!(names_by_ps(&[]).is_empty());
    }

    #[test]
    fn a_line_of_ps_is_read_whatever_the_program_is_called() {
        let read = |line| read_line(line).map(|(process, name)| (process.as_raw_nonzero().get(), name));
        assert_eq!(read("  812 /Applications/My App.app/Contents/MacOS/My App"), Some((812, "My App".to_owned())));
        assert_eq!(read("7 -zsh"), Some((7, "zsh".to_owned())));
        for line in ["", "zsh", "x zsh", "-7 zsh", "0 zsh", "7 /"] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}

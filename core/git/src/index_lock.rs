//! Git's own locks: waited for while they are young, explained when they stay, and never removed by us.

use std::{
    fmt::Write as _,
    fs,
    io::Read as _,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use atelier_process::{Bounds, clean_environment, run};

/// How long another program's git is waited for. A lock that is older was left behind, or belongs to something long.
const PATIENCE: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(25);

/// The largest file of one line that is read, in bytes.
const MAX_POINTER: u64 = 4 << 10;

/// What may be taken to find out who holds a lock.
const ASKING: Bounds = Bounds { time: Duration::from_secs(2), output: 4 << 10, end_when_full: true };

/// Where git keeps what belongs to a working tree, by its top alone; none where there is no repository.
pub(crate) fn git_folder(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    // A linked working tree or a submodule: a file that says where.
    Some(top.join(small_file(&git)?.trim().strip_prefix("gitdir:")?.trim()))
}

/// One of git's files of one line; none where there is none.
pub(crate) fn small_file(path: &Path) -> Option<String> {
    // Not a pipe or a device, which would make us wait.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(MAX_POINTER).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Where the index of a working tree is locked; none where there is no repository.
pub(crate) fn lock_of(top: &Path) -> Option<PathBuf> {
    Some(git_folder(top)?.join("index.lock"))
}

/// Waits while another program's git changes the index, unless its lock is so old that waiting would not help.
pub(crate) fn wait(lock: &Path, stopped: &dyn Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline && age(lock).is_some_and(|age| age < PATIENCE) && !stopped() {
        thread::sleep(TICK);
    }
}

/// What is to be said about a lock that git complains of; none if it complains of something else.
pub(crate) fn explained(complaint: &str) -> Option<String> {
    let (_, rest) = complaint.split_once("Unable to create '")?;
    let (path, rest) = rest.split_once('\'')?;
    let lock = Path::new(path);
    if !rest.starts_with(": File exists") || lock.extension().is_none_or(|extension| extension != "lock") {
        return None;
    }
    let Some(age) = age(lock) else {
        return Some("The lock is gone by now; try again.".to_owned());
    };
    let mut text = format!("The lock `{path}` is {} old", span(age));
    match holders(lock).as_slice() {
        [] => {
            text.push_str(
                ", and no program that can be seen has it open. If no git is at work in this repository, it was left \
                 behind; remove that file then. Atelier never does.",
            );
        }
        holders => {
            // Writing to a string does not fail.
            let _ = write!(text, ", and {} has it open; wait for it, or end it, and try again.", holders.join(", "));
        }
    }
    Some(text)
}

fn age(lock: &Path) -> Option<Duration> {
    // A clock that was set back makes it new.
    fs::symlink_metadata(lock).ok()?.modified().ok().map(|made| made.elapsed().unwrap_or_default())
}

fn span(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

/// Programs that have a file open, as `git (process 123)`; only those that this user may look into.
fn holders(lock: &Path) -> Vec<String> {
    if cfg!(target_os = "linux") { in_proc(lock) } else { by_lsof(lock) }
}

fn in_proc(lock: &Path) -> Vec<String> {
    let Ok(wanted) = fs::metadata(lock) else { return Vec::new() };
    let is_it = |open: fs::DirEntry| {
        fs::metadata(open.path()).is_ok_and(|file| (file.dev(), file.ino()) == (wanted.dev(), wanted.ino()))
    };
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(id) = process.file_name().to_string_lossy().parse::<u32>() else { continue };
        if fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten().any(is_it) {
            let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            found.push(format!("{} (process {id})", name.trim()));
        }
    }
    found
}

fn by_lsof(lock: &Path) -> Vec<String> {
    let mut lsof = Command::new("lsof");
    lsof.args(["-w", "-F", "pc", "--"]).arg(lock).env_clear().envs(clean_environment()).stdin(Stdio::null());
    let Ok(ran) = run(&mut lsof, ASKING, &|| false) else { return Vec::new() };
    let (mut found, mut id) = (Vec::new(), String::new());
    for line in String::from_utf8_lossy(&ran.output).lines() {
        match line.split_at_checked(1) {
            Some(("p", number)) => number.clone_into(&mut id),
            Some(("c", name)) => found.push(format!("{name} (process {id})")),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn a_lock_that_stays_is_explained_with_its_age_and_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("index.lock");
        let complaint = format!("fatal: Unable to create '{}': File exists.", lock.display());
        assert_eq!(explained(&complaint).unwrap(), "The lock is gone by now; try again.");
        let file = fs::File::create(&lock).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_mins(181)).unwrap();
        let held = explained(&complaint).unwrap();
        assert!(
            held.contains("is 3 h old, and ") && held.contains(&format!("(process {})", std::process::id())),
            "{held}"
        );
        drop(file);
        assert!(explained(&complaint).unwrap().contains("no program that can be seen has it open"));
        assert!(lock.exists());
        assert_eq!(explained("fatal: Unable to create 'x.lock': Permission denied"), None);
        assert_eq!(explained("fatal: no"), None);
    }

    #[test]
    fn only_a_young_lock_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("index.lock");
        wait(&lock, &|| false);
        let file = fs::File::create(&lock).unwrap();
        let removed = thread::spawn({
            let lock = lock.clone();
            move || fs::remove_file(lock).unwrap()
        });
        wait(&lock, &|| false);
        removed.join().unwrap();
        fs::File::create(&lock).unwrap().set_modified(SystemTime::now() - Duration::from_mins(10)).unwrap();
        let begun = Instant::now();
        wait(&lock, &|| false);
        assert!(begun.elapsed() < PATIENCE);
        drop(file);
    }

    #[test]
    fn the_lock_of_a_linked_working_tree_is_found() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(lock_of(folder.path()), None);
        fs::write(folder.path().join(".git"), "gitdir: ../main/.git/worktrees/x\n").unwrap();
        assert_eq!(lock_of(folder.path()).unwrap(), folder.path().join("../main/.git/worktrees/x/index.lock"));
    }
}

//! Where programs are looked for.
//!
//! What a desktop has started has not been through a login shell, and its `PATH` names few folders: on a Mac neither
//! Homebrew's nor those of Node or Rust. So the user's shell can be asked, once, and what it says is for all programs that
//! this process starts.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use crate::{Bounds, environment::passed_on, run};

/// The shells that know `-l`.
const LOGIN_SHELLS: [&str; 5] = ["zsh", "bash", "sh", "ksh", "fish"];

/// How long a login shell may take to say its `PATH`.
const PATIENCE: Duration = Duration::from_secs(5);

/// What stands before the `PATH` in what a login shell prints: files of the user's may print too.
const MARK: &str = "atelier-path:";

/// What the user's shell said, for the rest of this process's life.
static LEARNED: OnceLock<OsString> = OnceLock::new();

/// The `PATH` for programs that are started, and to find them by: what was learned, else this process's own.
pub fn search_path() -> OsString {
    LEARNED.get().cloned().unwrap_or_else(own_path)
}

/// The folders of [`search_path`], in order.
pub fn search_folders() -> Vec<PathBuf> {
    env::split_paths(&search_path()).collect()
}

/// Asks the user's login shell where programs are. Only the first call asks, which takes five seconds at most and ends early
/// once `stopped` says so; the others wait for it. A shell that says nothing leaves everything as it is.
pub fn learn_search_path(stopped: &dyn Fn() -> bool) {
    LEARNED.get_or_init(|| {
        let (shell, own) = (user_shell(env::var_os("SHELL")), own_path());
        let variables = passed_on().chain([("PATH".into(), own.clone())]).collect();
        login_search_path(&shell, variables, &own, stopped)
    });
}

fn own_path() -> OsString {
    env::var_os("PATH").unwrap_or_default()
}

/// The user's shell: `$SHELL` where it says something.
pub fn user_shell(named: Option<OsString>) -> OsString {
    named.filter(|shell| !shell.to_string_lossy().trim().is_empty()).unwrap_or_else(|| "/bin/zsh".into())
}

/// Whether a shell knows `-l`, by its name.
pub fn is_login_shell(shell: &OsStr) -> bool {
    let name = Path::new(shell).file_name().and_then(OsStr::to_str).unwrap_or_default();
    LOGIN_SHELLS.contains(&name)
}

/// The `PATH` of a login shell that is started with these variables, followed by this one; no folder twice.
///
/// A shell takes its time, so the same one is asked only once for the same home and `PATH`, whatever the other variables
/// are; who asks meanwhile waits for that answer. Once `stopped` says so the shell is left, and what it did not say is not
/// kept.
pub fn login_search_path(
    shell: &OsStr,
    variables: Vec<(OsString, OsString)>,
    own: &OsStr,
    stopped: &dyn Fn() -> bool,
) -> OsString {
    let home = variables.iter().find(|(name, _)| name == "HOME").map(|(_, home)| home.clone());
    let answer = answer_to(Question { shell: shell.to_owned(), home, own: own.to_owned() });
    let mut answer = answer.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = &*answer {
        return known.clone();
    }
    let said = is_login_shell(shell).then(|| said_by(shell, variables, stopped)).flatten();
    let path = joined(said.as_deref().unwrap_or_default(), own);
    if !stopped() {
        *answer = Some(path.clone());
    }
    path
}

/// What makes a login shell say something else.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    shell: OsString,
    home: Option<OsString>,
    own: OsString,
}

/// None as long as the shell was not asked. Held while it is.
type Answer = Arc<Mutex<Option<OsString>>>;

/// What was asked in this process; the newest last.
static ANSWERS: Mutex<Vec<(Question, Answer)>> = Mutex::new(Vec::new());

/// How many answers are kept. A process asks for one user, so it has one.
const MAX_ANSWERS: usize = 16;

fn answer_to(question: Question) -> Answer {
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = answers.iter().find(|(asked, _)| *asked == question) {
        return Arc::clone(known);
    }
    if answers.len() == MAX_ANSWERS {
        answers.remove(0);
    }
    let answer = Answer::default();
    answers.push((question, Arc::clone(&answer)));
    answer
}

fn said_by(shell: &OsStr, variables: Vec<(OsString, OsString)>, stopped: &dyn Fn() -> bool) -> Option<OsString> {
    let script = format!("printf '%s' {MARK}; printenv PATH");
    let mut command = Command::new(shell);
    command.args(["-l", "-c", &script]).env_clear().envs(variables).stdin(Stdio::null());
    let bounds = Bounds { time: PATIENCE, output: 64 << 10, end_when_full: true };
    let ran = run(&mut command, bounds, stopped).ok().filter(|ran| ran.status.success())?;
    let printed = String::from_utf8(ran.output).ok()?;
    let path = printed.rsplit_once(MARK)?.1.lines().next()?;
    (!path.is_empty()).then(|| path.into())
}

/// One list after the other, each folder once.
fn joined(first: &OsStr, second: &OsStr) -> OsString {
    let mut all = Vec::new();
    for folder in env::split_paths(first).chain(env::split_paths(second)) {
        if !folder.as_os_str().is_empty() && !all.contains(&folder) {
            all.push(folder);
        }
    }
    env::join_paths(all).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(shell: &str, variables: &[(&str, &str)], own: &str) -> String {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        login_search_path(shell.as_ref(), variables, own.as_ref(), &|| false).into_string().unwrap()
    }

    #[test]
    fn the_path_of_a_login_shell_comes_first_and_no_folder_twice() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".profile"), "echo hello from here\nPATH=/login/bin:$PATH\nexport PATH\n")
            .unwrap();
        let own = "/own/bin:/usr/bin:/bin:/own/bin";
        let path = ask("/bin/sh", &[("HOME", home.path().to_str().unwrap()), ("PATH", own)], own);
        assert!(path.starts_with("/login/bin:"), "{path}");
        assert_eq!(path.matches("/own/bin").count(), 1, "{path}");
    }

    #[test]
    fn a_shell_that_says_nothing_or_is_not_there_leaves_the_path_as_it_is() {
        assert_eq!(ask("/no/such/sh", &[], "/a:/b:/a"), "/a:/b");
        assert_eq!(ask("/bin/cat", &[], "/a"), "/a");
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".profile"), "exit 3\n").unwrap();
        assert_eq!(ask("/bin/sh", &[("HOME", home.path().to_str().unwrap())], "/a"), "/a");
    }

    #[test]
    fn a_shell_is_asked_once_whatever_else_is_set_and_again_for_another_path() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".profile"), "echo x >>\"$HOME/asked\"\nPATH=/login/bin:$PATH\n").unwrap();
        let path = home.path().to_str().unwrap();
        let with = |own: &str, other: &str| ask("/bin/sh", &[("HOME", path), ("PATH", own), ("EDITOR", other)], own);
        let first = with("/usr/bin:/bin", "vi");
        assert!(first.starts_with("/login/bin:"), "{first}");
        assert_eq!(with("/usr/bin:/bin", "ed"), first);
        let asked = || std::fs::read_to_string(home.path().join("asked")).unwrap().lines().count();
        assert_eq!(asked(), 1);
        assert!(with("/bin:/usr/bin", "ed").contains("/login/bin"));
        assert_eq!(asked(), 2);
    }

    #[test]
    fn a_shell_that_hangs_is_left_once_nobody_waits() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".profile"), "sleep 1000\n").unwrap();
        let variables = vec![("HOME".into(), home.path().into()), ("PATH".into(), "/usr/bin:/bin".into())];
        let path = login_search_path("/bin/sh".as_ref(), variables, "/a".as_ref(), &|| true);
        assert_eq!(path, "/a");
    }

    #[test]
    #[ignore = "runs as a child process of the test below"]
    fn in_a_child_process() {
        assert!(!search_path().to_string_lossy().starts_with("/login/bin:"));
        learn_search_path(&|| false);
        assert!(search_path().to_string_lossy().starts_with("/login/bin:"), "{}", search_path().display());
        assert_eq!(search_folders()[0], Path::new("/login/bin"));
        let clean: Vec<_> = crate::clean_environment().filter(|(name, _)| name == "PATH").collect();
        assert_eq!(clean, [("PATH".into(), search_path())]);
    }

    #[test]
    fn what_is_learned_is_for_every_program_from_then_on() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".profile"), "PATH=/login/bin:$PATH\n").unwrap();
        let status = Command::new(env::current_exe().unwrap())
            .args(["--exact", "search_path::tests::in_a_child_process", "--ignored"])
            .envs([("SHELL", "/bin/sh".as_ref()), ("HOME", home.path().as_os_str())])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
    }

    #[test]
    fn without_a_shell_of_its_own_a_user_has_the_macs() {
        assert_eq!(user_shell(None), "/bin/zsh");
        assert_eq!(user_shell(Some(" ".into())), "/bin/zsh");
        assert_eq!(user_shell(Some("/bin/fish".into())), "/bin/fish");
    }
}

//! Which shell is started, and with which environment.
//!
//! A person's terminal has the person's environment, so ours is handed on. Left out is what may be a key: where Atelier
//! was started with one, that was for Atelier, and a shell gets its own from the files that a login shell reads. Left
//! out too is what an outer terminal told of itself.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use atelier_process::{Bounds, run};

/// Words that a variable's name has when its value may be a key.
const SECRET_WORDS: [&str; 9] =
    ["KEY", "APIKEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS"];

/// What another terminal, or a program in it, has told of itself.
const OUTER: [&str; 15] = [
    "COLUMNS",
    "LINES",
    "TERMCAP",
    "TERM_SESSION_ID",
    "ITERM_SESSION_ID",
    "ITERM_PROFILE",
    "VTE_VERSION",
    "WINDOWID",
    "KITTY_WINDOW_ID",
    "KITTY_PID",
    "WEZTERM_PANE",
    "ALACRITTY_WINDOW_ID",
    "TMUX",
    "TMUX_PANE",
    "STY",
];

/// The shells that know `-l`.
const LOGIN_SHELLS: [&str; 5] = ["zsh", "bash", "sh", "ksh", "fish"];

/// How long a login shell may take to say its `PATH`.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a terminal calls itself to programs (`TERM_PROGRAM`).
const PROGRAM: &str = "Atelier";

/// What stands before the `PATH` in what a login shell prints: files of the user's may print too.
const MARK: &str = "atelier-path:";

/// The environment that shells are started with.
#[derive(Debug, Clone)]
pub(super) struct ShellEnvironment {
    pub(super) shell: OsString,
    pub(super) login: bool,
    pub(super) variables: Vec<(OsString, OsString)>,
}

impl ShellEnvironment {
    /// What an environment comes to. Starts a login shell and waits for it, a few seconds at most.
    pub(super) fn of(inherited: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let mut variables: Vec<_> = inherited.filter(|(name, _)| is_handed_on(name)).collect();
        let shell = value(&variables, "SHELL").filter(|shell| !shell.to_string_lossy().trim().is_empty()).cloned();
        let shell = shell.unwrap_or_else(|| "/bin/zsh".into());
        let name = Path::new(&shell).file_name().and_then(OsStr::to_str).unwrap_or_default();
        let login = LOGIN_SHELLS.contains(&name);
        let path = value(&variables, "PATH").cloned().unwrap_or_default();
        let login_path = login.then(|| login_path(&shell, &variables)).flatten();
        set(&mut variables, "PATH", joined(login_path.as_deref().unwrap_or_default(), &path));
        set(&mut variables, "TERM", "xterm-256color".into());
        set(&mut variables, "COLORTERM", "truecolor".into());
        set(&mut variables, "SHELL", shell.clone());
        set(&mut variables, "TERM_PROGRAM", PROGRAM.into());
        set(&mut variables, "TERM_PROGRAM_VERSION", env!("CARGO_PKG_VERSION").into());
        for name in ["LANG", "LC_ALL"] {
            if value(&variables, name).is_none() {
                set(&mut variables, name, "en_US.UTF-8".into());
            }
        }
        Self { shell, login, variables }
    }
}

fn is_handed_on(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    let secret = name.split('_').any(|word| SECRET_WORDS.contains(&word));
    !secret && !name.starts_with("ATELIER_") && !OUTER.contains(&name.as_str())
}

fn value<'a>(variables: &'a [(OsString, OsString)], name: &str) -> Option<&'a OsString> {
    variables.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

fn set(variables: &mut Vec<(OsString, OsString)>, name: &str, value: OsString) {
    variables.retain(|(known, _)| known != name);
    variables.push((name.into(), value));
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

fn login_path(shell: &OsStr, variables: &[(OsString, OsString)]) -> Option<OsString> {
    let script = format!("printf '%s' {MARK}; printenv PATH");
    let mut command = Command::new(shell);
    command.args(["-l", "-c", &script]).env_clear().envs(variables.iter().cloned()).stdin(Stdio::null());
    let bounds = Bounds { time: PATIENCE, output: 64 << 10, end_when_full: true };
    let ran = run(&mut command, bounds, &|| false).ok().filter(|ran| ran.status.success())?;
    let printed = String::from_utf8(ran.output).ok()?;
    let path = printed.rsplit_once(MARK)?.1.lines().next()?;
    (!path.is_empty()).then(|| path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(shell: &str, inherited: &[(&str, &str)]) -> ShellEnvironment {
        let inherited = inherited.iter().copied().chain([("SHELL", shell)]);
        ShellEnvironment::of(inherited.map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn keys_and_outer_terminals_stay_behind_and_the_rest_comes_along() {
        let inherited = [
            ("EDITOR", "vi"),
            ("SSH_AUTH_SOCK", "/tmp/agent"),
            ("ANTHROPIC_API_KEY", "sk-1"),
            ("ATELIER_DATA_DIR", "/data"),
            ("GITHUB_TOKEN", "ghp"),
            ("aws_secret_access_key", "x"),
            ("TMUX", "1"),
            ("TERM", "dumb"),
            ("LANG", "de_DE.UTF-8"),
        ];
        let environment = environment("/bin/cat", &inherited);
        let get = |name| value(&environment.variables, name).map(|value| value.to_string_lossy().into_owned());
        assert_eq!((get("EDITOR"), get("SSH_AUTH_SOCK")), (Some("vi".into()), Some("/tmp/agent".into())));
        for gone in ["ANTHROPIC_API_KEY", "ATELIER_DATA_DIR", "GITHUB_TOKEN", "aws_secret_access_key", "TMUX"] {
            assert_eq!(get(gone), None, "{gone}");
        }
        assert_eq!((get("TERM"), get("COLORTERM")), (Some("xterm-256color".into()), Some("truecolor".into())));
        assert_eq!((get("LANG"), get("LC_ALL")), (Some("de_DE.UTF-8".into()), Some("en_US.UTF-8".into())));
        assert_eq!((get("SHELL"), get("TERM_PROGRAM")), (Some("/bin/cat".into()), Some("Atelier".into())));
        assert!(!environment.login);
    }

    #[test]
    fn the_path_of_a_login_shell_comes_first_and_no_folder_twice() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".profile"), "echo hello from here\nPATH=/login/bin:$PATH\nexport PATH\n")
            .unwrap();
        let inherited = [("HOME", home.path().to_str().unwrap()), ("PATH", "/own/bin:/usr/bin:/bin:/own/bin")];
        let environment = environment("/bin/sh", &inherited);
        let path = value(&environment.variables, "PATH").unwrap().to_string_lossy().into_owned();
        assert!(path.starts_with("/login/bin:"), "{path}");
        assert_eq!(path.matches("/own/bin").count(), 1, "{path}");
        assert!(environment.login);
    }

    #[test]
    fn a_shell_that_says_nothing_leaves_the_path_as_it_is() {
        assert_eq!(login_path("/no/such/shell".as_ref(), &[]), None);
        assert_eq!(joined("".as_ref(), "/a:/b:/a".as_ref()), "/a:/b");
    }
}

//! Which shell is started, and with which environment.
//!
//! A person's terminal has the person's environment, so ours is handed on. Left out is what may be a key: where Atelier
//! was started with one, that was for Atelier, and a shell gets its own from the files that a login shell reads. Left
//! out too is what an outer terminal told of itself.

use std::ffi::{OsStr, OsString};

use atelier_process::{is_login_shell, login_search_path, user_shell};

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

/// How a terminal calls itself to programs (`TERM_PROGRAM`).
const PROGRAM: &str = "Atelier";

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
        let shell = user_shell(value(&variables, "SHELL").cloned());
        let path = value(&variables, "PATH").cloned().unwrap_or_default();
        let path = login_search_path(&shell, variables.clone(), &path, &|| false);
        set(&mut variables, "PATH", path);
        set(&mut variables, "TERM", "xterm-256color".into());
        set(&mut variables, "COLORTERM", "truecolor".into());
        set(&mut variables, "SHELL", shell.clone());
        set(&mut variables, "TERM_PROGRAM", PROGRAM.into());
        set(&mut variables, "TERM_PROGRAM_VERSION", env!("CARGO_PKG_VERSION").into());
        // Where the user has one, the other would overrule it.
        if ["LANG", "LC_ALL", "LC_CTYPE"].iter().all(|name| value(&variables, name).is_none()) {
            for name in ["LANG", "LC_ALL"] {
                set(&mut variables, name, "en_US.UTF-8".into());
            }
        }
        Self { login: is_login_shell(&shell), shell, variables }
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
        assert_eq!((get("LANG"), get("LC_ALL")), (Some("de_DE.UTF-8".into()), None));
        assert_eq!((get("SHELL"), get("TERM_PROGRAM")), (Some("/bin/cat".into()), Some("Atelier".into())));
        assert!(!environment.login);
    }
}

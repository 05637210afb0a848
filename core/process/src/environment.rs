//! What a command gets of our environment: what programs need to run, and no keys.

use std::{env, ffi::OsString};

use crate::search_path;

/// Passed on where they are set.
const PASSED_ON: [&str; 32] = [
    // The user and the machine.
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "TZ",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    // Where toolchains are.
    "CARGO_HOME",
    "CARGO_TARGET_DIR",
    "RUSTUP_HOME",
    "GOPATH",
    "GOROOT",
    "JAVA_HOME",
    "NVM_DIR",
    "PNPM_HOME",
    "PYENV_ROOT",
    "VIRTUAL_ENV",
    "DEVELOPER_DIR",
    "SDKROOT",
    "LD_LIBRARY_PATH",
    // How the network is reached.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// Set for every command: no pager, no questions, no colours, for no one looks or answers.
const SET: [(&str, &str); 6] = [
    ("TERM", "dumb"),
    ("NO_COLOR", "1"),
    ("PAGER", "cat"),
    ("GIT_PAGER", "cat"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_EDITOR", "true"),
];

/// The whole environment of a program that is started for the user: what programs need, and none of our keys.
pub fn clean_environment() -> impl Iterator<Item = (OsString, OsString)> {
    let path = Some(search_path()).filter(|path| !path.is_empty());
    passed_on().chain(path.map(|path| ("PATH".into(), path)))
}

/// The same without a `PATH`.
pub(crate) fn passed_on() -> impl Iterator<Item = (OsString, OsString)> {
    let passed =
        |name: &OsString| name.to_str().is_some_and(|name| PASSED_ON.contains(&name) || name.starts_with("LC_"));
    let set = SET.into_iter().map(|(name, value)| (name.into(), value.into()));
    env::vars_os().filter(move |(name, _)| passed(name)).chain(set)
}
